"""Doubts about a figure, asked before it is submitted. Nothing here refuses a figure.

A figure is compared with the promise, the expected value, its earlier figures and last year's.
A doubt is a `Question` that carries the numbers that caused it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from targets.rules.facts import ATTENTION
from targets.rules.filed_figure import FiledFigure
from targets.rules.quantities import half_up, plain
from targets.rules.question import Question
from targets.rules.schedule import is_closing

NOTHING = Decimal(0)
UNSAID = "behind_unsaid"  # the key of the one question that is asked of the words
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


def doubts(filed: FiledFigure, words: str = "", last_words: str = "") -> list[Question]:
    """The doubts about a figure: at most the gravest one about its number, and one about its words.

    `words` is the narrative filed with it, `last_words` that of the report before.
    """
    found = [doubt for look in LOOKS.get(filed.measure, ()) if (doubt := look(filed))][:1]
    moved = filed.last is not None and filed.value != filed.last
    if moved and words.split() and words.split() == last_words.split():
        found.append(filed.ask("same_words"))
    return found


def silence(light: int, missing: Sequence[str]) -> list[Question]:
    """A doubt if a target is behind and fields that explain it are empty; `missing` names the fields."""
    if light not in ATTENTION or not missing:
        return []
    return [Question("behind_unsaid", {"light": light, "missing": missing})]


# --- running totals -----------------------------------------------------------------------------


def _falls(filed: FiledFigure) -> Question | None:
    """A running total that falls: a correction, or the value of one month."""
    if filed.last is None or filed.value >= filed.last:
        return None
    least, most = ONE_MONTH
    is_one = least * filed.pace <= Fraction(filed.value) <= most * filed.pace * filed.months
    is_one = is_one and filed.pace > 0 and 2 * filed.value < filed.last
    return filed.ask("falls_to_a_month" if is_one else "falls")


def _month_value(filed: FiledFigure) -> Question | None:
    """The total hardly moved, is far behind, and is about the value of one month."""
    if not filed.is_floor or filed.change is None or filed.value <= 0 or filed.expected is None:
        return None
    month, change, value = filed.pace, Fraction(filed.change), Fraction(filed.value)
    if month <= 0 or value >= FAR_BEHIND * Fraction(filed.expected):
        return None
    if not filed.window:
        least, most = ONE_MONTH_AT_FIRST
        is_one = filed.months_so_far >= 3 and least * month <= value <= most * month
        return filed.ask("month_value_at_first") if is_one else None
    least, most = ONE_MONTH
    if not least * month <= value <= most * month * filed.months:
        return None
    is_still = 0 < change < STALLED * month * filed.months
    was_one = least * month <= filed.window[-1][1] and filed.months_so_far > filed.months
    is_again = was_one and change > 0 and value < LOST * Fraction(filed.expected)
    return filed.ask("month_value") if is_still or is_again else None


# --- units and slips ----------------------------------------------------------------------------


def _wrong_unit(filed: FiledFigure) -> Question | None:
    """So far from the promise that it is in another unit, or lacks its decimal point."""
    value, last, goal = abs(filed.value), abs(filed.last or NOTHING), abs(filed.goal)
    if not value:
        return None
    is_small_count = filed.is_whole and value < SMALL_COUNT
    if goal and value > BEYOND_THE_GOAL * max(goal, last, filed.start) and not is_small_count:
        return filed.ask("wrong_unit_large")
    measured = last or filed.start or filed.expected or NOTHING
    if measured and value * SLIP <= measured:
        return filed.ask("wrong_unit_small", known=half_up(measured, filed.decimals))
    return None


def _year_typed(filed: FiledFigure) -> Question | None:
    return filed.ask("year_typed") if filed.value == filed.period_end.year else None


def _tenfold(filed: FiledFigure) -> Question | None:
    """Ten times the last figure and ahead of the plan, or a tenth of it."""
    if not filed.last or not filed.value or (filed.is_whole and max(filed.value, filed.last) < SMALL_COUNT):
        return None
    value, last = abs(filed.value), abs(filed.last)
    is_ahead = filed.most_expected is None or Fraction(filed.value) > Fraction(3, 2) * filed.most_expected
    if (value >= TEN * last and is_ahead) or value * TEN <= last:
        return filed.ask("tenfold")
    return None


def _halved(filed: FiledFigure) -> Question | None:
    """A level that should rise falls to less than half."""
    if filed.last is None or not filed.is_floor or filed.value * 2 >= filed.last:
        return None
    return None if filed.is_whole and filed.last < SMALL_COUNT else filed.ask("halved")


# --- jumps --------------------------------------------------------------------------------------


def _jump(filed: FiledFigure) -> Question | None:
    """One step several times the largest so far, beyond the expected value."""
    if not filed.window or filed.change is None or not filed.largest_step:
        return None
    if filed.measure == "stock" and not filed.is_floor and filed.change < 0:
        return None  # a stock that should shrink may do so at once
    step = Fraction(abs(filed.change)) / filed.months
    if filed.is_whole and abs(filed.change) <= 2:
        return None
    ratio = step / filed.largest_step
    most = filed.most_expected
    is_beyond = most is None or Fraction(filed.value) >= most
    is_odd = filed.moves >= STEPS_OF_A_PATH and ratio > LARGE_JUMP and step > 2 * abs(filed.pace)
    if not ((ratio > USUAL_JUMP and is_beyond) or is_odd):
        return None
    return filed.ask("jump", usual=half_up(filed.largest_step * filed.months, filed.decimals))


def _far_ahead(filed: FiledFigure) -> Question | None:
    """The first figure is most of the goal already."""
    if filed.window or filed.change is None or filed.most_expected is None or not filed.is_floor:
        return None
    start = Fraction(filed.origin or NOTHING)
    change, way = Fraction(filed.value) - start, Fraction(filed.goal) - start
    if way <= 0 or 2 * change <= way or change <= FAR_AHEAD * (filed.most_expected - start):
        return None
    return filed.ask("far_ahead")


# --- figures that were copied from somewhere ----------------------------------------------------


def _equal(filed: FiledFigure) -> Question | None:
    """Exactly the promised value, which the earlier figures did not lead to."""
    value = filed.value
    if value not in (filed.promise.target_value, filed.promise.upper_value) or value == filed.last:
        return None
    if filed.is_percentage and value == 100:
        return None  # the maximum
    if filed.is_whole and _ends_there_by_itself(filed):
        return None
    return filed.ask("equal")


def _ends_there_by_itself(filed: FiledFigure) -> bool:
    """Things counted one by one often stop at the number promised."""
    if not filed.window or filed.change is None:
        return is_closing(filed.period_end, filed.due_on)
    return Fraction(abs(filed.change)) / filed.months <= 2 * max(filed.largest_step, Fraction(1))


def _as_expected(filed: FiledFigure) -> Question | None:
    """Exactly the expected value: calculated rather than counted?"""
    places = max(0, -int(filed.value.normalize().as_tuple().exponent))
    if not filed.value or not _is_as_planned(filed, filed.period_end, filed.value, places):
        return None
    if is_closing(filed.period_end, filed.due_on):
        return None  # that is the goal itself
    if _digits(filed.value) >= TELLING_DIGITS:
        return filed.ask("as_expected")
    before = filed.window[-1] if filed.window else None
    if not before or not before[1] or filed.is_whole:
        return None
    both = ((filed.period_end, filed.value), before)
    is_habit = all(_is_as_planned(filed, end, value, 1) for end, value in both)
    return filed.ask("as_expected") if is_habit else None


def _is_as_planned(filed: FiledFigure, period_end: date, value: Decimal, places: int) -> bool:
    expected = filed.expected_by(period_end)
    return expected is not None and half_up(expected, places) == value


def _copied(filed: FiledFigure) -> Question | None:
    """The same to the last digit as in the period before; asked once, not in every idle month."""
    if filed.value != filed.last or filed.is_whole or _digits(filed.value) < TELLING_DIGITS:
        return None
    if len(filed.path) > 1 and filed.path[-2][1] == filed.last:
        return None
    is_done = filed.promise.target_value is not None and filed.value >= filed.goal and filed.is_floor
    return None if is_done else filed.ask("copied")


def _same_as_last_year(filed: FiledFigure) -> Question | None:
    then = filed.last_year.get(filed.period_end.month)
    if then != filed.value or _digits(filed.value) < TELLING_DIGITS:
        return None
    return filed.ask("same_as_last_year", then=then)


def _far_from_last_year(filed: FiledFigure) -> Question | None:
    """The share of the goal is several times last year's share by this month, or a fraction of it."""
    usual = filed.by_last_year
    if not usual or not filed.value or (filed.is_whole and filed.value < SMALL_COUNT):
        return None
    value = Fraction(filed.value)
    if usual / LAST_YEARS_SHARE <= value <= usual * LAST_YEARS_SHARE:
        return None
    if filed.window and filed.last and not filed.change:
        return None  # an unchanged figure was questioned when it was new
    share = half_up(100 * value / Fraction(filed.goal), 1)
    usual_share = half_up(100 * usual / Fraction(filed.goal), 1)
    then = filed.last_year[filed.period_end.month]
    return filed.ask("far_from_last_year", then=then, share=share, usual_share=usual_share)


# --- percentages --------------------------------------------------------------------------------


def _percent_as_fraction(filed: FiledFigure) -> Question | None:
    """0.912 for 91.2: a hundred times the value is near the last figure or the goal."""
    if not filed.is_percentage or not 0 < filed.value <= 1:
        return None
    hundredfold, goal = filed.value * 100, filed.promise.target_value
    has_fraction = filed.value != half_up(filed.value, 1)
    if filed.last is not None:
        near = filed.last > 1 and _is_near(hundredfold, filed.last)
    else:
        near = goal is not None and goal > 1 and _is_near(hundredfold, goal)
        near = near and (has_fraction or filed.measure != "growth")
    return filed.ask("percent_as_fraction") if near else None


def _is_near(value: Decimal, other: Decimal) -> bool:
    return other <= 2 * value and value <= 2 * other


def _index_for_growth(filed: FiledFigure) -> Question | None:
    """105.6 for 5.6."""
    known = max(abs(filed.goal), abs(filed.last or NOTHING))
    is_index = 70 <= filed.value <= 150 and known < 40
    return filed.ask("index_for_growth") if is_index else None


def _growth_far_off(filed: FiledFigure) -> Question | None:
    known = max(abs(filed.goal), abs(filed.last or NOTHING), Decimal(1))
    return filed.ask("growth_far_off") if filed.value >= TEN * known else None


def _beyond_percent(filed: FiledFigure) -> Question | None:
    if not filed.is_percentage or 0 <= filed.value <= 100:
        return None
    is_usual = max(filed.goal, filed.last or NOTHING) > 100
    return None if is_usual and filed.value > 0 else filed.ask("beyond_percent")


def _rank_far_off(filed: FiledFigure) -> Question | None:
    known = max(filed.goal, filed.last or NOTHING)
    return filed.ask("rank_far_off") if known and filed.value > 10 * known else None


Look = Callable[[FiledFigure], Question | None]

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
