"""A file kept as it came in: a workbook from which reports were entered, or the evidence of a report."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.base import UNPRINTABLE, ValidatedModel, locking, queryset_only
from targets.models.enums import EntryState
from targets.models.people.place import Place
from targets.models.target.target import Target

FOLDER = "kept"
FORGOTTEN = timedelta(days=1)  # a file that was looked at, and never entered
STAYS = _("A kept file stays as it came in.")
_LONGEST_NAME = 200


def plain_name(name: str) -> str:
    """The name without folders and signs that are not shown, such as one that turns the reading around."""
    last = UNPRINTABLE.sub("", PurePath(name.replace("\\", "/")).name).strip()[-_LONGEST_NAME:]
    return "".join(sign for sign in last if sign.isprintable()) or "—"


class KeptFileQuerySet(models.QuerySet["KeptFile"]):
    def visible_to(self, user: Any) -> KeptFileQuerySet:
        """Evidence of the entries that the user sees; other files that the user sent, and those from which
        reports were entered that the user follows.

        A file holds the whole sheet of a unit, so that to see one approved row of it is not enough.
        """
        place = Place.of(user)
        if place.is_everywhere:
            return self.all()
        entries, evidence = self._related("entries"), self._related("evidence")
        followed = entries.followed_by(place) | models.Q(reported_by_unit__in=place.unit_ids)
        beside = models.Q(pk__in=evidence.filter(file=models.OuterRef(models.OuterRef("pk"))).values("entry"))
        told = entries.filter(
            models.Q(source_file=models.OuterRef("pk")) | beside,
            followed | beside & models.Q(state=EntryState.APPROVED),
            target__in=Target.objects.visible_to(place),
        )
        sent = models.Q(uploaded_by=place.pk) & ~models.Exists(evidence.filter(file=models.OuterRef("pk")))
        return self.filter(sent | models.Exists(told))

    def resting_on(self, entries: Any) -> list[KeptFile]:
        """The evidence of these entries, named by their keys or as a query."""
        return list(dict.fromkeys(self.filter(evidence__entry__in=entries).order_by("pk")))

    def _related(self, name: str) -> Any:
        related: Any = self.model._meta.get_field(name).related_model
        return related.objects

    def waiting(self) -> KeptFileQuerySet:
        """Read, and neither entered nor discarded yet."""
        return self.filter(entered_at=None)

    def entered(self) -> KeptFileQuerySet:
        return self.exclude(entered_at=None)

    def forget(self, at: datetime) -> None:
        """Delete what was looked at a day ago and never entered, and bytes whose row was never written."""
        for file in self.waiting().filter(uploaded_at__lt=at - FORGOTTEN):
            file.delete()
        for place in self.on_disk() - self.named():
            if default_storage.get_modified_time(place) < at - FORGOTTEN:
                default_storage.delete(place)

    def on_disk(self) -> set[str]:
        """The places of all bytes that are kept; read before `named`, none is without a name by then."""
        names = default_storage.listdir(FOLDER)[1] if default_storage.exists(FOLDER) else ()
        return {f"{FOLDER}/{name}" for name in names}

    def named(self) -> set[str]:
        """The places that rows name."""
        return set(self.model._base_manager.values_list("stored_as", flat=True))

    @queryset_only
    def update(self, **kwargs: Any) -> int:
        raise ValidationError(STAYS)

    @queryset_only
    def delete(self) -> Any:
        """One by one, so that the bytes go too."""
        return [file.delete() for file in self]


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
        file = cls(
            name=plain_name(name),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            uploaded_by=by,
            uploaded_at=at or timezone.now(),
        )
        file.stored_as = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", ContentFile(content))
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

    def clean(self) -> None:
        if self.pk and self.changes_since_read().keys() - {"entered_at"}:
            raise ValidationError(STAYS)

    def let_go(self) -> None:
        """Delete the file, unless something else rests on it."""
        with recording():
            locking(type(self).objects.filter(pk=self.pk)).first()  # whoever puts it on an entry waits
            with suppress(models.ProtectedError):
                self.delete()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """The bytes go once the row is gone for good."""
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            transaction.on_commit(partial(default_storage.delete, self.stored_as))
        return deleted
