"""Geometry of the target page's chart: where a day and a value lie in the drawing. No words, no colours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from targets.register.target.course import Behind, Course, Goal, Points, Reported

ROOM_OF_A_WORD = 100  # a label that starts this near to the right edge stands on the left of its line
LINE = 14  # the height of a label


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing and its margins, in its own units."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    months: int  # labels of months that fit

    @property
    def right_edge(self) -> int:
        return self.width - self.right

    @property
    def floor(self) -> int:
        return self.height - self.bottom


WIDE = Frame(760, 262, left=60, right=24, top=26, bottom=30, months=12)
NARROW = Frame(360, 250, left=44, right=14, top=26, bottom=28, months=6)


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    reported: Reported


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    value: Decimal | date
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal for as long as it was promised; a range is a band from `y` up to `top`."""

    x1: float
    x2: float
    y: float
    top: float | None
    goal: Goal
    is_now: bool

    @property
    def width(self) -> float:
        return round(self.x2 - self.x1, 1)

    @property
    def height(self) -> float:
        return 0.0 if self.top is None else round(self.y - self.top, 1)

    @property
    def label_y(self) -> float:
        return self.y if self.top is None else self.top


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which the promise changed, with the place of its label."""

    x: float
    label_y: float
    day: date
    is_left: bool  # the label stands left of the line


ROOM = 32  # for a label above or below another


@dataclass(frozen=True, slots=True)
class Gap:
    """From the planned to the reached value of the newest month."""

    x: float
    y1: float
    y2: float
    told: Behind
    is_left: bool

    @property
    def label_y(self) -> float:
        """Beside the line; of a short one below the figure's own label, clear of the goal's."""
        if self.is_short and self.y2 - self.y1 < ROOM:
            return self.y2 + ROOM
        return round((self.y1 + self.y2) / 2, 1)

    @property
    def is_short(self) -> bool:
        return self.told.reached < self.told.planned


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates in the frame, y downwards; lines as SVG point lists."""

    frame: Frame
    plan: str
    reports: str
    year_before: str
    dots: tuple[Dot, ...]
    goals: tuple[GoalLine, ...]
    turns: tuple[Turn, ...]
    gap: Gap | None
    deadline_x: float | None
    months: tuple[Tick, ...]
    values: tuple[Tick, ...]

    @property
    def newest(self) -> Dot | None:
        return self.dots[-1] if self.dots else None


def draw(course: Course, frame: Frame = WIDE) -> Chart:
    """Return the chart of the months from the first to the last of the course.

    Whole things have whole numbers on the axis: there is no place 3.5.
    """
    found = list(_values(course))
    low = min(*found, Decimal(0)) if course.from_zero else min(found)
    steps = _steps(low, max(found), is_whole=course.is_whole)
    span = max((course.last - course.first).days, 1)

    def x(day: date) -> float:
        share = Fraction((day - course.first).days, span)
        return _round(frame.left + share * (frame.right_edge - frame.left))

    def y(value: Decimal) -> float:
        share = Fraction(value - steps[0]) / Fraction(steps[-1] - steps[0])
        return _round(frame.floor - share * (frame.floor - frame.top))

    def line(points: Points) -> str:
        return " ".join(f"{x(day)},{y(value)}" for day, value in points)

    def is_far_right(at: float) -> bool:
        return at > frame.right_edge - ROOM_OF_A_WORD

    ordered = sorted(course.reported, key=lambda each: each.period_end)
    ends = [*(goal.since for goal in course.goals[1:]), course.last]
    goals = (
        GoalLine(
            x(max(goal.since, course.first)), x(max(end, course.first)), y(goal.value),
            None if goal.upper is None else y(goal.upper), goal, is_now=goal is course.goals[-1],
        )
        for goal, end in zip(course.goals, ends, strict=False)
    )  # fmt: skip
    turns = [day for day in course.turns if course.first < day <= course.last]
    gap = None
    if told := course.behind:
        at = x(told.period_end)
        gap = Gap(at, y(told.planned), y(told.reached), told, is_far_right(at))
    return Chart(
        frame,
        plan=line(course.planned),
        reports=line([(each.period_end, each.value) for each in ordered]),
        year_before=line(course.year_before),
        dots=tuple(Dot(x(each.period_end), y(each.value), each) for each in ordered),
        goals=tuple(goals),
        turns=tuple(
            Turn(x(day), frame.floor - 6 - LINE * (place % 4), day, is_far_right(x(day)))
            for place, day in enumerate(turns)
        ),
        gap=gap,
        deadline_x=x(course.deadline) if course.first <= course.deadline < course.last else None,
        months=tuple(
            Tick(x(day), day, (day.year, day.month) == (course.cut_off.year, course.cut_off.month))
            for day in _month_ends(course, frame.months)
        ),
        values=tuple(Tick(y(step), step) for step in steps),
    )


def _values(course: Course) -> Iterable[Decimal]:
    yield from (value for _day, value in (*course.planned, *course.year_before))
    yield from (each.value for each in course.reported)
    for goal in course.goals:
        yield goal.value
        if goal.upper is not None:
            yield goal.upper


def _month_ends(course: Course, most: int) -> list[date]:
    """Return at most so many days, so that their labels never overlap."""
    days = [row.period_end for row in course.rows]
    every = -(-len(days) // most)
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
