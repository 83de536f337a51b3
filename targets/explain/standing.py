"""How the year stands, in one sentence whose numbers add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from targets.explain.quantities import listed
from targets.status import Status


class Standing(NamedTuple):
    """The sentence in three pieces, so that a page can stress the middle."""

    before: str
    stressed: str
    after: str

    def __str__(self) -> str:
        return "".join(self)


def standing(
    *,
    tasks: int,
    lit: int,
    on_schedule: int,
    behind: int,
    carried: int,
    stretch: int,
    unlit: int,
    cancelled: int,
) -> Standing:
    """Return the sentence: tasks = lit + stretch + unlit, and lit = on schedule + behind + carried over."""
    apart = [(_("%(count)s stretch goals apart"), stretch), (_("%(count)s without a light"), unlit)]
    rest = _counted(*apart, (_("%(count)s cancelled and not counted"), cancelled))
    if not lit:
        end = _("%(rest)s.") % {"rest": rest or _("no light yet")}
        return Standing(_("%(tasks)s tasks this year: ") % {"tasks": tasks}, "", end)
    counted = [(_("%(count)s on schedule"), on_schedule), (_("%(count)s behind"), behind)]
    parts = _counted(*counted, (_("%(count)s by figures of earlier months"), carried))
    head = _("%(tasks)s tasks this year; of %(lit)s in the rate on schedule ") % {"tasks": tasks, "lit": lit}
    return Standing(head, parts, _("; %(rest)s.") % {"rest": rest} if rest else _("."))


def rate(*, lit: int, on_schedule: int, behind: int, carried: int, stretch: int) -> str:
    """Return what the rate on schedule counts, in few words: lit = on schedule + behind + carried over."""
    counted = [(_("%(count)s on schedule"), on_schedule), (_("%(count)s behind"), behind)]
    parts = _counted(*counted, (_("%(count)s carried over"), carried))
    told = _("of %(lit)s %(parts)s") % {"lit": lit, "parts": parts}
    apart = _counted((_("%(count)s stretch goals apart"), stretch))
    return _("%(words)s; %(rest)s") % {"words": told, "rest": apart} if apart else told


def _counted(*counted: tuple[str, int]) -> str:
    return pgettext("clauses", ", ").join(words % {"count": count} for words, count in counted if count)


def counts(total: int, groups: Iterable[tuple[str, int, Sequence[tuple[str, int]]]]) -> str:
    """Return how many there are, of each group and in it of each status: 需关注11项（红灯3、黄灯8）."""
    parts = [_("%(count)s targets") % {"count": total}]
    for name, count, statuses in groups:
        inside = listed(f"{label}{number}" for label, number in statuses if number)
        words = {"name": name, "count": count, "inside": inside}
        parts.append((_("%(name)s %(count)s (%(inside)s)") if inside else _("%(name)s %(count)s")) % words)
    return pgettext("clauses", ", ").join(parts)


SHORT = {  # of a light that turned: 由绿转黄
    Status.RED: pgettext_lazy("light that turned", "red"),
    Status.AMBER: pgettext_lazy("light that turned", "amber"),
    Status.GREEN: pgettext_lazy("light that turned", "green"),
}


def turned(before: Status, after: Status, count: int) -> str:
    words = ngettext(
        "%(count)s from %(before)s to %(after)s", "%(count)s from %(before)s to %(after)s", count
    )
    old, new = (SHORT.get(status, status.label) for status in (before, after))
    return words % {"before": old, "after": new, "count": count}


def places_moved(before: int | None, now: int | None) -> str:
    """Return how a place changed: up is a smaller number; empty without an earlier one."""
    if before is None or now is None:
        return ""
    if before == now:
        return _("same place")
    words = _("up %(count)s") if now < before else _("down %(count)s")
    return words % {"count": abs(before - now)}


class Notice(NamedTuple):
    """A table as a message for a chat: what stands before its rows, each row, and what stands after."""

    before: str
    each: str  # with {number} {title} {unit} {light} {reason} for a script to fill
    after: str


def notice(heading: str, told: str, *after: str) -> Notice:
    before = _("To all units:\n%(heading)s: %(told)s.") % {"heading": heading, "told": told}
    return Notice(before, _("{number}. {title} ({unit}): {light}. {reason}"), "\n".join(filter(None, after)))
