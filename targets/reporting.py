"""Whether a report is owed: a second axis, never mixed with the status of the target.

Which period a target owes, whose figure was due and which period closes it follow from the plan's own
periods. They are worked out here, without the database, from a few columns of each target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.rules.facts import Light


class Reporting(models.IntegerChoices):
    """Worst first; the member's name in lower case is its English name."""

    OUTCOME_MISSING = 1, _("outcome missing")
    LATE = 2, _("not reported")
    RETURNED = 3, _("returned")
    DUE = 4, _("to report")
    SUBMITTED = 5, _("to review")
    REPORTED = 6, _("reported")
    NOT_DUE = 7, _("not due")
    EXEMPT = 8, _("exempt")

    @property
    def key(self) -> str:
        return self.name.lower()


FILED = (Reporting.SUBMITTED, Reporting.REPORTED)
MISSING = (Reporting.LATE, Reporting.RETURNED, Reporting.DUE)  # of the month; an outcome is owed apart
OWED = (Reporting.OUTCOME_MISSING, Reporting.LATE, Reporting.RETURNED, Reporting.DUE)

# Frequency → step: a month is asked for if its number is a multiple of the step. `published` asks for
# the closing period alone.
ASKS_EVERY = {"month": 1, "quarter": 3, "half": 6, "year": 12}
WITHOUT_LIGHT = ("undefined", "watch")  # they owe words in months 6 and 12, whatever their frequency
SILENT = ("suspended", "cancelled", "closed")
WORDS_ONLY = ("milestone", "qualitative")
PACED = (Light.RED, Light.AMBER, Light.GREEN, Light.ON_TARGET)  # lights that a newer figure may turn


class Period(Protocol):
    """A reporting period of the plan."""

    pk: Any
    number: Any
    period_start: Any
    period_end: Any
    opens_on: Any
    words_due_on: Any
    figures_due_on: Any


class Standing(NamedTuple):
    """What the ledger row of the day says of one target; empty if there is no row."""

    measure: str
    state: str | None = None
    frequency: str | None = None
    figure_from: str | None = None
    first_period: int | None = None
    starts_on: date | None = None
    due_on: date | None = None
    light: int | None = None
    period_end: date | None = None  # of the row's figure
    settled: bool | None = None
    was_settled: bool | None = None  # by the newest row known, whatever day is shown

    @classmethod
    def of(cls, target: Any) -> Standing:
        """Of a target read with its row; without `was_settled`, on which only the outcome depends."""
        row = target.row
        if row is None:
            return cls(target.measure)
        return cls(
            target.measure, row.state, row.frequency, row.figure_from, row.first_period_id, row.starts_on,
            row.due_on, row.light, row.period_end, row.settled,
        )  # fmt: skip


class Newest(NamedTuple):
    """The periods of a target's newest report and newest figure, of the entries that count now."""

    report: int | None
    figure: int | None


class Filed(NamedTuple):
    """What was filed of one part for the owed period."""

    is_reported: bool = False  # the newest approved version is no void
    under_way: str = ""  # the state of the unapproved version that the viewer may read


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What one target owes on the day, whatever was filed; one object for all that stand alike."""

    owed: Any = None  # the newest opened period that it reports on
    closing: Any = None  # the period in which it falls due
    closes_on: date = date.max
    is_exempt: bool = False
    carried: bool = False  # 沿用: the light's figure is older than the newest figure owed
    owes_statistic: bool = False
    owes_outcome: bool = False  # the deadline and the closing period's last due day are past


@dataclass(frozen=True, slots=True)
class Answer:
    """How the target's report stands; without a statistic owed, `statistic_part` counts for nothing."""

    asked: Asked
    report_part: Reporting = Reporting.DUE
    statistic_part: Reporting = Reporting.DUE
    outcome_missing: bool = False

    def owes(self, part: str) -> bool:
        """Whether this part of the owed period is still to be filed; what is submitted waits for others."""
        if self.asked.owed is None:
            return False
        if part == "statistic":
            return self.asked.owes_statistic and self.statistic_part in OWED
        return self.report_part in OWED

    @property
    def reporting(self) -> Reporting:
        """The worse part counts."""
        if self.asked.is_exempt:
            return Reporting.EXEMPT
        if self.outcome_missing:
            return Reporting.OUTCOME_MISSING
        if self.asked.owed is None:
            return Reporting.NOT_DUE
        return min(self.report_part, self.statistic_part) if self.asked.owes_statistic else self.report_part


class PlanDay:
    """A plan on the day `on`. `on` selects the period; on `known_day` a deadline has passed or not."""

    def __init__(self, plan: Any, periods: Iterable[Period], on: date, known_day: date) -> None:
        self.is_drafting = plan.state == "drafting"
        self.issued_on: date = plan.issued_on or date.min
        self.ends_on: date = plan.ends_on
        self.on, self.known_day = on, known_day
        self.periods = sorted(periods, key=lambda period: period.number)
        self.by_pk = {period.pk: period for period in self.periods}
        self.opened = [period for period in reversed(self.periods) if period.opens_on <= on]
        self._asked: dict[Standing, Asked] = {}
        self._answers: dict[tuple[Asked, Filed, Filed, bool], Answer] = {}

    def asked(self, standing: Standing) -> Asked:
        """Found once for all targets that stand alike: most of a plan's."""
        if standing not in self._asked:
            self._asked[standing] = self._found(standing)
        return self._asked[standing]

    def _found(self, standing: Standing) -> Asked:
        closes_on = standing.due_on or self.ends_on
        owed = next(self._asked_periods(standing, closes_on), None)
        closing = next((p for p in self.periods if _contains(p, closes_on)), None)
        is_exempt = self._is_exempt(standing, owed)
        return Asked(
            owed,
            closing,
            closes_on,
            is_exempt,
            carried=not is_exempt and self._is_carried(standing, closes_on),
            owes_statistic=_owes_statistic(standing, owed),
            owes_outcome=self._owes_outcome(standing, closing, closes_on),
        )

    def answer(self, asked: Asked, report: Filed, statistic: Filed, *, has_outcome: bool) -> Answer:
        """Found once for all that filed alike."""
        key = asked, report, statistic, has_outcome
        if key not in self._answers:
            self._answers[key] = self._answer(*key)
        return self._answers[key]

    def _answer(self, asked: Asked, report: Filed, statistic: Filed, has_outcome: bool) -> Answer:
        missing = asked.owes_outcome and not has_outcome
        if asked.owed is None:
            return Answer(asked, outcome_missing=missing)
        report_part = self._part(report, asked.owed.words_due_on)
        statistic_part = self._part(statistic, asked.owed.figures_due_on)
        return Answer(asked, report_part, statistic_part, missing)

    def has_outcome(self, measure: str, asked: Asked, newest: Newest) -> bool:
        """Whether a figure counts, or of a milestone target a report, of the closing period or later."""
        counting = newest if measure == "milestone" else (newest.figure,)
        ends = [self.by_pk[period].period_end for period in counting if period is not None]
        return any(end >= asked.closes_on for end in ends)

    def periods_after(self, day: date) -> list[Period]:
        """Those that end on that day or later: an outcome may stand in any of them."""
        return [period for period in self.periods if period.period_end >= day]

    def _asked_periods(self, standing: Standing, closes_on: date) -> Iterator[Period]:
        """The opened periods that the target's frequency asks for, newest first."""
        step = 6 if standing.state in WITHOUT_LIGHT else ASKS_EVERY.get(standing.frequency or "")
        first = self.by_pk.get(standing.first_period)
        for period in self.opened:
            is_asked = _contains(period, closes_on) if step is None else period.number % step == 0
            if is_asked and (first is None or period.period_end >= first.period_end):
                yield period

    def _is_exempt(self, standing: Standing, owed: Period | None) -> bool:
        """Whether the target owes no report; a report owed when the plan was closed stays owed."""
        if self.is_drafting or standing.state is None or standing.state in SILENT:
            return True
        if standing.starts_on is not None and standing.starts_on > self.on:
            return True
        if owed is None:
            return False
        is_settled = standing.settled and standing.period_end is not None
        settled_before = is_settled and standing.period_end < owed.period_end
        return bool(settled_before) or self._ended_before_issue(standing, owed)

    def _ended_before_issue(self, standing: Standing, period: Period) -> bool:
        """A plan issued late owes nothing for earlier months, unless the first period is named."""
        return standing.first_period is None and period.period_end < self.issued_on

    def _is_carried(self, standing: Standing, closes_on: date) -> bool:
        if standing.light not in PACED or standing.measure == "milestone" or standing.period_end is None:
            return False
        asked = self._asked_periods(standing, closes_on)
        newest = next((period for period in asked if self._figure_was_due(standing, period)), None)
        return newest is not None and standing.period_end < newest.period_end

    def _figure_was_due(self, standing: Standing, period: Period) -> bool:
        """A unit's own figure is due with its words; January has none."""
        if period.figures_due_on is None:
            return False
        due_on: date = period.words_due_on if standing.figure_from == "unit" else period.figures_due_on
        return due_on < self.known_day

    def _owes_outcome(self, standing: Standing, closing: Period | None, closes_on: date) -> bool:
        if standing.state != "active" or standing.was_settled is not False:
            return False
        if standing.measure == "qualitative" or closing is None:
            return False
        last = max(closes_on, closing.words_due_on, closing.figures_due_on or date.min)
        return last < self.known_day and not self._ended_before_issue(standing, closing)

    def _part(self, filed: Filed, due_on: date | None) -> Reporting:
        if filed.is_reported:
            return Reporting.REPORTED
        if filed.under_way in ("returned", "submitted"):
            return Reporting[filed.under_way.upper()]
        return Reporting.LATE if due_on is not None and due_on < self.known_day else Reporting.DUE


def _contains(period: Period, day: date) -> bool:
    return bool(period.period_start <= day <= period.period_end)


def _owes_statistic(standing: Standing, owed: Period | None) -> bool:
    if owed is None or owed.figures_due_on is None or standing.measure in WORDS_ONLY:
        return False
    return standing.figure_from == "statistics" and standing.state in ("active", "closed")
