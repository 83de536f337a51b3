"""The status of a target: the label of each light, and the only comparison of its dates in SQL."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _

from targets.rules import facts
from targets.rules.facts import Light


class Status(models.IntegerChoices):
    """Worst first; the member's name in lower case is its English name."""

    MISSED = Light.MISSED, _("missed")
    OVERDUE = Light.OVERDUE, _("overdue")
    RED = Light.RED, _("red")
    AMBER = Light.AMBER, _("amber")
    GREEN = Light.GREEN, _("green")
    ON_TARGET = Light.ON_TARGET, _("currently on target")
    DONE = Light.DONE, _("done")
    NO_FIGURE = Light.NO_FIGURE, _("no figure yet")
    UNDEFINED = Light.UNDEFINED, _("to be defined")
    NOT_STARTED = Light.NOT_STARTED, _("not started")
    SUSPENDED = Light.SUSPENDED, _("suspended")
    CANCELLED = Light.CANCELLED, _("cancelled")
    WATCH = Light.WATCH, _("qualitative watch")

    @property
    def key(self) -> str:
        return self.name.lower()


ATTENTION = tuple(map(Status, facts.ATTENTION))
ON_SCHEDULE = (Status.GREEN, Status.ON_TARGET, Status.DONE)
UNLIT = tuple(status for status in Status if status not in (*ATTENTION, *ON_SCHEDULE))


def status_on(day: date, row: str = "row", *, by_hand: bool = True) -> Case:
    """SQL expression for the status on `day`, from one ledger row.

    The row stores the days on which the status changes without a new report. Null if there is no
    row: nothing is judged yet. `by_hand=False` ignores a light set by hand.
    """
    overrides = [When(**{f"{row}__override_until__gte": day}, then=F(f"{row}__override_light"))]
    return Case(
        *(overrides if by_hand else []),
        When(**{f"{row}__overdue_on__lte": day}, then=Value(Status.OVERDUE)),
        When(**{f"{row}__red_on__lte": day}, then=Value(Status.RED)),
        When(**{f"{row}__amber_on__lte": day}, then=Value(Status.AMBER)),
        When(**{f"{row}__opens_on__gt": day}, then=Value(Status.NOT_STARTED)),
        default=F(f"{row}__light"),
        output_field=models.PositiveSmallIntegerField(choices=Status.choices),
    )


def status_of(verdict: Any, day: date) -> Status | None:
    """The status by `status_on` for a verdict not in the ledger yet; None if nothing is judged."""
    if verdict is None:
        return None
    if verdict.override_light is not None and verdict.override_until >= day:
        return Status(verdict.override_light)
    silent = {
        Status.OVERDUE: verdict.overdue_on <= day,
        Status.RED: verdict.red_on <= day,
        Status.AMBER: verdict.amber_on <= day,
        Status.NOT_STARTED: verdict.opens_on > day,
    }
    return next((status for status, holds in silent.items() if holds), Status(verdict.light))
