"""What the overview reads of the reports beside the register's rows, in one query: places and requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from targets.models import ProgressEntry
from targets.models.enums import FigureFrom, Measure, Part
from targets.models.target.queries import known_by
from targets.register.register import Register
from targets.register.row import RegisterRow


class Indicator(NamedTuple):
    """One matter: its total (or what there is of it), the goals of its growth and place beside it, if any.

    The place is the newest one published, `place_before` the one before.
    """

    row: RegisterRow
    growth: RegisterRow | None
    rank: RegisterRow | None
    place: int | None
    place_before: int | None

    @property
    def yoy(self) -> Decimal | None:
        return self.growth.value if self.growth else self.row.yoy


class Filed:
    """Approved statistics, and approved reports that ask for support, by what the register knows."""

    def __init__(self, register: Register) -> None:
        entries = ProgressEntry.objects.approved().filter(
            known_by("reviewed_at", register.known_at),
            Q(part=Part.STATISTIC) | ~Q(support_needed=""),
            target__plan=register.plan,
            effective_on__lte=register.on,
        )
        columns = (
            "pk", "target_id", "period__period_end", "part", "is_void", "published_rank", "value",
            "support_needed",
        )  # fmt: skip
        self._support: dict[int, str] = {}
        self._places: dict[int, dict[date, tuple[int | None, Decimal | None]]] = defaultdict(dict)
        for pk, target, end, part, is_void, place, value, support in entries.order_by(
            "target_id", "period__period_end", "revision_no"
        ).values_list(*columns):
            self._support[pk] = support
            if part == Part.STATISTIC:  # of a month's versions the last one stands
                self._places[target][end] = (None, None) if is_void else (place, value)

    def support(self, row: RegisterRow) -> str:
        """需协调事项 of the newest report."""
        return self._support.get(row.target.words.pk, "") if row.target.words else ""

    def indicators(self, rows: Sequence[RegisterRow]) -> list[Indicator]:
        """Of the goals of one matter, the one that has the row first; what finds no cell has its own row."""
        main, *others = rows
        growth = next((row for row in others if row.measure == Measure.GROWTH), None)
        rank = next((row for row in others if row.measure == Measure.RANK), None)
        of_place = (row for row in (rank, main, growth) if row is not None)
        places = next((told for row in of_place if (told := self._places_of(row))), [])
        now = places[-1] if places else None
        found = [Indicator(main, growth, rank, now, places[-2] if len(places) > 1 else None)]
        for row in others:
            if row not in (growth, rank):
                found += self.indicators([row])
        return found

    def _places_of(self, row: RegisterRow) -> list[int]:
        is_place = row.measure == Measure.RANK  # then the figure itself is the place
        found = (
            int(value) if is_place and value is not None else place
            for _end, (place, value) in sorted(self._places[row.target.pk].items())
        )
        return [place for place in found if place is not None]


def is_statistic(row: RegisterRow) -> bool:
    """Whether the figure came from statistics on the day."""
    return row.is_counted and row.promised.figure_from == FigureFrom.STATISTICS
