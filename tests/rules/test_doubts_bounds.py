"""Where each doubt begins: a figure that is asked about, and its neighbour that is not."""

import pytest

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
]


@pytest.mark.parametrize(("key", "of", "month", "path", "figure"), ORDINARY)
def test_what_is_ordinary_is_not_asked_about(key, of, month, path, figure):
    assert key not in asked_about(of, figure, month, path)


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
