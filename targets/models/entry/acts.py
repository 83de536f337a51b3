"""One act on many entries: all or none, and the error names every entry that prevents the act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from targets.models.audit.recording import recording
from targets.models.target.target import Target

if TYPE_CHECKING:
    from targets.models.entry.entry import ProgressEntry


class EntryActsQuerySet(models.QuerySet["ProgressEntry"]):
    """`seen` maps the id of each entry to the version that the user read.

    Raises ValidationError with one error for each entry that prevents the act; `params["pk"]` is its
    id. An entry that another user meanwhile brought to the same state does not prevent it.
    """

    def approve_all(self, seen: Mapping[int, int], *, by: Any, at: datetime | None = None) -> int:
        """Approve all entries or none. Returns how many entries changed."""
        return self._all(seen, by, self.model.State.APPROVED, lambda entry: entry.approve(by=by, at=at))

    def submit_all(self, seen: Mapping[int, int], *, by: Any, at: datetime | None = None) -> int:
        def submit(entry: ProgressEntry) -> bool:
            entry.submit(by=by, at=at)
            return True

        return self._all(seen, by, self.model.State.SUBMITTED, submit)

    def send_back_all(
        self, seen: Mapping[int, int], *, by: Any, comment: str, at: datetime | None = None
    ) -> int:
        def send_back(entry: ProgressEntry) -> bool:
            entry.send_back(by=by, comment=comment, at=at)
            return True

        return self._all(seen, by, self.model.State.RETURNED, send_back)

    for _act in (approve_all, submit_all, send_back_all):
        _act.alters_data = True  # type: ignore[attr-defined, union-attr]

    def _all(self, seen: Mapping[int, int], by: Any, end: str, act: Callable[[ProgressEntry], bool]) -> int:
        refused: list[ValidationError] = []
        with recording(by=by):
            targets = self.filter(pk__in=seen).order_by().values("target")
            # evaluated to take all locks in one order, before the first change
            list(Target.objects.locked().only("pk").filter(pk__in=targets))
            entries = self._named(by).in_bulk(list(seen))
            changed = 0
            for pk, version in sorted(seen.items()):
                entry = entries.get(pk)
                try:
                    found = self._may_follow(entry, version, end)
                    changed += found is not None and act(found)
                except (ValidationError, PermissionDenied) as refusal:
                    refused.append(_in_the_way(pk, entry, refusal))
            if refused:
                raise ValidationError(refused)
        return changed

    def _named(self, by: Any) -> EntryActsQuerySet:
        return self.visible_to(by).select_related("target", "period")  # type: ignore[attr-defined]

    @staticmethod
    def _may_follow(entry: ProgressEntry | None, version: int, end: str) -> ProgressEntry | None:
        """The entry, or None if the act is done already. Refuses an entry that changed since it was read."""
        if entry is None:
            raise PermissionDenied(_("There is no such entry, or it is not yours."))
        if entry.version == version:
            return entry
        if entry.state == end and entry.version == version + 1:
            return None
        words = {"state": entry.get_state_display()}
        raise ValidationError(_("It changed since it was read (now: %(state)s).") % words, code="stale")


def _in_the_way(pk: int, entry: ProgressEntry | None, refusal: Exception) -> ValidationError:
    why = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
    words = {"pk": pk, "entry": str(entry or pk), "why": why}
    return ValidationError("%(entry)s：%(why)s", code="in_the_way", params=words)
