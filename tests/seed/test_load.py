"""Plans of any size: the same rows that people's own acts would have written, only faster."""

from datetime import date

import pytest

from targets.models import Assessment, Plan, ProgressEntry
from targets.register.register import Register
from targets.seed import load, plans
from targets.seed.papers import moment
from targets.status import Status
from tests.seed import by_hand

pytestmark = pytest.mark.django_db

ISSUED = moment(date(2025, 1, 5), 9)


@pytest.mark.slow
def test_bulk_and_act_by_act_write_the_same():
    """Forty targets are more than one round through the patterns: every measure, nodes, curves."""
    data = load.describe(size=40, seed=1, year=2025, number=1)
    written = load.load(size=40, periods=8, seed=1, year=2025, number=1)
    in_bulk = by_hand.rows(Plan.objects.get(code=written.plan))
    slowly = by_hand.write(data, "HAND001", ISSUED, lambda plan: load.lines_of(plan, data, 8))
    one_by_one = by_hand.rows(slowly)
    assert written.assessments == len(in_bulk["ledger"])
    for kind, rows in in_bulk.items():
        assert len(rows) == len(one_by_one[kind]), kind
        for row, other in zip(rows, one_by_one[kind], strict=True):
            assert row == other, kind
    assert any(entry["revision_no"] > 1 for entry in in_bulk["entries"])
    assert in_bulk["completions"]
    assert in_bulk["points"]


def test_the_same_seed_gives_the_same_plan_and_another_another():
    first, again, other = (load.describe(size=60, seed=seed, year=2025, number=3) for seed in (1, 1, 2))
    assert first == again
    assert first["targets"] != other["targets"]
    assert first["targets"] != load.describe(size=60, seed=1, year=2025, number=4)["targets"]


def test_targets_of_a_load_are_numbered_from_one_and_have_a_title_each():
    targets = load.describe(size=60, seed=1, year=2025, number=1)["targets"]
    assert [row["number"] for row in targets] == list(range(1, 61))
    assert len({row["title"] for row in targets}) == 60


def test_a_load_shows_many_statuses():
    load.load(size=200, periods=10, seed=1, year=2025, number=1)
    plan = Plan.objects.get(code="LOAD001")
    rows = Register.at(plan, period=10, today=date(2026, 1, 20)).rows()
    assert len(rows) == 200
    assert {row.status for row in rows} >= {
        Status.MISSED, Status.OVERDUE, Status.RED, Status.AMBER, Status.GREEN, Status.ON_TARGET, Status.DONE,
    }  # fmt: skip
    assert {row.target.measure for row in rows} >= {"flow", "stock", "milestone", "ratio", "growth", "rank"}


def test_every_report_is_approved_within_the_months_asked_for():
    load.load(size=40, periods=4, seed=1, year=2025, number=1)
    assert set(ProgressEntry.objects.values_list("state", flat=True)) == {"approved"}
    assert max(ProgressEntry.objects.values_list("period__number", flat=True)) == 4
    assert not Assessment.objects.filter(effective_on__gt=date(2025, 6, 30)).exists()


@pytest.mark.parametrize(
    ("targets", "number_of_plans", "expected"),
    [
        (30, None, [30]),
        (500, None, [500]),
        (1200, None, [500, 500, 200]),
        (10_000, None, [5000, *[500] * 10]),
        (10, 3, [4, 3, 3]),
        (600, 1, [600]),
    ],
)
def test_sizes(targets, number_of_plans, expected):
    assert load.sizes(targets, number_of_plans) == expected


def test_a_hundred_thousand_targets_are_two_hundred_plans():
    sizes = load.sizes(100_000)
    assert (sum(sizes), max(sizes), len(sizes)) == (100_000, 5000, 191)


@pytest.mark.parametrize(
    ("periods", "today", "year"),
    [(12, date(2026, 2, 20), 2025), (12, date(2027, 3, 2), 2026), (6, date(2026, 8, 29), 2025),
     (6, date(2026, 8, 30), 2026), (1, date(2026, 4, 2), 2026)],
)  # fmt: skip
def test_year_is_the_last_that_can_be_filed_so_far(periods, today, year):
    assert load.year_of(periods, today) == year
    assert plans.month_end(year, periods) < today
