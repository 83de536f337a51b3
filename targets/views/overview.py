"""总览: how the year stands, on one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.views import View

from targets import explain
from targets.filters import ScopeForm, problems
from targets.models import IssuedReport
from targets.models.enums import Role
from targets.models.people.place import Place
from targets.models.people.viewer import Account
from targets.register.overview import Overview, Tally, shares
from targets.register.overview.filed import Indicator
from targets.register.overview.history import Turn
from targets.register.overview.overview import Due, Unfiled, why
from targets.register.row import RegisterRow
from targets.status import ATTENTION, ON_SCHEDULE, UNLIT, Status
from targets.tables import LOOKS, shape
from targets.views.no_plan import no_plan

GRID_ROWS = 50  # beyond, the months are shown of the worst rows alone
GRID_WORST = 20
URGENT = 3  # rows named above all lists
AT_ONE_DAY = 2  # deadlines of one day that are named; more are counted


class OverviewView(View):
    """Reads the address like the status table; a bad parameter answers 400 with its message."""

    def get(self, request: HttpRequest) -> HttpResponse:
        scope = ScopeForm(request.GET.dict(), viewer=request.user, sorts=[], today=timezone.localdate())
        valid = scope.is_valid()
        context: dict[str, Any] = {"scope": scope, "plan": scope.plan, "errors": problems(scope)}
        if scope.plan is None and not request.GET.get("plan"):
            return no_plan(request, context)
        if not valid or scope.register is None or scope.plan is None:
            return render(request, "targets/overview.html", context | {"overview": True}, status=400)
        overview = Overview(scope.register)
        given = {name: scope.data[name] for name in scope.TIMES if scope.data.get(name)}
        context |= {
            "register": scope.register,
            "overview": overview,
            "times": scope.times,
            "query": urlencode({"plan": scope.plan.code, **given}),
            "page": OverviewPage(overview, request.user),
        }
        return render(request, "targets/overview.html", context)


class Item:
    """One row as the lists of the page name it."""

    def __init__(self, row: RegisterRow, said: str = "") -> None:
        self.code, self.number, self.title = row.target.code, row.target.number, row.target.title
        self.row, self.said = row, said

    @property
    def light(self) -> Light:
        return Light(self.row.status, hollow=self.row.target.carried)

    @property
    def why(self) -> str:
        return why(self.row)


class IndicatorLine(Item):
    """A matter of 主要经济指标; a figure of another goal leads to that goal."""

    def __init__(self, each: Indicator) -> None:
        super().__init__(each.row)
        self.growth, self.rank = (Item(row) if row else None for row in (each.growth, each.rank))
        self.yoy, self.place = each.yoy, each.place
        self.moved = explain.places_moved(each.place_before, each.place)

    @property
    def month(self) -> str:
        return explain.month_of(self.row.period_end, self.row.on)

    @property
    def growth_month(self) -> str:
        """The month of the growth, where it is another."""
        of = self.growth.row.period_end if self.growth else None
        return "" if of == self.row.period_end else explain.month_of(of, self.row.on)


class Light:
    """A status as its shape and its word."""

    def __init__(self, status: Status | None, *, hollow: bool = False) -> None:
        self.label = "—" if status is None else str(status.label)
        self.look = LOOKS[status] if status is not None else "none"
        self.shape = shape(self.look, hollow=hollow)


class OverviewPage:
    """The overview as the page shows it to this person."""

    def __init__(self, overview: Overview, viewer: Account) -> None:
        self.overview, self.viewer = overview, viewer
        self._signs: dict[tuple[Status | None, bool], SafeString] = {}

    # --- whose --------------------------------------------------------------------------------

    @cached_property
    def mine(self) -> Tally | None:
        """What the person answers for, as accountable leader."""
        return self.overview.of_leader(self.viewer.pk)

    @property
    def mine_first(self) -> list[Item]:
        return items(
            row for row in self.overview.attention if self.mine is not None and row in self.mine.listed
        )

    @cached_property
    def unfiled(self) -> list[Unfiled]:
        """Units whose reports are missing, by name: all for coordinators, for others only their own."""
        found, place = self.overview.unfiled, Place.of(self.viewer)
        if place.governs(self.overview.register.plan.jurisdiction_id, Role.COORDINATOR):
            return found
        return [each for each in found if each.unit.pk in place.unit_ids]

    # --- how the year stands ------------------------------------------------------------------

    @property
    def boxes(self) -> list[dict[str, Any]]:
        """需关注, 正常, 不亮灯: with their shares, and the statuses that make them up."""
        total = self.overview.total
        counts = [total.attention, total.normal, total.unlit]
        parts = shares([count.number for count in counts])
        return [
            {
                "count": count,
                "share": share,
                "statuses": [(Light(status), count) for status, count in total.statuses(group)],
            }
            for count, share, group in zip(counts, parts, (ATTENTION, ON_SCHEDULE, UNLIT), strict=True)
        ]

    @property
    def month(self) -> str:
        period = self.overview.period
        return explain.month_of(period.period_end, self.overview.register.on) if period else ""

    @property
    def month_before(self) -> str:
        before = self.overview.before
        return explain.month_of(before.period_end, self.overview.register.on) if before else ""

    @cached_property
    def issue_before(self) -> int | None:
        """The newest issue of the month before: what was handed out is handed out again."""
        issues = IssuedReport.objects.visible_to(self.viewer).filter(period=self.overview.before)
        return issues.order_by("-number").values_list("pk", flat=True).first()

    # --- lists --------------------------------------------------------------------------------

    @cached_property
    def indicators(self) -> list[IndicatorLine]:
        return [IndicatorLine(each) for each in self.overview.indicators]

    @property
    def requests(self) -> list[Item]:
        return [Item(row, text) for row, text in self.overview.requests]

    @property
    def attention(self) -> list[Item]:
        """Without the rows that stand among the requests already."""
        asked = {row.target.pk for row, _text in self.overview.requests}
        return items(row for row in self.overview.attention if row.target.pk not in asked)

    @property
    def urgent(self) -> list[Item]:
        """The worst three, named where everybody sees them; the list itself stands further down."""
        return items(self.overview.attention[:URGENT])

    @property
    def turns(self) -> list[tuple[Turn, Light, Item]]:
        return [(turn, Light(turn.before), Item(turn.row)) for turn in self.overview.turns]

    @property
    def not_updated(self) -> list[Item]:
        return items(self.overview.not_updated)

    @property
    def undefined(self) -> list[Item]:
        return items(self.overview.undefined)

    @property
    def stretch(self) -> list[Item]:
        """力争 goals with a light, which the rate leaves out."""
        return items(self.overview.stretch)

    @property
    def ahead(self) -> list[dict[str, Any]]:
        """By day; of a day with many deadlines only their number, and the dates by which to find them."""
        found = []
        for on, same in groupby(self.overview.ahead, key=lambda due: due.on):
            dues = list(same)
            nodes = [due for due in dues if due.node]
            ends = [due for due in dues if not due.node]
            is_many = len(ends) > AT_ONE_DAY
            found.append({
                "on": explain.short_day(on),
                "days": dues[0].days,
                "named": [(Item(due.row), due.node) for due in (nodes if is_many else dues)],
                "deadlines": len(ends) if is_many else 0,
                "query": deadlines(ends),
            })  # fmt: skip
        return found

    # --- sums and months ----------------------------------------------------------------------

    @property
    def groupings(self) -> list[tuple[str, list[Any]]]:
        overview = self.overview
        return [("unit", overview.by_unit), ("leader", overview.by_leader), ("domain", overview.by_domain)]

    @cached_property
    def grid_rows(self) -> list[RegisterRow]:
        rows = self.overview.rows
        return rows if len(rows) <= GRID_ROWS else self.overview.attention[:GRID_WORST]

    @property
    def grid(self) -> list[list[tuple[Item, SafeString]]]:
        """Two columns of rows, each with its cells: the months that are over, and the day itself."""
        lines = [(Item(row), self._cells(row)) for row in self.grid_rows]
        middle = (len(lines) + 1) // 2
        return [part for part in (lines[:middle], lines[middle:]) if part]

    @property
    def today(self) -> str:
        return explain.short_day(self.overview.register.on)

    @property
    def is_whole_grid(self) -> bool:
        return len(self.grid_rows) == len(self.overview.rows)

    @property
    def key(self) -> list[Light]:
        """Every status that the grid can show."""
        return [Light(status) for status in Status]

    def _cells(self, row: RegisterRow) -> SafeString:
        past = "".join(
            f"<td>{self._sign(status, hollow=carried)}</td>" for status, carried in self.overview.months(row)
        )
        now = self._sign(row.status, hollow=row.target.carried)
        return mark_safe(f'{past}<td class="now">{now}</td>')  # only of our own template

    def _sign(self, status: Status | None, *, hollow: bool = False) -> SafeString:
        """A light as a shape that says its word."""
        if status is None:
            return SafeString("")
        if (status, hollow) not in self._signs:
            context = {"look": LOOKS[status], "hollow": hollow, "label": status.label}
            self._signs[status, hollow] = render_to_string("targets/parts/sign.html", context)
        return self._signs[status, hollow]


def items(rows: Iterable[RegisterRow]) -> list[Item]:
    return [Item(row) for row in rows]


def deadlines(dues: Sequence[Due]) -> str:
    """The filter that finds these rows, which all fall due on one day."""
    if not dues:
        return ""
    day = dues[0].on.isoformat()
    statuses = sorted({due.row.status for due in dues if due.row.status is not None})
    keys = [("status", status.key) for status in statuses]
    return urlencode([("due_after", day), ("due_before", day), *keys])
