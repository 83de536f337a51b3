"""Steps of a plan (issue, close, archive …), one page each: its effect, its form and its button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from targets import explain
from targets.admin.base.views import ObjectPage
from targets.admin.plan.by_unit import SHORT, ByUnit
from targets.forms.base.fields import column_of
from targets.forms.plan.paste import PasteForm
from targets.forms.plan.plan import ActForm, CloseForm, IssueForm, NextYearForm, ReopenForm, RescheduleForm
from targets.models import Plan, ProgressEntry, ReportingPeriod, TargetRevision
from targets.models.audit.recording import recording
from targets.models.enums import NoteKind
from targets.models.people.place import Place

State = Plan.State


@dataclass(frozen=True)
class Act:
    """One step in the life of a plan, such as issuing or closing it."""

    name: str  # name of the method on `Plan`
    title: Any
    about: Any
    done: Any
    before: str  # the plan state that this step starts from
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
    """Return (title, address) of each step that this user may take on the plan now."""
    acts = [act for act in ACTS if act.before == plan.state]
    if not plan.may_be_reopened_by(user):
        acts = [act for act in acts if act.name != "undo_close"]
    found = [(act.title, act.name) for act in acts]
    if plan.state in (State.DRAFTING, State.IN_FORCE) and plan.rescheduled(timezone.localdate()):
        found.append((_("Move deadlines by the table of holidays"), "reschedule"))
    if plan.state != State.DRAFTING:
        found.append((_("Plan of the next year"), "next"))
    return [(title, reverse(f"admin:targets_plan_{name}", args=(plan.pk,))) for title, name in found]


class PlanPage(ObjectPage):
    """A page about one plan that the user runs."""

    def answer(self, posted: Any, **named: Any) -> HttpResponse:
        if not Place.of(self.request.user).runs(self.object.pk):
            raise PermissionDenied
        return self.act_on(self.object, posted, **named)

    def act_on(self, plan: Plan, posted: Any) -> HttpResponse:
        raise NotImplementedError

    def form_page(self, template: str, title: Any, form: Any, **context: Any) -> HttpResponse:
        context |= {"original": self.object, "form": form, "back": self.address()}
        return self.page(f"plan/{template}", title, **context)


class ActPage(PlanPage):
    """The page of one `Act`."""

    act: Any = None  # which of `ACTS`

    def act_on(self, plan: Plan, posted: Any) -> HttpResponse:
        act = self.act
        if plan.state != act.before:  # also on the second click of a double click
            self.tell(_("The plan is %(state)s.") % {"state": plan.get_state_display()}, messages.INFO)
            return self.to()
        form = act.form(posted, plan=plan)
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in form.fields}
            if form.carry_out(getattr(plan, act.name), by=self.request.user, **given):
                return self.done(act.done)
        return self.form_page(act.template, act.title, form, act=act, **self._facts(plan, form))

    def _facts(self, plan: Plan, form: Any) -> dict[str, Any]:
        """What is shown before the step: what it opens, what was commented on, and what lacks or waits."""
        of_plan, asked = {"target__plan": plan}, self.request.GET
        if isinstance(form, IssueForm):
            comments = Count("notes", filter=Q(notes__kind=NoteKind.COMMENT))
            said = plan.targets.annotate(comments=comments).filter(comments__gt=0)
            commented = {
                target: [ngettext("%(counter)s comment", "%(counter)s comments", target.comments)
                         % {"counter": target.comments}]
                for target in said.select_related("lead_unit").order_by("number", "pk")
            }  # fmt: skip
            return {
                "count": plan.targets.count(),
                "commented": ByUnit("commented", commented, asked),
                "missing": ByUnit("missing", form.of_targets, asked),
            }
        if isinstance(form, CloseForm):
            submitted = ProgressEntry.objects.filter(state=ProgressEntry.State.SUBMITTED, **of_plan)
            waiting = TargetRevision.objects.waiting().filter(**of_plan)
            return {
                "submitted": submitted.count(),
                "asked": waiting.count(),
                "missing": ByUnit("missing", form.of_targets, asked),
            }
        return {}


class ReschedulePage(PlanPage):
    """Move deadlines by the table of holidays; the user ticks the periods to move."""

    def act_on(self, plan: Plan, posted: Any) -> HttpResponse:
        title = _("Move deadlines by the table of holidays")
        form = RescheduleForm(posted, plan=plan, found=plan.rescheduled(timezone.localdate()))
        if form.is_valid() and form.carry_out(_moved, chosen=form.chosen()):
            return self.done(_("The deadlines were moved."))
        rows = [(box, each, _in_words(each.moves)) for box, each in form.rows()]
        return self.form_page("reschedule.html", title, form, rows=rows)


class ReopenPage(PlanPage):
    """补报: reopen a frozen period until a given day."""

    def act_on(self, plan: Plan, posted: Any, number: int = 0) -> HttpResponse:
        period = plan.periods.filter(number=number).first()
        if period is None:
            raise PermissionDenied
        form = ReopenForm(posted, plan=plan, period=period)
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("until", "reason", "replaces")}
            if form.carry_out(period.reopen, by=self.request.user, **given):
                words = {"period": period, "day": explain.day(given["until"]), "reason": given["reason"]}
                return self.done(_("%(period)s reopened until %(day)s: %(reason)s") % words)
        return self.form_page("reopen.html", _("Reopen a period"), form, period=period)


class NextYearPage(PlanPage):
    """Make the draft plan of the next year from this plan."""

    def act_on(self, plan: Plan, posted: Any) -> HttpResponse:
        title = _("Plan of the next year")
        if plan.state == State.DRAFTING:
            self.tell(_("A plan is continued once it was issued."), messages.INFO)
            return self.to()
        targets = plan.targets.select_related("lead_unit").annotate(following=Count("continued_by"))
        form = NextYearForm(posted, plan=plan, targets=targets.order_by("number", "pk"))
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in form.fields}
            if following := form.carry_out(plan.next_year, by=self.request.user, **given):
                self.tell(_("The draft of the next year is made."))
                return self.to(following)
        return self.form_page("next.html", title, form, is_long=len(form.offered) > SHORT)


class PastePage(PlanPage):
    """导入建账: add targets to a draft plan from a table that was pasted or comes as a file."""

    def act_on(self, plan: Plan, posted: Any) -> HttpResponse:
        if plan.state != State.DRAFTING:
            self.tell(_("Rows are pasted while the plan is drafted."), messages.INFO)
            return self.to()
        form = PasteForm(posted, self.request.FILES if posted is not None else None, plan=plan)
        if form.is_bound:
            if form.is_valid() and "_create" in posted and form.may_be_written():
                try:
                    return self._written(form.write(), len(form.placed))
                except ValidationError as refusal:
                    form.add_error(None, refusal)
            form.data["seen"] = form.state_of(plan)
        return self.form_page("paste.html", _("Import rows"), form)

    def _written(self, count: int, placed: int) -> HttpResponse:
        self.tell(_("%(count)s targets were added from pasted rows.") % {"count": count})
        if placed:
            self.tell(_("%(count)s targets of the plan were put on the list.") % {"count": placed})
        return HttpResponseRedirect(f"{reverse('admin:targets_target_changelist')}?plan={self.object.pk}")


def urls(model_admin: Any) -> list[URLPattern]:
    return [
        *(ActPage.url(model_admin, act.name, act=act) for act in ACTS),
        ReschedulePage.url(model_admin, "reschedule"),
        ReopenPage.url(model_admin, "reopen", route="periods/<int:number>/reopen"),
        NextYearPage.url(model_admin, "next"),
        PastePage.url(model_admin, "paste"),
    ]


def _moved(chosen: Any) -> None:
    with recording():
        for each in chosen:
            each.save()


def _in_words(moves: dict[str, Any]) -> list[tuple[Any, str, str]]:
    """Return (label, old day, new day) for each date that moves."""
    label = {name: column_of(ReportingPeriod, name).verbose_name for name in moves}
    return [(label[name], explain.day(old), explain.day(new)) for name, (old, new) in moves.items()]
