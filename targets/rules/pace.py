"""The attainment, the expected progress, and the light for their difference.

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

LIMIT = Decimal("99999.9")  # the most that a percentage column holds


@dataclass(frozen=True, slots=True)
class Pace:
    """The share of the change from the baseline to the goal that is done, and the expected share."""

    side: Side
    baseline: Decimal
    change: Fraction  # in the target's unit
    progress: Fraction  # expected, from 0 to 1
    attainment: Decimal
    expected: Decimal
    uses_up: bool  # a ceiling on a running total: a smaller share is ahead

    @classmethod
    def of(cls, case: Case, side: Side, baseline: Decimal) -> Pace:
        change, way = Fraction(case.value - baseline), Fraction(side.goal - baseline)
        progress = case.progress(baseline)
        expected = half_up(100 * progress, 1)
        # The gap must fit its column too, and attainment − expected must still equal it.
        attainment = expected + _clamp(_clamp(half_up(100 * change / way, 1)) - expected)
        uses_up = case.promise.measure == "flow" and not side.is_floor
        return cls(side, baseline, change, progress, attainment, expected, uses_up)

    @property
    def due(self) -> Fraction:
        """The change expected by then, in the target's unit."""
        return Fraction(self.side.goal - self.baseline) * self.progress

    @property
    def gap(self) -> Decimal:
        return self.attainment - self.expected

    @property
    def lag(self) -> Decimal:
        return self.gap if self.uses_up else -self.gap


def light_of(case: Case, pace: Pace) -> tuple[Light, dict[str, str]]:
    """The light by the rule's bands and graces, and the numbers for its explanation besides the band."""
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
    else:  # with 0 expected there is no share to miss
        is_near = not pace.expected or 100 * pace.lag <= rule.amber_share * pace.expected
    return Light.AMBER if is_near else Light.RED


Grace = tuple[Light, dict[str, str]]  # the light at worst, and the numbers that say why
NO_GRACE: Grace = (Light.RED, {})


def _by_slack(pace: Pace) -> Grace:
    """Green if the value is on pace to the point that meets 左右; without 左右 that point is the goal."""
    side = pace.side
    to_be_met = Fraction(side.met_at - pace.baseline) / Fraction(side.goal - pace.baseline)
    enough = half_up(100 * pace.progress * to_be_met, 1)
    is_on_pace = pace.attainment <= enough if pace.uses_up else pace.attainment >= enough
    return (Light.GREEN, {"enough": str(enough)}) if is_on_pace else NO_GRACE


def _by_units(case: Case, pace: Pace) -> Grace:
    """Whole things come one at a time, but a schedule may ask for a fraction of one.

    A floor needs only the things that are due in full; a ceiling also allows the one due in part.
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
