"""The steps of an entry: what each act changes on it. Nothing is locked, queried or saved here.

The single acts of `ProgressEntry` and the bulk writer take the same steps, each with its own way of
reading what a step needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models.enums import Answer, EntryState

if TYPE_CHECKING:
    from targets.models.entry.entry import ProgressEntry
    from targets.models.target.fact import Fact


def submit(
    entry: ProgressEntry,
    by: Any,
    at: datetime,
    last_figure: Callable[[], Decimal | None],
    has_nodes: Callable[[], bool],
) -> None:
    """Raises ValidationError if the entry waits for review or is approved, or lacks content."""
    if entry.state not in entry.EDITABLE:
        raise ValidationError(_("Only a draft or a returned entry is submitted."))
    entry.complete(last_figure, has_nodes)
    if entry.submitted_at is None and entry.revision_no == 1:
        # 补报 depends on the first submission, not on a later one
        entry.is_belated = timezone.localdate(at) > entry.period.due_on(entry.part)
    entry.state, entry.submitted_by, entry.submitted_at = EntryState.SUBMITTED, by, at
    entry.passed_by = entry.passed_at = None


def withdraw(entry: ProgressEntry) -> None:
    """Without a time of submission, a late new submission counts as late."""
    entry.state = EntryState.DRAFT
    entry.submitted_at = entry.submitted_by = None
    if entry.revision_no == 1:
        entry.is_belated = False


def send_back(entry: ProgressEntry, by: Any, at: datetime, comment: str) -> None:
    """Raises ValidationError without a comment."""
    if not comment.strip():
        raise ValidationError({"review_comment": _("Please say what has to be mended.")})
    _review(entry, EntryState.RETURNED, by, at, comment.strip())
    entry.passed_by = entry.passed_at = None


def approve(
    entry: ProgressEntry,
    by: Any,
    at: datetime,
    replaced: ProgressEntry | Fact | None,
    days: Iterable[date],
    days_before: Iterable[date],
) -> date:
    """Make the entry a fact. Returns the earliest day on which a light may change.

    `days`: when its nodes were completed; `days_before`: the same of the version it replaces. Raises
    ValidationError for a node completed after the approval.
    """
    approved_on = timezone.localdate(at)
    if any(day > approved_on for day in days):
        raise ValidationError(_("A node cannot be completed after the day of approval."))
    kept = replaced.effective_on if replaced else None
    entry.effective_on = kept or min(entry.period.period_end, approved_on)
    _review(entry, EntryState.APPROVED, by, at, "")
    return min([entry.effective_on, *days, *days_before])


def correct(entry: ProgressEntry, by: Any, reason: str, **changes: Any) -> ProgressEntry:
    """Return the next version, unsaved: a copy of the entry except for `changes`."""
    kept = {name: getattr(entry, name) for name in entry.CARRIED}
    if changes.get("is_void"):
        kept |= {"value": None, "forecast": None, "answer": Answer.REPORTED}
    return type(entry)(
        target=entry.target, period=entry.period, part=entry.part, entered_by=by, reason=reason,
        reported_by_unit=entry.reported_by_unit, revision_no=entry.revision_no + 1,
        is_belated=entry.is_belated,
        **{**kept, **changes},
    )  # fmt: skip


def _review(entry: ProgressEntry, state: str, by: Any, at: datetime, comment: str) -> None:
    entry.state, entry.reviewed_by, entry.reviewed_at, entry.review_comment = state, by, at, comment
