"""Message keys and numbers in, words out. Every sentence a person reads about a figure is here."""

from targets.explain.changes import differences, many, pairs, revision
from targets.explain.marks import DOUBTS, GAPS, MARKS, marks, notice_refusal, refusal, remarks, share
from targets.explain.people import leader, titled
from targets.explain.quantities import (
    SIGNS,
    change,
    day,
    goal,
    listed,
    moment,
    month_of,
    months,
    number,
    percentage,
    points,
    quantity,
    reading,
    unit_of_change,
)
from targets.explain.reasons import reason, set_by_hand
from targets.explain.steps import steps

__all__ = [
    "DOUBTS",
    "GAPS",
    "MARKS",
    "SIGNS",
    "change",
    "day",
    "differences",
    "goal",
    "leader",
    "listed",
    "many",
    "marks",
    "moment",
    "month_of",
    "months",
    "notice_refusal",
    "number",
    "pairs",
    "percentage",
    "points",
    "quantity",
    "reading",
    "reason",
    "refusal",
    "remarks",
    "revision",
    "set_by_hand",
    "share",
    "steps",
    "titled",
    "unit_of_change",
]
