"""The reporting periods of a plan with their deadlines, and the holidays and make-up days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.models.audit.recording import recording
from targets.models.base import ValidatedModel, check_year
from targets.models.enums import Act, Part
from targets.reading.holidays import SpecialDay
from targets.rules.schedule import month_end
from targets.rules.workdays import Workdays

if TYPE_CHECKING:
    from targets.models.plan.plan import Plan

REVIEW_DAYS = 3  # working days from the last deadline to the end of the review


class WorkdayExceptionQuerySet(models.QuerySet["WorkdayException"]):
    def workdays(self) -> Workdays:
        return Workdays(dict(self.values_list("date", "works")))

    def take(self, days: Iterable[SpecialDay]) -> tuple[int, int]:
        """Write the days of a notice. Returns how many were new, and how many stored days changed."""
        new = changed = 0
        with recording():
            for day in days:
                row = self.filter(date=day.date).first() or self.model(date=day.date)
                if row.pk and (row.works, row.note) == (day.works, day.note):
                    continue
                new, changed = (new, changed + 1) if row.pk else (new + 1, changed)
                row.works, row.note = day.works, day.note
                row.save()
        return new, changed


class WorkdayException(ValidatedModel):
    """A day that differs from its weekday: a holiday, or a weekend day that is worked."""

    date = models.DateField(_("day"), unique=True)
    works = models.BooleanField(
        _("worked"), default=False, help_text=_("a weekend day worked in exchange; else a holiday")
    )
    note = models.CharField(_("note"), max_length=50, blank=True)

    objects = WorkdayExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday or make-up day")
        verbose_name_plural = _("holidays and make-up days")
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date} {self.note}"

    def clean(self) -> None:
        if self.date:
            check_year("date", self.date.year)


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """A period with deadlines that would move: field → (present day, day by the holiday table)."""

    period: ReportingPeriod
    moves: dict[str, tuple[date, date]]

    def save(self) -> None:
        for name, (_old, new) in self.moves.items():
            setattr(self.period, name, new)
        self.period.save()


class ReportingPeriod(ValidatedModel):
    """One month's round of reporting, with its two deadlines: words first, figures later."""

    STEPS = ("opens_on", "words_due_on", "figures_due_on", "review_due_on", "freeze_on")

    plan = models.ForeignKey("targets.Plan", models.CASCADE, related_name="periods", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    period_start = models.DateField(_("period start"))
    period_end = models.DateField(_("period end"))
    opens_on = models.DateField(_("opens on"))
    words_due_on = models.DateField(_("words due on"))
    figures_due_on = models.DateField(_("figures due on"), null=True, blank=True)
    review_due_on = models.DateField(_("review due on"))
    freeze_on = models.DateField(_("freezes on"))
    reopened_until = models.DateField(_("reopened until"), null=True, blank=True)
    reopened_why = models.CharField(_("reason for reopening"), max_length=200, blank=True)
    reopened_by = models.ForeignKey(
        "targets.Member", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ("plan", "number")
        constraints = [
            models.UniqueConstraint(fields=("plan", "number"), name="period_number_in_plan"),
            models.CheckConstraint(
                condition=models.Q(period_end__gte=models.F("period_start")), name="period_end_after_start"
            ),
        ]

    def __str__(self) -> str:
        """11月; in a plan of several years, from the second on with the year."""
        is_first_year = self.number == self.period_end.month
        return explain.month_of(self.period_end, self.period_end if is_first_year else date.min)

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        given = [(name, getattr(self, name)) for name in self.STEPS if getattr(self, name)]
        for (earlier, first), (later, then) in pairwise(given):
            if then < first:
                label = ReportingPeriod._meta.get_field(earlier).verbose_name  # type: ignore[union-attr]
                errors[later] = _("Not before “%(step)s” (%(day)s).") % {"step": label, "day": first}
        if self.pk:
            errors |= self._kept()
        if errors:
            raise ValidationError(errors)

    def _kept(self) -> dict[str, Any]:
        """Errors for changed fixed fields: a period keeps its month; in an archived plan, every field."""
        stored = ReportingPeriod.objects.select_related("plan").get(pk=self.pk)
        kept = ["plan_id", "number", "period_start", "period_end"]
        if stored.plan.state == stored.plan.State.ARCHIVED:
            kept = [field.attname for field in self._meta.concrete_fields]
        moved = (name for name in kept if getattr(stored, name) != getattr(self, name))
        return {name.removesuffix("_id"): _("Made with the plan; it stays.") for name in moved}

    @classmethod
    def of_month(cls, plan: Plan, number: int, first: date, workdays: Workdays) -> ReportingPeriod:
        """A period with default deadlines: words by the 5th, figures the 20th, review 3 workdays later."""
        last = month_end(first.year, first.month)
        following = last + timedelta(1)
        words = workdays.on_or_after(following.replace(day=5))
        # National statistics have no January figure of their own: it comes with February's.
        figures = None if first.month == 1 else workdays.on_or_after(following.replace(day=20))
        review = workdays.after(figures or words, REVIEW_DAYS)
        return cls(
            plan=plan,
            number=number,
            period_start=first,
            period_end=last,
            opens_on=last,
            words_due_on=words,
            figures_due_on=figures,
            review_due_on=review,
            freeze_on=review,
        )

    def due_on(self, part: str) -> date:
        """The last day to file this part; a month without a figure of its own has the words' deadline."""
        figures = self.figures_due_on if part == Part.STATISTIC else None
        return figures or self.words_due_on

    def rescheduled(self, workdays: Workdays) -> Rescheduled | None:
        """The deadlines that the holiday table moves; None if it moves none.

        A default deadline follows the table; any other moves only off a day that is not worked.
        """
        made = [
            ReportingPeriod.of_month(self.plan, self.number, self.period_start, by)
            for by in (Workdays(), workdays)
        ]
        moves: dict[str, tuple[date, date]] = {}
        before = self.opens_on
        for name in self.STEPS[1:]:
            old = getattr(self, name)
            if old is None:
                continue
            by_weekends, by_table = (getattr(period, name) for period in made)
            new = by_table if old == by_weekends else workdays.on_or_after(old)
            before = max(new, before)
            if before != old:
                moves[name] = (old, before)
        return Rescheduled(self, moves) if moves else None

    # --- reopening ----------------------------------------------------------------------------

    def reopen(
        self, *, by: Any, until: date, reason: str, replaces: date | None = None, at: datetime | None = None
    ) -> None:
        """Reopen a frozen period up to and including `until`.

        `replaces` is the last day of the reopening that the user saw; another one is not replaced.
        Raises PermissionDenied or ValidationError.
        """
        with recording(Act.REOPEN, self, by=by):
            self.plan.lock()
            self.refresh_from_db()
            if not type(self.plan).objects.runnable_by(by).filter(pk=self.plan_id).exists():
                raise PermissionDenied(_("Only coordinators of its jurisdiction run a plan."))
            self.moment = at
            self._may_be_reopened(until, reason, replaces)
            self.reopened_until, self.reopened_why = until, reason.strip()
            self.reopened_by = getattr(by, "member", None)
            self.save(at=at)

    @property
    def standing_reopening(self) -> date | None:
        """The last day of a reopening that has not ended."""
        until = self.reopened_until
        return until if until and until >= self.today else None

    def _may_be_reopened(self, until: date, reason: str, replaces: date | None) -> None:
        errors: dict[str, Any] = {}
        if not self.plan.takes(corrections=False):
            raise ValidationError(_("Progress is reported only in a plan in force."))
        if not (self.plan.locks_periods and self.today > self.freeze_on):
            raise ValidationError(_("This period is not frozen."))
        if self.standing_reopening != replaces:
            words = {"who": self.reopened_by or "—", "why": self.reopened_why, "day": self.reopened_until}
            message = _("%(who)s reopened it until %(day)s meanwhile (%(why)s); please look again.")
            raise ValidationError(message % words)
        if until < self.today:
            errors["until"] = _("This day has passed already.")
        if not reason.strip():
            errors["reason"] = _("Please give the reason.")
        if errors:
            raise ValidationError(errors)

    def is_frozen(self, today: date) -> bool:
        if not self.plan.locks_periods or today <= self.freeze_on:
            return False
        return not (self.reopened_until and today <= self.reopened_until)
