"""The ledger against a plain reading of all facts.

Random histories of two targets, and of a third added meanwhile, are played through the models and
noted in a journal beside them. Whatever is asked then (the status on a day, as known at a moment)
must be what judging the journal's facts afresh answers.
"""

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings

from targets.models import LightRule, ReportingPeriod, Target, TargetRevision
from targets.rules.facts import Node
from targets.status import Status
from tests.factories import at, author, coordinator, make_plan, make_target, reviewer
from tests.models.histories import PAIRS, histories, histories_with
from tests.models.journal import JUDGED, last_moment
from tests.models.newest import newest_by_search
from tests.models.office import Office, deputy

pytestmark = pytest.mark.django_db


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


FAR_ON = date(2100, 1, 1)  # on or after any day on which this test is run


def check(plans, history):
    office = Office(plans[history.rule % len(plans)], history.starts, history.goals)
    asked = []
    for act, question in zip(history.acts, cycle(history.questions), strict=False):
        office.play(act)
        # Of a moment that has passed, no act may change what was shown.
        asked = [
            (asked_for, shown) for asked_for, shown in asked if last_moment(asked_for[1]) < office.moment
        ]
        asked_for = office.to_ask(question)
        asked.append((asked_for, office.shown(*asked_for)))
    for asked_for, shown in asked:
        again = office.shown(*asked_for)
        assert again == office.expected(*asked_for)
        assert shown.items() <= again.items()  # what was added since is shown of no moment before
    for question in history.questions:
        asked_for = office.to_ask(question)
        assert office.shown(*asked_for) == office.expected(*asked_for)
    for day in [*office.days(), office.today, FAR_ON]:
        assert office.shown(day) == office.expected(day, office.moment)
    for journal in office.journals:
        check_target(journal, office)
    return office


def check_target(journal, office):
    target = Target.objects.get(pk=journal.target.pk)
    rows = list(target.assessments.order_by("pk"))
    assert target.current == max(rows, key=lambda row: (row.effective_on, row.pk))
    assert (target.newest_report, target.newest_figure) == newest_by_search(target)
    recorded = [row.recorded_at for row in rows]
    assert recorded == sorted(recorded)
    promise = journal.today(office.moment)
    assert {name: target.column(name) for name in JUDGED} == {n: getattr(promise, n) for n in JUDGED}
    nodes = {node.key: node for node in promise.nodes}
    for node in target.milestones.filter(pk__in=nodes):
        assert Node(node.pk, node.due_on, node.order, node.weight, node.follows_deadline) == nodes[node.pk]
    for moment in office.moments[::4]:
        facts = target.facts(moment)
        assert facts.commitments == journal.commitments(moment)
        assert in_any_order(facts.reports) == in_any_order(journal.reports(moment))


def in_any_order(reports):
    return Counter(replace(report, done=tuple(sorted(report.done))) for report in reports)


@pytest.fixture
def plans():
    """One for each shipped rule; periods open before they end, as where units file that early."""
    author(), reviewer(), coordinator(), deputy()
    plans = [
        make_plan(f"P{number}", light_rule=rule)
        for number, rule in enumerate(LightRule.objects.order_by("pk"))
    ]
    ReportingPeriod.objects.update(opens_on=F("period_end") - timedelta(20))
    return plans


each_example_is_rolled_back = [HealthCheck.function_scoped_fixture]


@settings(max_examples=12, suppress_health_check=each_example_is_rolled_back)
@given(history=histories(12))
def test_ledger_answers_as_judging_all_facts_afresh_does(plans, history):
    with rolled_back():
        check(plans, history)


@pytest.mark.parametrize("both", [both for n, both in enumerate(PAIRS) if both not in PAIRS[:n]])
def test_ledger_answers_after_two_acts_that_seldom_meet(plans, both):
    @settings(max_examples=3)
    @given(history=histories_with(both))
    def play(history):
        with rolled_back():
            check(plans, history)

    play()


@pytest.mark.slow
def test_ledger_answers_over_many_histories_with_every_kind_of_act(plans):
    played = Counter()

    @settings(max_examples=30)
    @given(history=histories(30))
    def play(history):
        with rolled_back():
            played.update(check(plans, history).played)

    play()
    kinds = set(TargetRevision.Kind.values) - {"open"}
    others = {"add", "define", "node added", "curve with monthly plan", "curve drops monthly plan", "refused"}
    assert {f"sign {kind}" for kind in kinds} | others <= set(played)


# --- the example of the rule -----------------------------------------------------------------


def move(node, day, due_on, effective_on=None):
    """A node's date, asked and signed on one day."""
    revision = node.target.ask(
        "node", by=coordinator(), effective_on=effective_on or day, changes={"due_on": due_on},
        reason="工期调整", at=at(day), milestone=node,
    )  # fmt: skip
    revision.approve(by=deputy(), at=at(day))


def test_a_backdated_move_leaves_no_earlier_verdict_standing():
    """A day whose verdict was the day before's still has its own row, for a later act to find."""
    first, second, final = date(2025, 5, 31), date(2025, 6, 30), date(2025, 12, 31)
    target = make_target(measure="milestone", nodes=[first, second, final])
    node = target.milestones.get(due_on=second)
    move(node, date(2025, 1, 20), date(2025, 6, 20))
    move(node, date(2025, 2, 4), date(2025, 6, 15))  # the next node stays the first: the same verdict
    rows = target.assessments.order_by("effective_on", "pk")
    by_then = [date(2025, 1, 1), date(2025, 1, 20), date(2025, 2, 4)]
    assert sorted(set(rows.values_list("effective_on", flat=True))) == by_then
    assert {name: getattr(rows[len(rows) - 1], name) for name in ("light", "amber_on", "marks")} == {
        name: getattr(rows[len(rows) - 2], name) for name in ("light", "amber_on", "marks")
    }
    move(node, date(2025, 2, 19), date(2025, 4, 15), effective_on=date(2025, 1, 30))

    def shown(on, known_at=None):
        return Target.objects.with_status(on=on, known_at=known_at).get(pk=target.pk).status

    assert shown(date(2025, 4, 16)) == Status.GREEN
    assert shown(date(2025, 2, 3)) == Status.GREEN
    assert [row.amber_on for row in rows.filter(effective_on=date(2025, 1, 30))] == [date(2025, 4, 15)]
    assert [row.amber_on for row in rows.filter(effective_on=date(2025, 2, 4))][-1] == first
    assert shown(first) == Status.AMBER
