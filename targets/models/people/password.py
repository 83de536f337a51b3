"""The passwords an account had, as their hashes, and whether the newest was set by somebody else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import models
from django.utils import timezone

KEPT = 5  # passwords of an account that may not come back


class PasswordRecordQuerySet(models.QuerySet["PasswordRecord"]):
    def note(self, user: Any) -> None:
        """The password just saved; the oldest fall away."""
        self.create(user=user, password=user.password)
        newest = self.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:KEPT]
        self.filter(user=user).exclude(pk__in=list(newest)).delete()

    def mark_temporary(self, user: Any) -> None:
        """The newest was set by another: its owner changes it at the next sign-in."""
        newest = self.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:1]
        self.filter(pk__in=list(newest)).update(is_temporary=True)

    def is_temporary(self, user: Any) -> bool:
        """Accounts of which nothing was noted, such as the invented town's, keep what they have."""
        newest = self.filter(user=user).order_by("-pk").first()
        return newest is not None and newest.is_temporary

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
