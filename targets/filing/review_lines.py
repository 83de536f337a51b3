"""One submitted entry as the reviewer reads it: figure, words beside the last report's, doubts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from targets import explain
from targets.explain.people import moment, person
from targets.filing.lines import Line, read_lines
from targets.filing.second_look import figure_still_said
from targets.models import ProgressEntry, ReportingPeriod
from targets.models.people.viewer import Account
from targets.models.target.queries import TargetQuerySet
from targets.rules.question import Question, ask

Part = ProgressEntry.Part
State = ProgressEntry.State
SAID = ("narrative", "issues", "next_steps", "support_needed")


@dataclass(frozen=True)
class Said:
    """One text field, in this report and in the last one."""

    label: str
    now: str
    before: str

    @property
    def is_the_same(self) -> bool:
        return bool(self.now) and self.now.split() == self.before.split()


@dataclass
class ReviewLine(Line):
    entry: ProgressEntry  # never None: only submitted entries are listed
    why_not: str = ""  # the reason, if this user may not decide
    replaced: ProgressEntry | None = None  # the approved version it corrects

    @property
    def key(self) -> str:
        return str(self.entry.pk)

    @cached_property
    def last_words(self) -> ProgressEntry | None:
        """The last words of the same part: a statistic is not compared with the report of the unit."""
        own = (entry for entry in self.earlier if entry.part == self.part)
        return next((entry for entry in own if entry.narrative), None)

    @property
    def is_choosable(self) -> bool:
        return not self.why_not

    @property
    def value_in_words(self) -> str:
        if self.entry.is_void:
            return _("void")
        return explain.quantity(self.entry.value, self.target.unit_of_measure) if self.carries_figure else ""

    @property
    def replaced_in_words(self) -> str:
        return explain.quantity(self.replaced.value, self.target.unit_of_measure) if self.replaced else ""

    @property
    def published(self) -> list[str]:
        """The texts of a statistic besides its figure."""
        entry = self.entry
        told = [
            "" if entry.yoy is None else _("year on year %(share)s%%") % {"share": explain.number(entry.yoy)},
            _("rank %(rank)s") % {"rank": entry.published_rank} if entry.published_rank else "",
            entry.source_ref,
            explain.day(entry.published_on) if entry.published_on else "",
        ]
        return [text for text in told if text]

    @property
    def marks(self) -> list[str]:
        entry = self.entry
        own = entry.origin == ProgressEntry.Origin.OWN
        found = [
            str(entry.get_part_display()) if entry.part == Part.STATISTIC else "",
            "" if own else str(entry.get_origin_display()),
            str(explain.MARKS["belated"]) if entry.is_belated else "",
            str(explain.MARKS["preliminary"]) if entry.preliminary else "",
            str(explain.MARKS["corrected"]) if entry.revision_no > 1 and not entry.is_void else "",
        ]
        return [mark for mark in found if mark]

    @property
    def author(self) -> str:
        return person(self.entry.submitted_by)

    @property
    def since(self) -> str:
        return moment(self.entry.submitted_at)

    @cached_property
    def said(self) -> list[Said]:
        before = self.last_words
        pairs = [
            Said(str(field.verbose_name), getattr(self.entry, field.name), getattr(before, field.name, ""))
            for field in ProgressEntry._meta.fields
            if field.name in SAID
        ]
        return [said for said in pairs if said.now or said.before]

    # --- what deserves a second look ------------------------------------------------------------

    @cached_property
    def doubts(self) -> list[str]:
        entry = self.entry
        found = [*self.questions(entry), *ask({"void": entry.is_void})]
        found += figure_still_said(entry, self.replaced)
        return explain.questions([*found, *self._doubtful_days()])

    def _doubtful_days(self) -> Iterator[Question]:
        """Ask about each node completed outside the period of this report."""
        before = self.earlier[0].period.period_end if self.earlier else None
        for done in self.ticked.values():
            words = {"node": done.milestone.title, "day": explain.day(done.completed_on)}
            if done.completed_on > self.period.period_end:
                yield Question("done_after", words)
            elif before and done.completed_on <= before:
                yield Question("done_before", words)


def read_waiting(
    targets: TargetQuerySet, period: ReportingPeriod, today: date, user: Account
) -> list[ReviewLine]:
    """The submitted entries of these targets, in 序号 order, in a fixed number of queries."""
    submitted = ProgressEntry.objects.filter(period=period, state=State.SUBMITTED)
    listed = targets.filter(pk__in=submitted.values("target"))
    read = read_lines(Line, listed, period, Part.REPORT, today)
    lines = [line for both in read for line in _by_part(both)]
    waiting = set(submitted.waiting_for(user).values_list("pk", flat=True))
    entries = [line.entry for line in lines]
    prefetch_related_objects(entries, "earlier_writers")
    replaced = versions_before(entries)
    for line in lines:
        entry = line.entry
        line.why_not = "" if entry.pk in waiting else _why_not(entry, user)
        line.replaced = replaced.get(entry.pk)
    return lines


def _by_part(line: Line) -> Iterator[ReviewLine]:
    """Yield a line for each submitted part: report and statistic are reviewed separately."""
    shared = {field.name: getattr(line, field.name) for field in fields(line)}
    for part, entry, other in (
        (Part.REPORT, line.entry, line.other),
        (Part.STATISTIC, line.other, line.entry),
    ):
        if entry and entry.state == State.SUBMITTED:
            yield ReviewLine(**{**shared, "part": part, "entry": entry, "other": other})


def _why_not(entry: ProgressEntry, user: Account) -> str:
    if user.pk in entry.writers or user in entry.earlier_writers.all():
        return _("You filed this yourself; somebody else reviews it.")
    if entry.passed_at:
        return _("The unit has passed it; now the office decides.")
    return _("The unit's reviewer passes it first.")


def versions_before(entries: list[ProgressEntry]) -> dict[int, ProgressEntry]:
    """Return correction id → the approved version that it replaces."""
    corrections = [entry for entry in entries if entry.revision_no > 1]
    if not corrections:
        return {}
    approved = ProgressEntry.objects.approved().filter(
        target__in={entry.target_id for entry in corrections},
        period__in={entry.period_id for entry in corrections},
    )
    found = {_which(entry, entry.revision_no): entry for entry in approved}
    before = ((entry.pk, found.get(_which(entry, entry.revision_no - 1))) for entry in corrections)
    return {pk: entry for pk, entry in before if entry}


def _which(entry: ProgressEntry, number: int) -> tuple[int, int, str, int]:
    return entry.target_id, entry.period_id, entry.part, number
