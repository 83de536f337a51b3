"""What the sheets of one workbook are made from: the register's rows, and what is counted from them once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from targets.models import ListEntry, Target
from targets.register.overview import Overview
from targets.register.overview.lists import ItemList, lists_of
from targets.register.register import Register
from targets.register.row import RegisterRow

SUPERIOR = "superior"  # the column 区下达


class Content:
    """`rows` may be a stream, then one sheet reads it once."""

    def __init__(self, register: Register, rows: Iterable[RegisterRow]) -> None:
        self.register, self.rows = register, rows

    @cached_property
    def lists(self) -> list[ItemList]:
        """The lists on which these rows stand; an item is judged by all of its rows, shown or not."""
        listed = ListEntry.objects.filter(list__plan=self.register.plan).values("target")
        beside = self.register.listing(self.register.targets().filter(pk__in=listed)).rows()
        return lists_of(self.register, self.overview.rows, beside)

    @cached_property
    def knows_superior(self) -> bool:
        """Whether the superior's value of any target is known."""
        return Target.objects.filter(plan=self.register.plan, superior_value__isnull=False).exists()

    @cached_property
    def overview(self) -> Overview:
        return Overview(self.register, list(self.rows))
