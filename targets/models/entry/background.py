"""Promises and last year's figures, to compare new figures with; read for many targets at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from targets.models.revision.queries import commitments
from targets.models.revision.revision import TargetRevision
from targets.models.target.target import Target
from targets.rules.facts import Commitment, figures


@dataclass(frozen=True, slots=True)
class Background:
    """The promises of one target, each with its first day in force, and last year's figures."""

    promises: tuple[tuple[date, Commitment], ...]
    last_year: Mapping[int, Decimal] = field(default_factory=dict)  # month → cumulative figure

    def promise_on(self, day: date) -> Commitment:
        """The promise in force on `day`; before the first promise, the first one."""
        held = [promise for since, promise in self.promises if since <= day]
        return held[-1] if held else self.promises[0][1]

    @classmethod
    def of(cls, targets: Iterable[Target]) -> dict[int, Background]:
        """Target id → Background, in a fixed number of queries. A draft's promise is its columns."""
        by_pk = {target.pk: target for target in targets}
        revisions: dict[int, list[Any]] = defaultdict(list)
        written = TargetRevision.objects.in_order()
        for revision in written.filter(target__in=by_pk).with_curves():
            revisions[revision.target_id].append(revision)
        before = _last_year(by_pk.values())
        return {
            pk: cls(
                commitments(revisions[pk]) or ((date.min, target.as_commitment()),),
                before.get(target.continues_id or 0, {}),
            )
            for pk, target in by_pk.items()
        }


def _last_year(targets: Iterable[Target]) -> dict[int, Mapping[int, Decimal]]:
    """Id of a continued target → (month → figure), if both have the same measure and unit of measure."""
    continuing = {target.continues_id: target for target in targets if target.continues_id}
    if not continuing:
        return {}
    entries = defaultdict(list)
    entry: Any = Target._meta.get_field("entries").related_model
    counted = entry.objects.filter(target__in=continuing)
    for entry in counted.select_related("target").counting():
        entries[entry.target_id].append(entry)
    return {
        pk: {
            entry.period_end.month: entry.value
            for entry in figures(filed, filed[0].target.figure_from)
            if entry.value is not None
        }
        for pk, filed in entries.items()
        if _is_alike(filed[0].target, continuing[pk])
    }


def _is_alike(one: Target, other: Target) -> bool:
    return (one.measure, one.unit_of_measure) == (other.measure, other.unit_of_measure)
