"""Who sends the request that is being served, and from which address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

User = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Sender:
    """Empty for a command."""

    user: User | None = None
    address: str | None = None


_sender: ContextVar[Sender] = ContextVar("sender")


def sender() -> Sender:
    return _sender.get(Sender())


@contextmanager
def sent_by(user: User, address: str | None) -> Iterator[None]:
    """Acts inside are this person's, unless they name somebody else."""
    token = _sender.set(Sender(user, address))
    try:
        yield
    finally:
        _sender.reset(token)
