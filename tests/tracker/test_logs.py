"""The log: one form, one line for each, and nothing that people typed."""

import logging
import os
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import OperationalError, connection

from tests.factories import make_unit, make_user
from tests.service.server import faults_in
from tracker import bootstrap, sign_in
from tracker.logs import Line, Mail

pytestmark = pytest.mark.django_db

FORM = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00 (?:INFO|WARNING|ERROR) [\w.]+ (?:[0-9a-f]{8}|-) \S+ .+"
)
TYPED = "绝不外传的一句话"
PASSWORD = "right-Horse-9"


@pytest.fixture
def log():
    """What the service would write; gives its lines."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Line())
    logging.getLogger().addHandler(handler)
    yield lambda: stream.getvalue().splitlines()
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


@pytest.fixture
def official(client):
    client.force_login(make_user("张天宝", make_unit(), "填报员", is_staff=True))
    return client


@pytest.fixture
def broken(monkeypatch):
    """Signing in fails with words that were typed, as an error may say them."""

    def fail(form):
        try:
            int(form.data["username"])
        except ValueError:
            raise KeyError(form.data["password"])  # noqa: B904

    monkeypatch.setattr(sign_in.SignInForm, "clean", fail)


def test_a_failure_is_one_line_with_the_number_that_the_page_says(client, broken, log):
    answer = client.post("/login/", {"username": TYPED, "password": PASSWORD})
    number = answer.headers["X-Request-ID"]
    [line] = log()
    assert faults_in(line) == [line]
    assert answer.status_code == 500
    assert FORM.fullmatch(line)
    assert f" ERROR django.request {number} - Internal Server Error: /login/" in line
    assert f"编号 {number}" in answer.content.decode()
    assert "KeyError() at tests/tracker/test_logs.py" in line
    assert "ValueError() at tests/tracker/test_logs.py" in line
    assert TYPED not in line
    assert PASSWORD not in line


def test_each_request_has_its_own_number_and_the_person_is_named(official, log):
    answers = [official.get(path) for path in ("/targets/P99/", "/nowhere/", "/admin/auth/user/")]
    assert [answer.status_code for answer in answers] == [404, 404, 403]
    numbers = [answer.headers["X-Request-ID"] for answer in answers]
    assert len(set(numbers)) == 3
    found = [line.split(" ", 5) for line in log()]
    assert [(line[3], line[4]) for line in found] == list(
        zip(numbers, ["张天宝", "-", "张天宝"], strict=True)
    )


@pytest.mark.parametrize(
    ("status", "path", "how"),
    [
        (404, f"/targets/P99/?q={TYPED}", {}),
        (403, f"/admin/auth/user/?q={TYPED}", {}),
        (400, "/targets/", {"HTTP_HOST": f"{TYPED}.example"}),
        (400, "/targets/", {"CONTENT_TYPE": "text/plain; charset=utf-7"}),
    ],
)
def test_a_refusal_is_one_line_without_places_in_the_code(official, log, status, path, how):
    assert official.get(path, **how).status_code == status
    [line] = log()
    assert FORM.fullmatch(line)
    assert ".py:" not in line
    assert TYPED not in line


def test_a_database_that_is_away_is_one_line_each_time(official, log):
    def refuse(*arguments):
        raise OperationalError("connection refused\nIs the server running?")

    with connection.execute_wrapper(refuse):
        answer = official.get("/targets/")
    assert answer.status_code == 503
    assert answer.headers["X-Request-ID"] in answer.content.decode()
    for line in log():
        assert FORM.fullmatch(line)
        assert ".py:" not in line
    assert "OperationalError()" in log()[-1]
    assert faults_in("\n".join(log())) == []


def test_nobody_writes_a_line_of_their_own(client, log):  # case 177
    client.force_login(User.objects.create_user("甲\r\n2026-01-01 ERROR \x1b[31m\u202e乙"))
    client.get("/nowhere/%0d%0a2026-07-06%20ERROR%1b[2J%E2%80%AE")
    client.get("/targets/P99/")
    logging.getLogger("axes").error("name: %s", "甲\n乙\x1b[31m\u2028丙")
    lines = log()
    assert [bool(FORM.match(line)) and line.isprintable() for line in lines] == [True] * 3
    assert lines[0].endswith(r"Not Found: /nowhere/\r\n2026-07-06 ERROR\x1b[2J\u202e")
    assert r" 甲\r\n2026-01-01\x20ERROR\x20\x1b[31m\u202e乙 Not Found" in lines[1]
    assert lines[2].endswith(r"name: 甲\n乙\x1b[31m\u2028丙")


def test_wrong_passwords_and_names_are_the_audit_s(client, log):  # case 178
    for _time in range(6):
        client.post("/login/", {"username": PASSWORD, "password": TYPED})
    assert PASSWORD not in "".join(log())
    assert TYPED not in "".join(log())


def test_gunicorn_s_lines_tell_no_search(log):
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/targets/?q={TYPED}")
    assert [line.partition(" - - ")[2] for line in log()] == ["Error handling request /targets/?…"]


# --- by mail --------------------------------------------------------------------------------------


@pytest.fixture
def mailing(settings):
    settings.ADMINS = [("", "zhang@example.gov.cn")]
    handler = Mail()
    handler.setLevel("ERROR")
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_a_failure_is_mailed_without_what_was_typed(client, broken, mailing):
    answer = client.post("/login/", {"username": TYPED, "password": PASSWORD})
    [letter] = mail.outbox
    assert letter.subject.endswith("ERROR django.request KeyError")
    assert answer.headers["X-Request-ID"] in letter.body
    assert "tests/tracker/test_logs.py" in letter.body
    for secret in (TYPED, PASSWORD, client.cookies["csrftoken"].value if client.cookies else "csrftoken"):
        assert secret not in letter.subject + letter.body


def test_of_many_failures_one_is_mailed_and_of_refusals_none(client, official, broken, mailing):
    official.get("/targets/", HTTP_HOST="elsewhere.example")
    official.get("/nowhere/")
    assert mail.outbox == []
    client.logout()
    for _time in range(3):
        client.post("/login/", {"username": TYPED, "password": PASSWORD})
    assert len(mail.outbox) == 1
    mailing.due = 0
    client.post("/login/", {"username": TYPED, "password": PASSWORD})
    assert len(mail.outbox) == 2


# --- from the environment -------------------------------------------------------------------------


def started(folder, **variables):
    code = "import django, logging; django.setup(); logging.getLogger('x').error('a\\nb'); logging.shutdown()"
    variables |= {"DJANGO_SETTINGS_MODULE": "tracker.settings", "TRACKER_DATA": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=bootstrap.BASE, text=True, capture_output=True, timeout=60,
        env=os.environ | variables,
    )  # fmt: skip


def test_a_file_has_the_same_lines(tmp_path):
    file = tmp_path / "tracker.log"
    done = started(tmp_path / "data", TRACKER_LOG_FILE=str(file), TRACKER_ADMINS="")
    [line] = file.read_text().splitlines()
    assert FORM.fullmatch(line)
    assert done.stderr == f"{line}\n"


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    refused = started(tmp_path / "data", TRACKER_LOG_FILE=str(tmp_path / "nowhere" / "tracker.log"))
    assert refused.returncode == 4
    assert "日志文件不可写" in refused.stderr
    assert "Traceback" not in refused.stderr
