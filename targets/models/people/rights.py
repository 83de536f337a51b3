"""Rights on targets and their plans, as conditions inside one query.

Each function returns a Q on targets; with an empty prefix `plan`, a Q on plans, and with a prefix
`target` one on what belongs to a target. What the user's Place decides about a whole plan stands in it
as ids. `asks`, `signs`, `logs` and `writes` answer the same of one target that was read already.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from targets.models.enums import WORDS_ONLY, FigureFrom, Part, PlanState, Role
from targets.models.people.place import Place, Unit
from targets.models.people.roles import ROLES

# Targets whose figure is an official statistic.
BY_STATISTICS = Q(figure_from=FigureFrom.STATISTICS) & ~Q(measure__in=WORDS_ONLY)
# Never an empty Q for these: Django drops an empty Q from an OR, although it should match every row.
ALL, NONE = Q(pk__isnull=False), Q(pk__in=())
WRITERS = (Role.REPORTER, Role.REVIEWER, Role.COORDINATOR)


def may_see(user: Any, targets: QuerySet) -> Q:
    """Targets that the user's unit or one below leads or supports, or on which it once filed a report,
    those of plans open to the user, and those the user's role deals with. `targets`: all there are.
    """
    place = Place.of(user)
    if place.is_everywhere:
        return ALL
    units = place.units_as(*ROLES)
    seen = _deals_with(place) | within("lead_unit", units)
    if not units:
        return seen
    # Last, because it runs once per target.
    had_a_part = within("supporting_units__unit", units) | within("entries__reported_by_unit", units)
    return seen | Q(Exists(targets.filter(had_a_part, pk=OuterRef("pk"))))


def ways_to_see(user: Any) -> list[Q]:
    """The same conditions one by one, for targets of many plans: each starts from the user's few units."""
    place = Place.of(user)
    below = place.ids_below(*ROLES)
    had_a_part = ("lead_unit", "supporting_units__unit", "entries__reported_by_unit")
    return [_deals_with(place), *(Q(**{f"{part}__in": below}) for part in had_a_part)]


def _deals_with(place: Place) -> Q:
    return Q(plan__in=place.plans(place.reads)) | _counted(place)


def may_coordinate(user: Any, plan: str = "plan__") -> Q:
    """Targets or plans of the jurisdictions in which the user is a coordinator."""
    place = Place.of(user)
    return ALL if place.is_everywhere else Q(**{f"{plan}pk__in": place.plans(place.coordinates)})


def may_sign(user: Any, target: str = "") -> Q:
    """Targets whose changes the user decides on, as coordinator or leader of the jurisdiction."""
    place = Place.of(user)
    return ALL if place.is_everywhere else Q(**{f"{target}plan__in": place.plans(place.signs)})


def signs(user: Any, target: Any) -> bool:
    """As `may_sign`."""
    place = Place.of(user)
    return place.is_everywhere or target.plan_id in place.plans(place.signs)


def may_ask(user: Any, target: str = "") -> Q:
    """Targets whose promise the user may ask to change, as the lead unit or a coordinator."""
    place = Place.of(user)
    if place.is_everywhere:
        return ALL
    led = Q(**{f"{target}lead_unit__in": _led(place)})
    return led | Q(**{f"{target}plan__in": place.plans(place.coordinates)})


def asks(user: Any, target: Any) -> bool:
    """As `may_ask`."""
    place = Place.of(user)
    return place.runs(target.plan_id) or target.lead_unit_id in _led(place)


def may_log(user: Any, part: str | None = None) -> Q:
    """Targets on which the user reports: the lead unit files the report, a statistician the statistic.

    A coordinator files both parts in place of a unit or statistician that does not.
    """
    place = Place.of(user)
    if place.is_everywhere:
        return ALL
    counts = _counted(place) | may_coordinate(place)
    if part == Part.STATISTIC:
        return counts
    return may_ask(place) if part == Part.REPORT else may_ask(place) | counts


def logs(user: Any, target: Any, part: str | None = None) -> bool:
    """As `may_log`."""
    place = Place.of(user)
    is_counted = target.figure_from == FigureFrom.STATISTICS and target.measure not in WORDS_ONLY
    counts = place.runs(target.plan_id) or (is_counted and target.plan_id in place.plans(place.counts))
    if part == Part.STATISTIC:
        return counts
    return asks(place, target) or (part is None and counts)


def writes(user: Any, target: Any, part: str | None = None) -> bool:
    """As `TargetQuerySet.writable_by`."""
    place, state = Place.of(user), target.plan.state
    takes = state == PlanState.IN_FORCE or (state == PlanState.CLOSED and place.runs(target.plan_id))
    return takes and target.current_id is not None and logs(place, target, part)


def may_review(user: Any) -> Q:
    """Targets whose entries the user reviews. By the plan's mode the review is done by the office, by
    the reviewers of the unit and of the units above, or by both in turn.
    """
    place = Place.of(user)
    below = Q(plan__in=place.plans(place.reviews_below)) & within("lead_unit", place.units)
    return may_decide(place) | below


def may_pass(user: Any) -> Q:
    """The unit's step: reviewers of the lead unit or of units above it, below the plan's jurisdiction."""
    place = Place.of(user)
    if place.is_everywhere:
        return ALL
    return Q(plan__in=place.plans(place.passes_below)) & within("lead_unit", place.units)


def may_decide(user: Any) -> Q:
    """The office's step: its reviewers, and the coordinators."""
    place = Place.of(user)
    return ALL if place.is_everywhere else Q(plan__in=place.plans(place.decides))


def may_follow(user: Any, part: str) -> Q:
    """Targets whose unapproved entries the user reads: led by the user's unit, or for the user to review.

    Statisticians also read an unapproved official statistic.
    """
    place = Place.of(user)
    followed = Q(lead_unit__in=place.unit_ids) | may_review(place)
    return followed | _counted(place) if part == Part.STATISTIC else followed


def within(unit: str, units: tuple[Unit, ...]) -> Q:
    """Whether the unit at this path of fields is one of `units`, or below one."""
    return reduce(or_, (Q(**{f"{unit}__path__startswith": each.path}) for each in units), NONE)


def may_ask_anywhere(user: Any) -> bool:
    """Whether there may be targets for `may_ask`, judged without looking for one."""
    place = Place.of(user)
    return place.is_everywhere or bool(_led(place) or place.plans(place.coordinates))


def _led(place: Place) -> set[int]:
    """The units whose targets the user writes on."""
    return {unit.pk for unit in place.units_as(*WRITERS)}


def _counted(place: Place) -> Q:
    return BY_STATISTICS & Q(plan__in=place.plans(place.counts))
