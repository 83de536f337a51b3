"""The register as a table: its columns, how each sorts, and how each status looks on a page."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_tables2 as tables
from django.db.models import BooleanField, Case, Value, When
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.register import RegisterRow
from targets.reporting import Reporting
from targets.status import Status

# Shape and colour class of each status; the word always stands beside them.
LOOKS: dict[Status, str] = {
    Status.MISSED: "missed",
    Status.OVERDUE: "overdue",
    Status.RED: "red",
    Status.AMBER: "amber",
    Status.GREEN: "green",
    Status.ON_TARGET: "ontarget",
    Status.DONE: "done",
    Status.NO_FIGURE: "none",
    Status.UNDEFINED: "undefined",
    Status.NOT_STARTED: "none",
    Status.SUSPENDED: "paused",
    Status.CANCELLED: "paused",
    Status.WATCH: "watch",
}

REPORTING_LOOKS: dict[Reporting, str] = {
    Reporting.OUTCOME_MISSING: "late",
    Reporting.LATE: "late",
    Reporting.RETURNED: "late",
    Reporting.DUE: "due",
    Reporting.SUBMITTED: "due",
    Reporting.REPORTED: "fine",
    Reporting.NOT_DUE: "idle",
    Reporting.EXEMPT: "idle",
}

# Databases disagree on where empty values sort; ascending, here they come last.
CAN_BE_EMPTY = ("status", "row__target_value", "row__value", "row__attainment", "row__expected", "row__lag",
                "row__due_on")  # fmt: skip


def is_empty(column: str) -> str:
    return f"no_{column.removeprefix('row__')}"


def sorts_by(column: str) -> tuple[str, ...]:
    keys = (is_empty(column), column) if column in CAN_BE_EMPTY else (column,)
    return (*keys, "number", "pk")


# The sign of the gap says nothing by itself: of a ceiling more is behind.
MOST_BEHIND_FIRST = (is_empty("row__lag"), "-row__lag", "number", "pk")


class TargetTable(tables.Table):
    number = tables.Column(_("no."), order_by=("number", "pk"))
    title = tables.Column(_("target"), order_by=sorts_by("title"))
    status = tables.Column(_("light"), order_by=sorts_by("status"))
    goal = tables.Column(_("annual target"), order_by=sorts_by("row__target_value"), accessor="pk")
    value = tables.Column(_("actual"), order_by=sorts_by("row__value"), accessor="pk")
    attainment = tables.Column(_("attainment (%)"), order_by=sorts_by("row__attainment"), accessor="pk")
    expected = tables.Column(_("expected (%)"), order_by=sorts_by("row__expected"), accessor="pk")
    gap = tables.Column(_("gap (points)"), order_by=MOST_BEHIND_FIRST, accessor="pk")
    progress = tables.Column(_("progress"), orderable=False, accessor="pk")
    unit = tables.Column(_("lead unit"), order_by=("unit_order", "unit_key", "number", "pk"), accessor="pk")
    reporting = tables.Column(_("reporting"), order_by=sorts_by("reporting"))
    due = tables.Column(_("due"), order_by=sorts_by("row__due_on"), accessor="pk")

    class Meta:
        order_by_field = "sort"
        attrs = {"class": "register"}

    def __init__(self, targets: Any, **kwargs: Any) -> None:
        flags = {
            is_empty(column): Case(
                When(**{f"{column}__isnull": True}, then=Value(True)),
                default=False,
                output_field=BooleanField(),
            )
            for column in CAN_BE_EMPTY
        }
        unit = {  # of a draft, which has no row, the target's own
            name: Coalesce(f"row__lead_unit__{column}", f"lead_unit__{column}")
            for name, column in {"unit_order": "order", "unit_key": "pk"}.items()
        }
        super().__init__(targets.alias(**flags, **unit), **kwargs)

    @property
    def in_order(self) -> Any:
        """The targets as the table sorts them, still a queryset."""
        return self.data.data

    @classmethod
    def sorts(cls) -> list[str]:
        """Every value `sort` may take: a column, or a column with a minus for the reverse."""
        names = [name for name, column in cls.base_columns.items() if column.orderable is not False]
        return [*names, *(f"-{name}" for name in names)]


@cache
def shape(look: str, *, hollow: bool = False) -> str:
    return render_to_string("targets/parts/shape.html", {"look": look, "hollow": hollow})


class Line:
    """A register row as a page shows it: every cell a string, formatted once."""

    def __init__(self, row: RegisterRow) -> None:
        target, self.row = row.target, row
        self.number, self.code, self.title = target.number, target.code, target.title
        self.domain = str(target.domain or "")
        self.marks = row.marks
        self.look = LOOKS[row.status] if row.status else "none"
        self.is_hollow = target.carried
        self.status = row.status_label
        self.reason = row.reason
        self.goal = row.goal
        self.goal_before = explain.number(row.original_value) if row.original_value is not None else ""
        self.value = explain.number(row.value)
        self.unit_of_measure = target.unit_of_measure if row.value is not None else ""
        self.as_of = explain.month_of(row.period_end, row.on)
        self.attainment = explain.percentage(row.attainment)
        self.expected = explain.percentage(row.expected)
        self.gap = explain.points(row.gap)
        self.is_behind = row.lag is not None and row.lag > 0
        self.lead_unit = str(row.lead_unit)
        self.reporting = str(row.reporting.label)
        self.reporting_look = REPORTING_LOOKS[row.reporting]
        self.due = target.due_text or explain.day(row.due_on)

    @property
    def shape(self) -> str:
        return shape(self.look, hollow=self.is_hollow)

    @property
    def was(self) -> str:
        return gettext("was %(value)s") % {"value": self.goal_before} if self.goal_before else ""

    @property
    def to_month(self) -> str:
        return gettext("to %(month)s") % {"month": self.as_of} if self.as_of else ""

    @property
    def narrative(self) -> str:
        return Truncator(self.row.words("narrative")).chars(90)

    @property
    def bar(self) -> str:
        """The length of the progress bar, 0 to 100; the figure beside it is not capped."""
        attainment = self.row.attainment
        return "" if attainment is None else f"{max(0, min(100, attainment)):.1f}"
