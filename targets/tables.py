"""The register as a table on a page: how it sorts, what stands in its cells, how each status looks."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext

from targets import explain
from targets.models.target.queries import TargetQuerySet
from targets.register.columns import Column, Kind, shown
from targets.register.finding import empty_last
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

# On a narrow screen every other cell needs its heading beside it.
SPEAKS_FOR_ITSELF = {Kind.INTEGER, Kind.TEXT, Kind.LIGHT}


class Sorted(tables.Column):
    """Sorts by one key after another, a minus for the reverse; what is equal stands in 序号 order."""

    def __init__(self, column: Column[RegisterRow], promised: str) -> None:
        super().__init__(column.page, orderable=bool(column.sort))
        keys = column.sort if column.key != "reporting" else ()  # a Listing sorts by it
        self.keys = [key.replace("promised__", promised) for key in keys]

    def order(self, queryset: TargetQuerySet, is_descending: bool) -> tuple[TargetQuerySet, bool]:
        keys = (empty_last(key, reverse=is_descending) for key in self.keys)
        return queryset.order_by(*keys, "number", "pk"), True


class TargetTable(tables.Table):
    class Meta:
        order_by_field = "sort"
        attrs = {"class": "register"}

    def __init__(self, targets: TargetQuerySet, *, promised: str, **kwargs: Any) -> None:
        """`promised` is the way to the columns of the promise as of the day."""
        columns = [(column.key, Sorted(column, promised)) for column in shown("page")]
        super().__init__(targets, extra_columns=columns, **kwargs)

    @property
    def in_order(self) -> TargetQuerySet:
        """The targets as the table sorts them, still a queryset."""
        return self.data.data

    @classmethod
    def sorts(cls) -> list[str]:
        """Every value `sort` may take: a column, or a column with a minus for the reverse."""
        names = [column.key for column in shown("page") if column.sort]
        return [*names, *(f"-{name}" for name in names)]


@cache
def shape(look: str, *, hollow: bool = False) -> str:
    return render_to_string("targets/parts/shape.html", {"look": look, "hollow": hollow})


class Line:
    """A register row as a page shows it: the words of every column, and what stands beside them."""

    def __init__(self, row: RegisterRow) -> None:
        target, self.row = row.target, row
        self.words = {column.key: column.said(row) for column in shown("page")}
        self.number, self.code, self.domain = target.number, target.code, str(target.domain or "")
        self.marks = row.marks
        self.look = LOOKS[row.status] if row.status else "none"
        self.is_hollow = target.carried
        self.reason = row.reason
        before, month = row.original_value, explain.month_of(row.period_end, row.on)
        self.was = "" if before is None else gettext("was %(value)s") % {"value": explain.number(before)}
        self.to_month = gettext("to %(month)s") % {"month": month} if month else ""
        self.unit_of_measure = target.unit_of_measure if row.value is not None else ""
        self.is_behind = row.lag is not None and row.lag > 0
        self.reporting_look = REPORTING_LOOKS[row.reporting]

    @property
    def cells(self) -> list[tuple[str, str, str | Promise]]:
        """Key, words and label; a label says what a cell is where no heading stands above it."""
        return [
            (column.key, self.words[column.key], "" if column.kind in SPEAKS_FOR_ITSELF else column.page)
            for column in shown("page")
        ]

    @property
    def shape(self) -> str:
        return shape(self.look, hollow=self.is_hollow)

    @property
    def bar(self) -> str:
        """The length of the progress bar, 0 to 100; the figure beside it is not capped."""
        attainment = self.row.attainment
        return "" if attainment is None else f"{max(0, min(100, attainment)):.1f}"
