"""Deadlines lie within the plan's days, on every path; what stands from before may still be saved."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from targets.models import Milestone, Plan, Target
from targets.models.ledger import bulk
from tests.factories import NEW_YEAR, at, make_node, make_plan, make_target, make_unit
from tests.models.revisions import TODAY, ask, change, with_nodes
from tests.refusals import refused

pytestmark = pytest.mark.django_db

NEXT = date(2026, 3, 31)
BEYOND = [date(2024, 12, 31), date(2026, 1, 1), date(2029, 6, 30)]
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def stand(model, **fields):
    """As it was accepted once: past every check."""
    model.objects.update(**fields)
    return model.objects.get()


@pytest.mark.parametrize("state", ["drafting", "in_force"])
@pytest.mark.parametrize("day", BEYOND, ids=str)
def test_target_and_node_beyond_the_plan_are_refused(state, day):
    plan = make_plan(state=state)
    with refused("due_on"):
        make_target(plan, due_on=day)
    with refused("due_on"):
        make_node(make_target(plan, measure="milestone"), day)


def test_the_first_and_the_last_day_are_the_plans_own():
    assert [make_target(due_on=day).due_on for day in (FIRST, LAST)] == [FIRST, LAST]
    assert with_nodes().milestones.count() == 2


def test_the_refusal_says_the_way_out():
    with pytest.raises(ValidationError) as error:
        make_target(due_on=NEXT)
    (message,) = error.value.messages
    assert "2025年12月31日" in message
    assert "到期年度的计划" in message
    assert "时限表述" in message


@pytest.mark.parametrize("day", BEYOND, ids=str)
def test_no_revision_moves_a_deadline_beyond(day):
    target = make_target(due_on=LAST)
    for kind in ("deadline", "value"):
        with refused("due_on"):
            ask(target, kind, {"due_on": day, "target_value": Decimal(500)})
    nodes = with_nodes()
    with refused("due_on"):
        ask(nodes, "node", {"due_on": day}, milestone=nodes.milestones.first())


def test_bulk_writers_refuse_it_too():
    plan = make_plan(state="drafting")
    target = Target(plan=plan, lead_unit=make_unit(), title="目标", measure="milestone", due_on=NEXT)
    with pytest.raises(ValidationError, match="计划期"):
        bulk.write_targets([target])
    target.due_on = None
    with pytest.raises(ValidationError, match="计划期"):
        bulk.write_targets([target], [Milestone(target=target, title="节点", due_on=NEXT)])


@pytest.mark.parametrize(
    "issue", [lambda plan: plan.issue(at=at(TODAY)), lambda plan: bulk.issue(plan, at=at(TODAY))]
)
@pytest.mark.parametrize("which", ["target", "node"])
def test_a_plan_is_not_issued_with_deadlines_that_its_days_left_behind(issue, which):
    plan = make_plan(state="drafting")
    target = make_target(plan, measure="milestone", due_on=LAST if which == "target" else None)
    if which == "node":
        make_node(target, LAST)
    plan.ends_on = date(2025, 11, 30)
    plan.save(at=at(TODAY))
    with pytest.raises(ValidationError, match=target.code):
        issue(plan)
    plan = Plan.objects.get()
    plan.ends_on = LAST
    plan.save(at=at(TODAY))
    issue(plan)
    assert Plan.objects.get().state == "in_force"


# --- what stands from before -----------------------------------------------------------------


def test_a_draft_with_such_a_day_is_saved_for_other_changes():
    target = make_target(make_plan(state="drafting"), measure="milestone")
    node = make_node(target, LAST)
    for row in (stand(Target, due_on=NEXT), stand(Milestone, due_on=NEXT)):
        row.title = "改名"
        row.save(at=at(NEW_YEAR))
        row.due_on = date(2026, 4, 30)
        with refused("due_on"):
            row.save(at=at(NEW_YEAR))
    assert (Target.objects.get().title, Milestone.objects.get(pk=node.pk).title) == ("改名", "改名")


def test_an_issued_promise_with_such_a_day_is_revised_in_all_else():
    target = make_target(due_on=LAST)
    opening = target.revisions.get()
    opening.changes["due_on"] = [None, NEXT.isoformat()]
    with connection.cursor() as cursor:  # as it was written before days were checked
        told = json.dumps(opening.changes)
        cursor.execute("UPDATE targets_targetrevision SET changes = %s WHERE id = %s", [told, opening.pk])
    target = stand(Target, due_on=NEXT)
    target.note = "备注"
    target.save(at=at(TODAY))
    change(target, "value", {"target_value": Decimal(500)})
    moved = change(target, "deadline", {"due_on": LAST})
    assert Target.objects.get().due_on == LAST
    change(target, "annul", annuls=moved)  # a mistake is taken back to what stood
    assert Target.objects.get().due_on == NEXT
