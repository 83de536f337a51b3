"""A table that was sent out for comments and came back: its rows, and whatever else stands in it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from targets.reading.sheet import Sheet, address

# Field → heading. The last column is hidden; it names the target, its version and the unit asked.
HEADINGS = {
    "number": "序号",
    "title": "目标表述",
    "value": "目标值",
    "due": "完成时限",
    "units": "责任单位",
    "words": "修改意见",
    "key": "系统编码（请勿改动）",
}
_FIELDS = {heading: name for name, heading in HEADINGS.items()}
SIGNED = (
    "单位负责人：　　　　　　　　填表人：　　　　　　　　联系电话：　　　　　　　　日期："  # below the rows
)
CHANGEABLE = ("title", "value", "due")  # what a unit may write over
SENT = (*CHANGEABLE, "units")  # each with a digest in the key
_DIGEST = r"\.([0-9a-f]{8})"
_KEY = re.compile(r"([A-Z0-9-]{1,20})\.([0-9]{1,9})\.([0-9]{1,18})" + _DIGEST * len(SENT))


@dataclass(frozen=True, slots=True)
class Key:
    """Which target went out, in which version, to which unit; `sent`: a digest of each cell of `SENT`.

    By these a cell that came back as it went out is known, whatever the draft says by then.
    """

    code: str
    version: int
    unit: int
    sent: tuple[str, ...]

    @classmethod
    def of(cls, code: str, version: int, unit: int, cells: Mapping[str, str]) -> Key:
        return cls(code, version, unit, tuple(_digest(cells[name]) for name in SENT))

    @classmethod
    def read(cls, text: str) -> Key | None:
        found = _KEY.fullmatch(text.strip())
        return cls(found[1], int(found[2]), int(found[3]), found.groups()[3:]) if found else None

    def __str__(self) -> str:
        return ".".join(map(str, (self.code, self.version, self.unit, *self.sent)))

    def is_as_sent(self, name: str, text: str) -> bool:
        return _digest(text) == self.sent[SENT.index(name)]


def _digest(text: str) -> str:
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: `cells` by field, `beside` what stands in columns that were not sent out."""

    place: int
    cells: dict[str, str]
    beside: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Returned:
    """`fields`: of the columns that came back. `apart`: address and text of each cell in no target's row."""

    fields: set[str]
    lines: list[Line]
    apart: list[tuple[str, str]]

    @classmethod
    def read(cls, sheet: Sheet) -> Returned | None:
        """None of a sheet without the headings."""
        rows: dict[int, dict[int, str]] = defaultdict(dict)
        for cell in sheet.cells.values():
            if text := cell.text.strip():
                rows[cell.row][cell.column] = text
        for top in sorted(rows):
            named = {column: _FIELDS.get(re.sub(r"\s", "", text), "") for column, text in rows[top].items()}
            if {"title", "words"} <= {*named.values()}:
                return cls._below(rows, top, named)
        return None

    @classmethod
    def _below(cls, rows: dict[int, dict[int, str]], top: int, named: dict[int, str]) -> Returned:
        lines, apart = [], []
        for place in sorted(row for row in rows if row > top):
            cells = {named[column]: text for column, text in rows[place].items() if named.get(column)}
            beside = [text for column, text in sorted(rows[place].items()) if not named.get(column)]
            if Key.read(cells.get("key", "")) or (cells.get("number", "").isdecimal() and "title" in cells):
                lines.append(Line(place, cells, beside))
            else:
                told = (each for each in sorted(rows[place].items()) if each[1] != SIGNED)
                apart += [(address(place, column), text) for column, text in told]
        return cls({*filter(None, named.values())}, lines, apart)
