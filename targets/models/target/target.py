"""The target: one row of the breakdown table (分解表), its promise, and how it is judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.base import FIXED, QuantityField, plain_code, validate_code
from targets.models.enums import Act, EntryState, Part
from targets.models.people import rights
from targets.models.people.units import Member
from targets.models.plan import deadlines
from targets.models.plan.plan import Plan
from targets.models.target import beside
from targets.models.target.fact import Fact, counting
from targets.models.target.promise import Promise
from targets.models.target.queries import TargetQuerySet, newest
from targets.models.target.source import Domain, Source
from targets.reporting import Answer
from targets.rules.facts import Facts, figures

if TYPE_CHECKING:
    from targets.models.entry.entry import ProgressEntry
    from targets.models.ledger.ledger import Assessment
    from targets.models.people.units import SupportingUnit
    from targets.models.plan.period import ReportingPeriod
    from targets.models.revision.revision import TargetRevision


class Target(Promise):
    """A stated goal with its owner, deadline, definition and the place where it was promised.

    The columns of the promise (`PROMISE`) are today's reading of the approved revisions.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="targets", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("no."), blank=True)
    code = models.CharField(_("code"), max_length=20, unique=True, blank=True, validators=[validate_code])
    title = models.CharField(_("target"), max_length=200)
    domain = models.ForeignKey(
        Domain, models.PROTECT, related_name="targets", null=True, blank=True, verbose_name=_("domain")
    )
    stated_as = models.CharField(_("stated as"), max_length=100, blank=True)
    stated_by = models.CharField(_("stated by"), max_length=100, blank=True)
    superior_value = QuantityField(_("superior's target"), null=True, blank=True)
    responsible_office = models.CharField(_("responsible office"), max_length=100, blank=True)
    reporter = models.ForeignKey(
        Member, models.PROTECT, related_name="reported_targets", null=True, blank=True,
        verbose_name=_("reporting officer"),
    )  # fmt: skip
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="targets", null=True, blank=True, verbose_name=_("source")
    )
    locator = models.CharField(_("place in the source"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True,
        verbose_name=_("parent target"),
    )  # fmt: skip
    continues = models.ForeignKey(
        "self", models.PROTECT, related_name="continued_by", null=True, blank=True,
        verbose_name=_("continues"),
    )  # fmt: skip
    matter = models.ForeignKey(
        "self", models.PROTECT, related_name="same_matter", null=True, blank=True,
        verbose_name=_("same matter as"),
        help_text=_("the target whose row it shares among the main economic indicators"),
    )  # fmt: skip
    note = models.TextField(_("note"), max_length=2000, blank=True)
    current = models.ForeignKey(
        "targets.Assessment", models.PROTECT, related_name="+", null=True, editable=False
    )
    # Of the entries that count, the report of the newest period, and the newest one with a value.
    newest_report = models.ForeignKey(
        "targets.ProgressEntry", models.PROTECT, related_name="+", null=True, editable=False
    )
    newest_figure = models.ForeignKey(
        "targets.ProgressEntry", models.PROTECT, related_name="+", null=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TargetQuerySet.as_manager()

    ISSUED = ("plan", "number", "code")
    NEWEST = ("current_id", "newest_report_id", "newest_figure_id")  # moved by acts, never by a form
    AT_ONCE = ("definition",)  # words that no light reads, filled without a request

    # Read beside the columns where a status or a whole line is shown; None if there is none.
    row: Assessment | None = None
    words: ProgressEntry | None = None
    figure: ProgressEntry | None = None
    earlier_words: ProgressEntry | None = None  # if the newest report has none
    status: int | None
    status_by_rule: int | None
    was_settled: bool | None
    answer: Answer
    list_number: str  # with `list_score`, where the rows of one list are shown
    list_score: Decimal | None
    changes: list[TargetRevision]  # none where the promise stands as it was opened
    supporters: list[SupportingUnit]

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("plan", "number", "pk")
        constraints = [
            models.UniqueConstraint(fields=("plan", "number"), name="target_number_in_plan"),
            models.CheckConstraint(
                condition=models.Q(target_value__isnull=True)
                | models.Q(target_value__gte=0)
                | models.Q(measure="growth"),
                name="target_value_fits_measure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def carried(self) -> bool:
        """沿用: whether the light's figure is older than the newest figure owed."""
        return self.answer.asked.carried

    # --- writing ------------------------------------------------------------------------------

    def lock(self) -> None:
        """Lock the row and reload what acts move: a page read earlier must not write older keys back."""
        if self.pk:
            stored = Target.objects.locked().values(*self.NEWEST).get(pk=self.pk)
            for name, key in stored.items():
                setattr(self, name, key)

    def clean_fields(self, exclude: Any = None) -> None:
        self.code = plain_code(self.code)
        self.set_decimals()
        self.set_direction(f"{self.title} {self.stated_as}")
        if self.plan_id:
            if self.number is None:
                last = self.plan.targets.aggregate(last=models.Max("number"))["last"]
                self.number = (last or 0) + 1
            self.code = self.code or f"{self.plan.code}-{self.number:02d}"
        if self.accountable_leader_id is not None:
            self.accountable_leader_words = ""
        super().clean_fields(exclude=exclude)

    def _count_from(self, day: date) -> None:
        """Let a target added to a plan in force start in the month of `day`, unless it states a start."""
        today = min(day, self.plan.ends_on)
        since = min(today, self.due_on or today).replace(day=1)
        if self.starts_on is None and since > self.plan.starts_on:
            self.starts_on = since
        if self.first_period is None and today.replace(day=1) > self.plan.starts_on:
            self.first_period = self.plan.periods.filter(period_end__gte=today).order_by("number").first()

    @classmethod
    def read_ahead(cls, rows: Sequence[Target]) -> None:
        unnumbered = [row for row in rows if row.number is None]
        stored = cls.objects.filter(plan__in={row.plan_id for row in unnumbered})
        last = dict(stored.order_by().values_list("plan").annotate(models.Max("number")))
        for row in unnumbered:
            row.number = last[row.plan_id] = last.get(row.plan_id, 0) + 1

    def clean(self) -> None:
        errors = self.faults_of_the_promise()
        if self.plan_id:
            errors = deadlines.faults_of(self, self.plan) | errors
            errors |= beside.faults(self)
        state = self.plan.state if self.plan_id else ""  # without a plan the field itself reports it
        if state == Plan.State.ARCHIVED:
            errors["plan"] = _("Nothing changes in an archived plan.")
        elif self._state.adding and state == Plan.State.CLOSED:
            errors["plan"] = _("A closed plan takes no new targets.")
        if errors:
            raise ValidationError(errors)
        if self.pk:
            self._keep_the_promise()

    def faults_of_the_promise(self) -> dict[str, Any]:
        errors = super().faults_of_the_promise()
        if self.first_period and self.first_period.plan_id != self.plan_id:
            errors["first_period"] = _("This period belongs to another plan.")
        if self.accountable_leader_id is not None and self.accountable_leader_words:
            errors["accountable_leader_words"] = _("Give the person or the words, not both.")
        return errors

    def _keep_the_promise(self) -> None:
        """In an issued plan only revisions change the promise, so the columns must agree with them."""
        promised = self.revisions.promise_today()
        changed = [name for name in self.PROMISE if promised and self.column(name) != promised[name]]
        if promised:  # plan, number and code are fixed when the plan is issued
            stored = Target.objects.get(pk=self.pk)
            changed += [name for name in self.ISSUED if self.column(name) != stored.column(name)]
        if changed:
            raise ValidationError(dict.fromkeys(changed, FIXED))

    def open_as_added(self, request: TargetRevision) -> None:
        """Open a target added to a plan in force; it holds from the day of approval on."""
        self.moment = request.approved_at
        self._count_from(self.today)
        self.save(at=self.moment, locked=True)
        request.effective_on = self.today
        request.changes = self.revisions.whole_promise(self)
        self._open(request)

    def open(self, day: date) -> None:
        """Write the opening revision with the whole promise, which holds from `day` on, and judge."""
        self._open(self.revisions.opening_of(self, day))

    def _open(self, opening: TargetRevision) -> None:
        self.refuse_curve({point.period_end: point.planned_value for point in self.trajectory.all()})
        with recording():
            opening.save(at=opening.approved_at, locked=True)
            self.trajectory.hold_with(opening)
            for milestone in self.milestones.all():
                milestone.promise(opening.effective_on)
            self.end_with_a_node(opening.effective_on, at=self.moment)
            self.rejudge(since=opening.effective_on, cause="create", at=self.moment)

    def end_with_a_node(self, day: date, *, at: datetime | None) -> None:
        """Add the final node, due with the target, from `day` on, if a deadline but no node is stated."""
        final = self.milestones.final_for(self)
        if final is not None:
            final.save(at=at)
            final.promise(day)

    @property
    def opened_on(self) -> date:
        opening = self.revisions.opening()
        assert opening is not None  # a draft has not been opened
        return opening.effective_on

    @property
    def was_added(self) -> bool:
        """Whether the target was added to a plan already in force."""
        return self.opened_on > self.plan.starts_on

    def define(self, *, by: Any, at: datetime | None = None, **fields: Any) -> None:
        """Write the promise before the target is opened; later only fill words that no light reads.

        Raises PermissionDenied, or ValidationError for a field that is fixed.
        """
        with recording(Act.DEFINE, self, by=by):
            target = Target.objects.locked().get(pk=self.pk)
            if not Target.objects.definable_by(by).filter(pk=self.pk).exists():
                raise PermissionDenied(_("Only coordinators define a target."))
            is_promised = target.revisions.opening() is not None
            fixed = [name for name in fields if is_promised and not target.may_fill(name)]
            if fixed:
                raise ValidationError(dict.fromkeys(fixed, FIXED))
            before = {name: target.column(name) for name in fields}
            for name, value in fields.items():
                setattr(target, name, value)
            target.clean_fields()
            if is_promised:
                day = target.revisions.fill_words(target, before, by=by, at=at)
                target.rejudge(since=day, cause="define", at=at)
            target.save(at=at)
        self.refresh_from_db()

    def ask(
        self,
        kind: str,
        *,
        by: Any,
        effective_on: date,
        changes: dict[str, Any] | None = None,
        curve: dict[date, Decimal] | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> TargetRevision:
        """Ask for a change of the promise: `changes` maps a field to its new value.

        `curve` maps period ends to planned values; `fields` are the request's own (document_no,
        reason, until, milestone, annuls). Raises PermissionDenied or ValidationError.
        """
        with recording(Act.ASK, by=by):
            if not Target.objects.askable_by(by).filter(pk=self.pk).exists():
                raise PermissionDenied(_("Only the lead unit and coordinators ask for a change."))
            return self.revisions.model.asked(
                self, kind, effective_on, changes or {}, by=by, at=at, curve=curve, **fields
            )

    def may_fill(self, name: str) -> bool:
        """Whether an opened target takes this field without a request: no table of the past changes."""
        return name in self.AT_ONCE and getattr(self, name) in (None, "")

    # --- judging ------------------------------------------------------------------------------

    def facts(self, known_at: date | datetime | None = None) -> Facts:
        """All approved facts as the rule reads them, known by a moment (now when empty)."""
        return self._facts(counting(self.entries.facts(known_at)), known_at)

    def _facts(self, filed: Iterable[Fact], known_at: date | datetime | None = None) -> Facts:
        return Facts(
            commitments=self.revisions.commitments(known_at),
            reports=tuple(fact.as_report() for fact in filed),
            rule=self.plan.light_rule.as_rule(),
            plan_starts_on=self.plan.starts_on,
            plan_ends_on=self.plan.ends_on,
        )

    def rejudge(
        self,
        *,
        since: date,
        cause: str,
        at: datetime | None = None,
        locked: bool = False,
        known: Iterable[Fact] | None = None,
    ) -> None:
        """Judge `since` and every later day on which a fact took effect; append what differs.

        A day without a row of its own gets one even if the verdict equals the earlier day's, because
        a later, backdated act needs it. A row is compared only with the row of its own day. `known`:
        the approved reports, if they were read under the lock.
        """
        with transaction.atomic():
            if not locked:
                Target.objects.lock(self.pk)
            filed = list(counting(self.entries.facts() if known is None else known))
            own, recorded_at = self.assessments.newest_by_day(since)
            rows = self.assessments.model.lacking(self, self._facts(filed), own, since=since, cause=cause)
            moved = {name: fact and fact.pk for name, fact in newest(filed).items()}
            if rows:
                self.assessments.append(rows, at or timezone.now(), recorded_at)
                # Days before `since` are untouched, so the newest row is among these.
                last = max([*own.values(), *rows], key=lambda row: (row.effective_on, row.pk))
                moved["current"] = last.pk
            if any(self.column(name) != key for name, key in moved.items()):
                self.put(moved)
                Target.objects.filter(pk=self.pk).update(**moved)

    # --- reading ------------------------------------------------------------------------------

    @property
    def closing_period(self) -> ReportingPeriod:
        """The period in which the target falls due; the plan's last if no period contains that day."""
        periods, due_on = self.plan.periods.order_by("number"), self.due_on or self.plan.ends_on
        containing = periods.filter(period_start__lte=due_on, period_end__gte=due_on).first()
        return containing or periods.latest("number")

    def may_be_reported_by(self, user: Any) -> bool:
        """Whether to offer the user a report; in a closed plan only a closing report that is missing."""
        if self.state in self.SILENT or not rights.writes(user, self):
            return False
        return self.plan.state != Plan.State.CLOSED or bool(self.parts_missing_at_closing())

    def parts_missing_at_closing(self) -> list[str]:
        parts = [Part.REPORT, *([Part.STATISTIC] if self.owes_figure(Part.STATISTIC) else [])]
        filed = set(self.entries.filter(period=self.closing_period).values_list("part", flat=True))
        return [part for part in parts if part not in filed]

    def read_as_promised(self, revisions: Iterable[TargetRevision]) -> None:
        """Set the promise's columns from these revisions, in order, for display only; never save them."""
        for revision in revisions:
            if revision.milestone_id is None:
                self.put(revision.new_values())

    def owes_figure(self, part: str, on: date | None = None) -> bool:
        """Whether this part of a report carries the target's figure, by the promise on `on`.

        Without `on`: by the promise of the day for which the target was read, mostly today.
        """
        if self.measure in self.WORDS_ONLY:
            return False
        figure_from = (self.row or self).figure_from
        if on is not None:
            said = self.assessments.filter(effective_on__lte=on).order_by("-effective_on", "-pk")
            figure_from = said.values_list("figure_from", flat=True).first() or figure_from
        return (part == Part.STATISTIC) == (figure_from == self.FigureFrom.STATISTICS)

    def has_figures(self) -> bool:
        """Whether any figure counts or waits for review."""
        waits = self.entries.filter(state=EntryState.SUBMITTED, value__isnull=False)
        return waits.exists() or any(entry.value is not None for entry in self.entries.counting())

    def last_figure(self, before: date | None = None, known: Iterable[Fact] | None = None) -> Decimal | None:
        """The newest approved value, of periods ending before `before` when given; `known` as above."""
        stated = figures(counting(self.entries.facts() if known is None else known), self.figure_from)
        return next((r.value for r in reversed(stated) if r.period_end < (before or date.max)), None)
