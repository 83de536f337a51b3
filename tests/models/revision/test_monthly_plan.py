"""A monthly plan leads to the goal without turning back; what moves the goal replaces or drops it."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from targets.models import Target, TrajectoryPoint
from targets.models.ledger import bulk
from targets.rules.facts import Light
from tests.factories import at, coordinator, file_entry, make_plan, make_target, make_unit
from tests.models.revisions import OPENED, TODAY, ask, change, sign
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def months(**values):
    """Month → value, given as m3=130."""
    ends = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
    return {date(2025, int(k[1:]), ends[int(k[1:])]): D(v) for k, v in values.items()}


def draft(**fields):
    fields.setdefault("lead_unit", make_unit())
    return make_target(make_plan(state="drafting"), **fields)


def plan(target, curve):
    target.trajectory.plan(target, curve, by=coordinator(), at=at(OPENED))


RANK = {"measure": "rank", "comparator": "lte", "target_value": D(2), "unit_of_measure": "位"}
LEVEL = {"measure": "stock", "target_value": D(130)}
FALLING = {"measure": "stock", "comparator": "lte", "target_value": D(100)}


@pytest.mark.parametrize(
    ("fields", "curve"),
    [
        pytest.param({}, months(m6=300, m9=260, m12=520), id="it falls"),
        pytest.param({}, months(m6=600, m12=520), id="it goes beyond the goal"),
        pytest.param({}, months(m6=260, m12=500), id="it ends short"),
        pytest.param({}, months(m6=260, m11=520), id="it ends too soon"),
        pytest.param({"due_on": date(2025, 10, 31)}, months(m6=260, m12=520), id="it ends too late"),
        pytest.param({}, months(m6=-1, m12=520), id="it begins below nothing"),
        pytest.param(
            {"comparator": "gt", "unit_of_measure": "家"}, months(m6=260, m12=520), id="of more than 520, 521"
        ),
        pytest.param({"unit_of_measure": "家"}, months(m6="260.5", m12=520), id="half a firm"),
        pytest.param({"measure": "stock"}, months(m6=120, m12=150), id="net: below the baseline"),
        pytest.param(FALLING, months(m6=110, m9=120, m12=100), id="down and up again"),
        pytest.param(LEVEL, months(m6=130, m12=130), id="a level has no way to go"),
        pytest.param(RANK, months(m6=3, m12=2), id="a place has no way to go"),
    ],
)
def test_a_plan_that_does_not_lead_to_the_goal_is_refused(fields, curve):
    target = draft(**fields)
    with pytest.raises(ValidationError):
        plan(target, curve)
    assert not target.trajectory.exists()


@pytest.mark.parametrize(
    ("fields", "curve"),
    [
        pytest.param({}, months(m3=0, m6=260, m9=260, m12=520), id="rising, with a rest"),
        pytest.param({"due_on": date(2025, 10, 15)}, months(m6=260, m10=520), id="to the month it is due"),
        pytest.param({"comparator": "gt", "unit_of_measure": "家"}, months(m12=521), id="to one more"),
        pytest.param(
            {"comparator": "between", "upper_value": D(560)}, months(m6=260, m12=520), id="to the lower end"
        ),
        pytest.param({"comparator": "approx"}, months(m6=260, m12=520), id="about: to the goal itself"),
        pytest.param({"comparator": "lte"}, months(m6=260, m12=520), id="a ceiling"),
        pytest.param({"measure": "stock"}, months(m6=131, m9=140, m12=150), id="from the baseline"),
        pytest.param(
            {"measure": "stock", "baseline_value": None}, months(m12=150), id="without a baseline, at closing"
        ),
        pytest.param(
            {"measure": "stock", "basis": "gross"}, months(m6=50, m12=150), id="gross: from nothing"
        ),
        pytest.param(FALLING, months(m6=120, m12=100), id="down"),
        pytest.param(LEVEL, months(m12=130), id="a level, at closing"),
        pytest.param(RANK, months(m12=2), id="a place, at closing"),
    ],
)
def test_a_plan_that_leads_to_the_goal_is_taken(fields, curve):
    target = draft(**fields)
    plan(target, curve)
    target.plan.issue(at=at(OPENED))
    assert dict(target.trajectory.values_list("period_end", "planned_value")) == curve


@pytest.mark.parametrize("in_bulk", [False, True])
def test_what_was_written_point_by_point_is_refused_at_issue(in_bulk):
    target = draft()
    TrajectoryPoint(target=target, period_end=date(2025, 6, 30), planned_value=D(260)).save(at=at(OPENED))
    with pytest.raises(ValidationError):
        bulk.issue(target.plan, at=at(OPENED)) if in_bulk else target.plan.issue(at=at(OPENED))
    assert target.revisions.opening() is None


def test_points_of_a_target_that_is_only_asked_for_are_taken_in_bulk_as_alone():
    target = Target(
        plan=make_plan(), title="追加", measure="flow", comparator="gte", target_value=D(520),
        unit_of_measure="亿元", lead_unit=make_unit(),
    )  # fmt: skip
    target.save(at=at(OPENED))
    target.ask("open", by=coordinator(), effective_on=OPENED, at=at(OPENED), document_no="1号", reason="追加")
    points = [
        TrajectoryPoint(target=target, period_end=date(2025, month, 30), planned_value=D(value))
        for month, value in ((6, 260), (9, 400))
    ]
    points[0].save(at=at(OPENED))
    TrajectoryPoint.clean_rows(points[1:])


def test_a_value_that_changes_brings_a_new_plan_or_drops_it():
    target = draft()
    plan(target, months(m6=260, m12=520))
    target.plan.issue(at=at(OPENED))
    with pytest.raises(ValidationError):
        ask(target, "value", {"target_value": D(480)})
    change(target, "value", {"target_value": D(480)}, curve=months(m6=200, m12=480))
    assert target.revisions.curve_today() == months(m6=200, m12=480)
    change(target, "value", {"target_value": D(500)}, drops_curve=True)
    assert target.revisions.curve_today() == {}
    file_entry(target, 6, 250, TODAY)
    target.refresh_from_db()
    assert (target.current.expected, target.current.gap) == (D("50.0"), D("0.0"))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("value", {"comparator": "between", "upper_value": D(600), "target_value": D(510)}),
        ("deadline", {"due_on": date(2025, 10, 31)}),
        ("definition", {"measure": "stock", "baseline_value": D(600)}),
    ],
)
def test_whatever_moves_the_goal_minds_the_plan(kind, changes):
    target = draft()
    plan(target, months(m6=260, m12=520))
    target.plan.issue(at=at(OPENED))
    with pytest.raises(ValidationError) as refusal:
        ask(target, kind, changes)
    assert "取消分月计划" in " ".join(refusal.value.messages)


def test_what_does_not_move_the_goal_leaves_the_plan():
    target = draft()
    plan(target, months(m6=260, m12=520))
    target.plan.issue(at=at(OPENED))
    change(target, "definition", {"definition": "含税"})
    assert target.revisions.curve_today() == months(m6=260, m12=520)


def test_the_plan_alone_is_changed_or_dropped():
    target = make_target()
    with pytest.raises(ValidationError):
        ask(target, "curve")
    with pytest.raises(ValidationError):
        ask(target, "curve", curve=months(m6=300, m12=500))
    file_entry(target, 6, 150, TODAY)
    change(target, "curve", curve=months(m6=150, m12=520), on=date(2025, 6, 30))
    assert (target.current.light, target.current.expected) == (Light.GREEN, D("28.8"))
    change(target, "curve", drops_curve=True, on=date(2025, 6, 30))
    assert (target.current.light, target.current.expected) == (Light.RED, D("50.0"))


def test_a_plan_is_not_given_and_dropped_at_once():
    target = make_target()
    with refused("changes"):
        ask(target, "curve", curve=months(m6=260, m12=520), drops_curve=True)
    with refused("changes"):
        ask(target, "value", {"target_value": D(480)}, curve=months(m6=200, m12=480), drops_curve=True)


def test_a_request_that_no_longer_leads_to_the_goal_is_not_signed():
    target = make_target()
    waiting = ask(target, "curve", curve=months(m6=260, m12=520))
    change(target, "value", {"target_value": D(480)})
    with pytest.raises(ValidationError):
        sign(waiting)


def test_a_plan_that_stood_before_these_checks_hinders_no_other_act():
    target = make_target()
    change(target, "curve", curve=months(m6=260, m12=520))
    last = target.trajectory.filter(period_end=date(2025, 12, 31))
    QuerySet.update(last, planned_value=D(500))  # round what refuses it
    change(target, "definition", {"definition": "含税"})
    assert Target.objects.get(pk=target.pk).definition == "含税"
