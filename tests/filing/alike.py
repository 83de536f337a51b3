"""What is typed into a sheet stands, cell by cell, in 进展情况表 once it is reviewed."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from openpyxl import load_workbook

from targets.filing.intake import Intake
from targets.filing.sheet import RowKey
from targets.models import ProgressEntry
from targets.models.enums import Answer
from targets.register.register import Register
from targets.workbooks import write_workbook
from targets.workbooks.filing_sheet import Returned, write_filing_sheet
from tests.factories import at, author, make_plan, make_target, reviewer
from tests.filing.sheets import JULY, lines_of

SIGNS = "目标任务推进完成率同比增长１２３abc，。；：“”（）\n =+-@'\"<>&𠮷㐂—%/\\"
KINDS = (
    {"measure": "flow", "decimals": 4}, {"measure": "stock"},
    {"measure": "ratio", "comparator": "gte", "target_value": 90, "unit_of_measure": "%"},
    {"measure": "qualitative", "state": "watch"},
)  # fmt: skip
SHOWN = {"value": "累计完成", "narrative": "进展情况", "issues": "存在问题", "next_steps": "下一步措施"}


def figure(chance: Random, kind: dict) -> Decimal:
    if kind["measure"] == "stock":
        return Decimal(chance.randrange(10**6))
    return Decimal(chance.randrange(-(10**8), 10**8)).scaleb(-chance.randrange(5))


def said(chance: Random) -> str:
    return "".join(chance.choices(SIGNS, k=chance.randrange(1, 60))).strip() or "推进"


def check(rows: int, seed: int = 1) -> int:
    """Raises AssertionError at the first cell that differs. Returns how many cells were compared."""
    chance, plan = Random(seed), make_plan()
    kinds = [chance.choice(KINDS) for _n in range(rows)]
    for number, kind in enumerate(kinds):
        make_target(plan, title=f"目标{number}", **kind)
    unit, period, lines = lines_of(plan)
    typed = {}
    for line, kind in zip(lines, kinds, strict=True):
        words = {name: said(chance) for name in ("narrative", "issues", "next_steps")}
        value = {"value": figure(chance, kind)} if line.carries_figure else {}
        typed[line.target.code] = {**value, **words}
    returned = Returned(typed={(code, None): row for code, row in typed.items()})
    file = io.BytesIO()
    write_filing_sheet(file, unit, period, lines, returned)
    intake = Intake(file.getvalue(), user=author(), today=JULY)
    assert intake.faults == [], intake.faults[:5]
    assert RowKey.read(str(intake.rows[0].told.key)) == intake.rows[0].told.key
    intake.write(ready=set(typed))
    for entry in ProgressEntry.objects.filter(state="submitted").order_by("pk"):
        entry.approve(by=reviewer(), at=at(JULY + timedelta(1)))
    register, table = Register.at(plan, period=6, today=date(2025, 7, 21)), io.BytesIO()
    write_workbook(table, register, register.rows())
    sheet = load_workbook(table, read_only=True).active
    headings, *found = sheet.iter_rows(values_only=True)
    assert len(found) == rows
    compared = 0
    for line, row in zip(lines, found, strict=True):
        stands = dict(zip(headings, row, strict=True))
        for name, value in typed[line.target.code].items():
            cell = stands[SHOWN[name]]
            wanted = value if isinstance(value, str) else float(value)
            assert cell == wanted, (line.target.title, name, wanted, cell)
            compared += 1
    assert {entry.answer for entry in ProgressEntry.objects.all()} == {Answer.REPORTED}
    return compared
