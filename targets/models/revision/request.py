"""Requests for changes: a second person decides on each, and on one over many targets as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.base import ValidatedModel
from targets.models.enums import Act, Role
from targets.models.people import rights
from targets.models.people.units import Member
from targets.models.target.target import Target


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=label, editable=False,
    )  # fmt: skip


class Request(ValidatedModel):
    """A request of one person, which another person approves or refuses.

    A request over many targets has one revision for each target; `joins` names the first one. A
    decision on any of these revisions is a decision on all of them.
    """

    target: Target
    target_id: int
    joins_id: int | None
    joined_by: Any

    joins = models.ForeignKey(
        "self", models.PROTECT, related_name="joined_by", null=True, blank=True, editable=False,
        verbose_name=_("first of the same request"),
    )  # fmt: skip
    asked_by = _person(_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    approved_by = _person(_("approved by"))
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    refused_by = _person(_("refused by"))
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True, editable=False)
    review_comment = models.CharField(_("review comment"), max_length=500, blank=True, editable=False)

    class Meta:
        abstract = True

    # What the revisions of one request have in common.
    SHARED = ("kind", "effective_on", "document_no", "reason", "asked_by_id", "asked_at")

    def clean_request(self) -> None:
        self._keep_what_stands()
        first = self.joins
        if (
            first
            and self.is_waiting
            and (first.joins or any(getattr(first, n) != getattr(self, n) for n in self.SHARED))
        ):
            message = _("One request is of one kind, asked for at once by one person on one ground.")
            raise ValidationError(message)

    def _keep_what_stands(self) -> None:
        """A decided request is a fact; a waiting request keeps its target and the person who asked."""
        stored = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        if stored is None:
            return
        if not stored.is_waiting:
            raise ValidationError(_("This request was decided on already."))
        if (stored.target_id, stored.asked_by_id) != (self.target_id, self.asked_by_id):
            raise ValidationError(_("What was asked for stays, and so does who asked."))

    @property
    def is_signed_alone(self) -> bool:
        return self.approved_at is not None and self.approved_by_id == self.asked_by_id

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        stored: Any = type(self)._default_manager.filter(pk=self.pk)
        stored.refuse_facts()
        return super().delete(*args, **kwargs)

    def sign(self) -> None:
        """Put the revision in force; `approved_by` and `approved_at` are set already."""
        raise NotImplementedError

    # --- transitions --------------------------------------------------------------------------

    def lock(self) -> None:
        """Lock the targets of the whole request in order, so that of two simultaneous decisions one waits."""
        if self.pk:
            of_all = self.request().order_by().values("target")
            list(Target.objects.locked().filter(pk__in=of_all).values_list("pk"))
        elif self.target_id:
            Target.objects.lock(self.target_id)

    def approve(self, *, by: Any, at: datetime | None = None) -> bool:
        """Approve the request. Returns False, and changes nothing, if it is approved already.

        Raises PermissionDenied or ValidationError.
        """
        with recording(Act.SIGN, self, by=by):
            request = self._locked()
            if self.approved_at is not None:
                return False
            self._may_be_decided(by)
            moment = at or timezone.now()
            for revision in request:
                revision.approved_by, revision.approved_at = by, moment
                with naming(revision.target, len(request) > 1):
                    revision.sign()
        return True

    def refuse(self, *, by: Any, comment: str, at: datetime | None = None) -> None:
        """Refuse the request with a reason. Raises PermissionDenied or ValidationError."""
        with recording(Act.REFUSE, self, by=by):
            request = self._locked()
            self._may_be_decided(by)
            if not comment.strip():
                raise ValidationError({"review_comment": _("Please say why it is refused.")})
            self._turn_down(request, by, at, comment)

    def withdraw(self, *, by: Any, at: datetime | None = None) -> None:
        """Take back an own request, which stays listed. Raises PermissionDenied or ValidationError."""
        with recording(Act.WITHDRAW, self, by=by):
            request = self._locked()
            if by.pk != self.asked_by_id:
                raise PermissionDenied(_("Only who asked for a change withdraws it."))
            self._turn_down(request, by, at)

    def supersede(self, *, at: datetime | None = None) -> None:
        """End a proposal of the system because of a newer figure; the caller holds the target's lock."""
        self._turn_down([self], None, at, str(_("A newer figure was approved.")))

    def _turn_down(self, request: list[Self], by: Any, at: datetime | None, comment: str = "") -> None:
        if not self.is_waiting:
            raise ValidationError(_("This request was decided on already."))
        moment = at or timezone.now()
        for revision in request:
            revision.refused_by, revision.refused_at = by, moment
            revision.review_comment = comment.strip()
            revision.save(at=moment, locked=True)

    def _locked(self) -> list[Self]:
        """Lock the whole request, then reload its revisions in the order of the targets."""
        self.lock()
        read = self.request().select_related(
            "target__plan__light_rule", "target__plan__jurisdiction", "target__current", "target__lead_unit",
            "milestone", "annuls", "asked_by",
        )  # fmt: skip
        self.refresh_from_db(from_queryset=read)
        return [self if row.pk == self.pk else row for row in (read if self.is_of_many else [self])]

    def _may_be_decided(self, by: Any) -> None:
        if not self._decides_on_all(by):
            raise PermissionDenied(_("Only coordinators and leaders decide on changes of the promise."))
        if by.pk == self.asked_by_id:
            raise PermissionDenied(_("Nobody approves an own request."))
        if self.refused_at is not None:
            raise ValidationError(_("This request was refused already."))

    # --- reading ------------------------------------------------------------------------------

    def request(self) -> Any:
        """All revisions of the same request, in the order of the targets."""
        first = self.joins_id or self.pk
        rows = type(self)._default_manager.filter(models.Q(pk=first) | models.Q(joins=first))
        return rows.order_by("target", "pk")

    @property
    def is_of_many(self) -> bool:
        return self.joins_id is not None or self.joined_by.exists()

    @property
    def is_waiting(self) -> bool:
        return self.approved_at is None and self.refused_at is None

    @property
    def is_withdrawn(self) -> bool:
        return self.refused_at is not None and self.refused_by_id == self.asked_by_id

    def may_be_decided_by(self, user: Any) -> bool:
        return self.is_waiting and user.pk != self.asked_by_id and self._decides_on_all(user)

    def signers(self) -> list[Member]:
        """The coordinators and leaders of the jurisdiction, who decide, without the person who asked."""
        acting = Member.objects.acting_for(self.target.plan.jurisdiction, Role.COORDINATOR, Role.LEADER)
        return list(acting.exclude(user=self.asked_by_id).select_related("unit").order_by("unit__path", "pk"))

    def may_be_withdrawn_by(self, user: Any) -> bool:
        return self.is_waiting and user.pk == self.asked_by_id

    def _decides_on_all(self, user: Any) -> bool:
        if getattr(self, "others", None) == 0:  # read as a request about this target alone
            return rights.signs(user, self.target)
        targets = Target.objects.filter(pk__in=self.request().order_by().values("target"))
        return not targets.exclude(pk__in=Target.objects.signable_by(user)).exists()


@contextmanager
def naming(target: Target, is_of_many: bool) -> Iterator[None]:
    """In a request over many targets, a ValidationError names the target it is about."""
    try:
        yield
    except ValidationError as refused:
        if not is_of_many:
            raise
        words = {"number": target.number, "title": target.title, "why": " ".join(refused.messages)}
        raise ValidationError(_("%(number)s %(title)s: %(why)s") % words) from None
