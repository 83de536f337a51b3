"""Values put into cells of a sheet as it came in: its text is cut where they go, and nowhere else.

Reading a workbook into a tree and writing it again loses what the tree does not know: drawings,
validations, print settings, extensions. So the tags of the one sheet are found in its text, and the rest of
the text stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from itertools import islice
from xml.sax.saxutils import escape

from targets.reading.sheet.book import Book, Sheet
from targets.reading.sheet.cells import address, place_of
from targets.reading.sheet.container import Container
from targets.reading.sheet.limits import Budget, FileRefusal, Limits
from targets.reading.sheet.parts import whole
from targets.rules.quantities import plain

Place = tuple[int, int]
Corners = tuple[Place, Place]

# The text is well-formed: it was read before, so that tags, comments and quoted values end where they say.
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"""|<(?P<close>/?)(?P<name>[^\s/>!?]+)(?P<told>(?:[^>"']|"[^"]*"|'[^']*')*?)(?P<empty>/?)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_OF_THE_VALUE = re.compile(r"""\s(?:t|cm|vm)\s*=\s*(?:"[^"]*"|'[^']*')""")  # they speak of what is replaced
_SPANS = re.compile(r"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["'][^>]*\?>""")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_MOST_CELLS = 200_000  # with those that hold nothing but a style
_MOST_RESULTS = 1_000
_LASTING = ("array", "dataTable")  # formulas whose results fill cells that show no formula of their own


def _attributes(told: str) -> dict[str, str]:
    return {name: unescape(one or other) for name, one, other in _ATTRIBUTE.findall(told)}


def _text_of(part: bytes) -> str:
    """The part decoded; it is written again as UTF-8."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        found = _DECLARED.search(part[:200])
        encoding = found[1].decode("ascii") if found else "utf-8"
    try:
        text = part.decode(encoding)
    except (LookupError, ValueError):
        raise FileRefusal("file_is_damaged") from None
    if encoding.lower() in ("utf-8", "utf8"):
        return text
    return re.sub(r"^(\ufeff?<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"']*[\"']", r"\1", text).lstrip("\ufeff")


@dataclass(slots=True)
class _Cell:
    column: int
    start: int
    told: str  # its attributes
    style: int
    end: int = 0


@dataclass(slots=True)
class _Row:
    number: int
    start: int
    opened: int  # where its start tag ends
    told: str
    is_empty: bool
    closed: int = 0  # where its end tag begins
    cells: list[_Cell] = field(default_factory=list)


class Filling:
    """One sheet of a workbook: which of its cells hold formulas, how each prints numbers, and what it
    becomes with other values in it.
    """

    def __init__(self, data: bytes, book: Book, sheet: Sheet) -> None:
        self.container = Container(data, Budget(Limits()))
        self.book, self.sheet = book, sheet
        self.text = self._part(sheet.part)
        self.rows: list[_Row] = []
        self.cells: dict[Place, _Cell] = {}
        self.columns: list[tuple[range, int]] = []  # styles of columns
        self._formulas: set[Place] = set()
        self._results: list[Corners] = []  # what formulas of several cells fill
        self._scan()
        self._lists = list(islice(self._note_lists(), _MOST_RESULTS))

    def _part(self, name: str) -> str:
        return _text_of(b"".join(self.container.chunks(name)))

    # --- what is there ------------------------------------------------------------------------

    def _scan(self) -> None:
        number = column = 0
        row: _Row | None = None
        cell: _Cell | None = None
        is_below = False
        self._data: tuple[int, int, bool] | None = None  # where the rows are, and whether there are none
        for tag in _TAG.finditer(self.text):
            if tag["name"] is None:
                continue
            prefix, _colon, name = tag["name"].rpartition(":")
            if tag["close"]:
                if name == "c" and cell:
                    cell.end, cell = tag.end(), None
                elif name == "row" and row:
                    row.closed, row = tag.start(), None
                elif name == "sheetData" and self._data:
                    self._data = (self._data[0], tag.start(), False)
                    return
                continue
            if name == "sheetData":
                self.prefix = f"{prefix}:" if prefix else ""
                self._data = (tag.start(), tag.end(), True)
                if tag["empty"]:
                    return
            elif name == "col":
                self._note_column(_attributes(tag["told"]))
            elif name == "row" and self._data:
                told = whole(_attributes(tag["told"]).get("r"))
                number, column = told if told > 0 else number + 1, 0
                self.container.budget.spend_bytes(0)  # looks at the clock
                row = _Row(number, tag.start(), tag.end(), tag["told"], bool(tag["empty"]), tag.end())
                if number > self.sheet.height and is_below:
                    row = None  # below all that is filled one is enough, before which a new one may stand
                    continue
                is_below = number > self.sheet.height
                self.rows.append(row)
                row = None if tag["empty"] else row
            elif name == "c" and row:
                attributes = _attributes(tag["told"])
                place = place_of(attributes.get("r", ""))
                column = place[1] if place else column + 1
                style = max(0, whole(attributes.get("s")))
                if min(column, row.cells[-1].column if row.cells else 0) > self.sheet.width:
                    continue  # likewise to the right of it
                cell = _Cell(column, tag.start(), tag["told"], style, tag.end())
                row.cells.append(cell)
                self.cells[place or (row.number, column)] = cell
                if len(self.cells) > _MOST_CELLS:
                    raise FileRefusal("sheet_has_many_cells", most=_MOST_CELLS, sheet=self.sheet.name)
                cell = None if tag["empty"] else cell
            elif name == "f" and row and cell:
                self._formulas.add((row.number, cell.column))
                self._note_results(_attributes(tag["told"]))
        raise FileRefusal("file_is_damaged")  # a sheet without rows, or one that never ends

    def _note_column(self, told: dict[str, str]) -> None:
        if "style" in told:
            columns = range(whole(told.get("min")), whole(told.get("max")) + 1)
            self.columns.append((columns, whole(told["style"])))

    def _note_results(self, told: dict[str, str]) -> None:
        if told.get("t") in _LASTING:
            corners = _corners(told.get("ref", ""))
            if corners and corners[0] != corners[1]:
                self._results.append(corners)
            if len(self._results) > _MOST_RESULTS:
                raise FileRefusal("file_takes_long")

    def _note_lists(self) -> Iterator[tuple[Corners, list[str]]]:
        """Where a validation lists the words that a cell takes: below the rows of the sheet."""
        assert self._data
        rule: dict[str, str] = {}
        start = 0
        for tag in filter(lambda tag: tag["name"], _TAG.finditer(self.text, self._data[1])):
            name = tag["name"].rpartition(":")[2]
            if name == "dataValidation" and not tag["close"]:
                rule = _attributes(tag["told"])
            elif name == "formula1" and not tag["close"]:
                start = tag.end()
            elif name == "formula1" and rule.get("type") == "list":
                words = unescape(self.text[start : tag.start()]).strip()
                if words[:1] == words[-1:] == '"':  # else it names the cells in which they stand
                    listed = [each.strip() for each in words.strip('"').split(",")]
                    corners = map(_corners, rule.get("sqref", "").split())
                    yield from ((each, listed) for each in corners if each)
            elif name == "dataValidations" and tag["close"]:
                return

    def is_calculated(self, place: Place) -> bool:
        """Whether the cell holds a formula, or a result of one."""
        return place in self._formulas or any(_is_within(place, corners) for corners in self._results)

    def listed(self, place: Place) -> list[str]:
        """The words of which the cell takes one; none if it takes others too, or they stand in cells."""
        return next((words for corners, words in self._lists if _is_within(place, corners)), [])

    def is_percent(self, place: Place) -> bool:
        return self.book.styles.of(self._style(*place)).shows == "%"

    def _style(self, row: int, column: int) -> int:
        """That of the cell, else of its row, else of its column."""
        if found := self.cells.get((row, column)):
            return found.style
        told = next((_attributes(each.told) for each in self.rows if each.number == row), {})
        if told.get("customFormat") in ("1", "true"):
            return max(0, whole(told.get("s")))
        return next((style for columns, style in self.columns if column in columns), 0)

    # --- what it becomes ----------------------------------------------------------------------

    def filled(self, values: Mapping[Place, Decimal | str]) -> bytes:
        """The file with these values; never put one where `is_calculated`.

        Formulas are worked out anew when it is opened. Excel and WPS do so when told; LibreOffice believes
        the results that stand in the file, so they are taken out.
        """
        changed = {self.book.part: _recalculating(self._part(self.book.part)).encode()}
        changed[self.sheet.part] = _without_results(self._with(values)).encode()
        for part in {sheet.part for sheet in self.book.sheets} - {self.sheet.part}:
            text = self._part(part)
            if (anew := _without_results(text)) != text:
                changed[part] = anew.encode()
        return self.container.repacked(changed)

    def _with(self, values: Mapping[Place, Decimal | str]) -> str:
        edits: dict[tuple[int, int], str] = defaultdict(str)  # from, to → what stands there instead
        by_row: dict[int, list[int]] = defaultdict(list)
        for place in sorted(values):
            if cell := self.cells.get(place):
                told = _OF_THE_VALUE.sub("", cell.told.rstrip())
                edits[cell.start, cell.end] = self._cell(told, values[place])
            else:
                by_row[place[0]].append(place[1])
        known = {row.number: row for row in self.rows}
        for number, columns in by_row.items():
            new = {column: self._new(number, column, values[number, column]) for column in columns}
            if number in known:
                self._into(known[number], new, edits)
            else:
                told = f'<{self.prefix}row r="{number}">{"".join(new.values())}</{self.prefix}row>'
                self._below(number, told, edits)
        return "".join(_cut(self.text, edits))

    def _into(self, row: _Row, new: Mapping[int, str], edits: dict[tuple[int, int], str]) -> None:
        head = _SPANS.sub("", row.told)  # what the row spans is a hint that no longer holds
        if row.is_empty:
            told = f"<{self.prefix}row{head}>{''.join(new.values())}</{self.prefix}row>"
            edits[row.start, row.opened] = told
            return
        if head != row.told:
            edits[row.start, row.opened] = f"<{self.prefix}row{head}>"
        for column, told in new.items():
            at = next((cell.start for cell in row.cells if cell.column > column), row.closed)
            edits[at, at] += told

    def _below(self, number: int, told: str, edits: dict[tuple[int, int], str]) -> None:
        assert self._data
        start, end, is_empty = self._data
        if is_empty:
            name = f"{self.prefix}sheetData"
            inner = edits.get((start, end), f"<{name}></{name}>").removesuffix(f"</{name}>")
            edits[start, end] = f"{inner}{told}</{name}>"
            return
        at = next((row.start for row in self.rows if row.number > number), end)
        edits[at, at] += told

    def _new(self, row: int, column: int, value: Decimal | str) -> str:
        style = self._style(row, column)
        worn = f' s="{style}"' if style else ""
        return self._cell(f' r="{address(row, column)}"{worn}', value)

    def _cell(self, told: str, value: Decimal | str) -> str:
        x = self.prefix
        if isinstance(value, Decimal):
            return f"<{x}c{told}><{x}v>{plain(value)}</{x}v></{x}c>"
        text = escape(_ESCAPE_LIKE.sub("_x005F_", value))
        inner = f'<{x}is><{x}t xml:space="preserve">{text}</{x}t></{x}is>'
        return f'<{x}c{told} t="inlineStr">{inner}</{x}c>'


def _corners(ref: str) -> Corners | None:
    first, _colon, last = ref.partition(":")
    top, bottom = place_of(first), place_of(last or first)
    return (top, bottom) if top and bottom else None


def _is_within(place: Place, corners: Corners) -> bool:
    (top, left), (bottom, right) = corners
    return top <= place[0] <= bottom and left <= place[1] <= right


def _cut(text: str, edits: Mapping[tuple[int, int], str]) -> Iterator[str]:
    at = 0
    for (start, end), told in sorted(edits.items()):
        yield text[at:start]
        yield told
        at = end
    yield text[at:]


def _without_results(text: str) -> str:
    """A sheet whose formulas say no result yet."""
    edits: dict[tuple[int, int], str] = {}
    is_formula, start = False, 0
    for tag in filter(lambda tag: tag["name"], _TAG.finditer(text)):
        name = tag["name"].rpartition(":")[2]
        if name == "c" and not tag["close"]:
            is_formula = False
        elif name == "f":
            is_formula = True
        elif name == "v" and is_formula:
            start = start if tag["close"] else tag.start()
            if tag["close"] or tag["empty"]:
                edits[start, tag.end()] = ""
    return "".join(_cut(text, edits))


# What may stand before <calcPr> in a workbook, the last first.
_BEFORE = ("definedNames", "externalReferences", "functionGroups", "sheets")


def _recalculating(text: str) -> str:
    """The workbook told to work out its formulas when it is opened."""
    tags: dict[str, re.Match[str]] = {}
    for tag in filter(lambda tag: tag["name"], _TAG.finditer(text)):
        name = tag["name"].rpartition(":")[2]
        if not tag["close"] if name == "calcPr" else tag["close"] or tag["empty"]:
            tags[name] = tag
    asked = ' fullCalcOnLoad="1"'
    if found := tags.get("calcPr"):
        told = re.sub(r"""\sfullCalcOnLoad\s*=\s*(?:"[^"]*"|'[^']*')""", "", found["told"].rstrip())
        new = f"<{found['name']}{told}{asked}{found['empty']}>"
        return text[: found.start()] + new + text[found.end() :]
    after = next((tags[name] for name in _BEFORE if name in tags), None)
    if after is None:
        raise FileRefusal("file_is_damaged")
    prefix, colon, _name = after["name"].rpartition(":")
    return f"{text[: after.end()]}<{prefix}{colon}calcPr{asked}/>{text[after.end() :]}"
