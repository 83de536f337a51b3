"""Targets in the admin: written whole in a draft, only completed once the plan is in force."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import Plan, Target
from targets.status import Status
from tests.factories import (
    add_to_plan,
    coordinator,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
)

pytestmark = pytest.mark.django_db
ADD = reverse("admin:targets_target_add")
INLINES = ("milestones", "supporting_units", "reference_figures")


@pytest.fixture
def desk(client):
    user = coordinator()
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def change(target):
    return reverse("admin:targets_target_change", args=(target.pk,))


def posted(desk, address):
    """What the open form would send back untouched."""
    page = desk.get(address)
    form = page.context["adminform"].form
    data = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        if value is not None and value is not False:
            data[name] = value
    for formset in (inline.formset for inline in page.context["inline_admin_formsets"]):
        data |= {f"{formset.prefix}-TOTAL_FORMS": formset.initial_form_count()}
        data |= {f"{formset.prefix}-INITIAL_FORMS": formset.initial_form_count()}
        for row in formset.initial_forms:
            data |= {
                row.add_prefix("id"): row.instance.pk,
                row.add_prefix(formset.fk.name): formset.instance.pk,
            }
    return data


def save(desk, address, **fields):
    return desk.post(address, {**posted(desk, address), **fields})


def test_a_target_is_added_with_its_nodes_and_units(desk):
    plan = make_plan()
    helper = make_unit("建设办", parent=plan.jurisdiction)
    make_unit(parent=plan.jurisdiction)
    response = save(
        desk, ADD, plan=plan.pk, title="文体中心建成", lead_unit=make_unit().pk, measure="milestone",
        due_on="2025年12月31日", due_text="年底前",
        **{
            "milestones-TOTAL_FORMS": 1, "milestones-0-title": "主体封顶",
            "milestones-0-due_on": "2025-06-30",
            "milestones-0-order": 1, "supporting_units-TOTAL_FORMS": 1, "supporting_units-0-unit": helper.pk,
            "supporting_units-0-order": 1,
        },
    )  # fmt: skip
    assert response.status_code == 302
    target = Target.objects.get()
    assert (target.due_on, target.code) == (date(2025, 12, 31), "P25-01")
    assert [node.title for node in target.milestones.all()] == ["主体封顶"]
    assert [str(row.unit) for row in target.supporting_units.all()] == ["建设办"]
    assert response.url.endswith(f"/targetrevision/addition/?target={target.pk}")
    assert (target.current, target.assessments.count()) == (None, 0)  # nobody signed it yet
    unsaid = desk.get(reverse("admin:targets_target_changelist")).content.decode()
    assert "时限当月的节点（最后节点早于完成时限）" in unsaid


def test_a_target_added_without_nodes_ends_with_one_that_follows_its_deadline(desk):
    plan = make_plan()
    given = {"plan": plan.pk, "lead_unit": make_unit().pk, "measure": "milestone"}
    for state in ("in_force", "drafting"):
        Plan.objects.update(state=state)
        response = save(desk, ADD, due_on="2025-12-31", title=state, **given)
        assert response.status_code == 302
    added, drafted = Target.objects.order_by("pk")
    Plan.objects.update(state="in_force")
    add_to_plan(added, date(2025, 2, 3))
    assert [node.title for node in added.milestones.all()] == ["全部完成"]
    assert not drafted.milestones.exists()
    assert "随目标到期" in desk.get(change(added)).content.decode()
    assert "随目标到期" not in desk.get(change(drafted)).content.decode()


def test_an_empty_form_names_what_is_missing(desk):
    refused = save(desk, ADD)
    assert refused.status_code == 200
    assert {"plan", "title", "lead_unit"} <= set(refused.context["adminform"].form.errors)


def test_nodes_on_a_target_that_has_none_are_refused_and_nothing_is_saved(desk):
    response = save(
        desk, ADD, plan=make_plan().pk, title="产值", lead_unit=make_unit().pk, measure="flow",
        comparator="gte", target_value="520", unit_of_measure="亿元",
        **{"milestones-TOTAL_FORMS": 1, "milestones-0-title": "节点", "milestones-0-order": 1},
    )  # fmt: skip
    assert response.status_code == 200
    assert not Target.objects.exists()


def test_the_promise_in_force_is_not_a_form_field(desk):
    target = make_target(definition="规上口径")
    fields = desk.get(change(target)).context["adminform"].form.fields
    assert fields.keys().isdisjoint({*Target.PROMISE, "plan"})
    assert fields.keys() >= {"title", "domain", "note"}
    open_words = make_target()
    assert "definition" in desk.get(change(open_words)).context["adminform"].form.fields


def test_a_forged_promise_is_ignored(desk):
    target = make_target()
    save(
        desk,
        change(target),
        title="新名称",
        target_value="1",
        comparator="lte",
        state="cancelled",
        version=99,
    )
    target.refresh_from_db()
    assert (target.title, target.target_value, target.comparator, target.state) == (
        "新名称",
        520,
        "gte",
        "active",
    )


def test_only_words_that_no_light_reads_are_filled_on_the_form(desk):
    target = make_target(measure="stock", baseline_value=None)
    file_entry(target, 6, "141", date(2025, 7, 3))
    given = {"baseline_value": "１３１", "note": "补基数", "definition": "在库企业"}
    assert save(desk, change(target), **given).status_code == 302
    target.refresh_from_db()
    assert (target.baseline_value, target.note, target.definition) == (None, "补基数", "在库企业")
    assert target.current.light == Status.UNDEFINED
    assert target.revisions.last().approved_by == coordinator()
    assert "definition" not in desk.get(change(target)).context["adminform"].form.fields


def test_an_older_page_does_not_overwrite(desk):
    target = make_target()
    stale = posted(desk, change(target))
    save(desk, change(target), title="甲")
    response = desk.post(change(target), {**stale, "title": "乙的改法"})
    assert response.status_code == 200
    assert "乙的改法" in response.content.decode()
    target.refresh_from_db()
    assert target.title == "甲"


def test_nodes_in_force_are_neither_added_nor_moved(desk):
    target = make_target(measure="milestone")
    node = make_node(target, date(2025, 6, 30))
    data = posted(desk, change(target)) | {
        "milestones-TOTAL_FORMS": 2, "milestones-0-due_on": "2025-12-31", "milestones-0-DELETE": "on",
        "milestones-1-title": "竣工", "milestones-1-due_on": "2025-11-30", "milestones-1-order": 2,
    }  # fmt: skip
    desk.post(change(target), data)
    assert list(target.milestones.values_list("title", "due_on")) == [(node.title, date(2025, 6, 30))]


def test_a_link_leads_to_logging(desk):
    target = make_target()
    address = f"{reverse('admin:targets_progressentry_add')}?target={target.pk}"
    assert address in desk.get(change(target)).content.decode()


def test_the_list_tells_light_value_gap_and_what_is_unsaid(desk):
    file_entry(make_target(title="全年工业总产值"), 6, "265.2", date(2025, 7, 3))
    listed = desk.get(reverse("admin:targets_target_changelist")).content.decode()
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td class=\"field-.*?</td>", listed)]
    assert cells[1:7] == ["绿灯", "≥520亿元", "265.2亿元", "+1.0", "—", "完成时限、统计口径、责任领导"]


def test_the_list_costs_the_same_however_long_it_is(desk):
    address = reverse("admin:targets_target_changelist")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(address).status_code == 200
        return len(captured)

    for number in range(3):
        file_entry(make_target(title=f"目标{number}"), 6, "265.2", date(2025, 7, 3))
    few = queries()
    for number in range(20):
        make_target(title=f"又一目标{number}")
    assert queries() == few
