"""The command that fills a database to measure with."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from targets.models import Plan, ProgressEntry, Target

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
