"""The truth table of ranks, rates, ratios, ceilings and ranges, of curves, presets and hands."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from targets.rules.facts import ALWAYS, Commitment, Facts, Light
from targets.rules.judge import judge
from tests.rules.cases import (
    FLOW,
    NEW_YEAR,
    RULE,
    STOCK,
    YEAR_END,
    facts,
    figure,
    month_end,
    percentages,
    status,
    verdict,
)

RANK = Commitment("rank", "active", "lte", D(2), unit_of_measure="位")
GROWTH = Commitment("growth", "active", "gte", D(6), unit_of_measure="%", decimals=1)
LEVEL = Commitment("ratio", "active", "gte", D(98), unit_of_measure="%", decimals=1)
CLIMB = replace(LEVEL, target_value=D(80), baseline_value=D(60))
UP_TO = replace(FLOW, comparator="lte", target_value=D(1200))
UNDER = replace(STOCK, comparator="lt", target_value=D(30), baseline_value=D(50))
FALL = replace(CLIMB, comparator="lte", target_value=D(10), baseline_value=D(50))
STEP = replace(STOCK, comparator="gte", target_value=D(132))
BETWEEN = replace(FLOW, comparator="between", target_value=D(100), upper_value=D(120))


@pytest.mark.parametrize(
    ("promise", "month", "value", "light"),
    [
        pytest.param(RANK, 6, "1", Light.GREEN, id="rank 2: first"),
        pytest.param(RANK, 6, "2", Light.GREEN, id="rank 2: second"),
        pytest.param(RANK, 6, "3", Light.AMBER, id="rank 2: third"),
        pytest.param(RANK, 6, "4", Light.AMBER, id="rank 2: fourth"),
        pytest.param(RANK, 6, "5", Light.RED, id="rank 2: fifth"),
        pytest.param(RANK, 12, "2", Light.DONE, id="rank 2 at the year's end: second"),
        pytest.param(RANK, 12, "3", Light.MISSED, id="rank 2 at the year's end: third"),
        pytest.param(GROWTH, 6, "6.2", Light.GREEN, id="growth of 6: more"),
        pytest.param(GROWTH, 6, "6.0", Light.GREEN, id="growth of 6: just that"),
        pytest.param(GROWTH, 6, "3.5", Light.AMBER, id="growth of 6: less"),
        pytest.param(GROWTH, 6, "0", Light.AMBER, id="growth of 6: none"),
        pytest.param(GROWTH, 6, "-0.1", Light.RED, id="growth of 6: a fall"),
        pytest.param(GROWTH, 12, "6", Light.DONE, id="growth of 6 at the year's end"),
        pytest.param(GROWTH, 12, "5.9", Light.MISSED, id="growth of 6 at the year's end: less"),
        pytest.param(LEVEL, 6, "98", Light.GREEN, id="98 per cent all year: held"),
        pytest.param(LEVEL, 6, "97", Light.AMBER, id="98 per cent all year: a point short"),
        pytest.param(LEVEL, 6, "96.9", Light.RED, id="98 per cent all year: more"),
        pytest.param(LEVEL, 12, "97.9", Light.MISSED, id="98 per cent at the year's end: not held"),
    ],
)
def test_ranks_rates_and_levels_are_never_pro_rated(promise, month, value, light):
    found = verdict(promise, figure(month, value))
    assert (found.light, percentages(found)) == (light, (None, None, None))


@pytest.mark.parametrize(
    ("promise", "month", "value", "gap", "light"),
    [
        pytest.param(CLIMB, 6, "70", "0.0", Light.GREEN, id="60 to 80: half of the way"),
        pytest.param(CLIMB, 6, "68", "-10.0", Light.AMBER, id="60 to 80: ten points behind"),
        pytest.param(CLIMB, 6, "67.9", "-10.5", Light.RED, id="60 to 80: more"),
        pytest.param(CLIMB, 6, "80", "50.0", Light.ON_TARGET, id="60 to 80: met, it may fall back"),
        pytest.param(CLIMB, 12, "80", "0.0", Light.DONE, id="60 to 80 at the year's end"),
        pytest.param(STEP, 6, "131", "-50.0", Light.GREEN, id="one more than 131: none is due by June"),
        pytest.param(FALL, 6, "35", "-12.5", Light.RED, id="50 down to 10: 35 is 37.5 per cent"),  # case 37
        pytest.param(FALL, 6, "55", "-62.5", Light.RED, id="50 down to 10: risen instead"),  # case 38
        pytest.param(FALL, 6, "5", "62.5", Light.ON_TARGET, id="50 down to 10: more than met"),
        pytest.param(UP_TO, 6, "600", "0.0", Light.GREEN, id="up to 1200: half used up in half a year"),
        pytest.param(UP_TO, 6, "720", "10.0", Light.AMBER, id="up to 1200: ten points more than half"),
        pytest.param(UP_TO, 6, "730", "10.8", Light.RED, id="up to 1200: more than that"),
        pytest.param(UP_TO, 6, "1201", "50.1", Light.RED, id="up to 1200: red at once, missed at closing"),
        pytest.param(UP_TO, 12, "1200", "0.0", Light.DONE, id="up to 1200 at the year's end: kept"),
        pytest.param(UP_TO, 12, "1201", "0.1", Light.MISSED, id="up to 1200 at the year's end: broken"),
        pytest.param(UNDER, 6, "39", "2.4", Light.GREEN, id="under 30 of 50 firms: to 29"),
        pytest.param(UNDER, 12, "30", "-4.8", Light.MISSED, id="under 30 firms: 30 is not under"),
        pytest.param(BETWEEN, 6, "50", "0.0", Light.GREEN, id="100 to 120: half of the lower end"),
        pytest.param(BETWEEN, 6, "45", "-5.0", Light.AMBER, id="100 to 120: behind the lower end"),
        pytest.param(BETWEEN, 6, "70", "20.0", Light.GREEN, id="100 to 120: ahead of the lower end"),
        pytest.param(BETWEEN, 12, "121", "21.0", Light.MISSED, id="100 to 120 at the year's end: above"),
        pytest.param(BETWEEN, 12, "99", "-1.0", Light.MISSED, id="100 to 120 at the year's end: below"),
    ],
)
def test_ways_and_ceilings(promise, month, value, gap, light):
    found = verdict(promise, figure(month, value))
    assert (found.light, found.gap) == (light, D(gap))


@pytest.mark.parametrize(
    ("promise", "value", "light"),
    [
        pytest.param(BETWEEN, "100", Light.DONE, id="between: the lower end"),
        pytest.param(BETWEEN, "120", Light.DONE, id="between: the upper end"),
        pytest.param(replace(GROWTH, comparator="approx"), "5.5", Light.DONE, id="about 6 per cent: 5.5"),
        pytest.param(replace(GROWTH, comparator="approx"), "6.5", Light.DONE, id="about 6 per cent: 6.5"),
        pytest.param(replace(GROWTH, comparator="approx"), "5.4", Light.MISSED, id="about 6 per cent: 5.4"),
        pytest.param(replace(GROWTH, comparator="approx"), "6.6", Light.MISSED, id="about 6 per cent: 6.6"),
        pytest.param(replace(FLOW, comparator="approx"), "494", Light.DONE, id="about 520: a twentieth less"),
        pytest.param(replace(FLOW, comparator="approx"), "546", Light.DONE, id="about 520: a twentieth more"),
        pytest.param(
            replace(FLOW, comparator="approx"), "546.1", Light.MISSED, id="about 520: more than that"
        ),
        pytest.param(
            replace(FLOW, comparator="approx", unit_of_measure="%"),
            "521",
            Light.MISSED,
            id="about 520 per cent: half a point, whatever is measured",
        ),
        pytest.param(replace(FLOW, comparator="eq"), "520", Light.DONE, id="just 520"),
        pytest.param(replace(FLOW, comparator="eq"), "520.1", Light.MISSED, id="just 520: more"),
    ],
)
def test_ranges_at_the_years_end(promise, value, light):
    assert verdict(promise, figure(12, value)).light is light


@pytest.mark.parametrize("comparator", ["eq", "approx", "between", "lte"])
def test_only_a_plain_floor_is_done_early(comparator):
    promise = replace(FLOW, comparator=comparator, upper_value=D(540) if comparator == "between" else None)
    assert verdict(promise, figure(9, "520")).light is not Light.DONE


@pytest.mark.parametrize(
    ("value", "light"), [("30", Light.ON_TARGET), ("31", Light.AMBER), ("32", Light.RED)]
)
def test_a_ceiling_without_a_baseline_is_a_level_to_keep(value, light):
    promise = replace(STOCK, comparator="lte", target_value=D(30), baseline_value=None)
    assert verdict(promise, figure(6, value)).light is light


def test_a_ceiling_of_nothing_has_no_share_to_print():
    promise = replace(UP_TO, target_value=D(0), unit_of_measure="起")
    found = [verdict(promise, figure(month, value)) for month, value in ((6, "0"), (6, "1"), (12, "0"))]
    assert [v.light for v in found] == [Light.GREEN, Light.RED, Light.DONE]
    assert {percentages(v) for v in found} == {(None, None, None)}


@pytest.mark.parametrize(
    ("promise", "value"),
    [
        pytest.param(CLIMB, "90", id="a ratio"),
        pytest.param(GROWTH, "9", id="a rate"),
        pytest.param(replace(FLOW, comparator="approx"), "530", id="about an amount"),
        pytest.param(UP_TO, "900", id="a ceiling"),
    ],
)
def test_only_running_totals_and_stocks_with_a_floor_are_exceeded(promise, value):
    found = verdict(promise, figure(12, value))
    assert (found.light, found.marks) == (Light.DONE, {})


# --- curves ----------------------------------------------------------------------------------

QUARTERS = replace(FLOW, curve=((month_end(3), D(104)), (month_end(6), D(260)), (month_end(12), D(520))))


@pytest.mark.parametrize(
    ("month", "value", "expected", "light"),
    [
        pytest.param(3, "104", "20.0", Light.GREEN, id="the plan's first point"),
        pytest.param(5, "104", "20.0", Light.GREEN, id="kept until the next point"),
        pytest.param(6, "104", "50.0", Light.RED, id="the next point"),
        pytest.param(12, "519", "100.0", Light.MISSED, id="the last point"),
    ],
)
def test_a_curve_expects_its_last_point_reached(month, value, expected, light):
    found = verdict(QUARTERS, figure(month, value))
    assert (found.expected, found.light) == (D(expected), light)


@pytest.mark.parametrize(
    ("promise", "curve", "value", "expected", "gap"),
    [
        pytest.param(STOCK, "141", "141", "50.0", "0.0", id="a stock: 10 of the way of 20 is planned"),
        pytest.param(STOCK, "131", "131", "0.0", "0.0", id="nothing of the way is planned yet"),
        pytest.param(STOCK, "160", "141", "100.0", "-50.0", id="planned beyond the goal is the whole way"),
        pytest.param(STOCK, "120", "141", "0.0", "50.0", id="planned below the baseline is nothing of it"),
        pytest.param(CLIMB, "65", "70", "25.0", "25.0", id="a ratio: a quarter of its way"),
        pytest.param(FALL, "30", "40", "50.0", "-25.0", id="down: half of its way"),
    ],
)
def test_a_curve_is_planned_along_the_way_from_the_baseline(promise, curve, value, expected, gap):
    found = verdict(replace(promise, curve=((month_end(3), D(curve)),)), figure(6, value))
    assert (found.expected, found.gap) == (D(expected), D(gap))


@pytest.mark.parametrize(("value", "light"), [("0", Light.NO_FIGURE), ("520", Light.DONE)])
def test_before_its_first_point_a_curve_gives_no_light(value, light):
    assert verdict(QUARTERS, figure(2, value)).light is light


def test_judged_at_closing_only_is_a_curve_of_one_point():
    promise = replace(FLOW, curve=((YEAR_END, D(520)),))
    lights = [verdict(promise, figure(month, "0")).light for month in (6, 11, 12)]
    assert lights == [Light.NO_FIGURE, Light.NO_FIGURE, Light.MISSED]


# --- presets ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "value", "light"),
    [
        pytest.param({"amber_band": D(0)}, "260", Light.GREEN, id="two classes: on schedule"),
        pytest.param({"amber_band": D(0)}, "259", Light.RED, id="two classes: behind"),
        pytest.param(
            {"green_band": D(10), "amber_band": D(30)}, "213", Light.GREEN, id="10 and 30: 9 behind"
        ),
        pytest.param(
            {"green_band": D(10), "amber_band": D(30)}, "208", Light.AMBER, id="10 and 30: 10 behind"
        ),
        pytest.param(
            {"green_band": D(10), "amber_band": D(30)}, "104", Light.AMBER, id="10 and 30: 30 behind"
        ),
        pytest.param(
            {"green_band": D(10), "amber_band": D(30)}, "103", Light.RED, id="10 and 30: 30.2 behind"
        ),
    ],
)
def test_other_bands(rule, value, light):
    bands = replace(facts(FLOW, figure(6, value)), rule=replace(RULE, **rule))
    assert judge(bands, YEAR_END).light is light


def test_without_a_band_a_level_just_not_exceeded_is_red():
    strict = facts(replace(LEVEL, comparator="gt"), figure(6, "98"))
    lights = [judge(replace(strict, rule=replace(RULE, rate_band=D(b))), YEAR_END).light for b in (1, 0)]
    assert lights == [Light.AMBER, Light.RED]


@pytest.mark.parametrize(
    ("values", "light"),
    [
        pytest.param({5: "200"}, Light.AMBER, id="the first time behind"),
        pytest.param({5: "200", 6: "250"}, Light.RED, id="two periods running"),
        pytest.param({4: "100", 5: "230", 6: "250"}, Light.AMBER, id="green between"),
        pytest.param({4: "150", 5: "200", 6: "250"}, Light.RED, id="three periods running"),
        pytest.param({5: "200", 6: "260"}, Light.GREEN, id="caught up"),
        pytest.param({11: "470", 12: "500"}, Light.MISSED, id="closing is never escalated"),
    ],
)
def test_amber_twice_running_turns_red_where_the_rule_says_so(values, light):
    reports = [figure(month, value) for month, value in values.items()]
    twice = replace(facts(FLOW, *reports), rule=replace(RULE, escalate_after=2))
    assert judge(twice, YEAR_END).light is light


# --- two figures of one month ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "value"),
    [pytest.param("unit", "260", id="the unit's"), pytest.param("statistics", "200", id="statistics")],
)
def test_of_two_figures_of_one_month_that_of_the_promised_source_counts(source, value):
    both = figure(6, "260"), figure(6, "200", figure_from="statistics")
    promise = replace(FLOW, figure_from=source)
    for reports in (both, both[::-1]):
        assert verdict(promise, *reports).value == D(value)
        assert verdict(replace(promise, state="undefined"), *reports).value == D(value)
    later = figure(7, "310", figure_from="statistics")
    assert verdict(promise, *both, later).value == D("310")


def test_two_figures_of_one_month_are_one_month_behind():
    both = figure(6, "200"), figure(6, "210", figure_from="statistics")
    assert verdict(FLOW, *both).marks == {}
    assert verdict(FLOW, figure(5, "150"), *both).marks == {"behind": 2}


# --- by hand ---------------------------------------------------------------------------------

BY_HAND = replace(FLOW, override_light=Light.AMBER, override_until=date(2025, 9, 30), revised=True)


def test_a_light_set_by_hand_stands_beside_the_rules_own():
    found = verdict(BY_HAND, figure(6, "100"))
    assert (found.light, found.override_light, found.override_until) == (
        Light.RED, Light.AMBER, date(2025, 9, 30),
    )  # fmt: skip
    assert found.marks == {"revised": 1}


@pytest.mark.parametrize("state", ["suspended", "cancelled", "undefined", "watch"])
def test_a_state_without_light_carries_none_set_by_hand(state):
    found = verdict(replace(BY_HAND, state=state))
    assert (found.override_light, found.override_until, found.marks) == (None, ALWAYS, {"revised": 1})


def test_a_change_of_the_promise_counts_from_its_own_day():  # case 40
    eased = replace(FLOW, target_value=D(400))
    changed = Facts(
        ((NEW_YEAR, FLOW), (date(2025, 7, 10), eased)), (figure(6, "200"),), RULE, NEW_YEAR, YEAR_END
    )
    shown = [judge(changed, day).attainment for day in (date(2025, 7, 9), date(2025, 7, 10))]
    assert shown == [D("38.5"), D("50.0")]


def test_a_suspended_target_shows_so_until_it_is_resumed():
    assert status(replace(FLOW, state="suspended"), figure(6, "600"), on=YEAR_END) is Light.SUSPENDED
