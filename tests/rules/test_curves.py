"""Plan curves to start from, a straight line and last year's own pace; and what is wrong with a curve."""

from datetime import date
from decimal import Decimal

import pytest

from targets.rules.curves import even, fault, like_last_year
from targets.rules.facts import Commitment
from tests.rules.cases import YEAR_END, month_end

ENDS = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]
YEAR = {"starts_on": date(2025, 1, 1), "due_on": date(2025, 12, 31)}


def test_a_running_total_is_spread_evenly_and_ends_at_the_goal():
    curve = even(ENDS, **YEAR, target_value=Decimal(470), decimals=1)
    assert [curve[end] for end in ENDS] == [Decimal("117.5"), Decimal(235), Decimal("352.5"), Decimal(470)]


def test_whole_things_come_one_at_a_time_from_their_baseline():
    curve = even(ENDS, **YEAR, target_value=Decimal(150), baseline=Decimal(131), whole=True)
    assert [curve[end] for end in ENDS] == [135, 140, 145, 150]


def test_whole_things_go_one_at_a_time_too():
    curve = even(ENDS, **YEAR, target_value=Decimal(131), baseline=Decimal(150), whole=True)
    assert [curve[end] for end in ENDS] == [146, 141, 136, 131]


def test_an_amount_is_rounded_to_the_decimals_of_its_figures():
    thirds = {"starts_on": date(2025, 10, 1), "due_on": YEAR_END, "target_value": Decimal(2)}
    ends = [month_end(10), month_end(11), YEAR_END]
    assert list(even(ends, **thirds).values()) == [1, 1, 2]
    assert list(even(ends, **thirds, decimals=2).values()) == [Decimal("0.67"), Decimal("1.33"), 2]
    assert list(even(ends, **thirds, whole=True).values()) == [0, 1, 2]


def test_the_goal_itself_is_never_rounded():
    curve = even(ENDS, **YEAR, target_value=Decimal("10.55"), decimals=1)
    assert (curve[ENDS[1]], curve[YEAR_END]) == (Decimal("5.3"), Decimal("10.55"))


def test_a_window_inside_the_year_has_no_points_before_or_after():
    curve = even(
        ENDS, starts_on=date(2025, 5, 1), due_on=date(2025, 10, 31), target_value=Decimal(60), decimals=0
    )
    assert curve == {date(2025, 6, 30): 20, date(2025, 9, 30): 50}


def test_a_goal_due_within_its_month_is_reached_at_the_month_s_end_and_nothing_follows():
    curve = even(ENDS, starts_on=date(2025, 1, 1), due_on=date(2025, 9, 10), target_value=Decimal(90))
    assert curve == {ENDS[0]: 30, ENDS[1]: 60, ENDS[2]: 90}


def test_last_years_shares_by_month():
    figures = {3: Decimal(60), 6: Decimal(200), 12: Decimal(400)}
    curve = like_last_year(ENDS, figures, due_on=date(2025, 12, 31), target_value=Decimal(500))
    assert curve == {ENDS[0]: 75, ENDS[1]: 250, ENDS[3]: 500}


def test_last_years_shares_are_rounded_to_the_decimals_of_the_figures():
    figures, goal = {3: Decimal(1), 12: Decimal(3)}, {"due_on": YEAR_END, "target_value": Decimal(8)}
    assert like_last_year(ENDS, figures, **goal)[ENDS[0]] == 3
    assert like_last_year(ENDS, figures, **goal, decimals=2)[ENDS[0]] == Decimal("2.67")
    assert like_last_year(ENDS, figures, **goal, whole=True)[ENDS[0]] == 2


def test_a_stock_follows_last_years_net_change():
    figures = {6: Decimal(105), 12: Decimal(120)}
    curve = like_last_year(
        ENDS, figures, due_on=date(2025, 12, 31), target_value=Decimal(160), baseline=Decimal(120),
        baseline_then=Decimal(100), whole=True,
    )  # fmt: skip
    assert curve == {ENDS[1]: 130, ENDS[3]: 160}


def test_months_without_a_change_beyond_the_goal_or_of_another_year_have_no_point():
    figures = {3: Decimal(100), 6: Decimal(110), 9: Decimal(120), 12: Decimal(400)}
    of = {"due_on": date(2025, 9, 15), "target_value": Decimal(60), "baseline": Decimal(20)}
    ends = [date(2024, 6, 30), *ENDS, date(2026, 6, 30)]
    assert like_last_year(ends, figures, **of, baseline_then=Decimal(100)) == {ENDS[1]: 40, ENDS[2]: 60}


def test_without_last_years_whole_there_is_no_pace():
    for figures in ({}, {6: Decimal(5)}, {6: Decimal(5), 12: Decimal(0)}):
        assert like_last_year(ENDS, figures, due_on=date(2025, 12, 31), target_value=Decimal(9)) == {}
    unchanged = {6: Decimal(5), 12: Decimal(7)}
    start = {"baseline": Decimal(7), "baseline_then": Decimal(7)}
    assert like_last_year(ENDS, unchanged, **start, due_on=YEAR_END, target_value=Decimal(9)) == {}


# --- what is wrong with a curve ------------------------------------------------------------------


def promise(measure="flow", comparator="gte", value="360", **fields):
    if fields.get("baseline_value"):
        fields["baseline_value"] = Decimal(fields["baseline_value"])
    return Commitment(measure, "active", comparator, Decimal(value), unit_of_measure="亿元", **fields)


RISING = promise("stock", value="200", baseline_value="100")
FALLING = promise("stock", "lte", "50", baseline_value="100")


def curve_of(values):
    return {month_end(month): Decimal(value) for month, value in values.items()}


@pytest.mark.parametrize(
    ("of", "values", "due_on"),
    [
        (promise(), {}, YEAR_END),
        (Commitment("flow", "undefined"), {6: "5"}, YEAR_END),
        (promise(), {12: "360"}, YEAR_END),
        (promise(), {12: "360", 6: "180", 3: "0", 9: "180"}, YEAR_END),  # with a rest, in any order
        (promise(), {6: "180", 10: "360"}, date(2025, 10, 15)),
        (promise(value="-10"), {6: "-5", 12: "-10"}, YEAR_END),
        (promise(baseline_value="300"), {6: "180", 12: "360"}, YEAR_END),
        (RISING, {3: "100", 6: "150", 12: "200"}, YEAR_END),
        (FALLING, {3: "100", 6: "80", 12: "50"}, YEAR_END),
        (promise("ratio", value="60", baseline_value="40"), {6: "50", 12: "60"}, YEAR_END),
        # the whole of a stock is counted from nothing, unless it has to fall
        (promise("stock", value="200", basis="gross"), {6: "50", 12: "200"}, YEAR_END),
        (promise("stock", value="200", basis="gross", baseline_value="100"), {6: "50", 12: "200"}, YEAR_END),
        (promise("stock", "lte", "50", basis="gross", baseline_value="100"), {6: "80", 12: "50"}, YEAR_END),
        (promise("stock", value="200", basis="gross"), {3: "0", 12: "200"}, YEAR_END),
        # a level may be planned for closing
        (promise("stock", value="200"), {12: "200"}, YEAR_END),
        (promise("rank", "lte", "3"), {12: "3"}, YEAR_END),
        (promise("growth", value="6"), {12: "6"}, YEAR_END),
    ],
)
def test_a_curve_that_leads_to_the_goal_has_no_fault(of, values, due_on):
    assert fault(curve_of(values), of, due_on) is None


@pytest.mark.parametrize(
    ("of", "values", "due_on", "found"),
    [
        (promise(), {6: "180", 11: "360"}, YEAR_END, ("not_last_month", 11)),
        (promise(), {6: "180", 11: "360"}, date(2025, 10, 31), ("not_last_month", 11)),
        (promise(), {6: "180", 12: "350"}, YEAR_END, ("not_the_goal", 12)),
        (promise(), {12: "370"}, YEAR_END, ("not_the_goal", 12)),
        (promise("rank", "lte", "3"), {6: "4", 12: "3"}, YEAR_END, ("one_point_only", 6)),
        (promise("growth", value="6"), {9: "5", 6: "6", 12: "6"}, YEAR_END, ("one_point_only", 6)),
        (promise("rank", "lte", "3", baseline_value="9"), {6: "5", 12: "3"}, YEAR_END, ("one_point_only", 6)),
        (promise("growth", value="6", basis="gross"), {6: "5", 12: "6"}, YEAR_END, ("one_point_only", 6)),
        (promise("stock", value="200"), {6: "50", 12: "200"}, YEAR_END, ("one_point_only", 6)),
        (promise("stock", "lte", "50", basis="gross"), {6: "80", 12: "50"}, YEAR_END, ("one_point_only", 6)),
        # a goal that the baseline has reached is a level to keep
        (promise("stock", value="200", baseline_value="200"), {6: "200", 12: "200"}, YEAR_END,
         ("one_point_only", 6)),
        (promise("stock", value="200", baseline_value="250", basis="gross"), {6: "50", 12: "200"}, YEAR_END,
         ("one_point_only", 6)),
        (promise(), {3: "100", 6: "99", 12: "360"}, YEAR_END, ("turns_back", 6)),
        (promise(), {3: "-1", 12: "360"}, YEAR_END, ("turns_back", 3)),
        (promise(), {6: "400", 12: "360"}, YEAR_END, ("turns_back", 12)),
        (promise(value="0"), {6: "5", 12: "0"}, YEAR_END, ("turns_back", 12)),
        (RISING, {6: "99", 12: "200"}, YEAR_END, ("turns_back", 6)),
        (FALLING, {6: "101", 12: "50"}, YEAR_END, ("turns_back", 6)),
        (FALLING, {3: "80", 6: "81", 12: "50"}, YEAR_END, ("turns_back", 6)),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_the_month_it_is_in(of, values, due_on, found):
    assert fault(curve_of(values), of, due_on) == (found[0], month_end(found[1]))
