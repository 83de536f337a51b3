"""The line below a printed table that counts its lights."""

from __future__ import annotations

from collections import Counter

from targets import explain
from targets.status import ATTENTION, ON_SCHEDULE, UNLIT, Status

GROUPS = (
    ("需关注", ATTENTION),
    ("正常", ON_SCHEDULE),
    ("不亮灯", tuple(status for status in UNLIT if status != Status.CANCELLED)),
)


def counted(found: Counter[Status | None]) -> str:
    """合计：44项，需关注10项（红灯3、黄灯7）…; what is cancelled stands apart. Empty without rows."""
    told: list[tuple[str, int, list[tuple[str, int]]]] = [
        (name, sum(found[status] for status in group), [(str(s.label), found[s]) for s in sorted(group)])
        for name, group in GROUPS
    ]
    told.append((str(Status.CANCELLED.label), found[Status.CANCELLED], []))
    return f"合计：{explain.counts(found.total(), [each for each in told if each[1]])}" if found else ""
