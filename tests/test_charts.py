"""The chart's geometry: everything drawn lies in the drawing, and means what the table says."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.charts import NARROW, WIDE, draw
from targets.register.target.course import Course, Goal, Reported

NEW_YEAR = date(2025, 1, 1)
YEAR = {"first": NEW_YEAR, "last": date(2025, 12, 31), "deadline": date(2025, 12, 31)}
ENDS = [date(2025, 1, 31), date(2025, 6, 30), date(2025, 12, 31)]
APRIL = date(2025, 4, 1)


def course(planned=(), reported=(), goal=Decimal(520), cut_off=date(2025, 6, 30), **other):
    goals = [] if goal is None else [Goal(NEW_YEAR, goal)]
    return Course(planned, reported, **{**YEAR, "goals": goals, "cut_off": cut_off, **other})


def chart(*told, frame=WIDE, **more):
    return draw(course(*told, **more), frame)


def test_a_value_on_the_plan_lies_on_the_plans_line():
    planned = [(day, Decimal(value)) for day, value in zip(ENDS, (43, 260, 520), strict=True)]
    found = chart(planned, [Reported(ENDS[1], Decimal(260))])
    assert found.reports in found.plan.split()
    assert found.plan.split()[-1] == f"{WIDE.right_edge:.1f},{found.goals[0].y}"
    assert found.gap is None


def test_ahead_is_above_and_later_is_to_the_right():
    found = chart(reported=[Reported(ENDS[0], Decimal(40)), Reported(ENDS[1], Decimal(265))])
    first, second = found.dots
    assert (first.x < second.x, first.y > second.y) == (True, True)
    assert found.newest == second


def test_dots_keep_what_tells_them_apart():
    odd = Reported(ENDS[0], Decimal(1), preliminary=True, corrected=True)
    found = course(reported=[odd])
    assert [dot.reported for dot in draw(found).dots] == [odd]
    assert (found.has_preliminary, found.has_corrected) == (True, True)


def test_a_deadline_is_drawn_where_it_is_not_the_end():
    reported = [Reported(ENDS[0], Decimal(1))]
    assert chart(reported=reported).deadline_x is None
    assert chart(reported=reported, deadline=date(2025, 8, 31)).deadline_x < WIDE.right_edge


def test_the_month_looked_at_stands_out():
    found = chart([(day, Decimal(1)) for day in ENDS], cut_off=date(2025, 6, 21))
    assert [tick.is_now for tick in found.months] == [False, True, False]


def test_a_goal_is_drawn_for_as_long_as_it_was_promised():
    goals = [Goal(NEW_YEAR, Decimal(20)), Goal(APRIL, Decimal(18))]
    found = chart(reported=[Reported(ENDS[0], Decimal(1))], goals=goals, turns=[APRIL])
    old, new = found.goals
    assert (old.x1, new.x2) == (WIDE.left, WIDE.right_edge)
    assert old.x2 == new.x1 == found.turns[0].x
    assert (old.y < new.y, old.is_now, new.is_now) == (True, False, True)


def test_a_range_is_a_band_between_its_bounds():
    reported = [Reported(ENDS[1], Decimal("5.8"))]
    found = chart(reported=reported, goals=[Goal(NEW_YEAR, Decimal("4.5"), Decimal("5.5"))], from_zero=False)
    [band] = found.goals
    assert band.top < band.y
    assert band.height == round(band.y - band.top, 1)
    assert found.dots[0].y < band.top  # above the range


def test_labels_of_changes_that_lie_close_do_not_share_a_line():
    turns = [date(2025, 3, 1), date(2025, 3, 9), date(2025, 11, 20)]
    found = chart(reported=[Reported(ENDS[0], Decimal(1))], turns=turns).turns
    assert len({turn.label_y for turn in found}) == 3
    assert [turn.is_left for turn in found] == [False, False, True]


@pytest.mark.parametrize(
    ("is_whole", "planned", "reached", "amount"),
    [(False, "15.25", "12.8", Decimal("2.45")), (False, "15.2467", "12.8", Decimal("2.45")),
     (True, "92.6", "90", Decimal(2)), (True, "92.6", "92", None)],
)  # fmt: skip
def test_what_is_short_is_told_as_the_figures_are(is_whole, planned, reached, amount):
    found = course(
        [(ENDS[1], Decimal(planned))], [Reported(ENDS[1], Decimal(reached))], is_whole=is_whole
    ).behind
    assert (found and found.amount) == amount


def test_the_year_before_has_its_line_and_its_column():
    before = [(ENDS[0], Decimal(38)), (ENDS[1], Decimal(240))]
    found = course([(ENDS[1], Decimal(260))], [Reported(ENDS[0], Decimal(40))], year_before=before)
    assert len(draw(found).year_before.split()) == 2
    assert [(row.planned, row.reported and row.reported.value, row.year_before) for row in found.rows] == [
        (None, 40, 38),
        (260, None, 240),
    ]


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
    frame=st.sampled_from([WIDE, NARROW]),
)
def test_all_points_lie_inside_whatever_the_values(values, goal, frame):
    reported = [Reported(date(2025, month, 28), value) for month, value in enumerate(values, 1)]
    found = chart(reported=reported, goal=goal, frame=frame)
    assert all(frame.left <= dot.x <= frame.right_edge and 0 <= dot.y <= frame.height for dot in found.dots)
    assert 2 <= len(found.values) <= 8
    assert len(found.months) <= frame.months
    assert sorted(tick.at for tick in found.values) == [tick.at for tick in found.values][::-1]
