"""Notices about the plans that a page shows."""

from __future__ import annotations

from django import template
from django.db.models import Q

from targets import explain
from targets.models import Plan
from targets.models.people.roles import everything_or, units_around
from targets.models.people.viewer import Account

register = template.Library()


@register.simple_tag
def invented_plans(user: Account) -> str:
    """Return the codes of the demonstration plans that the user's pages may show; one query."""
    around = everything_or(user, Q(jurisdiction__in=units_around(user)))
    return explain.listed(Plan.objects.filter(around, is_invented=True).values_list("code", flat=True))
