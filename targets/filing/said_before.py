"""Earlier reports, shown beside the form of a report, on the desks and on the review page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from targets.models import ProgressEntry, Target
from targets.rules.facts import figures


class SaidBefore:
    """Base class of `Occasion` and `Line`; `earlier` lists the entries that count, newest period first."""

    target: Target

    if TYPE_CHECKING:  # a property of `Occasion`, a field of `Line`

        @property
        def earlier(self) -> Sequence[ProgressEntry]: ...

    @cached_property
    def last_figure(self) -> ProgressEntry | None:
        return next(reversed(figures(self.earlier, self.target.figure_from)), None)

    @cached_property
    def last_words(self) -> ProgressEntry | None:
        return next((entry for entry in self.earlier if entry.narrative), None)

    @cached_property
    def last_plans(self) -> ProgressEntry | None:
        """The newest report with issues or next steps, or None."""
        return next((entry for entry in self.earlier if entry.issues or entry.next_steps), None)
