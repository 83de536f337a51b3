"""The steps of a task: rows below it, columns of quarters, a cell of steps. They become its nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from targets.reading import wording
from targets.reading.promised import LONGEST, Node, Promise
from targets.reading.promised import read as read_promise
from targets.reading.typed import Refusal, parse_day

LONGEST_NODE = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A step as written: its words, and the words of its deadline or the day its column names."""

    words: str
    due: str = ""
    day: date | None = None

    @property
    def told(self) -> str:
        return f"{self.due}{self.words}"

    def node(self, year: int) -> Node:
        title, day = self.words, self.day or _day(self.due, year)
        if not self.due and not self.day:
            dated = [each for each in wording.read_all(self.words, year=year) if each.due_on]
            if len(dated) == 1:
                title, day = dated[0].words or title, dated[0].due_on
        return Node(title[:LONGEST_NODE], day)


def told(steps: Sequence[Step]) -> str:
    return "；".join(step.told for step in steps)


def promise(
    title: str, value: str, unit: str, due: str, steps: Sequence[Step], dues: Sequence[str], year: int
) -> Promise:
    """The promise of a task with steps; the last deadline of its steps, `dues`, is the task's.

    The steps are the promise unless the title or the value promises an amount: then they are no nodes.
    """
    last = next((each for each in reversed(dues) if each), due)
    found = read_promise(title, value, unit, last, year)
    is_clear = found.value is None and found.doubt in ("", "words")
    if not is_clear or (value and found.measure != "milestone"):
        return found
    nodes = tuple(step.node(year) for step in steps)
    return replace(
        found, measure="milestone", state="active", doubt="", is_measured=True, nodes=nodes,
        stated_as=value[:LONGEST] or told(steps)[:LONGEST],
    )  # fmt: skip


def _day(words: str, year: int) -> date | None:
    try:
        return parse_day(words) if words else None
    except Refusal:
        return wording.deadline(words, year=year)
