"""What a figure means for each measure: one period's value against one side of the promise.

A promise has one or two sides: "at least 520" is a floor, "at most 30" a ceiling, "about" and
"between" are both, and the worse of the two counts. Percentages are rounded half-up to one
decimal first, then subtracted, then compared, because officials check a table by subtracting
two printed numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from targets.rules.facts import Commitment, Light, Report, Rule, Verdict
from targets.rules.quantities import PERCENT, half_up, is_whole, plain
from targets.rules.schedule import expected_progress, is_closing, last_reached, months_passed

LIMIT = Decimal("99999.9")  # what the percentage columns hold


@dataclass(frozen=True, slots=True)
class Side:
    """A floor to reach or a ceiling to keep under; strict where the bound itself does not count."""

    bound: Decimal
    is_floor: bool = True
    is_strict: bool = False

    @property
    def sign(self) -> int:
        """A ceiling is a floor seen in a mirror."""
        return 1 if self.is_floor else -1

    def is_kept_by(self, value: Decimal) -> bool:
        ahead = self.sign * (value - self.bound)
        return ahead > 0 if self.is_strict else ahead >= 0

    def is_a_way_from(self, baseline: Decimal) -> bool:
        """Whether the bound lies ahead of the baseline; a bound at or behind it is only to be kept."""
        return self.sign * (self.bound - baseline) > 0

    @property
    def comparator(self) -> str:
        return ("gt" if self.is_strict else "gte") if self.is_floor else ("lt" if self.is_strict else "lte")


def sides(promise: Commitment, rule: Rule) -> list[Side]:
    """The promise as floors and ceilings: for whole things "more than 150" is at least 151."""
    value = promise.target_value
    assert value is not None
    whole = is_whole(promise.decimals, promise.unit_of_measure)
    match promise.comparator:
        case "gt":
            return [Side(value + 1) if whole else Side(value, is_strict=True)]
        case "lte":
            return [Side(value, is_floor=False)]
        case "lt":
            return [Side(value - 1, is_floor=False) if whole else Side(value, is_floor=False, is_strict=True)]
        case "eq":
            return [Side(value), Side(value, is_floor=False)]
        case "approx":
            is_rate = promise.measure in ("growth", "ratio") or promise.unit_of_measure in PERCENT
            about = rule.about_rate if is_rate else abs(value) * rule.about_amount / 100
            return [Side(value - about), Side(value + about, is_floor=False)]
        case "between":
            assert promise.upper_value is not None
            return [Side(value), Side(promise.upper_value, is_floor=False)]
        case _:
            return [Side(value)]


@dataclass(frozen=True, slots=True)
class Case:
    """One figure held against the promise in force on its own effective day."""

    promise: Commitment
    report: Report
    value: Decimal
    rule: Rule
    starts_on: date
    due_on: date

    @property
    def is_closing(self) -> bool:
        return is_closing(self.report.period_end, self.due_on)

    @property
    def planned(self) -> Decimal | None:
        return last_reached(self.promise.curve, self.report.period_end)

    @property
    def awaits_curve(self) -> bool:
        """Before a curve's first point nothing is expected, so nothing is judged."""
        return bool(self.promise.curve) and self.planned is None

    @property
    def goal(self) -> Decimal:
        """The value to reach; of whole things more than 150 is 151, in every denominator."""
        if self.promise.comparator in ("gt", "lt"):
            return sides(self.promise, self.rule)[0].bound
        assert self.promise.target_value is not None
        return self.promise.target_value

    def progress(self, baseline: Decimal = Decimal(0)) -> Fraction:
        """Expected progress, from 0 to 1: the plan's curve, or the months of the window."""
        if not self.promise.curve:
            return expected_progress(self.report.period_end, self.starts_on, self.due_on)
        if self.planned is None:
            return Fraction(0)
        if self.goal == baseline:
            return Fraction(1)
        share = Fraction(self.planned - baseline) / Fraction(self.goal - baseline)
        return max(Fraction(0), min(Fraction(1), share))

    @property
    def is_whole(self) -> bool:
        return is_whole(self.promise.decimals, self.promise.unit_of_measure)


def judge_figure(case: Case) -> Verdict:
    """The verdict of the worse side, before anything that looks at other periods."""
    by_measure = MEASURES[case.promise.measure]
    verdicts = [by_measure(case, side) for side in sides(case.promise, case.rule)]
    return min(verdicts, key=lambda verdict: _severity(verdict.light))


def _severity(light: Light) -> float:
    """Lights number worst first; what cannot be judged is worse than green, better than amber."""
    return 4.5 if light in (Light.UNDEFINED, Light.NO_FIGURE) else light


def planned_value(case: Case) -> Decimal | None:
    """What the plan has reached by the case's period, in the target's unit; None where it has no pace.

    Whatever is judged by its level alone (ranks, rates, levels to be held) plans nothing between.
    """
    promise = case.promise
    if promise.target_value is None or case.awaits_curve:
        return None
    if case.planned is not None:
        return case.planned
    if promise.measure == "flow" or (promise.measure in ("stock", "ratio") and promise.basis == "gross"):
        baseline = Decimal(0)
    elif promise.measure in ("stock", "ratio") and promise.baseline_value is not None:
        baseline = promise.baseline_value
    else:
        return None
    way = Fraction(case.goal) - Fraction(baseline)
    return half_up(Fraction(baseline) + way * case.progress(baseline), 4)


# --- the measures -----------------------------------------------------------------------------


def _flow(case: Case, side: Side) -> Verdict:
    """A year's running total against the share of the year that has closed."""
    kept = side.is_kept_by(case.value)
    if case.is_closing:
        return _by_pace(case, side, Light.DONE if kept else Light.MISSED)
    # Only a plain floor can be done early: more may still break a ceiling.
    if kept and case.promise.comparator in ("gte", "gt"):
        return _by_pace(case, side, Light.DONE)
    return _by_pace(case, side, None)


def _stock(case: Case, side: Side) -> Verdict:
    """A level at a day: the net change from the baseline, or a level to be held."""
    baseline = case.promise.baseline_value
    light = _kept_or_closing(case, side, Light.ON_TARGET)
    if baseline is not None and not side.is_a_way_from(baseline):
        return _verdict(case, side, light or _by_level(case, side), "level")
    if case.promise.basis == "gross" and side.is_floor:
        return _by_pace(case, side, light)
    if baseline is None:
        if side.is_floor:
            return _verdict(case, side, light or Light.UNDEFINED, "no_baseline")
        return _verdict(case, side, light or _by_level(case, side), "level")
    return _by_net_change(case, side, light, baseline)


def _ratio(case: Case, side: Side) -> Verdict:
    """A ratio to be held all year, or one that climbs (or falls) from its baseline."""
    baseline = case.promise.baseline_value
    if baseline is not None and side.is_a_way_from(baseline) and case.promise.basis == "net":
        return _by_net_change(case, side, _kept_or_closing(case, side, Light.ON_TARGET), baseline)
    if case.promise.basis == "gross" and side.is_floor:
        return _by_pace(case, side, _kept_or_closing(case, side, Light.ON_TARGET))
    return _verdict(case, side, _within(case, side, case.rule.rate_band), "ratio")


def _rank(case: Case, side: Side) -> Verdict:
    """A published place; never pro-rated."""
    return _verdict(case, side, _within(case, side, Decimal(case.rule.rank_band)), "rank")


def _growth(case: Case, side: Side) -> Verdict:
    """A published growth rate: short of the floor but growing is amber, shrinking is red."""
    if not side.is_floor:
        return _verdict(case, side, _within(case, side, case.rule.rate_band), "growth")
    light = _kept_or_closing(case, side, Light.GREEN)
    return _verdict(case, side, light or (Light.AMBER if case.value >= 0 else Light.RED), "growth")


MEASURES: dict[str, Callable[[Case, Side], Verdict]] = {
    "flow": _flow,
    "stock": _stock,
    "ratio": _ratio,
    "rank": _rank,
    "growth": _growth,
}


# --- how far behind is how bad ----------------------------------------------------------------


def _kept_or_closing(case: Case, side: Side, kept: Light) -> Light | None:
    """`kept` during the year, done or missed at closing; None where the bands decide."""
    if side.is_kept_by(case.value):
        return Light.DONE if case.is_closing else kept
    return Light.MISSED if case.is_closing else None


def _within(case: Case, side: Side, band: Decimal) -> Light:
    """Amber as long as the bound is missed by no more than `band`, in the figure's own unit."""
    light = _kept_or_closing(case, side, Light.GREEN)
    if light is None and case.promise.measure == "ratio" and case.awaits_curve:
        return Light.NO_FIGURE
    missed_by = side.sign * (side.bound - case.value)
    return light or (Light.AMBER if band > 0 and missed_by <= band else Light.RED)


def _by_level(case: Case, side: Side) -> Light:
    """Missed by no more than the band, in per cent of the value to be kept: amber."""
    if case.awaits_curve:
        return Light.NO_FIGURE
    missed_by = Fraction(side.sign * (side.bound - case.value))
    allowed = Fraction(abs(side.bound)) * Fraction(case.rule.level_band) / 100
    return Light.AMBER if allowed > 0 and missed_by <= allowed else Light.RED


def _by_band(gap: Decimal, rule: Rule) -> Light:
    if gap >= 0 or -gap < rule.green_band:
        return Light.GREEN
    return Light.AMBER if -gap <= rule.amber_band else Light.RED


def _by_pace(case: Case, side: Side, light: Light | None) -> Verdict:
    """A value counted from nothing: its share of the bound against expected progress."""
    key = "flow" if case.promise.measure == "flow" else "gross"
    if light is None and case.awaits_curve:
        return _verdict(case, side, Light.NO_FIGURE, key)
    if not side.bound:
        # A ceiling of nothing has no share to print: it is kept or it is not.
        return _verdict(case, side, light or (Light.GREEN if side.is_kept_by(case.value) else Light.RED), key)
    share = Fraction(case.value) / Fraction(side.bound)
    return _paced(case, side, light, key, share, case.progress(), {})


def _by_net_change(case: Case, side: Side, light: Light | None, baseline: Decimal) -> Verdict:
    """The part of the way from the baseline to the bound that is done; up or down alike."""
    way = Fraction(side.bound - baseline)
    change = Fraction(case.value - baseline)
    progress = case.progress(baseline)
    numbers = {"baseline": plain(baseline)}
    by_grace = None
    if light is None and case.is_whole and case.promise.measure == "stock":
        by_grace = _by_units(side.sign * way, side.sign * change, progress, case.rule, numbers)
    return _paced(case, side, light, "stock", change / way, progress, numbers, by_grace)


def _by_units(
    way: Fraction, change: Fraction, progress: Fraction, rule: Rule, numbers: dict[str, str]
) -> Light:
    """Whole things come one at a time: a straight line may ask for a fraction of one."""
    due = way * progress // 1
    numbers |= {"due_units": str(due), "done_units": plain(Decimal(change.numerator) / change.denominator)}
    short = due - change
    return Light.GREEN if short <= 0 else Light.AMBER if short <= rule.grace_units else Light.RED


def _paced(
    case: Case,
    side: Side,
    light: Light | None,
    key: str,
    share: Fraction,
    progress: Fraction,
    numbers: dict[str, str],
    by_grace: Light | None = None,
) -> Verdict:
    """Print shares with one decimal, subtract what is printed, and read the band."""
    if light is None and case.awaits_curve:
        return _verdict(case, side, Light.NO_FIGURE, key)
    attainment = _clamp(half_up(100 * share, 1))
    expected = half_up(100 * progress, 1)
    # A ceiling on a running total is behind when more is used up than the year has passed.
    ahead = -1 if key == "flow" and not side.is_floor else 1
    gap = _clamp(ahead * (attainment - expected))
    attainment = ahead * gap + expected
    banded = light or _by_band(gap, case.rule)
    if light is None and by_grace is not None and by_grace > banded:
        banded, key = by_grace, "stock_grace"
    else:
        numbers = {name: n for name, n in numbers.items() if name not in ("due_units", "done_units")}
    return _verdict(case, side, banded, key, numbers, (attainment, expected, gap))


def _clamp(percentage: Decimal) -> Decimal:
    return max(-LIMIT, min(LIMIT, percentage))


def _verdict(
    case: Case,
    side: Side,
    light: Light,
    key: str,
    numbers: dict[str, str] | None = None,
    percentages: tuple[Decimal, Decimal, Decimal] | tuple[None, None, None] = (None, None, None),
) -> Verdict:
    attainment, expected, gap = percentages
    # What it will be held against once the plan asks for something, for the words.
    awaited = {"key": "awaits_curve", "read_as": key} if light is Light.NO_FIGURE else {}
    explanation: dict[str, Any] = {
        "key": key,
        "light": int(light),
        "value": plain(case.value),
        "comparator": side.comparator,
        "needed": plain(side.bound),
        "unit": case.promise.unit_of_measure,
        "from": case.starts_on.isoformat(),
        "period_end": case.report.period_end.isoformat(),
        "rule": case.rule.name,
        "version": case.rule.version,
        **(numbers or {}),
        **awaited,
    }
    if attainment is not None:
        explanation["passed"], explanation["of"] = months_passed(
            case.report.period_end, case.starts_on, case.due_on
        )
        if case.planned is not None:
            explanation["planned"] = plain(case.planned)
        elif case.awaits_curve:
            explanation["planned_from"] = case.promise.curve[0][0].isoformat()
    for name, percentage in (("attainment", attainment), ("expected", expected), ("gap", gap)):
        if percentage is not None:
            explanation[name] = str(percentage)
    return Verdict(
        light,
        case.promise,
        value=case.value,
        period_end=case.report.period_end,
        attainment=attainment,
        expected=expected,
        gap=gap,
        settled=light is Light.DONE and not case.report.preliminary,
        explanation=explanation,
    )
