"""The verdict on a figure, with every number that its explanation needs."""

from __future__ import annotations

from typing import Any

from targets.rules.case import Case
from targets.rules.facts import Light, Rule, Verdict
from targets.rules.pace import Pace
from targets.rules.quantities import plain
from targets.rules.schedule import months_passed
from targets.rules.sides import Side


def under(rule: Rule, light: Light) -> Light:
    """Red instead of amber, if the rule has no amber."""
    return Light.RED if light is Light.AMBER and not rule.has_amber else light


def verdict(
    case: Case,
    side: Side,
    light: Light,
    key: str,
    numbers: dict[str, str] | None = None,
    pace: Pace | None = None,
) -> Verdict:
    """`side` is the judged bound; `numbers` are further numbers for the explanation."""
    light = under(case.rule, light)
    explanation: dict[str, Any] = {
        "key": key,
        "light": int(light),
        "value": plain(case.value),
        **_promised(case, side),
        "unit": case.promise.unit_of_measure,
        "from": case.starts_on.isoformat(),
        "period_end": case.report.period_end.isoformat(),
        "rule": case.rule.name,
        "version": case.rule.version,
        **(numbers or {}),
        # For the explanation: how the figure will be judged once the curve begins.
        **({"key": "awaits_curve", "read_as": key} if light is Light.NO_FIGURE else {}),
    }
    if pace is not None:
        explanation["passed"], explanation["of"] = months_passed(
            case.report.period_end, case.starts_on, case.due_on
        )
        if case.planned is not None:
            explanation["planned"] = plain(case.planned)
        elif case.awaits_curve:
            explanation["planned_from"] = case.promise.curve[0][0].isoformat()
        explanation |= {name: str(getattr(pace, name)) for name in ("attainment", "expected", "gap")}
    return Verdict(
        light,
        case.promise,
        value=case.value,
        period_end=case.report.period_end,
        attainment=pace.attainment if pace else None,
        expected=pace.expected if pace else None,
        gap=pace.gap if pace else None,
        lag=pace.lag if pace else None,
        settled=light is Light.DONE and not case.report.preliminary,
        explanation=explanation,
    )


def _promised(case: Case, side: Side) -> dict[str, Any]:
    """The judged bound, and the promise as worded if that says more than the bound."""
    comparator = case.promise.comparator
    if comparator in ("approx", "eq", "between"):
        said: dict[str, Any] = {"comparator": comparator, "needed": plain(side.goal)}
        if comparator == "between":
            said["range"] = [
                plain(v) for v in (case.promise.target_value, case.promise.upper_value) if v is not None
            ]
        if side.slack:
            said["met_at"] = plain(side.met_at)
        return said | ({} if side.is_floor else {"is_ceiling": True})
    strict = side.is_strict
    return {
        "comparator": ("gt" if strict else "gte") if side.is_floor else ("lt" if strict else "lte"),
        "needed": plain(side.goal),
    }
