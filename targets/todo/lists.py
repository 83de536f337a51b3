"""Lists of things to do, for a page and as plain text for a chat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.models import OrgUnit, Plan, ReportingPeriod
from targets.models.enums import Part

FIRST = range(100)  # how much of a list stands among the others
# The first line of each list when it is sent to others.
HEADS: dict[str, Promise] = {
    "report": gettext_lazy("[Reminder] %(title)s: %(count)s not filed yet"),
    "statistic": gettext_lazy("[Reminder] %(title)s: %(count)s not filed yet"),
    "unexplained": gettext_lazy("[Reminder] %(title)s: %(count)s"),
    "units": gettext_lazy("[Reminder] %(title)s: %(count)s not filed yet"),
    "review": gettext_lazy("[Reminder] %(title)s: %(count)s"),
    "changes": gettext_lazy("[Reminder] %(title)s: %(count)s"),
    "handed_in": gettext_lazy("%(title)s: %(count)s"),
    "remarks": gettext_lazy("[Reminder] %(title)s: %(count)s"),
    "unclear": gettext_lazy("[Reminder] %(title)s: %(count)s"),
    "closing": gettext_lazy("[Reminder] %(title)s"),
}


class Row(NamedTuple):
    """The columns of a target that a list shows."""

    pk: int
    number: int
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do, with a note; if `is_plain`, the heading says the same and the text omits the note."""

    target: Row | None
    title: str
    note: str
    url: str
    is_plain: bool = False
    withdraw: str = ""  # the URL that withdraws a report nobody has reviewed yet


@dataclass(slots=True)
class UnitItems:
    """The things of one unit: how many, and those shown; `asked` counts everything asked from the unit."""

    unit: str
    items: list[Item] = field(default_factory=list)
    count: int = 0
    asked: int = 0

    @property
    def numbered(self) -> list[tuple[int, Item]]:
        """Each item with its target's 序号; items without a target are numbered in order."""
        return [
            (item.target.number if item.target else place, item)
            for place, item in enumerate(self.items, start=1)
        ]

    @property
    def lines(self) -> list[str]:
        return [
            (_("%(number)s. %(title)s") if item.is_plain else _("%(number)s. %(title)s (%(note)s)"))
            % {"number": number, "title": item.title, "note": item.note}
            for number, item in self.numbered
        ]

    @property
    def text(self) -> str:
        items = " ".join(self.lines)
        return _("%(unit)s: %(items)s") % {"unit": self.unit, "items": items} if self.unit else items


@dataclass(slots=True)
class TodoList:
    """Things of one kind in one plan; `is_own` if the person does them and does not remind others.

    `count` things wait; those in `window`, the first of them or one page, are read and shown.
    """

    key: str
    plan: Plan
    title: str
    is_own: bool
    period: ReportingPeriod | None = None
    window: range = FIRST
    count: int = 0
    units: dict[Any, UnitItems] = field(default_factory=dict)

    def counts(self, unit: UnitItems) -> bool:
        """Count one thing more; whether it is among those shown."""
        is_shown = self.window.start <= self.count < self.window.stop
        self.count += 1
        unit.count += 1
        return is_shown

    def of(self, unit: OrgUnit | None) -> UnitItems:
        key = unit and unit.pk
        if key not in self.units:
            self.units[key] = UnitItems(str(unit or ""))
        return self.units[key]

    @property
    def groups(self) -> list[UnitItems]:
        return [group for group in self.units.values() if group.count]

    def items(self) -> list[Item]:
        return [item for group in self.groups for item in group.items]

    @property
    def is_cut(self) -> bool:
        return len(self.items()) < self.count

    @property
    def all_of_it(self) -> str:
        """The query string of the page that has the whole list."""
        period = {"period": self.period.number} if self.period else {}
        return urlencode({"plan": self.plan.code, "list": self.key, **period})

    @property
    def is_owed(self) -> bool:
        return self.key in Part

    def head(self, count: int) -> str:
        return _("%(words)s:") % {"words": HEADS[self.key] % {"title": self.title, "count": count}}

    @property
    def sender(self) -> str:
        return str(self.plan.office or self.plan.jurisdiction)

    @property
    def text(self) -> str:
        """The list as plain lines by unit, for a chat; what goes to all units has a greeting and a sender."""
        lines = [self.head(self.count), *(group.text for group in self.groups if group.items)]
        if self.is_cut:
            lines.append(
                _("These are %(shown)s of %(count)s.") % {"shown": len(self.items()), "count": self.count}
            )
        if self.key == "units":
            lines = [_("To all units:"), *lines, _("Please file in time."), self.sender]
        return "\n".join(lines)


@dataclass(slots=True)
class PlanTodo:
    plan: Plan
    lists: list[TodoList]

    @property
    def own(self) -> list[TodoList]:
        return [each for each in self.lists if each.is_own]

    @property
    def reminders(self) -> list[TodoList]:
        return [each for each in self.lists if not each.is_own and each.key != "handed_in"]

    @property
    def handed_in(self) -> list[TodoList]:
        """The submitted entries that the person can still withdraw."""
        return [each for each in self.lists if each.key == "handed_in"]
