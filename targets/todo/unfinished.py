"""What a plan still lacks before it is closed: the user confirms it; it does not block closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from targets import explain
from targets.models import Plan, ProgressEntry, ReportingPeriod, Target, TargetRevision
from targets.models.entry.filed import Owing
from targets.reporting import Answer, Reporting


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One target and what is missing on it, in words."""

    target: Target
    missing: list[str]


def unfinished(plan: Plan, today: date) -> list[Unfinished]:
    """Return in 序号 order the targets that lack an approved outcome or closing report, or a decision."""
    listed = plan.targets.with_status(today)
    answers = Owing.read(listed, today, today=today).answers
    targets = listed.select_related("plan", "lead_unit", "row").order_by("number", "pk")
    last = plan.periods.latest("number")
    filed = ProgressEntry.objects.filter(target__plan=plan, part=ProgressEntry.Part.REPORT).counting()
    reported = {(entry.target_id, entry.period_id) for entry in filed}
    asked = set(TargetRevision.objects.waiting().filter(target__plan=plan).values_list("target", flat=True))
    found = []
    for target in targets:
        answer = answers[target.pk]
        missing = list(_missing(target, answer, answer.asked.closing or last, reported, target.pk in asked))
        if missing:
            found.append(Unfinished(target, missing))
    return found


def _missing(
    target: Any, answer: Answer, closing: ReportingPeriod, reported: set[tuple[int, int]], is_asked: bool
) -> Iterator[str]:
    is_settled = target.row is not None and target.row.settled
    owes = target.state not in Target.SILENT and not is_settled and not answer.asked.is_exempt
    if answer.reporting == Reporting.OUTCOME_MISSING:
        yield str(Reporting.OUTCOME_MISSING.label)
    elif owes and (target.pk, closing.pk) not in reported:
        month = explain.month_of(closing.period_end, target.plan.ends_on)
        yield _("%(month)s not reported") % {"month": month}
    if is_asked:
        yield _("a change waits for approval")
