"""What each unit is reminded of: what 待办 shows those who report for it."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.utils.translation import gettext as _

from targets.models import OrgUnit, Plan
from targets.models.enums import Part, Role
from targets.todo.gather import Todo
from targets.todo.lists import TodoList, UnitItems
from targets.todo.owed import Due, owed_by_units
from targets.todo.waiting import Waiting, counts

UNEXPLAINED = "unexplained"


@dataclass(slots=True)
class Reminder:
    """One message to one unit; `addresses` are those of its reporters, perhaps none."""

    unit: OrgUnit
    addresses: list[str]
    parts: list[tuple[TodoList, UnitItems]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(items.count for _list, items in self.parts)

    @property
    def subject(self) -> str:
        return _("[Reminder] %(unit)s: %(count)s things to be filed") % {
            "unit": self.unit, "count": self.count,
        }  # fmt: skip

    @property
    def text(self) -> str:
        senders = dict.fromkeys(each.sender for each, _items in self.parts)
        blocks = (line for each, items in self.parts for line in (each.head(items.count), *items.lines))
        return "\n".join(
            [_("%(words)s:") % {"words": self.unit}, *blocks, _("Please file in time."), *senders]
        )


class UnitsTodo(Todo):
    """What the units owe in these plans, seen by nobody in particular: every target is its own unit's.

    `plans` were read with their periods. The queries are as many as there are kinds of things, not targets.
    """

    def __init__(self, today: date, plans: Collection[Plan]) -> None:
        super().__init__(AnonymousUser(), today, known=plans, window=range(sys.maxsize))

    @property
    def reminders(self) -> list[Reminder]:
        """A message for each unit that owes something, in the order of the units."""
        found: dict[int, Reminder] = {}
        addresses = _addresses()
        for listed in (each for plan in self.plans for each in plan.lists):
            for unit, items in listed.units.items():
                if unit not in found:
                    found[unit] = Reminder(self._units[unit], sorted(addresses[unit]))
                found[unit].parts.append((listed, items))
        return sorted(found.values(), key=lambda each: (each.unit.order, each.unit.pk))

    def _lists(self) -> Iterator[TodoList]:
        yield from (each for each in self._owed() if each.key == Part.REPORT)
        yield from self._of_kind(UNEXPLAINED)

    @cached_property
    def _due_anywhere(self) -> list[Due]:
        return owed_by_units(self.today, list(self._plans.values()))

    @cached_property
    def _waiting(self) -> dict[str, Waiting]:
        return {UNEXPLAINED: super()._waiting[UNEXPLAINED]}

    @cached_property
    def _counts(self) -> dict[tuple[str, int, int], int]:
        return counts(self._waiting)


def _addresses() -> dict[int, set[str]]:
    """By unit the e-mail addresses of those who report for it."""
    found = defaultdict[int, set[str]](set)
    reporters = User.objects.filter(~Q(email=""), is_active=True, groups__name=Role.REPORTER)
    for email, *units in reporters.values_list("email", "member__unit", "member__also_in"):
        for unit in units:
            found[unit].add(email)
    return found
