"""The ledger: every verdict ever given, appended and never edited."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.audit.record import as_noted
from targets.models.audit.recording import recording
from targets.models.base import PercentageField, QuantityField, ValidatedModel, attname, insert, queryset_only
from targets.models.enums import Act
from targets.models.people.units import Member, OrgUnit
from targets.models.plan.period import ReportingPeriod
from targets.models.plan.rule import LightRule
from targets.models.revision.revision import TargetRevision
from targets.models.target.target import Target
from targets.rules.facts import NEVER, Facts, Verdict
from targets.rules.judge import EDITION, judge
from targets.status import Status


def _kept(model: type[models.Model], label: Any, *, null: bool = False) -> models.ForeignKey:
    """A row that the promise names. No index: no query uses it, and it would slow down every insert."""
    return models.ForeignKey(
        model, models.PROTECT, related_name="+", null=null, blank=null, db_index=False, verbose_name=label
    )


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Reads, and appends: a ledger has no update and no delete."""

    @queryset_only
    def update(self, **kwargs: Any) -> int:
        raise TypeError("The ledger is append-only.")

    @queryset_only
    def delete(self) -> Any:
        raise TypeError("The ledger is append-only.")

    def newest_by_day(self, since: date) -> tuple[dict[date, Assessment], datetime | None]:
        """Of one target: day → its newest row, for days from `since` on, in the order of days; and when
        the last row of all was recorded.
        """
        last = self.aggregate(day=models.Max("effective_on"), recorded_at=models.Max("recorded_at"))
        if last["day"] is None or last["day"] < since:  # as a rule: most acts come in the order of days
            return {}, last["recorded_at"]
        rows = self.filter(effective_on__gte=since).order_by("effective_on", "pk")
        return {row.effective_on: row for row in rows}, last["recorded_at"]

    def append(self, rows: list[Assessment], at: datetime, recorded_at: datetime | None) -> None:
        """Write rows of one target under its lock; `recorded_at` is that of its last row."""
        for row in rows:
            # If the clock was set back, a new row must not come before rows already recorded.
            row.recorded_at = max(at, recorded_at or at)
        append(rows)


def append(rows: Sequence[Assessment]) -> None:
    """Write the rows, of one target or of many, and note the digest of each in the record of the act."""
    if rows:
        with recording(Act.CHANGE, rows[0].target) as act:
            insert(rows)
            for row in rows:
                act.note_digest(row, row.digest)


class Assessment(ValidatedModel):
    """One verdict: the facts of `effective_on`, as known at `recorded_at`, judged.

    Percentages carry one decimal. On `amber_on`, `red_on`, `overdue_on` and `opens_on` the status
    changes without a new report; 9999-12-31 means never.
    """

    Cause = enums.Cause

    CAUSES = (*Cause.choices, *(each for each in TargetRevision.Kind.choices if each[0] != "open"))
    VERDICT = (
        "light", "value", "period_end", "attainment", "expected", "gap", "lag", "amber_on", "red_on",
        "overdue_on", "opens_on", "override_light", "override_until", "settled", "marks", "explanation",
    )  # fmt: skip
    COMMITMENT = (
        "state", "comparator", "target_value", "upper_value", "direction", "baseline_value", "starts_on",
        "due_on", "firmness", *Target.OWNER, *Target.REPORTING,
    )  # fmt: skip

    target = models.ForeignKey(Target, models.PROTECT, related_name="assessments", verbose_name=_("target"))
    effective_on = models.DateField(_("effective on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    cause = models.CharField(_("cause"), max_length=20, choices=CAUSES)
    light = models.PositiveSmallIntegerField(_("light"), choices=Status)
    value = QuantityField(_("value"), null=True, blank=True)
    period_end = models.DateField(_("data period"), null=True, blank=True)
    attainment = PercentageField(_("attainment"))
    expected = PercentageField(_("expected progress"))
    gap = PercentageField(_("gap"))
    lag = PercentageField(_("lag"))
    amber_on = models.DateField(default=NEVER)
    red_on = models.DateField(default=NEVER)
    overdue_on = models.DateField(default=NEVER)
    opens_on = models.DateField()
    override_light = models.PositiveSmallIntegerField(choices=Status, null=True, blank=True)
    override_until = models.DateField()
    settled = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=Target.State)
    comparator = models.CharField(_("comparator"), max_length=10, blank=True)
    target_value = QuantityField(_("target value"), null=True, blank=True)
    upper_value = QuantityField(_("upper value"), null=True, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Target.Direction, blank=True)
    baseline_value = QuantityField(_("baseline"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    firmness = models.CharField(_("firmness"), max_length=10, choices=Target.Firmness)
    lead_unit = _kept(OrgUnit, _("lead unit"))
    accountable_leader = _kept(Member, _("accountable leader"), null=True)
    accountable_leader_words = models.CharField(
        _("accountable leader (as stated)"), max_length=100, blank=True
    )
    frequency = models.CharField(_("frequency"), max_length=10, choices=Target.Frequency)
    figure_from = models.CharField(_("figure from"), max_length=10, choices=Target.FigureFrom)
    first_period = _kept(ReportingPeriod, _("first period"), null=True)
    marks = models.JSONField(_("marks"), default=dict, blank=True)
    rule = models.ForeignKey(LightRule, models.PROTECT, related_name="+", verbose_name=_("light rule"))
    edition = models.PositiveSmallIntegerField(_("edition of the rule's code"))
    explanation = models.JSONField(_("explanation"), default=dict, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ("target", "effective_on", "pk")
        indexes = [models.Index(fields=("target", "effective_on", "id"), name="ledger_target_day")]

    def __str__(self) -> str:
        return f"{self.effective_on} {self.get_light_display()}"

    def clean(self) -> None:
        if self.pk:
            raise ValidationError(_("The ledger is append-only."))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("The ledger is append-only.")

    @property
    def digest(self) -> str:
        """Over every column. The audit notes it, so that no row is changed, put in or taken out unseen."""
        columns = [field for field in self._meta.concrete_fields if not field.primary_key]
        content = [as_noted(field, getattr(self, field.attname)) for field in columns]
        return sha256(json.dumps(content).encode()).hexdigest()[:32]

    @classmethod
    def from_verdict(cls, target: Target, day: date, verdict: Verdict, cause: str) -> Assessment:
        return cls(
            target=target,
            effective_on=day,
            cause=cause,
            rule_id=target.plan.light_rule_id,
            edition=EDITION,
            **{name: getattr(verdict, name) for name in cls.VERDICT},
            **{attname(cls, name): getattr(verdict.commitment, name) for name in cls.COMMITMENT},
        )

    @classmethod
    def lacking(
        cls, target: Target, facts: Facts, own: dict[date, Assessment], *, since: date, cause: str
    ) -> list[Assessment]:
        """The rows, unsaved, that are missing in `own` (day → its newest row, from `since` on)."""
        days = {since, *own, *(day for day in facts.effective_days() if day >= since)}
        return [
            row
            for row in cls.afresh(target, facts, days, cause)
            if row.effective_on not in own or row.differs_in(own[row.effective_on])
        ]

    @classmethod
    def afresh(cls, target: Target, facts: Facts, days: Iterable[date], cause: str) -> Iterator[Assessment]:
        """Judge these days by the present facts. Yields unsaved rows; none for a day before the promise."""
        for day in sorted(days):
            verdict = judge(facts, day)
            if verdict is not None:
                yield cls.from_verdict(target, day, verdict, cause)

    def differs_in(self, other: Assessment) -> list[str]:
        """The names of the columns in which two verdicts differ; edition and cause are not compared."""
        columns = (*self.VERDICT, *self.COMMITMENT)
        return [name for name in columns if self.column(name) != other.column(name)]
