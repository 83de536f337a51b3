"""One target: the promise with its source, the light with its reason, and what was reported."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from targets import explain
from targets.charts import Reported, draw
from targets.filters import TimeForm, problems
from targets.forms.base.fields import column_of
from targets.forms.target.note import AnswerForm, NoteForm
from targets.models import Plan, ProgressEntry, Target
from targets.models.base import plain_code, validate_code
from targets.models.enums import Measure
from targets.models.people.viewer import Account
from targets.models.revision.queries import TargetRevisionQuerySet, read_names
from targets.models.target.queries import known_by
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.rules.facts import Facts
from targets.rules.judge import commitment_on, is_stated, planned_line
from targets.rules.sides import paced_side
from targets.tables import Line

SAID = [column_of(ProgressEntry, name) for name in ("narrative", "issues", "next_steps")]


class TargetDetailView(View):
    """As of today, or of the period, day and moment the address asks for."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self.page(request, self.target(request.user, code))

    def target(self, user: Account, code: str) -> Target:
        seen = Target.objects.visible_to(user).select_related("plan__light_rule")
        try:
            validate_code(plain_code(code))  # PostgreSQL fails on a null character
            return seen.get(code=plain_code(code))
        except (ValidationError, Target.DoesNotExist):
            raise Http404 from None

    def page(
        self, request: HttpRequest, target: Target, note: NoteForm | AnswerForm | None = None
    ) -> HttpResponse:
        """`note` is what was typed and refused."""
        time = TimeForm(request.GET.dict(), plan=target.plan, viewer=request.user, today=timezone.localdate())
        if not time.is_valid() or time.register is None:
            context = {"target": target, "plan": target.plan, "errors": problems(time)}
            return render(request, "targets/target_refused.html", context, status=400)
        register = time.register
        found = register.targets().filter(pk=target.pk).select_related("source", "reporter", "row__rule")
        row = next(iter(register.rows(found, whole=True)), None)
        if row is None:
            raise Http404  # not promised yet by that day, or not known
        context = {"line": Line(row), "row": row, "time": time, "register": register}
        context |= self.promise(row.target, row) | self.rights(row.target, request.user)
        context |= self.reports(row.target, register, request.user)
        context["requests"] = self.requests(row.target, register, request.user)
        context |= self.notes(row.target, register, request.user, note)
        return render(request, "targets/target.html", context, status=400 if note else 200)

    def promise(self, target: Target, row: RegisterRow) -> dict[str, Any]:
        judged = row.row
        return {
            "target": target,
            "plan": target.plan,
            "reading": row.reading,
            "said": [(field.verbose_name, text) for field in SAID if (text := row.words(field.name))],
            "baseline": explain.quantity(row.baseline_value, target.unit_of_measure),
            "baseline_before": explain.were(None, row.original_baseline, target.unit_of_measure),
            "steps": explain.steps(judged.explanation, judged.rule.as_rule()) if judged else [],
            "rule": judged.rule if judged else None,
            "gaps": explain.questions(target.gaps),
            "references": target.reference_figures.select_related("source"),
        }

    def notes(
        self, target: Target, register: Register, user: Account, typed: NoteForm | AnswerForm | None
    ) -> dict[str, Any]:
        """Each with the form to answer it, where it is the user's to answer."""
        written = target.notes.filter(known_by("written_at", register.known_at))
        kinds = target.notes.open_to(user, target)
        waiting = set(target.notes.answerable_by(user).unanswered().values_list("pk", flat=True))
        answer = {}
        if isinstance(typed, AnswerForm):
            answer, typed = {typed.remark.pk: typed}, None
        notes = list(written.select_related("unit", "written_by__member", "answers"))
        return {
            "notes": [
                (note, answer.get(note.pk) or (AnswerForm(remark=note) if note.pk in waiting else None))
                for note in notes
            ],
            "note_form": typed or (NoteForm(kinds=kinds) if kinds else None),
        }

    def requests(self, target: Target, register: Register, user: Account) -> list[dict[str, Any]]:
        """The changes asked for and not decided, for whoever may read them; the past knows none."""
        if register.is_past:
            return []
        waiting = target.revisions.visible_to(user).waiting()
        return self.told(waiting.order_by("asked_at", "pk"))

    def told(self, changes: TargetRevisionQuerySet) -> list[dict[str, Any]]:
        related = changes.with_others().select_related("milestone", "target__plan", "annuls__target")
        listed = list(related.prefetch_related("curve"))
        read_names(listed)
        return [explain.revision(change) for change in listed]

    def rights(self, target: Target, user: Account) -> dict[str, Any]:
        is_open = target.plan.state == Plan.State.IN_FORCE
        this = Target.objects.filter(pk=target.pk)
        return {
            "may_log": user.is_staff and target.may_be_reported_by(user),
            "may_ask": is_open and user.is_staff and this.askable_by(user).exists(),
            "may_define": this.definable_by(user).exists(),
        }

    def reports(self, target: Target, register: Register, user: Account) -> dict[str, Any]:
        """Entries, changes, nodes and chart, as far as they were known and had taken effect."""
        facts = target.facts(register.known_at)
        entries = ProgressEntry.objects.visible_to(user).filter(target=target)
        if register.is_past:
            known = known_by("reviewed_at", register.known_at)
            entries = entries.approved().filter(known, effective_on__lte=register.on)
        revisions = target.revisions.in_order(register.known_at).asked_for()
        return {
            "nodes": self.nodes(target, facts, register),
            "entries": entries.select_related("period"),
            "changes": self.told(revisions.filter(effective_on__lte=register.on)),
            **self.chart(target, facts, register),
        }

    def nodes(self, target: Target, facts: Facts, register: Register) -> list[dict[str, Any]]:
        """The nodes with the dates they had on that day; a draft's as they are typed."""
        promise = commitment_on(facts, register.on)
        due = {node.key: node.due_on for node in promise.dated_nodes()} if promise else None
        done = {key: day for report in facts.reports for key, day in report.done if day <= register.on}
        return [
            {
                "title": node.title,
                "due_on": node.falls_due_on if due is None else due[node.pk],
                "done_on": done.get(node.pk),
            }
            for node in target.milestones.all()
            if due is None or node.pk in due
        ]

    def chart(self, target: Target, facts: Facts, register: Register) -> dict[str, Any]:
        ends = [period.period_end for period in target.plan.periods.all()]
        reported = [
            Reported(r.period_end, r.value, r.preliminary, r.revision_no > 1)
            for r in facts.reports
            if r.value is not None and r.effective_on <= register.on
        ]
        promise = commitment_on(facts, register.on)
        planned = planned_line(facts, register.on, ends)
        chart = draw(
            planned,
            reported,
            goal=paced_side(promise).goal if promise and is_stated(promise) else None,
            first=target.plan.starts_on,
            last=max([target.plan.ends_on, *(r.period_end for r in reported)]),
            cut_off=register.on,
            deadline=(promise.due_on if promise else None) or target.plan.ends_on,
            from_zero=target.measure == Measure.FLOW,
            is_whole=target.whole(),
        )
        by_end = {r.period_end: r for r in reported}
        plan_by_end = dict(planned)
        table = [
            {"period_end": end, "planned": plan_by_end.get(end), "reported": by_end.get(end)}
            for end in ends
            if end in plan_by_end or end in by_end
        ]
        return {"chart": chart if reported or target.measure == Measure.FLOW else None, "chart_rows": table}


class TargetNoteView(TargetDetailView):
    """Takes a note; refused, the page comes back with what was typed."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Who signed in again before the note was taken comes back by this address."""
        return redirect("target-detail", self.target(request.user, code).code)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        target = self.target(request.user, code)
        form = self.form(request, target)
        if form.is_valid():
            try:
                form.write(target, by=request.user)
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                return redirect(f"{reverse('target-detail', args=(target.code,))}#notes")
        return self.page(request, target, form)

    @staticmethod
    def form(request: HttpRequest, target: Target) -> NoteForm | AnswerForm:
        if asked := request.POST.get("answers"):
            mine = target.notes.answerable_by(request.user)
            remark = next((remark for remark in mine if str(remark.pk) == asked), None)
            if remark is None:
                raise PermissionDenied
            return AnswerForm(request.POST, remark=remark)
        kinds = target.notes.open_to(request.user, target)
        if not kinds:
            raise PermissionDenied
        return NoteForm(request.POST, kinds=kinds)
