"""Nodes: what they promise, and until when that may be written."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.admin.revision.words import verdicts
from targets.models import Milestone
from tests.factories import ask_node, at, coordinator, make_node, make_plan, make_target, sign
from tests.models.revisions import shown
from tests.refusals import refused

pytestmark = pytest.mark.django_db

APRIL, JUNE = date(2025, 4, 1), date(2025, 6, 30)


@pytest.fixture
def goal():
    """In force, with the node that comes with its deadline."""
    return make_target(measure="milestone", nodes=[JUNE])


@pytest.fixture
def draft():
    return make_target(make_plan(state="drafting"), measure="milestone")


def test_only_milestone_goals_have_nodes():
    with refused(None):
        make_node(make_target(make_plan(state="drafting")), JUNE)


@pytest.mark.parametrize(
    ("weights", "is_refused"),
    [
        pytest.param(["40", "60"], False, id="hundred in all"),
        pytest.param(["40", "60.01"], True, id="more than hundred"),  # case 54
        pytest.param([None, None, None], False, id="all empty"),
    ],
)
@pytest.mark.parametrize("which", ["draft", "goal"])
def test_weights_add_to_a_hundred_at_most(request, which, weights, is_refused):
    target = request.getfixturevalue(which)
    *first, last = (weight and Decimal(weight) for weight in weights)
    for weight in first:
        make_node(target, JUNE, weight=weight)
    if is_refused:
        with refused("weight"):
            make_node(target, JUNE, weight=last)
    else:
        assert make_node(target, JUNE, weight=last).pk


@pytest.mark.parametrize("weight", ["-1", "100.01", "33.333", "NaN", "一半"])
def test_weight_is_a_percentage_with_two_decimals(draft, weight):
    with refused("weight"):
        make_node(draft, JUNE, weight=weight)


@pytest.mark.parametrize("weight", ["-1", "100.01", "33.333", "NaN", "一半"])
def test_no_other_weight_is_asked_for(goal, weight):
    with pytest.raises(ValidationError):
        make_node(goal, JUNE, weight=weight)
    assert not goal.revisions.waiting().exists()


@pytest.mark.parametrize(("field", "value"), [("due_on", date(2025, 7, 31)), ("weight", 50), ("order", 3)])
def test_promise_of_an_issued_node_is_not_edited(goal, field, value):
    node = goal.milestones.get()
    setattr(node, field, value)
    with refused(field):
        node.save()


@pytest.mark.parametrize(("field", "value"), [("due_on", date(2025, 7, 31)), ("weight", 50), ("order", 3)])
def test_promise_of_a_drafted_node_is_edited(draft, field, value):
    node = make_node(draft, JUNE)
    setattr(node, field, value)
    node.save()
    assert getattr(Milestone.objects.get(pk=node.pk), field) == value


def test_name_of_a_node_is_no_promise(goal):
    node = make_node(goal, JUNE)
    node.title = "主体封顶"
    node.save()
    assert Milestone.objects.get(pk=node.pk).title == "主体封顶"


def test_issued_node_is_not_deleted(goal):
    node = goal.milestones.get()
    with pytest.raises(ValidationError):
        node.delete()
    assert goal.milestones.count() == 1


def test_drafted_node_is_deleted(draft):
    make_node(draft, JUNE).delete()
    assert not draft.milestones.exists()


def test_a_node_asked_for_is_read_beside_those_there_are(goal):
    asked = ask_node(goal, APRIL, {"title": "主体封顶", "due_on": date(2025, 9, 30), "order": 0})
    without, with_it = (verdict.commitment.nodes for verdict in verdicts(asked, APRIL))
    assert [node.due_on for node in without] == [JUNE]
    assert {node.due_on for node in with_it} == {JUNE, date(2025, 9, 30)}


def test_nobody_alone_adds_a_node_to_a_target_in_force(goal):
    node = Milestone(target=goal, title="新增", due_on=JUNE)
    with refused(None):
        node.save()
    assert goal.milestones.count() == 1


def test_a_node_asked_for_is_there_once_another_signed(goal):
    before = goal.assessments.count()
    request = ask_node(goal, APRIL, {"title": "验收", "due_on": JUNE, "weight": Decimal(100), "order": 3})
    assert (goal.milestones.count(), goal.assessments.count()) == (1, before)
    with pytest.raises(PermissionDenied):
        request.approve(by=coordinator(), at=at(APRIL))
    sign(request, APRIL)
    node = goal.milestones.get(title="验收")
    assert (node.due_on, node.weight, node.order) == (JUNE, 100, 3)
    assert (request.milestone, request.effective_on) == (node, date(2025, 1, 1))
    goal.refresh_from_db()
    assert (goal.current.explanation["nodes"], goal.current.marks) == (2, {"revised": 1})


def test_a_node_that_holds_from_its_signature_adjusts_nothing(goal):
    request = goal.ask(
        "node", by=coordinator(), effective_on=APRIL, changes={"title": "验收"}, at=at(APRIL), reason="增设"
    )
    sign(request, APRIL)
    goal.refresh_from_db()
    assert (goal.current.effective_on, goal.current.marks) == (APRIL, {})


@pytest.mark.parametrize(
    "changes",
    [{"due_on": JUNE}, {"title": "", "due_on": JUNE}, {"title": "验收", "value": 1}, {"title": "长" * 201}],
    ids=["no name", "an empty name", "another field", "too long a name"],
)
def test_a_node_asked_for_needs_a_name(goal, changes):
    with pytest.raises(ValidationError):
        ask_node(goal, APRIL, changes)


def test_only_milestone_goals_are_asked_for_nodes():
    with pytest.raises(ValidationError):
        ask_node(make_target(), APRIL, {"title": "验收"})


def test_a_node_added_by_mistake_is_dropped_with_its_addition(goal):
    before = shown(goal)
    node = make_node(goal, date(2025, 4, 30), at=APRIL)
    assert shown(goal) != before
    annul = goal.ask(
        "annul", by=coordinator(), effective_on=APRIL, at=at(APRIL), reason="误增",
        annuls=goal.revisions.get(milestone=node),
    )  # fmt: skip
    sign(annul, APRIL)
    assert shown(goal) == before
    assert [kept.title for kept in goal.milestones.all()] == ["节点1"]
    assert Milestone._base_manager.get(pk=node.pk).is_dropped


def test_a_node_of_no_target_is_refused_at_the_target():
    with refused("target"):
        Milestone(title="开工", due_on=JUNE, weight=50).full_clean()
