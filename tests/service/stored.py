"""What the database says of the saves that were sent: read in JSON, told in JSON.

    python -m tests.service.stored < SAVES

A save that was acknowledged is lost where the audit knows no record of its words, or where the entry holds
neither it nor one that was sent later. What was sent and never answered may stand there, but whole.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from decimal import Decimal
from typing import Any

import django

django.setup()

from targets.models import AuditRecord, ProgressEntry  # noqa: E402


def main() -> None:
    saves = json.load(sys.stdin)
    recorded = _recorded(saves)
    of_target: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for save in saves:
        of_target[save["target"]].append(save)
    lost, halves = [], []
    for target, sent in of_target.items():
        lost += [save for save in sent if save["is_done"] and save["words"] not in recorded]
        last = max((place for place, save in enumerate(sent) if save["is_done"]), default=None)
        may_stand = sent if last is None else sent[last:]
        entry = ProgressEntry.objects.filter(target=target, narrative__in=[s["words"] for s in sent]).first()
        stands = entry and next((save for save in may_stand if save["words"] == entry.narrative), None)
        if last is not None and stands is None:
            lost.append(sent[last])
        elif entry and stands and _figure(entry.value) != stands["value"]:
            halves.append(stands)
        elif entry and stands and stands["words"] not in recorded:
            halves.append(stands)  # no act without its record
    print(json.dumps({"lost": lost, "halves": halves, "recorded": len(recorded)}))


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _recorded(saves: list[dict[str, Any]]) -> set[str]:
    """The words that stand in a record of the audit."""
    wanted = {save["words"] for save in saves}
    found: set[str] = set()
    records = AuditRecord.objects.filter(rows__contains="progressentry").order_by("pk")
    for changes in records.values_list("changes", flat=True).iterator():
        for changed in changes.values():
            _old, new = changed.get("narrative", (None, None))
            if new in wanted:
                found.add(new)
    return found


if __name__ == "__main__":
    main()
