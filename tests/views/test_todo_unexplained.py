"""A goal that the official figure turned amber or red asks its unit for a word on it, until the freeze."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.todo import Todo, queues
from tests.factories import (
    at,
    author,
    coordinator,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    staff,
    statistician,
)

pytestmark = pytest.mark.django_db

# Period 6: statistics are due on 21 July, it freezes on the 24th.
JULY, PUBLISHED = date(2025, 7, 3), date(2025, 7, 18)


@pytest.fixture
def plan():
    return make_plan(locks_periods=True)


@pytest.fixture
def target(plan):
    """Filed in June's report without a word of issues, then red by the official figure."""
    target = make_target(plan, title="规上工业增加值", figure_from="statistics")
    file_entry(target, 6, None, JULY)
    return target


def asked(user, day):
    found = {
        each.key: [(item.title, item.note, item.url) for item in each.items()]
        for plan in Todo(user, day).plans
        for each in plan.own
    }
    assert queues(user, day).total == Todo(user, day).count
    return found.get("unexplained", [])


def publish(target, value="200"):
    return file_entry(target, 6, value, PUBLISHED, part="statistic", narrative="")


def test_the_unit_is_asked_once_the_figure_is_approved(target):
    assert asked(author(), PUBLISHED) == []
    publish(target)
    [(title, note, url)] = asked(staff(author()), PUBLISHED)
    assert title == "规上工业增加值"
    assert note == "6月统计数为红灯，请补填存在问题、下一步措施"
    report = target.entries.get(part="report")
    assert url == reverse("admin:targets_progressentry_correct", args=(report.pk,))


def test_a_figure_on_schedule_asks_nothing(target):
    publish(target, "265.2")
    assert asked(author(), PUBLISHED) == []


def test_other_units_and_the_statistician_are_not_asked(target):
    publish(target)
    assert asked(author(make_unit("农业办")), PUBLISHED) == []
    assert asked(statistician(), PUBLISHED) == []


def test_words_handed_in_end_the_question_and_half_of_them_names_the_rest(target):
    publish(target)
    report = target.entries.get(part="report")
    draft = report.correct(by=author(), reason="补充说明", issues="用电紧张", at=at(PUBLISHED))
    [(_title, note, url)] = asked(staff(author()), PUBLISHED)
    assert note == "6月统计数为红灯，请补填下一步措施"
    assert url == reverse("admin:targets_progressentry_change", args=(draft.pk,))
    draft.next_steps = "协调增容"
    draft.save(at=at(PUBLISHED))
    draft.submit(by=author(), at=at(PUBLISHED))
    assert asked(author(), PUBLISHED) == []


def test_it_is_asked_until_the_freeze_and_again_while_the_period_is_reopened(plan, target):
    publish(target)
    period = plan.periods.get(number=6)
    after = date(2025, 7, 28)
    assert len(asked(author(), period.freeze_on)) == 1
    assert asked(author(), after) == []
    period.reopen(by=coordinator(), until=date(2025, 7, 31), reason="补充材料", at=at(after))
    assert len(asked(author(), after)) == 1
    assert asked(author(), date(2025, 8, 1)) == []


def test_a_report_that_is_not_filed_is_owed_and_not_asked_twice(plan):
    target = make_target(plan, figure_from="statistics")
    publish(target)
    assert asked(author(), PUBLISHED) == []


def test_a_unit_s_own_figure_is_asked_about_as_it_is_filed_not_afterwards(plan):
    target = make_target(plan)
    file_entry(target, 6, "200", JULY)
    assert asked(author(), PUBLISHED) == []


def test_many_goals_cost_as_many_queries_as_one(plan, target):
    publish(target)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            found = asked(author(), PUBLISHED)
        return len(found), len(queries)

    one = cost()
    for _ in range(5):
        other = make_target(plan, figure_from="statistics")
        file_entry(other, 6, None, JULY)
        publish(other)
    assert cost() == (6, one[1])


def test_the_page_leads_there(client, target):
    publish(target)
    client.force_login(staff(author()))
    page = Todo(author(), PUBLISHED)
    assert [each.title for plan in page.plans for each in plan.own] == ["2025年统计数亮黄灯、红灯待说明"]
