"""The check whether the words of a correction still state the figure that it replaces."""

from __future__ import annotations

import re

from targets.models import ProgressEntry
from targets.rules.quantities import plain
from targets.rules.question import Question

WORDS = ("narrative", "issues", "next_steps")


def old_figure_in_words(entry: ProgressEntry) -> list[Question]:
    """Return the question about the replaced figure if the words still state it."""
    if entry.revision_no < 2:
        return []
    replaced = entry.target.entries.filter(
        period=entry.period_id, part=entry.part, revision_no=entry.revision_no - 1
    ).first()
    return figure_still_said(entry, replaced)


def figure_still_said(entry: ProgressEntry, replaced: ProgressEntry | None) -> list[Question]:
    if entry.is_void or replaced is None or replaced.value in (None, entry.value):
        return []
    figure = plain(replaced.value)
    words = "\n".join(getattr(entry, name) for name in WORDS).replace(",", "")
    # 1265.2 and 265.25 do not state 265.2
    is_said = re.search(rf"(?<![\d.]){re.escape(figure)}(?!\.?\d)", words)
    return [Question("old_figure", {"figure": figure})] if is_said else []
