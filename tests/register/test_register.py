"""Which day a register shows, and how its targets are summed up."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from targets.models import Plan
from targets.register.listing import Listed, Summary
from targets.register.register import Register
from targets.status import Status

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
    for key, each in enumerate(statuses, start=1):
        status, carried, firmness = each if isinstance(each, tuple) else (each, False, "expected")
        yield Listed(key, status, firmness == "stretch", "flow", SimpleNamespace(carried=carried))


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
