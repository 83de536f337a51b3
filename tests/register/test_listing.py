"""The register reads little SQL: small statements, few joins, and no more of them for more rows."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from targets.models import SupportingUnit
from targets.register.register import Register
from targets.reporting import Reporting
from tests.factories import author, coordinator, file_entry, make_plan, make_target, make_unit, submit_entry

pytestmark = pytest.mark.django_db

FORM = {"plan": "P25"}


@pytest.fixture
def plan():
    plan = make_plan()
    for number in range(1, 8):
        target = make_target(plan, figure_from="statistics" if number % 2 else "unit")
        SupportingUnit(target=target, unit=make_unit(f"协办{number % 2}")).save()
        if number % 3:
            part = "statistic" if number % 2 else "report"
            file_entry(target, 6, "265.2", date(2025, 7, 3), part=part)
            submit_entry(target, 7, "300", date(2025, 8, 3), part=part)
    return plan


def statements(client, user, **query):
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/targets/", FORM | query).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("who", [author, coordinator])
@pytest.mark.parametrize(
    "query", [{}, {"period": "6"}, {"sort": "-reporting"}, {"reporting": "late", "period": "7"}], ids=str
)
def test_statements_of_a_page_are_few_and_small(client, plan, who, query):
    found = statements(client, who(), **query)
    assert len(found) <= 15, "\n".join(sql[:100] for sql in found)
    largest = max(found, key=len)
    assert len(largest) <= 4096, largest
    assert max(sql.count(" JOIN ") for sql in found) <= 8
    assert not any("||" in sql for sql in found)
    assert sum('"auth_group"' in sql for sql in found) == 1  # the user's roles are read once


def test_today_reads_no_row_by_search(client, plan):
    """The newest row, report and figure of each target are joined by their keys."""
    found = statements(client, coordinator(), as_of=timezone.localdate().isoformat())
    [page] = [sql for sql in found if "narrative" in sql]
    assert page.count("SELECT") == 1


@pytest.mark.parametrize("on", [date(2025, 6, 30), date(2025, 7, 31), None], ids=str)
def test_the_database_counts_what_reading_each_row_counts(plan, on):
    register = Register.at(plan, as_of=on)
    counted = register.listing().summary
    read = register.listing(reporting=list(Reporting)).summary
    assert vars(counted) == vars(read)
    assert counted.listed == len(register.rows()) == 7


def test_a_page_is_the_rows_that_stand_there(plan):
    listing = Register.at(plan).listing()
    rows = [row.target.pk for row in listing.rows()]
    assert [row.target.pk for row in listing.page(range(2, 5))] == rows[2:5] == listing.keys[2:5]
