"""What a forger sends and a form would not: ids of others' rows, tokens of others, foreign addresses."""

from collections import Counter
from datetime import date
from io import BytesIO
from urllib.parse import parse_qs

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import resolve, reverse
from openpyxl import load_workbook

from targets.models import AuditRecord, Milestone, MilestoneCompletion, ProgressEntry, SupportingUnit, Target
from tests.factories import (
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    submit_entry,
)
from tests.pages import form_on

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
PASSWORD = "long-enough-9"


def page(name, *args):
    return reverse(f"admin:targets_{name}", args=args)


def signed_in(user, **options):
    client = Client(**options)
    client.force_login(staff(user))
    return client


def elsewhere(code="X25", **fields):
    """A plan of another town, which does not open its targets to this one."""
    there = make_unit("礼乐街道", kind="township", parent=None)
    return make_plan(code, jurisdiction=there, **fields)


# --- ids of others' rows --------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["set_in_bulk", "put_on_list", "delete_selected"])
def test_an_action_reaches_no_row_of_another_town(action):  # cases 70, 78
    here = make_target(make_plan("D25", state="drafting"), title="本地")
    there = make_target(elsewhere(state="drafting"), title="机密", lead_unit=make_unit("礼乐街道"))
    before = list(Target.objects.order_by("pk").values())
    client = signed_in(coordinator())
    for chosen in ([there.pk], [here.pk, there.pk], [987654]):
        posted = {"action": action, "_selected_action": chosen, "_apply": "1", "firmness": "stretch"}
        posted |= {"set_firmness": "on", "post": "yes", "select_across": "1"}
        answer = client.post(page("target_changelist"), posted, follow=True)
        assert "机密" not in answer.content.decode()
    assert list(Target.objects.filter(pk=there.pk).values()) == before[1:]


def test_a_row_of_another_parent_is_not_changed_through_an_inline():  # case 71
    plan = make_plan("D25", state="drafting")
    mine, others = (make_target(plan, measure="milestone") for _ in range(2))
    own, foreign = make_node(mine, title="本行"), make_node(others, title="他行")
    client = signed_in(coordinator())
    place = page("target_change", mine.pk)
    for forged in ({"id": foreign.pk}, {"target": others.pk}, {"id": foreign.pk, "target": others.pk}):
        posted = form_on(client.get(place), "target_form")
        posted |= {f"milestones-0-{name}": value for name, value in forged.items()}
        client.post(place, {**posted, "milestones-0-title": "改", "_save": "1"})
    assert list(Milestone.objects.filter(target=others).values_list("pk", "title")) == [(foreign.pk, "他行")]
    assert Milestone.objects.get(pk=own.pk).target == mine


@pytest.mark.parametrize("forged", [{"periods-0-id": "999999"}, {"periods-INITIAL_FORMS": "x"}])
def test_a_period_that_is_none_is_refused(forged):  # case 71
    plan = make_plan(locks_periods=True)
    client = signed_in(coordinator())
    place = page("plan_change", plan.pk)
    answer = client.post(place, {**form_on(client.get(place), "plan_form"), **forged, "_save": "1"})
    assert answer.status_code == 200
    assert plan.periods.count() == 12


def test_a_node_of_another_target_is_not_ticked():  # case 71
    mine, others = (make_target(measure="milestone") for _ in range(2))
    make_node(mine, date(2025, 5, 31))
    foreign = make_node(others, date(2025, 5, 31))
    theirs = draft_entry(others, 6, None, JULY, nodes={foreign: date(2025, 5, 1)})
    entry = draft_entry(mine, 6, None, JULY)
    client = signed_in(author())
    place = page("progressentry_change", entry.pk)
    done = {"completions-0-completed_on": "2025-05-30", "_save": "1"}
    for forged in ({"milestone": foreign.pk}, {"id": theirs.completions.get().pk}, {"entry": theirs.pk}):
        posted = form_on(client.get(place), "progressentry_form")
        client.post(place, {**posted, **{f"completions-0-{k}": v for k, v in forged.items()}, **done})
    kept = MilestoneCompletion.objects.exclude(milestone__target=mine)
    assert list(kept.values_list("entry", "completed_on")) == [(theirs.pk, date(2025, 5, 1))]
    assert set(MilestoneCompletion.objects.filter(milestone__target=mine).values_list("entry")) <= {
        (entry.pk,)
    }


def test_choices_hold_nothing_of_what_is_not_seen():  # case 72
    """And what is not offered is not accepted."""
    there = make_target(elsewhere(), title="机密目标", lead_unit=make_unit("礼乐街道"))
    mine = make_target(title="本地目标")
    for user, places in (
        (author(), ("progressentry_add", "targetrevision_add")),
        (coordinator(), ("progressentry_add", "targetrevision_add", "target_add", "plan_add")),
    ):
        client = signed_in(user)
        for name in places:
            text = client.get(page(name)).content.decode()
            assert "机密" not in text, name
            assert "X25" not in text, name
            for given in ({"target": there.pk}, {"parent": there.pk, "plan": there.plan_id, "title": "新"}):
                answer = client.post(page(name), {**given, "kind": "value", "_save": "1"})
                assert "机密" not in answer.content.decode(), name
    assert set(Target.objects.all()) == {there, mine}


def test_the_autocompletion_nobody_uses_tells_nothing_either():  # case 72
    there = make_target(elsewhere(), title="机密目标", lead_unit=make_unit("礼乐街道"))
    submit_entry(there, 6, "265.2", JULY, narrative="机密进展")
    make_target(title="本地目标")
    found = set()
    for user in (author(), coordinator(), make_user("管理", make_unit(), "系统管理员")):
        client = signed_in(user)
        for model in apps.get_models():
            for field in (field for field in model._meta.fields if field.remote_field):
                asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name,
                         "field_name": field.name, "term": ""}  # fmt: skip
                answer = client.get(reverse("admin:autocomplete"), asked)
                found.add(answer.status_code)
                assert "\\u673a\\u5bc6" not in answer.content.decode(), (user, model, field)
    assert found == {200, 403, 404}


def test_counts_and_export_hold_only_rows_that_are_seen():  # cases 73, 74, 88
    """A plan that is closed to other units: neither rows, counts, filters nor the workbook tell of them."""
    plan = make_plan(is_open=False)
    file_entry(make_target(plan, title="本单位"), 6, "265.2", JULY)
    other = make_unit("农业办")
    file_entry(make_target(plan, title="机密", lead_unit=other), 6, "100", JULY)
    client = signed_in(author())
    for asked in ({}, {"unit": other.pk}, {"q": "机密"}, {"q": "农业"}, {"status": "red"}):
        answer = client.get("/targets/", {"plan": "P25", "period": 6, **asked})
        text = answer.content.decode()
        assert "农业" not in text.replace('value="农业"', "")
        if answer.status_code == 200:
            assert answer.context["page"].paginator.count == (0 if asked else 1)
            chips = [chip for group in answer.context["chips"] for chip in group["chips"]]
            assert not any(chip["count"] for chip in chips if chip["key"] == "red")
        book = client.get("/targets/export/", {"plan": "P25", "period": 6, **asked})
        if book.status_code == 200:
            cells = [
                str(cell)
                for sheet in load_workbook(BytesIO(b"".join(book.streaming_content)))
                for row in sheet.values
                for cell in row
            ]
            assert not any("机密" in cell or "农业" in cell for cell in cells)
            assert any("本单位" in cell for cell in cells) == (not asked)
    listed = client.get(page("target_changelist"), {"_facets": "True"})
    assert listed.context["cl"].result_count == 1
    assert "农业" not in listed.content.decode()


def test_fields_that_are_no_form_fields_are_ignored():  # case 95
    entry = draft_entry(make_target(), 6, "265.2", JULY)
    client = signed_in(author())
    place = page("progressentry_change", entry.pk)
    forged = {
        "state": "approved", "entered_by": reviewer().pk, "submitted_by": reviewer().pk, "reviewed_by": 1,
        "earlier_writers": [], "effective_on": "2025-01-01", "revision_no": 9, "version": 9, "origin": "own",
        "reported_by_unit": make_unit("农业办").pk, "is_belated": "on", "is_void": "on", "passed_by": 1,
    }  # fmt: skip
    before = ProgressEntry.objects.values().get()
    typed = form_on(client.get(place), "progressentry_form")
    client.post(place, {**typed, **forged, "narrative": "改", "_save": "1"})
    assert ProgressEntry.objects.values().get() == {**before, "narrative": "改", "version": 2}


# --- tokens and sessions --------------------------------------------------------------------------


def test_the_token_of_another_session_does_not_write():  # cases 87, 91
    entry = draft_entry(make_target(), 6, "265.2", JULY)
    mine = signed_in(author(), enforce_csrf_checks=True)
    others = signed_in(make_user("同事", make_unit(), "填报员"), enforce_csrf_checks=True)
    place = page("progressentry_change", entry.pk)
    own, foreign = (form_on(client.get(place), "progressentry_form") for client in (mine, others))
    typed = {**own, "narrative": "改", "_save": "1"}
    for token in (foreign["csrfmiddlewaretoken"], "", "x" * 64):
        refused = mine.post(place, {**typed, "csrfmiddlewaretoken": token})
        assert refused.status_code == 403
        assert "页面已失效" in refused.content.decode()
    assert mine.post(place, typed, headers={"Origin": "https://evil.example"}).status_code == 403
    assert mine.post(place, typed).status_code == 302


def test_signing_in_changes_the_session_and_a_new_password_ends_the_others(client):  # case 119
    user = User.objects.create_user("alice", password=PASSWORD)
    client.get("/login/")
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post("/login/", {"username": "alice", "password": PASSWORD})
    assert client.session.session_key != planted
    assert "sessionid" in client.cookies
    assert client.cookies["sessionid"]["httponly"]
    elsewhere = Client()
    elsewhere.force_login(user)
    new = {"old_password": PASSWORD, "new_password1": "even-longer-10", "new_password2": "even-longer-10"}
    client.post("/password/", new)
    assert client.get("/password/").status_code == 200
    assert elsewhere.get("/password/").headers["Location"] == "/login/?next=/password/"


@pytest.mark.parametrize(
    "place",
    ["//evil.example", r"\\evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example",
     "http:///evil.example", "\thttps://evil.example", "///evil.example"],
)  # fmt: skip
def test_nobody_is_led_away(client, place):  # case 94
    User.objects.create_user("alice", password=PASSWORD)
    answer = client.get("/admin/login/", {"next": place})
    assert answer.headers["Location"].startswith("/login/?next=")
    answer = client.post("/login/", {"username": "alice", "password": PASSWORD, "next": place})
    assert answer.headers["Location"] == "/targets/"  # the first page of whoever has no role
    answer = client.post("/language/", {"language": "en", "next": place})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "a b", "localhost@evil.example"])
def test_another_host_s_name_is_refused(client, host):  # case 101
    for path in ("/login/", "/targets/", "/password/", "/nowhere/"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.content.decode()
    answer = client.get("/targets/", headers={"X-Forwarded-Host": host})
    assert answer.headers["Location"] == "/login/?next=/targets/"


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/manage.py", "/db.sqlite3", "/.data/db.sqlite3", "/static/", "/static/../manage.py",
     "/static/%2e%2e/manage.py", "/files/", "/media/", "/secret_key", "/admin/doc/"],
)  # fmt: skip
def test_no_file_is_served_that_is_no_page(client, path):  # case 116
    answer = client.get(path)
    assert answer.status_code in (302, 404)
    assert "SECRET" not in answer.content.decode()


# --- what is kept of it ---------------------------------------------------------------------------


def test_what_a_superuser_does_stands_in_the_log(client):  # case 82
    chief = staff(make_user("主管", is_superuser=True))
    target = make_target()
    waiting = submit_entry(target, 6, "265.2", JULY)
    client.force_login(chief)
    place = page("progressentry_change", waiting.pk)
    client.post(place, {**form_on(client.get(place), "progressentry_form"), "_approve": "1"})
    place = page("member_change", author().member.pk)
    roles = [group.pk for group in author().groups.all()]
    client.post(place, {**form_on(client.get(place), "member_form"), "roles": roles, "is_active": ""})
    place = reverse("admin:auth_user_password_change", args=(author().pk,))
    client.post(place, {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD})
    told = (
        AuditRecord.objects.filter(by=chief).exclude(act="sign_in").order_by("pk").values_list("act", "rows")
    )
    user = f"|user.{author().pk}|"
    assert list(told) == [
        ("approve", f"|progressentry.{waiting.pk}|"), ("rights", user), ("password", user),
    ]  # fmt: skip
    assert PASSWORD not in str(list(AuditRecord.objects.values()))


def rows():
    """Every row of every table but what signing in writes, and the audit: an export is recorded."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in ("django_session", "auth_user", "targets_auditrecord"):
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def kind_of(place):
    """Links of one view that ask in the same words lead to pages of one kind."""
    path, _, query = place.partition("?")
    return resolve(path).view_name, tuple(sorted(parse_qs(query, keep_blank_values=True)))


def links_on(answer):
    if not answer.headers["Content-Type"].startswith("text/html"):
        return []
    text = answer.content.decode()
    return [found.split('"')[0].split("#")[0].replace("&amp;", "&") for found in text.split('href="')[1:]]


@pytest.mark.slow
def test_following_every_link_changes_nothing():  # case 115
    plan = make_plan(locks_periods=True)
    for value in ("265.2", "100"):
        file_entry(make_target(plan), 5, value, date(2025, 6, 3))
        submit_entry(Target.objects.last(), 6, value, JULY)
    draft_entry(make_target(plan, figure_from="statistics"), 6, None, JULY)
    make_target(make_plan("D26", year=2026, state="drafting"))
    SupportingUnit(target=Target.objects.first(), unit=make_unit("农业办")).save()
    client = signed_in(make_user("主管", make_unit("综合办"), is_superuser=True))
    before = rows()
    seen, left = Counter(), ["/targets/", "/admin/", "/todo/"]
    for place in left:  # it grows by the links of each page
        if seen[kind_of(place)] == 2:
            continue
        seen[kind_of(place)] += 1
        answer = client.get(place, follow=True)
        assert answer.status_code < 400, place
        here = answer.request["PATH_INFO"]
        for link in links_on(answer):
            link = here + link if link.startswith("?") else link
            if link.startswith("/") and "/static/" not in link and link.count("&") < 2 and link not in left:
                left.append(link)
    assert len(seen) > 100
    assert rows() == before
    assert ProgressEntry.objects.filter(state="submitted").count() == 2
