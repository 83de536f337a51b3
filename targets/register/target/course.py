"""The course of a target's figure: what was planned, what was reached, and the year before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from targets.models import ProgressEntry, Target, TargetRevision
from targets.models.enums import Measure
from targets.models.people.viewer import Account
from targets.models.revision.queries import commitments
from targets.models.target.fact import counting
from targets.register.register import Register
from targets.rules.facts import Commitment, Facts, figures
from targets.rules.judge import commitment_on, is_stated, planned_line
from targets.rules.quantities import half_up
from targets.rules.schedule import month_end
from targets.rules.sides import paced_side

Points = Sequence[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Reported:
    """The figure of one period that counts."""

    period_end: date
    value: Decimal
    preliminary: bool = False
    corrected: bool = False


class Goal(NamedTuple):
    """The value to reach as promised from a day on; `upper` is the other end of a range."""

    since: date
    value: Decimal
    upper: Decimal | None = None


class CourseRow(NamedTuple):
    """The numbers of one month."""

    period_end: date
    planned: Decimal | None
    reported: Reported | None
    year_before: Decimal | None


class Behind(NamedTuple):
    """How far the newest figure is from its plan."""

    period_end: date
    planned: Decimal
    reached: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Course:
    """A cumulative total runs `from_zero`; a level in its own range, or its changes would be invisible."""

    planned: Points
    reported: Sequence[Reported]
    goals: Sequence[Goal]
    first: date
    last: date
    cut_off: date
    deadline: date
    year_before: Points = ()
    turns: Sequence[date] = ()  # days on which the promise changed
    from_zero: bool = True
    is_whole: bool = False
    decimals: int = 2

    @property
    def rows(self) -> list[CourseRow]:
        """Every number of the course, month by month."""
        planned, before = dict(self.planned), dict(self.year_before)
        reported = {each.period_end: each for each in self.reported}
        ends = sorted({*planned, *before, *reported})
        return [CourseRow(end, planned.get(end), reported.get(end), before.get(end)) for end in ends]

    @property
    def has_preliminary(self) -> bool:
        return any(each.preliminary for each in self.reported)

    @property
    def has_corrected(self) -> bool:
        return any(each.corrected for each in self.reported)

    @property
    def behind(self) -> Behind | None:
        """What the newest figure lacks of its plan, or goes beyond it; of whole things no part is told."""
        newest = max(self.reported, key=lambda each: each.period_end, default=None)
        planned = dict(self.planned).get(newest.period_end) if newest else None
        if newest is None or planned is None:
            return None
        by = abs(planned - newest.value)
        amount = Decimal(int(by)) if self.is_whole else half_up(by, self.decimals)
        return Behind(newest.period_end, planned, newest.value, amount) if amount else None


def course(
    target: Target,
    register: Register,
    acts: Sequence[TargetRevision],
    entries: Iterable[ProgressEntry],
) -> Course | None:
    """None for what has no figure, or none yet and no plan.

    `acts` are the revisions in force, `entries` those that count.
    """
    plan = register.plan
    facts = Facts(commitments(acts), (), plan.light_rule.as_rule(), plan.starts_on, plan.ends_on)
    promise = commitment_on(facts, register.on)
    if promise is None or promise.measure in Target.WORDS_ONLY:
        return None
    reported = [
        Reported(entry.period_end, entry.value, entry.preliminary, entry.revision_no > 1)
        for entry in figures(entries, promise.figure_from)
        if entry.value is not None
    ]
    planned = _planned(facts, register)
    if not reported and not planned:
        return None
    return Course(
        planned,
        reported,
        _goals(facts, register.on),
        first=plan.starts_on,
        last=max([plan.ends_on, *(each.period_end for each in reported)]),
        cut_off=register.on,
        deadline=promise.due_on or plan.ends_on,
        year_before=_year_before(target, register),
        turns=_turns(acts),
        from_zero=target.measure == Measure.FLOW,
        is_whole=target.whole(),
        decimals=target.decimals or 0,
    )


def _planned(facts: Facts, register: Register) -> list[tuple[date, Decimal]]:
    """Each month by the promise in force at its end; what lies ahead by the one in force on the day."""
    ends = [period.period_end for period in register.plan.periods.all()]
    return [point for end in sorted(ends) for point in planned_line(facts, min(end, register.on), [end])]


def _goals(facts: Facts, on: date) -> list[Goal]:
    found: list[Goal] = []
    for since, promise in facts.commitments:
        if since > on or not is_stated(promise):
            continue
        goal = _goal(since, promise)
        if found and found[-1].since == since:
            found.pop()
        if not found or found[-1][1:] != goal[1:]:
            found.append(goal)
    return found


def _goal(since: date, promise: Commitment) -> Goal:
    if promise.comparator == "between" and promise.target_value is not None:
        return Goal(since, promise.target_value, promise.upper_value)
    return Goal(since, paced_side(promise).goal)


def _turns(revisions: Iterable[TargetRevision]) -> list[date]:
    moved = (r for r in revisions if r.milestone_id is None and r.kind in r.CHANGES_THE_PROMISE)
    return sorted({revision.effective_on for revision in moved})


def _year_before(target: Target, register: Register) -> list[tuple[date, Decimal]]:
    """The figures of the target that this one continues, under the months of this year."""
    if target.continues_id is None:
        return []
    viewer: Account | None = register.viewer
    everything = Target.objects.filter(measure=target.measure, unit_of_measure=target.unit_of_measure)
    seen = everything if viewer is None else everything.visible_to(viewer)
    before: Any = seen.filter(pk=target.continues_id).first()
    if before is None:
        return []
    known = figures(counting(before.entries.facts(register.known_at)), before.figure_from)
    shifted = (
        (month_end(report.period_end.year + 1, report.period_end.month), report.value) for report in known
    )
    first, last = target.plan.starts_on, target.plan.ends_on
    return [(day, value) for day, value in shifted if value is not None and first <= day <= last]
