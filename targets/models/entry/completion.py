"""Nodes reported as done."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.base import ValidatedModel, check_year, queryset_only
from targets.models.enums import EntryState
from targets.models.target.milestone import Milestone


class MilestoneCompletionQuerySet(models.QuerySet["MilestoneCompletion"]):
    def fixed(self) -> models.QuerySet:
        """Completions of submitted and approved entries, which no longer change."""
        return self.exclude(entry__state__in=(EntryState.DRAFT, EntryState.RETURNED))

    @queryset_only
    def delete(self) -> Any:
        if self.fixed().exists():
            raise ValidationError(_("Nodes are ticked while the entry is a draft."))
        return super().delete()


class MilestoneCompletion(ValidatedModel):
    """A node reported as done on a day; counts while its entry is the newest approved version."""

    entry = models.ForeignKey(
        "targets.ProgressEntry", models.CASCADE, related_name="completions", verbose_name=_("progress entry")
    )
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="completions", verbose_name=_("node")
    )
    completed_on = models.DateField(_("completed on"))

    objects = MilestoneCompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("completed node")
        verbose_name_plural = _("completed nodes")
        ordering = ("milestone__order", "pk")
        constraints = [models.UniqueConstraint(fields=("entry", "milestone"), name="completion_once")]

    def __str__(self) -> str:
        return f"{self.milestone} {self.completed_on}"

    def lock(self) -> None:
        """Lock the target: submitting an entry takes the same lock, so the entry's state cannot change."""
        if self.entry_id:
            self.entry.lock()

    def clean(self) -> None:
        if not self.entry_id or not self.milestone_id:
            return
        self.clean_day()
        # Query the stored state: the entry may have been submitted since it was loaded.
        if not type(self.entry).objects.filter(pk=self.entry_id, state__in=self.entry.EDITABLE).exists():
            raise ValidationError(_("Nodes are ticked while the entry is a draft."))

    def clean_day(self) -> None:
        """The checks that need no query."""
        if self.milestone.target_id != self.entry.target_id:
            raise ValidationError({"milestone": _("This node belongs to another target.")})
        if self.completed_on and self.completed_on > self.today:
            raise ValidationError({"completed_on": _("This day has not come yet.")})
        if self.completed_on:
            check_year("completed_on", self.completed_on.year)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with recording():
            self.lock()
            if type(self).objects.fixed().filter(pk=self.pk).exists():
                raise ValidationError(_("Nodes are ticked while the entry is a draft."))
            return super().delete(*args, **kwargs)
