"""What must hold of every verdict, whatever the models accept."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from targets.rules.facts import Commitment, Facts, Light, Node, Report, Rule
from targets.rules.judge import judge
from targets.rules.quantities import is_whole
from targets.rules.sides import LOWER, direction
from tests.rules.cases import NEW_YEAR, YEAR_END, month_end

LIMIT = Decimal("99999.9")
# From bad to good, among the lights that a figure can have.
SEVERITY = {Light.MISSED: 0, Light.RED: 1, Light.AMBER: 2, Light.GREEN: 3, Light.ON_TARGET: 4, Light.DONE: 4}

DAYS = st.dates(date(2024, 6, 1), date(2026, 6, 30))
AMOUNTS = st.decimals(-(10**11) + 1, 10**11 - 1, places=4) | st.decimals(-10, 1000, places=1)
COUNTS = st.integers(0, 10**11 - 1).map(Decimal) | st.integers(0, 200).map(Decimal)
BANDS = st.decimals(0, 100, places=1)
SHARES = st.none() | st.sampled_from([Decimal(30), Decimal(50)])
RULES = st.builds(
    Rule,
    name=st.just("规则"),
    version=st.just(1),
    green_band=st.sampled_from([Decimal(0), Decimal(10)]),
    amber_band=BANDS,
    amber_share=SHARES,
    has_amber=st.booleans(),
    level_band=BANDS,
    rate_band=BANDS,
    rank_band=st.integers(0, 3),
    grace_units=st.integers(0, 3),
    node_days=st.integers(0, 90),
    about_rate=BANDS,
    about_amount=BANDS,
    escalate_after=st.integers(0, 3),
)
NODES = st.lists(
    st.builds(
        Node,
        key=st.integers(1, 5),
        due_on=st.none() | DAYS,
        order=st.integers(0, 2),
        weight=st.none() | st.decimals(0, 20, places=2),
    ),
    max_size=4,
    unique_by=lambda node: node.key,
).map(tuple)

FLOORS = ("gte", "gt")
COMPARATORS = (*FLOORS, "lte", "lt", "eq", "approx", "between")
MEASURES = ("flow", "stock", "rank", "growth", "ratio")
UNLIT_STATES = ("undefined", "watch", "suspended", "cancelled")


def is_thing(promise):
    return is_whole(promise.decimals, promise.unit_of_measure, promise.measure)


@st.composite
def promises(draw, measures=(*MEASURES, "milestone"), states=("active", "closed"), comparators=COMPARATORS):
    """A commitment that the models accept."""
    decimals, unit = draw(st.integers(0, 2)), draw(st.sampled_from(["亿元", "家", "%", ""]))
    measure = draw(st.sampled_from(measures))
    if measure == "rank":
        comparators = tuple(set(comparators) & {"lte", "lt", "eq"}) or ("lte",)
    numbers = COUNTS if is_whole(decimals, unit, measure) else AMOUNTS
    comparator = draw(st.sampled_from(sorted(comparators)))
    least = 0 if comparator in ("lte", "lt") else Decimal("0.0001")
    if measure == "rank" or (comparator == "lt" and measure != "growth"):
        least = 1 + (comparator == "lt")
    target_value = draw(numbers if measure == "growth" else numbers.filter(lambda value: value >= least))
    starts_on, due_on = draw(st.none() | DAYS), draw(st.none() | DAYS)
    months = draw(st.sets(st.integers(1, 12), max_size=3))
    return Commitment(
        measure=measure,
        state=draw(st.sampled_from(states)),
        comparator=comparator,
        target_value=target_value,
        upper_value=target_value + draw(st.integers(0, 9)) if comparator == "between" else None,
        direction=draw(st.sampled_from(["higher", "lower", "within"])),
        # Often at the very value to reach, or one beside it.
        baseline_value=draw(st.none() | numbers | st.integers(-1, 1).map(lambda n: target_value + n)),
        basis=draw(st.sampled_from(["net", "gross"])),
        unit_of_measure=unit,
        decimals=decimals,
        starts_on=starts_on,
        due_on=due_on and max(due_on, starts_on or NEW_YEAR),
        nodes=draw(NODES),
        curve=tuple((month_end(month), draw(numbers)) for month in sorted(months)),
        override_light=draw(st.sampled_from([None, Light.GREEN, Light.RED])),
        override_until=draw(DAYS),
        revised=draw(st.booleans()),
    )


LIT = promises()
FIGURES = promises(measures=MEASURES)
RISING = promises(measures=("flow", "stock", "growth", "ratio"), comparators=FLOORS)
UNLIT = promises(measures=(*MEASURES, "milestone", "qualitative"), states=UNLIT_STATES)


@st.composite
def histories(draw, promise=LIT | UNLIT):
    """Facts about one target: a promise that may have changed, and reports of some months."""
    first = draw(promise)
    later = [(day, draw(promise)) for day in sorted(draw(st.lists(DAYS, max_size=2)))]
    values = COUNTS if is_thing(first) else AMOUNTS
    reports = []
    for month in draw(st.sets(st.integers(1, 12), min_size=1, max_size=5)):
        done = st.tuples(st.integers(1, 5), DAYS)
        reports.append(
            Report(
                period_end=month_end(month),
                effective_on=month_end(month) - timedelta(draw(st.sampled_from([0, 0, 5]))),
                value=draw(st.none() | values),
                preliminary=draw(st.booleans()),
                revision_no=draw(st.integers(1, 3)),
                done=tuple(draw(st.lists(done, max_size=2, unique_by=lambda pair: pair[0]))),
            )
        )
    commitments = ((NEW_YEAR, first), *((day, promise) for day, promise in later if day > NEW_YEAR))
    return Facts(commitments, tuple(reports), draw(RULES), NEW_YEAR, YEAR_END)


@given(facts=histories(), day=DAYS)
def test_every_verdict_is_whole_and_fits_its_columns(facts, day):
    found = judge(facts, day)
    assert (found is None) == (day < NEW_YEAR)
    if found is None:
        return
    assert isinstance(found.light, Light)
    assert json.loads(json.dumps([found.marks, found.explanation])) == [found.marks, found.explanation]
    assert not (found.settled and found.light is not Light.DONE)
    assert found.amber_on <= found.red_on or not facts.rule.has_amber
    for percentage in (found.attainment, found.expected, found.gap):
        assert percentage is None or (percentage.as_tuple().exponent == -1 and -LIMIT <= percentage <= LIMIT)


@given(facts=histories(FIGURES))
def test_attainment_less_expected_is_the_gap_wherever_printed(facts):
    for day in facts.effective_days():
        found = judge(facts, day)
        if found and found.gap is not None:
            assert found.gap == found.attainment - found.expected
            assert 0 <= found.expected <= 100
            promise = found.commitment
            uses_up = promise.measure == "flow" and direction(promise) == LOWER
            assert found.lag == (found.gap if uses_up else -found.gap)
        elif found:
            assert (found.attainment, found.expected, found.lag) == (None, None, None)


@given(facts=histories(), day=DAYS, shuffled=st.randoms(use_true_random=False))
def test_order_of_the_reports_does_not_matter(facts, day, shuffled):
    reports = [replace(r, done=tuple(shuffled.sample(r.done, len(r.done)))) for r in facts.reports]
    shuffled.shuffle(reports)
    assert judge(replace(facts, reports=tuple(reports)), day) == judge(facts, day)


@given(facts=histories(), day=DAYS)
def test_what_takes_effect_later_does_not_matter(facts, day):
    """A report not yet in effect still says which nodes were done by then."""
    known = []
    for report in facts.reports:
        done = tuple((key, done_on) for key, done_on in report.done if done_on <= day)
        if report.effective_on > day:
            report = replace(report, value=Decimal(7), revision_no=9)
        known.append(replace(report, done=done))
    commitments = tuple(pair for pair in facts.commitments if pair[0] <= day)
    assert judge(replace(facts, commitments=commitments, reports=tuple(known)), day) == judge(facts, day)


@given(facts=histories(), day=DAYS)
def test_a_verdict_holds_until_the_next_fact_takes_effect(facts, day):
    days = sorted(facts.effective_days())
    earlier = [effective_on for effective_on in days if effective_on <= day]
    assume(earlier)
    assert judge(facts, earlier[-1]) == judge(facts, day)


@given(facts=histories(RISING), more=st.integers(1, 10**6) | st.integers(1, 20))
def test_a_larger_figure_never_makes_the_light_worse(facts, more):
    for newest in facts.reports:
        if newest.value is None:
            continue
        so_far = [report for report in facts.reports if report.period_end <= newest.period_end]
        raised = [replace(r, value=r.value + more) if r is newest else r for r in so_far]
        before, after = (judge(replace(facts, reports=tuple(r)), YEAR_END) for r in (so_far, raised))
        if before.light in SEVERITY:
            assert SEVERITY[after.light] >= SEVERITY[before.light]


@given(facts=histories(UNLIT), day=DAYS)
def test_a_state_without_light_never_gets_one(facts, day):
    found = judge(facts, day)
    assume(found is not None)
    assert (found.light, found.gap) == (Light[found.commitment.state.upper()], None)
