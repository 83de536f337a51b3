"""What a page that everybody opens every day may cost: in queries, whoever reads it, and in HTML."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from targets.models import OrgUnit, Plan
from tests.factories import make_user

pytestmark = pytest.mark.django_db

FILING = "/admin/targets/progressentry"
# address → the most queries of one page; all of them are counts that rows do not move
MOST = {
    "/": 16,
    "/targets/": 16,
    "/targets/LOAD001-01/": 22,  # a target with all that was ever said of it
    "/todo/": 16,
    f"{FILING}/desk/": 16,
    f"{FILING}/review/": 16,
    f"{FILING}/statistics/": 16,
    "/reports/": 16,
    "/admin/": 16,
    "/admin/targets/target/": 16,
    f"{FILING}/": 16,
    "/admin/targets/targetrevision/": 16,
    "/admin/targets/plan/": 16,
}
CHANGE_LISTS = (f"{FILING}/", *(f"/admin/targets/{model}/" for model in ("target", "targetrevision", "plan")))
ROLES = ("领导", "统筹员", "审核员", "填报员", "统计员")
HTML = 120_000  # bytes of the overview, and of the table with a page of rows


def costs(size):
    """(role, address) → queries and bytes, in a plan of this size alone."""
    call_command("make_load", targets=size, periods=6, seed=1, plans=1, year=2025)
    plan = Plan.objects.latest("pk")
    leading = plan.targets.values("lead_unit").annotate(count=Count("pk")).order_by("-count", "lead_unit")
    unit = OrgUnit.objects.get(pk=leading[0]["lead_unit"])
    found = {}
    for role in ROLES:
        place = unit if role == "填报员" else plan.jurisdiction
        client = Client()
        client.force_login(make_user(f"{role}{size}", place, role, is_staff=True))
        client.get("/help/")  # the first request after a minute notes when it came
        for address in MOST:
            with CaptureQueriesContext(connection) as queries:
                page = client.get(address, {} if address in CHANGE_LISTS else {"plan": plan.code})
            if page.status_code == 200:
                found[role, address] = len(queries), len(page.content)
    return found


def assert_within(found):
    assert len(found) > 15
    dear = {key: asked for key, (asked, _length) in found.items() if asked > MOST[key[1]]}
    assert dear == {}
    long = {key: length for key, (_asked, length) in found.items() if length > HTML}
    assert long == {}


def test_daily_pages_cost_few_queries_and_are_short():
    assert_within(costs(60))


@pytest.mark.slow
def test_they_cost_the_same_in_a_plan_of_600():
    found = costs(600)
    assert_within(found)
