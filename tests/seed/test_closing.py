"""Closing and archiving change no cell: the demonstration as it reads before and after, on many days."""

from datetime import date

import pytest

from targets.management.commands.status import record
from targets.models import Plan
from targets.register.register import Register
from targets.seed import articles, demonstration
from tests.factories import at
from tests.seed.database import rolled_back

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)
# as of, known at; empty for how things stand now
ASKED = [
    (None, None),
    (date(2025, 6, 30), None),
    (date(2025, 11, 30), None),
    (date(2025, 12, 31), date(2026, 1, 8)),
    (date(2026, 1, 31), None),
    (date(2026, 6, 30), None),
    (date(2026, 6, 30), date(2026, 7, 8)),
    (date(2026, 10, 31), None),
    (date(2026, 12, 31), None),
]


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        articles.load(at(date(2026, 7, 20)))
        demonstration.load(TODAY)
        yield


def told(plan):
    """Every cell of every row, and how many are on schedule, on each of these days."""
    found = {}
    for on, known_at in ASKED:
        register = Register.at(Plan.objects.get(pk=plan.pk), as_of=on, known_at=known_at, today=TODAY)
        summary = register.listing().summary
        rows = [
            (record(row), row.reporting, row.marks, row.remarks, row.target.carried)
            for row in register.rows()
        ]
        found[on, known_at] = (rows, summary.listed, summary.statuses, summary.on_schedule_rate)
    return found


@pytest.mark.parametrize("code", ["DEMO", "DEMO0", "WH25"])
def test_closing_and_archiving_change_no_cell_of_any_day(town, code):
    plan = Plan.objects.get(code=code)
    before = told(plan)
    assert any(rows for rows, *_counts in before.values())
    for state in (Plan.State.CLOSED, Plan.State.ARCHIVED):
        # As the act leaves it; the act itself waits for reports under review.
        Plan.objects.filter(pk=plan.pk).update(state=state)
        assert told(plan) == before
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.IN_FORCE)


def test_what_is_compared_holds_what_closing_used_to_change(town):
    rows = [row for rows, *_counts in told(Plan.objects.get(code="DEMO")).values() for row in rows]
    assert any(carried for *_cells, carried in rows)
    owed = {row[0]["reporting"] for row in told(Plan.objects.get(code="WH25"))[None, None][0]}
    assert "outcome_missing" in owed
