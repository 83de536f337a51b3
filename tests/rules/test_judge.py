"""The truth table of the rule: what offices expect of each measure, figure by figure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from targets.rules.facts import Commitment, Facts, Light
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

FEW = replace(STOCK, comparator="gte", target_value=D(8), baseline_value=D(5))
KEEP = replace(STOCK, target_value=D(250), baseline_value=D(255))


# --- flow ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "value", "attainment", "expected", "gap", "light"),
    [
        pytest.param(6, "265.2", "51.0", "50.0", "1.0", Light.GREEN, id="one point ahead"),
        pytest.param(6, "260.0", "50.0", "50.0", "0.0", Light.GREEN, id="just on schedule"),
        pytest.param(6, "208.0", "40.0", "50.0", "-10.0", Light.AMBER, id="ten points behind, the border"),
        pytest.param(6, "207.0", "39.8", "50.0", "-10.2", Light.RED, id="beyond ten points behind"),
        pytest.param(11, "476.7", "91.7", "91.7", "0.0", Light.GREEN, id="equal once both are rounded"),
        pytest.param(11, "476.4", "91.6", "91.7", "-0.1", Light.AMBER, id="a tenth behind once rounded"),
        pytest.param(1, "0", "0.0", "8.3", "-8.3", Light.AMBER, id="nothing is red in January"),
        pytest.param(12, "520.0", "100.0", "100.0", "0.0", Light.DONE, id="reached at the year's end"),
        pytest.param(12, "509.6", "98.0", "100.0", "-2.0", Light.MISSED, id="no amber at the year's end"),
        pytest.param(9, "520.0", "100.0", "75.0", "25.0", Light.DONE, id="reached before the year's end"),
        pytest.param(6, "-26", "-5.0", "50.0", "-55.0", Light.RED, id="a fall is shown as it is"),
    ],
)
def test_flow(month, value, attainment, expected, gap, light):
    found = verdict(FLOW, figure(month, value))
    assert (found.light, percentages(found)) == (light, (D(attainment), D(expected), D(gap)))


def test_flow_of_a_neighbouring_district_as_it_was_printed():
    found = verdict(replace(FLOW, target_value=D("193.22")), figure(6, "126.02"))
    assert (found.light, percentages(found)) == (Light.GREEN, (D("65.2"), D("50.0"), D("15.2")))


@pytest.mark.parametrize(
    ("comparator", "unit", "decimals", "value", "light"),
    [
        pytest.param("gt", "亿元", 2, "150", Light.MISSED, id="more than an amount: equal is not enough"),
        pytest.param("gt", "亿元", 0, "150.01", Light.DONE, id="more than an amount: a hundredth is"),
        pytest.param("gt", "家", 0, "150", Light.MISSED, id="more than 150 firms: 150 is not enough"),
        pytest.param("gt", "家", 0, "151", Light.DONE, id="more than 150 firms: 151 is"),
        pytest.param("gte", "家", 0, "150", Light.DONE, id="at least 150 firms: 150 is enough"),
        pytest.param("gt", "%", 0, "150.5", Light.DONE, id="a percentage is no whole thing"),
    ],
)
def test_more_than_excludes_the_number_itself(comparator, unit, decimals, value, light):
    promise = Commitment("flow", "active", comparator, D(150), unit_of_measure=unit, decimals=decimals)
    assert verdict(promise, figure(12, value)).light is light


def test_more_than_150_firms_is_measured_against_151():
    promise = replace(FLOW, comparator="gt", target_value=D(150), unit_of_measure="家", decimals=0)
    assert verdict(promise, figure(6, "75")).attainment == D("49.7")


# --- stock -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promise", "month", "value", "gap", "light"),
    [
        pytest.param(STOCK, 6, "141", "0.0", Light.GREEN, id="over 150 from 131: half of 20 gained"),
        pytest.param(STOCK, 6, "139", "-10.0", Light.AMBER, id="over 150 from 131: ten points behind"),
        pytest.param(STOCK, 6, "138", "-15.0", Light.RED, id="over 150 from 131: fifteen behind"),
        pytest.param(STOCK, 6, "151", "50.0", Light.ON_TARGET, id="met during the year: it may fall back"),
        pytest.param(STOCK, 12, "150", "-5.0", Light.MISSED, id="over 150 at the year's end: 150"),
        pytest.param(STOCK, 12, "151", "0.0", Light.DONE, id="over 150 at the year's end: 151"),
        pytest.param(
            replace(STOCK, comparator="gte", target_value=D(470), baseline_value=D(442)),
            6, "470", "50.0", Light.ON_TARGET, id="470 from 442: met",
        ),
        pytest.param(
            replace(STOCK, comparator="gte", target_value=D(470), baseline_value=D(442)),
            6, "455", "-3.6", Light.AMBER, id="470 from 442: 455",
        ),
        pytest.param(FEW, 4, "6", "0.0", Light.GREEN, id="8 from 5 in April: one of one"),
        pytest.param(FEW, 4, "5", "-33.3", Light.AMBER, id="8 from 5 in April: one short is grace"),
        pytest.param(FEW, 9, "5", "-75.0", Light.RED, id="8 from 5 in September: two short"),
        pytest.param(FEW, 9, "7", "-8.3", Light.GREEN, id="8 from 5 in September: two of two and a bit"),
        pytest.param(FEW, 3, "4", "-58.3", Light.AMBER, id="one below the baseline is one short"),
        pytest.param(KEEP, 6, "252", None, Light.ON_TARGET, id="keep over 250: kept"),
        pytest.param(KEEP, 6, "249", None, Light.AMBER, id="keep over 250: short by less than a twentieth"),
        pytest.param(KEEP, 6, "230", None, Light.RED, id="keep over 250: short by more"),
        pytest.param(KEEP, 12, "251", None, Light.DONE, id="keep over 250 at the year's end: kept"),
        pytest.param(KEEP, 12, "250", None, Light.MISSED, id="keep over 250 at the year's end: not kept"),
    ],
)  # fmt: skip
def test_stock(promise, month, value, gap, light):
    found = verdict(promise, figure(month, value))
    assert (found.light, found.gap) == (light, None if gap is None else D(gap))


@pytest.mark.parametrize(
    ("target_value", "comparator", "value", "light"),
    [
        pytest.param(260, "gte", "247", Light.AMBER, id="at least 260: 13 short is a twentieth"),
        pytest.param(260, "gte", "246", Light.RED, id="at least 260: 14 short is more"),
        pytest.param(259, "gt", "247", Light.AMBER, id="more than 259 reads as 260 here too"),
        pytest.param(259, "gt", "246", Light.RED, id="more than 259: 14 short of 260"),
    ],
)
def test_level_to_keep_may_fall_short_by_a_twentieth_of_the_value_read(
    target_value, comparator, value, light
):
    promise = replace(KEEP, target_value=D(target_value), comparator=comparator, baseline_value=D(300))
    assert verdict(promise, figure(6, value)).light is light


@pytest.mark.parametrize(
    ("month", "value", "light"),
    [
        pytest.param(6, "149", Light.UNDEFINED, id="not met: no baseline, no light"),
        pytest.param(6, "151", Light.ON_TARGET, id="met"),
        pytest.param(12, "151", Light.DONE, id="met at the year's end"),
        pytest.param(12, "150", Light.MISSED, id="not met at the year's end"),
    ],
)
def test_stock_without_a_baseline_has_no_percentages(month, value, light):
    found = verdict(replace(STOCK, baseline_value=None), figure(month, value))
    assert (found.light, percentages(found)) == (light, (None, None, None))
    assert (found.value, found.explanation["key"]) == (D(value), "no_baseline")


@pytest.mark.parametrize("baseline", [None, D(131)], ids=["without baseline", "with baseline"])
@pytest.mark.parametrize(
    ("month", "value", "gap", "light"),
    [
        pytest.param(6, "76", "0.3", Light.GREEN, id="half of the whole"),
        pytest.param(6, "61", "-9.6", Light.AMBER, id="many short of the 75 due"),
        pytest.param(6, "60", "-10.3", Light.RED, id="beyond ten points"),
        pytest.param(6, "151", "50.0", Light.ON_TARGET, id="met"),
        pytest.param(12, "151", "0.0", Light.DONE, id="met at the year's end"),
        pytest.param(12, "150", "-0.7", Light.MISSED, id="not met at the year's end"),
    ],
)
def test_stock_read_whole_needs_no_baseline(baseline, month, value, gap, light):
    found = verdict(replace(STOCK, basis="gross", baseline_value=baseline), figure(month, value))
    assert (found.light, found.gap) == (light, D(gap))


def test_stock_of_an_amount_has_no_grace():
    promise = replace(FEW, unit_of_measure="亿元", decimals=2)
    assert verdict(promise, figure(4, "5")).light is Light.RED


@pytest.mark.parametrize("measure", ["stock", "ratio"])
@pytest.mark.parametrize("unit", ["家", "亿元", "%"])
@pytest.mark.parametrize("comparator", ["gte", "gt", "lte", "lt"])
def test_target_equal_to_the_baseline_has_no_way_to_go(measure, unit, comparator):  # case 36
    promise = replace(
        STOCK, measure=measure, comparator=comparator, target_value=D(131), unit_of_measure=unit
    )
    if unit == "家" and comparator in ("gt", "lt"):
        promise = replace(promise, baseline_value=D(132 if comparator == "gt" else 130))
    far = {"gte": 60, "gt": 60, "lte": 200, "lt": 200}[comparator]
    found = verdict(promise, figure(6, far))
    assert (found.light, percentages(found)) == (Light.RED, (None, None, None))


@pytest.mark.parametrize(
    ("promise", "month", "value", "said"),
    [
        pytest.param(FEW, 9, "7", ("stock", "2", "2"), id="two of two"),
        pytest.param(FEW, 4, "5", ("stock", "1", "0"), id="none of one"),
        pytest.param(FEW, 4, "6", ("stock", None, None), id="the percentages say it already"),
        pytest.param(FEW, 9, "5", ("stock", None, None), id="grace does not help"),
    ],
)
def test_sentence_names_whole_things_where_grace_decides(promise, month, value, said):
    explanation = verdict(promise, figure(month, value)).explanation
    assert (explanation["key"], explanation.get("due_units"), explanation.get("done_units")) == said


def test_only_what_a_green_band_decides_is_told_of_it():
    wide = replace(facts(FLOW, figure(6, "260")), rule=replace(RULE, green_band=D(10)))
    assert "green_band" not in judge(wide, YEAR_END).explanation
    behind = replace(wide, reports=(figure(6, "259"),))
    assert judge(behind, YEAR_END).explanation["green_band"] == "10"


def test_sentence_carries_its_numbers():
    assert verdict(FLOW, figure(6, "265.20")).explanation == {
        "key": "flow",
        "light": Light.GREEN,
        "value": "265.2",
        "comparator": "gte",
        "needed": "520",
        "unit": "亿元",
        "from": "2025-01-01",
        "passed": 6,
        "of": 12,
        "period_end": "2025-06-30",
        "attainment": "51.0",
        "expected": "50.0",
        "gap": "1.0",
        "rule": "默认（10个百分点）",
        "version": 1,
    }


# --- windows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "due_on", "month", "expected"),
    [
        pytest.param(date(2025, 3, 1), date(2025, 10, 31), 3, "12.5", id="first of eight months"),
        pytest.param(
            date(2025, 3, 15), date(2025, 10, 10), 6, "50.0", id="counted by the month, not the day"
        ),
        pytest.param(None, date(2025, 6, 30), 3, "50.0", id="from the plan's start"),
        pytest.param(date(2025, 7, 1), None, 9, "50.0", id="to the plan's end"),
        pytest.param(date(2025, 5, 20), date(2025, 5, 20), 5, "100.0", id="due where it starts"),  # case 24
    ],
)
def test_expected_progress_goes_by_the_targets_own_window(starts_on, due_on, month, expected):
    promise = replace(FLOW, starts_on=starts_on, due_on=due_on)
    assert verdict(promise, figure(month, "1")).expected == D(expected)


def test_figure_before_the_window_is_kept_and_not_judged():
    promise = replace(FLOW, starts_on=date(2025, 3, 1))
    found = verdict(promise, figure(2, "600"))
    assert (found.light, found.value, percentages(found)) == (Light.NO_FIGURE, 600, (None, None, None))
    assert found.explanation == {"key": "before_window"}


@pytest.mark.parametrize(
    ("on", "shown"),
    [
        (date(2025, 2, 28), Light.NOT_STARTED),
        (date(2025, 3, 1), Light.NO_FIGURE),
        (date(2025, 3, 31), Light.GREEN),
    ],
)
def test_status_before_and_after_the_window_opens(on, shown):
    promise = replace(FLOW, starts_on=date(2025, 3, 1))
    assert status(promise, figure(2, "1"), figure(3, "60"), on=on) is shown


def test_lights_are_kept_by_their_numbers_worst_first():
    first = "MISSED OVERDUE RED AMBER GREEN ON_TARGET DONE"
    names = f"{first} NO_FIGURE UNDEFINED NOT_STARTED SUSPENDED CANCELLED WATCH"
    assert [(light.name, light.value) for light in Light] == [
        (name, number) for number, name in enumerate(names.split(), start=1)
    ]


def test_nothing_is_judged_before_the_promise():
    assert verdict(FLOW, figure(6, "1"), on=date(2024, 12, 31)) is None


def test_a_figure_keeps_its_light_however_long_nothing_follows():
    lights = {status(FLOW, figure(3, "60"), on=month_end(month)) for month in range(3, 13)}
    assert lights == {Light.RED}


# --- closing ---------------------------------------------------------------------------------

BY_JUNE = replace(FLOW, due_on=date(2025, 6, 10))


@pytest.mark.parametrize(
    ("promise", "report", "light", "marks", "settled"),
    [
        pytest.param(FLOW, figure(9, "520"), Light.DONE, {"early"}, True, id="early"),
        pytest.param(FLOW, figure(9, "521"), Light.DONE, {"early", "exceeded"}, True, id="early, exceeded"),
        pytest.param(FLOW, figure(12, "520"), Light.DONE, set(), True, id="in time"),
        pytest.param(FLOW, figure(12, "520.01"), Light.DONE, {"exceeded"}, True, id="exceeded"),
        pytest.param(
            FLOW, figure(12, "520", preliminary=True), Light.DONE, {"preliminary"}, False,
            id="a preliminary figure settles nothing",
        ),
        pytest.param(
            FLOW, figure(12, "519", preliminary=True), Light.MISSED, {"preliminary"}, False,
            id="missed on a preliminary figure",
        ),
        pytest.param(BY_JUNE, figure(5, "519"), Light.GREEN, set(), False, id="the month before closing"),
        pytest.param(BY_JUNE, figure(6, "519"), Light.MISSED, set(), False, id="missed in its closing month"),
        pytest.param(BY_JUNE, figure(6, "520"), Light.DONE, set(), True, id="met in its closing month"),
        pytest.param(BY_JUNE, figure(8, "519"), Light.MISSED, set(), False, id="still missed later"),
        pytest.param(BY_JUNE, figure(8, "520"), Light.DONE, {"late"}, True, id="met later than closing"),
        pytest.param(
            FLOW, figure(12, "520", revision_no=2), Light.DONE, {"corrected"}, True, id="corrected"
        ),
        pytest.param(STOCK, figure(12, "151"), Light.DONE, set(), True, id="151 is just what is needed"),
        pytest.param(STOCK, figure(12, "152"), Light.DONE, {"exceeded"}, True, id="a stock exceeded"),
        pytest.param(STOCK, figure(6, "152"), Light.ON_TARGET, set(), False, id="a stock is not done early"),
    ],
)  # fmt: skip
def test_marks_of_what_is_done_or_missed(promise, report, light, marks, settled):
    found = verdict(promise, report)
    assert (found.light, found.marks, found.settled) == (light, dict.fromkeys(marks, 1), settled)


@pytest.mark.parametrize(
    ("values", "behind"),
    [
        pytest.param({1: "0"}, None, id="one figure behind is no row"),
        pytest.param({1: "0", 2: "60"}, 2, id="two"),
        pytest.param({1: "0", 2: "60", 3: "60"}, 3, id="three, amber and red alike"),
        pytest.param({1: "0", 2: "300", 3: "60"}, None, id="a green one between"),
        pytest.param({1: "0", 2: "60", 3: "300"}, None, id="caught up"),
        pytest.param({11: "400", 12: "500"}, None, id="what is missed is no longer behind"),
    ],
)
def test_mark_of_periods_behind_in_a_row(values, behind):
    reports = [figure(month, value) for month, value in values.items()]
    assert verdict(FLOW, *reports).marks.get("behind") == behind


@pytest.mark.parametrize(
    "missing",
    [
        {"target_value": None},
        {"comparator": "between", "direction": "higher"},  # a range without its upper end
    ],
    ids=str,
)
def test_a_promise_without_its_values_is_undefined_and_ends_the_row_of_periods_behind(missing):
    open_still = replace(FLOW, **missing)
    found = verdict(open_still, figure(6, "60"))
    assert (found.light, found.value, percentages(found)) == (Light.UNDEFINED, 60, (None, None, None))
    stated_in_april = Facts(
        ((NEW_YEAR, open_still), (date(2025, 4, 1), FLOW)),
        (figure(2, "0"), figure(3, "0"), figure(4, "60"), figure(5, "60")),
        RULE, NEW_YEAR, YEAR_END,
    )  # fmt: skip
    assert judge(stated_in_april, YEAR_END).marks["behind"] == 2


def test_a_period_behind_is_read_by_the_promise_of_its_own_day():
    eased = replace(FLOW, target_value=D(100))
    found = judge(
        Facts(
            ((NEW_YEAR, FLOW), (date(2025, 3, 1), eased), (date(2025, 5, 1), FLOW)),
            (figure(2, "60"), figure(3, "60"), figure(5, "60")),
            RULE,
            NEW_YEAR,
            YEAR_END,
        ),
        YEAR_END,
    )
    assert (found.light, found.marks) == (Light.RED, {})


@pytest.mark.parametrize("state", ["undefined", "watch", None])
def test_a_period_without_a_light_ends_the_row_of_those_behind(state):
    before = ((NEW_YEAR, replace(FLOW, state=state)),) if state else ()
    found = judge(
        Facts(
            (*before, (date(2025, 3, 1), FLOW)),
            (figure(1, "0"), figure(2, "0"), figure(3, "0"), figure(4, "0")),
            RULE,
            NEW_YEAR,
            YEAR_END,
        ),
        YEAR_END,
    )
    assert found.marks == {"behind": 2}


def test_a_period_before_the_window_ends_the_row_of_those_behind():
    promise = replace(FLOW, starts_on=date(2025, 3, 1))
    reports = [figure(month, "0") for month in (1, 2, 3, 4)]
    assert verdict(promise, *reports).marks == {"behind": 2}


# --- no light --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "light"),
    [
        ("undefined", Light.UNDEFINED),
        ("watch", Light.WATCH),
        ("suspended", Light.SUSPENDED),
        ("cancelled", Light.CANCELLED),
    ],
)
def test_a_state_without_light_keeps_the_value(state, light):
    found = verdict(replace(FLOW, state=state), figure(6, "600", preliminary=True))
    assert (found.light, found.value, found.period_end) == (light, 600, date(2025, 6, 30))
    assert (percentages(found), found.settled) == ((None, None, None), False)
    assert (found.marks, found.explanation) == ({"preliminary": 1}, {"key": state})


@pytest.mark.parametrize("measure", ["rank", "growth", "ratio", "qualitative"])
@pytest.mark.parametrize("state", ["undefined", "watch"])
def test_measures_without_a_rule_are_listed_without_light(measure, state):
    promise = Commitment(measure, state, target_value=D(2), comparator="lte")
    assert verdict(promise, figure(6, "2")).light is Light[state.upper()]


def test_a_state_without_light_does_not_wait_for_the_window():
    promise = replace(FLOW, state="undefined", starts_on=date(2025, 6, 1))
    assert status(promise, on=date(2025, 2, 1)) is Light.UNDEFINED


def test_a_closed_target_keeps_its_light():
    assert verdict(replace(FLOW, state="closed"), figure(6, "207")).light is Light.RED


def test_without_a_figure_there_is_no_light():
    assert verdict(FLOW, figure(5)).light is Light.NO_FIGURE


def test_a_figure_from_before_the_window_is_not_counted_as_behind():
    promise = replace(STOCK, starts_on=date(2025, 3, 1))
    assert "behind" not in verdict(promise, figure(2, "120"), figure(3, "120")).marks
    assert verdict(promise, figure(3, "120"), figure(4, "120")).marks["behind"] == 2
