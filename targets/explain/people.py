"""People as documents name them: who, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone


def titled(person: Any) -> str:
    """Post first: 副镇长 张三. Where one of the two says the other as well, it stands alone."""
    name, post = person.name, person.post
    if name in post:
        return str(post)
    return str(name) if post in name else f"{post} {name}"


def leader(person: Any, words: str) -> str:
    """责任领导: the person, or the document's words where nobody fits them."""
    return titled(person) if person else words


def person(user: Any) -> str:
    """The name people know: the member's, else the account's."""
    if user is None:
        return "—"
    member = getattr(user, "member", None)
    return str(member.name if member else user.get_full_name() or user.get_username())


def moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"
