"""No sentence contradicts its light: every kind of promise, at, just below and just above each bound."""

from dataclasses import replace
from decimal import Decimal as D
from itertools import product

import pytest
from django.utils import translation

from targets import explain
from targets.rules.case import Case
from targets.rules.facts import Commitment, Facts, Light
from targets.rules.judge import judge
from targets.rules.sides import sides
from targets.status import status_of
from tests.rules.cases import NEW_YEAR, RULE, YEAR_END, figure, month_end

RULES = {
    "default": RULE,
    "10/30": replace(RULE, green_band=D(10), amber_band=D(30)),
    "two classes": replace(RULE, has_amber=False),
    "by share": replace(RULE, amber_share=D(30)),
    "escalating": replace(RULE, escalate_after=2),
}
UNITS = (
    ("flow", "亿元"), ("flow", "家"), ("stock", "亿元"), ("stock", "家"), ("ratio", "%"), ("ratio", "微克"),
    ("growth", "%"), ("rank", "位"),
)  # fmt: skip
BELOW, ABOVE = D(448), D(601)  # baselines from which the goal of 520 is a way up, or reached
GOOD = {Light.GREEN, Light.ON_TARGET, Light.DONE}
BAD = {Light.RED, Light.AMBER, Light.MISSED}
GRACES = ("应完成", "按序时可至", "按“左右”", "落后不足")
FAULTS = ("欠", "超出", "恰为", "已超过上限", "已低于下限", "反减", "升级")


def promises():
    """Each measure with each comparator that it takes, in amounts, percentages and whole things."""
    for measure, unit in UNITS:
        yield from promises_of(measure, unit)


def promises_of(measure, unit):
    ways = {name: [""] for name in ("gte", "gt", "lte", "lt")}
    ways |= {name: ["higher", "lower", "within"] for name in ("eq", "approx", "between")}
    decimals = {"亿元": 2, "%": 1, "微克": 1}.get(unit, 0)
    for comparator in ways:
        if measure == "rank" and comparator not in ("lte", "lt", "eq"):
            continue
        goal = D(2) if measure == "rank" else D(6) if measure == "growth" else D(520)
        for direction, baseline, basis in product(ways[comparator], (None, BELOW, ABOVE), ("net", "gross")):
            if baseline is not None and measure not in ("stock", "ratio"):
                continue
            if basis == "gross" and measure not in ("stock", "ratio"):
                continue
            if basis == "gross" and baseline == BELOW:
                continue  # as without a baseline
            yield Commitment(
                measure,
                "active",
                comparator,
                goal,
                upper_value=goal + 20 if comparator == "between" else None,
                direction=direction,
                baseline_value=baseline,
                basis=basis,
                unit_of_measure=unit,
                decimals=decimals,
            )


def bounds(promise, rule, month):
    """The values at which something turns: the goals, what 左右 leaves, and the borders of the bands."""
    found = set()
    report = figure(month, "0")
    case = Case(promise, report, D(0), rule, NEW_YEAR, YEAR_END)
    for side in sides(promise, rule):
        start = promise.baseline_value if promise.basis == "net" and promise.baseline_value else D(0)
        way = side.goal - start
        share = D(month) / 12
        points = {D(0), rule.green_band, rule.amber_band, share * 30}
        found |= {start + way * (share - point / 100) for point in points}
        found |= {start + way * (share + point / 100) for point in points}
        found |= {side.goal, side.met_at, side.goal * D("1.05"), side.goal * D("0.95"), start, D(0)}
    return {round(value, promise.decimals or 2) for value in found} | {case.goal}


def judged():
    """(promise, rule's name, month, value, verdict) at, just below and just above every bound."""
    for promise, (name, rule), month in product(promises(), RULES.items(), (11, 12)):
        if promise.measure not in ("flow", "stock") and name in ("10/30", "by share", "escalating"):
            continue  # bands of the pace, played with what has one always
        step = D(1) if promise.unit_of_measure in ("家", "位") else D("0.01")
        values = {round(value, 0) if step == 1 else value for value in bounds(promise, rule, month)}
        for value in sorted({value + sign * step for value in values for sign in (-1, 0, 1)}):
            if promise.measure == "rank" and value < 1:
                continue
            reports = (figure(month - 1, str(value)), figure(month, str(value)))
            facts = Facts(((NEW_YEAR, promise),), reports, rule, NEW_YEAR, YEAR_END)
            yield promise, name, month, value, judge(facts, month_end(month))


def contradictions(found, said):
    """What a reader would find odd, if anything."""
    light, numbers = found.light, found.explanation
    lag = found.lag
    if light in BAD:
        if "持平" in said and "与上年同期持平" not in said:
            yield "on schedule, but no good light"
        if lag is not None and lag <= 0 and not any(word in said for word in FAULTS):
            yield "ahead, but no good light"
    if light in GOOD:
        if lag is not None and lag > 0 and not any(word in said for word in GRACES):
            yield "behind, but a good light"
        if (
            any(word in said for word in ("欠", "恰为", "已超过上限", "已低于下限"))
            and light is not Light.GREEN
        ):
            yield "met, but something is missing"
    is_all = light is Light.MISSED and numbers.get("attainment") == "100.0"
    if is_all and not any(word in said for word in FAULTS):
        yield "all of it reached, but missed"
    if light is Light.DONE and lag is not None and lag > 0 and "左右" not in said:
        yield "short of it, but done"


@pytest.mark.slow
def test_no_sentence_contradicts_its_light():
    wrong, seen = {}, set()
    with translation.override("zh-hans"):
        for promise, name, month, value, found in judged():
            status = status_of(found, month_end(month))
            said = explain.reason(found.explanation, status, month_end(month))
            seen.add((found.explanation["key"], found.light))
            for odd in contradictions(found, said):
                kind = (odd, promise.measure, promise.comparator, promise.direction, found.light.name)
                wrong.setdefault(kind, f"{name}, {value}: {said}")
    assert not wrong, "\n".join(f"{kind} {said}" for kind, said in wrong.items())
    assert {light for _key, light in seen} >= GOOD | BAD
    assert {key for key, _light in seen} == {
        "flow", "stock", "gross", "level", "no_baseline", "ratio", "rank", "growth",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("comparator", "value", "words"),
    [
        ("gte", "519.8", "完成率100.0%，序时进度100.0%，欠0.2亿元"),
        ("gt", "520", "完成率100.0%，序时进度100.0%，恰为520亿元，须超过"),
        ("lte", "520.2", "完成率100.0%，序时进度100.0%，超出0.2亿元"),
        ("lt", "520", "完成率100.0%，序时进度100.0%，恰为520亿元，须低于"),
    ],
)
def test_what_rounding_hides_is_told_in_units(comparator, value, words):
    promise = Commitment("flow", "active", comparator, D(520), unit_of_measure="亿元", decimals=2)
    facts = Facts(((NEW_YEAR, promise),), (figure(12, value),), RULE, NEW_YEAR, YEAR_END)
    found = judge(facts, YEAR_END)
    with translation.override("zh-hans"):
        said = explain.reason(found.explanation, status_of(found, YEAR_END), YEAR_END)
    assert found.light is Light.MISSED
    assert words in said
