"""The content of a report, its completeness, and doubts about its figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.base import PercentageField, QuantityField, ValidatedModel
from targets.models.entry.background import Background
from targets.models.plan.period import ReportingPeriod
from targets.models.target.target import Target
from targets.rules.doubts import doubts, silence
from targets.rules.facts import Facts, Report, figures
from targets.rules.filed_figure import FiledFigure
from targets.rules.judge import judge
from targets.rules.question import Question
from targets.status import Status, status_of


class EntryContent(ValidatedModel):
    """The answer about one target, period and part: figure, words and their source."""

    Part = enums.Part
    Answer = enums.Answer

    WITHOUT_FIGURE = (Answer.NOT_PUBLISHED, Answer.NOTHING_PLANNED)

    completions: Any  # the nodes it reports as done, by entry.completion

    target = models.ForeignKey(Target, models.PROTECT, related_name="entries", verbose_name=_("target"))
    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="entries", verbose_name=_("reporting period")
    )
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.REPORT)
    answer = models.CharField(_("answer"), max_length=20, choices=Answer, default=Answer.REPORTED)
    value = QuantityField(_("cumulative value"), null=True, blank=True)
    preliminary = models.BooleanField(_("preliminary figure"), default=False)
    forecast = QuantityField(
        _("forecast for the whole year"), null=True, blank=True
    )  # never judged or summed
    yoy = PercentageField(_("year on year (%)"))
    published_rank = models.PositiveSmallIntegerField(_("published rank"), null=True, blank=True)
    source_ref = models.CharField(_("source of the figure"), max_length=200, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    narrative = models.TextField(_("progress"), max_length=2000, blank=True)
    issues = models.TextField(_("issues"), max_length=2000, blank=True)
    next_steps = models.TextField(_("next steps"), max_length=2000, blank=True)
    support_needed = models.TextField(_("support needed"), max_length=1000, blank=True)
    catch_up_on = models.DateField(_("back on schedule by"), null=True, blank=True)
    is_void = models.BooleanField(_("void"), default=False, editable=False)

    # the fields that a correction copies unless it changes them
    CARRIED = (
        "answer", "value", "preliminary", "forecast", "yoy", "published_rank", "source_ref", "published_on",
        "narrative", "issues", "next_steps", "support_needed", "catch_up_on",
    )  # fmt: skip

    FIRST_MONTH_OF_FORECASTS = 9

    OF_WHO_IS_BEHIND = ("issues", "next_steps")

    class Meta:
        abstract = True

    def clean_figure(self) -> None:
        errors: dict[str, Any] = {}
        if self.value is not None:
            if self.is_void or not self.carries_figure():
                errors["value"] = _("No figure belongs here.")
            elif self.answer in self.WITHOUT_FIGURE:
                errors["value"] = _("This answer carries no figure; please clear it.")
            elif fault := self._fault_of_a_count(self.value):
                errors["value"] = fault
        if self.forecast is not None:
            if self.is_void or not self.takes_forecast():
                errors["forecast"] = _(
                    "A forecast is given for periods from September on, by the unit alone."
                )
            elif fault := self._fault_of_a_count(self.forecast):
                errors["forecast"] = fault
        if self.published_on and self.published_on > self.today:
            errors["published_on"] = _("This day has not come yet.")
        if errors:
            raise ValidationError(errors)

    def _fault_of_a_count(self, value: Decimal) -> Any:
        if not self.target.whole():
            return None
        if value != int(value):
            return _("Whole things are counted: please give an integer.")
        return _("A count cannot be negative.") if value < 0 else None

    @classmethod
    def answers_about(cls, target: Target) -> list[enums.Answer]:
        """The answers that fit the target: only a figure is published."""
        has_figure = any(target.owes_figure(part) for part in cls.Part)
        return [each for each in cls.Answer if has_figure or each != cls.Answer.NOT_PUBLISHED]

    @classmethod
    def forecast_fits(cls, target: Target, period: ReportingPeriod, part: str) -> bool:
        """Whether the unit may say what it expects of the whole year. No statistic holds a forecast."""
        is_late = period.period_end.month >= cls.FIRST_MONTH_OF_FORECASTS
        return is_late and part == cls.Part.REPORT and target.measure not in Target.WORDS_ONLY

    def takes_forecast(self) -> bool:
        return self.forecast_fits(self.target, self.period, self.part)

    def carries_figure(self) -> bool:
        """Whether this part states the target's figure, by the promise of today or of the period's end.

        A figure filed before its source changed can therefore still be corrected.
        """
        owes = self.target.owes_figure
        return owes(self.part) or owes(self.part, self.period.period_end)

    @property
    def period_end(self) -> date:
        return self.period.period_end

    @property
    def figure_from(self) -> str:
        """The source of this part's figure, as a value of `FigureFrom`."""
        by_unit = self.part == self.Part.REPORT
        return Target.FigureFrom.UNIT if by_unit else Target.FigureFrom.STATISTICS

    def last_figure(self) -> Decimal | None:
        return self.target.last_figure(before=self.period.period_end)

    def complete(self, last_figure: Callable[[], Decimal | None], has_nodes: Callable[[], bool]) -> None:
        """Raise ValidationError for an incomplete answer; "no change" copies the last figure."""
        if self.is_void:
            return
        carries = self.target.owes_figure(self.part)
        if self.answer == self.Answer.NO_CHANGE and carries:
            last = last_figure()
            if last is None:
                raise ValidationError({"answer": _("There is no earlier figure to stand unchanged.")})
            self.value = last
        if self.answer != self.Answer.REPORTED:
            return
        is_due = carries and self.period.figures_due_on is not None
        is_due = is_due and self.value is None and self.target.state == Target.State.ACTIVE
        if is_due and self.target.owes_figure(self.part, self.period.period_end):
            raise ValidationError({"value": _("Please give the figure, or choose another answer.")})
        if self.value is None and not self.narrative and not has_nodes():
            raise ValidationError({"narrative": _("Please describe the progress, or choose another answer.")})

    @property
    def unsaid(self) -> list[str]:
        """Which of the fields that explain a lag are empty."""
        return [name for name in self.OF_WHO_IS_BEHIND if not getattr(self, name).strip()]

    def repeat_plans(self, before: Any) -> bool:
        """Copy empty issues and next steps from the report `before`. Returns whether any were copied."""
        taken = {name: words for name in self.unsaid if before and (words := getattr(before, name))}
        for name, words in taken.items():
            setattr(self, name, words)
        return bool(taken)

    # --- doubts ---------------------------------------------------------------------------------

    def doubts(
        self,
        known: Sequence[Any] | None = None,
        background: Background | None = None,
        done: Mapping[int, date] | None = None,
    ) -> list[Question]:
        """Questions for the author before submission and for the reviewer; nothing is refused.

        `known`: the other entries that count, up to this period. `done`: node id → day, of the nodes
        reported as done. An argument that is not given is read from the database.
        """
        if not self.target_id or not self.period_id or self.is_void:
            return []
        if known is None:
            known = self.known_beside()
        background = background or Background.of([self.target])[self.target_id]
        found = self._doubts_about_the_figure(known, background)
        before = self.words_before(known)
        goes_on = self.answer == self.Answer.NO_CHANGE and before and before.issues and before.next_steps
        if self.part == self.Part.REPORT and not goes_on:
            status = self.status_ahead(known, background, done)
            found += silence(status or 0, self.unsaid)
        return found

    def known_beside(self) -> list[Any]:
        """The entries that count for this and earlier periods, without this part of this period."""
        until = self.target.entries.filter(period__period_end__lte=self.period.period_end)
        return list(until.exclude(period=self.period_id, part=self.part).counting())

    def words_before(self, known: Sequence[Any]) -> Any:
        """The newest earlier report of this part with a narrative, issues or next steps; else None."""
        said = [e for e in known if e.part == self.part and e.period_end < self.period_end and e.has_words]
        return max(said, key=lambda entry: entry.period_end, default=None)

    @property
    def has_words(self) -> bool:
        return bool(self.narrative or self.issues or self.next_steps)

    def _doubts_about_the_figure(self, known: Sequence[Any], background: Background) -> list[Question]:
        # “no change” repeats the last figure on purpose
        if self.value is None or self.answer == self.Answer.NO_CHANGE:
            return []
        promise, plan = background.promise_on(self.period_end), self.target.plan
        earlier = [entry for entry in known if entry.period_end < self.period_end]
        filed = FiledFigure(
            promise=promise,
            starts_on=promise.starts_on or plan.starts_on,
            due_on=promise.due_on or plan.ends_on,
            period_end=self.period_end,
            value=self.value,
            path=tuple((entry.period_end, entry.value) for entry in figures(earlier, promise.figure_from)),
            last_year=background.last_year,
        )
        own = [entry for entry in earlier if entry.part == self.part and entry.narrative]
        last = max(own, key=lambda entry: entry.period_end, default=None)
        return doubts(filed, self.narrative, last.narrative if last else "")

    def status_ahead(
        self, known: Sequence[Any], background: Background, done: Mapping[int, date] | None = None
    ) -> Status | None:
        """The status after this entry is approved, if nothing else is reported."""
        if done is None:
            done = {c.milestone_id: c.completed_on for c in self.completions.all()} if self.pk else {}
        today = self.today
        own = Report(
            period_end=self.period_end,
            effective_on=min(self.period_end, today),
            value=self.value,
            preliminary=self.preliminary,
            done=tuple(done.items()),
            figure_from=self.figure_from,
        )
        plan = self.target.plan
        facts = Facts(
            commitments=background.promises,
            reports=(*(entry.as_report() for entry in known), own),
            rule=plan.light_rule.as_rule(),
            plan_starts_on=plan.starts_on,
            plan_ends_on=plan.ends_on,
        )
        return status_of(judge(facts, today), today)
