"""/readyz: whether all that people do can be done; asked by whoever watches the service."""

from threading import Thread

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection

from tracker import readiness
from tracker.readiness import Lack, Work

pytestmark = pytest.mark.django_db

AWAY = "连接不上数据库，原因见服务日志。\n"
FULL = "数据目录所在磁盘的剩余空间低于 TRACKER_ROOM 的设定值，请清理磁盘。\n"
NO_ROWS = "数据库无法写入，原因见服务日志。\n"
NO_FILES = "文件目录无法写入，原因见服务日志。\n"


@pytest.fixture(autouse=True)
def ready(settings, tmp_path, monkeypatch):
    """Nothing was asked yet, and the folder is the test's own."""
    settings.DATA = settings.MEDIA_ROOT = tmp_path
    settings.ROOM = 0
    monkeypatch.setattr(readiness, "work", Work())


def asked(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.content.decode()


def refusing(word):
    def refuse(execute, sql, params, many, context):
        if word in sql:
            raise OperationalError("cannot execute INSERT in a read-only transaction")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(refuse)


def test_it_answers_anybody_and_leaves_nothing(client, tmp_path):
    assert asked(client) == (200, "ok\n")
    assert not Session.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_over_plain_http_too(client, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_REDIRECT_EXEMPT = True, [r"^(health|ready)z$"]
    assert asked(client) == (200, "ok\n")
    assert client.get("/login/").status_code == 301


def test_what_every_page_needs_comes_first(client):
    with refusing("django_migrations"):
        assert asked(client) == (503, AWAY)


def test_a_disk_without_room(client, settings):
    settings.ROOM = 1 << 60
    assert asked(client) == (503, FULL)


def test_a_database_that_only_reads(client, caplog):
    with refusing("INSERT"):
        assert asked(client) == (503, NO_ROWS)
    assert "read-only" in caplog.text


def test_each_lack_has_its_line_in_the_language_chosen(client, settings):
    settings.ROOM, settings.MEDIA_ROOT = 1 << 60, "/proc/nowhere"
    assert asked(client) == (503, FULL + NO_FILES)
    client.cookies["django_language"] = "en"
    assert asked(client)[1].count("\n") == 2
    assert asked(client)[1].isascii()


def test_however_often_it_is_asked_it_writes_once(client, monkeypatch):
    written = []
    monkeypatch.setattr(readiness, "_of_rows", lambda: written.append(1))
    for _time in range(20):
        assert asked(client) == (200, "ok\n")
    assert len(written) == 1
    monkeypatch.setattr(readiness.work, "_due", 0.0)
    assert asked(client) == (200, "ok\n")
    assert len(written) == 2


def test_nobody_waits_for_a_database_that_another_asks(client, monkeypatch):
    """A busy SQLite is waited for up to 20 s: not by every thread that serves pages."""
    answers = []

    def rows():
        other = Thread(target=lambda: answers.append(readiness.work.lacks()))
        other.start()
        other.join(timeout=5)
        return Lack.NO_ROWS

    monkeypatch.setattr(readiness, "_of_rows", rows)
    assert asked(client) == (503, NO_ROWS)
    assert answers == [[]]
