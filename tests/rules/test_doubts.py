"""Which figures are asked about before they are handed in, and which are not."""

from datetime import date
from decimal import Decimal

import pytest

from targets.rules.doubts import doubts
from targets.rules.facts import Commitment
from targets.rules.filed_figure import FiledFigure
from targets.rules.quantities import usual_decimals
from targets.rules.schedule import month_end
from tests.cases import cases

# The kinds of the cases, in our words.
KINDS = {
    "month_for_cumulative": {"month_value", "month_value_at_first", "falls", "falls_to_a_month"},
    "unit_slip": {"wrong_unit_large", "wrong_unit_small", "tenfold", "percent_as_fraction"},
    "index_for_growth": {"index_for_growth"},
    "falls": {"falls", "falls_to_a_month", "wrong_unit_small"},
    "jump": {"jump"},
    "equal_to_target": {"equal"},
    "copied": {"copied"},
}


def number(text):
    return None if text is None else Decimal(text)


def promise(unit="亿元", target_value="520", **fields):
    value, base = number(target_value), number(fields.pop("baseline_value", None))
    curve = fields.pop("curve", {})
    return Commitment(
        **{"measure": "flow", "comparator": "gte", **fields},
        state="active",
        target_value=value,
        baseline_value=base,
        unit_of_measure=unit,
        decimals=usual_decimals(unit, value, base),
        curve=tuple((month_end(2026, int(month)), Decimal(v)) for month, v in curve.items()),
    )


def asked_about(of, value, month, path=(), last_year=(), **more):
    """The keys of what is asked about a figure of that month; `path` maps months to figures before."""
    filed = FiledFigure(
        of, date(2026, 1, 1), date(2026, 12, 31), month_end(2026, month), Decimal(value),
        tuple((month_end(2026, earlier), Decimal(figure)) for earlier, figure in dict(path).items()),
        {month: Decimal(figure) for month, figure in dict(last_year).items()},
    )  # fmt: skip
    return [doubt.key for doubt in doubts(filed, **more)]


# --- the cases -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("doubts"), ids=lambda case: case["name"])
def test_a_series_is_asked_about_where_it_should_be_and_nowhere_else(case):
    path, wrong = {}, []
    for step in case["series"]:
        found = asked_about(promise(**case["target"]), step["value"], step["month"], path)
        path[step["month"]] = step["value"]
        if step["doubt"] is None:
            continue
        is_right = bool(found) == step["doubt"] and (not found or set(found) & KINDS[step["kind"]])
        if not is_right:
            wrong.append((step["month"], step["value"], found))
    if case["arguable"]:
        print("arguable:", case["name"], wrong)
    else:
        assert wrong == []


# --- the kinds ---------------------------------------------------------------------------------------


def of_count(**fields):
    return promise(**{"unit": "个", "target_value": "20", **fields})


@pytest.mark.parametrize(
    ("of", "value", "month", "path", "keys"),
    [
        pytest.param(promise(target_value="80"), "65000", 1, {}, ["wrong_unit_large"], id="万元 for 亿元"),
        pytest.param(of_count(), "21", 12, {11: "8"}, ["jump"], id="8 → 21 of 20 in December"),
        pytest.param(promise(), "43.1", 6, {}, ["month_value_at_first"], id="a month alone in June"),
        pytest.param(promise(), "45.8", 6, {5: "44.9"}, ["month_value"], id="0.9 in a month"),
        pytest.param(promise(), "43.2", 6, {5: "218.4"}, ["falls_to_a_month"], id="cumulative, then a month"),
        pytest.param(promise(), "216.7", 5, {4: "170"}, ["as_expected"], id="exactly the schedule"),
        pytest.param(promise(), "260", 6, {5: "218.4"}, [], id="the schedule by a round number"),
        pytest.param(promise(), "260", 6, {5: "216.7"}, ["as_expected"], id="twice running the schedule"),
        pytest.param(promise(), "2026", 2, {}, ["wrong_unit_large"], id="the year of much less"),
        pytest.param(promise(target_value="15000"), "2026", 2, {}, ["year_typed"], id="the year"),
        pytest.param(promise(), "9", 6, {5: "218.4"}, ["falls"], id="less than a tenth"),
        pytest.param(promise(), "500", 3, {1: "40", 2: "82"}, ["jump"], id="more than the path explains"),
        pytest.param(promise(target_value="20"), "15", 1, {}, ["far_ahead"], id="most of it in January"),
        pytest.param(promise(curve={"3": "400", "12": "520"}), "410", 3, {}, [], id="early by its own plan"),
        pytest.param(promise(), "520", 12, {11: "470"}, ["equal"],
                     id="exactly the goal"),
        pytest.param(promise(comparator="lte", target_value="300"), "24", 2, {1: "20"}, [],
                     id="little of a ceiling is well"),
        pytest.param(promise(measure="ratio", unit="%", target_value="92"), "104", 3, {}, ["beyond_percent"],
                     id="beyond 100 per cent"),
        pytest.param(promise(measure="ratio", unit="%", target_value="100"), "100", 3, {}, [],
                     id="all of it"),
        pytest.param(promise(measure="growth", unit="%", target_value="5"), "-38", 3, {2: "9"}, [],
                     id="a fall of any size"),
        pytest.param(promise(measure="growth", unit="%", target_value="5"), "-0.02", 3, {2: "5"}, [],
                     id="hardly a fall"),
        pytest.param(promise(measure="growth", unit="%", target_value="5"), "53", 3, {2: "5.2"},
                     ["growth_far_off"], id="a point forgotten in a growth"),
        pytest.param(promise(measure="stock", unit="家", target_value="150", baseline_value="131"), "52", 6,
                     {5: "140"}, ["halved"], id="a level halved"),
        pytest.param(promise(measure="stock", unit="处", comparator="lte", target_value="5",
                             baseline_value="60"), "12", 6, {5: "50"}, [], id="what shall go is gone"),
        pytest.param(promise(measure="rank", unit="位", comparator="lte", target_value="3"), "62", 6,
                     {5: "4"}, ["rank_far_off"], id="a place far away"),
    ],
)  # fmt: skip
def test_each_kind_is_asked_about(of, value, month, path, keys):
    assert asked_about(of, value, month, path) == keys


LAST_YEAR = {1: "20", 2: "61", 3: "103", 6: "248.6", 12: "500"}


@pytest.mark.parametrize(
    ("value", "month", "path", "keys"),
    [
        ("248.6", 6, {5: "210"}, ["same_as_last_year"]),
        ("66", 2, {1: "21"}, []),
        ("11", 2, {1: "5"}, ["far_from_last_year"]),
        ("260.4", 6, {5: "214"}, []),
    ],
)
def test_last_years_figures_are_held_against_it(value, month, path, keys):
    assert asked_about(promise(), value, month, path, LAST_YEAR) == keys


def test_a_season_of_last_year_explains_a_jump():
    spring = {1: "5", 2: "10", 3: "15", 4: "400", 12: "500"}
    path = {1: "5", 2: "11", 3: "16"}
    assert asked_about(promise(), "410", 4, path) == ["tenfold"]
    assert asked_about(promise(), "410", 4, path, spring) == []


def test_words_of_the_last_report_under_another_figure_are_asked_about():
    words = {"words": "按计划 推进。", "last_words": "按计划\n推进。"}
    assert asked_about(promise(), "262", 6, {5: "218.4"}, **words) == ["same_words"]
    assert asked_about(promise(), "220", 6, {5: "220"}, **words) == []
    assert asked_about(promise(), "262", 6, {5: "218.4"}, words="", last_words="") == []


def test_a_goal_that_is_still_open_is_no_hindrance():
    undefined = Commitment("flow", "undefined", unit_of_measure="亿元")
    assert asked_about(undefined, "40", 2, {1: "43.1"}) == ["falls"]
    assert asked_about(undefined, "90", 2, {1: "43.1"}) == []
