"""Permissions of the admin pages, from roles and rows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models

from targets.models.enums import Role
from targets.models.people.place import has_role, is_reviewer
from targets.models.people.roles import ROLES


class Actor:
    """What the signed-in user may do, read once per request; every write checks the models again."""

    def __init__(self, user: Any) -> None:
        self.user = user

    @classmethod
    def of(cls, request: Any) -> Actor:
        if not hasattr(request, "actor"):
            request.actor = cls(request.user)
        return request.actor

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
    def reviews(self) -> bool:
        return is_reviewer(self.user)

    @cached_property
    def administrates(self) -> bool:
        """Whether the user manages accounts, people and units."""
        return has_role(self.user, Role.ADMINISTRATOR)

    @cached_property
    def audits(self) -> bool:
        return has_role(self.user, Role.AUDITOR)


def is_used(obj: models.Model, *kinds: Any) -> bool:
    """Whether a row refers to `obj` by a relation with one of these `on_delete` kinds (default PROTECT)."""
    kept = (each for each in obj._meta.related_objects if each.on_delete in (kinds or (models.PROTECT,)))
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: obj}).exists()
        for relation in kept
    )


class RowPermissions:
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

    def get_queryset(self, request: Any) -> Any:
        actor = Actor.of(request)
        queryset = super().get_queryset(request)
        return self.rows(queryset, actor) if self.sees(actor) else queryset.none()

    def has_module_permission(self, request: Any) -> bool:
        return self.sees(Actor.of(request))

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        actor = Actor.of(request)
        if not self.sees(actor) or obj is None:
            return self.sees(actor)
        return self.rows(self.model._default_manager.all(), actor).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return self.adds(Actor.of(request))

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        actor = Actor.of(request)
        if obj is None:
            return self.sees(actor) and self.changes(actor)
        return self.has_view_permission(request, obj) and self.may_change(actor, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        if obj is None:
            return False
        return self.has_view_permission(request, obj) and self.may_delete(Actor.of(request), obj)
