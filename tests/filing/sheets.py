"""填报表 for the tests: made as a unit gets it, filled in by another program than the one that made it."""

import io
import re
from datetime import date

from openpyxl import load_workbook

from targets.filing.intake import Intake
from targets.filing.lines import Line, read_lines
from targets.filing.occasion import loggable
from targets.filing.sheet import HEADINGS
from targets.models import KeptFile
from targets.workbooks.filing_sheet import write_filing_sheet
from tests.factories import at, author, make_unit

JULY = date(2025, 7, 3)


def lines_of(plan, number=6, *, unit=None, user=None, today=JULY):
    period = plan.periods.get(number=number)
    unit = unit or make_unit()
    mine = loggable(user or author(unit), "report").filter(plan=plan, lead_unit=unit)
    return unit, period, read_lines(Line, mine, period, "report", today)


def made(plan, number=6, *, unit=None, user=None, today=JULY):
    """The bytes of the sheet that the unit gets."""
    unit, period, lines = lines_of(plan, number, unit=unit, user=user, today=today)
    file = io.BytesIO()
    write_filing_sheet(file, unit, period, lines)
    return file.getvalue()


def opened(content):
    return load_workbook(io.BytesIO(content))


def places(sheet):
    """Heading → column, and code (or code and node) → row."""
    head = next(row for row in sheet.iter_rows() if row[0].value == "#headings")
    columns = {cell.value: cell.column for cell in head}
    rows = {}
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        if found := re.fullmatch(r"([A-Z0-9-]+)/\d+/\w*/(\d*)/\w*", str(row[0].value)):
            rows[found[1] + (f"/{found[2]}" if found[2] else "")] = row[0].row
    return columns, rows


def filled(content, typed):
    """The sheet with `typed` filled in, as its locks allow: code → {field: value}; a node is code/id."""
    return edited(content, typed, locks=True)


def edited(content, typed, *, rows=None, locks=False, sheets=None):
    """The sheet as somebody may have made it: also row → {column: value}, anywhere; name → such rows of
    sheets that were added.
    """
    book = opened(content)
    sheet = book.active
    columns, found = places(sheet)
    for code, values in typed.items():
        for name, value in values.items():
            cell = sheet.cell(found[code], columns[HEADINGS[name]])
            assert not (locks and cell.protection.locked), (code, name)
            cell.value = value
    for row, values in (rows or {}).items():
        for column, value in values.items():
            _put(sheet, row, column, value)
    for name, added in (sheets or {}).items():
        other = book.create_sheet(name)
        for row, values in added.items():
            for column, value in values.items():
                other.cell(row, column).value = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _put(sheet, row, column, value):
    """Also into a cell that is merged away: a program that takes the merging apart shows it."""
    for merged in list(sheet.merged_cells.ranges):
        if (row, column) != (merged.min_row, merged.min_col) and (row, column) in merged.cells:
            sheet.unmerge_cells(merged.coord)
    sheet.cell(row, column).value = value


def read(content, user=None, today=JULY):
    return Intake(content, user=user or author(), today=today)


def kept(content, by=None, name="填报表.xlsx"):
    return KeptFile.keep(content, name, by=by or author(), at=at(JULY))
