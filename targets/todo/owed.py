"""The reports that a person owes, and the number of things to do for the page header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from targets.models import Plan, ProgressEntry, Target, TargetNote, TargetRevision
from targets.models.entry.filed import Owing, Version
from targets.models.enums import Part, Role
from targets.models.people.place import Place, is_reviewer
from targets.models.people.rights import BY_STATISTICS, NONE, WRITERS
from targets.models.target.queries import TargetQuerySet, Whose
from targets.reporting import Answer
from targets.todo.unexplained import unexplained


@dataclass(frozen=True, slots=True)
class Due:
    """One target on which the person may log: what is missing, and who files it."""

    of: Whose
    answer: Answer
    under_way: Mapping[str, Version | None]  # part → the unapproved version of the owed period
    is_own: bool
    is_statisticians: bool

    def owes(self, part: str) -> bool:
        """A submitted report waits for others, so it is owed no longer; likewise the outcome of the year."""
        if self.answer.owes(part):
            return True
        if not self.answer.outcome_missing or self.of.is_by_statistics != (part == Part.STATISTIC):
            return False
        version = self.under_way[part]
        return version is None or version.state in ProgressEntry.EDITABLE


def owing(viewer: Any, today: date, plan: Plan | None = None) -> list[Due]:
    """The targets of plans in force on which the person may log and a report is asked for."""
    place = Place.of(viewer)
    return _due(place, today, _in_force(today, plan).editable_by(place))


def unsaid(due: Iterable[Due], today: date) -> TargetQuerySet:
    """Return the person's own targets that a statistic turned amber or red and that lack an explanation."""
    own = [each.of.pk for each in due if each.is_own]
    return unexplained(Target.objects.filter(pk__in=own).with_status(today), today)


def count_own(viewer: Any, today: date, known: Plan | None = None) -> int:
    """Return the number of things to do; a target that lacks both report and statistic counts once.

    `known` is a plan that need not be read again.
    """
    place = Place.of(viewer)
    if not viewer.is_active:
        return 0
    due = _own(place, today, known)
    owed = sum(
        (each.is_own and each.owes(Part.REPORT)) or (each.is_statisticians and each.owes(Part.STATISTIC))
        for each in due
    )
    waiting: list[QuerySet] = [unsaid(due, today)] if due else []
    if is_reviewer(place):
        waiting.append(ProgressEntry.objects.waiting_for(place))
    if place.plays(Role.COORDINATOR, Role.LEADER):
        waiting.append(TargetRevision.objects.waiting_for(place))
    if place.plays(*WRITERS):
        waiting.append(remarks(place))
    keys = [rows.order_by().values(key=F("pk")) for rows in waiting]
    return owed + (len(keys[0].union(*keys[1:], all=True)) if keys else 0)


def _own(place: Place, today: date, known: Plan | None) -> list[Due]:
    """Return the targets on which the person files what the person's own unit or the statistics owe."""
    if not place.plays(*WRITERS, Role.STATISTICIAN):
        return []
    whose = Q(lead_unit__in=place.unit_ids) | (BY_STATISTICS if _counts(place) else NONE)
    return _due(place, today, _in_force(today).editable_by(place).filter(whose), known)


def remarks(viewer: Any) -> QuerySet:
    """Return the leaders' remarks that the person has still to answer, for the unit or for the plan."""
    unanswered = TargetNote.objects.answerable_by(viewer).unanswered()
    return unanswered.filter(target__plan__state=Plan.State.IN_FORCE)


def _due(place: Place, today: date, targets: TargetQuerySet, known: Plan | None = None) -> list[Due]:
    found, counts = Owing.read(targets, today, today=today, known=known), _counts(place)
    return [
        Due(
            each,
            found.answers[each.pk],
            {part: found.version(each.pk, part) for part in Part},
            each.lead_unit in place.unit_ids,
            counts and each.is_by_statistics,
        )
        for each in found.targets
        if not found.answers[each.pk].asked.is_exempt
    ]


def _in_force(today: date, plan: Plan | None = None) -> TargetQuerySet:
    targets = Target.objects.filter(plan__state=Plan.State.IN_FORCE)
    return (targets.filter(plan=plan) if plan else targets).with_status(today)


def _counts(place: Place) -> bool:
    return Role.STATISTICIAN in place.roles
