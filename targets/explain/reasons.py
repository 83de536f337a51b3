"""Why a light is what it is: one sentence with its numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.explain.quantities import change, day, months, reading
from targets.rules.facts import NEVER
from targets.rules.quantities import PERCENT, plain
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
        parts.append(_ahead_or_behind(Decimal(numbers["gap"]), is_ceiling=is_used_up(numbers)))
    if numbers["key"] == "stock_grace":
        parts.append(by_grace(numbers))
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


def is_used_up(numbers: dict[str, Any]) -> bool:
    """A ceiling on a running total: less is better, so words of haste would mislead."""
    return read_as(numbers) == "flow" and numbers["comparator"] in ("lte", "lt")


def read_as(numbers: dict[str, Any]) -> str:
    return numbers.get("read_as", numbers["key"])


def _figure_head(numbers: dict[str, Any]) -> str:
    first, last = date.fromisoformat(numbers["from"]), date.fromisoformat(numbers["period_end"])
    value = Decimal(numbers["value"])
    words = {**numbers, "months": months(first, last), "month": last.month}
    words["goal"] = goal_of(numbers)
    match read_as(numbers):
        case "flow" if is_used_up(numbers):
            return _("%(months)s: %(value)s%(unit)s, limit: %(goal)s") % words
        case "flow" | "awaits_curve":
            return _("%(months)s: %(value)s%(unit)s done") % words
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


def goal_of(numbers: dict[str, Any]) -> str:
    """The side of the promise that was judged; the rule made its bound whole already."""
    if read_as(numbers) == "rank" and numbers["comparator"] == "lte":
        return _("among the first %(value)s") % {"value": numbers["needed"]}
    return reading(numbers["comparator"], Decimal(numbers["needed"]), numbers["unit"], None)


def difference(value: Decimal, unit: str) -> str:
    """Two percentages differ by percentage points, never by per cent."""
    if unit.strip() in PERCENT:
        return _("%(points)s percentage points") % {"points": plain(value)}
    return f"{plain(value)}{unit}"


def by_grace(numbers: dict[str, Any]) -> str:
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
        told = _(
            "%(done)s of %(nodes)s nodes done; the next was due on %(next_due)s, %(late)s days ago "
            "(red after %(days)s days under “%(rule)s”, version %(version)s)."
        )
        if "days" not in numbers:
            told = _(
                "%(done)s of %(nodes)s nodes done; the next was due on %(next_due)s, %(late)s days ago "
                "(red from its day on under “%(rule)s”, version %(version)s)."
            )
        return told % words
    return _("%(done)s of %(nodes)s nodes done; the next is due on %(next_due)s.") % words


def _day_words(iso: str) -> str:
    return day(date.fromisoformat(iso))
