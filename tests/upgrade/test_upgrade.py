"""From each captured state to the newest migration: all reads as it did, but for what is meant to change."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from targets.models import Assessment, ProgressEntry, Target
from tests.factories import at
from tests.models.newest import newest_by_search
from tests.upgrade import state
from tests.upgrade.database import empty_database
from tests.upgrade.state import DAY, Difference

pytestmark = pytest.mark.django_db

# Of each state: why cells read otherwise since, and which do. An entry that no difference needs is refused.
MEANT: dict[str, dict[str, Callable[[Difference], bool]]] = {
    "0002_roles_rules_and_holidays": {
        "a post that one person holds names the person": lambda it: (
            (it.column, it.before, it.after) == ("accountable_leader", "镇长", "镇长 陆行舟")
        ),
        "deadlines lie in June too": lambda it: (it.before, it.after) == ("年终数待报", "到期待报"),
        "an unchanged month says so beside the last words": lambda it: (
            it.column == "narrative" and it.after == f"本期无变化；{it.before}"
        ),
        "a place to reach is said as offices say it": lambda it: (
            it.column == "goal" and it.after == it.before.replace("≤", "前")
        ),
        "a node is due today on its day": lambda it: (
            it.column == "reason" and it.after == it.before.replace("已过0天", "今日到期")
        ),
    },
}


@pytest.fixture(scope="module", params=state.captured())
def upgraded(request, django_db_setup, django_db_blocker, tmp_path_factory):
    """The captured rows after all migrations since; then the registers that were captured with them."""
    tables, registers = state.read(request.param)
    with django_db_blocker.unblock(), empty_database(tmp_path_factory.mktemp("upgrade")):
        call_command("migrate", "targets", request.param, verbosity=0)
        before = MigrationExecutor(connection).loader.project_state([("targets", request.param)])
        state.fill(tables, before.apps)
        call_command("migrate", verbosity=0)
        yield request.param, tables, registers


def test_past_and_present_tables_read_as_they_did(upgraded):
    migration, _tables, registers = upgraded
    meant = MEANT[migration]
    found = list(state.differences(registers, state.registers()))
    unmeant = [each for each in found if not any(is_meant(each) for is_meant in meant.values())]
    assert unmeant == [], Counter(each.column for each in unmeant)
    assert [why for why, is_meant in meant.items() if not any(map(is_meant, found))] == []


def test_an_upgrade_judges_nothing(upgraded):
    _migration, tables, _registers = upgraded
    columns, rows = tables["targets.assessment"].values()
    stored = Assessment.objects.order_by("pk").values_list(*columns)
    assert state.as_read([list(row) for row in stored]) == rows


def test_each_target_points_to_its_newest_report_and_figure(upgraded):
    targets = Target.objects.select_related("newest_report", "newest_figure")
    assert {t.code: (t.newest_report, t.newest_figure) for t in targets} == {
        t.code: newest_by_search(t) for t in targets
    }
    assert any(t.newest_figure for t in targets)


def test_what_waited_is_approved_and_judged(upgraded):
    """New rows are numbered on from the old ones, on either database."""
    entry = ProgressEntry.objects.filter(state="submitted", value__isnull=False).earliest("pk")
    last = Assessment.objects.latest("pk").pk
    assert entry.approve(by=User.objects.get(username="yunxi-shenhe"), at=at(DAY, 18))
    assert Assessment.objects.filter(target=entry.target, pk__gt=last, value=entry.value).exists()
