"""The lists (清单) of a plan with the targets on them, and a target's places on lists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from targets.admin.base.filters import PlanFilter
from targets.admin.base.pages import RowInline, unlinked
from targets.admin.base.permissions import Actor
from targets.admin.plan.source import OfPlan
from targets.models import ListEntry, Source, Target, TargetList


class OnListInline(RowInline):
    """The targets on a list, in its order; put there by its own page, by 列入清单 or an import."""

    model = ListEntry
    verbose_name_plural = _("targets on the list")
    readonly_fields = ("shown_target",)
    shown_target = unlinked("target", _("target"))
    fields = ("shown_target", "number", "score", "order")

    def get_fields(self, request: HttpRequest, obj: TargetList | None = None) -> tuple[str, ...]:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("target", "list__plan")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PlacesInline(RowInline):
    """A target's places on the lists of its plan; they are no promise, so they change in force too."""

    model = ListEntry
    readonly_fields = ("shown_list",)
    shown_list = unlinked("list", _("list of targets"))

    def get_fields(self, request: HttpRequest, obj: Target | None = None) -> tuple[str, ...]:
        return ("list" if Actor.of(request).coordinates else "shown_list", "number", "score")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("list__plan")

    def get_formset(self, request: HttpRequest, obj: Target | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        lists: Any = formset.form.base_fields.get("list")
        if obj is not None and lists is not None:
            lists.queryset = TargetList.objects.filter(plan=obj.plan_id)
        return formset


@admin.register(TargetList)
class TargetListAdmin(OfPlan):
    list_display = ("name", "order", "plan")
    list_filter = (PlanFilter,)
    allowed_lookups = ("plan",)
    ordering = ("-plan__ends_on", "plan", "order", "pk")
    fields = ("plan", "name", "order", "source")

    def get_inlines(self, request: HttpRequest, obj: TargetList | None) -> list[Any]:
        return [OnListInline] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        sources: Any = form.base_fields.get("source")
        if obj is not None and sources is not None:
            sources.queryset = Source.objects.filter(plan=obj.plan_id)
        return form
