"""What waits for whom, on which day, and the text that goes to the chat."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import Plan, TargetRevision, WorkdayException
from targets.todo import Todo, queues
from targets.todo.lacking import before_issue
from tests.factories import (
    NEW_YEAR,
    at,
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)

pytestmark = pytest.mark.django_db

# Period 6 opens on 30 June; words are due on 7 July, statistics on the 21st.
BEFORE, AFTER, STATISTICS_LATE = date(2025, 7, 3), date(2025, 7, 8), date(2025, 7, 22)


@pytest.fixture
def plan():
    return make_plan()


def lists(user, day=BEFORE, **scope):
    """Key of each list → (its items as (title, note)), of all plans."""
    return {
        each.key: [(item.title, item.note) for item in each.items()]
        for plan in Todo(user, day, **scope).plans
        for each in plan.lists
    }


def texts(user, day=BEFORE):
    return {each.key: each.text for plan in Todo(user, day).plans for each in plan.lists}


def statistician(unit="统计办"):
    return make_user("统计员", make_unit(unit), "统计员")


# --- reports ----------------------------------------------------------------------------------


def test_a_report_waits_for_its_unit_until_it_is_submitted(plan):
    target = make_target(plan, title="全年工业总产值")
    assert lists(author()) == {"report": [("全年工业总产值", "待填报")]}
    assert lists(author(), AFTER) == {"report": [("全年工业总产值", "未填报")]}
    entry = draft_entry(target, 6, "265.2", BEFORE)
    assert lists(author()) == {"report": [("全年工业总产值", "待填报，已存草稿")]}
    entry.submit(by=author(), at=at(BEFORE))
    assert lists(author()) == {"handed_in": [("全年工业总产值", "6月、今日提交")]}
    assert queues(author(), BEFORE).total == 0
    entry.approve(by=reviewer(), at=at(BEFORE))
    assert lists(author()) == {}


def test_a_returned_report_waits_again_with_its_reason(plan):
    entry = submit_entry(make_target(plan, title="全年工业总产值"), 6, "265.2", BEFORE)
    entry.send_back(by=reviewer(), comment="口径不符", at=at(BEFORE))
    assert lists(author()) == {"report": [("全年工业总产值", "已退回：口径不符")]}
    assert texts(author())["report"] == (
        "【提醒】6月填报（文字7月7日前）尚有1项未报：\n经发办：1.全年工业总产值（已退回：口径不符）"
    )


def test_the_outcome_of_the_year_waits_for_who_has_the_figure(plan):
    """Words of December are not its figure; a closing report handed in waits for others."""
    late = date(2026, 3, 2)
    by_unit = make_target(plan, title="由单位填报")
    make_target(plan, title="由统计填报", figure_from="statistics")
    file_entry(by_unit, 12, None, date(2026, 1, 5), answer="not_published")
    assert lists(author(), late) == {"report": [("由单位填报", "到期待报"), ("由统计填报", "未填报")]}
    by_unit.entries.get().correct(
        by=author(), reason="年报公布", value=520, answer="reported", at=at(late)
    ).submit(by=author(), at=at(late))
    assert lists(author(), late)["report"] == [("由统计填报", "未填报")]


def test_what_asks_for_nothing_waits_for_nobody(plan):
    make_target(plan, frequency="year")
    make_target(plan, state="suspended")
    make_target(make_plan("P26", year=2026, state="drafting"))
    assert lists(author()) == {}
    assert queues(author(), BEFORE).total == 0


def test_other_units_reports_are_not_mine(plan):
    make_target(plan, lead_unit=make_unit("农业办"))
    assert lists(author(make_unit("经发办"))) == {}


def test_a_statistic_waits_for_the_statistician_until_it_is_submitted(plan):
    make_target(plan, title="规上工业增加值", figure_from="statistics")
    make_target(plan, title="由单位填报")
    person = statistician()
    assert lists(person, AFTER) == {"statistic": [("规上工业增加值", "待填报")]}
    assert texts(person, STATISTICS_LATE)["statistic"] == (
        "【提醒】6月统计数（7月21日前）尚有1项未报：\n经发办：1.规上工业增加值"
    )
    assert queues(person, AFTER).total == 1


def test_two_live_plans_stand_apart_by_year_and_a_closed_one_is_gone(plan):
    make_target(plan, title="去年的")
    make_target(make_plan("P26", year=2026, at=date(2026, 1, 4)), title="今年的", at=date(2026, 1, 4))
    day = date(2026, 2, 2)
    found = [
        (waiting.plan.year, each.title, each.count)
        for waiting in Todo(author(), day).plans
        for each in waiting.lists
    ]
    assert found == [(2026, "1月填报（文字2月5日前）", 1), (2025, "2025年12月填报（文字1月5日前）", 1)]
    assert lists(author(), day, plan=plan) == {"report": [("去年的", "到期待报")]}
    Plan.objects.filter(pk=plan.pk).update(state="closed")
    assert [waiting.plan.year for waiting in Todo(author(), day).plans] == [2026]


# --- before a plan is issued ---------------------------------------------------------------------


def test_deadlines_that_holidays_would_move_are_named_before_the_plan_is_issued():
    plan = make_plan(state="drafting")
    due = plan.periods.get(number=7).words_due_on
    assert "days_off" not in {question.key for question in before_issue(plan, NEW_YEAR)}
    WorkdayException(date=due, works=False, note="某节").save()
    assert "days_off" in {question.key for question in before_issue(plan, NEW_YEAR)}


# --- the office -------------------------------------------------------------------------------


def test_the_coordinator_sees_by_unit_how_many_of_how_many_are_missing(plan):
    for title in ("甲", "乙", "丙"):
        make_target(plan, title=title)
    farming = make_unit("农业办")
    make_target(plan, title="丁", lead_unit=farming)
    submit_entry(plan.targets.get(title="甲"), 6, "265.2", BEFORE)
    (waiting,) = Todo(coordinator(), BEFORE).plans
    (units,) = (each for each in waiting.reminders if each.key == "units")
    assert [(group.unit, len(group.items), group.asked) for group in units.groups] == [
        ("经发办", 2, 3),
        ("农业办", 1, 1),
    ]
    assert units.text == (
        "各有关单位：\n【提醒】6月填报（文字7月7日前）尚有3项未报：\n经发办：2.乙 3.丙\n农业办：4.丁\n"
        "请按时报送。\n外海街道"
    )


def test_the_coordinator_is_told_of_what_is_undefined_and_of_days_that_come_near(plan):
    make_target(plan, title="建设产业园", measure="stock", state="undefined", target_value=None)
    told = texts(coordinator(), date(2025, 7, 16))
    assert told["unclear"] == (
        "【提醒】2025年待明确目标1项：\n经发办：1.建设产业园（缺：完成时限、目标值、统计口径、责任领导）"
    )
    assert told["closing"] == "【提醒】2025年临近期限：\n1.6月统计数据截止（7月21日，还有5天）"


def test_a_change_waits_for_whoever_did_not_ask_for_it(plan):
    target = make_target(plan, title="全年工业总产值")
    target.ask(
        TargetRevision.Kind.VALUE, by=coordinator(), effective_on=BEFORE, changes={"target_value": 500},
        document_no="外府〔2025〕9号", reason="调整", at=at(BEFORE),
    )  # fmt: skip
    other = make_user("另一统筹员", make_unit("综合办"), "统筹员")
    assert "changes" not in lists(coordinator())
    assert lists(other, AFTER)["changes"] == [("全年工业总产值", "目标值调整、已等待5天")]
    assert queues(other, AFTER).total == 1


def test_an_entry_waits_for_reviewers_who_did_not_write_it(plan):
    writer = make_user("兼职", make_unit(), "填报员", "审核员")
    entry = draft_entry(make_target(plan, title="全年工业总产值"), 6, "265.2", BEFORE, entered_by=writer)
    entry.submit(by=writer, at=at(BEFORE))
    assert lists(reviewer(), BEFORE) == {"review": [("全年工业总产值", "6月、今日提交")]}
    assert texts(reviewer(), AFTER)["review"] == (
        "【提醒】2025年待审核填报1项：\n经发办：1.全年工业总产值（6月、已等待5天）"
    )
    assert "review" not in lists(writer)
    entry.approve(by=reviewer(), at=at(BEFORE))
    assert lists(reviewer(), BEFORE) == {}


def test_a_reviewer_is_told_which_waiting_entries_are_statistics(plan):
    target = make_target(plan, title="规上工业增加值", figure_from="statistics")
    submit_entry(target, 6, "265.2", BEFORE, part="statistic")
    submit_entry(target, 6, None, BEFORE)
    assert lists(reviewer())["review"] == [
        ("规上工业增加值", "6月、统计数、今日提交"), ("规上工业增加值", "6月、今日提交")
    ]  # fmt: skip


# --- the page ---------------------------------------------------------------------------------


@pytest.fixture
def page(client):
    """Reads the page as that person; what the plan of 2025 lacks is missing on any later day."""

    def read(user, **query):
        if client.session.get("_auth_user_id") != str(user.pk):
            client.force_login(user)
        return client.get("/todo/", query)

    return read


def test_the_page_shows_each_list_with_its_links_and_its_text(page, plan):
    target = make_target(plan, title="全年<b>工业</b>总产值")
    user = author()
    user.is_staff = True
    user.save()
    answer = page(user)
    shown = answer.content.decode()
    period = plan.periods.get(number=12)
    assert answer.status_code == 200
    assert (
        f"/admin/targets/progressentry/add/?target={target.pk}&amp;part=report&amp;period={period.pk}"
        in shown
    )
    assert "1.全年&lt;b&gt;工业&lt;/b&gt;总产值" in shown
    assert f"{period.period_end.year}年12月填报" in shown


def test_a_row_carries_the_number_its_target_has_in_the_plan(page, plan):
    """By its 序号 a target is found in the plan, however many others wait beside it."""
    make_target(plan, title="未报", number=12)
    shown = page(author()).content.decode()
    assert re.findall(r'<li value="(\d+)"><a [^>]+>(.*?)</a>', shown) == [("12", "未报")]
    assert "经发办：12.未报" in shown


def test_each_list_leads_to_the_desk_where_it_is_done(page, plan):
    submit_entry(make_target(plan), 6, "265.2", BEFORE)
    make_target(plan, figure_from="statistics")
    for user, desk in (
        (author(), "/admin/targets/progressentry/desk/?plan=P25&amp;period=12"),
        (reviewer(), "/admin/targets/progressentry/review/?plan=P25"),
        (statistician(), "/admin/targets/progressentry/statistics/?plan=P25"),
    ):
        assert desk not in page(user).content.decode()  # who may not enter the admin reads the targets
        user.is_staff = True
        user.save()
        assert desk in page(user).content.decode()


def test_who_has_nothing_to_do_is_told_so(page, plan):
    assert "没有待办" in page(author()).content.decode()
    assert "没有待办" in page(make_user("新人", make_unit("农业办"), "填报员")).content.decode()


def test_the_number_in_the_header_is_that_of_the_page(page, client, plan):
    make_target(plan)
    make_target(plan)
    assert '<b class="badge">2<' in page(author()).content.decode()
    assert '<b class="badge">2<' in client.get("/targets/").content.decode()
    assert '<b class="count">' not in page(make_user("路人")).content.decode()


@pytest.mark.parametrize("code", ["NOPE", "P25\x00", "P'25", "长" * 500])
def test_a_bad_plan_answers_400_with_a_message_and_no_rows(page, plan, code):
    make_target(plan, title="不应出现")
    answer = page(author(), plan=code)
    assert answer.status_code == 400
    assert answer.context["errors"]
    assert "不应出现" not in answer.content.decode()


def test_one_plan_is_shown_where_the_address_names_it(page, plan):
    make_target(plan, title="去年的")
    make_target(make_plan("Q25"), title="另一计划的")
    shown = page(author(), plan="q25").content.decode()
    assert "另一计划的" in shown
    assert "去年的" not in shown


def test_a_plan_one_may_not_see_reads_as_one_that_does_not_exist(page, plan):
    answers = [page(make_user("路人"), plan="P25"), page(make_user("过客"), plan="P99")]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].context["errors"][0][1].replace("P25", "P99") == answers[1].context["errors"][0][1]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_only_reads(client, method):
    client.force_login(author())
    assert getattr(client, method)("/todo/").status_code == 405


# --- what it costs ----------------------------------------------------------------------------


@pytest.mark.parametrize("person", [author, reviewer, coordinator, statistician])
def test_the_cost_in_queries_does_not_grow_with_rows(page, plan, person):
    user = person()
    page(user)
    counts = []
    for size in (3, 30):
        while plan.targets.count() < size:
            target = make_target(plan, figure_from="statistics", title=f"目标{plan.targets.count()}")
            make_target(plan, measure="stock", state="undefined", target_value=None)
            submit_entry(target, 5, None, date(2025, 6, 3))
            make_node(make_target(plan, measure="milestone"), date(2025, 5, 31))
        with CaptureQueriesContext(connection) as queries:
            assert page(user).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_number_in_the_header_costs_few_queries_and_is_the_pages_own(plan):
    for title in ("甲", "乙"):
        submit_entry(make_target(plan, title=title), 6, "265.2", BEFORE)
    make_target(plan, figure_from="statistics")
    everything = make_user("兼任", make_unit(), "填报员", "审核员", "统筹员", "统计员")
    for user in (author(), reviewer(), coordinator(), everything):
        for day in (BEFORE, AFTER, date(2026, 3, 2)):
            with CaptureQueriesContext(connection) as queries:
                counted = queues(user, day).total
            assert len(queries) <= 6
            assert counted == Todo(user, day).count


def test_the_number_follows_whatever_changes_for_a_person(plan):
    """Rights, units and plans are asked each time."""
    submit_entry(make_target(plan), 6, "265.2", BEFORE)
    make_target(plan)
    make_target(plan, lead_unit=make_unit("农业办"))
    user = make_user("兼任", make_unit(), "审核员")
    groups = {name: Group.objects.get(name=name) for name in ("填报员", "审核员", "统筹员")}
    section, plans = user.member, Plan.objects.filter(pk=plan.pk)

    def moved(unit):
        section.unit = make_unit(unit)
        section.save()

    def told(**flags):
        User.objects.filter(pk=user.pk).update(**flags)
        someone = User.objects.get(pk=user.pk)
        kept = queues(someone, BEFORE).total
        assert kept == Todo(someone, BEFORE).count
        return kept

    found = [told()]
    for change in (
        lambda: user.groups.set([groups["填报员"]]),
        lambda: moved("农业办"),
        lambda: user.groups.set([groups["统筹员"]]),
        lambda: plans.update(state="closed"),
        lambda: plans.update(state="in_force", review_mode="unit"),
        lambda: user.groups.clear(),
    ):
        change()
        found.append(told())
    assert found == [2, 1, 1, 2, 1, 2, 0]
    assert (told(is_superuser=True), told(is_superuser=True, is_active=False), told()) == (2, 0, 0)
    assert told(is_superuser=False, is_active=True) == 0


@pytest.mark.parametrize(
    ("role", "unit", "told"),
    [(None, True, "还没有角色"), ("填报员", False, "还没有登记单位"), ("填报员", True, "")],
)
def test_whoever_lacks_a_role_or_a_unit_is_told_whom_to_ask(client, role, unit, told):
    make_plan()
    user = make_user("新人", make_unit() if unit else None, *filter(None, [role]), is_staff=True)
    client.force_login(user)
    first = client.get("/login/").headers["Location"]
    for page in ("/", "/targets/", "/todo/", "/admin/", first):
        text = client.get(page).content.decode()
        assert ("请联系系统管理员" in text) is bool(told), page
        assert told in text
        assert not (told and "没有待办" in text)
