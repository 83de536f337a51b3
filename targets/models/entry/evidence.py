"""佐证材料: files beside a report. They are never asked for, and nothing follows from their absence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.base import ValidatedModel, locking, queryset_only
from targets.models.entry.file import KeptFile
from targets.models.enums import EntryState

if TYPE_CHECKING:
    from targets.models.entry.entry import ProgressEntry

MOST = 20  # files of one entry
FIXED = _("Evidence is put beside a draft or a returned entry, and taken away only there.")
GONE = _("The file is gone; please choose it again.")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def fixed(self) -> EvidenceQuerySet:
        """Evidence of submitted and approved entries, which no longer changes."""
        return self.exclude(entry__state__in=(EntryState.DRAFT, EntryState.RETURNED))

    def beside(self, entry: ProgressEntry, user: Any, *, unit: int, period: int) -> list[Evidence]:
        """What this unit put on the entry, and on others of this period as far as the user sees them."""
        found: list[Evidence] = list(self.filter(entry__reported_by_unit=unit, entry__period=period))
        others = {each.entry_id for each in found} - {entry.pk}
        if others:
            seen = type(entry).objects.visible_to(user).filter(pk__in=others)
            others = {entry.pk, *seen.values_list("pk", flat=True)}
            found = [each for each in found if each.entry_id in others]
        return found

    def put(self, entry: ProgressEntry, files: Iterable[KeptFile]) -> None:
        """Make these files, and no others, the evidence of the entry; of the same bytes one is enough.

        Raises ValidationError.
        """
        wanted = {file.pk: file for file in files}
        with recording():
            stay = set()
            for each in self.filter(entry=entry):
                if wanted.pop(each.file_id, None):
                    stay.add(each.file.sha256)
                else:
                    each.delete()
            for _pk, file in sorted(wanted.items()):  # in one order: each is locked
                if file.sha256 not in stay:
                    stay.add(file.sha256)
                    self.model(entry=entry, file=file).save()

    @queryset_only
    def update(self, **kwargs: Any) -> int:
        raise ValidationError(FIXED)

    @queryset_only
    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Each row of evidence is checked by itself.")

    @queryset_only
    def delete(self) -> Any:
        if self.fixed().exists():
            raise ValidationError(FIXED)
        return [each.delete() for each in self]


class EvidenceManager(models.Manager.from_queryset(EvidenceQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> EvidenceQuerySet:
        """With their files: nobody reads the one without the other."""
        found: EvidenceQuerySet = super().get_queryset().select_related("file")
        return found


class Evidence(ValidatedModel):
    """One file beside one entry; it is put there or taken away, never changed."""

    entry = models.ForeignKey(
        "targets.ProgressEntry", models.CASCADE, related_name="evidence", verbose_name=_("progress entry")
    )
    file = models.ForeignKey(KeptFile, models.PROTECT, related_name="evidence", verbose_name=_("kept file"))

    objects = EvidenceManager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("entry", "file"), name="evidence_once")]

    def __str__(self) -> str:
        return str(self.file)

    def lock(self) -> None:
        """Lock the target, as submitting does, and the file, which goes when the last entry lets go of it."""
        if self.entry_id:
            self.entry.lock()
        if self.file_id:
            locking(KeptFile.objects.filter(pk=self.file_id)).first()

    def clean(self) -> None:
        if not self.entry_id or not self.file_id:
            return
        if self.pk or not self._may_change():
            raise ValidationError(FIXED)
        if not KeptFile.objects.filter(pk=self.file_id).exists():
            raise ValidationError(GONE)
        digests = list(self.entry.evidence.values_list("file__sha256", flat=True))
        if self.file.sha256 in digests:
            raise ValidationError(_("%(file)s stands here already.") % {"file": self.file})
        if len(digests) >= MOST:
            raise ValidationError(_("At most %(most)s files of evidence.") % {"most": MOST})

    def _may_change(self) -> bool:
        """By the stored state: it may have been submitted since it was read."""
        entries = type(self.entry).objects
        return entries.filter(pk=self.entry_id, state__in=self.entry.EDITABLE).exists()

    def created(self) -> None:
        if self.file.entered_at is None:
            self.file.enter(by=None, at=self.moment or timezone.now())

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with recording():
            self.lock()
            if not self._may_change():
                raise ValidationError(FIXED)
            deleted = super().delete(*args, **kwargs)
            self.file.let_go()
        return deleted
