"""The articles' plans as they stand in the database."""

from collections import Counter
from datetime import date

import pytest
from django.db import transaction

from targets.models import Assessment, Domain, OrgUnit, Plan, ProgressEntry, Source, Target
from targets.register.register import Register
from targets.reporting import Reporting
from targets.seed import articles
from targets.status import Status
from tests.factories import at
from tests.seed.database import everything, rolled_back

pytestmark = pytest.mark.django_db

LOADED_ON = date(2026, 7, 20)


@pytest.fixture(scope="module")
def plans(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        articles.load(at(LOADED_ON))
        yield {plan.code: plan for plan in Plan.objects.all()}


def rows_of(plan, **asked):
    return Register.at(plan, today=LOADED_ON, **asked).rows()


def test_plans_as_issued(plans):
    assert {code: (plan.state, str(plan.jurisdiction), plan.is_invented) for code, plan in plans.items()} == {
        "WH25": ("in_force", "外海街道", False),
        "WH22": ("archived", "外海街道", False),
    }
    issued_on = {code: plan.issued_on for code, plan in plans.items()}
    # No article says when; what happened in 2022 was written down after its year.
    assert issued_on == {"WH25": None, "WH22": LOADED_ON}
    assert (plans["WH25"].starts_on, plans["WH25"].ends_on) == (date(2025, 1, 1), date(2025, 12, 31))


def test_units_that_both_plans_name_are_kept_once(plans):
    assert (Domain.objects.count(), Source.objects.count(), OrgUnit.objects.count()) == (14, 4, 6)
    village = OrgUnit.objects.get(name="直冲村")
    assert [OrgUnit.objects.get(pk=pk).name for pk in village.path_ids()] == [
        "江门市",
        "江海区（江门高新区）",
        "外海街道",
        "直冲村",
    ]


def test_every_row_reads_as_it_was_stated(plans):
    """Undefined stays undefined, watched is watched, and what is active has no figure yet."""
    expected = {"undefined": Status.UNDEFINED, "watch": Status.WATCH, "active": Status.NO_FIGURE}
    rows = rows_of(plans["WH25"]) + rows_of(plans["WH22"])
    assert [row.status for row in rows] == [expected[row.target.state] for row in rows]
    assert Counter(row.status for row in rows) == {
        Status.UNDEFINED: 24,
        Status.WATCH: 8,
        Status.NO_FIGURE: 6,
    }


def test_what_is_owed_at_the_end_of_the_year(plans):
    owed = {row.target.code: row.reporting for row in rows_of(plans["WH25"])}
    missing = {code for code, reporting in owed.items() if reporting is Reporting.OUTCOME_MISSING}
    assert missing == {"WH25-01", "WH25-03", "WH25-04", "WH25-05", "WH25-14", "WH25-15"}
    assert {row.reporting for row in rows_of(plans["WH22"])} == {Reporting.EXEMPT}


def test_no_progress_of_a_real_place(plans):
    assert not ProgressEntry.objects.exists()
    assert not Assessment.objects.filter(value__isnull=False).exists()


def test_the_promise_holds_from_the_plans_first_day_and_was_not_known_before(plans):
    assert set(Assessment.objects.values_list("effective_on", flat=True)) == {
        date(2025, 1, 1),
        date(2022, 1, 1),
    }
    assert len(rows_of(plans["WH25"], as_of=date(2025, 1, 1))) == 35
    assert rows_of(plans["WH25"], as_of=date(2025, 6, 30), known_at=date(2026, 7, 19)) == []


@pytest.mark.parametrize(
    ("code", "gaps"),
    [
        ("WH25-01", ["definition", "leader"]),
        ("WH25-03", ["definition", "baseline", "leader"]),
        ("WH25-05", ["leader"]),
        ("WH25-08", ["deadline", "definition", "leader"]),
        ("WH25-14", ["criterion", "leader"]),
        ("WH25-16", ["deadline", "criterion", "leader"]),
        ("WH22-02", ["deadline", "definition", "leader"]),
    ],
)
def test_what_the_article_leaves_open_is_listed(plans, code, gaps):
    assert [gap.key for gap in Target.objects.get(code=code).gaps] == gaps


def test_nodes_and_reference_figures_stand_with_their_targets(plans):
    nodes = Target.objects.get(code="WH25-16").milestones
    assert list(nodes.values_list("title", "due_on")) == [
        ("统一定位", None),
        ("统一规划", None),
        ("统一招商", None),
    ]
    figure = Target.objects.get(code="WH25-24").reference_figures.get()
    assert (str(figure.value.normalize()), figure.source.issuer) == ("0.6", "")


def test_loading_again_changes_nothing(plans):
    before = everything()
    articles.load()
    assert everything() == before


def test_what_people_changed_stays(plans):
    with transaction.atomic():
        unit = OrgUnit.objects.get(name="金溪社区")
        Plan.objects.filter(code="WH25").update(title="重点任务")
        unit.name = "金溪社区居委会"
        unit.save()
        articles.load()
        assert Plan.objects.get(code="WH25").title == "重点任务"
        assert OrgUnit.objects.count() == 6
        transaction.set_rollback(True)
