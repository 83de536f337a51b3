"""What was filed for the periods that targets owe, read at once for many targets, and how each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q

from targets.models.entry.entry import ProgressEntry
from targets.models.enums import EntryState, Measure, Part
from targets.models.plan.period import ReportingPeriod
from targets.models.plan.plan import Plan
from targets.models.target.queries import TargetQuerySet, Whose, known_by
from targets.reporting import Answer, Asked, Filed, Newest, PlanDay

UNFILED = Filed()
HAS_VALUE = ExpressionWrapper(Q(value__isnull=False), BooleanField())


class Version(NamedTuple):
    """The newest approved version of a period and part, or the one under way."""

    pk: int
    period: int
    part: str
    state: str
    is_void: bool
    effective_on: date | None
    has_value: bool


Versions = dict[tuple[int, str], Version]  # by period and part


@dataclass(frozen=True, slots=True)
class Filings:
    """By target: the newest approved versions, and those under way that the viewer may read."""

    approved: dict[int, Versions] = field(default_factory=lambda: defaultdict(dict))
    under_way: dict[int, Versions] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def read(
        cls,
        periods: Collection[int],
        targets: Iterable[Any] | None = None,
        *,
        known_at: date | datetime | None = None,
        viewer: Any = None,
    ) -> Filings:
        """For these periods, of all targets or of those named, by key or as a query. Only approved versions
        are read with `known_at`; without a viewer all that is under way, else what the viewer may follow.
        """
        found = cls()
        if not periods:
            return found
        entries = ProgressEntry.objects.filter(period__in=periods)
        if targets is not None:
            entries = entries.filter(target__in=targets)
        approved = Q(state=EntryState.APPROVED)
        if known_at is not None:
            entries = entries.filter(approved & known_by("reviewed_at", known_at))
        elif viewer is not None:
            entries = entries.filter(approved | ProgressEntry.objects.followed_by(viewer))
        in_order = entries.annotate(has_value=HAS_VALUE).order_by("revision_no", "pk")
        for target, *columns in in_order.values_list("target", *Version._fields):
            version = Version(*columns)
            kind = found.approved if version.state == EntryState.APPROVED else found.under_way
            kind[target][version.period, version.part] = version
        return found

    def answer(
        self, day: PlanDay, target: int, measure: str, asked: Asked, newest: Newest | None = None
    ) -> Answer:
        """`newest` says whether the outcome is there, as known now; without it the versions say it."""
        if not asked.owes_outcome:
            has_outcome = False
        elif newest is not None:
            has_outcome = day.has_outcome(measure, asked, newest)
        else:
            has_outcome = self._has_outcome(day, target, measure, asked.closes_on)
        report = statistic = UNFILED
        if asked.owed is not None:
            report = self._part(target, asked.owed.pk, Part.REPORT)
            statistic = self._part(target, asked.owed.pk, Part.STATISTIC)
        return day.answer(asked, report, statistic, has_outcome=has_outcome)

    def _part(self, target: int, period: int, part: str) -> Filed:
        if target not in self.approved and target not in self.under_way:
            return UNFILED
        approved = self.approved[target].get((period, part))
        under_way = self.under_way[target].get((period, part))
        is_reported = approved is not None and not approved.is_void
        return Filed(is_reported, under_way.state if under_way is not None else "")

    def _has_outcome(self, day: PlanDay, target: int, measure: str, closes_on: date) -> bool:
        """Whether a figure counts, or of a milestone target a report, of the closing period or later."""
        periods = {period.pk for period in day.periods_after(closes_on)}
        counting = (each for each in self.approved[target].values() if not each.is_void)
        return any(
            each.period in periods and (each.has_value or measure == Measure.MILESTONE) for each in counting
        )


@dataclass(frozen=True, slots=True)
class Owing:
    """How the reports of targets stand on a day, as known now, and the versions on which that rests."""

    targets: list[Whose]
    answers: dict[int, Answer]
    filed: Filings

    @classmethod
    def read(
        cls,
        targets: TargetQuerySet,
        on: date,
        *,
        today: date,
        viewer: Any = None,
        known: Collection[Plan] = (),
    ) -> Owing:
        """`targets` carry their row; they may stand in several plans. `known` have their periods."""
        found = targets.whose()
        plans = {each.plan for each in found}
        days = _days(plans - {plan.pk for plan in known}, on, today)
        days |= {plan.pk: PlanDay(plan, plan.periods.all(), on, today) for plan in known if plan.pk in plans}
        asked = {each.pk: days[each.plan].asked(each.standing) for each in found}
        owed = {each.owed.pk for each in asked.values() if each.owed is not None and not each.is_exempt}
        filed = Filings.read(owed, targets.order_by().values("pk"), viewer=viewer)
        answers = {
            each.pk: filed.answer(
                days[each.plan], each.pk, each.standing.measure, asked[each.pk], each.newest
            )
            for each in found
        }
        return cls(found, answers, filed)

    def under_way(self, target: int) -> dict[str, Version]:
        """By part the version under way of the owed period."""
        owed, versions = self.answers[target].asked.owed, self.filed.under_way.get(target)
        if owed is None or versions is None:
            return {}
        return {part: version for (period, part), version in versions.items() if period == owed.pk}


def _days(plans: Collection[int], on: date, today: date) -> dict[int, PlanDay]:
    periods: dict[Plan, list[ReportingPeriod]] = defaultdict(list)
    for period in ReportingPeriod.objects.filter(plan__in=plans).select_related("plan") if plans else ():
        periods[period.plan].append(period)
    return {plan.pk: PlanDay(plan, of_plan, on, today) for plan, of_plan in periods.items()}


def periods_to_read(day: PlanDay, asked: Asked, *, outcome: bool = True) -> set[int]:
    """The periods whose entries decide how the report stands, with those in which the outcome may be."""
    wanted = {asked.owed.pk} if asked.owed is not None and not asked.is_exempt else set()
    if asked.owes_outcome and outcome:
        wanted.update(period.pk for period in day.periods_after(asked.closes_on))
    return wanted
