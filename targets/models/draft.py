"""Drafts of unsaved forms, kept so that an expired session or a power failure loses no input."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST = 500_000  # characters; a page of 200 rows needs a tenth
FORGOTTEN = timedelta(400)  # nobody returns to a page of last year's month


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def keep(self, user: Any, page: str, fields: str, at: datetime) -> None:
        """Replace the kept draft by `fields` (form-encoded). Raises ValidationError above LONGEST."""
        if len(fields) > LONGEST:
            raise ValidationError(_("This is too much text to keep unsaved; please save it."))
        self.filter(user=user, saved_at__lt=at - FORGOTTEN).delete()
        self.update_or_create(user=user, page=page, defaults={"fields": fields, "saved_at": at})

    def of(self, user: Any, page: str) -> FormDraft | None:
        return self.filter(user=user, page=page).first()

    def drop(self, user: Any, page: str) -> None:
        self.filter(user=user, page=page).delete()


class FormDraft(models.Model):
    """One person's unsaved fields of one page, as posted; the next save deletes them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=200)
    fields = models.TextField()
    saved_at = models.DateTimeField()

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved form")
        verbose_name_plural = _("unsaved forms")
        constraints = [models.UniqueConstraint(fields=("user", "page"), name="draft_once")]

    def __str__(self) -> str:
        return self.page
