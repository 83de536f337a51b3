"""Closing and archiving through the acts themselves, after random histories: no cell of any day moves."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from targets.management.commands.status import record
from targets.models import Assessment, Plan, ProgressEntry
from targets.register.register import Register
from tests.factories import author, coordinator, make_plan, reviewer
from tests.models.histories import DATES, histories
from tests.models.ledger.test_ledger_property import rolled_back
from tests.models.office import LAST, Office, deputy

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    author(), reviewer(), coordinator(), deputy()
    return make_plan()


def told(plan, days):
    found = []
    for day in days:
        register = Register.at(Plan.objects.get(pk=plan.pk), as_of=day, today=LAST.date())
        rows = [(record(row), row.marks, row.remarks, row.target.carried) for row in register.rows()]
        found.append((rows, register.listing().summary.on_schedule_rate))
    return found


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(8), apart=st.integers(0, 40))
def test_closing_and_archiving_change_no_cell(plan, history, apart):
    with rolled_back():
        office = Office(plan, history.starts, history.goals)
        for act in history.acts:
            office.play(act)
        for entry in ProgressEntry.objects.filter(state="submitted"):
            entry.send_back(by=reviewer(), comment="请核实", at=LAST)
        days = sorted({*DATES, *(day + timedelta(apart) for day in DATES), LAST.date()})
        before, rows = told(plan, days), Assessment.objects.count()
        for act in ("close", "archive"):
            getattr(Plan.objects.get(pk=plan.pk), act)(by=coordinator(), at=LAST)
            assert told(plan, days) == before
        assert Assessment.objects.count() == rows
