"""Two years of an invented town up to a given day: the year of the last closed month, and the year before.

Nothing is random. Reports are filed, reviewed, returned and corrected, and promises are revised, each
at its own moment in the past. So the table of any earlier day can be shown.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from targets.models import Plan
from targets.models.enums import Role
from targets.seed import accounts, plans
from targets.seed.acts import Line, People, do
from targets.seed.papers import moment, papers

CODE, BEFORE = "DEMO", "DEMO0"
TOWN = ("units", "members", "domains")  # what both years share


def load(today: date) -> None:
    """Write both plans as of the given day; write neither if one of them exists."""
    last_closed = today.replace(day=1) - timedelta(1)
    with transaction.atomic():
        accounts.of_the_demonstration()
        if Plan.objects.filter(code__in=(CODE, BEFORE)).exists():
            return
        town = plans.read(CODE)
        before = {**{name: town[name] for name in TOWN}, **plans.read(BEFORE)}
        for data, year in ((before, last_closed.year - 1), (town, last_closed.year)):
            _load(dated(data, today, year), last_closed, today - timedelta(1))


def _load(data: plans.Data, last_closed: date, yesterday: date) -> None:
    """Write one year's plan on its 5 January, and all that was filed by the evening of `yesterday`."""
    year = int(data["plan"]["year"])
    plan = plans.load(data, moment(date(year, 1, 5), 9))
    assert plan is not None
    periods = {p.number: p for p in plan.periods.filter(period_end__lte=last_closed)}
    people = _people(data)
    lines = []
    targets = plan.targets.select_related("plan__light_rule", "lead_unit").prefetch_related("milestones")
    for target, row in zip(targets.order_by("number"), data["targets"], strict=True):
        filed = papers(target, row["reports"], periods, yesterday) if "reports" in row else []
        line = Line(target, filed, people)
        line.plan_changes(row.get("revisions", ()), yesterday)
        lines.append(line)
    do(lines)


def dated(data: plans.Data, today: date, year: int) -> plans.Data:
    """Return the description with its days and years filled in."""
    first = (today.replace(day=1) + timedelta(62)).replace(day=1)
    soon = min(today + timedelta(9), date(year, 12, 31))
    words = {
        "{year}": str(year),
        "{last_year}": str(year - 1),
        "{next_year}": str(year + 1),
        "{later_from}": first.isoformat(),
        "{soon}": soon.isoformat(),
        "{lately}": (today - timedelta(2)).isoformat(),
    }
    return _filled(data, words)


def _filled(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(item, words) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, words) for item in value]
    if not isinstance(value, str) or "{" not in value:
        return value
    for name, word in words.items():
        value = value.replace(name, word)
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _people(data: plans.Data) -> People:
    users = get_user_model().objects.select_related("member")
    holders = [(row["role"], users.get(username=row["username"])) for row in data["members"] if "role" in row]
    coordinators = [user for role, user in holders if role == Role.COORDINATOR]
    return People(
        reporters={user.member.unit_id: user for role, user in holders if role == Role.REPORTER},
        reviewer=next(user for role, user in holders if role == Role.REVIEWER),
        coordinator=coordinators[0],
        decides=coordinators[-1],
        statistician=next(user for role, user in holders if role == Role.STATISTICIAN),
    )
