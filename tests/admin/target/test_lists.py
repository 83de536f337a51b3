"""Lists in the administration: their own pages, a target's places, and many targets put on one at once."""

import pytest
from django.urls import reverse

from targets.models import AuditRecord, ListEntry, TargetList
from tests.admin.target.test_bulk_set import signed_in
from tests.factories import author, coordinator, make_list, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db
TARGETS = reverse("admin:targets_target_changelist")


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def desk(client):
    return signed_in(client, coordinator())


def inputs(page):
    """What a browser sends from the change form of this answer."""
    form = page.context["adminform"].form
    fields = {bound.html_name: bound.value() for bound in form}
    for inline in page.context["inline_admin_formsets"]:
        formset = inline.formset
        for each in (formset.management_form, *formset.forms):
            fields |= {bound.html_name: bound.value() for bound in each}
    return {name: "" if value is None else value for name, value in fields.items() if value is not False}


def place(target, **fields):
    return {f"places-0-{name}": value for name, value in fields.items()}


# --- a list -----------------------------------------------------------------------------------


def test_a_list_is_added_ordered_renamed_and_its_places_mended(desk, plan):
    add = reverse("admin:targets_targetlist_add")
    assert desk.post(add, {"plan": plan.pk, "name": "民生实事", "order": 2}).status_code == 302
    made = TargetList.objects.get()
    for title in ("路", "灯"):
        ListEntry.objects.create(list=made, target=make_target(plan, title=title))
    address = reverse("admin:targets_targetlist_change", args=[made.pk])
    fields = inputs(desk.get(address)) | {"name": "十件民生实事", "order": 1, "places-0-number": "1"}
    fields |= {"places-0-score": "2.5", "places-1-number": "1", "places-1-order": "1"}
    assert desk.post(address, fields).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.order) == ("十件民生实事", 1)
    places = list(made.places.values_list("target__title", "number", "order"))
    assert places == [("路", "1", 1), ("灯", "1", 1)]
    record = AuditRecord.objects.latest("pk")
    assert record.rows.count("listentry") == 2
    again = inputs(desk.get(address)) | {"places-1-DELETE": "on", "places-0-score": "-1"}
    refused = desk.post(address, again)
    assert refused.status_code == 200
    assert 'value="-1"' in refused.content.decode()
    assert made.places.count() == 2


def test_a_list_with_targets_stays_and_an_empty_one_goes(desk, plan):
    made, empty = make_list(plan, "民生实事", (make_target(plan), "1")), make_list(plan, "空")
    for each, status in ((made, 403), (empty, 302)):
        answer = desk.post(reverse("admin:targets_targetlist_delete", args=[each.pk]), {"post": "yes"})
        assert answer.status_code == status
    assert list(TargetList.objects.all()) == [made]


def test_a_source_of_another_plan_is_not_offered(desk, plan):
    made = make_list(plan)
    make_plan("X25").sources.create(title="别的报告")
    plan.sources.create(title="本计划的报告")
    page = desk.get(reverse("admin:targets_targetlist_change", args=[made.pk])).content.decode()
    assert "本计划的报告" in page
    assert "别的报告" not in page


# --- a target ---------------------------------------------------------------------------------


def test_a_target_in_force_is_put_on_a_list_on_its_own_page(desk, plan):
    target, made = make_target(plan), make_list(plan, "民生实事")
    make_list(make_plan("X25"), "别的清单")
    address = reverse("admin:targets_target_change", args=[target.pk])
    page = desk.get(address)
    assert "别的清单" not in page.content.decode()
    new = {"places-TOTAL_FORMS": 1, "places-0-list": made.pk, "places-0-number": "三", "places-0-score": "5"}
    fields = {name: value for name, value in inputs(page).items() if "__prefix__" not in name}
    assert desk.post(address, fields | new).status_code == 302
    assert [(str(each), each.score) for each in target.places.all()] == [("民生实事 三", 5)]
    assert target.revisions.count() == 1
    twice = inputs(desk.get(address)) | {
        "places-TOTAL_FORMS": 2, "places-1-list": made.pk, "places-1-number": "四", "places-1-id": "",
        "places-1-target": target.pk,
    }  # fmt: skip
    refused = desk.post(address, twice)
    assert refused.status_code == 200
    assert target.places.count() == 1


def test_who_only_reads_a_target_reads_its_places(client, plan):
    target = make_target(plan)
    make_list(plan, "民生实事", (target, "第7件"))
    signed_in(client, author())
    page = client.get(reverse("admin:targets_target_change", args=[target.pk])).content.decode()
    assert "民生实事" in page
    assert "第7件" in page
    assert 'name="places-0-number"' not in page


# --- many targets -----------------------------------------------------------------------------


def ask(desk, *targets, **fields):
    chosen = {"action": "put_on_list", "_selected_action": [target.pk for target in targets]}
    return desk.post(TARGETS, {**chosen, **fields})


def test_many_targets_are_put_on_a_list_with_number_and_score(desk, plan):
    first, second = make_target(plan, title="路"), make_target(plan, title="灯")
    made = make_list(plan)
    asked = ask(desk, first, second).content.decode()
    assert f'<option value="{made.pk}">民生实事</option>' in asked
    typed = {f"number-{first.pk}": "1", f"number-{second.pk}": "1", f"score-{second.pk}": "2.5"}
    assert ask(desk, first, second, list=made.pk, _apply="", **typed).status_code == 302
    assert list(made.places.values_list("target__title", "number", "score")) == [
        ("路", "1", None), ("灯", "1", 2.5),
    ]  # fmt: skip
    assert AuditRecord.objects.latest("pk").rows.count("listentry") == 2


def test_one_that_is_there_already_is_named_and_none_is_put(desk, plan):
    first, second = make_target(plan, title="路"), make_target(plan, title="灯")
    made = make_list(plan, "民生实事", (second, "1"))
    answer = ask(desk, first, second, list=made.pk, _apply="", **{f"number-{first.pk}": "甲9"})
    assert answer.context["form"].non_field_errors() == ["2.灯：该目标已在此清单中。"]
    assert 'value="甲9"' in answer.content.decode()
    assert made.places.count() == 1


def test_nobody_puts_what_they_do_not_run_and_nothing_of_two_plans(desk, client, plan):
    mine, theirs = make_target(plan), make_target(make_plan("X25", title="另一年"))
    made = make_list(plan)
    assert ask(desk, mine, theirs, list=made.pk, _apply="").status_code == 302
    other = make_list(theirs.plan)
    answer = ask(desk, mine, list=other.pk, _apply="")
    assert "list" in answer.context["form"].errors
    for user in (author(), make_user("领导甲", make_unit("外海街道"), "领导")):
        signed_in(client, user)
        ask(client, mine, list=made.pk, _apply="")
    assert not ListEntry.objects.exists()
