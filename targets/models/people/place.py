"""The place of a user: roles, units, and which plans their jurisdictions and units open to them.

Read in two small queries. What concerns a whole plan is then decided here, so that a query asks no
more than ids, or the path of the lead unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from targets.models.enums import PlanState, ReviewMode, Role
from targets.models.people.roles import ROLES, SEATS
from targets.models.people.units import OrgUnit

WAYS = ("member__unit", "member__also_in")  # from an account to the units of the person


class Unit(NamedTuple):
    """A unit in which the user has a post."""

    order: int
    pk: int
    path: str

    @property
    def above(self) -> list[int]:
        """The ids from the root down to the unit itself."""
        return [int(part) for part in self.path.split("/") if part]


class PlanPlace(NamedTuple):
    """The columns of a plan that rights depend on."""

    pk: int
    state: str
    is_open: bool
    review_mode: str
    office: int | None
    jurisdiction: int
    path: str  # of the jurisdiction


class Person(NamedTuple):
    """What is read of an account at once; a unit switched off gives no rights and is left out."""

    roles: frozenset[str]
    units: tuple[Unit, ...]
    name: str = ""
    post: str = ""
    unit: str = ""  # its name

    def units_as(self, *roles: str) -> tuple[Unit, ...]:
        """The units, none without one of these roles."""
        return self.units if not self.roles.isdisjoint(roles) else ()

    def is_below(self, path: str, *roles: str) -> bool:
        """Whether this is the path of a unit of the person, or of one below."""
        units = self.units_as(*roles) if roles else self.units
        return any(path.startswith(unit.path) for unit in units)

    def passes_below(self, plan: PlanPlace) -> bool:
        """The unit's step: reviewers of units below the plan's jurisdiction, for what these units lead."""
        return Role.REVIEWER in self.roles and not self.is_below(plan.path)


NOBODY = Person(frozenset(), ())


def people(accounts: QuerySet) -> dict[int, Person]:
    """By account: roles, units and who it belongs to, in one query."""
    named = [f"member__{name}" for name in ("name", "post", "unit__name")]
    posts = [f"{way}__{name}" for way in WAYS for name in ("active", "order", "pk", "path")]
    roles, units, names = defaultdict(set), defaultdict(set), {}
    for pk, role, name, post, unit, *columns in accounts.values_list("pk", "groups__name", *named, *posts):
        roles[pk].add(role)
        names[pk] = (name or "", post or "", unit or "")
        for active, *columns_of_unit in (columns[:4], columns[4:]):
            if active:
                units[pk].add(Unit(*columns_of_unit))
    return {
        pk: Person(frozenset(roles[pk] - {None}), tuple(sorted(units[pk])), *of_person)
        for pk, of_person in names.items()
    }


@dataclass
class Place:
    """What `user` is and where. An inactive account is nothing and nowhere; a superuser is everywhere."""

    user: Any

    @classmethod
    def of(cls, user: Any) -> Place:
        """Read afresh, so that a role taken away ends with the next act; once for a whole request."""
        if isinstance(user, Place):
            return user
        kept = getattr(user, "place", None)
        return cls(user) if kept is None else kept

    @classmethod
    def keep(cls, user: Any) -> None:
        """Let everything that is asked about this object of the user read the place only once."""
        user.place = cls(user)

    @property
    def pk(self) -> int | None:
        pk: int | None = self.user.pk
        return pk

    @property
    def is_everywhere(self) -> bool:
        return bool(self.user.is_active and self.user.is_superuser)

    # --- roles and units ----------------------------------------------------------------------

    @cached_property
    def person(self) -> Person:
        if not self.user.is_active or self.user.pk is None:
            return NOBODY
        return people(get_user_model()._base_manager.filter(pk=self.user.pk)).get(self.user.pk, NOBODY)

    @cached_property
    def reviewers(self) -> dict[int, Person]:
        """All reviewers whose account is active: who must pass a report before the user decides on it."""
        active = get_user_model()._base_manager.filter(is_active=True)
        return people(active.filter(pk__in=active.filter(groups__name=Role.REVIEWER).values("pk")))

    @property
    def roles(self) -> frozenset[str]:
        """The user's own groups; a superuser may do without."""
        return self.person.roles

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.person.units

    @property
    def lacks(self) -> str:
        """What the account must be given before any page shows it something: role, unit, or nothing more.

        Whoever administers or audits alone needs no unit; `seat` is a unit that is switched off.
        """
        if self.is_everywhere:
            return ""
        if not self.roles:
            return "role"
        if self.units or self.roles.isdisjoint(ROLES):
            return ""
        return "seat" if self.person.unit else "unit"

    def plays(self, *roles: str) -> bool:
        return self.is_everywhere or not self.roles.isdisjoint(roles)

    def units_as(self, *roles: str) -> tuple[Unit, ...]:
        """The user's units, none without one of these roles."""
        return self.person.units_as(*roles)

    @property
    def unit_ids(self) -> set[int]:
        return {unit.pk for unit in self.units}

    def ids_below(self, *roles: str) -> list[int]:
        """The ids of the user's units and of all units below them, none without one of these roles."""
        paths = [Q(path__startswith=unit.path) for unit in self.units_as(*roles)]
        found = OrgUnit.objects.filter(reduce(or_, paths)) if paths else OrgUnit.objects.none()
        return list(found.order_by().values_list("pk", flat=True))

    def is_around(self, path: str, *roles: str) -> bool:
        """Whether a unit of the user is this unit, above it or below it."""
        units = self.units_as(*roles) if roles else self.units
        return any(path.startswith(unit.path) or unit.path.startswith(path) for unit in units)

    def is_below(self, path: str, *roles: str) -> bool:
        """Whether this is the path of a unit of the user, or of one below."""
        return self.person.is_below(path, *roles)

    # --- jurisdictions and plans --------------------------------------------------------------

    @cached_property
    def _around(self) -> tuple[frozenset[int], tuple[PlanPlace, ...]]:
        """The ids of the seats above the user, and the plans."""
        above = {pk for unit in self.units for pk in unit.above}
        units = OrgUnit.objects.filter(Q(pk__in=above) | Q(plans__isnull=False)).order_by()
        of_plan = ("pk", "state", "is_open", "review_mode", "office")
        seats, plans = set(), []
        for kind, *plan in units.values_list("kind", *(f"plans__{name}" for name in of_plan), "pk", "path"):
            found = PlanPlace(*plan)
            if kind in SEATS:
                seats.add(found.jurisdiction)
            if found.pk is not None:
                plans.append(found)
        return frozenset(seats), tuple(plans)

    @property
    def all_plans(self) -> tuple[PlanPlace, ...]:
        return self._around[1]

    @cached_property
    def governed(self) -> frozenset[int]:
        """The user's units and the units above them, up to the nearest town or district.

        A town's office lies within the district, but runs no plan of the district.
        """
        found = set()
        for unit in self.units:
            for pk in reversed(unit.above):
                found.add(pk)
                if pk in self._around[0]:
                    break
        return frozenset(found)

    def governs(self, jurisdiction: int, *roles: str) -> bool:
        return self.is_everywhere or (not self.roles.isdisjoint(roles) and jurisdiction in self.governed)

    def plans(self, may: Callable[[PlanPlace], bool]) -> set[int]:
        """The ids of the plans of which this holds; each way to ask is worked out once."""
        if may not in self._found:
            self._found[may] = {plan.pk for plan in self.all_plans if may(plan)}
        return self._found[may]

    @cached_property
    def _found(self) -> dict[Callable[[PlanPlace], bool], set[int]]:
        return {}

    # --- one plan -----------------------------------------------------------------------------

    def opens(self, plan: PlanPlace) -> bool:
        """Issued open plans above or below the user's units. Leaders of the jurisdiction, and
        coordinators and leaders above it, see every issued plan; only its coordinators see a draft.
        """
        if self.governs(plan.jurisdiction, Role.COORDINATOR):
            return True
        if plan.state == PlanState.DRAFTING:
            return False
        return (
            (plan.is_open and self.is_around(plan.path, *ROLES))
            or self.governs(plan.jurisdiction, Role.LEADER)
            or self.is_below(plan.path, Role.COORDINATOR, Role.LEADER)
        )

    def reads(self, plan: PlanPlace) -> bool:
        """Whether the user sees all of the plan's targets: also those to be reviewed for the office."""
        is_reviewed = plan.state != PlanState.DRAFTING or plan.office is not None
        return self.opens(plan) or (is_reviewed and self.reviews_for_the_office(plan))

    def coordinates(self, plan: PlanPlace) -> bool:
        return self.governs(plan.jurisdiction, Role.COORDINATOR)

    def runs(self, plan: int | None) -> bool:
        """Whether the user coordinates the plan with this id."""
        return self.is_everywhere or plan in self.plans(self.coordinates)

    def signs(self, plan: PlanPlace) -> bool:
        return self.governs(plan.jurisdiction, Role.COORDINATOR, Role.LEADER)

    def counts(self, plan: PlanPlace) -> bool:
        """Whether the user enters the plan's official statistics."""
        return self.governs(plan.jurisdiction, Role.STATISTICIAN)

    def reviews_for_the_office(self, plan: PlanPlace) -> bool:
        """A plan that names its office is reviewed there; else by any reviewer of the jurisdiction."""
        if plan.review_mode not in (ReviewMode.OFFICE, ReviewMode.BOTH):
            return False
        in_office = plan.office is None or any(plan.office in unit.above for unit in self.units)
        return in_office and self.governs(plan.jurisdiction, Role.REVIEWER)

    def decides(self, plan: PlanPlace) -> bool:
        """The office's step: its reviewers, and the coordinators."""
        return self.reviews_for_the_office(plan) or self.coordinates(plan)

    def passes_below(self, plan: PlanPlace) -> bool:
        return self.person.passes_below(plan)

    def reviews_below(self, plan: PlanPlace) -> bool:
        """Whether the user's unit reviews what it and the units below it lead, by the plan's mode."""
        if plan.review_mode == ReviewMode.BOTH:
            return self.passes_below(plan)
        is_top = plan.jurisdiction in {unit.pk for unit in self.units_as(Role.REVIEWER)}
        return plan.review_mode == ReviewMode.UNIT and (self.passes_below(plan) or is_top)


def has_role(user: Any, *roles: str) -> bool:
    """Whether the user has one of these roles. A role taken away ends with the next act."""
    return Place.of(user).plays(*roles)


def is_reviewer(user: Any) -> bool:
    """Whether the user has a reviewing role; `rights.may_review` says for which entries."""
    return has_role(user, Role.REVIEWER, Role.COORDINATOR)
