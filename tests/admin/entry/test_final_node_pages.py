"""The node that follows its target's deadline, on the pages where it is ticked, read and revised."""

from datetime import date

import pytest
from django.urls import reverse

from targets.models import ProgressEntry
from tests.admin.desk.desk_typing import fill
from tests.factories import (
    at,
    author,
    coordinator,
    make_node,
    make_plan,
    make_target,
    reviewer,
    staff,
    submit_entry,
)
from tests.models.office import deputy

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)
REVIEW = f"{reverse('admin:targets_progressentry_review')}?plan=P25&period=6"
ASK = reverse("admin:targets_targetrevision_add")


@pytest.fixture
def road():
    return make_target(title="道路", measure="milestone", due_on=date(2025, 6, 20))


def shown(client, address):
    return client.get(address).content.decode()


def test_the_desk_and_the_entry_form_have_a_box_for_it(client, road):
    client.force_login(staff(author(road.lead_unit)))
    node = road.milestones.get()
    fill(client, road, {road: {f"node-{node.pk}": "2025-06-18", "narrative": "建成通车"}}, "_save")
    entry = ProgressEntry.objects.get()
    assert entry.completions.get().milestone == node
    assert "全部完成" in shown(client, reverse("admin:targets_progressentry_change", args=(entry.pk,)))


def test_the_reviewer_sees_its_day_as_revised(client, road):
    revision = road.ask(
        "deadline", by=coordinator(), effective_on=date(2025, 5, 6), changes={"due_on": date(2025, 6, 27)},
        document_no="1号", reason="汛期", at=at(date(2025, 5, 6)),
    )  # fmt: skip
    revision.approve(by=deputy(), at=at(date(2025, 5, 6)))
    submit_entry(road, 6, None, JULY, nodes={road.milestones.get(): date(2025, 6, 25)})
    client.force_login(staff(reviewer()))
    assert "（计划2025-06-27）" in shown(client, REVIEW)
    client.force_login(staff(author(road.lead_unit)))
    nodes = client.get(reverse("target-detail", args=(road.code,))).context["nodes"]
    assert [(node["title"], node["due_on"]) for node in nodes] == [("全部完成", date(2025, 6, 27))]
    past = client.get(reverse("target-detail", args=(road.code,)), {"as_of": "2025-05-05"}).context["nodes"]
    assert [node["due_on"] for node in past] == [date(2025, 6, 20)]


def test_many_reports_that_tick_it_cost_the_reviewer_no_more_queries(client, django_assert_max_num_queries):
    client.force_login(staff(reviewer()))
    costs = []
    for count in (2, 6):
        for _ in range(count):
            each = make_target(measure="milestone", due_on=date(2025, 6, 20))
            submit_entry(each, 6, None, JULY, nodes={each.milestones.get(): date(2025, 6, 18)})
        with django_assert_max_num_queries(500) as queries:
            assert "（计划2025-06-20）" in shown(client, REVIEW)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_it_is_not_offered_where_nodes_are_moved(client, road):
    client.force_login(staff(coordinator()))
    form = client.get(f"{ASK}?target={road.pk}&kind=node").context["form"]
    assert list(form.fields["milestone"].queryset) == []
    typed = make_node(road, date(2025, 3, 31))
    assert "kind=node" in shown(client, f"{ASK}?target={road.pk}")
    form = client.get(f"{ASK}?target={road.pk}&kind=node").context["form"]
    assert list(form.fields["milestone"].queryset) == [typed]


def test_the_page_of_issuing_lists_a_last_node_before_the_deadline(client):
    plan = make_plan(state="drafting")
    for _ in range(2):
        make_node(make_target(plan, measure="milestone", due_on=date(2025, 12, 31)), date(2025, 6, 30))
    client.force_login(staff(coordinator()))
    page = client.get(reverse("admin:targets_plan_issue", args=(plan.pk,)))
    question = "时限当月的节点（最后节点早于完成时限）"
    assert [question in missing for missing in page.context["form"].of_targets.values()] == [True, True]
    target = plan.targets.first()
    assert question in shown(client, reverse("target-detail", args=(target.code,)))
