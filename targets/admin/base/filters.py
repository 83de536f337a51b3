"""List filters: their choices and accepted values come from the rows that the user may see."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from targets.filters import answers_for, leaders
from targets.forms.base.fields import named_unit
from targets.models import Domain, OrgUnit, Plan, ReportingPeriod


class VisibleFilter(admin.SimpleListFilter):
    """A value that is not among the choices finds no rows."""

    path = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.get_queryset(request).order_by().values(self.path)
        return [(str(choice.pk), self.label(choice)) for choice in self.choices_among(rows)]

    def choices_among(self, rows: Any) -> Any:
        raise NotImplementedError

    def label(self, choice: Any) -> str:
        return str(choice)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        if self.value() not in {value for value, _label in self.lookup_choices}:
            return queryset.none()
        return queryset.filter(**{self.path: self.value()})


class PlanFilter(VisibleFilter):
    title = _("plan")
    parameter_name = "plan"
    path = "plan"

    def choices_among(self, rows: Any) -> Any:
        return Plan.objects.filter(pk__in=rows)

    def label(self, choice: Plan) -> str:
        return choice.code


class PlanOfTargetFilter(PlanFilter):
    path = "target__plan"


class PeriodFilter(VisibleFilter):
    title = _("reporting period")
    parameter_name = "period"
    path = "period"

    def choices_among(self, rows: Any) -> Any:
        return (
            ReportingPeriod.objects.filter(pk__in=rows).select_related("plan").order_by("-period_end", "pk")
        )

    def label(self, choice: ReportingPeriod) -> str:
        return f"{choice.plan.code} {choice}"


class LeadUnitFilter(VisibleFilter):
    title = _("lead unit")
    parameter_name = "unit"
    path = "lead_unit"

    def choices_among(self, rows: Any) -> Any:
        return OrgUnit.objects.filter(pk__in=rows).select_related("parent")

    def label(self, choice: OrgUnit) -> str:
        return named_unit(choice)


class LeadUnitOfTargetFilter(LeadUnitFilter):
    path = "target__lead_unit"


class LeaderFilter(admin.SimpleListFilter):
    """Choices: listed persons, and leaders stated in words that match no listed person."""

    title = _("accountable leader")
    parameter_name = "leader"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return leaders(model_admin.get_queryset(request))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        leader = self.value()
        if leader is None:
            return queryset
        if leader not in {value for value, _label in self.lookup_choices}:
            return queryset.none()
        return queryset.filter(answers_for(leader))


class DomainFilter(VisibleFilter):
    title = _("domain")
    parameter_name = "domain"
    path = "domain"

    def choices_among(self, rows: Any) -> Any:
        return Domain.objects.filter(pk__in=rows)
