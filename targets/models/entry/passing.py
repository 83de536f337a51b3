"""The unit's step of a two-step review: which reports still wait for a reviewer of the unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from targets.models.people.place import Person, PlanPlace
from targets.models.people.rights import NONE

UNIT = ("target__plan", "target__lead_unit", "target__lead_unit__path")
WRITERS = ("entered_by", "submitted_by", "earlier_writers")


def waits_for_the_unit(unpassed: QuerySet, plans: Sequence[PlanPlace], reviewers: Mapping[int, Person]) -> Q:
    """Those of `unpassed`, entries of these plans, that somebody in the unit has to pass first.

    Decided here by unit: only where all who could pass wrote an entry is it looked at by itself.
    """
    by_pk = {plan.pk: plan for plan in plans}
    passers: dict[tuple[int, int], set[int]] = {}
    is_written_by_passers = False
    for plan, unit, path, *writers in unpassed.order_by().values_list(*UNIT, *WRITERS).distinct():
        if (plan, unit) not in passers:
            passers[plan, unit] = {
                pk for pk, each in reviewers.items() if each.passes_below(by_pk[plan]) and each.is_below(path)
            }
        is_written_by_passers |= not passers[plan, unit].isdisjoint(writers)
    units = defaultdict(set)
    for (plan, unit), found in passers.items():
        if found:
            units[plan].add(unit)
    of_units = (Q(target__plan=plan, target__lead_unit__in=found) for plan, found in units.items())
    waits = reduce(or_, of_units, NONE)
    return waits & ~Q(pk__in=_written_by_all(unpassed, passers)) if is_written_by_passers else waits


def _written_by_all(unpassed: QuerySet, passers: dict[tuple[int, int], set[int]]) -> list[int]:
    """The entries of which every passer of the unit is a writer."""
    everyone = set().union(*passers.values())
    by_one = Q(*((f"{name}__in", everyone) for name in WRITERS), _connector=Q.OR)
    wrote = defaultdict(set)
    for pk, plan, unit, *writers in unpassed.filter(by_one).values_list("pk", *UNIT[:2], *WRITERS):
        wrote[pk, plan, unit].update(writers)
    return [pk for (pk, *unit), writers in wrote.items() if passers[tuple(unit)] <= writers]
