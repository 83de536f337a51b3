"""The register as a table: its columns, how each sorts, and how each status looks on a page."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.register.listing import empty_last
from targets.register.row import RegisterRow
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


class Sorted(tables.Column):
    """Sorts by one key after another, a minus for the reverse; what is equal stands in 序号 order."""

    def __init__(self, heading: Any, *keys: str) -> None:
        super().__init__(heading)
        self.keys = keys

    def order(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:
        keys = (empty_last(key, reverse=is_descending) for key in self.keys)
        return queryset.order_by(*keys, "number", "pk"), True


class TargetTable(tables.Table):
    number = Sorted(_("no."), "number")
    title = Sorted(_("target"), "title")
    status = Sorted(_("light"), "status")
    goal = Sorted(_("annual target"), "promised_value")
    value = Sorted(_("actual"), "row__value")
    attainment = Sorted(_("attainment (%)"), "row__attainment")
    expected = Sorted(_("expected (%)"), "row__expected")
    # Most behind first. The sign of the gap says nothing by itself: of a ceiling more is behind.
    gap = Sorted(_("gap (points)"), "-row__lag")
    progress = tables.Column(_("progress"), orderable=False)
    unit = Sorted(_("lead unit"), "unit_order", "unit_key")
    reporting = Sorted(_("reporting"), "reporting")
    due = Sorted(_("due"), "promised_day")

    class Meta:
        order_by_field = "sort"
        attrs = {"class": "register"}

    def __init__(self, targets: Any, *, promised: str, **kwargs: Any) -> None:
        """`promised` is the way to the columns of the promise as of the day."""
        columns = {
            "promised_value": "target_value",
            "promised_day": "due_on",
            "unit_order": "lead_unit__order",
            "unit_key": "lead_unit",
        }
        aliases = {name: F(f"{promised}{column}") for name, column in columns.items()}
        super().__init__(targets.alias(**aliases), **kwargs)

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
