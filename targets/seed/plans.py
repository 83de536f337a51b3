"""Writes a plan from its description as data: units, sources, targets and nodes."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from targets.models import (
    Domain,
    Leaders,
    ListEntry,
    Member,
    Milestone,
    OrgUnit,
    Plan,
    ReferenceFigure,
    Source,
    SupportingUnit,
    Target,
    TargetList,
    TrajectoryPoint,
    WorkdayException,
)
from targets.models.audit.recording import recording
from targets.models.enums import Act
from targets.models.ledger import bulk
from targets.models.plan.period import REVIEW_DAYS
from targets.rules.schedule import month_end

Data = dict[str, Any]

# Keys of a target's description that are not copied to columns of `Target`.
RELATED = {
    "accountable_leader",
    "continues",
    "curve",
    "domain",
    "first_period",
    "lead_unit",
    "matter",
    "milestones",
    "reference_figures",
    "reporter",
    "reports",
    "revisions",
    "source",
    "supporting_units",
}


def read(code: str) -> Data:
    """Return the description of a plan in `fixtures/`."""
    return tomllib.loads((settings.BASE / "fixtures" / f"{code}.toml").read_text("utf-8"))


def load(data: Data, at: datetime | None = None) -> Plan | None:
    """Write the plan as of `at` (default: now) and return it; None, without a change, if its code exists."""
    described = dict(data["plan"])
    if Plan.objects.filter(code=described["code"]).exists():
        return None
    at = at or timezone.now()
    with recording() as act:
        units = load_units(data)
        figures_due = described.pop("figures_due", "")
        described["jurisdiction"] = units[described["jurisdiction"]]
        plan = Plan(**{**described, "state": Plan.State.DRAFTING})
        act.name(Act.LOAD, plan)
        plan.save(at=at)
        if figures_due == "month_end":
            _allow_until_the_month_ends(plan, at)
        _Lines(plan, data, units, at).write()
        _bring_to(plan, described["state"], at)
    return plan


def _bring_to(plan: Plan, state: str, at: datetime) -> None:
    """Follow the steps of an office: the draft holds all promises, then the plan is issued in one act."""
    if state == Plan.State.DRAFTING:
        return
    if state == Plan.State.ARCHIVED:
        plan.issued_on = timezone.localdate(at)  # issued after its year, so the plan owes no reports
    bulk.issue(plan, at=at)
    if state != Plan.State.IN_FORCE:
        plan.close(at=at)
    if state == Plan.State.ARCHIVED:
        plan.archive(at=at)


def _allow_until_the_month_ends(plan: Plan, at: datetime) -> None:
    """Official figures are due by the end of the month after; review follows."""
    workdays = WorkdayException.objects.workdays()
    for period in plan.periods.filter(figures_due_on__isnull=False):
        following = period.period_end + timedelta(1)
        period.figures_due_on = workdays.on_or_after(month_end(following.year, following.month))
        period.review_due_on = period.freeze_on = workdays.after(period.figures_due_on, REVIEW_DAYS)
        period.save(at=at)


def load_units(data: Data) -> dict[str, OrgUnit]:
    """Return the plan's units by name, each below its parent; an existing unit is not changed."""
    units: dict[str, OrgUnit] = {}
    for row in data["units"]:
        parent = units[row["parent"]] if "parent" in row else None
        unit = OrgUnit.objects.filter(name=row["name"], parent=parent).first()
        if unit is None:
            unit = OrgUnit(**{**row, "parent": parent, "order": len(units) + 1})
            unit.save()
        units[unit.name] = unit
    return units


def points(target: Target, curve: dict[str, str], year: int) -> list[TrajectoryPoint]:
    """Return the monthly plan, unsaved, from a table that maps months to planned values."""
    return [
        TrajectoryPoint(target=target, period_end=month_end(year, int(month)), planned_value=value)
        for month, value in curve.items()
    ]


class _Lines:
    """Writes the lines of a plan's table: each target with its related rows."""

    def __init__(self, plan: Plan, data: Data, units: dict[str, OrgUnit], at: datetime) -> None:
        self.plan = plan
        self.at = at
        self.rows = [{**data.get("defaults", {}), **row} for row in data["targets"]]
        self.lists = data.get("lists", ())
        self.units = units
        self.domains = {
            row["name"]: _domain(plan, row["name"], order)
            for order, row in enumerate(data["domains"], start=1)
        }
        self.sources = {row["key"]: _source(plan, row) for row in data["sources"]}
        self.periods = {period.number: period for period in plan.periods.all()}
        before = {row["continues"] for row in self.rows if "continues" in row}
        self.before = {target.code: target for target in Target.objects.filter(code__in=before)}
        reporters = Member.objects.filter(unit__in=units.values())
        self.reporters = {(member.unit_id, member.name): member for member in reporters}
        self.leaders = Leaders(plan.jurisdiction)

    def write(self) -> None:
        targets = [self._target(row) for row in self.rows]
        lines = list(zip(targets, self.rows, strict=True))
        nodes = [Milestone(target=t, **node) for t, row in lines for node in row.get("milestones", ())]
        curves = [p for t, row in lines for p in points(t, row.get("curve", {}), self.plan.starts_on.year)]
        bulk.write_targets(targets, nodes, curves)
        beside: list[tuple[type[ReferenceFigure | SupportingUnit], list[Any]]] = [
            (ReferenceFigure, [f for t, row in lines for f in self._figures(t, row)]),
            (SupportingUnit, [s for t, row in lines for s in self._supporters(t, row)]),
        ]
        for model, rows in beside:
            model.write_rows(rows)
        self._join_matters(lines)
        self._place_on_lists(targets)

    def _join_matters(self, lines: list[tuple[Target, Data]]) -> None:
        """A description names the target whose row another shares by its title."""
        titled = {target.title: target for target, _row in lines}
        for target, row in lines:
            if "matter" in row:
                target.matter = titled[row["matter"]]
                target.save(at=self.at)

    def _place_on_lists(self, targets: list[Target]) -> None:
        """A list names its targets by their titles."""
        titled = {target.title: target for target in targets}
        for order, described in enumerate(self.lists, start=1):
            made = TargetList(plan=self.plan, name=described["name"], order=order)
            made.save(at=self.at)
            ListEntry.write_rows(
                [
                    ListEntry(list=made, **{**row, "target": titled[row["target"]]})
                    for row in described["rows"]
                ]
            )

    def _target(self, row: Data) -> Target:
        lead_unit = self.units[row["lead_unit"]]
        target = Target(
            plan=self.plan,
            domain=self.domains[row["domain"]],
            lead_unit=lead_unit,
            source=self.sources[row["source"]],
            first_period=self.periods.get(row.get("first_period", 0)),
            reporter=self.reporters.get((lead_unit.pk, row.get("reporter", ""))),
            continues=self.before.get(row.get("continues", "")),
            **self.leaders.columns(row.get("accountable_leader", "")),
            **{name: value for name, value in row.items() if name not in RELATED},
        )
        target.moment = self.at
        return target

    def _figures(self, target: Target, row: Data) -> list[ReferenceFigure]:
        figures = row.get("reference_figures", ())
        return [
            ReferenceFigure(target=target, **{**figure, "source": self.sources[figure["source"]]})
            for figure in figures
        ]

    def _supporters(self, target: Target, row: Data) -> list[SupportingUnit]:
        names = row.get("supporting_units", ())
        return [
            SupportingUnit(target=target, unit=self.units[name], order=order)
            for order, name in enumerate(names, start=1)
        ]


def _domain(plan: Plan, name: str, order: int) -> Domain:
    domain = Domain(plan=plan, name=name, order=order)
    domain.save()
    return domain


def _source(plan: Plan, row: Data) -> Source:
    source = Source(plan=plan, **{name: value for name, value in row.items() if name != "key"})
    source.save()
    return source
