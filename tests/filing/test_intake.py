"""The sheet goes out, is filled in and comes back: what its rows come to, and what is written."""

from datetime import date
from decimal import Decimal

import pytest

from targets.models import ProgressEntry
from tests.factories import author, file_entry, make_plan, make_target
from tests.filing.sheets import JULY, filled, made, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_july(monkeypatch):
    from django.utils import timezone

    from tests.factories import at

    monkeypatch.setattr(timezone, "now", lambda: at(JULY))


@pytest.fixture
def plan():
    return make_plan()


def kinds(intake):
    return {row.code: row.kind.name for row in intake.rows}


def test_what_is_filled_in_is_new_and_is_written(plan):
    target = make_target(plan, title="工业总产值")
    other = make_target(plan, title="未填")
    file_entry(target, 5, "220", date(2025, 6, 3))
    content = filled(
        made(plan),
        {target.code: {"value": 265.2, "narrative": "推进", "issues": "用工", "next_steps": "招工"}},
    )
    intake = read(content)
    assert kinds(intake) == {target.code: "NEW", other.code: "EMPTY"}
    assert intake.faults == []
    assert ProgressEntry.objects.filter(period__number=6).count() == 0
    assert intake.write() == {"submitted": 1}
    entry = target.entries.get(period__number=6)
    assert (entry.value, entry.narrative, entry.state, entry.origin) == (
        Decimal("265.2"), "推进", "submitted", "own")  # fmt: skip
    assert entry.submitted_by == author()
    again = read(content)
    assert kinds(again) == {target.code: "UNCHANGED", other.code: "EMPTY"}
    assert not again.has_something_to_write
