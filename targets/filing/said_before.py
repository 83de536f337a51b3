"""What was said before a report: it stands beside its form, on the desks and on the review page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from targets.models import ProgressEntry, Target
from targets.rules.facts import figures


class SaidBefore:
    """For what has a `target` and lists in `earlier` the entries that count, the newest period first."""

    target: Target

    if TYPE_CHECKING:  # computed by one, filled in by the other

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
        """The newest report that says what hinders it, or what comes next."""
        return next((entry for entry in self.earlier if entry.issues or entry.next_steps), None)
