"""审核台: submitted entries of one period by unit; approve or return many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from targets.admin.base.permissions import Actor
from targets.admin.desk.page import GridPage
from targets.filing.lines import day_of
from targets.filing.review_lines import ReviewLine, read_waiting
from targets.forms.desk.review import ReturnForm, ReviewGrid, ReviewScopeForm
from targets.models import OrgUnit, Plan, ProgressEntry, ReportingPeriod, Target
from targets.models.entry.filed import Owing
from targets.models.enums import Part
from targets.reporting import Answer

State = ProgressEntry.State


class ReviewPage(GridPage):
    name = "review"
    title = _("Review desk")
    scope: ReviewScopeForm
    scope_form = ReviewScopeForm
    template = "review/page.html"
    acts = ("_select", "_approve", "_send_back")

    @classmethod
    def urls(cls, model_admin: Any) -> list[URLPattern]:
        """Only the first address: this page has no input worth keeping."""
        return super().urls(model_admin)[:1]

    def is_allowed(self) -> bool:
        return Actor.of(self.request).reviews

    def targets(self) -> Any:
        """Include closed plans: their corrections are reviewed too."""
        running = (Plan.State.IN_FORCE, Plan.State.CLOSED)
        return Target.objects.reviewable_by(self.user).filter(plan__state__in=running)

    @cached_property
    def sheet(self) -> Page:
        """One page of the targets with a submitted entry, unit by unit."""
        submitted = ProgressEntry.objects.filter(period=self.scope.period, state=State.SUBMITTED)
        listed = self.targets().filter(plan=self.scope.plan, pk__in=submitted.values("target"))
        if self.scope.unit:
            listed = listed.filter(lead_unit=self.scope.unit)
        in_order = listed.order_by("lead_unit__order", "lead_unit", "number", "pk").values_list(
            "pk", flat=True
        )
        return Paginator(in_order, self.scope.PER_PAGE).get_page(self.request.GET.get("page"))

    def listed(self) -> Any:
        return self.targets().filter(pk__in=list(self.sheet.object_list))

    def lines(self) -> list[ReviewLine]:
        period = self.scope.period
        return read_waiting(self.listed(), period, self.today, self.user) if period else []

    @property
    def address(self) -> str:
        return f"{super().address}&page={self.sheet.number}"

    def back(self) -> HttpResponse:
        """To what still waits here, else to where most waits."""
        plan, period, unit = self.scope.query.values()
        here = {"plan": plan, "period": period}
        waiting = ProgressEntry.objects.waiting_for(self.user)
        if (
            not self.scope.unit
            or waiting.filter(period=self.scope.period, target__lead_unit=self.scope.unit).exists()
        ):
            here["unit"] = unit
        return HttpResponseRedirect(f"{self.request.path}?{urlencode(here)}")

    keeper_address = ""

    def kept(self) -> None:
        return None

    def grid(self, data: Any = None, kept: Any = None) -> ReviewGrid:  # type: ignore[override]  # no rows are written
        return ReviewGrid(self.lines(), data)

    # --- what the buttons do ------------------------------------------------------------------

    def select(self) -> HttpResponse:
        """For browsers without scripts: show the page again with all entries without doubts selected."""
        grid = self.grid(self.request.POST)
        grid.choose_clear()
        return self.shown(grid, returning=ReturnForm(self.request.POST), stale=grid.stale)

    def approve(self) -> HttpResponse:
        return self._decide(self._approved, ReturnForm(self.request.POST))

    def _approved(self, seen: dict[int, int]) -> str:
        changed = ProgressEntry.objects.approve_all(seen, by=self.user)
        passed_on = ProgressEntry.objects.filter(pk__in=seen, state=State.SUBMITTED).count()
        if changed and changed == passed_on:
            words = ngettext(
                "%(count)s entry passed on to the office.",
                "%(count)s entries passed on to the office.",
                changed,
            )
        else:
            words = ngettext("%(count)s entry approved.", "%(count)s entries approved.", changed)
        return words % {"count": changed} if changed else ""

    def send_back(self) -> HttpResponse:
        form = ReturnForm(self.request.POST)
        if not form.is_valid():
            return self.shown(self.grid(self.request.POST), returning=form, is_returning=True)

        def returned(seen: dict[int, int]) -> str:
            changed = ProgressEntry.objects.send_back_all(seen, by=self.user, comment=form.comment)
            words = ngettext("%(count)s entry returned.", "%(count)s entries returned.", changed)
            return words % {"count": changed} if changed else ""

        return self._decide(returned, form, is_returning=True)

    def _decide(
        self, act: Callable[[dict[int, int]], str], returning: ReturnForm, *, is_returning: bool = False
    ) -> HttpResponse:
        """Decide on all chosen entries or on none; after a refusal show the reasons and keep the choice."""
        grid = self.grid(self.request.POST)
        stale = grid.stale
        if not grid.seen:
            self.tell(_("Please choose entries first."), messages.WARNING)
        elif not stale and self._done(act, grid.seen):
            return self.back()
        return self.shown(grid, returning=returning, is_returning=is_returning, stale=stale)

    def _done(self, act: Callable[[dict[int, int]], str], seen: dict[int, int]) -> bool:
        try:
            told = act(seen)
        except ValidationError as refused:
            for message in refused.messages:
                self.tell(message, messages.ERROR)
            self.tell(_("Nothing was decided just now."), messages.WARNING)
            return False
        self.tell(told or _("Nothing to do: this was decided already."))
        return True

    # --- the page -----------------------------------------------------------------------------

    def shown(self, grid: ReviewGrid | None, **more: Any) -> HttpResponse:
        plan = self.scope.plan
        if grid is not None and plan is not None:
            owed = self._unreported()
            more = {
                "sheet": self.sheet,
                "returning": ReturnForm(),
                "clear": len(grid.clear),
                "unreported": owed,
                "unreported_count": sum(count for unit, count in owed),
                "reminds": bool(owed) and Plan.objects.runnable_by(self.user).contains(plan),
                **more,
            }
        return super().shown(grid, **more)

    def _unreported(self) -> list[tuple[OrgUnit, int]]:
        """Return (unit, number of owed reports) for the period; empty unless the plan is in force."""
        plan, period = self.scope.plan, self.scope.period
        if plan is None or period is None or plan.state != Plan.State.IN_FORCE:
            return []
        on = day_of(period, self.today)
        targets = self.targets().filter(plan=plan)
        owing = Owing.read(targets.with_status(on), on, today=self.today, known=[plan])
        owed = Counter(each.lead_unit for each in owing.targets if _owes(owing.answers[each.pk], period))
        units = sorted(self.scope.units, key=lambda unit: (unit.order, unit.pk))
        return [(unit, owed[unit.pk]) for unit in units if owed[unit.pk]]


def _owes(answer: Answer, period: ReportingPeriod) -> bool:
    """Whether a part of the report on this period is still to be filed."""
    asked = answer.asked
    if asked.is_exempt or asked.owed is None or asked.owed.pk != period.pk:
        return False
    return answer.owes(Part.REPORT) or answer.owes(Part.STATISTIC)
