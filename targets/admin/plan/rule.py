"""Light rules: shown in words; a rule in use is not edited but continued by a new version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Exists, Max, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.pages import RowAdmin
from targets.admin.base.permissions import Actor
from targets.models import LightRule, Plan

MISSES = {
    "level_band": _("Levels to be held: missed by up to %(level_band)s%% amber"),
    "rate_band": _("Ratios: missed by up to %(rate_band)s points amber"),
    "rank_band": _("Ranks: up to %(rank_band)s places behind amber"),
    "grace_units": _("Whole things: up to %(grace_units)s short of what is due amber"),
}


def in_words(rule: LightRule) -> list[str]:
    """Return one sentence for each band of the rule."""
    n = {name: explain.number(getattr(rule, name)) for name in LightRule.MEANING if name != "has_amber"}
    amber = _("Behind by up to %(amber_band)s points amber, beyond that red")
    if not rule.has_amber:
        found = [
            _("On schedule green, anything behind it red"),
            _("Nothing is amber: what is missed at all is red"),
        ]
        return [str(words) % n for words in (*found, *_besides(rule))]
    if rule.amber_share is not None:
        amber = _("Behind by up to %(amber_share)s%% of the expected progress amber, beyond that red")
    elif rule.green_band:
        amber = _("Less than %(green_band)s points behind green, up to %(amber_band)s amber, beyond that red")
    elif not rule.amber_band:
        amber = _("On schedule green, anything behind it red")
    found = [amber]
    found += [words for name, words in MISSES.items() if getattr(rule, name)]
    if not all(getattr(rule, name) for name in MISSES):
        found.append(_("Otherwise what is missed at all is red"))
    return [str(words) % n for words in (*found, *_besides(rule))]


def _besides(rule: LightRule) -> Iterator[Any]:
    """Yield the sentences on nodes, “about” (左右) and escalation."""
    if not rule.has_amber:
        yield _("Nodes: red from the due date")
    elif rule.node_days:
        yield _("Nodes: amber from the due date, red after %(node_days)s days")
    else:
        yield _("Nodes: amber on the due date, red from the next day")
    yield _("“About”: %(about_rate)s points for percentages, %(about_amount)s%% for amounts")
    if rule.escalate_after and rule.has_amber:
        yield _("Behind for %(escalate_after)s periods running: amber turns red")


@admin.register(LightRule)
class LightRuleAdmin(RowAdmin):
    list_display = ("name", "version", "words", "used_by")
    ordering = ("name", "version", "pk")
    fieldsets = (
        (None, {"fields": (("name", "version"), "words", "used_by")}),
        (_("Schedule"), {"fields": (
            "has_amber", "green_band", "amber_band", "amber_share", "escalate_after")}),
        (_("Levels, ratios, ranks, whole things"), {"fields": (
            "level_band", "rate_band", "rank_band", "grace_units")}),
        (_("Nodes"), {"fields": ("node_days",)}),
        (_("“About”"), {"fields": ("about_rate", "about_amount")}),
    )  # fmt: skip
    readonly_fields = ("words", "used_by")

    def get_queryset(self, request: HttpRequest) -> Any:
        issued = Plan.objects.filter(light_rule=OuterRef("pk")).exclude(state=Plan.State.DRAFTING)
        rules = super().get_queryset(request).annotate(is_issued=Exists(issued))
        # all coordinators share the rules, but must not see the plans of another town
        seen = Plan.objects.visible_to(request.user).order_by("code")
        return rules.prefetch_related(Prefetch("plans", seen))

    def get_fieldsets(self, request: HttpRequest, obj: LightRule | None = None) -> Any:
        if obj is not None:
            return self.fieldsets
        return ((None, {"fields": (("name", "version"),)}), *self.fieldsets[1:])

    def sees(self, actor: Actor) -> bool:
        return actor.coordinates or actor.administrates

    def adds(self, actor: Actor) -> bool:
        """Only administrators: these rules decide the lights of every town."""
        return actor.administrates

    changes = adds

    def may_change(self, actor: Actor, obj: LightRule) -> bool:
        return self.changes(actor) and not obj.is_used()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version starts with the bands of the version it continues."""
        rule = self.get_object(request, request.GET.get("from", ""))
        if rule is None:
            return super().get_changeform_initial_data(request)
        newest = LightRule.objects.filter(name=rule.name).aggregate(newest=Max("version"))["newest"]
        bands = {name: getattr(rule, name) for name in LightRule.MEANING}
        return {"name": rule.name, "version": newest + 1, **bands}

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and self.has_add_permission(request):
            context["new_version_url"] = f"{reverse('admin:targets_lightrule_add')}?from={obj.pk}"
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("in words"))
    def words(self, rule: LightRule) -> str:
        return format_html_join("", "<div>{}</div>", ((line,) for line in in_words(rule)))

    @admin.display(description=_("used by"))
    def used_by(self, rule: LightRule) -> str:
        return explain.listed(plan.code for plan in rule.plans.all()) or "—"
