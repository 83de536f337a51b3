"""The acts on a plan in the admin: each a page that says what will happen, then a button."""

from datetime import date
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import AuditRecord, Plan, ReportingPeriod, TargetNote, WorkdayException
from tests.factories import (
    NEW_YEAR,
    at,
    author,
    coordinator,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)

pytestmark = pytest.mark.django_db

YEAR = 2090  # pages read the clock: a year in which nothing is due yet


def page(plan, name, *more):
    return reverse(f"admin:targets_plan_{name}", args=(plan.pk, *more))


@pytest.fixture
def desk(client):
    user = coordinator()
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def signed_in(client, user):
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def text_of(answer):
    return answer.content.decode()


# --- 印发 ------------------------------------------------------------------------------------


def test_issuing_tells_what_will_happen_and_asks_for_the_document(desk):
    plan = make_plan(state="drafting")
    target = make_target(plan, title="规上企业数量", measure="stock", baseline_value=None)
    TargetNote(
        target=target, kind="comment", text="口径请明确", written_by=reviewer(), written_at=at(NEW_YEAR)
    ).save()
    shown = text_of(desk.get(page(plan, "issue")))
    assert "1项任务将生效" in shown
    assert "上年基数" in shown
    assert "1条意见" in shown
    refused = desk.post(page(plan, "issue"), {"issued_on": "2025-02-10"})
    assert refused.context["form"].errors.keys() == {"document_no", "confirmed"}
    given = {"document_no": "外街办〔2025〕3号", "issued_on": "2025-02-10", "confirmed": "on"}
    answer = desk.post(page(plan, "issue"), given)
    assert answer.url == page(plan, "change")
    plan.refresh_from_db()
    target.refresh_from_db()
    assert (plan.state, plan.document_no, plan.issued_on) == (
        "in_force", "外街办〔2025〕3号", date(2025, 2, 10),
    )  # fmt: skip
    assert target.current is not None
    assert AuditRecord.objects.about(plan).filter(act="issue", by=coordinator()).exists()


def test_issuing_asks_about_the_plan_and_about_its_rows(desk):
    plan = make_plan(state="drafting")
    full = make_target(plan, definition="按统计口径", due_on=date(2025, 12, 31))
    bare = make_target(plan, measure="milestone", figure_from="unit")
    plan.periods.filter(number__in=(1, 2)).update(figures_due_on=None)
    form = desk.get(page(plan, "issue")).context["form"]
    assert form.of_the_plan == [
        "没有第二签发人：任何人不得签批自己提出的变更申请。",
        "未设数据填报期限：2月。",
    ]
    assert list(form.of_targets.items()) == [
        (full, ["责任领导", "来源文件", "牵头单位填报账号"]),
        (bare, ["完成时限", "完成标准", "责任领导", "来源文件", "节点", "牵头单位填报账号"]),
    ]


def test_issuing_offers_to_close_gaps_in_the_numbers(desk):
    plan = make_plan(state="drafting")
    make_target(plan)
    assert "renumbers" not in desk.get(page(plan, "issue")).context["form"].fields
    make_target(plan, number=5)
    assert "renumbers" in desk.get(page(plan, "issue")).context["form"].fields
    given = {"document_no": "1号", "issued_on": "2025-02-10", "renumbers": "on", "confirmed": "on"}
    desk.post(page(plan, "issue"), given)
    assert list(plan.targets.values_list("number", flat=True)) == [1, 2]


def test_looking_at_the_page_issues_nothing(desk):  # case 115
    plan = make_plan(state="drafting")
    desk.get(page(plan, "issue"))
    assert Plan.objects.get().state == "drafting"


@pytest.mark.parametrize(
    ("state", "name"), [("in_force", "issue"), ("closed", "close"), ("archived", "archive")]
)
def test_second_click_finds_it_done(desk, state, name):
    plan = make_plan(state=state)
    given = {"document_no": "1号", "issued_on": "2025-02-10"}
    assert desk.post(page(plan, name), given).url == page(plan, "change")
    assert Plan.objects.get().state == state


def test_state_and_document_are_no_fields_of_the_form(desk):
    plan = make_plan(state="drafting")
    shown = desk.get(page(plan, "change"))
    assert not {"state", "document_no", "issued_on"} & set(shown.context["adminform"].form.fields)


# --- 办结, 归档 -------------------------------------------------------------------------------


def test_plan_is_closed_and_archived_by_its_pages(desk):
    plan = make_plan()
    assert desk.post(page(plan, "close")).url == page(plan, "change")
    assert Plan.objects.get().state == "closed"
    assert desk.post(page(plan, "archive")).url == page(plan, "change")
    assert Plan.objects.get().state == "archived"


def test_closing_names_what_still_waits(desk):
    plan = make_target().plan
    submit_entry(plan.targets.get(), 6, 265, date(2025, 7, 3))
    assert "1项填报待审核" in text_of(desk.get(page(plan, "close")))
    refused = desk.post(page(plan, "close"))
    assert "1项填报待审核" in text_of(refused)
    assert Plan.objects.get().state == "in_force"


@pytest.mark.parametrize(("state", "name"), [("drafting", "issue"), ("in_force", "close")])
def test_many_rows_are_counted_by_unit_and_each_is_one_click_away(desk, monkeypatch, state, name):
    monkeypatch.setattr(import_module("targets.admin.plan.by_unit"), "SHORT", 2)
    plan, many, few = make_plan(state=state), make_unit("城建办"), make_unit("民政办")
    for unit in (many, many, many, few):
        make_target(plan, lead_unit=unit, definition="")
    whole = desk.get(page(plan, name))
    missing = whole.context["missing"]
    assert [(each.unit, each.targets) for each in missing.units] == [(many, 3), (few, 1)]
    assert "P25-01" not in text_of(whole)
    shown = []
    for number in (1, 2):
        listed = desk.get(page(plan, name), {"missing": many.pk, "missing_page": number})
        shown += [target for target, _words in listed.context["missing"].page]
    assert [target.number for target in shown] == [1, 2, 3]
    assert desk.get(page(plan, name), {"missing": "x"}).status_code == 200


def asked_at_closing(desk, plan):
    asked = desk.get(page(plan, "close")).context["form"].of_targets
    return [(target.number, missing) for target, missing in asked.items()]


def test_closing_lists_what_is_missing_and_asks_to_be_confirmed(desk):
    plan = make_plan()
    missing, done, _given_up, june, words = (
        make_target(plan, **fields)
        for fields in (
            {"title": "规上工业产值"}, {}, {"state": "cancelled"}, {"due_on": date(2025, 6, 30)},
            {"measure": "qualitative", "state": "watch"},
        )
    )  # fmt: skip
    file_entry(done, 12, 530, date(2026, 1, 4))
    file_entry(june, 12, 400, date(2026, 1, 4))
    june.ask("override", by=coordinator(), effective_on=NEW_YEAR, changes={"override_light": 5},
             until=date(2025, 12, 31), reason="核查", at=at(NEW_YEAR))  # fmt: skip
    assert asked_at_closing(desk, plan) == [
        (missing.number, ["到期待报"]),
        (june.number, ["6月未填报", "目标变更待审批"]),
        (words.number, ["12月未填报"]),
    ]
    shown = text_of(desk.get(page(plan, "close")))
    assert "3项任务尚有未了事项" in shown
    assert "规上工业产值" in shown
    refused = desk.post(page(plan, "close"))
    assert refused.context["form"].errors.keys() == {"confirmed"}
    assert Plan.objects.get().state == "in_force"
    assert desk.post(page(plan, "close"), {"confirmed": "on"}).url == page(plan, "change")
    assert Plan.objects.get().state == "closed"


def test_closing_a_finished_plan_asks_nothing(desk):
    plan = make_plan()
    file_entry(make_target(plan), 12, 530, date(2026, 1, 4))
    assert "confirmed" not in desk.get(page(plan, "close")).context["form"].fields
    assert asked_at_closing(desk, plan) == []
    assert desk.post(page(plan, "close")).url == page(plan, "change")


def test_what_closing_asks_about_costs_the_same_for_many_rows(desk):
    costs = []
    for count in (3, 30):
        plan = make_plan(f"P{count}")
        for _ in range(count):
            make_target(plan)
        with CaptureQueriesContext(connection) as queries:
            assert len(asked_at_closing(desk, plan)) == count
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_day_of_issue_is_read_only_once_issued(desk):
    plan = make_plan(state="drafting")
    plan.issue(by=coordinator(), document_no="1号", issued_on=date(2025, 2, 10), at=at(date(2025, 2, 11)))
    form = desk.get(page(plan, "change")).context["adminform"]
    assert "issued_on" in form.readonly_fields
    assert "document_no" in form.form.fields


# --- whose -----------------------------------------------------------------------------------

PAGES = [("issue",), ("close",), ("archive",), ("reschedule",), ("next",), ("reopen", 6)]


@pytest.mark.parametrize("asked", PAGES, ids=str)
@pytest.mark.parametrize("who", ["reporter", "reviewer", "another town's coordinator"])
def test_pages_are_for_coordinators_of_the_own_jurisdiction(client, who, asked):
    plan = make_plan()
    users = {"reporter": author, "reviewer": reviewer}
    stranger = lambda: make_user("邻镇", make_unit("礼乐街道", parent=None), "统筹员")  # noqa: E731
    signed_in(client, users.get(who, stranger)())
    address = page(plan, *asked)
    missing = address.replace(f"/{plan.pk}/", f"/{plan.pk + 1000}/", 1)
    answers = [client.get(address), client.post(address), client.get(missing)]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert text_of(answers[0]) == text_of(answers[2])
    assert Plan.objects.get(pk=plan.pk).state == "in_force"


def test_buttons_stand_on_the_plans_page(desk):
    plan = make_plan(state="drafting")
    shown = text_of(desk.get(page(plan, "change")))
    assert page(plan, "issue") in shown
    assert page(plan, "close") not in shown
    plan.issue()
    shown = text_of(desk.get(page(plan, "change")))
    assert page(plan, "close") in shown
    assert page(plan, "next") in shown


def test_coordinator_makes_plans_of_the_own_jurisdiction(desk):
    make_unit("礼乐街道", parent=None)
    own = make_unit("外海街道")
    form = desk.get(reverse("admin:targets_plan_add")).context["adminform"].form
    offered = set(form.fields["jurisdiction"].queryset)
    assert own in offered
    assert make_unit("礼乐街道") not in offered


def test_an_issued_plan_stays_within_its_jurisdiction(client):
    client.force_login(make_user("主管", is_superuser=True, is_staff=True))
    own, other = make_unit("外海街道"), make_unit("礼乐街道", parent=None)
    for state, offers in (("drafting", True), ("in_force", False)):
        plan = make_plan(f"X-{state[:2]}", state=state)
        offered = client.get(page(plan, "change")).context["adminform"].form.fields["jurisdiction"].queryset
        assert own in offered
        assert (other in offered) is offers


def test_rows_are_written_into_plans_of_the_running_year(desk):
    for state in ("drafting", "in_force", "closed", "archived"):
        make_plan(f"{state.replace('_', '-')}", state=state)
    make_plan("L25", jurisdiction=make_unit("礼乐街道", parent=None))
    form = desk.get(reverse("admin:targets_target_add")).context["adminform"].form
    assert {plan.code for plan in form.fields["plan"].queryset} == {"DRAFTING", "IN-FORCE"}


# --- periods ---------------------------------------------------------------------------------


def test_frozen_period_is_reopened_from_the_plans_page(desk):
    plan = make_plan(locks_periods=True)
    assert page(plan, "reopen", 6) in text_of(desk.get(page(plan, "change")))
    refused = desk.post(page(plan, "reopen", 6), {"until": f"{YEAR}-01-31"})
    assert refused.context["form"].errors.keys() == {"reason"}
    given = {"until": f"{YEAR}-01-31", "reason": "系统故障"}
    assert desk.post(page(plan, "reopen", 6), given).url == page(plan, "change")
    june = plan.periods.get(number=6)
    assert (june.reopened_until, june.reopened_by) == (date(YEAR, 1, 31), coordinator().member)
    record = AuditRecord.objects.about(june).get(act="reopen")
    assert record.changes[f"reportingperiod.{june.pk}"]["reopened_why"] == ["", "系统故障"]
    assert "系统故障" in text_of(desk.get(page(plan, "change")))


def test_open_period_offers_no_reopening(desk):
    plan = make_plan()  # locks nothing
    assert page(plan, "reopen", 6) not in text_of(desk.get(page(plan, "change")))
    refused = desk.post(page(plan, "reopen", 6), {"until": f"{YEAR}-01-31", "reason": "系统故障"})
    assert refused.context["form"].non_field_errors()


def test_days_of_a_period_out_of_order_come_back_at_their_field(desk):
    plan = make_plan(f"P{YEAR}", year=YEAR)
    form = desk.get(page(plan, "change"))
    data = {**typed(form.context["adminform"].form), **typed_periods(form)}
    refused = desk.post(page(plan, "change"), {**data, "periods-5-words_due_on": f"{YEAR}-06-01"})
    errors = refused.context["inline_admin_formsets"][0].formset.errors
    assert [set(row) for row in errors if row] == [{"words_due_on"}]


def typed(form):
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value not in (None, False)}


def typed_periods(answer):
    formset = answer.context["inline_admin_formsets"][0].formset
    found = {"periods-TOTAL_FORMS": 12, "periods-INITIAL_FORMS": 12}
    for row in formset.initial_forms:
        found |= {row.add_prefix(name): row[name].value() for name in row.fields}
        found |= {row.add_prefix("id"): row.instance.pk, row.add_prefix("plan"): formset.instance.pk}
    return {name: "" if value is None else value for name, value in found.items()}


@pytest.fixture
def moved():
    """A plan made before anybody knew that 5 July of its year rests."""
    plan = make_plan(f"P{YEAR}", year=YEAR)
    june = plan.periods.get(number=6)
    WorkdayException(date=june.words_due_on, works=False, note="调休").save()
    return plan


def test_deadlines_are_moved_after_they_were_shown(desk, moved):
    june = moved.periods.get(number=6)
    before = june.words_due_on
    assert page(moved, "reschedule") in text_of(desk.get(page(moved, "change")))
    shown = desk.get(page(moved, "reschedule"))
    [(_box, each, moves)] = shown.context["rows"]
    assert (each.period, len(moves)) == (june, 1)
    assert moved.periods.get(number=6).words_due_on == before  # looking moves nothing
    form = shown.context["form"]
    answer = desk.post(page(moved, "reschedule"), {"periods": form["periods"].value()})
    assert answer.url == page(moved, "change")
    assert moved.periods.get(number=6).words_due_on > before
    assert page(moved, "reschedule") not in text_of(desk.get(page(moved, "change")))


def test_days_other_than_those_shown_are_not_moved_to(desk, moved):
    shown = desk.get(page(moved, "reschedule")).context["form"]["periods"].value()
    june = moved.periods.get(number=6)
    [(_old, new)] = moved.rescheduled(date(YEAR, 1, 1))[0].moves.values()
    WorkdayException(date=new, works=False, note="又一日").save()
    refused = desk.post(page(moved, "reschedule"), {"periods": shown})
    assert refused.context["form"].errors.keys() == {"periods"}
    assert ReportingPeriod.objects.get(pk=june.pk).words_due_on == june.words_due_on


# --- the next year ---------------------------------------------------------------------------


def test_next_year_starts_from_the_rows_ticked(desk):
    plan = make_plan()
    stock = make_target(plan, title="规上企业数量", measure="stock")
    make_target(plan, title="不再列入")
    file_entry(stock, 11, 148, date(2025, 12, 3))
    shown = desk.get(page(plan, "next"))
    form = shown.context["form"]
    assert form["code"].value() == "P26"
    assert len(form["targets"].value()) == 2
    answer = desk.post(page(plan, "next"), {"code": "p26", "title": "2026年任务", "targets": [stock.pk]})
    following = Plan.objects.get(code="P26")
    assert answer.url == page(following, "change")
    row = following.targets.get()
    assert (row.continues, row.baseline_value, row.baseline_is_preliminary) == (stock, 148, True)


def test_rows_given_up_or_continued_already_are_not_ticked(desk):
    plan = make_plan()
    going_on, _given_up = make_target(plan), make_target(plan, state="cancelled")
    continued = make_target(plan)
    plan.next_year(targets=[continued], code="OTHER26")
    assert desk.get(page(plan, "next")).context["form"]["targets"].value() == [going_on.pk]


@pytest.mark.parametrize(
    ("given", "blamed"),
    [
        pytest.param({"code": "P25"}, {"code"}, id="a code that is taken"),
        pytest.param({"code": "外海"}, {"code"}, id="no code"),
        pytest.param({"targets": []}, {"targets"}, id="no row"),
    ],
)
def test_next_year_names_what_is_wrong(desk, given, blamed):
    target = make_target()
    data = {"code": "P26", "title": "2026年任务", "targets": [target.pk], **given}
    refused = desk.post(page(target.plan, "next"), data)
    assert refused.context["form"].errors.keys() == blamed
    assert Plan.objects.count() == 1


def test_row_of_another_plan_is_not_carried_over(desk):
    plan, stranger = make_plan(), make_target(make_plan("X25"))
    refused = desk.post(page(plan, "next"), {"code": "P26", "title": "任务", "targets": [stranger.pk]})
    assert refused.context["form"].errors.keys() == {"targets"}
