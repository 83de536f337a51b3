"""Whole things, ceilings, rules without amber and by shares, and goals at or below nothing."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from targets.rules.facts import Commitment, Facts, Light
from targets.rules.judge import judge
from tests.rules.cases import FLOW, NEW_YEAR, RULE, STOCK, YEAR_END, figure, month_end, verdict

SCHOOL = Commitment("flow", "active", "gte", D(1), unit_of_measure="座")
CLINICS = replace(SCHOOL, target_value=D(6), unit_of_measure="所")
ACCIDENTS = Commitment("flow", "active", "lte", D(3), unit_of_measure="起")
SPENDING = replace(FLOW, comparator="lte", target_value=D(100))
WIDE = replace(RULE, green_band=D(10), amber_band=D(30))
TWO_CLASSES = replace(RULE, has_amber=False)
BY_SHARE = replace(RULE, amber_share=D(30))


def by(rule, promise, *reports):
    return judge(Facts(((NEW_YEAR, promise),), reports, rule, NEW_YEAR, YEAR_END), YEAR_END)


@pytest.mark.parametrize(
    ("promise", "month", "value", "light"),
    [
        *[pytest.param(SCHOOL, m, "0", Light.GREEN, id=f"one by December: none due in {m}") for m in (2, 11)],
        pytest.param(SCHOOL, 12, "0", Light.MISSED, id="one by December: due at closing"),
        pytest.param(CLINICS, 5, "2", Light.GREEN, id="6: of 2.5 the 2 due in full"),
        pytest.param(CLINICS, 5, "1", Light.AMBER, id="6: one short is amber at worst"),
        pytest.param(CLINICS, 5, "0", Light.RED, id="6: two short"),
        pytest.param(replace(CLINICS, decimals=1), 5, "2", Light.AMBER, id="with decimals it is measured"),
        pytest.param(
            replace(CLINICS, unit_of_measure="公里"), 5, "1", Light.RED, id="kilometres are measured"
        ),
        pytest.param(replace(CLINICS, unit_of_measure="万人"), 5, "1", Light.RED, id="万人 is measured"),
        pytest.param(replace(STOCK, basis="gross"), 5, "62", Light.GREEN, id="gross: of 62.9 the 62"),
        pytest.param(ACCIDENTS, 2, "1", Light.GREEN, id="at most 3: the one that has begun"),
        pytest.param(ACCIDENTS, 2, "2", Light.RED, id="at most 3: a second is too many"),
        pytest.param(ACCIDENTS, 5, "2", Light.GREEN, id="at most 3: two by May"),
        pytest.param(ACCIDENTS, 11, "3", Light.GREEN, id="at most 3: the last"),
        pytest.param(ACCIDENTS, 11, "4", Light.RED, id="at most 3: over it"),
    ],
)
def test_whole_things_are_due_one_at_a_time(promise, month, value, light):
    assert verdict(promise, figure(month, value)).light is light


def test_the_grace_of_a_ceiling_is_told():
    said = verdict(ACCIDENTS, figure(2, "1")).explanation
    assert (said["allowed_units"], said["done_units"]) == ("1", "1")


@pytest.mark.parametrize("rule", [RULE, WIDE, TWO_CLASSES, BY_SHARE], ids=lambda rule: str(rule.green_band))
@pytest.mark.parametrize("curve", [(), ((YEAR_END, D(100)),)], ids=["even", "closing only"])
def test_over_its_ceiling_a_running_total_is_red_whatever_the_rule(rule, curve):
    promise = replace(SPENDING, curve=curve)
    assert by(rule, promise, figure(11, "100.02")).light is Light.RED
    assert by(rule, promise, figure(12, "100.02")).light is Light.MISSED
    strict = replace(promise, comparator="lt")
    assert by(rule, strict, figure(11, "100")).light is Light.RED


@pytest.mark.parametrize(
    ("value", "light"),
    [("35", Light.GREEN), ("36.2", Light.AMBER), ("36.75", Light.AMBER), ("36.8", Light.RED)],
)
def test_a_level_that_is_no_percentage_may_miss_by_a_share_of_itself(value, light):
    promise = Commitment("ratio", "active", "lte", D(35), unit_of_measure="微克/立方米", decimals=1)
    found = verdict(promise, figure(6, value))
    assert (found.light, "by_share" in found.explanation) == (light, True)


# --- rules ------------------------------------------------------------------------------------

GROWTH = Commitment("growth", "active", "gte", D(6), unit_of_measure="%", decimals=1)
RANK = Commitment("rank", "active", "lte", D(2), unit_of_measure="位")


@pytest.mark.parametrize(
    ("promise", "value", "light"),
    [
        pytest.param(FLOW, "260", Light.GREEN, id="on schedule"),
        pytest.param(FLOW, "259", Light.RED, id="behind"),
        pytest.param(GROWTH, "5.9", Light.RED, id="growth"),
        pytest.param(RANK, "3", Light.RED, id="a place"),
        pytest.param(replace(GROWTH, measure="ratio"), "5.5", Light.RED, id="a ratio"),
        pytest.param(CLINICS, "3", Light.GREEN, id="whole things keep their grace"),
        pytest.param(CLINICS, "2", Light.RED, id="one short"),
        pytest.param(
            replace(STOCK, comparator="between", target_value=D(100), upper_value=D(110), direction="within",
                    baseline_value=D(90)),
            "112", Light.RED, id="the other side of a range",
        ),
    ],
)  # fmt: skip
def test_of_two_classes_nothing_is_amber(promise, value, light):
    assert by(TWO_CLASSES, promise, figure(6, value)).light is light


@pytest.mark.parametrize(
    ("promise", "month", "value", "light"),
    [
        pytest.param(FLOW, 6, "182", Light.AMBER, id="35.0 of 50.0: just 30 per cent of it"),
        pytest.param(FLOW, 6, "181.7", Light.RED, id="34.9 of 50.0: more"),
        pytest.param(FLOW, 1, "0", Light.RED, id="nothing of 8.3"),
        pytest.param(STOCK, 6, "138", Light.AMBER, id="35.0 of the way"),
        pytest.param(SPENDING, 6, "65", Light.AMBER, id="a ceiling: 15.0 over 50.0"),
        pytest.param(SPENDING, 6, "65.1", Light.RED, id="a ceiling: more"),
        pytest.param(
            replace(STOCK, curve=((month_end(1), D(131)), (YEAR_END, D(151)))), 6, "120", Light.AMBER,
            id="behind where nothing is expected",
        ),
        pytest.param(GROWTH, 6, "3", Light.AMBER, id="growth stays as it is"),
        pytest.param(RANK, 6, "5", Light.RED, id="places stay as they are"),
    ],
)  # fmt: skip
def test_relative_bands_are_shares_of_the_printed_schedule(promise, month, value, light):
    assert by(BY_SHARE, promise, figure(month, value)).light is light


@pytest.mark.parametrize(
    ("goal", "value", "light"),
    [
        ("-3", "-2.9", Light.GREEN), ("-3", "-3", Light.GREEN), ("-3", "-4", Light.AMBER),
        ("-3", "-4.1", Light.RED), ("0", "-1", Light.AMBER), ("0", "-1.1", Light.RED),
    ],
)  # fmt: skip
def test_a_growth_at_or_below_nothing_may_fall_a_point_short(goal, value, light):
    assert verdict(replace(GROWTH, target_value=D(goal)), figure(6, value)).light is light


@pytest.mark.parametrize(
    ("goal", "value", "light"),
    [("6", "0.5", Light.AMBER), ("6", "0", Light.AMBER), ("6", "-0.1", Light.RED),
     ("0.5", "0.1", Light.AMBER), ("0.5", "-0.1", Light.RED)],
)  # fmt: skip
def test_a_growth_above_nothing_may_fall_short_but_not_shrink(goal, value, light):
    assert verdict(replace(GROWTH, target_value=D(goal)), figure(6, value)).light is light


@pytest.mark.parametrize(
    ("month", "value", "light"),
    [(6, "49", Light.GREEN), (6, "40", Light.AMBER), (6, "38", Light.RED), (6, "98", Light.ON_TARGET),
     (12, "97.9", Light.MISSED), (12, "98", Light.DONE)],
)  # fmt: skip
def test_a_ratio_read_whole_is_paced_from_nothing(month, value, light):
    whole = Commitment("ratio", "active", "gte", D(98), basis="gross", unit_of_measure="%", decimals=1)
    found = verdict(whole, figure(month, value))
    assert (found.light, found.explanation["key"], found.expected) == (light, "gross", D(month) * 100 / 12)


@pytest.mark.parametrize("promise", [GROWTH, RANK, replace(GROWTH, measure="ratio")], ids=lambda p: p.measure)
def test_every_measure_may_be_judged_at_closing_only(promise):
    promise = replace(promise, curve=((YEAR_END, promise.target_value),))
    lights = [verdict(promise, figure(month, "4")).light for month in (6, 11, 12)]
    assert lights == [Light.NO_FIGURE, Light.NO_FIGURE, Light.MISSED]
