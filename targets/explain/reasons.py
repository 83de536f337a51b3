"""Why a light is what it is: one sentence with its numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.explain.figures import figure_reason
from targets.explain.quantities import day
from targets.rules.facts import NEVER
from targets.status import Status


def reason(explanation: dict[str, Any], status: int | None, on: date, *, names_rule: bool = True) -> str:
    """Return one sentence with its numbers: why the target has this status on that day.

    A page that names the rule above its lists leaves it out of each sentence.
    """
    key = explanation.get("key")
    if status is None or key is None:
        return _("Nothing was judged yet.")
    if status == Status.NOT_STARTED:
        return _("The window has not opened yet.")
    if key in NOT_LIT:
        return str(NOT_LIT[key])
    return (
        _node_reason(explanation, status, on, names_rule)
        if key.startswith("nodes")
        else figure_reason(explanation, status, names_rule=names_rule)
    )


def set_by_hand(light: int, until: date, by_rule: str) -> str:
    """Return both lights of a row set by hand: the light in force, and the light by the rule."""
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


def _node_reason(numbers: dict[str, Any], status: int, on: date, names_rule: bool) -> str:
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
        late = (on - date.fromisoformat(numbers["next_due"])).days
        words["late"] = _("%(late)s days ago") % {"late": late} if late else _("that is today")
        if not names_rule:
            told = _("%(done)s of %(nodes)s nodes done; the next was due on %(next_due)s, %(late)s.")
            return told % words
        told = _(
            "%(done)s of %(nodes)s nodes done; the next was due on %(next_due)s, %(late)s "
            "(red after %(days)s days under “%(rule)s”, version %(version)s)."
        )
        if "days" not in numbers:
            told = _(
                "%(done)s of %(nodes)s nodes done; the next was due on %(next_due)s, %(late)s "
                "(red from its day on under “%(rule)s”, version %(version)s)."
            )
        return told % words
    return _("%(done)s of %(nodes)s nodes done; the next is due on %(next_due)s.") % words


def _day_words(iso: str) -> str:
    return day(date.fromisoformat(iso))
