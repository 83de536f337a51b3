"""What the buttons do: save, submit, approve, return, delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from targets.admin.base.pages import with_its_log
from targets.admin.base.permissions import Actor
from targets.forms.entry.entry import EntryForm, ReviewForm, UnsavedForm
from targets.models import ProgressEntry

State = ProgressEntry.State

DONE = {
    "_submit": _("Submitted; it now waits for review."),
    "_approve": _("Approved."),
    "_return": _("Returned to the unit."),
    "_save": _("Saved as a draft; it is not submitted yet."),
}


def act_of(request: Any) -> str:
    """The button that was pressed; none of them means a plain save."""
    return next((name for name in DONE if name in request.POST), "_save")


WITHDRAWN = _("Taken back; it is a draft again.")


class EntryActs:
    """The transitions behind the form, for `ProgressEntryAdmin`."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.withdraw_view)
        own = path("<path:object_id>/withdraw/", view, name="targets_progressentry_withdraw")
        return [own, *super().get_urls()]

    @with_its_log
    def withdraw_view(self, request: Any, object_id: str) -> HttpResponse:
        """撤回, from the entry's own page or the list of things to do."""
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            raise PermissionDenied
        if request.method == "POST":
            try:
                with transaction.atomic():
                    entry.withdraw(by=request.user)
            except ValidationError as refused:
                self.message_user(request, " ".join(refused.messages), messages.ERROR)
            else:
                self.log_change(request, entry, str(WITHDRAWN))
                self.message_user(request, WITHDRAWN, messages.SUCCESS)
        return self._to(entry)

    def save_model(self, request: Any, obj: ProgressEntry, form: Any, change: bool) -> None:
        if isinstance(form, ReviewForm):
            self._review(request, obj, form)
            return
        if not change or form.has_changed():
            obj.enter(request.user, from_paper=form.cleaned_data.get("from_paper"))
        obj.save()

    def _review(self, request: Any, obj: ProgressEntry, form: ReviewForm) -> None:
        act = act_of(request)
        if act == "_approve":
            obj.approve(by=request.user)
        elif act == "_return":
            obj.send_back(by=request.user, comment=form.cleaned_data["review_comment"])
        else:
            raise ValidationError(_("Please approve the entry or return it."))

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        if change and not form.has_changed() and any(formset.has_changed() for formset in formsets):
            # who only ticks a node had a hand in it too
            form.instance.enter(request.user, from_paper=form.cleaned_data.get("from_paper"))
            form.instance.save()
        super().save_related(request, form, formsets, change)
        if isinstance(form, EntryForm) and act_of(request) == "_submit":
            form.instance.submit(by=request.user)

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:
        act = act_of(request)
        if act == "_save":
            return super().construct_change_message(request, form, formsets, add)
        return str(DONE[act])

    def response_add(self, request: Any, obj: ProgressEntry, post_url_continue: Any = None) -> HttpResponse:
        return self._landed(request, obj)

    def response_change(self, request: Any, obj: ProgressEntry) -> HttpResponse:
        return self._landed(request, obj)

    def _landed(self, request: Any, obj: ProgressEntry) -> HttpResponse:
        self.message_user(request, DONE[act_of(request)], messages.SUCCESS)
        return self._to(obj)

    def delete_model(self, request: Any, obj: ProgressEntry) -> None:
        obj.lock()
        obj.refresh_from_db()
        if not self.has_delete_permission(request, obj):
            raise PermissionDenied
        obj.delete()

    def _done_already(self, request: Any, object_id: str) -> HttpResponse | None:
        """The second of two clicks finds the work done: a notice, no refusal."""
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
        self.message_user(
            request, _("Nothing to do: this entry is %(state)s already.") % words, messages.INFO
        )
        return self._to(entry)

    def _overtaken(self, request: Any, object_id: str) -> HttpResponse | None:
        """Somebody submitted, approved or deleted it meanwhile: what was typed is shown, not lost."""
        entry = self.get_object(request, unquote(object_id))
        form = UnsavedForm(request.POST, instance=entry)
        if not form.is_typed():
            return None
        form.compare(entry or ProgressEntry())
        shown = {"original": entry, "form": form, "status": 403 if entry else 404}
        return self.page(request, "progressentry/overtaken.html", _("Not saved"), **shown)

    @staticmethod
    def _to(entry: ProgressEntry) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:targets_progressentry_change", args=(entry.pk,)))
