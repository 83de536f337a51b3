"""The units, people and periods that changes name are read together."""

import pytest

from targets.models import Member, TargetRevision
from targets.models.revision.queries import read_names
from tests.factories import make_target, make_unit
from tests.models.office import deputy
from tests.models.revisions import TODAY, change, with_nodes

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    member = Member(name="张三", post="副镇长", unit=make_unit("外海街道"))
    member.save()
    return member


def moved(target, kind, changes, **fields):
    return change(target, kind, changes, by=deputy(), **fields)


def test_a_named_row_is_read_once(django_assert_num_queries):
    revision = moved(make_target(), "owner", {"lead_unit": make_unit("农业办")})
    old, new = revision.changes["lead_unit"]
    with django_assert_num_queries(2):
        named = [revision.named("lead_unit", key) for key in (old, new, new)]
    assert named == [make_unit(), make_unit("农业办"), make_unit("农业办")]


def test_a_row_that_is_gone_is_nobody():
    revision = moved(make_target(), "owner", {"lead_unit": make_unit("农业办")})
    assert revision.named("lead_unit", 987654) is None


def test_names_of_many_changes_take_one_query_for_each_table(leader, django_assert_num_queries):
    target, farming = make_target(), make_unit("农业办")
    old, period = target.lead_unit, target.plan.periods.get(number=9)
    mistake = moved(target, "owner", {"lead_unit": farming, "accountable_leader": leader})
    moved(target, "reporting", {"first_period": period})
    moved(target, "annul", None, annuls=mistake)
    node = with_nodes().milestones.first()
    moved(node.target, "node", {"due_on": TODAY}, milestone=node)
    related = ("target", "milestone__target", "annuls__target", "annuls__milestone")
    listed = list(TargetRevision.objects.signed_by_two().select_related(*related).order_by("pk"))
    with django_assert_num_queries(3):
        read_names(listed)
    with django_assert_num_queries(0):
        owner, reporting, annulment, _of_node = listed
        for each in (owner, annulment.annuls):
            assert [each.named("lead_unit", key) for key in each.changes["lead_unit"]] == [old, farming]
            assert each.named("accountable_leader", each.changes["accountable_leader"][1]) == leader
        assert reporting.named("first_period", reporting.changes["first_period"][1]) == period
