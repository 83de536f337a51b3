"""Who leads, how it is reported and how firm it is: each table reads what held on its day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from targets.models import AuditRecord, Member, OrgUnit, SupportingUnit, Target
from targets.models.ledger.ledgers import Ledger
from targets.register.register import Register
from targets.reporting import Reporting
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    submit_entry,
)
from tests.models.office import deputy
from tests.models.revisions import ask, change

pytestmark = pytest.mark.django_db

JUNE, JULY, LATER = date(2025, 6, 30), date(2025, 7, 10), date(2025, 9, 1)


def farming():
    return make_unit("农业办")


def leader(name="张三", post="副镇长", unit="外海街道"):
    member = Member(name=name, post=post, unit=make_unit(unit))
    member.save()
    return member


def moved(target, changes, kind="owner", *, on=JULY, day=JULY, by=None):
    """Asked for by a coordinator, signed by another."""
    change(target, kind, changes, on=on, day=day, by=by or deputy())
    return target


def row(target, on, known_at=None, today=LATER):
    register = Register(target.plan, on, known_at, None, None, today)
    return next(row for row in register.rows() if row.target.pk == target.pk)


# --- who leads ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "known_at", "unit"),
    [
        pytest.param(JUNE, date(2025, 7, 1), "经发办", id="the June table as known in June"),
        pytest.param(JUNE, None, "经发办", id="the June table as known now"),
        pytest.param(JULY, date(2025, 7, 9), "经发办", id="July as known before"),
        pytest.param(JULY, None, "农业办", id="July"),
        pytest.param(LATER, None, "农业办", id="today"),
    ],
)
def test_a_change_of_lead_shows_from_its_day_on(on, known_at, unit):
    target = make_target(accountable_leader_words="分管副镇长")
    file_entry(target, 5, "200", date(2025, 6, 3))
    moved(target, {"lead_unit": farming(), "accountable_leader": leader()})
    found = row(target, on, known_at)
    named = "副镇长 张三" if unit == "农业办" else "分管副镇长"
    assert (str(found.lead_unit), found.leader) == (unit, named)


def test_a_backdated_change_of_lead_shows_from_its_day_on_as_known_since():
    target = moved(make_target(), {"lead_unit": farming()}, on=date(2025, 5, 1))
    assert str(row(target, JUNE).lead_unit) == "农业办"
    assert str(row(target, JUNE, date(2025, 7, 9)).lead_unit) == "经发办"
    assert str(row(target, date(2025, 4, 30)).lead_unit) == "经发办"


def test_no_light_moves_and_the_columns_are_todays():
    target = make_target()
    file_entry(target, 6, "208", date(2025, 7, 3))
    before = target.assessments.latest("pk")
    moved(target, {"lead_unit": farming()})
    after = target.assessments.latest("pk")
    assert (after.effective_on, after.cause, after.lead_unit) == (JULY, "owner", farming())
    assert all(getattr(after, name) == getattr(before, name) for name in before.VERDICT)
    assert (target.lead_unit, target.current) == (farming(), after)


def test_the_document_stands_in_the_remarks_and_nothing_is_marked_as_changed():
    target = moved(make_target(), {"lead_unit": farming()})
    moved(target, {"frequency": "quarter"}, "reporting", day=date(2025, 7, 11))
    found = row(target, LATER)
    assert found.marks == []
    assert found.remarks == "外街〔2025〕1号；外街〔2025〕1号"


def test_taking_the_change_back_lets_the_old_unit_lead_again():
    target = make_target()
    mistake = change(target, "owner", {"lead_unit": farming()}, on=JULY, by=deputy())
    change(target, "annul", annuls=mistake, on=JULY, day=LATER, by=deputy())
    assert str(target.lead_unit) == "经发办"
    assert str(row(target, LATER, today=date(2025, 9, 2)).lead_unit) == "经发办"


def test_who_leads_now_supports_no_longer_and_names_its_own_people():
    target = make_target(responsible_office="统计站", reporter=author(make_unit()).member)
    for unit in (farming(), make_unit("城管办")):
        SupportingUnit(target=target, unit=unit).save()
    dropped = target.supporting_units.get(unit=farming())
    moved(target, {"accountable_leader": leader()})
    assert target.responsible_office == "统计站"
    moved(target, {"lead_unit": farming()})
    assert [str(link.unit) for link in target.supporting_units.all()] == ["城管办"]
    assert (target.responsible_office, target.reporter) == ("", None)
    record = AuditRecord.objects.filter(rows__contains="|supportingunit.").latest("pk")
    assert (record.act, record.changes[f"supportingunit.{dropped.pk}"]["unit"]) == (
        "sign",
        [farming().pk, None],
    )


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        pytest.param(
            lambda: {"lead_unit": make_unit("礼乐综合办", parent=make_unit("礼乐街道", parent=None))},
            "lead_unit", "不在本计划所属地区内", id="another town's unit",
        ),
        pytest.param(
            lambda: {"lead_unit": make_unit("撤销的办", active=False)}, "lead_unit", "已停用", id="is off"
        ),
        pytest.param(lambda: {"lead_unit": "987654"}, "lead_unit", "987654", id="no unit"),
        pytest.param(
            lambda: {"accountable_leader": leader(unit="佛山市")},
            "accountable_leader", "不在本计划所属地区内", id="another town's person",
        ),
        pytest.param(
            lambda: {"accountable_leader": leader(), "accountable_leader_words": "镇长"},
            "accountable_leader_words", "只能选其一", id="a person and words",
        ),
    ],
)  # fmt: skip
def test_who_could_not_lead_is_refused_at_its_field(changes, field, words):
    make_unit("佛山市", parent=None)
    target = make_target()
    with pytest.raises(ValidationError) as refused:
        ask(target, "owner", changes())
    assert list(refused.value.message_dict) == [field]
    assert words in refused.value.message_dict[field][0]


def test_a_unit_switched_off_since_it_was_asked_for_is_refused_when_signed():
    target = make_target()
    revision = ask(target, "owner", {"lead_unit": farming()})
    unit = farming()
    unit.active = False
    unit.save()
    with pytest.raises(ValidationError, match="已停用"):
        revision.approve(by=coordinator(), at=at(JULY))
    target.refresh_from_db()
    assert str(target.lead_unit) == "经发办"


def test_a_change_back_to_a_unit_switched_off_is_refused():
    target = make_target()
    mistake = change(target, "owner", {"lead_unit": farming()}, on=JULY, by=deputy())
    old = make_unit()
    old.active = False
    old.save()
    with pytest.raises(ValidationError, match="已停用"):
        ask(target, "annul", annuls=mistake, on=JULY, day=LATER)


def test_a_lead_switched_off_since_goes_on_until_it_is_changed():
    target = make_target()
    OrgUnit.objects.filter(name="经发办").update(active=False)  # before that was refused
    moved(target, {"accountable_leader": leader()})
    assert (str(target.lead_unit), target.leader) == ("经发办", "副镇长 张三")


def test_it_is_not_changed_without_a_document_and_never_by_editing():
    target = make_target()
    with pytest.raises(ValidationError) as refused:
        ask(target, "owner", {"lead_unit": farming()}, document_no="")
    assert list(refused.value.message_dict) == ["document_no"]
    with pytest.raises(ValidationError) as refused:
        ask(target, "reporting", {"frequency": "year", "lead_unit": farming()}, document_no="")
    assert list(refused.value.message_dict) == ["document_no"]
    ask(target, "reporting", {"frequency": "year"}, document_no="")
    for name, value in {"lead_unit": farming(), "frequency": "year", "figure_from": "statistics"}.items():
        edited = Target.objects.get(pk=target.pk)
        setattr(edited, name, value)
        with pytest.raises(ValidationError) as refused:
            edited.save()
        assert list(refused.value.message_dict) == [name]


# --- 责任领导 -------------------------------------------------------------------------------------


def test_a_person_takes_the_place_of_the_words_and_words_that_of_a_person():
    target = make_target(accountable_leader_words="分管副镇长")
    moved(target, {"accountable_leader": leader()})
    assert (target.leader, target.accountable_leader_words) == ("副镇长 张三", "")
    moved(target, {"accountable_leader_words": "新任副镇长"}, day=date(2025, 7, 11))
    assert (target.leader, target.accountable_leader) == ("新任副镇长", None)


def test_a_person_chosen_in_a_draft_takes_the_place_of_the_words():
    target = make_target(make_plan(state="drafting"), accountable_leader_words="分管副镇长")
    target.accountable_leader = leader()
    target.save()
    assert target.accountable_leader_words == ""


def test_a_person_named_for_days_before_the_words_stand_alone_on_each():
    target = moved(make_target(), {"accountable_leader_words": "分管副镇长"})
    moved(target, {"accountable_leader": leader()}, on=date(2025, 5, 1), day=LATER)
    today = date(2025, 9, 2)
    said = {on: row(target, on, today=today).leader for on in (date(2025, 4, 1), JUNE, LATER)}
    assert said == {date(2025, 4, 1): "", JUNE: "副镇长 张三", LATER: "分管副镇长"}


@pytest.mark.parametrize("state", ["active", "undefined"])
@pytest.mark.parametrize("name", [*Target.OWNER, *Target.REPORTING])
def test_nobody_alone_says_who_leads_or_how_it_is_reported(state, name):
    target = make_target(state=state, accountable_leader_words="")
    values = {"lead_unit": farming(), "accountable_leader": leader(), "accountable_leader_words": "镇长"}
    with pytest.raises(ValidationError) as refused:
        target.define(by=coordinator(), at=at(JULY), **{name: values.get(name, "year")})
    assert list(refused.value.message_dict) == [name]


def test_a_person_of_another_town_is_not_asked_for():
    make_unit("佛山市", parent=None)
    with pytest.raises(ValidationError, match="不在本计划所属地区内"):
        ask(make_target(), "owner", {"accountable_leader": leader(unit="佛山市")})


# --- how it is reported ---------------------------------------------------------------------------


def rates(plan, today=LATER, known_at=None):
    found = {}
    for period in plan.periods.filter(period_end__lt=today):
        register = Register(plan, period.period_end, known_at, None, period, today)
        found[period.number] = register.listing().summary.on_schedule_rate
    return found


def test_a_later_change_from_months_to_quarters_moves_no_past_rate():
    target = make_target()
    for number, value in ((1, "60"), (3, "140"), (4, "180"), (6, "270")):
        file_entry(target, number, value, date(2025, number + 1, 3))
    before = rates(target.plan)
    moved(target, {"frequency": "quarter"}, "reporting", on=LATER, day=LATER)
    assert rates(target.plan) == before
    assert 0 in before.values()  # a month that was owed and not filed counts as not on schedule


@pytest.mark.parametrize(
    ("changes", "on", "reporting"),
    [
        pytest.param({}, date(2025, 8, 31), Reporting.LATE, id="monthly: July is late"),
        pytest.param({"frequency": "quarter"}, date(2025, 8, 31), Reporting.REPORTED, id="quarterly: June"),
        pytest.param({"frequency": "quarter"}, date(2025, 5, 31), Reporting.LATE, id="May was owed"),
        pytest.param({"first_period": 9}, date(2025, 8, 31), Reporting.NOT_DUE, id="not before September"),
        pytest.param({"first_period": 9}, date(2025, 5, 31), Reporting.LATE, id="May was owed, too"),
        pytest.param(
            {"figure_from": "statistics"}, date(2025, 7, 31), Reporting.LATE, id="the figure as well"
        ),
        pytest.param({"figure_from": "statistics"}, JUNE, Reporting.REPORTED, id="the unit's was enough"),
    ],
)
def test_what_is_owed_follows_the_promise_of_the_day(changes, on, reporting):
    target = make_target()
    file_entry(target, 6, "270", date(2025, 7, 3))
    if on == date(2025, 7, 31):
        file_entry(target, 7, "300", date(2025, 8, 3))
    if "first_period" in changes:
        changes = {"first_period": target.plan.periods.get(number=changes["first_period"])}
    if changes:
        moved(target, changes, "reporting", on=JULY)
    assert row(target, on, today=date(2025, 9, 25)).reporting == reporting


def test_a_figure_is_carried_over_by_when_its_source_of_that_day_was_due():
    """The unit's own comes with its words on the 5th, the statistic by the 20th."""
    target = make_target()
    file_entry(target, 7, "300", date(2025, 8, 3))
    moved(target, {"figure_from": "statistics"}, "reporting", on=LATER, day=LATER)
    today = date(2025, 9, 10)
    assert [row(target, on, today=today).target.carried for on in (date(2025, 8, 31), today)] == [True, False]


def test_the_first_period_of_another_plan_is_refused_at_its_field():
    target, other = make_target(), make_plan("P24", year=2024)
    with pytest.raises(ValidationError) as refused:
        ask(target, "reporting", {"first_period": other.periods.get(number=6)})
    assert list(refused.value.message_dict) == ["first_period"]


def test_what_the_old_source_filed_can_still_be_put_right():
    target = make_target(figure_from="statistics")
    published = file_entry(target, 6, "270", date(2025, 7, 8), part="statistic")
    moved(target, {"figure_from": "unit"}, "reporting", on=JULY)
    by = coordinator()
    mended = published.correct(by=by, reason="核定", value=271, at=at(LATER))
    mended.submit(by=by, at=at(LATER))
    mended.approve(by=deputy(), at=at(LATER))
    assert row(target, LATER).value == 271
    with pytest.raises(ValidationError):  # July's is the unit's
        draft_entry(target, 7, "300", LATER, part="statistic")


def test_of_two_figures_of_one_month_that_of_the_source_of_today_stands_unchanged():
    """In the judgement, in 本期无变化 and in what is approved in bulk alike."""
    target = make_target()
    file_entry(target, 6, "260", date(2025, 7, 3))
    moved(target, {"figure_from": "statistics"}, "reporting", on=JULY)
    file_entry(target, 6, "250", LATER, part="statistic")
    assert row(target, LATER).value == 250
    said = submit_entry(target, 7, None, LATER, part="statistic", answer="no_change")
    assert said.value == 250
    assert Ledger.of([target])[target.pk].last_figure(JULY) == 250


def test_no_figure_is_asked_of_the_unit_for_months_that_were_the_statistics():
    target = moved(make_target(figure_from="statistics"), {"figure_from": "unit"}, "reporting", on=JULY)
    assert submit_entry(target, 6, None, LATER).state == "submitted"
    with pytest.raises(ValidationError, match="请填写"):
        submit_entry(target, 7, None, LATER)
    for on, part in ((JUNE, "statistic"), (JULY, "report")):
        read = Target.objects.with_status(on=on).select_related("row").get()
        assert [each for each in ("report", "statistic") if read.owes_figure(each)] == [part]


# --- how firm -------------------------------------------------------------------------------------


def test_how_firm_a_promise_was_stands_with_its_day():
    target = make_target()
    file_entry(target, 6, "200", date(2025, 7, 3))
    moved(target, {"firmness": "stretch"}, "definition", on=JULY)
    summaries = [
        Register(target.plan, on, None, None, None, LATER).listing().summary
        for on in (date(2025, 7, 9), JULY)
    ]
    assert [summary.lit for summary in summaries] == [1, 0]
    assert ["力争" in row(target, on).marks for on in (date(2025, 7, 9), JULY)] == [False, True]
    assert row(target, JULY, date(2025, 7, 9)).marks == []


# --- whose ----------------------------------------------------------------------------------------


def test_rights_follow_todays_lead():
    target = make_target()
    old, new = author(make_unit()), author(farming())
    moved(target, {"lead_unit": farming()})
    assert list(Target.objects.editable_by(new)) == [target]
    assert not Target.objects.editable_by(old)


def test_the_old_lead_reads_what_it_filed_in_a_plan_closed_to_others():
    plan = make_plan(is_open=False)
    target, never = make_target(plan), make_target(plan)
    old, other = author(make_unit()), make_user("旁人", make_unit("城管办"), "填报员")
    filed = file_entry(target, 5, "200", date(2025, 6, 3))
    waiting = submit_entry(target, 6, "220", date(2025, 7, 3))
    for each in (target, never):
        moved(each, {"lead_unit": farming()})
    assert list(Target.objects.visible_to(old)) == [target]
    assert set(target.entries.visible_to(old)) == {filed, waiting}
    assert not Target.objects.visible_to(other)
    assert not target.entries.visible_to(other)


def test_corrections_keep_whose_report_it_was():
    target = make_target()
    filed = file_entry(target, 5, "200", date(2025, 6, 3))
    moved(target, {"lead_unit": farming()})
    filed = target.entries.get(pk=filed.pk)
    correct_entry(filed, LATER, value=201)
    mended = target.entries.latest("pk")
    assert (str(mended.reported_by_unit), mended.entered_by) == ("经发办", author(farming()))
    assert mended.origin == "on_behalf"


def test_a_draft_passes_on_with_the_target_and_what_was_handed_in_does_not():
    target = make_target()
    draft = draft_entry(target, 5, "200", date(2025, 6, 3))
    handed_in = submit_entry(target, 6, "220", date(2025, 7, 3))
    moved(target, {"lead_unit": farming()})
    for entry in (draft, handed_in):
        entry = target.entries.get(pk=entry.pk)
        entry.enter(author(farming()))
        assert str(entry.reported_by_unit) == ("农业办" if entry.pk == draft.pk else "经发办")
