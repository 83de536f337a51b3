"""Many rows at once: the same checks and the same ledger as one act after the other, in few queries.

For loading and importing. What is passed in is unsaved and has its related rows at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models.completion import MilestoneCompletion
from targets.models.entry import WRITERS, ProgressEntry
from targets.models.ledger import Assessment
from targets.models.milestone import Milestone
from targets.models.plan import Plan
from targets.models.revision import TargetRevision
from targets.models.revision_queries import commitments
from targets.models.succession import hand_on
from targets.models.target import Target
from targets.models.trajectory import TrajectoryPoint
from targets.rules.facts import Facts, Report

Done = Sequence[tuple[Milestone, date]]
State = ProgressEntry.State


@dataclass(slots=True)
class Filing:
    """An entry that has its way behind it, as far as its state says, and the nodes it ticks.

    It was written at `entry.moment`, submitted and reviewed by and when its columns say.
    """

    entry: ProgressEntry
    done: Done = ()


def write_targets(
    targets: Sequence[Target],
    nodes: Sequence[Milestone] = (),
    points: Sequence[TrajectoryPoint] = (),
) -> None:
    """Write targets of plans that are still drafted; `nodes` and `points` belong to them."""
    with transaction.atomic():
        if any(target.plan.state != Plan.State.DRAFTING for target in targets):
            raise ValidationError(_("Targets are written in bulk while their plan is drafted."))
        Target.clean_rows(targets)
        Target.objects.bulk_create(targets)
        # Now that the targets have keys.
        for node in nodes:
            node.target = node.target
        for point in points:
            point.target = point.target
        Milestone.clean_rows(nodes)
        Milestone.objects.bulk_create(nodes)
        TrajectoryPoint.clean_rows(points)
        TrajectoryPoint.objects.bulk_create(points)


def issue(plan: Plan, *, at: datetime) -> None:
    """What `plan.issue()` does, for thousands of targets; on the day the plan says, if it says one."""
    with transaction.atomic():
        plan.lock()
        targets = list(plan.targets.locked().filter(revisions=None).prefetch_related("milestones"))
        revisions: list[TargetRevision] = []
        day = min(plan.starts_on, timezone.localdate(at))
        for target in targets:
            target.plan, target.moment = plan, at
            opening = TargetRevision.objects.opening_of(target, day)
            revisions.append(opening)
            for node in target.milestones.all():
                node.target, node.moment = target, at
                revisions.append(TargetRevision.objects.opening_of_node(node, opening.effective_on))
        TargetRevision.clean_rows(revisions)
        TargetRevision.objects.bulk_create(revisions)
        openings = TargetRevision.objects.filter(
            kind=TargetRevision.Kind.OPEN, target=models.OuterRef("target")
        )
        TrajectoryPoint.objects.filter(target__in=targets, revision=None).update(
            revision=models.Subquery(openings.values("pk")[:1])
        )
        ledgers = _Ledger.of(targets)
        for ledger in ledgers.values():
            ledger.judge(since=ledger.facts.commitments[0][0], cause=Assessment.Cause.CREATE, at=at)
        _append(ledgers.values())
        # Last, because a plan in force opens by itself what has no opening yet.
        plan.state = Plan.State.IN_FORCE
        plan.save(at=at)


def file(filings: Sequence[Filing]) -> None:
    """Write entries with their reviews, in the order in which they were reviewed, and judge.

    Raises ValidationError or PermissionDenied where the acts themselves would.
    """
    with transaction.atomic():
        targets = {filing.entry.target_id: filing.entry.target for filing in filings}
        list(Target.objects.locked().only("pk").filter(pk__in=targets))
        ledgers, rights = _Ledger.of(targets.values()), _Rights(list(targets))
        rest = iter(filings)
        completions: list[MilestoneCompletion] = []

        def follow(entry: ProgressEntry) -> None:
            completions.extend(_follow(next(rest), ledgers[entry.target_id], rights))

        entries = [filing.entry for filing in filings]
        ProgressEntry.clean_rows(entries, follow)
        ProgressEntry.objects.bulk_create(entries)
        for row in completions:
            row.entry_id = row.entry.pk
        MilestoneCompletion.objects.bulk_create(completions)
        _append(ledgers.values())
        for entry in entries:
            if entry.state == State.APPROVED:
                hand_on(entry, at=entry.reviewed_at)


def _follow(filing: Filing, ledger: _Ledger, rights: _Rights) -> list[MilestoneCompletion]:
    """Take the entry along its way, with the checks of each step."""
    entry, reached = filing.entry, State(filing.entry.state)
    entry.state = State.DRAFT
    entry.clean_alone()
    ticked = [_tick(entry, milestone, day) for milestone, day in dict(filing.done).items()]
    if reached == State.DRAFT:
        return ticked
    rights.check("editable_by", entry.submitted_by, entry)
    entry.complete(lambda: ledger.last_figure(entry.period.period_end), lambda: bool(ticked))
    ledger.note_lateness(entry)
    entry.state, entry.moment = State.SUBMITTED, entry.submitted_at
    entry.version += 1  # each step would have been a save
    entry.clean()
    if reached == State.SUBMITTED:
        return ticked
    rights.check("reviewable_by", entry.reviewed_by, entry)
    if entry.target.plan.review_mode == Plan.ReviewMode.BOTH:
        raise ValidationError(_("In a plan reviewed in two steps each entry is reviewed by itself."))
    entry.refuse_own(entry.reviewed_by)
    entry.state, entry.moment = reached, entry.reviewed_at
    entry.version += 1
    if reached == State.APPROVED:
        # Checked again as it is reviewed it would pass: what could refuse it only ever passes away.
        entry.complete(lambda: ledger.last_figure(entry.period.period_end), lambda: bool(ticked))
        ledger.approve(entry, filing.done)
    elif not entry.review_comment:
        raise ValidationError(_("Please say what has to be mended."))
    return ticked


def _tick(entry: ProgressEntry, milestone: Milestone, day: date) -> MilestoneCompletion:
    row = MilestoneCompletion(entry=entry, milestone=milestone, completed_on=day)
    row.moment = entry.moment
    row.clean_day()
    return row


@dataclass(slots=True)
class _Rights:
    """Who may do what on these targets, asked once for each person."""

    targets: list[int]
    known: dict[tuple[str, ...], set[int]] = field(default_factory=dict)

    def check(self, act: str, by: Any, entry: ProgressEntry) -> None:
        part = (entry.part,) if act == "editable_by" else ()
        key = (act, str(by.pk), *part)
        if key not in self.known:
            allowed = getattr(Target.objects, act)(by, *part).filter(pk__in=self.targets)
            self.known[key] = set(allowed.values_list("pk", flat=True))
        if entry.target_id in self.known[key]:
            return
        if part:
            raise PermissionDenied(WRITERS[entry.part])
        raise PermissionDenied(_("Only reviewers and coordinators review entries."))


@dataclass(slots=True)
class _Ledger:
    """One target's facts and rows, while one act after the other is followed in memory."""

    target: Target
    facts: Facts
    counting: dict[tuple[int, str], tuple[ProgressEntry, Report]]
    own: dict[date, Assessment]
    newest: datetime | None  # when the newest row was recorded
    rows: list[Assessment] = field(default_factory=list)

    @classmethod
    def of(cls, targets: Iterable[Target]) -> dict[int, _Ledger]:
        """The ledgers of these targets as they stand, by the target's id."""
        by_pk = {target.pk: target for target in targets}
        of_these = {"target__in": by_pk}
        promises: dict[int, list[TargetRevision]] = {pk: [] for pk in by_pk}
        for revision in TargetRevision.objects.in_order().filter(**of_these).prefetch_related("curve"):
            promises[revision.target_id].append(revision)
        approved: dict[int, dict[tuple[int, str], tuple[ProgressEntry, Report]]] = {pk: {} for pk in by_pk}
        entries = ProgressEntry.objects.approved().filter(**of_these).select_related("period")
        for entry in entries.prefetch_related("completions").order_by("revision_no", "pk"):
            approved[entry.target_id][entry.period_id, entry.part] = (entry, entry.as_report())
        own: dict[int, dict[date, Assessment]] = {pk: {} for pk in by_pk}
        recorded: dict[int, datetime] = {}
        for row in Assessment.objects.filter(**of_these).order_by("effective_on", "pk"):
            own[row.target_id][row.effective_on] = row
            recorded[row.target_id] = max(row.recorded_at, recorded.get(row.target_id, row.recorded_at))
        rules = {target.plan_id: target.plan.light_rule.as_rule() for target in by_pk.values()}
        return {
            pk: cls(
                target,
                Facts(
                    commitments(promises[pk]),
                    (),
                    rules[target.plan_id],
                    target.plan.starts_on,
                    target.plan.ends_on,
                ),
                approved[pk],
                own[pk],
                recorded.get(pk),
            )
            for pk, target in by_pk.items()
        }

    def reports(self) -> list[Report]:
        return [report for entry, report in self.counting.values() if not entry.is_void]

    def last_figure(self, before: date) -> Decimal | None:
        figures = [r for r in self.reports() if r.value is not None and r.period_end < before]
        return max(figures, key=lambda r: r.period_end).value if figures else None

    def note_lateness(self, entry: ProgressEntry) -> None:
        corrected, _report = self.counting.get((entry.period_id, entry.part), (None, None))
        entry.is_belated = corrected.is_belated if corrected else entry.comes_late()

    def approve(self, entry: ProgressEntry, done: Done) -> None:
        key = (entry.period_id, entry.part)
        replaced, report = self.counting.get(key, (None, None))
        days = [day for _milestone, day in done]
        effective_on = entry.take_effect(replaced, days)
        if report is not None:
            days += [day for _node, day in report.done]
        ticked = tuple((milestone.pk, day) for milestone, day in done)
        self.counting[key] = (entry, entry.as_report(ticked))
        assert entry.reviewed_at is not None
        self.judge(since=min([effective_on, *days]), cause=entry.cause(replaced), at=entry.reviewed_at)

    def judge(self, *, since: date, cause: str, at: datetime) -> None:
        facts = replace(self.facts, reports=tuple(self.reports()))
        later = {day: row for day, row in self.own.items() if day >= since}
        for row in Assessment.lacking(self.target, facts, later, since=since, cause=cause):
            row.recorded_at = self.newest = max(at, self.newest or at)
            self.own[row.effective_on] = row
            self.rows.append(row)


def _append(ledgers: Iterable[_Ledger]) -> None:
    """Write the rows that came about, and let each target point to its newest."""
    rows = [row for ledger in ledgers for row in ledger.rows]
    Assessment.objects.bulk_create(rows)
    newest = Assessment.objects.filter(target=models.OuterRef("pk")).order_by("-effective_on", "-pk")
    Target.objects.filter(pk__in={row.target_id for row in rows}).update(
        current=models.Subquery(newest.values("pk")[:1])
    )
