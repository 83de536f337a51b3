"""Entries: their list, and the page where one is logged, submitted and reviewed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Value, When, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from targets import explain
from targets.admin.base.audited import recorded
from targets.admin.base.choosing import NOT_OPEN, choose_target
from targets.admin.base.filters import LeadUnitOfTargetFilter, PeriodFilter
from targets.admin.base.pages import RowAdmin, row_with
from targets.admin.base.permissions import Actor, remembered
from targets.admin.desk import sheets
from targets.admin.desk.desk import FilingPage
from targets.admin.desk.review import ReviewPage
from targets.admin.desk.statistics import StatisticsPage
from targets.admin.entry import corrections, fields
from targets.admin.entry.completions import CompletionInline
from targets.admin.entry.panel import change_since, doubts, next_waiting, outcome, panel, trail
from targets.explain.people import moment, person
from targets.filing.occasion import Occasion, loggable, reportable
from targets.forms.base.conflicts import RefusalForm
from targets.forms.base.keys import row_key
from targets.forms.entry.entry import EntryForm, ReviewForm, UnsavedForm
from targets.forms.entry.evidence import Sent
from targets.models import Evidence, ProgressEntry, Target

State = ProgressEntry.State
WRITTEN_BY = ("entered_by", "submitted_by", "passed_by", "reviewed_by")
FORMS = {"edit": EntryForm, "review": ReviewForm, "view": RefusalForm}
TITLES = {"edit": _("Log progress"), "review": _("Review"), "view": _("Progress")}
DONE = {
    "_submit": _("Submitted; it now waits for review."),
    "_approve": _("Approved."),
    "_return": _("Returned to the unit."),
    "_save": _("Saved as a draft; it is not submitted yet."),
}
ORIGINS: dict[str, Any] = {
    ProgressEntry.Origin.TRANSCRIBED: pgettext_lazy("mark", "from paper"),
    ProgressEntry.Origin.ON_BEHALF: pgettext_lazy("mark", "on behalf"),
}


def act_of(request: HttpRequest) -> str:
    """Return the name of the pressed button; `_save` if none of them was pressed."""
    return next((name for name in DONE if name in request.POST), "_save")


@admin.register(ProgressEntry)
class ProgressEntryAdmin(RowAdmin):
    radio_fields = {"answer": admin.HORIZONTAL}

    def get_urls(self) -> list[Any]:
        pages = (corrections, FilingPage, ReviewPage, StatisticsPage, sheets)
        own = [url for page in pages for url in page.urls(self)]
        return [*own, *super().get_urls()]

    # --- permissions --------------------------------------------------------------------------

    def sees(self, actor: Actor) -> bool:
        return actor.has_a_role

    def changes(self, actor: Actor) -> bool:
        return actor.reviews or self.adds(actor)

    def adds(self, actor: Actor) -> bool:
        return actor.logs

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset.visible_to(actor.user)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            prefetch_related_objects([entry], "completions__milestone")
        return entry

    def has_change_permission(self, request: HttpRequest, obj: ProgressEntry | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return self.has_view_permission(request, obj) and self.mode(request, obj) != "view"

    def has_delete_permission(self, request: HttpRequest, obj: ProgressEntry | None = None) -> bool:
        if obj is None:
            return False
        return self.has_view_permission(request, obj) and self.mode(request, obj) == "edit"

    # --- the list -----------------------------------------------------------------------------

    list_display = ("shown_target", "shown_period", "shown_value", "shown_state", "author", "shown_submitted")
    list_display_links = ("shown_target",)
    list_filter = ("state", PeriodFilter, LeadUnitOfTargetFilter)
    list_select_related = (
        "target__plan__jurisdiction", "target__plan__light_rule", "target__lead_unit", "target__current",
        "period__plan", "reported_by_unit", *(f"{who}__member" for who in WRITTEN_BY),
    )  # fmt: skip
    search_fields = ("target__title", "target__code")
    allowed_lookups = ("state__exact", "period", "unit", "target__id__exact")
    ordering = (
        Case(When(state=ProgressEntry.State.SUBMITTED, then=Value(0)), default=Value(1)).asc(),
        "-period__period_end",
        "target__number",
        "pk",
    )
    actions = ("approve_selected",)

    def action_checkbox(self, entry: ProgressEntry) -> SafeString:
        """Add the entry's version to the row, so that the version approved is the version read."""
        seen = format_html('<input type="hidden" name="seen-{}" value="{}">', entry.pk, entry.version)
        return super().action_checkbox(entry) + seen

    @admin.display(description=_("target"), ordering="target__number")
    def shown_target(self, entry: ProgressEntry) -> str:
        return str(entry.target)

    @admin.display(description=_("reporting period"), ordering="period__period_end")
    def shown_period(self, entry: ProgressEntry) -> str:
        is_statistic = entry.part == ProgressEntry.Part.STATISTIC
        return f"{entry.period} · {entry.get_part_display()}" if is_statistic else str(entry.period)

    @admin.display(description=_("value"), ordering="value")
    def shown_value(self, entry: ProgressEntry) -> str:
        return explain.quantity(entry.value, entry.target.unit_of_measure)

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, entry: ProgressEntry) -> str:
        return format_html('<span class="state state-{}">{}</span>', entry.state, entry.get_state_display())

    @admin.display(description=_("reporting officer"), ordering="entered_by")
    def author(self, entry: ProgressEntry) -> str:
        """Add the mark 代录 or 代填 if somebody outside the unit filed the entry."""
        name = person(entry.entered_by)
        if entry.origin == ProgressEntry.Origin.OWN:
            return name
        return format_html('{} <span class="mark">{}</span>', name, ORIGINS[entry.origin])

    @admin.display(description=_("submitted at"), ordering="submitted_at")
    def shown_submitted(self, entry: ProgressEntry) -> str:
        return moment(entry.submitted_at)

    def has_review_permission(self, request: HttpRequest) -> bool:
        return Actor.of(request).reviews

    @admin.action(description=_("Approve selected entries"), permissions=["review"])
    @recorded
    def approve_selected(self, request: HttpRequest, queryset: Any) -> None:
        """Approve all or none; the message names each entry that cannot be approved."""
        versions = dict(queryset.values_list("pk", "version"))
        seen = {pk: row_key(request.POST.get(f"seen-{pk}", "")) for pk in versions}
        try:
            if request.POST.get("select_across") == "1" and None in seen.values():
                raise ValidationError(_("Only what this page shows can be approved at once."))
            read = versions | {pk: version for pk, version in seen.items() if version is not None}
            approved = ProgressEntry.objects.approve_all(read, by=request.user)
        except ValidationError as refusal:
            told = _("Nothing was approved. In the way: %(why)s") % {"why": "；".join(refusal.messages)}
            self.message_user(request, told, messages.ERROR)
            return
        message = ngettext("%(count)s entry approved.", "%(count)s entries approved.", approved)
        self.message_user(request, message % {"count": approved}, messages.SUCCESS)

    # --- the form -----------------------------------------------------------------------------

    def occasion(self, request: HttpRequest, obj: ProgressEntry | None) -> Occasion:
        if (found := self.sought(request, obj)) is None:
            raise PermissionDenied
        return found

    def sought(self, request: HttpRequest, obj: ProgressEntry | None) -> Occasion | None:
        """Return the occasion; None if the request names no target open to the user."""
        key = obj.pk if obj else None
        kept = request.__dict__.setdefault("occasions", {})
        if key not in kept:
            user, today = request.user, timezone.localdate()
            if obj is None:
                asked = {**request.GET.dict(), **request.POST.dict()}
                targets = Target.objects.editable_by(user) if request.method == "POST" else reportable(user)
                target = row_with(targets, asked.get("target", ""))
                part, period = asked.get("part", ""), asked.get("period", "")
                kept[key] = target and Occasion(user, today, target, part, period)
            else:
                kept[key] = Occasion(user, today, obj.target, entry=obj)
        return kept[key]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = FORMS[self.mode(request, obj)]
        form = super().get_form(request, obj, change, **kwargs)
        form.occasion = self.occasion(request, obj)
        form.sent = request.__dict__.get("sent") or Sent(request.user)
        form.submitting = act_of(request) == "_submit"
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        occasion = self.occasion(request, None)
        return {"target": occasion.target, "part": occasion.part, "period": occasion.period}

    @remembered
    def mode(self, request: HttpRequest, obj: ProgressEntry | None) -> str:
        """Return `edit`, `review` or `view`."""
        if obj is None or obj.may_be_edited_by(request.user):
            return "edit"
        return "review" if obj.may_be_reviewed_by(request.user) else "view"

    def get_fieldsets(self, request: HttpRequest, obj: ProgressEntry | None = None) -> list[Any]:
        if obj is not None and self.mode(request, obj) != "edit":
            return [(None, {"fields": fields.to_read(obj)})]
        return fields.to_type(self.occasion(request, obj), obj)

    def get_readonly_fields(self, request: HttpRequest, obj: ProgressEntry | None = None) -> list[Any]:
        return [] if obj is None or self.mode(request, obj) == "edit" else fields.to_read(obj)

    def get_inlines(self, request: HttpRequest, obj: ProgressEntry | None) -> list[Any]:
        editing = self.mode(request, obj) == "edit" and not (obj and obj.is_void)
        return [CompletionInline] if editing and self.occasion(request, obj).has_nodes else []

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        # On adding, Django passes an unsaved instance; then the request determines the occasion.
        nodes = self.occasion(request, obj if obj.pk else None).nodes_left
        return kwargs | {"initial": [{"milestone": node.pk} for node in nodes]}

    # --- the page -----------------------------------------------------------------------------

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False, form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        occasion, mode = self.occasion(request, obj), self.mode(request, obj)
        context |= {
            "title": TITLES[mode],
            "subtitle": None,
            "mode": mode,
            "occasion": occasion,
            "panel": panel(occasion),
            "other_part": next((part for part in occasion.parts if part != occasion.part), "") if add else "",
            "unfiled": occasion.unfiled() if mode != "review" else [],
            "trail": trail(obj, request.user) if obj else [],
            "outcome": outcome(obj) if obj else None,
            "moved": change_since(obj, occasion) if obj and mode != "edit" else "",
            "next": next_waiting(request, obj) if mode == "view" else None,
            "versions": corrections.versions(obj, request.user) if obj else [],
            "may_withdraw": obj is not None and obj.may_be_withdrawn_by(request.user),
            "may_correct": mode == "view" and corrections.may_be_corrected(obj, request.user),
            "doubts": doubts(obj, context["adminform"].form, occasion) if mode != "view" else [],
        }
        if getattr(context["adminform"].form, "asks_twice", False):
            context["errors"] = None  # a question, not an error: the template shows it in its own colour
        if there := getattr(context["adminform"].form, "there", None):
            form_url = self.address(there)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # --- requests -----------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Files are kept before the act begins, whatever becomes of it."""
        if request.method == "POST" and self.has_add_permission(request):
            request.__dict__["sent"] = Sent.with_post(request)
        return super().changeform_view(request, *args, **kwargs)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return self._before_adding(request) or super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """If another user acted first, show the new state together with the input typed here."""
        if request.method != "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        if self.get_object(request, unquote(object_id)) is None and (
            answer := self._overtaken(request, object_id)
        ):
            return answer
        try:
            answer = super().change_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            if answer := self._done_already(request, object_id) or self._overtaken(request, object_id):
                return answer
            raise
        is_shown_again = request.method == "POST" and answer.status_code == 200
        if is_shown_again and self._is_out_of_hands(request, object_id):
            # Decided during this save: the form has no fields left that could show the input.
            return self._overtaken(request, object_id) or answer
        return answer

    def _is_out_of_hands(self, request: HttpRequest, object_id: str) -> bool:
        entry = self.get_object(request, unquote(object_id))
        return entry is None or not self.has_change_permission(request, entry)

    def _before_adding(self, request: HttpRequest) -> HttpResponse | None:
        if not self.has_add_permission(request):
            raise PermissionDenied
        occasion = self.sought(request, None)
        if occasion is None:
            return self._choose_target(request, occasion)
        if request.method == "POST":
            return None
        if occasion.open_entry is not None:
            return self.to(occasion.open_entry)
        if occasion.period is None:
            why = _("No open period of this target waits for a report.")
            return self._choose_target(request, occasion, why)
        return None

    def _choose_target(self, request: HttpRequest, found: Occasion | None, why: Any = None) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        # the same answer for a target that is not yours and for one that does not exist
        is_refused = "target" in asked and found is None
        told: dict[str, Any] = {"why": NOT_OPEN, "status": 403} if is_refused else {"why": why}
        return choose_target(self, request, _("Log progress"), loggable(request.user), **told)

    # --- what the buttons do ------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: ProgressEntry, form: Any, change: bool) -> None:
        if isinstance(form, ReviewForm):
            self._review(request, obj, form)
            return
        if not change or form.has_changed():
            obj.enter(request.user, from_paper=form.cleaned_data.get("from_paper"))
        obj.save()

    def _review(self, request: HttpRequest, obj: ProgressEntry, form: ReviewForm) -> None:
        act = act_of(request)
        if act == "_approve":
            obj.approve(by=request.user)
        elif act == "_return":
            obj.send_back(by=request.user, comment=form.cleaned_data["review_comment"])
        else:
            raise ValidationError(_("Please approve the entry or return it."))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if change and not form.has_changed() and any(formset.has_changed() for formset in formsets):
            # a user who only ticks a node is an author too
            form.instance.enter(request.user, from_paper=form.cleaned_data.get("from_paper"))
            form.instance.save()
        super().save_related(request, form, formsets, change)
        if not isinstance(form, EntryForm):
            return
        Evidence.objects.put(form.instance, form.cleaned_data["evidence"])
        if act_of(request) == "_submit":
            form.instance.submit(by=request.user)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._landed(request, obj)

    def response_change(self, request: HttpRequest, obj: ProgressEntry) -> HttpResponse:
        return self._landed(request, obj)

    def _landed(self, request: HttpRequest, obj: ProgressEntry) -> HttpResponse:
        self.message_user(request, DONE[act_of(request)], messages.SUCCESS)
        return self.to(obj)

    def delete_model(self, request: HttpRequest, obj: ProgressEntry) -> None:
        obj.lock()
        obj.refresh_from_db()
        if not self.has_delete_permission(request, obj):
            raise PermissionDenied
        obj.delete()

    def _done_already(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """On a double click the act is done already: return a notice, not an error. Else None."""
        entry = self.get_object(request, unquote(object_id))
        act = act_of(request)
        if entry is None:
            return None
        reviewed = entry.state == State.APPROVED or entry.passed_by == request.user
        approved = act == "_approve" and reviewed and Actor.of(request).reviews
        submitted = act == "_submit" and entry.state == State.SUBMITTED and entry.submitted_by == request.user
        if not approved and not submitted:
            return None
        words = {"state": entry.get_state_display()}
        told = _("Nothing to do: this entry is %(state)s already.") % words
        self.message_user(request, told, messages.INFO)
        return self.to(entry)

    def _overtaken(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Show the input again if somebody submitted, approved or deleted the entry meanwhile."""
        entry = self.get_object(request, unquote(object_id))
        form = UnsavedForm(request.POST, instance=entry)
        if not form.is_typed():
            return None
        form.compare(entry or ProgressEntry())
        shown: dict[str, Any] = {"original": entry, "form": form, "status": 403 if entry else 404}
        return self.page(request, "progressentry/overtaken.html", _("Not saved"), **shown)
