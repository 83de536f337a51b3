"""Source documents and domains of targets; each plan has its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from targets.admin.base.filters import PlanFilter
from targets.admin.base.pages import RowAdmin
from targets.admin.base.permissions import Actor
from targets.models import Domain, Plan, Source


class OfPlan(RowAdmin):
    """Rows of the plans that the user runs; a row never moves to another plan."""

    list_select_related = ("plan",)

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset.filter(plan__in=Plan.objects.runnable_by(actor.user))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("plan",) if obj else ()

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        if db_field.name != "plan":
            return super().get_field_queryset(db, db_field, request)
        return Plan.objects.runnable_by(request.user)


@admin.register(Source)
class SourceAdmin(OfPlan):
    list_display = ("title", "issuer", "kind", "document_no", "published_on", "plan")
    list_filter = (PlanFilter, "kind")
    search_fields = ("title", "issuer", "document_no")
    allowed_lookups = ("plan", "kind__exact")
    ordering = ("-plan__ends_on", "plan", "pk")


@admin.register(Domain)
class DomainAdmin(OfPlan):
    list_display = ("name", "order", "plan")
    list_filter = (PlanFilter,)
    allowed_lookups = ("plan",)
    ordering = ("-plan__ends_on", "plan", "order", "pk")
