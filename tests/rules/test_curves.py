"""Plan curves to start from: a straight line, and last year's own pace."""

from datetime import date
from decimal import Decimal

from targets.rules.curves import even, like_last_year

ENDS = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]
YEAR = {"starts_on": date(2025, 1, 1), "due_on": date(2025, 12, 31)}


def test_a_running_total_is_spread_evenly_and_ends_at_the_goal():
    curve = even(ENDS, **YEAR, target_value=Decimal(470), decimals=1)
    assert [curve[end] for end in ENDS] == [Decimal("117.5"), Decimal(235), Decimal("352.5"), Decimal(470)]


def test_whole_things_come_one_at_a_time_from_their_baseline():
    curve = even(ENDS, **YEAR, target_value=Decimal(150), baseline=Decimal(131), whole=True)
    assert [curve[end] for end in ENDS] == [135, 140, 145, 150]


def test_a_window_inside_the_year_has_no_points_before_or_after():
    curve = even(
        ENDS, starts_on=date(2025, 5, 1), due_on=date(2025, 10, 31), target_value=Decimal(60), decimals=0
    )
    assert curve == {date(2025, 6, 30): 20, date(2025, 9, 30): 50}


def test_last_years_shares_by_month():
    figures = {3: Decimal(60), 6: Decimal(200), 12: Decimal(400)}
    curve = like_last_year(ENDS, figures, due_on=date(2025, 12, 31), target_value=Decimal(500))
    assert curve == {ENDS[0]: 75, ENDS[1]: 250, ENDS[3]: 500}


def test_a_stock_follows_last_years_net_change():
    figures = {6: Decimal(105), 12: Decimal(120)}
    curve = like_last_year(
        ENDS, figures, due_on=date(2025, 12, 31), target_value=Decimal(160), baseline=Decimal(120),
        baseline_then=Decimal(100), whole=True,
    )  # fmt: skip
    assert curve == {ENDS[1]: 130, ENDS[3]: 160}


def test_without_last_years_whole_there_is_no_pace():
    for figures in ({}, {6: Decimal(5)}, {6: Decimal(5), 12: Decimal(0)}):
        assert like_last_year(ENDS, figures, due_on=date(2025, 12, 31), target_value=Decimal(9)) == {}
