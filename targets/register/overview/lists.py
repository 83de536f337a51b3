"""What the lists (清单) of a plan come to: how many items (件) they have, how many are begun and done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlencode

from targets.models import ListEntry
from targets.models.enums import Measure
from targets.register.overview.tally import Count, Tally, share
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.status import Status

DONE, BEGUN = "done", "begun"  # values of `item` in an address


class Item(NamedTuple):
    """件: the rows that share a number on a list, or one row without a number; none of them cancelled."""

    number: str
    rows: list[RegisterRow]

    @property
    def is_done(self) -> bool:
        """What is followed in words alone has no result, so its item is never done."""
        return all(row.status == Status.DONE for row in self.rows)

    @property
    def is_begun(self) -> bool:
        return any(map(_is_begun, self.rows))

    def counts_as(self, state: str) -> bool:
        """Whether it is DONE, or BEGUN, which what is done is too."""
        return self.is_done if state == DONE else self.is_begun


def _is_begun(row: RegisterRow) -> bool:
    """By what was achieved; of what is followed in words, by a report that says something."""
    if row.status == Status.DONE:
        return True
    if row.measure == Measure.QUALITATIVE:
        said = row.target.earlier_words or row.target.words
        return said is not None and said.has_words and said.answer == said.Answer.REPORTED
    return row.attainment > 0 if row.attainment is not None else bool(row.value)


def items_of(placed: Iterable[tuple[str, RegisterRow]]) -> list[Item]:
    """The items of rows with their numbers on one list, in the order in which they come."""
    found: dict[object, Item] = {}
    for number, row in placed:
        if row.status != Status.CANCELLED:
            found.setdefault(number or row.target.pk, Item(number, [])).rows.append(row)
    return list(found.values())


class ItemList:
    """A list with its items in its order; counts and rates are of items. `rows`: also what is cancelled."""

    def __init__(self, pk: int, name: str, rows: Sequence[RegisterRow], items: Sequence[Item]) -> None:
        self.pk, self.name, self.rows, self.items = pk, name, rows, items

    @property
    def total(self) -> Count:
        counted = Tally(self.rows, counts_stretch=True, where={"list": str(self.pk)})
        return Count(len(self.items), counted.tasks.query)

    @property
    def begun(self) -> Count:
        return self._of(BEGUN)

    @property
    def done(self) -> Count:
        return self._of(DONE)

    def _of(self, state: str) -> Count:
        number = sum(item.counts_as(state) for item in self.items)
        return Count(number, urlencode({"list": self.pk, "item": state}))

    @property
    def share_begun(self) -> Decimal | None:
        """开工率 in per cent; None where it would be of fewer than five items."""
        return share(self.begun.number, len(self.items))

    @property
    def share_done(self) -> Decimal | None:
        """完成率, like `share_begun`."""
        return share(self.done.number, len(self.items))


def lists_of(
    register: Register, rows: Sequence[RegisterRow], beside: Iterable[RegisterRow] = ()
) -> list[ItemList]:
    """The lists of the plan on which these rows stand, in the order of the plan: one query.

    Rows of one list are of that list alone, whatever others they stand on. `beside`: rows that are not
    shown, by which the items of those that are shown are judged too.
    """
    if not register.plan.has_lists or not rows:
        return []
    shown = {row.target.pk: row for row in rows}
    every = {row.target.pk: row for row in beside} | shown
    places = ListEntry.objects.filter(list__plan=register.plan)
    if (only := getattr(rows[0].target, "list_shown", None)) is not None:
        places = places.filter(list=only)
    in_order = places.order_by("list__order", "list", "order", "target__number", "pk")
    placed: dict[tuple[int, str], list[tuple[str, RegisterRow]]] = {}
    for pk, name, number, target in in_order.values_list("list", "list__name", "number", "target"):
        if target in every:
            placed.setdefault((pk, name), []).append((number, every[target]))
    found = []
    for (pk, name), of_list in placed.items():
        standing = [row for _number, row in of_list if row.target.pk in shown]
        items = [item for item in items_of(of_list) if any(row.target.pk in shown for row in item.rows)]
        if standing:
            found.append(ItemList(pk, name, standing, items))
    return found
