"""The status of a day: the enum's words, and each branch of the one comparison of dates."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from targets.models import Assessment, Target
from targets.rules.facts import ALWAYS, NEVER, Light
from targets.status import ATTENTION, ON_SCHEDULE, UNLIT, Status, status_of
from tests.factories import at, make_plan, make_target

IN_CHINESE = {
    "missed": "到期未完成",
    "overdue": "逾期",
    "red": "红灯",
    "amber": "黄灯",
    "green": "绿灯",
    "on_target": "当前达标",
    "done": "已完成",
    "no_figure": "尚无数据",
    "undefined": "待明确",
    "not_started": "未启动",
    "suspended": "暂缓",
    "cancelled": "已撤销",
    "watch": "定性跟踪",
}


def test_statuses_are_numbered_worst_first_and_named_in_both_languages():
    with translation.override("zh-hans"):
        assert {status.key: str(status.label) for status in sorted(Status)} == IN_CHINESE
    assert [status.key for status in sorted(Status)] == list(IN_CHINESE)


def test_statuses_are_the_rules_lights():
    assert {status.name: status.value for status in Status} == {light.name: light.value for light in Light}


def test_every_status_stands_in_one_group():
    assert [*ATTENTION, *ON_SCHEDULE, *UNLIT] == sorted(Status)
    assert (ATTENTION[-1], ON_SCHEDULE[-1]) == (Status.AMBER, Status.DONE)


DAY = date(2025, 6, 30)
BEFORE, AFTER = DAY - timedelta(1), DAY + timedelta(1)

BRANCHES = {
    "the light itself": ({}, Status.GREEN),
    "amber from its day": ({"amber_on": DAY}, Status.AMBER),
    "amber tomorrow": ({"amber_on": AFTER}, Status.GREEN),
    "red from its day": ({"amber_on": BEFORE, "red_on": DAY}, Status.RED),
    "red tomorrow": ({"amber_on": BEFORE, "red_on": AFTER}, Status.AMBER),
    "overdue from its day": ({"amber_on": BEFORE, "red_on": BEFORE, "overdue_on": DAY}, Status.OVERDUE),
    "overdue tomorrow": ({"amber_on": BEFORE, "red_on": BEFORE, "overdue_on": AFTER}, Status.RED),
    "overdue before amber and red": ({"overdue_on": DAY}, Status.OVERDUE),
    "opened today": ({"opens_on": DAY}, Status.GREEN),
    "opens tomorrow": ({"opens_on": AFTER}, Status.NOT_STARTED),
    "a node due before the window opens": ({"opens_on": AFTER, "amber_on": DAY}, Status.AMBER),
    "by hand, on its last day": ({"override_light": Light.RED, "override_until": DAY}, Status.RED),
    "by hand, until yesterday": ({"override_light": Light.RED, "override_until": BEFORE}, Status.GREEN),
    "by hand before all others": (
        {"override_light": Light.GREEN, "override_until": DAY, "overdue_on": BEFORE, "opens_on": AFTER},
        Status.GREEN,
    ),
    "by hand, then the day's own": (
        {"override_light": Light.GREEN, "override_until": BEFORE, "overdue_on": BEFORE},
        Status.OVERDUE,
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("columns", "status"), BRANCHES.values(), ids=BRANCHES)
def test_status_on_a_day(columns, status):
    target = make_target()
    days = {"amber_on": NEVER, "red_on": NEVER, "overdue_on": NEVER, "opens_on": ALWAYS}
    days |= {"override_until": ALWAYS, **columns}
    promise = {name: getattr(target, name) for name in Assessment.COMMITMENT}
    row = Assessment(
        target=target, effective_on=date(2025, 5, 31), recorded_at=at(DAY), cause="approve",
        light=Light.GREEN, rule=target.plan.light_rule, edition=1, **promise, **days,
    )  # fmt: skip
    row.save()
    assert Target.objects.with_status(on=DAY).get(pk=target.pk).status == status
    assert status_of(row, DAY) is status


@pytest.mark.django_db
def test_status_is_null_where_nothing_was_judged():
    draft = make_target(make_plan(state="drafting"))
    found = Target.objects.with_status(on=DAY).select_related("row").get(pk=draft.pk)
    assert (found.status, found.row) == (None, None)
    assert status_of(None, DAY) is None


@pytest.mark.django_db
def test_status_of_today_is_read_from_the_current_row(django_assert_num_queries):
    target = make_target()
    far_on = date(2100, 1, 1)
    with django_assert_num_queries(1):
        found = Target.objects.with_status(on=far_on).select_related("row").get(pk=target.pk)
        assert (found.status, found.row.pk) == (Status.NO_FIGURE, found.current_id)


@pytest.mark.django_db
def test_targets_are_filtered_and_counted_by_status():
    plan = make_plan()
    active, watched = make_target(plan), make_target(plan, state="watch")
    rows = Target.objects.with_status(on=DAY)
    assert list(rows.filter(status=Status.WATCH)) == [watched]
    assert list(rows.order_by("status")) == [active, watched]
