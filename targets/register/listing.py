"""The targets of a register in their order: counted from a few columns of all, then read in full."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, Q
from django.utils import timezone

from targets.models import Plan, ProgressEntry, Target, TargetRevision
from targets.models.entry.filed import Filings, periods_to_read
from targets.models.enums import Firmness, Part, RevisionKind
from targets.models.people.place import Place
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
    "newest_figure", "matter", "superior_value",
)  # fmt: skip
TEXTS = (
    "target", "period", "part", "answer", "narrative", "issues", "next_steps", "support_needed", "yoy",
    "is_belated",
)  # fmt: skip


FIGURE = ("target", "period", "part", "answer", "yoy", "is_belated")  # the words are those of the report


class Listed(NamedTuple):
    """What a target adds to the counts, and what its report depends on."""

    status: int | None
    is_stretch: bool
    measure: str
    asked: Asked


# The columns that a Listed is made from.
COUNTED = ("status", "row__firmness", "firmness", *STANDING)


@dataclass
class Listing:
    """`targets` carry their row and stand in order; `reporting` keeps only these answers.

    `sort` is "reporting" or "-reporting". The database does not know the answers: where they decide what
    is listed, or in which order, a few columns of every target are read, else only those of a page.
    """

    register: Register
    targets: TargetQuerySet
    reporting: Collection[int] = ()
    sort: str = ""

    def __post_init__(self) -> None:
        register = self.register
        known_day = day_known(register.known_at, register.today or timezone.localdate())
        self.day = PlanDay(register.plan, register.plan.periods.all(), register.on, known_day)
        settled = F("row__settled") if self.is_current else self.targets.was_settled(register.known_at)
        self.targets = self.targets.annotate(was_settled=settled)
        self.filed: Filings | None = None  # of all, where their answers were asked for

    # --- all of them --------------------------------------------------------------------------

    @cached_property
    def summary(self) -> Summary:
        if self._is_by_answer:
            listed = [(1, each) for each in self._answering.values()]
        else:  # most of a plan's targets stand alike, and the database counts them
            alike = self.targets.order_by().values(*COUNTED).annotate(count=Count("*"))
            listed = list(self._listed(alike.values_list("count", *COUNTED)))
        return Summary(listed, self.register.plan)

    @cached_property
    def keys(self) -> list[int]:
        if self._is_by_answer:
            return list(self._answering)
        return list(self.targets.values_list("pk", flat=True))

    @property
    def _is_by_answer(self) -> bool:
        return bool(self.reporting or self.sort)

    @cached_property
    def _all(self) -> dict[int, Listed]:
        return dict(self._listed(self.targets.values_list("pk", *COUNTED)))

    @cached_property
    def answers(self) -> dict[int, Answer]:
        """How the report of each stands, also of those that `reporting` leaves out."""
        self.filed = self._filed(each.asked for each in self._all.values())
        return {
            pk: self.filed.answer(self.day, pk, each.measure, each.asked) for pk, each in self._all.items()
        }

    @cached_property
    def _answering(self) -> dict[int, Listed]:
        answers = {pk: answer.reporting for pk, answer in self.answers.items()}
        kept = [pk for pk in self._all if not self.reporting or answers[pk] in self.reporting]
        if self.sort:
            kept.sort(key=answers.__getitem__, reverse=self.sort.startswith("-"))
        return {pk: self._all[pk] for pk in kept}

    def _listed(self, rows: Iterable[Any]) -> Iterator[tuple[int, Listed]]:
        """Of rows of a number and the columns COUNTED."""
        for number, status, then, firmness, *standing in rows:
            asked = self.day.asked(Standing(*standing))
            yield number, Listed(status, (then or firmness) == Firmness.STRETCH, standing[0], asked)

    def _filed(
        self, asked: Iterable[Asked], targets: Iterable[int] | None = None, *, outcome: bool = True
    ) -> Filings:
        register, periods = self.register, set[int]()
        for each in asked:
            periods |= periods_to_read(self.day, each, outcome=outcome)
        return Filings.read(periods, targets, known_at=register.known_at, viewer=self._follower)

    # --- some of them in full -----------------------------------------------------------------

    def page(self, window: range, *related: str) -> list[RegisterRow]:
        """The rows that stand there, `related` as in `select_related`."""
        if self._is_by_answer:
            return self.rows(self.keys[window.start : window.stop], *related)
        found = list(self._in_full(self.targets, related)[window.start : window.stop])
        return self._rows(found, [target.pk for target in found])

    def rows(
        self, keys: Sequence[int] | None = None, *related: str, whole: bool = False
    ) -> list[RegisterRow]:
        """The rows of all, or of these in this order; `related` as in `select_related`.

        `whole`: with every column of the target, not only what a line shows.
        """
        if keys is None and self._is_by_answer:
            keys = self.keys
        targets = self.targets if keys is None else self.targets.filter(pk__in=keys)
        read = {target.pk: target for target in self._in_full(targets, related, whole=whole)}
        found = list(read.values()) if keys is None else [read[key] for key in keys if key in read]
        return self._rows(found, keys)

    def _rows(self, found: list[Target], keys: Sequence[int] | None) -> list[RegisterRow]:
        """`keys` as in `rows`: what is read besides is read for all of the plan, or for these."""
        asked = [
            self.day.asked(Standing.of(target)._replace(was_settled=target.was_settled)) for target in found
        ]
        newest = dict[int, Newest]()
        if self.is_current:
            filed = self.filed or self._filed(asked, keys, outcome=False)
            for target in found:
                target.words, target.figure = target.newest_report, target.newest_figure
                both = (target.words, target.figure)
                report, figure = (entry.period_id if entry else None for entry in both)
                newest[target.pk] = Newest(report, figure)
        else:
            filed = self._filed_until_then(keys)
            self._read_words_of_then(found, filed)
        self._read_changes(found, keys)
        periods: dict[int, Any] = self.day.by_pk
        for target, each in zip(found, asked, strict=True):
            target.answer = filed.answer(self.day, target.pk, target.measure, each, newest.get(target.pk))
            target.plan = self.register.plan
            for entry in filter(None, (target.words, target.figure)):
                entry.period = periods[entry.period_id]
            if self.register.is_past:  # today's columns are the revisions' reading already
                target.read_as_promised(target.changes)
        self._read_earlier_words(found)
        return [RegisterRow(target, self.register.on) for target in found]

    @cached_property
    def _follower(self) -> Any:
        """Whose rights say which reports under way are read; whoever decides on all of them needs none."""
        if self.register.viewer is None:
            return None
        place = Place.of(self.register.viewer)
        return None if self.register.plan.pk in place.plans(place.decides) else place

    @property
    def is_current(self) -> bool:
        return reads_current(self.register.on, self.register.known_at)

    def _in_full(
        self, targets: TargetQuerySet, related: Sequence[str], *, whole: bool = False
    ) -> TargetQuerySet:
        newest = {"newest_report": TEXTS, "newest_figure": FIGURE} if self.is_current else {}
        full = targets.annotate(status_by_rule=status_on(self.register.on, by_hand=False))
        lead_unit = f"{self.register.promised}lead_unit"
        full = full.select_related("row", lead_unit, "domain", *newest, *related)
        shown = (f"{name}__{column}" for name, columns in newest.items() for column in columns)
        return full if whole else full.only(*OWN, *shown)

    def _read_changes(self, targets: Sequence[Target], keys: Sequence[int] | None) -> None:
        """Of what was changed, the opening and the changes in the order of effect.

        Nothing is read of a promise that stands as it was opened: most do, and its columns say it.
        Of nodes only changes with a document: each node of an issued plan has an opening as well.
        """
        # By kind, not by a null `milestone`: SQLite would use that index, which is null for nearly all.
        as_opened = Q(kind__in=(RevisionKind.OPEN, RevisionKind.NODE), document_no="")
        of_these = Q(target__plan=self.register.plan) if keys is None else Q(target__in=keys)
        changed = set(
            TargetRevision.objects.facts().filter(~as_opened, of_these).values_list("target", flat=True)
        )
        in_order = TargetRevision.objects.in_order(self.register.known_at)
        in_force = in_order.filter(target__in=changed, effective_on__lte=self.register.on)
        shown = in_force.exclude(kind=RevisionKind.NODE, document_no="")
        changes: dict[int, list[TargetRevision]] = defaultdict(list)
        for revision in shown if changed else ():
            changes[revision.target_id].append(revision)
        for target in targets:
            target.changes = changes[target.pk]

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

    def __init__(self, listed: Iterable[tuple[int, Listed]], plan: Plan) -> None:
        """`listed`: how many stand so."""
        self.listed = 0
        self.by_status: Counter[Status] = Counter()
        self.lit = self.on_schedule = self.behind = self.stretch = 0
        for count, each in listed:
            self.listed += count
            if each.status is None:
                continue
            self.by_status[Status(each.status)] += count
            if each.status in UNLIT:
                continue
            if each.is_stretch and not plan.counts_stretch:
                self.stretch += count
                continue
            self.lit += count
            if each.status in ATTENTION:
                self.behind += count
            elif each.status in ON_SCHEDULE and not each.asked.carried:
                self.on_schedule += count

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
