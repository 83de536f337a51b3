"""修订记录: figures corrected after they were approved, with reason, document and who approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from targets.explain.people import person
from targets.models import ProgressEntry
from targets.models.target.queries import known_by
from targets.register.columns import Column, Kind
from targets.register.row import RegisterRow
from targets.workbooks.content import Content
from targets.workbooks.sheets import A4, Sheet


class Correction(NamedTuple):
    """A version of a figure, and the one before it."""

    row: RegisterRow
    entry: ProgressEntry
    before: Decimal | None

    @property
    def decimals(self) -> int | None:
        return self.row.decimals

    @property
    def approved_on(self) -> date | None:
        at = self.entry.reviewed_at
        return timezone.localdate(at) if at else None


def _rows(content: Content) -> Iterator[Correction]:
    register, rows = content.register, {row.target.pk: row for row in content.overview.rows}
    approved = ProgressEntry.objects.approved().filter(
        known_by("reviewed_at", register.known_at), target__plan=register.plan, effective_on__lte=register.on
    )
    in_order = approved.select_related("period", "reviewed_by__member").order_by(
        "target__number", "period__period_end", "part", "revision_no"
    )
    before: ProgressEntry | None = None
    for entry in in_order.iterator():
        same = before and (before.target_id, before.period_id, before.part) == (
            entry.target_id, entry.period_id, entry.part,
        )  # fmt: skip
        if same and before and before.value != entry.value and entry.target_id in rows:
            yield Correction(rows[entry.target_id], entry, before.value)
        before = entry


CORRECTIONS: Sheet[Correction] = Sheet(
    "修订记录",
    title="重点目标任务数据修订记录",
    columns=(
        Column("number", Kind.INTEGER, lambda each: each.row.target.number, sheet="序号", width=6),
        Column("title", Kind.TEXT, lambda each: each.row.target.title, sheet="目标任务", width=26),
        Column("period", Kind.WORD, lambda each: _period(each), sheet="数据所属期", width=12),
        Column("before", Kind.NUMBER, lambda each: each.before, sheet="原数", width=11),
        Column("value", Kind.NUMBER, lambda each: each.entry.value, sheet="现数", width=11),
        Column("reason", Kind.TEXT, lambda each: each.entry.reason, sheet="修订原因", width=28),
        Column("source", Kind.TEXT, lambda each: each.entry.source_ref, sheet="依据", width=20),
        Column("by", Kind.WORD, lambda each: person(each.entry.reviewed_by), sheet="批准人", width=10),
        Column("on", Kind.DATE, lambda each: each.approved_on, sheet="批准日期", width=11),
    ),
    rows=_rows,
    fixed=2,
    paper=A4,
)


def _period(each: Correction) -> str:
    return f"{each.entry.period_end.year}年{each.entry.period_end.month}月"
