"""The course of a plan: drafting, in force, closed, archived, and what each allows on every path."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Plan, ProgressEntry, Target, TargetRevision
from targets.models.ledger import bulk
from targets.reporting import Reporting
from targets.status import Status
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_target_of_plan,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)
from tests.refusals import refused
from tests.reports import answer

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)
MARCH = date(2026, 3, 2)


@pytest.fixture
def drafted():
    return make_plan(state="drafting")


# --- issued ----------------------------------------------------------------------------------


def test_issuing_notes_the_document_and_opens_the_rows(drafted):
    target = make_target(drafted)
    drafted.issue(
        by=coordinator(),
        document_no="外街办〔2025〕3号",
        issued_on=date(2025, 2, 10),
        at=at(date(2025, 2, 11)),
    )
    drafted.refresh_from_db()
    assert (drafted.state, drafted.document_no, drafted.issued_on) == (
        "in_force", "外街办〔2025〕3号", date(2025, 2, 10),
    )  # fmt: skip
    assert target.revisions.get().kind == "open"


@pytest.mark.parametrize(
    ("given", "blamed"),
    [
        pytest.param({}, "document_no", id="no number"),
        pytest.param({"document_no": "1号", "issued_on": date(2025, 2, 12)}, "issued_on", id="tomorrow"),
    ],
)
def test_issuing_asks_for_the_document(drafted, given, blamed):
    with refused(blamed):
        drafted.issue(by=coordinator(), at=at(date(2025, 2, 11)), **given)
    assert Plan.objects.get().state == "drafting"


def test_state_set_by_hand_opens_the_rows_alike(drafted):
    target = make_target(drafted)
    drafted.state = "in_force"
    drafted.save(at=at(date(2025, 2, 11)))
    target.refresh_from_db()
    assert target.revisions.get().kind == "open"
    assert target.current.recorded_at == at(date(2025, 2, 11))
    assert drafted.issued_on is None  # nobody stated the day, so everything is owed


def test_new_plan_may_be_in_force_from_the_start():
    plan = make_plan(state="in_force")
    assert make_target(plan).revisions.count() == 1


def test_rows_are_numbered_in_their_order_by_the_time_of_issuing(drafted):
    rows = [make_target(drafted) for _ in range(3)]
    drafted.issue(at=at(JULY))
    assert [row.number for row in rows] == [1, 2, 3]


def numbered(plan):
    return list(plan.targets.order_by("number").values_list("number", "code", "title"))


def test_gaps_in_the_numbers_stay_or_are_closed_by_choice(drafted):
    rows = [make_target(drafted, title=title) for title in "甲乙丙丁"]
    make_target(drafted, title="戊", number=9, code="W-9")
    rows[1].delete()
    assert [number for number, _code, _title in numbered(drafted)] == [1, 3, 4, 9]
    drafted.issue(renumbers=True, at=at(JULY))
    assert numbered(drafted) == [
        (1, "P25-01", "甲"),
        (2, "P25-02", "丙"),
        (3, "P25-03", "丁"),
        (4, "W-9", "戊"),
    ]


def test_rows_numbered_from_nothing_are_numbered_from_one(drafted):
    for number in (0, 1, 5):
        make_target(drafted, number=number, title=str(number))
    drafted.issue(renumbers=True, at=at(JULY))
    assert [(number, title) for number, _code, title in numbered(drafted)] == [(1, "0"), (2, "1"), (3, "5")]


def test_numbers_of_a_plan_in_force_stay(drafted):
    first = make_target(drafted, number=7)
    drafted.issue(at=at(JULY))
    drafted.issue(renumbers=True, at=at(JULY))
    first.refresh_from_db()
    assert first.number == 7


def test_row_added_later_is_opened_by_itself(drafted):
    drafted.issue(at=at(JULY))
    assert make_target(drafted, at=JULY).revisions.count() == 1


def test_draft_is_neither_lit_nor_owed_nor_filed(drafted):
    target = make_target(drafted)
    assert Target.objects.with_status(JULY).get().status is None
    assert answer(target, JULY).reporting == Reporting.EXEMPT
    with refused("target"):
        draft_entry(target, 6, 265, JULY)


def test_rows_of_a_draft_are_edited_and_those_in_force_only_revised(drafted):
    target = make_target(drafted)
    target.target_value = 530
    target.save(at=at(JULY))
    drafted.issue(at=at(JULY))
    target.refresh_from_db()
    target.target_value = 500
    with refused("target_value"):
        target.save(at=at(JULY))


# --- step by step ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("drafting", "closed"),
        ("drafting", "archived"),
        ("in_force", "drafting"),
        ("in_force", "archived"),
        ("closed", "in_force"),
        ("archived", "closed"),
        ("archived", "in_force"),
    ],
)
def test_plan_goes_on_step_by_step(before, after):
    plan = make_plan(state=before)
    plan.state = after
    with refused("state"):
        plan.save()


def test_plan_is_closed_and_archived():
    plan = make_plan()
    plan.close(by=coordinator(), at=at(MARCH))
    assert Plan.objects.get().state == "closed"
    plan.archive(by=coordinator(), at=at(MARCH))
    assert Plan.objects.get().state == "archived"


def another_towns_coordinator():
    return make_user("邻镇", make_unit("礼乐街道", parent=None), "统筹员")


@pytest.mark.parametrize("who", [author, reviewer, another_towns_coordinator], ids=lambda who: who.__name__)
@pytest.mark.parametrize(
    ("state", "act"), [("drafting", "issue"), ("in_force", "close"), ("closed", "archive")]
)
def test_plan_is_run_by_coordinators_of_its_own_jurisdiction(who, state, act):
    plan = make_plan(state=state)
    with pytest.raises(PermissionDenied):
        getattr(plan, act)(by=who())
    assert Plan.objects.get().state == state


def test_runnable_plans_are_those_of_the_own_jurisdiction():
    own = make_plan()
    make_plan("L25", jurisdiction=make_unit("礼乐街道", parent=None))
    assert list(Plan.objects.runnable_by(coordinator())) == [own]
    assert not Plan.objects.runnable_by(reviewer()).exists()
    assert {plan.code for plan in Plan.objects.runnable_by(another_towns_coordinator())} == {"L25"}


# --- closed, archived ------------------------------------------------------------------------


@pytest.fixture
def filed():
    """A plan with an approved June and a July under way."""
    target = make_target()
    june = file_entry(target, 6, 265, JULY)
    july = submit_entry(target, 7, 300, date(2025, 8, 4))
    return target.plan, june, july


def test_in_a_closed_plan_units_file_and_correct_nothing(filed):
    plan, june, july = filed
    july.send_back(by=reviewer(), comment="请核实", at=at(date(2025, 8, 5)))
    plan.close(at=at(MARCH))
    target = Target.objects.get()
    for number in (8, 12):
        with refused("target"):
            draft_entry(target, number, 320, MARCH, reason="漏报")
    with refused("target"):
        july.submit(by=author(), at=at(MARCH))
    june.refresh_from_db()
    with refused("target"):
        june.correct(by=author(), reason="核减", at=at(MARCH), value=266)


def after_closing(target, number, value, *, by=None, reason="漏报，据实补报", **fields):
    """A report by a coordinator, handed in."""
    by = by or coordinator()
    entry = draft_entry(target, number, value, MARCH, entered_by=by, reason=reason, **fields)
    entry.submit(by=by, at=at(MARCH))
    return entry


def test_a_coordinator_still_corrects_what_was_filed(filed):
    plan, june, july = filed
    july.send_back(by=reviewer(), comment="请核实", at=at(date(2025, 8, 5)))
    plan.close(at=at(MARCH))
    june.refresh_from_db()
    correction = june.correct(by=coordinator(), reason="核减", at=at(MARCH), value=266)
    with refused("target"):
        correction.submit(by=author(), at=at(MARCH))
    correction.submit(by=coordinator(), at=at(MARCH))
    assert correction.approve(by=reviewer(), at=at(MARCH))
    assert Target.objects.get().last_figure() == 266


@pytest.mark.parametrize(
    ("due_on", "number"),
    [(None, 12), (date(2025, 6, 30), 6), (date(2025, 12, 31), 12)],
    ids=["no deadline", "June", "December"],
)
def test_a_closed_plan_takes_the_closing_report_of_a_coordinator(due_on, number):
    target = make_target(make_plan(locks_periods=True), due_on=due_on, figure_from="statistics")
    target.plan.close(at=at(MARCH))
    target = Target.objects.get()
    assert target.parts_missing_at_closing() == ["report", "statistic"]
    with refused("target"):
        after_closing(target, 11, 400)
    with refused("reason"):
        after_closing(target, number, None, reason="")
    after_closing(target, number, None)
    filed = after_closing(target, number, 530, part="statistic", source_ref="市统计局函")
    assert filed.approve(by=reviewer(), at=at(MARCH))
    target.refresh_from_db()
    assert (target.current.light, target.parts_missing_at_closing()) == (Status.DONE, [])


def test_a_closing_report_begun_before_is_checked_when_it_is_handed_in():
    target = make_target()
    draft_entry(target, 12, 500, date(2025, 12, 31))
    target.plan.close(at=at(MARCH))
    draft = ProgressEntry.objects.get()
    draft.value = 530
    draft.save(at=at(MARCH))
    with refused("reason"):
        draft.submit(by=coordinator(), at=at(MARCH))
    draft = ProgressEntry.objects.get()
    draft.reason = "漏报，据实补报"
    draft.save(at=at(MARCH))
    with refused("target"):
        draft.submit(by=author(), at=at(MARCH))
    draft.submit(by=coordinator(), at=at(MARCH))
    assert ProgressEntry.objects.get().state == "submitted"


def test_whose_writing_a_closed_plan_still_takes(filed):
    plan, _june, july = filed
    july.send_back(by=reviewer(), comment="请核实", at=at(date(2025, 8, 5)))

    def offered():
        target = Target.objects.get()
        return [target.may_be_reported_by(user) for user in (author(), coordinator(), reviewer())]

    assert offered() == [True, True, False]
    plan.close(at=at(MARCH))
    assert offered() == [False, True, False]
    after_closing(Target.objects.get(), 12, 530).send_back(by=reviewer(), comment="请核", at=at(MARCH))
    assert offered() == [False] * 3  # it is under way
    plan.archive(at=at(MARCH))
    assert not Target.objects.writable_by(coordinator()).exists()


def test_bulk_writing_asks_the_same_after_closing():
    target = make_target()
    target.plan.close(at=at(MARCH))
    target = Target.objects.select_related("plan__light_rule", "lead_unit").get()

    def filing(number, by, **fields):
        entry = ProgressEntry(
            target=target, period=target.plan.periods.get(number=number), entered_by=by, value=530,
            reported_by_unit=target.lead_unit, state="approved", submitted_by=by, submitted_at=at(MARCH, 10),
            reviewed_by=reviewer(), reviewed_at=at(MARCH, 16), narrative="年度完成", **fields,
        )  # fmt: skip
        entry.moment = at(MARCH)
        return bulk.Filing(entry)

    for number, by, fields in (
        (11, coordinator(), {"reason": "补报"}), (12, author(), {"reason": "补报"}), (12, coordinator(), {}),
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            bulk.file([filing(number, by, **fields)])
    bulk.file([filing(12, coordinator(), reason="补报")])
    assert ProgressEntry.objects.get().state == "approved"


def test_in_an_archived_plan_nothing_changes(filed):
    plan, june, july = filed
    july.send_back(by=reviewer(), comment="请核实", at=at(date(2025, 8, 5)))
    plan.close(at=at(MARCH))
    plan.archive(at=at(MARCH))
    june = ProgressEntry.objects.get(pk=june.pk)
    with refused("target"):
        correct_entry(june, MARCH, value=266)
    target = june.target
    target.note = "备注"
    with refused("plan"):
        target.save(at=at(MARCH))
    period = plan.periods.get(number=6)
    period.words_due_on = date(2025, 7, 9)
    with refused("words_due_on"):
        period.save()
    plan.title = "另一标题"
    with refused("title"):
        plan.save()


def test_plan_is_not_closed_while_reports_wait_for_review(filed):
    plan, _june, _july = filed
    with refused("waiting"):
        plan.close(at=at(MARCH))
    plan.refresh_from_db()
    plan.state = "closed"
    with refused("waiting"):
        plan.save(at=at(MARCH))
    assert Plan.objects.get().state == "in_force"


def ask(target, kind, day=JULY, **fields):
    return target.ask(
        kind, by=coordinator(), effective_on=day, reason="依据", document_no="1号", at=at(day), **fields
    )


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_promise_of_a_year_that_is_over_is_not_changed(state):
    target = make_target()
    waiting = ask(target, "value", changes={"target_value": 500})
    for step in ("close", "archive")[: 1 + (state == "archived")]:
        getattr(target.plan, step)(at=at(MARCH))
    target = Target.objects.get()
    with refused(None):
        ask(target, "deadline", MARCH, changes={"due_on": date(2025, 11, 30)})
    boss = make_user("主任", make_unit("综合办"), "统筹员")
    with refused(None):
        waiting.approve(by=boss, at=at(MARCH))
    waiting.refuse(by=boss, comment="年度已办结", at=at(MARCH))
    assert TargetRevision.objects.get(pk=waiting.pk).refused_at


def test_change_made_by_mistake_is_annulled_after_closing():
    target = make_target()
    boss = make_user("主任", make_unit("综合办"), "统筹员")
    mistake = ask(target, "value", changes={"target_value": 500})
    mistake.approve(by=boss, at=at(JULY))
    target.plan.close(at=at(MARCH))
    target = Target.objects.get()
    ask(target, "annul", MARCH, annuls=mistake).approve(by=boss, at=at(MARCH))
    assert Target.objects.get().target_value == 520


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_a_year_that_is_over_takes_no_new_target(state):
    plan = make_target_of_plan(state).plan
    with refused("plan"):
        make_target(plan, title="另一目标")
