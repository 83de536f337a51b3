"""What a report says, and whether it makes sense by itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.base import PercentageField, QuantityField, ValidatedModel
from targets.models.period import ReportingPeriod
from targets.models.target import Target


class EntryContent(ValidatedModel):
    """The answer about one target, period and part: figure, words and where they come from."""

    class Part(models.TextChoices):
        REPORT = "report", _("report")
        STATISTIC = "statistic", _("statistic")

    class Answer(models.TextChoices):
        REPORTED = "reported", _("report progress")
        NO_CHANGE = "no_change", _("no change this period")
        NOT_PUBLISHED = "not_published", _("not published yet")
        NOTHING_PLANNED = "nothing_planned", _("nothing planned this period")

    WITHOUT_FIGURE = (Answer.NOT_PUBLISHED, Answer.NOTHING_PLANNED)

    target = models.ForeignKey(Target, models.PROTECT, related_name="entries", verbose_name=_("target"))
    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="entries", verbose_name=_("reporting period")
    )
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.REPORT)
    answer = models.CharField(_("answer"), max_length=20, choices=Answer, default=Answer.REPORTED)
    value = QuantityField(_("cumulative value"), null=True, blank=True)
    preliminary = models.BooleanField(_("preliminary figure"), default=False)
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

    # what a correction repeats unless it says otherwise
    CARRIED = (
        "answer", "value", "preliminary", "yoy", "published_rank", "source_ref", "published_on",
        "narrative", "issues", "next_steps", "support_needed", "catch_up_on",
    )  # fmt: skip

    class Meta:
        abstract = True

    def clean_figure(self) -> None:
        errors: dict[str, Any] = {}
        if self.value is not None:
            if self.is_void or not self.carries_figure():
                errors["value"] = _("No figure belongs here.")
            elif self.answer in self.WITHOUT_FIGURE:
                errors["value"] = _("This answer carries no figure; please clear it.")
            elif self.target.whole() and self.value != int(self.value):
                errors["value"] = _("Whole things are counted: please give an integer.")
            elif self.target.whole() and self.value < 0:
                errors["value"] = _("A count cannot be negative.")
        if self.published_on and self.published_on > self.today:
            errors["published_on"] = _("This day has not come yet.")
        if errors:
            raise ValidationError(errors)

    def carries_figure(self) -> bool:
        """Whether the target's figure belongs here, today or by what was promised for the period.

        Where the source has changed since, what was filed by the old one can still be put right.
        """
        owes = self.target.owes_figure
        return owes(self.part) or owes(self.part, self.period.period_end)

    def last_figure(self) -> Decimal | None:
        return self.target.last_figure(before=self.period.period_end)

    def complete(self, last_figure: Callable[[], Decimal | None], has_nodes: Callable[[], bool]) -> None:
        """Refuse what is not yet an answer; "no change" states the last figure again."""
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

    def doubts(self, last_figure: Callable[[], Decimal | None] | None = None) -> list[str]:
        """What deserves a second look, as codes; none of it is refused.

        Reads the last figure unless given.
        """
        if self.value is None or not self.target_id or not self.period_id:
            return []
        last = (last_figure or self.last_figure)()
        found = []
        if self.target.measure == Target.Measure.FLOW and last is not None and self.value < last:
            found.append("falls")
        if last and self.value and not abs(last) / 10 <= abs(self.value) <= abs(last) * 10:
            found.append("tenfold")
        if self.target.unit_of_measure == "%" and not 0 <= self.value <= 100:
            found.append("beyond_percent")
        ranked = self.target.measure == Target.Measure.RANK
        if not ranked and self.value == self.target.target_value and self.value != last:
            found.append("equal")
        return found
