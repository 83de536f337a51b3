"""What was filed month by month: one line each, whatever was corrected, voided or filed in two parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property

from targets import explain
from targets.models import ProgressEntry, ReportingPeriod
from targets.models.enums import EntryState, Part
from targets.register.overview.history import History
from targets.register.register import Register
from targets.register.row import RegisterRow
from targets.reporting import ASKS_EVERY
from targets.rules.facts import figures
from targets.status import Status


class Month:
    """One period with all that was filed for it, newest first."""

    def __init__(
        self, row: RegisterRow, period: ReportingPeriod, entries: Sequence[ProgressEntry], history: History
    ) -> None:
        self._row, self.period, self.entries = row, period, entries
        day = min(period.period_end, row.on)
        self.status: Status | None = history.status(row.target.pk, day)
        self.is_carried = history.is_carried(row, day)
        self.before: Decimal | None = None  # the figure of the newest earlier month that has one

    @cached_property
    def standing(self) -> list[ProgressEntry]:
        """Of each part the version that counts, else the one under way; of a voided one none."""
        parts = ([entry for entry in self.entries if entry.part == part] for part in Part)
        return [found for versions in parts if (found := _standing(versions))]

    @property
    def report(self) -> ProgressEntry | None:
        """The entry whose words stand; a statistic has none."""
        return next((entry for entry in self.standing if entry.part == Part.REPORT), None)

    @cached_property
    def figure(self) -> ProgressEntry | None:
        stated = figures(self.standing, self._row.promised.figure_from)
        return stated[0] if stated else None

    @property
    def moved(self) -> str:
        """The change from the month before, of a figure that adds up or is a level."""
        unit = self._row.unit_of_measure
        return explain.moved(self.figure.value, self.before, unit) if self.figure else ""

    @property
    def open(self) -> list[ProgressEntry]:
        """Corrections under way beside what counts."""
        return [e for e in self.entries if e.state != EntryState.APPROVED and e not in self.standing]

    @property
    def corrections(self) -> int:
        return sum(e.revision_no > 1 and e.state == EntryState.APPROVED for e in self.entries)

    @property
    def is_void(self) -> bool:
        """Whether what was approved was voided, and nothing came in its place."""
        approved = (e for e in self.entries if e.state == EntryState.APPROVED)
        return any(e.is_void for e in approved) and not self.standing

    @property
    def is_told_apart(self) -> bool:
        """Whether there is more to say of the versions than the line says."""
        return len(self.entries) > 1 or any(entry.source_ref or entry.reason for entry in self.entries)

    @property
    def states(self) -> list[tuple[str, ProgressEntry]]:
        """Where the parts stand: said once if they stand alike."""
        if len({entry.state for entry in self.standing}) < 2:
            return [(entry.get_state_display(), entry) for entry in self.standing[:1]]
        return [(f"{e.get_part_display()} {e.get_state_display()}", e) for e in self.standing]


def months(row: RegisterRow, register: Register, entries: Iterable[ProgressEntry]) -> list[Month]:
    """Newest first, from the first month with an entry on; one without an entry only if it was asked for."""
    filed: dict[int, list[ProgressEntry]] = {}
    for entry in entries:
        filed.setdefault(entry.period_id, []).append(entry)
    if not filed:
        return []
    history, step = History(register, row.target.pk), ASKS_EVERY.get(row.promised.frequency, 0)
    found: list[Month] = []
    figure: Decimal | None = None
    for period in sorted(register.plan.periods.all(), key=lambda period: period.number):
        own = filed.get(period.pk, [])
        is_asked = bool(step) and period.number % step == 0 and period.opens_on <= register.on
        if own or (found and is_asked):
            month = Month(row, period, own, history)
            month.before = figure
            figure = month.figure.value if month.figure else figure
            found.append(month)
    return found[::-1]


def _standing(versions: Sequence[ProgressEntry]) -> ProgressEntry | None:
    approved = [entry for entry in versions if entry.state == EntryState.APPROVED]
    if approved and not approved[0].is_void:
        return approved[0]
    is_newer = bool(versions) and versions[0] not in approved
    return versions[0] if is_newer else None
