"""A database that is full or goes away in the middle of the day: said in words, and nothing typed is lost."""

import sqlite3
from contextlib import closing, suppress
from time import monotonic

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from tests.factories import author, make_plan, make_target, staff
from tests.pages import form_on
from tracker.apps import SEEN

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
ADD = reverse("admin:targets_progressentry_add")


@pytest.fixture
def target(transactional_db):
    return make_target(make_plan(), title="全年工业总产值")


@pytest.fixture
def official(client, target):
    client.force_login(staff(author(target.lead_unit)))
    client.raise_request_exception = False
    return client


@pytest.fixture
def full_disk(transactional_db):
    """`full_disk(True)`: the database may not grow and has no page left; `full_disk(False)`: it has."""

    def limit(is_full):
        with connection.cursor() as cursor, suppress(OperationalError):
            cursor.execute("DROP TABLE IF EXISTS filler")
            used = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {used if is_full else 2**30}")
            if is_full:
                cursor.execute("CREATE TABLE filler (page)")
            while is_full:
                cursor.execute("INSERT INTO filler VALUES (zeroblob(4096))")

    yield limit
    limit(False)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the limit is one of SQLite's")
def test_a_full_disk_hands_back_what_was_typed(official, target, full_disk):  # case 155
    form = official.get(f"{ADD}?target={target.pk}")
    words = "写了很久的话" * 300
    typed = {**form_on(form, "progressentry_form"), "value": "265.2", "narrative": words, "_save": "1"}
    full_disk(True)
    refused = official.post(ADD, {**typed, "password": "right-Horse-9"})
    assert refused.status_code == 503
    assert "未予保存" in refused.content.decode()
    assert "right-Horse-9" not in refused.content.decode()
    assert official.get(reverse("target-list")).status_code == 200
    full_disk(False)
    assert not target.entries.exists()
    assert official.post(ADD, form_on(refused, "")).status_code == 302
    assert target.entries.get().narrative == words


@pytest.fixture
def only_read(transactional_db):
    """As of a file whose rights were taken away: what is written is refused."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = OFF")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's files are its own")
def test_a_database_that_may_only_be_read_is_read(official, target, only_read):  # case 158
    """Also a minute later, when the visit would be noted."""
    session = official.session
    typed = {"target": target.pk, "narrative": "写了很久的话", "_save": "1"}
    refused = official.post(ADD, typed)
    assert refused.status_code == 503
    assert form_on(refused, "")["narrative"] == "写了很久的话"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = OFF")
        session[SEEN] -= 120
        session.save()
        cursor.execute("PRAGMA query_only = ON")
    assert official.get(reverse("target-list")).status_code == 200
    assert official.get(f"{ADD}?target={target.pk}").status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file")
def test_a_database_that_went_away_is_told_and_found_again(official):  # case 157
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    away = official.get(reverse("target-list"))
    assert away.status_code == 503
    assert "稍后刷新" in away.content.decode()
    connection.close_if_unusable_or_obsolete()  # as the end of a request does
    assert official.get(reverse("target-list")).status_code == 200


@pytest.fixture
def busy(transactional_db):
    """Another process writes and does not end. SQLite waits as long as it is told to: here, a moment."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 1000")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20000")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows")
def test_a_busy_database_hands_back_what_was_typed_after_one_wait(official, target, busy):
    busy.rollback()
    form = official.get(f"{ADD}?target={target.pk}")
    typed = {**form_on(form, "progressentry_form"), "value": "265.2", "narrative": "写了很久的话"}
    busy.execute("BEGIN IMMEDIATE")
    began = monotonic()
    refused = official.post(ADD, {**typed, "_save": "1"})
    assert refused.status_code == 503
    assert monotonic() - began < 1.9  # a proxy waits a minute, we 20 seconds: once, or it gives up first
    assert form_on(refused, "")["narrative"] == typed["narrative"]
    busy.rollback()
    assert official.post(ADD, {**form_on(refused, ""), "_save": "1"}).status_code == 302
    assert target.entries.get().narrative == typed["narrative"]
