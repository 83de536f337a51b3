"""A workbook: its sheets, read in the order in which it lists them."""

from __future__ import annotations

from dataclasses import dataclass, field

from targets.reading.sheet import cells, xml
from targets.reading.sheet.cells import Cell
from targets.reading.sheet.container import Container, beside
from targets.reading.sheet.limits import Budget, FileRefusal, Limits
from targets.reading.sheet.parts import Contents, Relations, Styles, Texts, whole

_MOST_MERGED = 20_000
_MOST_SHEETS = 100


@dataclass(slots=True)
class Sheet:
    """The cells that hold something by (row, column), both from 1; `merged`: first and last place of each."""

    name: str
    is_hidden: bool = False
    part: str = ""  # where it lies within the file
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)

    @property
    def height(self) -> int:
        return max((row for row, _column in self.cells), default=0)

    @property
    def width(self) -> int:
        return max((column for _row, column in self.cells), default=0)


@dataclass(slots=True)
class Book:
    """`part`: where the workbook itself lies within the file; `styles`: how its cells print numbers."""

    sheets: list[Sheet]
    part: str = ""
    styles: Styles = field(default_factory=Styles)


def read(data: bytes, limits: Limits | None = None) -> Book:
    """The sheets of an .xlsx file. Raises FileRefusal."""
    budget = Budget(limits or Limits())
    container = Container(data, budget)
    whole_book = _relations(container, "")
    workbook = next((target for kind, target in whole_book.values() if kind == "officeDocument"), "")
    workbook = beside("", workbook) if workbook else "xl/workbook.xml"
    contents = Contents()
    xml.parse(container.chunks(workbook), contents)
    relations = _relations(container, workbook)
    styles, texts = Styles(), Texts(budget)
    for kind, handler in (("styles", styles), ("sharedStrings", texts)):
        part = next((target for found, target in relations.values() if found == kind), "")
        if part and beside(workbook, part) in container:
            xml.parse(container.chunks(beside(workbook, part)), handler)  # type: ignore[arg-type]
    sheets = []
    for listed in contents.sheets[:_MOST_SHEETS]:
        kind, target = relations.get(listed.relation, ("", ""))
        if kind == "worksheet":
            sheet = Sheet(listed.name, listed.is_hidden, beside(workbook, target))
            reader = _Reader(sheet, styles, texts.found, budget, contents.epoch_1904)
            xml.parse(container.chunks(sheet.part), reader)
            sheets.append(sheet)
    if not sheets:
        raise FileRefusal("file_has_no_sheet")
    return Book(sheets, workbook, styles)


def _relations(container: Container, part: str) -> dict[str, tuple[str, str]]:
    folder, _slash, name = part.rpartition("/")
    of_part = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    found = Relations()
    if of_part in container:
        xml.parse(container.chunks(of_part), found)
    return found.found


class _Reader:
    """Fills a sheet. Places come from r where it is written, else by counting; no <dimension> is believed."""

    def __init__(
        self, sheet: Sheet, styles: Styles, texts: list[str], budget: Budget, epoch_1904: bool
    ) -> None:
        self.sheet, self.styles, self.texts = sheet, styles, texts
        self.budget, self.epoch_1904 = budget, epoch_1904
        self.row = self.column = 0
        self.kind, self.style = "n", -1
        self.words: list[str] = []  # of the element being read
        self.reads = False
        self.is_sound = False
        self.value: str | None = None
        self.formula: str | None = None
        self.inline: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place = cells.place_of(attributes["r"]) if "r" in attributes else None
            self.row, self.column = place or (self.row, self.column + 1)
            self.kind, self.style = attributes.get("t", "n"), whole(attributes.get("s"))
            self.value, self.formula, self.inline = None, None, []
        elif name in ("v", "t", "f"):
            self.words, self.reads = [], not self.is_sound
        elif name == "row":
            told = whole(attributes.get("r"))
            self.row, self.column = told if told > 0 else self.row + 1, 0
            if attributes.get("hidden") in ("1", "true") and len(self.sheet.hidden_rows) < _MOST_MERGED:
                self.sheet.hidden_rows.append(self.row)
        elif name == "rPh":
            self.is_sound = True
        elif name == "mergeCell" and len(self.sheet.merged) < _MOST_MERGED:
            self._merge(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            last = min(whole(attributes.get("max")), self.budget.limits.columns)
            columns = {*self.sheet.hidden_columns, *range(max(1, whole(attributes.get("min"))), last + 1)}
            self.sheet.hidden_columns = sorted(columns)

    def text(self, words: str) -> None:
        if self.reads:
            self.budget.spend_characters(len(words))
            self.words.append(words)

    def end(self, name: str) -> None:
        if name == "c":
            if self.value is not None or self.formula is not None or self.inline:
                self._take()
            return
        if name == "rPh":
            self.is_sound = False
        if not self.reads or name not in ("v", "t", "f"):
            return
        told, self.reads = "".join(self.words), False
        if name == "v":
            self.value = told
        elif name == "f":
            self.formula = told
        else:
            self.inline.append(told)

    def _take(self) -> None:
        cell = self._cell()
        if isinstance(cell.value, str) and not cell.value.strip():
            return
        limits, named = self.budget.limits, {"sheet": self.sheet.name}
        if self.row > limits.rows:
            raise FileRefusal("sheet_has_many_rows", most=limits.rows, **named)
        if self.column > limits.columns:
            raise FileRefusal("sheet_has_many_columns", most=limits.columns, **named)
        self.budget.cells_left -= 1
        if self.budget.cells_left < 0:
            raise FileRefusal("sheet_has_many_cells", most=limits.cells, **named)
        self.sheet.cells[self.row, self.column] = cell

    def _cell(self) -> Cell:
        row, column, raw = self.row, self.column, (self.value or "").strip()
        if self.kind == "inlineStr":
            words = cells.as_typed("".join(self.inline))
            return Cell(row, column, "text", words, words)
        if self.formula is not None and not raw and self.kind != "str":
            told = f"={self.formula}"
            return Cell(row, column, "formula", told, told)
        if self.kind == "s":
            index = whole(raw)
            if not 0 <= index < len(self.texts):
                raise FileRefusal("file_is_damaged")
            return Cell(row, column, "text", self.texts[index], self.texts[index])
        if self.kind == "str":
            words = cells.as_typed(self.value or "")
            return Cell(row, column, "text", words, words)
        if self.kind == "b":
            return Cell(
                row, column, "boolean", raw in ("1", "true"), "TRUE" if raw in ("1", "true") else "FALSE"
            )
        if self.kind == "e":
            return Cell(row, column, "error", raw, raw)
        form = self.styles.of(self.style)
        if self.kind == "d":
            return cells.of_day(row, column, raw, form)
        return cells.of_number(row, column, raw, form, epoch_1904=self.epoch_1904)

    def _merge(self, ref: str) -> None:
        first, _colon, last = ref.partition(":")
        places = cells.place_of(first), cells.place_of(last or first)
        if places[0] and places[1]:
            self.sheet.merged.append((places[0], places[1]))
