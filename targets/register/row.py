"""One row of the register: what is known of a target on a day, for whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from targets import explain
from targets.models import Assessment, OrgUnit, Target
from targets.models.enums import WORDS_ONLY, Measure, RevisionKind
from targets.reporting import Reporting
from targets.rules.quantities import half_up
from targets.status import Status


class RegisterRow:
    """A target as a Listing read it for the day `on`; no query is made here.

    `polished` are words that an issue prints in place of the unit's, by their field.
    """

    polished: Mapping[str, str] = MappingProxyType({})

    def __init__(self, target: Target, on: date) -> None:
        self.target = target
        self.on = on
        self.row = target.row

    @property
    def status(self) -> Status | None:
        return None if self.target.status is None else Status(self.target.status)

    @property
    def status_label(self) -> str:
        return "—" if self.status is None else str(self.status.label)

    @property
    def reporting(self) -> Reporting:
        return self.target.answer.reporting

    @property
    def promised(self) -> Assessment | Target:
        """What holds the promise as of the day: the ledger's row, of a draft the target itself."""
        return self.row or self.target

    @property
    def comparator(self) -> str:
        return self.promised.comparator

    @property
    def target_value(self) -> Decimal | None:
        return self.promised.target_value

    @property
    def upper_value(self) -> Decimal | None:
        return self.promised.upper_value

    @property
    def direction(self) -> str:
        return self.row.direction if self.row else self.target.direction

    @property
    def measure(self) -> str:
        return self.target.measure

    @property
    def is_counted(self) -> bool:
        return self.target.measure not in WORDS_ONLY

    @property
    def unit_of_measure(self) -> str:
        return self.target.unit_of_measure

    @property
    def decimals(self) -> int | None:
        return self.target.decimals

    @property
    def baseline_value(self) -> Decimal | None:
        return self.promised.baseline_value

    @property
    def lead_unit(self) -> OrgUnit:
        return self.promised.lead_unit

    @property
    def leader(self) -> str:
        """责任领导, as `complete` reads them."""
        return explain.leader(self.promised.accountable_leader, self.promised.accountable_leader_words)

    @property
    def goal(self) -> str:
        """The value to reach as it read that day, for a cell."""
        unit = self.target.unit_of_measure
        return explain.goal(self.comparator, self.target_value, unit, self.upper_value, self.measure)

    @property
    def reading(self) -> str:
        """The value to reach as it read that day, in words."""
        return explain.promised(self)

    @property
    def value(self) -> Decimal | None:
        return self.row.value if self.row else None

    @property
    def period_end(self) -> date | None:
        return self.row.period_end if self.row else None

    @property
    def months_of_older_figure(self) -> str:
        """1—5月 of a total, 5月 of what is not one, where the figure is not of the month of the day."""
        end, starts_on = self.period_end, self.promised.starts_on or self.target.plan.starts_on
        if end is None or self.value is None or (end.year, end.month) == (self.on.year, self.on.month):
            return ""
        if self.measure in (Measure.FLOW, Measure.GROWTH):
            return explain.months(starts_on, end)
        return explain.month_of(end, self.on)

    @property
    def attainment(self) -> Decimal | None:
        return self.row.attainment if self.row else None

    @property
    def expected(self) -> Decimal | None:
        return self.row.expected if self.row else None

    @property
    def lag(self) -> Decimal | None:
        """How many points behind; less than 0 is ahead, whichever way the promise goes."""
        return self.row.lag if self.row else None

    @property
    def gap(self) -> Decimal | None:
        return self.row.gap if self.row else None

    @property
    def due_on(self) -> date | None:
        return self.promised.due_on

    @property
    def is_overridden(self) -> bool:
        return bool(self.row and self.row.override_until >= self.on)

    @cached_property
    def marks(self) -> list[str]:
        return explain.marks(self.target, self.on)

    @property
    def behind_mark(self) -> str:
        """The one of the marks that says for how long it has been behind."""
        return explain.behind(self.row.marks.get("behind")) if self.row else ""

    @property
    def nodes(self) -> str:
        """Of nodes how many are done, 2/4; empty for whatever is counted otherwise."""
        told = self.row.explanation if self.row else {}
        return f"{told['done']}/{told['nodes']}" if told.get("nodes") else ""

    @cached_property
    def reason(self) -> str:
        if self.row is None:
            return explain.reason({}, None, self.on)
        by_rule = explain.reason(self.row.explanation, self.target.status_by_rule, self.on)
        if self.row.override_light is None or not self.is_overridden:
            return by_rule
        return explain.set_by_hand(self.row.override_light, self.row.override_until, by_rule)

    @property
    def original_value(self) -> Decimal | None:
        """The value first promised, where the one in force differs; the source's own word stays."""
        opened = (r for r in self.target.changes if r.kind == RevisionKind.OPEN)
        first = next((r.new_value("target_value") for r in opened), None)
        return None if first == self.target_value else first

    @property
    def original_baseline(self) -> Decimal | None:
        """The first baseline stated, where the one in force differs."""
        said = (r.new_value("baseline_value") for r in self.target.changes)
        first = next((value for value in said if value is not None), None)
        return None if first == self.baseline_value else first

    @property
    def documents(self) -> list[str]:
        """The documents that changed the promise, in the order of effect."""
        return [revision.document_no for revision in self.target.changes if revision.document_no]

    @property
    def remarks(self) -> str:
        unit = self.target.unit_of_measure
        found = [*self.marks, *([explain.share(self.share_of_target)] if self.share_of_target else [])]
        was = explain.were(self.original_value, self.original_baseline, unit)
        return explain.remarks([*found, *was], self.documents)

    @property
    def share_of_target(self) -> Decimal | None:
        """A net stock's value in per cent of the target value: offices print it beside the net share."""
        is_net = self.target.measure == Target.Measure.STOCK and self.target.basis == Target.Basis.NET
        if not is_net or self.attainment is None or self.value is None or not self.target_value:
            return None
        return half_up(Fraction(100) * Fraction(self.value) / Fraction(self.target_value), 1)

    @property
    def yoy(self) -> Decimal | None:
        return self.target.figure.yoy if self.target.figure else None

    def words(self, name: str) -> str:
        """A text of the newest report; where that has no words, those of an earlier one, with its month."""
        if name in self.polished:
            return self.polished[name]
        report, earlier = self.target.words, self.target.earlier_words
        if report is None:
            return ""
        text = getattr(earlier or report, name)
        if earlier and text:
            text = explain.words_of(text, earlier.period_end, self.on)
        if name == "narrative" and report.answer != report.Answer.REPORTED:
            return explain.beside(report.get_answer_display(), text)
        return text

    @property
    def support_needed(self) -> str:
        """What the newest report asks to be coordinated; what an earlier one asked for is over."""
        return self.target.words.support_needed if self.target.words else ""

    @property
    def supporting_units(self) -> list[str]:
        return [str(link.unit) for link in self.target.supporters]
