"""What a target accepts, and which parts of the promise may still be written."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from targets.admin.entry.panel import promise
from targets.models import Domain, Source, Target
from targets.register.register import Register
from targets.status import Status
from tests.factories import at, author, coordinator, file_entry, make_plan, make_target, reviewer
from tests.models.revisions import fill
from tests.refusals import refused

pytestmark = pytest.mark.django_db

MAY = date(2025, 5, 6)
HALF = Decimal("0.5")
FIRMS = {"unit_of_measure": "家", "decimals": 0}
UNCLEAR = {"state": "undefined", "comparator": "", "target_value": None}


# --- what is accepted ------------------------------------------------------------------------


def test_number_code_and_decimals_are_filled_in():
    first, second = make_target(), make_target(measure="stock")
    assert [(t.number, t.code, t.decimals) for t in (first, second)] == [(1, "P25-01", 2), (2, "P25-02", 0)]


@pytest.mark.parametrize(
    ("unit", "decimals"), [("亿元", 2), ("万元", 2), ("%", 1), ("家", 0), ("公里", 0), ("", 0)]
)
def test_decimals_follow_the_unit_of_measure(unit, decimals):
    assert make_target(unit_of_measure=unit).decimals == decimals


@pytest.mark.parametrize("typed", ["x-1", "Ｘ－１", " X-1\u3000"], ids=["lower", "full width", "blanks"])
def test_code_is_one_over_all_plans_however_typed(typed):  # case 56
    make_target(code="X-1")
    with refused("code"):
        make_target(make_plan("P26", year=2026), code=typed)


@pytest.mark.parametrize("code", ["市-1", "A_1", "A 1", "A" * 21, "A/1", "A\nB"])
def test_code_of_other_characters_is_refused(code):
    with refused("code"):
        make_target(code=code)


def test_number_is_one_in_its_plan():
    make_target(number=7)
    with refused("unique_together"):
        make_target(number=7, code="OTHER")
    assert make_target(make_plan("P26", year=2026), number=7).code == "P26-07"


@pytest.mark.parametrize("value", ["0", "-1", "-0.0001"])
def test_value_to_reach_is_greater_than_nothing(value):
    with refused("target_value"):
        make_target(target_value=Decimal(value))


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        pytest.param({"target_value": None}, "target_value", id="no value"),
        pytest.param({"comparator": ""}, "comparator", id="no comparator"),
        pytest.param({"target_value": HALF, **FIRMS}, "target_value", id="half a firm"),
        pytest.param({"baseline_value": HALF, **FIRMS}, "baseline_value", id="from half"),
        pytest.param({"target_value": Decimal("123456789012")}, "target_value", id="twelve digits"),
        pytest.param({"target_value": Decimal("0.00001")}, "target_value", id="five decimals"),
        pytest.param({"target_value": Decimal("1e400")}, "target_value", id="1e400"),  # case 2
        pytest.param({"target_value": Decimal("NaN")}, "target_value", id="NaN"),  # case 1
        pytest.param({"target_value": "-inf"}, "target_value", id="-inf"),
        pytest.param({"target_value": "五百"}, "target_value", id="words for a number"),
        pytest.param({"due_on": "2025-02-30"}, "due_on", id="a day that does not exist"),  # case 22
        pytest.param({"due_on": "月底"}, "due_on", id="words for a day"),
    ],
)  # fmt: skip
def test_active_flow_names_what_is_wrong(fields, blamed):
    with refused(blamed):
        make_target(**fields)


@pytest.mark.parametrize("measure", ["flow", "stock", "rank", "growth", "ratio"])
@pytest.mark.parametrize("state", ["undefined", "watch"])
def test_a_target_without_light_needs_no_value(measure, state):
    target = make_target(measure=measure, state=state, comparator="", target_value=None)
    assert Target.objects.with_status(on=MAY).get(pk=target.pk).status == Status[state.upper()]


def test_words_alone_are_watched_and_never_lit():
    with refused("state"):
        make_target(measure="qualitative")


@pytest.mark.parametrize(
    ("starts_on", "due_on"),
    [
        pytest.param(date(2025, 3, 1), date(2025, 2, 28), id="before its own start"),  # case 23
        pytest.param(None, date(2024, 12, 31), id="before the plan's start"),
    ],
)
def test_deadline_before_the_start_is_refused(starts_on, due_on):
    with refused("due_on"):
        make_target(starts_on=starts_on, due_on=due_on)


def test_deadline_on_the_start_is_expected_whole_at_once():  # case 24
    target = make_target(starts_on=MAY, due_on=MAY)
    file_entry(target, 5, 130, date(2025, 6, 3))
    row = Target.objects.get(pk=target.pk).current
    assert (row.expected, row.attainment, row.gap) == (100, 25, -75)


def test_target_does_not_stand_below_itself():  # case 55
    top = make_target()
    middle = make_target(parent=top)
    low = make_target(parent=middle)
    for above in (top, low):
        top.parent = above
        with refused("parent"):
            top.save()


def test_first_period_is_of_the_same_plan():
    with refused("first_period"):
        make_target(make_plan(), first_period=make_plan("P26", year=2026).periods.get(number=3))


def test_database_itself_refuses_a_negative_value():
    target = make_target()
    with pytest.raises(IntegrityError):
        Target.objects.filter(pk=target.pk).update(target_value=-1)


def test_version_counts_changes_typed_and_no_judgement():
    target = make_target()
    file_entry(target, 1, 50, date(2025, 2, 3))
    assert Target.objects.get(pk=target.pk).version == 1
    target.note = "备注"
    target.save()
    assert Target.objects.get(pk=target.pk).version == 2


@pytest.mark.parametrize(
    ("name", "model", "words"), [("domain", Domain, "name"), ("source", Source, "title")]
)
def test_domain_and_source_are_those_of_its_plan(name, model, words):
    target = make_target()
    theirs = model.objects.create(plan=make_plan("P26", year=2026), **{words: "工业经济"})
    setattr(target, name, theirs)
    with refused(name):
        target.save()
    setattr(target, name, model.objects.create(plan=target.plan, **{words: "工业经济"}))
    target.save()


@pytest.mark.parametrize("wrong", ["itself", "another plan's", "one that shares a row"])
def test_a_target_shares_the_row_of_one_of_its_plan_that_has_its_own(wrong):
    target, total = make_target(title="增速"), make_target(title="总量")
    others = {
        "itself": target,
        "another plan's": make_target(make_plan("P26", year=2026)),
        "one that shares a row": make_target(matter=total),
    }
    target.matter = others[wrong]
    with refused("matter"):
        target.save()


def test_a_target_whose_row_others_share_keeps_its_own():
    total, other = make_target(), make_target()
    make_target(matter=total)
    total.matter = other
    with refused("matter"):
        total.save()


def test_which_row_it_shares_is_said_at_any_time_and_no_light_reads_it():
    target, total = make_target(), make_target()
    target.matter = total
    target.save()
    assert Target.objects.get(pk=target.pk).matter == total
    assert target.assessments.count() == 1


# --- the promise -----------------------------------------------------------------------------

CHANGES = {
    "target_value": 500,
    "comparator": "gt",
    "unit_of_measure": "万元",
    "decimals": 1,
    "basis": "gross",
    "firmness": "stretch",
    "definition": "口径",
    "baseline_value": 3,
    "baseline_on": date(2024, 12, 31),
    "starts_on": date(2025, 2, 1),
    "due_on": date(2025, 11, 30),
    "due_text": "11月底前",
    "state": "watch",
}


@pytest.mark.parametrize(("field", "value"), CHANGES.items(), ids=CHANGES)
def test_promise_of_an_issued_plan_is_not_edited(field, value):
    target = make_target()
    setattr(target, field, value)
    with refused(field):
        target.save()


@pytest.mark.parametrize(("field", "value"), CHANGES.items(), ids=CHANGES)
def test_promise_of_a_draft_is_edited(field, value):
    target = make_target(make_plan(state="drafting"))
    setattr(target, field, value)
    target.save()
    assert getattr(Target.objects.get(pk=target.pk), field) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "新题"),
        ("note", "备注"),
        ("responsible_office", "党政办"),
    ],
)
def test_what_is_no_promise_is_edited_in_an_issued_plan(field, value):
    target = make_target()
    setattr(target, field, value)
    target.save()
    assert getattr(Target.objects.get(pk=target.pk), field) == value


def test_nothing_is_judged_while_drafting():
    target = make_target(make_plan(state="drafting"))
    assert (target.revisions.count(), target.assessments.count(), target.current) == (0, 0, None)


@pytest.mark.parametrize(
    ("made_on", "opened_on"),
    [
        pytest.param(date(2024, 12, 20), date(2024, 12, 20), id="before the plan's first day"),
        pytest.param(date(2025, 1, 1), date(2025, 1, 1), id="on it"),
        pytest.param(date(2025, 4, 9), date(2025, 1, 1), id="later in the year"),
    ],
)
def test_promise_holds_from_the_plans_first_day_or_from_today_if_earlier(made_on, opened_on):
    plan = make_plan(state="drafting", at=made_on)
    target = make_target(plan, at=made_on)
    plan.issue(at=at(made_on))
    target.refresh_from_db()
    revision, row = target.revisions.get(), target.assessments.get()
    assert (revision.kind, revision.effective_on, row.effective_on) == ("open", opened_on, opened_on)
    assert (row.cause, row.recorded_at, target.current) == ("create", at(made_on), row)


def test_opening_holds_the_whole_commitment():
    target = make_target(measure="stock", due_on=date(2025, 11, 30), definition="在库企业")
    changes = {name: new for name, (_old, new) in target.revisions.get().changes.items()}
    assert set(changes) == set(Target.PROMISE)
    assert (changes["target_value"], changes["baseline_value"], changes["due_on"]) == (
        "150",
        "131",
        "2025-11-30",
    )


# --- filling in what was left empty ----------------------------------------------------------


def test_words_that_no_light_reads_are_filled_at_once_from_today_on():
    target = make_target(measure="stock", baseline_value=None)
    target.define(by=coordinator(), at=at(MAY), definition="在库企业")
    revision = target.revisions.get(kind="definition")
    assert target.definition == "在库企业"
    assert (revision.effective_on, revision.approved_at) == (MAY, at(MAY))
    assert revision.approved_by == coordinator()
    assert target.assessments.filter(effective_on=MAY).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("baseline_value", Decimal(131)),
        ("baseline_note", "上年数"),
        ("due_on", date(2025, 11, 30)),
        ("due_text", "年底"),
        ("starts_on", date(2025, 3, 1)),
        ("upper_value", Decimal(160)),
        ("accountable_leader_words", "镇长"),
        ("state", "active"),
    ],
)
def test_nobody_alone_fills_what_a_past_table_would_then_say(field, value):
    target = make_target(measure="stock", baseline_value=None, state="undefined")
    with refused(field):
        target.define(by=coordinator(), at=at(MAY), **{field: value})
    assert (target.revisions.count(), target.assessments.count()) == (1, 1)


def test_filled_baseline_lights_the_figures_already_reported():
    target = make_target(measure="stock", baseline_value=None)
    file_entry(target, 3, 133, date(2025, 4, 3))
    fill(target, MAY, baseline_value=131)
    shown = {
        known_at: Target.objects.with_status(on=MAY, known_at=known_at).get(pk=target.pk).status
        for known_at in (date(2025, 4, 3), MAY)
    }
    assert shown == {date(2025, 4, 3): Status.UNDEFINED, MAY: Status.RED}


def test_filled_text_is_trimmed():
    target = make_target()
    target.define(by=coordinator(), at=at(MAY), definition=" 全部工业企业\u3000")
    assert target.definition == "全部工业企业"


@pytest.mark.parametrize("field", ["target_value", "measure", "due_on", "state", "number", "title"])
def test_filled_field_or_another_kind_of_field_is_not_defined(field):
    target = make_target(due_on=date(2025, 12, 31))
    with refused(field):
        target.define(by=coordinator(), at=at(MAY), **{field: "watch"})
    assert target.revisions.count() == 1


@pytest.mark.parametrize("who", [author, reviewer], ids=["the unit", "a reviewer"])
def test_only_coordinators_define(who):
    target = make_target()
    with pytest.raises(PermissionDenied):
        target.define(by=who(), at=at(MAY), definition="在库企业")


def test_bad_filling_changes_nothing():
    target = make_target(measure="stock", baseline_value=None)
    with pytest.raises(ValidationError):
        fill(target, MAY, baseline_value=Decimal("130.5"))
    assert (target.revisions.count(), Target.objects.get(pk=target.pk).baseline_value) == (1, None)


def test_unclear_target_is_settled_as_a_whole():
    target = make_target(**UNCLEAR)
    fill(target, MAY, state="active", comparator="gt", target_value=150)
    assert (target.state, target.comparator, target.target_value) == ("active", "gt", 150)


def test_unclear_target_is_not_active_without_a_value():
    target = make_target(**UNCLEAR)
    with refused("target_value", "comparator"):
        fill(target, MAY, state="active")


@pytest.mark.parametrize("state", ["suspended", "cancelled", "closed"])
def test_unclear_target_only_becomes_active_or_watched(state):
    target = make_target(state="undefined")
    with pytest.raises(ValidationError):
        fill(target, MAY, state=state)


def test_draft_is_filled_without_a_revision():
    target = make_target(make_plan(state="drafting"), measure="stock", baseline_value=None)
    target.define(by=coordinator(), at=at(MAY), baseline_value=131)
    assert (target.baseline_value, target.revisions.count(), target.current) == (131, 0, None)


# --- gone ------------------------------------------------------------------------------------


def test_target_of_an_issued_plan_is_not_deleted():  # case 49
    target = make_target()
    for delete in (target.delete, Target.objects.filter(pk=target.pk).delete, target.plan.delete):
        with pytest.raises(ProtectedError):
            delete()


def test_draft_is_deleted():
    target = make_target(make_plan(state="drafting"))
    target.delete()
    assert not Target.objects.exists()


def test_a_range_is_told_with_both_its_ends_wherever_a_promise_is():
    growth = {"measure": "growth", "unit_of_measure": "%", "comparator": "between"}
    target = make_target(**growth, target_value="4.5", upper_value="5")
    assert (target.goal, target.reading) == ("4.5—5%", "4.5至5%（越高越好）")
    row = Register.at(target.plan).rows()[0]
    assert (row.goal, row.reading) == (target.goal, target.reading)
    assert target.reading in dict(promise(target)).values()
