"""The ledger, read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.filters import LeadUnitOfTargetFilter, PlanOfTargetFilter
from targets.admin.base.pages import ReadOnlyAdmin, plainly, unlinked
from targets.admin.base.permissions import Actor
from targets.models import Assessment, Target
from targets.status import Status
from targets.tables import light


class OfVisibleTargets(ReadOnlyAdmin):
    list_filter = (PlanOfTargetFilter, LeadUnitOfTargetFilter)
    list_select_related = ("target",)
    search_fields = ("target__title", "target__code")
    allowed_lookups: tuple[str, ...] = ("plan", "unit", "target__id__exact")

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset.filter(target__in=Target.objects.visible_to(actor.user))


@admin.register(Assessment)
class AssessmentAdmin(OfVisibleTargets):
    list_display = (
        "target", "effective_on", "shown_light", "shown_value", "attainment", "expected", "shown_gap",
        "cause", "recorded_at",
    )  # fmt: skip
    ordering = ("-recorded_at", "-pk")
    fields = (
        "target", "effective_on", "recorded_at", "cause", "light", "shown_value", "period_end", "attainment",
        "expected", "shown_gap", "state", "comparator", "shown_target_value", "shown_baseline_value",
        "starts_on", "due_on", "firmness", "shown_lead_unit", "leader", "frequency", "figure_from",
        "first_period", "shown_rule", "edition",
    )  # fmt: skip
    shown_lead_unit = unlinked("lead_unit", _("lead unit"))
    shown_rule = unlinked("rule", _("light rule"))
    shown_value = plainly("value", _("value"))
    shown_target_value = plainly("target_value", _("target value"))
    shown_baseline_value = plainly("baseline_value", _("baseline"))

    @admin.display(description=_("light"), ordering="light")
    def shown_light(self, row: Assessment) -> str:
        return light(Status(row.light))

    @admin.display(description=_("gap (points)"), ordering="gap")
    def shown_gap(self, row: Assessment) -> str:
        return explain.points(row.gap)

    @admin.display(description=_("accountable leader"))
    def leader(self, row: Assessment) -> str:
        return explain.leader(row.accountable_leader, row.accountable_leader_words) or "—"
