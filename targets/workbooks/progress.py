"""Sheet 进展情况表: the monthly register, in the offices' order of columns."""

from targets.register.columns import shown
from targets.workbooks.sheets import Sheet

PROGRESS = Sheet("进展情况表", title="重点目标任务进展情况表", columns=shown("sheet"), fixed=3)
