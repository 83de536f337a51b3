"""Sheet 进展情况表: the monthly register, in the offices' order of columns."""

from __future__ import annotations

from targets.register.columns import shown
from targets.register.row import RegisterRow
from targets.workbooks.sheets import Sheet

PROGRESS: Sheet[RegisterRow] = Sheet(
    "进展情况表", title="重点目标任务进展情况表", fixed=3, columns=shown("sheet")
)
