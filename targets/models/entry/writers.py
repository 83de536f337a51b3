"""The people behind a report: the unit that answers, its writers, and its reviewers."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.entry.content import EntryContent
from targets.models.people import rights
from targets.models.people.units import Member, OrgUnit


def _person(label: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False,
        verbose_name=label,
    )  # fmt: skip


class EntryWriters(EntryContent):
    """Nobody reviews an entry they wrote, so the entry keeps every writer, not only the last."""

    Origin = enums.Origin

    reported_by_unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="+", blank=True, verbose_name=_("reported by")
    )
    origin = models.CharField(_("origin"), max_length=12, choices=Origin, default=Origin.OWN, editable=False)
    entered_by = _person(_("entered by"))
    submitted_by = _person(_("submitted by"))
    earlier_writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", editable=False, verbose_name=_("earlier writers")
    )
    passed_by = _person(_("passed by the unit's reviewer"))
    reviewed_by = _person(_("reviewed by"))

    objects: Any
    State: Any
    EDITABLE: Any
    state: str
    revision_no: int
    passed_at: Any
    known_units: Mapping[int | None, Set[int]] | None = None  # user → units, when many rows are cleaned
    taken_over_from: Set[int] = frozenset()  # the writers whom this save replaces

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        if self.target_id and self.reported_by_unit_id is None:
            self.reported_by_unit_id = self.target.lead_unit_id
        if self._state.adding and self.target_id:
            self.origin = self._origin()
        super().clean_fields(exclude=exclude)

    def enter(self, by: Any, *, from_paper: bool | None = None) -> None:
        """Record, on each edit, the writer and the unit that answers.

        An entry never submitted belongs to the present lead unit, even if another unit began it.
        """
        self.entered_by = by
        if self.revision_no == 1 and self.submitted_by_id is None:
            self.reported_by_unit_id = self.target.lead_unit_id
        if from_paper is not None:
            self.origin = self.Origin.TRANSCRIBED if from_paper else self.Origin.ON_BEHALF
        self.origin = self._origin()

    def _origin(self) -> str:
        """OWN if the writer belongs to the reporting unit; anyone else files for that unit."""
        if self.part == self.Part.STATISTIC or self.entered_by_id is None:
            return self.Origin.OWN
        if self.reported_by_unit_id in self._units_of_the_author():
            return self.Origin.OWN
        return self.Origin.TRANSCRIBED if self.origin == self.Origin.TRANSCRIBED else self.Origin.ON_BEHALF

    def _units_of_the_author(self) -> Set[int]:
        if self.known_units is not None:
            return self.known_units.get(self.entered_by_id or 0, frozenset())
        return Member.objects.filter(user=self.entered_by_id).units_by_user().get(self.entered_by_id, set())

    @property
    def writers(self) -> Set[int]:
        """Ids of the users who entered and submitted the entry as it stands."""
        return {pk for pk in (self.entered_by_id, self.submitted_by_id) if pk}

    def changed(self) -> None:
        if self.taken_over_from:
            self.earlier_writers.add(*self.taken_over_from)

    def refuse_own(self, by: Any, *, wrote: bool = False) -> None:
        """Raise PermissionDenied if `by` wrote or passed the entry; `wrote`: `by` is an earlier writer."""
        if wrote or by.pk in self.writers:
            raise PermissionDenied(_("Nobody reviews an own entry."))
        if by.pk == self.passed_by_id:  # also if the plan now has a one-step review
            raise PermissionDenied(_("The unit has passed it; now the office decides."))

    # --- rights --------------------------------------------------------------------------------

    def may_be_edited_by(self, user: Any) -> bool:
        return self.state in self.EDITABLE and rights.logs(user, self.target, self.part)

    def may_be_reviewed_by(self, user: Any) -> bool:
        this = type(self).objects.filter(pk=self.pk)
        return self.state == self.State.SUBMITTED and this.waiting_for(user).exists()

    def may_be_withdrawn_by(self, user: Any) -> bool:
        if self.state != self.State.SUBMITTED or self.period.is_frozen(timezone.localdate()):
            return False
        return type(self).objects.filter(pk=self.pk).handed_in_by(user).untouched().exists()

    def was_handed_in_by(self, user: Any) -> bool:
        return type(self).objects.filter(pk=self.pk).handed_in_by(user).exists()
