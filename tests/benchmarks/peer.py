"""The peer: Django's own admin change list in Django's own templates, of the same rows and columns.

Its ordering is repaired, for the default one makes SQLite sort all rows. It shows stored columns only: it
judges nothing, knows no day and counts nothing.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from targets.models import Plan, Target
from targets.status import Status

ENGINE = "plain"  # finds the templates of Django's applications and none of the tracker's


class PlainTargetAdmin(admin.ModelAdmin):
    list_display = (
        "number", "title", "domain", "light", "target_value", "value", "attainment", "expected", "gap",
        "period_end", "progress", "lead_unit", "state", "due_on",
    )  # fmt: skip
    list_select_related = ("current", "lead_unit", "domain", "newest_report")
    list_filter = ("measure", "state")
    list_per_page = 50
    ordering = ("plan", "number", "pk")
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        response.using = ENGINE
        return response

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

    def progress(self, target: Target) -> str:
        return target.newest_report.narrative if target.newest_report else ""

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
