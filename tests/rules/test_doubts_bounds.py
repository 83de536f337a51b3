"""Where each doubt begins: a figure that is asked about, and its neighbour that is not."""

from datetime import date
from decimal import Decimal

import pytest

from targets.rules.doubts import doubts, silence
from targets.rules.facts import Light
from targets.rules.filed_figure import FiledFigure
from tests.rules.test_doubts import asked_about, of_count, promise

# 360亿元 by the end of the year: 30 a month
EVEN = promise(target_value="360")
NO_PATH = {}
STEADY = {1: "12", 2: "24", 3: "36"}


def level(**fields):
    return promise(**{"measure": "stock", "target_value": "200", "baseline_value": "100", **fields})


def rate(**fields):
    return promise(**{"measure": "ratio", "unit": "%", "target_value": "95", "basis": "gross", **fields})


def growth(goal):
    return promise(measure="growth", unit="%", target_value=goal)


def place(goal):
    return promise(measure="rank", unit="", comparator="lte", target_value=goal)


# doubt, promise, month, figures before, asked about, not asked about
BOUNDS = [
    # running totals
    ("falls", EVEN, 4, {3: "130"}, "60.01", "60"),
    ("falls_to_a_month", EVEN, 4, {3: "130"}, "60", "60.01"),
    ("falls_to_a_month", EVEN, 4, {3: "130"}, "15", "14.99"),
    ("falls_to_a_month", EVEN, 4, {3: "120"}, "59.99", "60"),
    ("month_value", EVEN, 4, STEADY, "45.99", "46"),
    ("month_value", EVEN, 4, {3: "20"}, "39.99", "40"),
    ("month_value", EVEN, 4, {3: "15"}, "39.99", "40"),
    ("month_value", EVEN, 3, {2: "45"}, "53.99", "54"),
    ("month_value_at_first", EVEN, 3, NO_PATH, "21", "20.99"),
    ("month_value_at_first", EVEN, 3, NO_PATH, "42", "42.01"),
    # units and slips
    ("wrong_unit_large", EVEN, 12, {11: "330"}, "1080.01", "1080"),
    ("wrong_unit_large", EVEN, 12, {11: "400"}, "1200.01", "1200"),
    ("wrong_unit_large", of_count(target_value="3"), 6, {5: "1"}, "10", "9"),
    ("wrong_unit_small", level(), 6, {5: "150"}, "0.15", "0.16"),
    ("year_typed", promise(target_value="3000"), 12, {11: "1900"}, "2026", "2025"),
    ("tenfold", EVEN, 2, {1: "30"}, "270", "269.99"),
    ("tenfold", EVEN, 2, {1: "10"}, "90.01", "90"),
    ("tenfold", level(), 6, {5: "90"}, "10", "10.01"),
    ("tenfold", level(unit="家", baseline_value="0", target_value="20"), 6, {5: "1"}, "20", "8"),
    ("halved", level(), 6, {5: "120"}, "59.99", "60"),
    ("halved", level(unit="家", target_value="30", baseline_value="20"), 6, {5: "10"}, "4", "5"),
    # jumps
    ("jump", EVEN, 3, {1: "30", 2: "60"}, "180.01", "180"),
    ("jump", EVEN, 4, {1: "5", 2: "10", 3: "15"}, "75.01", "75"),
    ("jump", EVEN, 4, {1: "8", 2: "16", 3: "24"}, "88.01", "88"),
    ("jump", of_count(target_value="12"), 6, {1: "1", 2: "2", 3: "3", 4: "4", 5: "5"}, "10", "9"),
    ("far_ahead", EVEN, 1, NO_PATH, "180.01", "180"),
    ("far_ahead", EVEN, 2, NO_PATH, "240.01", "240"),
    ("far_ahead", level(), 1, NO_PATH, "150.01", "150"),
    ("jump", EVEN, 6, {5: "50"}, "180", "179.99"),
    ("jump", of_count(target_value="6"), 5, {4: "1"}, "4", "3"),
    # figures that were copied from somewhere
    ("copied", EVEN, 4, {2: "100", 3: "123"}, "123", "124"),
    ("copied", promise(target_value="99"), 11, {9: "60", 10: "98.7"}, "98.7", "98.8"),
    # percentages
    ("percent_as_fraction", rate(), 6, {5: "91"}, "1", "1.01"),
    ("percent_as_fraction", rate(), 6, {5: "80"}, "0.4", "0.39"),
    ("percent_as_fraction", rate(), 6, {5: "45"}, "0.9", "0.91"),
    ("percent_as_fraction", rate(), 6, NO_PATH, "0.475", "0.47"),
    ("index_for_growth", growth("6"), 6, NO_PATH, "70", "69.9"),
    ("index_for_growth", growth("6"), 6, NO_PATH, "150", "150.1"),
    ("growth_far_off", growth("6"), 6, NO_PATH, "54", "53.9"),
    ("growth_far_off", growth("6"), 6, {5: "7"}, "63", "62.9"),
    ("growth_far_off", growth("0.5"), 6, NO_PATH, "9", "8.9"),
    ("beyond_percent", rate(), 6, {5: "90"}, "100.1", "100"),
    ("beyond_percent", rate(), 6, {5: "90"}, "-0.1", "0"),
    ("beyond_percent", rate(target_value="100"), 6, {5: "90"}, "100.1", "99"),
    ("rank_far_off", place("5"), 6, NO_PATH, "51", "50"),
    ("rank_far_off", place("5"), 6, {5: "6"}, "61", "60"),
]


@pytest.mark.parametrize(("key", "of", "month", "path", "asked", "ordinary"), BOUNDS)
def test_a_doubt_begins_exactly_there(key, of, month, path, asked, ordinary):
    assert key in asked_about(of, asked, month, path)
    assert key not in asked_about(of, ordinary, month, path)


# Asked about, whatever the neighbouring figures: doubt, promise, month, figures before, figure
ASKED = [
    ("falls", promise(comparator=""), 2, {1: "43.1"}, "0"),  # without a goal a month has no usual value
    ("equal", rate(), 6, {5: "90"}, "95"),
    ("equal", promise(target_value="100"), 6, {5: "45"}, "100"),
    ("equal", of_count(), 11, {8: "12", 9: "14", 10: "15"}, "20"),
    ("equal", of_count(), 11, NO_PATH, "20"),
    ("equal", of_count(target_value="13"), 11, {8: "8", 9: "9", 10: "10"}, "13"),
    ("as_expected", promise(target_value="348"), 6, {5: "140"}, "174"),
    ("as_expected", promise(), 5, {4: "170"}, "217"),  # of 216.67
    ("copied", EVEN, 6, {5: "123"}, "123"),
    ("far_from_last_year", EVEN, 6, {5: "5"}, "6", {6: "200", 12: "300"}),
    ("far_from_last_year", of_count(target_value="300"), 6, NO_PATH, "10", {6: "200", 12: "300"}),
    # of small amounts too
    ("falls_to_a_month", promise(target_value="6"), 4, {3: "2"}, "0.5"),
    ("month_value_at_first", promise(target_value="6"), 3, NO_PATH, "0.6"),
    ("month_value", promise(target_value="6"), 4, {3: "0.3"}, "0.6"),
    ("far_ahead", level(target_value="101"), 1, NO_PATH, "100.6"),
    ("tenfold", level(unit="家", target_value="11", baseline_value="0"), 6, {5: "1"}, "10"),
    # what should shrink, but grows
    ("jump", level(comparator="lte", target_value="50"), 6, {4: "99.9", 5: "99.8"}, "100.3"),
    ("percent_as_fraction", rate(), 6, NO_PATH, "0.9"),
    ("percent_as_fraction", rate(), 6, {5: "1.5"}, "0.015"),
    ("percent_as_fraction", rate(target_value="1.5"), 6, NO_PATH, "0.015"),
    ("percent_as_fraction", growth("60"), 6, NO_PATH, "0.66"),  # no growth is told so exactly
]


@pytest.mark.parametrize("case", ASKED, ids=lambda case: f"{case[0]} {case[4]}")
def test_what_is_odd_is_asked_about(case):
    assert case[0] in asked_about(*odd(case))


def odd(case):
    """The arguments of `asked_about` for a row of ASKED or ORDINARY."""
    _key, of, month, path, figure, *last_year = case
    return of, figure, month, path, *last_year


# What the same figure is not asked for: doubt, promise, month, figures before, figure
ORDINARY = [
    ("month_value", EVEN, 4, {3: "14.99"}, "39.99"),  # what was there was less than a month
    ("month_value_at_first", EVEN, 2, NO_PATH, "30"),  # two months are no habit
    ("wrong_unit_large", of_count(target_value="2"), 6, {5: "1"}, "9"),
    ("tenfold", level(unit="家", target_value="9", baseline_value="0"), 6, {5: "1"}, "9"),
    ("halved", level(unit="家", target_value="30", baseline_value="8"), 6, {5: "9"}, "4"),
    ("halved", level(comparator="lte", target_value="50"), 6, {5: "100"}, "40"),
    ("jump", level(comparator="lte", target_value="50", baseline_value="500"), 6, {4: "499", 5: "498"}, "60"),
    ("copied", EVEN, 4, {2: "123", 3: "123"}, "123"),  # asked in the month before
    ("copied", EVEN, 4, {2: "100", 3: "120"}, "120"),  # two digits say nothing
    ("copied", promise(target_value="120.5"), 11, {9: "90", 10: "121.5"}, "121.5"),  # it is reached
    ("beyond_percent", rate(target_value="105"), 6, {5: "101"}, "104"),
    ("index_for_growth", growth("40"), 6, NO_PATH, "70"),
    ("percent_as_fraction", rate(), 6, {5: "0.95"}, "0.96"),
    ("percent_as_fraction", growth("60"), 6, NO_PATH, "0.6"),  # a growth of 0.6 is one
    ("percent_as_fraction", rate(), 6, {5: "1"}, "0.01"),  # a small share is one
    ("percent_as_fraction", rate(target_value="1"), 6, NO_PATH, "0.01"),
    ("beyond_percent", rate(target_value="101"), 6, {5: "100"}, "102"),
    ("copied", promise(target_value="523"), 11, {10: "523"}, "523"),  # it is just reached
    # what should shrink may do so at once, even after small steps
    (
        "jump",
        level(comparator="lte", target_value="50", baseline_value="500"),
        6,
        {3: "499", 4: "498", 5: "497"},
        "300",
    ),
    ("far_ahead", EVEN, 2, {1: "100"}, "245"),  # not the first figure
    ("far_ahead", promise(comparator="lte", target_value="360"), 1, NO_PATH, "185"),
    ("far_ahead", promise(target_value="360", curve={"6": "180", "12": "360"}), 1, NO_PATH, "190"),
    ("far_ahead", level(target_value="100"), 1, NO_PATH, "101"),  # there is no way to go
    # things counted one by one stop at the number promised
    ("equal", of_count(), 11, {8: "12", 9: "14", 10: "16"}, "20"),
    ("equal", of_count(), 12, NO_PATH, "20"),
    ("equal", level(unit="家", baseline_value=None), 12, NO_PATH, "200"),
    ("equal", rate(target_value="100"), 6, {5: "90"}, "100"),
    ("equal", EVEN, 12, {11: "360"}, "360"),
    ("as_expected", promise(target_value="523"), 12, {11: "523"}, "523"),  # the goal itself
    ("as_expected", EVEN, 6, NO_PATH, "180"),
    ("as_expected", of_count(target_value="24"), 6, {5: "10"}, "12"),
    (
        "as_expected",
        promise(target_value="360", curve={"5": "0", "6": "180", "12": "360"}),
        6,
        {5: "0"},
        "180",
    ),
    ("far_from_last_year", EVEN, 6, {5: "5"}, "5", {6: "200", 12: "300"}),  # asked when it was new
]


@pytest.mark.parametrize("case", ORDINARY, ids=lambda case: f"{case[0]} {case[4]}")
def test_what_is_ordinary_is_not_asked_about(case):
    assert case[0] not in asked_about(*odd(case))


def test_shares_of_the_goal_are_told_to_one_decimal():
    asked = FiledFigure(
        EVEN, date(2026, 1, 1), date(2026, 12, 31), date(2026, 6, 30), Decimal("79.99"),
        last_year={6: Decimal(200), 12: Decimal(300)},
    )  # fmt: skip
    (asked_about_it,) = doubts(asked)
    numbers = asked_about_it.numbers
    assert (numbers["then"], numbers["share"], numbers["usual_share"]) == (
        200, Decimal("22.2"), Decimal("66.7")
    )  # fmt: skip


def test_silence_is_asked_about_only_of_a_target_that_is_behind():
    (asked,) = silence(Light.AMBER, ("cause", "measures"))
    assert (asked.key, dict(asked.numbers)) == (
        "behind_unsaid", {"light": Light.AMBER, "missing": ("cause", "measures")}
    )  # fmt: skip
    assert silence(Light.AMBER, ()) == silence(Light.GREEN, ("cause",)) == []


@pytest.mark.parametrize(
    ("month", "last_year", "asked", "ordinary"),
    [
        (6, {6: "200", 12: "300"}, "79.99", "80"),  # two thirds of the year by then: 240 of 360
        (1, {1: "10", 12: "300"}, "36.01", "36"),
        (1, {1: "10", 12: "300"}, "3.99", "4"),
    ],
)
def test_last_year_s_own_course_is_what_is_usual(month, last_year, asked, ordinary):
    assert "far_from_last_year" in asked_about(EVEN, asked, month, NO_PATH, last_year)
    assert "far_from_last_year" not in asked_about(EVEN, ordinary, month, NO_PATH, last_year)


def test_the_figure_of_the_same_month_last_year_is_asked_about_from_three_digits():
    assert "same_as_last_year" in asked_about(EVEN, "123", 4, {3: "95"}, {4: "123"})
    assert "same_as_last_year" not in asked_about(EVEN, "120", 4, {3: "95"}, {4: "120"})
    assert "same_as_last_year" not in asked_about(EVEN, "123", 5, {3: "95"}, {4: "123"})
