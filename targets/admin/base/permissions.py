"""Permissions of the admin pages, from roles and rows."""

from __future__ import annotations

from functools import cached_property, wraps
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Exists, Q
from django.http import HttpRequest

from targets.models import OrgUnit, Target
from targets.models.enums import Role
from targets.models.people import rights
from targets.models.people.place import Place, has_role, is_reviewer
from targets.models.people.roles import ROLES
from targets.models.people.viewer import Account


def remembered(asked: Any) -> Any:
    """Wrap a method that asks about a row: a page asks the same many times and changes nothing meanwhile.

    An act asks anew each time: what it makes or changes counts at once.
    """

    @wraps(asked)
    def answer(self: Any, request: HttpRequest, obj: Any = None) -> Any:
        kept, key = _answers(request), (type(self), asked.__name__, getattr(obj, "pk", None))
        if key not in kept:
            kept[key] = asked(self, request, obj)
        return kept[key]

    return answer


def _answers(request: HttpRequest) -> dict[Any, Any]:
    """What was answered on this page; for an act, nothing."""
    is_page = request.method in ("GET", "HEAD")
    return request.__dict__.setdefault("answers", {}) if is_page else {}


class Actor:
    """What the signed-in user may do, read once per request; every write checks the models again."""

    def __init__(self, user: Account) -> None:
        self.user = user

    @classmethod
    def of(cls, request: HttpRequest) -> Actor:
        kept = request.__dict__
        if "actor" not in kept:
            kept["actor"] = cls(request.user)
        return kept["actor"]

    @cached_property
    def has_a_role(self) -> bool:
        return has_role(self.user, *ROLES)

    @cached_property
    def coordinates(self) -> bool:
        return has_role(self.user, Role.COORDINATOR)

    @cached_property
    def signs(self) -> bool:
        return has_role(self.user, Role.COORDINATOR, Role.LEADER)

    @cached_property
    def logs(self) -> bool:
        """Whether there are targets on which the user reports."""
        if rights.may_ask_anywhere(self.user):
            return True
        return self.has_a_role and Target.objects.editable_by(self.user).exists()

    @cached_property
    def reviews(self) -> bool:
        return is_reviewer(self.user)

    @cached_property
    def administrates(self) -> bool:
        """Whether the user manages accounts, people and units."""
        return has_role(self.user, Role.ADMINISTRATOR)

    @cached_property
    def top(self) -> OrgUnit | None:
        """The town or district that the user coordinates."""
        place = Place.of(self.user)
        governed = place.governed if Role.COORDINATOR in place.roles else ()
        return OrgUnit.objects.filter(pk__in=governed).order_by("path").first()

    @cached_property
    def audits(self) -> bool:
        return has_role(self.user, Role.AUDITOR)


def is_used(obj: models.Model, *kinds: Any) -> bool:
    """Whether a row refers to `obj` by a relation with one of these `on_delete` kinds (default PROTECT)."""
    kept = (each for each in obj._meta.related_objects if each.on_delete in (kinds or (models.PROTECT,)))
    referring = [Exists(each.related_model._base_manager.filter(**{each.field.name: obj})) for each in kept]
    is_named = Q(*referring, _connector=Q.OR) if referring else Q(pk__in=())
    return type(obj)._base_manager.filter(is_named, pk=obj.pk).exists()


class RowPermissions(admin.ModelAdmin):
    """Permissions from roles and rows; Django's model permissions are not used.

    `get_queryset` alone is not enough, so the methods also check the object. By default
    coordinators see and change everything; a subclass overrides this.
    """

    def sees(self, actor: Actor) -> bool:
        return actor.coordinates

    def adds(self, actor: Actor) -> bool:
        return actor.coordinates

    def changes(self, actor: Actor) -> bool:
        return actor.coordinates

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset

    def may_change(self, actor: Actor, obj: Any) -> bool:
        return self.changes(actor)

    def may_delete(self, actor: Actor, obj: Any) -> bool:
        return self.may_change(actor, obj) and not is_used(obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        actor = Actor.of(request)
        queryset = super().get_queryset(request)
        return self.rows(queryset, actor) if self.sees(actor) else queryset.none()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """A row found among those that the user sees needs no second look."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            _answers(request)[type(self), "has_view_permission", row.pk] = True
        return row

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.sees(Actor.of(request))

    @remembered
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        actor = Actor.of(request)
        if not self.sees(actor) or obj is None:
            return self.sees(actor)
        return self.rows(self.model._default_manager.all(), actor).filter(pk=obj.pk).exists()

    @remembered
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.adds(Actor.of(request))

    @remembered
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        actor = Actor.of(request)
        if obj is None:
            return self.sees(actor) and self.changes(actor)
        return self.has_view_permission(request, obj) and self.may_change(actor, obj)

    @remembered
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return False
        return self.has_view_permission(request, obj) and self.may_delete(Actor.of(request), obj)
