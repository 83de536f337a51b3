"""The number of things that wait, for the header of every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from targets.models import Plan
from targets.todo import count_own

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_count(context: Any, user: Any) -> int:
    """A page about one plan has read it with its periods already."""
    plan = context.get("plan")
    return count_own(user, timezone.localdate(), plan if isinstance(plan, Plan) else None)
