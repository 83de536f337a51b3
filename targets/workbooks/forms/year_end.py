"""年终完成情况表: the promise in the document's words, what became of it, and room for the scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from targets import explain
from targets.models import ListEntry, Target
from targets.register.columns import Column, Kind, Value
from targets.register.row import RegisterRow
from targets.status import ATTENTION
from targets.workbooks.content import Content
from targets.workbooks.forms.columns import dated_title, registered, superior
from targets.workbooks.sheets import Sheet


class Outcome(RegisterRow):
    """A row with the words it was promised in, and what it is worth."""

    stated_as = ""
    score: Decimal | None = None

    @property
    def original_goal(self) -> str:
        value = self.target_value if self.original_value is None else self.original_value
        return explain.goal(self.comparator, value, self.unit_of_measure, self.upper_value, self.measure)

    @property
    def why_not(self) -> str | None:
        return self.words("issues") if self.status in ATTENTION else None


def _rows(content: Content) -> Iterator[Outcome]:
    plan = content.register.plan
    stated = dict(Target.objects.filter(plan=plan).values_list("pk", "stated_as"))
    # A target that stands on several lists is worth what the first of them says.
    scored = ListEntry.objects.filter(list__plan=plan, score__isnull=False).order_by("-list__order", "-list")
    scores = dict(scored.values_list("target", "score"))
    for each in content.rows:
        row = Outcome(each.target, each.on)
        row.polished = each.polished
        row.stated_as = stated.get(row.target.pk) or row.target.title
        row.score = scores.get(row.target.pk)
        yield row


Each = Column[Outcome]


def _score(row: Outcome) -> Value:
    """Whole points without the decimals of the target's own figure."""
    return int(row.score) if row.score is not None and row.score == int(row.score) else row.score


def _or_empty(key: str, kind: Kind, value: Callable[[Outcome], Value], heading: str, width: float) -> Each:
    return Each(key, kind, value, sheet=heading, width=width, absent=lambda row: None)


_NUMBER, _TITLE, _GOAL, _VALUE, _STATUS, _UNIT, _LEADER = registered(
    "number", "title", "goal", "value", "status", "unit", "leader", value=11, goal=12, title=24
)

YEAR_END: Sheet[Outcome] = Sheet(
    "年终完成情况表",
    title="重点目标任务年终完成情况表",
    columns=(
        _NUMBER,
        replace(_TITLE, value=dated_title),
        Each("stated_as", Kind.TEXT, lambda row: row.stated_as, sheet="原文表述", width=34),
        Each("original", Kind.TEXT, lambda row: row.original_goal or None, sheet="原目标", width=14),
        replace(_GOAL, sheet="现目标"),
        superior(11),
        replace(_VALUE, sheet="全年完成"),
        replace(_STATUS, sheet="完成结果"),
        _or_empty("why_not", Kind.TEXT, lambda row: row.why_not, "未完成原因", 26),
        _or_empty("score", Kind.NUMBER, _score, "分值", 7),
        _or_empty("own", Kind.NUMBER, lambda row: None, "自评分", 7),  # filled in by hand
        _or_empty("checked", Kind.NUMBER, lambda row: None, "核定分", 7),
        _UNIT,
        _LEADER,
    ),
    rows=_rows,
    fixed=2,
)
