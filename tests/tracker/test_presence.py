"""After half an hour without a request the password is asked again, and no typed word is lost."""

from datetime import timedelta
from time import time
from urllib.parse import quote

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import FormDraft
from tests.factories import make_plan, make_target, make_unit, make_user
from tests.files.evidence import upload
from tests.pages import form_on
from tracker import presence
from tracker.apps import SEEN

pytestmark = pytest.mark.django_db
PASSWORD, WRONG = "right-Horse-9", "other-Horse-7"
ADD = reverse("admin:targets_progressentry_add")


@pytest.fixture
def target():
    return make_target(make_plan(), title="全年工业总产值")


@pytest.fixture
def official(client, target):
    """A reporter's browser; `official.rest(31)` lets that many minutes pass without a request."""
    user = make_user("张天宝", target.lead_unit, "填报员", is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    client.force_login(user)
    client.rest = lambda minutes: set_seen(client, time() - minutes * 60)
    client.user = user
    return client


def set_seen(client, moment):
    session = client.session
    session[SEEN] = int(moment)
    session.save()


def test_after_half_an_hour_the_page_asks_for_the_password(official, target):  # case 118
    place = f"/targets/?plan={target.plan.code}&q={quote('工业')}"
    official.rest(29)
    assert target.title in official.get(place).content.decode()
    official.rest(31)
    asked = official.get(place)
    assert asked.status_code == 403
    assert target.title not in asked.content.decode()
    assert "待办" not in asked.content.decode()
    back = official.post(place, {**form_on(asked, "away"), "password_again": PASSWORD})
    assert back.status_code == 302
    assert target.title in official.get(back.headers["Location"]).content.decode()


def test_what_was_posted_goes_on(official, target):
    form = official.get(f"{ADD}?target={target.pk}")
    typed = {**form_on(form, "progressentry_form"), "value": "12万", "narrative": "写了很久的话\r\n第二行"}
    official.rest(31)
    asked = official.post(ADD, {**typed, "_save": "1"})
    assert asked.status_code == 403
    assert form_on(asked, "away")["narrative"] == typed["narrative"]
    again = official.post(ADD, {**form_on(asked, "away"), "password_again": WRONG})
    assert "密码不正确" in again.content.decode()
    answer = official.post(ADD, {**form_on(again, "away"), "password_again": PASSWORD})
    assert "折合为0.0012亿元" in answer.content.decode()
    kept = form_on(answer, "progressentry_form")
    assert kept["narrative"] == typed["narrative"]
    assert official.post(ADD, {**kept, "value": "265.2", "_save": "1"}).status_code == 302
    assert target.entries.get().narrative == typed["narrative"]


def test_the_password_is_kept_nowhere(official, target):
    official.rest(31)
    official.post("/targets/", {"some": "words", "password_again": WRONG})
    assert WRONG not in AccessAttempt.objects.get().post_data
    keeper = reverse("admin:targets_progressentry_desk_draft")
    scope = f"?plan={target.plan.code}&period=6&unit={target.lead_unit_id}"
    official.post(keeper + scope, {"some": "words", "password_again": PASSWORD})
    assert PASSWORD not in FormDraft.objects.get().fields
    assert PASSWORD not in str(dict(official.session))


def test_five_wrong_ones_lock_the_account_here_too(official):
    official.rest(31)
    typed = {"narrative": "写了很久的话"}
    answers = [official.post(ADD, {**typed, "password_again": WRONG}) for _attempt in range(5)]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 403, 429]
    locked = official.post(ADD, {**typed, "password_again": PASSWORD})
    assert locked.status_code == 429
    assert "半小时后" in locked.content.decode()
    assert form_on(locked, "away")["narrative"] == typed["narrative"]


def test_the_lock_of_a_page_ends_after_half_an_hour(official):
    official.rest(31)
    for _attempt in range(5):
        official.post(ADD, {"password_again": WRONG})
    session = official.session
    tries, last = session[presence.WRONG]
    session[presence.WRONG] = tries, last - 31 * 60
    session.save()
    assert official.post(ADD, {"password_again": WRONG}).status_code == 403
    assert official.post("/targets/", {"password_again": PASSWORD, "was_reading": "1"}).status_code == 302
    assert presence.WRONG not in official.session


def test_after_a_night_and_a_weekend_typed_text_goes_on(official, target):
    form = official.get(f"{ADD}?target={target.pk}")
    typed = {**form_on(form, "progressentry_form"), "value": "265.2", "narrative": "写了很久的话"}
    away = timedelta(hours=64)
    official.rest(away.total_seconds() / 60)
    Session.objects.update(expire_date=F("expire_date") - away)
    asked = official.post(ADD, {**typed, "_save": "1"})
    assert asked.status_code == 403
    official.post(ADD, {**form_on(asked, "away"), "password_again": PASSWORD})
    assert target.entries.get().narrative == typed["narrative"]


def test_the_password_of_another_does_not_do(official):
    other = make_user("李四", make_unit(), "填报员", is_staff=True)
    other.set_password(WRONG)
    other.save()
    official.rest(31)
    assert (
        official.post("/targets/", {"password_again": WRONG, "username": other.username}).status_code == 403
    )


def test_signing_out_and_what_is_open_to_all_ask_nothing(official):
    official.rest(31)
    assert official.get("/healthz").status_code == 200
    assert official.get("/login/").status_code == 302
    assert official.post("/logout/").status_code == 302
    assert official.get("/targets/").headers["Location"].startswith("/login/")


def test_a_session_that_never_was_noted_is_asked(official):
    session = official.session
    del session[SEEN]
    session.save()
    assert official.get("/targets/").status_code == 403


def test_a_clock_put_back_lets_no_session_live_on(official):  # case 166
    """Else it would be open as long as the clock had been ahead."""
    official.rest(-20)
    assert official.get("/targets/").status_code == 200
    assert abs(official.session[SEEN] - time()) < 60
    official.rest(-24 * 60)
    assert official.get("/targets/").status_code == 403


def test_being_here_is_written_once_a_minute(official):
    official.rest(2)
    for written in (True, False):
        with CaptureQueriesContext(connection) as asked:
            official.get("/password/")
        assert any(query["sql"].startswith("UPDATE") for query in asked.captured_queries) is written


def test_a_file_cannot_wait_for_the_password_and_the_page_says_so(official, target):
    official.rest(31)
    told = "所选文件无法保留"
    fields = {"target": target.pk, "narrative": "写了很久"}
    asked = official.post(ADD, {**fields, "evidence": upload()}).content.decode()
    assert told in asked
    assert "写了很久" in asked
    assert told not in official.post(ADD, fields).content.decode()
