"""The reporting periods on their plan's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.pages import FIELDS, RowInline
from targets.admin.base.permissions import Actor
from targets.forms.base.fields import DayFormField
from targets.models import Plan, ReportingPeriod
from targets.models.people.place import Place


class PeriodInline(RowInline):
    """Periods come with the plan. Users edit the dates in `STEPS`, not number, start or end."""

    model = ReportingPeriod
    readonly_fields = ("span", "reopening")
    # plain text inputs: seven calendar widgets in one row hide the dates
    formfield_overrides = {
        **FIELDS,
        models.DateField: {"form_class": DayFormField, "widget": forms.TextInput(attrs={"size": 10})},
    }

    def get_fields(self, request: HttpRequest, obj: Plan | None = None) -> tuple[str, ...]:
        locks = obj is not None and obj.locks_periods
        return ("span", *ReportingPeriod.STEPS, *(["reopening"] if locks else []))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("plan", "reopened_by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        if obj is None or obj.state == Plan.State.ARCHIVED:
            return obj is None and Actor.of(request).coordinates
        return Place.of(request.user).runs(obj.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("data of"))
    def span(self, period: ReportingPeriod) -> str:
        return date_format(period.period_end, "YEAR_MONTH_FORMAT")

    @admin.display(description=_("reopening"))
    def reopening(self, period: ReportingPeriod) -> str:
        if period._state.adding:  # an unsaved period, from a forged key in the post
            return "—"
        told = ""
        if period.reopened_until:
            words = {"day": explain.day(period.reopened_until), "reason": period.reopened_why}
            told = _("until %(day)s: %(reason)s") % words
        if not (period.plan.takes(corrections=False) and period.is_frozen(timezone.localdate())):
            return told or "—"
        address = reverse("admin:targets_plan_reopen", args=(period.plan_id, period.number))
        return format_html('{} <a href="{}">{}</a>', told, address, _("Reopen"))
