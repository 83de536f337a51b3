"""Nodes: what they promise, and until when that may be written."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.models import Milestone
from tests.factories import make_node, make_plan, make_target
from tests.refusals import refused

pytestmark = pytest.mark.django_db

JUNE = date(2025, 6, 30)


@pytest.fixture
def goal():
    return make_target(measure="milestone")


@pytest.fixture
def draft():
    return make_target(make_plan(state="drafting"), measure="milestone")


def test_only_milestone_goals_have_nodes():
    with refused(None):
        make_node(make_target(), JUNE)


@pytest.mark.parametrize(
    ("weights", "is_refused"),
    [
        pytest.param(["40", "60"], False, id="hundred in all"),
        pytest.param(["40", "60.01"], True, id="more than hundred"),  # case 54
        pytest.param([None, None, None], False, id="all empty"),
    ],
)
def test_weights_add_to_a_hundred_at_most(goal, weights, is_refused):
    *first, last = (weight and Decimal(weight) for weight in weights)
    for weight in first:
        make_node(goal, JUNE, weight=weight)
    if is_refused:
        with refused("weight"):
            make_node(goal, JUNE, weight=last)
    else:
        assert make_node(goal, JUNE, weight=last).pk


@pytest.mark.parametrize("weight", ["-1", "100.01", "33.333", "NaN", "一半"])
def test_weight_is_a_percentage_with_two_decimals(goal, weight):
    with refused("weight"):
        make_node(goal, JUNE, weight=weight)


@pytest.mark.parametrize(("field", "value"), [("due_on", date(2025, 7, 31)), ("weight", 50), ("order", 3)])
def test_promise_of_an_issued_node_is_not_edited(goal, field, value):
    node = make_node(goal, JUNE)
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
    node = make_node(goal, JUNE)
    with pytest.raises(ValidationError):
        node.delete()
    assert goal.milestones.count() == 1


def test_drafted_node_is_deleted(draft):
    make_node(draft, JUNE).delete()
    assert not draft.milestones.exists()


def test_node_of_an_issued_plan_completes_its_opening(goal):
    node = make_node(goal, JUNE, at=date(2025, 4, 1), weight=100)
    revision = goal.revisions.get(milestone=node)
    assert (revision.kind, revision.effective_on) == ("node", date(2025, 1, 1))
    assert {name: new for name, (_old, new) in revision.changes.items()} == {
        "due_on": "2025-06-30", "weight": "100", "order": "0",
    }  # fmt: skip
