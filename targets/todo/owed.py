"""The reports that a person owes, and the number of things to do in one query for the page header."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Exists, F, Q, QuerySet

from targets.models import Plan, ProgressEntry, Target, TargetNote, TargetRevision
from targets.models.enums import Part, Role
from targets.models.kept import kept_by_thread
from targets.models.people.rights import BY_STATISTICS
from targets.models.people.roles import Reader, units_of
from targets.models.target.queries import TargetQuerySet, truth
from targets.reporting import OWED
from targets.todo.unexplained import unexplained

UNDER_WAY = ProgressEntry.EDITABLE
# A submitted report waits for others, so the person no longer owes it; likewise the outcome of the year.
PART_OWED = {
    part: Q(owed__isnull=False, **{f"{part}_part__in": OWED}) & extra
    for part, extra in ((Part.REPORT, Q()), (Part.STATISTIC, Q(owes_statistic=True)))
}
OUTCOME_OWED = {
    part: whose & (Q(**{f"{part}_open__isnull": True}) | Q(**{f"{part}_open__state__in": UNDER_WAY}))
    for part, whose in ((Part.REPORT, ~BY_STATISTICS), (Part.STATISTIC, BY_STATISTICS))
}


def owing(viewer: Any, today: date) -> TargetQuerySet:
    """Return the targets on which the person may log, annotated with what is missing and who files it."""
    return (
        _reporting(today)
        .editable_by(viewer)
        .annotate(
            **{
                f"owes_{part}_now": truth(PART_OWED[part] | Q(outcome_missing=True) & OUTCOME_OWED[part])
                for part in PART_OWED
            },
            is_own=truth(_own(viewer)),
            is_statisticians=truth(_statisticians(viewer)),
        )
    )


def unsaid(viewer: Any, today: date) -> TargetQuerySet:
    """Return the person's own targets that a statistic turned amber or red and that lack an explanation."""
    mine = _reporting(today).editable_by(viewer).filter(_own(viewer))
    return unexplained(mine, today)


def count_own(viewer: Any, today: date) -> int:
    """Return the number of things to do; a target that lacks both report and statistic counts once."""
    if not viewer.is_active:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(*_what_waits(Reader.of(viewer), today))
        return len(cursor.fetchall())


@lru_cache(maxsize=1024)
def _what_waits(viewer: Reader, today: date) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL and its parameters, cached: every page needs them; building costs more than running."""
    own, statisticians = _own(viewer), _statisticians(viewer)
    # Filter by the targets' own columns first: the other conditions cost time for each target left.
    mine = _reporting(today).editable_by(viewer).filter(own | statisticians)
    missing = Q(outcome_missing=True) & (
        own & OUTCOME_OWED[Part.REPORT] | statisticians & OUTCOME_OWED[Part.STATISTIC]
    )
    first, *others = (
        part.order_by().values(key=F("pk"))
        for part in (
            mine.filter(own & PART_OWED[Part.REPORT] | statisticians & PART_OWED[Part.STATISTIC] | missing),
            unexplained(mine.filter(own), today),
            ProgressEntry.objects.waiting_for(viewer),
            TargetRevision.objects.waiting_for(viewer),
            remarks(viewer),
        )
    )
    return first.union(*others, all=True).query.sql_with_params()


def remarks(viewer: Any) -> QuerySet:
    """Return the leaders' remarks that the person has still to answer, for the unit or for the plan."""
    unanswered = TargetNote.objects.answerable_by(viewer).unanswered()
    return unanswered.filter(target__plan__state=Plan.State.IN_FORCE)


@kept_by_thread(2)
def _reporting(today: date) -> TargetQuerySet:
    targets = Target.objects.filter(plan__state=Plan.State.IN_FORCE).order_by()
    return targets.with_status(today).with_reporting(today, today=today).filter(is_exempt=False)


def _own(viewer: Any) -> Q:
    return Q(lead_unit__in=units_of(viewer))


def _statisticians(viewer: Any) -> Q:
    return BY_STATISTICS & Q(Exists(Group.objects.filter(user=viewer.pk, name=Role.STATISTICIAN)))
