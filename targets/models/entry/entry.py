"""The progress entry of one period, and its transitions from a draft to an approved fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.models import enums
from targets.models.audit.recording import recording
from targets.models.entry import steps
from targets.models.entry.completion import MilestoneCompletion
from targets.models.entry.evidence import Evidence
from targets.models.entry.file import KeptFile
from targets.models.entry.queries import ProgressEntryQuerySet
from targets.models.entry.writers import EntryWriters
from targets.models.enums import Act
from targets.models.people import rights
from targets.models.people.place import Place
from targets.models.people.units import Member
from targets.models.plan.next_year import hand_on
from targets.models.plan.plan import Plan
from targets.models.target.fact import Fact
from targets.models.target.target import Target
from targets.rules.facts import Report

WRITERS = {
    "report": _("Only the lead unit and coordinators report on this target."),
    "statistic": _("Only statisticians and coordinators enter the official statistic."),
}


class ProgressEntry(EntryWriters):
    """One unit's answer for one target, period and part; the newest approved version counts."""

    State = enums.EntryState

    EDITABLE = (State.DRAFT, State.RETURNED)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    is_belated = models.BooleanField(_("filed after its deadline"), default=False, editable=False)
    passed_at = models.DateTimeField(_("passed at"), null=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    review_comment = models.CharField(_("review comment"), max_length=500, blank=True, editable=False)
    revision_no = models.PositiveSmallIntegerField(_("version of the period"), default=1, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    effective_on = models.DateField(_("effective on"), null=True, editable=False)
    source_file = models.ForeignKey(
        KeptFile, models.PROTECT, related_name="entries", null=True, editable=False,
        verbose_name=_("entered from the file"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgressEntryQuerySet.as_manager()

    READ_AHEAD = ("known_versions", "known_units")
    known_versions: Sequence[Any] | None = None  # entries or facts

    class Meta:
        verbose_name = _("progress entry")
        verbose_name_plural = _("progress entries")
        ordering = ("target", "-period__period_end", "part", "-revision_no")
        constraints = [
            models.UniqueConstraint(
                fields=("target", "period", "part", "revision_no"),
                name="entry_version_once",
                violation_error_message=_("An entry for this target and period exists already."),
            ),
            # SQLite cannot read a larger number back: every list with such a row would fail.
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gt=-(10**11), value__lt=10**11),
                name="entry_value_range",
            ),
            models.CheckConstraint(
                condition=models.Q(forecast__isnull=True)
                | models.Q(forecast__gt=-(10**11), forecast__lt=10**11),
                name="entry_forecast_range",
            ),
        ]
        indexes = [models.Index(fields=("target", "state", "part", "id"), name="entry_target_state")]

    def __str__(self) -> str:
        return f"{self.target} · {self.period}"

    # --- writing ------------------------------------------------------------------------------

    def lock(self) -> None:
        if self.target_id:
            Target.objects.lock(self.target_id)

    def clean(self) -> None:
        if not self.target_id or not self.period_id:
            return
        self._clean_edit()
        self._clean_occasion()
        self.clean_figure()

    def validate_constraints(self, exclude: Any = None) -> None:
        # approve() has just read the entry under its lock: its period and figure are those stored.
        if self._state.adding or self.state != self.State.APPROVED:
            super().validate_constraints(exclude)

    @classmethod
    def read_ahead(cls, rows: Sequence[ProgressEntry]) -> None:
        known: dict[tuple[int, int, str], list[ProgressEntry]] = defaultdict(list)
        stored = cls.objects.filter(target__in={row.target_id for row in rows})
        for entry in stored.only("target", "period", "part", "state", "revision_no"):
            known[entry.target_id, entry.period_id, entry.part].append(entry)
        units = Member.objects.filter(user__in={row.entered_by_id for row in rows}).units_by_user()
        for row in rows:
            row.known_units = units
            row.known_versions = list(known[row.target_id, row.period_id, row.part])
            known[row.target_id, row.period_id, row.part].append(row)

    def versions(self) -> Sequence[Any]:
        """Stored entries of this target, period and part, and this entry's own row wherever it is filed."""
        if self.known_versions is not None:
            return self.known_versions
        here = models.Q(target=self.target_id, period=self.period_id, part=self.part)
        return list(ProgressEntry.objects.filter(here | models.Q(pk=self.pk)).order_by("pk"))

    def _clean_edit(self) -> None:
        """Only drafts and returned entries are edited; a period has one unapproved version."""
        stored = self.versions()
        mine = next((entry for entry in stored if entry.pk == self.pk), None) if self.pk else None
        others = [entry for entry in stored if entry is not mine]
        self.taken_over_from = mine.writers - self.writers if mine else frozenset()
        if mine and mine.version != self.version:
            raise ValidationError(_("It changed since it was read; please read it again."), code="stale")
        if mine and mine.state == self.State.APPROVED:
            raise ValidationError(_("An approved entry is not edited; correct it instead."), code="approved")
        if mine and mine.state == self.state == self.State.SUBMITTED:
            raise ValidationError(_("A submitted entry is not edited until it is returned."))
        if self.state == self.State.APPROVED and self.effective_on is None:
            raise ValidationError(_("Only a submitted entry is reviewed."))
        waiting = [entry for entry in others if entry.state != self.State.APPROVED]
        if waiting and mine is None:
            raise ValidationError(
                _("This period's entry exists already (%(state)s)."),
                code="exists",
                params={"state": waiting[0].get_state_display()},
            )
        approved = [entry.revision_no for entry in others if entry.state == self.State.APPROVED]
        if self.revision_no != max(approved, default=0) + 1:
            raise ValidationError(_("This period is approved already; correct it instead."), code="approved")
        if self.revision_no > 1 and not self.reason:
            raise ValidationError({"reason": _("A correction needs a reason.")})

    def _clean_occasion(self) -> None:
        errors: dict[str, Any] = {}
        is_correction = self.revision_no > 1
        is_closed = self.target.plan.state == Plan.State.CLOSED
        # The freeze stops new reports only: reviews, corrections and reports of a closed plan go on.
        is_being_filed = self.state in (self.State.DRAFT, self.State.SUBMITTED)
        is_held_back = is_being_filed and not is_correction and not is_closed
        if self.period.plan_id != self.target.plan_id:
            errors["period"] = _("This period belongs to another plan.")
        elif self.period.opens_on > self.today:
            errors["period"] = _("Reporting for this period opens on %(day)s.") % {
                "day": self.period.opens_on
            }
        elif is_held_back and self.period.is_frozen(self.today):
            errors["period"] = _("This period is frozen; a coordinator can reopen it.")
        if is_closed:
            errors |= self._faults_after_closing()
        elif not self.target.plan.takes(corrections=is_correction):
            errors["target"] = _("Progress is reported only in a plan in force.")
        if self.target.state in Target.SILENT and "target" not in errors:
            errors["target"] = _("This target is %(state)s; nothing is reported.") % {
                "state": self.target.get_state_display()
            }
        if self.part == self.Part.STATISTIC and not self.carries_figure():
            errors["part"] = _("This target's figure is reported by its unit.")
        if errors:
            raise ValidationError(errors)

    def _faults_after_closing(self) -> dict[str, Any]:
        """A closed plan takes corrections and the closing report, from coordinators who give a reason."""
        closing = self.target.closing_period
        if self.revision_no == 1 and self.period_id != closing.pk:
            words = {"month": explain.month_of(closing.period_end, self.target.plan.ends_on)}
            return {
                "target": _("The plan is closed: it takes the report of %(month)s, and corrections.") % words
            }
        is_handed_in = self.state == self.State.SUBMITTED
        if not (is_handed_in or self._state.adding):
            return {}  # a draft is checked when it is submitted; a review does not check again
        writer = self.submitted_by if is_handed_in else self.entered_by
        this = Target.objects.filter(pk=self.target_id)
        if writer is None or not this.definable_by(writer).exists():
            return {"target": _("The plan is closed: only coordinators still file and correct.")}
        return {} if self.reason else {"reason": _("Please say why it is filed after the plan was closed.")}

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if type(self).objects.approved().filter(pk=self.pk).exists():
            raise ValidationError(_("An approved entry cannot be deleted; void it instead."))
        with recording():
            files = KeptFile.objects.resting_on([self.pk])
            deleted = super().delete(*args, **kwargs)
            for file in files:
                file.let_go()
        return deleted

    # --- transitions --------------------------------------------------------------------------

    def submit(self, *, by: Any, at: datetime | None = None) -> None:
        """Submit for review. Raises PermissionDenied, or ValidationError for missing content."""
        with recording(Act.SUBMIT, self, by=by):
            self._locked()
            self._may_be_written(by)
            steps.submit(self, by, at or timezone.now(), self.last_figure, self.completions.exists)
            self.save(at=at, locked=True)

    def withdraw(self, *, by: Any, at: datetime | None = None) -> None:
        """撤回: make an entry that nobody has reviewed a draft again, until the period freezes.

        Clears the time of submission, so that a late new submission counts as late. Raises
        PermissionDenied or ValidationError.
        """
        with recording(Act.WITHDRAW, self, by=by):
            self._locked()
            self.moment = at
            if not self.was_handed_in_by(by):
                raise PermissionDenied(_("Only the unit that handed it in takes it back."))
            if self.state != self.State.SUBMITTED:
                raise ValidationError(_("Only what waits for review is taken back."))
            if self.passed_at is not None:
                raise ValidationError(_("The unit has passed it; now the office decides."))
            if self.period.is_frozen(self.today):
                raise ValidationError(_("The period is frozen; ask the office to return it."))
            steps.withdraw(self)
            self.save(at=at, locked=True)

    def send_back(self, *, by: Any, comment: str, at: datetime | None = None) -> None:
        """Return the entry to its author for changes. Raises PermissionDenied or ValidationError."""
        with recording(Act.RETURN, self, by=by):
            self._locked()
            self._may_be_reviewed(by)
            steps.send_back(self, by, at or timezone.now(), comment)
            self.save(at=at, locked=True)

    def approve(self, *, by: Any, at: datetime | None = None) -> bool:
        """Approve and judge. Returns False, and changes nothing, if the entry is approved already.

        In a two-step review the unit's reviewer only passes the entry: it stays submitted. Raises
        PermissionDenied or ValidationError.
        """
        with recording(by=by) as act:
            self._locked()
            if self.state == self.State.APPROVED:
                return False
            self._may_be_reviewed(by)
            if self._is_passed_on(by):
                act.name(Act.PASS, self)
                self._pass(by, at)
                act.note(self, self.changes_since_read())
                return True
            act.name(Act.APPROVE, self)
            facts = self.target.entries.facts(beside=self.pk)
            own = facts.pop([fact.pk for fact in facts].index(self.pk))
            last_figure = partial(self.target.last_figure, self.period_end, known=facts)
            self.complete(last_figure, lambda: bool(own.done))
            alike = [fact for fact in facts if (fact.period_id, fact.part) == (self.period_id, self.part)]
            replaced = max(alike, key=lambda fact: fact.revision_no, default=None)
            self.known_versions = [*alike, copy(self)]
            before = replaced.days if replaced else ()
            since = steps.approve(self, by, at or timezone.now(), replaced, own.days, before)
            try:
                self.save(at=at, locked=True)
            finally:
                self.known_versions = None
            facts.append(self.as_fact(own.done))
            cause, at = self.cause(replaced), self.reviewed_at
            self.target.rejudge(since=since, cause=cause, at=at, locked=True, known=facts)
            hand_on(self, at=at)
        return True

    def cause(self, replaced: ProgressEntry | Fact | None) -> str:
        return "void" if self.is_void else "correct" if replaced else "approve"

    def _locked(self) -> None:
        """Lock the target's row and read it, then reload this entry."""
        target = Target.objects.locked().select_related("plan__light_rule").get(entries=self.pk)
        self.refresh_from_db(from_queryset=ProgressEntry.objects.select_related("period"))
        self.target = target

    def _may_be_written(self, by: Any) -> None:
        if not Target.objects.editable_by(by, self.part).filter(pk=self.target_id).exists():
            raise PermissionDenied(WRITERS[self.part])

    def _may_be_reviewed(self, by: Any) -> None:
        place = Place.of(by)
        is_decided = self.target.plan_id in place.plans(place.decides)  # the whole plan: no condition
        if not is_decided and not Target.objects.reviewable_by(place).filter(pk=self.target_id).exists():
            raise PermissionDenied(_("Only reviewers and coordinators review entries."))
        earlier = self.earlier_writers.through.objects.filter(progressentry=self.pk, user=by.pk)
        self.refuse_own(by, wrote=earlier.exists())
        if self.state != self.State.SUBMITTED:
            raise ValidationError(_("Only a submitted entry is reviewed."))

    def _is_passed_on(self, by: Any) -> bool:
        """Whether `by` only passes the entry: in two steps the unit's reviewer, if any, comes first."""
        if self.target.plan.review_mode != Plan.ReviewMode.BOTH:
            return False
        targets = Target.objects.filter(pk=self.target_id)
        if self.passed_at is None and targets.filter(rights.may_pass(by)).exists():
            return True
        if not targets.filter(rights.may_decide(by)).exists():
            raise PermissionDenied(_("The unit has passed it; now the office decides."))
        if not ProgressEntry.objects.filter(pk=self.pk).ready_for_the_office(Place.of(by)).exists():
            raise ValidationError(_("The unit's reviewer passes it first."))
        return False

    def _pass(self, by: Any, at: datetime | None) -> None:
        """Passing changes no submitted content, so nothing is validated again."""
        self.passed_by, self.passed_at = by, at or timezone.now()
        self.version += 1
        passed = {"passed_by": by, "passed_at": self.passed_at, "version": self.version}
        ProgressEntry.objects.filter(pk=self.pk).update(**passed)

    def correct(self, *, by: Any, reason: str, at: datetime | None = None, **changes: Any) -> ProgressEntry:
        """The next version of an approved entry, saved as a draft with all its content and evidence.

        `changes` maps columns to new values. Raises PermissionDenied or ValidationError.
        """
        with recording(Act.VOID if changes.get("is_void") else Act.CORRECT, self, by=by):
            self._locked()
            self._may_be_written(by)
            entry = steps.correct(self, by, reason, **changes)
            entry.save(at=at, locked=True)
            if not entry.is_void:
                for done in self.completions.all():
                    MilestoneCompletion(
                        entry=entry, milestone=done.milestone, completed_on=done.completed_on
                    ).save(at=at)
                Evidence.objects.put(entry, [each.file for each in self.evidence.all()])
        return entry

    def void(self, *, by: Any, reason: str, at: datetime | None = None) -> ProgressEntry:
        """The next version without a figure, reviewed like any other."""
        return self.correct(by=by, reason=reason, at=at, is_void=True)

    # --- reading ------------------------------------------------------------------------------

    def as_report(self, done: tuple[tuple[int, date], ...] | None = None) -> Report:
        """The approved entry as the rule reads it; `done` (node id, day) is read unless given."""
        if done is None:
            done = tuple((c.milestone_id, c.completed_on) for c in self.completions.all())
        return self.as_fact(done).as_report()

    def as_fact(self, done: tuple[tuple[int, date], ...]) -> Fact:
        return Fact(
            self.pk, self.target_id, self.period_id, self.part, self.state, self.revision_no, self.is_void,
            self.period_end, self.effective_on, self.value, self.preliminary, done,
        )  # fmt: skip
