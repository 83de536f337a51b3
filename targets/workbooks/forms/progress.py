"""进展情况表, the monthly register: of twenty columns on A3, and the short one on A4."""

from targets.register.columns import shown
from targets.workbooks.forms.columns import registered
from targets.workbooks.sheets import A4, Sheet

TITLE = "重点目标任务进展情况表"

PROGRESS = Sheet(
    "进展情况表", title=TITLE, columns=shown("sheet"), fixed=3, joined="domain", counts_lights=True
)

SHORT_COLUMNS = registered(
    "number", "title", "goal", "value", "attainment", "expected", "status", "progress", "issues",
    "next_steps", "unit", "leader", goal=10,
)  # fmt: skip
SHORT = Sheet("进展情况表（简）", title=TITLE, columns=SHORT_COLUMNS, fixed=2, paper=A4, counts_lights=True)
