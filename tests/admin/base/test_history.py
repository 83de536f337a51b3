"""What stands under 历史 on a row's page."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import author, draft_entry, make_target, make_unit, make_user, reviewer

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


@pytest.fixture
def entry():
    """Approved, after a draft that said something else."""
    entry = draft_entry(make_target(), 6, "265.2", JULY, narrative="初稿里的话")
    entry.narrative = "定稿的话"
    entry.save()
    entry.submit(by=entry.entered_by)
    entry.approve(by=reviewer())
    return entry


def history(client, user, entry):
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client.get(reverse("admin:targets_progressentry_history", args=(entry.pk,)))


def test_acts_are_listed_with_the_fields_that_changed(client, entry):
    page = history(client, author(), entry).content.decode()
    assert [each in page for each in ("新建", "修改", "提交填报", "审核通过", "进展情况")] == [True] * 5


@pytest.mark.parametrize("unit", ["经发办", "农业办"])
def test_what_a_draft_said_is_not_told_to_who_reads_the_report(client, entry, unit):
    reader = make_user("来人", make_unit(unit), "填报员")
    answer = history(client, reader, entry)
    assert answer.status_code == 200
    assert "初稿里的话" not in answer.content.decode()


def test_who_also_audits_reads_from_what_to_what(client, entry):
    auditor = make_user("审计", make_unit(), "填报员", "审计员")
    assert "进展情况：初稿里的话 → 定稿的话" in history(client, auditor, entry).content.decode()


def test_a_row_that_one_may_not_see_has_no_history(client, entry):
    assert history(client, make_user("外人", None, "填报员"), entry).status_code in (302, 403)
