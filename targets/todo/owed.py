"""The reports that a person owes, and how much waits in each of their queues, for the frame of every page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, F, Q, QuerySet, Value

from targets.models import Plan, ProgressEntry, Target, TargetNote, TargetRevision
from targets.models.entry.filed import Owing, Version
from targets.models.enums import FigureFrom, Part, Role
from targets.models.people.place import Place, is_reviewer
from targets.models.people.rights import BY_STATISTICS, NONE, WRITERS
from targets.models.target.queries import TargetQuerySet, Whose
from targets.reporting import FILED, MISSING, Answer
from targets.todo.unexplained import unexplained


@dataclass(frozen=True, slots=True)
class Due:
    """One target on which the person may log: what is missing, and who files it."""

    of: Whose
    answer: Answer
    under_way: Mapping[str, Version]  # part → the unapproved version of the owed period
    is_own: bool
    is_statisticians: bool

    def owes(self, part: str) -> bool:
        """A submitted report waits for others, so it is owed no longer; likewise the outcome of the year."""
        if self.answer.owes(part):
            return True
        if not self.answer.outcome_missing or self.of.is_by_statistics != (part == Part.STATISTIC):
            return False
        version = self.under_way.get(part)
        return version is None or version.state in ProgressEntry.EDITABLE

    @property
    def lacks_my_report(self) -> bool:
        return self.is_own and self.owes(Part.REPORT)

    @property
    def lacks_my_statistic(self) -> bool:
        return self.is_statisticians and self.owes(Part.STATISTIC)


def owing(viewer: Any, today: date, known: Collection[Plan] = ()) -> list[Due]:
    """The targets of plans in force on which the person may log and a report is asked for.

    `known` were read with their periods.
    """
    place = Place.of(viewer)
    return _due(place, today, _in_force(today).editable_by(place), known)


def own_and_of(plan: Plan | None, viewer: Any, today: date, known: Collection[Plan] = ()) -> list[Due]:
    """Of what `owing` reads, what is the person's own to file, and all of this plan."""
    place = Place.of(viewer)
    whose = Q(lead_unit__in=place.unit_ids) | (BY_STATISTICS if _counts(place) else NONE)
    if plan is not None:
        whose |= Q(plan=plan)
    return _due(place, today, _in_force(today).editable_by(place).filter(whose), known)


def owed_by_units(today: date, known: Collection[Plan]) -> list[Due]:
    """Of these plans what is asked for, each target as its lead unit sees it."""
    targets = _in_force(today).filter(plan__in=known)
    return [replace(each, is_own=True) for each in _due(Place.of(AnonymousUser()), today, targets, known)]


def unsaid(due: Iterable[Due], today: date) -> TargetQuerySet:
    """Return the person's own targets that a statistic turned amber or red and that lack an explanation."""
    own = [each.of for each in due if each.is_own]
    counted = [each.pk for each in own if each.standing.figure_from == FigureFrom.STATISTICS]
    return unexplained(Target.objects.filter(pk__in=counted).with_status(today), today)


@dataclass(frozen=True, slots=True)
class Queues:
    """What waits for one person, each queue counted once for every page that names it."""

    reports: int = 0
    statistics: int = 0
    owed: int = 0  # targets that lack a report or a statistic
    unexplained: int = 0
    reviews: int = 0
    changes: int = 0
    remarks: int = 0
    filed: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # plan → filed, asked for

    @property
    def total(self) -> int:
        """A target that lacks both report and statistic counts once."""
        return self.owed + self.unexplained + self.reviews + self.changes + self.remarks


def queues(
    viewer: Any,
    today: date,
    known: Collection[Plan] = (),
    *,
    due: list[Due] | None = None,
    waiting: Mapping[str, int] | None = None,
    watched: Plan | None = None,
) -> Queues:
    """Count what waits. `known` were read with their periods, `due` perhaps as by `owing`, and `waiting`
    counted all but the reports; of `watched`, a plan that the person runs, also how many reports were filed.
    """
    place = Place.of(viewer)
    if not place.user.is_active:
        return Queues()
    if due is None:
        files = place.plays(*WRITERS, Role.STATISTICIAN)
        due = own_and_of(watched, place, today, known) if files else []
    reports = {each.of.pk for each in due if each.lacks_my_report}
    statistics = {each.of.pk for each in due if each.lacks_my_statistic}
    if waiting is None:
        waiting = _count(_waiting(place, today, due))
    return Queues(
        len(reports), len(statistics), len(reports | statistics), **waiting, filed=_filed(due, watched)
    )


def _waiting(place: Place, today: date, due: list[Due]) -> dict[str, QuerySet]:
    asked: dict[str, QuerySet] = {"unexplained": unsaid(due, today)} if due else {}
    if is_reviewer(place):
        asked["reviews"] = ProgressEntry.objects.waiting_for(place)
    if place.plays(Role.COORDINATOR, Role.LEADER):
        asked["changes"] = TargetRevision.objects.waiting_for(place)
    if place.plays(*WRITERS):
        asked["remarks"] = remarks(place)
    return asked


def _count(rows: Mapping[str, QuerySet]) -> dict[str, int]:
    """Count several kinds of rows in one query."""
    named = [
        each.order_by().values(queue=Value(name, CharField()), key=F("pk")) for name, each in rows.items()
    ]
    found = Counter(row["queue"] for row in named[0].union(*named[1:], all=True)) if named else Counter()
    return {name: found[name] for name in rows}


def _filed(due: Iterable[Due], watched: Plan | None) -> dict[int, tuple[int, int]]:
    answers = Counter(each.answer.reporting for each in due if watched and each.of.plan == watched.pk)
    filed, asked = (sum(answers[each] for each in wanted) for wanted in (FILED, (*FILED, *MISSING)))
    return {watched.pk: (filed, asked)} if watched and asked else {}


def remarks(viewer: Any) -> QuerySet:
    """Return the leaders' remarks that the person has still to answer, for the unit or for the plan."""
    unanswered = TargetNote.objects.answerable_by(viewer).unanswered()
    return unanswered.filter(target__plan__state=Plan.State.IN_FORCE)


def _due(place: Place, today: date, targets: TargetQuerySet, known: Collection[Plan] = ()) -> list[Due]:
    found, counts, own = Owing.read(targets, today, today=today, known=known), _counts(place), place.unit_ids
    return [
        Due(
            each,
            found.answers[each.pk],
            found.under_way(each.pk),
            each.lead_unit in own,
            counts and each.is_by_statistics,
        )
        for each in found.targets
        if not found.answers[each.pk].asked.is_exempt
    ]


def _in_force(today: date) -> TargetQuerySet:
    return Target.objects.filter(plan__state=Plan.State.IN_FORCE).with_status(today)


def _counts(place: Place) -> bool:
    return Role.STATISTICIAN in place.roles
