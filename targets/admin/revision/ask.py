"""Request a revision in three steps: choose the target, choose the kind, fill in the form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.admin.base.choosing import NOT_OPEN, choose_target
from targets.admin.base.pages import row_with
from targets.admin.base.views import AdminPage
from targets.admin.entry.panel import promise
from targets.admin.revision.words import TITLES, documents, named
from targets.forms.revision.revision import RevisionForm
from targets.models import Plan, Target, TargetRevision
from targets.models.audit.recording import recording
from targets.models.enums import RevisionKind
from targets.models.people import rights

Kind = TargetRevision.Kind

TITLE = _("Ask for a change")
ABOUT = {
    Kind.VALUE: _("The value to reach, or how it is compared; a new monthly plan if one is needed."),
    Kind.DEADLINE: _("The day by which it is due, or from which it counts."),
    Kind.DEFINITION: _("What is counted, and how it is measured and read."),
    Kind.BASELINE: _("The level of last year from which a net increase counts."),
    Kind.NODE: _("The date of one node, or a new node."),
    Kind.CURVE: _("What is to be reached by each month, or that the pace is even again."),
    Kind.OWNER: _("The unit that leads, or the leader who answers; tables of earlier days keep theirs."),
    Kind.REPORTING: _("How often, from where and from which period on; what was owed before stays."),
    Kind.OVERRIDE: _("Another light than the rule gives, with a reason and a last day; both are kept."),
    Kind.SUSPEND: _("Nothing is reported and no light is given until it is resumed."),
    Kind.RESUME: _("Takes a suspended target up again, with a new date or plan if needed."),
    Kind.CANCEL: _("The target is given up; it stays listed, in no total."),
    Kind.CLOSE: _("Its completion is confirmed; nothing more is owed."),
    Kind.ANNUL: _("An approved change was a mistake: the promise reads as if it had never been."),
}


def askable(user: Any) -> Any:
    """Targets of issued plans whose promise `user` may ask to change."""
    return (
        Target.objects.askable_by(user)
        .exclude(plan__state=Plan.State.DRAFTING)
        .exclude(current=None)
        .select_related("plan__jurisdiction", "lead_unit", "current")
        .order_by("-plan__ends_on", "plan", "number", "pk")
    )


def is_askable(user: Any, target: Target) -> bool:
    """As `askable`, of one target that was read already."""
    is_promised = target.plan.state != Plan.State.DRAFTING and target.current_id is not None
    return is_promised and rights.asks(user, target)


def kinds_for(target: Target) -> list[RevisionKind]:
    """Return the kinds of revision that the present state of target and plan allows."""
    state, measure = target.state, target.measure
    over = state in (Target.State.CANCELLED, Target.State.CLOSED)
    has_value = measure not in Target.WORDS_ONLY
    fits = {
        Kind.VALUE: has_value and not over,
        Kind.DEADLINE: not over,
        Kind.DEFINITION: not over,
        Kind.BASELINE: has_value and not over,
        Kind.NODE: not over and measure == Target.Measure.MILESTONE,
        Kind.CURVE: has_value and not over,
        Kind.OWNER: True,
        Kind.REPORTING: not over,
        Kind.OVERRIDE: state == Target.State.ACTIVE,
        Kind.SUSPEND: state == Target.State.ACTIVE,
        Kind.RESUME: state == Target.State.SUSPENDED,
        Kind.CANCEL: not over,
        Kind.CLOSE: state == Target.State.ACTIVE and bool(target.current and target.current.settled),
        Kind.ANNUL: target.revisions.annullable().exists(),
    }
    takes = target.plan.takes
    return [kind for kind, holds in fits.items() if holds and takes(corrections=kind == Kind.ANNUL)]


class AskPage(AdminPage):
    """Asks step by step; the query string carries the answers given so far."""

    def answer(self, posted: Any, **named: Any) -> HttpResponse:
        request = self.request
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
        asked = {**request.GET.dict(), **request.POST.dict()}
        target = row_with(askable(request.user), asked.get("target", ""))
        if target is None:
            return self._choose_target(asked.get("target", ""))
        offered = kinds_for(target)
        is_typed = request.method == "POST" and asked.get("kind") in Kind
        if asked.get("kind") not in offered and not is_typed:
            return self._choose_kind(target, offered, asked.get("kind"))
        return self._ask(target, Kind(asked["kind"]))

    def _choose_target(self, pk: str) -> HttpResponse:
        refused: dict[str, Any] = {"why": NOT_OPEN, "status": 403} if pk else {}
        return choose_target(self.model_admin, self.request, TITLE, askable(self.request.user), **refused)

    def _choose_kind(self, target: Target, offered: list[RevisionKind], kind: str | None) -> HttpResponse:
        address = reverse("admin:targets_targetrevision_add")
        choices = [
            {
                "label": TITLES[found],
                "about": ABOUT[found],
                "url": f"{address}?{urlencode({'target': target.pk, 'kind': found.value})}",
            }
            for found in offered
        ]
        context = {"choices": choices, "refused": kind is not None, **self._beside(target)}
        return self.page("targetrevision/choose_kind.html", TITLE, **context)

    def _ask(self, target: Target, kind: RevisionKind) -> HttpResponse:
        request = self.request
        words: dict[str, Any] = {"target": target, "kind": kind, "today": timezone.localdate()}
        if request.method != "POST":
            form = RevisionForm(**words)
        else:
            with recording():
                form, revision = self._read(request, words)
            if revision is not None:
                done = _("Asked for; it now waits until another coordinator or a leader signs it.")
                self.tell(done)
                return HttpResponseRedirect(self.model_admin.address(revision))
        context = {
            "form": form,
            "kind": kind,
            "about": ABOUT[kind],
            **self._beside(target),
        }
        title = _("Ask for a change: %(kind)s") % {"kind": TITLES[kind]}
        return self.page("targetrevision/ask.html", title, **context)

    def _read(
        self, request: HttpRequest, words: dict[str, Any]
    ) -> tuple[RevisionForm, TargetRevision | None]:
        form = RevisionForm(request.POST, **words)
        is_valid = form.is_valid()
        if words["kind"] not in kinds_for(words["target"]):
            form.add_error(None, _("This change cannot be asked for as the target stands now."))
        elif "_fill" in request.POST:
            return self._filled(request, form, words), None
        elif "_check" not in request.POST and is_valid:  # Enter sends `_check` and must not submit
            return form, form.ask(request.user)
        return form, None

    @staticmethod
    def _filled(request: HttpRequest, typed: RevisionForm, words: dict[str, Any]) -> RevisionForm:
        """Return the form with a proposed monthly plan filled in; save nothing."""
        if typed.rows is None or typed.has_error(NON_FIELD_ERRORS, "stale"):
            return typed
        try:
            values = typed.rows.filled(request.POST["_fill"], typed.promise())
        except ValidationError as refused:
            typed.show(refused)
            return typed
        kept: dict[str, Any] = {name: value for name, value in request.POST.items() if name in typed.fields}
        kept |= {**dict.fromkeys(typed.rows.names.values(), ""), **values}
        return RevisionForm(initial=kept, **words)

    # --- beside the form ----------------------------------------------------------------------

    def _beside(self, target: Target) -> dict[str, Any]:
        waiting = target.revisions.visible_to(self.request.user).waiting()
        return {
            "target": target,
            "promise": promise(target),
            "documents": documents(target),
            "waiting": [(revision.pk, named(revision)) for revision in waiting.order_by("pk")],
        }
