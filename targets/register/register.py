"""The register of a plan on a day: what the table, the JSON and the workbook all read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from targets import explain
from targets.models import OrgUnit, Plan, ReportingPeriod, SupportingUnit, Target
from targets.models.target.queries import TargetQuerySet
from targets.register.listing import Listing
from targets.register.row import RegisterRow

AT_ONCE = 1_000  # rows in memory


@dataclass(frozen=True, slots=True)
class Register:
    """A plan's targets as of `on`, as known at `known_at` (now when empty), for `viewer`.

    A command that runs for nobody in particular has no viewer and reads every target.
    """

    plan: Plan
    on: date
    known_at: date | datetime | None = None
    viewer: Any = None
    period: ReportingPeriod | None = None
    today: date | None = None

    @classmethod
    def at(
        cls,
        plan: Plan,
        *,
        period: int | None = None,
        as_of: date | None = None,
        known_at: date | datetime | None = None,
        viewer: Any = None,
        today: date | None = None,
    ) -> Register:
        """The register at the end of a period or on a day. Raises ValidationError by field."""
        today = today or timezone.localdate()
        if period is None:
            return cls(plan, as_of or today, known_at, viewer, None, today)
        if as_of is not None:
            raise ValidationError({"as_of": _("Give a period or a day, not both.")})
        found = next((p for p in plan.periods.all() if p.number == period), None)
        if found is None:
            raise ValidationError({"period": _("This plan has no period %(number)s.") % {"number": period}})
        return cls(plan, found.period_end, known_at, viewer, found, today)

    @property
    def is_past(self) -> bool:
        """Whether this is not simply how things stand now."""
        return self.known_at is not None or self.on < (self.today or timezone.localdate())

    @property
    def is_of_another_day(self) -> bool:
        """Whether a page has to say which day it shows: a day to come is not today either."""
        return self.is_past or self.on > (self.today or timezone.localdate())

    @property
    def known_moment(self) -> str:
        return explain.moment(self.known_at) if self.known_at else ""

    @property
    def promised(self) -> str:
        """The way to the columns of the promise as of the day: its ledger row's, of a draft its own."""
        return "" if self.plan.state == Plan.State.DRAFTING else "row__"

    def targets(self) -> TargetQuerySet:
        """The targets that are listed, with their row and status; filters narrow them further.

        A target not yet promised on that day is left out; a draft is listed without a ledger row.
        """
        everything = Target.objects.filter(plan=self.plan)
        seen = everything if self.viewer is None else Target.objects.seen_in(self.plan, self.viewer)
        if self.plan.state == Plan.State.DRAFTING:
            return seen.with_status(max(self.on, timezone.localdate()))
        return seen.judged(self.on, self.known_at)

    def led_within(self, targets: TargetQuerySet, unit: OrgUnit) -> TargetQuerySet:
        """Those led on that day by the unit or one below it."""
        led = targets.alias(lead_path=F(f"{self.promised}lead_unit__path"))
        return led.filter(lead_path__startswith=unit.path)

    def listing(
        self, targets: TargetQuerySet | None = None, *, reporting: Collection[int] = (), sort: str = ""
    ) -> Listing:
        return Listing(self, self.targets() if targets is None else targets, reporting, sort)

    def rows(
        self,
        targets: TargetQuerySet | None = None,
        reporting: Collection[int] = (),
        *,
        whole: bool = False,
    ) -> list[RegisterRow]:
        """All rows, with what a line of the workbook shows; `whole` as in `Listing.rows`."""
        return list(self.stream(targets, reporting, whole=whole))

    def stream(
        self,
        targets: TargetQuerySet | None = None,
        reporting: Collection[int] = (),
        *,
        whole: bool = False,
    ) -> Iterator[RegisterRow]:
        """The same rows one after the other, with a part of them in memory, however many there are."""
        listed = self.targets() if targets is None else targets
        helpers = Prefetch("supporting_units", SupportingUnit.objects.select_related("unit"), "supporters")
        listing = self.listing(listed.prefetch_related(helpers), reporting=reporting)
        keys = listing.keys
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            yield from listing.rows(part, f"{self.promised}accountable_leader", whole=whole)
