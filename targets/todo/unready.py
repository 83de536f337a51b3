"""What a plan still lacks before it is issued: the user confirms it; it does not block issuing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from targets import explain
from targets.models import Member, Plan, Target
from targets.models.enums import Part, Role


@dataclass(frozen=True, slots=True)
class Unready:
    """One target and what is missing on it, in words."""

    target: Target
    missing: list[str]


def lacking(plan: Plan, today: date) -> list[str]:
    """Return what the plan as a whole lacks: reviewers, signers, valid deadlines."""
    return list(_lacking(plan, today))


def _lacking(plan: Plan, today: date) -> Iterator[str]:
    acting = Member.objects.acting_for
    if not acting(plan.jurisdiction, Role.REVIEWER, Role.COORDINATOR).exists():
        yield _("Nobody with an account reviews reports.")
    signers = acting(plan.jurisdiction, Role.COORDINATOR, Role.LEADER).count()
    if signers < 2:
        yield _("There is no second person to sign: nobody signs an own request for a change of the promise.")
    if plan.rescheduled(today):
        yield _("Filing deadlines fall on days off; the table of holidays moves them.")
    later = plan.periods.filter(period_start__month__gt=1, figures_due_on=None)
    if later and plan.targets.exclude(measure__in=Target.WORDS_ONLY).exists():
        yield _("No day by which figures are due: %(periods)s.") % {
            "periods": explain.listed(map(str, later))
        }


def unready(plan: Plan) -> list[Unready]:
    """Return in 序号 order the targets with gaps in the promise, or without an account that reports."""
    reporting = Member.objects.filter(
        user__is_active=True, user__groups__name__in=(Role.REPORTER, Role.REVIEWER, Role.COORDINATOR)
    )
    staffed = {unit for units in reporting.units_by_user().values() for unit in units}
    counts = Member.objects.acting_for(plan.jurisdiction, Role.STATISTICIAN).exists()
    targets = plan.targets.select_related("plan", "lead_unit").prefetch_related("milestones")
    found = [
        Unready(target, list(_missing(target, staffed, counts)))
        for target in targets.order_by("number", "pk")
    ]
    return [each for each in found if each.missing]


def _missing(target: Any, staffed: set[int], has_statistician: bool) -> Iterator[str]:
    yield from (str(explain.GAPS[gap]) for gap in target.gaps)
    if target.source_id is None:
        yield _("source document")
    if target.measure == Target.Measure.MILESTONE and not target.milestones.all():
        yield _("nodes")
    if target.owes_figure(Part.STATISTIC) and not has_statistician:
        yield _("statistician")
    if target.lead_unit_id not in staffed:
        yield _("an account that reports for the lead unit")
