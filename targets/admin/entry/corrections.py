"""Pages to correct or void an approved entry, and to withdraw a submitted one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.views import ObjectPage
from targets.explain.people import moment, person
from targets.forms.entry.correction import CorrectionForm, VoidForm
from targets.forms.entry.evidence import Sent
from targets.models import ProgressEntry, Target
from targets.models.audit.recording import recording
from targets.models.people import rights

CORRECTIONS = {
    "correct": (CorrectionForm, _("Correct")),
    "void": (VoidForm, _("Void")),
}
HANDED_IN = _("Submitted; it now waits for review.")
STARTED = _("Saved as a draft; it is not submitted yet.")
WITHDRAWN = _("Taken back; it is a draft again.")


def versions(entry: ProgressEntry, user: Any) -> list[dict[str, Any]]:
    """All versions of the entry's period and part that `user` may see, the newest first.

    None of a first one that is not approved: no other is begun before it is.
    """
    if entry.revision_no == 1 and entry.state != ProgressEntry.State.APPROVED:
        return []
    rows = (
        ProgressEntry.objects.visible_to(user)
        .filter(target=entry.target_id, period=entry.period_id, part=entry.part)
        .select_related("entered_by__member", "reviewed_by__member")
        .order_by("-revision_no")
    )
    return [
        {
            "entry": row,
            "value": _("void") if row.is_void else explain.quantity(row.value, entry.target.unit_of_measure),
            "who": person(row.entered_by),
            "reviewer": person(row.reviewed_by),
            "at": moment(row.reviewed_at),
            "is_this": row.pk == entry.pk,
        }
        for row in rows
    ]


def is_newest(entry: ProgressEntry) -> bool:
    later = entry.target.entries.filter(period=entry.period_id, part=entry.part)
    return not later.filter(revision_no__gt=entry.revision_no).exists()


def may_be_corrected(entry: ProgressEntry, user: Any) -> bool:
    return (
        entry.state == ProgressEntry.State.APPROVED
        and entry.target.state not in Target.SILENT
        and is_newest(entry)
        and rights.writes(user, entry.target, entry.part)
    )


class WithdrawPage(ObjectPage):
    """撤回, from the entry's own page or the list of things to do."""

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        return self.to()

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            with recording():
                self.object.withdraw(by=request.user)
        except ValidationError as refused:
            self.tell(" ".join(refused.messages), messages.ERROR)
            return self.to()
        return self.done(WITHDRAWN)


class CorrectionPage(ObjectPage):
    """更正 or 作废: the next version is typed and handed in on this page, or goes on as a draft."""

    act = ""

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        """Files are kept before the act begins, whatever becomes of it."""
        if not self.model_admin.has_add_permission(request):
            self.sent = Sent(request.user)
        else:
            self.sent = Sent.with_post(request)
        return super().dispatch(request, *args, **named)

    def answer(self, posted: Any, **named: Any) -> HttpResponse:
        form_class, title = CORRECTIONS[self.act]
        request, entry = self.request, self.object
        form = form_class(posted, entry=entry, sent=self.sent)
        newer = self._newer()
        if newer is None and not may_be_corrected(entry, request.user):
            raise PermissionDenied
        as_draft = bool(posted) and "_draft" in posted
        if newer is None and form.is_valid() and (version := form.file(request.user, as_draft=as_draft)):
            self.tell(STARTED if as_draft else HANDED_IN)
            return self.to(version)
        newer = newer or self._newer()
        if newer is not None and form.is_bound and self._is_anothers(newer):
            form.overtaken()  # show the input again beside the other user's version
        elif newer is not None and newer.state == ProgressEntry.State.APPROVED:
            raise PermissionDenied
        elif newer is not None:
            self.tell(_("A later version of this period is under way."), messages.INFO)
            return self.to(newer)
        shown = {
            "act": self.act,
            "original": entry,
            "form": form,
            "doubts": explain.questions(form.doubts),
            "versions": versions(entry, request.user),
            "back": self.address(),
        }
        return self.page("progressentry/correct.html", title, **shown)

    def _newer(self) -> ProgressEntry | None:
        """Return the newest version the user sees, if later than this one or not approved yet; else None."""
        entry = self.object
        newest = entry.target.entries.filter(period=entry.period_id, part=entry.part).latest("revision_no")
        is_newer = newest != entry or newest.state != ProgressEntry.State.APPROVED
        return newest if is_newer and self.model_admin.has_view_permission(self.request, newest) else None

    def _is_anothers(self, newer: ProgressEntry) -> bool:
        user = self.request.user
        may_correct = Target.objects.editable_by(user, newer.part).filter(pk=newer.target_id)
        return newer.entered_by != user and may_correct.exists()


def urls(model_admin: Any) -> list[URLPattern]:
    acts = [CorrectionPage.url(model_admin, act, act=act) for act in CORRECTIONS]
    return [WithdrawPage.url(model_admin, "withdraw"), *acts]
