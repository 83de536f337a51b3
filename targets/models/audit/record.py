"""The audit's two tables: the records, and the seals that make a changed or missing record visible."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.audit.sender import User, sender

KEPT = _("Records of the audit are neither changed nor deleted.")
BETWEEN = "|"  # between the keys in `AuditRecord.rows`


def key_of(row: models.Model) -> str:
    """The row's name within the audit: `progressentry.12`."""
    return f"{row._meta.model_name}.{row.pk}"


def as_noted(field: Any, value: Any) -> str:
    """A column's value as text, equal for the value itself and for what a record's JSON keeps of it."""
    value = field.to_python(value)
    if value in (None, ""):
        return ""
    if isinstance(value, Decimal):
        return format((value + 0).normalize(), "f")
    if isinstance(value, datetime):  # the encoder keeps milliseconds
        return value.astimezone(UTC).isoformat(timespec="milliseconds")
    return json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)


Row = TypeVar("Row", bound=models.Model)


class KeptQuerySet(models.QuerySet[Row]):
    """Rows that are only added."""

    def update(self, **kwargs: Any) -> int:
        raise ValidationError(KEPT)

    def delete(self) -> Any:
        raise ValidationError(KEPT)

    update.alters_data = delete.alters_data = True  # type: ignore[attr-defined]


def named(row: models.Model) -> str:
    """The row in words, with the target it belongs to."""
    words, target = str(row), str(getattr(row, "target", ""))
    return words if target in words else f"{target} · {words}"


class KeptModel(models.Model):
    """A row that is only added. `_base_manager` stays Django's own, for backup and restore."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ValidationError(KEPT)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise ValidationError(KEPT)


class AuditSeal(KeptModel):
    """A digest over a batch of records and over the seal before it."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    sealed_at = models.DateTimeField(_("sealed at"), default=timezone.now)
    count = models.PositiveIntegerField(_("records"))
    digest = models.CharField(_("digest"), max_length=64)  # SHA-256, hexadecimal

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal of the audit")
        verbose_name_plural = _("seals of the audit")
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class AuditRecordQuerySet(KeptQuerySet["AuditRecord"]):
    def note(
        self,
        act: enums.Act,
        subject: models.Model | None = None,
        *,
        by: User | None = None,
        name: str = "",
        **columns: Any,
    ) -> AuditRecord:
        """Write one record; `by` is the sender of the request unless given, `name` a username as typed."""
        user = by or sender().user
        known = user if user is not None and user.is_authenticated else None
        if subject is not None:
            columns |= {"kind": subject._meta.model_name, "subject": named(subject)[:200]}
        return self.create(
            act=act,
            by_id=known.pk if known else None,
            name=(known.get_username() if known else name)[:150],
            address=sender().address,
            **columns,
        )

    def about(self, row: models.Model) -> AuditRecordQuerySet:
        """The records that name this row."""
        return self.filter(rows__contains=f"{BETWEEN}{key_of(row)}{BETWEEN}")

    def noting_all(self) -> AuditRecordQuerySet:
        """Without the records of earlier versions, which left some columns out: an upgrade drew the line."""
        line = self.filter(kind=self.model._meta.model_name).order_by("pk").last()
        return self.filter(pk__gt=line.pk) if line else self.all()

    def unsealed(self) -> models.QuerySet[AuditRecord, int]:
        """The keys of records without a seal, locked."""
        return self.filter(seal=None).order_by("pk").select_for_update().values_list("pk", flat=True)

    def seal(self, seal: AuditSeal, keys: Iterable[int]) -> None:
        """Put unsealed records under a new seal, the only change that a record ever sees."""
        models.QuerySet.update(self.filter(pk__in=list(keys), seal=None), seal=seal)


class AuditRecord(KeptModel):
    """One act: a person's save of one row, or one act on many rows, which `rows` names.

    `changes` holds for each row its changed fields: row's key → field → [old, new]; of the ledger's rows,
    which `rows` leaves out, the digest.
    """

    Act = enums.Act
    Outcome = enums.Outcome

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("account")
    )
    name = models.CharField(_("username"), max_length=150, blank=True)  # also of a sign-in that failed
    address = models.GenericIPAddressField(_("IP address"), null=True)
    act = models.CharField(_("what was done"), max_length=20, choices=Act)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.DONE)
    kind = models.CharField(max_length=50, blank=True)  # the model of the row that the act is about
    subject = models.CharField(_("what it is about"), max_length=200, blank=True)
    rows = models.TextField(blank=True)  # the keys of all rows written: |progressentry.12|target.3|
    changes = models.JSONField(_("changes"), default=dict, encoder=DjangoJSONEncoder)
    remark = models.TextField(_("remark"), blank=True)
    seal = models.ForeignKey(AuditSeal, models.PROTECT, related_name="records", null=True)

    objects = AuditRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.subject}".strip()
