"""本月填报: all of a unit's targets for one period on one page."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.admin.desk.page import GridPage
from targets.admin.entry.corrections import WITHDRAWN
from targets.filing.lines import Line, read_lines
from targets.filing.occasion import loggable
from targets.forms.desk.desk import Grid, ReportRowForm, RowForm
from targets.forms.desk.scope import DeskScopeForm, FilingScopeForm
from targets.models import MilestoneCompletion, ProgressEntry, ReportingPeriod
from targets.models.audit.recording import recording
from targets.models.people.place import Place
from targets.rules.doubts import UNSAID
from targets.tables import LOOKS

State = ProgressEntry.State


class FilingPage(GridPage):
    name = "desk"
    title = gettext_lazy("This month's reports")
    scope_form: type[DeskScopeForm] = FilingScopeForm
    scope: Any  # a FilingScopeForm; the statistician's desk has its own
    form: type[RowForm] = ReportRowForm
    template = "desk/filing.html"
    confirm_template = "desk/confirm.html"
    paper_template = "desk/paper.html"
    acts: tuple[str, ...] = (
        "_save", "_submit", "_right", "_confirm", "_no_change", "_adopt", "_same", "_withdraw", "_discard",
        "_go", "_paper",
    )  # fmt: skip

    def targets(self) -> Any:
        return loggable(self.user, self.part)

    @property
    def within(self) -> slice:
        return self.scope.rows

    # --- filing on behalf ---------------------------------------------------------------------

    @cached_property
    def is_for_another(self) -> bool:
        unit = self.scope.unit
        is_own = unit is not None and unit.pk in Place.of(self.user).unit_ids
        return self.part == self.part.REPORT and not is_own

    @property
    def from_paper(self) -> bool | None:
        """Whether the input was copied from the unit's paper (代录); None if the unit files for itself."""
        return "from_paper" in self.request.POST if self.is_for_another else None

    def locked_grid(self) -> Grid:
        grid = super().locked_grid()
        for form in grid:
            form.from_paper = self.from_paper
        return grid

    # --- what the buttons do ------------------------------------------------------------------

    def save(self) -> HttpResponse:
        with recording():
            grid = self.locked_grid()
            written = self.write(grid)
        if written:
            self.tell(_("Saved as drafts, not yet submitted: %(count)s.") % {"count": len(written)})
        return self.mend(grid) if grid.wrong else self.back()

    def go(self) -> HttpResponse:
        """Save what was typed, then open the unit or page chosen; what is wrong is kept unsaved."""
        with recording():
            grid = self.locked_grid()
            written = self.write(grid)
        unit = self.scope.unit
        if written:
            words: dict[str, Any] = {"unit": unit, "count": len(written)}
            self.tell(_("%(unit)s: saved as drafts, not yet submitted: %(count)s.") % words)
        if grid.wrong:
            words = {"unit": unit, "rows": explain.listed(named(form.line) for form in grid.wrong)}
            self.tell(_("%(unit)s: still to be looked at and kept: %(rows)s.") % words, messages.WARNING)
        stands, posted = self.scope.query, self.request.POST
        chosen = stands | {name: posted[f"to_{name}"] for name in ("unit", "page") if f"to_{name}" in posted}
        if str(chosen["unit"]) != str(stands["unit"]):
            chosen.pop("page", None)
        return HttpResponseRedirect(f"?{urlencode(chosen)}")

    def paper(self) -> HttpResponse:
        """Save what was typed, then show the page that the unit's head signs."""
        with recording():
            grid = self.locked_grid()
            self.write(grid)
        return self.mend(grid) if grid.wrong else HttpResponseRedirect(f"{self.address}&paper=1")

    def submit(self) -> HttpResponse:
        """Save the valid rows, then ask for confirmation before they are submitted."""
        with recording():
            grid = self.locked_grid()
            written = self.write(grid)
        ready, lacking = self._ready(grid)
        wrong = len(grid.wrong) + len(lacking)
        if wrong and "_right" not in self.request.POST:
            return self.mend(grid, lacking, ready=len(ready))
        if not ready:
            self.tell(_("There is nothing to submit yet."), messages.WARNING)
            return self.back()
        return self._ask([self._question(line, line in written) for line in ready], grid, left=wrong)

    right = submit

    @staticmethod
    def _ready(grid: Grid) -> tuple[list[Line], dict[str, ValidationError]]:
        """Return the complete rows, and for every other row an error that says what is missing."""
        ready, lacking = [], {}
        for form in grid.editable:
            if form.line.entry is None or form.errors:
                continue
            try:
                complete(form.line)
            except ValidationError as refused:
                lacking[form.line.key] = refused
            else:
                ready.append(form.line)
        return ready, lacking

    @staticmethod
    def _question(line: Line, was_written: bool) -> dict[str, Any]:
        """Return the context of one row on the confirmation page."""
        entry = complete(line)
        found = line.questions(entry)
        is_untouched = entry.state == State.RETURNED and not was_written
        return {
            "row": line,
            "entry": entry,
            "value": explain.quantity(entry.value, line.target.unit_of_measure),
            "change": explain.moved(entry.value, line.last_value, line.target.unit_of_measure),
            "doubts": explain.questions(found),
            "lacks_words": any(doubt.key == UNSAID for doubt in found),
            "is_untouched": is_untouched,
            "is_chosen": not is_untouched and all(doubt.key == UNSAID for doubt in found),
        }

    def _ask(self, lines: list[dict[str, Any]], grid: Grid, left: int = 0) -> HttpResponse:
        """Ask once before rows are submitted: 确认提交, the rows with a doubtful figure not ticked."""
        chosen = sum(line["is_chosen"] for line in lines)
        counts = {"chosen": chosen, "unchosen": len(lines) - chosen, "left": left}
        return self.shown(grid, template=self.confirm_template, lines=lines, **counts)

    def confirm(self) -> HttpResponse:
        """Submit the ticked entries, each only if its version is still the one shown."""
        chosen = dict(each.split(".", 1) for each in self.request.POST.getlist("entry") if "." in each)
        same = self.request.POST.getlist("same")
        done, already = 0, 0
        with recording():
            self.lock()
            for line in self.lines():
                entry = line.entry
                if entry is None or str(entry.pk) not in chosen:
                    continue
                if entry.state == State.SUBMITTED and entry.submitted_by_id == self.user.pk:
                    already += 1
                elif not line.is_editable or str(entry.version) != chosen[str(entry.pk)]:
                    words = {"row": named(line), "state": entry.get_state_display()}
                    text = _("%(row)s was changed meanwhile (%(state)s) and not submitted.")
                    self.tell(text % words, messages.WARNING)
                else:
                    if str(entry.pk) in same:
                        self._say_the_same(line, entry)
                    done += self.hand_in(line, entry)
        if done:
            self.tell(_("Submitted and waiting for review: %(count)s.") % {"count": done})
        elif already:
            self.tell(_("Nothing to do: this was submitted already."), messages.INFO)
        return self.back()

    def _say_the_same(self, line: Line, entry: ProgressEntry) -> None:
        """同上月: copy the last report's issues and next steps into the empty fields."""
        if entry.repeat_plans(line.last_plans):
            entry.enter(self.user, from_paper=None)
            entry.save(locked=True)

    def hand_in(self, line: Line, entry: ProgressEntry) -> bool:
        try:
            with recording():
                if entry.pk is None:
                    entry.save(locked=True)
                entry.submit(by=self.user)
        except ValidationError as refused:
            words = {"row": named(line), "why": " ".join(refused.messages)}
            self.tell(_("%(row)s was not submitted: %(why)s") % words, messages.ERROR)
            return False
        return True

    def no_change(self) -> HttpResponse:
        """Answer “no change” in every empty row that is owed; submit the answers that raise no doubt."""
        with recording():
            grid = self.locked_grid()
            self.write(grid)
            owed = [form.line for form in grid.editable if form.line.is_owed and not form.errors]
            empty = [line for line in owed if line.is_empty]
            without = [line for line in empty if line.carries_figure and line.last_value is None]
            said = {line.key: self._unchanged(line) for line in empty if line not in without}
            asked = [line for line in empty if line.key in said and line.questions(said[line.key])]
            done = sum(
                self.hand_in(line, said[line.key]) for line in empty if line.key in said and line not in asked
            )
            for line in asked:
                line.entry = said[line.key]
                line.entry.save(locked=True)
        if done:
            self.tell(_("Answered “no change” and submitted: %(count)s.") % {"count": done})
        if without:
            words = {"rows": explain.listed(named(line) for line in without)}
            self.tell(_("No earlier figure to stand unchanged: %(rows)s.") % words, messages.WARNING)
        if grid.wrong:
            return self.mend(grid)
        if not asked:
            return self.back()
        return self._ask([self._question(line, True) for line in asked], grid)

    def _unchanged(self, line: Line) -> ProgressEntry:
        entry = line.new_entry()
        entry.answer = ProgressEntry.Answer.NO_CHANGE
        entry.value = line.last_value if line.carries_figure else None
        entry.enter(self.user, from_paper=self.from_paper)
        return entry

    def withdraw(self) -> HttpResponse:
        """撤回 one row; the input in the other rows is saved first."""
        with recording():
            grid = self.locked_grid()
            self.write(grid)
            for line in (form.line for form in grid):
                if line.key == self.request.POST["_withdraw"] and line.entry is not None:
                    self._take_back(line, line.entry)
        return self.mend(grid) if grid.wrong else self.back()

    def _take_back(self, line: Line, entry: ProgressEntry) -> None:
        try:
            with recording():
                entry.withdraw(by=self.user)
        except (PermissionDenied, ValidationError) as refused:
            words = {"row": named(line), "why": " ".join(getattr(refused, "messages", [str(refused)]))}
            self.tell(_("%(row)s was not taken back: %(why)s") % words, messages.ERROR)
        else:
            self.tell(WITHDRAWN)

    def adopt(self) -> HttpResponse:
        """Copy last period's progress text into the field, for browsers without scripts; save nothing."""
        grid = self.grid(kept=self.request.POST)
        for form in grid.editable:
            if form.line.key == self.request.POST["_adopt"] and form.line.last_words:
                form.initial["narrative"] = form.line.last_words.narrative
        return self.shown(grid)

    def same(self) -> HttpResponse:
        """Copy last period's issues and next steps into the empty fields; save nothing."""
        grid = self.grid(kept=self.request.POST)
        for form in grid.editable:
            if form.line.key == self.request.POST["_same"] and (before := form.line.last_plans):
                for name in ProgressEntry.OF_WHO_IS_BEHIND:
                    form.initial[name] = form.initial.get(name) or getattr(before, name)
        return self.shown(grid)

    # --- the page -----------------------------------------------------------------------------

    def get(self, request: HttpRequest) -> HttpResponse:
        is_paper = "paper" in request.GET and "_paper" in self.acts
        if not is_paper or not self.scope.is_complete or not self.is_allowed():
            return super().get(request)
        return self._paper(self.scope.period)

    def _paper(self, period: ReportingPeriod) -> HttpResponse:
        """Return the page that is signed: all rows of the unit, whatever page of them is open."""
        lines = read_lines(Line, self.listed(), period, self.part, self.today)
        shown: dict[str, Any] = {
            "lines": [_on_paper(line) for line in lines if line.is_asked],
            "is_unsaved": self.kept() is not None,
            "month": explain.month_of(period.period_end, period.period_end),
            "printed_on": self.today,
            "back": self.address,
        }
        return super().shown(None, template=self.paper_template, **shown)

    def shown(self, grid: Grid | None, **more: Any) -> HttpResponse:
        forms = list(grid or ())
        asked = [form for form in forms if form.line.is_asked]
        to_fill = [form for form in asked if form.line.is_editable]
        owed = [form.line for form in forms if form.line.is_owed]
        for form in to_fill:
            form.look = LOOKS.get(form.line.target.status, "")
        doubtful = [form for form in to_fill if form.line.doubts_about_the_figure]
        counts: dict[str, Any] = {
            "asked": [*to_fill, *(form for form in asked if not form.line.is_editable)],
            "unasked": [form.line for form in forms if not form.line.is_asked],
            "owed": len(owed),
            "filed": sum(line.is_filed for line in owed),
            "empty": sum(_is_untouched(form) for form in forms),
            "doubtful": len(doubtful),
            "due": self._due(),
            "box": next((form.line.figure_name for form in to_fill if form.line.carries_figure), ""),
            "withdrawable": self._withdrawable([form.line for form in forms]),
            "fillable": bool(to_fill),
            "takes_files": any(form.is_multipart() for form in to_fill),
            "lists_files": any(form.line.files for form in forms),
        }
        if grid is not None and self.is_for_another:
            transcribed = any(form.line.is_transcribed for form in forms)
            counts |= {"is_for_another": True, "from_paper": self.from_paper or transcribed}
        return super().shown(grid, **counts, **more)

    def _due(self) -> str:
        """The days by which the period is to be reported."""
        if self.scope.period is None:
            return ""
        words, figures = self.scope.period.words_due_on, self.scope.period.figures_due_on
        told = _("words by %(day)s") % {"day": explain.short_day(words)}
        if figures is None:
            return told
        return explain.listed([told, _("statistics by %(day)s") % {"day": explain.short_day(figures)}])

    def _withdrawable(self, lines: list[Line]) -> set[str]:
        """Return the keys of submitted rows that this user may withdraw, in one query."""
        keys = {line.entry.pk: line.key for line in lines if line.entry and not line.is_frozen}
        waiting = ProgressEntry.objects.filter(pk__in=keys).handed_in_by(self.user).untouched()
        return {keys[pk] for pk in waiting.values_list("pk", flat=True)}


def _is_untouched(form: RowForm) -> bool:
    line = form.line
    return line.is_owed and line.is_empty and line.is_editable and not (form.is_restored or form.errors)


def complete(line: Line) -> ProgressEntry:
    """Return the entry as it would be submitted. Raises ValidationError if something is missing."""
    entry = copy(line.entry or line.new_entry())
    entry.complete(lambda: line.last_value, MilestoneCompletion.objects.filter(entry=entry).exists)
    return entry


def _on_paper(line: Line) -> dict[str, Any]:
    """Return the context of one row of the paper to sign, with the figure that would be submitted."""
    entry, unit = line.in_hand(), line.target.unit_of_measure
    figure = entry if line.carries_figure else line.other
    value = figure.value if figure else None
    if value is None and line.carries_figure and entry.answer == ProgressEntry.Answer.NO_CHANGE:
        value = line.last_value
    change = explain.moved(value, line.last_value, unit)
    return {"row": line, "entry": entry, "value": explain.quantity(value, unit), "change": change}


def named(line: Line) -> str:
    return _("no. %(number)s “%(title)s”") % {"number": line.target.number, "title": line.target.title}
