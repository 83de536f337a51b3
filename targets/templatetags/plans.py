"""Notices about the plans that a page shows."""

from __future__ import annotations

from django import template

from targets import explain
from targets.models.people.place import Place
from targets.models.people.viewer import Account

register = template.Library()


@register.simple_tag
def invented_plans(user: Account) -> str:
    """Return the codes of the demonstration plans that the user's pages may show."""
    place = Place.of(user)
    plans = (plan for plan in place.all_plans if plan.is_invented)
    around = (plan for plan in plans if place.is_everywhere or place.is_around(plan.path))
    newest_first = sorted(around, key=lambda plan: (-plan.ends_on.toordinal(), plan.pk))
    return explain.listed(plan.code for plan in newest_first)
