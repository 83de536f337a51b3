"""The peer: a plain Django admin change list with the same columns and rows, its ordering repaired."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import include, path

from targets.models import Plan, Target
from targets.status import Status


class PlainTargetAdmin(admin.ModelAdmin):
    """Stored columns only: it judges nothing, knows no day, and offers one filter."""

    list_display = (
        "number", "title", "light", "target_value", "value", "attainment", "expected", "gap", "period_end",
        "lead_unit", "state", "due_on",
    )  # fmt: skip
    list_select_related = ("current", "lead_unit", "plan", "domain")
    list_filter = ("measure",)
    list_per_page = 50
    ordering = ("plan", "number", "pk")
    show_full_result_count = False

    @admin.display(ordering="current__light")
    def light(self, target: Target) -> str:
        return str(Status(target.current.light).label) if target.current else "—"

    def value(self, target: Target) -> Any:
        return target.current and target.current.value

    def attainment(self, target: Target) -> Any:
        return target.current and target.current.attainment

    def expected(self, target: Target) -> Any:
        return target.current and target.current.expected

    def gap(self, target: Target) -> Any:
        return target.current and target.current.gap

    def period_end(self, target: Target) -> Any:
        return target.current and target.current.period_end

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class PlainSite(admin.AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return True


site = PlainSite(name="plain")
site.register(Target, PlainTargetAdmin)
urlpatterns = [path("plain/", site.urls), path("", include("tracker.urls"))]


def address(plan: Plan) -> str:
    return f"/plain/targets/target/?plan__id__exact={plan.pk}"
