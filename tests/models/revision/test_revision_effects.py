"""Changes of the promise: the days they reach and never reach, taking them back, putting targets away."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.models import LightRule, Target, TrajectoryPoint
from targets.rules.facts import Light
from targets.status import Status
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    draft_entry,
    make_plan,
    make_target,
    reviewer,
    submit_entry,
)
from tests.models.revisions import DAYS, OPENED, TODAY, ask, behind, change, done, shown, status, with_nodes
from tests.refusals import refused

pytestmark = pytest.mark.django_db

# One change of each kind, on a target that reported 208 of 520 in June: amber.
EXAMPLES = [
    pytest.param("value", {"target_value": Decimal(400)}, {}, id="value"),
    pytest.param("deadline", {"due_on": date(2025, 9, 30)}, {}, id="deadline"),
    pytest.param("definition", {"comparator": "lte"}, {}, id="definition"),
    pytest.param("baseline", {"baseline_value": Decimal(100)}, {}, id="baseline"),
    pytest.param("override", {"override_light": 5}, {"until": date(2025, 9, 30)}, id="override"),
    pytest.param("suspend", {}, {}, id="suspend"),
    pytest.param("cancel", {}, {}, id="cancel"),
    pytest.param(
        "value", {"target_value": Decimal(400)}, {"curve": {date(2025, 12, 31): Decimal(400)}},
        id="value with a monthly plan",
    ),
]  # fmt: skip


# --- days before the effective one -----------------------------------------------------------


@pytest.mark.parametrize("on", [OPENED, date(2025, 5, 1), TODAY], ids=["1 January", "1 May", "10 July"])
@pytest.mark.parametrize(("kind", "changes", "fields"), EXAMPLES)
def test_no_light_before_the_effective_day_moves(kind, changes, fields, on):
    target = behind()
    before = shown(target)
    change(target, kind, changes, on=on, **fields)
    after = shown(target)
    assert {day: after[day] for day in DAYS if day < on} == {day: before[day] for day in DAYS if day < on}
    assert after != before or kind == "baseline"  # which means nothing to a running total
    assert shown(target, known_at=at(date(2025, 7, 9))) == before


@pytest.mark.parametrize(("kind", "changes", "fields"), EXAMPLES)
def test_annulling_restores_every_day(kind, changes, fields):
    target = behind()
    target.refresh_from_db()
    before, promise = shown(target), {name: target.column(name) for name in Target.PROMISE}
    revision = change(target, kind, changes, on=date(2025, 5, 1), **fields)
    between = shown(target)
    annulment = change(target, "annul", annuls=revision, on=OPENED, day=date(2025, 7, 20))
    assert annulment.effective_on == revision.effective_on
    assert shown(target) == before
    assert {name: target.column(name) for name in Target.PROMISE} == promise
    assert shown(target, known_at=at(date(2025, 7, 19))) == between
    with refused("annuls"):
        ask(target, "annul", annuls=revision)


def test_what_was_annulled_already_is_told_apart_from_what_was_never_approved():
    target = make_target()
    mistake, waiting = change(target, "value", {"target_value": Decimal(455)}), ask(target, "suspend")
    change(target, "annul", annuls=mistake)
    for each, said in ((mistake, "该变更已撤回"), (waiting, "只能撤回已批准的变更")):
        with pytest.raises(ValidationError, match=said):
            ask(target, "annul", annuls=each)


def test_annulling_a_move_restores_the_node():
    target = with_nodes()
    node = target.milestones.first()
    before = shown(target)
    revision = change(target, "node", {"due_on": date(2025, 3, 1)}, milestone=node, on=date(2025, 2, 1))
    node.refresh_from_db()
    assert (node.due_on, status(target, date(2025, 3, 1))) == (date(2025, 3, 1), Status.AMBER)
    change(target, "annul", annuls=revision)
    node.refresh_from_db()
    assert (node.due_on, shown(target)) == (date(2025, 6, 30), before)


@pytest.mark.parametrize("which", ["open", "a node's opening", "a filling", "a request", "of another target"])
def test_only_a_change_somebody_approved_is_annulled(which):
    target = with_nodes()
    target.define(by=coordinator(), at=at(TODAY), definition="竣工验收")
    found = {
        "open": lambda: target.revisions.opening(),
        "a node's opening": lambda: target.revisions.filter(kind="node").first(),
        "a filling": lambda: target.revisions.get(kind="definition"),
        "a request": lambda: ask(target, "suspend"),
        "of another target": lambda: change(make_target(), "suspend"),
    }[which]()
    with refused("annuls"):
        ask(target, "annul", annuls=found)


def test_annulling_changes_nothing_else():
    target = make_target()
    mistake = change(target, "value", {"target_value": Decimal(455)})
    with refused("changes"):
        ask(target, "annul", {"due_text": "年内"}, annuls=mistake)


def test_a_node_moves_only_with_what_a_node_has():
    target = with_nodes()
    node = target.milestones.first()
    for changes in ({}, {"title": "新"}, {"target_value": 1}):
        with refused("changes"):
            ask(target, "node", changes, milestone=node)
    with refused("weight"):
        ask(target, "node", {"weight": 101}, milestone=node)
    with refused("milestone"):
        ask(target, "node", {"due_on": TODAY}, milestone=with_nodes().milestones.first())


# --- suspending, resuming, closing -----------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("suspend", {}),
        ("cancel", {}),
        ("definition", {"state": "undefined"}),
        ("definition", {"state": "watch"}),
    ],
    ids=["suspended", "cancelled", "undefined", "watch"],
)
def test_a_target_without_light_carries_none_by_hand(kind, changes):
    target = behind()
    change(target, "override", on=date(2025, 5, 1))
    change(target, kind, changes, on=date(2025, 6, 1))
    rows = target.assessments.filter(effective_on__gte=date(2025, 6, 1))
    newest = {row.effective_on: row for row in rows.order_by("pk")}
    assert {row.override_light for row in newest.values()} == {None}
    assert status(target, date(2025, 5, 31)) == Status.GREEN
    assert status(target, date(2025, 6, 1)) not in (Status.GREEN, Status.AMBER, Status.RED)


def test_the_light_set_by_hand_is_back_when_a_target_is_resumed():
    target = behind()
    change(target, "override", on=date(2025, 5, 1))
    change(target, "suspend", on=date(2025, 6, 1))
    change(target, "resume", on=date(2025, 7, 1))
    assert status(target, date(2025, 9, 30)) == Status.GREEN
    assert status(target, date(2025, 10, 1)) == Status.AMBER


@pytest.mark.parametrize(
    ("until", "on", "expected"),
    [
        pytest.param(date(2025, 9, 30), date(2025, 7, 5), Status.RED, id="the later one counts"),
        pytest.param(date(2025, 6, 30), date(2025, 6, 30), Status.RED, id="to its last day"),
        pytest.param(date(2025, 6, 30), date(2025, 7, 5), Status.AMBER, id="expired, it ended the other"),
    ],
)
def test_a_later_light_by_hand_ends_the_earlier(until, on, expected):
    target = behind()
    change(target, "override", {"override_light": 5}, until=date(2025, 12, 31), on=date(2025, 5, 1))
    change(target, "override", {"override_light": 3}, until=until, on=date(2025, 6, 1))
    assert status(target, on) == expected
    assert status(target, date(2025, 5, 31)) == Status.GREEN


@pytest.mark.parametrize("state", ["suspended", "cancelled", "closed"])
@pytest.mark.parametrize("act", ["draft", "submit", "approve", "correct"])
def test_nothing_is_reported_on_what_is_put_away(state, act):
    target = done()
    drafted = draft_entry(target, 4, 300, TODAY)
    submitted = submit_entry(target, 5, 400, TODAY)
    change(target, {"suspended": "suspend", "cancelled": "cancel", "closed": "close"}[state])
    acts = {
        "draft": lambda: draft_entry(target, 3, 200, TODAY),
        "submit": lambda: drafted.submit(by=author(), at=at(TODAY)),
        "approve": lambda: submitted.approve(by=reviewer(), at=at(TODAY)),
        "correct": lambda: correct_entry(target.entries.get(period__number=6), TODAY, value=520),
    }
    with refused("target"):
        acts[act]()


def test_reports_go_on_once_resumed():
    target = make_target()
    submitted = submit_entry(target, 5, 240, TODAY)
    change(target, "suspend", on=date(2025, 6, 1))
    change(target, "resume", {"due_on": date(2025, 11, 30)}, on=date(2025, 7, 1))
    assert submitted.approve(by=reviewer(), at=at(TODAY))
    assert status(target, TODAY) == Status.GREEN
    assert (target.state, target.due_on) == ("active", date(2025, 11, 30))


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "active"),
        ({"measure": "qualitative", "state": "watch"}, "watch"),
        ({"state": "watch"}, "watch"),
        ({"state": "undefined"}, "undefined"),
    ],
    ids=["active", "in words", "watched", "undefined"],
)
def test_a_resumed_target_is_what_it_was(fields, state):
    target = make_target(**fields)
    change(target, "suspend", on=date(2025, 5, 1))
    change(target, "resume")
    assert target.state == state
    assert status(target, date(2025, 6, 1)) == Status.SUSPENDED


def test_what_was_suspended_later_is_not_resumed_earlier():
    target = make_target()
    change(target, "suspend", on=date(2025, 5, 1))
    with refused("kind"):
        ask(target, "resume", on=date(2025, 4, 30))
    change(target, "resume", on=date(2025, 5, 1))
    assert (target.state, status(target, date(2025, 5, 1))) == ("active", Status.NO_FIGURE)


@pytest.mark.parametrize("kind", ["suspend", "cancel", "close"])
def test_what_was_put_away_by_an_act_comes_back_by_one(kind):
    target = done()
    change(target, kind)
    for state in ("active", "watch", "undefined"):
        with refused("changes"):
            ask(target, "definition", {"state": state})


@pytest.mark.parametrize(
    ("make", "may"),
    [
        pytest.param(lambda: done(), True, id="done on a final figure"),
        pytest.param(lambda: done(preliminary=True), False, id="done on a preliminary figure"),
        pytest.param(lambda: behind(), False, id="behind"),
        pytest.param(lambda: make_target(), False, id="nothing reported"),
    ],
)
def test_only_what_is_done_is_closed(make, may):
    target = make()
    target.refresh_from_db()
    if may:
        change(target, "close")
        assert (target.state, status(target, TODAY)) == ("closed", Status.DONE)
    else:
        with refused("kind"):
            ask(target, "close")


# --- the monthly plan ------------------------------------------------------------------------


def test_a_change_brings_its_own_monthly_plan():
    target = behind()
    curve = {date(2025, 6, 30): Decimal(200), date(2025, 12, 31): Decimal(520)}
    change(target, "deadline", {"due_text": "按月计划"}, on=date(2025, 5, 1), curve=curve)
    row = target.current
    assert (row.light, row.expected, row.gap) == (Status.GREEN, Decimal("38.5"), Decimal("1.5"))


def test_a_plan_written_later_was_not_known_before():
    target = behind()
    before, known = shown(target), at(date(2025, 7, 9))
    facts = target.facts(known)
    change(target, "curve", curve={date(2025, 12, 31): Decimal(520)}, on=OPENED)
    assert status(target, TODAY) == Status.NO_FIGURE
    assert (shown(target, known), target.facts(known)) == (before, facts)


def test_nobody_alone_writes_the_monthly_plan_of_a_target_in_force():
    target = behind()
    before = shown(target)
    with pytest.raises(ValidationError):
        TrajectoryPoint.objects.plan(
            target, {date(2025, 12, 31): Decimal(18)}, by=coordinator(), at=at(TODAY)
        )
    assert (shown(target), target.trajectory.count()) == (before, 0)


def test_a_point_is_not_slipped_into_an_issued_plan():
    with pytest.raises(ValidationError):
        TrajectoryPoint(target=make_target(), period_end=date(2025, 6, 30), planned_value=1).save(
            at=at(TODAY)
        )


def test_under_a_rule_of_two_classes_no_light_is_set_to_amber():
    rule = LightRule.objects.get(has_amber=False)
    target = make_target(make_plan(light_rule=rule))
    for light in (Light.GREEN, Light.RED):
        change(target, "override", {"override_light": int(light)}, until=date(2025, 9, 30))
    with pytest.raises(ValidationError):
        ask(target, "override", {"override_light": int(Light.AMBER)}, until=date(2025, 9, 30))


@pytest.mark.parametrize("backdated", [True, False], ids=["an act before it", "an annulled one before it"])
def test_a_comparator_has_its_direction_whatever_is_signed_or_annulled_before_it(backdated):
    target = make_target(comparator="gte" if backdated else "lte")
    first = {"comparator": "lte" if backdated else "gte"}
    if not backdated:
        mistake = change(target, "value", first, on=date(2025, 3, 1))
    change(target, "value", {"comparator": "gt"}, on=date(2025, 5, 1))
    if backdated:
        change(target, "value", first, on=date(2025, 3, 1))
    else:
        change(target, "annul", annuls=mistake, on=date(2025, 3, 1))
    assert (target.comparator, target.direction) == ("gt", "higher")


def test_a_direction_against_the_comparator_is_put_right():
    asked = ask(make_target(), "value", {"direction": "lower"})
    assert asked.changes == {"direction": ["higher", "higher"]}


def test_a_new_measure_leaves_a_direction_that_still_fits():
    asked = ask(make_target(), "definition", {"measure": "stock", "baseline_value": Decimal(500)})
    assert "direction" not in asked.changes


def test_what_becomes_a_place_is_the_better_the_lower():
    target = make_target(comparator="eq", target_value=3, direction="higher")
    change(target, "definition", {"measure": "rank"})
    assert (target.measure, target.direction) == ("rank", "lower")


def test_a_value_noted_of_what_is_put_in_words_has_no_direction():
    target = make_target(measure="qualitative", state="watch")
    change(target, "value", {"target_value": Decimal(5), "comparator": "gte"})
    assert (target.comparator, target.direction) == ("gte", "")
