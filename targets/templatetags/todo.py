"""The number of things that wait, for the header of every page."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils import timezone

from targets.models import Plan
from targets.models.people.viewer import Account
from targets.todo import Todo, count_own

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting_count(context: Context, user: Account) -> int:
    """The page of what waits knows it; a page about one plan has read it with its periods already."""
    todo, plan = context.get("todo"), context.get("plan")
    if isinstance(todo, Todo) and todo.plan is None:
        return todo.count
    return count_own(user, timezone.localdate(), plan if isinstance(plan, Plan) else None)
