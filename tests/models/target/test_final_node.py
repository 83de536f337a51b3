"""A milestone target without nodes ends with one that follows its deadline."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection

from targets.models import Milestone, Target, TargetRevision
from targets.models.ledger import bulk
from targets.reporting import Reporting
from targets.status import Status
from tests.factories import add_to_plan, at, coordinator, file_entry, make_node, make_plan, make_target
from tests.models.office import deputy
from tests.models.revisions import fill
from tests.refusals import refused
from tests.reports import answer

pytestmark = pytest.mark.django_db

SEPTEMBER, YEAR_END = date(2025, 9, 30), date(2025, 12, 31)


def shown(target, on, known_at=None):
    return Status(Target.objects.with_status(on=on, known_at=known_at).get(pk=target.pk).status)


def final(target):
    node = target.milestones.get(follows_deadline=True)
    return node.title, node.due_on, node.falls_due_on


def changed(target, kind, day, **changes):
    """Asked and signed on one day."""
    revision = target.ask(
        kind, by=coordinator(), effective_on=day, changes=changes, document_no="1号", reason="调整",
        at=at(day),
    )  # fmt: skip
    revision.approve(by=deputy(), at=at(day))
    target.refresh_from_db()


def goal(**fields):
    return make_target(**{"measure": "milestone", "due_on": SEPTEMBER, **fields})


# --- when it is made --------------------------------------------------------------------------


def test_a_target_added_to_a_plan_in_force_gets_it_with_its_opening():
    target = goal()
    assert final(target) == ("全部完成", None, SEPTEMBER)
    assert [row.cause for row in target.assessments.all()] == ["create"]
    assert target.current.explanation["nodes"] == 1


@pytest.mark.parametrize("issue", [lambda plan, at: plan.issue(at=at), bulk.issue], ids=["alone", "in bulk"])
def test_a_draft_gets_it_when_the_plan_is_issued(issue):
    plan = make_plan(state="drafting")
    bare, noded, timeless = (goal(plan=plan), goal(plan=plan), goal(plan=plan, due_on=None))
    make_node(noded, SEPTEMBER)
    counted = make_target(plan, due_on=SEPTEMBER)
    assert not bare.milestones.exists()
    issue(plan, at=at(date(2025, 1, 10)))
    assert final(bare) == ("全部完成", None, SEPTEMBER)
    assert [each.milestones.count() for each in (noded, timeless, counted)] == [1, 0, 0]
    opening, node = bare.revisions.order_by("pk")
    assert (node.milestone, node.effective_on) == (bare.milestones.get(), opening.effective_on)
    bare.refresh_from_db()
    assert (bare.assessments.count(), bare.current.explanation["nodes"]) == (1, 1)


def test_it_comes_with_a_deadline_filled_in_later():
    target = goal(due_on=None)
    fill(target, date(2025, 3, 5), due_on=SEPTEMBER)
    assert final(target) == ("全部完成", None, SEPTEMBER)
    fill(target, date(2025, 3, 6), starts_on=date(2025, 2, 1))
    assert target.milestones.count() == 1
    rows = target.assessments.order_by("pk")
    assert [row.explanation["nodes"] for row in rows] == [0, 1, 1]


def test_it_comes_with_a_revision_that_states_a_deadline_and_holds_from_its_day():
    target = goal(due_on=None)
    changed(target, "deadline", date(2025, 4, 1), due_on=SEPTEMBER)
    assert target.revisions.get(milestone__isnull=False).effective_on == date(2025, 4, 1)
    days = [(row.effective_on, row.explanation["nodes"]) for row in target.assessments.order_by("pk")]
    assert days == [(date(2025, 1, 1), 0), (date(2025, 4, 1), 1)]


@pytest.mark.parametrize("fields", [{"due_on": None}, {"measure": "flow"}], ids=str)
def test_without_a_deadline_or_nodes_to_have_there_is_none(fields):
    assert not goal(**fields).milestones.exists()


def test_nodes_saved_before_the_opening_stand_alone():
    plan = make_plan()
    target = Target(
        plan=plan, title="道路", measure="milestone", due_on=YEAR_END, lead_unit=plan.jurisdiction
    )
    target.save(at=at(date(2025, 2, 3)))
    make_node(target, YEAR_END, at=date(2025, 2, 3))
    assert target.current is None
    add_to_plan(target, date(2025, 2, 3))
    assert [node.title for node in target.milestones.all()] == ["节点1"]
    assert target.assessments.count() == 1


# --- how it is judged -------------------------------------------------------------------------


def test_alone_it_has_no_silent_day_and_its_report_decides():
    target = goal()
    assert [shown(target, day) for day in (date(2025, 2, 1), date(2026, 3, 1))] == [Status.NO_FIGURE] * 2
    assert target.current.due_on == SEPTEMBER
    file_entry(target, 9, None, date(2025, 10, 9))
    assert shown(target, date(2025, 10, 9)) == Status.MISSED
    node = target.milestones.get()
    file_entry(target, 10, None, date(2025, 11, 4), nodes={node: date(2025, 10, 20)})
    target.refresh_from_db()
    assert (shown(target, date(2025, 11, 4)), target.current.marks) == (Status.DONE, {"late": 1})


def test_done_in_its_month_it_is_on_time():
    target = goal()
    file_entry(target, 9, None, date(2025, 10, 9), nodes={target.milestones.get(): date(2025, 9, 12)})
    target.refresh_from_db()
    assert (target.current.light, target.current.marks, target.current.settled) == (Status.DONE, {}, True)
    assert target.current.attainment == 100


def test_its_outcome_is_owed_after_the_deadline():
    target = goal()
    assert answer(target, date(2025, 11, 20)).reporting == Reporting.OUTCOME_MISSING


def test_a_revised_deadline_moves_it():
    target = goal()
    changed(target, "deadline", date(2025, 8, 1), due_on=date(2025, 11, 30))
    assert final(target) == ("全部完成", None, date(2025, 11, 30))
    file_entry(target, 9, None, date(2025, 10, 9))
    assert shown(target, date(2025, 10, 9)) == Status.NO_FIGURE
    file_entry(target, 11, None, date(2025, 12, 4))
    assert shown(target, date(2025, 12, 4)) == Status.MISSED
    assert target.milestones.count() == 1


def test_beside_an_earlier_node_silence_counts_up_to_the_deadline():
    target = goal()
    roof = make_node(target, date(2025, 6, 30), at=date(2025, 2, 3))
    row = Target.objects.select_related("current").get(pk=target.pk).current
    assert (row.amber_on, row.overdue_on) == (date(2025, 6, 30), date(2025, 10, 1))
    file_entry(target, 6, None, date(2025, 7, 3), nodes={roof: date(2025, 6, 20)})
    changed(target, "deadline", date(2025, 8, 1), due_on=YEAR_END)
    row = Target.objects.select_related("current").get(pk=target.pk).current
    assert (row.amber_on, row.overdue_on) == (YEAR_END, date(2026, 1, 1))


def test_of_two_nodes_due_on_the_deadline_it_is_the_final_one():
    target = goal()
    other = make_node(target, SEPTEMBER, at=date(2025, 2, 3), order=5)
    file_entry(target, 8, None, date(2025, 9, 3), nodes={other: date(2025, 8, 20)})
    assert shown(target, date(2025, 9, 3)) == Status.GREEN


def test_its_date_is_changed_with_the_deadline_only():
    target = goal()
    with refused("milestone"):
        target.ask(
            "node", by=coordinator(), effective_on=date(2025, 4, 1), changes={"due_on": YEAR_END},
            reason="调整", milestone=target.milestones.get(), at=at(date(2025, 4, 1)),
        )  # fmt: skip
    node = target.milestones.get()
    node.due_on = SEPTEMBER
    with pytest.raises(ValidationError):
        node.save()


# --- the question -----------------------------------------------------------------------------


def asks_for_a_last_node(target):
    return "last_node" in [gap.key for gap in target.gaps]


@pytest.mark.parametrize(
    ("last", "asks"),
    [
        (date(2025, 8, 31), True),
        (date(2025, 9, 1), False),
        (date(2025, 9, 30), False),
        (YEAR_END, False),
        (None, False),
    ],
)
def test_a_last_node_before_the_deadlines_month_is_a_question(last, asks):
    target = goal(plan=make_plan(state="drafting"))
    make_node(target, date(2025, 3, 31) if last else None)
    make_node(target, last)
    assert asks_for_a_last_node(target) is asks


def test_the_question_is_mended_by_a_revision():
    target = goal(due_on=None)
    node = make_node(target, date(2025, 6, 30))
    fill(target, date(2025, 3, 5), due_on=SEPTEMBER)
    assert asks_for_a_last_node(Target.objects.get(pk=target.pk))
    move = target.ask(
        "node", by=coordinator(), effective_on=date(2025, 4, 1), changes={"due_on": SEPTEMBER},
        reason="调整", milestone=node, at=at(date(2025, 4, 1)),
    )  # fmt: skip
    move.approve(by=deputy(), at=at(date(2025, 4, 1)))
    assert not asks_for_a_last_node(Target.objects.get(pk=target.pk))


def test_a_target_that_ends_with_its_deadline_is_no_question():
    target = goal()
    make_node(target, date(2025, 3, 31))
    assert not asks_for_a_last_node(Target.objects.get(pk=target.pk))


# --- what stood before ------------------------------------------------------------------------


def as_before_the_upgrade(target):
    """Without the node, as targets stood that were opened before there was one."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM targets_targetrevision WHERE milestone_id IS NOT NULL")
        cursor.execute("DELETE FROM targets_milestone WHERE target_id = %s", [target.pk])


@pytest.fixture
def upgrade(monkeypatch):
    """The model of that migration checks nothing."""
    monkeypatch.setattr(Milestone, "is_signed", True)
    monkeypatch.setattr(TargetRevision, "clean", lambda revision: None)
    migration = import_module("targets.migrations.0005_final_nodes_and_editions")
    return lambda: migration.end_with_a_node(apps, None)


def test_the_upgrade_gives_standing_targets_theirs_and_judges_nothing(upgrade):
    target = goal()
    as_before_the_upgrade(target)
    kept = make_target(measure="milestone", due_on=None, nodes=[SEPTEMBER])
    timeless, draft = goal(due_on=None), goal(plan=make_plan("P26", state="drafting"))
    rows = [each.assessments.count() for each in (target, kept)]
    upgrade()
    upgrade()
    assert final(target) == ("全部完成", None, SEPTEMBER)
    revision = target.revisions.get(milestone__isnull=False)
    assert (revision.kind, revision.effective_on, revision.approved_by) == ("node", date(2025, 1, 1), None)
    assert [each.milestones.count() for each in (kept, timeless, draft)] == [1, 0, 0]
    assert [each.assessments.count() for each in (target, kept)] == rows
    [node] = target.facts().commitments[-1][1].nodes
    assert (node.follows_deadline, node.order) == (True, Milestone.objects.get(pk=node.key).order)
    assert not target.revisions.asked_for().exists()


def test_the_upgrade_counts_from_the_day_the_deadline_was_stated(upgrade):
    target = goal(due_on=None)
    changed(target, "deadline", date(2025, 4, 1), due_on=SEPTEMBER)
    changed(target, "deadline", date(2025, 5, 1), due_on=YEAR_END)
    as_before_the_upgrade(target)
    upgrade()
    assert target.revisions.get(milestone__isnull=False).effective_on == date(2025, 4, 1)
