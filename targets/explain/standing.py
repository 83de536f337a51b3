"""How the year stands, in one sentence whose numbers add up."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

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
    comma = pgettext("clauses", ", ")
    apart = [(_("%(count)s stretch goals apart"), stretch), (_("%(count)s without a light"), unlit)]
    apart.append((_("%(count)s cancelled and not counted"), cancelled))
    rest = comma.join(words % {"count": count} for words, count in apart if count)
    if not lit:
        end = _("%(rest)s.") % {"rest": rest or _("no light yet")}
        return Standing(_("%(tasks)s tasks this year: ") % {"tasks": tasks}, "", end)
    counted = [(_("%(count)s on schedule"), on_schedule), (_("%(count)s behind"), behind)]
    counted.append((_("%(count)s by figures of earlier months"), carried))
    head = _("%(tasks)s tasks this year; of %(lit)s in the rate on schedule ") % {"tasks": tasks, "lit": lit}
    parts = comma.join(words % {"count": count} for words, count in counted if count)
    return Standing(head, parts, _("; %(rest)s.") % {"rest": rest} if rest else _("."))


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
