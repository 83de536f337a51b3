"""What the explanation tells must be what the columns hold, and what the light was read from."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from targets.rules.facts import Commitment, Facts, Light
from targets.rules.judge import judge
from targets.rules.quantities import half_up
from tests.rules.cases import NEW_YEAR, RULE, YEAR_END, figure, month_end
from tests.rules.test_judge_properties import (
    COUNTS,
    DAYS,
    FIGURES,
    LIMIT,
    RULES,
    histories,
    promises,
)

COLUMNS = ("attainment", "expected", "gap")


def told(found):
    """The percentages of the explanation, as the columns would hold them."""
    said = [found.explanation.get(name) for name in COLUMNS]
    return tuple(None if text is None else Decimal(text) for text in said)


def judged(facts):
    """Every verdict of a history that was read from a figure."""
    verdicts = [judge(facts, day) for day in sorted(facts.effective_days())]
    return [found for found in verdicts if found and "needed" in found.explanation]


@given(facts=histories(FIGURES))
def test_every_number_told_is_the_columns(facts):
    for found in judged(facts):
        said = found.explanation
        assert told(found) == (found.attainment, found.expected, found.gap)
        assert Decimal(said["value"]) == found.value
        assert date.fromisoformat(said["period_end"]) == found.period_end
        assert Light(said["light"]) is found.light
        assert (said["rule"], said["version"]) == (facts.rule.name, facts.rule.version)


@given(facts=histories(FIGURES))
def test_attainment_is_the_value_over_what_is_needed(facts):
    for found in judged(facts):
        if found.attainment is None or abs(found.gap) == LIMIT or abs(found.attainment) == LIMIT:
            continue
        said = found.explanation
        base = Fraction(said.get("baseline", "0"))
        share = (Fraction(said["value"]) - base) / (Fraction(said["needed"]) - base)
        assert half_up(100 * share, 1) == found.attainment


@given(facts=histories(FIGURES))
def test_expected_progress_is_the_months_or_the_plan(facts):
    for found in judged(facts):
        said = found.explanation
        if found.expected is None:
            continue
        if "planned_from" in said:
            assert found.period_end < date.fromisoformat(said["planned_from"])
            assert found.expected == 0
        elif "planned" not in said:
            assert half_up(Fraction(100 * said["passed"], said["of"]), 1) == found.expected
        else:
            base, needed = Fraction(said.get("baseline", "0")), Fraction(said["needed"])
            if needed != base:
                share = (Fraction(said["planned"]) - base) / (needed - base)
                assert half_up(100 * max(Fraction(0), min(Fraction(1), share)), 1) == found.expected


@given(facts=histories(FIGURES))
def test_what_grace_decided_is_told_in_units(facts):
    for found in judged(facts):
        said = found.explanation
        if "due_units" in said:
            short = Decimal(said["due_units"]) - Decimal(said["done_units"])
            assert short <= (facts.rule.grace_units if found.light is not Light.GREEN else 0)


# --- a ceiling is a floor seen in a mirror ---------------------------------------------------

MIRRORED = {"gte": "lte", "gt": "lt"}
FROM_A_BASELINE = promises(measures=("stock", "ratio"), comparators=tuple(MIRRORED)).map(
    lambda promise: replace(
        promise,
        basis="net",
        baseline_value=Decimal(0) if promise.baseline_value is None else promise.baseline_value,
    )
)


def negative(value):
    return None if value is None else -value


def mirrored(facts):
    promise = facts.commitments[0][1]
    promise = replace(
        promise,
        comparator=MIRRORED[promise.comparator],
        target_value=-promise.target_value,
        baseline_value=-promise.baseline_value,
        curve=tuple((day, -value) for day, value in promise.curve),
    )
    reports = tuple(replace(report, value=negative(report.value)) for report in facts.reports)
    return replace(facts, commitments=((NEW_YEAR, promise),), reports=reports)


@given(facts=histories(FROM_A_BASELINE), day=DAYS)
def test_a_ceiling_on_a_level_mirrors_a_floor(facts, day):
    facts = replace(facts, commitments=facts.commitments[:1])
    assume(day >= NEW_YEAR)
    floor, ceiling = judge(facts, day), judge(mirrored(facts), day)
    assert (ceiling.light, ceiling.attainment, ceiling.expected, ceiling.gap, ceiling.settled) == (
        floor.light, floor.attainment, floor.expected, floor.gap, floor.settled,
    )  # fmt: skip
    exceeded = {code: n for code, n in floor.marks.items() if code != "exceeded"}
    assert ceiling.marks == exceeded


@given(
    target_value=COUNTS.filter(bool),
    value=COUNTS,
    month=st.integers(1, 11),
    rule=RULES,
    unit=st.sampled_from("家%"),
)
def test_a_ceiling_on_a_running_total_is_behind_where_a_floor_is_ahead(
    target_value, value, month, rule, unit
):
    assume(value < target_value)  # what is reached is done, what is exceeded is not
    floor = Commitment("flow", "active", "gte", target_value, unit_of_measure=unit)
    found = [
        judge(Facts(((NEW_YEAR, promise),), (figure(month, value),), rule, NEW_YEAR, YEAR_END), YEAR_END)
        for promise in (floor, replace(floor, comparator="lte"))
    ]
    assert (found[0].attainment, found[0].expected) == (found[1].attainment, found[1].expected)
    assert found[1].gap == found[0].gap
    assert found[1].lag == -found[0].lag


# --- what no longer adds up ------------------------------------------------------------------


@given(facts=histories(), day=DAYS, lost=st.sampled_from(["target_value", "upper_value", "baseline_value"]))
def test_a_promise_that_lost_a_number_is_to_be_defined_and_no_error(facts, day, lost):
    changed = tuple((since, replace(promise, **{lost: None})) for since, promise in facts.commitments)
    found = judge(replace(facts, commitments=changed), day)
    if found is None or found.commitment.measure == "milestone":
        return
    needed = {"target_value": True, "upper_value": found.commitment.comparator == "between"}
    if needed.get(lost) and found.commitment.state in ("active", "closed"):
        assert (found.light, found.gap) == (Light.UNDEFINED, None)


def test_amber_is_not_escalated_by_a_time_when_nothing_was_promised():
    unstated = Commitment("flow", "active", "gte", None, unit_of_measure="亿元")
    stated = replace(unstated, target_value=Decimal(520))
    facts = Facts(
        ((NEW_YEAR, unstated), (date(2025, 6, 1), stated)),
        (figure(5, "200"), figure(6, "250")),
        replace(RULE, escalate_after=2),
        NEW_YEAR,
        YEAR_END,
    )
    assert judge(facts, month_end(5)).light is Light.UNDEFINED
    assert (judge(facts, month_end(6)).light, judge(facts, month_end(6)).marks) == (Light.AMBER, {})
