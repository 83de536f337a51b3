"""Why a light is what it is: one sentence with its numbers, and the arithmetic step by step."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.explain.quantities import change, day, months, points, reading
from targets.rules.facts import NEVER
from targets.rules.quantities import PERCENT, half_up, plain
from targets.status import Status


def reason(explanation: dict[str, Any], status: int | None, on: date) -> str:
    """One sentence with its numbers: why this status, on that day."""
    key = explanation.get("key")
    if status is None or key is None:
        return _("Nothing was judged yet.")
    if status == Status.NOT_STARTED:
        return _("The window has not opened yet.")
    if key in NOT_LIT:
        return str(NOT_LIT[key])
    return (_node_reason if key.startswith("nodes") else _figure_reason)(explanation, status, on)


def set_by_hand(light: int, until: date, by_rule: str) -> str:
    """Both lights of a row set by hand: what stands, and what the rule says."""
    words = {"light": Status(light).label, "until": day(until), "by_rule": by_rule}
    return _("Set to %(light)s by hand until %(until)s; by the rule: %(by_rule)s") % words


NOT_LIT: dict[str, Promise] = {
    "no_figure": gettext_lazy("No approved figure yet."),
    "before_window": gettext_lazy("Only figures from before the window; they are kept, not judged."),
    "undefined": gettext_lazy("Still to be defined: reports may be logged, no light is given."),
    "watch": gettext_lazy("Watched in words; no light is given."),
    "suspended": gettext_lazy("Suspended; no light is given."),
    "cancelled": gettext_lazy("Cancelled."),
}


def _figure_reason(numbers: dict[str, Any], status: int, on: date) -> str:
    parts = [_figure_head(numbers)]
    if "attainment" in numbers:
        rates = {"attainment": numbers["attainment"], "expected": numbers["expected"]}
        parts.append(_("attainment %(attainment)s%%, expected progress %(expected)s%%") % rates)
        parts.append(_ahead_or_behind(Decimal(numbers["gap"]), is_ceiling=_is_used_up(numbers)))
    if numbers["key"] == "stock_grace":
        parts.append(_by_grace(numbers))
    if numbers["key"] == "no_baseline" and status == Status.UNDEFINED:
        parts.append(_("last year's baseline is missing, so there is no schedule to hold it against"))
        return _(", ").join(parts) + _(".")
    if numbers["key"] == "awaits_curve":
        parts.append(_("the monthly plan asks for nothing yet"))
        return _(", ").join(parts) + _(".")
    if "escalated" in numbers and status == Status.RED:
        parts.append(_("behind for %(escalated)s periods running, amber turns red") % numbers)
    tail = _("%(status)s under “%(rule)s”, version %(version)s") % {
        "rule": numbers["rule"], "version": numbers["version"], "status": Status(status).label,
    }  # fmt: skip
    return _(", ").join([*parts, tail]) + _(".")


def _is_used_up(numbers: dict[str, Any]) -> bool:
    """A ceiling on a running total: less is better, so words of haste would mislead."""
    return _read_as(numbers) == "flow" and numbers["comparator"] in ("lte", "lt")


def _read_as(numbers: dict[str, Any]) -> str:
    return numbers.get("read_as", numbers["key"])


def _figure_head(numbers: dict[str, Any]) -> str:
    first, last = date.fromisoformat(numbers["from"]), date.fromisoformat(numbers["period_end"])
    value = Decimal(numbers["value"])
    words = {**numbers, "months": months(first, last), "month": last.month}
    # The side's bound was made whole by the rule already.
    words["goal"] = reading(numbers["comparator"], Decimal(numbers["needed"]), numbers["unit"], None)
    match _read_as(numbers):
        case "flow" if _is_used_up(numbers):
            return _("%(months)s: %(value)s%(unit)s, limit: %(goal)s") % words
        case "flow" | "awaits_curve":
            return _("%(months)s: %(value)s%(unit)s done") % words
        case "level":
            return _("by the end of month %(month)s: %(value)s%(unit)s, to be held: %(goal)s") % words
        case "rank":
            if numbers["comparator"] == "lte":
                words["goal"] = _("among the first %(value)s") % {"value": numbers["needed"]}
            return _("month %(month)s: place %(value)s, to be %(goal)s") % words
        case "growth":
            words["change"] = change(value)
            return _("%(months)s: %(change)s, to grow by %(goal)s") % words
    if "baseline" not in numbers:
        return _("by the end of month %(month)s: %(value)s%(unit)s, to reach %(goal)s") % words
    moved = value - Decimal(numbers["baseline"])
    words["moved"] = _difference(abs(moved), numbers["unit"])
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


def _difference(value: Decimal, unit: str) -> str:
    """Two percentages differ by percentage points, never by per cent."""
    if unit.strip() in PERCENT:
        return _("%(points)s percentage points") % {"points": plain(value)}
    return f"{plain(value)}{unit}"


def _by_grace(numbers: dict[str, Any]) -> str:
    lost = -Decimal(numbers["done_units"])
    if lost > 0:
        template = _("%(due_units)s%(unit)s due by now, %(lost)s%(unit)s fewer instead")
        return template % {**numbers, "lost": plain(lost)}
    return _("%(due_units)s%(unit)s due by now, %(done_units)s%(unit)s done") % numbers


def _ahead_or_behind(gap: Decimal, *, is_ceiling: bool = False) -> str:
    if gap == 0:
        return _("exactly on schedule")
    if is_ceiling:
        template = _("%(points)s percentage points below the schedule")
        if gap < 0:
            template = _("%(points)s percentage points above the schedule")
    elif gap > 0:
        template = _("%(points)s percentage points ahead")
    else:
        template = _("%(points)s percentage points behind")
    return template % {"points": abs(gap)}


def steps(numbers: dict[str, Any], rule: Any) -> list[tuple[str, str]]:
    """The arithmetic behind a light, step by step, as (what, how); empty where nothing was reckoned.

    `rule` is the light rule's version; percentages were rounded before they were subtracted.
    """
    if "attainment" not in numbers:
        return []
    base = numbers.get("baseline")
    words = {**numbers, "base": base}
    if base is None:
        done = _("%(value)s ÷ %(needed)s = %(attainment)s%%") % words
    else:
        done = _("(%(value)s − %(base)s) ÷ (%(needed)s − %(base)s) = %(attainment)s%%") % words
    if "planned" in numbers:
        due = _("planned %(planned)s%(unit)s by then: %(expected)s%%") % words
    elif "planned_from" in numbers:
        first_planned = {"day": _day_words(numbers["planned_from"]), "expected": numbers["expected"]}
        due = _("the plan asks for nothing before %(day)s: %(expected)s%%") % first_planned
    else:
        due = _("%(passed)s of %(of)s months: %(expected)s%%") % words
    first, second = ("expected", "attainment") if _is_used_up(numbers) else ("attainment", "expected")
    words |= {"first": numbers[first], "second": numbers[second], "signed": points(Decimal(numbers["gap"]))}
    bands = {"green": rule.green_band, "amber": rule.amber_band}
    found = [
        (_("attainment"), done),
        (_("expected progress"), due),
        (_("gap"), _("%(first)s − %(second)s = %(signed)s percentage points") % words),
        (_("light"), _bands(bands)),
    ]
    if numbers["key"] == "stock_grace":
        found[-1] = (found[-1][0], _(", ").join((found[-1][1], _by_grace(numbers))))
    if to_come := _per_month_to_come(numbers):
        found.append((_("needed per month from now on"), to_come))
    return found


def _bands(bands: dict[str, Decimal]) -> str:
    if bands["green"]:
        return _("less than %(green)s points behind green, up to %(amber)s amber, beyond that red") % bands
    return _("not behind green, up to %(amber)s points behind amber, beyond that red") % bands


def _per_month_to_come(numbers: dict[str, Any]) -> str:
    """What is left of a running total over the months left; nothing once it is reached or over."""
    left = Decimal(numbers["needed"]) - Decimal(numbers["value"])
    months_left = numbers.get("of", 0) - numbers.get("passed", 0)
    if numbers["key"] != "flow" or _is_used_up(numbers) or left <= 0 or months_left <= 0:
        return ""
    per_month = plain(half_up(left / months_left, 2))
    return _("%(value)s%(unit)s in each of %(months)s months") % {
        "value": per_month, "unit": numbers["unit"], "months": months_left,
    }  # fmt: skip


def _node_reason(numbers: dict[str, Any], status: int, on: date) -> str:
    words = {name: _day_words(value) for name, value in numbers.items() if name.endswith(("_due", "_on"))}
    words |= {name: numbers[name] for name in ("done", "nodes", "days", "rule", "version") if name in numbers}
    key = numbers["key"]
    if key == "nodes_done":
        return _("The final node was completed on %(done_on)s.") % words
    if key == "nodes_missed":
        return _("The closing report came without the final node, due on %(due_on)s.") % words
    if key == "nodes_only_final":
        if not numbers["nodes"]:
            return _("No nodes are set, so no light is given.")
        return _("Only the final node is set, so no light is given before it is reported.")
    if status == Status.OVERDUE:
        return _("%(done)s of %(nodes)s nodes done; the final node was due on %(final_due)s.") % words
    if numbers["next_due"] == NEVER.isoformat():
        return _("%(done)s of %(nodes)s nodes done; none left is dated.") % words
    if status in (Status.AMBER, Status.RED):
        words["late"] = str((on - date.fromisoformat(numbers["next_due"])).days)
        return (
            _(
                "%(done)s of %(nodes)s nodes done; the next was due on %(next_due)s, %(late)s days ago "
                "(red after %(days)s days under “%(rule)s”, version %(version)s)."
            )
            % words
        )
    return _("%(done)s of %(nodes)s nodes done; the next is due on %(next_due)s.") % words


def _day_words(iso: str) -> str:
    return day(date.fromisoformat(iso))
