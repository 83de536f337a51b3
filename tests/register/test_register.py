"""Which day a register shows, and how its targets are summed up."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from targets.models import Plan
from targets.register.listing import Listed, Summary
from targets.register.register import Register
from targets.status import Status
from tests.factories import make_plan, make_target
from tests.models.revisions import change

TODAY = date(2025, 7, 16)


@pytest.mark.parametrize(
    ("days", "is_past", "is_of_another_day"), [(-1, True, True), (0, False, False), (1, False, True)]
)
def test_only_a_day_before_today_is_past(days, is_past, is_of_another_day):
    register = Register(Plan(), TODAY + timedelta(days), today=TODAY)
    assert (register.is_past, register.is_of_another_day) == (is_past, is_of_another_day)


def test_what_was_known_earlier_is_past_whatever_its_day():
    assert Register(Plan(), TODAY, known_at=TODAY, today=TODAY).is_past


def summary(*statuses, counts_stretch=True):
    return Summary(list(listed(statuses)), Plan(counts_stretch=counts_stretch))


def listed(statuses):
    """One target for each status, or for each (status, carried over, firmness)."""
    for each in statuses:
        status, carried, firmness = each if isinstance(each, tuple) else (each, False, "expected")
        yield 1, Listed(status, firmness == "stretch", "flow", SimpleNamespace(carried=carried))


@pytest.mark.parametrize(
    ("found", "rate"),
    [
        (summary(Status.GREEN, Status.RED, Status.AMBER), "33.3"),
        (summary(Status.GREEN, Status.DONE, Status.MISSED), "66.7"),
        (summary(Status.GREEN), "100.0"),
        (summary(Status.GREEN, Status.WATCH, None), "100.0"),  # what has no light does not count
        (summary(Status.WATCH), None),
        (summary(), None),
        (summary((Status.GREEN, True, "expected"), Status.GREEN), "50.0"),  # by an earlier figure
        (summary((Status.RED, False, "stretch"), Status.GREEN), "50.0"),
        (summary((Status.RED, False, "stretch"), Status.GREEN, counts_stretch=False), "100.0"),
    ],
)
def test_the_share_on_schedule_is_of_the_lit_targets(found, rate):
    assert found.on_schedule_rate == (None if rate is None else Decimal(rate))


def test_counts_are_by_status_and_all_listed_are_counted():
    found = summary(Status.GREEN, Status.RED, Status.GREEN, None)
    assert (found.listed, found.statuses) == (4, [(Status.RED, 1), (Status.GREEN, 2)])


def test_those_that_stand_alike_are_counted_together():
    [(_one, green), (_another, red)] = listed([Status.GREEN, Status.RED])
    found = Summary([(3, green), (2, red)], Plan())
    assert (found.listed, found.statuses) == (5, [(Status.RED, 2), (Status.GREEN, 3)])
    assert (found.lit, found.on_schedule, found.behind) == (5, 3, 2)


@pytest.mark.django_db
def test_rows_read_in_parts_are_the_same_in_the_same_order(monkeypatch):
    plan = make_plan()
    for number in range(5):
        make_target(plan, title=f"目标{number}")
    register = Register.at(plan, today=TODAY)
    backwards = register.targets().order_by("-number")
    monkeypatch.setattr("targets.register.register.AT_ONCE", 2)
    assert [row.target.title for row in register.stream(backwards)] == [f"目标{n}" for n in range(4, -1, -1)]


@pytest.mark.django_db
def test_a_promise_reads_as_of_the_day_only_where_it_changed():
    changed, as_opened = make_target(), make_target(title="未变")
    change(changed, "value", {"target_value": Decimal(600)})
    before, after = (
        {row.target.pk: row for row in Register.at(changed.plan, as_of=day, today=TODAY).rows()}
        for day in (date(2025, 7, 1), TODAY)
    )
    assert [before[changed.pk].target_value, after[changed.pk].target_value] == [520, 600]
    assert [before[changed.pk].original_value, after[changed.pk].original_value] == [None, 520]
    assert [before[as_opened.pk].original_value, after[as_opened.pk].original_value] == [None, None]
    assert [len(rows[as_opened.pk].target.changes) for rows in (before, after)] == [0, 0]
