"""A workbook read back, cell by cell, as another program would."""

import re
from io import BytesIO

from openpyxl import load_workbook

from targets.workbooks import write_workbook

SHEET = "进展情况表"


def xlsx(register, rows):
    """The workbook of these rows as bytes."""
    file = BytesIO()
    write_workbook(file, register, rows)
    return file.getvalue()


def sheet_of(data, name=SHEET):
    return load_workbook(BytesIO(data))[name]


def headings(sheet):
    return [cell.value for cell in sheet[1]]


def lines(sheet):
    """Each row below the headings, as a dictionary from heading to cell."""
    return [dict(zip(headings(sheet), row, strict=True)) for row in sheet.iter_rows(min_row=2)]


def values(sheet):
    return [{heading: cell.value for heading, cell in line.items()} for line in lines(sheet)]


def shown(text):
    """What Excel shows for a stored text; openpyxl leaves the escapes of inline text as they are."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
