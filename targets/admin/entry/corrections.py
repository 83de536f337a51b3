"""Correcting and voiding what was approved: the next version, and the list of all of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.pages import with_its_log
from targets.explain.people import moment, person
from targets.forms.entry.correction import CorrectionForm, VoidForm
from targets.models import ProgressEntry, Target

ACTS = {
    "correct": (CorrectionForm, _("Correct"), _("A correction was started; check it and submit it.")),
    "void": (VoidForm, _("Void"), _("Voiding was started; check it and submit it.")),
}


def versions(entry: ProgressEntry, user: Any) -> list[dict[str, Any]]:
    """All versions of the entry's period and part that `user` may see, the newest first."""
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
        and Target.objects.writable_by(user, entry.part).filter(pk=entry.target_id).exists()
    )


class EntryCorrections:
    """The pages behind 更正 and 作废, for `ProgressEntryAdmin`."""

    def get_urls(self) -> list[Any]:
        own = [
            path(
                f"<path:object_id>/{act}/",
                self.admin_site.admin_view(self.correction_view),
                {"act": act},
                name=f"targets_progressentry_{act}",
            )
            for act in ACTS
        ]
        return [*own, *super().get_urls()]

    @with_its_log
    def correction_view(self, request: Any, object_id: str, act: str) -> HttpResponse:
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            raise PermissionDenied
        form_class, title, done = ACTS[act]
        form = form_class(request.POST if request.method == "POST" else None, entry=entry)
        newer = self._newer(request, entry)
        if newer is None and not may_be_corrected(entry, request.user):
            raise PermissionDenied
        if newer is None and form.is_valid() and (draft := form.start(request.user)):
            self.log_addition(request, draft, str(title))
            self.message_user(request, done, messages.SUCCESS)
            return self._to(draft)
        newer = newer or self._newer(request, entry)
        if newer is not None and form.is_bound and self._is_anothers(request, newer):
            form.overtaken()  # what was typed beside it is not thrown away
        elif newer is not None and newer.state == ProgressEntry.State.APPROVED:
            raise PermissionDenied
        elif newer is not None:
            self.message_user(request, _("A later version of this period is under way."), messages.INFO)
            return self._to(newer)
        shown = {
            "act": act,
            "original": entry,
            "form": form,
            "versions": versions(entry, request.user),
            "back": reverse("admin:targets_progressentry_change", args=(entry.pk,)),
        }
        return self.page(request, "progressentry/correct.html", title, **shown)

    def _newer(self, request: Any, entry: ProgressEntry) -> ProgressEntry | None:
        """A version after this one, or this one if it is still under way; also of a second click."""
        versions = entry.target.entries.filter(period=entry.period_id, part=entry.part)
        newest = versions.latest("revision_no")
        is_newer = newest != entry or newest.state != ProgressEntry.State.APPROVED
        return newest if is_newer and self.has_view_permission(request, newest) else None

    @staticmethod
    def _is_anothers(request: Any, newer: ProgressEntry) -> bool:
        may_correct = Target.objects.editable_by(request.user, newer.part).filter(pk=newer.target_id)
        return newer.entered_by != request.user and may_correct.exists()
