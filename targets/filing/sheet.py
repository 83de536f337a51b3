"""填报表, the sheet by which a unit may report, and statisticians enter official figures: its columns, its
keys, and what a row has filled in.

Each row carries a hidden key, so that it is known again whatever was typed beside it, and so that what
was typed is told apart from what stood there when the sheet was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import translation

from targets.filing.lines import Line
from targets.models import ProgressEntry
from targets.models.enums import Answer, Part
from targets.rules.quantities import plain

FORM = "填报表"
# What stands beside the cells to fill.
STATED = {
    Part.REPORT: ("序号", "目标任务", "年度目标", "上期累计", "上期进展"),
    Part.STATISTIC: ("序号", "目标任务", "年度目标", "上期累计", "牵头单位"),
}
# What is typed, by field of the entry; of a node's row only the day it was done, in the column of the value.
HEADINGS = {
    "value": "本期累计（节点填完成日期）",
    "answer": "填报情况",
    "narrative": "进展情况",
    "issues": "存在问题",
    "next_steps": "下一步措施",
    "support_needed": "需协调事项",
    "catch_up_on": "预计赶上序时时间",
    "forecast": "预计全年完成",
    "preliminary": "初步数",
    "yoy": "同比增长（%）",
    "published_rank": "位次",
    "source_ref": "来源文件",
    "published_on": "公布日期",
}
FIELDS = {
    Part.REPORT: (
        "value", "answer", "narrative", "issues", "next_steps", "support_needed", "catch_up_on", "forecast",
        "preliminary",
    ),
    Part.STATISTIC: (
        "value", "answer", "yoy", "published_rank", "preliminary", "source_ref", "published_on",
    ),
}  # fmt: skip
# The most characters of the words.
LONGEST = {field.name: field.max_length for field in ProgressEntry._meta.fields if field.name in HEADINGS}
OPTIONAL = {"forecast"}  # a column of the months in which it is asked
YES = "是"
NONE_HERE, BY_STATISTICS = "—", "统计数"  # in place of a figure that the row does not take
_BETWEEN = "/"
_SIGNS = {Part.REPORT: "TBB1", Part.STATISTIC: "TJB1"}  # the form and its edition, first in its key
_PRINT, _LONGEST_PART = 4, 20


@dataclass(frozen=True, slots=True)
class SheetKey:
    """In the first cell: of which plan and period the sheet is, and for which part of a report. `shown`:
    the print of its title; sheets made before there were prints have none.
    """

    plan: str
    period: int
    shown: str = ""
    part: Part = Part.REPORT

    def __str__(self) -> str:
        return _BETWEEN.join([_SIGNS[self.part], self.plan, str(self.period), self.shown])

    @classmethod
    def read(cls, text: str) -> SheetKey | None:
        sign, *rest = text.strip().split(_BETWEEN)
        part = next((part for part, own in _SIGNS.items() if own == sign), None)
        if part is None or len(rest) not in (2, 3) or not rest[1].isdecimal() or len(rest[1]) > 3:
            return None
        if any(len(shown) != _PRINT for shown in rest[2:]):
            return None
        return cls(rest[0], int(rest[1]), "".join(rest[2:]), part)


@dataclass(frozen=True, slots=True)
class RowKey:
    """In the first cell of a row: the target, the version of its entry (0: none) and a digest of what stood
    in the row. The row of a node names it. `shown`: the prints of the stated cells.
    """

    code: str
    version: int
    stood: str
    node: int | None = None
    shown: str = ""

    def __str__(self) -> str:
        node = str(self.node or "")
        return _BETWEEN.join([self.code, str(self.version), self.stood, node, self.shown])

    @classmethod
    def read(cls, text: str) -> RowKey | None:
        parts = text.strip().split(_BETWEEN)
        if len(parts) not in (4, 5) or not parts[1].isdecimal() or not (parts[3].isdecimal() or not parts[3]):
            return None
        if any(len(part) > _LONGEST_PART for part in parts):
            return None
        return cls(parts[0], int(parts[1]), parts[2], int(parts[3]) if parts[3] else None, *parts[4:])


# Cells of the first column that begin no row of a target, so that a row somebody added is told apart; lines
# of words carry their print.
ABOVE, HEADING, FOOT = "#above", "#headings", "#foot"


def line_of(mark: str, words: str) -> str:
    return _BETWEEN.join([mark, prints([words])])


def prints(cells: Iterable[Any]) -> str:
    """A short print of each cell, by which what the sheet said is told from what somebody wrote over it."""
    spellings = (spelled("" if cell is None else cell) for cell in cells)
    return "".join(hashlib.sha256(each.encode()).hexdigest()[:_PRINT] for each in spellings)


def print_at(place: int, shown: str) -> str:
    return shown[place * _PRINT : (place + 1) * _PRINT]


def fields_of(line: Line) -> tuple[str, ...]:
    """The fields that the row of this target takes."""
    left_out: set[str] = set() if line.carries_figure else {"value", "preliminary"}
    left_out |= set() if line.takes_forecast else {"forecast"}
    return tuple(name for name in FIELDS[Part(line.part)] if name not in left_out)


def filled(line: Line) -> dict[str, Any]:
    """Field → what the stored entry says, without what is empty."""
    entry = line.entry
    if entry is None:
        return {}
    found = {name: getattr(entry, name) for name in fields_of(line)} | {"answer": Answer(entry.answer)}
    if entry.answer == Answer.NO_CHANGE:
        found.pop("value", None)  # it repeats the last figure
    return {name: value for name, value in found.items() if value not in (None, "", False)}


def ticked(line: Line) -> dict[int, date]:
    """Node → the day on which the stored entry says that it was done."""
    return {pk: done.completed_on for pk, done in line.ticked.items()}


def digest(typed: Mapping[str, Any], done: Mapping[int, date]) -> str:
    """A short digest of what a row has filled in."""
    told = [f"{name}={spelled(typed[name])}" for name in HEADINGS if name in typed]
    told += [f"{pk}={done[pk].isoformat()}" for pk in sorted(done)]
    return hashlib.sha256("\x00".join(told).encode()).hexdigest()[:12]


def spelled(value: Any) -> str:
    """A value in one spelling, so that what was typed differently compares equal."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def answers(line: Line) -> dict[str, Answer]:
    """The words of the drop-down list → the answer; as a form of the offices, in Chinese."""
    fitting = ProgressEntry.answers_about(line.target)
    if line.part == Part.STATISTIC:
        fitting = [answer for answer in fitting if answer in (Answer.REPORTED, Answer.NOT_PUBLISHED)]
    return _in_chinese(tuple(fitting))


@cache
def _in_chinese(fitting: tuple[Answer, ...]) -> dict[str, Answer]:
    with translation.override("zh-hans"):
        return {str(answer.label): answer for answer in fitting}
