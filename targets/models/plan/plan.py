"""The annual plan: its days and settings, and its transitions from drafting to archived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.audit.recording import recording
from targets.models.base import ValidatedModel, check_year, locking, plain_code, validate_code
from targets.models.enums import Act
from targets.models.people.place import Place
from targets.models.people.rights import may_coordinate, ways_to_see
from targets.models.people.units import OrgUnit
from targets.models.plan import deadlines
from targets.models.plan.next_year import carry_over, named_for
from targets.models.plan.period import ReportingPeriod, Rescheduled, WorkdayException
from targets.models.plan.rule import LightRule

if TYPE_CHECKING:
    from targets.models.target.target import Target

FILING_DAYS = 31  # the last period of a plan is filed in the month after it ends


def _a_year_later(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Any) -> PlanQuerySet:
        """Plans open to the user, and those with a target the user sees."""
        place = Place.of(user)
        opened = place.plans(place.opens)
        others = place.plans(lambda plan: plan.pk not in opened)
        if not others:
            return self.filter(pk__in=opened)
        target: Any = self.model._meta.get_field("targets").related_model
        theirs = target.objects.filter(plan__in=others).order_by().values("plan")
        ways = (models.Q(pk__in=theirs.filter(way)) for way in ways_to_see(place))
        return self.filter(reduce(or_, ways, models.Q(pk__in=opened)))

    def knowing_lists(self) -> PlanQuerySet:
        """Plans that know whether they have lists, so that a page of one without looks for none."""
        lists: Any = self.model._meta.get_field("lists").related_model
        return self.annotate(has_lists=models.Exists(lists.objects.filter(plan=models.OuterRef("pk"))))

    def shown_to(self, user: Any) -> PlanQuerySet:
        """The plans visible to the user with what every page says of them, and their periods."""
        read = self.visible_to(user).knowing_lists()
        read = read.select_related("light_rule", "jurisdiction", "office")
        return read.prefetch_related("periods")

    def runnable_by(self, user: Any) -> models.QuerySet:
        """Plans that the user issues, closes and continues, as a coordinator of their jurisdiction."""
        return self.filter(may_coordinate(user, plan=""))


def usual_plan(plans: Iterable[Plan], today: date, user: Any = None) -> Plan | None:
    """The default of these plans: one in force with an open period, else the one that ends last.

    If the user's unit or a unit above it has plans, only those plans are considered.
    """
    units = Place.of(user).units if user else ()
    found = sorted(plans, key=lambda plan: (-plan.ends_on.toordinal(), plan.pk))
    own = [plan for plan in found if units and plan.jurisdiction_id in units[0].above]
    found = own or found
    return next((plan for plan in found if plan.is_filed_on(today)), next(iter(found), None))


class Plan(ValidatedModel):
    """A year of targets of one jurisdiction.

    Drafting: rows are edited freely, nothing is owed or lit. In force: reports are filed, and only
    revisions change a promise. Closed: coordinators still file the closing report and correct
    entries, and a mistaken change can be annulled; nothing else changes. Archived: nothing changes.
    Closing and archiving are no result: no table of any day asks whether a plan is closed.
    """

    State = enums.PlanState
    ReviewMode = enums.ReviewMode

    NEXT: ClassVar = {
        State.DRAFTING: State.IN_FORCE, State.IN_FORCE: State.CLOSED, State.CLOSED: State.ARCHIVED,
    }  # fmt: skip
    CONTINUED: ClassVar = (
        "jurisdiction", "light_rule", "review_mode", "office", "is_open", "locks_periods",
        "counts_stretch", "is_invented",
    )  # fmt: skip

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[validate_code])
    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    jurisdiction = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="plans", verbose_name=_("jurisdiction")
    )
    starts_on = models.DateField(_("starts on"), blank=True)
    ends_on = models.DateField(_("ends on"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFTING)
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    light_rule = models.ForeignKey(
        LightRule, models.PROTECT, related_name="plans", blank=True, verbose_name=_("light rule")
    )
    review_mode = models.CharField(
        _("review mode"), max_length=10, choices=ReviewMode, default=ReviewMode.OFFICE
    )
    office = models.ForeignKey(
        OrgUnit,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("coordinating office"),
        help_text=_("its reviewers decide for the office; empty for all of the jurisdiction"),
    )
    is_open = models.BooleanField(_("open within its jurisdiction"), default=True)
    locks_periods = models.BooleanField(_("locks periods after the freeze"), default=False)
    counts_stretch = models.BooleanField(_("counts stretch targets"), default=False)
    is_invented = models.BooleanField(_("demonstration data"), default=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False,
        verbose_name=_("closed by"),
    )  # fmt: skip
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    comes_into_force = False  # whether this save issues the plan
    is_reopened = False
    has_lists = True  # unless `knowing_lists` found none

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual plan")
        verbose_name_plural = _("annual plans")
        ordering = ("-ends_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="plan_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def clean_fields(self, exclude=None) -> None:
        self.code = plain_code(self.code)
        super().clean_fields(exclude=exclude)

    def clean(self) -> None:
        check_year("year", self.year or 0)
        self.starts_on = self.starts_on or date(self.year, 1, 1)
        self.ends_on = self.ends_on or date(self.year, 12, 31)
        if self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The end lies before the start.")})
        if self.issued_on and self.issued_on > self.today:
            raise ValidationError({"issued_on": _("This day has not come yet.")})
        if self.light_rule_id is None:
            self.light_rule = LightRule.default()
        if self.pk:
            self._keep_what_was_issued()

    def _keep_what_was_issued(self) -> None:
        stored = Plan.objects.get(pk=self.pk)
        if stored.state == self.State.DRAFTING == self.state:
            return
        may_become = {stored.state, self.NEXT.get(self.State(stored.state))}
        if self.is_reopened:
            may_become.add(self.State.IN_FORCE)
        if self.state not in may_become:
            words = {"state": stored.get_state_display(), "next": self.get_state_display()}
            raise ValidationError({"state": _("A plan that is %(state)s does not become %(next)s.") % words})
        if stored.state == self.State.DRAFTING:
            deadlines.refuse_beyond(self)
            self._refuse_units_switched_off()
            self.comes_into_force = True
            return
        if self.state == self.State.CLOSED != stored.state:
            waiting = self.targets.filter(entries__state=enums.EntryState.SUBMITTED).count()
            if waiting:
                message = _("%(count)s reports wait for review; they have to be decided first.")
                raise ValidationError(message, "waiting", {"count": waiting})
        kept = ["code", "year", "starts_on", "ends_on", "issued_on", "light_rule_id", "counts_stretch"]
        if stored.state == self.State.ARCHIVED:
            kept = [field.attname for field in self._meta.concrete_fields]
        for name in kept:
            if getattr(stored, name) != getattr(self, name):
                field = name.removesuffix("_id")
                raise ValidationError({field: _("Fixed when the plan came into force.")})

    def _refuse_units_switched_off(self) -> None:
        rows = self.targets.filter(lead_unit__active=False).select_related("lead_unit").order_by("number")
        if rows:
            named = "；".join(f"{row.number} {row.title}（{row.lead_unit}）" for row in rows[:5])
            raise ValidationError(_("Led by units that are switched off: %(rows)s.") % {"rows": named})

    def is_filed_on(self, today: date) -> bool:
        """Whether reports of the plan are filed these days."""
        return (
            self.state == self.State.IN_FORCE
            and self.ends_on >= today - timedelta(FILING_DAYS)
            and any(period.opens_on <= today for period in self.periods.all())
        )

    # --- its course ---------------------------------------------------------------------------

    def takes(self, *, corrections: bool) -> bool:
        """Whether the plan takes new reports or, with `corrections`, corrections of earlier reports."""
        return self.state == self.State.IN_FORCE or (corrections and self.state == self.State.CLOSED)

    def lock(self) -> None:
        """Lock the plan and its targets: nothing is filed or promised while the state changes."""
        if self.pk:
            locking(Plan.objects.only("pk")).get(pk=self.pk)
            list(self.targets.locked().values_list("pk"))

    def issue(
        self,
        *,
        by: Any = None,
        document_no: str = "",
        issued_on: date | None = None,
        renumbers: bool = False,
        at: datetime | None = None,
    ) -> None:
        """印发: put the plan in force; open and judge each target, which only revisions change from now on.

        `renumbers` closes the gaps that deleted rows left in 序号. Raises PermissionDenied or
        ValidationError.
        """
        with recording(Act.ISSUE, self, by=by):
            self._take(by)
            self.document_no = document_no or self.document_no
            self.moment = at or self.moment
            self.issued_on = issued_on or self.issued_on
            if self.state == self.State.DRAFTING:
                self.issued_on = self.issued_on or self.today
            if by is not None and not self.document_no:
                raise ValidationError({"document_no": _("Please give the number of the document.")})
            if renumbers and self.state == self.State.DRAFTING:
                self._renumber(at)
            self.state = self.State.IN_FORCE
            self.save(at=at, locked=True)

    def is_numbered_through(self) -> bool:
        numbers = list(self.targets.order_by("number").values_list("number", flat=True))
        return numbers == list(range(1, len(numbers) + 1))

    def _renumber(self, at: datetime | None) -> None:
        """Number the targets 1 to n in their order; a code made from the number changes with it."""
        moves = [(row, number) for number, row in enumerate(self.targets.order_by("number", "pk"), start=1)]
        rising = [move for move in moves if move[0].number < move[1]]
        falling = [move for move in moves if move[0].number > move[1]]
        # In this order no row takes a number that another row still has.
        for row, number in (*reversed(rising), *falling):
            made, new = (f"{self.code}-{each:02d}" for each in (row.number, number))
            if row.code == made and not type(row).objects.filter(code=new).exists():
                row.code = new
            row.number = number
            row.save(at=at)

    def close(self, *, by: Any = None, at: datetime | None = None) -> None:
        """办结: close the plan; a missing report stays missing until a coordinator files it."""
        self._move_on(Act.CLOSE, self.State.CLOSED, by, at)

    def undo_close(self, *, by: Any, at: datetime | None = None) -> None:
        """Undo 办结, on the same day and by the user who closed the plan."""
        moment = at or timezone.now()
        with recording(Act.UNDO_CLOSE, self, by=by):
            self._take(by)
            if not self.may_be_reopened_by(by, moment):
                raise ValidationError(_("Closing is taken back on the same day, by who closed the plan."))
            self.state, self.is_reopened = self.State.IN_FORCE, True
            self.closed_by = self.closed_at = None
            self.save(at=moment, locked=True)
            self.is_reopened = False

    def may_be_reopened_by(self, user: Any, moment: datetime | None = None) -> bool:
        if self.state != self.State.CLOSED or self.closed_at is None:
            return False
        days = {timezone.localdate(at) for at in (self.closed_at, moment or timezone.now())}
        return self.closed_by_id == user.pk and len(days) == 1

    def archive(self, *, by: Any = None, at: datetime | None = None) -> None:
        """归档: from here on nothing changes."""
        self._move_on(Act.ARCHIVE, self.State.ARCHIVED, by, at)

    def _move_on(self, act: Act, state: str, by: Any, at: datetime | None) -> None:
        with recording(act, self, by=by):
            self._take(by)
            self.state = state
            if state == self.State.CLOSED:
                self.closed_by, self.closed_at = by, at or timezone.now()
            self.save(at=at, locked=True)

    def _take(self, by: Any) -> None:
        """Lock and reload the plan, and check the user's right; `by` is None for acts of the system."""
        self.lock()
        self.refresh_from_db()
        self.refuse_to_be_run(by)

    def refuse_to_be_run(self, by: Any) -> None:
        """Raise PermissionDenied if the plan is not run by this user; None is the system."""
        if by is not None and not Plan.objects.runnable_by(by).filter(pk=self.pk).exists():
            raise PermissionDenied(_("Only coordinators of its jurisdiction run a plan."))

    def next_year(
        self,
        *,
        targets: Iterable[Target],
        by: Any = None,
        code: str = "",
        title: str = "",
        keeps_values: bool = False,
        at: datetime | None = None,
    ) -> Plan:
        """Create the next year's plan, in drafting, with these targets carried over."""
        with recording(Act.NEXT_YEAR, by=by):
            self._take(by)
            if self.state == self.State.DRAFTING:
                raise ValidationError(_("A plan is continued once it was issued."))
            following = Plan(
                code=code or named_for(self.code, self.year),
                title=title or named_for(self.title, self.year),
                year=self.year + 1,
                starts_on=self.ends_on + timedelta(1),
                ends_on=_a_year_later(self.ends_on),
                **{name: getattr(self, name) for name in self.CONTINUED},
            )
            following.save(at=at)
            chosen = self.targets.filter(pk__in=[target.pk for target in targets])
            carry_over(chosen.order_by("number", "pk"), following, keeps_values=keeps_values, at=at)
        return following

    def rescheduled(self, today: date) -> list[Rescheduled]:
        """Periods not yet due whose deadlines the holiday table moves, to no day before `today`."""
        workdays = WorkdayException.objects.workdays()
        ahead = (period for period in self.periods.all() if period.words_due_on >= today)
        found = [period.rescheduled(workdays) for period in ahead]
        return [each for each in found if each and min(new for _old, new in each.moves.values()) >= today]

    def changed(self) -> None:
        if self.comes_into_force:
            self.open_targets()
            self.comes_into_force = False

    def open_targets(self) -> None:
        """Open each target without a revision, whichever path issued the plan; later ones need a request."""
        for target in self.targets.locked().filter(revisions=None):
            target.moment = self.moment
            # A promise holds from the plan's first day on, or from an earlier day of issue.
            target.open(min(self.starts_on, self.today))

    def created(self) -> None:
        """Create one reporting period for each month of the plan."""
        first = self.starts_on.replace(day=1)
        number = self.starts_on.month
        workdays = WorkdayException.objects.workdays()
        periods = []
        while first <= self.ends_on:
            periods.append(ReportingPeriod.of_month(self, number, first, workdays))
            first = (first + timedelta(31)).replace(day=1)
            number += 1
        ReportingPeriod.write_rows(periods)
