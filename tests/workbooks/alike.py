"""Every sheet in both editions, written and read back: each cell is what the register says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

from django.utils import translation
from openpyxl import Workbook, load_workbook

from targets.models import Plan
from targets.register.register import Register
from targets.seed import load
from targets.workbooks import SHEETS, write_workbook
from targets.workbooks.cells import CellWriter, Stream
from targets.workbooks.content import Content
from targets.workbooks.sheets import DATA, PRINT, Header
from tests.filing.alike import said
from tests.workbooks.reading import shown

YEAR, NUMBER, MONTHS = 2025, 901, 6


def check(rows: int, seed: int = 1) -> int:
    """How many cells were compared; an AssertionError names the first that differs."""
    load.load(size=rows, periods=MONTHS, seed=seed, year=YEAR, number=NUMBER)
    plan = Plan.objects.get(code=f"LOAD{NUMBER}")
    register, chance = Register.at(plan, period=MONTHS), Random(seed)
    found = list(register.rows())
    for row in found:  # as an issue prints them
        row.polished = {name: said(chance) for name in ("narrative", "issues", "next_steps")}
    assert len(found) == rows
    return sum(_compared(register, found, edition) for edition in (DATA, PRINT))


def _compared(register: Register, rows: list[Any], edition: str) -> int:
    file = BytesIO()
    write_workbook(file, register, rows, edition=edition, sheets=list(SHEETS))
    book = load_workbook(file, read_only=True)
    names, cells = iter(book.sheetnames), 0
    with translation.override("zh-hans"):
        content = Content(register, rows)
        for sheet in (each.for_content(content) for each in SHEETS.values()):
            for part in sheet.parted(content):
                name = next(names)
                read = book[name].iter_rows(values_only=True)
                for _line in range(Header.LINES + 1 if edition == PRINT else 1):
                    next(read)
                for number, told in enumerate(_told(sheet, part.rows, edition), start=1):
                    line = next(each for each in read if any(value is not None for value in each))
                    assert len(line) == len(told), (edition, name, number)
                    for value, cell in zip(told, line, strict=True):
                        assert _same(value, cell), (edition, name, number, value, cell)
                    cells += len(told)
    assert next(names, None) is None
    return cells


def _told(sheet: Any, rows: Any, edition: str) -> Iterator[list[Any]]:
    """What each row says; on paper equal neighbours in one column stand once."""
    writer, on_paper = CellWriter(Stream.added_to(Workbook(write_only=True), "-")), edition == PRINT
    columns = [column for column in sheet.columns if not (on_paper and column.key in sheet.data_only)]
    last = None
    for row in rows:
        told = [writer.kept(column.written(row, on_paper=on_paper)) for column in columns]
        for place, column in enumerate(columns):
            if on_paper and column.key == sheet.joined:
                told[place], last = (None if told[place] == last else told[place]), told[place] or None
        yield told


def _same(told: Any, cell: Any) -> bool:
    if told is None or told == "":
        return cell is None
    if isinstance(told, str):
        return isinstance(cell, str) and shown(cell) == told
    if isinstance(told, date):
        return isinstance(cell, datetime) and cell == told
    return isinstance(cell, int | float) and Decimal(str(cell)) == Decimal(told)
