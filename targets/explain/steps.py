"""The calculation of a light, step by step: the arithmetic, and the bands of the rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from targets.explain.figures import (
    broken,
    by_grace,
    goal_of,
    is_ceiling,
    is_used_up,
    missed_by,
    what_a_band_allows,
)
from targets.explain.quantities import (
    day,
    difference,
    percentage,
    points,
    quantity,
    unit_of_change,
    with_minus,
)
from targets.rules.facts import Light
from targets.rules.quantities import half_up, plain

BY_LEVEL = ("level", "no_baseline", "ratio", "rank", "growth")


class Step(NamedTuple):
    """One line of the calculation; `result` is empty where words say all."""

    what: str
    how: str
    result: str = ""


def steps(numbers: dict[str, Any], rule: Any) -> list[Step]:
    """Return the steps from the figure to the light; empty if nothing was calculated.

    `rule` is the version of the light rule; percentages were rounded before they were subtracted.
    """
    if "attainment" in numbers:
        found = _pace(numbers)
    elif numbers.get("key") in BY_LEVEL and numbers["light"] != Light.UNDEFINED:
        found = _level(numbers)
    elif numbers.get("key") == "nodes":
        words = {"days": rule.node_days}
        done = _("%(done)s of %(nodes)s done") % numbers
        turns = _("amber once a node is due, red %(days)s days after, overdue once the final node is")
        if not rule.has_amber:
            turns = _("red once a node is due, overdue once the final node is past")
        return [Step(_("nodes"), done), Step(_("light"), turns % words)]
    else:
        return []
    found.append(Step(_("light"), _light(numbers, rule)))
    if to_come := _per_month_to_come(numbers):
        found.append(Step(_("needed per month from now on"), to_come))
    return found


def _pace(numbers: dict[str, Any]) -> list[Step]:
    base = numbers.get("baseline")
    words = {**numbers, "base": base}
    if base is None:
        done = f"{numbers['value']} ÷ {numbers['needed']}"
    else:
        done = _("(%(value)s − %(base)s) ÷ (%(needed)s − %(base)s)") % words
    if "planned" in numbers:
        due = _("planned %(planned)s%(unit)s by then") % words
    elif "planned_from" in numbers:
        first_planned = {"day": day(date.fromisoformat(numbers["planned_from"]))}
        due = _("the plan asks for nothing before %(day)s") % first_planned
    else:
        due = _("%(passed)s of %(of)s months") % words
    attainment, expected, gap = (Decimal(numbers[name]) for name in ("attainment", "expected", "gap"))
    # For ceilings, an earlier edition calculated expected progress minus attainment.
    first, second = (attainment, expected) if attainment - expected == gap else (expected, attainment)
    return [
        Step(_("attainment"), with_minus(done), f"{percentage(attainment)}%"),
        Step(_("expected progress"), due, f"{percentage(expected)}%"),
        Step(
            _("gap"),
            f"{percentage(first)} − {percentage(second)}",
            _("%(signed)s percentage points") % {"signed": points(gap)},
        ),
    ]


def _level(numbers: dict[str, Any]) -> list[Step]:
    value, unit = Decimal(numbers["value"]), numbers["unit"]
    found = [Step(_("annual target"), goal_of(numbers)), Step(_("actual"), quantity(value, unit))]
    if (missed := missed_by(numbers)) > 0:
        found.append(Step(_("missed by"), difference(missed, unit)))
    return found


def _light(numbers: dict[str, Any], rule: Any) -> str:
    """Return what decides the light: the bands of the rule, unless the promise is met or missed."""
    light, is_by_level = Light(numbers["light"]), numbers["key"] in BY_LEVEL
    if light in (Light.DONE, Light.ON_TARGET) or (is_by_level and light is Light.GREEN):
        return _("the promise is met")
    if light is Light.MISSED:
        return _("due, and the promise is not met")
    parts = [_level_bands(numbers, rule) if is_by_level else pace_bands(rule)]
    if is_used_up(numbers):
        parts.insert(0, _("for a limit, behind is what goes beyond the schedule"))
    parts += filter(None, (what_a_band_allows(numbers), by_grace(numbers), broken(numbers)))
    if "escalated" in numbers:
        parts.append(_("behind for %(escalated)s periods running, amber turns red") % numbers)
    return _(", ").join(parts)


def pace_bands(rule: Any) -> str:
    """Return which light how many points behind give."""
    bands = {"green": rule.green_band, "amber": rule.amber_band}
    if not rule.has_amber:
        return _("not behind green, behind red")
    if rule.amber_share is not None:
        share = {"share": plain(Decimal(rule.amber_share))}
        return (
            _("not behind green, up to %(share)s%% of the expected progress behind amber, beyond that red")
            % share
        )
    if rule.green_band:
        return _("less than %(green)s points behind green, up to %(amber)s amber, beyond that red") % bands
    return _("not behind green, up to %(amber)s points behind amber, beyond that red") % bands


def _level_bands(numbers: dict[str, Any], rule: Any) -> str:
    is_growth_wanted = (
        numbers["key"] == "growth" and not is_ceiling(numbers) and Decimal(numbers["needed"]) > 0
    )
    if is_growth_wanted and rule.has_amber:
        return _("short of it without falling amber, falling red")
    if numbers["key"] == "level" or "by_share" in numbers:
        band, unit = rule.level_band, _("%% of the target value") % ()
    elif numbers["key"] == "rank":
        band, unit = rule.rank_band, numbers["unit"]
    else:
        band, unit = rule.rate_band, unit_of_change(numbers["unit"])
    if not band or not rule.has_amber:
        return _("missed by anything red")
    return _("missed by up to %(band)s%(unit)s amber, beyond that red") % {
        "band": plain(Decimal(band)), "unit": unit,
    }  # fmt: skip


def _per_month_to_come(numbers: dict[str, Any]) -> str:
    """Return the rest of a cumulative goal per month left; empty if nothing or no month is left."""
    left = Decimal(numbers["needed"]) - Decimal(numbers["value"])
    months_left = numbers.get("of", 0) - numbers.get("passed", 0)
    if numbers["key"] != "flow" or is_used_up(numbers) or left <= 0 or months_left <= 0:
        return ""
    per_month = plain(half_up(left / months_left, 2))
    return _("%(value)s%(unit)s in each of %(months)s months") % {
        "value": per_month, "unit": numbers["unit"], "months": months_left,
    }  # fmt: skip
