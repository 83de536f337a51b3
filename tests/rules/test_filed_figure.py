"""What a figure is compared with: the goal, the plan, the steps so far and last year's months."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from targets.rules.facts import Commitment
from targets.rules.filed_figure import FiledFigure
from targets.rules.schedule import month_end
from tests.rules.test_doubts import of_count, promise

EVEN = promise(target_value="360")  # 30亿元 a month
LEVEL = promise(measure="stock", unit="家", target_value="200", baseline_value="104")  # 8家 a month
RATE = promise(measure="ratio", unit="%", target_value="95", basis="gross")
OPEN = promise(comparator="", target_value="360")
OPEN_LEVEL = promise(comparator="", measure="stock", unit="家", target_value="200", baseline_value="104")
UNKNOWN_START = promise(measure="stock", unit="家", target_value="200")
HALF_A_RANGE = promise(comparator="between", target_value="360", direction="higher")
RANGE = promise(comparator="between", direction="lower", target_value="300", upper_value=Decimal(360))
STEPS = promise(target_value="360", curve={"3": "60", "6": "180", "12": "360"})


def asked(of, month=6, path=(), last_year=(), value="0", **dates):
    ends = {"starts_on": date(2026, 1, 1), "due_on": date(2026, 12, 31), "period_end": month_end(2026, month)}
    return FiledFigure(
        of, **{**ends, **dates}, value=Decimal(value),
        path=tuple((month_end(2026, earlier), Decimal(figure)) for earlier, figure in dict(path).items()),
        last_year={month: Decimal(figure) for month, figure in dict(last_year).items()},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "goal", "start"),
    [
        (EVEN, 360, 0),
        (promise(target_value="360", baseline_value="340"), 360, 0),  # a running total starts at nothing
        (LEVEL, 200, 104),
        (UNKNOWN_START, 200, 0),
        (RANGE, 360, 0),
        (OPEN, 0, 0),
        (HALF_A_RANGE, 0, 0),
        (Commitment("flow", "undefined"), 0, 0),
    ],
)
def test_the_goal_and_the_start_are_those_of_the_promise(of, goal, start):
    assert (asked(of).goal, asked(of).start, asked(of).has_goal) == (goal, start, goal > 0)


@pytest.mark.parametrize(
    ("of", "month", "expected"),
    [
        (EVEN, 6, 180),
        (LEVEL, 6, 152),
        (STEPS, 5, 60),
        (STEPS, 2, None),  # before the plan begins
        (RATE, 6, None),
        (OPEN, 6, None),
        (HALF_A_RANGE, 6, None),
        (UNKNOWN_START, 6, None),
    ],
)
def test_a_value_is_expected_of_what_has_a_goal_and_a_pace(of, month, expected):
    assert asked(of, month).expected == expected


@pytest.mark.parametrize(
    ("of", "month", "path", "pace"),
    [
        (EVEN, 6, {}, 30),
        (LEVEL, 6, {}, 8),
        (promise(measure="stock", unit="家", target_value="240", basis="gross"), 6, {}, 20),
        (OPEN, 6, {}, 0),
        (OPEN_LEVEL, 6, {}, 0),
        # by the monthly plan: from the last figure to this one
        (STEPS, 6, {3: "50"}, 40),
        (STEPS, 6, {5: "50"}, 120),
        (STEPS, 3, {}, 20),
        (STEPS, 2, {}, 30),  # not begun: evenly
    ],
)
def test_the_pace_is_the_planned_change_in_a_month(of, month, path, pace):
    assert asked(of, month, path).pace == pace


def test_the_pace_of_a_plan_goes_on_over_new_year():
    ends = (date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28))
    curve = tuple(zip(ends, map(Decimal, (100, 150, 170, 360)), strict=True))
    of = Commitment("flow", "active", "gte", Decimal(360), unit_of_measure="亿元", curve=curve)
    window = {"starts_on": date(2026, 11, 1), "due_on": date(2027, 2, 28)}
    in_january = asked(of, path={12: "140"}, period_end=date(2027, 1, 31), **window)
    assert (in_january.months, in_january.pace) == (1, 20)
    in_december = asked(of, path={11: "90"}, period_end=date(2026, 12, 31), **window)
    assert in_december.pace == 50


def test_in_a_window_of_one_month_the_pace_is_the_whole_way():
    assert asked(EVEN, 12, starts_on=date(2026, 12, 1)).pace == 360
    assert asked(EVEN, 12, starts_on=date(2026, 11, 1)).pace == 180


@pytest.mark.parametrize(
    ("starts_on", "path", "months", "so_far"),
    [
        (date(2026, 1, 1), {}, 6, 6),
        (date(2026, 1, 1), {3: "1"}, 3, 6),
        (date(2026, 4, 15), {}, 3, 3),
        (date(2026, 4, 15), {3: "1"}, 3, 3),  # a figure from before the window
        (date(2026, 4, 15), {4: "1"}, 2, 3),
        (date(2026, 1, 1), {6: "1"}, 1, 6),
    ],
)
def test_months_are_counted_from_the_last_figure_of_the_window(starts_on, path, months, so_far):
    found = asked(EVEN, 6, path, starts_on=starts_on)
    assert (found.months, found.months_so_far) == (months, so_far)


@pytest.mark.parametrize(
    ("of", "path", "step", "moves"),
    [
        (EVEN, {}, 0, 0),
        (EVEN, {3: "30"}, 10, 1),  # three months to the first figure
        (EVEN, {1: "10", 2: "10", 3: "25"}, 15, 2),
        (EVEN, {1: "40", 3: "10"}, 40, 2),
        (EVEN, {2: "20", 5: "80"}, 20, 2),
        (EVEN, {1: "0.5", 2: "0.75"}, Fraction(1, 2), 2),
        (LEVEL, {1: "106", 2: "103"}, 3, 2),
        (UNKNOWN_START, {1: "106", 2: "103"}, 0, 0),
    ],
)
def test_steps_are_the_changes_a_month_from_where_progress_counts(of, path, step, moves):
    found = asked(of, 6, path)
    assert (found.largest_step, found.moves) == (step, moves)


@pytest.mark.parametrize(
    ("of", "last_year", "step"),
    [
        (EVEN, {5: "100", 6: "200", 12: "400"}, 90),  # a quarter of the year in this month
        (EVEN, {5: "200", 6: "100", 12: "400"}, 90),
        (EVEN, {5: "0", 6: "100", 12: "400"}, 90),
        (EVEN, {4: "100", 6: "200", 12: "400"}, 0),
        (EVEN, {5: "100", 12: "400"}, 0),
        (EVEN, {5: "100", 6: "200"}, 0),
        (EVEN, {5: "100", 6: "200", 12: "0"}, 0),
        (LEVEL, {5: "100", 6: "200", 12: "400"}, 0),
    ],
)
def test_last_year_s_step_of_this_month_counts_in_proportion(of, last_year, step):
    assert asked(of, 6, last_year=last_year).largest_step == step


@pytest.mark.parametrize(
    ("of", "last_year", "found"),
    [
        (EVEN, {6: "200", 12: "400"}, 180),
        (EVEN, {6: "0", 12: "400"}, 0),
        (EVEN, {6: "200"}, None),
        (EVEN, {12: "400"}, None),
        (EVEN, {6: "200", 12: "0"}, None),
        (OPEN, {6: "200", 12: "400"}, None),
        (LEVEL, {6: "200", 12: "400"}, None),
    ],
)
def test_last_year_s_months_say_where_a_running_total_would_stand(of, last_year, found):
    assert asked(of, 6, last_year=last_year).by_last_year == found


def test_the_larger_of_two_expected_values_counts():
    assert asked(EVEN, 6).most_expected == 180
    assert asked(EVEN, 6, last_year={6: "300", 12: "400"}).most_expected == 270
    assert asked(EVEN, 6, last_year={6: "100", 12: "400"}).most_expected == 180
    assert asked(RATE, 6).most_expected is None


@pytest.mark.parametrize(
    ("of", "path", "change"),
    [
        (EVEN, {}, 70),
        (EVEN, {5: "30"}, 40),
        (LEVEL, {}, -34),
        (promise(measure="stock", basis="gross", baseline_value="60"), {}, 70),
        (UNKNOWN_START, {}, None),
        (UNKNOWN_START, {5: "30"}, 40),
        (RATE, {}, None),
        (RATE, {5: "30"}, 40),
    ],
)
def test_the_change_is_from_the_last_figure_or_from_where_progress_counts(of, path, change):
    assert asked(of, 6, path, value="70").change == change


@pytest.mark.parametrize(
    ("of", "month", "pace", "expected"),
    [
        (promise(), 6, "43.3", "260"),
        (promise(target_value="3"), 6, "0.25", "1.5"),
        (promise(target_value="1"), 6, "0.08", "0.5"),
        (promise(target_value="-12"), 6, "1", "-6"),
        (promise(unit="公里", target_value="500"), 1, "41.7", "41.7"),
        (of_count(), 1, "1.7", "2"),  # of whole things no part is expected
        (promise(target_value="0.5"), 1, "0.04", "0.04"),
        (promise(unit="亿元", target_value="500"), 1, "41.7", "41.67"),
        (RATE, 6, None, None),
    ],
)
def test_numbers_are_told_as_people_say_them(of, month, pace, expected):
    told = asked(of, month, {}, value="9").ask("falls", known=1).numbers
    assert (told["pace"], told["expected"]) == tuple(
        None if text is None else Decimal(text) for text in (pace, expected)
    )
    assert (told["value"], told["last"], told["known"], told["unit"]) == (9, None, 1, of.unit_of_measure)


def test_a_fraction_of_the_pace_is_exact():
    assert asked(promise(), 6).pace == Fraction(130, 3)
