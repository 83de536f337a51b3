"""Who can sign in after the first run, and what a second run leaves alone."""

from datetime import date

import pytest
from django.contrib.auth.models import User

from targets.models import Member
from targets.seed import accounts, articles, demonstration

pytestmark = pytest.mark.django_db

HOLDERS = {
    "admin": ("系统管理员", "—"),
    "waihai-tianbao": ("填报员", "外海街道"),
    "waihai-shenhe": ("审核员", "外海街道"),
    "waihai-tongchou": ("统筹员", "外海街道"),
    "waihai-tongji": ("统计员", "外海街道"),
    "waihai-lingdao": ("领导", "外海街道"),
    "yunxi-tianbao": ("填报员", "云溪镇经济发展办公室"),
    "yunxi-shenhe": ("审核员", "云溪镇党政综合办公室"),
    "yunxi-tongchou": ("统筹员", "云溪镇党政综合办公室"),
    "yunxi-zhuren": ("统筹员", "云溪镇党政综合办公室"),
    "yunxi-tongji": ("统计员", "云溪镇经济发展办公室"),
    "yunxi-lingdao": ("领导", "云溪镇"),
}


@pytest.fixture
def made():
    articles.load()
    return accounts.load()


def test_accounts_and_their_roles(made):
    assert {who.username: (who.role, who.unit) for who in made} == HOLDERS
    for user in User.objects.exclude(username="admin"):
        assert (user.is_staff, user.is_superuser) == (True, False)
        assert [group.name for group in user.groups.all()] == [HOLDERS[user.username][0]]
    assert User.objects.get(username="admin").is_superuser


def test_every_password_is_its_own_and_opens_the_account(made):
    assert len({who.password for who in made}) == len(HOLDERS)
    for who in made:
        assert len(who.password) == 12
        assert not set(who.password) & set("0Oo1lI")
        assert User.objects.get(username=who.username).check_password(who.password)


def test_a_real_place_has_posts_and_no_names(made):
    members = Member.objects.filter(unit__name="外海街道")
    assert sorted(members.values_list("name", flat=True)) == sorted(
        ["外海街道填报员", "外海街道审核员", "外海街道统筹员", "外海街道统计员", "外海街道领导"]
    )


def test_one_member_of_the_town_has_no_account(made):
    [member] = Member.objects.filter(user=None)
    assert str(member.unit) == "柳塘社区"


def test_second_run_changes_no_password(made):
    before = list(User.objects.order_by("pk").values())
    again = accounts.load()
    assert {who.username: (who.role, who.unit) for who in again} == HOLDERS
    assert [who.password for who in again] == [""] * len(HOLDERS)
    assert list(User.objects.order_by("pk").values()) == before


def test_removed_accounts_do_not_come_back(made):
    demonstration.load(date(2026, 2, 3))
    for username in ("waihai-shenhe", "yunxi-tianbao"):
        user = User.objects.get(username=username)
        user.username = f"{username}-old"
        user.save()
    User.objects.filter(username="admin").update(username="root")
    again = {who.username for who in accounts.load()}
    assert again == set(HOLDERS) - {"waihai-shenhe", "yunxi-tianbao", "admin"} | {"root"}
    assert User.objects.count() == len(HOLDERS)


def test_without_the_demonstration():
    articles.load()
    assert {who.username for who in accounts.load(demo=False)} == {
        name for name in HOLDERS if not name.startswith("yunxi")
    }
    assert not Member.objects.filter(unit__name="柳塘社区").exists()


def test_demonstration_alone_makes_accounts_nobody_can_open():
    demonstration.load(date(2026, 2, 3))
    assert User.objects.count() == 6
    assert not any(user.has_usable_password() for user in User.objects.all())
