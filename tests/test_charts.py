"""The chart's geometry: everything drawn lies in the drawing, and means what the table says."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from targets.charts import HEIGHT, LEFT, RIGHT, WIDTH, Reported, draw

YEAR = {"first": date(2025, 1, 1), "last": date(2025, 12, 31), "deadline": date(2025, 12, 31)}
ENDS = [date(2025, 1, 31), date(2025, 6, 30), date(2025, 12, 31)]


def chart(planned=(), reported=(), goal=Decimal(520), cut_off=date(2025, 6, 30), **other):
    return draw(planned, reported, goal=goal, cut_off=cut_off, **{**YEAR, **other})


def test_nothing_to_draw_is_no_chart():
    assert chart() is None


def test_a_value_on_the_plan_lies_on_the_plans_line():
    planned = [(day, Decimal(value)) for day, value in zip(ENDS, (43, 260, 520), strict=True)]
    found = chart(planned, [Reported(ENDS[1], Decimal(260))])
    assert found.reports in found.plan.split()
    assert found.plan.split()[-1] == f"{found.right:.1f},{found.goal_y}"


def test_ahead_is_above_and_later_is_to_the_right():
    found = chart(reported=[Reported(ENDS[0], Decimal(40)), Reported(ENDS[1], Decimal(265))])
    first, second = found.dots
    assert (first.x < second.x, first.y > second.y) == (True, True)


def test_dots_keep_what_tells_them_apart():
    odd = Reported(ENDS[0], Decimal(1), preliminary=True, corrected=True)
    assert [dot.reported for dot in chart(reported=[odd]).dots] == [odd]


def test_a_day_outside_the_window_is_not_drawn():
    found = chart(reported=[Reported(ENDS[0], Decimal(1))], cut_off=date(2026, 3, 1))
    assert (found.cut_off_x, found.deadline_x) == (None, float(WIDTH - RIGHT))


def test_a_level_shows_its_own_range():
    found = chart(reported=[Reported(ENDS[1], Decimal(140))], goal=Decimal(151), from_zero=False)
    assert [tick.value for tick in found.values] == [140, 145, 150, 155]


def test_no_part_of_a_whole_thing_is_marked():
    third = {"reported": [Reported(ENDS[1], Decimal(4))], "goal": Decimal(3), "from_zero": False}
    assert [tick.value for tick in chart(**third, is_whole=True).values] == [3, 4]
    assert [tick.value for tick in chart(**third).values] == [3, 3.5, 4]


def test_axis_has_round_steps_from_zero():
    found = chart(reported=[Reported(ENDS[1], Decimal("265.2"))])
    assert [tick.value for tick in found.values] == [0, 200, 400, 600]


@given(
    values=st.lists(st.decimals(-(10**10), 10**10, places=4), min_size=1, max_size=12),
    goal=st.none() | st.decimals(0, 10**10, places=2),
)
def test_all_points_lie_inside_whatever_the_values(values, goal):
    reported = [Reported(date(2025, month, 28), value) for month, value in enumerate(values, 1)]
    found = chart(reported=reported, goal=goal)
    assert all(LEFT <= dot.x <= WIDTH - RIGHT and 0 <= dot.y <= HEIGHT for dot in found.dots)
    assert 2 <= len(found.values) <= 8
    assert sorted(tick.at for tick in found.values) == [tick.at for tick in found.values][::-1]
