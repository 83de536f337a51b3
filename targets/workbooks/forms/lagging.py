"""滞后事项清单: what is behind, worst first, with what is missing and what is done about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from targets import explain
from targets.models import ProgressEntry
from targets.models.enums import Part
from targets.models.target.queries import known_by
from targets.register.columns import Column, Kind
from targets.register.row import RegisterRow
from targets.workbooks.content import Content
from targets.workbooks.days import day
from targets.workbooks.forms.columns import registered
from targets.workbooks.sheets import Sheet


class Lagging(RegisterRow):
    """A row that is behind, and what the list says beside it."""

    position = 0
    still_missing = ""
    steps_before = ""
    back_on: date | None = None


def _rows(content: Content) -> Iterator[Lagging]:
    found, register = content.overview, content.register
    approved = ProgressEntry.objects.approved().filter(
        known_by("reviewed_at", register.known_at), target__plan=register.plan
    )
    back_on = dict(approved.filter(catch_up_on__isnull=False).values_list("pk", "catch_up_on"))
    before = approved.filter(part=Part.REPORT, period=found.before, effective_on__lte=register.on)
    steps = {entry.target_id: entry.next_steps for entry in before.counting(register.known_at)}
    for position, behind in enumerate(found.attention, 1):
        row = Lagging(behind.target, behind.on)
        row.polished = behind.polished
        row.position = position
        numbers = row.row.explanation if row.row else {}
        row.still_missing = _node(content, row) or explain.still_missing(numbers)
        row.steps_before = steps.get(row.target.pk, "")
        row.back_on = back_on.get(row.target.words.pk) if row.target.words else None
        yield row


def _node(content: Content, row: RegisterRow) -> str:
    """Which node is late, by when it was due; empty for whatever is counted otherwise."""
    on, title = content.overview.next_node(row)
    return f"{title}（应于{day(on)}前完成）" if on else ""


def _months(row: Lagging) -> int | None:
    return row.row.marks.get("behind") if row.row else None


Each = Column[Lagging]
_POSITION = Each("position", Kind.INTEGER, lambda row: row.position, sheet="序号", width=4.5)
_MISSING = Each("missing", Kind.TEXT, lambda row: row.still_missing, sheet="尚差", width=13)
_MONTHS = Each("months", Kind.INTEGER, _months, sheet="连续滞后月数", width=7)
_BEFORE = Each("before", Kind.TEXT, lambda row: row.steps_before, sheet="上月措施", width=16.5)
_SUPPORT = Each("support", Kind.TEXT, lambda row: row.support_needed, sheet="需协调事项", width=14)
_BACK = Each(
    "back", Kind.DATE, lambda row: row.back_on, sheet="预计赶上序时时间", width=9.2, absent=lambda row: None
)

LAGGING: Sheet[Lagging] = Sheet(
    "滞后事项清单",
    title="重点目标任务滞后事项清单",
    columns=(
        _POSITION,
        *registered("title", "status", "goal", "value", "attainment", "gap", goal=10),
        _MISSING,
        _MONTHS,
        *registered("due", "issues"),
        _BEFORE,
        *registered("next_steps"),
        _SUPPORT,
        _BACK,
        *registered("unit", "leader"),
    ),
    rows=_rows,
    fixed=2,
)
