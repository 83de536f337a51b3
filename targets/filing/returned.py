"""The sheet as it came back, before it is compared with anything: its keys, and what its cells say."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets import explain
from targets.filing.lines import Line
from targets.filing.sheet import (
    ABOVE,
    BY_STATISTICS,
    FIELDS,
    FOOT,
    FORM,
    HEADING,
    HEADINGS,
    NONE_HERE,
    OPTIONAL,
    STATED,
    YES,
    RowKey,
    SheetKey,
    answers,
    digest,
    fields_of,
    print_at,
    prints,
    spelled,
)
from targets.models.enums import Answer
from targets.reading import sheet
from targets.reading.sheet import Cell, address
from targets.reading.typed import Refusal, parse_day, parse_number

_FIGURES, _DAYS = ("value", "forecast"), ("catch_up_on", "published_on")
_SAYS_YES, _SAYS_NO = (
    {YES, "√", "✓", "初步", "初步数", "1", "TRUE", "Y", "y"},
    {"否", "0", "FALSE", "无", "—"},
)


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """A cell to be mended; `column` is its letter, empty where a whole row is meant."""

    row: int
    column: str
    typed: str
    reason: str
    field: str = ""  # of the entry

    @property
    def heading(self) -> str:
        return HEADINGS.get(self.field, "")


@dataclass(frozen=True, slots=True)
class Beside:
    """A cell that the sheet did not have and that nothing takes: a note, another table, a name signed."""

    sheet: str
    place: str
    words: str


@dataclass(slots=True)
class ReturnedRow:
    """The row of one target with those of its nodes. `typed` and `done` are filled by `read_for`."""

    place: int
    key: RowKey
    title: str
    cells: Mapping[str, Cell]  # by field
    places: Mapping[str, int]  # field → column
    nodes: dict[int, tuple[int, Cell | None]] = dataclasses.field(default_factory=dict)  # node → row and cell
    typed: dict[str, Any] = dataclasses.field(default_factory=dict)
    done: dict[int, date] = dataclasses.field(default_factory=dict)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    fields: tuple[str, ...] = ()

    # --- reading ------------------------------------------------------------------------------

    def read_for(self, line: Line) -> None:
        """Read the cells as what the target takes. Without an answer, what is typed is a report."""
        self.fields = tuple(name for name in fields_of(line) if name in self.places)
        words = answers(line) if "answer" in self.cells else {}
        for name, found in self.cells.items():
            if name not in self.fields and found.text.strip() not in (NONE_HERE, BY_STATISTICS):
                self.refuse(name, _("Nothing belongs here; please clear the cell."))
        for name in self.fields:
            if (cell := self.cells.get(name)) is None:
                continue
            try:
                value = self._value(name, cell, line, words)
            except ValidationError as refused:
                self.refuse(name, " ".join(refused.messages))
            else:
                if value not in (None, "", False):
                    self.typed[name] = value
        known = {node.pk for node in line.nodes}
        for pk, (_place, typed) in self.nodes.items():
            if typed is None:
                continue
            if pk not in known:
                told = _("This node is reported as done already, or is no longer in the plan.")
                self.refuse("value", told, pk)
                continue
            try:
                if day := _day(typed):
                    self.done[pk] = day
            except ValidationError as refused:
                self.refuse("value", " ".join(refused.messages), pk)
        if self.is_filled and not self.faults:
            self.typed.setdefault("answer", Answer.REPORTED)

    @staticmethod
    def _value(name: str, cell: Cell, line: Line, words: Mapping[str, Answer]) -> Any:
        _refuse_what_says_nothing(cell)
        if name in _FIGURES:
            return _number(cell, line.target.unit_of_measure, whole=line.target.whole())
        if name == "yoy":
            return _number(cell, "%", whole=False)
        if name == "published_rank":
            rank = _number(cell, "", whole=True)
            return None if rank is None else int(rank)
        if name in _DAYS:
            return _day(cell)
        text = cell.text.strip()
        if name == "answer":
            if text not in words:
                raise ValidationError(
                    _("Please choose one of: %(answers)s.") % {"answers": explain.listed(words)}
                )
            return words[text]
        if name == "preliminary":
            if text not in _SAYS_YES | _SAYS_NO:
                raise ValidationError(_("Write “%(yes)s”, or leave it empty.") % {"yes": YES})
            return text in _SAYS_YES
        return spelled(text)

    @property
    def is_filled(self) -> bool:
        return bool(self.typed or self.done)

    @property
    def is_as_it_stood(self) -> bool:
        """Whether nobody touched the row since the sheet was made."""
        return digest(self.typed, self.done) == self.key.stood

    def says(self, stored: Mapping[str, Any], done: Mapping[int, date]) -> bool:
        """Whether the row says what is stored. Beside “no change” no figure is looked at."""
        typed = dict(self.typed)
        if typed.get("answer") == Answer.NO_CHANGE:
            typed.pop("value", None)
        return digest(typed, self.done) == digest(stored, done)

    # --- faults -------------------------------------------------------------------------------

    def refuse(self, name: str, reason: str, node: int | None = None) -> None:
        place = self.place if node is None else self.nodes[node][0]
        cell = self.cells.get(name) if node is None else self.nodes[node][1]
        self.faults.append(self._fault(place, name, cell.text if cell else "", reason))

    def _fault(self, place: int, name: str, typed: str, reason: str) -> Fault:
        column = self.places.get(name)
        letter = address(1, column).rstrip("1") if column else ""
        return Fault(place, letter, typed, reason, name if column else "")


def _refuse_what_says_nothing(cell: Cell) -> None:
    if cell.kind == "error":
        raise ValidationError(_("The cell shows an error, %(text)s; please type what is meant.") % {
            "text": cell.text})  # fmt: skip
    if cell.kind == "formula":
        raise ValidationError(_("The formula has no result; please type what is meant."))


def _number(cell: Cell, unit: str, *, whole: bool) -> Decimal | None:
    try:
        return parse_number(cell.text, unit_of_measure=unit, whole=whole)
    except Refusal as refused:
        raise ValidationError(explain.refusal(refused)) from None


def _day(cell: Cell) -> date | None:
    _refuse_what_says_nothing(cell)
    is_day = cell.kind == "day" and isinstance(cell.value, datetime)
    try:
        return parse_day(cell.value.date() if is_day and isinstance(cell.value, datetime) else cell.text)
    except Refusal as refused:
        raise ValidationError(explain.refusal(refused)) from None


@dataclass(slots=True)
class ReturnedSheet:
    """`faults` are of rows that somebody added, or that stand there twice. Every other cell that is not
    taken, on any sheet of the file, stands in `beside`.
    """

    key: SheetKey
    rows: list[ReturnedRow] = dataclasses.field(default_factory=list)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    beside: list[Beside] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, content: bytes) -> ReturnedSheet:
        """Raises ValidationError where the file is no 填报表 of this program."""
        try:
            book = sheet.read(content)
        except sheet.FileRefusal as refused:
            raise ValidationError(explain.file_refusal(refused)) from None
        firsts = [(each, each.cells.get((1, 1))) for each in book.sheets]
        keyed = [(each, key) for each, first in firsts if first and (key := SheetKey.read(first.text))]
        if not keyed:
            raise ValidationError(
                _(
                    "This is no %(form)s made by this program, or its hidden first column is missing. "
                    "Please export one under “This month's reports” and fill it in."
                )
                % {"form": FORM}
            )
        if len(keyed) > 1:
            words = {"form": FORM, "sheets": explain.listed(each.name for each, _key in keyed)}
            raise ValidationError(
                _("Several %(form)s stand in this file, on %(sheets)s; please hand in each by itself.")
                % words
            )
        ((form, key),) = keyed
        found = cls(key)
        found._read(form)
        for each in book.sheets:
            if each is not form:
                found._leave(each, [each.cells[place] for place in sorted(each.cells)])
        return found

    def _leave(self, where: sheet.Sheet, cells: Iterable[Cell]) -> None:
        self.beside += [Beside(where.name, cell.address, cell.text.strip()) for cell in cells]

    def _read(self, form: sheet.Sheet) -> None:
        by_row: dict[int, dict[int, Cell]] = {}
        for row, column in sorted(form.cells):
            by_row.setdefault(row, {})[column] = form.cells[row, column]
        head = next((row for row, cells in by_row.items() if 1 in cells and cells[1].text == HEADING), None)
        if head is None:
            raise ValidationError(_("The row of headings is missing; please export the sheet anew."))
        named = {"".join(cell.text.split()): column for column, cell in by_row[head].items()}
        asked = {name: HEADINGS[name] for name in FIELDS[self.key.part]}
        places = {name: named[heading] for name, heading in asked.items() if heading in named}
        lacking = [heading for name, heading in asked.items() if name not in {*places, *OPTIONAL}]
        if lacking:
            words = {"columns": explain.listed(lacking)}
            raise ValidationError(
                _("These columns are missing: %(columns)s. Please export the sheet anew.") % words
            )
        known = enumerate(STATED[self.key.part])
        stated = {named[heading]: place for place, heading in known if heading in named}
        rows: dict[str, ReturnedRow] = {}
        for row, cells in by_row.items():
            mark = cells[1].text.strip() if 1 in cells else ""
            key = RowKey.read(mark) if row > head else None
            if key is not None:
                taken = self._take(row, key, cells, places, stated, rows)
                kept = {column: print_at(place, key.shown) for column, place in stated.items()}
            elif row == head:
                taken, kept = {1, *places.values(), *stated}, {}
            elif row == 1 or mark.startswith((ABOVE, FOOT)):
                taken, kept = {1}, dict.fromkeys(cells, mark.rpartition("/")[2])
            else:
                taken, kept = self._added(row, cells, places) if row > head else set(), {}
            if not self.key.shown:  # made before there were prints
                taken = {*taken, *kept}
            left = (column for column in cells if column not in taken)
            self._leave(form, [cells[c] for c in left if kept.get(c) != prints([cells[c].text])])
        self.rows = list(rows.values())

    def _take(
        self,
        row: int,
        key: RowKey,
        cells: Mapping[int, Cell],
        places: Mapping[str, int],
        stated: Collection[int],
        rows: dict[str, ReturnedRow],
    ) -> set[int]:
        """Read the row of a target or of a node. Returns which of its columns that takes."""
        typed = {name: cells[column] for name, column in places.items() if column in cells}
        owner = rows.get(key.code)
        if key.node is None and owner is None:
            rows[key.code] = ReturnedRow(row, key, _told(cells, stated), typed, places)
            return {1, *places.values()}
        if key.node is not None and owner is not None and key.node not in owner.nodes:
            owner.nodes[key.node] = (row, typed.get("value"))
            return {1, places["value"]}
        reason = _("The row stands here twice, or not below its target.")
        self.faults.append(Fault(row, "", _told(cells, cells), reason))
        return set(cells)

    def _added(self, row: int, cells: Mapping[int, Cell], places: Mapping[str, int]) -> set[int]:
        """A row without a key: where something is filled in it reports on no target, else it is a note."""
        if not set(places.values()) & set(cells):
            return set()
        reason = _("This row was added, so it belongs to no target; please leave it out.")
        self.faults.append(Fault(row, "", _told(cells, cells), reason))
        return set(cells)


def _told(cells: Mapping[int, Cell], columns: Collection[int]) -> str:
    """What stands in these columns, without the key."""
    return " ".join(cell.text.strip() for column, cell in cells.items() if column > 1 and column in columns)
