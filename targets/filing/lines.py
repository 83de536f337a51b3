"""The rows of a page of many entries with their context, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from targets import explain
from targets.explain.people import person
from targets.filing.said_before import SaidBefore
from targets.models import KeptFile, MilestoneCompletion, ProgressEntry, ReportingPeriod, Target
from targets.models.entry.background import Background
from targets.models.target.queries import TargetQuerySet
from targets.reporting import PlanDay, Standing
from targets.rules.doubts import UNSAID
from targets.rules.question import Question
from targets.status import ATTENTION, Status

Part = ProgressEntry.Part


@dataclass
class Page:
    """Data read once for all rows, when the first row needs it."""

    targets: list[Target]

    @cached_property
    def backgrounds(self) -> dict[int, Background]:
        return Background.of(self.targets)


@dataclass
class Line(SaidBefore):
    """One target in one period: the stored entry, earlier reports, and whether a report is owed."""

    target: Target
    period: ReportingPeriod
    part: str
    is_owed: bool
    entry: ProgressEntry | None = None  # the newest version of this part
    other: ProgressEntry | None = None  # the newest version of the other part
    earlier: Sequence[ProgressEntry] = field(default_factory=list)  # entries that count, newest first
    page: Page | None = None
    marked: dict[int, date] | None = None  # node id → day just typed
    is_frozen: bool = False

    @property
    def key(self) -> str:
        return f"{self.target.pk}-{self.period.pk}"

    @property
    def carries_figure(self) -> bool:
        return self.target.owes_figure(self.part)

    @property
    def figure_is_elsewhere(self) -> bool:
        return not self.carries_figure and any(self.target.owes_figure(part) for part in Part)

    @property
    def is_asked(self) -> bool:
        return self.is_owed or self.entry is not None

    @property
    def is_editable(self) -> bool:
        """False for a correction: it needs a reason and has its own page."""
        if self.is_frozen or self.entry is None:
            return not self.is_frozen
        return self.entry.state in ProgressEntry.EDITABLE and self.entry.revision_no == 1

    @property
    def is_empty(self) -> bool:
        return self.entry is None

    @property
    def is_filed(self) -> bool:
        return self.entry is not None and self.entry.state not in ProgressEntry.EDITABLE

    @property
    def is_transcribed(self) -> bool:
        return self.entry is not None and self.entry.origin == ProgressEntry.Origin.TRANSCRIBED

    @property
    def files(self) -> list[KeptFile]:
        """The evidence of the stored entry."""
        return [each.file for each in self.entry.evidence.all()] if self.entry else []

    @property
    def takes_forecast(self) -> bool:
        return ProgressEntry.forecast_fits(self.target, self.period, self.part)

    @property
    def forecast_in_words(self) -> str:
        forecast = self.entry.forecast if self.entry else None
        return "" if forecast is None else explain.quantity(forecast, self.target.unit_of_measure)

    @property
    def lacks_words(self) -> bool:
        """Whether the status, or what the draft says, asks for issues and next steps that are empty."""
        is_behind = self.target.status in ATTENTION or any(
            asked.key == UNSAID for asked in self.open_questions
        )
        return is_behind and bool(self.in_hand().unsaid)

    @property
    def who(self) -> str:
        """The person who reviewed, submitted or entered the stored entry, the last step first."""
        entry = self.entry
        return person(entry and (entry.reviewed_by or entry.submitted_by or entry.entered_by))

    def in_hand(self) -> ProgressEntry:
        """Return the entry that the row's form edits."""
        return self.entry or self.new_entry()

    def new_entry(self) -> ProgressEntry:
        return ProgressEntry(target=self.target, period=self.period, part=self.part)

    @property
    def figure_name(self) -> str:
        """The name of the figure, such as 累计完成数（1—6月）."""
        return explain.figure_name(self.target, self.period)

    @property
    def goal(self) -> str:
        return "" if self.target.target_value is None else self.target.goal

    @property
    def deadline(self) -> str:
        due_on = self.target.due_on or self.period.plan.ends_on
        return self.target.due_text or explain.short_day(due_on)

    # --- earlier reports ----------------------------------------------------------------------

    @property
    def last_value(self) -> Decimal | None:
        return self.last_figure.value if self.last_figure else None

    @property
    def last_figure_in_words(self) -> str:
        return explain.quantity(self.last_value, self.target.unit_of_measure)

    @property
    def light(self) -> str:
        status = self.target.status
        return "" if status is None else str(Status(status).label)

    @property
    def last_words_month(self) -> str:
        return explain.month_of(self.last_words.period_end, self.period.period_end) if self.last_words else ""

    @property
    def last_months(self) -> str:
        """The months of the last figure: 1—10月 of what runs up over the year, else 10月."""
        if self.last_figure is None:
            return ""
        until, plan = self.last_figure.period_end, self.period.plan
        if self.target.measure in (Target.Measure.FLOW, Target.Measure.GROWTH):
            return explain.months(self.target.starts_on or plan.starts_on, until)
        return explain.month_of(until, self.period.period_end)

    @property
    def value_in_words(self) -> str:
        entry = self.entry if self.carries_figure else self.other
        return explain.quantity(entry.value if entry else None, self.target.unit_of_measure)

    @property
    def change(self) -> str:
        """The change from the last figure, such as +46.8亿元."""
        value = self.entry.value if self.entry else None
        return explain.moved(value, self.last_value, self.target.unit_of_measure)

    @property
    def unit_of_change(self) -> str:
        return explain.unit_of_change(self.target.unit_of_measure)

    # --- what deserves a second look ------------------------------------------------------------

    @property
    def known(self) -> Sequence[ProgressEntry]:
        """The entries that count: of this period the other part's, and those of earlier periods."""
        other = self.other
        counts = other is not None and other.state == ProgressEntry.State.APPROVED and not other.is_void
        return [other, *self.earlier] if other is not None and counts else self.earlier

    @property
    def done(self) -> dict[int, date]:
        """Node id → day completed by this report: as just typed, else as stored."""
        if self.marked is not None:
            return self.marked
        return {pk: completion.completed_on for pk, completion in self.ticked.items()}

    @property
    def background(self) -> Background | None:
        return self.page.backgrounds[self.target.pk] if self.page else None

    def questions(self, entry: ProgressEntry) -> list[Question]:
        return entry.doubts(self.known, self.background, self.done)

    @cached_property
    def open_questions(self) -> list[Question]:
        """What is doubtful about the stored draft."""
        return self.questions(self.entry) if self.entry and self.is_editable else []

    @property
    def doubts_about_the_figure(self) -> list[str]:
        """Of the stored draft; `lacks_words` tells what is doubtful besides."""
        return explain.questions(asked for asked in self.open_questions if asked.key != UNSAID)

    # --- nodes --------------------------------------------------------------------------------

    @cached_property
    def ticked(self) -> dict[int, Any]:
        """This entry's own completions, by node."""
        if self.entry is None:
            return {}
        return {done.milestone_id: done for done in self.entry.completions.all()}

    @cached_property
    def nodes(self) -> list[Any]:
        """Nodes that no earlier report names as done."""
        if not _has_nodes(self.target):
            return []
        done = {completion.milestone_id for entry in self.earlier for completion in entry.completions.all()}
        left = [node for node in self.target.milestones.all() if node.pk not in done]
        return sorted(left, key=lambda node: node.falls_due_on or date.max)

    def mark_done(self, entry: ProgressEntry, days: dict[int, date]) -> None:
        """Store which of the nodes the entry reports as done, and when."""
        self.marked = days
        for node in self.nodes:
            done, day = self.ticked.get(node.pk), days.get(node.pk)
            if day is None:
                if done is not None:
                    done.delete()
            elif done is None:
                MilestoneCompletion(entry=entry, milestone=node, completed_on=day).save()
            elif done.completed_on != day:
                done.completed_on = day
                done.save()

    @property
    def nodes_in_words(self) -> str:
        """How many nodes are done: 2/4节点."""
        count = len(self.target.milestones.all()) if _has_nodes(self.target) else 0
        words = {"done": len({done.milestone_id for done in self.nodes_done}), "nodes": count}
        return _("%(done)s/%(nodes)s nodes") % words if count else ""

    @property
    def nodes_done(self) -> list[Any]:
        done = [completion for entry in self.earlier for completion in entry.completions.all()]
        return sorted(done, key=lambda completion: completion.completed_on)


def _has_nodes(target: Target) -> bool:
    """Whether its nodes are read with it: other targets have none."""
    return target.measure == Target.Measure.MILESTONE


Kind = TypeVar("Kind", bound=Line)


def read_lines(
    kind: type[Kind],
    targets: TargetQuerySet,
    period: ReportingPeriod,
    part: str,
    today: date,
    within: slice = slice(None),
) -> list[Kind]:
    """Return the rows of `targets` of the period's plan in 序号 order, in a fixed number of queries.

    `within` takes a page of them.
    """
    on = day_of(period, today)
    listed = list(
        targets.filter(plan=period.plan_id)
        .with_status(on)
        .select_related("row", "lead_unit")
        .order_by("number", "pk")[within]
    )
    day = PlanDay(period.plan, period.plan.periods.all(), on, today)
    asked = {target.pk: day.asked(Standing.of(target)) for target in listed}
    prefetch_related_objects([target for target in listed if _has_nodes(target)], "milestones")
    for target in listed:
        target.plan = period.plan
    versions = _newest_versions(listed, period)
    earlier, page = _earlier(listed, period), Page(listed)
    is_frozen = period.is_frozen(today)
    other = Part.STATISTIC if part == Part.REPORT else Part.REPORT
    return [
        kind(
            target=target,
            period=period,
            part=part,
            is_owed=asked[target.pk].owed == period and not asked[target.pk].is_exempt,
            entry=versions.get((target.pk, part)),
            other=versions.get((target.pk, other)),
            earlier=earlier[target.pk],
            page=page,
            is_frozen=is_frozen,
        )
        for target in listed
    ]


def day_of(period: ReportingPeriod, today: date) -> date:
    """Return the day as of which a period is read: an older period as of its own time, else today."""
    return min(max(period.period_end, period.opens_on), today) if is_past(period, today) else today


def is_past(period: ReportingPeriod, today: date) -> bool:
    """Whether a later period of the plan is open already."""
    opened = [p.number for p in period.plan.periods.all() if p.opens_on <= today]
    return bool(opened) and period.number < max(opened)


def _newest_versions(
    targets: Iterable[Target], period: ReportingPeriod
) -> dict[tuple[int, str], ProgressEntry]:
    by_pk = {target.pk: target for target in targets}
    found = (
        ProgressEntry.objects.filter(target__in=list(by_pk), period=period)
        .select_related(
            "entered_by__member", "submitted_by__member", "reviewed_by__member", "reported_by_unit"
        )
        .prefetch_related("completions__milestone__target", "evidence")
        .order_by("revision_no")
    )
    versions = {}
    for entry in found:
        entry.target, entry.period = by_pk[entry.target_id], period
        versions[entry.target_id, entry.part] = entry
    return versions


def _earlier(targets: Iterable[Target], period: ReportingPeriod) -> dict[int, list[ProgressEntry]]:
    entries = ProgressEntry.objects.filter(
        target__in=[target.pk for target in targets], period__period_end__lt=period.period_end
    )
    earlier = defaultdict(list)
    for entry in sorted(entries.counting(), key=lambda entry: entry.period.period_end, reverse=True):
        earlier[entry.target_id].append(entry)
    return earlier
