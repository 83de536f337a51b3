"""Changes of the promise: what each kind may say, who asks and who signs, requests grown stale."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from targets.admin.revision.words import verdicts
from targets.models import Target
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
)
from tests.models.office import deputy
from tests.models.revisions import OPENED, TODAY, ask, change, done, fill, sign, with_nodes
from tests.refusals import refused

pytestmark = pytest.mark.django_db

NAMED = ("value", "deadline", "definition", "baseline", "override", "suspend", "cancel")
SOME = {
    "value": {"target_value": Decimal(455)},
    "deadline": {"due_text": "年底"},
    "definition": {"definition": "含税"},
    "baseline": {"baseline_note": "快报数"},
}

# --- what each kind says ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "fields", "columns"),
    [
        pytest.param("value", {"target_value": Decimal(455)}, {}, {"target_value": 455}, id="value"),
        pytest.param(
            "value", {"comparator": "between", "upper_value": Decimal(600)}, {},
            {"comparator": "between", "target_value": 520, "upper_value": 600}, id="value: between",
        ),
        pytest.param(
            "value", {"target_value": Decimal(455), "due_on": date(2025, 11, 30)}, {},
            {"target_value": 455, "due_on": date(2025, 11, 30)}, id="value, and the date in the same act",
        ),
        pytest.param("deadline", {"due_on": date(2025, 9, 30)}, {}, {"due_on": date(2025, 9, 30)}, id="date"),
        pytest.param("deadline", {"due_text": "三季度"}, {}, {"due_text": "三季度"}, id="date in words"),
        pytest.param("definition", {"definition": "含税"}, {}, {"definition": "含税"}, id="definition"),
        pytest.param("definition", {"state": "undefined"}, {}, {"state": "undefined"}, id="undefined again"),
        pytest.param("definition", {"state": "watch"}, {}, {"state": "watch"}, id="only watched"),
        pytest.param("baseline", {"baseline_value": Decimal(400)}, {}, {"baseline_value": 400}, id="level"),
        pytest.param("suspend", {}, {}, {"state": "suspended"}, id="suspend"),
        pytest.param("cancel", {}, {}, {"state": "cancelled"}, id="cancel"),
        pytest.param("override", {"override_light": 5}, {"until": TODAY}, {"state": "active"}, id="override"),
    ],
)  # fmt: skip
def test_an_approved_change_is_todays_reading(kind, changes, fields, columns):
    target = make_target()
    revision = change(target, kind, changes, **fields)
    assert {name: getattr(target, name) for name in columns} == columns
    assert target.revisions.promise_today() == {name: target.column(name) for name in Target.PROMISE}
    assert {name: new for name, (_old, new) in revision.changes.items() if name in changes} == {
        name: new if new is None else str(new) for name, new in changes.items()
    }


def test_the_opening_holds_the_whole_promise():
    target = make_target(definition="含税", due_on=date(2025, 11, 30))
    opening = target.revisions.get()
    assert (opening.kind, opening.effective_on) == ("open", OPENED)
    assert set(opening.changes) == set(Target.PROMISE)
    assert opening.changes["target_value"] == [None, "520"]
    assert opening.changes["due_on"] == [None, "2025-11-30"]


@pytest.mark.parametrize(
    ("kind", "changes", "fields", "blamed"),
    [
        pytest.param("value", {}, {}, "changes", id="value without a value"),
        pytest.param("value", {"due_on": TODAY}, {}, "changes", id="value: only a date"),
        pytest.param("value", {"target_value": Decimal(0)}, {}, "target_value", id="value: nothing"),
        pytest.param("value", {"target_value": "多"}, {}, "changes", id="value: no number"),
        pytest.param("value", {"comparator": "between"}, {}, "upper_value", id="value: between what"),
        pytest.param("value", {"upper_value": Decimal(600)}, {}, "upper_value", id="value: an end too many"),
        pytest.param("value", {"title": "新", "target_value": 1}, {}, "changes", id="value: no promise"),
        pytest.param("deadline", {}, {}, "changes", id="deadline without one"),
        pytest.param("deadline", {"due_on": date(2024, 12, 1)}, {}, "due_on", id="deadline before the start"),
        pytest.param("definition", {"baseline_note": "注"}, {}, "changes", id="definition: of another"),
        pytest.param("definition", {"measure": "速度"}, {}, "measure", id="definition: no measure"),
        pytest.param("definition", {"measure": "qualitative"}, {}, "state", id="definition: mere words"),
        pytest.param("definition", {"state": "suspended"}, {}, "changes", id="definition does not suspend"),
        pytest.param("definition", {"state": "cancelled"}, {}, "changes", id="definition does not cancel"),
        pytest.param("definition", {"state": "closed"}, {}, "changes", id="definition does not close"),
        pytest.param("value", {"target_value": 1, "state": "watch"}, {}, "changes", id="value: no state"),
        pytest.param("baseline", {}, {}, "changes", id="baseline without one"),
        pytest.param("override", {"override_light": 7}, {"until": TODAY}, "changes", id="by hand: done"),
        pytest.param("override", {"override_light": 11}, {"until": TODAY}, "changes", id="by hand: light 11"),
        pytest.param("override", {"override_light": "绿"}, {"until": TODAY}, "changes", id="by hand: a word"),
        pytest.param("override", {}, {"until": TODAY}, "changes", id="by hand: none"),
        pytest.param("override", {"override_light": 5}, {}, "until", id="by hand: for ever"),
        pytest.param("override", {"override_light": 5}, {"until": date(2025, 7, 9)}, "until", id="by hand"),
        pytest.param(
            "override", {"override_light": 5, "target_value": 1}, {"until": TODAY}, "changes",
            id="by hand: not the promise too",
        ),
        pytest.param("node", {"due_on": TODAY}, {}, "milestone", id="node: which"),
        pytest.param("annul", {}, {}, "annuls", id="annul: what"),
        pytest.param("resume", {}, {}, "kind", id="resume what is not suspended"),
        pytest.param("close", {}, {}, "kind", id="close what is not done"),
        pytest.param("freeze", {}, {}, "kind", id="no such kind"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_when_it_is_asked_for(kind, changes, fields, blamed):
    target = make_target()
    with refused(blamed):
        ask(target, kind, changes, **fields)
    assert target.revisions.count() == 1


@pytest.mark.parametrize("kind", NAMED)
def test_a_kind_names_neither_a_node_nor_an_annulled_change_of_another(kind):
    target = with_nodes()
    earlier = change(target, "deadline", {"due_text": "年内"})
    with refused("changes"):
        ask(target, kind, SOME.get(kind), milestone=target.milestones.first())
    with refused("changes"):
        ask(target, kind, SOME.get(kind), annuls=earlier)


@pytest.mark.parametrize(
    ("kind", "changes", "needs"),
    [
        ("value", {"target_value": Decimal(455)}, True),
        ("deadline", {"due_on": TODAY}, True),
        ("suspend", {}, True),
        ("cancel", {}, True),
        ("definition", {"definition": "含税"}, False),
        ("definition", {"comparator": "lte", "target_value": Decimal(400)}, True),
        ("baseline", {"baseline_value": Decimal(100)}, False),
        ("baseline", {"baseline_value": Decimal(100), "due_on": TODAY}, True),
        ("override", {"override_light": 5}, False),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else ", ".join(value) if isinstance(value, dict) else ""
    ),
)
def test_what_was_promised_outside_needs_the_number_of_a_document(kind, changes, needs):
    fields = {"until": TODAY} if kind == "override" else {}
    target = make_target()
    if needs:
        with refused("document_no"):
            ask(target, kind, changes, document_no="", **fields)
    else:
        ask(target, kind, changes, document_no="", **fields)
    assert target.revisions.waiting().count() == (0 if needs else 1)


@pytest.mark.parametrize("kind", NAMED)
def test_every_request_gives_its_reason(kind):
    with refused("reason"):
        ask(make_target(), kind, SOME.get(kind), reason="")


@pytest.mark.parametrize(
    ("on", "is_accepted"),
    [
        pytest.param(date(2024, 12, 31), False, id="before the opening"),
        pytest.param(OPENED, True, id="the opening day"),
        pytest.param(TODAY, True, id="today"),
        pytest.param(date(2025, 7, 11), False, id="tomorrow"),
    ],
)
def test_effective_day_lies_between_the_opening_and_today(on, is_accepted):
    target = make_target()
    if is_accepted:
        assert change(target, "value", {"target_value": Decimal(455)}, on=on).effective_on == on
    else:
        with refused("effective_on"):
            ask(target, "value", {"target_value": Decimal(455)}, on=on)


def test_a_drafted_plan_has_nothing_to_revise():
    target = make_target(make_plan(state="drafting"))
    with refused(None):
        ask(target, "value", {"target_value": Decimal(455)})


def test_what_is_only_asked_for_has_nothing_to_revise():
    target = Target(plan=make_plan(), title="追加", measure="milestone", lead_unit=make_unit())
    target.save(at=at(TODAY))
    with refused(None):
        ask(target, "deadline", {"due_on": date(2025, 9, 30)})


# --- who -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"),
    [
        pytest.param(lambda: author(), True, id="the lead unit"),
        pytest.param(lambda: coordinator(), True, id="a coordinator"),
        pytest.param(lambda: author(make_unit("农业办")), False, id="another unit"),
        pytest.param(lambda: reviewer(), False, id="a reviewer of another unit"),
        pytest.param(lambda: make_user("局外人"), False, id="nobody's member"),
    ],
)
def test_who_asks(who, may):
    target, by = make_target(), who()
    if may:
        assert ask(target, "suspend", by=by).asked_by == by
    else:
        with pytest.raises(PermissionDenied):
            ask(target, "suspend", by=by)


@pytest.mark.parametrize(
    ("asks", "signs", "may"),
    [
        pytest.param("author", "coordinator", True, id="a coordinator what the unit asked for"),
        pytest.param("coordinator", "deputy", True, id="a coordinator what another asked for"),
        pytest.param("coordinator", "coordinator", False, id="a coordinator what the same one asked for"),
        pytest.param("author", "author", False, id="the unit itself"),
        pytest.param("author", "reviewer", False, id="a reviewer"),
        pytest.param("chief", "chief", False, id="a superuser what the same one asked for"),
        pytest.param("author", "former", False, id="a coordinator whose account was closed"),
    ],
)
def test_who_decides(asks, signs, may):
    people = {
        "author": author(),
        "coordinator": coordinator(),
        "deputy": deputy(),
        "reviewer": reviewer(),
        "chief": make_user("系统管理员", make_unit("综合办"), is_superuser=True),
        "former": make_user("前统筹员", make_unit("综合办"), "统筹员", is_active=False),
    }
    target = make_target()
    revision = ask(target, "suspend", by=people[asks])
    assert revision.may_be_decided_by(people[signs]) == may
    if may:
        assert sign(revision, by=people[signs])
        assert (revision.approved_by, revision.approved_at) == (people[signs], at(TODAY))
        return
    for decide in (lambda by: sign(revision, by=by), lambda by: revision.refuse(by=by, comment="不同意")):
        with pytest.raises(PermissionDenied):
            decide(people[signs])
    assert target.revisions.waiting().count() == 1


def test_who_asked_does_not_sign_by_a_plain_save():
    target = make_target()
    revision = ask(target, "value", {"target_value": Decimal(455)}, by=coordinator())
    revision.approved_by, revision.approved_at = coordinator(), at(TODAY)
    with refused(None):
        revision.save(at=at(TODAY))
    assert target.revisions.waiting().count() == 1


def test_approving_twice_changes_nothing():
    target = make_target()
    revision = change(target, "suspend")
    before = (target.version, target.assessments.count(), revision.approved_by_id)
    assert sign(revision, by=deputy()) is False
    target.refresh_from_db()
    revision.refresh_from_db()
    assert (target.version, target.assessments.count(), revision.approved_by_id) == before


@pytest.mark.parametrize("comment", ["", "  "])
def test_refusing_says_why(comment):
    revision = ask(make_target(), "suspend")
    with refused("review_comment"):
        revision.refuse(by=coordinator(), comment=comment, at=at(TODAY))


def test_a_refused_request_stays_refused():
    target = make_target()
    revision = ask(target, "suspend")
    revision.refuse(by=coordinator(), comment=" 依据不足 ", at=at(TODAY))
    assert (revision.review_comment, revision.refused_at) == ("依据不足", at(TODAY))
    with refused(None):
        sign(revision, by=deputy())
    with refused(None):
        revision.refuse(by=deputy(), comment="再次", at=at(TODAY))
    target.refresh_from_db()
    assert (target.state, target.assessments.count()) == ("active", 1)


# --- requests grown stale --------------------------------------------------------------------


def test_the_old_value_is_that_of_the_moment_of_signing():
    target = make_target()
    first = ask(target, "value", {"target_value": Decimal(455)})
    change(target, "value", {"target_value": Decimal(500)})
    assert first.changes == {"target_value": [None, "455"]}
    sign(first)
    assert first.changes == {"target_value": ["500", "455"]}


@pytest.mark.parametrize("words", [{}, {"due_text": "10月底前"}], ids=["only the day", "day and words"])
def test_a_new_deadline_takes_the_words_of_the_old_one_away(words):
    target = make_target(due_on=date(2025, 8, 31), due_text="8月底前")
    moved = change(target, "deadline", {"due_on": date(2025, 10, 31), **words})
    assert target.due_text == words.get("due_text", "")
    assert moved.changes["due_text"] == ["8月底前", target.due_text]


def test_of_two_on_one_day_the_later_asked_counts():
    target = make_target()
    first = ask(target, "value", {"target_value": Decimal(455)})
    second = ask(target, "value", {"target_value": Decimal(500)})
    sign(second)
    sign(first)
    target.refresh_from_db()
    assert target.target_value == 500


def test_a_second_request_to_resume_is_refused_when_signed():
    target = make_target()
    change(target, "suspend", on=date(2025, 5, 1))
    first, second = ask(target, "resume"), ask(target, "resume")
    sign(first)
    with refused("kind"):
        sign(second)


def test_a_target_no_longer_done_is_not_closed():
    target = done()
    revision = ask(target, "close")
    correct_entry(target.entries.get(), TODAY, value=500)
    with refused("kind"):
        sign(revision)


def test_a_request_that_no_longer_adds_up_is_refused_and_can_still_be_looked_at():
    target = make_target()
    change(target, "value", {"comparator": "between", "upper_value": Decimal(600)}, on=date(2025, 3, 1))
    revision = ask(target, "value", {"target_value": Decimal(550)}, on=date(2025, 4, 1))
    change(target, "value", {"target_value": Decimal(450), "upper_value": Decimal(500)}, on=date(2025, 3, 2))
    with refused("upper_value"):
        sign(revision)
    revision.refresh_from_db()
    without, with_it = verdicts(revision, TODAY)
    assert (without.commitment.upper_value, with_it.commitment.upper_value) == (500, 500)


# --- no day is left with a broken promise ----------------------------------------------------


def test_a_backdated_change_must_stand_on_every_day_it_reaches():
    """On 1 March there was no upper value yet."""
    target = make_target()
    change(target, "value", {"comparator": "between", "upper_value": Decimal(600)}, on=date(2025, 6, 1))
    with refused("upper_value"):
        ask(target, "value", {"comparator": "between"}, on=date(2025, 3, 1))
    ask(target, "value", {"comparator": "between"}, on=date(2025, 6, 1))


def test_a_state_is_not_dated_back_to_before_there_was_a_value():
    target = make_target(state="undefined", target_value=None, comparator="")
    change(
        target, "definition", {"state": "active", "target_value": Decimal(520), "comparator": "gte"},
        on=date(2025, 6, 1),
    )  # fmt: skip
    with refused("target_value", "comparator"):
        ask(target, "definition", {"state": "active"}, on=date(2025, 3, 1))


def test_a_filling_holds_from_the_opening_and_must_stand_then():
    target = make_target(state="undefined", target_value=None, comparator="")
    change(target, "definition", {"target_value": Decimal(520), "comparator": "gte"}, on=date(2025, 6, 1))
    with refused("target_value", "comparator"):
        fill(target, state="active")


def test_a_change_others_rest_on_is_not_annulled():
    target = make_target()
    first = change(
        target, "value", {"comparator": "between", "upper_value": Decimal(600)}, on=date(2025, 3, 1)
    )
    change(target, "value", {"target_value": Decimal(590)}, on=date(2025, 6, 1))
    change(target, "value", {"upper_value": Decimal(610)}, on=date(2025, 7, 1))
    with refused("annuls"):
        ask(target, "annul", annuls=first)
