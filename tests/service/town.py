"""The invented town, enlarged, with an account for everybody who will sit at a desk; told in JSON.

    python -m tests.service.town [--targets 600] [--officials 30] [--readers 70]

Their password is one, so that making a hundred accounts costs one hash; signing in costs each its own.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from targets.models import Member, OrgUnit, Plan  # noqa: E402
from targets.models.enums import Role  # noqa: E402
from targets.seed import accounts, articles, demonstration, load  # noqa: E402

PASSWORD = "right-Horse-9"
READERS = (Role.LEADER, Role.COORDINATOR, Role.REVIEWER, Role.STATISTICIAN)
MONTHS = 11


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.service.town", description=__doc__)
    parser.add_argument("--targets", type=int, default=600)
    parser.add_argument("--officials", type=int, default=30)
    parser.add_argument("--readers", type=int, default=70)
    options = parser.parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    today = date.today()
    with transaction.atomic():
        articles.load()
        accounts.load()
        demonstration.load(today)
    load.load(size=options.targets, periods=MONTHS, seed=1, year=load.year_of(MONTHS, today), number=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = Plan.objects.get(code="LOAD001")
    encoded = make_password(PASSWORD)
    told = {
        "plan": plan.code, "period": MONTHS + 1, "password": PASSWORD,
        "codes": list(plan.targets.order_by("number").values_list("code", flat=True)),
        "units": list(plan.targets.order_by().values_list("lead_unit", flat=True).distinct()),
        "officials": list(_officials(plan, options.officials, encoded)),
        "readers": [
            _account(f"reader-{number}", role, plan.jurisdiction, encoded)
            for number, role in enumerate(islice(cycle(READERS), options.readers))
        ],
    }  # fmt: skip
    print(json.dumps(told))


def _officials(plan: Plan, count: int, password: str) -> Iterator[dict[str, Any]]:
    """One after another to the unit that leads most for each of its people; no two share a target."""
    led: dict[int, list[int]] = defaultdict(list)
    monthly = plan.targets.filter(frequency="month", state="active")
    for unit, pk in monthly.order_by("number").values_list("lead_unit", "pk"):
        led[unit].append(pk)
    people = dict.fromkeys(led, 0)
    for _number in range(count):
        people[max(people, key=lambda unit: len(led[unit]) / (people[unit] + 1))] += 1
    number = 0
    for unit, seats in people.items():
        for seat in range(seats):
            name = _account(f"official-{number}", Role.REPORTER, OrgUnit.objects.get(pk=unit), password)
            yield {"name": name, "unit": unit, "targets": led[unit][seat::seats]}
            number += 1


def _account(name: str, role: str, unit: OrgUnit, password: str) -> str:
    user = User.objects.create(username=name, password=password, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    Member(name=name, post=role, unit=unit, user=user).save()
    return name


if __name__ == "__main__":
    main()
