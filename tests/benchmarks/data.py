"""The plans that are measured, and a reader signed in to each database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Count
from django.test import Client

from targets.models import Member, OrgUnit, Plan, ProgressEntry
from targets.models.enums import Role
from targets.models.ledger import bulk
from targets.seed import load
from targets.seed.papers import moment
from tests.benchmarks.measure import Databases, Operation

SMALL, LARGE, MONTHS = 600, 6000, 11
ALONE, CROWD = "alone", "crowd"
ROLES = {
    "leader": Role.LEADER, "coordinator": Role.COORDINATOR, "reviewer": Role.REVIEWER,
    "reporter": Role.REPORTER, "statistician": Role.STATISTICIAN,
}  # fmt: skip


@dataclass
class Data:
    """In one database a plan alone; in the other the same plan, a large one and a crowd."""

    databases: Databases
    crowd: int
    year: int
    plans: dict[str, Plan] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    officials: dict[tuple[str, str], Client] = field(default_factory=dict)  # by plan and role

    def prepare(self, say: Callable[[str], None]) -> None:
        for name in (ALONE, CROWD):
            self.databases.use(name)
            self.load(SMALL, 1)
            self.clients[name] = self._reader()
            say(f"{SMALL:,} targets")
        self.load(LARGE, 2)
        say(f"{LARGE:,} targets")
        for place, size in enumerate(load.sizes(self.crowd) if self.crowd else ()):
            self.load(size, 3 + place)
        say(f"{self.crowd:,} targets around them")
        self.plans = {"small": Plan.objects.get(code="LOAD001"), "large": Plan.objects.get(code="LOAD002")}
        self.officials = {(plan, role): self._official(plan, role) for plan in self.plans for role in ROLES}
        for name in (ALONE, CROWD):
            self.databases.use(name)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def load(self, size: int, number: int, months: int = MONTHS) -> None:
        load.load(size=size, periods=months, seed=1, year=self.year, number=number)

    def _reader(self) -> Client:
        return self._signed_in("leader", Plan.objects.get(code="LOAD001").jurisdiction.parent)

    def _official(self, plan: str, role: str) -> Client:
        """Somebody of the plan: who reports is of the unit that leads most, everybody else of the town."""
        return self._signed_in(role, self.unit(plan) if role == "reporter" else self.plans[plan].jurisdiction)

    def _signed_in(self, role: str, unit: OrgUnit | None) -> Client:
        user = get_user_model().objects.create_user(f"{role}-{unit and unit.pk}", is_staff=True)
        user.groups.add(Group.objects.get(name=ROLES[role]))
        user.user_permissions.add(Permission.objects.get(codename="view_target"))
        Member(name="读者", unit=unit, user=user).save()
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        return client

    def unit(self, plan: str) -> OrgUnit:
        """The one that leads most of the plan's targets."""
        led = self.plans[plan].targets.order_by().values_list("lead_unit").annotate(count=Count("*"))
        return OrgUnit.objects.get(pk=max(led, key=lambda pair: pair[1])[0])

    def page(self, address: str, database: str = CROWD, client: Client | None = None) -> Operation:
        """A page as the reader gets it, or another client; when the database changes, once untimed before."""
        asking = client or self.clients[database]

        def get() -> None:
            response = asking.get(address)
            assert response.status_code == 200, (address, response.status_code)
            for _chunk in response.streaming_content if response.streaming else ():
                pass

        def before() -> None:
            if connection.settings_dict["NAME"] != self.databases.names[database]:
                self.databases.use(database)
                get()

        return Operation(get, before)

    def register(self, plan: str = "small", **asked: Any) -> str:
        query = "".join(f"&{name}={value}" for name, value in asked.items())
        return f"/targets/?plan={self.plans[plan].code}{query}"

    def official(self, plan: str, duty: str) -> Any:
        username = f"load-{duty}-{self.plans[plan].jurisdiction_id}"
        return get_user_model().objects.get(username=username)

    def submitted(self, plan: str, how_many: int) -> list[ProgressEntry]:
        """Reports of the last month that wait for review."""
        author = self.official(plan, "tongchou")
        period = self.plans[plan].periods.get(number=MONTHS + 1)
        targets = self.plans[plan].targets.filter(measure="flow", figure_from="unit", frequency="month")
        targets = targets.exclude(entries__period=period)
        filings = []
        for target in targets.select_related("plan__light_rule", "lead_unit")[:how_many]:
            entry = ProgressEntry(
                target=target, period=period, value=1, narrative="1—12月按计划推进。", entered_by=author,
                reported_by_unit=target.lead_unit, state=ProgressEntry.State.SUBMITTED, submitted_by=author,
                submitted_at=moment(date(self.year + 1, 1, 4), 10),
            )  # fmt: skip
            entry.moment = moment(date(self.year + 1, 1, 4), 9)
            filings.append(bulk.Filing(entry))
        bulk.file(filings)
        assert len(filings) == how_many
        return [filing.entry for filing in filings]
