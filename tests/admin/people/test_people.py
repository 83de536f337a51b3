"""One person on one page: name, post, units, account, roles and the first password."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from targets.models import AuditRecord, Member, PasswordRecord, Target
from tests.factories import coordinator, make_target, make_unit, make_user, staff
from tests.pages import form_on

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"admin:targets_member_{name}", args=args)


@pytest.fixture
def administrator(client):
    user = make_user("管理", make_unit(), "系统管理员", is_staff=True)
    client.force_login(user)
    return user


def groups(*roles):
    return list(Group.objects.filter(name__in=roles).values_list("pk", flat=True))


def roles_of(user):
    return set(user.groups.values_list("name", flat=True))


def added(client, **fields):
    typed = {"name": "林小禾", "post": "科员", "unit": make_unit().pk, "username": "linxiaohe"}
    return client.post(page("add"), {**typed, "roles": groups("填报员"), **fields, "_save": "1"})


def changed(client, person, **fields):
    """The person's form as it stands, with these fields changed."""
    place = page("change", person.pk)
    shown = client.get(place)
    form = shown.context["adminform"].form
    typed = form_on(shown, "member_form")
    typed |= {name: form[name].value() for name in ("also_in", "roles") if name in form.fields}
    answer = client.post(place, {k: v for k, v in {**typed, **fields}.items() if v is not None})
    person.refresh_from_db()
    return answer


def faults(answer):
    return dict(answer.context["adminform"].form.errors)


def test_one_submit_makes_person_account_roles_and_password(client, administrator):
    target = make_target(lead_unit=make_unit("农业办"))
    answer = added(client, also_in=[make_unit("农业办").pk])
    user = User.objects.get(username="linxiaohe")
    assert (user.first_name, user.is_staff, user.is_superuser) == ("林小禾", True, False)
    assert roles_of(user) == {"填报员"}
    assert (user.member.name, user.member.post, str(user.member.unit)) == ("林小禾", "科员", "经发办")
    assert set(Target.objects.editable_by(user)) == {target}
    password = re.search("<code>(.*)</code>", answer.content.decode())[1]
    assert user.check_password(password)
    there = Client()
    there.post("/login/", {"username": "linxiaohe", "password": password})
    assert there.get("/targets/").headers["Location"] == "/password/"


def test_the_first_password_is_shown_once_and_kept_nowhere(client, administrator):
    password = re.search("<code>(.*)</code>", added(client).content.decode())[1]
    person = Member.objects.get(name="林小禾")
    for place in (page("changelist"), page("change", person.pk), page("history", person.pk)):
        assert password not in client.get(place).content.decode()
    assert faults(added(client)) == {"username": ["该账号已存在，请另取一个账号名。"]}  # reloaded
    kept = [*AuditRecord.objects.values(), *User.objects.values(), *PasswordRecord.objects.values()]
    assert password not in str(kept) + str(dict(client.session))


def test_it_is_one_record_of_rights_by_the_administrator(client, administrator):
    AuditRecord.objects.all()._raw_delete("default")
    added(client)
    record = AuditRecord.objects.get()
    user = User.objects.get(username="linxiaohe")
    assert (record.act, record.by) == ("rights", administrator)
    assert set(filter(None, record.rows.split("|"))) == {f"user.{user.pk}", f"member.{user.member.pk}"}
    assert record.changes[f"user.{user.pk}"]["groups"] == [None, ["填报员"]]


def test_a_person_may_have_no_account(client, administrator):
    assert added(client, username="", roles=[]).status_code == 302
    assert Member.objects.get(name="林小禾").user is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "管理"}, "username"),
        ({"username": "lin xiaohe"}, "username"),
        ({"unit": ""}, "unit"),
        ({"name": ""}, "name"),
        ({"name": "林\x07"}, "name"),
        ({"roles": ["987654"]}, "roles"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(client, administrator, typed, field):
    before = (User.objects.count(), Member.objects.count())
    assert list(faults(added(client, **typed))) == [field]
    assert (User.objects.count(), Member.objects.count()) == before


def test_a_person_gets_an_account_later(client, administrator):
    added(client, username="", roles=[])
    person = Member.objects.get(name="林小禾")
    answer = changed(client, person, username="linxiaohe", roles=groups("审核员"))
    assert person.user.check_password(re.search("<code>(.*)</code>", answer.content.decode())[1])
    assert roles_of(person.user) == {"审核员"}


def test_roles_units_and_names_change_on_the_same_page(client, administrator):
    added(client)
    person = Member.objects.get(name="林小禾")
    password = person.user.password
    other = make_unit("农业办")
    answer = changed(
        client, person, name="林禾", unit=other.pk, roles=groups("审核员", "统计员"), username="linhe"
    )
    assert answer.status_code == 302
    assert (person.unit, person.user.username, person.user.first_name) == (other, "linhe", "林禾")
    assert roles_of(person.user) == {"审核员", "统计员"}
    assert person.user.password == password
    record = AuditRecord.objects.latest("pk")
    assert record.act == "rights"
    assert record.changes[f"user.{person.user.pk}"]["username"] == ["linxiaohe", "linhe"]


def test_a_new_post_alone_is_no_record_of_rights(client, administrator):
    added(client)
    changed(client, Member.objects.get(name="林小禾"), post="副主任")
    assert AuditRecord.objects.latest("pk").act == "change"


def test_a_person_is_switched_off_and_keeps_the_account(client, administrator):
    added(client)
    person = Member.objects.get(name="林小禾")
    assert list(faults(changed(client, person, username=""))) == ["username"]
    assert changed(client, person, is_active=None).status_code == 302
    assert not person.user.is_active
    assert changed(client, person, is_active="on").status_code == 302
    assert person.user.is_active


def test_nobody_but_a_superuser_changes_the_own_roles(client, administrator):
    changed(
        client, administrator.member, roles=groups("统筹员", "系统管理员"), username="别名", is_active=None
    )
    administrator.refresh_from_db()
    assert (administrator.username, administrator.is_active) == ("管理", True)
    assert roles_of(administrator) == {"系统管理员"}


def test_a_superuser_s_account_is_out_of_an_administrator_s_reach(client, administrator):
    chief = make_user("主管", make_unit(), is_superuser=True)
    changed(client, chief.member, roles=groups("统筹员"), username="别名", is_active=None)
    chief.refresh_from_db()
    assert (chief.username, chief.is_active, roles_of(chief)) == ("主管", True, set())


def test_a_coordinator_makes_no_account(client):
    client.force_login(staff(coordinator()))
    answer = added(client)
    assert answer.status_code == 302
    assert Member.objects.get(name="林小禾").user is None
    assert not User.objects.filter(username="linxiaohe").exists()
    person = Member.objects.get(name="林小禾")
    changed(client, person, username="linxiaohe", roles=groups("系统管理员"))
    assert person.user is None


# --- an account that is nobody's yet ----------------------------------------------------------------


def test_an_account_made_elsewhere_gets_its_person(client, administrator):
    user = make_user("laozhanghao", None, "填报员")
    shown = client.get(reverse("admin:auth_user_change", args=[user.pk])).content.decode()
    place = f"{page('add')}?account={user.pk}"
    assert place in shown
    typed = {**form_on(client.get(place), "member_form"), "name": "老张", "unit": make_unit().pk}
    assert client.post(place, {**typed, "roles": groups("填报员")}).status_code == 302
    user.refresh_from_db()
    assert (user.member.name, user.first_name, roles_of(user)) == ("老张", "老张", {"填报员"})


@pytest.mark.parametrize("whose", ["superuser", "somebody", "nonsense"])
def test_no_account_of_others_is_taken(client, administrator, whose):
    superuser = make_user("主管", None, is_superuser=True)
    given = {"superuser": superuser.pk, "somebody": administrator.pk, "nonsense": "x"}[whose]
    typed = {"name": "贼", "unit": make_unit().pk, "username": "zei", "roles": groups("填报员")}
    client.post(f"{page('add')}?account={given}", typed)
    assert Member.objects.get(name="贼").user.username == "zei"


def test_the_form_of_accounts_leads_to_the_person_s(client, administrator):
    assert client.get(reverse("admin:auth_user_add")).headers["Location"] == page("add")
    assert client.post(reverse("admin:auth_user_add"), {"username": "x"}).headers["Location"] == page("add")
    user = make_user("新人", make_unit(), "填报员")
    place = reverse("admin:auth_user_change", args=[user.pk])
    assert page("change", user.member.pk) in client.get(place).content.decode()
    client.post(place, {"username": "改", "first_name": "改", "groups": groups("统筹员"), "is_staff": "on"})
    user.refresh_from_db()
    assert (user.username, user.is_active, roles_of(user)) == ("新人", True, {"填报员"})


def test_roles_changed_meanwhile_are_shown_by_name_and_taken(client, administrator):
    added(client)
    person = Member.objects.get(name="林小禾")
    typed = {**form_on(client.get(page("change", person.pk)), "member_form"), "roles": groups("填报员")}
    person.user.groups.set(Group.objects.filter(name__in=["审核员", "统计员"]))
    answer = client.post(page("change", person.pk), {**typed, "post": "主任"})
    (difference,) = [each for each in answer.context["adminform"].form.differences if not each.is_kept]
    assert (difference.stored, difference.mine) == ("审核员、统计员", "填报员")
    assert set(answer.context["adminform"].form["roles"].value()) == {
        str(pk) for pk in groups("审核员", "统计员")
    }
    assert roles_of(person.user) == {"审核员", "统计员"}
