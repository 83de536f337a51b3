"""Carrying targets over to the next year's plan, with the baseline from which the new year counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from targets import explain
from targets.models.audit.recording import recording
from targets.rules.facts import figures
from targets.rules.schedule import is_closing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from targets.models.base import ValidatedModel
    from targets.models.entry.entry import ProgressEntry
    from targets.models.plan.plan import Plan
    from targets.models.target.lists import ListEntry
    from targets.models.target.target import Target

# Fields settled once by the office; the new year has its own wording, source, dates and values.
CARRIED = (
    "title", "measure", "comparator", "direction", "unit_of_measure", "decimals", "basis",
    "firmness", "definition", "figure_from", "frequency", "lead_unit", "responsible_office",
    "accountable_leader", "accountable_leader_words", "reporter",
)  # fmt: skip
FROM_A_LEVEL = ("stock", "ratio", "rank")  # measures whose baseline is the last figure of the year before


@dataclass(frozen=True, slots=True)
class Level:
    """The newest figure of a year; final if it is the closing period's, approved and not preliminary."""

    value: Decimal | None
    on: date
    note: str
    is_final: bool

    @classmethod
    def of(cls, target: Target) -> Level:
        known = figures(target.entries.counting(), target.figure_from)
        return cls.of_entry(known[-1], target) if known else cls(None, target.plan.ends_on, "", False)

    @classmethod
    def of_entry(cls, entry: ProgressEntry, target: Target) -> Level:
        is_last = _closes(entry, target)
        parts = [target.code, explain.day(entry.period.period_end), entry.source_ref]
        note = _("; ").join(part for part in parts if part)
        day = entry.period.period_end if is_last else target.plan.ends_on
        return cls(entry.value, day, note[:200], is_last and not entry.preliminary)

    def fields(self) -> dict[str, Any]:
        return {"baseline_value": self.value, "baseline_on": self.on, "baseline_note": self.note}


def _closes(entry: ProgressEntry, target: Target) -> bool:
    return is_closing(entry.period.period_end, target.due_on or target.plan.ends_on)


def named_for(text: str, year: int) -> str:
    """The code or title with its year replaced by the next, or with the next year appended."""
    for digits, following in ((f"{year}", f"{year + 1}"), (f"{year % 100:02}", f"{(year + 1) % 100:02}")):
        if digits in text:
            before, _found, after = text.rpartition(digits)
            return before + following + after
    return f"{text}-{year + 1}"


def carry_over(
    targets: QuerySet[Target], plan: Plan, *, keeps_values: bool = False, at: datetime | None = None
) -> None:
    """Write, in the drafting `plan`, rows that continue these targets, in their order."""
    periods = {period.number: period for period in plan.periods.all()}
    domains = _own_domains(targets, plan, at)
    rows, supporting, placed = [], [], []
    related = ("first_period", "lead_unit", "accountable_leader", "reporter", "domain")
    beside = ("supporting_units__unit", "places__list")
    for target in targets.select_related(*related).prefetch_related(*beside):
        row = _continued(target, plan, keeps_values)
        if target.first_period and not target.was_added:  # an added target has the whole next year
            row.first_period = periods.get(target.first_period.number)
        row.domain = domains[target.domain.name] if target.domain else None
        row.moment = at
        rows.append(row)
        supporting += [(row, helper) for helper in target.supporting_units.all()]
        placed += [(row, place) for place in target.places.all()]
    _write(rows)
    _share_rows(rows, at)
    _write([type(each)(target=row, unit=each.unit, order=each.order) for row, each in supporting])
    _place_on_lists(placed, plan, at)


def _share_rows(rows: Sequence[Target], at: datetime | None) -> None:
    """What shared the row of a target shares that of its continuation, where that came along."""
    following = {row.continues_id: row for row in rows}
    for row in rows:
        if row.continues and row.continues.matter_id in following:
            row.matter = following[row.continues.matter_id]
            row.save(at=at)


def _place_on_lists(placed: Sequence[tuple[Target, ListEntry]], plan: Plan, at: datetime | None) -> None:
    """Put the rows on lists of the same names, where their targets stood; the new year has other sources."""
    own: dict[int, Any] = {}
    for before in sorted({each.list for _row, each in placed}, key=lambda each: (each.order, each.pk)):
        own[before.pk] = type(before)(plan=plan, name=before.name, order=before.order)
        own[before.pk].save(at=at)
    kept = ("number", "order", "score")
    _write([
        type(each)(target=row, list=own[each.list_id], **{name: getattr(each, name) for name in kept})
        for row, each in placed
    ])  # fmt: skip


def _own_domains(targets: QuerySet[Target], plan: Plan, at: datetime | None) -> dict[str, Any]:
    """Create the domains of these targets in the new plan, in their order. Returns name → domain."""
    named = {row.domain for row in targets.select_related("domain") if row.domain}
    found = {}
    for domain in sorted(named, key=lambda each: (each.order, each.pk)):
        found[domain.name] = type(domain)(plan=plan, name=domain.name, order=domain.order)
        found[domain.name].save(at=at)
    return found


def _write(rows: Sequence[ValidatedModel]) -> None:
    if rows:
        type(rows[0]).write_rows(rows)


def _continued(target: Target, plan: Plan, keeps_values: bool) -> Target:
    row = type(target)(plan=plan, continues=target, **{name: getattr(target, name) for name in CARRIED})
    if keeps_values:
        row.target_value, row.upper_value = target.target_value, target.upper_value
    elif row.comparator == row.Comparator.BETWEEN:
        row.comparator = ""  # means nothing without its two values
    if row.measure == row.Measure.QUALITATIVE:
        row.state = row.State.WATCH
    elif row.measure != row.Measure.MILESTONE and (row.target_value is None or not row.comparator):
        row.state = row.State.UNDEFINED
    if row.measure in FROM_A_LEVEL:
        level = Level.of(target)
        for name, value in level.fields().items():
            setattr(row, name, value)
        row.baseline_is_preliminary = not level.is_final
    return row


def hand_on(entry: ProgressEntry, *, at: datetime | None = None) -> None:
    """Pass the target's final figure on as the baseline of the targets that continue it.

    A draft takes it at once; for a plan in force a revision is proposed.
    """
    target = entry.target
    is_final = entry.value is not None and not entry.preliminary
    if not is_final or target.measure not in FROM_A_LEVEL or not _closes(entry, target):
        return
    alike = target.continued_by.filter(unit_of_measure=target.unit_of_measure, measure=target.measure)
    following = list(alike.select_related("plan").order_by("pk"))
    level = Level.of(target) if following else None
    if level is None or not level.is_final:
        return
    for row in following:
        try:
            with recording():
                _count_from(row, level, target, at)
        except ValidationError:
            # A baseline that the new year refuses must not block the old year's figure.
            continue


def _count_from(row: Target, level: Level, target: Target, at: datetime | None) -> None:
    """Replace a baseline taken over from the year before; a baseline that a person stated stays."""
    row.lock()
    is_drafted = row.plan.state == row.plan.State.DRAFTING
    fields = level.fields() if is_drafted and _is_taken_over(row, target) else {}
    stands = is_drafted or row.baseline_value == level.value or not _is_taken_over(row, target)
    fields["baseline_is_preliminary"] = row.baseline_is_preliminary and not stands
    if any(getattr(row, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(at=at, locked=True)
    if row.plan.state == row.plan.State.IN_FORCE:
        row.revisions.propose_baseline(row, None if stands else level, target, at=at)


def _is_taken_over(row: Target, target: Target) -> bool:
    """Whether the baseline is empty, or was an approved figure of the year before, even if corrected."""
    if row.baseline_value is None:
        return True
    said = target.entries.approved().filter(value=row.baseline_value).select_related("period")
    return any(Level.of_entry(entry, target).on == row.baseline_on for entry in said)
