"""The rule: facts and a day in, one verdict out. Pure and exact; no clock, no database.

Source: the offices' practice of 序时进度 by month and lags in percentage points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from targets.rules.case import Case, planned_value
from targets.rules.facts import ALWAYS, BEHIND, Commitment, Facts, Light, Report, Verdict, figures
from targets.rules.figures import MEASURES, judge_figure
from targets.rules.nodes import judge_nodes
from targets.rules.schedule import is_after_closing, is_before_window
from targets.rules.sides import HIGHER, direction, most_promised

# The edition of this code: raise it when the same facts get another verdict. Each ledger row keeps it.
# An upgrade judges nothing anew: `rejudge` does, on request, with a document and a reason.
EDITION = 3

# States that alone decide the light; the figures do not count.
UNLIT = {
    "undefined": Light.UNDEFINED,
    "watch": Light.WATCH,
    "suspended": Light.SUSPENDED,
    "cancelled": Light.CANCELLED,
}


def judge(facts: Facts, day: date) -> Verdict | None:
    """Judge the facts in effect by `day`; None before the promise takes effect.

    `day` only leaves out later facts. A light that changes without a new report is returned as a
    date (`amber_on`, `red_on`, `overdue_on`, `opens_on`), never by comparing with `day`.
    """
    promise = commitment_on(facts, day)
    if promise is None:
        return None
    reports = sorted((r for r in facts.reports if r.effective_on <= day), key=lambda r: r.period_end)
    if promise.state in UNLIT:
        return _revised(_without_light(promise, reports, UNLIT[promise.state]))
    if promise.measure == "milestone":
        verdict = judge_nodes(facts, promise, reports, day)
    elif promise.measure in MEASURES and not is_stated(promise):
        return _revised(_without_light(promise, reports, Light.UNDEFINED))
    elif promise.measure in MEASURES:
        verdict = _judge_newest_figure(facts, promise, reports)
    else:
        return _revised(_without_light(promise, reports, Light.WATCH))
    return _revised(
        replace(
            verdict,
            opens_on=promise.starts_on or facts.plan_starts_on,
            override_light=promise.override_light,
            override_until=promise.override_until,
        )
    )


def commitment_on(facts: Facts, day: date) -> Commitment | None:
    """The promise in force on `day`: the newest by (effective_on, order of writing)."""
    in_force = [promise for effective_on, promise in facts.commitments if effective_on <= day]
    return in_force[-1] if in_force else None


def is_stated(promise: Commitment) -> bool:
    """Whether the promise has the values it needs; an outdated request may leave one missing."""
    is_between = promise.comparator == "between"
    return promise.target_value is not None and not (is_between and promise.upper_value is None)


def planned_line(facts: Facts, day: date, period_ends: Iterable[date]) -> list[tuple[date, Decimal]]:
    """(period end, planned value) by the promise in force on `day`; only periods with a planned value."""
    promise = commitment_on(facts, day)
    if promise is None or promise.measure not in MEASURES:
        return []
    points = []
    for period_end in period_ends:
        case = _case(facts, promise, Report(period_end, period_end, value=Decimal(0)))
        value = planned_value(case)
        if value is not None and not is_before_window(period_end, case.starts_on):
            points.append((period_end, value))
    return points


def _revised(verdict: Verdict) -> Verdict:
    if not verdict.commitment.revised:
        return verdict
    return replace(verdict, marks={**verdict.marks, "revised": 1})


def _judge_newest_figure(facts: Facts, promise: Commitment, reports: list[Report]) -> Verdict:
    known = figures(reports, promise.figure_from)
    if not known:
        return Verdict(Light.NO_FIGURE, promise, explanation={"key": "no_figure"})
    newest = known[-1]
    if is_before_window(newest.period_end, promise.starts_on or facts.plan_starts_on):
        return replace(_without_light(promise, known, Light.NO_FIGURE), explanation={"key": "before_window"})
    case = _case(facts, promise, newest)
    verdict = judge_figure(case)
    if verdict.light not in BEHIND:
        return replace(verdict, marks=_marks(case, verdict, 0))
    behind = 1 + _behind_before(facts, known[:-1])
    verdict = replace(verdict, marks=_marks(case, verdict, behind))
    return _escalated(verdict, behind, facts.rule.escalate_after)


def _escalated(verdict: Verdict, behind: int, after: int) -> Verdict:
    if verdict.light is not Light.AMBER or not after or behind < after:
        return verdict
    explanation = {**verdict.explanation, "light": int(Light.RED), "escalated": behind}
    return replace(verdict, light=Light.RED, explanation=explanation)


def _case(facts: Facts, promise: Commitment, report: Report) -> Case:
    assert report.value is not None
    starts_on = promise.starts_on or facts.plan_starts_on
    return Case(promise, report, report.value, facts.rule, starts_on, promise.due_on or facts.plan_ends_on)


def _behind_before(facts: Facts, earlier: list[Report]) -> int:
    """How many consecutive figures, newest first, were behind, each on its own effective day.

    The lights before escalation count.
    """
    count = 0
    for report in reversed(earlier):
        promise = commitment_on(facts, report.effective_on)
        if promise is None or promise.state in UNLIT or promise.measure not in MEASURES:
            break
        if not is_stated(promise):
            break
        if is_before_window(report.period_end, promise.starts_on or facts.plan_starts_on):
            break
        if judge_figure(_case(facts, promise, report)).light not in BEHIND:
            break
        count += 1
    return count


def _marks(case: Case, verdict: Verdict, behind: int) -> dict[str, int]:
    done = verdict.light is Light.DONE
    is_floor = direction(case.promise) == HIGHER and case.promise.measure in ("flow", "stock")
    marks = {
        "preliminary": case.report.preliminary,
        "early": done and not case.is_closing,
        "exceeded": done and is_floor and case.value > most_promised(case.promise, case.rule),
        "late": done and is_after_closing(case.report.period_end, case.due_on),
        "corrected": case.report.revision_no > 1,
    }
    found = {code: 1 for code, holds in marks.items() if holds}
    if behind >= 2:
        found["behind"] = behind
    return found


def _without_light(promise: Commitment, reports: list[Report], light: Light) -> Verdict:
    figure = next(reversed(figures(reports, promise.figure_from)), None)
    return Verdict(
        light,
        promise,
        value=figure.value if figure else None,
        period_end=figure.period_end if figure else None,
        opens_on=ALWAYS,
        marks={"preliminary": 1} if figure and figure.preliminary else {},
        explanation={"key": light.name.lower()},
    )
