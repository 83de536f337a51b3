"""A new password: varied, not used before; one that another has set is changed before anything else."""

from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse

from targets.models import PasswordRecord
from targets.models.people.password import KEPT, new_password
from targets.seed import accounts, articles
from tests.factories import make_plan, make_unit, make_user
from tracker.apps import SEEN
from tracker.passwords import VariedValidator

pytestmark = pytest.mark.django_db
FIRST, GIVEN, OWN = "right-Horse-9", "another-Mule-4", "third-Donkey-7"


@pytest.fixture
def alice():
    user = make_user("张天宝", make_unit(), "填报员", is_staff=True)
    user.set_password(FIRST)
    user.save()
    return user


@pytest.fixture
def administrator():
    browser = Client()
    browser.force_login(make_user("管理", make_unit(), "系统管理员", is_staff=True))
    return browser


def sign_in(client, password):
    return client.post("/login/", {"username": "张天宝", "password": password})


def change(client, old, new):
    return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": new})


def give(administrator, user, password=GIVEN):
    typed = {"password1": password, "password2": password, "usable_password": "true"}
    return administrator.post(reverse("admin:auth_user_password_change", args=[user.pk]), typed)


def opened(administrator):
    """The first password of a new account."""
    typed = {"name": "张天宝", "unit": make_unit().pk, "username": "张天宝"}
    return administrator.post(reverse("admin:targets_member_add"), typed).context["given"][0].password


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaab", "abababababab", "1234567890a", "abcdefghijk", "ABCDEFghijkl1", "qwertyuiop1",
        "asdfghjkl12", "0987654321x", "111122223333aaaa", "Tian7bTian7b", "密码密码密码密码密码",
        "zxcvbnm1234",
    ],
)  # fmt: skip
def test_too_plain(password):
    with pytest.raises(ValidationError, match="连续字符"):
        VariedValidator().validate(password)


@pytest.mark.parametrize("password", [FIRST, GIVEN, OWN, "yunxi.Report26", "今天天气很好我们去爬山"])
def test_varied_enough(password):
    VariedValidator().validate(password)


def test_what_the_program_makes_up_is_varied_enough():
    for _each in range(300):
        validate_password(new_password())


def test_old_ones_do_not_come_back(client, alice):
    client.force_login(alice)
    words = [FIRST, "grey-Horse-1", "brown-Horse-2", "white-Horse-3", "sly-Horse-4"]
    for old, new in pairwise(words):
        assert change(client, old, new).status_code == 302
    for used in words:
        assert "不能与当前密码或最近" in change(client, words[-1], used).content.decode()
    assert change(client, words[-1], OWN).status_code == 302
    assert PasswordRecord.objects.filter(user=alice).count() == KEPT
    assert change(client, OWN, FIRST).status_code == 302


def test_the_present_one_of_an_account_made_earlier_counts(client):
    user = User.objects.create_user("张天宝", password=FIRST)
    assert not PasswordRecord.objects.exists()
    client.force_login(user)
    assert "不能与当前密码" in change(client, FIRST, FIRST).content.decode()


def test_no_password_is_kept_as_it_is(alice):
    assert FIRST not in PasswordRecord.objects.get().password


def test_a_password_that_was_given_is_changed_first(client, alice, administrator):
    make_plan()
    assert give(administrator, alice).status_code == 302
    assert sign_in(client, GIVEN).status_code == 302
    for path in ("/targets/", "/todo/", "/admin/", "/admin/password_change/"):
        assert client.get(path).headers["Location"] == "/password/", path
    assert client.post("/targets/", {"some": "words"}).headers["Location"] == "/password/"
    assert "由管理员设置" in client.get("/password/").content.decode()
    assert "不能与当前密码" in change(client, GIVEN, GIVEN).content.decode()
    assert client.get("/targets/").status_code == 302
    assert change(client, GIVEN, OWN).headers["Location"] == "/admin/targets/progressentry/desk/"
    assert "密码已修改" in client.get("/targets/").content.decode()
    client.post("/logout/")
    sign_in(client, OWN)
    assert client.get("/targets/").status_code == 200
    assert "由管理员设置" not in client.get("/password/").content.decode()


def test_a_given_one_asks_again_until_it_is_changed(client, alice, administrator):
    give(administrator, alice)
    for _day in range(2):
        sign_in(client, GIVEN)
        assert client.get("/targets/").headers["Location"] == "/password/"
        assert client.post("/logout/").headers["Location"] == "/login/"


def test_the_first_one_of_a_new_account_is_given(client, administrator):
    sign_in(client, opened(administrator))
    assert client.get("/targets/").headers["Location"] == "/password/"


def test_an_account_nobody_used_can_still_be_deleted(administrator):
    opened(administrator)
    user = User.objects.get(username="张天宝")
    administrator.post(reverse("admin:targets_member_delete", args=[user.member.pk]), {"post": "yes"})
    administrator.post(reverse("admin:auth_user_delete", args=[user.pk]), {"post": "yes"})
    assert not User.objects.filter(username="张天宝").exists()


def test_one_set_on_the_server_is_given_too(client, alice, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: GIVEN)
    call_command("changepassword", alice.username, stdout=StringIO())
    sign_in(client, GIVEN)
    assert client.get("/targets/").headers["Location"] == "/password/"


def test_on_the_server_it_is_typed_twice_and_must_be_good(alice, monkeypatch):
    typed = iter([GIVEN, "another", "aaaaaaaaaaaa", "aaaaaaaaaaaa", GIVEN, ""])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    told = StringIO()
    with pytest.raises(CommandError, match="密码未修改"):
        call_command("changepassword", alice.username, stderr=told)
    assert "两次输入的密码不一致" in told.getvalue()
    assert "至少含" in told.getvalue()
    alice.refresh_from_db()
    assert not alice.check_password(GIVEN)


def test_of_nobody_no_password_is_set():
    with pytest.raises(CommandError, match="无此人"):
        call_command("changepassword", "无此人")


def test_who_sets_the_own_one_is_not_asked_again(client):
    chief = make_user("主管", is_superuser=True, is_staff=True)
    client.force_login(chief)
    give(client, chief)
    assert PasswordRecord.objects.to_be_changed(chief) == ""


def test_accounts_of_which_nothing_is_noted_keep_theirs(client):
    """Those of an earlier release, and the invented town's."""
    make_user("张天宝", make_unit(), "填报员", password=FIRST)
    make_plan()
    sign_in(client, FIRST)
    assert client.get("/targets/").status_code == 200


# --- as inspections by GB/T 22239 ask: TRACKER_PASSWORDS=gb ----------------------------------------


@pytest.fixture
def gb(settings):
    settings.PASSWORD_KINDS, settings.PASSWORD_AGE = 3, timedelta(days=90)
    kinds = {"NAME": "tracker.passwords.KindsValidator", "OPTIONS": {"kinds": 3}}
    settings.AUTH_PASSWORD_VALIDATORS = [*settings.AUTH_PASSWORD_VALIDATORS, kinds]


def rest(client):
    """Half an hour without a request."""
    session = client.session
    session[SEEN] -= 31 * 60
    session.save()


def age(user, days):
    PasswordRecord.objects.filter(user=user).update(set_at=F("set_at") - timedelta(days))


@pytest.mark.parametrize(
    "password", ["yunxireport26", "yunxi-report", "YUNXI-REPORT", "今天天气很好我们去爬山a"]
)
def test_two_kinds_of_characters_are_too_few(gb, password):
    with pytest.raises(ValidationError, match="四类中的3类"):
        validate_password(password)


@pytest.mark.parametrize("password", [FIRST, "yunxi.Report", "Yunxireport26", "今天天气很好我们去爬山a8"])
def test_three_kinds_will_do(gb, password):
    validate_password(password)


def test_what_the_program_makes_up_serves_here_too(gb):
    for _each in range(100):
        validate_password(new_password())


def test_the_kinds_are_asked_of_nobody_else():
    validate_password("yunxireport26")


def test_after_ninety_days_it_is_changed_at_the_next_sign_in(client, alice, gb):
    make_plan()
    age(alice, 89)
    sign_in(client, FIRST)
    assert client.get("/targets/").status_code == 200
    client.post("/logout/")
    age(alice, 2)
    sign_in(client, FIRST)
    assert client.get("/targets/").headers["Location"] == "/password/"
    assert "已使用超过90天" in client.get("/password/").content.decode()
    assert "四类中的3类" in change(client, FIRST, "yunxireport26").content.decode()
    assert change(client, FIRST, OWN).status_code == 302
    assert client.get("/targets/").status_code == 200
    client.post("/logout/")
    sign_in(client, OWN)
    assert client.get("/targets/").status_code == 200


def test_a_session_outlives_its_password_only_until_it_is_typed_again(client, alice, gb):
    make_plan()
    sign_in(client, FIRST)
    age(alice, 91)
    assert client.get("/targets/").status_code == 200
    rest(client)
    # what was being posted reaches its page, which here takes none
    assert client.post("/targets/", {"password_again": FIRST}).status_code == 405
    assert client.get("/targets/").headers["Location"] == "/password/"


def test_who_was_only_reading_changes_it_at_once(client, alice, gb):
    sign_in(client, FIRST)
    age(alice, 91)
    rest(client)
    client.post("/targets/", {"was_reading": "1", "password_again": FIRST})
    assert client.get("/targets/").headers["Location"] == "/password/"


def test_a_given_one_says_so_however_old(client, alice, administrator, gb):
    give(administrator, alice)
    age(alice, 100)
    sign_in(client, GIVEN)
    assert "由管理员设置" in client.get("/password/").content.decode()


def test_without_an_age_it_serves_for_ever(client, alice):
    make_plan()
    age(alice, 3650)
    sign_in(client, FIRST)
    assert client.get("/targets/").status_code == 200


def test_the_invented_town_s_passwords_never_age(gb):
    articles.load()
    made = {account.username for account in accounts.load()}
    aging = set(PasswordRecord.objects.values_list("user__username", flat=True))
    assert aging == {"admin", *(name for name, _role in accounts.POSTS)}
    assert any(name.startswith("yunxi-") for name in made)
