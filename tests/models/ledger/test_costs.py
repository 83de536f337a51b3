"""What an act costs in queries; it must not depend on how much lies in the ledger."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import at, file_entry, make_target, reviewer, submit_entry

pytestmark = pytest.mark.django_db


def test_an_approval_costs_the_same_early_and_late_in_the_year():
    target = make_target()
    costs = []
    for month in (1, 11):
        entry = submit_entry(target, month, "100", date(2025, month, 28).replace(month=month % 12 + 1))
        by = reviewer()
        with CaptureQueriesContext(connection) as queries:
            entry.approve(by=by, at=at(date(2025, 12, 3)))
        said = [query["sql"] for query in queries]
        costs.append([sql for sql in said if "SAVEPOINT" not in sql and "auditrecord" not in sql])
        for month_between in range(month + 1, 11):
            file_entry(target, month_between, "100", date(2025, 12, 4))
    early, late = costs
    assert len(early) == len(late), late
    assert len(late) <= 16, "\n".join(sql[:90] for sql in late)
