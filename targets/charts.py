"""Geometry of the target page's chart: where a day and a value lie in the drawing. No words, no colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

WIDTH, HEIGHT = 760, 260
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 14, 30


@dataclass(frozen=True, slots=True)
class Reported:
    """The figure of one period that counts."""

    period_end: date
    value: Decimal
    preliminary: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    reported: Reported


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    value: Decimal | date


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates in a drawing of WIDTH × HEIGHT, y downwards; lines as SVG point lists."""

    plan: str
    reports: str
    dots: tuple[Dot, ...]
    goal_y: float | None
    cut_off_x: float | None
    deadline_x: float | None
    months: tuple[Tick, ...]
    values: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def draw(
    planned: Sequence[tuple[date, Decimal]],
    reported: Sequence[Reported],
    *,
    goal: Decimal | None,
    first: date,
    last: date,
    cut_off: date,
    deadline: date,
    from_zero: bool = True,
    is_whole: bool = False,
) -> Chart | None:
    """Return the chart of the months from `first` to `last`; None if there is nothing to draw.

    A cumulative total is drawn `from_zero`; a level is drawn in its own range, or its changes would be
    invisible. If `is_whole`, the axis marks whole numbers only: there is no place 3.5.
    """
    if not planned and not reported:
        return None
    values = (
        [value for _, value in planned] + [r.value for r in reported] + ([goal] if goal is not None else [])
    )
    steps = _steps(min(*values, Decimal(0)) if from_zero else min(values), max(values), is_whole=is_whole)
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return _round(LEFT + Fraction((day - first).days, span) * (WIDTH - LEFT - RIGHT))

    def y(value: Decimal) -> float:
        share = Fraction(value - steps[0]) / Fraction(steps[-1] - steps[0])
        return _round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))

    def line(points: Sequence[tuple[date, Decimal]]) -> str:
        return " ".join(f"{x(day)},{y(value)}" for day, value in points)

    ordered = sorted(reported, key=lambda r: r.period_end)
    return Chart(
        plan=line(planned),
        reports=line([(r.period_end, r.value) for r in ordered]),
        dots=tuple(Dot(x(r.period_end), y(r.value), r) for r in ordered),
        goal_y=None if goal is None else y(goal),
        cut_off_x=x(cut_off) if first <= cut_off <= last else None,
        deadline_x=x(deadline) if first <= deadline <= last else None,
        months=tuple(Tick(x(day), day) for day in _month_ends(planned, ordered)),
        values=tuple(Tick(y(step), step) for step in steps),
    )


def _month_ends(planned: Sequence[tuple[date, Decimal]], reported: Sequence[Reported]) -> list[date]:
    """Return at most twelve days, so that their labels never overlap."""
    days = sorted({day for day, _ in planned} | {r.period_end for r in reported})
    every = -(-len(days) // 12)
    return days[::-1][::every][::-1]


def _steps(low: Decimal, high: Decimal, *, is_whole: bool) -> list[Decimal]:
    """Return round values, usually three to seven, that enclose `low` and `high`."""
    high = max(high, low + Decimal("0.0001"))
    raw = max((high - low) / 4, Decimal(is_whole))
    unit = Decimal(1).scaleb(raw.adjusted())
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= raw)
    start = low // step * step - (step if low < 0 and low % step else 0)
    found = [start, start + step]
    while found[-1] < high:
        found.append(found[-1] + step)
    return found


def _round(number: Fraction | int) -> float:
    return round(float(number), 1)
