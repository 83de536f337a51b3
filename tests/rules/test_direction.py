"""Which side of 左右, 区间 and 等于 counts: doing better than wanted is never a fault."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from targets.rules.direction import direction_of
from targets.rules.facts import Commitment, Light
from tests.rules.cases import FLOW, STOCK, figure, percentages, verdict

GROWTH = Commitment("growth", "active", "approx", D(6), unit_of_measure="%", decimals=1, direction="higher")
RANGE = replace(GROWTH, comparator="between", target_value=D("4.5"), upper_value=D(5))
JOBLESS = Commitment("ratio", "active", "approx", D(5), unit_of_measure="%", decimals=1, direction="lower")
PRICES = replace(GROWTH, target_value=D(2), direction="lower")
ABOUT = replace(FLOW, comparator="approx", target_value=D(100), direction="higher")
MEETINGS = Commitment("flow", "active", "eq", D(12), unit_of_measure="次", direction="higher")
CAP = replace(ABOUT, direction="lower")
BAND = replace(ABOUT, comparator="between", upper_value=D(120), direction="within")
NET = replace(STOCK, comparator="approx", target_value=D(150), baseline_value=D(148), direction="higher")
LEVEL_RANGE = replace(
    STOCK, comparator="between", target_value=D(100), upper_value=D(120), direction="within", decimals=0
)


@pytest.mark.parametrize(
    ("promise", "month", "value", "light"),
    [
        pytest.param(GROWTH, 6, "9", Light.GREEN, id="about 6: 9 is met"),
        pytest.param(GROWTH, 12, "9", Light.DONE, id="about 6 at closing: 9 is met"),
        pytest.param(GROWTH, 6, "5.5", Light.GREEN, id="about 6: half a point less is met"),
        pytest.param(GROWTH, 6, "5.4", Light.AMBER, id="about 6: growing, but less"),
        pytest.param(GROWTH, 12, "5.5", Light.DONE, id="about 6 at closing: half a point less"),
        pytest.param(GROWTH, 12, "5.4", Light.MISSED, id="about 6 at closing: less"),
        pytest.param(RANGE, 6, "6.2", Light.GREEN, id="4.5 to 5: 6.2 is met"),
        pytest.param(RANGE, 12, "6.2", Light.DONE, id="4.5 to 5 at closing: 6.2 is met"),
        pytest.param(RANGE, 6, "4.4", Light.AMBER, id="4.5 to 5: 4.4 falls short"),
        pytest.param(RANGE, 12, "4.4", Light.MISSED, id="4.5 to 5 at closing: 4.4"),
        pytest.param(JOBLESS, 6, "4", Light.GREEN, id="unemployment about 5: 4 is met"),
        pytest.param(JOBLESS, 6, "5.5", Light.GREEN, id="unemployment about 5: as far as about goes"),
        pytest.param(JOBLESS, 6, "6.0", Light.AMBER, id="unemployment about 5: a point more"),
        pytest.param(JOBLESS, 6, "6.1", Light.RED, id="unemployment about 5: more than a point"),
        pytest.param(PRICES, 6, "0.5", Light.GREEN, id="prices about 2: 0.5 is met"),
        pytest.param(PRICES, 6, "2.6", Light.AMBER, id="prices about 2: 2.6 is a little more"),
        pytest.param(PRICES, 12, "2.6", Light.MISSED, id="prices about 2 at closing: more"),
        pytest.param(ABOUT, 6, "53", Light.GREEN, id="about 100: 53 by June"),
        pytest.param(ABOUT, 12, "120", Light.DONE, id="about 100 at closing: 120"),
        pytest.param(ABOUT, 12, "95", Light.DONE, id="about 100 at closing: a twentieth less"),
        pytest.param(ABOUT, 12, "94.9", Light.MISSED, id="about 100 at closing: more than that less"),
        pytest.param(ABOUT, 9, "99", Light.GREEN, id="about 100: not done early short of the goal itself"),
        pytest.param(ABOUT, 9, "100", Light.DONE, id="about 100: done early at the goal itself"),
        pytest.param(MEETINGS, 4, "5", Light.GREEN, id="12 meetings: 5 by April"),
        pytest.param(MEETINGS, 12, "14", Light.DONE, id="12 meetings at closing: 14"),
        pytest.param(MEETINGS, 12, "11", Light.MISSED, id="12 meetings at closing: 11"),
        pytest.param(CAP, 6, "52.5", Light.GREEN, id="at most about 100: as far as about goes"),
        pytest.param(CAP, 6, "52.6", Light.AMBER, id="at most about 100: a little more"),
        pytest.param(CAP, 11, "105.1", Light.RED, id="at most about 100: over what about leaves, at once"),
        pytest.param(CAP, 12, "105", Light.DONE, id="at most about 100 at closing: what about leaves"),
        pytest.param(BAND, 6, "50", Light.GREEN, id="within 100 to 120: paced on the lower"),
        pytest.param(BAND, 6, "70", Light.GREEN, id="within 100 to 120: ahead, still below the upper"),
        pytest.param(BAND, 9, "110", Light.GREEN, id="within 100 to 120: not done early, more may break it"),
        pytest.param(BAND, 9, "121", Light.RED, id="within 100 to 120: a total does not come back"),
        pytest.param(BAND, 12, "121", Light.MISSED, id="within 100 to 120 at closing: above"),
        pytest.param(BAND, 12, "99", Light.MISSED, id="within 100 to 120 at closing: below"),
        pytest.param(BAND, 12, "120", Light.DONE, id="within 100 to 120 at closing: the upper end"),
        pytest.param(NET, 12, "149", Light.MISSED, id="150 or so from 148: of a way only a quarter"),
        pytest.param(NET, 12, "143", Light.MISSED, id="150 or so from 148: 143 is no 150"),
        pytest.param(NET, 12, "150", Light.DONE, id="150 or so from 148: 150"),
        pytest.param(LEVEL_RANGE, 6, "131", Light.RED, id="a level within: far above, back to the upper"),
        pytest.param(LEVEL_RANGE, 6, "119", Light.ON_TARGET, id="a level within: come down into it"),
    ],
)
def test_the_side_that_counts(promise, month, value, light):
    assert verdict(promise, figure(month, value)).light is light


@pytest.mark.parametrize(
    ("promise", "value", "columns"),
    [
        pytest.param(ABOUT, "50", ("50.0", "50.0", "0.0"), id="about: shares of the goal itself"),
        pytest.param(MEETINGS, "5", ("41.7", "50.0", "-8.3"), id="equal to"),
        pytest.param(BAND, "121", ("121.0", "50.0", "71.0"), id="a range: shares of the paced end"),
        pytest.param(replace(BAND, direction="lower"), "60", ("50.0", "50.0", "0.0"), id="of the upper end"),
    ],
)
def test_every_share_is_of_the_goal(promise, value, columns):
    assert percentages(verdict(promise, figure(6, value))) == tuple(map(D, columns))


@pytest.mark.parametrize(
    ("promise", "value", "exceeded"),
    [
        pytest.param(ABOUT, "105", False, id="about 100: what about leaves is not more"),
        pytest.param(ABOUT, "105.1", True, id="about 100: more"),
        pytest.param(replace(BAND, direction="higher"), "120", False, id="a range: its upper end"),
        pytest.param(replace(BAND, direction="higher"), "121", True, id="a range: above it"),
        pytest.param(BAND, "120", False, id="within"),
        pytest.param(MEETINGS, "13", True, id="equal to, the more the better"),
        pytest.param(CAP, "90", False, id="a ceiling is never exceeded"),
    ],
)
def test_exceeded_is_above_all_that_was_promised(promise, value, exceeded):
    assert ("exceeded" in verdict(promise, figure(12, value)).marks) is exceeded


def test_on_the_way_about_leaves_its_share_of_the_way():
    """By June half of the 95: 47.5, told in the printed shares."""
    found = [verdict(ABOUT, figure(6, value)) for value in ("47.5", "47.4")]
    assert [v.light for v in found] == [Light.GREEN, Light.AMBER]
    assert (found[0].explanation["enough"], "enough" in found[1].explanation) == ("47.5", False)


@pytest.mark.parametrize(("goal", "baseline", "green", "amber"), [
    ("150", "130", "137.5", "137.4"),  # up 20 with a tolerance of 5: half of 15
    ("130", "150", "142.5", "142.6"),  # down likewise
])  # fmt: skip
def test_on_a_way_about_leaves_its_share_of_the_way(goal, baseline, green, amber):
    promise = replace(
        NET, target_value=D(goal), baseline_value=D(baseline), unit_of_measure="亿元", decimals=1,
        direction="higher" if D(goal) > D(baseline) else "lower",
    )  # fmt: skip
    found = [verdict(promise, figure(6, value)) for value in (green, amber)]
    assert [v.light for v in found] == [Light.GREEN, Light.RED]
    assert found[0].explanation["enough"] == "37.5"


@pytest.mark.parametrize(
    ("words", "direction"),
    [
        ("增长6%左右", "higher"),
        ("城镇调查失业率5%左右", "lower"),
        ("居民消费价格涨幅2%左右", "lower"),
        ("单位GDP能耗下降3%左右", "higher"),
        ("PM2.5平均浓度30微克/立方米左右", "lower"),
        ("生产安全事故控制在3起左右", "lower"),
        ("政府债务余额10亿元左右", "lower"),
        ("出厂水酸碱度6.8至8.2之间", "within"),
        ("失业率5%左右", "lower"),
        ("能耗下降3%左右", "higher"),
        ("下降后的能耗80万吨左右", "lower"),
        ("", "higher"),
    ],
)
def test_the_words_propose_a_direction(words, direction):
    assert direction_of(words) == direction
