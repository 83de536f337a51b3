"""A plan's day against a plain reading: every period is tried, every version is searched."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets import reporting
from targets.models.entry.filed import Filings, Version
from targets.models.enums import WORDS_ONLY, EntryState, Frequency, Measure, Part, PlanState, TargetState
from targets.models.target.promise import Promise
from targets.reporting import PlanDay, Reporting, Standing
from targets.rules.facts import Light
from targets.rules.schedule import month_end


def test_the_words_of_this_file_are_those_of_the_models():
    assert set(reporting.ASKS_EVERY) | {Frequency.PUBLISHED} == set(Frequency)
    assert {*reporting.WITHOUT_LIGHT} == {TargetState.UNDEFINED, TargetState.WATCH}
    assert set(reporting.SILENT) == set(Promise.SILENT)
    assert set(reporting.WORDS_ONLY) == set(WORDS_ONLY)


@dataclass(frozen=True)
class Period:
    pk: int
    number: int
    period_start: date
    period_end: date
    opens_on: date
    words_due_on: date
    figures_due_on: date | None


def period(number, year, early, late):
    month = (number - 1) % 12 + 1
    end = month_end(year + (number - 1) // 12, month)
    words = end + timedelta(5 + late)
    figures = None if month == 1 else end + timedelta(20 + late)
    return Period(100 + number, number, end.replace(day=1), end, end - timedelta(early), words, figures)


@st.composite
def plans(draw):
    """A calendar year, a part of one, or several years, opened at the month's end or before it."""
    first, months = draw(st.sampled_from([(1, 12), (4, 9), (1, 24), (1, 60)]))
    early, late = draw(st.sampled_from([(0, 0), (6, 0), (20, 3)]))
    periods = [period(number, 2025, early, late) for number in range(first, first + months)]
    state = draw(st.sampled_from([*[PlanState.IN_FORCE] * 4, PlanState.CLOSED, PlanState.DRAFTING]))
    issued_on = draw(st.sampled_from([None, date(2025, 1, 1), date(2025, 4, 20), date(2026, 2, 1)]))
    plan = SimpleNamespace(state=state, issued_on=issued_on, ends_on=periods[-1].period_end)
    return plan, periods


DAYS = st.dates(date(2024, 12, 1), date(2026, 4, 30))
SOME_DAYS = st.none() | st.dates(date(2025, 1, 1), date(2026, 2, 28))
VERSION = st.tuples(
    st.integers(0, 59), st.sampled_from(Part), st.sampled_from(EntryState), st.booleans(), st.booleans()
)


@st.composite
def standings(draw, periods):
    measure = draw(st.sampled_from(Measure))
    if draw(st.integers(0, 9)) == 0:
        return Standing(measure)
    return Standing(
        measure,
        draw(st.sampled_from([*[TargetState.ACTIVE] * 4, *TargetState])),
        draw(st.sampled_from([*[Frequency.MONTH] * 2, *Frequency])),
        draw(st.sampled_from(["unit", "statistics"])),
        draw(st.none() | st.sampled_from([each.pk for each in periods])),
        draw(SOME_DAYS),
        draw(SOME_DAYS),
        draw(st.sampled_from(Light)),
        draw(st.none() | st.sampled_from([each.period_end for each in periods])),
        draw(st.booleans()),
        draw(st.none() | st.booleans()),
    )


@st.composite
def occasions(draw):
    plan, periods = draw(plans())
    versions = [
        Version(
            number, periods[at % len(periods)].pk, part, state, is_void and state == "approved", None, valued
        )
        for number, (at, part, state, is_void, valued) in enumerate(draw(st.lists(VERSION, max_size=8)))
    ]
    return plan, periods, draw(DAYS), draw(DAYS), draw(standings(periods)), versions


class Plainly:
    """The same answers, each worked out anew from all periods and all versions."""

    def __init__(self, plan, periods, on, known_day, standing, versions):
        self.plan, self.periods, self.on, self.known_day = plan, periods, on, known_day
        self.it, self.versions = standing, versions
        self.closes_on = standing.due_on or plan.ends_on

    def asks(self, period):
        if self.it.state in ("undefined", "watch"):
            asked = period.number % 12 in (6, 0)
        else:
            asked = {
                "month": True, "quarter": period.number % 3 == 0, "half": period.number % 6 == 0,
                "year": period.number % 12 == 0,
            }.get(self.it.frequency, period.period_start <= self.closes_on <= period.period_end)  # fmt: skip
        named = [each for each in self.periods if each.pk == self.it.first_period]
        return asked and period.opens_on <= self.on and all(period.period_end >= n.period_end for n in named)

    def latest(self, condition):
        found = [period for period in self.periods if condition(period)]
        return max(found, key=lambda period: period.number) if found else None

    @property
    def owed(self):
        return self.latest(self.asks)

    @property
    def closing(self):
        return self.latest(lambda period: period.period_start <= self.closes_on <= period.period_end)

    def before_issue(self, period):
        issued = self.plan.issued_on
        return issued is not None and period.period_end < issued and self.it.first_period is None

    @property
    def is_exempt(self):
        owed = self.owed
        return any(
            [
                self.plan.state == "drafting",
                self.it.state in (None, "suspended", "cancelled", "closed"),
                self.it.starts_on is not None and self.on < self.it.starts_on,
                owed is not None and self.before_issue(owed),
                owed is not None
                and self.it.settled
                and self.it.period_end is not None
                and self.it.period_end < owed.period_end,
            ]
        )

    @property
    def carried(self):
        if self.is_exempt or self.it.period_end is None or self.it.measure == "milestone":
            return False
        if self.it.light not in (Light.RED, Light.AMBER, Light.GREEN, Light.ON_TARGET):
            return False

        def was_due(period):
            if period.figures_due_on is None:
                return False
            day = {"unit": period.words_due_on, "statistics": period.figures_due_on}[self.it.figure_from]
            return day < self.known_day

        newest = self.latest(lambda period: self.asks(period) and was_due(period))
        return newest is not None and self.it.period_end < newest.period_end

    def newest(self, period, part):
        approved = [
            v for v in self.versions
            if (v.period, v.part, v.state) == (period.pk, part, "approved")
        ]  # fmt: skip
        return approved[-1] if approved else None

    @property
    def outcome_missing(self):
        closing = self.closing
        if self.it.state != "active" or self.it.was_settled is not False or self.it.measure == "qualitative":
            return False
        if closing is None or self.before_issue(closing):
            return False
        days = [self.closes_on, closing.words_due_on, closing.figures_due_on]
        if any(day is not None and day >= self.known_day for day in days):
            return False
        counting = [
            self.newest(period, part)
            for period, part in product(self.periods, Part)
            if period.period_end >= self.closes_on
        ]
        return not any(
            v is not None and not v.is_void and (v.has_value or self.it.measure == "milestone")
            for v in counting
        )

    def part(self, part):
        owed = self.owed
        if (newest := self.newest(owed, part)) and not newest.is_void:
            return Reporting.REPORTED
        open_ones = [v for v in self.versions if (v.period, v.part) == (owed.pk, part)]
        open_ones = [v.state for v in open_ones if v.state != "approved"][-1:]
        if open_ones in (["returned"], ["submitted"]):
            return {"returned": Reporting.RETURNED, "submitted": Reporting.SUBMITTED}[open_ones[0]]
        day = owed.words_due_on if part == Part.REPORT else owed.figures_due_on
        return Reporting.LATE if day is not None and day < self.known_day else Reporting.DUE

    @property
    def owes_statistic(self):
        by_statistics = self.it.figure_from == "statistics" and self.it.measure not in WORDS_ONLY
        return by_statistics and self.it.state in ("active", "closed") and bool(self.owed.figures_due_on)

    @property
    def reporting(self):
        if self.is_exempt:
            return Reporting.EXEMPT
        if self.outcome_missing:
            return Reporting.OUTCOME_MISSING
        if self.owed is None:
            return Reporting.NOT_DUE
        parts = [Part.REPORT, *([Part.STATISTIC] if self.owes_statistic else [])]
        return min(self.part(part) for part in parts)


def filings(versions):
    """As they are read for one target, the later version last."""
    found = Filings(defaultdict(dict), defaultdict(dict))
    for version in versions:
        kind = found.approved if version.state == "approved" else found.under_way
        kind[1][version.period, version.part] = version
    return found


@settings(max_examples=400)
@given(occasions())
def test_a_day_answers_as_a_plain_reading_does(occasion):
    plan, periods, on, known_day, standing, versions = occasion
    day, plainly = PlanDay(plan, periods, on, known_day), Plainly(*occasion)
    asked = day.asked(standing)
    answer = filings(versions).answer(day, 1, standing.measure, asked)
    assert (asked.owed, asked.closing) == (plainly.owed, plainly.closing)
    assert (asked.is_exempt, asked.carried) == (plainly.is_exempt, plainly.carried)
    assert answer.outcome_missing == plainly.outcome_missing
    assert answer.reporting == plainly.reporting
    if asked.owed is not None:
        assert answer.report_part == plainly.part(Part.REPORT)
        assert answer.statistic_part == plainly.part(Part.STATISTIC)


@pytest.mark.parametrize(
    ("frequency", "asked"), [("month", 11), ("quarter", 9), ("half", 6), ("year", None), ("published", None)]
)
def test_the_owed_period_follows_the_frequency(frequency, asked):
    plan = SimpleNamespace(state="in_force", issued_on=None, ends_on=date(2025, 12, 31))
    periods = [period(number, 2025, 0, 0) for number in range(1, 13)]
    day = PlanDay(plan, periods, date(2025, 12, 10), date(2025, 12, 10))
    owed = day.asked(Standing("flow", "active", frequency, "unit")).owed
    assert (owed and owed.number) == asked
