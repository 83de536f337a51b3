"""The verdict on a figure, by measure: one period's value against the promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from targets.rules.case import Case
from targets.rules.facts import Light, Verdict
from targets.rules.pace import Pace, light_of
from targets.rules.quantities import POINTS, plain
from targets.rules.sides import WITHIN, Side, direction
from targets.rules.told import under, verdict


def judge_figure(case: Case) -> Verdict:
    """The verdict on the paced side, with the light of the other side if that is worse."""
    paced, *others = case.sides
    found = MEASURES[case.promise.measure](case, paced)
    for side in others:
        light = _guarded(case, side)
        if light is not None and _severity(light) < _severity(found.light):
            explanation = {**found.explanation, "light": int(light), "broken": plain(side.goal)}
            found = replace(found, light=light, settled=False, explanation=explanation)
    return found


def _guarded(case: Case, side: Side) -> Light | None:
    """The light of a side that is not paced; None while the value keeps it."""
    if side.is_met_by(case.value):
        return None
    if case.is_closing:
        return Light.MISSED
    if case.promise.measure == "flow":
        return Light.RED  # a running total does not come down again
    return under(case.rule, _by_level(case, side))


def _severity(light: Light) -> float:
    """Sort key, worst first; a light that says "cannot be judged" is between amber and green."""
    return 4.5 if light in (Light.UNDEFINED, Light.NO_FIGURE) else light


# --- the measures -----------------------------------------------------------------------------


def _flow(case: Case, side: Side) -> Verdict:
    """A year's running total against the share of the year that has closed."""
    if case.is_closing:
        return _by_pace(case, side, Light.DONE if side.is_met_by(case.value) else Light.MISSED)
    if not side.is_floor:
        # A running total does not fall again: over its ceiling it is red, whatever the pace.
        return _by_pace(case, side, None if side.is_met_by(case.value) else Light.RED)
    # If both sides bind, the target is not done early: a larger total may still break the ceiling.
    is_done = side.is_reached_by(case.value) and direction(case.promise) != WITHIN
    return _by_pace(case, side, Light.DONE if is_done else None)


def _stock(case: Case, side: Side) -> Verdict:
    """A level at a day: the net change from the baseline, or a level to be held."""
    baseline = case.promise.baseline_value
    light = _reached_or_closing(case, side, Light.ON_TARGET)
    if baseline is not None and not side.is_a_way_from(baseline):
        return verdict(case, side, light or _by_level(case, side), "level")
    if case.promise.basis == "gross" and side.is_floor:
        return _by_pace(case, side, light)
    if baseline is None:
        if side.is_floor:
            return verdict(case, side, light or Light.UNDEFINED, "no_baseline")
        return verdict(case, side, light or _by_level(case, side), "level")
    return _by_net_change(case, side, light, baseline)


def _ratio(case: Case, side: Side) -> Verdict:
    """A ratio to be held all year, or one that climbs (or falls) from its baseline."""
    baseline = case.promise.baseline_value
    if baseline is not None and side.is_a_way_from(baseline) and case.promise.basis == "net":
        return _by_net_change(case, side, _reached_or_closing(case, side, Light.ON_TARGET), baseline)
    if case.promise.basis == "gross" and side.is_floor:
        return _by_pace(case, side, _reached_or_closing(case, side, Light.ON_TARGET))
    light = _reached_or_closing(case, side, Light.GREEN) or _by_level(case, side)
    return verdict(case, side, light, "ratio", {} if _differs_by_points(case) else {"by_share": "1"})


def _rank(case: Case, side: Side) -> Verdict:
    """A published place; never pro-rated."""
    light = _reached_or_closing(case, side, Light.GREEN)
    return verdict(case, side, light or _within(case, side, Decimal(case.rule.rank_band)), "rank")


def _growth(case: Case, side: Side) -> Verdict:
    """A published growth rate: short of the floor but growing is amber, shrinking is red.

    If the floor itself is no growth, a point below it is amber.
    """
    light = _reached_or_closing(case, side, Light.GREEN)
    if light is None and side.is_floor and side.goal > 0:
        growing = Light.AMBER if case.value >= 0 else Light.RED
        light = _unless_met(case, side, growing)
    return verdict(case, side, light or _within(case, side, case.rule.rate_band), "growth")


MEASURES: dict[str, Callable[[Case, Side], Verdict]] = {
    "flow": _flow,
    "stock": _stock,
    "ratio": _ratio,
    "rank": _rank,
    "growth": _growth,
}


# --- how far behind is how bad ----------------------------------------------------------------


def _reached_or_closing(case: Case, side: Side, reached: Light) -> Light | None:
    """`reached` during the year, done or missed at closing; None if the bands decide."""
    if case.is_closing:
        return Light.DONE if side.is_met_by(case.value) else Light.MISSED
    return reached if side.is_reached_by(case.value) else None


def _unless_met(case: Case, side: Side, light: Light) -> Light:
    """Green if the value meets the goal, 左右 included, else `light`; no figure yet before the curve."""
    if case.awaits_curve:
        return Light.NO_FIGURE
    return Light.GREEN if side.is_met_by(case.value) else light


def _within(case: Case, side: Side, band: Decimal | Fraction) -> Light:
    """Amber if the goal is missed by no more than `band`, in the figure's own unit; else red."""
    is_near = band > 0 and Fraction(side.missed_by(case.value)) <= band
    return _unless_met(case, side, Light.AMBER if is_near else Light.RED)


def _by_level(case: Case, side: Side) -> Light:
    """A percentage may miss its level by points, any other figure by a share of the value to be kept."""
    if case.promise.measure in ("ratio", "growth") and _differs_by_points(case):
        return _within(case, side, case.rule.rate_band)
    return _within(case, side, Fraction(abs(side.goal)) * Fraction(case.rule.level_band) / 100)


def _differs_by_points(case: Case) -> bool:
    return case.promise.unit_of_measure.strip() in POINTS


def _by_pace(case: Case, side: Side, light: Light | None) -> Verdict:
    """A value counted from 0: its share of the goal against expected progress."""
    key = "flow" if case.promise.measure == "flow" else "gross"
    if not side.goal:  # a goal of 0 has no share to print: it is kept or it is not
        kept = Light.GREEN if side.is_reached_by(case.value) else Light.RED
        return verdict(case, side, light or _unless_met(case, side, kept), key)
    return _paced(case, side, light, key, Decimal(0))


def _by_net_change(case: Case, side: Side, light: Light | None, baseline: Decimal) -> Verdict:
    """The share of the change from the baseline to the goal that is done, up or down."""
    return _paced(case, side, light, "stock", baseline, {"baseline": plain(baseline)})


def _paced(
    case: Case,
    side: Side,
    light: Light | None,
    key: str,
    baseline: Decimal,
    told: dict[str, str] | None = None,
) -> Verdict:
    """Round shares to one decimal, as printed, subtract them, and find the band of the difference."""
    numbers = dict(told or {})
    if light is None and case.awaits_curve:
        return verdict(case, side, Light.NO_FIGURE, key, numbers)
    pace = Pace.of(case, side, baseline)
    if light is None:
        light, said = light_of(case, pace)
        numbers |= said
    return verdict(case, side, light, key, numbers, pace)
