"""People and moments as documents name them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone


def titled(person: Any) -> str:
    """Return post and name: 副镇长 张三. If one of the two contains the other, return that one alone."""
    name, post = person.name, person.post
    if name in post:
        return str(post)
    return str(name) if post in name else f"{post} {name}"


def leader(person: Any, words: str) -> str:
    """Return the 责任领导: the listed person, else the document's words."""
    return titled(person) if person else words


def person(user: Any) -> str:
    """Return the member's name, else the account's; a dash for None."""
    if user is None:
        return "—"
    member = getattr(user, "member", None)
    return str(member.name if member else user.get_full_name() or user.get_username())


def moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"
