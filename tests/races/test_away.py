"""A database that goes away in the middle of the day."""

import pytest
from django.db import connection
from django.urls import reverse

from tests.factories import author, make_plan, make_target, staff

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is a file")
def test_it_is_told_and_found_again(client):  # case 157
    client.force_login(staff(author(make_target(make_plan()).lead_unit)))
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    away = client.get(reverse("target-list"))
    assert away.status_code == 503
    assert "稍后刷新" in away.content.decode()
    connection.close_if_unusable_or_obsolete()  # as the end of a request does
    assert client.get(reverse("target-list")).status_code == 200
