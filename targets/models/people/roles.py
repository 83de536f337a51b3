"""The roles of a user (groups that a migration creates), and the user's place in the tree of units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from targets.models.enums import Role, UnitKind

SEATS = (UnitKind.TOWNSHIP, UnitKind.GOVERNMENT)  # units that run plans of their own
# the roles that work with targets
ROLES = (Role.REPORTER, Role.REVIEWER, Role.COORDINATOR, Role.STATISTICIAN, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Reader:
    """The fields of an account that the conditions below use; the query itself reads units and roles.

    A query built for a Reader stays valid until a field changes, so a cache may use it as the key.
    """

    pk: int
    is_active: bool
    is_superuser: bool

    @classmethod
    def of(cls, user: Any) -> Reader:
        return cls(user.pk, user.is_active, user.is_superuser)


def has_role(user: Any, *roles: str) -> bool:
    """Whether the user has one of these roles. Never cached: a role taken away ends with the next act."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or user.groups.filter(name__in=roles).exists()


def is_reviewer(user: Any) -> bool:
    """Whether the user has a reviewing role; `rights.may_review` says for which entries."""
    return has_role(user, Role.REVIEWER, Role.COORDINATOR)


# --- as conditions and subqueries inside one query -----------------------------------------------

# Raw SQL: a page uses about twenty of these, and Django takes a millisecond to build each.
SUBQUERIES = {
    "unit": "SELECT mine.id FROM {mine}",
    "above": "SELECT o.id FROM {mine} JOIN targets_orgunit o ON mine.path LIKE o.path || '%%'",
    "below": "SELECT o.id FROM {mine} JOIN targets_orgunit o ON o.path LIKE mine.path || '%%'",
    "around": """SELECT o.id FROM {mine} JOIN targets_orgunit o
        ON o.path LIKE mine.path || '%%' OR mine.path LIKE o.path || '%%'""",
    "governed": """SELECT o.id FROM {mine} JOIN targets_orgunit o ON mine.path LIKE o.path || '%%'
        AND NOT EXISTS (SELECT 1 FROM targets_orgunit seat WHERE seat.kind IN ('township', 'government')
            AND seat.id <> o.id AND seat.path LIKE o.path || '%%' AND mine.path LIKE seat.path || '%%')""",
    "supported": """SELECT helps.target_id FROM {mine} JOIN targets_orgunit o ON o.path LIKE mine.path || '%%'
        JOIN targets_supportingunit helps ON helps.unit_id = o.id""",
}
# The units in which a person has a post; a unit switched off gives no rights.
MINE = """targets_member m JOIN targets_orgunit mine ON mine.active AND (mine.id = m.unit_id OR mine.id IN (
    SELECT besides.orgunit_id FROM targets_member_also_in besides WHERE besides.member_id = m.id))"""
ROLE = """EXISTS (SELECT 1 FROM auth_user_groups r JOIN auth_group g ON g.id = r.group_id
    WHERE r.user_id = %s AND g.name IN ({}))"""


def plays(user: Any, *roles: str) -> Q:
    """Whether the user has one of these roles."""
    return everything_or(user, Q(RawSQL(_role(roles), (user.pk, *roles), BooleanField())))


def everything_or(user: Any, condition: Q) -> Q:
    """Every row for a superuser, none for an inactive account, else the rows of the condition.

    Never an empty Q: Django drops an empty Q from an OR, although it should match every row.
    """
    if not user.is_active:
        return Q(pk__in=[])
    return Q(pk__isnull=False) if user.is_superuser else condition


def units_of(user: Any, *roles: str) -> RawSQL:
    """The ids of the user's units; none without a Member row, or without one of the given roles."""
    return _places("unit", user, roles)


def units_above(user: Any, *roles: str) -> RawSQL:
    """The user's units and all above them."""
    return _places("above", user, roles)


def units_below(user: Any, *roles: str) -> RawSQL:
    """The user's unit and all below it."""
    return _places("below", user, roles)


def units_around(user: Any, *roles: str) -> RawSQL:
    """The user's unit, all above it and all below it."""
    return _places("around", user, roles)


def jurisdictions_of(user: Any, *roles: str) -> RawSQL:
    """The user's unit and the units above it, up to the nearest town or district.

    A town's office lies within the district, but runs no plan of the district.
    """
    return _places("governed", user, roles)


def supported_by(user: Any, *roles: str) -> RawSQL:
    """Targets which the user's unit, or one below it, supports."""
    return _places("supported", user, roles)


def _places(name: str, user: Any, roles: tuple[str, ...]) -> RawSQL:
    where, keys = _where(roles)
    return RawSQL(SUBQUERIES[name].format(mine=MINE) + where, (user.pk,) * keys + roles)


@cache
def _where(roles: tuple[str, ...]) -> tuple[str, int]:
    """The SQL condition on the person, and how many times the person's key is its parameter."""
    return (f" WHERE m.user_id = %s AND {_role(roles)}", 2) if roles else (" WHERE m.user_id = %s", 1)


def _role(roles: tuple[str, ...]) -> str:
    return ROLE.format(", ".join(["%s"] * len(roles)))
