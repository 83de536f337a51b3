"""What an act costs in queries; it must not depend on how much lies in the ledger."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import at, file_entry, make_target, reviewer, submit_entry

pytestmark = pytest.mark.django_db
NODES = [date(2025, 1, 20), date(2025, 12, 1)]


def approved(entry):
    """The statements of an approval but for the record of the act."""
    by = reviewer()
    with CaptureQueriesContext(connection) as queries:
        entry.approve(by=by, at=at(date(2025, 12, 3)))
    said = [query["sql"] for query in queries]
    return [sql for sql in said if "SAVEPOINT" not in sql and "auditrecord" not in sql]


def listed(statements):
    return "\n".join(sql[:90] for sql in statements)


def test_an_approval_costs_the_same_early_and_late_in_the_year():
    target = make_target()
    costs = []
    for month in (1, 11):
        costs.append(
            approved(submit_entry(target, month, "100", date(2025, month, 28).replace(month=month % 12 + 1)))
        )
        for month_between in range(month + 1, 11):
            file_entry(target, month_between, "100", date(2025, 12, 4))
    early, late = costs
    assert len(early) == len(late), listed(late)
    assert len(late) == 11, listed(late)


def test_an_approval_of_nodes_reads_them_with_the_reports():
    target = make_target(measure="milestone", nodes=NODES)
    done = {target.milestones.first(): date(2025, 1, 18)}
    said = approved(submit_entry(target, 1, None, date(2025, 2, 3), nodes=done))
    assert len(said) <= 12, listed(said)  # days after this one are judged anew, so their rows are read


def test_a_correction_reads_what_it_replaces_with_the_reports():
    entry = file_entry(make_target(), 1, "100", date(2025, 2, 3))
    again = entry.correct(by=entry.entered_by, reason="更正", at=at(date(2025, 3, 3)), value=90)
    again.submit(by=entry.entered_by, at=at(date(2025, 3, 3)))
    said = approved(again)
    assert len(said) <= 12, listed(said)
