"""The reviewers' list: order, columns, approving several at once."""

from datetime import date

import pytest
from django.urls import reverse

from targets.models import ProgressEntry
from tests.factories import (
    author,
    draft_entry,
    file_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
LIST = reverse("admin:targets_progressentry_changelist")


@pytest.fixture
def desk(client):
    user = reviewer()
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def approve(client, entries, **more):
    data = {"action": "approve_selected", "index": "0", "_selected_action": [entry.pk for entry in entries]}
    return client.post(LIST, data | more, follow=True)


def states():
    return sorted(ProgressEntry.objects.values_list("state", flat=True))


def test_what_waits_comes_first(desk):
    target = make_target()
    file_entry(target, 8, "300", date(2025, 9, 3))
    waiting = submit_entry(target, 6, "265.2", JULY)
    draft_entry(target, 9, "310", date(2025, 10, 3))
    listed = [entry.period.number for entry in desk.get(LIST).context["cl"].result_list]
    assert listed == [waiting.period.number, 9, 8]


def test_all_selected_are_approved_and_judged(desk):
    target = make_target()
    entries = [submit_entry(target, 6, "265.2", JULY), submit_entry(target, 7, "300", date(2025, 8, 3))]
    approve(desk, entries)
    assert states() == ["approved", "approved"]
    target.refresh_from_db()
    assert target.current.period_end == date(2025, 7, 31)


def test_one_that_cannot_be_approved_stops_all_and_is_named(desk):
    ready = submit_entry(make_target(title="甲"), 6, "265.2", JULY)
    draft = draft_entry(make_target(title="乙"), 6, "265.2", JULY)
    answer = approve(desk, [ready, draft])
    assert states() == ["draft", "submitted"]
    (message,) = answer.context["messages"]
    assert str(draft) in str(message)


def test_an_own_entry_among_the_selected_stops_all(client):
    unit = make_unit()
    user = make_user("两职", unit, "填报员", "审核员", is_staff=True)
    client.force_login(user)
    other = submit_entry(make_target(title="甲", lead_unit=unit), 6, "265.2", JULY)
    own = draft_entry(make_target(title="乙", lead_unit=unit), 6, "265.2", JULY, entered_by=user)
    own.submit(by=user)
    approve(client, [other, own])
    assert states() == ["submitted", "submitted"]


def test_what_is_approved_already_is_no_obstacle(desk):
    done = file_entry(make_target(title="甲"), 6, "265.2", JULY)
    ready = submit_entry(make_target(title="乙"), 6, "265.2", JULY)
    approve(desk, [done, ready])
    assert states() == ["approved", "approved"]


def test_who_may_not_review_has_no_such_action(client):
    entry = submit_entry(make_target(), 6, "265.2", JULY)
    user = author(entry.target.lead_unit)
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert "approve_selected" not in client.get(LIST).content.decode()
    approve(client, [entry])
    assert states() == ["submitted"]


def test_a_forged_selection_reaches_only_visible_rows(client):
    entry = submit_entry(make_target(lead_unit=make_unit("农业办")), 6, "265.2", JULY)
    user = make_user("填报", make_unit(), "填报员", is_staff=True)
    client.force_login(user)
    approve(client, [entry], select_across="1")
    assert states() == ["submitted"]


def test_text_is_text(desk):
    entry = submit_entry(
        make_target(title="<script>alert(1)</script>"),
        6,
        "265.2",
        JULY,
        narrative="<img src=x onerror=alert(2)>",
    )
    for address in (LIST, reverse("admin:targets_progressentry_change", args=(entry.pk,))):
        page = desk.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
