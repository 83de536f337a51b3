"""Doubts about a figure, asked before it is submitted. Nothing here refuses a figure.

A figure is compared with the promise, the expected value, its earlier figures and last year's.
A doubt carries the numbers that caused it; its words live outside this package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from targets.rules.asked import Asked, Doubt
from targets.rules.facts import ATTENTION
from targets.rules.quantities import half_up, plain
from targets.rules.schedule import is_closing

KEYS = (
    "falls", "falls_to_a_month", "month_value", "month_value_at_first", "wrong_unit_large",
    "wrong_unit_small", "year_typed", "tenfold", "halved", "jump", "far_ahead", "equal", "as_expected",
    "copied", "same_as_last_year", "far_from_last_year", "percent_as_fraction", "index_for_growth",
    "growth_far_off", "beyond_percent", "rank_far_off", "same_words", "behind_unsaid",
)  # fmt: skip

NOTHING = Decimal(0)
# The limits of ordinary figures. Real figures come in lumps, seasons and late starts, and people
# tick a question unread if it comes too often.
STALLED = Fraction(1, 3)  # of a month's pace: less than that in a month is hardly movement
ONE_MONTH = (Fraction(1, 2), Fraction(2))  # of a month's pace: about the value of one month
ONE_MONTH_AT_FIRST = (Fraction(7, 10), Fraction(7, 5))  # narrower, if nothing earlier is known
FAR_BEHIND = Fraction(3, 5)  # of the expected value
LOST = Fraction(1, 3)  # the same, if the figure before was about one month's already
BEYOND_THE_GOAL = 3
TEN = 9  # times: a missing decimal point shows at nine, as the true figure changes too
SLIP = 1000  # 万 and 亿, 元 and 万元 lie ten thousand apart
SMALL_COUNT = 10  # below it a difference of one is ordinary
USUAL_JUMP = 4  # times the largest step so far
LARGE_JUMP = 8  # the same, if the figure is not ahead of the expected value
STEPS_OF_A_PATH = 3  # so many steps make a path
FAR_AHEAD = 4  # times the expected value
TELLING_DIGITS = 3  # equal figures with so many digits are no coincidence
LAST_YEARS_SHARE = 3  # times as much of the goal as last year had by then


def doubts(asked: Asked, words: str = "", last_words: str = "") -> list[Doubt]:
    """The doubts about a figure: at most the gravest one about its number, and one about its words.

    `words` is the narrative filed with it, `last_words` that of the report before.
    """
    found = [doubt for look in LOOKS.get(asked.measure, ()) if (doubt := look(asked))][:1]
    moved = asked.last is not None and asked.value != asked.last
    if moved and words.split() and words.split() == last_words.split():
        found.append(asked.doubt("same_words"))
    return found


def silence(light: int, missing: Sequence[str]) -> Doubt | None:
    """A doubt if a target is behind and fields that explain it are empty; `missing` names the fields."""
    if light not in ATTENTION or not missing:
        return None
    return Doubt("behind_unsaid", {"light": light, "missing": missing})


# --- running totals -----------------------------------------------------------------------------


def _falls(asked: Asked) -> Doubt | None:
    """A running total that falls: a correction, or the value of one month."""
    if asked.last is None or asked.value >= asked.last:
        return None
    least, most = ONE_MONTH
    is_one = least * asked.pace <= Fraction(asked.value) <= most * asked.pace * asked.months
    is_one = is_one and asked.pace > 0 and 2 * asked.value < asked.last
    return asked.doubt("falls_to_a_month" if is_one else "falls")


def _month_value(asked: Asked) -> Doubt | None:
    """The total hardly moved, is far behind, and is about the value of one month."""
    if not asked.is_floor or asked.change is None or asked.value <= 0 or asked.expected is None:
        return None
    month, change, value = asked.pace, Fraction(asked.change), Fraction(asked.value)
    if month <= 0 or value >= FAR_BEHIND * Fraction(asked.expected):
        return None
    if not asked.window:
        least, most = ONE_MONTH_AT_FIRST
        is_one = asked.months_so_far >= 3 and least * month <= value <= most * month
        return asked.doubt("month_value_at_first") if is_one else None
    least, most = ONE_MONTH
    if not least * month <= value <= most * month * asked.months:
        return None
    is_still = 0 < change < STALLED * month * asked.months
    was_one = least * month <= asked.window[-1][1] and asked.months_so_far > asked.months
    is_again = was_one and change > 0 and value < LOST * Fraction(asked.expected)
    return asked.doubt("month_value") if is_still or is_again else None


# --- units and slips ----------------------------------------------------------------------------


def _wrong_unit(asked: Asked) -> Doubt | None:
    """So far from the promise that it is in another unit, or lacks its decimal point."""
    value, last, goal = abs(asked.value), abs(asked.last or NOTHING), abs(asked.goal)
    if not value:
        return None
    is_small_count = asked.is_whole and value < SMALL_COUNT
    if goal and value > BEYOND_THE_GOAL * max(goal, last, asked.start) and not is_small_count:
        return asked.doubt("wrong_unit_large")
    measured = last or asked.start or asked.expected or NOTHING
    if measured and value * SLIP <= measured:
        return asked.doubt("wrong_unit_small", known=half_up(measured, asked.decimals))
    return None


def _year_typed(asked: Asked) -> Doubt | None:
    return asked.doubt("year_typed") if asked.value == asked.period_end.year else None


def _tenfold(asked: Asked) -> Doubt | None:
    """Ten times the last figure and ahead of the plan, or a tenth of it."""
    if not asked.last or not asked.value or (asked.is_whole and max(asked.value, asked.last) < SMALL_COUNT):
        return None
    value, last = abs(asked.value), abs(asked.last)
    is_ahead = asked.most_expected is None or Fraction(asked.value) > Fraction(3, 2) * asked.most_expected
    if (value >= TEN * last and is_ahead) or value * TEN <= last:
        return asked.doubt("tenfold")
    return None


def _halved(asked: Asked) -> Doubt | None:
    """A level that should rise falls to less than half."""
    if asked.last is None or not asked.is_floor or asked.value * 2 >= asked.last:
        return None
    return None if asked.is_whole and asked.last < SMALL_COUNT else asked.doubt("halved")


# --- jumps --------------------------------------------------------------------------------------


def _jump(asked: Asked) -> Doubt | None:
    """One step several times the largest so far, beyond the expected value."""
    if not asked.window or asked.change is None or not asked.largest_step:
        return None
    if asked.measure == "stock" and not asked.is_floor and asked.change < 0:
        return None  # a stock that should shrink may do so at once
    step = Fraction(abs(asked.change)) / asked.months
    if asked.is_whole and abs(asked.change) <= 2:
        return None
    ratio = step / asked.largest_step
    most = asked.most_expected
    is_beyond = most is None or Fraction(asked.value) >= most
    is_odd = asked.moves >= STEPS_OF_A_PATH and ratio > LARGE_JUMP and step > 2 * abs(asked.pace)
    if not ((ratio > USUAL_JUMP and is_beyond) or is_odd):
        return None
    return asked.doubt("jump", usual=half_up(asked.largest_step * asked.months, asked.decimals))


def _far_ahead(asked: Asked) -> Doubt | None:
    """The first figure is most of the goal already."""
    if asked.window or asked.change is None or asked.most_expected is None or not asked.is_floor:
        return None
    start = Fraction(asked.origin or NOTHING)
    change, way = Fraction(asked.value) - start, Fraction(asked.goal) - start
    if way <= 0 or 2 * change <= way or change <= FAR_AHEAD * (asked.most_expected - start):
        return None
    return asked.doubt("far_ahead")


# --- figures that were copied from somewhere ----------------------------------------------------


def _equal(asked: Asked) -> Doubt | None:
    """Exactly the promised value, which the earlier figures did not lead to."""
    value = asked.value
    if value not in (asked.promise.target_value, asked.promise.upper_value) or value == asked.last:
        return None
    if asked.is_percentage and value == 100:
        return None  # the maximum
    if asked.is_whole and _ends_there_by_itself(asked):
        return None
    return asked.doubt("equal")


def _ends_there_by_itself(asked: Asked) -> bool:
    """Things counted one by one often stop at the number promised."""
    if not asked.window or asked.change is None:
        return is_closing(asked.period_end, asked.due_on)
    return Fraction(abs(asked.change)) / asked.months <= 2 * max(asked.largest_step, Fraction(1))


def _as_expected(asked: Asked) -> Doubt | None:
    """Exactly the expected value: calculated rather than counted?"""
    places = max(0, -int(asked.value.normalize().as_tuple().exponent))
    if not asked.value or not _is_as_planned(asked, asked.period_end, asked.value, places):
        return None
    if is_closing(asked.period_end, asked.due_on):
        return None  # that is the goal itself
    if _digits(asked.value) >= TELLING_DIGITS:
        return asked.doubt("as_expected")
    before = asked.window[-1] if asked.window else None
    if not before or not before[1] or asked.is_whole:
        return None
    both = ((asked.period_end, asked.value), before)
    is_habit = all(_is_as_planned(asked, end, value, 1) for end, value in both)
    return asked.doubt("as_expected") if is_habit else None


def _is_as_planned(asked: Asked, period_end: date, value: Decimal, places: int) -> bool:
    expected = asked.expected_by(period_end)
    return expected is not None and half_up(expected, places) == value


def _copied(asked: Asked) -> Doubt | None:
    """The same to the last digit as in the period before; asked once, not in every idle month."""
    if asked.value != asked.last or asked.is_whole or _digits(asked.value) < TELLING_DIGITS:
        return None
    if len(asked.path) > 1 and asked.path[-2][1] == asked.last:
        return None
    is_done = asked.promise.target_value is not None and asked.value >= asked.goal and asked.is_floor
    return None if is_done else asked.doubt("copied")


def _same_as_last_year(asked: Asked) -> Doubt | None:
    then = asked.last_year.get(asked.period_end.month)
    if then != asked.value or _digits(asked.value) < TELLING_DIGITS:
        return None
    return asked.doubt("same_as_last_year", then=then)


def _far_from_last_year(asked: Asked) -> Doubt | None:
    """The share of the goal is several times last year's share by this month, or a fraction of it."""
    usual = asked.by_last_year
    if not usual or not asked.value or (asked.is_whole and asked.value < SMALL_COUNT):
        return None
    value = Fraction(asked.value)
    if usual / LAST_YEARS_SHARE <= value <= usual * LAST_YEARS_SHARE:
        return None
    if asked.window and asked.last and not asked.change:
        return None  # an unchanged figure was questioned when it was new
    share = half_up(100 * value / Fraction(asked.goal), 1)
    usual_share = half_up(100 * usual / Fraction(asked.goal), 1)
    then = asked.last_year[asked.period_end.month]
    return asked.doubt("far_from_last_year", then=then, share=share, usual_share=usual_share)


# --- percentages --------------------------------------------------------------------------------


def _percent_as_fraction(asked: Asked) -> Doubt | None:
    """0.912 for 91.2: a hundred times the value is near the last figure or the goal."""
    if not asked.is_percentage or not 0 < asked.value <= 1:
        return None
    hundredfold, goal = asked.value * 100, asked.promise.target_value
    has_fraction = asked.value != half_up(asked.value, 1)
    if asked.last is not None:
        near = asked.last > 1 and _is_near(hundredfold, asked.last)
    else:
        near = goal is not None and goal > 1 and _is_near(hundredfold, goal)
        near = near and (has_fraction or asked.measure != "growth")
    return asked.doubt("percent_as_fraction") if near else None


def _is_near(value: Decimal, other: Decimal) -> bool:
    return other <= 2 * value and value <= 2 * other


def _index_for_growth(asked: Asked) -> Doubt | None:
    """105.6 for 5.6."""
    known = max(abs(asked.goal), abs(asked.last or NOTHING))
    is_index = 70 <= asked.value <= 150 and known < 40
    return asked.doubt("index_for_growth") if is_index else None


def _growth_far_off(asked: Asked) -> Doubt | None:
    known = max(abs(asked.goal), abs(asked.last or NOTHING), Decimal(1))
    return asked.doubt("growth_far_off") if asked.value >= TEN * known else None


def _beyond_percent(asked: Asked) -> Doubt | None:
    if not asked.is_percentage or 0 <= asked.value <= 100:
        return None
    is_usual = max(asked.goal, asked.last or NOTHING) > 100
    return None if is_usual and asked.value > 0 else asked.doubt("beyond_percent")


def _rank_far_off(asked: Asked) -> Doubt | None:
    known = max(asked.goal, asked.last or NOTHING)
    return asked.doubt("rank_far_off") if known and asked.value > 10 * known else None


Look = Callable[[Asked], Doubt | None]

# In order: only the first doubt is asked, because a slip of the unit is a jump as well.
LOOKS: dict[str, tuple[Look, ...]] = {
    "flow": (_beyond_percent, _falls, _wrong_unit, _year_typed, _equal, _tenfold, _jump, _far_ahead,
             _month_value, _same_as_last_year, _as_expected, _copied, _far_from_last_year),
    "stock": (_beyond_percent, _percent_as_fraction, _wrong_unit, _tenfold, _halved, _equal, _jump,
              _far_ahead, _same_as_last_year, _as_expected),
    "ratio": (_beyond_percent, _percent_as_fraction, _tenfold, _equal),
    "growth": (_percent_as_fraction, _index_for_growth, _growth_far_off, _equal),
    "rank": (_rank_far_off,),
}  # fmt: skip


def _digits(value: Decimal) -> int:
    """The number of significant digits: 2 of 160, 4 of 20.94."""
    return len(plain(value).replace(".", "").replace("-", "").strip("0") or "0")
