"""The input and the output of the rule: plain values, no words, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, Protocol, TypeVar

NEVER = date.max  # a day that does not come
ALWAYS = date.min  # a day long past


class Light(IntEnum):
    """Worst first, so that the number itself sorts by urgency."""

    MISSED = 1
    OVERDUE = 2
    RED = 3
    AMBER = 4
    GREEN = 5
    ON_TARGET = 6
    DONE = 7
    NO_FIGURE = 8
    UNDEFINED = 9
    NOT_STARTED = 10
    SUSPENDED = 11
    CANCELLED = 12
    WATCH = 13


BEHIND = frozenset({Light.RED, Light.AMBER})
ATTENTION = (Light.MISSED, Light.OVERDUE, Light.RED, Light.AMBER)  # 需关注


@dataclass(frozen=True, slots=True)
class Rule:
    """Bands and tolerances of one version of a light rule; points are percentage points."""

    name: str
    version: int
    green_band: Decimal = Decimal(0)  # points behind up to which (not including) it is still green
    amber_band: Decimal = Decimal(10)  # points behind that are still amber
    amber_share: Decimal | None = None  # per cent of the expected progress instead of those points
    has_amber: bool = True  # without it all that would be amber is red
    level_band: Decimal = Decimal(5)  # per cent of the target value by which a level may miss it
    rate_band: Decimal = Decimal(1)  # points by which a percentage that is not paced may miss
    rank_band: int = 2  # places behind that are still amber
    grace_units: int = 1  # whole things short of the expected level that are still amber
    node_days: int = 30  # days a node may be past due before amber turns red
    about_rate: Decimal = Decimal("0.5")  # points that "about" leaves to a percentage
    about_amount: Decimal = Decimal(5)  # per cent that "about" leaves to an amount
    escalate_after: int = 0  # periods running behind after which amber turns red; 0 for never


@dataclass(frozen=True, slots=True)
class Node:
    key: int
    due_on: date | None = None
    order: int = 0
    weight: Decimal | None = None
    follows_deadline: bool = False  # due with the promise, also after a revision


@dataclass(frozen=True, slots=True)
class Commitment:
    """The promise as it read from some day on; empty dates mean the plan's own."""

    measure: str
    state: str
    comparator: str = ""
    target_value: Decimal | None = None
    upper_value: Decimal | None = None
    baseline_value: Decimal | None = None
    direction: str = ""  # for approx, between, eq: higher, lower or within; others imply it
    basis: str = "net"
    unit_of_measure: str = ""
    decimals: int = 0
    starts_on: date | None = None
    due_on: date | None = None
    nodes: tuple[Node, ...] = ()
    curve: tuple[tuple[date, Decimal], ...] = ()  # planned cumulative values by period end, in order
    # The owner and the reporting: kept with each verdict, but no light depends on them.
    firmness: str = "expected"
    lead_unit: int | None = None
    accountable_leader: int | None = None
    accountable_leader_words: str = ""
    frequency: str = "month"
    figure_from: str = "unit"
    first_period: int | None = None
    override_light: Light | None = None
    override_until: date = ALWAYS
    revised: bool = False  # some approved revision changed the first promise

    def dated_nodes(self) -> list[Node]:
        """The nodes in the order in which they fall due; those without a date come first."""
        dated = [replace(n, due_on=self.due_on) if n.follows_deadline else n for n in self.nodes]
        return sorted(dated, key=lambda n: (n.due_on or ALWAYS, n.order, n.key))


@dataclass(frozen=True, slots=True)
class Report:
    """The approved version that counts for one period and part; voided periods have none."""

    period_end: date
    effective_on: date
    value: Decimal | None = None
    preliminary: bool = False
    revision_no: int = 1
    done: tuple[tuple[int, date], ...] = ()  # (node key, the day it was completed)
    figure_from: str = "unit"


class Figure(Protocol):
    """A report, or the entry it was read from."""

    @property
    def period_end(self) -> date: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def figure_from(self) -> str: ...


F = TypeVar("F", bound=Figure)


def figures(reports: Iterable[F], promised_from: str) -> list[F]:
    """One figure of each period, in order: if both parts state one, that of the promised source."""
    stated = (report for report in reports if report.value is not None)
    in_order = sorted(stated, key=lambda r: (r.period_end, r.figure_from == promised_from))
    return list({report.period_end: report for report in in_order}.values())


@dataclass(frozen=True, slots=True)
class Facts:
    """All approved facts about one target.

    `commitments`: (effective_on, the whole promise from then on), in order;
    `reports`: in any order, one per period and part.
    """

    commitments: tuple[tuple[date, Commitment], ...]
    reports: tuple[Report, ...]
    rule: Rule
    plan_starts_on: date
    plan_ends_on: date

    def effective_days(self) -> set[date]:
        """Every day on which some fact takes effect: the ledger must have a row for each."""
        days = {day for day, _ in self.commitments}
        for report in self.reports:
            days.add(report.effective_on)
            days.update(day for _, day in report.done)
        return days


@dataclass(frozen=True, slots=True)
class Verdict:
    """One judgement. Percentages carry one decimal; None prints as a dash.

    `gap` is attainment − expected, in percentage points. `lag` is the points behind (negative:
    ahead): −gap, but gap itself for a ceiling on a running total.
    """

    light: Light
    commitment: Commitment
    value: Decimal | None = None
    period_end: date | None = None
    attainment: Decimal | None = None
    expected: Decimal | None = None
    gap: Decimal | None = None
    lag: Decimal | None = None
    amber_on: date = NEVER
    red_on: date = NEVER
    overdue_on: date = NEVER
    opens_on: date = ALWAYS
    override_light: Light | None = None
    override_until: date = ALWAYS
    settled: bool = False  # done on a final figure: nothing more is owed
    marks: dict[str, int] = field(default_factory=dict)
    explanation: dict[str, Any] = field(default_factory=dict)
