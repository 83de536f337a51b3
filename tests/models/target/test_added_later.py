"""What is added to a plan in force, and what a plan issued late owes: only from then on."""

from datetime import date
from decimal import Decimal

import pytest

from targets.models import Plan, Target
from targets.models.ledger import bulk
from targets.register.register import Register
from targets.reporting import Reporting
from targets.rules.facts import Light
from tests.factories import at, coordinator, file_entry, make_node, make_plan, make_target, make_unit
from tests.refusals import refused

pytestmark = pytest.mark.django_db

ADDED, ISSUED = date(2025, 7, 15), date(2025, 3, 28)


def listed(plan, on, *, today=None, **scope):
    rows = Register.at(plan, as_of=on, today=today or max(on, date(2025, 9, 1)), **scope).rows()
    return {row.target.title: row.reporting.key for row in rows}


@pytest.fixture
def plan():
    plan = make_plan()
    make_target(plan, title="年初")
    return plan


# --- added -----------------------------------------------------------------------------------


def test_a_goal_is_listed_and_owes_only_from_the_day_it_was_added(plan):
    make_target(plan, title="追加", at=ADDED)
    titles = {on: set(listed(plan, on)) for on in (date(2025, 1, 31), date(2025, 6, 30), date(2025, 7, 14))}
    assert list(titles.values()) == [{"年初"}] * 3
    answers = [listed(plan, on, today=on).get("追加") for on in (ADDED, date(2025, 7, 31), date(2025, 8, 6))]
    assert answers == ["not_due", "due", "late"]  # June is not its own


def test_its_first_report_is_judged_on_its_own_window(plan):
    target = make_target(plan, title="追加", at=ADDED, target_value=120)
    assert (target.starts_on, target.first_period.number) == (date(2025, 7, 1), 7)
    opening = target.revisions.get()
    assert (opening.effective_on, opening.changes["starts_on"]) == (ADDED, [None, "2025-07-01"])
    file_entry(target, 7, 20, date(2025, 8, 4))
    target.refresh_from_db()
    row = target.current
    # One of six months has passed, not seven of twelve.
    assert (row.attainment, row.expected, row.light) == (Decimal("16.7"), Decimal("16.7"), Light.GREEN)


def test_what_it_says_itself_of_its_window_stands(plan):
    may = plan.periods.get(number=5)
    target = make_target(plan, at=ADDED, starts_on=date(2025, 1, 1), first_period=may)
    assert (target.starts_on, target.first_period) == (date(2025, 1, 1), may)
    assert target.revisions.get().effective_on == ADDED


@pytest.mark.parametrize(
    ("day", "due_on", "starts_on", "number"),
    [
        pytest.param(date(2025, 1, 20), None, None, None, id="in the plan's first month: the whole year"),
        pytest.param(date(2024, 12, 20), None, None, None, id="before the year"),
        pytest.param(ADDED, date(2025, 6, 30), date(2025, 6, 1), 7, id="after its own deadline"),
        pytest.param(date(2026, 1, 9), None, date(2025, 12, 1), 12, id="after the year"),
    ],
)
def test_window_of_what_is_added_at_the_edges(plan, day, due_on, starts_on, number):
    target = make_target(plan, at=day, due_on=due_on)
    assert target.starts_on == starts_on
    assert (target.first_period.number if target.first_period else None) == number
    assert target.revisions.get().effective_on == day


def test_nodes_and_curves_written_with_it_change_nothing_that_was_promised(plan):
    target = make_target(plan, measure="milestone", at=ADDED)
    make_node(target, date(2025, 9, 30), at=ADDED)
    make_node(target, date(2025, 12, 31), at=ADDED)
    target.refresh_from_db()
    assert target.current.marks == {}
    assert set(target.assessments.values_list("effective_on", flat=True)) == {ADDED}


def test_next_year_it_is_a_goal_of_the_whole_year(plan):
    since = plan.periods.get(number=2)
    february = make_target(plan, first_period=since)
    added = make_target(plan, at=ADDED)
    following = plan.next_year(targets=[february, added], at=at(date(2025, 12, 3)))
    rows = following.targets.order_by("number")
    assert [row.first_period and row.first_period.number for row in rows] == [2, None]
    assert [row.starts_on for row in rows] == [None, None]


def ask_to_add(target, **fields):
    fields = {"effective_on": ADDED, "at": at(ADDED), "document_no": "9号", "reason": "追加", **fields}
    return target.ask("open", by=coordinator(), **fields)


def test_a_goal_is_added_once(plan):
    target = plan.targets.get()
    with refused(None):
        ask_to_add(target)
    assert target.revisions.count() == 1


def test_a_goal_is_asked_for_once(plan):
    target = Target(plan=plan, title="追加", measure="milestone", lead_unit=make_unit())
    target.save(at=at(ADDED))
    first = ask_to_add(target)
    with refused(None):
        ask_to_add(target)
    first.withdraw(by=coordinator(), at=at(ADDED))
    assert ask_to_add(target).is_waiting


def test_a_goal_of_a_draft_is_not_added_by_itself():
    target = make_target(make_plan("P26", year=2026, state="drafting"))
    with refused(None):
        ask_to_add(target)


# --- issued late -----------------------------------------------------------------------------


def issued_late(by_hand, **fields):
    plan = make_plan(state="drafting", at=ISSUED)
    make_target(plan, title="目标", at=ISSUED, **fields)
    if by_hand:
        plan.issue(by=coordinator(), document_no="1号", issued_on=ISSUED, at=at(ISSUED))
    else:
        plan.issued_on = ISSUED
        bulk.issue(plan, at=at(ISSUED))
    return Plan.objects.get()


MONTHS = [
    date(2025, 1, 31),
    date(2025, 2, 28),
    date(2025, 3, 15),
    ISSUED,
    date(2025, 3, 31),
    date(2025, 4, 30),
]


@pytest.mark.parametrize("by_hand", [True, False], ids=["one by one", "in bulk"])
def test_a_plan_issued_late_does_not_owe_the_months_before(by_hand):
    plan = issued_late(by_hand)
    answers = [listed(plan, on)["目标"] for on in MONTHS]
    assert answers == ["exempt"] * 4 + ["late"] * 2
    assert Target.objects.get().revisions.get().effective_on == plan.starts_on


def test_a_named_first_period_is_owed_however_late_the_plan_is_issued():
    plan = make_plan(state="drafting", at=ISSUED)
    make_target(plan, title="目标", first_period=plan.periods.get(number=2), at=ISSUED)
    plan.issue(by=coordinator(), document_no="1号", issued_on=ISSUED, at=at(ISSUED))
    assert [listed(plan, on)["目标"] for on in MONTHS[:3]] == ["not_due", "late", "late"]


def test_an_outcome_due_before_the_plan_was_issued_is_not_missing():
    plan = issued_late(True, due_on=date(2025, 2, 28))
    assert listed(plan, date(2025, 6, 30))["目标"] == "late"
    Plan.objects.update(issued_on=None)
    plan.refresh_from_db()
    assert listed(plan, date(2025, 6, 30))["目标"] == "outcome_missing"


@pytest.mark.parametrize(
    "steps", [(), ("close",), ("close", "archive")], ids=["in force", "closed", "archived"]
)
def test_a_plan_issued_after_its_last_period_owes_nothing(steps):
    afterwards = date(2026, 5, 4)
    plan = make_plan(state="drafting", at=afterwards)
    for state in ("active", "undefined"):
        make_target(plan, title=state, state=state, at=afterwards)
    plan.issue(at=at(afterwards))
    for step in steps:
        getattr(plan, step)(at=at(afterwards))
    for on in (date(2025, 6, 30), date(2025, 12, 31), afterwards):
        assert set(listed(plan, on, today=date(2026, 9, 1)).values()) == {Reporting.EXEMPT.key}


def test_a_plan_that_does_not_say_when_it_was_issued_owes_everything():
    plan = make_plan()
    make_target(plan, title="目标")
    assert plan.issued_on is None
    assert listed(plan, date(2025, 1, 31))["目标"] == "late"
    assert listed(plan, date(2025, 12, 31), today=date(2026, 2, 1))["目标"] == "outcome_missing"


def test_the_day_of_issue_stays():
    plan = issued_late(True)
    plan.issued_on = date(2025, 5, 1)
    with refused("issued_on"):
        plan.save(at=at(date(2025, 6, 1)))
