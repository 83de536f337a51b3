"""Everything the overview says of a plan on a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils import timezone

from targets import explain
from targets.models import Milestone, OrgUnit, ReportingPeriod, TargetList
from targets.models.enums import Comparator, Direction, FigureFrom, Measure, Part
from targets.models.target.queries import day_known
from targets.register.overview.filed import Filed, Indicator, is_statistic
from targets.register.overview.history import History, Turn, turns
from targets.register.overview.lists import ItemList, lists_of
from targets.register.overview.tally import (
    Count,
    Filter,
    Group,
    Tally,
    by_domain,
    by_leader,
    by_unit,
    is_stretch,
)
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.reporting import ASKS_EVERY, FILED, MISSING, Reporting
from targets.status import ATTENTION, ON_SCHEDULE, Status

AHEAD = timedelta(30)  # 近期节点
STALE = 2  # figures missed before a light counts as 数据未更新
HALF = Decimal("50.0")  # 双过半
MONTHS_OF_HALF = 6


class Due(NamedTuple):
    """A node or a deadline to come; `node` is empty for the deadline itself."""

    on: date
    row: RegisterRow
    node: str
    days: int


class Unfiled(NamedTuple):
    """A unit whose reports are not all filed, and how many are missing."""

    unit: OrgUnit
    missing: Count


class Half(NamedTuple):
    """双过半: running totals with a figure of the half year, by whether half is done."""

    done: list[RegisterRow]
    short: list[RegisterRow]
    without: list[RegisterRow]

    @property
    def total(self) -> int:
        return sum(map(len, self))


class Overview:
    """Of all rows of the register, or of these."""

    def __init__(self, register: Register, rows: list[RegisterRow] | None = None) -> None:
        self.register = register
        leader = f"{register.promised}accountable_leader"
        self.rows = register.listing().rows(None, leader) if rows is None else rows
        self.counts_stretch = register.plan.counts_stretch
        self.total = Tally(self.rows, counts_stretch=self.counts_stretch, where={})

    @cached_property
    def history(self) -> History:
        return History(self.register)

    @cached_property
    def filed(self) -> Filed:
        return Filed(self.register)

    # --- time ---------------------------------------------------------------------------------

    @cached_property
    def periods(self) -> list[ReportingPeriod]:
        return sorted(self.register.plan.periods.all(), key=lambda period: period.number)

    @cached_property
    def period(self) -> ReportingPeriod | None:
        """The month shown: the one asked for, else the newest that has opened."""
        opened = [period for period in self.periods if period.opens_on <= self.register.on]
        return self.register.period or (opened[-1] if opened else None)

    @cached_property
    def before(self) -> ReportingPeriod | None:
        """The month before, which everything is compared with."""
        earlier = [p for p in self.periods if self.period and p.number < self.period.number]
        return earlier[-1] if earlier else None

    # --- how the year stands ------------------------------------------------------------------

    @cached_property
    def standing(self) -> explain.Standing:
        total = self.total
        return explain.standing(
            tasks=total.tasks.number,
            lit=total.lit,
            on_schedule=total.on_schedule,
            behind=total.behind,
            carried=total.carried,
            stretch=total.stretch,
            unlit=total.unlit.number,
            cancelled=total.cancelled.number,
        )

    @cached_property
    def turns(self) -> list[Turn]:
        return turns(self.rows, self.then) if self.before else []

    def then(self, row: RegisterRow) -> Status | None:
        """The row's status at the end of the month before."""
        return self.history.status(row.target.pk, self.before.period_end) if self.before else None

    @cached_property
    def turned(self) -> list[str]:
        """由绿灯转黄灯2项 …, in the order of the turns."""
        pairs = Counter((turn.before, turn.after) for turn in self.turns)
        return [explain.turned(old, new, n) for (old, new), n in pairs.items()]

    @cached_property
    def half(self) -> Half | None:
        """Only of June: of totals that shall grow, those of which half is done. It is no light."""
        period = self.period
        if period is None or period.period_end.month != MONTHS_OF_HALF:
            return None
        half = Half([], [], [])
        for row in self.rows:
            if row.measure != Measure.FLOW or _is_ceiling(row) or row.status in (None, *NOT_UNDER_WAY):
                continue
            if row.status == Status.DONE:  # for good, perhaps by a figure of an earlier month
                half.done.append(row)
            elif row.attainment is None or row.period_end != period.period_end:
                half.without.append(row)
            else:
                (half.done if row.attainment >= HALF else half.short).append(row)
        return half

    # --- what a leader looks at ---------------------------------------------------------------

    @cached_property
    def indicators(self) -> list[Indicator]:
        """主要经济指标: the goals on the list of that name, each with those of its matter on one row.

        In a plan without that list: the goals that statistics count.
        """
        named = next((each.rows for each in self.lists if each.name == TargetList.INDICATORS), None)
        chosen = list(filter(is_statistic, self.rows)) if named is None else named
        matters: dict[int, list[RegisterRow]] = {}
        for row in chosen:
            if row.status != Status.CANCELLED:
                matters.setdefault(_matter(row), [])
        for row in self.rows:
            if row.status != Status.CANCELLED and _matter(row) in matters:
                matters[_matter(row)].append(row)
        found = []
        for first, rows in matters.items():
            rows.sort(key=lambda row: row.target.pk != first)
            found += self.filed.indicators(rows)
        return found

    @cached_property
    def requests(self) -> list[tuple[RegisterRow, str]]:
        """提请协调事项, worst first."""
        return [(row, text) for row in worst_first(self.rows) if (text := self.filed.support(row))]

    @cached_property
    def attention(self) -> list[RegisterRow]:
        return worst_first(row for row in self.rows if row.status in ATTENTION)

    @cached_property
    def not_updated(self) -> list[RegisterRow]:
        """数据未更新: figures missed twice or more, and outcomes that are owed. The light stays as it was."""
        return [
            row
            for row in self.rows
            if row.reporting == Reporting.OUTCOME_MISSING or self._figures_missed(row) >= STALE
        ]

    def _figures_missed(self, row: RegisterRow) -> int:
        """Of a light carried over: how many months asked for a newer figure that was due."""
        if not row.target.carried or row.row is None or row.period_end is None:
            return 0
        part = Part.STATISTIC if row.row.figure_from == FigureFrom.STATISTICS else Part.REPORT
        step = ASKS_EVERY.get(row.row.frequency, 1)
        return sum(
            row.period_end < p.period_end <= self.register.on
            and p.figures_due_on is not None
            and p.due_on(part) < self._known_day
            and p.number % step == 0
            for p in self.periods
        )

    @property
    def _known_day(self) -> date:
        return day_known(self.register.known_at, self.register.today or timezone.localdate())

    @cached_property
    def undefined(self) -> list[RegisterRow]:
        return [row for row in self.rows if row.status == Status.UNDEFINED]

    @cached_property
    def stretch(self) -> list[RegisterRow]:
        """力争目标 that are lit and stand apart."""
        lit = (*ATTENTION, *ON_SCHEDULE)
        return [] if self.counts_stretch else [r for r in self.rows if is_stretch(r) and r.status in lit]

    @cached_property
    def ahead(self) -> list[Due]:
        """Nodes that come next and deadlines, within thirty days, in the order of their days."""
        on = self.register.on
        found = []
        for row in self.rows:
            if row.status is None or row.status in (*NOT_UNDER_WAY, Status.DONE) or row.row is None:
                continue
            due = row.row.due_on
            node, title = self.next_node(row)
            if node is not None and node != due:
                found.append((node, row, title))
            if due is not None:
                found.append((due, row, ""))
        return [
            Due(day, row, node, (day - on).days)
            for day, row, node in sorted(found, key=lambda each: (each[0], each[1].target.number))
            if on <= day <= on + AHEAD
        ]

    def next_node(self, row: RegisterRow) -> tuple[date | None, str]:
        """The day of the next node, as the ledger has it, and the node's title."""
        said = row.row.explanation.get("next_due") if row.row else None
        if not said:
            return None, ""
        on = date.fromisoformat(said)
        return on, self._node_titles.get((row.target.pk, on), "")

    @cached_property
    def _node_titles(self) -> dict[tuple[int, date], str]:
        nodes = Milestone.objects.filter(target__plan=self.register.plan, due_on__isnull=False)
        return {
            (target, on): title for target, on, title in nodes.values_list("target_id", "due_on", "title")
        }

    # --- reporting ----------------------------------------------------------------------------

    def _reporting(self, *wanted: Reporting) -> Count:
        """How many rows report so, with the filter that finds them."""
        found = [reporting for reporting in wanted if any(r.reporting == reporting for r in self.rows)]
        query = "&".join(f"reporting={reporting.key}" for reporting in found)
        return Count(sum(row.reporting in found for row in self.rows), query if found else None)

    @cached_property
    def asked(self) -> Count:
        return self._reporting(*MISSING, *FILED)

    @cached_property
    def reported(self) -> Count:
        return self._reporting(*FILED)

    @cached_property
    def missing(self) -> Count:
        return self._reporting(*MISSING)

    @cached_property
    def submitted(self) -> Count:
        """待审核."""
        return self._reporting(Reporting.SUBMITTED)

    @cached_property
    def outcomes(self) -> Count:
        """到期待报."""
        return self._reporting(Reporting.OUTCOME_MISSING)

    @cached_property
    def unfiled(self) -> list[Unfiled]:
        """Units with reports missing, in the order of the document."""
        found: dict[int, list[RegisterRow]] = {}
        for row in self.rows:
            if row.reporting in MISSING:
                found.setdefault(row.lead_unit.pk, []).append(row)
        states = {row.reporting for rows in found.values() for row in rows}
        keys = "&".join(f"reporting={state.key}" for state in sorted(states))
        linked = {group.tally.listed[0].lead_unit.pk: group.tally.where for group in self.by_unit}
        return [
            Unfiled(rows[0].lead_unit, Count(len(rows), f"{urlencode(linked[pk] or {})}&{keys}"))
            for pk, rows in found.items()
        ]

    # --- sums ---------------------------------------------------------------------------------

    @cached_property
    def by_unit(self) -> list[Group]:
        return by_unit(self.rows, self.counts_stretch)

    @cached_property
    def lists(self) -> list[ItemList]:
        return lists_of(self.register, self.rows)

    @cached_property
    def by_leader(self) -> list[Group]:
        return by_leader(self.rows, self.counts_stretch)

    @cached_property
    def by_domain(self) -> list[Group]:
        return by_domain(self.rows, self.counts_stretch)

    def of_leader(self, account: int | None) -> Tally | None:
        """我分管的: what the person of this account answers for, or None."""
        own = [row for row in self.rows if account and _account(row) == account]
        if not own:
            return None
        where: Filter = {"leader": str(own[0].promised.accountable_leader_id)}
        return Tally(own, counts_stretch=self.counts_stretch, where=where)

    # --- months -------------------------------------------------------------------------------

    @cached_property
    def past_months(self) -> list[ReportingPeriod]:
        """The months that are over; how things stand on the day itself comes after them."""
        return [period for period in self.periods if period.period_end < self.register.on]

    def months(self, row: RegisterRow) -> list[tuple[Status | None, bool]]:
        """The row's status at the end of each month that is over, and whether it was 沿用."""
        ends, history = [period.period_end for period in self.past_months], self.history
        return [(history.status(row.target.pk, end), history.is_carried(row, end)) for end in ends]


NOT_UNDER_WAY = (Status.SUSPENDED, Status.CANCELLED)


def why(row: RegisterRow) -> str:
    """Why the light is what it is, without the rule, which the page names once."""
    if row.row is None:
        return row.reason
    told = explain.reason(row.row.explanation, row.target.status_by_rule, row.on, names_rule=False)
    if row.row.override_light is None or not row.is_overridden:
        return told
    return explain.set_by_hand(row.row.override_light, row.row.override_until, told)


def worst_first(rows: Iterable[RegisterRow]) -> list[RegisterRow]:
    """By status, of one status by how far behind; what is not lit comes last."""
    lit = (*ATTENTION, *ON_SCHEDULE)

    def key(row: RegisterRow) -> tuple[bool, int, Decimal, int]:
        return row.status not in lit, row.status or 0, -(row.lag or Decimal()), row.target.number

    return sorted(rows, key=key)


def _matter(row: RegisterRow) -> int:
    """The target whose row it shares, or itself."""
    return row.target.matter_id or row.target.pk


def _account(row: RegisterRow) -> int | None:
    """The account of the row's 责任领导."""
    person = row.promised.accountable_leader
    return person.user_id if person else None


def _is_ceiling(row: RegisterRow) -> bool:
    return row.comparator in (Comparator.LTE, Comparator.LT) or row.direction == Direction.LOWER
