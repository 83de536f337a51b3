"""Where the headings and the rows of a superior's form stand, and by which labels they are known."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from targets.reading import headings
from targets.reading.amounts import in_unit
from targets.reading.grid import Grid
from targets.reading.pasted import kind_apart, unit_above
from targets.reading.sheet import FileRefusal, Sheet
from targets.reading.superior.columns import KEYS, Column, columns_of, says_something, unit_in
from targets.reading.superior.wording import apart, folded, is_place, month_in, names_place, years_in
from targets.rules.quantities import COUNTING_UNITS, PERCENT

MOST_ROWS = 500
_MOST_HEADING_ROWS = 5
_PLACES_OF_HEADINGS = 40  # rows in which headings are looked for

_DASHES = "—–-/\\ "  # they say that there is no unit
_MOST_NAMED = 3
_MOST_COVERED = 200_000  # places of merged cells
_LETTERS = frozenset("甲乙丙丁戊己")  # the line below the headings of a statistics form
_SECTION = re.compile("[一二三四五六七八九十]{1,3}[、.]?")
# What tells rows of one name apart, and which of them are of the register.
_FIGURES = re.compile(
    "(?:年度|全年|年初)?(?:目标|计划|任务)[值数]?|上年|上年同期|去年同期|同期|本月|当月|上月|同比|增速|增长|完成率"
    "|本期|实绩|实际|累计|(?:本月|实际|累计|已)?(?:完成|累计)[值数]?"
)
_OUR_FIGURES = re.compile("本期|实绩|实际|(?:本月)?累计|(?:实际|累计|已)?完成[值数]?")


@dataclass(frozen=True, slots=True)
class Row:
    """`kind`: 实际 or 柳塘镇, where rows of one name are told apart by it; `is_ours`: it may be our figure.

    `is_doubtful`: other rows have the name too, and nothing tells them apart.
    """

    place: int
    label: str
    number: str
    title: str
    unit: str
    kind: str = ""
    is_ours: bool = True
    is_doubtful: bool = False

    @property
    def words(self) -> str:
        return " ".join(filter(None, (self.number, self.title, self.kind)))


class Layout:
    """What stands in a sheet between its headings, which fill the rows `first` to `last`, and its end."""

    def __init__(self, sheet: Sheet, first: int, last: int, year: int | None, town: str = "") -> None:
        self.sheet, self.first, self.last, self.year, self.town = sheet, first, last, year, town
        self._anchor = dict(self._covered())
        self._filled: dict[int, list[str]] = defaultdict(list)
        for (row, _column), cell in sorted(sheet.cells.items()):
            self._filled[row].append(cell.text.strip())
        self.columns = self._columns()

    @classmethod
    def of(cls, sheet: Sheet, year: int | None, town: str = "") -> Layout | None:
        """With the headings that are recognised; None if there are none."""
        rows = Grid.of_sheet(sheet).rows[:_PLACES_OF_HEADINGS]
        found = headings.headings(rows, year)
        if found is not None:
            first, deep = found[0] + 1, found[1].rows
        else:
            says = (
                place for place, row in enumerate(rows, 1) if sum(says_something(cell) for cell in row) > 1
            )
            first, deep = next(says, 0), 1
        if not first:
            return None
        last = first + deep - 1
        inside = [bottom[0] for top, bottom in sheet.merged if top[0] == first]
        last = max([last, *(bottom for bottom in inside if bottom < first + _MOST_HEADING_ROWS)])
        if last == first and cls._is_second_level(rows, first, year):
            last += 1
        return cls(sheet, first, last, year, town)

    @staticmethod
    def _is_second_level(rows: Sequence[Sequence[str]], first: int, year: int | None) -> bool:
        """Whether the next row heads columns below a heading of several, though none is merged."""
        row, below = rows[first - 1], rows[first] if first < len(rows) else []
        known = headings.columns(row, year) or []
        named = [place for place, name in enumerate(known) if name in ("number", "title")]
        if any(place < len(below) and below[place] for place in named):
            return False
        return sum(says_something(cell) for cell in below) > 0

    def _covered(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Each place of a merged cell, with the place where that begins."""
        sheet, left = self.sheet, _MOST_COVERED
        for top, bottom in sheet.merged:
            rows = range(top[0], min(bottom[0], sheet.height) + 1)
            columns = range(top[1], min(bottom[1], sheet.width) + 1)
            left -= len(rows) * len(columns)
            if left < 0:
                raise FileRefusal("file_takes_long")
            yield from (((row, column), top) for row in rows for column in columns)

    def text(self, row: int, column: int) -> str:
        """As a person sees it: each cell of a merged one says the same."""
        cell = self.sheet.cells.get(self._anchor.get((row, column), (row, column)))
        return cell.text.strip() if cell else ""

    def is_covered(self, place: tuple[int, int]) -> bool:
        """Whether a merged cell that begins elsewhere hides it."""
        return self._anchor.get(place, place) != place

    def _columns(self) -> list[Column]:
        levels = [
            list(
                dict.fromkeys(
                    filter(None, (self.text(row, column) for row in range(self.first, self.last + 1)))
                )
            )
            for column in range(1, self.sheet.width + 1)
        ]
        further = {
            column
            for column in range(1, self.sheet.width + 1)
            if all(self._is_from_the_left(row, column) for row in range(self.first, self.last + 1))
        }
        return columns_of(levels, self.year, self.town, further)

    def _is_from_the_left(self, row: int, column: int) -> bool:
        return self._anchor.get((row, column), (row, column))[1] != column or not self.text(row, column)

    def rows(self, holds: Mapping[str, str]) -> list[Row]:
        """Those that have a title or a number; `holds`: label of a column → what it holds."""
        places = {
            name: [column.place for column in self.columns if holds.get(column.label) == name]
            for name in KEYS
        }
        kinds, section = self._kinds(holds), ""
        found: list[Row] = []
        sections: list[str] = []
        for place in sorted(row for row in self._filled if row > self.last):
            number, title, unit = (self._last_of(place, places[name]) for name in KEYS)
            kind, apart_as = kinds.get(place, ""), kind_apart(self._filled[place])
            is_nameless = {number, title} <= {*_LETTERS, ""}
            if is_nameless and kind and found:  # a further row of the name above
                number, title, unit = found[-1].number, found[-1].title, unit or found[-1].unit
            elif apart_as == "section" or _SECTION.fullmatch(folded(number)):
                section = folded(title or self._filled[place][0])
            elif is_nameless and not apart_as and found and not (number or title):
                found[-1] = replace(found[-1], is_doubtful=True)
            is_apart = apart_as or is_nameless
            is_heading = title and title in (self.text(self.first, column) for column in places["title"])
            if (kind and (number or title)) or not (is_apart or is_heading):
                stated = (unit if unit.strip(_DASHES) else "") or unit_in(title)
                found.append(Row(place, "", number, title, stated, kind, self._is_ours(kind)))
                sections.append(section)
        return _labelled(found, sections)[:MOST_ROWS]

    def _kinds(self, holds: Mapping[str, str]) -> dict[int, str]:
        """Row → what tells it from others of its name: by the first column that mostly says such things."""
        for column in self.columns:
            if not holds.get(column.label):
                said = {row: self.text(row, column.place) for row in self._filled if row > self.last}
                said = {row: words for row, words in said.items() if words}
                known = {row: words for row, words in said.items() if _is_kind(words)}
                if len(known) > 1 and 2 * len(known) > len(said):
                    return known
        return {}

    def _is_ours(self, kind: str) -> bool:
        if is_place(kind):
            return not self.town or names_place(kind, self.town)
        return not kind or _OUR_FIGURES.fullmatch(folded(kind)) is not None

    @property
    def has_towns_for_rows(self) -> bool:
        """Whether its rows are towns, so that targets would be its columns."""
        first = [
            next((words for words in self._filled[row] if not words.isdecimal()), "")
            for row in self._filled
            if row > self.last
        ]
        return 2 * sum(map(is_place, first)) > len(first)

    def names_other(self, year: int, month: int) -> list[str]:
        """Words of the headings, and above them, by which the form is that of another month or year."""
        above = [words for row in self._filled if row < self.first for words in self._filled[row]]
        of_other_year = [words for words in above if (years := years_in(words)) and year not in years]
        of_months = [
            words for words in (*above, *(column.words for column in self.columns)) if month_in(words)
        ]
        if any(month_in(words) == month for words in of_months):
            of_months = []
        return list(dict.fromkeys((*of_other_year, *of_months)))[:_MOST_NAMED]

    def _last_of(self, row: int, columns: Iterable[int]) -> str:
        """What stands in the last of the columns that says something: the narrower name of two."""
        said = [self.text(row, column) for column in columns if not self._is_from_above(row, column)]
        return next(filter(None, reversed(said)), "")

    def _is_from_above(self, row: int, column: int) -> bool:
        return self._anchor.get((row, column), (row, column))[0] != row

    @property
    def unit(self) -> str:
        """单位：亿元 above the headings."""
        return unit_above(Grid.of_sheet(self.sheet).rows[: self.first - 1])


def _is_kind(words: str) -> bool:
    return is_place(words) or _FIGURES.fullmatch(folded(words)) is not None


def _labelled(rows: Sequence[Row], sections: Sequence[str]) -> list[Row]:
    """By its title; where several have it, also by what tells them apart, their section, their number."""
    labels = bases = [folded(row.title) or folded(row.number) for row in rows]
    for more in ([row.kind for row in rows], sections, [row.number for row in rows]):
        often = Counter(labels)
        labels = [
            f"{label}#{folded(each)}" if often[label] > 1 and each else label
            for label, each in zip(labels, more, strict=True)
        ]
    alike = Counter((base, row.kind) for base, row in zip(bases, rows, strict=True))
    return [
        replace(row, label=label, is_doubtful=row.is_doubtful or alike[base, row.kind] > 1)
        for row, label, base in zip(rows, apart(labels), bases, strict=True)
    ]


@lru_cache(maxsize=1_024)
def factor(given: str, wanted: str) -> Fraction | None:
    """How many of `wanted` are one of `given`: 10000 for 亿元 and 万元; None if they measure other things.

    What says no unit means the other's, and things are counted alike: 家, 个, 项.
    """
    if given == wanted or not (given and wanted):
        return Fraction(1)
    if {given, wanted} <= PERCENT or {given, wanted} <= COUNTING_UNITS:
        return Fraction(1)
    return in_unit(f"1{given}", wanted)
