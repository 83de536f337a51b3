"""The command that fills a database to measure with."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import translation

from targets.models import Plan, ProgressEntry, Target
from targets.models.ledger import bulk
from targets.seed import load
from tests.factories import make_plan

pytestmark = pytest.mark.django_db


def run(capsys, **options):
    with translation.override("en"):
        call_command("make_load", **options)
    return capsys.readouterr().out.splitlines()


def test_writes_what_was_asked_and_tells_how_fast(capsys):
    lines = run(capsys, targets=30, periods=3, seed=1, year=2025)
    assert [line.split(":")[0] for line in lines] == ["LOAD001", "in all"]
    numbers = [int(number) for number in re.findall(r"\d+", lines[1].split(":", 1)[1].replace(".", " "))]
    assert numbers[:2] == [30, ProgressEntry.objects.count()]
    assert Plan.objects.get().is_invented


def test_plans_alike(capsys):
    run(capsys, targets=10, periods=1, seed=1, plans=3, year=2025)
    assert [plan.targets.count() for plan in Plan.objects.order_by("code")] == [4, 3, 3]


def test_a_second_load_stands_beside_the_first(capsys):
    run(capsys, targets=4, periods=1, seed=1, year=2025)
    run(capsys, targets=4, periods=1, seed=1, year=2025)
    assert sorted(Plan.objects.values_list("code", flat=True)) == ["LOAD001", "LOAD002"]
    assert Target.objects.count() == 8


@pytest.mark.parametrize(
    "options",
    [{"periods": 0}, {"periods": 13}, {"targets": 0}, {"plans": 0}, {"plans": 31}],
    ids=str,
)
def test_refusals(options):
    with pytest.raises(CommandError):
        call_command("make_load", **{"targets": 30, "periods": 3, "seed": 1, **options})
    assert not Plan.objects.exists()


def test_beside_real_plans_only_when_told_to(capsys):
    make_plan(is_invented=False)
    options = {"targets": 4, "periods": 1, "seed": 1, "year": 2025}
    with pytest.raises(CommandError, match="--beside-real-plans"):
        run(capsys, **options)
    assert Plan.objects.count() == 1
    run(capsys, **options, beside_real_plans=True)
    assert Plan.objects.count() == 2


def test_beside_real_plans_each_is_short(monkeypatch, capsys):
    monkeypatch.setattr(load, "SHORT", 5)
    make_plan(is_invented=False)
    options = {"targets": 12, "periods": 1, "seed": 1, "year": 2025, "beside_real_plans": True}
    with pytest.raises(CommandError, match="--plans 3"):
        run(capsys, **options, plans=2)
    run(capsys, **options)
    assert [plan.targets.count() for plan in Plan.objects.filter(is_invented=True)] == [4, 4, 4]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_others_write_between_its_parts(monkeypatch, capsys):
    """A part is the plan, or the reports of so many targets; none is written within another's."""
    monkeypatch.setattr(load, "AT_ONCE", 10)
    inside = []
    file = bulk.file

    def watched(filings):
        inside.append((connection.in_atomic_block, len(filings)))
        file(filings)

    monkeypatch.setattr(bulk, "file", watched)
    run(capsys, targets=30, periods=2, seed=1, year=2025)
    assert [held for held, _number in inside] == [False] * 3
