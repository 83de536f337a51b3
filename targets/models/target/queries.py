"""Queries of targets: those a user sees, and their status on a day as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Mod
from django.utils import timezone

from targets.models.enums import FigureFrom, Measure, Part, PlanState, RevisionKind, TargetState
from targets.models.people import rights
from targets.models.target.promise import Promise
from targets.reporting import part_reporting, reporting_on
from targets.rules.facts import ALWAYS
from targets.status import Status, status_on

if TYPE_CHECKING:
    from targets.models.entry.entry import ProgressEntry

# Frequency → step: a month is asked for if its number is a multiple of the step.
ASKS_EVERY = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def known_by(field: str, known_at: date | datetime | None) -> Q:
    """The condition "recorded by that moment"; a date means the end of that day, None means now."""
    if known_at is None:
        return Q()
    if isinstance(known_at, datetime):
        return Q(**{f"{field}__lte": known_at})
    midnight = timezone.make_aware(datetime.combine(known_at + timedelta(1), time.min))
    return Q(**{f"{field}__lt": midnight})


def newest(counting: Iterable[ProgressEntry]) -> dict[str, Any]:
    """Of the entries that count for one target: the newest report, and the newest with a value."""
    in_order = sorted(counting, key=lambda entry: (entry.period_end, entry.pk))
    reports = [entry for entry in in_order if entry.part == Part.REPORT]
    valued = [entry for entry in in_order if entry.value is not None]
    return {
        "newest_report": reports[-1] if reports else None,
        "newest_figure": valued[-1] if valued else None,
    }


class TargetQuerySet(models.QuerySet):
    def locked(self) -> TargetQuerySet:
        """Lock the rows for a change of facts; foreign keys to them stay free."""
        return self.order_by("pk").select_for_update(no_key=True, of=("self",))

    def lock(self, pk: int) -> None:
        """Lock one row, reading nothing but its key."""
        self.locked().only("pk").get(pk=pk)

    # --- whose --------------------------------------------------------------------------------

    def visible_to(self, user: Any) -> TargetQuerySet:
        return self.filter(rights.may_see(user))

    def editable_by(self, user: Any, part: str | None = None) -> TargetQuerySet:
        """Targets on which the user may log progress; of `part`, report or statistic, when given."""
        return self.filter(rights.may_log(user, part))

    def definable_by(self, user: Any) -> TargetQuerySet:
        """Targets whose promise the user writes before they are opened."""
        return self.filter(rights.may_coordinate(user))

    def signable_by(self, user: Any) -> TargetQuerySet:
        """Targets whose promise the user may decide on, if another asked for the change."""
        return self.filter(rights.may_sign(user))

    def askable_by(self, user: Any) -> TargetQuerySet:
        """Targets whose promise the user may ask to change, as the lead unit or a coordinator."""
        return self.editable_by(user, Part.REPORT)

    def writable_by(self, user: Any, part: str | None = None) -> TargetQuerySet:
        """Editable targets whose plan takes reports: in force from all, closed from coordinators alone."""
        closed = Q(plan__state=PlanState.CLOSED) & rights.may_coordinate(user)
        promised = Q(current__isnull=False)  # a target only requested owes nothing
        return self.editable_by(user, part).filter(promised & (Q(plan__state=PlanState.IN_FORCE) | closed))

    def reviewable_by(self, user: Any) -> TargetQuerySet:
        """Targets whose reports the user may review; own reports are refused one by one."""
        return self.filter(rights.may_review(user))

    # --- how it does --------------------------------------------------------------------------

    def with_status(self, on: date | None = None, known_at: date | datetime | None = None) -> TargetQuerySet:
        """Join one ledger row as `row` and add `status`, as of `on`, as known at `known_at`.

        Both default to now. `status` is null if nothing is judged yet.
        """
        today = timezone.localdate()
        on = on or today
        if known_at is None and on >= today:
            row = FilteredRelation("current")
        else:
            ledger = apps.get_model("targets", "Assessment").objects.filter(
                known_by("recorded_at", known_at), target=OuterRef("pk"), effective_on__lte=on
            )
            row = _first("assessments", ledger.order_by("-effective_on", "-pk"))
        return self.annotate(row=row).annotate(status=status_on(on))

    def with_carried(
        self,
        on: date | None = None,
        known_at: date | datetime | None = None,
        *,
        today: date | None = None,
    ) -> TargetQuerySet:
        """Add `carried` to `with_status`, and the owed periods; counts need no more."""
        today = today or timezone.localdate()
        on = on or today
        # The periods are joined: Django repeats the SQL of an annotation wherever it is used.
        return (
            self.annotate(
                closes_on=Coalesce("row__due_on", "plan__ends_on"),
                asks_from=Coalesce("row__first_period__period_end", Value(ALWAYS)),
                asks_every=_asks_every(),
                figure_by=F("row__figure_from"),
            )
            .annotate(
                owed=_first("plan__periods", _asked_periods(on)),
                figure_owed=_first(
                    "plan__periods", _figures_due_before(_day_known(known_at, today), _asked_periods(on))
                ),
            )
            .annotate(is_exempt=_is_exempt(on))
            .annotate(carried=_carried())
        )

    def with_reporting(
        self,
        on: date | None = None,
        known_at: date | datetime | None = None,
        *,
        viewer: Any = None,
        today: date | None = None,
    ) -> TargetQuerySet:
        """Add `reporting` and `carried` to `with_status`.

        `on` selects the period; `known_at` selects the entries and decides whether a day has passed.
        Unapproved versions are read only without `known_at`, and only for a viewer who may see them;
        for other viewers a report is approved or missing.
        """
        today = today or timezone.localdate()
        known_day = _day_known(known_at, today)
        reads_open = {part: Q(pk__isnull=known_at is not None) for part in Part}
        if viewer is not None:
            reads_open = {part: now & rights.may_follow(viewer, part) for part, now in reads_open.items()}
        counted = self if self._has("carried") else self.with_carried(on, known_at, today=today)
        return (
            counted.annotate(
                is_settled=_newest_known("settled", known_at),
                closing=_first("plan__periods", _closing_periods()),
            )
            .annotate(**{f"reads_{part}": truth(may) for part, may in reads_open.items()})
            .annotate(owes_statistic=truth(_owes_statistic()))
            .annotate(**_versions(Part.REPORT, known_at), **_versions(Part.STATISTIC, known_at))
            .annotate(outcome_missing=_outcome_missing(known_at, known_day))
            .annotate(
                report_part=part_reporting(Part.REPORT, known_day),
                statistic_part=part_reporting(Part.STATISTIC, known_day),
            )
            .annotate(reporting=reporting_on())
        )

    def _has(self, annotation: str) -> bool:
        return annotation in self.query.annotations

    # --- one page -----------------------------------------------------------------------------

    def for_counts(
        self, on: date, known_at: date | datetime | None = None, *, today: date | None = None
    ) -> TargetQuerySet:
        """The targets of a register, with no more columns than counts and most filters need.

        A target not yet promised on that day is left out; a draft is listed without a ledger row.
        """
        listed = self.with_status(on, known_at).filter(
            Q(row__isnull=False) | Q(plan__state=PlanState.DRAFTING)
        )
        return listed.with_carried(on, known_at, today=today).annotate(
            firmness_then=Coalesce("row__firmness", "firmness")
        )

    def for_register(
        self,
        on: date,
        known_at: date | datetime | None = None,
        *,
        viewer: Any = None,
        today: date | None = None,
    ) -> TargetQuerySet:
        """All that a line of the register shows, in one query, in 序号 order; adds to `for_counts`.

        Joins `words` (the newest report that counts) and `figure` (the entry of the newest value).
        """
        listed = self if self._has("carried") else self.for_counts(on, known_at, today=today)
        if not listed._has("reporting"):
            listed = listed.with_reporting(on, known_at, viewer=viewer, today=today)
        return (
            listed.annotate(
                status_by_rule=status_on(on, by_hand=False),
                words=_newest_entry(Q(part=Part.REPORT), on, known_at),
                figure=_newest_entry(Q(value__isnull=False), on, known_at),
            )
            # A draft has no ledger row: its lead unit is the target's own column.
            .select_related("row__lead_unit", "lead_unit", "words", "figure", "plan", "domain")
            .prefetch_related(_changes_of_the_promise(on, known_at))
            .order_by("plan", "number", "pk")
        )


def _day_known(known_at: date | datetime | None, today: date) -> date:
    return timezone.localdate(known_at) if isinstance(known_at, datetime) else known_at or today


def _changes_of_the_promise(on: date, known_at: date | datetime | None) -> Prefetch:
    """Prefetch the opening and the changes of the promise as `changes`, in the order of effect.

    Node revisions only with a document: each node of an issued plan has an opening revision as well.
    """
    revisions = apps.get_model("targets", "TargetRevision").objects
    in_force = revisions.in_order(known_at).filter(effective_on__lte=on)
    # By kind, not by a null `milestone`: SQLite would use that index, which is null for nearly all.
    shown = in_force.exclude(kind=RevisionKind.NODE, document_no="")
    return Prefetch("revisions", shown, to_attr="changes")


def _newest_entry(which: Q, on: date, known_at: date | datetime | None) -> FilteredRelation:
    """The entry of the newest period that counts on a day as known at a moment."""
    approved = (
        apps.get_model("targets", "ProgressEntry")
        .objects.approved()
        .filter(known_by("reviewed_at", known_at))
    )
    entries = approved.filter(
        ~Exists(newer_than_outer(approved)),
        which,
        target=OuterRef("pk"),
        is_void=False,
        effective_on__lte=on,
    )
    return _first("entries", entries.order_by("-period__period_end", "-pk"))


def newer_than_outer(versions: models.QuerySet) -> models.QuerySet:
    """The later versions of the outer entry's target, period and part."""
    return versions.filter(
        target=OuterRef("target"), period=OuterRef("period"), part=OuterRef("part"),
        revision_no__gt=OuterRef("revision_no"),
    )  # fmt: skip


def _asks_every() -> Case:
    """Undefined and watched targets owe words in months 6 and 12, whatever their frequency."""
    return Case(
        When(row__state__in=(TargetState.UNDEFINED, TargetState.WATCH), then=Value(6)),
        *(When(row__frequency=name, then=Value(step)) for name, step in ASKS_EVERY.items()),
        default=None,
        output_field=models.PositiveSmallIntegerField(null=True),
    )


def _asked_periods(on: date) -> models.QuerySet:
    """The periods opened by `on` that the outer target's frequency asks for, newest first."""
    closing_only = Q(period_start__lte=OuterRef("closes_on"), period_end__gte=OuterRef("closes_on"))
    return (
        apps.get_model("targets", "ReportingPeriod")
        .objects.filter(plan=OuterRef("plan"), opens_on__lte=on, period_end__gte=OuterRef("asks_from"))
        .annotate(step=ExpressionWrapper(OuterRef("asks_every"), output_field=models.IntegerField()))
        .annotate(rest=Mod(F("number"), F("step"), output_field=models.IntegerField()))
        .filter(Q(rest=0) | Q(step__isnull=True) & closing_only)
        # In the order of the months, and along the unique index, so the first match is found at once.
        .order_by("-number")
    )


def _figures_due_before(day: date, periods: models.QuerySet) -> models.QuerySet:
    """The periods whose figure was due before `day`; a unit's own figure is due with its words."""
    source = ExpressionWrapper(OuterRef("figure_by"), output_field=models.CharField())
    due = Q(source=FigureFrom.UNIT, words_due_on__lt=day) | Q(
        source=FigureFrom.STATISTICS, figures_due_on__lt=day
    )
    return periods.filter(figures_due_on__isnull=False).alias(source=source).filter(due)


def _closing_periods() -> models.QuerySet:
    return apps.get_model("targets", "ReportingPeriod").objects.filter(
        plan=OuterRef("plan"), period_start__lte=OuterRef("closes_on"), period_end__gte=OuterRef("closes_on")
    )


def _versions(part: str, known_at: date | datetime | None) -> dict[str, FilteredRelation]:
    """Joins of the owed period: its newest approved version, and its readable unapproved version."""
    versions = apps.get_model("targets", "ProgressEntry").objects.filter(
        target=OuterRef("pk"), period=OuterRef("owed"), part=part
    )
    approved = versions.approved().filter(known_by("reviewed_at", known_at)).order_by("-revision_no")
    readable = ExpressionWrapper(OuterRef(f"reads_{part}"), output_field=models.BooleanField())
    under_way = versions.open().alias(is_readable=readable).filter(is_readable=True).order_by("-pk")
    return {f"{part}_filed": _first("entries", approved), f"{part}_open": _first("entries", under_way)}


def _owes_statistic() -> Q:
    owes = Q(row__state__in=(TargetState.ACTIVE, TargetState.CLOSED), owed__figures_due_on__isnull=False)
    return owes & Q(row__figure_from=FigureFrom.STATISTICS) & ~Q(measure__in=Promise.WORDS_ONLY)


def _is_exempt(on: date) -> Case:
    """Whether the target owes no report; a report owed when the plan was closed stays owed."""
    settled_before = Q(row__settled=True, row__period_end__lt=F("owed__period_end"))
    return truth(
        Q(plan__state=PlanState.DRAFTING)
        | Q(row__isnull=True)
        | _ended_before_issue("owed")
        | Q(row__state__in=Promise.SILENT)
        | Q(row__starts_on__gt=on)
        | settled_before
    )


def _ended_before_issue(period: str) -> Q:
    """A plan issued late owes nothing for earlier months, unless the first period is named."""
    return Q(**{f"{period}__period_end__lt": F("plan__issued_on")}, row__first_period__isnull=True)


def _newest_known(column: str, known_at: date | datetime | None) -> F | Subquery:
    """The column of the target's newest ledger row, whatever day is shown."""
    if known_at is None:
        return F(f"current__{column}")
    ledger = apps.get_model("targets", "Assessment").objects.filter(
        known_by("recorded_at", known_at), target=OuterRef("pk")
    )
    return Subquery(ledger.order_by("-effective_on", "-pk").values(column)[:1])


def _outcome_missing(known_at: date | datetime | None, known_day: date) -> Case:
    """The deadline and the closing period's last due day are past, and no outcome was approved."""
    approved = (
        apps.get_model("targets", "ProgressEntry")
        .objects.approved()
        .filter(known_by("reviewed_at", known_at))
    )
    outcome = approved.filter(
        Q(value__isnull=False) | Q(target__measure=Measure.MILESTONE),
        ~Exists(newer_than_outer(approved)),
        target=OuterRef("pk"),
        is_void=False,
        period__period_end__gte=OuterRef("closes_on"),
    )
    is_owed = Q(row__state=TargetState.ACTIVE, is_settled=False) & ~Q(measure=Measure.QUALITATIVE)
    is_owed &= ~_ended_before_issue("closing")
    is_past = Q(closes_on__lt=known_day, closing__words_due_on__lt=known_day) & (
        Q(closing__figures_due_on__isnull=True) | Q(closing__figures_due_on__lt=known_day)
    )
    return truth(is_owed & is_past & ~Q(Exists(outcome)))


def _carried() -> Case:
    """沿用: whether the light's figure is older than the newest figure owed; the light stays, marked."""
    lit = (Status.RED, Status.AMBER, Status.GREEN, Status.ON_TARGET)
    is_figure = Q(row__light__in=lit, is_exempt=False) & ~Q(measure=Measure.MILESTONE)
    return truth(is_figure & Q(row__period_end__lt=F("figure_owed__period_end")))


def _first(path: str, rows: models.QuerySet) -> FilteredRelation:
    """Join the first of `rows`, or nothing, so that the query can use its columns."""
    return FilteredRelation(path, condition=Q(**{f"{path}__pk": Subquery(rows.values("pk")[:1])}))


def truth(condition: Q) -> Case:
    """A condition as a column that is true or false, never null."""
    return Case(When(condition, then=True), default=False, output_field=models.BooleanField())
