"""Bulk writing: the same checks and the same ledger as one act after the other, in few queries.

For loading and importing. The rows passed in are unsaved, and their related rows are loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models.audit.recording import recording
from targets.models.base import insert
from targets.models.entry import steps
from targets.models.entry.completion import MilestoneCompletion
from targets.models.entry.entry import WRITERS, ProgressEntry
from targets.models.enums import Act
from targets.models.ledger.ledger import Assessment
from targets.models.ledger.ledgers import Done, Ledger, append
from targets.models.plan.next_year import hand_on
from targets.models.plan.plan import Plan
from targets.models.revision.revision import TargetRevision
from targets.models.revision.trajectory import TrajectoryPoint
from targets.models.target.milestone import Milestone
from targets.models.target.target import Target

State = ProgressEntry.State


@dataclass(slots=True)
class Filing:
    """An entry with the state it has reached, and the nodes it ticks.

    `entry.moment` is when it was written; its columns say who submitted and reviewed it, and when.
    """

    entry: ProgressEntry
    done: Done = ()


def write_targets(
    targets: Sequence[Target],
    nodes: Sequence[Milestone] = (),
    points: Sequence[TrajectoryPoint] = (),
) -> None:
    """Write targets of plans that are still drafted; `nodes` and `points` belong to them."""
    with recording(Act.LOAD):
        if any(target.plan.state != Plan.State.DRAFTING for target in targets):
            raise ValidationError(_("Targets are written in bulk while their plan is drafted."))
        Target.write_rows(targets)
        # Assigned again, because the targets have keys only now.
        for node in nodes:
            node.target = node.target
        for point in points:
            point.target = point.target
        Milestone.write_rows(nodes)
        TrajectoryPoint.write_rows(points)


def issue(plan: Plan, *, at: datetime) -> None:
    """Like `plan.issue()`, for thousands of targets; the plan keeps its `issued_on`, even if empty."""
    with recording(Act.ISSUE, plan) as act:
        plan.lock()
        new = plan.targets.locked().filter(revisions=None)
        targets = list(new.prefetch_related("milestones", "trajectory"))
        finals = [node for target in targets if (node := Milestone.objects.final_for(target))]
        Milestone.write_rows(finals)
        final = {node.target_id: [node] for node in finals}
        revisions: list[TargetRevision] = []
        day = min(plan.starts_on, timezone.localdate(at))
        for target in targets:
            target.plan, target.moment = plan, at
            target.refuse_curve({point.period_end: point.planned_value for point in target.trajectory.all()})
            opening = TargetRevision.objects.opening_of(target, day)
            revisions.append(opening)
            for node in [*target.milestones.all(), *final.get(target.pk, ())]:
                node.target, node.moment = target, at
                revisions.append(TargetRevision.objects.opening_of_node(node, opening.effective_on))
        TargetRevision.write_rows(revisions)
        openings = TargetRevision.objects.openings().filter(target=models.OuterRef("target"))
        TrajectoryPoint.objects.filter(target__in=targets, revision=None).update(
            revision=models.Subquery(openings.values("pk")[:1])
        )
        for opening in revisions:
            if opening.kind == TargetRevision.Kind.OPEN:
                for point in opening.target.trajectory.all():
                    act.note(point, {"revision": [None, opening.pk]})
        ledgers = Ledger.of(targets)
        for ledger in ledgers.values():
            ledger.judge(since=ledger.opened_on, cause=Assessment.Cause.CREATE, at=at)
        append(ledgers.values())
        # Last, because saving a plan in force opens every target that has no opening yet.
        plan.state = Plan.State.IN_FORCE
        plan.save(at=at)


def file(filings: Sequence[Filing]) -> None:
    """Write entries with their reviews, in the order in which they were reviewed, and judge.

    Raises ValidationError or PermissionDenied in the same cases as the single acts.
    """
    with recording(Act.FILE) as act:
        targets = {filing.entry.target_id: filing.entry.target for filing in filings}
        list(Target.objects.locked().only("pk").filter(pk__in=targets))
        judges = any(filing.entry.state == State.APPROVED for filing in filings)
        ledgers, rights = Ledger.of(targets.values(), judges=judges), _Rights(list(targets))
        rest = iter(filings)
        completions: list[MilestoneCompletion] = []

        def follow(entry: ProgressEntry) -> None:
            completions.extend(_follow(next(rest), ledgers[entry.target_id], rights))

        entries = [filing.entry for filing in filings]
        ProgressEntry.write_rows(entries, follow)
        for row in completions:
            row.entry_id = row.entry.pk
        insert(completions)
        for row in completions:
            act.note(row, row.changes_since_read())
        append(ledgers.values())
        for entry in entries:
            if entry.state == State.APPROVED:
                hand_on(entry, at=entry.reviewed_at)


def _follow(filing: Filing, ledger: Ledger, rights: _Rights) -> list[MilestoneCompletion]:
    """Replay the entry's steps up to its state, with the checks of each. Returns its ticks, unsaved."""
    entry, reached = filing.entry, State(filing.entry.state)
    submitted: tuple[Any, Any] = (entry.submitted_by, entry.submitted_at)
    reviewed: tuple[Any, Any] = (entry.reviewed_by, entry.reviewed_at)
    entry.state, entry.submitted_by, entry.submitted_at = State.DRAFT, None, None
    if corrected := ledger.replaced_by(entry):
        entry.is_belated = corrected.is_belated
    entry.clean_alone()
    ticked = [_tick(entry, milestone, day) for milestone, day in dict(filing.done).items()]
    if reached == State.DRAFT:
        return ticked
    rights.check("editable_by", submitted[0], entry)
    last_figure, has_nodes = lambda: ledger.last_figure(entry.period.period_end), lambda: bool(ticked)
    steps.submit(entry, *submitted, last_figure, has_nodes)
    entry.moment = entry.submitted_at
    entry.version += 1  # each step would have been a save
    entry.clean()
    if reached == State.SUBMITTED:
        return ticked
    rights.check("reviewable_by", reviewed[0], entry)
    if entry.target.plan.review_mode == Plan.ReviewMode.BOTH:
        raise ValidationError(_("In a plan reviewed in two steps each entry is reviewed by itself."))
    entry.refuse_own(reviewed[0])
    entry.moment = reviewed[1]
    entry.version += 1
    if reached == State.APPROVED:
        # No second clean(): a condition that held at submission cannot fail at review.
        entry.complete(last_figure, has_nodes)
        ledger.approve(entry, *reviewed, filing.done)
    else:
        steps.send_back(entry, *reviewed, entry.review_comment)
    return ticked


def _tick(entry: ProgressEntry, milestone: Milestone, day: date) -> MilestoneCompletion:
    row = MilestoneCompletion(entry=entry, milestone=milestone, completed_on=day)
    row.moment = entry.moment
    row.clean_day()
    return row


@dataclass(slots=True)
class _Rights:
    """The rights on these targets, queried once for each person and act."""

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
