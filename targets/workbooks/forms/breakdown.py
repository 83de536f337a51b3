"""任务分解表: what was promised, by whom and until when."""

from targets.workbooks.forms.columns import registered, superior
from targets.workbooks.sheets import Sheet

BREAKDOWN = Sheet(
    "任务分解表",
    title="重点目标任务分解表",
    columns=(
        *registered(
            "number", "domain", "title", "unit_of_measure", "baseline", "goal",
            domain=12, title=44, unit_of_measure=8, baseline=12, goal=12,
        ),
        superior(12),
        *registered(
            "leader", "unit", "supporting_units", "due", "remarks",
            leader=18, unit=18, supporting_units=24, due=14, remarks=24,
        ),
    ),
    fixed=3,
    joined="domain",
)  # fmt: skip
