"""Plans: their periods and deadlines, what is fixed once issued, and what 印发 opens."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.models import LightRule, Plan
from tests.factories import at, make_node, make_plan, make_target, make_unit
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def test_plan_is_the_calendar_year_by_the_default_rule():
    plan = make_plan()
    assert (plan.starts_on, plan.ends_on) == (date(2025, 1, 1), date(2025, 12, 31))
    assert plan.light_rule == LightRule.objects.get(name="默认（10个百分点）", version=1)


def test_plan_has_a_period_for_each_month():
    periods = make_plan(starts_on=date(2025, 3, 10), ends_on=date(2025, 6, 15)).periods.all()
    assert [(p.number, p.period_start, p.period_end) for p in periods] == [
        (3, date(2025, 3, 1), date(2025, 3, 31)),
        (4, date(2025, 4, 1), date(2025, 4, 30)),
        (5, date(2025, 5, 1), date(2025, 5, 31)),
        (6, date(2025, 6, 1), date(2025, 6, 30)),
    ]


@pytest.mark.parametrize(
    ("number", "opens_on", "words", "figures", "review"),
    [
        pytest.param(1, (1, 31), (2, 5), None, (2, 8), id="January has no figure; a Saturday is worked"),
        pytest.param(2, (2, 28), (3, 5), (3, 20), (3, 25), id="three working days over a weekend"),
        pytest.param(5, (5, 31), (6, 5), (6, 20), (6, 25), id="a month of 31 days"),
        pytest.param(6, (6, 30), (7, 7), (7, 21), (7, 24), id="a Saturday and a Sunday move on to Monday"),
        pytest.param(9, (9, 30), (10, 9), (10, 20), (10, 23), id="words move past 国庆节"),
    ],
)
def test_default_calendar_of_a_period(number, opens_on, words, figures, review):
    period = make_plan().periods.get(number=number)
    assert (period.opens_on, period.words_due_on) == (date(2025, *opens_on), date(2025, *words))
    assert period.figures_due_on == (figures and date(2025, *figures))
    assert period.review_due_on == period.freeze_on == date(2025, *review)


def test_december_is_due_in_the_new_year():
    period = make_plan().periods.get(number=12)
    assert (period.words_due_on, period.figures_due_on) == (date(2026, 1, 5), date(2026, 1, 20))


def test_february_of_a_leap_year_has_its_29th():
    assert make_plan("P24", year=2024).periods.get(number=2).period_end == date(2024, 2, 29)


@pytest.mark.parametrize("typed", ["p25", "Ｐ２５", " P25 "])
def test_code_of_a_plan_is_one_however_typed(typed):
    make_plan("P25")
    with refused("code"):
        make_plan(typed)


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        pytest.param({"year": 1999}, "year", id="before 2000"),  # case 30
        pytest.param({"year": 2101}, "year", id="after 2100"),
        pytest.param({"year": "明年"}, "year", id="words for a year"),
        pytest.param({"ends_on": date(2024, 12, 31)}, "ends_on", id="ends before it starts"),
        pytest.param({"starts_on": "2025-02-30"}, "starts_on", id="a day that does not exist"),
    ],
)
def test_plan_names_what_is_wrong(fields, blamed):
    with refused(blamed):
        make_plan(**fields)


# --- issued ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["in_force", "closed", "archived"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "P99"),
        ("starts_on", date(2025, 2, 1)),
        ("ends_on", date(2025, 11, 30)),
        ("state", "drafting"),
        ("light_rule", lambda: LightRule.objects.create(name="另一规则")),
    ],
)
def test_what_every_light_rests_on_is_fixed_once_issued(state, field, value):
    plan = make_plan(state=state)
    setattr(plan, field, value() if callable(value) else value)
    with refused(field):
        plan.save()


def test_draft_is_edited():
    plan = make_plan(state="drafting")
    plan.light_rule = LightRule.objects.create(name="另一规则")
    plan.save()
    assert Plan.objects.get(pk=plan.pk).light_rule.name == "另一规则"


def test_rule_in_use_is_fixed():
    rule = make_plan().light_rule
    rule.amber_band = Decimal(20)
    with pytest.raises(ValidationError):
        rule.save()
    assert LightRule.objects.get(pk=rule.pk).amber_band == 10


def test_rule_of_drafts_is_edited():
    rule = make_plan(state="drafting").light_rule
    rule.amber_band = Decimal(20)
    rule.save()
    assert LightRule.objects.get(pk=rule.pk).amber_band == 20


def test_band_below_nothing_is_refused():
    with refused("amber_band"):
        LightRule(name="负", amber_band=Decimal(-1)).save()


@pytest.mark.parametrize(
    ("issued_on", "opened_on"),
    [(date(2024, 12, 20), date(2024, 12, 20)), (date(2025, 2, 10), date(2025, 1, 1))],
    ids=["before its first day", "later"],
)
def test_issuing_a_plan_opens_its_targets(issued_on, opened_on):
    plan = make_plan(state="drafting", jurisdiction=make_unit("外海街道"))
    goal = make_target(plan, measure="milestone")
    make_node(goal, date(2025, 6, 30))
    plan.issue(at=at(issued_on))
    goal.refresh_from_db()
    assert [(r.kind, r.effective_on) for r in goal.revisions.all()] == [
        ("open", opened_on), ("node", opened_on),
    ]  # fmt: skip
    assert (goal.current.effective_on, goal.current.recorded_at) == (opened_on, at(issued_on))


def test_plan_issued_twice_opens_nothing_twice():
    plan = make_plan(state="drafting")
    target = make_target(plan)
    plan.issue(at=at(date(2025, 2, 10)))
    plan.issue(at=at(date(2025, 2, 11)))
    assert (target.revisions.count(), target.assessments.count()) == (1, 1)
