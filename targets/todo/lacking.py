"""What a plan lacks before it is issued or closed: questions that the user confirms; none blocks the step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import prefetch_related_objects

from targets import explain
from targets.models import Member, Plan, ProgressEntry, Target, TargetRevision
from targets.models.entry.filed import Owing
from targets.models.enums import Part, Role
from targets.reporting import Reporting
from targets.rules.question import Question, ask


def before_issue(plan: Plan, today: date) -> Iterator[Question]:
    """Yield the questions about the plan, then those about its targets in 序号 order."""
    prefetch_related_objects([plan], "periods")
    acting = _acting(plan)
    is_off = bool(plan.rescheduled(today))
    yield from ask({
        "reviewer": not acting[Role.REVIEWER] | acting[Role.COORDINATOR],
        "second_signer": len(acting[Role.COORDINATOR] | acting[Role.LEADER]) < 2,
        "days_off": is_off,
    }, plan)  # fmt: skip
    targets = plan.targets.select_related("plan", "lead_unit").prefetch_related("milestones")
    listed = list(targets.order_by("number", "pk"))
    later = [
        str(each) for each in plan.periods.all() if each.period_start.month > 1 and not each.figures_due_on
    ]
    if later and any(target.measure not in Target.WORDS_ONLY for target in listed):
        yield Question("figures_day", {"periods": explain.listed(later)}, plan)
    yield from _about_the_targets(listed, has_statistician=bool(acting[Role.STATISTICIAN]))


def _acting(plan: Plan) -> dict[str, set[int]]:
    """Role → the people of the jurisdiction who act in it."""
    roles = (Role.REVIEWER, Role.COORDINATOR, Role.LEADER, Role.STATISTICIAN)
    found: dict[str, set[int]] = {role: set() for role in roles}
    acting = Member.objects.acting_for(plan.jurisdiction, *roles)
    for role, person in acting.order_by().values_list("user__groups__name", "pk"):
        found[role].add(person)
    return found


def _about_the_targets(targets: Iterable[Target], *, has_statistician: bool) -> Iterator[Question]:
    """Yield gaps in the promise, and what else a report needs: a source, nodes and accounts."""
    reporting = Member.objects.filter(
        user__is_active=True, user__groups__name__in=(Role.REPORTER, Role.REVIEWER, Role.COORDINATOR)
    )
    staffed = {unit for units in reporting.units_by_user().values() for unit in units}
    for target in targets:
        yield from target.gaps
        is_milestone = target.measure == Target.Measure.MILESTONE
        yield from ask({
            "source": target.source_id is None,
            "nodes": is_milestone and not target.milestones.all(),
            "statistician": target.owes_figure(Part.STATISTIC) and not has_statistician,
            "reporter": target.lead_unit_id not in staffed,
        }, target)  # fmt: skip


def before_closing(plan: Plan, today: date) -> Iterator[Question]:
    """Yield in 序号 order what targets lack: an approved outcome or closing report, or a decision."""
    listed = plan.targets.with_status(today)
    answers = Owing.read(listed, today, today=today).answers
    targets = listed.select_related("plan", "lead_unit", "row").order_by("number", "pk")
    last = max(plan.periods.all(), key=lambda period: period.number)
    filed = ProgressEntry.objects.filter(target__plan=plan, part=Part.REPORT).newest_first()
    reported = set(filed.order_by().values_list("target", "period"))
    waiting = TargetRevision.objects.waiting().filter(target__plan=plan)
    asked = set(waiting.values_list("target", flat=True))
    for target in targets:
        answer = answers[target.pk]
        closing = answer.asked.closing or last
        is_settled = target.row is not None and target.row.settled
        owes = target.state not in Target.SILENT and not is_settled and not answer.asked.is_exempt
        if answer.reporting == Reporting.OUTCOME_MISSING:
            yield Question("outcome", place=target)
        elif owes and (target.pk, closing.pk) not in reported:
            month = explain.month_of(closing.period_end, plan.ends_on)
            yield Question("report", {"month": month}, target)
        if target.pk in asked:
            yield Question("decision", place=target)
