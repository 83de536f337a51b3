"""The panel beside an entry: the goal as stated and as read."""

from datetime import date

import pytest

from targets.admin.entry.panel import promise
from tests.factories import make_target

pytestmark = pytest.mark.django_db


def test_the_goal_is_told_by_its_own_words_and_what_it_does_not_need_is_left_out():
    told = dict(
        promise(make_target(stated_as="达到520亿元", definition="按规上口径", due_on=date(2025, 12, 31)))
    )
    assert told["口径"] == "按规上口径"
    assert told["目标值"] == "不少于520亿元"
    assert "基数" not in told


@pytest.mark.parametrize(
    ("baseline", "told"),
    [
        ({"baseline_value": 131, "baseline_on": date(2024, 12, 31)}, "131家（2024年12月31日）"),
        ({"baseline_value": 131}, "131家"),
        ({"baseline_value": None}, "来源未载明。"),
    ],
)
def test_the_baseline_is_told_with_its_day_or_as_missing(baseline, told):
    assert dict(promise(make_target(measure="stock", **baseline)))["基数"] == told


def test_a_definition_that_nobody_gave_is_told_as_missing():
    assert dict(promise(make_target()))["口径"] == "来源未载明。"
