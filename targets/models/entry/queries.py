"""Queries of entries: those a user sees, approved or waiting ones, and the versions that count."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from targets.models.base import queryset_only
from targets.models.entry.acts import EntryActsQuerySet
from targets.models.entry.file import KeptFile
from targets.models.entry.passing import waits_for_the_unit
from targets.models.enums import Part, ReviewMode
from targets.models.people import rights
from targets.models.people.place import Place
from targets.models.target.fact import Fact, counting
from targets.models.target.queries import known_by
from targets.models.target.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from targets.models.entry.entry import ProgressEntry


# The columns of a Fact, in its order, and the nodes that it reports as done, a row for each.
FACT = (
    "pk", "target_id", "period_id", "part", "state", "revision_no", "is_void", "period__period_end",
    "effective_on", "value", "preliminary",
)  # fmt: skip
DONE = ("completions__milestone_id", "completions__completed_on")


def newer_than_outer(versions: models.QuerySet) -> models.QuerySet:
    """The later versions of the outer entry's target, period and part."""
    return versions.filter(
        target=models.OuterRef("target"), period=models.OuterRef("period"), part=models.OuterRef("part"),
        revision_no__gt=models.OuterRef("revision_no"),
    )  # fmt: skip


class ProgressEntryQuerySet(EntryActsQuerySet):
    def visible_to(self, user: Any) -> ProgressEntryQuerySet:
        """Approved entries of targets the user sees; unapproved ones as `rights.may_follow` allows.

        A unit still reads the entries it filed after another unit has taken the lead.
        """
        place = Place.of(user)
        own = models.Q(reported_by_unit__in=place.unit_ids)
        readable = models.Q(state=self.model.State.APPROVED) | own | self.followed_by(place)
        return self.filter(readable, target__in=Target.objects.visible_to(place))

    @staticmethod
    def followed_by(user: Any) -> models.Q:
        """Entries of targets whose reports under way the user reads, too."""
        followed = rights.NONE
        for part in Part:
            followed |= models.Q(part=part, target__in=Target.objects.filter(rights.may_follow(user, part)))
        return followed

    def approved(self) -> ProgressEntryQuerySet:
        return self.filter(state=self.model.State.APPROVED)

    def open(self) -> models.QuerySet:
        return self.exclude(state=self.model.State.APPROVED)

    def waiting_for(self, user: Any) -> models.QuerySet:
        """Submitted entries that this user may review now; nobody reviews an own entry."""
        place = Place.of(user)
        hands = ("entered_by", "submitted_by", "passed_by", "earlier_writers")
        own = models.Q(*((name, place.pk) for name in hands), _connector=models.Q.OR)
        submitted = self.filter(state=self.model.State.SUBMITTED).exclude(own)
        if place.is_everywhere:
            return submitted
        both = place.plans(lambda plan: plan.review_mode == ReviewMode.BOTH)
        decided = place.plans(place.decides)
        of_units = rights.within("target__lead_unit", place.units)
        below = of_units & models.Q(target__plan__in=place.plans(place.reviews_below))
        unpassed = models.Q(passed_at=None) | ~models.Q(target__plan__in=both)
        may = below & unpassed | models.Q(target__plan__in=decided - both)
        if decided & both:
            may |= submitted._ready(place, decided & both)
        return submitted.filter(may)

    def untouched(self) -> models.QuerySet:
        """Submitted, and neither passed nor reviewed."""
        return self.filter(state=self.model.State.SUBMITTED, passed_at=None)

    def handed_in_by(self, user: Any) -> ProgressEntryQuerySet:
        """Entries that the user submitted, or that the user's unit filed itself."""
        place = Place.of(user)
        writable = Target.objects.writable_by(place).values("pk")
        own = models.Q(reported_by_unit__in=place.unit_ids, origin=self.model.Origin.OWN)
        return self.filter(models.Q(submitted_by=place.pk) | own, target__in=writable)

    def ready_for_the_office(self, place: Place) -> models.QuerySet:
        """In a two-step review: entries that the unit passed, or that it has no reviewer to pass."""
        return self.filter(self._ready(place, place.plans(lambda plan: plan.review_mode == ReviewMode.BOTH)))

    def _ready(self, place: Place, in_two_steps: set[int]) -> models.Q:
        plans = [plan for plan in place.all_plans if plan.pk in in_two_steps]
        of_plans = models.Q(target__plan__in=in_two_steps)
        waits = waits_for_the_unit(self.filter(of_plans, passed_at=None), plans, place.reviewers)
        return of_plans & (models.Q(passed_at__isnull=False) | ~waits)

    def counting(self, known_at: date | datetime | None = None) -> Iterator[ProgressEntry]:
        """The approved version that counts for each target, period and part, voided ones left out."""
        approved = self.approved().filter(known_by("reviewed_at", known_at)).order_by("part", "pk")
        return counting(approved.select_related("period").prefetch_related("completions"))

    def newest_first(self) -> models.QuerySet:
        """The entries that count, of the newest period first; for one statement over many targets."""
        approved = self.approved()
        counting = approved.filter(~models.Exists(newer_than_outer(approved)), is_void=False)
        return counting.order_by("-period__period_end", "-pk")

    def facts(self, known_at: date | datetime | None = None, *, beside: int | None = None) -> list[Fact]:
        """Every approved version, and the entry with the key `beside`: one query, of few columns."""
        approved = models.Q(known_by("reviewed_at", known_at), state=self.model.State.APPROVED)
        rows = self.filter(approved | models.Q(pk=beside) if beside else approved)
        found: dict[int, Fact] = {}
        in_order = rows.order_by("pk", "completions__pk")
        for pk, *columns, node, day in in_order.values_list(*FACT, *DONE):
            fact = found.get(pk) or Fact(pk, *columns)
            found[pk] = fact if node is None else fact._replace(done=(*fact.done, (node, day)))
        return list(found.values())

    @queryset_only
    def update(self, **kwargs: Any) -> int:
        if self.approved().exists():
            raise ValidationError(_("An approved entry is not edited; correct it instead."), code="approved")
        return super().update(**kwargs)

    @queryset_only
    def delete(self) -> Any:
        if self.approved().exists():
            raise ValidationError(_("An approved entry cannot be deleted; void it instead."))
        with transaction.atomic():
            files = KeptFile.objects.resting_on(self.order_by().values("pk"))
            deleted = super().delete()
            for file in files:
                file.let_go()
        return deleted
