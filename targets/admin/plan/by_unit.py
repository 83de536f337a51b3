"""What is told of many targets before a step: as one list while it is short, else counted by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import QueryDict

from targets.models import OrgUnit

SHORT = 30  # rows in one list


class OfUnit(NamedTuple):
    """How many rows a unit has, what is told of them and how often, and the address that lists them."""

    unit: OrgUnit
    targets: int
    told: list[tuple[str, int]]
    address: str
    is_open: bool


class ByUnit:
    """`told` of each target. Of a long list the rows of the unit that the address asks for are shown.

    So the page is as long for a plan of 600 as for one of 60, and every row is one click away.
    """

    def __init__(self, name: str, told: Mapping[Any, list[str]], asked: QueryDict) -> None:
        self.name, self.count = name, len(told)
        by_unit: dict[OrgUnit, list[tuple[Any, list[str]]]] = {}
        for target, words in told.items():
            by_unit.setdefault(target.lead_unit, []).append((target, words))
        self.is_long = self.count > SHORT
        opened = next((unit for unit in by_unit if str(unit.pk) == asked.get(name)), None)
        self.units = [
            OfUnit(unit, len(by_unit[unit]), _counted(by_unit[unit]), self._address(unit), unit == opened)
            for unit in sorted(by_unit, key=lambda unit: (unit.order, unit.pk))
        ]
        self.unit = opened if self.is_long else None
        shown = list(told.items())
        if self.is_long:
            shown = by_unit[opened] if opened else []
        self.page = Paginator(shown, SHORT).get_page(asked.get(f"{name}_page"))

    def _address(self, unit: OrgUnit) -> str:
        return f"?{urlencode({self.name: unit.pk})}#{self.name}"

    @property
    def pages(self) -> list[tuple[int, str, bool]]:
        """The pages of a unit with many rows."""
        if self.unit is None:
            return []
        return [
            (number, f"?{urlencode({self.name: self.unit.pk, f'{self.name}_page': number})}#{self.name}",
             number == self.page.number)
            for number in self.page.paginator.page_range
        ]  # fmt: skip


def _counted(rows: list[tuple[Any, list[str]]]) -> list[tuple[str, int]]:
    return Counter(words for _target, told in rows for words in told).most_common()
