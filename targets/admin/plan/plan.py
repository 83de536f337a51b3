"""Plans with their periods. Each step of a plan (issue, close …) has its own page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from targets.admin.base.pages import RowAdmin
from targets.admin.base.permissions import Actor
from targets.admin.plan import consultation, pages
from targets.admin.plan.period import PeriodInline
from targets.models import OrgUnit, Plan
from targets.models.people.place import Place


@admin.register(Plan)
class PlanAdmin(RowAdmin):
    list_display = ("code", "title", "year", "jurisdiction", "state", "light_rule", "is_invented")
    list_filter = ("state",)
    list_select_related = ("jurisdiction", "light_rule")
    search_fields = ("code", "title")
    allowed_lookups = ("state__exact",)
    ordering = ("-ends_on", "pk")
    named = ("code", "title", "year", "jurisdiction")
    settings = (_("Settings"), {"classes": ["collapse"], "fields": (
        ("starts_on", "ends_on"), "review_mode", "office", "is_open", "locks_periods", "counts_stretch",
        "is_invented")})  # fmt: skip

    def get_urls(self) -> list[Any]:
        return [*pages.urls(self), *consultation.urls(self), *super().get_urls()]

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset.visible_to(actor.user).select_related("jurisdiction")

    def may_change(self, actor: Actor, obj: Plan) -> bool:
        is_archived = obj.state == Plan.State.ARCHIVED
        return not is_archived and Place.of(actor.user).runs(obj.pk)

    def get_fieldsets(self, request: HttpRequest, obj: Plan | None = None) -> Any:
        """The step pages set state, document number and day of issue; a draft shows its state only."""
        acted: tuple[str | tuple[str, ...], ...] = ()
        if obj is not None:
            is_draft = obj.state == Plan.State.DRAFTING
            acted = ("state",) if is_draft else ("state", ("document_no", "issued_on"))
        return ((None, {"fields": (*self.named, *acted, "light_rule")}), self.settings)

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> tuple[str, ...]:
        if obj is None or obj.state == Plan.State.DRAFTING:
            return ("state",)
        return ("state", "issued_on", "code", "year", "starts_on", "ends_on", "light_rule")

    def get_form(
        self, request: HttpRequest, obj: Plan | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer only the user's own jurisdictions; an issued plan cannot leave its jurisdiction."""
        form = super().get_form(request, obj, change, **kwargs)
        units = form.base_fields.get("jurisdiction")
        if units is not None and not request.user.is_superuser:
            units.queryset = units.queryset.filter(pk__in=Place.of(request.user).governed)
        if units is not None and obj is not None and obj.state != Plan.State.DRAFTING:
            units.queryset = units.queryset.filter(path__startswith=obj.jurisdiction.path)
        offices = form.base_fields.get("office")
        if offices is not None and obj is not None:
            within = OrgUnit.objects.filter(path__startswith=obj.jurisdiction.path)
            offices.queryset = offices.queryset.filter(pk__in=within)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offers the town of whoever works in one."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        top = Actor.of(request).top
        return ({"jurisdiction": top.pk} if top else {}) | given

    def get_inlines(self, request: HttpRequest, obj: Plan | None) -> list[Any]:
        return [PeriodInline] if obj else []

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and Place.of(request.user).runs(obj.pk):
            context["acts"] = pages.offered(obj, request.user)
        return super().render_change_form(request, context, *args, **kwargs)
