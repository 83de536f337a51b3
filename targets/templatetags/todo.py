"""The number of things that wait, for the header of every page."""

from __future__ import annotations

from django import template
from django.utils import timezone

from targets.models.people.viewer import Account
from targets.todo import count_own

register = template.Library()


@register.simple_tag
def waiting_count(user: Account) -> int:
    return count_own(user, timezone.localdate())
