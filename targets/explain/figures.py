"""The sentence on a figure: the reported value, the promise, and what decided the light.

Ledger rows keep their numbers for ever, so this module also reads rows of an earlier edition. That
edition reversed the sign of the gap for ceilings, judged a range as two bounds, and named grace in
the key.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from targets.explain.quantities import change, difference, months, quantity, reading, with_minus
from targets.rules.quantities import plain
from targets.status import Status

CEILINGS = ("lte", "lt")
STRICT = ("gt", "lt")


def figure_reason(numbers: dict[str, Any], status: int, *, names_rule: bool = True) -> str:
    parts = [_head(numbers)]
    if "attainment" in numbers:
        rates = _("attainment %(attainment)s%%, expected progress %(expected)s%%")
        parts.append(rates % _printed(numbers))
        parts.append(_ahead_or_behind(numbers))
    parts += [how_far(numbers, status), what_a_band_allows(numbers), by_grace(numbers), broken(numbers)]
    if numbers["key"] == "no_baseline" and status == Status.UNDEFINED:
        return _told(
            [*parts, _("last year's baseline is missing, so there is no schedule to hold it against")]
        )
    if numbers["key"] == "awaits_curve":
        return _told([*parts, _("the monthly plan asks for nothing yet")])
    if "escalated" in numbers and status == Status.RED:
        parts.append(_("behind for %(escalated)s periods running, amber turns red") % numbers)
    tail = _("%(status)s under “%(rule)s”, version %(version)s") % {
        "rule": numbers["rule"], "version": numbers["version"], "status": Status(status).label,
    }  # fmt: skip
    return _told([*parts, tail if names_rule else ""])


def _printed(numbers: dict[str, Any]) -> dict[str, str]:
    """The figures as a page prints them: the ledger's have a hyphen where print has a minus."""
    named = ("value", "baseline", "attainment", "expected")
    return {name: with_minus(str(numbers[name])) for name in named if name in numbers}


def _told(parts: list[str]) -> str:
    return _(", ").join(part for part in parts if part) + _(".")


# --- what was promised ------------------------------------------------------------------------


def read_as(numbers: dict[str, Any]) -> str:
    return numbers.get("read_as", numbers["key"])


def is_ceiling(numbers: dict[str, Any]) -> bool:
    return numbers.get("is_ceiling", numbers["comparator"] in CEILINGS)


def is_used_up(numbers: dict[str, Any]) -> bool:
    """Whether the goal is a ceiling on a cumulative total: less is better, so “ahead” would mislead."""
    return read_as(numbers) == "flow" and is_ceiling(numbers)


def goal_of(numbers: dict[str, Any]) -> str:
    """Return the promise as it was judged; for whole things the rule has already adjusted the bound."""
    if read_as(numbers) == "rank":
        template = _("place %(value)s") if numbers["comparator"] == "eq" else _("among the first %(value)s")
        return template % {"value": numbers["needed"]}
    first, last = numbers.get("range", (numbers["needed"], None))
    upper = None if last is None else Decimal(last)
    return reading(numbers["comparator"], Decimal(first), numbers["unit"], None, upper)


def missed_by(numbers: dict[str, Any]) -> Decimal:
    """Return how far the figure misses the goal, in its unit; negative if it is better than the goal."""
    ahead = Decimal(numbers["value"]) - Decimal(numbers["needed"])
    return ahead if is_ceiling(numbers) else -ahead


def still_missing(numbers: dict[str, Any]) -> str:
    """Return what is left to the goal, with its unit; of a limit, what goes beyond it; empty if nothing."""
    if "needed" not in numbers or "value" not in numbers:
        return ""
    missed = missed_by(numbers)
    if missed <= 0:
        return ""
    is_limit = is_ceiling(numbers) and read_as(numbers) != "rank"
    return _short_or_beyond(numbers, missed) if is_limit else difference(missed, numbers["unit"])


def is_reached(numbers: dict[str, Any]) -> bool:
    missed = missed_by(numbers)
    return missed < 0 or (missed == 0 and numbers["comparator"] not in STRICT)


# --- what was reported ------------------------------------------------------------------------


def _head(numbers: dict[str, Any]) -> str:
    first, last = date.fromisoformat(numbers["from"]), date.fromisoformat(numbers["period_end"])
    value = Decimal(numbers["value"])
    words = {**numbers, **_printed(numbers), "months": months(first, last), "month": last.month}
    told = read_as(numbers)
    if told == "awaits_curve" or (told == "flow" and not is_used_up(numbers)):
        return _("%(months)s: %(value)s%(unit)s done") % words
    words["goal"] = goal_of(numbers)
    match told:
        case "flow":
            return _("%(months)s: %(value)s%(unit)s, limit: %(goal)s") % words
        case "level":
            return _("by the end of month %(month)s: %(value)s%(unit)s, to be held: %(goal)s") % words
        case "rank":
            return _("month %(month)s: place %(value)s, to be %(goal)s") % words
        case "growth":
            words["change"] = change(value)
            return _("%(months)s: %(change)s, to grow by %(goal)s") % words
    if "baseline" not in numbers:
        return _("by the end of month %(month)s: %(value)s%(unit)s, to reach %(goal)s") % words
    moved = value - Decimal(numbers["baseline"])
    words["moved"] = difference(abs(moved), numbers["unit"])
    if moved < 0:
        template = _(
            "by the end of month %(month)s: %(value)s%(unit)s, to reach %(goal)s, "
            "baseline %(baseline)s%(unit)s, net decrease %(moved)s"
        )
    else:
        template = _(
            "by the end of month %(month)s: %(value)s%(unit)s, to reach %(goal)s, "
            "baseline %(baseline)s%(unit)s, net increase %(moved)s"
        )
    return template % words


# --- how far that is --------------------------------------------------------------------------


def gap_of(numbers: dict[str, Any]) -> Decimal:
    """Return attainment minus expected progress, both as printed; in percentage points."""
    return Decimal(numbers["attainment"]) - Decimal(numbers["expected"])


def _ahead_or_behind(numbers: dict[str, Any]) -> str:
    gap = gap_of(numbers)
    if gap == 0:
        # At the end of the year, or beyond a bound, "on schedule" would wrongly say that all is well.
        is_over = Decimal(numbers["expected"]) == 100 and not is_reached(numbers)
        return "" if is_over or "broken" in numbers else _("exactly on schedule")
    if is_used_up(numbers):
        template = _("%(points)s percentage points above the schedule")
        if gap < 0:
            template = _("%(points)s percentage points below the schedule")
    elif gap > 0:
        template = _("%(points)s percentage points ahead")
    else:
        template = _("%(points)s percentage points behind")
    return template % {"points": abs(gap)}


def how_far(numbers: dict[str, Any], status: int) -> str:
    """Return the distance to the goal in its unit, if percentages hide the distance or do not decide."""
    if numbers["light"] == Status.UNDEFINED or read_as(numbers) == "rank" or is_reached(numbers):
        return ""
    is_settled = status in (Status.DONE, Status.MISSED)
    if "met_at" in numbers and (is_settled or "attainment" not in numbers):
        return _about(numbers)
    missed, unit = missed_by(numbers), numbers["unit"]
    is_over = is_used_up(numbers)
    is_hidden = Decimal(numbers.get("attainment", 0)) >= 100 or missed == 0
    if not (is_over or (is_hidden and ("attainment" in numbers or is_settled))):
        return ""
    if missed == 0:
        template = (
            _("exactly %(value)s, to be less") if is_ceiling(numbers) else _("exactly %(value)s, to be more")
        )
        return template % {"value": quantity(Decimal(numbers["value"]), unit)}
    return _short_or_beyond(numbers, missed)


def _short_or_beyond(numbers: dict[str, Any], missed: Decimal) -> str:
    template = _("%(missed)s beyond the limit") if is_ceiling(numbers) else _("%(missed)s short")
    return template % {"missed": difference(missed, numbers["unit"])}


def _about(numbers: dict[str, Any]) -> str:
    """Return words on the bound that “about” (左右) allows at closing, and by how much it is missed."""
    met_at, value = Decimal(numbers["met_at"]), Decimal(numbers["value"])
    said = _("“about” allows %(value)s") % {"value": quantity(met_at, numbers["unit"])}
    beyond = value - met_at if is_ceiling(numbers) else met_at - value
    if beyond <= 0:
        return said
    return _(", ").join([said, _short_or_beyond(numbers, beyond)])


def what_a_band_allows(numbers: dict[str, Any]) -> str:
    if "enough" in numbers:
        return _("“about” asks for %(enough)s%% by now") % numbers
    if "green_band" in numbers:
        return _("less than %(green_band)s percentage points are still green") % numbers
    return ""


def by_grace(numbers: dict[str, Any]) -> str:
    if "allowed_units" in numbers:
        return _("%(allowed_units)s%(unit)s allowed by now, %(done_units)s%(unit)s so far") % numbers
    if "due_units" not in numbers:
        return ""
    lost = -Decimal(numbers["done_units"])
    if lost > 0:
        template = _("%(due_units)s%(unit)s due by now, %(lost)s%(unit)s fewer instead")
        return template % {**numbers, "lost": plain(lost)}
    return _("%(due_units)s%(unit)s due by now, %(done_units)s%(unit)s done") % numbers


def broken(numbers: dict[str, Any]) -> str:
    """Return words on the broken bound of a range: the bound that has no schedule."""
    if "broken" not in numbers:
        return ""
    bound, unit = Decimal(numbers["broken"]), numbers["unit"]
    template = (
        _("above the upper limit of %(bound)s")
        if Decimal(numbers["value"]) > bound
        else _("below the lower limit of %(bound)s")
    )
    return template % {"bound": quantity(bound, unit)}
