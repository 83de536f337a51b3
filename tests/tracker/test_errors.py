"""A database that is away, locked or full: said in words, and nothing typed is lost."""

from contextlib import suppress

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from tests.factories import author, make_plan, make_target, staff
from tests.pages import form_on
from tracker.errors import failed

pytestmark = pytest.mark.django_db
ADD = reverse("admin:targets_progressentry_add")


@pytest.fixture
def target():
    return make_target(make_plan(), title="全年工业总产值")


@pytest.fixture
def official(client, target):
    client.force_login(staff(author(target.lead_unit)))
    client.raise_request_exception = False
    return client


@pytest.fixture
def full_disk():
    """`full_disk(True)`: the database may not grow and has no page left; `full_disk(False)`: it has."""
    if connection.vendor != "sqlite":
        pytest.skip("a limit of SQLite")

    def limit(is_full):
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS filler")
            used = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {used if is_full else 2**30}")
            if is_full:
                fill(cursor)

    def fill(cursor):
        with suppress(OperationalError):
            cursor.execute("CREATE TABLE filler (page)")
            while True:
                cursor.execute("INSERT INTO filler VALUES (zeroblob(4096))")

    yield limit
    limit(False)


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


def test_a_fault_of_our_own_is_no_fault_of_the_database(rf):
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        answer = failed(rf.get("/todo/"))
    assert answer.status_code == 500
    assert "出错了" in answer.content.decode()
