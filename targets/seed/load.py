"""Plans of any size to measure performance: the invented town's targets with figures varied by a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from targets.models import Member, OrgUnit, Plan
from targets.models.audit.recording import recording
from targets.models.enums import Act, Measure, PlanState, Role
from targets.models.ledger import bulk
from targets.models.people.accounts import note_rights
from targets.rules.quantities import plain
from targets.rules.schedule import month_end
from targets.seed import plans
from targets.seed.acts import Line, People
from targets.seed.demonstration import dated
from targets.seed.papers import moment, papers

USUAL, LARGEST = 500, 5000  # targets in a plan, and in the one large plan of a large load
SHORT = 200  # targets in a plan if real plans exist: users wait while a plan is written
LARGE = 10_000
AT_ONCE = 200  # targets whose reports are written together
FILED_WITHIN = 60  # days after a period's end by which all its reports are filed and settled
DISTRICT = "演练区（虚构）"
COLUMNS = ("values", "statistics", "finals")
# Fields that a pattern leaves out, because they belong to the story of one target.
STORIES = {"revisions", "continues", "matter", "first_period", "reporter", "number"}


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows went into one plan."""

    plan: str
    targets: int
    entries: int
    assessments: int


def sizes(targets: int, number_of_plans: int | None = None) -> list[int]:
    """Return the number of targets of each plan: 500; one of 5,000 in a large load; or equal parts."""
    if number_of_plans:
        each, rest = divmod(targets, number_of_plans)
        return [each + (place < rest) for place in range(number_of_plans)]
    found = [LARGEST] if targets >= LARGE else []
    left = targets - sum(found)
    return [*found, *([USUAL] * (left // USUAL)), *([left % USUAL] if left % USUAL else [])]


def year_of(periods: int, today: date) -> int:
    """Return the latest year of which `periods` periods are closed, filed and settled by today."""
    filed_on = month_end(today.year, periods) + timedelta(FILED_WITHIN)
    return today.year if filed_on < today else today.year - 1


def load(*, size: int, periods: int, seed: int, year: int, number: int) -> Written:
    """Write one plan with its reports, all approved; the same arguments give the same plan.

    The plan is one transaction, and so is each batch of reports: others can write in between.
    """
    data = describe(size=size, seed=seed, year=year, number=number)
    plan = plans.load(data, moment(date(year, 1, 5), 9))
    assert plan is not None
    lines = lines_of(plan, data, periods)
    for start in range(0, len(lines), AT_ONCE):
        batch = lines[start : start + AT_ONCE]
        bulk.file([filing for line in batch for filing in line.until(None)])
    counted = {"target__plan": plan}
    from_models = (model.objects.filter(**counted).count() for model in (bulk.ProgressEntry, bulk.Assessment))
    return Written(plan.code, size, *from_models)


def lines_of(plan: Plan, data: plans.Data, periods: int) -> list[Line]:
    closed = {period.number: period for period in plan.periods.filter(number__lte=periods)}
    filed_by = max(period.period_end for period in closed.values()) + timedelta(FILED_WITHIN)
    people = _people(plan)
    targets = plan.targets.select_related("plan__light_rule", "lead_unit").prefetch_related("milestones")
    return [
        Line(target, papers(target, row["reports"], closed, filed_by), people)
        for target, row in zip(targets.order_by("number"), data["targets"], strict=True)
    ]


def has_real_plans() -> bool:
    """Whether the database holds plans that are not invented."""
    return Plan.objects.filter(is_invented=False).exists()


def free_number() -> int:
    """Return the first number after the plans of earlier loads."""
    codes = Plan.objects.filter(code__startswith="LOAD").values_list("code", flat=True)
    return max((int(code[4:]) for code in codes if code[4:].isdigit()), default=0) + 1


# --- what is described ------------------------------------------------------------------------


def describe(*, size: int, seed: int, year: int, number: int) -> plans.Data:
    """Return a plan as data, as in `fixtures/`. Plans of one load differ; loads of one seed are equal."""
    random = Random(f"{seed}/{number}")
    town = dated(plans.read("DEMO"), date(year + 1, 1, 31), year)
    patterns = list(_patterns(town))
    name = f"演练镇{number:03d}"
    units = [
        {"name": DISTRICT, "kind": OrgUnit.Kind.GOVERNMENT},
        {"name": name, "kind": OrgUnit.Kind.TOWNSHIP, "parent": DISTRICT},
        *({**unit, "parent": name} for unit in town["units"] if unit.get("parent") == "云溪镇"),
    ]
    plan = {
        "code": f"LOAD{number:03d}", "title": f"{name}{year}年重点目标任务", "year": year,
        "state": PlanState.IN_FORCE, "issued_on": date(year, 1, 5), "jurisdiction": name, "is_invented": True,
        "figures_due": "month_end",
    }  # fmt: skip
    targets = []
    for place in range(size):
        pattern = patterns[place % len(patterns)]
        title = f"{pattern['title']}（第{place // len(patterns) + 1}片区）"
        targets.append({**town["defaults"], **_varied(pattern, random), "number": place + 1, "title": title})
    return {**town, "plan": plan, "units": units, "targets": targets, "lists": (), "defaults": {}}


def _patterns(town: plans.Data) -> Iterator[plans.Data]:
    for row in town["targets"]:
        reports = row.get("reports", {})
        told_by_day = {"lag", "last_stays", "statistics_lag", "corrections"} & set(reports)
        if reports and not told_by_day and "revisions" not in row and "state" not in row:
            yield {name: value for name, value in row.items() if name not in STORIES}


def _varied(row: plans.Data, random: Random) -> plans.Data:
    reports = dict(row["reports"])
    shift = _shift(row, random)
    for name in COLUMNS:
        if name in reports:
            reports[name] = [shift(value) if value else "" for value in reports[name]]
    if "done" in reports:
        # Some targets stop reporting nodes half-way, so that their light changes.
        reports["done"] = reports["done"][: random.randint(0, len(reports["done"]))]
    filed = [month for month, value in enumerate(reports.get("values", ()), start=1) if value]
    if filed and "answers" not in reports and random.random() < 0.1:
        month = random.choice(filed)
        on = month_end(row["due_on"].year, month) + timedelta(random.randint(8, 40))
        value = shift(row["reports"]["values"][month - 1])
        reports["corrections"] = [
            {"month": month, "value": value, "on": on, "reason": "核对原始记录后更正。"}
        ]
    return {**row, "reports": reports}


def _shift(row: plans.Data, random: Random) -> Any:
    """Return a function that makes the figures of a target better or worse, in all months alike."""
    decimals: int = row.get("decimals", 0)
    base = Decimal(row.get("baseline_value", 0))
    factor = Decimal(random.randint(70, 115)) / 100
    points = Decimal(random.randint(-30, 15)) / 10
    if row["measure"] == Measure.RANK:
        return lambda value: str(max(1, int(value) + int(points)))
    if row["measure"] == Measure.GROWTH or (row["measure"] == Measure.RATIO and not base):
        return lambda value: plain(round(Decimal(value) + points, decimals))
    return lambda value: plain(round(base + (Decimal(value) - base) * factor, decimals))


def _people(plan: Plan) -> People:
    """Return invented people. Nobody can sign in as them: their accounts have no password."""
    who = {}
    for duty, role in (("tongchou", Role.COORDINATOR), ("shenhe", Role.REVIEWER)):
        username, town = f"load-{duty}-{plan.jurisdiction_id}", plan.jurisdiction
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            with recording(Act.RIGHTS) as act:
                user = get_user_model().objects.create_user(username, first_name=role)
                user.groups.add(Group.objects.get(name=role))
                note_rights(act, user)
                Member(name=f"演练{role}", post=role, unit=town, user=user).save()
        who[role] = user
    return People({}, who[Role.REVIEWER], who[Role.COORDINATOR], who[Role.COORDINATOR])
