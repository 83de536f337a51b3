"""A form that a superior hands down (上级报表): its headings, its rows, and what each column seems to hold.

Nothing is found again by its place. A column is known by its headings and a row by its title or number; by
these labels a later copy of the form is filled though rows moved and columns were added.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from targets.reading import headings
from targets.reading.amounts import in_unit
from targets.reading.grid import Grid, column_name
from targets.reading.pasted import kind_apart, unit_above
from targets.reading.sheet import FileRefusal, Sheet
from targets.reading.wording.words import UNITS, any_of
from targets.rules.quantities import COUNTING_UNITS, PERCENT

# What a column may say of a row, so that it is known by it.
KEYS = ("number", "title", "unit_of_measure")
# What may be put into a column: columns of the register, of the month or, with PREVIOUS, of the one before.
FILLED = (
    "value", "attainment", "expected", "gap", "yoy", "status", "progress", "issues", "next_steps",
)  # fmt: skip
PREVIOUS = "previous-"
HOLDS = (*KEYS, *FILLED, *(f"{PREVIOUS}{name}" for name in FILLED))

MOST_ROWS = 500
_MOST_HEADING_ROWS = 5
_PLACES_OF_HEADINGS = 40  # rows in which headings are looked for

_BLANKS = re.compile(r"\s+")
_MONTHS = re.compile(
    r"(?:(?:19|20)[0-9]{2}年(?:度)?)?(?:[0-9]{1,2}月?[-—–―~～至到])?[0-9]{1,2}月(?:份|底|末)?|(?:19|20)[0-9]{2}年(?:度)?"
)
_DASHES = "—–-/\\ "  # they say that there is no unit
_MOST_COVERED = 200_000  # places of merged cells
_UNIT = re.compile(rf"[十百千]?[万亿]*(?:{any_of(UNITS)})")
_LETTERS = frozenset("甲乙丙丁戊己")  # the line below the headings of a statistics form
# The first that is found in a heading says what its column holds.
_SAYS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("next_steps", "下一?步|下阶段|措施|打算"),
        ("issues", "问题|困难|原因"),
        ("yoy", "同比|增速|增长率|增幅|比上年|比去年|^增长"),
        ("gap", "进度差|序时差|[快慢超欠]序时|与序时"),
        ("expected", "序时进度|时间进度|应达进度"),
        (
            "attainment",
            "完成率|占(?:年度|全年|年初)|完成(?:年度|全年)?(?:目标|任务|计划)?的?(?:比例|比重|百分比|进度|%|％)",
        ),
        ("status", "亮灯|灯号|红黄绿|预警等级"),
        ("progress", "进展|推进情况|落实情况|工作动态|形象进度|完成情况$"),
        ("value", "累计|完成[数值量额]|实际完成|已完成|实绩|当前值|本期值"),
    )
)
_NOT_OURS = re.compile("上年|去年|同期|基数|目标值|计划数|任务数")
_ONE_MONTH = re.compile("本月|当月")  # the figure of a month alone: the register has running totals
_BEFORE = re.compile("上月|上期|上季")


@dataclass(frozen=True, slots=True)
class Column:
    """`words`: its headings as written; `guess`: what it seems to hold, one of HOLDS or nothing."""

    place: int
    label: str
    words: str
    guess: str

    @property
    def letter(self) -> str:
        return column_name(self.place)

    @property
    def leaf(self) -> str:
        """Its own heading, below those of several columns."""
        return self.words.rpartition(" ")[2]

    @property
    def unit(self) -> str:
        return _unit_in(self.words)


@dataclass(frozen=True, slots=True)
class Row:
    place: int
    label: str
    number: str
    title: str
    unit: str

    @property
    def words(self) -> str:
        return f"{self.number} {self.title}".strip()


class Layout:
    """What stands in a sheet between its headings, which fill the rows `first` to `last`, and its end."""

    def __init__(self, sheet: Sheet, first: int, last: int, year: int | None) -> None:
        self.sheet, self.first, self.last, self.year = sheet, first, last, year
        self._anchor = dict(self._covered())
        self._filled: dict[int, list[str]] = defaultdict(list)
        for (row, _column), cell in sorted(sheet.cells.items()):
            self._filled[row].append(cell.text.strip())
        self.columns = self._columns()

    @classmethod
    def of(cls, sheet: Sheet, year: int | None) -> Layout | None:
        """With the headings that are recognised; None if there are none."""
        rows = Grid.of_sheet(sheet).rows[:_PLACES_OF_HEADINGS]
        found = headings.headings(rows, year)
        if found is not None:
            first, deep = found[0] + 1, found[1].rows
        else:
            says = (
                place for place, row in enumerate(rows, 1) if sum(bool(_guess("", cell)) for cell in row) > 1
            )
            first, deep = next(says, 0), 1
        if not first:
            return None
        last = first + deep - 1
        inside = [bottom[0] for top, bottom in sheet.merged if top[0] == first]
        last = max([last, *(bottom for bottom in inside if bottom < first + _MOST_HEADING_ROWS)])
        if last == first and cls._is_second_level(rows, first, year):
            last += 1
        return cls(sheet, first, last, year)

    @staticmethod
    def _is_second_level(rows: Sequence[Sequence[str]], first: int, year: int | None) -> bool:
        """Whether the next row heads columns below a heading of several, though none is merged."""
        row, below = rows[first - 1], rows[first] if first < len(rows) else []
        known = headings.columns(row, year) or []
        named = [place for place, name in enumerate(known) if name in ("number", "title")]
        if any(place < len(below) and below[place] for place in named):
            return False
        return sum(bool(_guess("", cell)) for cell in below) > 0

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
        known = headings.columns([each[-1] if each else "" for each in levels], self.year) or []
        known += [""] * (len(levels) - len(known))
        labels = _apart([_plain_heading("".join(each)) for each in levels])
        found: list[Column] = []
        for place, (each, label, name) in enumerate(zip(levels, labels, known, strict=True), start=1):
            if each:
                is_key = name in KEYS and (name == "title" or name not in [c.guess for c in found])
                guess = name if is_key else _guess("".join(each[:-1]), each[-1])
                found.append(Column(place, label, " ".join(each), guess))
        return found

    def rows(self, holds: Mapping[str, str]) -> list[Row]:
        """Those that have a title or a number; `holds`: label of a column → what it holds."""
        places = {
            name: [column.place for column in self.columns if holds.get(column.label) == name]
            for name in KEYS
        }
        told = []
        for place in sorted(row for row in self._filled if row > self.last):
            number, title, unit = (self._last_of(place, places[name]) for name in KEYS)
            is_apart = kind_apart(self._filled[place]) or {number, title} <= {*_LETTERS, ""}
            is_heading = title and title in (self.text(self.first, column) for column in places["title"])
            if not (is_apart or is_heading):
                stated = unit if unit.strip(_DASHES) else ""
                told.append((place, number, title, stated or _unit_in(title)))
        bases = [_folded(title) or _folded(number) for _place, number, title, _unit in told]
        often = Counter(bases)
        named = [
            f"{base}#{_folded(each[1])}" if often[base] > 1 and each[1] else base
            for base, each in zip(bases, told, strict=True)
        ]
        return [
            Row(place, label, number, title, unit)
            for label, (place, number, title, unit) in zip(_apart(named), told, strict=True)
        ][:MOST_ROWS]

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


def _unit_in(words: str) -> str:
    """累计完成（万元） → 万元; 累计（1—6月） and 改造（老镇区） say none."""
    unit = headings.unit_in(words)
    return unit if _UNIT.fullmatch(unit) else ""


def _guess(group: str, leaf: str) -> str:
    """What the column seems to hold by its own heading, else by it and the one above."""
    whole = _BLANKS.sub("", f"{group}{leaf}")
    for words in (_BLANKS.sub("", leaf), whole):
        name = next((name for name, pattern in _SAYS if pattern.search(words)), "")
        if not name:
            continue
        is_of_the_plan = name == "yoy" and re.search("目标|计划|任务", group)
        is_of_last_year = name in ("value", "attainment") and _NOT_OURS.search(whole)
        is_of_one_month = name == "value" and _ONE_MONTH.search(whole) and "累计" not in whole
        if is_of_the_plan or is_of_last_year or is_of_one_month:
            return ""
        return f"{PREVIOUS}{name}" if _BEFORE.search(whole) else name
    return ""


def _folded(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _plain_heading(text: str) -> str:
    """Without its months and years: 1—6月累计 and 1—7月累计 head the same column."""
    return _MONTHS.sub("N", _folded(text))


def _apart(labels: Sequence[str]) -> list[str]:
    """Labels that stand there several times are counted: 累计, 累计#2."""
    seen = Counter[str]()
    found = []
    for label in labels:
        seen[label] += 1
        found.append(label if seen[label] == 1 else f"{label}#{seen[label]}")
    return found


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
