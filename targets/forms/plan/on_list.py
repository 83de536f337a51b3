"""The list (清单) that a pasted table is: which of its rows the plan has already, and where each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from targets.forms.plan.pasted_lines import Line
from targets.models import ListEntry, Plan, Target, TargetList
from targets.reading.headings import without_unit
from targets.reading.promised import Promise
from targets.reading.rows import Row
from targets.register.finding import folded


class OnList:
    """`name` is that of a list of the plan, or of a new one; empty: the table is no list.

    `standing`: the targets of the plan, by title.
    """

    def __init__(self, plan: Plan, name: str, standing: Mapping[str, Sequence[Target]]) -> None:
        self.plan, self.name, self._by_title = plan, name, standing
        self.list = plan.lists.filter(name=name).first() if name else None
        self._placed = set(self.list.places.values_list("target", flat=True)) if self.list else set()

    @cached_property
    def _by_name(self) -> dict[str, list[Target]]:
        """Those that are not on the list, by what they are called however it is typed."""
        found: dict[str, list[Target]] = defaultdict(list)
        for title, targets in self._by_title.items():
            found[named(title)] += [target for target in targets if target.pk not in self._placed]
        return found

    def same(self, row: Row, promise: Promise) -> list[Target]:
        """The targets that this row of a list may be, the likeliest first; those on the list are none.

        Same are targets of one name with the same words, or of one unit of measure and deadline, as far as
        the plan has these.
        """
        alike = self._by_name.get(named(row.text("title")), ()) if self.name else ()
        found = [
            target
            for target in alike
            if target.stated_as == promise.stated_as
            or all(mine in ("", None, theirs) for mine, theirs in _measured(target, promise))
        ]
        return sorted(found, key=lambda target: not is_surely(target, promise))

    def has(self, row: Row, promise: Promise) -> bool:
        """Whether the table's row is there already: in the plan, and on the list if it is one."""
        return any(
            target.stated_as == promise.stated_as and (not self.name or target.pk in self._placed)
            for target in self._by_title.get(row.text("title"), ())
        )

    def number(self, lines: Sequence[Line]) -> None:
        """Give each line its number on the list: an empty cell repeats the one above, as if merged."""
        above = ""
        for line in lines:
            above = line.number_on_list = line.own_number_on_list or above

    def write(self, placed: Iterable[tuple[Target, str, Decimal | None]]) -> None:
        """Put targets on the list with number and score, in this order; a new list stands last."""
        if not self.name:
            return
        if self.list is None:
            self.list = TargetList(plan=self.plan, name=self.name, order=self.plan.lists.count() + 1)
            self.list.save()
        ListEntry.write_rows([
            ListEntry(list=self.list, target=target, number=number, score=score)
            for target, number, score in placed
        ])  # fmt: skip


def is_surely(target: Target, promise: Promise) -> bool:
    """Whether the target promises what the row does; else a person says whether it is the same."""
    promised = [
        (target.comparator, promise.comparator),
        (target.target_value, promise.value),
        (target.upper_value, promise.upper_value),
        *_measured(target, promise),
    ]
    return target.stated_as == promise.stated_as or all(mine == theirs for mine, theirs in promised)


def _measured(target: Target, promise: Promise) -> list[tuple[object, object]]:
    return [(target.unit_of_measure, promise.unit_of_measure), (target.due_on, promise.due_on)]


def named(title: str) -> str:
    """The same for titles that name the same thing, however they are typed, with their unit or without."""
    return folded(without_unit(title))
