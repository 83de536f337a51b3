"""Targets that the official figure turned amber or red, without an explanation in their unit's report."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from targets.models import ProgressEntry
from targets.models.entry.queries import newer_than_outer
from targets.models.enums import FigureFrom, TargetState
from targets.models.target.queries import TargetQuerySet
from targets.status import ATTENTION


def unexplained(targets: TargetQuerySet, today: date) -> TargetQuerySet:
    """Return those of `targets` (annotated with status) whose report still lacks issues or next steps.

    Only while the period of the figure is not frozen. A report in any state counts as an explanation
    once it gives both. A report that was not filed at all is owed anyway and not returned here.
    """
    named = targets.alias(
        figure_source=F("row__figure_from"), stands=F("row__state"), month=F("row__period_end")
    )
    late = named.filter(status__in=ATTENTION, figure_source=FigureFrom.STATISTICS, stands=TargetState.ACTIVE)
    return late.filter(Exists(silent_reports(today)))


def silent_reports(today: date) -> QuerySet:
    """Return the newest report on the outer target's `month`, if it lacks an explanation."""
    versions = ProgressEntry.objects.filter(part=ProgressEntry.Part.REPORT)
    is_open = Q(period__freeze_on__gte=today) | Q(period__reopened_until__gte=today)
    is_silent = Q(issues="") | Q(next_steps="")
    of_this = versions.filter(target=OuterRef("pk"), period__period_end=OuterRef("month"))
    return of_this.filter(is_open, is_silent, ~Exists(newer_than_outer(versions)), is_void=False)
