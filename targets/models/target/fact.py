"""What the rule reads of a report: a few columns, and the nodes that it reports as done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar

from targets.models.enums import FigureFrom, Part
from targets.rules.facts import Report


class Version(Protocol):
    """One version of the report of a target, a period and a part."""

    @property
    def target_id(self) -> int: ...
    @property
    def period_id(self) -> int: ...
    @property
    def part(self) -> str: ...
    @property
    def revision_no(self) -> int: ...
    @property
    def is_void(self) -> bool: ...


V = TypeVar("V", bound=Version)


class Fact(NamedTuple):
    pk: int
    target_id: int
    period_id: int
    part: str
    state: str
    revision_no: int
    is_void: bool
    period_end: date
    effective_on: date | None
    value: Decimal | None
    preliminary: bool
    done: tuple[tuple[int, date], ...] = ()  # (node id, day)

    @property
    def figure_from(self) -> str:
        """The source of this part's figure."""
        return FigureFrom.UNIT if self.part == Part.REPORT else FigureFrom.STATISTICS

    @property
    def days(self) -> list[date]:
        return [day for _node, day in self.done]

    def as_report(self) -> Report:
        assert self.effective_on is not None  # it is approved
        return Report(
            period_end=self.period_end, effective_on=self.effective_on, value=self.value,
            preliminary=self.preliminary, revision_no=self.revision_no, done=self.done,
            figure_from=self.figure_from,
        )  # fmt: skip


def counting(approved: Iterable[V]) -> Iterator[V]:
    """The version that counts for each target, period and part, voided ones left out."""
    newest: dict[tuple[int, int, str], V] = {}
    for version in approved:
        key = (version.target_id, version.period_id, version.part)
        if key not in newest or version.revision_no > newest[key].revision_no:
            newest[key] = version
    return (version for version in newest.values() if not version.is_void)
