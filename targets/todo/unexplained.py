"""Targets that the official figure turned amber or red, without an explanation in their unit's report."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from targets.models import ProgressEntry
from targets.models.enums import FigureFrom, TargetState
from targets.models.target.queries import TargetQuerySet, newer_than_outer
from targets.status import ATTENTION


def unexplained(targets: TargetQuerySet, today: date) -> TargetQuerySet:
    """Return those of `targets` (annotated with status) whose report still lacks issues or next steps.

    Only while the period of the figure is not frozen. A report in any state counts as an explanation
    once it gives both. A report that was not filed at all is owed anyway and not returned here.
    """
    late = Q(status__in=ATTENTION, row__figure_from=FigureFrom.STATISTICS, row__state=TargetState.ACTIVE)
    return targets.filter(late).filter(Exists(silent_reports(today)))


def silent_reports(today: date) -> QuerySet:
    """Return the newest report on the period of the outer target's figure, if it lacks an explanation."""
    versions = ProgressEntry.objects.filter(part=ProgressEntry.Part.REPORT)
    is_open = Q(period__freeze_on__gte=today) | Q(period__reopened_until__gte=today)
    is_silent = Q(issues="") | Q(next_steps="")
    of_this = versions.filter(target=OuterRef("pk"), period__period_end=OuterRef("row__period_end"))
    return of_this.filter(is_open, is_silent, ~Exists(newer_than_outer(versions)), is_void=False)
