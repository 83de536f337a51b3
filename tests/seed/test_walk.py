"""The shortest way through the product: log 265.2亿元, approve it, read it everywhere alike."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from targets.models import Plan, ProgressEntry, Target
from targets.register.register import Register
from targets.reporting import Reporting
from targets.seed import accounts, articles, demonstration
from targets.status import Status
from tests.factories import at

pytestmark = pytest.mark.django_db

TODAY = date(2026, 7, 20)


def log(code, place, day=TODAY):
    target = Target.objects.get(code=code)
    reporter, reviewer = (User.objects.get(username=f"{place}-{role}") for role in ("tianbao", "shenhe"))
    entry = ProgressEntry(
        target=target,
        period=target.plan.periods.get(number=6),
        value=Decimal("265.2"),
        narrative="1—6月累计完成265.2亿元。",
        entered_by=reporter,
    )
    entry.save(at=at(day, 9))
    entry.submit(by=reporter, at=at(day, 10))
    assert entry.approve(by=reviewer, at=at(day, 11))
    return target


def told(row):
    return (row.status, row.value, row.attainment, row.expected, row.gap)


GREEN = (Status.GREEN, Decimal("265.2"), Decimal("51.0"), Decimal("50.0"), Decimal("1.0"))


def first_row(code, **asked):
    return Register.at(Plan.objects.get(code=code), **asked).rows()[0]


def test_demonstration_is_green_in_june_and_carried_later(capsys):
    demonstration.load(TODAY)
    target = log("DEMO-01", "yunxi")
    in_june = Target.objects.with_status(on=date(2026, 6, 30)).select_related("row").get(pk=target.pk)
    assert (in_june.status, in_june.row.attainment, in_june.row.expected, in_june.row.gap) == (
        Status.GREEN,
        Decimal("51.0"),
        Decimal("50.0"),
        Decimal("1.0"),
    )
    row = first_row("DEMO", period=6, today=TODAY)
    assert (told(row), row.reporting, row.target.carried) == (GREEN, Reporting.REPORTED, False)
    # July's figure is owed on 5 August; from the next day the light is June's, carried over.
    in_august = first_row("DEMO", today=date(2026, 8, 5))
    assert (told(in_august), in_august.target.carried) == (GREEN, False)
    later = first_row("DEMO", today=date(2026, 8, 6))
    assert (told(later), later.target.carried, later.reporting) == (GREEN, True, Reporting.LATE)
    # The command tells the same.
    call_command("status", plan="DEMO", period=6, known_at="2026-07-20", format="json")
    found = json.loads(capsys.readouterr().out)[0]
    keys = ("value", "attainment", "expected", "gap", "status", "reporting", "period_end")
    assert [found[key] for key in keys] == [
        "265.2",
        "51.0",
        "50.0",
        "1.0",
        "green",
        "reported",
        "2026-06-30",
    ]


def test_the_real_plan_gives_the_same_row_with_the_outcome_missing():
    articles.load(at(date(2026, 7, 1)))
    accounts.load(demo=False)
    log("WH25-01", "waihai")
    row = first_row("WH25", period=6, today=TODAY)
    assert (told(row), row.reporting) == (GREEN, Reporting.OUTCOME_MISSING)
    assert (row.row.effective_on, row.marks[0]) == (date(2025, 6, 30), "力争")
