"""An issue of the month's report: prepared for a period, frozen when it is handed out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.audit.sealing import seal
from targets.models.base import PromisedQuerySet, ValidatedModel
from targets.models.entry.file import KeptFile
from targets.models.enums import Act
from targets.models.people.place import Place
from targets.models.plan.period import ReportingPeriod
from targets.models.plan.plan import Plan
from targets.models.target.target import Target

SHORT = 16  # signs of the digest that are printed
KEPT = _("The issue has been handed out; it stays as it is.")

Cells = dict[str, str | int | None]  # column → what a program is told; `code` names the row


@dataclass(frozen=True, slots=True)
class Imprint:
    """What an issue says of itself on every sheet."""

    number: int
    issued_at: datetime
    issued_by: str
    digest: str  # the printed part of it
    seal: tuple[int, str] | None  # number and digest, as printed, of the audit's newest seal


class IssuedReportQuerySet(PromisedQuerySet["IssuedReport"]):
    def facts(self) -> IssuedReportQuerySet:
        return self.issued()

    def refuse_facts(self) -> None:
        if self.facts().exists():
            raise ValidationError(KEPT)

    def issued(self) -> IssuedReportQuerySet:
        return self.exclude(issued_at=None)

    def visible_to(self, user: Any) -> IssuedReportQuerySet:
        """Issues of the plans that are open to the user as a whole: they hold every row."""
        return self.issued().filter(plan__in=self.model.plans_open_to(user))

    def in_preparation(self, period: ReportingPeriod) -> IssuedReport:
        """The one that is being prepared for the period, unsaved where nobody has begun."""
        found = self.filter(period=period, issued_at=None).first()
        return found or self.model(plan_id=period.plan_id, period=period)

    def next_number(self, plan: Plan) -> int:
        return (self.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0) + 1


class IssuedReport(ValidatedModel):
    """While it is prepared it only gathers polished words. Once issued it holds every cell, and nothing of
    it changes but what is on the paper: document number, who signed, the day of printing, the signed copy.

    `rows` hold the register, a mapping per target from the columns' keys; `printed` and `data` are the
    workbooks as they were handed out, so that they are handed out again byte by byte.
    """

    ON_PAPER: ClassVar = ("document_no", "signed_by", "printed_on", "signed_copy")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reports", verbose_name=_("plan"))
    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="reports", verbose_name=_("period")
    )
    number = models.PositiveSmallIntegerField(_("number of the issue"), null=True, blank=True)
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    signed_by = models.CharField(_("signed for issue by"), max_length=50, blank=True)
    printed_on = models.DateField(_("printed on"), null=True, blank=True)
    rule = models.TextField(_("light rule"), blank=True, editable=False)
    rows = models.JSONField(_("rows"), default=list, blank=True, editable=False)
    digest = models.CharField(_("digest"), max_length=64, blank=True, editable=False)  # SHA-256, hexadecimal
    # The head of the audit, on paper too: a chain of seals that is made anew later does not fit it.
    seal_number = models.PositiveIntegerField(_("seal of the audit"), null=True, blank=True, editable=False)
    seal_digest = models.CharField(_("digest of the seal"), max_length=64, blank=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False,
        verbose_name=_("issued by"),
    )  # fmt: skip
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True, editable=False)
    printed, data, signed_copy = (
        models.ForeignKey(
            KeptFile, models.PROTECT, related_name="+", null=True, blank=True, editable=False,
            verbose_name=name,
        )
        for name in (_("print edition"), _("data edition"), _("signed copy"))
    )  # fmt: skip

    objects = IssuedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("issued report")
        verbose_name_plural = _("issued reports")
        ordering = ("plan", "-number", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("plan", "number"),
                name="report_number_once",
                violation_error_message=_("There is an issue of this number already."),
            ),
            models.UniqueConstraint(
                fields=("period",), condition=models.Q(issued_at=None), name="report_prepared_once"
            ),
            models.CheckConstraint(
                condition=models.Q(issued_at=None) | models.Q(number__isnull=False), name="report_is_numbered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.code} {self.number or '—'}"

    @classmethod
    def plans_open_to(cls, user: Any) -> set[int]:
        """The plans of which the user reads every row."""
        place = Place.of(user)
        return place.plans(lambda plan: place.is_everywhere or place.opens(plan))

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None

    @property
    def short_digest(self) -> str:
        return self.digest[:SHORT]

    @property
    def short_seal_digest(self) -> str:
        return self.seal_digest[:SHORT]

    def clean(self) -> None:
        if self.period.plan_id != self.plan_id:
            raise ValidationError({"period": _("The period belongs to another plan.")})
        if self.printed_on and self.printed_on > self.today:
            raise ValidationError({"printed_on": _("This day has not come yet.")})
        if self.number is not None and not 1 <= self.number <= 9999:
            raise ValidationError({"number": _("The number of an issue lies between 1 and 9999.")})
        stored = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if stored and stored.is_issued:
            fields = (
                field.attname for field in self._meta.concrete_fields if field.name not in self.ON_PAPER
            )
            if any(getattr(stored, name) != getattr(self, name) for name in fields):
                raise ValidationError(KEPT)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.is_issued:
            raise ValidationError(KEPT)
        return super().delete(*args, **kwargs)

    # --- being issued -------------------------------------------------------------------------

    def freeze(self, rows: Sequence[Cells], rule: str, *, by: Any, at: datetime | None = None) -> Imprint:
        """Take number, rows, rule, the audit's head and the digest over them all; saved together with the
        workbooks that print them.
        """
        self.number = self.number or IssuedReport.objects.next_number(self.plan)
        self.rows, self.rule = list(rows), rule
        self.issued_by, self.issued_at = by, at or timezone.now()
        if head := seal():
            self.seal_number, self.seal_digest = head.number, head.digest
        self.digest = self.digest_of_content()
        return self.imprint

    def digest_of_content(self) -> str:
        """SHA-256 over number, plan, period, moment, rule and every cell, then who issued it and the audit's
        head, which the first issues did not keep.
        """
        assert self.issued_at is not None
        moment = self.issued_at.astimezone(timezone.get_default_timezone()).isoformat()
        content = [self.number, self.plan.code, self.period.number, moment, self.rule, self.rows]
        if self.seal_number is not None:
            content += [self.issued_by_id, self.seal_number, self.seal_digest]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def imprint(self) -> Imprint:
        assert self.number is not None
        assert self.issued_at is not None
        head = (self.seal_number, self.short_seal_digest) if self.seal_number else None
        return Imprint(self.number, self.issued_at, self.issuer, self.short_digest, head)

    @property
    def issuer(self) -> str:
        by = self.issued_by
        if by is None:
            return ""
        member = getattr(by, "member", None)
        return member.name if member else by.get_full_name() or by.get_username()

    def issue(self, *, printed: KeptFile, data: KeptFile, by: Any) -> None:
        """发布: store what `freeze` took and the workbooks. The caller holds the plan's lock."""
        self.plan.refuse_to_be_run(by)
        with recording(Act.PUBLISH, self, by=by, remark=f"SHA-256 {self.digest}"):
            self.printed, self.data = printed, data
            self.save(at=self.issued_at)

    def note_paper(self, fields: Mapping[str, Any], *, by: Any, signed_copy: KeptFile | None = None) -> None:
        """Enter what is on the paper, as far as it is known. Raises PermissionDenied or ValidationError."""
        self.plan.refuse_to_be_run(by)
        self.put(fields)
        self.signed_copy = signed_copy or self.signed_copy
        with recording(Act.CHANGE, self, by=by):
            self.save()


class PolishedText(ValidatedModel):
    """A unit's words as the issue prints them; what the unit wrote stays in its report.

    It holds only as long as the unit's words are those that were polished.
    """

    FIELDS: ClassVar = {
        "narrative": _("progress"), "issues": _("issues"), "next_steps": _("next steps"),
    }  # fmt: skip

    report = models.ForeignKey(IssuedReport, models.CASCADE, related_name="polished")
    target = models.ForeignKey(Target, models.PROTECT, related_name="+", verbose_name=_("target"))
    field = models.CharField(_("column"), max_length=20, choices=list(FIELDS.items()))
    said = models.TextField(_("the unit's words"), blank=True)
    text = models.TextField(_("words of the issue"), max_length=5000)

    class Meta:
        verbose_name = _("polished words")
        verbose_name_plural = _("polished words")
        ordering = ("target__number", "field", "pk")
        constraints = [
            models.UniqueConstraint(fields=("report", "target", "field"), name="polished_once"),
        ]

    def __str__(self) -> str:
        return f"{self.target} · {self.get_field_display()}"

    def clean(self) -> None:
        if self.target.plan_id != self.report.plan_id:
            raise ValidationError({"target": _("The target belongs to another plan.")})
        if self.report.is_issued:
            raise ValidationError(KEPT)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.report.is_issued:
            raise ValidationError(KEPT)
        return super().delete(*args, **kwargs)
