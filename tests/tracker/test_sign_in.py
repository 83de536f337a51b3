"""Signing in: five wrong passwords lock the account at that address, whether there is one or not."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.contrib.sessions.models import Session
from django.db.models import F
from django.test import Client, RequestFactory
from django.urls import reverse

from targets.models import AuditRecord
from tests.factories import make_unit, make_user
from tracker.address import address_of
from tracker.apps import SEEN
from tracker.sign_in import MANY, PAUSE, WITHIN

pytestmark = pytest.mark.django_db
PASSWORD = "right-Horse-9"
WRONG = "other-Horse-7"


@pytest.fixture
def alice():
    user = make_user("张天宝", make_unit(), "填报员", is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def lock(client, alice):
    def attempts(username=alice.username, count=5):
        return [sign_in(client, username, WRONG) for _attempt in range(count)]

    return attempts


def sign_in(client, username, password=PASSWORD):
    return client.post("/login/", {"username": username, "password": password})


def test_five_wrong_passwords_lock_the_account(client, alice, lock):  # case 117
    assert [answer.status_code for answer in lock()] == [200, 200, 200, 200, 429]
    refused = sign_in(client, alice.username)
    assert refused.status_code == 429
    assert "半小时" in refused.content.decode()
    assert PASSWORD not in refused.content.decode()


def test_four_and_then_the_right_one_start_anew(client, alice, lock):
    lock(count=4)
    assert sign_in(client, alice.username).status_code == 302
    client.post("/logout/")
    assert {answer.status_code for answer in lock(count=4)} == {200}


def test_the_lock_ends_after_half_an_hour_though_it_was_tried_again(client, alice, lock):
    lock(count=7)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=29))
    assert sign_in(client, alice.username).status_code == 429
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=2))
    assert sign_in(client, alice.username).status_code == 302


def test_the_owner_signs_in_at_another_address(client, alice, lock):
    lock(count=7)
    elsewhere = {"username": alice.username, "password": PASSWORD}
    assert client.post("/login/", elsewhere, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_who_is_signed_in_is_never_locked_out(client, alice, lock):
    desk = Client()
    desk.force_login(alice)
    lock(count=7)
    assert desk.get("/targets/").status_code == 200
    session = desk.session
    session[SEEN] -= 31 * 60
    session.save()
    assert desk.get("/targets/").status_code == 403
    assert desk.post("/targets/", {"password_again": PASSWORD, "was_reading": "1"}).status_code == 302
    assert desk.get("/targets/").status_code == 200


def guess(client, count):
    for number in range(count):
        sign_in(client, f"account{number}", WRONG)


def test_an_address_that_guesses_on_waits_and_no_other(client, alice):
    guess(client, MANY - 1)
    assert sign_in(client, alice.username).status_code == 302
    client.post("/logout/")
    guess(client, 1)
    waiting = sign_in(client, alice.username)
    assert "10秒后再试" in waiting.content.decode()
    assert alice.username in waiting.content.decode()
    assert AccessFailureLog.objects.count() == MANY
    typed = {"username": alice.username, "password": PASSWORD}
    assert client.post("/login/", typed, REMOTE_ADDR="10.0.0.7").status_code == 302
    client.post("/logout/")
    AccessFailureLog.objects.update(attempt_time=F("attempt_time") - PAUSE)
    assert sign_in(client, alice.username).status_code == 302


def test_what_was_wrong_long_ago_slows_nobody_down(client, alice):
    guess(client, MANY)
    AccessFailureLog.objects.filter(username="account0").update(attempt_time=F("attempt_time") - WITHIN)
    assert sign_in(client, alice.username).status_code == 302


def test_sessions_that_ended_are_swept_out_at_a_sign_in(client, alice):
    client.force_login(alice)
    Session.objects.update(expire_date=F("expire_date") - timedelta(8))
    sign_in(Client(), alice.username)
    assert Session.objects.count() == 1


def test_others_at_the_same_address_sign_in(client, alice, lock):
    lock("bob")
    assert sign_in(client, alice.username).status_code == 302


def test_an_account_that_does_not_exist_reads_the_same(client, alice, lock):
    there, nowhere = lock(), lock("nobody")
    assert [answer.status_code for answer in there] == [answer.status_code for answer in nowhere]
    said = [answer.content.decode() for answer in (there[-1], nowhere[-1])]
    assert said[0].replace(alice.username, "nobody") == said[1]


def test_an_administrator_unlocks(client, alice, lock):
    lock()
    client.force_login(make_user("管理", make_unit(), "系统管理员", is_staff=True))
    chosen = {"action": "unlock", "_selected_action": [alice.pk]}
    accounts = reverse("admin:auth_user_changelist")
    assert f"已解锁：{alice.username}" in client.post(accounts, chosen, follow=True).content.decode()
    assert AuditRecord.objects.about(alice).latest("pk").act == "unlock"
    assert "没有被锁定" in client.post(accounts, chosen, follow=True).content.decode()
    assert AuditRecord.objects.filter(act="unlock").count() == 1
    client.logout()
    assert sign_in(client, alice.username).status_code == 302


def test_a_new_password_from_an_administrator_unlocks(client, alice, lock):
    lock()
    client.force_login(make_user("管理", make_unit(), "系统管理员", is_staff=True))
    place = reverse("admin:auth_user_password_change", args=[alice.pk])
    new = {"password1": "another-Horse-9", "password2": "another-Horse-9", "usable_password": "true"}
    client.post(place, {**new, "password2": "unlike"})
    client.logout()
    assert sign_in(client, alice.username).status_code == 429
    client.force_login(make_user("主管", make_unit(), "系统管理员", is_staff=True))
    assert client.post(place, new).status_code == 302
    client.logout()
    assert sign_in(client, alice.username, "another-Horse-9").status_code == 302


def test_every_failure_is_kept_for_auditors_without_the_password(client, alice, lock, caplog):  # case 113
    lock(count=6)
    kept = AccessFailureLog.objects.order_by("pk").values_list("username", "ip_address", "locked_out")
    assert list(kept) == [(alice.username, "127.0.0.1", False)] * 4 + [(alice.username, "127.0.0.1", True)]
    assert WRONG not in AccessAttempt.objects.get().post_data + caplog.text
    assert alice.username not in caplog.text  # somebody may have typed the password for a name
    client.force_login(make_user("审计", make_unit(), "审计员", is_staff=True))
    failed = (
        AuditRecord.objects.filter(act="sign_in").order_by("pk").values_list("name", "address", "outcome")
    )
    here = (alice.username, "127.0.0.1")
    assert list(failed)[:6] == [(*here, "failed")] * 4 + [(*here, "refused")] * 2
    listed = client.get(reverse("admin:targets_auditrecord_changelist"), {"q": alice.username})
    assert listed.content.decode().count(f'<td class="field-who">{alice.username}') == 6


@pytest.mark.parametrize(
    ("https", "passed_on", "connected", "kept"),
    [
        (False, "10.0.0.9", "10.0.0.1", "10.0.0.1"),
        (True, "10.0.0.9, 10.0.0.2", "127.0.0.1", "10.0.0.2"),
        (True, "", "127.0.0.1", "127.0.0.1"),
        (True, "'; DROP", "127.0.0.1", None),
        (False, "", "", None),
        (False, "", "fe80::1%eth0", "fe80::1"),
    ],
)
def test_a_forged_address_is_not_believed(settings, https, passed_on, connected, kept):  # case 102
    settings.HTTPS = https
    request = RequestFactory().get("/", headers={"X-Forwarded-For": passed_on}, REMOTE_ADDR=connected)
    assert address_of(request) == kept
