"""One target: the promise with its source, the light with its reason, and what was reported."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from targets import explain
from targets.charts import NARROW, WIDE, draw
from targets.filters import TimeForm, problems
from targets.forms.base.fields import column_of
from targets.forms.target.note import AnswerForm, NoteForm
from targets.models import Plan, ProgressEntry, Target, TargetNote, TargetRevision
from targets.models.base import plain_code, validate_code
from targets.models.enums import EntryState, Measure
from targets.models.people.place import Place
from targets.models.people.rights import asks
from targets.models.people.viewer import Account
from targets.models.revision.queries import commitments, read_names
from targets.models.target.fact import counting
from targets.models.target.queries import known_by
from targets.register.columns import NOT_APPLICABLE, shown
from targets.register.overview.overview import why
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.register.target.course import course
from targets.register.target.months import Month, months
from targets.register.target.promise import in_force, then_and_now
from targets.tables import Line
from targets.views.overview import Light

SAID = [column_of(ProgressEntry, name) for name in ("narrative", "issues", "next_steps")]

# The columns of the register that say how it stands.
FIGURES = ("goal", "value", "attainment", "gap", "due")


class TargetDetailView(View):
    """As of today, or of the period, day and moment the address asks for."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self.page(request, self.target(request.user, code))

    def target(self, user: Account, code: str) -> Target:
        seen = Target.objects.visible_to(user).select_related("plan__light_rule")
        try:
            validate_code(plain_code(code))  # PostgreSQL fails on a null character
            target = seen.get(code=plain_code(code))
        except (ValidationError, Target.DoesNotExist):
            raise Http404 from None
        self.plans = list(Plan.objects.shown_to(user))  # with their periods, also for the frame
        target.plan = next((plan for plan in self.plans if plan.pk == target.plan_id), target.plan)
        return target

    def page(
        self, request: HttpRequest, target: Target, note: NoteForm | AnswerForm | None = None
    ) -> HttpResponse:
        """`note` is what was typed and refused."""
        time = TimeForm(request.GET.dict(), plan=target.plan, viewer=request.user, today=timezone.localdate())
        if not time.is_valid() or time.register is None:
            context = {"target": target, "plan": target.plan, "errors": problems(time), "scope": self}
            return render(request, "targets/target_refused.html", context, status=400)
        register = time.register
        found = register.targets().filter(pk=target.pk).select_related("source", "reporter", "row__rule")
        row = next(iter(register.rows(found, whole=True)), None)
        if row is None:
            raise Http404  # not promised yet by that day, or not known
        context = {"row": row, "time": time, "register": register, "scope": self}
        context |= self.verdict(row) | self.promise(row.target, row) | self.rights(row.target, request.user)
        context |= self.reports(row, register, request.user) | self.neighbours(row.target, register)
        context["requests"] = self.requests(row.target, register, request.user)
        context |= self.notes(row.target, register, request.user, note)
        return render(request, "targets/target.html", context, status=400 if note else 200)

    def verdict(self, row: RegisterRow) -> dict[str, Any]:
        line, judged, headings = Line(row), row.row, {column.key: column.page for column in shown("page")}
        return {
            "line": line,
            "headings": headings,
            "figures": [
                (key, headings[key], line.words[key])
                for key in FIGURES
                if row.is_counted or line.words[key] != NOT_APPLICABLE
            ],
            "said": [(field.verbose_name, text) for field in SAID if (text := row.words(field.name))],
            "why": why(row),
            "steps": explain.steps(judged.explanation, judged.rule.as_rule()) if judged else [],
            "rule": judged.rule if judged else None,
        }

    def promise(self, target: Target, row: RegisterRow) -> dict[str, Any]:
        return {
            "target": target,
            "plan": target.plan,
            "reading": row.reading,
            "baseline": explain.quantity(row.baseline_value, target.unit_of_measure),
            "baseline_before": explain.were(None, row.original_baseline, target.unit_of_measure),
            "gaps": explain.questions(target.gaps),
            "references": target.reference_figures.select_related("source"),
        }

    def neighbours(self, target: Target, register: Register) -> dict[str, str | None]:
        """The targets before and after this one in the document's order, by their codes."""
        codes = list(register.targets().order_by("number", "pk").values_list("code", flat=True))
        place = codes.index(target.code)
        previous, following = codes[place - 1] if place else None, next(iter(codes[place + 1 :]), None)
        return {"previous": previous, "following": following}

    def notes(
        self, target: Target, register: Register, user: Account, typed: NoteForm | AnswerForm | None
    ) -> dict[str, Any]:
        """Each with its answers, and with the form to answer it where it is the user's to answer."""
        written = target.notes.filter(known_by("written_at", register.known_at))
        kinds = target.notes.kinds_for(user, target)
        answer = {}
        if isinstance(typed, AnswerForm):
            answer, typed = {typed.remark.pk: typed}, None
        notes = list(written.select_related("unit", "written_by__member"))
        answers: dict[int, list[TargetNote]] = defaultdict(list)
        for note in reversed(notes):
            if note.answers_id is not None:
                answers[note.answers_id].append(note)
        unanswered = [n for n in notes if n.kind == TargetNote.Kind.LEADER and n.pk not in answers]
        answers_them = target.plan.state != Plan.State.ARCHIVED and asks(user, target)
        return {
            "notes": [
                (
                    note,
                    answers.get(note.pk, []),
                    answer.get(note.pk)
                    or (AnswerForm(remark=note) if answers_them and note in unanswered else None),
                )
                for note in notes
                if note.answers_id is None
            ],
            "unanswered": len(unanswered),
            "note_form": typed or (NoteForm(kinds=kinds) if kinds else None),
        }

    def requests(self, target: Target, register: Register, user: Account) -> list[dict[str, Any]]:
        """The changes asked for and not decided, for whoever may read them; the past knows none."""
        if register.is_past:
            return []
        waiting = target.revisions.visible_to(user).waiting().with_others()
        related = waiting.select_related("milestone", "target__plan", "annuls__target")
        listed = list(related.prefetch_related("curve").order_by("asked_at", "pk"))
        read_names(listed)
        return [explain.revision(change) for change in listed]

    def rights(self, target: Target, user: Account) -> dict[str, Any]:
        is_open = target.plan.state == Plan.State.IN_FORCE
        return {
            "may_log": user.is_staff and target.may_be_reported_by(user),
            "may_ask": is_open and user.is_staff and asks(user, target),
            "may_define": Place.of(user).runs(target.plan_id),
        }

    def reports(self, row: RegisterRow, register: Register, user: Account) -> dict[str, Any]:
        """Entries, changes, nodes and chart, as far as they were known and had taken effect."""
        target = row.target
        visible = ProgressEntry.objects.visible_to(user).filter(target=target)
        if register.is_past:
            known = known_by("reviewed_at", register.known_at)
            visible = visible.approved().filter(known, effective_on__lte=register.on)
        entries = list(visible.select_related("period").prefetch_related("evidence"))
        counted = list(counting(entry for entry in entries if entry.state == EntryState.APPROVED))
        acts = in_force(target, register)
        told = [
            explain.revision(act) | {"signed": explain.signed(act)}
            for act in acts
            if act.approved_by_id is not None
        ]
        compared = then_and_now(target, acts)
        drawn = course(target, register, acts, counted)
        newest = target.words.pk if target.words else None
        return {
            "nodes": self.nodes(target, register, acts, counted),
            "entries": entries,
            "support": next((entry.support_needed for entry in entries if entry.pk == newest), ""),
            "changes": told,
            "timeline": timeline(months(row, register, entries), told),
            "then_and_now": compared,
            "opening_signed": explain.signed(compared.opening) if compared.opening else "",
            "signatures": [change for change in told if change["act"] in compared.acts],
            "course": drawn,
            "charts": [("wide", draw(drawn, WIDE)), ("narrow", draw(drawn, NARROW))] if drawn else [],
        }

    def nodes(
        self,
        target: Target,
        register: Register,
        acts: list[TargetRevision],
        counted: list[ProgressEntry],
    ) -> list[dict[str, Any]]:
        """The nodes with the dates they had on that day; a draft's as they are typed."""
        if target.measure != Measure.MILESTONE:
            return []
        promised = commitments(acts)
        due = {node.key: node.due_on for node in promised[-1][1].dated_nodes()} if promised else None
        prefetch_related_objects(counted, "completions")
        done = {node: day for entry in counted for node, day in entry.as_report().done if day <= register.on}
        return [
            {
                "title": node.title,
                "due_on": node.falls_due_on if due is None else due[node.pk],
                "done_on": done.get(node.pk),
            }
            for node in target.milestones.all()
            if due is None or node.pk in due
        ]


class TimeLine(NamedTuple):
    """A month with its light, or a change of the promise."""

    day: date
    month: Month | None = None
    light: Light | None = None
    change: dict[str, Any] | None = None


def timeline(months: list[Month], changes: list[dict[str, Any]]) -> list[TimeLine]:
    """The newest first: a change stands above the month that ended before it."""
    lines = [
        TimeLine(month.period.period_end, month, Light(month.status, hollow=month.is_carried))
        for month in months
    ]
    lines += [TimeLine(change["act"].effective_on, change=change) for change in changes]
    return sorted(lines, key=lambda line: line.day, reverse=True)


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
        kinds = target.notes.kinds_for(request.user, target)
        if not kinds:
            raise PermissionDenied
        return NoteForm(request.POST, kinds=kinds)
