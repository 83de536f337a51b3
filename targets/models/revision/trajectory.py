"""The monthly plan (curve): the value a target plans to reach by the end of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.base import FIXED, PromisedQuerySet, QuantityField, ValidatedModel
from targets.models.enums import Act
from targets.models.revision.revision import TargetRevision
from targets.models.target.target import Target
from targets.rules.schedule import month_end


class TrajectoryPointQuerySet(PromisedQuerySet["TrajectoryPoint"]):
    def plan(
        self, target: Target, curve: dict[date, Decimal], *, by: Any, at: datetime | None = None
    ) -> None:
        """Replace the monthly plan of a target not opened yet; later a change needs a request.

        `curve` maps month ends to planned values. Raises PermissionDenied or ValidationError.
        """
        with recording(Act.PLAN_MONTHS, target, by=by) as act:
            Target.objects.lock(target.pk)
            if not Target.objects.definable_by(by).filter(pk=target.pk).exists():
                raise PermissionDenied(_("Only coordinators define a target."))
            if target.revisions.opening() is not None:
                raise ValidationError(FIXED)
            before = target.trajectory.filter(revision=None)
            for point in before:
                act.note(point, {"planned_value": [point.planned_value, None]})
            before.delete()
            target.refuse_curve(curve)
            for period_end, planned_value in curve.items():
                self.model(target=target, period_end=period_end, planned_value=planned_value).save(at=at)

    def hold_with(self, opening: TargetRevision) -> None:
        """Make the points written before the target was opened part of its opening."""
        with recording() as act:
            if points := self.filter(revision=None):
                for point in points:
                    act.note(point, {"revision": [None, opening.pk]})
                points.update(revision=opening)

    def facts(self) -> TrajectoryPointQuerySet:
        """Points of a monthly plan that was approved, or opened with its target."""
        return self.filter(revision__approved_at__isnull=False)


class TrajectoryPoint(ValidatedModel):
    """A planned cumulative value; the curve in force is that of the newest revision that has one."""

    target = models.ForeignKey(Target, models.PROTECT, related_name="trajectory", verbose_name=_("target"))
    revision = models.ForeignKey(
        TargetRevision, models.PROTECT, related_name="curve", null=True, blank=True, editable=False,
        verbose_name=_("revision"),
    )  # fmt: skip
    period_end = models.DateField(_("period end"))
    planned_value = QuantityField(_("planned value"))

    objects = TrajectoryPointQuerySet.as_manager()

    READ_AHEAD = ("known_as_opened",)
    known_as_opened: bool | None = None

    class Meta:
        verbose_name = _("planned point")
        verbose_name_plural = _("monthly plan")
        ordering = ("period_end", "pk")
        constraints = [
            models.UniqueConstraint(fields=("target", "revision", "period_end"), name="point_once"),
        ]

    def __str__(self) -> str:
        return f"{self.period_end} {self.planned_value}"

    def lock(self) -> None:
        if self.target_id:
            Target.objects.lock(self.target_id)

    @classmethod
    def read_ahead(cls, rows: Sequence[TrajectoryPoint]) -> None:
        of_these = TargetRevision.objects.filter(target__in={row.target_id for row in rows})
        opened = set(of_these.openings().values_list("target", flat=True))
        for row in rows:
            row.known_as_opened = row.target_id in opened

    def _is_opened(self) -> bool:
        if self.known_as_opened is not None:
            return self.known_as_opened
        return self.target.revisions.opening() is not None

    def clean(self) -> None:
        if not self.target_id or not self.period_end:
            return
        if self.target.measure in Target.WORDS_ONLY:
            raise ValidationError(_("What is told in words has no monthly plan."))
        if self.period_end != month_end(self.period_end.year, self.period_end.month):
            raise ValidationError({"period_end": _("A planned point stands at the end of a month.")})
        is_fact = (self.revision and self.revision.approved_at) or self._stored().facts().exists()
        if is_fact or (self.revision is None and self._is_opened()):
            raise ValidationError(FIXED)

    def _stored(self) -> TrajectoryPointQuerySet:
        found = type(self).objects
        return found.filter(pk=self.pk) if self.pk else found.none()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        self._stored().refuse_facts()
        return super().delete(*args, **kwargs)
