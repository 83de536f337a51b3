"""The register's rows as an issue keeps them, and what differs between two readings of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from targets.models.issued.report import Cells, PolishedText
from targets.register.columns import COLUMNS, NOT_APPLICABLE, SAID, Column, Kind, shown
from targets.register.row import RegisterRow

# A place on a list is of today, and the sheets of an issue print it where they need it.
KEPT = [column for column in COLUMNS if not column.of_list]
# Columns by what moves them. Whatever else differs follows from a figure, the promise, the rule or the time.
PROMISE = (
    "number", "domain", "title", "unit_of_measure", "comparator", "goal", "baseline", "leader", "unit",
    "supporting_units", "due",
)  # fmt: skip
WORDS = ("progress", "issues", "next_steps")
FIGURE = ("value", "yoy")


class Cause(models.TextChoices):
    """Why a cell is not what it was."""

    ADDED = "added", _("added to the plan")
    DROPPED = "dropped", _("no longer in the plan")
    PROMISE = "promise", _("the target was changed")
    FIGURE = "figure", _("new figure")
    CORRECTION = "correction", _("corrected figure")
    RULE = "rule", _("another light rule")
    SILENCE = "silence", _("no new figure; time has passed")
    WORDS = "words", _("other words")


def frozen(rows: Iterable[RegisterRow]) -> list[Cells]:
    """Every column of every row as a program is told it, in the language of the offices' forms."""
    with translation.override("zh-hans"):
        return [{column.key: column.told(row) for column in KEPT} for row in rows]


def polish(rows: Iterable[RegisterRow], texts: Iterable[PolishedText]) -> Iterator[RegisterRow]:
    """The rows with the words of the issue where the unit's words are still those that were polished."""
    by_target: dict[int, list[PolishedText]] = {}
    for text in texts:
        by_target.setdefault(text.target_id, []).append(text)
    for row in rows:
        row.polished = {
            each.field: each.text
            for each in by_target.get(row.target.pk, ())
            if each.said == row.words(each.field)
        }
        yield row


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that is not what it was; `column` is empty where the whole row came or went."""

    code: str
    number: str | int | None
    title: str
    column: Column[RegisterRow] | None
    before: str | int | None
    after: str | int | None
    cause: Cause

    @property
    def was(self) -> str:
        return self._said(self.before)

    @property
    def now(self) -> str:
        return self._said(self.after)

    def _said(self, told: str | int | None) -> str:
        """For people, what a program was told."""
        if told is None or told == "" or self.column is None:
            return NOT_APPLICABLE
        kind = self.column.kind
        if kind in SAID:
            return SAID[kind](date.fromisoformat(str(told)) if kind == Kind.DATE else Decimal(told))
        return str(told)


def differences(before: Sequence[Cells], after: Sequence[Cells], *, same_rule: bool) -> Iterator[Difference]:
    """By row in the order of `after`, rows that are gone last; only what stands on a sheet."""
    old, new = ({str(row["code"]): row for row in rows} for rows in (before, after))
    for code, row in new.items():
        if code in old:
            yield from _of_row(code, old[code], row, same_rule)
        else:
            yield _whole(code, row, Cause.ADDED)
    yield from (_whole(code, row, Cause.DROPPED) for code, row in old.items() if code not in new)


def _whole(code: str, row: Cells, cause: Cause) -> Difference:
    return Difference(code, row["number"], str(row["title"]), None, None, None, cause)


def _of_row(code: str, old: Cells, new: Cells, same_rule: bool) -> Iterator[Difference]:
    changed = [column for column in shown("sheet") if old.get(column.key) != new.get(column.key)]
    rest = _cause(old, new, {column.key for column in changed}, same_rule)
    for column in changed:
        key = column.key
        cause = Cause.PROMISE if key in PROMISE else Cause.WORDS if key in WORDS else rest
        yield Difference(code, new["number"], str(new["title"]), column, old.get(key), new.get(key), cause)


def _cause(old: Mapping[str, object], new: Mapping[str, object], changed: set[str], same_rule: bool) -> Cause:
    """Of all that is neither promise nor words."""
    if old.get("period_end") != new.get("period_end"):
        return Cause.FIGURE
    if not changed.isdisjoint(FIGURE):
        return Cause.CORRECTION
    if not changed.isdisjoint(PROMISE):
        return Cause.PROMISE
    return Cause.SILENCE if same_rule else Cause.RULE
