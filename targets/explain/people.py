"""People as documents name them."""

from __future__ import annotations

from typing import Any


def titled(person: Any) -> str:
    """Post first: 副镇长 张三. Where one of the two says the other as well, it stands alone."""
    name, post = person.name, person.post
    if name in post:
        return str(post)
    return str(name) if post in name else f"{post} {name}"


def leader(person: Any, words: str) -> str:
    """责任领导: the person, or the document's words where nobody fits them."""
    return titled(person) if person else words
