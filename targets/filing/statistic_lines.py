"""One indicator in one period, on the page where official statistics are entered."""

from __future__ import annotations

from dataclasses import dataclass

from targets import explain
from targets.filing.lines import Line
from targets.models import ProgressEntry
from targets.models.entry import steps

State = ProgressEntry.State


@dataclass
class StatisticLine(Line):
    """One indicator in one period; a change of an approved figure becomes a correction."""

    replaced: ProgressEntry | None = None  # the version that an open correction replaces

    @property
    def corrects(self) -> bool:
        return self.entry is not None and self.entry.state == State.APPROVED

    @property
    def is_editable(self) -> bool:
        """A frozen period takes no first reports, but still takes corrections."""
        if self.entry is None or (self.entry.revision_no == 1 and not self.corrects):
            return super().is_editable
        return self.corrects or self.entry.state in ProgressEntry.EDITABLE

    def in_hand(self) -> ProgressEntry:
        if self.entry is not None and self.corrects:
            return steps.correct(self.entry, None, "")
        return super().in_hand()

    def told(self, entry: ProgressEntry) -> str:
        """Return the entry's figure with its unit, or its answer if it has no figure."""
        if entry.answer in entry.WITHOUT_FIGURE:
            return str(entry.get_answer_display())
        return explain.quantity(entry.value, self.target.unit_of_measure)

    @property
    def value_in_words(self) -> str:
        return self.told(self.entry) if self.entry else "—"

    @property
    def approved_in_words(self) -> str:
        """The approved figure of this period, or an empty string."""
        approved = self.entry if self.corrects else self.replaced
        return self.told(approved) if approved else ""
