"""A file kept as it came in: the workbook that a unit sent back, from which its reports were entered."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.base import UNPRINTABLE, ValidatedModel
from targets.models.people.place import Place
from targets.models.target.target import Target

FOLDER = "kept"
FORGOTTEN = timedelta(days=1)  # a file that was looked at, and never entered
_LONGEST_NAME = 200


class KeptFileQuerySet(models.QuerySet["KeptFile"]):
    def visible_to(self, user: Any) -> KeptFileQuerySet:
        """Files that the user sent, and those from which reports were entered that the user follows.

        A file holds the whole sheet of a unit, so that to see one approved row of it is not enough.
        """
        place = Place.of(user)
        if place.is_everywhere:
            return self.all()
        entries: Any = self.model._meta.get_field("entries").related_model
        followed = entries.objects.followed_by(place) | models.Q(reported_by_unit__in=place.unit_ids)
        seen = Target.objects.visible_to(place)
        told = entries.objects.filter(followed, target__in=seen, source_file=models.OuterRef("pk"))
        return self.filter(models.Q(uploaded_by=place.pk) | models.Exists(told))

    def waiting(self) -> KeptFileQuerySet:
        """Read, and neither entered nor discarded yet."""
        return self.filter(entered_at=None)

    def entered(self) -> KeptFileQuerySet:
        return self.exclude(entered_at=None)

    def forget(self, at: datetime) -> None:
        """Delete what was looked at a day ago and never entered, and bytes whose row was never written."""
        for file in self.waiting().filter(uploaded_at__lt=at - FORGOTTEN):
            file.delete()
        if not default_storage.exists(FOLDER):
            return
        named = set(self.model._base_manager.values_list("stored_as", flat=True))
        for name in default_storage.listdir(FOLDER)[1]:
            place = f"{FOLDER}/{name}"
            if place not in named and default_storage.get_modified_time(place) < at - FORGOTTEN:
                default_storage.delete(place)


class KeptFile(ValidatedModel):
    """`entered_at` is empty until its reports are entered. Its name on the disk is random."""

    name = models.CharField(_("file name"), max_length=_LONGEST_NAME)
    stored_as = models.CharField(_("name on the disk"), max_length=100, unique=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    uploaded_at = models.DateTimeField(_("sent at"))
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True)

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept file")
        verbose_name_plural = _("kept files")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(cls, content: bytes, name: str, *, by: Any, at: datetime | None = None) -> KeptFile:
        """Store the bytes and their row; without the row no file stays on the disk."""
        shown = UNPRINTABLE.sub("", PurePath(name.replace("\\", "/")).name).strip()[-_LONGEST_NAME:]
        file = cls(
            name="".join(sign for sign in shown if sign.isprintable()) or "—",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            uploaded_by=by,
            uploaded_at=at or timezone.now(),
        )
        file.stored_as = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.xlsx", ContentFile(content))
        try:
            file.save()
        except BaseException:
            file.forget_bytes()
            raise
        return file

    def open(self) -> Any:
        return default_storage.open(self.stored_as)

    def read(self) -> bytes:
        with self.open() as kept:
            data: bytes = kept.read()
        return data

    def forget_bytes(self) -> None:
        """Take the bytes off the disk where the row was rolled back."""
        default_storage.delete(self.stored_as)

    def is_whole(self) -> bool:
        """Whether the bytes on the disk are those that came in."""
        try:
            return hashlib.sha256(self.read()).hexdigest() == self.sha256
        except OSError:
            return False

    def told_as_lacking(self) -> str:
        words = {"file": self, "place": self.stored_as}
        return gettext("%(file)s: the kept file (%(place)s) is gone, or is not what came in.") % words

    def enter(self, *, by: Any, at: datetime | None = None) -> None:
        """Part of an act that the caller records: reports filed, an issue published, a form mapped."""
        with recording(by=by, remark=f"{self.name} SHA-256 {self.sha256}"):
            self.entered_at = at or timezone.now()
            self.save()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """The bytes go once the row is gone for good."""
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            transaction.on_commit(partial(default_storage.delete, self.stored_as))
        return deleted
