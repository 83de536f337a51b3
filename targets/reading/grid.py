"""A table as rows of text, whichever door it came through, and the tab-separated text that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from targets.reading.headings import headings
from targets.reading.pasted import SPANNING
from targets.reading.sheet import Sheet, address

Place = tuple[int, int]


@dataclass(slots=True)
class Grid:
    """`rows` keep the line numbers of the sheet; places are (row, column) from 1.

    `merged`: first and last place of each merged cell. `scaled`: cells whose format prints them smaller.
    """

    rows: list[list[str]]
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    without_result: list[str] = field(default_factory=list)
    scaled: list[str] = field(default_factory=list)

    @classmethod
    def of_sheet(cls, sheet: Sheet) -> Grid:
        rows: list[list[str]] = [[] for _ in range(sheet.height)]
        found = sorted(sheet.cells.values(), key=lambda cell: (cell.row, cell.column))
        for cell in found:
            row = rows[cell.row - 1]
            row += [""] * (cell.column - 1 - len(row))
            row.append(cell.text.strip())
        filled_rows = {cell.row for cell in found}
        filled_columns = {cell.column for cell in found}
        return cls(
            rows,
            list(sheet.merged),
            [row for row in sheet.hidden_rows if row in filled_rows],
            [column for column in sheet.hidden_columns if column in filled_columns],
            [cell.address for cell in found if cell.kind == "formula"],
            [cell.address for cell in found if cell.is_scaled],
        )

    def is_table(self, year: int | None) -> bool:
        return headings(self.rows, year) is not None

    def filled(self, year: int | None) -> list[list[str]]:
        """The rows with the value of a merged cell in each of its rows, in the columns of `SPANNING`."""
        rows = [list(row) for row in self.rows]
        found = headings(rows, year)
        if found is None:
            return rows
        first, named = found[0] + found[1].rows + 1, found[1].fields
        columns = {place for place, name in enumerate(named, start=1) if name in SPANNING}
        for (top, column), (bottom, _right) in self.merged:
            value = _at(rows, top, column)
            if top < first or column not in columns or not value:
                continue
            for row in rows[top : min(bottom, len(rows))]:
                if any(row) and (len(row) < column or not row[column - 1]):
                    row += [""] * (column - len(row))
                    row[column - 1] = value
        return rows


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """The rows as a sheet copies them; `pasted.cells` gives the same rows back."""
    return "\n".join("\t".join(map(_quoted, row)) for row in rows)


def column_name(column: int) -> str:
    return address(1, column)[:-1]


def _at(rows: Sequence[Sequence[str]], row: int, column: int) -> str:
    return rows[row - 1][column - 1] if 0 < row <= len(rows) and 0 < column <= len(rows[row - 1]) else ""


def _quoted(cell: str) -> str:
    if "\t" in cell or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    # A blank, which the reader strips, keeps a quotation mark at the front from opening a quoted cell.
    return f" {cell}" if cell.startswith('"') else cell
