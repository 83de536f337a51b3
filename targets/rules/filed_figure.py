"""A figure as filed, and all that it is compared with before it is submitted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from targets.rules.case import Case, planned_value
from targets.rules.facts import Commitment, Report, Rule
from targets.rules.quantities import PERCENT, half_up, is_whole
from targets.rules.question import Question
from targets.rules.schedule import month_end, month_number
from targets.rules.sides import LOWER, direction, paced_side

NO_RULE = Rule("", 0)


@dataclass(frozen=True)
class FiledFigure:
    """A figure as filed, and all that it is compared with."""

    promise: Commitment
    starts_on: date
    due_on: date
    period_end: date
    value: Decimal
    path: tuple[tuple[date, Decimal], ...] = ()  # the figures of earlier periods, in order
    last_year: Mapping[int, Decimal] = field(default_factory=dict)  # month → the figure then

    # --- earlier figures ------------------------------------------------------------------------

    @property
    def measure(self) -> str:
        return self.promise.measure

    @property
    def last(self) -> Decimal | None:
        return self.path[-1][1] if self.path else None

    @cached_property
    def window(self) -> tuple[tuple[date, Decimal], ...]:
        """The earlier figures from the month in which the target starts."""
        start = month_number(self.starts_on)
        return tuple((end, value) for end, value in self.path if month_number(end) >= start)

    @property
    def origin(self) -> Decimal | None:
        """The value from which progress counts, 0 or the baseline; None for other measures."""
        if self.measure == "flow":
            return Decimal(0)
        if self.measure == "stock":
            return Decimal(0) if self.promise.basis == "gross" else self.promise.baseline_value
        return None

    @property
    def months(self) -> int:
        """The number of months since the last figure, at least 1."""
        since = month_number(self.window[-1][0]) if self.window else month_number(self.starts_on) - 1
        return max(1, month_number(self.period_end) - since)

    @property
    def months_so_far(self) -> int:
        return month_number(self.period_end) - month_number(self.starts_on) + 1

    @property
    def change(self) -> Decimal | None:
        before = self.window[-1][1] if self.window else self.origin
        return None if before is None else self.value - before

    @cached_property
    def largest_step(self) -> Fraction:
        """The largest monthly change so far, up or down, or that of this month last year, in proportion."""
        return max([*self._steps(), *self._step_of_last_year()], default=Fraction(0))

    @cached_property
    def moves(self) -> int:
        """The number of earlier periods in which the figure changed."""
        return sum(step > 0 for step in self._steps())

    def _steps(self) -> Iterator[Fraction]:
        before, month = self.origin, month_number(self.starts_on) - 1
        if before is None:
            return
        for end, value in self.window:
            yield abs(Fraction(value - before)) / max(1, month_number(end) - month)
            before, month = value, month_number(end)

    def _step_of_last_year(self) -> Iterator[Fraction]:
        whole, then = self.last_year.get(self.due_on.month), self.last_year.get(self.period_end.month)
        before = self.last_year.get(self.period_end.month - 1)
        if self.measure == "flow" and whole and then is not None and before is not None:
            yield abs(Fraction(self.goal) * Fraction(then - before) / Fraction(whole))

    # --- the values to compare with -------------------------------------------------------------

    @property
    def has_goal(self) -> bool:
        promise = self.promise
        is_open = promise.comparator == "between" and promise.upper_value is None
        return promise.target_value is not None and bool(promise.comparator) and not is_open

    @property
    def goal(self) -> Decimal:
        """The value that is 100% of every share; 0 if none is stated."""
        return paced_side(self.promise).goal if self.has_goal else Decimal(0)

    @property
    def start(self) -> Decimal:
        """The baseline of a stock, else 0: a figure as large as its baseline is no slip of the unit."""
        return abs(self.promise.baseline_value or Decimal(0)) if self.measure == "stock" else Decimal(0)

    @property
    def is_floor(self) -> bool:
        return direction(self.promise) != LOWER

    @property
    def is_whole(self) -> bool:
        return is_whole(self.promise.decimals, self.promise.unit_of_measure, self.measure)

    @property
    def is_percentage(self) -> bool:
        return self.promise.unit_of_measure.strip() in PERCENT

    @cached_property
    def expected(self) -> Decimal | None:
        """The expected value, by the monthly plan or evenly; None if the measure has no pace."""
        return self.expected_by(self.period_end)

    def expected_by(self, period_end: date) -> Decimal | None:
        if not self.has_goal or self.measure not in ("flow", "stock"):
            return None
        report = Report(period_end, period_end, self.value)
        case = Case(self.promise, report, self.value, NO_RULE, self.starts_on, self.due_on)
        return planned_value(case)

    @cached_property
    def by_last_year(self) -> Fraction | None:
        """The value by now if this year follows last year's months; None without last year's figures."""
        whole = self.last_year.get(self.due_on.month)
        then = self.last_year.get(self.period_end.month)
        if self.measure != "flow" or not self.has_goal or not whole or then is None:
            return None
        return Fraction(self.goal) * Fraction(then) / Fraction(whole)

    @property
    def pace(self) -> Fraction:
        """The planned change in a month; 0 without a goal."""
        if not self.has_goal:
            return Fraction(0)
        if self.promise.curve and self.expected is not None:
            before = self.expected_by(_months_before(self.period_end, self.months)) or Decimal(0)
            return Fraction(self.expected - before) / self.months
        months = month_number(self.due_on) - month_number(self.starts_on) + 1
        return Fraction(self.goal - (self.origin or Decimal(0))) / max(1, months)

    @property
    def most_expected(self) -> Fraction | None:
        """The larger of the two expected values, so that a seasonal figure raises no doubt."""
        found = [Fraction(each) for each in (self.expected, self.by_last_year) if each is not None]
        return max(found) if found else None

    # --- asking ---------------------------------------------------------------------------------

    def ask(self, key: str, **more: Any) -> Question:
        pace = None if self.origin is None else _about(abs(self.pace))
        expected = None if self.expected is None else half_up(self.expected, self.decimals)
        told = {
            "value": self.value, "last": self.last, "change": self.change, "pace": pace,
            "expected": expected, "goal": self.goal,
            "since": self.starts_on, "until": self.period_end, "unit": self.promise.unit_of_measure,
        }  # fmt: skip
        return Question(key, {**told, **more})

    @property
    def decimals(self) -> int:
        return 0 if self.is_whole else max(1, self.promise.decimals)


def _about(amount: Fraction) -> Decimal:
    """Rounded as people say it: 43.3, 0.25."""
    return half_up(amount, 1 if amount >= 1 else 2)


def _months_before(period_end: date, months: int) -> date:
    year, month = divmod(month_number(period_end) - 1 - months, 12)
    return month_end(year, month + 1)
