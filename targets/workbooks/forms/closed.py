"""销号台账: what was done and struck off the list, on which day, by whom and on what document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from targets.explain.people import person
from targets.models import TargetRevision
from targets.models.enums import RevisionKind
from targets.register.columns import Column, Kind
from targets.register.row import RegisterRow
from targets.workbooks.content import Content
from targets.workbooks.sheets import A4, Sheet


class Closed(NamedTuple):
    row: RegisterRow
    act: TargetRevision

    @property
    def done_on(self) -> date | None:
        """The end of the month whose figure settled it."""
        return self.row.period_end

    @property
    def ground(self) -> str:
        return self.act.document_no or self.act.reason


def _rows(content: Content) -> Iterator[Closed]:
    register, rows = content.register, {row.target.pk: row for row in content.rows}
    closing = TargetRevision.objects.in_order(register.known_at).filter(
        kind=RevisionKind.CLOSE, target__plan=register.plan, effective_on__lte=register.on
    )
    last = {act.target_id: act for act in closing.select_related("approved_by__member")}
    for pk, row in rows.items():
        if pk in last:
            yield Closed(row, last[pk])


CLOSED: Sheet[Closed] = Sheet(
    "销号台账",
    title="重点目标任务销号台账",
    columns=(
        Column("number", Kind.INTEGER, lambda each: each.row.target.number, sheet="序号", width=6),
        Column("title", Kind.TEXT, lambda each: each.row.target.title, sheet="目标任务", width=40),
        Column("done_on", Kind.DATE, lambda each: each.done_on, sheet="完成时间", width=12),
        Column("closed_on", Kind.DATE, lambda each: each.act.effective_on, sheet="销号时间", width=12),
        Column("by", Kind.WORD, lambda each: person(each.act.approved_by), sheet="确认人", width=12),
        Column("ground", Kind.TEXT, lambda each: each.ground, sheet="依据", width=30),
        Column("unit", Kind.WORD, lambda each: str(each.row.lead_unit), sheet="牵头单位", width=18),
    ),
    rows=_rows,
    fixed=2,
    paper=A4,
)
