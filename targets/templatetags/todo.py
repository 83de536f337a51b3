"""The number of things that wait, for the header of every page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from targets.todo import count_own

register = template.Library()


@register.simple_tag
def waiting_count(user: Any) -> int:
    return count_own(user, timezone.localdate())
