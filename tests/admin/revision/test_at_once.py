"""Two requests at the same moment: one entry, one verdict, no error page."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from targets.models import ProgressEntry
from tests.admin.desk.desk_typing import desk, typed
from tests.factories import author, make_target, make_user, submit_entry

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True, scope="module")
def what_migrations_made(django_db_setup, django_db_blocker):
    """These tests empty the tables when they are done; other tests expect groups and the rule."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


def at_once(users, address, data):
    start = Barrier(len(users))

    def post(user):
        client = Client()
        client.force_login(user)
        start.wait()
        try:
            return client.post(address, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(users)) as pool:
        return list(pool.map(post, users))


def test_a_double_click_makes_one_entry():
    target = make_target()
    user = author(target.lead_unit)
    user.is_staff = True
    user.save()
    data = {
        "target": target.pk, "part": "report", "period": target.plan.periods.get(number=6).pk,
        "answer": "reported", "value": "265.2", "narrative": "按计划推进", "_submit": "1",
    }  # fmt: skip
    answers = at_once([user] * 4, reverse("admin:targets_progressentry_add"), data)
    entry = ProgressEntry.objects.get()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    address = reverse("admin:targets_progressentry_change", args=(entry.pk,))
    assert all(address in answer.content.decode() for answer in answers if answer.status_code == 200)


def test_two_reviewers_approve_once():
    entry = submit_entry(make_target(), 6, "265.2", date(2025, 7, 3))
    people = [make_user(f"审核{n}", entry.target.lead_unit, "审核员", is_staff=True) for n in range(3)]
    address = reverse("admin:targets_progressentry_change", args=(entry.pk,))
    answers = at_once(people, address, {"_approve": "1", "seen_version": entry.version})
    entry.refresh_from_db()
    assert entry.state == "approved"
    assert {answer.status_code for answer in answers} <= {200, 302}
    assert entry.target.assessments.filter(cause="approve").count() == 1


def test_a_month_sent_several_times_at_once_is_one_month():
    targets = [make_target(title=f"指标{n}") for n in range(3)]
    user = author(targets[0].lead_unit)
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    data = typed(client.get(desk(targets[0])), {target: {"value": "265.2"} for target in targets})

    asks = at_once([user] * 4, desk(targets[0]), {**data, "_submit": "1"})
    assert [answer.status_code for answer in asks] == [200] * 4
    assert ProgressEntry.objects.count() == 3

    chosen = [f"{entry.pk}.{entry.version}" for entry in ProgressEntry.objects.all()]
    answers = at_once([user] * 4, desk(targets[0]), {"entry": chosen, "_confirm": "1"})
    assert [answer.status_code for answer in answers] == [302] * 4
    assert {(entry.state, entry.version) for entry in ProgressEntry.objects.all()} == {("submitted", 2)}


def test_no_change_pressed_several_times_at_once_answers_once():
    roads = [make_target(title=f"道路{n}", measure="milestone") for n in range(3)]
    user = author(roads[0].lead_unit)
    user.is_staff = True
    user.save()
    answers = at_once([user] * 4, desk(roads[0]), {"_no_change": "1"})
    assert [answer.status_code for answer in answers] == [302] * 4
    assert sorted(entry.target_id for entry in ProgressEntry.objects.all()) == [road.pk for road in roads]
