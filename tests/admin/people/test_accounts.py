"""Accounts, people and the log: what an administrator and an auditor may, and what nobody may."""

from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from targets.models import AuditRecord, Member, OrgUnit, Plan, Target
from tests.factories import (
    author,
    coordinator,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    submit_entry,
)
from tests.pages import form_on

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


@pytest.fixture
def administrator(client):
    user = make_user("管理", make_unit(), "系统管理员", is_staff=True)
    client.force_login(user)
    return user


def saved(client, user, *roles, **fields):
    """The account's form with these roles, as a forger might send it."""
    groups = Group.objects.filter(name__in=roles).values_list("pk", flat=True)
    typed = {"username": user.username, "is_active": "on", "is_staff": "on", "groups": list(groups)}
    answer = client.post(page("auth_user_change", user.pk), {**typed, **fields, "_save": "1"})
    user.refresh_from_db()
    return answer


def roles_of(user):
    return sorted(user.groups.values_list("name", flat=True))


def test_an_administrator_gives_roles_and_no_power(client, administrator):
    user = make_user("新人")
    answer = saved(client, user, "填报员", "审核员", is_superuser="on", user_permissions=["1"])
    assert answer.status_code == 302
    assert roles_of(user) == sorted(["填报员", "审核员"])
    assert not user.is_superuser
    assert not user.user_permissions.exists()


def test_nobody_but_a_superuser_changes_their_own_roles(client, administrator):  # case 85
    saved(client, administrator, "系统管理员", "统筹员", is_superuser="on")
    assert roles_of(administrator) == ["系统管理员"]
    assert not administrator.is_superuser


def test_a_superuser_is_out_of_an_administrator_s_reach(client, administrator):  # case 86
    chief = make_user("主管", is_superuser=True)
    for name in ("change", "delete", "history", "password_change"):
        for method in (client.get, client.post):
            answers = [method(page(f"auth_user_{name}", pk)) for pk in (chief.pk, 987654)]
            assert [answer.status_code for answer in answers] in ([302, 302], [403, 403], [404, 404]), name
    assert "主管" not in client.get(page("auth_user_changelist")).content.decode()
    assert client.get(page("auth_group_changelist")).status_code == 403


def test_a_null_character_in_a_look_up_is_refused(client, administrator):  # PostgreSQL fails on it
    accounts = page("auth_user_changelist")
    for asked in ("is_active__exact=%00", "groups__id__exact=%00", "password__startswith=p"):
        assert client.get(f"{accounts}?{asked}").status_code == 400, asked


def test_an_administrator_keeps_units_and_people_and_sees_no_target(client, administrator):
    entry = submit_entry(make_target(title="全年工业总产值"), 6, "265.2", JULY)
    for name in ("targets_orgunit_changelist", "targets_member_changelist", "targets_member_add"):
        assert client.get(page(name)).status_code == 200
    person = Member.objects.get(user=entry.entered_by)
    typed = {"name": "改名", "post": "", "unit": person.unit_id, "username": person.user.username}
    assert client.post(page("targets_member_change", person.pk), typed).status_code == 302
    for name in (
        "targets_target_changelist",
        "targets_progressentry_changelist",
        "targets_auditrecord_changelist",
    ):
        assert client.get(page(name)).status_code == 403
    assert client.get(page("targets_target_change", entry.target_id)).status_code in (302, 403)
    assert client.get(f"/targets/{entry.target.code}/").status_code == 404
    assert "全年工业总产值" not in client.get("/targets/").content.decode()


def test_a_coordinator_moves_nobody_to_another_town(client):
    user = coordinator()
    user.is_staff = True
    user.save()
    client.force_login(user)
    there = make_unit("礼乐街道", kind="township", parent=None)
    stranger = make_user("外人", there).member
    answer = client.post(page("targets_member_change", stranger.pk), {"name": "改"})
    assert answer.headers["Location"] == "/admin/"  # as for somebody who does not exist
    assert client.post(page("targets_member_change", user.member.pk), {"name": "我"}).status_code == 403
    person = Member(name="张三", unit=user.member.unit)
    person.save()
    answer = client.post(page("targets_member_change", person.pk), {"name": "李四", "unit": there.pk})
    assert list(answer.context["adminform"].form.errors) == ["unit"]
    assert "user" not in answer.context["adminform"].form.fields


def test_a_town_does_not_say_what_it_is_nor_leave_its_district(client):
    """A coordinator's rights go by both."""
    district = OrgUnit(name="江海区", kind="government")
    district.save()
    town = OrgUnit(name="外海街道", kind="township", parent=district)
    town.save()
    make_plan("D25", jurisdiction=district)
    user = make_user("统", town, "统筹员", is_staff=True)
    office = make_unit("综合办")
    client.force_login(user)
    for unit in (town, office):
        place = page("targets_orgunit_change", unit.pk)
        shown = form_on(client.get(place), "orgunit_form")
        client.post(place, {**shown, "short_name": "改", "kind": "party", "parent": "", "_save": "1"})
    shown = form_on(client.get(page("targets_orgunit_add")), "orgunit_form")
    answer = client.post(page("targets_orgunit_add"), {**shown, "name": "新区", "parent": "", "_save": "1"})
    assert list(answer.context["adminform"].form.errors) == ["parent"]
    for unit in (town, office):
        unit.refresh_from_db()
    assert (town.short_name, town.kind, town.parent) == ("改", "township", district)
    assert office.parent == town
    assert not Plan.objects.runnable_by(user).exists()


# --- the log --------------------------------------------------------------------------------------


def log(user, what="一条记录"):
    return AuditRecord.objects.note(AuditRecord.Act.CHANGE, make_target(title=what), by=user)


def test_an_auditor_reads_the_log_by_user_and_day_and_nothing_else(client):
    first, second = author(), coordinator()
    log(first, "甲目标")
    log(second, "乙目标")
    client.force_login(make_user("审计", make_unit("外海街道"), "审计员", is_staff=True))
    address = page("targets_auditrecord_changelist")
    assert client.get(f"{address}?act__exact=change").context["cl"].result_count == 2
    assert client.get(f"{address}?user={first.pk}").context["cl"].result_count == 1
    day = timezone.localtime(AuditRecord.objects.latest("pk").at)
    asked = f"{address}?at__year={day.year}&at__month={day.month}"
    assert client.get(asked).status_code == 200
    for forged in ("user__password__startswith=p", "at__year=9999", f"at__day={10**30}"):
        assert client.get(f"{address}?{forged}").status_code == 400
    assert client.get(page("targets_target_changelist")).status_code == 403
    assert client.get(page("auth_user_changelist")).status_code == 403
    assert not Target.objects.visible_to(User.objects.get(username="审计")).exists()


@pytest.mark.parametrize("who", ["auditor", "superuser"])
def test_nobody_writes_in_the_log(client, who):  # case 82
    row = log(author())
    user = make_user("审计", None, *(["审计员"] if who == "auditor" else []), is_staff=True)
    user.is_superuser = who == "superuser"
    user.save()
    client.force_login(user)
    before = AuditRecord.objects.filter(pk=row.pk).values().get()
    assert client.get(page("targets_auditrecord_change", row.pk)).status_code == 200
    assert client.post(page("targets_auditrecord_change", row.pk), {"subject": "x"}).status_code == 403
    assert client.post(page("targets_auditrecord_delete", row.pk), {"post": "yes"}).status_code == 403
    assert client.get(page("targets_auditrecord_add")).status_code == 403
    assert AuditRecord.objects.filter(pk=row.pk).values().get() == before


# --- at once --------------------------------------------------------------------------------------


def test_a_disabled_account_s_session_ends_at_once(client):  # case 84
    user = author()
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert client.get(page("targets_progressentry_changelist")).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    for place in (page("targets_progressentry_changelist"), "/targets/"):
        assert client.get(place).headers["Location"] == f"/login/?next={place}"


def test_what_a_closed_account_wrote_stays_under_its_name(client, administrator):  # case 43
    entry = file_entry(make_target(title="全年工业总产值"), 6, "265.2", JULY)
    person = entry.entered_by
    typed = {"name": person.member.name, "unit": person.member.unit_id, "username": person.username}
    assert client.post(page("targets_member_change", person.member.pk), typed).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    for post in ({}, {"post": "yes"}):
        assert client.post(page("auth_user_delete", person.pk), post).status_code == 403
    client.force_login(make_user("领导", make_unit("外海街道"), "领导", is_staff=True))
    assert person.member.name in client.get(page("targets_progressentry_change", entry.pk)).content.decode()
    entry.refresh_from_db()
    assert (entry.state, entry.entered_by) == ("approved", person)


def test_a_role_given_or_taken_counts_with_the_next_request(client):
    user = make_user("新人", make_unit(), is_staff=True)
    client.force_login(user)
    place = page("targets_progressentry_changelist")
    assert client.get(place).status_code == 403
    user.groups.set([Group.objects.get(name="填报员")])
    assert client.get(place).status_code == 200
    user.groups.clear()
    assert client.get(place).status_code == 403


def test_units_of_one_name_are_told_apart_by_their_town(client, administrator):
    twin = make_unit("经发办2", parent=make_unit("云溪镇", parent=None))
    OrgUnit.objects.filter(pk=twin.pk).update(name="经发办")
    offered = client.get(page("targets_member_add")).context["adminform"].form.fields["unit"].choices
    assert [label for value, label in offered if value] == [
        "外海街道", "外海街道 · 经发办", "云溪镇", "云溪镇 · 经发办",
    ]  # fmt: skip
