"""Units: kept by administrators, and by coordinators within their jurisdiction, as people are."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from targets.admin.base.pages import RowAdmin
from targets.admin.base.permissions import Actor
from targets.models import OrgUnit


class Offices(RowAdmin):
    """All units are listed, because a unit of another place may lead a target; users edit only their own."""

    place = ""  # the form field that places the row in the tree of units

    def sees(self, actor: Actor) -> bool:
        return actor.coordinates or actor.administrates

    adds = changes = sees

    def unit(self, obj: Any) -> OrgUnit:
        raise NotImplementedError

    def own(self, actor: Actor) -> Any:
        """Return the units that the user may edit."""
        if actor.administrates:
            return OrgUnit.objects.all()
        top = actor.top
        return OrgUnit.objects.filter(path__startswith=top.path) if top else OrgUnit.objects.none()

    def may_change(self, actor: Actor, obj: Any) -> bool:
        return self.own(actor).filter(pk=self.unit(obj).pk).exists()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """A pasted list of people makes the units that are not there yet, so both lists lead to it."""
        pastes = {"pastes": Actor.of(request).administrates}
        return super().changelist_view(request, {**pastes, **(extra_context or {})})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A user moves a unit or a person only to units that the user may edit."""
        form = super().get_form(request, obj, change, **kwargs)
        if place := form.base_fields.get(self.place):
            own = self.own(Actor.of(request)).values("pk")
            place.queryset = place.queryset.filter(pk__in=own)
            place.required = place.required or not Actor.of(request).administrates
        return form


@admin.register(OrgUnit)
class OrgUnitAdmin(Offices):
    place = "parent"
    list_display = ("name", "short_name", "kind", "parent", "order", "active")
    list_filter = ("kind", "active")
    list_select_related = ("parent",)
    search_fields = ("name", "short_name")
    allowed_lookups = ("kind__exact", "active__exact")
    ordering = ("order", "pk")

    def unit(self, obj: OrgUnit) -> OrgUnit:
        return obj

    def get_readonly_fields(self, request: HttpRequest, obj: OrgUnit | None = None) -> tuple[str, ...]:
        """A town cannot change its own kind or district: permissions depend on them."""
        actor = Actor.of(request)
        return ("kind", "parent") if obj and not actor.administrates and obj == actor.top else ()
