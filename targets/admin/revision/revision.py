"""Revisions of the promise: the list, the request and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from targets import explain
from targets.admin.base.audited import recorded
from targets.admin.base.filters import LeadUnitOfTargetFilter
from targets.admin.base.pages import RowAdmin
from targets.admin.base.permissions import Actor
from targets.admin.entry.panel import promise
from targets.admin.revision.ask import AskPage
from targets.admin.revision.transfer import AdditionPage, TransferPage
from targets.admin.revision.words import TITLES, curves, differences, gist, lights, problem, standing, trail
from targets.explain.people import person
from targets.forms.revision.revision import DecisionForm
from targets.models import Target, TargetRevision
from targets.models.people import rights
from targets.models.revision.queries import WAITING, read_names

Kind = TargetRevision.Kind
ACTS = {"_approve": _("Approved; the light was judged again."), "_refuse": _("Not approved.")}
WITHDRAWN = _("The request was withdrawn.")
BY_WHO_ASKED = Q(refused_by=F("asked_by")) | Q(asked_by=None, refused_by=None)
NARROWED = ("q", "unit", "target__id__exact")  # with these filters the user looks for single targets
STANDINGS = {
    "waiting": (_("waiting for approval"), WAITING),
    "approved": (pgettext_lazy("request", "approved"), Q(approved_at__isnull=False)),
    "refused": (_("refused"), Q(refused_at__isnull=False) & ~BY_WHO_ASKED),
    "withdrawn": (_("withdrawn"), Q(refused_at__isnull=False) & BY_WHO_ASKED),
}


class StandingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(code, label) for code, (label, _which) in STANDINGS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        standing = self.value()
        if standing is None:
            return queryset
        which = STANDINGS.get(standing)
        return queryset.filter(which[1]) if which else queryset.none()


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(kind), title) for kind, title in TITLES.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(kind=self.value()) if self.value() in Kind else queryset.none()


@admin.register(TargetRevision)
class TargetRevisionAdmin(RowAdmin):
    list_display = (
        "shown_target", "shown_kind", "shown_gist", "effective_on", "document_no", "asker", "shown_standing",
    )  # fmt: skip
    list_display_links = ("shown_target",)
    list_filter = (StandingFilter, KindFilter, LeadUnitOfTargetFilter)
    list_select_related = (
        "target__lead_unit", "target__current", "target__plan__jurisdiction", "target__plan__light_rule",
        "asked_by__member", "milestone", "annuls__target", "annuls__milestone",
    )  # fmt: skip
    search_fields = ("target__title", "target__code", "document_no")
    allowed_lookups = ("standing", "kind", "unit", "target__id__exact")
    ordering = (
        Case(When(WAITING, then=Value(0)), default=Value(1)).asc(),
        "-effective_on",
        "-pk",
    )
    actions = None

    # --- permissions --------------------------------------------------------------------------

    def sees(self, actor: Actor) -> bool:
        return actor.has_a_role

    def adds(self, actor: Actor) -> bool:
        return rights.may_ask_anywhere(actor.user)

    def rows(self, queryset: Any, actor: Actor) -> Any:
        return queryset.visible_to(actor.user)

    def may_change(self, actor: Actor, obj: TargetRevision) -> bool:
        return obj.may_be_decided_by(actor.user)

    def may_delete(self, actor: Actor, obj: TargetRevision) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        return [TransferPage.url(self), AdditionPage.url(self), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        return AskPage.as_view(model_admin=self)(request)

    # --- the list -----------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        request.__dict__["lists_changes"] = True
        extra = {"coordinates": Actor.of(request).coordinates, **(extra_context or {})}
        return super().changelist_view(request, extra)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changes = super().get_changelist_instance(request)
        read_names(changes.result_list)
        return changes

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave openings and their nodes out of the list: they changed nothing.

        A request over many targets is one line, unless a filter looks for single targets.
        """
        queryset = super().get_queryset(request).select_related(*self.list_select_related).with_others()
        if not hasattr(request, "lists_changes"):
            return queryset
        annulled = TargetRevision.objects.filter(annuls=OuterRef("pk"), approved_at__isnull=False)
        changes = queryset.asked_for().annotate(is_annulled=Exists(annulled))
        if any(request.GET.get(name) for name in NARROWED):
            return changes
        return changes.exclude(joins__target__in=Target.objects.visible_to(request.user))

    @admin.display(description=_("target"), ordering="target__number")
    def shown_target(self, revision: TargetRevision) -> str:
        return str(revision.target)

    @admin.display(description=_("kind"), ordering="kind")
    def shown_kind(self, revision: TargetRevision) -> str:
        return str(TITLES[revision.kind])

    @admin.display(description=_("what changes"))
    def shown_gist(self, revision: TargetRevision) -> str:
        together = [explain.many(revision.others)] if revision.others else []
        return "；".join([gist(revision), *together])

    @admin.display(description=_("asked by"), ordering="asked_by")
    def asker(self, revision: TargetRevision) -> str:
        return person(revision.asked_by) if revision.asked_by else str(_("the system"))

    @admin.display(description=_("state"))
    def shown_standing(self, revision: TargetRevision) -> str:
        return format_html('<span class="state state-{}">{}</span>', *standing(revision))

    # --- deciding -----------------------------------------------------------------------------

    @recorded
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        revision = self.get_object(request, unquote(object_id))
        if revision is None:
            if not self.has_view_permission(request):
                raise PermissionDenied
            missing = self._get_obj_does_not_exist_redirect  # type: ignore[attr-defined]  # not in the stubs
            return missing(request, self.opts, object_id)
        decides = self.has_change_permission(request, revision)
        form = DecisionForm(request.POST or None, revision=revision) if decides else None
        if request.method == "POST" and (answer := self._decide(request, revision, form)):
            return answer
        return self._show(request, revision, form)

    def _decide(
        self, request: HttpRequest, revision: TargetRevision, form: DecisionForm | None
    ) -> HttpResponse | None:
        act = next((name for name in ACTS if name in request.POST), None)
        if form is None:
            # On a double click the request is decided already: show a notice, not an error.
            if act == "_approve" and revision.approved_at and Actor.of(request).signs:
                self.message_user(request, _("This request was approved already."), messages.INFO)
                return self.to(revision)
            if "_withdraw" in request.POST and revision.asked_by == request.user:
                return self._withdraw(request, revision)
            raise PermissionDenied
        if act is None:
            raise PermissionDenied
        if not form.is_valid() or not form.decide(act, request.user):
            revision.refresh_from_db()
            return None
        self.message_user(request, ACTS[act], messages.SUCCESS)
        return self.to(revision)

    def _withdraw(self, request: HttpRequest, revision: TargetRevision) -> HttpResponse:
        try:
            revision.withdraw(by=request.user)
        except ValidationError as refused:
            self.message_user(request, " ".join(refused.messages), messages.ERROR)
        else:
            self.message_user(request, WITHDRAWN, messages.SUCCESS)
        return self.to(revision)

    def _show(
        self, request: HttpRequest, revision: TargetRevision, form: DecisionForm | None
    ) -> HttpResponse:
        if revision.others:
            return self._show_many(request, revision, form)
        prefetch_related_objects([revision], "curve")
        trouble = problem(revision) if form else ""
        shows_lights = form and not trouble and revision.kind not in TargetRevision.WITHOUT_LIGHT
        target = revision.target
        context: dict[str, Any] = {
            "original": revision,
            "revision": revision,
            "target": target,
            "promise": promise(target),
            "standing": standing(revision),
            "differences": differences(revision),
            "curves": curves(revision),
            "trail": trail(revision),
            "signers": revision.signers() if revision.is_waiting else None,
            "form": form,
            "trouble": trouble,
            "may_withdraw": revision.may_be_withdrawn_by(request.user),
            "lights": lights(revision, timezone.localdate()) if shows_lights else [],
            "next": self._next(request, revision) if form is None else None,
        }
        return self.page(request, "targetrevision/change.html", TITLES[revision.kind], **context)

    def _show_many(
        self, request: HttpRequest, revision: TargetRevision, form: DecisionForm | None
    ) -> HttpResponse:
        """Show all targets of one joint request; such a request changes no light."""
        seen = revision.request().visible_to(request.user)
        related = seen.select_related("target", "milestone", "annuls")
        rows = list(related.order_by("target__plan", "target__number"))
        read_names(rows)
        context = {
            "original": revision,
            "revision": revision,
            "standing": standing(revision),
            "rows": [{"target": row.target, "differences": differences(row)} for row in rows],
            "hidden": revision.request().count() - len(rows),
            "trail": trail(revision),
            "signers": revision.signers() if revision.is_waiting else None,
            "form": form,
            "may_withdraw": revision.may_be_withdrawn_by(request.user),
            "next": self._next(request, revision) if form is None else None,
        }
        return self.page(request, "targetrevision/change_many.html", TITLES[revision.kind], **context)

    @staticmethod
    def _next(request: HttpRequest, revision: TargetRevision) -> TargetRevision | None:
        """Return the oldest other request that waits for this user, or None."""
        waiting = TargetRevision.objects.waiting_for(request.user)
        waiting = waiting.exclude(pk=revision.joins_id or revision.pk)
        return waiting.select_related("target").order_by("asked_at", "pk").first()
