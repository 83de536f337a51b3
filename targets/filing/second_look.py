"""What of a correction should be looked at twice: words that still say the figure it replaces."""

from __future__ import annotations

import re

from targets.models import ProgressEntry
from targets.rules.quantities import plain

WORDS = ("narrative", "issues", "next_steps")


def old_figure_in_words(entry: ProgressEntry) -> str:
    """The figure of the version being corrected, where the words still say it; else nothing."""
    if entry.revision_no < 2:
        return ""
    replaced = entry.target.entries.filter(
        period=entry.period_id, part=entry.part, revision_no=entry.revision_no - 1
    ).first()
    return figure_still_said(entry, replaced)


def figure_still_said(entry: ProgressEntry, replaced: ProgressEntry | None) -> str:
    if entry.is_void or replaced is None or replaced.value in (None, entry.value):
        return ""
    figure = plain(replaced.value)
    words = "\n".join(getattr(entry, name) for name in WORDS).replace(",", "")
    # 265.2 does not stand in 1265.2 or 265.25
    return figure if re.search(rf"(?<![\d.]){re.escape(figure)}(?!\.?\d)", words) else ""
