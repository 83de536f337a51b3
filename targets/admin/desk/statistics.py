"""统计数录入: a grid of indicators with one source; also the bureau's revisions of past periods."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.admin.desk.desk import FilingPage
from targets.filing.lines import Line, read_lines
from targets.filing.occasion import loggable
from targets.filing.review_lines import versions_before
from targets.filing.statistic_lines import StatisticLine
from targets.forms.desk.desk import Grid
from targets.forms.desk.statistics import SourceForm, StatisticForm, StatisticsScopeForm
from targets.models import FormDraft, ProgressEntry
from targets.models.enums import Role
from targets.models.people.place import has_role
from targets.models.people.rights import BY_STATISTICS

Part = ProgressEntry.Part
PER_PAGE = 30


class StatisticsPage(FilingPage):
    name = "statistics"
    title = _("Enter statistics")
    part = Part.STATISTIC
    scope: StatisticsScopeForm
    scope_form = StatisticsScopeForm
    form = StatisticForm
    template = "statistics/page.html"
    confirm_template = "statistics/confirm.html"
    acts = ("_save", "_submit", "_right", "_confirm", "_discard", "_turn")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.source = SourceForm(today=self.today)

    def is_allowed(self) -> bool:
        return has_role(self.user, Role.STATISTICIAN, Role.COORDINATOR)

    def targets(self) -> Any:
        return loggable(self.user, self.part).filter(BY_STATISTICS)

    @cached_property
    def sheet(self) -> Page:
        """One page of the indicators."""
        pages = Paginator(self.listed().order_by("number", "pk"), PER_PAGE)
        pages.count = sum(self.scope.counts.values())  # known from the choice of the plan
        return pages.get_page(self.request.GET.get("page"))

    def listed(self) -> Any:
        return self.targets().filter(plan=self.scope.plan)

    @property
    def within(self) -> slice:
        return slice((self.sheet.number - 1) * PER_PAGE, self.sheet.number * PER_PAGE)

    @property
    def address(self) -> str:
        return f"{super().address}&page={self.sheet.number}"

    @property
    def keeper_address(self) -> str:
        return f"{super().keeper_address}&page={self.sheet.number}"

    @property
    def page(self) -> str:
        """Each page keeps its own draft."""
        return super().page if self.sheet.number == 1 else f"{super().page}:{self.sheet.number}"

    def turn(self) -> HttpResponse:
        """Leaf to another page; what was typed here is kept, and the source is said there too."""
        typed = self.request.POST.copy()
        for name in ("csrfmiddlewaretoken", "_turn"):
            typed.pop(name, None)
        source = QueryDict(mutable=True)
        for name, texts in typed.lists():
            if name.startswith("source-"):
                source.setlist(name, texts)
        here, now = self.page, timezone.now()
        is_said = any(source.get(f"source-{name}") for name in ("source_ref", "published_on", "reason"))
        try:
            if is_said or any(form.is_bound for form in self.grid(self.request.POST)):
                FormDraft.objects.keep(self.user, here, typed.urlencode(), now)
            self.sheet = self.sheet.paginator.get_page(self.request.POST["_turn"])
            if is_said and FormDraft.objects.of(self.user, self.page) is None:
                FormDraft.objects.keep(self.user, self.page, source.urlencode(), now)
        except ValidationError as refused:
            self.tell(" ".join(refused.messages), messages.ERROR)
        return self.back()

    def lines(self) -> list[StatisticLine]:
        lines = [
            line
            for period in self.scope.chosen
            for line in read_lines(StatisticLine, self.listed(), period, self.part, self.today, self.within)
        ]
        replaced = versions_before([line.entry for line in lines if line.entry])
        for line in lines:
            line.replaced = replaced.get(line.entry.pk) if line.entry else None
        return sorted(lines, key=lambda line: (line.target.number, line.target.pk, line.period.period_end))

    def grid(self, data: Any = None, kept: Any = None) -> Grid[StatisticForm]:
        grid = super().grid(data, kept)
        for form in grid:
            form.say(self.source.said, self.source.data.get("source-reason", "").strip())
        return grid

    # --- what the buttons do ------------------------------------------------------------------

    def save(self) -> HttpResponse:
        return self.unsaid() or super().save()

    def submit(self) -> HttpResponse:
        return self.unsaid() or super().submit()

    right = submit

    def unsaid(self) -> HttpResponse | None:
        """Return the page as typed if the shared source or reason is wrong or missing, else None."""
        self.source = SourceForm(self.request.POST, today=self.today)
        grid = self.grid(self.request.POST)
        typed = [form for form in grid if form.is_bound]
        corrects = any(form.line.corrects for form in typed)
        is_saved = "_save" in self.request.POST
        unsourced = [form for entry, form in self._under_way(grid) if not entry.source_ref]
        has_figures = any(form.gives_a_figure for form in (*typed, *unsourced))
        self.source = SourceForm(
            self.request.POST,
            today=self.today,
            needs_source=corrects or (not is_saved and has_figures),
            needs_reason=corrects,
        )
        return None if self.source.is_valid() else self.shown(grid)

    @staticmethod
    def _under_way(grid: Grid[StatisticForm]) -> list[tuple[ProgressEntry, StatisticForm]]:
        """Return the drafts with their rows."""
        found = [(form.line.entry, form) for form in grid.editable]
        return [(entry, form) for entry, form in found if entry and entry.state in ProgressEntry.EDITABLE]

    def write(self, grid: Grid[StatisticForm]) -> list[Line]:
        written = super().write(grid)
        keys = {line.key for line in written}
        for entry, form in self._under_way(grid):
            if form.is_said_anew and form.line.key not in keys and not form.is_bound:
                entry.enter(self.user)
                entry.save(locked=True)
        return written

    @staticmethod
    def _ready(grid: Grid) -> tuple[list[Line], dict[str, ValidationError]]:
        """Approved rows need no submission, so leave them out."""
        ready, lacking = FilingPage._ready(grid)
        approved = {form.line.key for form in grid if form.line.corrects}
        return (
            [line for line in ready if line.key not in approved],
            {key: refused for key, refused in lacking.items() if key not in approved},
        )

    @staticmethod
    def _question(line: StatisticLine, was_written: bool) -> dict[str, Any]:  # type: ignore[override]  # its own lines
        asked = FilingPage._question(line, was_written)
        return {**asked, "value": line.told(asked["entry"]), "approved": line.approved_in_words}

    # --- the page -----------------------------------------------------------------------------

    def shown(self, grid: Grid[StatisticForm] | None, **more: Any) -> HttpResponse:
        if grid is not None and not self.source.is_bound:
            self.source = SourceForm(today=self.today, initial=self._said_before(grid, more.get("kept")))
        indicators: dict[int, list[StatisticForm]] = defaultdict(list)
        for form in grid or ():
            indicators[form.line.target.pk].append(form)
        asked = [forms for forms in indicators.values() if any(form.line.is_asked for form in forms)]
        rest = [forms[0].line for forms in indicators.values() if forms not in asked]
        if grid is not None:
            more |= {"sheet": self.sheet, "turns": True}
        return super().shown(grid, indicators=asked, rest=rest, source=self.source, **more)

    def _said_before(self, grid: Grid[StatisticForm], kept: Any) -> dict[str, Any]:
        """Return the source fields from the kept input, else from the drafts if all drafts agree."""
        names = ("source_ref", "published_on", "reason")
        if kept and "source-source_ref" in kept:
            return {name: kept.get(f"source-{name}") for name in names}
        entries = [entry for entry, form in self._under_way(grid) if form.gives_a_figure]
        said = {tuple(getattr(entry, name) for name in names) for entry in entries}
        return dict(zip(names, said.pop(), strict=True)) if len(said) == 1 else {}
