"""What is taken back: a report nobody has looked at yet, and 办结 on the day it was done."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Plan, ProgressEntry
from tests.factories import (
    at,
    author,
    coordinator,
    deputy,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)
from tests.refusals import refused

pytestmark = pytest.mark.django_db

# Words of June are due on 7 July.
IN_TIME, LATE = date(2025, 7, 3), date(2025, 7, 9)


@pytest.fixture
def target():
    return make_target(make_plan())


def colleague():
    return make_user("同事", make_unit(), "填报员")


def newest(entry):
    return ProgressEntry.objects.get(pk=entry.pk)


@pytest.mark.parametrize("who", [author, colleague], ids=["who submitted it", "a colleague"])
def test_a_report_nobody_looked_at_is_a_draft_again(target, who):
    entry = submit_entry(target, 6, "265.2", IN_TIME)
    entry.withdraw(by=who(), at=at(IN_TIME, 10))
    found = newest(entry)
    assert (found.state, found.submitted_at, found.submitted_by) == ("draft", None, None)
    assert found.value == entry.value


def test_what_comes_again_late_is_late(target):
    entry = submit_entry(target, 6, "265.2", IN_TIME)
    assert not newest(entry).is_belated
    entry.withdraw(by=author(), at=at(IN_TIME, 10))
    entry.submit(by=author(), at=at(LATE))
    assert newest(entry).is_belated


def test_what_came_late_and_again_in_time_is_not_late(target):
    entry = submit_entry(target, 6, "265.2", LATE)
    period = entry.period
    period.words_due_on = period.figures_due_on = period.review_due_on = period.freeze_on = date(2025, 7, 31)
    period.save()
    entry.withdraw(by=author(), at=at(LATE, 10))
    entry.submit(by=author(), at=at(LATE, 11))
    assert not newest(entry).is_belated


@pytest.mark.parametrize(
    "who",
    [
        reviewer, deputy, lambda: author(make_unit("农业办")),
        lambda: make_user("书记", make_unit("外海街道"), "领导"),
    ],
    ids=["reviewer", "coordinator", "another unit", "leader"],
)  # fmt: skip
def test_nobody_else_takes_it_back(target, who):
    entry = submit_entry(target, 6, "265.2", IN_TIME)
    user = who()
    assert not entry.may_be_withdrawn_by(user)
    with pytest.raises(PermissionDenied):
        entry.withdraw(by=user, at=at(IN_TIME, 10))
    assert newest(entry).state == "submitted"


def test_what_was_decided_on_is_not_taken_back(target):
    approved = file_entry(target, 5, "200", IN_TIME)
    returned = submit_entry(target, 6, "265.2", IN_TIME)
    returned.send_back(by=reviewer(), comment="口径不符", at=at(IN_TIME, 10))
    for entry in (approved, returned):
        with pytest.raises(ValidationError):
            entry.withdraw(by=author(), at=at(IN_TIME, 11))


def test_what_the_unit_passed_is_the_office_s_to_decide():
    target = make_target(make_plan(review_mode="both"))
    head = make_user("科长", make_unit(), "审核员")
    entry = submit_entry(target, 6, "265.2", IN_TIME)
    entry.approve(by=head, at=at(IN_TIME, 10))
    with pytest.raises(ValidationError):
        entry.withdraw(by=author(), at=at(IN_TIME, 11))
    assert newest(entry).state == "submitted"


def test_after_the_freeze_the_office_returns_it():
    target = make_target(make_plan(locks_periods=True))
    entry = submit_entry(target, 6, "265.2", IN_TIME)
    frozen = entry.period.freeze_on + timedelta(1)
    with pytest.raises(ValidationError):
        entry.withdraw(by=author(), at=at(frozen))
    entry.withdraw(by=author(), at=at(entry.period.freeze_on))


def test_taking_back_is_offered_until_the_freeze(target):
    assert submit_entry(target, 6, "265.2", IN_TIME).may_be_withdrawn_by(author())
    locked = make_target(make_plan("P25-2", locks_periods=True))
    assert not submit_entry(locked, 6, "265.2", IN_TIME).may_be_withdrawn_by(author())  # long frozen


def test_a_correction_is_not_taken_back_after_the_freeze_either():
    target = make_target(make_plan(locks_periods=True))
    entry = file_entry(target, 6, "265.2", IN_TIME)
    frozen = entry.period.freeze_on + timedelta(1)
    mended = entry.correct(by=author(), reason="更正", value=266, at=at(frozen))
    mended.submit(by=author(), at=at(frozen))
    with refused(None):
        mended.withdraw(by=author(), at=at(frozen, 10))
    assert newest(mended).state == "submitted"


def test_what_is_taken_back_is_no_longer_late_and_a_correction_as_late_as_it_was(target):
    entry = submit_entry(target, 6, "265.2", LATE)
    entry.withdraw(by=author(), at=at(LATE, 10))
    assert not newest(entry).is_belated
    entry.submit(by=author(), at=at(LATE, 11))
    entry.approve(by=reviewer(), at=at(LATE, 12))
    mended = entry.correct(by=author(), reason="更正", value=266, at=at(LATE, 13))
    mended.submit(by=author(), at=at(LATE, 14))
    mended.withdraw(by=author(), at=at(LATE, 15))
    assert newest(mended).is_belated


# --- 办结 ------------------------------------------------------------------------------------

CLOSED = date(2026, 1, 9)


def closed_by(user):
    plan = make_plan()
    plan.close(by=user, at=at(CLOSED, 10))
    return plan


def test_closing_is_taken_back_by_the_same_hand_on_the_same_day():
    plan = closed_by(coordinator())
    plan.undo_close(by=coordinator(), at=at(CLOSED, 23))
    found = Plan.objects.get(pk=plan.pk)
    assert (found.state, found.closed_by, found.closed_at) == ("in_force", None, None)


@pytest.mark.parametrize(
    ("who", "day"), [(deputy, CLOSED), (coordinator, date(2026, 1, 10))], ids=["another hand", "another day"]
)
def test_closing_otherwise_stands(who, day):
    plan = closed_by(coordinator())
    assert not plan.may_be_reopened_by(who(), at(day, 11))
    with pytest.raises(ValidationError):
        plan.undo_close(by=who(), at=at(day, 11))
    assert Plan.objects.get(pk=plan.pk).state == "closed"


def test_a_closed_plan_is_not_put_in_force_by_a_plain_save():
    plan = Plan.objects.get(pk=closed_by(coordinator()).pk)
    plan.state = Plan.State.IN_FORCE
    with pytest.raises(ValidationError):
        plan.save()


def test_what_was_archived_stays():
    plan = closed_by(coordinator())
    plan.archive(by=coordinator(), at=at(CLOSED, 11))
    with pytest.raises(ValidationError):
        plan.undo_close(by=coordinator(), at=at(CLOSED, 12))
