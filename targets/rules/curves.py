"""Proposed monthly plans: a straight line, or last year's pace. A person confirms them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from targets.rules.facts import Commitment
from targets.rules.quantities import half_up
from targets.rules.schedule import expected_progress, is_after_closing, is_closing
from targets.rules.sides import paced_side

Curve = dict[date, Decimal]

# The faults of a monthly plan; each is reported at the point that is wrong.
FAULTS = ("not_last_month", "not_the_goal", "one_point_only", "turns_back")


def fault(curve: Mapping[date, Decimal], promise: Commitment, due_on: date) -> tuple[str, date] | None:
    """The first fault of the curve: one of FAULTS, and its month end; None for a valid curve.

    A valid curve starts at 0, or at the baseline if the target is net, never turns back, and reaches
    the goal in the due month. A single last point means that the goal is judged at closing only; a
    target judged by its level (a rate, a rank) may have no other. Without a target value: None.
    """
    if not curve or promise.target_value is None:
        return None
    points, last = sorted(curve.items()), max(curve)
    if not is_closing(last, due_on) or is_after_closing(last, due_on):
        return "not_last_month", last
    aim = paced_side(promise).goal
    if curve[last] != aim:
        return "not_the_goal", last
    if len(points) == 1:
        return None
    start = _start(promise)
    if start is None:
        return "one_point_only", points[0][0]
    sign, before = (1 if aim >= start else -1), start
    for end, value in points:
        if sign * (value - before) < 0:
            return "turns_back", end
        before = value
    return None


def _start(promise: Commitment) -> Decimal | None:
    """The value at which the curve starts; None if the target is judged by its level only."""
    side = paced_side(promise)
    if promise.measure == "flow":
        return Decimal(0)
    if promise.measure not in ("stock", "ratio"):
        return None
    baseline = promise.baseline_value
    if baseline is not None and not side.is_a_way_from(baseline):
        return None
    if promise.basis == "gross" and side.is_floor:
        return Decimal(0)
    return baseline


def even(
    period_ends: Iterable[date],
    *,
    starts_on: date,
    due_on: date,
    target_value: Decimal,
    baseline: Decimal = Decimal(0),
    decimals: int = 0,
    whole: bool = False,
) -> Curve:
    """均匀: the same change in each month of the window, from the baseline to the target value."""
    shares = {end: expected_progress(end, starts_on, due_on) for end in period_ends}
    return _along(shares, due_on, target_value, baseline, decimals, whole)


def like_last_year(
    period_ends: Iterable[date],
    figures: Mapping[int, Decimal],
    *,
    due_on: date,
    target_value: Decimal,
    baseline: Decimal = Decimal(0),
    baseline_then: Decimal = Decimal(0),
    decimals: int = 0,
    whole: bool = False,
) -> Curve:
    """参照上年同期: by each month, the share of the whole year's change that last year had reached.

    `figures` maps months to last year's values; without a value of the due month the curve is empty.
    A month without a figure gets no point.
    """
    way = figures.get(due_on.month, baseline_then) - baseline_then
    if not way:
        return {}
    shares = {
        end: Fraction(figures[end.month] - baseline_then) / Fraction(way)
        for end in period_ends
        if end.month in figures and end.year == due_on.year and not is_after_closing(end, due_on)
    }
    return _along(shares, due_on, target_value, baseline, decimals, whole)


def _along(
    shares: Mapping[date, Fraction],
    due_on: date,
    target_value: Decimal,
    baseline: Decimal,
    decimals: int,
    whole: bool,
) -> Curve:
    """The curve up to the due month, which has the target value; months with share 0 are left out."""
    curve: Curve = {}
    for end in sorted(shares):
        if is_after_closing(end, due_on) or not shares[end]:
            continue
        if is_closing(end, due_on):
            curve[end] = target_value
            continue
        change = Fraction(target_value - baseline) * shares[end]
        # Whole things come one at a time: a fraction of one is not due yet.
        moved = Decimal(int(change)) if whole else half_up(change, decimals)
        curve[end] = baseline + moved
    return curve
