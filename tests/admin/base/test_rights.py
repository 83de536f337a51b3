"""Who opens what: rights by roles and rows, on every address of the admin."""

import time
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from targets.models import OrgUnit, ProgressEntry
from tests.factories import (
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
LIST = reverse("admin:targets_progressentry_changelist")


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


def entry_page(name, entry):
    return page(f"targets_progressentry_{name}", entry.pk)


def addresses(entry):
    """Every page of every registered model, with a row where there is one."""
    rows = {model: model._base_manager.first() or 1 for model in admin.site._registry}
    rows[ProgressEntry] = entry
    for model, row in rows.items():
        stem = f"{model._meta.app_label}_{model._meta.model_name}"
        yield page(f"{stem}_changelist")
        yield page(f"{stem}_add")
        for name in ("change", "delete", "history"):
            yield page(f"{stem}_{name}", getattr(row, "pk", row))
    yield page("autocomplete") + "?app_label=targets&model_name=target&field_name=lead_unit"
    yield page("jsi18n")


@pytest.fixture
def entry():
    return submit_entry(make_target(title="全年工业总产值"), 6, "265.2", JULY)


@pytest.mark.parametrize(("role", "changes"), [("领导", False), ("填报员", True), ("审核员", True)])
def test_the_first_page_offers_to_change_reports_to_who_may(client, entry, role, changes):
    client.force_login(make_user("某人", entry.target.lead_unit, role, is_staff=True))
    apps = client.get(reverse("admin:index")).context["app_list"]
    models = {model["object_name"]: model for app in apps for model in app["models"]}
    assert models["ProgressEntry"]["view_only"] is not changes


def test_staff_without_a_role_open_nothing(client, entry):
    nobody = make_user("无角色", entry.target.lead_unit)
    nobody.user_permissions.set(Permission.objects.all())
    client.force_login(staff(nobody))
    for address in addresses(entry):
        if address.endswith("jsi18n/"):
            continue
        for method in (client.get, client.post):
            answer = method(address)
            # Django's history page sends on whoever may not see the row
            assert answer.status_code in (403, 405) or answer.headers["Location"] == "/admin/", address
            assert "全年工业总产值" not in answer.content.decode()
    assert "/admin/targets/" not in client.get(page("index")).content.decode()


def test_who_is_no_staff_is_refused(client, entry):
    client.force_login(author(entry.target.lead_unit))
    for address in addresses(entry):
        assert client.get(address).status_code in (302, 403), address


def test_another_unit_finds_no_trace_of_an_entry_under_way(client, entry):
    client.force_login(staff(make_user("农业填报", make_unit("农业办"), "填报员")))
    for name in ("change", "delete", "history"):
        answers = [client.get(page(f"targets_progressentry_{name}", pk)) for pk in (entry.pk, 987654)]
        answers += [
            client.post(page(f"targets_progressentry_{name}", entry.pk), {"post": "yes", "_save": "1"})
        ]
        for answer in answers:
            assert answer.status_code in (302, 403, 404)
            assert "265.2" not in answer.content.decode()
    listed = client.get(LIST).content.decode()
    assert "全年工业总产值" not in listed
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_another_unit_reads_an_approved_entry_and_changes_nothing(client):
    entry = file_entry(make_target(), 6, "265.2", JULY)
    client.force_login(staff(make_user("农业填报", make_unit("农业办"), "填报员")))
    assert client.get(entry_page("change", entry)).status_code == 200
    assert client.post(entry_page("change", entry), {"value": "1", "_save": "1"}).status_code == 403


@pytest.mark.parametrize("who", ["author", "reviewer", "coordinator", "superuser"])
def test_nobody_edits_or_deletes_an_approved_entry(client, who):
    entry = file_entry(make_target(), 6, "265.2", JULY)
    people = {
        "author": lambda: author(entry.target.lead_unit),
        "reviewer": reviewer,
        "coordinator": coordinator,
        "superuser": lambda: make_user("主管", is_superuser=True),
    }
    client.force_login(staff(people[who]()))
    before = ProgressEntry.objects.values().get()
    forged = {"answer": "reported", "value": "999", "narrative": "改", "state": "draft", "seen_version": "1"}
    for button in ("_save", "_submit", "_return", "_saveasnew"):
        assert client.post(entry_page("change", entry), {**forged, button: "1"}).status_code == 403
    assert client.post(entry_page("delete", entry), {"post": "yes"}).status_code == 403
    assert client.get(entry_page("history", entry)).status_code == 200
    text = client.get(entry_page("change", entry)).content.decode()
    assert 'name="value"' not in text
    assert ProgressEntry.objects.values().get() == before


def test_a_draft_is_deleted_by_who_may_edit_it(client):
    entry = draft_entry(make_target(), 6, "265.2", JULY)
    client.force_login(staff(reviewer()))
    assert client.post(entry_page("delete", entry), {"post": "yes"}).status_code == 403
    client.force_login(staff(author(entry.target.lead_unit)))
    client.post(entry_page("delete", entry), {"post": "yes"})
    assert not ProgressEntry.objects.exists()


def test_what_is_used_is_not_deleted(client, entry):
    client.force_login(staff(coordinator()))
    used = [entry.target, entry.target.plan, entry.target.lead_unit, entry.target.plan.light_rule]
    for row in used:
        stem = f"targets_{row._meta.model_name}"
        assert client.post(page(f"{stem}_delete", row.pk), {"post": "yes"}).status_code == 403
    unused = make_unit("空单位")
    client.post(page("targets_orgunit_delete", unused.pk), {"post": "yes"})
    assert not OrgUnit.objects.filter(pk=unused.pk).exists()


def test_reporters_read_targets_and_coordinators_write_them(client, entry):
    target = page("targets_target_change", entry.target.pk)
    client.force_login(staff(author(entry.target.lead_unit)))
    assert client.get(target).status_code == 200
    assert client.post(target, {"title": "改"}).status_code == 403
    assert client.get(page("targets_plan_changelist")).status_code == 403
    client.force_login(staff(coordinator()))
    assert 'name="title"' in client.get(target).content.decode()


def test_accounts_are_for_superusers_whatever_permissions_say(client):
    user = coordinator()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    client.force_login(staff(user))
    for name in ("auth_user_changelist", "auth_user_add", "auth_group_changelist"):
        assert client.get(page(name)).status_code == 403
    assert client.get(page("auth_user_change", user.pk)).status_code == 403
    assert client.get(page("auth_user_password_change", user.pk)).status_code == 403
    client.force_login(staff(make_user("主管", is_superuser=True)))
    assert client.get(page("auth_user_changelist")).status_code == 200


def test_the_ledger_has_no_way_to_write(client, entry):
    client.force_login(staff(make_user("主管", is_superuser=True)))
    for name in ("assessment", "targetrevision"):
        row = entry.target.assessments.first() if name == "assessment" else entry.target.revisions.first()
        assert client.get(page(f"targets_{name}_change", row.pk)).status_code == 200
        assert client.get(page("targets_assessment_add")).status_code == 403
        assert client.post(page(f"targets_{name}_change", row.pk), {"light": 5}).status_code == 403
        assert client.post(page(f"targets_{name}_delete", row.pk), {"post": "yes"}).status_code == 403


LOOKUPS = [
    "target__lead_unit__name__regex=(a%2B)%2B%24",
    "target__title__regex=(a%2B)%2B%24",
    "narrative__regex=(",
    "entered_by__password__startswith=p",
    "target__current__explanation__icontains=x",
    "period__in=1,2",
    "_connector=OR",
]


@pytest.mark.parametrize("query", LOOKUPS)
def test_lookups_that_are_not_offered_are_refused_fast(client, entry, query):  # case 96
    client.force_login(staff(reviewer()))
    started = time.monotonic()
    assert client.get(f"{LIST}?{query}").status_code == 400
    assert time.monotonic() - started < 1


ODD = [
    "o=nonsense", "o=-99.1.x", "o=1.2.3.4.5.6.7.8.9", "p=abc", "p=-1", "p=0", "p=99999999999999999999",
    "all=1", "state__exact=nothing", "state__exact=%00", "period=abc", "unit=%00", "target__id__exact=x",
    "unit=999999999999999999999999", "q=%00", "q=" + "词" * 3000, "q=" + "a+" * 1500, "e=1",
    "_to_field=id", "_popup=1", "_facets=True",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_odd_parameters_cost_nothing_and_break_nothing(client, entry, query):  # cases 97, 99
    client.force_login(staff(reviewer()))
    assert client.get(f"{LIST}?{query}").status_code in (200, 302, 400)


@pytest.mark.parametrize("query", ["period=987654", "unit=987654"])
def test_a_filter_value_that_is_not_offered_finds_nothing(client, entry, query):
    client.force_login(staff(reviewer()))
    assert client.get(f"{LIST}?{query}").context["cl"].result_count == 0


def test_filters_offer_only_what_is_visible(client, entry):
    make_target(plan=entry.target.plan, title="粮食产量", lead_unit=make_unit("农业办"))
    client.force_login(staff(make_user("农业填报", make_unit("农业办"), "填报员")))
    text = client.get(LIST).content.decode()
    assert "经发办" not in text


def models_of_the_app():
    names = (model._meta.model_name for model in admin.site._registry if model._meta.app_label == "targets")
    return sorted({*names} - {"auditrecord"})  # the auditor's


def reader_of(name):
    return make_user("审计", None, "审计员", is_staff=True) if name == "auditrecord" else staff(coordinator())


@pytest.mark.parametrize("name", [*models_of_the_app(), "auditrecord"])
def test_every_list_opens_searches_and_sorts(client, entry, name):
    client.force_login(reader_of(name))
    address = page(f"targets_{name}_changelist")
    cl = client.get(address).context["cl"]
    for index in range(1, len(cl.list_display) + 1):
        for way in ("", "-"):
            assert client.get(f"{address}?o={way}{index}").status_code == 200
    assert client.get(f"{address}?q=全年").status_code == 200
    for offered in cl.filter_specs:
        for choice in offered.choices(cl):
            assert client.get(address + choice["query_string"]).status_code == 200


@pytest.mark.parametrize("name", models_of_the_app())
def test_every_form_opens_for_a_coordinator(client, entry, name):
    client.force_login(staff(coordinator()))
    model = next(model for model in admin.site._registry if model._meta.model_name == name)
    row = model._base_manager.first()
    if row is not None:
        assert client.get(page(f"targets_{name}_change", row.pk)).status_code == 200
    assert client.get(page(f"targets_{name}_add")).status_code in (200, 403)


@pytest.mark.parametrize("name", ["progressentry", "target", "assessment", "targetrevision"])
def test_a_list_costs_the_same_for_three_rows_and_for_thirty(client, django_assert_max_num_queries, name):
    client.force_login(staff(reviewer()))
    unit = make_unit()

    def more(first, last):
        for number in range(first, last):
            file_entry(make_target(title=f"目标{number}", lead_unit=unit), 6, "265.2", JULY)

    def queries():
        with django_assert_max_num_queries(60) as captured:
            assert client.get(page(f"targets_{name}_changelist")).status_code == 200
        return len(captured.captured_queries)

    more(0, 3)
    few = queries()
    more(3, 30)
    assert queries() == few


def test_every_page_says_that_the_system_is_not_for_secrets(client, entry):
    client.force_login(staff(coordinator()))
    for address in (page("index"), LIST, entry_page("change", entry), page("targets_progressentry_add")):
        answer = client.get(address)
        assert "本系统为非涉密系统，严禁存储、处理、传输国家秘密" in answer.content.decode()
        assert 'href="/targets/"' in answer.content.decode()
        assert "style=" not in answer.content.decode()
