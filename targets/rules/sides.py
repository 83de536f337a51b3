"""A promise as the bounds it sets: a floor to reach, a ceiling to keep under, or one of each.

The direction of a promise says which of two bounds counts: a growth of about 6 is met by 9, an
unemployment of about 5 by 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from targets.rules.facts import Commitment, Rule
from targets.rules.quantities import POINTS, is_whole

HIGHER, LOWER, WITHIN = "higher", "lower", "within"
ONE_SIDED = {"gte": HIGHER, "gt": HIGHER, "lte": LOWER, "lt": LOWER}  # these imply their direction


@dataclass(frozen=True, slots=True)
class Side:
    """A floor or a ceiling at the goal; strict if the goal itself does not count.

    `slack` is the tolerance of 左右: at closing, a value that far on the wrong side meets the bound.
    """

    goal: Decimal
    is_floor: bool = True
    is_strict: bool = False
    slack: Decimal = Decimal(0)

    @property
    def sign(self) -> int:
        """1 for a floor; −1 for a ceiling, so that both use the same formulas."""
        return 1 if self.is_floor else -1

    @property
    def met_at(self) -> Decimal:
        return self.goal - self.sign * self.slack

    def missed_by(self, value: Decimal) -> Decimal:
        """How far the value is on the wrong side of the goal; 0 or less on the right one."""
        return self.sign * (self.goal - value)

    def is_reached_by(self, value: Decimal) -> bool:
        """Whether the value reaches the goal itself, without the tolerance of 左右."""
        return self.missed_by(value) < 0 if self.is_strict else self.missed_by(value) <= 0

    def is_met_by(self, value: Decimal) -> bool:
        return self.is_reached_by(value) or self.missed_by(value) <= self.slack > 0

    def is_a_way_from(self, baseline: Decimal) -> bool:
        """Whether the goal lies ahead of the baseline; otherwise the goal is a level to be kept."""
        return self.missed_by(baseline) > 0


def direction(promise: Commitment) -> str:
    """Which figures are better: higher, lower or within; for a rank always lower."""
    if promise.measure == "rank":
        return LOWER
    return ONE_SIDED.get(promise.comparator) or promise.direction or WITHIN


def sides(promise: Commitment, rule: Rule) -> tuple[Side, ...]:
    """The bounds that count, first the one that is paced; its goal is 100% of every share.

    For whole things, more than 150 is 151. If both sides bind, the one still ahead is paced (for a
    running total the floor), and the other is only kept or broken.
    """
    value, whole = promise.target_value, is_whole(promise.decimals, promise.unit_of_measure, promise.measure)
    assert value is not None
    match promise.comparator:
        case "gt" | "lt" if whole:
            step = 1 if promise.comparator == "gt" else -1
            return (Side(value + step, is_floor=step > 0),)
        case "gte" | "gt" | "lte" | "lt":
            return (Side(value, direction(promise) == HIGHER, is_strict=promise.comparator in ("gt", "lt")),)
    lower, upper, slack = value, value, Decimal(0)
    if promise.comparator == "between":
        assert promise.upper_value is not None
        upper = promise.upper_value
    elif promise.comparator == "approx":
        slack = tolerance(promise, rule)
    floor, ceiling = Side(lower, slack=slack), Side(upper, is_floor=False, slack=slack)
    match direction(promise):
        case "higher":
            return (floor,)
        case "lower":
            return (ceiling,)
    if promise.measure != "flow" and promise.baseline_value is not None and promise.baseline_value > upper:
        return ceiling, Side(lower - slack)
    return floor, Side(upper + slack, is_floor=False)


def paced_side(promise: Commitment) -> Side:
    """The side whose goal is 100% of every share; a rule would change only the tolerance of 左右."""
    return sides(promise, Rule("", 0))[0]


def tolerance(promise: Commitment, rule: Rule) -> Decimal:
    """The tolerance of 左右: points for a percentage, else a share of the value; for a net change at
    most a quarter of it.
    """
    assert promise.target_value is not None
    if promise.unit_of_measure.strip() in POINTS:
        allowed = rule.about_rate
    else:
        allowed = abs(promise.target_value) * rule.about_amount / 100
    if (
        promise.basis == "net"
        and promise.measure in ("stock", "ratio")
        and promise.baseline_value is not None
    ):
        way = promise.target_value - promise.baseline_value
        if way and direction(promise) in (HIGHER if way > 0 else LOWER, WITHIN):
            return min(allowed, abs(way) / 4)
    return allowed


def most_promised(promise: Commitment, rule: Rule) -> Decimal:
    """The value above which a floor is exceeded: a range's upper end, or the goal with 左右 added."""
    side = sides(promise, rule)[0]
    return side.goal + side.slack if promise.upper_value is None else promise.upper_value
