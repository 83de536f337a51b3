"""Signing in by the platform: whom its proxy names is here, and nobody else's word counts."""

from time import time

import pytest
from axes.models import AccessFailureLog
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from targets.models import AuditRecord, PasswordRecord
from tests.factories import make_plan, make_target, make_unit, make_user
from tests.pages import form_on
from tracker.apps import SEEN

pytestmark = pytest.mark.django_db
HEADER, SIGN_OUT = "HTTP_X_REMOTE_USER", "https://platform.example/logout"
ADD = reverse("admin:targets_progressentry_add")


@pytest.fixture
def platform(settings):
    """The settings with TRACKER_REMOTE_USER, and the platform's sign-out known."""
    place = settings.MIDDLEWARE.index("django.contrib.auth.middleware.LoginRequiredMiddleware")
    own = "tracker.platform.PlatformMiddleware"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:place], own, *settings.MIDDLEWARE[place:]]
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "tracker.platform.PlatformBackend"]
    settings.PLATFORM_HEADER, settings.PLATFORM_LOGOUT = HEADER, SIGN_OUT
    return settings


@pytest.fixture
def alice():
    user = make_user("张天宝", make_unit(), "填报员", is_staff=True)
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def target(alice):
    return make_target(make_plan(), title="全年工业总产值")


def named(name, **environ):
    """A browser behind the platform's proxy."""
    return Client(**{HEADER: name.encode().decode("latin-1"), **environ})


def rest(browser, minutes):
    session = browser.session
    session[SEEN] = int(time() - minutes * 60)
    session.save()


def who(browser):
    return browser.session.get("_auth_user_id") and User.objects.get(pk=browser.session["_auth_user_id"])


def test_without_the_setting_a_forged_header_does_nothing(alice, target):
    browser = named(alice.username)
    assert browser.get("/targets/").headers["Location"].startswith("/login/")
    assert who(browser) is None
    assert "统一平台" not in browser.get("/login/").content.decode()


def test_whom_the_platform_names_is_signed_in(platform, alice, target):
    browser = named(alice.username)
    assert target.title in browser.get("/targets/").content.decode()
    assert browser.get("/login/").headers["Location"] == "/admin/targets/progressentry/desk/"
    record = AuditRecord.objects.get(act="sign_in")
    assert (record.by, record.address, record.remark) == (alice, "127.0.0.1", "统一平台")


def test_nginx_passes_on_nothing_that_a_browser_says_of_itself(settings):
    lines = (settings.BASE / "tracker/deploy/nginx.conf").read_text(encoding="utf-8").splitlines()
    told = [" ".join(line.split()) for line in lines]
    assert [line for line in told if "X-Remote-User" in line] == ["proxy_set_header X-Remote-User $person;"]
    assert [line for line in told if "$person" in line and "X-Remote" not in line] == ['set $person "";']
    location = told[told.index("location / {") :]
    assert not any("proxy_set_header" in line for line in location)  # one there would undo those above


@pytest.mark.parametrize("said", [" 张天宝 ", "张天宝\t"])
def test_a_name_is_read_as_accounts_are_spelled(platform, alice, target, said):
    assert named(said).get("/targets/").status_code == 200
    wide = make_user("li4", make_unit(), "填报员")
    browser = named("ｌｉ４")
    assert browser.get("/targets/").status_code == 200
    assert who(browser) == wide


def test_only_the_proxy_is_believed(platform, alice, target):
    elsewhere = named(alice.username, REMOTE_ADDR="10.0.0.7")
    assert elsewhere.get("/targets/").status_code == 302
    platform.PLATFORM_PROXIES = ["10.0.0.7"]
    assert elsewhere.get("/targets/").status_code == 200
    assert named(alice.username).get("/targets/").status_code == 302


@pytest.mark.parametrize(
    "name", ["lisi", "张天宝二", "'; DROP", "x" * 300, "\udcff".encode("latin-1", "replace").decode()]
)
def test_a_stranger_gets_no_account_and_is_told_whom_to_ask(platform, alice, name):
    browser = named(name)
    for _again in range(30):
        assert browser.get("/targets/").headers["Location"].startswith("/login/")
    told = browser.get("/login/").content.decode()
    assert "请联系系统管理员开通" in told
    assert User.objects.count() == 1
    record = AuditRecord.objects.get(act="sign_in")
    assert (record.by, record.name, record.outcome) == (None, name[:150], "refused")
    assert not AccessFailureLog.objects.exists()  # else the proxy's address would have to wait


def test_a_stranger_s_password_is_the_way_round(platform, alice, target):
    chief = make_user("admin", password="right-Horse-9", is_superuser=True, is_staff=True)
    browser = named("lisi")
    browser.post("/login/", {"username": "admin", "password": "right-Horse-9"})
    assert browser.get("/admin/").status_code == 200
    assert who(browser) == chief


def test_an_account_that_is_switched_off_is_refused(platform, alice, target):
    browser = named(alice.username)
    assert browser.get("/targets/").status_code == 200
    User.objects.update(is_active=False)
    assert browser.get("/targets/").headers["Location"].startswith("/login/")
    assert "没有可用的账号" in browser.get("/login/").content.decode()
    assert who(browser) is None


def test_another_name_ends_the_session_and_posts_nothing_of_the_first(platform, alice, target):
    bob = make_user("李四", make_unit(), "填报员", is_staff=True)
    browser = named(alice.username)
    form = form_on(browser.get(f"{ADD}?target={target.pk}"), "progressentry_form")
    other = {HEADER: bob.username.encode().decode("latin-1")}
    typed = {**form, "value": "265.2", "narrative": "张天宝写的", "_save": "1"}
    assert "页面已失效" in browser.post(ADD, typed, **other).content.decode()
    assert not target.entries.exists()
    assert who(browser) == bob
    gone = browser.get("/targets/", **{HEADER: "nobody"})
    assert gone.headers["Location"].startswith("/login/")
    assert who(browser) is None


def typed_after(browser, target, minutes):
    form = browser.get(f"{ADD}?target={target.pk}")
    typed = {
        **form_on(form, "progressentry_form"),
        "value": "265.2",
        "narrative": "写了很久的话",
        "_save": "1",
    }
    rest(browser, minutes)
    return typed


def test_after_half_an_hour_the_way_leads_back_to_the_platform(platform, alice, target):
    browser = named(alice.username)
    typed = typed_after(browser, target, 31)
    asked = browser.post(ADD, typed)
    assert asked.status_code == 403
    assert 'href="/platform/"' in asked.content.decode()
    assert 'type="password"' not in asked.content.decode()
    assert form_on(asked, "away")["narrative"] == "写了很久的话"
    again = browser.post(ADD, form_on(asked, "away"))
    assert "统一平台尚未确认" in again.content.decode()
    assert not target.entries.exists()
    assert browser.get("/platform/").headers["Location"] == SIGN_OUT
    assert browser.post(ADD, form_on(again, "away")).status_code == 302
    assert target.entries.get().narrative == "写了很久的话"
    rest(browser, 31)
    assert browser.get("/targets/").status_code == 403  # each time anew


def test_who_comes_back_from_the_platform_reads_on(platform, alice, target):
    browser = named(alice.username)
    browser.get("/targets/")
    rest(browser, 31)
    asked = browser.get("/targets/")
    browser.get("/platform/")
    back = browser.post("/targets/", form_on(asked, "away"))
    assert back.headers["Location"] == "/targets/"
    assert browser.get("/targets/").status_code == 200


def test_where_no_sign_out_is_known_the_page_is_answered(platform, alice, target):
    platform.PLATFORM_LOGOUT = ""
    browser = named(alice.username)
    typed = typed_after(browser, target, 31)
    asked = browser.post(ADD, typed)
    assert asked.status_code == 403
    assert 'href="/platform/"' not in asked.content.decode()
    assert browser.post(ADD, form_on(asked, "away")).status_code == 302
    assert target.entries.get().narrative == "写了很久的话"


def test_a_name_that_goes_missing_keeps_what_was_typed(platform, alice, target):
    browser = named(alice.username)
    typed = typed_after(browser, target, 0)
    away = {HEADER: ""}
    asked = browser.post(ADD, typed, **away)
    assert asked.status_code == 403
    assert browser.get("/targets/", **away).status_code == 403
    assert browser.post(ADD, form_on(asked, "away"), **away).status_code == 403
    assert browser.post(ADD, form_on(asked, "away")).status_code == 302
    assert target.entries.get().narrative == "写了很久的话"


def test_signing_out_says_that_the_platform_goes_on(platform, alice, target):
    browser = named(alice.username)
    browser.get("/targets/")
    answer = browser.post("/logout/")
    assert SIGN_OUT in answer.content.decode()
    assert who(browser) is None
    assert AuditRecord.objects.get(act="sign_out").by == alice
    assert browser.get("/targets/").status_code == 200


def test_a_password_that_was_given_concerns_the_platform_s_people_not(platform, alice, target):
    alice.set_password("right-Horse-9")
    alice.save()
    PasswordRecord.objects.mark_temporary(alice)
    page = named(alice.username).get("/targets/")
    assert (page.status_code, "修改密码" in page.content.decode()) == (200, False)
    browser = Client()
    browser.post("/login/", {"username": alice.username, "password": "right-Horse-9"})
    assert browser.get("/targets/").headers["Location"] == "/password/"
    assert "修改密码" in browser.get("/password/").content.decode()


def test_local_accounts_sign_in_where_nobody_is_named(platform, alice, target):
    alice.set_password("right-Horse-9")
    alice.save()
    browser = Client()
    browser.post("/login/", {"username": alice.username, "password": "right-Horse-9"})
    assert target.title in browser.get("/targets/").content.decode()
    rest(browser, 31)
    assert 'type="password"' in browser.get("/targets/").content.decode()
    assert browser.post("/logout/").headers["Location"] == "/login/"


def test_the_platform_s_sessions_end_with_the_setting(platform, alice, target):
    browser = named(alice.username)
    browser.get("/targets/")
    platform.AUTHENTICATION_BACKENDS = platform.AUTHENTICATION_BACKENDS[:-1]
    platform.PLATFORM_HEADER = ""
    assert browser.get("/targets/").headers["Location"].startswith("/login/")
