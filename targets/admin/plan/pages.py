"""The acts on a plan, each on a page of its own: what will happen, what it asks, the button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.admin.base.pages import with_its_log
from targets.forms.plan.plan import ActForm, CloseForm, IssueForm, NextYearForm, ReopenForm, RescheduleForm
from targets.models import Plan, ProgressEntry, ReportingPeriod, TargetRevision
from targets.models.enums import NoteKind

State = Plan.State


@dataclass(frozen=True)
class Act:
    """One step of a plan's course."""

    name: str  # the method of the plan
    title: Any
    about: Any
    done: Any
    before: str  # the state the plan has to be in
    form: type[ActForm] = ActForm
    template: str = "page.html"


ACTS = (
    Act(
        "issue",
        _("Issue the plan"),
        _("From then on the promises stand: each row is opened and judged, and only revisions change it."),
        _("Issued."),
        State.DRAFTING,
        IssueForm,
        "issue.html",
    ),
    Act(
        "close",
        _("Close the plan"),
        _(
            "The year is over: units file nothing more. Closing is no result: what is missing stays missing."
            " Coordinators can still file a closing report and correct what was filed, saying why."
        ),
        _("Closed."),
        State.IN_FORCE,
        CloseForm,
        "close.html",
    ),
    Act(
        "undo_close",
        _("Take the closing back"),
        _("Possible on the same day, by who closed it: the plan is in force again, as before."),
        _("The closing was taken back."),
        State.CLOSED,
    ),
    Act(
        "archive",
        _("Archive the plan"),
        _("From then on nothing changes: no correction, no revision, no other day."),
        _("Archived."),
        State.CLOSED,
    ),
)


def offered(plan: Plan, user: Any) -> list[tuple[Any, str]]:
    """The acts open to this user on a plan as it stands: title and address."""
    acts = [act for act in ACTS if act.before == plan.state]
    if not plan.may_be_reopened_by(user):
        acts = [act for act in acts if act.name != "undo_close"]
    found = [(act.title, act.name) for act in acts]
    if plan.state in (State.DRAFTING, State.IN_FORCE) and plan.rescheduled(timezone.localdate()):
        found.append((_("Move deadlines by the table of holidays"), "reschedule"))
    if plan.state != State.DRAFTING:
        found.append((_("Plan of the next year"), "next"))
    return [(title, reverse(f"admin:targets_plan_{name}", args=(plan.pk,))) for title, name in found]


class PlanPages:
    """The pages behind a plan's buttons, for `PlanAdmin`."""

    def get_urls(self) -> list[Any]:
        pages = [(act.name, self.act_view, {"act": act}) for act in ACTS]
        pages += [("reschedule", self.reschedule_view, {}), ("next", self.next_year_view, {})]
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view),
                kwargs,
                name=f"targets_plan_{name}",
            )
            for name, view, kwargs in pages
        ]
        reopening = path(
            "<path:object_id>/periods/<int:number>/reopen/",
            self.admin_site.admin_view(self.reopen_view),
            name="targets_plan_reopen",
        )
        return [*own, reopening, *super().get_urls()]

    # --- the course ---------------------------------------------------------------------------

    @with_its_log
    def act_view(self, request: Any, object_id: str, act: Act) -> HttpResponse:
        plan = self._plan(request, object_id)
        if plan.state != act.before:  # also the second of two clicks
            self.message_user(
                request, _("The plan is %(state)s.") % {"state": plan.get_state_display()}, messages.INFO
            )
            return self._to(plan)
        form = act.form(request.POST if request.method == "POST" else None, plan=plan)
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in form.fields}
            if form.carry_out(getattr(plan, act.name), by=request.user, **given):
                return self._done(request, plan, act.title, act.done)
        return self._page(request, plan, act.template, act.title, form, act=act, **self._facts(plan))

    def _facts(self, plan: Plan) -> dict[str, Any]:
        """What the act meets: how many rows, what they leave unsaid, what still waits."""
        comments = Count("notes", filter=Q(notes__kind=NoteKind.COMMENT))
        targets = plan.targets.annotate(comments=comments).order_by("number", "pk")
        of_plan = {"target__plan": plan}
        return {
            "count": len(targets),
            "commented": [target for target in targets if target.comments],
            "submitted": ProgressEntry.objects.filter(state=ProgressEntry.State.SUBMITTED, **of_plan).count(),
            "asked": TargetRevision.objects.waiting().filter(**of_plan).count(),
        }

    # --- the periods --------------------------------------------------------------------------

    @with_its_log
    def reschedule_view(self, request: Any, object_id: str) -> HttpResponse:
        plan = self._plan(request, object_id)
        title = _("Move deadlines by the table of holidays")
        found = plan.rescheduled(timezone.localdate())
        form = RescheduleForm(request.POST if request.method == "POST" else None, plan=plan, found=found)
        if form.is_valid() and form.carry_out(_moved, chosen=form.chosen()):
            return self._done(request, plan, title, _("The deadlines were moved."))
        rows = [(box, each, _in_words(each.moves)) for box, each in form.rows()]
        return self._page(request, plan, "reschedule.html", title, form, rows=rows)

    @with_its_log
    def reopen_view(self, request: Any, object_id: str, number: int) -> HttpResponse:
        plan = self._plan(request, object_id)
        period = plan.periods.filter(number=number).first()
        if period is None:
            raise PermissionDenied
        title = _("Reopen a period")
        form = ReopenForm(request.POST if request.method == "POST" else None, plan=plan, period=period)
        if form.is_valid():
            given = {"until": form.cleaned_data["until"], "reason": form.cleaned_data["reason"]}
            given["replaces"] = form.cleaned_data["replaces"]
            if form.carry_out(period.reopen, by=request.user, **given):
                words = {"period": period, "day": explain.day(given["until"]), "reason": given["reason"]}
                told = _("%(period)s reopened until %(day)s: %(reason)s") % words
                return self._done(request, plan, told, told)
        return self._page(request, plan, "reopen.html", title, form, period=period)

    # --- the next year ------------------------------------------------------------------------

    @with_its_log
    def next_year_view(self, request: Any, object_id: str) -> HttpResponse:
        plan = self._plan(request, object_id)
        title = _("Plan of the next year")
        if plan.state == State.DRAFTING:
            self.message_user(request, _("A plan is continued once it was issued."), messages.INFO)
            return self._to(plan)
        targets = plan.targets.select_related("lead_unit").annotate(following=Count("continued_by"))
        form = NextYearForm(
            request.POST if request.method == "POST" else None,
            plan=plan,
            targets=targets.order_by("number", "pk"),
        )
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in form.fields}
            if following := form.carry_out(plan.next_year, by=request.user, **given):
                self.log_addition(request, following, str(title))
                self.message_user(request, _("The draft of the next year is made."), messages.SUCCESS)
                return self._to(following)
        return self._page(request, plan, "next.html", title, form)

    # --- shared -------------------------------------------------------------------------------

    def _plan(self, request: Any, object_id: str) -> Plan:
        plan = self.get_object(request, unquote(object_id))
        if plan is None or not Plan.objects.runnable_by(request.user).filter(pk=plan.pk).exists():
            raise PermissionDenied
        return plan

    def _done(self, request: Any, plan: Plan, logged: Any, told: Any) -> HttpResponse:
        self.log_change(request, plan, str(logged))
        self.message_user(request, told, messages.SUCCESS)
        return self._to(plan)

    def _to(self, plan: Plan) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:targets_plan_change", args=(plan.pk,)))

    def _page(
        self, request: Any, plan: Plan, template: str, title: Any, form: ActForm, **context: Any
    ) -> HttpResponse:
        back = reverse("admin:targets_plan_change", args=(plan.pk,))
        context |= {"original": plan, "form": form, "back": back}
        return self.page(request, f"plan/{template}", title, **context)


def _moved(chosen: Any) -> None:
    with transaction.atomic():
        for each in chosen:
            each.save()


def _in_words(moves: dict[str, Any]) -> list[tuple[Any, str, str]]:
    """Which day moves, from when to when."""
    label = {name: ReportingPeriod._meta.get_field(name).verbose_name for name in moves}
    return [(label[name], explain.day(old), explain.day(new)) for name, (old, new) in moves.items()]
