"""The everyday path: log progress, submit it, review it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.admin.base.pages import RowAdmin, row_with
from targets.admin.base.permissions import Actor
from targets.admin.desk.desk import DeskUrls
from targets.admin.desk.review import ReviewUrls
from targets.admin.desk.statistics import StatisticsUrls
from targets.admin.entry.acts import EntryActs, act_of
from targets.admin.entry.corrections import EntryCorrections, may_be_corrected, versions
from targets.admin.entry.fields import EntryFields
from targets.admin.entry.list import EntryList
from targets.admin.entry.panel import change_since, outcome, panel, trail
from targets.filing.occasion import Occasion, loggable, reportable
from targets.forms.base.conflicts import RefusableForm
from targets.forms.entry.entry import ChooseTargetForm, EntryForm, ReviewForm
from targets.models import ProgressEntry, Target

TITLES = {"edit": _("Log progress"), "review": _("Review"), "view": _("Progress")}


@admin.register(ProgressEntry)
class ProgressEntryAdmin(
    DeskUrls, ReviewUrls, StatisticsUrls, EntryFields, EntryActs, EntryCorrections, EntryList, RowAdmin
):
    radio_fields = {"answer": admin.HORIZONTAL}

    # --- whose --------------------------------------------------------------------------------

    def sees(self, actor: Actor) -> bool:
        return actor.has_a_role

    def changes(self, actor: Actor) -> bool:
        return actor.reviews or self.adds(actor)

    def adds(self, actor: Actor) -> bool:
        return actor.has_a_role and Target.objects.editable_by(actor.user).exists()

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset.visible_to(actor.user)

    def may_change(self, actor: Actor, obj: ProgressEntry) -> bool:
        return obj.may_be_edited_by(actor.user) or obj.may_be_reviewed_by(actor.user)

    def may_delete(self, actor: Actor, obj: ProgressEntry) -> bool:
        return obj.may_be_edited_by(actor.user)

    # --- the form -----------------------------------------------------------------------------

    def occasion(self, request: Any, obj: ProgressEntry | None) -> Occasion | None:
        """None while it is not said on which target."""
        key = obj.pk if obj else None
        kept = request.__dict__.setdefault("occasions", {})
        if key not in kept:
            today = timezone.localdate()
            if obj is None:
                asked = {**request.GET.dict(), **request.POST.dict()}
                posted = request.method == "POST"
                targets = Target.objects.editable_by(request.user) if posted else reportable(request.user)
                target = row_with(targets, asked.get("target", ""))
                part, period = asked.get("part", ""), asked.get("period", "")
                kept[key] = target and Occasion(request.user, today, target, part, period)
            else:
                kept[key] = Occasion(request.user, today, obj.target, entry=obj)
        return kept[key]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        forms = {"edit": EntryForm, "review": ReviewForm, "view": RefusableForm}
        kwargs["form"] = forms[self.mode(request, obj)]
        form = super().get_form(request, obj, change, **kwargs)
        form.occasion = self.occasion(request, obj)
        form.submitting = act_of(request) == "_submit"
        return form

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        occasion = self.occasion(request, None)
        return {"target": occasion.target, "part": occasion.part, "period": occasion.period}

    # --- requests -----------------------------------------------------------------------------

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if object_id is None and (answer := self._before_adding(request)):
            return answer
        posted = object_id is not None and request.method == "POST"
        if posted and self.get_object(request, unquote(object_id)) is None:
            answer = self._overtaken(request, object_id)
            return answer or super().changeform_view(request, object_id, form_url, extra_context)
        try:
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            if posted and (
                answer := self._done_already(request, object_id) or self._overtaken(request, object_id)
            ):
                return answer
            raise
        if posted and answer.status_code == 200 and self._is_out_of_hands(request, object_id):
            # Decided on while it was being saved: the page has no field left for what was typed.
            return self._overtaken(request, object_id) or answer
        return answer

    def _is_out_of_hands(self, request: Any, object_id: str) -> bool:
        entry = self.get_object(request, unquote(object_id))
        return entry is None or not self.has_change_permission(request, entry)

    def _before_adding(self, request: Any) -> HttpResponse | None:
        if not self.has_add_permission(request):
            raise PermissionDenied
        occasion = self.occasion(request, None)
        if occasion is None:
            return self._choose_target(request, occasion)
        if request.method == "POST":
            return None
        if occasion.open_entry is not None:
            return self._to(occasion.open_entry)
        if occasion.period is None:
            return self._choose_target(
                request, occasion, _("No open period of this target waits for a report.")
            )
        return None

    def _choose_target(self, request: Any, occasion: Occasion | None, why: Any = None) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        form = ChooseTargetForm(asked if "target" in asked else None, targets=loggable(request.user))
        if why:
            form.add_error("target", why)
        # the same answer for a target that is not yours and for one that does not exist
        status = 403 if form.is_bound and occasion is None else 200
        return self.page(request, "parts/choose_target.html", _("Log progress"), status=status, form=form)

    # --- the page -----------------------------------------------------------------------------

    def render_change_form(
        self, request: Any, context: Any, add: bool = False, change: bool = False, form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        occasion = self.occasion(request, obj)
        mode = self.mode(request, obj)
        context |= {
            "title": TITLES[mode],
            "subtitle": None,
            "mode": mode,
            "occasion": occasion,
            "panel": panel(occasion),
            "other_part": next((part for part in occasion.parts if part != occasion.part), "") if add else "",
            "unfiled": occasion.unfiled() if mode != "review" else [],
            "trail": trail(obj) if obj else [],
            "outcome": outcome(obj) if obj else None,
            "moved": change_since(obj, occasion) if obj and mode != "edit" else "",
            "next": self.next_waiting(request, obj) if mode == "view" else None,
            "versions": self.several(obj, request.user) if obj else [],
            "may_withdraw": obj is not None and obj.may_be_withdrawn_by(request.user),
            "may_correct": mode == "view" and may_be_corrected(obj, request.user),
            "doubts": self.doubts(obj, context["adminform"].form) if mode != "view" else [],
        }
        if getattr(context["adminform"].form, "asks_twice", False):
            context["errors"] = None  # a question, not a fault: it is shown in its own colour
        if there := getattr(context["adminform"].form, "there", None):
            form_url = reverse("admin:targets_progressentry_change", args=(there.pk,))
        return super().render_change_form(request, context, add, change, form_url, obj)

    @staticmethod
    def several(obj: ProgressEntry, user: Any) -> list[dict[str, Any]]:
        """The versions of the period, where there is more than this one."""
        found = versions(obj, user)
        return found if len(found) > 1 else []

    @staticmethod
    def next_waiting(request: Any, obj: ProgressEntry) -> ProgressEntry | None:
        """For a reviewer: the entry that waits longest, of this plan first."""
        if not Actor.of(request).reviews:
            return None
        waiting = ProgressEntry.objects.waiting_for(request.user)
        elsewhere = Case(When(target__plan=obj.target.plan_id, then=Value(0)), default=Value(1))
        waiting = waiting.exclude(pk=obj.pk).select_related("target", "period")
        return waiting.order_by(elsewhere, "submitted_at", "pk").first()
