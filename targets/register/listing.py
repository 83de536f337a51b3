"""The targets of a register in their order: counted from a few columns of all, then read in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, Prefetch, Q
from django.utils import timezone

from targets.models import Plan, ProgressEntry, Target, TargetRevision
from targets.models.entry.filed import Filings, periods_to_read
from targets.models.enums import Firmness, Part, RevisionKind
from targets.models.target.queries import STANDING, TargetQuerySet, day_known, reads_current
from targets.register.row import RegisterRow
from targets.reporting import Answer, Asked, Newest, PlanDay, Standing
from targets.rules.quantities import half_up
from targets.status import ATTENTION, ON_SCHEDULE, UNLIT, Status, status_on

if TYPE_CHECKING:
    from targets.register.register import Register

# The columns that a line shows of the target itself, and of the entries beside it.
OWN = (
    "plan", "number", "code", "title", "domain__name", "measure", "unit_of_measure", "decimals", "basis",
    "due_text", "comparator", "target_value", "upper_value", "direction", "baseline_value", "due_on",
    "firmness", "lead_unit", "accountable_leader", "accountable_leader_words", "newest_report",
    "newest_figure", "matter",
)  # fmt: skip
TEXTS = (
    "target", "period", "part", "answer", "narrative", "issues", "next_steps", "support_needed", "yoy",
    "is_belated",
)  # fmt: skip


class Listed(NamedTuple):
    """What one target adds to the counts, and what its report depends on."""

    pk: int
    status: int | None
    is_stretch: bool
    measure: str
    asked: Asked


@dataclass
class Listing:
    """`targets` carry their row and stand in order; `reporting` keeps only these answers.

    `sort` is "reporting" or "-reporting": the database does not know the answers, so they are sorted here.
    """

    register: Register
    targets: TargetQuerySet
    reporting: Collection[int] = ()
    sort: str = ""

    def __post_init__(self) -> None:
        register = self.register
        known_day = day_known(register.known_at, register.today or timezone.localdate())
        self.day = PlanDay(register.plan, register.plan.periods.all(), register.on, known_day)
        self.filed: Filings | None = None  # of all, where their answers were asked for

    # --- all of them --------------------------------------------------------------------------

    @cached_property
    def listed(self) -> list[Listed]:
        """From one query of few columns, the only one that reads every target."""
        found = self._read()
        if self.reporting or self.sort:
            self.filed = self._filed(found)
            answers = {pk: answer.reporting for pk, answer in self.answers(found, self.filed).items()}
            if self.reporting:
                found = [each for each in found if answers[each.pk] in self.reporting]
            if self.sort:
                found.sort(key=lambda each: answers[each.pk], reverse=self.sort.startswith("-"))
        return found

    def _read(self) -> list[Listed]:
        settled = F("row__settled") if self.is_current else self.targets.was_settled(self.register.known_at)
        known = self.targets.annotate(was_settled=settled)
        columns = ("pk", "status", "row__firmness", "firmness", *STANDING)
        found = []
        for pk, status, then, firmness, *standing in known.values_list(*columns):
            asked = self.day.asked(Standing(*standing))
            is_stretch = (then or firmness) == Firmness.STRETCH
            found.append(Listed(pk, status, is_stretch, standing[0], asked))
        return found

    @property
    def keys(self) -> list[int]:
        return [each.pk for each in self.listed]

    @cached_property
    def summary(self) -> Summary:
        return Summary(self.listed, self.register.plan)

    def answers(
        self,
        listed: Collection[Listed],
        filed: Filings | None = None,
        newest: Mapping[int, Newest] = MappingProxyType({}),
    ) -> dict[int, Answer]:
        filed = filed or self._filed(listed)
        return {
            each.pk: filed.answer(self.day, each.pk, each.measure, each.asked, newest.get(each.pk))
            for each in listed
        }

    def _filed(
        self, listed: Collection[Listed], targets: Iterable[int] | None = None, *, outcome: bool = True
    ) -> Filings:
        register, periods = self.register, set[int]()
        for each in listed:
            periods |= periods_to_read(self.day, each.asked, outcome=outcome)
        return Filings.read(periods, targets, known_at=register.known_at, viewer=register.viewer)

    # --- some of them in full -----------------------------------------------------------------

    def rows(
        self, keys: Sequence[int] | None = None, *related: str, whole: bool = False
    ) -> list[RegisterRow]:
        """The rows of all, or of these in this order; `related` as in `select_related`.

        `whole`: with every column of the target, not only what a line shows.
        """
        listed = {each.pk: each for each in self.listed}
        targets = self.targets if keys is None else self.targets.filter(pk__in=keys)
        read = {target.pk: target for target in self._in_full(targets, related, whole)}
        found = [read[key] for key in (listed if keys is None else keys) if key in read and key in listed]
        chosen, newest = [listed[target.pk] for target in found], {}
        if self.is_current:
            filed = self.filed or self._filed(chosen, keys, outcome=False)
            for target in found:
                target.words, target.figure = target.newest_report, target.newest_figure
                both = (entry and entry.period_id for entry in (target.words, target.figure))
                newest[target.pk] = Newest(*both)
        else:
            filed = self._filed_until_then(keys)
            self._read_words_of_then(found, filed)
        answers, periods = self.answers(chosen, filed, newest), self.day.by_pk
        for target in found:
            target.answer, target.plan = answers[target.pk], self.register.plan
            for entry in filter(None, (target.words, target.figure)):
                entry.period = periods[entry.period_id]
            if self.register.is_past:  # today's columns are the revisions' reading already
                target.read_as_promised(target.changes)
        self._read_earlier_words(found)
        return [RegisterRow(target, self.register.on) for target in found]

    @property
    def is_current(self) -> bool:
        return reads_current(self.register.on, self.register.known_at)

    def _in_full(self, targets: TargetQuerySet, related: Sequence[str], whole: bool) -> TargetQuerySet:
        newest = ("newest_report", "newest_figure") if self.is_current else ()
        full = targets.annotate(status_by_rule=status_on(self.register.on, by_hand=False))
        lead_unit = f"{self.register.promised}lead_unit"
        full = full.select_related("row", lead_unit, "domain", *newest, *related)
        full = full.prefetch_related(self._changes())
        return full if whole else full.only(*OWN, *(f"{name}__{text}" for name in newest for text in TEXTS))

    def _changes(self) -> Prefetch:
        """Prefetch the opening and the changes of the promise as `changes`, in the order of effect.

        Node revisions only with a document: each node of an issued plan has an opening revision as well.
        Nothing is read of a promise that stands as it was opened: most do, and its columns say it.
        """
        in_force = TargetRevision.objects.in_order(self.register.known_at).filter(
            effective_on__lte=self.register.on
        )
        # By kind, not by a null `milestone`: SQLite would use that index, which is null for nearly all.
        shown = in_force.exclude(kind=RevisionKind.NODE, document_no="")
        as_opened = Q(kind__in=(RevisionKind.OPEN, RevisionKind.NODE), document_no="")
        changed = TargetRevision.objects.facts().filter(~as_opened, target__plan=self.register.plan)
        return Prefetch("revisions", shown.filter(target__in=changed.values("target")), to_attr="changes")

    def _filed_until_then(self, targets: Iterable[int] | None) -> Filings:
        register = self.register
        return Filings.read(self.day.by_pk, targets, known_at=register.known_at, viewer=register.viewer)

    def _read_words_of_then(self, targets: Sequence[Target], filed: Filings) -> None:
        """A table of the past reads its words from the versions that were known."""
        newest = {target.pk: self._newest_then(filed, target.pk) for target in targets}
        wanted = {key for both in newest.values() for key in both if key is not None}
        texts = ProgressEntry.objects.only(*TEXTS).in_bulk(list(wanted))
        for target in targets:
            report, figure = newest[target.pk]
            target.words, target.figure = texts.get(report), texts.get(figure)

    def _newest_then(self, filed: Filings, target: int) -> tuple[int | None, int | None]:
        """The keys of the newest report and the newest figure that had taken effect."""
        report = figure = None
        in_force = (
            each
            for each in filed.approved[target].values()
            if not each.is_void and each.effective_on is not None and each.effective_on <= self.register.on
        )
        for each in sorted(in_force, key=lambda each: (self.day.by_pk[each.period].period_end, each.pk)):
            report = each.pk if each.part == Part.REPORT else report
            figure = each.pk if each.has_value else figure
        return report, figure

    def _read_earlier_words(self, targets: Sequence[Target]) -> None:
        """Where the newest report says nothing in words, the newest that did: one query for all."""
        silent = {target.pk: target for target in targets if target.words and not target.words.has_words}
        entries = ProgressEntry.objects.filter(
            target__in=silent, part=Part.REPORT, effective_on__lte=self.register.on
        )
        said = entries.counting(self.register.known_at) if silent else ()
        for entry in sorted((each for each in said if each.has_words), key=lambda entry: entry.period_end):
            silent[entry.target_id].earlier_words = entry


class Summary:
    """Counts by status, and of the lit ones how many are on schedule, behind or carried over."""

    def __init__(self, listed: Collection[Listed], plan: Plan) -> None:
        self.listed = len(listed)
        self.by_status: Counter[Status] = Counter()
        self.lit = self.on_schedule = self.behind = self.stretch = 0
        for each in listed:
            if each.status is None:
                continue
            self.by_status[Status(each.status)] += 1
            if each.status in UNLIT:
                continue
            if each.is_stretch and not plan.counts_stretch:
                self.stretch += 1
                continue
            self.lit += 1
            self.behind += each.status in ATTENTION
            self.on_schedule += each.status in ON_SCHEDULE and not each.asked.carried

    @property
    def statuses(self) -> list[tuple[Status, int]]:
        return sorted(self.by_status.items())

    @property
    def carried(self) -> int:
        return self.lit - self.on_schedule - self.behind

    @property
    def on_schedule_rate(self) -> Decimal | None:
        """达序时率 in per cent: of the lit targets, those on schedule by this period's own figures."""
        return half_up(Fraction(100 * self.on_schedule, self.lit), 1) if self.lit else None
