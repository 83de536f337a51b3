"""One figure, and the promise that was in force when it took effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from targets.rules.facts import Commitment, Report, Rule
from targets.rules.quantities import half_up, is_whole
from targets.rules.schedule import expected_progress, is_closing, last_reached
from targets.rules.sides import Side, sides


@dataclass(frozen=True, slots=True)
class Case:
    """One figure, and the promise in force on the figure's effective day."""

    promise: Commitment
    report: Report
    value: Decimal
    rule: Rule
    starts_on: date
    due_on: date

    @property
    def sides(self) -> tuple[Side, ...]:
        return sides(self.promise, self.rule)

    @property
    def goal(self) -> Decimal:
        """The value that is 100% of every share."""
        return self.sides[0].goal

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
    def is_whole(self) -> bool:
        return is_whole(self.promise.decimals, self.promise.unit_of_measure, self.promise.measure)

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


def planned_value(case: Case) -> Decimal | None:
    """The planned value at the case's period, in the target's unit; None if the target has no pace.

    A target judged by its level alone (ranks, rates, levels to be held) has no planned values.
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
