"""Notes on a target beside its reports; no workbook contains them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.audit.recording import recording
from targets.models.base import ValidatedModel
from targets.models.enums import Act, Role
from targets.models.people import rights
from targets.models.people.place import Place
from targets.models.people.units import Member, OrgUnit, SupportingUnit
from targets.models.plan.plan import Plan
from targets.models.target.target import Target


class TargetNoteQuerySet(models.QuerySet["TargetNote"]):
    def unanswered(self) -> TargetNoteQuerySet:
        """Leaders' remarks without an answer."""
        return self.filter(kind=self.model.Kind.LEADER, answered_by=None)

    def write(
        self,
        target: Target,
        *,
        by: Any,
        kind: str,
        text: str,
        at: datetime | None = None,
    ) -> TargetNote:
        """Save and return a note. Raises PermissionDenied, or ValidationError for the text."""
        if kind not in self.open_to(by, target):
            raise PermissionDenied(_("This is not yours to note here."))
        return self._write(target, by, at, kind=kind, text=text)

    def answer(
        self,
        remark: TargetNote,
        *,
        by: Any,
        text: str,
        promised_on: date | None = None,
        at: datetime | None = None,
    ) -> TargetNote:
        """Answer a remark; `promised_on` is the day by which the answer is to be carried out.

        A leader's remark waits for the lead unit and the coordinators until one of them answers it.
        Raises PermissionDenied or ValidationError.
        """
        if not self.answerable_by(by).filter(pk=remark.pk).exists():
            raise PermissionDenied(_("The lead unit and the coordinators answer a remark."))
        words = {"kind": self.model.Kind.ANSWER, "text": text, "promised_on": promised_on}
        return self._write(remark.target, by, at, answers=remark, **words)

    def answerable_by(self, user: Any) -> TargetNoteQuerySet:
        """Leaders' remarks that the user may answer, as the lead unit or a coordinator."""
        remarks = self.filter(rights.may_ask(user, "target__"), kind=self.model.Kind.LEADER)
        return remarks.exclude(target__plan__state=Plan.State.ARCHIVED)

    def _write(self, target: Target, by: Any, at: datetime | None, **fields: Any) -> TargetNote:
        member = Member.objects.filter(user=by.pk).select_related("unit").first()
        note = self.model(
            target=target, written_by=by, written_at=at or timezone.now(),
            unit=member.unit if member else None, **fields,
        )  # fmt: skip
        with recording(Act.REMARK, by=by):
            note.save(at=at)
        return note

    def open_to(self, user: Any, target: Target) -> list[str]:
        """The kinds of note that `user` may write on `target`."""
        is_seen = Target.objects.visible_to(user).filter(pk=target.pk).exists()
        return self.kinds_for(user, target) if is_seen else []

    def kinds_for(self, user: Any, target: Target) -> list[str]:
        """As `open_to`, of a target that the user sees."""
        if target.plan.state == Plan.State.ARCHIVED:
            return []
        place = Place.of(user)
        open_to = {
            self.model.Kind.LEADER: place.plays(Role.LEADER),
            self.model.Kind.SUPPORT: self._supports(place, target),
            self.model.Kind.COMMENT: target.plan.state == Plan.State.DRAFTING,
        }
        return [kind for kind, is_open in open_to.items() if is_open]

    @staticmethod
    def _supports(place: Place, target: Target) -> bool:
        helpers = getattr(target, "supporters", None)  # of a row that was read with them
        if helpers is None:
            return SupportingUnit.objects.filter(target=target, unit__in=place.unit_ids).exists()
        return any(helper.unit_id in place.unit_ids for helper in helpers)


class TargetNote(ValidatedModel):
    """A short remark on a target; it stays as it was written."""

    Kind = enums.NoteKind

    target = models.ForeignKey(Target, models.CASCADE, related_name="notes", verbose_name=_("target"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.CharField(_("text"), max_length=500)
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("unit")
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    answers = models.ForeignKey(
        "self", models.PROTECT, related_name="answered_by", null=True, blank=True, editable=False,
        verbose_name=_("answers"),
    )  # fmt: skip
    promised_on = models.DateField(_("to be done by"), null=True, blank=True)

    objects = TargetNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("-written_at", "-pk")

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.pk:
            raise ValidationError(_("A note stays as it was written."))
        if (self.kind == self.Kind.ANSWER) != (self.answers is not None):
            raise ValidationError(_("An answer says which remark it answers."))
        asked = self.answers
        if asked and (asked.kind != self.Kind.LEADER or asked.target_id != self.target_id):
            raise ValidationError(_("Only a leader's remark on this target is answered."))
