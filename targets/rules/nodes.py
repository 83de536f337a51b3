"""Milestone targets: nodes by their dates, and the days on which a light changes without a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from targets.rules.facts import NEVER, Commitment, Facts, Light, Report, Verdict
from targets.rules.quantities import half_up
from targets.rules.schedule import is_closing, month_number


def judge_nodes(facts: Facts, promise: Commitment, reports: list[Report], day: date) -> Verdict:
    """Judge nodes by their dates; days to come change the light only if a node before the final has one."""
    nodes = promise.dated_nodes()
    days_done = _completions(facts, {n.key for n in nodes}, day)
    newest = reports[-1] if reports else None
    dated = [n for n in nodes if n.due_on is not None]
    final = nodes[-1] if nodes else None
    base = Verdict(
        Light.NO_FIGURE,
        promise,
        period_end=newest.period_end if newest else None,
        # Without any report the share is unknown, not 0.
        attainment=_share_done(promise, set(days_done)) if newest or days_done else None,
        marks={"corrected": 1} if newest and newest.revision_no > 1 else {},
        explanation={"key": "nodes_only_final", "done": len(days_done), "nodes": len(nodes)},
    )
    if final is not None and final.key in days_done:
        return _final_node_done(facts, base, final.due_on, days_done[final.key])
    if not [n for n in dated if n is not final]:
        due_on = promise.due_on or (final.due_on if final else None) or facts.plan_ends_on
        if newest is not None and is_closing(newest.period_end, due_on):
            return replace(
                base,
                light=Light.MISSED,
                explanation={**base.explanation, "key": "nodes_missed", "due_on": due_on.isoformat()},
            )
        return base
    next_due = min((n.due_on for n in dated if n.key not in days_done and n.due_on), default=NEVER)
    final_due = final.due_on if final and final.due_on else NEVER
    rule = facts.rule
    return replace(
        base,
        light=Light.GREEN,
        amber_on=next_due if rule.has_amber else NEVER,
        red_on=_later(next_due, rule.node_days + 1) if rule.has_amber else next_due,
        overdue_on=_later(final_due, 1),
        explanation={
            **base.explanation,
            "key": "nodes",
            "next_due": next_due.isoformat(),
            "final_due": final_due.isoformat(),
            "rule": rule.name,
            "version": rule.version,
            **({"days": rule.node_days} if rule.has_amber else {}),
        },
    )


def _final_node_done(facts: Facts, base: Verdict, node_due: date | None, done_on: date) -> Verdict:
    due_on = node_due or base.commitment.due_on or facts.plan_ends_on
    early = month_number(done_on) < month_number(due_on)
    mark = {"late": 1} if done_on > due_on else {"early": 1} if early else {}
    return replace(
        base,
        light=Light.DONE,
        settled=True,
        marks={**base.marks, **mark},
        explanation={**base.explanation, "key": "nodes_done", "done_on": done_on.isoformat()},
    )


def _completions(facts: Facts, keys: set[int], day: date) -> dict[int, date]:
    """Node key → earliest day of completion by `day`; a completion takes effect on its own day."""
    days: dict[int, date] = {}
    for key, done_on in (pair for report in facts.reports for pair in report.done):
        if key in keys and done_on <= day:
            days[key] = min(done_on, days.get(key, done_on))
    return days


def _share_done(promise: Commitment, done: set[int]) -> Decimal | None:
    """The weighted share of nodes done, in per cent; without weights all nodes count the same."""
    if not promise.nodes:
        return None
    weights = {n.key: Fraction(n.weight) if n.weight is not None else Fraction(0) for n in promise.nodes}
    if not any(weights.values()):
        weights = {n.key: Fraction(1) for n in promise.nodes}
    return half_up(100 * sum((weights[key] for key in done), Fraction(0)) / sum(weights.values()), 1)


def _later(day: date, days: int) -> date:
    return NEVER if day == NEVER else day + timedelta(days)
