"""Counts that add up, each with the filter of the status table that finds the rows counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from targets.models.enums import Firmness
from targets.register.finding import NONE
from targets.register.row import RegisterRow
from targets.rules.quantities import half_up
from targets.status import ATTENTION, ON_SCHEDULE, UNLIT, Status

FEWEST = 5  # a percentage of fewer rows says nothing
Filter = dict[str, str]


class Count(NamedTuple):
    """A number, and the query string by which the status table finds just these rows; None if none does."""

    number: int
    query: str | None


class Tally:
    """Rows counted by status. What is cancelled is listed, and in no total:

    tasks = attention + normal + unlit, and tasks = lit + stretch + unlit, where
    lit = on_schedule + behind + carried.
    """

    def __init__(
        self, rows: Iterable[RegisterRow], *, counts_stretch: bool, where: Filter | None = None
    ) -> None:
        """`where` finds these rows in the status table; None if no filter does."""
        self.listed, self.where = list(rows), where
        self.by_status: Counter[Status | None] = Counter(row.status for row in self.listed)
        self.lit = self.on_schedule = self.behind = self.carried = self.stretch = 0
        for row in self.listed:
            if row.status is None or row.status in UNLIT:
                continue
            if is_stretch(row) and not counts_stretch:
                self.stretch += 1
                continue
            self.lit += 1
            if row.status in ATTENTION:  # also by an earlier figure: nobody gains by silence
                self.behind += 1
            elif row.target.carried:
                self.carried += 1
            else:
                self.on_schedule += 1

    def _of(self, statuses: Collection[Status | None]) -> Count:
        found = [status for status in self.by_status if status in statuses]
        return Count(sum(self.by_status[status] for status in found), self._query(found))

    def _query(self, found: Collection[Status | None]) -> str | None:
        if self.where is None:
            return None
        if len(found) == len(self.by_status):
            return urlencode(self.where)
        if None in found:
            return None
        keys = [status.key for status in sorted(status for status in found if status is not None)]
        return urlencode([*self.where.items(), *(("status", key) for key in keys)])

    @cached_property
    def tasks(self) -> Count:
        return self._of([None, *(status for status in Status if status != Status.CANCELLED)])

    @cached_property
    def attention(self) -> Count:
        return self._of(ATTENTION)

    @cached_property
    def normal(self) -> Count:
        return self._of(ON_SCHEDULE)

    @cached_property
    def unlit(self) -> Count:
        return self._of([None, *(status for status in UNLIT if status != Status.CANCELLED)])

    @property
    def cancelled(self) -> Count:
        return self._of([Status.CANCELLED])

    def statuses(self, group: Collection[Status]) -> list[tuple[Status, Count]]:
        """Those of the group that occur, worst first."""
        return [
            (status, self._of([status]))
            for status in sorted(group)
            if self.by_status[status] and status != Status.CANCELLED
        ]

    @property
    def rate(self) -> Decimal | None:
        """达序时率 in per cent; None where it would be of fewer than five rows."""
        return share(self.on_schedule, self.lit)

    @property
    def bar(self) -> tuple[str, str, str, str]:
        """Of a bar 100 long: where attention ends, the length of normal, where it ends, the rest."""
        total = self.tasks.number or 1
        first, second = (Decimal(100 * count.number) / total for count in (self.attention, self.normal))
        parts = (first, second, first + second, 100 - first - second)
        return tuple(f"{part:.1f}" for part in parts)  # type: ignore[return-value]


class Group(NamedTuple):
    name: str
    tally: Tally


def is_stretch(row: RegisterRow) -> bool:
    """力争, as promised on the day."""
    return row.promised.firmness == Firmness.STRETCH


def share(part: int, whole: int) -> Decimal | None:
    """Per cent of what is counted, one decimal; None where it is of fewer than five."""
    return half_up(Fraction(100 * part, whole), 1) if whole >= FEWEST else None


def shares(numbers: Sequence[int]) -> list[Decimal]:
    """Per cent of their sum, one decimal; they add up to 100.0, what rounding leaves goes to the largest."""
    total = sum(numbers)
    if not total:
        return [Decimal("0.0")] * len(numbers)
    found = [half_up(Fraction(100 * number, total), 1) for number in numbers]
    found[max(range(len(numbers)), key=numbers.__getitem__)] += 100 - sum(found)
    return found


def grouped(
    rows: Iterable[RegisterRow], key: Callable[[RegisterRow], tuple[str, Filter]], counts_stretch: bool
) -> list[Group]:
    """The rows by name and filter, in the order of the document."""
    found: dict[tuple[str, str], list[RegisterRow]] = {}
    filters: dict[tuple[str, str], Filter] = {}
    for row in rows:
        name, where = key(row)
        found.setdefault((name, str(where)), []).append(row)
        filters[name, str(where)] = where
    return [
        Group(same[0], Tally(listed, counts_stretch=counts_stretch, where=filters[same]))
        for same, listed in found.items()
    ]


def by_unit(rows: Sequence[RegisterRow], counts_stretch: bool) -> list[Group]:
    """By lead unit of the day. The filter finds a unit with those below it, unless it says otherwise."""
    paths = {row.lead_unit.path for row in rows}
    above = {path for path in paths if any(o != path and o.startswith(path) for o in paths)}

    def key(row: RegisterRow) -> tuple[str, Filter]:
        unit = row.lead_unit
        alone = {"alone": "1"} if unit.path in above else {}
        return str(unit), {"unit": str(unit.pk), **alone}

    return grouped(rows, key, counts_stretch)


def by_leader(rows: Iterable[RegisterRow], counts_stretch: bool) -> list[Group]:
    """By 责任领导 of the day: listed persons, else the words of the document."""

    def key(row: RegisterRow) -> tuple[str, Filter]:
        person, words = row.promised.accountable_leader_id, row.promised.accountable_leader_words
        if not person and not words:
            return _("none named"), {"leader": NONE}
        return row.leader, {"leader": str(person or words)}

    return grouped(rows, key, counts_stretch)


def by_domain(rows: Iterable[RegisterRow], counts_stretch: bool) -> list[Group]:
    def key(row: RegisterRow) -> tuple[str, Filter]:
        domain = row.target.domain
        return (str(domain), {"domain": str(domain.pk)}) if domain else (_("no domain"), {"domain": NONE})

    return grouped(rows, key, counts_stretch)
