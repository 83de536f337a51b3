"""The lights of earlier days, from one query of the ledger."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.utils import timezone

from targets.models import Assessment
from targets.models.target.queries import day_known, known_by
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.reporting import PlanDay, Standing
from targets.status import ATTENTION, UNLIT, Status, status_of


class Judged(NamedTuple):
    """What `status_of` and a `Standing` read of a ledger row."""

    light: int
    override_light: int | None
    override_until: date
    overdue_on: date
    red_on: date
    amber_on: date
    opens_on: date
    state: str
    frequency: str
    figure_from: str
    first_period_id: int | None
    starts_on: date | None
    due_on: date | None
    period_end: date | None
    settled: bool


class History:
    """The ledger of the register's plan up to its day, by what the register knows; perhaps of one target."""

    def __init__(self, register: Register, target: int | None = None) -> None:
        self._register = register
        self._plan_days: dict[date, PlanDay] = {}
        ledger = Assessment.objects.filter(
            known_by("recorded_at", register.known_at),
            target__plan=register.plan,
            effective_on__lte=register.on,
            **({} if target is None else {"target": target}),
        ).order_by("target_id", "effective_on", "pk")
        self._days: dict[int, list[date]] = defaultdict(list)
        self._rows: dict[int, list[Judged]] = defaultdict(list)
        for target, day, *judged in ledger.values_list("target_id", "effective_on", *Judged._fields):
            self._days[target].append(day)
            self._rows[target].append(Judged(*judged))

    def status(self, target: int, day: date) -> Status | None:
        """The target's status on that day; None if nothing was judged by then."""
        row = self._row(target, day)
        return None if row is None else status_of(row, day)

    def is_carried(self, row: RegisterRow, day: date) -> bool:
        """Whether the row's light of that day was 沿用: by a figure older than the newest one owed."""
        then = self._row(row.target.pk, day)
        if then is None:
            return False
        standing = Standing(
            row.measure, then.state, then.frequency, then.figure_from, then.first_period_id, then.starts_on,
            then.due_on, then.light, then.period_end, then.settled,
        )  # fmt: skip
        return self._plan_day(day).asked(standing).carried

    def _row(self, target: int, day: date) -> Judged | None:
        newest = bisect_right(self._days[target], day) - 1
        return self._rows[target][newest] if newest >= 0 else None

    def _plan_day(self, day: date) -> PlanDay:
        if day not in self._plan_days:
            asked, plan = self._register, self._register.plan
            known_day = day_known(asked.known_at, asked.today or timezone.localdate())
            self._plan_days[day] = PlanDay(plan, plan.periods.all(), day, known_day)
        return self._plan_days[day]


class Turn(NamedTuple):
    """A row whose status is another than it was."""

    row: RegisterRow
    before: Status
    after: Status

    @property
    def is_worse(self) -> bool:
        if self.after in ATTENTION:
            return self.before in UNLIT or self.after < self.before
        return False

    @property
    def is_better(self) -> bool:
        """Of two lights the better one; what got its first light, or lost it, is neither."""
        return self.before not in UNLIT and self.after not in UNLIT and self.after > self.before


def turns(rows: list[RegisterRow], then: Callable[[RegisterRow], Status | None]) -> list[Turn]:
    """What is another than `then`: worse first, then better, then the rest; each worst first."""
    found = []
    for row in rows:
        before = then(row)
        if before is not None and row.status is not None and before != row.status:
            found.append(Turn(row, before, row.status))
    return sorted(found, key=lambda turn: (not turn.is_worse, not turn.is_better, turn.after, turn.before))
