"""Targets: coordinators edit a target until it is issued; later changes need a revision."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.filters import DomainFilter, LeaderFilter, LeadUnitFilter, PlanFilter
from targets.admin.base.pages import RowAdmin, RowInline, plainly, unlinked
from targets.admin.base.permissions import Actor
from targets.admin.revision.ask import is_askable
from targets.admin.revision.transfer import transfer
from targets.admin.target.bulk_set import set_in_bulk
from targets.admin.target.lists import PlacesInline
from targets.admin.target.put_on_list import put_on_list
from targets.forms.base.fields import offer
from targets.forms.target.chosen import TargetField, TargetSelect
from targets.forms.target.target import TargetForm
from targets.models import Milestone, Plan, ReferenceFigure, SupportingUnit, Target, TargetList
from targets.models.people.place import Place
from targets.status import Status
from targets.tables import light

BESIDE = ("plan__jurisdiction", "accountable_leader__unit", "source", "domain", "reporter")


def is_issued(target: Target | None) -> bool:
    return target is not None and target.current_id is not None


def nodes_of(target: Target) -> Any:
    prefetch_related_objects([target], "milestones")
    return target.milestones.all()


class MilestoneInline(RowInline):
    """Nodes of a target in force are part of the promise, so they are read-only here."""

    model = Milestone
    readonly_fields = ("follows_deadline",)

    def get_fields(self, request: HttpRequest, obj: Target | None = None) -> tuple[str, ...]:
        has_one = obj is not None and any(node.follows_deadline for node in nodes_of(obj))
        return ("title", "due_on", *(["follows_deadline"] if has_one else []), "weight", "order")

    def has_add_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        return super().has_add_permission(request, obj) and not is_issued(obj)

    def has_change_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        return super().has_change_permission(request, obj) and not is_issued(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_issued(obj)


class SupportingUnitInline(RowInline):
    model = SupportingUnit
    readonly_fields = ("shown_unit",)
    shown_unit = unlinked("unit", _("unit"))

    def get_fields(self, request: HttpRequest, obj: Target | None = None) -> tuple[str, ...]:
        return ("unit" if Actor.of(request).coordinates else "shown_unit", "order")

    def get_formset(self, request: HttpRequest, obj: Target | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        units: Any = formset.form.base_fields.get("unit")
        if obj is not None and units is not None:
            within = Q(path__startswith=obj.plan.jurisdiction.path) | Q(supports__target=obj)
            units.queryset = units.queryset.filter(within).distinct()
        return formset


class ReferenceFigureInline(RowInline):
    model = ReferenceFigure
    readonly_fields = ("shown_source",)
    shown_source = unlinked("source", _("source"))

    def get_fields(self, request: HttpRequest, obj: Target | None = None) -> tuple[str, ...]:
        source = "source" if Actor.of(request).coordinates else "shown_source"
        return ("value", "on", "as_of_words", "scope_note", source, "locator")

    def get_formset(self, request: HttpRequest, obj: Target | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        sources: Any = formset.form.base_fields.get("source")
        if obj is not None and sources is not None:
            prefetch_related_objects([obj.plan], "sources")
            sources.queryset = sources.queryset.filter(plan=obj.plan_id)
            offer(sources, obj.plan.sources.all())
        return formset


@admin.register(Target)
class TargetAdmin(RowAdmin):
    form = TargetForm
    list_display = (
        "number", "title", "light", "goal", "reached", "behind", "deadline", "unsaid", "state", "lead_unit",
        "plan_code",
    )  # fmt: skip
    list_display_links = ("number", "title")
    list_filter = (PlanFilter, "state", LeadUnitFilter, LeaderFilter, DomainFilter)
    list_select_related = ("plan", "lead_unit", "accountable_leader", "row")
    list_prefetched = ("milestones",)
    autocomplete_fields = ("matter", "parent", "continues")
    actions = (set_in_bulk, put_on_list, transfer)
    search_fields = ("title", "code", "stated_as")
    allowed_lookups = ("plan", "state__exact", "unit", "leader", "domain")
    ordering = ("-plan__ends_on", "plan", "number", "pk")
    fieldsets = (
        (None, {"fields": ("plan", "title", "stated_as", "lead_unit", "measure",
                           ("comparator", "target_value", "unit_of_measure"),
                           ("upper_value", "direction"), "state")}),
        (_("Definition and baseline"), {"fields": ("definition", ("baseline_value", "baseline_on"),
                                                   "baseline_note")}),
        (_("Deadline"), {"fields": (("starts_on", "due_on"), "due_text")}),
        (_("Who and where from"), {"classes": ["collapse"], "fields": (
            "domain", "responsible_office", ("accountable_leader", "accountable_leader_words"), "reporter",
            "source", "locator", "stated_by", "firmness")}),
        (_("How it is reported and read"), {"classes": ["collapse"], "fields": (
            "figure_from", "frequency", "first_period", "basis", "decimals")}),
        (_("Beside other targets"), {"classes": ["collapse"], "fields": (
            "number", "code", "superior_value", "matter", "parent", "continues", "note")}),
    )  # fmt: skip

    quantities = {name: f"shown_{name}" for name in ("target_value", "upper_value", "baseline_value")}
    shown_target_value = plainly("target_value", _("target value"))
    shown_upper_value = plainly("upper_value", _("upper value"))
    shown_baseline_value = plainly("baseline_value", _("baseline"))

    # Only coordinators may open the pages of these rows, so they are shown without a link.
    related = {
        name: f"shown_{name}"
        for name in ("plan", "domain", "lead_unit", "accountable_leader", "reporter", "source")
    }
    shown_plan = unlinked("plan", _("plan"))
    shown_domain = unlinked("domain", _("domain"))
    shown_lead_unit = unlinked("lead_unit", _("lead unit"))
    shown_reporter = unlinked("reporter", _("reporting officer"))

    @admin.display(description=_("accountable leader"))
    def shown_accountable_leader(self, target: Target) -> str:
        return explain.titled(target.accountable_leader) if target.accountable_leader else "—"

    shown_source = unlinked("source", _("source"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            kwargs |= {"form_class": TargetField, "widget": TargetSelect(db_field, self.admin_site)}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def sees(self, actor: Actor) -> bool:
        return actor.has_a_role

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset.visible_to(actor.user)

    def get_queryset(self, request: HttpRequest) -> Any:
        lists = TargetList.objects.filter(plan=OuterRef("plan"))
        rows = super().get_queryset(request).with_status().annotate(may_be_listed=Exists(lists))
        return rows.select_related(*self.list_select_related, *BESIDE)

    def may_change(self, actor: Actor, obj: Target) -> bool:
        return Place.of(actor.user).runs(obj.plan_id)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """Offer only plans that the user runs and that are in draft or in force."""
        if db_field.name != "plan":
            return super().get_field_queryset(db, db_field, request)
        open_to_rows = (Plan.State.DRAFTING, Plan.State.IN_FORCE)
        return Plan.objects.runnable_by(request.user).filter(state__in=open_to_rows)

    def get_readonly_fields(self, request: HttpRequest, obj: Target | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        if not is_issued(obj):
            return ("plan",)
        shown = {**self.quantities, **self.related}
        promised = (name for name in Target.PROMISE if not obj.may_fill(name))
        return (*Target.ISSUED, *(shown.get(name, name) for name in promised))

    def get_fieldsets(self, request: HttpRequest, obj: Target | None = None) -> list[Any]:
        """Return the fieldsets, with each read-only field replaced by its `shown_…` method."""
        read = set(self.get_readonly_fields(request, obj))
        shows = {**self.quantities, **self.related}
        if obj is not None and not self.has_change_permission(request, obj):
            read |= set(shows.values())

        def named(field: Any) -> Any:
            if isinstance(field, tuple):
                return tuple(named(one) for one in field)
            shown = shows.get(field)
            return shown if shown in read else field

        return [(title, {**options, "fields": named(options["fields"])}) for title, options in self.fieldsets]

    def get_inlines(self, request: HttpRequest, obj: Target | None) -> list[Any]:
        nodes = obj is None or obj.measure == Target.Measure.MILESTONE
        places = obj is not None and getattr(obj, "may_be_listed", False)  # its plan has lists
        return [
            *([MilestoneInline] if nodes else []),
            SupportingUnitInline,
            *([PlacesInline] if places else []),
            ReferenceFigureInline,
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.issued = is_issued(obj)
        form.plans_months = self._plans_months(request, obj)
        form.fill = request.POST.get("_fill", "")
        return form

    def _plans_months(self, request: HttpRequest, obj: Target | None) -> bool:
        """Whether the form edits the monthly plan: only before the target is issued."""
        if obj is None or obj.measure in Target.WORDS_ONLY or not self.has_change_permission(request, obj):
            return False
        return not is_issued(obj)

    def save_model(self, request: HttpRequest, obj: Target, form: TargetForm, change: bool) -> None:
        obj.save()
        if form.defined:
            obj.define(by=request.user, **form.defined)
        if form.rows is not None:
            obj.trajectory.plan(obj, form.curve, by=request.user)

    def response_add(self, request: HttpRequest, obj: Target, post_url_continue: Any = None) -> HttpResponse:
        """A target added to a plan in force becomes a promise when its request is signed."""
        if obj.plan.state == Plan.State.DRAFTING or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, _("Saved; it is promised once its addition is asked for and signed."))
        return HttpResponseRedirect(f"{reverse('admin:targets_targetrevision_addition')}?target={obj.pk}")

    def view_on_site(self, obj: Target) -> str:
        return reverse("target-detail", args=(obj.code,))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if getattr(context["adminform"].form, "asks_twice", False):
            context["errors"] = None  # a question, not an error: the template shows it in its own colour
        if obj is not None and obj.may_be_reported_by(request.user):
            context["log_url"] = f"{reverse('admin:targets_progressentry_add')}?target={obj.pk}"
        if obj is not None and is_askable(request.user, obj):
            context["ask_url"] = f"{reverse('admin:targets_targetrevision_add')}?target={obj.pk}"
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("light"), ordering="status", empty_value="—")
    def light(self, target: Target) -> str | None:
        return None if target.status is None else light(Status(target.status))

    @admin.display(description=_("actual"), ordering="row__value")
    def reached(self, target: Target) -> str:
        if target.row is None or target.row.value is None:
            return "—"
        return explain.quantity(target.row.value, target.unit_of_measure)

    @admin.display(description=_("gap (points)"), ordering="row__lag")
    def behind(self, target: Target) -> str:
        return explain.points(target.row.gap) if target.row else "—"

    @admin.display(description=_("unsaid by the source"))
    def unsaid(self, target: Target) -> str:
        return explain.listed(explain.questions(target.gaps)) or "—"

    @admin.display(description=_("annual target"), ordering="target_value")
    def goal(self, target: Target) -> str:
        return target.goal

    @admin.display(description=_("deadline"), ordering="due_on")
    def deadline(self, target: Target) -> str:
        return target.due_text or explain.day(target.due_on)

    @admin.display(description=_("plan"), ordering="plan")
    def plan_code(self, target: Target) -> str:
        return target.plan.code
