"""Carries out the acts that a target's description lists, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from targets.models import Milestone, ProgressEntry, Target, TargetRevision
from targets.models.entry import steps
from targets.models.ledger import bulk
from targets.models.ledger.bulk import Filing
from targets.rules.schedule import month_end
from targets.seed.papers import Paper, moment
from targets.seed.plans import Data

State = ProgressEntry.State
ON_PAPER = ProgressEntry.Origin.TRANSCRIBED  # has an effect only if somebody outside the unit enters it
Act = tuple[datetime, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class People:
    """The acting users. A unit without a reporter files on paper, and the coordinator enters the paper."""

    reporters: dict[int, Any]  # by unit
    reviewer: Any
    coordinator: Any
    decides: Any  # another coordinator
    statistician: Any = None

    def author(self, target: Target, part: str = "report") -> Any:
        if part == ProgressEntry.Part.STATISTIC:
            return self.statistician or self.coordinator
        return self.reporters.get(target.lead_unit_id, self.coordinator)


def do(lines: Sequence[Line]) -> None:
    """Carry out all lines: file in bulk, except between the first and the last revision of a target."""
    bulk.file([filing for line in lines for filing in line.until(line.first_change)])
    changed = [line for line in lines if line.changes]
    for line in changed:
        line.change()
    bulk.file([filing for line in changed for filing in line.until(None)])


@dataclass(slots=True)
class Line:
    """One target with its papers, in the order of review, and the changes of its promise."""

    target: Target
    papers: Sequence[Paper]
    people: People
    changes: list[Act] = field(default_factory=list)
    newest: dict[tuple[int, str], Filing] = field(default_factory=dict)

    def plan_changes(self, rows: Iterable[Data], yesterday: date) -> None:
        changes: list[_Change] = []
        for row in rows:
            changes.append(_Change(self, row, changes))
            self.changes += changes[-1].acts(yesterday)
        self.changes.sort(key=itemgetter(0))

    @property
    def first_change(self) -> datetime | None:
        return self.changes[0][0] if self.changes else None

    def until(self, at: datetime | None) -> list[Filing]:
        """Return the papers not yet filed that were reviewed before `at` (None: all)."""
        due = [paper for paper in self.papers if at is None or paper.reviewed_at < at]
        self.papers = self.papers[len(due) :]
        return [self._filing(paper) for paper in due]

    def change(self) -> None:
        for at, act in self.changes:
            bulk.file(self.until(at))
            self.read_again()
            act()
        self.read_again()

    def read_again(self) -> None:
        self.target = Target.objects.select_related("plan__light_rule", "lead_unit", "current").get(
            pk=self.target.pk
        )

    def _filing(self, paper: Paper) -> Filing:
        """Return the paper as an entry that is already submitted and, if so described, reviewed."""
        author, key = self.people.author(self.target, paper.part), (paper.period.pk, paper.part)
        done: bulk.Done = ()
        if paper.reason:
            before = self.newest[key]
            entry = steps.correct(before.entry, author, paper.reason, **paper.fields)
            entry.target = self.target
            done = () if entry.is_void else before.done
        else:
            entry = ProgressEntry(
                target=self.target, period=paper.period, part=paper.part, entered_by=author,
                reported_by_unit=self.target.lead_unit, origin=ON_PAPER, **paper.fields,
            )  # fmt: skip
        if paper.done:
            nodes = {node.order: node for node in self.target.milestones.all()}
            done = [(nodes[order], day) for order, day in paper.done]
        entry.moment, entry.state = paper.entered_at, paper.state
        entry.submitted_by, entry.submitted_at = author, paper.submitted_at
        if paper.state != State.SUBMITTED:
            entry.reviewed_by, entry.reviewed_at = self.people.reviewer, paper.reviewed_at
            entry.review_comment = paper.comment
        self.newest[key] = Filing(entry, done)
        return self.newest[key]


@dataclass(slots=True)
class _Change:
    """One revision: requested by one person, decided by another."""

    line: Line
    row: Data
    earlier: list[_Change]
    revision: TargetRevision = field(init=False)

    def acts(self, yesterday: date) -> list[Act]:
        steps: list[tuple[str, Callable[[], None]]] = [
            ("asked", self.ask),
            ("approved", self.approve),
            ("refused", self.refuse),
        ]
        return [
            (self._at(name), act) for name, act in steps if name in self.row and self.row[name] <= yesterday
        ]

    def ask(self) -> None:
        row, target = self.row, self.line.target
        fields: dict[str, Any] = {
            name: row[name] for name in ("document_no", "reason", "until") if name in row
        }
        if "node" in row:
            fields["milestone"] = Milestone.objects.get(target=target, order=row["node"])
        if "annuls" in row:
            fields["annuls"] = self.earlier[row["annuls"] - 1].revision
        year = target.plan.starts_on.year
        self.revision = target.ask(
            row["kind"], by=self.line.people.author(target), effective_on=row["effective"],
            changes=row.get("changes", {}),
            curve={month_end(year, int(m)): Decimal(value) for m, value in row.get("curve", {}).items()},
            at=self._at("asked"), **fields,
        )  # fmt: skip

    def approve(self) -> None:
        self.revision.approve(by=self.line.people.decides, at=self._at("approved"))

    def refuse(self) -> None:
        by, comment = self.line.people.decides, self.row["comment"]
        self.revision.refuse(by=by, comment=comment, at=self._at("refused"))

    def _at(self, name: str) -> datetime:
        return moment(self.row[name], 9 if name == "asked" else 15, 30)
