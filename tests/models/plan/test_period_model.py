"""Periods: the order of their days, reopening, and deadlines moved by a new table of holidays."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from targets.models import WorkdayException
from targets.reading.holidays import SpecialDay, read_notice
from tests.factories import at, author, coordinator, deputy, draft_entry, make_plan, make_target, reviewer
from tests.reading.test_holidays import NOTICE_2025
from tests.refusals import refused

pytestmark = pytest.mark.django_db

FROZEN = date(2025, 7, 28)  # June is frozen after 24 July


@pytest.fixture
def june():
    return make_plan(locks_periods=True).periods.get(number=6)


# --- the order of its days -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "blamed"),
    [
        pytest.param({"opens_on": date(2025, 7, 8)}, "words_due_on", id="due before it opens"),
        pytest.param({"words_due_on": date(2025, 7, 22)}, "figures_due_on", id="figures before words"),
        pytest.param({"figures_due_on": date(2025, 7, 25)}, "review_due_on", id="reviewed before it is due"),
        pytest.param({"review_due_on": date(2025, 7, 25)}, "freeze_on", id="frozen before the review"),
        pytest.param({"period_end": date(2025, 6, 29)}, "period_end", id="another month's end"),
        pytest.param({"period_start": date(2025, 6, 2)}, "period_start", id="another start"),
        pytest.param({"number": 13}, "number", id="another number"),
    ],
)
def test_period_names_what_is_wrong(june, moved, blamed):
    for name, value in moved.items():
        setattr(june, name, value)
    with refused(blamed):
        june.save()


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param({"opens_on": date(2025, 6, 20), "words_due_on": date(2025, 6, 25)}, id="by the 25th"),
        pytest.param({"figures_due_on": None}, id="no figures this month"),
        pytest.param(
            dict.fromkeys(
                ("words_due_on", "figures_due_on", "review_due_on", "freeze_on"), date(2025, 7, 10)
            ),
            id="all on one day",
        ),
    ],
)
def test_coordinators_move_its_days(june, moved):
    for name, value in moved.items():
        setattr(june, name, value)
    june.save()
    june.refresh_from_db()
    assert {name: getattr(june, name) for name in moved} == moved


# --- reopening -------------------------------------------------------------------------------


def test_frozen_period_is_reopened_with_a_reason(june):  # case 47
    target = make_target(june.plan)
    june.reopen(by=coordinator(), until=date(2025, 8, 1), reason="系统故障", at=at(FROZEN))
    june.refresh_from_db()
    assert (june.reopened_until, june.reopened_why, june.reopened_by) == (
        date(2025, 8, 1), "系统故障", coordinator().member,
    )  # fmt: skip
    assert draft_entry(target, 6, 265, date(2025, 8, 1)).pk
    with refused("period"):
        draft_entry(make_target(june.plan), 6, 265, date(2025, 8, 2))


def test_of_two_who_reopen_the_second_looks_again(june):
    june.reopen(by=coordinator(), until=date(2025, 8, 1), reason="系统故障", at=at(FROZEN))
    for replaces in (None, date(2025, 7, 31)):
        with refused(None):
            june.reopen(
                by=deputy(), until=date(2025, 8, 8), reason="补报", replaces=replaces, at=at(FROZEN, 10)
            )
    june.refresh_from_db()
    assert (june.reopened_until, june.reopened_why) == (date(2025, 8, 1), "系统故障")
    june.reopen(
        by=deputy(), until=date(2025, 8, 8), reason="补报", replaces=date(2025, 8, 1), at=at(FROZEN, 11)
    )
    assert (june.reopened_until, june.reopened_by) == (date(2025, 8, 8), deputy().member)


@pytest.mark.parametrize(
    ("asked", "day", "blamed"),
    [
        pytest.param({"reason": " "}, FROZEN, "reason", id="no reason"),
        pytest.param({"until": date(2025, 7, 27)}, FROZEN, "until", id="until yesterday"),
        pytest.param({}, date(2025, 7, 24), None, id="not frozen yet"),
    ],
)
def test_reopening_is_refused(june, asked, day, blamed):
    with refused(blamed):
        june.reopen(
            by=coordinator(), at=at(day), **{"until": date(2025, 8, 1), "reason": "系统故障", **asked}
        )
    june.refresh_from_db()
    assert june.reopened_until is None


def test_period_of_a_plan_that_locks_nothing_needs_no_reopening():
    period = make_plan().periods.get(number=6)
    with refused(None):
        period.reopen(by=coordinator(), until=date(2025, 8, 1), reason="补报", at=at(FROZEN))


def test_period_of_a_closed_plan_is_not_reopened(june):
    june.plan.close(at=at(FROZEN))
    with refused(None):
        june.reopen(by=coordinator(), until=date(2025, 8, 1), reason="补报", at=at(FROZEN))


@pytest.mark.parametrize("who", [author, reviewer])
def test_only_coordinators_reopen(june, who):
    with pytest.raises(PermissionDenied):
        june.reopen(by=who(), until=date(2025, 8, 1), reason="补报", at=at(FROZEN))


# --- the table of holidays -------------------------------------------------------------------


def test_shipped_table_is_the_notice():
    stored = WorkdayException.objects.filter(date__year=2025)
    assert [SpecialDay(day.date, day.works, day.note) for day in stored] == read_notice(NOTICE_2025, 2025)


def moves(plan, today):
    return {
        each.period.number: {name: new for name, (_old, new) in each.moves.items()}
        for each in plan.rescheduled(today)
    }


def test_nothing_moves_while_the_table_stays():
    assert make_plan().rescheduled(date(2025, 1, 2)) == []


def test_deadlines_follow_a_table_that_came_later():
    WorkdayException.objects.filter(date__month=10, date__year=2025).delete()
    plan = make_plan()
    WorkdayException.objects.take([d for d in read_notice(NOTICE_2025, 2025) if d.date.month == 10])
    assert moves(plan, date(2025, 1, 2)) == {9: {"words_due_on": date(2025, 10, 9)}}
    [september] = plan.rescheduled(date(2025, 1, 2))
    september.save()
    assert plan.periods.get(number=9).words_due_on == date(2025, 10, 9)
    assert plan.rescheduled(date(2025, 1, 2)) == []


def test_day_set_by_hand_moves_only_where_it_would_rest():
    plan = make_plan()
    june = plan.periods.get(number=6)
    june.opens_on, june.words_due_on = date(2025, 6, 20), date(2025, 6, 25)
    june.save()
    assert plan.rescheduled(date(2025, 1, 2)) == []
    WorkdayException(date=june.words_due_on, note="防汛").save()
    assert moves(plan, date(2025, 1, 2)) == {
        # the third working day after 20 June was the 25th
        5: {"review_due_on": date(2025, 6, 26), "freeze_on": date(2025, 6, 26)},
        6: {"words_due_on": date(2025, 6, 26)},
    }


def test_days_keep_their_order_when_they_move():
    plan = make_plan()
    june = plan.periods.get(number=6)
    june.review_due_on = june.freeze_on = june.figures_due_on
    june.save()
    for day in (21, 22):
        WorkdayException(date=date(2025, 7, day), note="防汛").save()
    [moved] = plan.rescheduled(date(2025, 6, 1))
    assert {new for _old, new in moved.moves.values()} == {date(2025, 7, 23)}


def test_period_that_was_due_stays():
    WorkdayException.objects.all().delete()
    plan = make_plan()
    WorkdayException.objects.take(read_notice(NOTICE_2025, 2025))
    assert list(moves(plan, date(2025, 1, 2))) == [1, 4, 9]
    assert list(moves(plan, date(2025, 4, 10))) == [4, 9]


def test_table_takes_each_day_once():
    days = read_notice(NOTICE_2025, 2025)
    WorkdayException.objects.all().delete()
    assert WorkdayException.objects.take(days) == (len(days), 0)
    assert WorkdayException.objects.take(days) == (0, 0)
    turned = SpecialDay(date(2025, 1, 1), True, "元旦")
    assert WorkdayException.objects.take([turned]) == (0, 1)
    assert WorkdayException.objects.count() == len(days)
    assert WorkdayException.objects.get(date=date(2025, 1, 1)).works
