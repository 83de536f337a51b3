"""The register as a table on a page: how it sorts, what stands in its cells, how each status looks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

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
    Status.CANCELLED: "cancelled",
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

# On a narrow screen a row is a card, in which these cells need a label; the opened row has the others.
ON_CARD = {Kind.GOAL, Kind.NUMBER, Kind.POINTS}
BESIDE = ("unit", "leader", "reporting", "due")
MARKS_IN_ROW = 2  # the opened row has all


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

    def __init__(
        self, targets: TargetQuerySet, *, promised: str, of_list: bool = False, **kwargs: Any
    ) -> None:
        """`promised` is the way to the columns of the promise as of the day; `of_list` as in `shown`."""
        columns = [(column.key, Sorted(column, promised)) for column in shown("page", of_list=of_list)]
        super().__init__(targets, extra_columns=columns, **kwargs)

    @property
    def in_order(self) -> TargetQuerySet:
        """The targets as the table sorts them, still a queryset."""
        return self.data.data

    @classmethod
    def sorts(cls) -> list[str]:
        """Every value `sort` may take: a column, or a column with a minus for the reverse."""
        names = [column.key for column in shown("page", of_list=True) if column.sort]
        return [*names, *(f"-{name}" for name in names)]


@cache
def shape(look: str, *, hollow: bool = False) -> SafeString:
    return render_to_string("targets/parts/shape.html", {"look": look, "hollow": hollow})


def light(status: Status) -> SafeString:
    """A status as its shape and its word."""
    look = LOOKS[status]
    return format_html('<span class="light {}">{}{}</span>', look, shape(look), status.label)


class Line:
    """A register row as a page shows it: the words of every column, and what stands beside them."""

    def __init__(self, row: RegisterRow, *, of_list: bool = False) -> None:
        """`of_list` as in `shown`."""
        target, self.row = row.target, row
        self.words = {column.key: column.said(row) for column in shown("page", of_list=of_list)}
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
    def shape(self) -> SafeString:
        return shape(self.look, hollow=self.is_hollow)

    @property
    def bar(self) -> str:
        """The length of the progress bar, 0 to 100; the figure beside it is not capped."""
        attainment = self.row.attainment
        return "" if attainment is None else f"{max(0, min(100, attainment)):.1f}"

    @property
    def marks_in_row(self) -> list[tuple[str, str]]:
        """Class and words of the marks that a row has place for: how long it is behind always is one."""
        behind = self.row.behind_mark
        others = [("mark", mark) for mark in self.marks if mark != behind]
        if not behind:
            return others[:MARKS_IN_ROW]
        return [*others[: MARKS_IN_ROW - 1], ("mark strong", behind)]

    @property
    def value(self) -> tuple[str, str]:
        """The figure and its month, without the plan's own year; of nodes, how many are done."""
        if self.row.nodes:
            return self.row.nodes, gettext("nodes")
        in_plan = min(self.row.on, self.row.target.plan.ends_on)
        return self.words["value"], explain.month_of(self.row.period_end, in_plan)

    @property
    def support(self) -> str:
        """What is to be coordinated, on a line of its own."""
        asked = self.row.support_needed
        return format_html(SUPPORT, gettext("Support needed:"), asked) if asked else ""

    @property
    def beside(self) -> str:
        """What the opened row adds: what the row itself has no place for, on this or a narrower screen."""
        labels = beside_labels(get_language() or "")
        told = [(label, self.words[key]) for key, label in labels.items()]
        told.insert(0, (gettext("domain"), self.domain))
        if len(self.marks) > 1:
            told.insert(0, (gettext("marks"), explain.listed(self.marks)))
        if self.was:
            told.append((gettext("annual target"), f"{self.words['goal']}, {self.was}"))
        return gettext("; ").join(f"{label} {words}" for label, words in told if words)

    def html(self, markup: str, times: str) -> SafeString:
        """The row and what it opens to, in the markup of `row_markup`."""
        value, month = self.value
        slots = self.words | {
            "value": value,
            "month": small(month),
            "was": small(self.was),
            "code": self.code,
            "address": reverse("target-detail", args=(self.code,)) + times,
            "look": self.look,
            "shape": self.shape,
            "marks": format_html_join("", '<span class="{}">{}</span>', self.marks_in_row),
            "bar": format_html(BAR, self.bar) if self.bar else "",
            "behind": " behind" if self.is_behind else "",
            "report": self.reporting_look,
            "reason": self.reason,
            "beside": self.beside,
            "support": self.support,
        }
        return format_html(markup, **slots)


SUPPORT = '<p class="support"><b>{}</b> {}</p>'
BAR = '<progress max="100" value="{}" aria-hidden="true"></progress>'


def small(words: str) -> str:
    return format_html("<small>{}</small>", words) if words else ""


class Group(NamedTuple):
    """Rows that stand together, under the name of their domain where the table is in file order."""

    domain: str
    size: int | None  # None where a page may not hold them all
    rows: SafeString


def groups(
    lines: Iterable[Line], times: str, *, by_domain: bool, is_whole: bool, of_list: bool = False
) -> list[Group]:
    """The rows of a page, apart by domain where those of each stand together; `of_list` as in `shown`."""
    lines = list(lines)
    domains = [domain for domain, _same in groupby(line.domain for line in lines)]
    by_domain = by_domain and len(domains) == len(set(domains))  # else each row might have a head of its own
    keys = tuple(column.key for column in shown("page", of_list=of_list))
    markup = row_markup(get_language() or "", keys, of_list)
    found = []
    for domain, same in groupby(lines, key=lambda line: line.domain if by_domain else ""):
        rows = [line.html(markup, times) for line in same]
        found.append(
            Group(domain, len(rows) if is_whole else None, mark_safe("".join(rows)))
        )  # each is escaped
    return found


@cache
def beside_labels(language: str) -> dict[str, str]:
    return {column.key: str(column.page) for column in shown("page") if column.key in BESIDE}


@cache
def row_markup(language: str, keys: tuple[str, ...], of_list: bool) -> str:
    """The markup of a row with a slot for each value: a template takes longer than all else of a page."""
    shown_here = shown("page", of_list=of_list)
    columns = [(column, f"{{{column.key}}}", column.kind in ON_CARD) for column in shown_here]
    return render_to_string("targets/parts/row.html", {"columns": columns})
