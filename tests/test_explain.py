"""The sentence for every verdict, literally in Chinese and complete in English; the steps behind it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from django.utils import translation

from targets import explain
from targets.rules.facts import Light, Rule
from targets.status import Status, status_of
from tests.rules.cases import FLOW, RULE, STOCK, YEAR_END, figure, month_end
from tests.sentences import FEW, GROWTH, LEVEL, NODES, OCTOBER, RANK, SENTENCES, UP_TO, judged

KEYS = {
    *("flow", "gross", "stock", "level", "no_baseline", "ratio", "rank", "growth"),
    *("awaits_curve", "nodes", "nodes_done", "nodes_missed", "nodes_only_final", "no_figure"),
    *("before_window", "undefined", "watch", "suspended", "cancelled"),
}


def sentence(found, on, language):
    with translation.override(language):
        return explain.reason(found.explanation, status_of(found, on), on)


def steps(found, language="zh-hans", rule=RULE):
    with translation.override(language):
        return [
            (step.what, f"{step.how} = {step.result}" if step.result else step.how)
            for step in explain.steps(found.explanation, rule)
        ]


@pytest.mark.parametrize("case", SENTENCES)
def test_sentence(case):
    promise, reports, on, expected = SENTENCES[case]
    assert sentence(judged(promise, reports, on), on, "zh-hans") == expected


def test_the_sentences_above_are_of_every_kind():
    cases = [judged(promise, reports, on) for promise, reports, on, _words in SENTENCES.values()]
    assert {found.explanation["key"] for found in cases} == KEYS


def test_sentence_of_an_amber_that_turned_red():
    rule = replace(RULE, name="连续两月升级", escalate_after=2)
    found = judged(FLOW, [figure(5, "200"), figure(6, "250")], OCTOBER, rule)
    assert sentence(found, OCTOBER, "zh-hans") == (
        "1—6月完成250亿元，完成率48.1%，序时进度50.0%，慢1.9个百分点，连续2期滞后，由黄灯升级为红灯，"
        "按《连续两月升级》第1版为红灯。"
    )


def test_where_nothing_was_judged_the_sentence_says_so():
    with translation.override("zh-hans"):
        assert explain.reason({}, None, OCTOBER) == "尚未亮灯。"


def test_both_lights_of_a_row_set_by_hand():
    with translation.override("zh-hans"):
        said = explain.set_by_hand(Light.GREEN, date(2025, 9, 30), str(Status.AMBER.label))
    assert said == "人工调整为绿灯，有效期至2025年9月30日；按规则：黄灯"


# --- in English ------------------------------------------------------------------------------

ENGLISH = Rule("Default (10 points)", 1)
FOREIGN = {"亿元": "m", "家": "firms", "起": "cases", "位": "", "%": "%"}


@pytest.mark.parametrize("case", SENTENCES)
def test_sentence_is_complete_in_english(case):
    promise, reports, on, _expected = SENTENCES[case]
    english = replace(promise, unit_of_measure=FOREIGN.get(promise.unit_of_measure, ""))
    found = judged(english, reports, on, ENGLISH)
    told = [sentence(found, on, "en"), *(text for step in steps(found, "en") for text in step)]
    for text in told:
        assert text.isprintable()
        assert text.strip() == text != ""
        assert not re.search(r"%\(|[\u3000-\u9fff\uff00-\uffef]", text)
    assert told[0].endswith(".")


def test_the_sentence_of_the_first_case_in_english():
    promise, reports, on, _expected = SENTENCES["ahead"]
    assert sentence(judged(promise, reports, on, ENGLISH), on, "en") == (
        "Months 1–6: 265.2亿元 done, attainment 51.0%, expected progress 50.0%, "
        "1.0 percentage points ahead, green under “Default (10 points)”, version 1."
    )


# --- points, never per cent ------------------------------------------------------------------


@pytest.mark.parametrize("case", SENTENCES)
def test_a_difference_is_told_in_points(case):
    said = SENTENCES[case][-1]
    for word in ("快", "慢", "超出序时进度", "低于序时进度"):
        assert not re.search(rf"{word}-?[\d.]+(?!个百分点|[\d.])", said)
    assert not re.search(r"净[增减][\d.]+%|(?:快|慢|净增|净减|反减|下降|增长)-|差距", said)


@pytest.mark.parametrize(
    ("rate", "words"),
    [("0", "与上年同期持平"), ("0.0", "与上年同期持平"), ("-2.50", "下降2.5%"), ("6", "增长6%")],
)
def test_change_in_words(rate, words):
    with translation.override("zh-hans"):
        assert explain.change(D(rate)) == words


@pytest.mark.parametrize(
    ("gap", "text"), [("1.0", "+1.0"), ("-10.2", "−10.2"), ("0.0", "0.0"), ("-0.0", "0.0"), (None, "—")]
)
def test_points_are_signed(gap, text):
    assert explain.points(None if gap is None else D(gap)) == text


@pytest.mark.parametrize(
    ("comparator", "value", "unit", "decimals", "words"),
    [
        ("gte", "520", "亿元", 2, "不少于520亿元"),
        ("gt", "150", "家", 0, "不少于151家"),
        ("gt", "150", "亿元", 0, "超过150亿元"),
        ("gte", "98", "%", 1, "不低于98%"),
        ("lte", "30", "家", 0, "不超过30家"),
        ("lt", "30", "家", 0, "不超过29家"),
        ("lt", "30", "%", 0, "低于30%"),
        ("gte", None, "家", 0, "—"),
    ],
)
def test_the_promise_as_it_is_read(comparator, value, unit, decimals, words):
    with translation.override("zh-hans"):
        assert explain.reading(comparator, None if value is None else D(value), unit, decimals) == words


# --- step by step ----------------------------------------------------------------------------

STEPS = {
    "a running total": (
        FLOW, figure(6, "265.2"),
        ["265.2 ÷ 520 = 51.0%", "12个月已过6个月 = 50.0%", "51.0 − 50.0 = +1.0个百分点",
         "不落后为绿灯，落后不超过10个百分点为黄灯，超过为红灯", "42.47亿元（余6个月）"],
    ),
    "a ceiling turns the sign": (
        UP_TO, figure(6, "720"),
        ["720 ÷ 1200 = 60.0%", "12个月已过6个月 = 50.0%", "60.0 − 50.0 = +10.0个百分点",
         "控制类目标以超出序时进度为落后，超过控制目标即为红灯，不落后为绿灯，落后不超过10个百分点为黄灯，超过为红灯"],
    ),
    "a net increase": (
        STOCK, figure(6, "139"),
        ["（139 − 131）÷（151 − 131） = 40.0%", "12个月已过6个月 = 50.0%", "40.0 − 50.0 = −10.0个百分点",
         "不落后为绿灯，落后不超过10个百分点为黄灯，超过为红灯"],
    ),
    "grace": (
        FEW, figure(9, "7"),
        ["（7 − 5）÷（8 − 5） = 66.7%", "12个月已过9个月 = 75.0%", "66.7 − 75.0 = −8.3个百分点",
         "不落后为绿灯，落后不超过10个百分点为黄灯，超过为红灯，应完成2家，已完成2家"],
    ),
    "a monthly plan": (
        replace(FLOW, curve=((month_end(3), D(130)),)), figure(6, "100"),
        ["100 ÷ 520 = 19.2%", "分月计划应完成130亿元 = 25.0%", "19.2 − 25.0 = −5.8个百分点",
         "不落后为绿灯，落后不超过10个百分点为黄灯，超过为红灯", "70亿元（余6个月）"],
    ),
    "reached before the plan begins": (
        replace(FLOW, curve=((month_end(9), D(390)),)), figure(6, "520"),
        ["520 ÷ 520 = 100.0%", "计划2025年9月30日起才有安排 = 0.0%", "100.0 − 0.0 = +100.0个百分点",
         "已达到目标要求"],
    ),
    "missed at closing": (
        replace(FLOW, due_on=month_end(6)), figure(6, "509.6"),
        ["509.6 ÷ 520 = 98.0%", "6个月已过6个月 = 100.0%", "98.0 − 100.0 = −2.0个百分点",
         "已到期，未达到目标要求"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STEPS)
def test_steps(case):
    promise, report, expected = STEPS[case]
    found = steps(judged(promise, [report], OCTOBER))
    assert [how for _what, how in found] == expected
    names = ["完成率", "序时进度", "进度差", "亮灯", "后续月均需完成"]
    assert [what for what, _how in found] == names[: len(expected)]


BY_LEVEL = {
    "a place in reach": (RANK, "4", ["前2位", "4位", "2位", "相差不超过2位为黄灯，超过为红灯"]),
    "a place reached": (RANK, "2", ["前2位", "2位", "已达到目标要求"]),
    "growing too slowly": (
        GROWTH, "5.5", ["不低于6%", "5.5%", "0.5个百分点", "未达到但未下降为黄灯，下降为红灯"],
    ),
    "no growth is wanted": (
        replace(GROWTH, target_value=D(0)), "-0.5",
        ["不低于0%", "−0.5%", "0.5个百分点", "相差不超过1个百分点为黄灯，超过为红灯"],
    ),
    "a ratio just missed": (
        LEVEL, "97.2", ["不低于98%", "97.2%", "0.8个百分点", "相差不超过1个百分点为黄灯，超过为红灯"],
    ),
    "a level lost": (
        replace(STOCK, baseline_value=D(255)), "149",
        ["不少于151家", "149家", "2家", "相差不超过5%（按目标值计）为黄灯，超过为红灯"],
    ),
    "no baseline but met": (
        replace(STOCK, baseline_value=None), "151", ["不少于151家", "151家", "已达到目标要求"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_LEVEL)
def test_steps_of_what_has_no_pace(case):
    promise, value, expected = BY_LEVEL[case]
    found = steps(judged(promise, [figure(6, value)], OCTOBER))
    assert [how for _what, how in found] == expected
    names = ["年度目标", "完成情况", "相差", "亮灯"]
    assert [what for what, _how in found] == [n for n in names if n != "相差" or len(expected) == 4]


@pytest.mark.parametrize(
    ("baseline", "month", "value", "is_told"),
    [(None, 6, "149", True), (None, 6, "151", False), (None, 12, "149", False), (D(131), 6, "149", False)],
)
def test_a_missing_baseline_is_told_only_where_it_leaves_no_light(baseline, month, value, is_told):
    found = judged(replace(STOCK, baseline_value=baseline), [figure(month, value)], YEAR_END)
    assert ("缺上年基数" in sentence(found, YEAR_END, "zh-hans")) is is_told


def test_steps_of_a_rule_without_tolerance():
    rule = replace(RULE, rank_band=0)
    found = steps(judged(RANK, [figure(6, "3")], OCTOBER, rule), rule=rule)
    assert dict(found)["亮灯"] == "未达到即为红灯"


def test_steps_of_nodes():
    found = steps(judged(NODES, [figure(6)], OCTOBER))
    assert found == [
        ("节点", "2个已完成0个"),
        ("亮灯", "节点到期未完成为黄灯，超过30日为红灯，最终节点到期未完成为逾期"),
    ]


def test_nodes_under_a_rule_without_amber():
    rule = replace(RULE, name="两档制", has_amber=False)
    found = judged(NODES, [figure(6)], OCTOBER, rule)
    assert sentence(found, OCTOBER, "zh-hans") == (
        "2个节点已完成0个，应于2025年6月30日完成的节点尚未完成，已过112天"
        "（按《两档制》第1版，到期未完成即为红灯）。"
    )
    turns = "节点到期未完成为红灯，最终节点到期未完成为逾期"
    assert dict(steps(found, rule=rule))["亮灯"] == turns
    english = [sentence(found, OCTOBER, "en"), dict(steps(found, "en", rule))["light"]]
    assert english[1] == "red once a node is due, overdue once the final node is past"
    assert "red from its day on" in english[0]


@pytest.mark.parametrize(("days_left", "marks"), [(16, []), (15, ["临期"]), (1, ["临期"]), (0, [])], ids=str)
@pytest.mark.parametrize("has_amber", [True, False])
def test_a_node_due_soon_is_marked_whatever_light_it_turns(has_amber, days_left, marks):
    found = judged(NODES, [], OCTOBER, replace(RULE, has_amber=has_amber))
    columns = ("marks", "override_light", "override_until", "amber_on", "red_on")
    row = SimpleNamespace(
        state="active", firmness="expected", **{name: getattr(found, name) for name in columns}
    )
    target = SimpleNamespace(
        row=row, status=found.light, firmness="expected", words=None, figure=None, carried=False
    )
    with translation.override("zh-hans"):
        assert explain.marks(target, date(2025, 6, 30) - timedelta(days_left)) == marks


def test_steps_of_an_amber_that_turned_red():
    rule = replace(RULE, escalate_after=2)
    found = steps(judged(FLOW, [figure(5, "200"), figure(6, "250")], OCTOBER, rule), rule=rule)
    assert dict(found)["亮灯"].endswith("超过为红灯，连续2期滞后，由黄灯升级为红灯")


def test_steps_of_a_rule_with_a_green_band():
    rule = replace(RULE, green_band=D(10), amber_band=D(30))
    found = steps(judged(FLOW, [figure(6, "265.2")], OCTOBER, rule), rule=rule)
    assert dict(found)["亮灯"] == "落后不足10个百分点为绿灯，不超过30个百分点为黄灯，超过为红灯"


@pytest.mark.parametrize("case", SENTENCES)
def test_steps_reckon_what_the_columns_hold(case):
    promise, reports, on, _expected = SENTENCES[case]
    found = judged(promise, reports, on)
    told = {what: how.replace("−", "-") for what, how in steps(found)}
    if "attainment" not in found.explanation:
        assert "完成率" not in told
        return
    assert told["完成率"].endswith(f"= {found.attainment}%")
    assert told["序时进度"].endswith(f"{found.expected}%")
    first, second, gap = re.fullmatch(r"(\S+) - (\S+) = (\S+)个百分点", told["进度差"]).groups()
    assert D(first) - D(second) == D(gap) == found.gap
    assert {D(first), D(second)} == {found.attainment, found.expected}


@pytest.mark.parametrize(("unit", "told"), [("%", "个百分点"), ("亿元", "亿元"), ("家", "家")])
def test_two_percentages_differ_by_points(unit, told):
    assert explain.unit_of_change(unit) == told


@pytest.mark.parametrize(
    ("value", "before", "words"),
    [
        ("218.9", "218.4", "+0.5亿元"), ("218.4", "218.9", "−0.5亿元"), ("219.4", "218.4", "+1亿元"),
        ("218.4", "218.4", "0亿元"), (None, "218.4", ""), ("218.4", None, ""),
    ],
)  # fmt: skip
def test_what_moved_since_the_figure_before(value, before, words):
    assert explain.moved(value and D(value), before and D(before), "亿元") == words


def test_a_goal_missed_by_less_than_the_percentage_shows_is_told_in_its_unit_before_closing_too():
    found = judged(FLOW, [figure(9, "519.99")], OCTOBER)
    assert (found.attainment, status_of(found, OCTOBER)) == (D(100), Status.GREEN)
    assert "0.01亿元" in sentence(found, OCTOBER, "zh-hans")


def test_a_place_is_promised_among_the_first():
    """Nobody says 不超过3位."""
    said = [
        explain.goal("lte", D(3), "位", measure="rank"),
        explain.goal("lt", D(4), "位", measure="rank"),
        explain.reading("lte", D(3), "位", 0, measure="rank"),
        explain.goal("eq", D(3), "位", measure="rank"),
    ]
    assert said == ["前3位", "前3位", "前3位", "=3位"]
