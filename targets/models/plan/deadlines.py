"""Deadlines lie within the plan's own days, because the plan never judges a later deadline."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from targets import explain

if TYPE_CHECKING:
    from targets.models.plan.plan import Plan
    from targets.models.target.milestone import Milestone
    from targets.models.target.target import Target

BEYOND = _(
    "A deadline lies within the plan's days (%(first)s to %(last)s). What falls due outside belongs in that"
    " year's plan, or has nodes within this one; the words of the source stay in “deadline in words”."
)


def faults(plan: Plan, day: date | None) -> dict[str, Any]:
    """Why a target or node of the plan cannot fall due on that day: field → message."""
    if day is None or plan.starts_on <= day <= plan.ends_on:
        return {}
    return {"due_on": _beyond(plan)}


def faults_of(row: Target | Milestone, plan: Plan) -> dict[str, Any]:
    """The same for a row as typed. A stored deadline may stay; a revision checks an issued row's."""
    if row.pk is not None and row.due_on is not None:
        stored = type(row).objects.filter(pk=row.pk, revisions=None).values_list("due_on", flat=True)
        if all(due_on == row.due_on for due_on in stored):
            return {}
    return faults(plan, row.due_on)


def refuse_beyond(plan: Plan) -> None:
    """Raise ValidationError for deadlines outside the plan's days, which may have changed since."""
    outside = Q(due_on__lt=plan.starts_on) | Q(due_on__gt=plan.ends_on)
    nodes = Q(milestones__due_on__lt=plan.starts_on) | Q(milestones__due_on__gt=plan.ends_on)
    codes = dict.fromkeys(
        plan.targets.filter(outside | nodes).order_by("number").values_list("code", flat=True)
    )
    if codes:
        words = {"codes": explain.listed(codes)}
        told = ValidationError(_("Deadlines outside the plan's days: %(codes)s."), "beyond", words)
        raise ValidationError([told, _beyond(plan)])


def _beyond(plan: Plan) -> ValidationError:
    words = {"first": explain.day(plan.starts_on), "last": explain.day(plan.ends_on)}
    return ValidationError(BEYOND, "beyond", words)
