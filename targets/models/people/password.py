"""Hashes of an account's recent passwords, whether the newest one is to be changed, and new ones."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from targets.models.audit.recording import recording
from targets.models.enums import Act

KEPT = 5  # recent passwords of an account, none of which may be used again
# Without characters that look alike on paper: 0 o O, 1 i l I L.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
CAPITALS = "ABCDEFGHJKMNPQRSTUVWXYZ"


def new_password(user: Any = None) -> str:
    """Return a random password that `user` could choose, too; with capitals only where they are needed."""
    signs = READABLE + CAPITALS if settings.PASSWORD_KINDS > 2 else READABLE
    while True:
        password = "".join(secrets.choice(signs) for _ in range(12))
        with suppress(ValidationError):
            validate_password(password, user)
            if not password.isalpha():
                return password


class PasswordRecordQuerySet(models.QuerySet["PasswordRecord"]):
    def note(self, user: Any) -> None:
        """Record the password just saved, and delete all but the newest KEPT records."""
        with recording(Act.PASSWORD, user) as act:
            act.note(user, {})
            self.create(user=user, password=user.password)
            newest = self.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:KEPT]
            self.filter(user=user).exclude(pk__in=list(newest)).delete()

    def mark_temporary(self, user: Any) -> None:
        """Mark the newest password as set by another person: the owner changes it at the next sign-in."""
        newest = self.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:1]
        self.filter(pk__in=list(newest)).update(is_temporary=True)

    def to_be_changed(self, user: Any) -> str:
        """Why the owner must change the password: `given` by another person, or `old`; empty if not.

        Without records, as of the demonstration's accounts, never.
        """
        newest = self.filter(user=user).order_by("-pk").first()
        if newest is None:
            return ""
        lasts = settings.PASSWORD_AGE
        is_old = lasts is not None and timezone.now() - newest.set_at > lasts
        return "given" if newest.is_temporary else "old" if is_old else ""

    def was_used(self, user: Any, password: str) -> bool:
        hashes = [user.password, *self.filter(user=user).values_list("password", flat=True)]
        return any(check_password(password, each) for each in dict.fromkeys(hashes))


class PasswordRecord(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    is_temporary = models.BooleanField(default=False)
    set_at = models.DateTimeField(default=timezone.now)

    objects = PasswordRecordQuerySet.as_manager()

    class Meta:
        ordering = ("user", "pk")

    def __str__(self) -> str:
        return f"{self.user} {self.set_at}"
