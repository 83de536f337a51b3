"""The ledgers of many targets, read at once for bulk writing, judging anew and verifying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from targets.models.entry import steps
from targets.models.entry.entry import ProgressEntry
from targets.models.enums import Part
from targets.models.ledger.ledger import Assessment
from targets.models.ledger.ledger import append as append_rows
from targets.models.revision.queries import commitments
from targets.models.revision.revision import TargetRevision
from targets.models.target.milestone import Milestone
from targets.models.target.target import Target
from targets.rules.facts import Facts, Report, figures

Done = Sequence[tuple[Milestone, date]]
AT_ONCE = 200  # targets in memory at a time, however many there are


@dataclass(slots=True)
class Ledger:
    """One target's facts and ledger rows, to which acts are applied in memory, one after the other."""

    target: Target
    facts: Facts
    counting: dict[tuple[int, str], tuple[ProgressEntry, Report]]
    own: dict[date, Assessment]
    newest: datetime | None  # when the newest row was recorded
    rows: list[Assessment] = field(default_factory=list)
    has_filed: bool = False  # whether an entry was approved here

    @classmethod
    def locked(cls, keys: Iterable[int]) -> list[Ledger]:
        """The ledgers of these targets, read under their row locks, so that no act interferes."""
        targets = Target.objects.locked().filter(pk__in=keys).select_related("plan__light_rule")
        with transaction.atomic():
            return list(cls.of(targets).values())

    @classmethod
    def of(cls, targets: Iterable[Target], *, judges: bool = True) -> dict[int, Ledger]:
        """Target id → its ledger as stored; unless it `judges`, without the promises and the rows so far."""
        by_pk = {target.pk: target for target in targets}
        of_these = {"target__in": by_pk}
        of_judged = of_these if judges else {"target__in": ()}
        promises: dict[int, list[TargetRevision]] = {pk: [] for pk in by_pk}
        for revision in TargetRevision.objects.in_order().filter(**of_judged).with_curves():
            promises[revision.target_id].append(revision)
        approved: dict[int, dict[tuple[int, str], tuple[ProgressEntry, Report]]] = {pk: {} for pk in by_pk}
        entries = ProgressEntry.objects.approved().filter(**of_these).select_related("period")
        for entry in entries.prefetch_related("completions").order_by("revision_no", "pk"):
            approved[entry.target_id][entry.period_id, entry.part] = (entry, entry.as_report())
        own: dict[int, dict[date, Assessment]] = {pk: {} for pk in by_pk}
        recorded: dict[int, datetime] = {}
        for row in Assessment.objects.filter(**of_judged).order_by("effective_on", "pk"):
            own[row.target_id][row.effective_on] = row
            recorded[row.target_id] = max(row.recorded_at, recorded.get(row.target_id, row.recorded_at))
        rules = {target.plan_id: target.plan.light_rule.as_rule() for target in by_pk.values()}
        return {
            pk: cls(
                target,
                Facts(
                    commitments(promises[pk]),
                    (),
                    rules[target.plan_id],
                    target.plan.starts_on,
                    target.plan.ends_on,
                ),
                approved[pk],
                own[pk],
                recorded.get(pk),
            )
            for pk, target in by_pk.items()
        }

    def reports(self) -> list[Report]:
        return [report for entry, report in self.counting.values() if not entry.is_void]

    def entries(self) -> list[ProgressEntry]:
        """The entries that count."""
        return [entry for entry, _report in self.counting.values() if not entry.is_void]

    def facts_now(self) -> Facts:
        return replace(self.facts, reports=tuple(self.reports()))

    @property
    def opened_on(self) -> date:
        return self.facts.commitments[0][0]

    def last_figure(self, before: date) -> Decimal | None:
        known = figures(self.reports(), self.target.figure_from)
        return next((r.value for r in reversed(known) if r.period_end < before), None)

    def replaced_by(self, entry: ProgressEntry) -> ProgressEntry | None:
        """The approved version that this one would replace."""
        return self.counting.get((entry.period_id, entry.part), (None, None))[0]

    def approve(self, entry: ProgressEntry, by: Any, at: datetime, done: Done) -> None:
        """Approve the entry with the nodes it ticks, and judge."""
        key = (entry.period_id, entry.part)
        replaced, report = self.counting.get(key, (None, None))
        days_before = [day for _node, day in report.done] if report else []
        since = steps.approve(entry, by, at, replaced, [day for _milestone, day in done], days_before)
        ticked = tuple((milestone.pk, day) for milestone, day in done)
        self.counting[key] = (entry, entry.as_report(ticked))
        self.has_filed = True
        self.judge(since=since, cause=entry.cause(replaced), at=at)

    def judge(self, *, since: date, cause: str, at: datetime) -> None:
        later = {day: row for day, row in self.own.items() if day >= since}
        for row in Assessment.lacking(self.target, self.facts_now(), later, since=since, cause=cause):
            row.recorded_at = self.newest = max(at, self.newest or at)
            self.own[row.effective_on] = row
            self.rows.append(row)


def chunks(targets: models.QuerySet) -> Iterator[list[int]]:
    """The keys of these targets in order, in lists of at most AT_ONCE."""
    keys = list(targets.order_by("pk").values_list("pk", flat=True))
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def append(ledgers: Iterable[Ledger]) -> None:
    """Write the new rows, and move each target's keys of its newest row, report and figure."""
    written = [ledger for ledger in ledgers if ledger.rows or ledger.has_filed]
    append_rows([row for ledger in written for row in ledger.rows])
    rows = Assessment.objects.filter(target=models.OuterRef("pk")).order_by("-effective_on", "-pk")
    entries = ProgressEntry.objects.newest_first().filter(target=models.OuterRef("pk"))
    found = {
        "current": rows,
        "newest_report": entries.filter(part=Part.REPORT),
        "newest_figure": entries.filter(value__isnull=False),
    }
    Target.objects.filter(pk__in={ledger.target.pk for ledger in written}).update(
        **{name: models.Subquery(newest.values("pk")[:1]) for name, newest in found.items()}
    )
