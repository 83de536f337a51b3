"""The register of a plan on a day: what the table, the JSON and the workbook all read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from targets import explain
from targets.models import Plan, ProgressEntry, ReportingPeriod, Target
from targets.models.enums import Firmness
from targets.models.kept import kept_by_thread
from targets.models.people.roles import Reader
from targets.models.target.queries import TargetQuerySet
from targets.register.row import RegisterRow
from targets.rules.quantities import half_up
from targets.status import ON_SCHEDULE, UNLIT, Status


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

    def counted(self) -> TargetQuerySet:
        """The targets with what counting needs; filters narrow it further, `complete` adds the rest."""
        return _counted(*self._asked).filter(plan=self.plan)

    @property
    def _asked(self) -> tuple[Any, ...]:
        viewer = None if self.viewer is None else Reader.of(self.viewer)
        return self.on, self.known_at, viewer, self.today or timezone.localdate()

    def with_reporting(self, targets: TargetQuerySet) -> TargetQuerySet:
        return targets.with_reporting(self.on, self.known_at, viewer=self.viewer, today=self.today)

    def complete(self, targets: TargetQuerySet) -> TargetQuerySet:
        """With all that a line of the workbook shows, in 序号 order."""
        complete = targets.for_register(self.on, self.known_at, viewer=self.viewer, today=self.today)
        leaders = ("row__accountable_leader", "accountable_leader")
        return complete.select_related(*leaders).prefetch_related("supporting_units__unit")

    @property
    def promised(self) -> str:
        """The way to the columns of the promise as of the day: its ledger row's, of a draft its own."""
        return "" if self.plan.state == Plan.State.DRAFTING else "row__"

    def targets(self) -> TargetQuerySet:
        return self.complete(self.counted())

    def rows(self, targets: Iterable[Target] | None = None) -> list[RegisterRow]:
        found = list(self.targets() if targets is None else targets)
        if self.is_past:  # today's columns are the revisions' reading already
            for target in found:
                target.read_as_promised(target.changes)
        self._read_earlier_words(found)
        return [RegisterRow(target, self.on) for target in found]

    def _read_earlier_words(self, targets: Sequence[Target]) -> None:
        """Where the newest report says nothing in words, the newest that did: one query for all."""
        silent = {target.pk: target for target in targets if target.words and not target.words.has_words}
        entries = ProgressEntry.objects.filter(
            target__in=silent, part=ProgressEntry.Part.REPORT, effective_on__lte=self.on
        )
        said = [entry for entry in entries.counting(self.known_at) if entry.has_words] if silent else []
        for entry in sorted(said, key=lambda entry: entry.period_end):
            silent[entry.target_id].earlier_words = entry

    def rows_of(self, keys: Sequence[int]) -> list[RegisterRow]:
        """The rows of these targets in this order: of a page, without reading the rest in full."""
        found = _on_a_page(*self._asked).in_bulk(keys)
        return self.rows(found[key] for key in keys if key in found)


@kept_by_thread(64)
def _counted(
    on: date, known_at: date | datetime | None, viewer: Reader | None, today: date
) -> TargetQuerySet:
    targets = Target.objects.all() if viewer is None else Target.objects.visible_to(viewer)
    return targets.for_counts(on, known_at, today=today)


@kept_by_thread(64)
def _on_a_page(
    on: date, known_at: date | datetime | None, viewer: Reader | None, today: date
) -> TargetQuerySet:
    return Target.objects.for_register(on, known_at, viewer=viewer, today=today).order_by()


class Summary:
    """The listed targets in their order, counts by status, and how many lit ones are on schedule."""

    def __init__(self, listed: Iterable[tuple[int, int | None, bool, str]], counts_stretch: bool) -> None:
        self.keys: list[int] = []
        groups: Counter[tuple[int | None, bool, bool]] = Counter()
        for key, status, carried, firmness in listed:
            self.keys.append(key)
            groups[status, carried, firmness == Firmness.STRETCH] += 1
        self.listed = len(self.keys)
        self.by_status: Counter[Status] = Counter()
        self.lit = self.on_schedule = 0
        for (status, carried, is_stretch), count in groups.items():
            if status is None:
                continue
            self.by_status[Status(status)] += count
            if status not in UNLIT and (counts_stretch or not is_stretch):
                self.lit += count
                if status in ON_SCHEDULE and not carried:
                    self.on_schedule += count

    @classmethod
    def of(cls, targets: TargetQuerySet, plan: Plan) -> Summary:
        """From one query, the only one that reads every listed target."""
        return cls(targets.values_list("pk", "status", "carried", "firmness_then"), plan.counts_stretch)

    @property
    def statuses(self) -> list[tuple[Status, int]]:
        return sorted(self.by_status.items())

    @property
    def on_schedule_rate(self) -> Decimal | None:
        """达序时率 in per cent: of the lit targets, those on schedule by this period's own figures."""
        return half_up(Fraction(100 * self.on_schedule, self.lit), 1) if self.lit else None
