"""What the upgrade writes down of the days of issue, on which it now depends what a plan owes."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from targets.models import Plan
from tests.factories import at, make_plan, make_target

pytestmark = pytest.mark.django_db

upgrade = import_module("targets.migrations.0004_days_of_issue")
AFTERWARDS = date(2026, 5, 4)


def issued_on(plan):
    upgrade.note_days_of_issue(apps, None)
    return Plan.objects.get(pk=plan.pk).issued_on


def ended(plan, *steps):
    for step in steps:
        getattr(plan, step)(at=at(AFTERWARDS))
    return plan


@pytest.mark.parametrize(
    ("opened", "steps", "expected"),
    [
        pytest.param(AFTERWARDS, ("close", "archive"), AFTERWARDS, id="written down after its year"),
        pytest.param(AFTERWARDS, ("close",), None, id="closed: it may have been owed"),
        pytest.param(date(2025, 12, 31), ("close", "archive"), None, id="opened within its year"),
    ],
)
def test_archived_plans_opened_after_their_year(opened, steps, expected):
    plan = make_plan()
    make_target(plan, at=opened)
    make_target(plan, at=AFTERWARDS)
    assert issued_on(ended(plan, *steps)) == expected


def test_the_articles_plan_of_2025_does_not_say_when_it_was_issued():
    loaded = make_plan("WH25", issued_on=AFTERWARDS, at=AFTERWARDS)
    assert issued_on(loaded) is None


def test_a_day_that_a_document_states_stays():
    plan = make_plan("WH25", issued_on=AFTERWARDS, document_no="外街办〔2026〕3号", at=AFTERWARDS)
    other = make_plan(issued_on=date(2025, 3, 28), at=AFTERWARDS)
    assert [issued_on(plan), issued_on(other)] == [AFTERWARDS, date(2025, 3, 28)]
