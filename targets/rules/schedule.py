"""Expected progress (序时进度): counted by the month of the data period, never by the day."""

import calendar
from datetime import date
from decimal import Decimal
from fractions import Fraction


def month_number(day: date) -> int:
    """A running number of the calendar month, so that months subtract across years."""
    return day.year * 12 + day.month


def month_end(year: int, month: int) -> date:
    """The last day of the month, which is the last of its period."""
    return date(year, month, calendar.monthrange(year, month)[1])


def months_passed(period_end: date, starts_on: date, due_on: date) -> tuple[int, int]:
    """(months of the window closed by the data period, months of the window), at least one."""
    first, last = month_number(starts_on), month_number(due_on)
    months = max(last - first + 1, 1)
    return max(0, min(months, month_number(period_end) - first + 1)), months


def expected_progress(period_end: date, starts_on: date, due_on: date) -> Fraction:
    """The share of the window's months that have closed by the data period, from 0 to 1.

    In a window of one month (due in the month it starts) everything is expected at once.
    """
    passed, months = months_passed(period_end, starts_on, due_on)
    return Fraction(passed, months)


def last_reached(curve: tuple[tuple[date, Decimal], ...], period_end: date) -> Decimal | None:
    """The planned value of the newest point reached; officials do not interpolate between points."""
    month = month_number(period_end)
    reached = [value for day, value in curve if month_number(day) <= month]
    return reached[-1] if reached else None


def is_closing(period_end: date, due_on: date) -> bool:
    """Whether the figure's period ends in or after the month in which the goal falls due."""
    return month_number(period_end) >= month_number(due_on)


def is_after_closing(period_end: date, due_on: date) -> bool:
    return month_number(period_end) > month_number(due_on)


def is_before_window(period_end: date, starts_on: date) -> bool:
    """Whether the period is before the window; its figures are kept, not judged."""
    return month_number(period_end) < month_number(starts_on)
