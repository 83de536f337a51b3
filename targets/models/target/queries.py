"""Queries of targets: those a user sees, and their status on a day as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone

from targets.models.base import locking
from targets.models.enums import Part, PlanState
from targets.models.people import rights
from targets.models.people.place import Place
from targets.models.target.fact import Fact
from targets.reporting import Newest, Standing
from targets.status import status_on

if TYPE_CHECKING:
    from targets.models.entry.entry import ProgressEntry

# The columns of a Standing, in its order.
STANDING = (
    "measure", "row__state", "row__frequency", "row__figure_from", "row__first_period", "row__starts_on",
    "row__due_on", "row__light", "row__period_end", "row__settled", "was_settled",
)  # fmt: skip
NEWEST = ("newest_report__period", "newest_figure__period")


class Whose(NamedTuple):
    """One target: whose report it is, and what the report depends on."""

    pk: int
    plan: int
    lead_unit: int
    number: int
    is_by_statistics: bool
    newest: Newest
    standing: Standing


def known_by(field: str, known_at: date | datetime | None) -> Q:
    """The condition "recorded by that moment"; a date means the end of that day, None means now."""
    if known_at is None:
        return Q()
    if isinstance(known_at, datetime):
        return Q(**{f"{field}__lte": known_at})
    midnight = timezone.make_aware(datetime.combine(known_at + timedelta(1), time.min))
    return Q(**{f"{field}__lt": midnight})


def newest(counting: Iterable[ProgressEntry | Fact]) -> dict[str, Any]:
    """Of the entries that count for one target: the newest report, and the newest with a value."""
    in_order = sorted(counting, key=lambda entry: (entry.period_end, entry.pk))
    reports = [entry for entry in in_order if entry.part == Part.REPORT]
    valued = [entry for entry in in_order if entry.value is not None]
    return {
        "newest_report": reports[-1] if reports else None,
        "newest_figure": valued[-1] if valued else None,
    }


class TargetQuerySet(models.QuerySet):
    def locked(self) -> TargetQuerySet:
        """Lock the rows for a change of facts."""
        return locking(self.order_by("pk"))

    def lock(self, pk: int) -> None:
        """Lock one row, reading nothing but its key."""
        self.locked().only("pk").get(pk=pk)

    # --- whose --------------------------------------------------------------------------------

    def visible_to(self, user: Any) -> TargetQuerySet:
        return self.filter(rights.may_see(user, self.model._base_manager.all()))

    def seen_in(self, plan: Any, user: Any) -> TargetQuerySet:
        """The targets of one plan that the user sees; whoever sees all of it needs no condition."""
        place = Place.of(user)
        rows = self.filter(plan=plan)
        return rows if plan.pk in place.plans(place.reads) else rows.visible_to(place)

    def editable_by(self, user: Any, part: str | None = None) -> TargetQuerySet:
        """Targets on which the user may log progress; of `part`, report or statistic, when given."""
        return self.filter(rights.may_log(user, part))

    def definable_by(self, user: Any) -> TargetQuerySet:
        """Targets whose promise the user writes before they are opened."""
        return self.filter(rights.may_coordinate(user))

    def signable_by(self, user: Any) -> TargetQuerySet:
        """Targets whose promise the user may decide on, if another asked for the change."""
        return self.filter(rights.may_sign(user))

    def askable_by(self, user: Any) -> TargetQuerySet:
        """Targets whose promise the user may ask to change, as the lead unit or a coordinator."""
        return self.filter(rights.may_ask(user))

    def writable_by(self, user: Any, part: str | None = None) -> TargetQuerySet:
        """Editable targets whose plan takes reports: in force from all, closed from coordinators alone."""
        place = Place.of(user)
        closed = Q(plan__state=PlanState.CLOSED) & rights.may_coordinate(place)
        promised = Q(current__isnull=False)  # a target only requested owes nothing
        return self.editable_by(place, part).filter(promised & (Q(plan__state=PlanState.IN_FORCE) | closed))

    def on_list(self, chosen: Any) -> TargetQuerySet:
        """The targets on one list, each with `list_shown`, its key, and its number, order and score there."""
        columns = {f"list_{name}": F(f"places__{name}") for name in ("number", "order", "score")}
        return self.filter(places__list=chosen).annotate(list_shown=F("places__list"), **columns)

    def reviewable_by(self, user: Any) -> TargetQuerySet:
        """Targets whose reports the user may review; own reports are refused one by one."""
        return self.filter(rights.may_review(user))

    # --- how it does --------------------------------------------------------------------------

    def with_status(self, on: date | None = None, known_at: date | datetime | None = None) -> TargetQuerySet:
        """Join one ledger row as `row` and add `status`, as of `on`, as known at `known_at`.

        Both default to now. `status` is null if nothing is judged yet. To filter by a column of the
        row, give it a name by `alias` first: filter(row__…) would join the ledger again, without the day.
        """
        on = on or timezone.localdate()
        if reads_current(on, known_at):
            found = self.annotate(row=FilteredRelation("current"))
        else:
            # The join leaves out later rows, so that a target judged only later keeps an empty one.
            standing = Q(assessments__effective_on__lte=on) & known_by("assessments__recorded_at", known_at)
            joined = self.annotate(row=FilteredRelation("assessments", condition=standing))
            found = joined.filter(Q(row__isnull=True) | Q(row=self._newest_row(on, known_at)))
        return found.annotate(status=status_on(on))

    def judged(self, on: date, known_at: date | datetime | None = None) -> TargetQuerySet:
        """As `with_status`, without the targets of which nothing was judged: a plain join."""
        if reads_current(on, known_at):
            return self.with_status(on).filter(row__isnull=False)
        joined = self.annotate(row=FilteredRelation("assessments"))
        return joined.filter(row=self._newest_row(on, known_at)).annotate(status=status_on(on))

    def whose(self) -> list[Whose]:
        """Of targets with their row, as known now: who files what, and what reporting depends on."""
        known = self.order_by().annotate(
            was_settled=self.was_settled(None),
            is_by_statistics=ExpressionWrapper(rights.BY_STATISTICS, BooleanField()),
        )
        own = ("pk", "plan", "lead_unit", "number", "is_by_statistics")
        rows = known.values_list(*own, *NEWEST, *STANDING)
        return [
            Whose(pk, plan, unit, number, is_counted, Newest(report, figure), Standing(*standing))
            for pk, plan, unit, number, is_counted, report, figure, *standing in rows
        ]

    def was_settled(self, known_at: date | datetime | None) -> F | Subquery:
        """Whether the target is done for good by its newest row known, whatever day is shown."""
        if known_at is None:
            return F("current__settled")
        return self._newest_row(date.max, known_at, "settled")

    def _newest_row(self, on: date, known_at: date | datetime | None, column: str = "pk") -> Subquery:
        ledger: Any = self.model._meta.get_field("assessments").related_model
        known = ledger.objects.filter(known_by("recorded_at", known_at), effective_on__lte=on)
        rows = known.filter(target=OuterRef("pk"))
        return Subquery(rows.order_by("-effective_on", "-pk").values(column)[:1])


def reads_current(on: date, known_at: date | datetime | None) -> bool:
    """Whether the day is today or later, as known now: the newest row and reports of each are shown."""
    return known_at is None and on >= timezone.localdate()


def day_known(known_at: date | datetime | None, today: date) -> date:
    return timezone.localdate(known_at) if isinstance(known_at, datetime) else known_at or today
