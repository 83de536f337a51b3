"""A 填报表 that came back: what each of its rows would change, and the entries that are written from it.

Reading changes nothing. Whoever writes reads once more under the locks of the targets and compares
`Intake.seen` with what was looked at, so that only what somebody saw is written.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from targets import explain
from targets.filing.lines import Line, read_lines
from targets.filing.occasion import loggable
from targets.filing.returned import Fault, ReturnedRow, ReturnedSheet
from targets.filing.sheet import HEADINGS, NONE_HERE, YES, filled, spelled, ticked
from targets.models import KeptFile, Member, MilestoneCompletion, Plan, ProgressEntry, ReportingPeriod
from targets.models.audit.recording import recording
from targets.models.enums import Act, Answer, EntryState, Part
from targets.models.ledger import bulk
from targets.models.people.rights import BY_STATISTICS
from targets.rules.doubts import UNSAID
from targets.rules.question import Question

# What an empty cell says, where it is not an empty text.
_BLANK: dict[str, Any] = {
    "value": None, "answer": Answer.REPORTED, "catch_up_on": None, "forecast": None, "preliminary": False,
    "yoy": None, "published_rank": None, "published_on": None,
}  # fmt: skip


def fileable(user: Any, part: str) -> Any:
    """The targets that have a row in the user's sheets."""
    mine = loggable(user, part)
    return mine.filter(BY_STATISTICS) if part == Part.STATISTIC else mine


@contextmanager
def keeping_all() -> Iterator[None]:
    """What is read and written meanwhile is all kept; looking for rubbish in it, which Python does again and
    again as it grows, took a quarter of the time of 2,000 reports.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Kind(IntEnum):
    """What a row would do; in the order in which a page lists them."""

    WRONG = 1
    CONFLICT = 2
    NEW = 3
    UNCHANGED = 4
    EMPTY = 5


@dataclass
class Row:
    """One target's row beside what is stored; `entry` is what would be written, unsaved."""

    told: ReturnedRow
    line: Line
    kind: Kind
    entry: ProgressEntry | None = None

    @property
    def code(self) -> str:
        return self.told.key.code

    @property
    def faults(self) -> list[Fault]:
        return self.told.faults

    @cached_property
    def questions(self) -> list[Question]:
        """What is doubtful about the entry as it would be submitted."""
        if self.entry is None or self.kind == Kind.WRONG:
            return []
        self.line.marked = dict(self.told.done)
        return self.line.questions(self.ahead(self.entry))

    def ahead(self, entry: ProgressEntry) -> ProgressEntry:
        """The entry as it would be submitted. Raises ValidationError if something is missing."""
        if entry.answer == Answer.NO_CHANGE:
            entry = copy(entry)  # on which the last figure is filled in
        entry.complete(lambda: self.line.last_value, lambda: bool(self.told.done))
        return entry

    @property
    def doubts(self) -> list[str]:
        return explain.questions(self.questions)

    @property
    def is_ready(self) -> bool:
        """False: saved as a draft, unless somebody looked at its doubts."""
        return all(question.key == UNSAID for question in self.questions)

    @property
    def may_replace(self) -> bool:
        """Whether what stands in the sheet could still be written over what is stored."""
        return self.kind == Kind.CONFLICT and self.line.is_editable

    @property
    def value(self) -> str:
        """The figure, or the nodes with their days."""
        if self.told.done:
            nodes = (node for node in self.line.nodes if node.pk in self.told.done)
            return explain.listed(f"{node.title} {_said(self.told.done[node.pk])}" for node in nodes)
        if self.entry is None or not self.line.carries_figure:
            return ""
        return explain.quantity(self.entry.value, self.line.target.unit_of_measure)

    @property
    def change(self) -> str:
        value = self.entry.value if self.entry else None
        return explain.moved(value, self.line.last_value, self.line.target.unit_of_measure)

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Heading, what is stored and what the sheet says, of what differs."""
        typed, stored = self.told.typed, filled(self.line)
        found = [
            (heading, _said(stored.get(name)), _said(typed.get(name)))
            for name, heading in HEADINGS.items()
            if spelled(stored.get(name, "")) != spelled(typed.get(name, ""))
        ]
        days = ticked(self.line)
        return found + [
            (node.title, _said(days.get(node.pk)), _said(self.told.done.get(node.pk)))
            for node in self.line.nodes
            if days.get(node.pk) != self.told.done.get(node.pk)
        ]


def _said(value: Any) -> str:
    if value is None:
        return NONE_HERE
    if isinstance(value, Answer):
        return str(value.label)
    return YES if value is True else spelled(value)


class Intake:
    """One sheet, read for `user` on the day `today`. Raises ValidationError where none of it can be read.

    `faults` are those of all rows and of lines that belong to no row; what nothing takes stands in
    `sheet.beside` and holds nothing up. `lock`: until the transaction ends
    nobody else changes the reports of these targets. `seen`: of what was looked at; then nothing may have
    changed since, and what the writer checks in the end is not checked here once more.
    """

    @keeping_all()
    def __init__(
        self,
        content: bytes,
        *,
        user: Any,
        today: date | None = None,
        lock: bool = False,
        seen: str | None = None,
    ) -> None:
        self.user, self.today = user, today or timezone.localdate()
        self.content = content
        self.sheet = ReturnedSheet.of(content)
        self.part = self.sheet.key.part
        self.plan, self.period = self._named()
        self.rows: list[Row] = []
        self.astray: list[Fault] = list(self.sheet.faults)
        self._read(lock or seen is not None)
        for row in self._writable():
            row.entry = self._entry(row)
        if seen is None:
            self._check()
        elif seen != self.seen:
            raise ValidationError(_("Something changed meanwhile; please look at it again."))

    # --- reading ------------------------------------------------------------------------------

    def _named(self) -> tuple[Plan, ReportingPeriod]:
        key = self.sheet.key
        mine = fileable(self.user, self.part).filter(plan__code=key.plan).order_by().values("plan")
        plan = Plan.objects.filter(pk__in=mine[:1]).select_related("light_rule", "jurisdiction").first()
        if plan is None:
            raise ValidationError(
                _("There is no plan “%(plan)s” on which you report now.") % {"plan": key.plan}
            )
        periods = list(plan.periods.all())
        plan._prefetched_objects_cache = {"periods": periods}  # type: ignore[attr-defined]
        period = next((each for each in periods if each.number == key.period), None)
        if period is None:
            raise ValidationError(_("The plan has no period %(number)s.") % {"number": key.period})
        period.plan = plan
        if period.opens_on > self.today:
            told = _("Reporting for this period opens on %(day)s.")
            raise ValidationError(told % {"day": explain.day(period.opens_on)})
        if period.is_frozen(self.today):
            raise ValidationError(_("This period is frozen; a coordinator can reopen it."))
        return plan, period

    def _read(self, lock: bool) -> None:
        mine = fileable(self.user, self.part).filter(plan=self.plan)
        units = dict(mine.values_list("code", "lead_unit"))
        named = {row.key.code for row in self.sheet.rows}
        targets = mine.filter(lead_unit__in={units[code] for code in named if code in units})
        if lock:
            list(targets.locked().values_list("pk", flat=True))
        lines = {line.target.code: line for line in read_lines(
            Line, targets, self.period, self.part, self.today)}  # fmt: skip
        for told in self.sheet.rows:
            line = lines.get(told.key.code)
            if line is None:
                reason = _("There is no such target, or it is not yours to report on.")
                self.astray.append(Fault(told.place, "", told.title, reason))
            else:
                told.read_for(line)
                self.rows.append(Row(told, line, self._kind(told, line)))

    @staticmethod
    def _kind(told: ReturnedRow, line: Line) -> Kind:
        if told.faults:
            return Kind.WRONG
        if not told.is_filled:
            return Kind.EMPTY
        if told.is_as_it_stood or told.says(filled(line), ticked(line)):
            return Kind.UNCHANGED
        if line.entry is None:
            return Kind.NEW
        is_known = line.entry.version == told.key.version
        return Kind.NEW if is_known and line.is_editable else Kind.CONFLICT

    # --- checking -----------------------------------------------------------------------------

    def _writable(self) -> list[Row]:
        return [row for row in self.rows if row.kind == Kind.NEW or row.may_replace]

    def _check(self) -> None:
        """As the desk does: what the model refuses is a fault, what is doubtful is asked."""
        entries = [row.entry for row in self._writable() if row.entry is not None]
        ProgressEntry.read_ahead(entries)
        for row in self._writable():
            self._check_one(row)
        for entry in entries:
            for name in ProgressEntry.READ_AHEAD:
                entry.__dict__.pop(name, None)

    def _entry(self, row: Row) -> ProgressEntry:
        line = row.line
        entry = copy(line.entry) if line.entry else line.new_entry()
        for name in row.told.fields:
            setattr(entry, name, row.told.typed.get(name, _BLANK.get(name, "")))
        entry.known_units = self._units
        entry.enter(self.user, from_paper=True)
        if entry.reported_by_unit_id == line.target.lead_unit_id:
            entry.reported_by_unit = line.target.lead_unit
        return entry

    @cached_property
    def _units(self) -> dict[int | None, set[int]]:
        return Member.objects.filter(user=self.user.pk).units_by_user()

    def _check_one(self, row: Row) -> None:
        entry, told, line = row.entry, row.told, row.line
        if entry is None:
            return
        if entry.answer == Answer.NO_CHANGE and entry.value not in (None, line.last_value):
            told.refuse("value", _("“No change” repeats the last figure; please clear this one."))
        if self.part == Part.STATISTIC and entry.value is not None and not entry.source_ref:
            told.refuse("source_ref", _("Please name the document that the figure is taken from."))
        for node in line.nodes:
            if day := told.done.get(node.pk):
                try:
                    MilestoneCompletion(entry=entry, milestone=node, completed_on=day).clean_day()
                except ValidationError as refused:
                    told.refuse("value", " ".join(refused.messages), node.pk)
        try:
            entry.clean_alone()
            row.ahead(entry)
        except ValidationError as refused:
            for name, errors in refused.update_error_dict({}).items():
                told.refuse(name, " ".join(ValidationError(errors).messages))
        if told.faults:
            row.kind = Kind.WRONG

    # --- what it comes to ---------------------------------------------------------------------

    @cached_property
    def faults(self) -> list[Fault]:
        return sorted([*self.astray, *(fault for row in self.rows for fault in row.faults)])

    @cached_property
    def counts(self) -> Counter[Kind]:
        return Counter(row.kind for row in self.rows)

    @keeping_all()
    def not_ready(self) -> list[str]:
        """The codes of the rows that raise doubts."""
        return [row.code for row in self.rows if not row.is_ready]

    def of(self, kind: Kind) -> Iterator[Row]:
        return (row for row in self.rows if row.kind == kind)

    @property
    def units(self) -> list[Any]:
        """The units of its targets, each once."""
        return list({row.line.target.lead_unit_id: row.line.target.lead_unit for row in self.rows}.values())

    @property
    def sender(self) -> Any:
        """Whose sheet it is: the unit's, or of statistics the jurisdiction's."""
        return self.plan.jurisdiction if self.part == Part.STATISTIC else self.units[0]

    @property
    def has_something_to_write(self) -> bool:
        return not self.faults and bool(self._writable())

    @cached_property
    def seen(self) -> str:
        """A digest of the file, and of what it would do to what is stored now."""
        stands = [
            f"{row.code} {row.kind.name} {row.line.entry.pk if row.line.entry else 0} "
            f"{row.line.entry.version if row.line.entry else 0}"
            for row in self.rows
        ]
        told = "\n".join([hashlib.sha256(self.content).hexdigest(), str(len(self.faults)), *stands])
        return hashlib.sha256(told.encode()).hexdigest()

    # --- writing ------------------------------------------------------------------------------

    @keeping_all()
    def write(
        self,
        file: KeptFile | None = None,
        *,
        replace: Collection[str] = (),
        ready: Collection[str] | None = None,
    ) -> Counter[str]:
        """Write the new rows, and of those in conflict the codes in `replace`: all of them or none.

        The rows whose codes stand in `ready` are handed in for review, the others stay drafts; without it
        those that raise no doubt are. Returns how many were submitted and how many are drafts. The
        caller holds the locks. Raises ValidationError or PermissionDenied.
        """
        if self.faults:
            raise ValidationError(_("Nothing was written: the sheet has cells to be mended."))
        now = timezone.now()
        chosen = [row for row in self._writable() if row.kind == Kind.NEW or row.code in replace]
        done: Counter[str] = Counter()
        with recording(Act.FILE, file, by=self.user):
            if file is not None:
                file.enter(by=self.user, at=now)
            new: list[bulk.Filing] = []
            for row in chosen:
                is_ready = row.is_ready if ready is None else row.code in ready
                done["submitted" if is_ready else "drafts"] += 1
                entry = row.entry
                if entry is None:
                    continue
                entry.source_file, entry.moment = file, now
                if entry.pk is not None:
                    self._write_again(row, entry, is_ready)
                    continue
                if is_ready:
                    entry.state, entry.submitted_by = EntryState.SUBMITTED, self.user
                    entry.submitted_at = now
                new.append(bulk.Filing(entry, tuple(self._nodes(row))))
            if new:
                bulk.file(new)
        return done

    def _write_again(self, row: Row, entry: ProgressEntry, is_ready: bool) -> None:
        entry.save(locked=True)
        row.line.mark_done(entry, dict(row.told.done))
        if is_ready:
            entry.submit(by=self.user)

    @staticmethod
    def _nodes(row: Row) -> Iterable[tuple[Any, date]]:
        return ((node, row.told.done[node.pk]) for node in row.line.nodes if node.pk in row.told.done)
