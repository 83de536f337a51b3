"""Notices about the plans that a page shows."""

from __future__ import annotations

from django import template

from targets import explain
from targets.models import Plan
from targets.models.people.place import Place
from targets.models.people.viewer import Account

register = template.Library()


@register.simple_tag
def invented_plans(user: Account) -> str:
    """Return the codes of the demonstration plans that the user's pages may show; one query."""
    place = Place.of(user)
    around = place.plans(lambda plan: place.is_everywhere or place.is_around(plan.path))
    plans = Plan.objects.filter(pk__in=around, is_invented=True)
    return explain.listed(plans.values_list("code", flat=True))
