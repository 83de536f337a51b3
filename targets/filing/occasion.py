"""The occasion of an entry: its target, part and period, and the context that its author needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from targets.filing.said_before import SaidBefore
from targets.models import Plan, ProgressEntry, ReportingPeriod, Target
from targets.models.people import rights
from targets.models.people.place import Place
from targets.reporting import ASKS_EVERY

Part = ProgressEntry.Part


def loggable(user: Any, part: str | None = None) -> Any:
    """Return the targets on which `user` may log now (if given, `part`): newest plan first, in 序号 order."""
    return (
        Target.objects.editable_by(user, part)
        .filter(plan__state=Plan.State.IN_FORCE)
        .exclude(state__in=Target.SILENT)
        .select_related("plan", "lead_unit")
        .order_by("-plan__ends_on", "plan", "number", "pk")
    )


def reportable(user: Any) -> Any:
    """Wider than `loggable`: coordinators may still file the closing report of a closed plan."""
    return (
        Target.objects.writable_by(user).exclude(state__in=Target.SILENT).select_related("plan", "lead_unit")
    )


@dataclass
class Occasion(SaidBefore):
    """`user` reports on `target` on the day `today`, or reads the stored `entry`."""

    user: Any
    today: date
    target: Target
    wanted_part: str = ""
    wanted_period: str = ""
    entry: ProgressEntry | None = None

    @property
    def targets(self) -> Any:
        """Wider than `loggable`, so that a target suspended meanwhile gets a readable refusal."""
        return Target.objects.editable_by(self.user)

    @cached_property
    def parts(self) -> list[str]:
        """The parts that the user may write: the unit its report, statisticians the official figure."""
        kept = [Part.STATISTIC] if self.target.owes_figure(Part.STATISTIC) else []
        return [part for part in (*kept, Part.REPORT) if rights.logs(self.user, self.target, part)]

    @cached_property
    def is_for_another(self) -> bool:
        """Whether the user files the words for a unit not their own."""
        return self.part == Part.REPORT and self.target.lead_unit_id not in Place.of(self.user).unit_ids

    @property
    def part(self) -> str:
        if self.entry is not None:
            return self.entry.part
        return self.wanted_part if self.wanted_part in self.parts else next(iter(self.parts), Part.REPORT)

    @property
    def carries_figure(self) -> bool:
        return self.entry.carries_figure() if self.entry else self.target.owes_figure(self.part)

    @property
    def takes_forecast(self) -> bool:
        periods = [self.entry.period] if self.entry else self.periods
        open_here = (ProgressEntry(target=self.target, period=each, part=self.part) for each in periods)
        return any(entry.takes_forecast() for entry in open_here)

    @property
    def comes_after_closing(self) -> bool:
        """Whether the plan is closed; the entry then needs a reason, like a correction."""
        return self.target.plan.state == Plan.State.CLOSED

    @property
    def has_nodes(self) -> bool:
        return self.target.measure == Target.Measure.MILESTONE

    # --- periods ------------------------------------------------------------------------------

    @cached_property
    def periods(self) -> Any:
        """The periods open for reporting, newest first; of a closed plan only the closing period."""
        opened = self.target.plan.periods.filter(opens_on__lte=self.today).order_by("-period_end")
        return opened.filter(pk=self.target.closing_period.pk) if self.comes_after_closing else opened

    @cached_property
    def newest_entries(self) -> dict[int, ProgressEntry]:
        """The newest version of each period of this target and part."""
        entries = self.target.entries.filter(part=self.part).order_by("revision_no")
        return {entry.period_id: entry for entry in entries}

    @cached_property
    def period(self) -> ReportingPeriod | None:
        """The period asked for, else the newest ended one without an entry, else one still running."""
        if self.entry is not None:
            return self.entry.period
        periods = list(self.periods)
        if self.wanted_period:
            return next((period for period in periods if str(period.pk) == self.wanted_period), None)
        free = [period for period in periods if period.pk not in self.newest_entries]
        closed = [period for period in self._asked(periods) if period in free]
        running = [period for period in free if period.period_end >= self.today]
        return next(iter(closed or running), None)

    def _asked(self, periods: list[ReportingPeriod]) -> list[ReportingPeriod]:
        """Return the ended periods for which the target owes this part of a report."""
        if self.comes_after_closing:
            return periods
        step = ASKS_EVERY.get(self.target.frequency, 1)
        first = self.target.first_period
        return [
            period
            for period in periods
            if period.period_end < self.today
            and period.number % step == 0
            and (first is None or period.period_end >= first.period_end)
            and (self.part == Part.REPORT or period.figures_due_on is not None)
        ]

    def unfiled(self) -> list[ReportingPeriod]:
        """While an entry is under way: the other periods that its author may still file, newest first."""
        if self.entry is None or self.entry.state == ProgressEntry.State.APPROVED:
            return []
        if self.target.plan.state != Plan.State.IN_FORCE or self.target.state in Target.SILENT:
            return []
        found = [period for period in self._asked(list(self.periods)) if period.pk not in self.newest_entries]
        found = [period for period in found if not period.is_frozen(self.today)]
        return found if found and self.part in self.parts else []

    @cached_property
    def open_entry(self) -> ProgressEntry | None:
        """The entry under way of the period asked for, else of the newest ended period that is owed."""
        if self.wanted_period:
            return self._under_way(self.period)
        return self._under_way(next(iter(self._asked(list(self.periods))), None))

    def _under_way(self, period: ReportingPeriod | None) -> ProgressEntry | None:
        entry = self.newest_entries.get(period.pk) if period else None
        return entry if entry and entry.state != ProgressEntry.State.APPROVED else None

    # --- earlier reports ----------------------------------------------------------------------

    @cached_property
    def counting(self) -> list[ProgressEntry]:
        """Approved entries that count, newest period first."""
        return sorted(self.target.entries.counting(), key=lambda entry: entry.period.period_end, reverse=True)

    @cached_property
    def earlier(self) -> Sequence[ProgressEntry]:
        if self.period is None:
            return self.counting
        return [entry for entry in self.counting if entry.period.period_end < self.period.period_end]

    @property
    def known(self) -> list[ProgressEntry]:
        """Beside the stored entry: those that count for its period and earlier ones."""
        own = (self.entry.period_id, self.entry.part) if self.entry else ()
        until = self.period.period_end if self.period else date.max
        upto = (entry for entry in self.counting if entry.period.period_end <= until)
        return [entry for entry in upto if (entry.period_id, entry.part) != own]

    def last_value(self, period: ReportingPeriod) -> Decimal | None:
        return self.target.last_figure(before=period.period_end)

    @cached_property
    def nodes_done(self) -> list[Any]:
        """Completions reported in other approved entries."""
        done = [c for entry in self.counting if entry != self.entry for c in entry.completions.all()]
        return sorted(done, key=lambda completion: completion.completed_on)

    @cached_property
    def nodes(self) -> list[Any]:
        return list(self.target.milestones.all())

    @cached_property
    def nodes_left(self) -> list[Any]:
        """Nodes reported as done neither in other approved entries nor in this entry."""
        done = {completion.milestone_id for completion in self.nodes_done}
        if self.entry is not None:
            done |= {completion.milestone_id for completion in self.entry.completions.all()}
        return [node for node in self.nodes if node.pk not in done]
