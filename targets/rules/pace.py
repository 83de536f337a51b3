"""How far along the way to the goal, how far it should be, and how bad the difference is.

Percentages are rounded half-up to one decimal first, then subtracted, then compared, because
officials check a table by subtracting two printed numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from targets.rules.case import Case
from targets.rules.facts import Light, Rule
from targets.rules.quantities import half_up, plain
from targets.rules.sides import Side

LIMIT = Decimal("99999.9")  # what the percentage columns hold


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of the way from the baseline to the goal is done, and how much was expected by then."""

    side: Side
    baseline: Decimal
    change: Fraction  # in the target's unit
    progress: Fraction  # expected, from 0 to 1
    attainment: Decimal
    expected: Decimal
    uses_up: bool  # a ceiling on a running total: ahead is when less is used up

    @classmethod
    def of(cls, case: Case, side: Side, baseline: Decimal) -> Pace:
        change, way = Fraction(case.value - baseline), Fraction(side.goal - baseline)
        progress = case.progress(baseline)
        expected = half_up(100 * progress, 1)
        # The gap fits its column too, and the three still add up.
        attainment = expected + _clamp(_clamp(half_up(100 * change / way, 1)) - expected)
        uses_up = case.promise.measure == "flow" and not side.is_floor
        return cls(side, baseline, change, progress, attainment, expected, uses_up)

    @property
    def due(self) -> Fraction:
        """What was to have changed by then, in the target's unit."""
        return Fraction(self.side.goal - self.baseline) * self.progress

    @property
    def gap(self) -> Decimal:
        return self.attainment - self.expected

    @property
    def lag(self) -> Decimal:
        return self.gap if self.uses_up else -self.gap


def light_of(case: Case, pace: Pace) -> tuple[Light, dict[str, str]]:
    """What the rule's bands and graces make of it, and the numbers of what decided but the band."""
    light = _by_band(pace, case.rule)
    by_grace, said = max(_by_slack(pace), _by_units(case, pace), key=lambda grace: grace[0])
    if by_grace > light:
        return by_grace, said
    is_in_green_band = light is Light.GREEN and pace.lag > 0
    return light, {"green_band": plain(case.rule.green_band)} if is_in_green_band else {}


def _by_band(pace: Pace, rule: Rule) -> Light:
    if pace.lag <= 0 or pace.lag < rule.green_band:
        return Light.GREEN
    if rule.amber_share is None:
        is_near = pace.lag <= rule.amber_band
    else:  # before anything is expected no share of it can be missed
        is_near = not pace.expected or 100 * pace.lag <= rule.amber_share * pace.expected
    return Light.AMBER if is_near else Light.RED


Grace = tuple[Light, dict[str, str]]  # the light at worst, and the numbers that say why
NO_GRACE: Grace = (Light.RED, {})


def _by_slack(pace: Pace) -> Grace:
    """左右 is on pace along the way to where it is met, told in the same shares; else that is the goal."""
    side = pace.side
    to_be_met = Fraction(side.met_at - pace.baseline) / Fraction(side.goal - pace.baseline)
    enough = half_up(100 * pace.progress * to_be_met, 1)
    is_on_pace = pace.attainment <= enough if pace.uses_up else pace.attainment >= enough
    return (Light.GREEN, {"enough": str(enough)}) if is_on_pace else NO_GRACE


def _by_units(case: Case, pace: Pace) -> Grace:
    """Whole things come one at a time: a schedule may ask for a fraction of one.

    Of what is to be reached, all that is due in full has to be there; of what may be used up, the
    one that has begun counts as allowed.
    """
    if not case.is_whole:
        return NO_GRACE
    if pace.uses_up:
        allowed = -(-pace.due // 1)
        said = {"allowed_units": str(allowed), "done_units": plain(case.value)}
        return (Light.GREEN, said) if pace.change <= allowed else NO_GRACE
    due, done = pace.side.sign * pace.due // 1, pace.side.sign * pace.change
    said = {"due_units": str(due), "done_units": plain(pace.side.sign * (case.value - pace.baseline))}
    short = due - done
    light = Light.GREEN if short <= 0 else Light.AMBER if short <= case.rule.grace_units else Light.RED
    return light, said


def _clamp(percentage: Decimal) -> Decimal:
    return max(-LIMIT, min(LIMIT, percentage))
