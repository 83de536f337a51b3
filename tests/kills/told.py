"""What came of the trials of one kind."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

HEADINGS = (
    "| killed during | the act takes | kills | as before | as after | other that is allowed | bad |\n"
    "|---|---|---|---|---|---|---|"
)
BEFORE, AFTER = "before", "after"


@dataclass
class Told:
    kind: str
    seconds: float = 0.0  # what the act takes when it is not killed
    kills: int = 0
    found: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def row(self) -> str:
        left = {what: count for what, count in self.found.items() if what not in (BEFORE, AFTER)}
        other = "；".join(f"{what} {count}" for what, count in left.items()) or "—"
        return (
            f"| {self.kind} | {self.seconds:.2f} s | {self.kills} | {self.found[BEFORE]} | "
            f"{self.found[AFTER]} | {other} | {len(self.bad)} |"
        )

    def written(self) -> str:
        return json.dumps(vars(self))

    @classmethod
    def read(cls, text: str) -> Told:
        told = cls(**json.loads(text.splitlines()[-1]))
        told.found = Counter(told.found)
        return told
