"""Rows that a copy out of a text program broke at the line breaks within their cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from targets.reading.headings import headings
from targets.reading.pasted import kind_apart

_NUMBER = re.compile(
    r"[(（]?(?:[0-9]{1,4}(?:[.-][0-9]{1,3})*|[一二三四五六七八九十]{1,3}|[①-⑳])[)）]?[.、．]?"
)


def rejoined(
    table: Sequence[Sequence[str]], year: int | None = None
) -> tuple[list[list[str]], dict[int, int]]:
    """The table with such rows whole again, and index of the row → how many lines it took.

    A row is taken as broken only if it begins with a number, falls short of the headings, and lines
    below it that begin with none fill it exactly. The lines it took stay as empty rows.
    """
    rows = [list(row) for row in table]
    found = headings(table, year)
    if found is None or found[1].rows > 1 or found[1].fields[:1] != ["number"]:
        return rows, {}
    width, joined, index = len(found[1].words), {}, found[0] + 1
    while index < len(rows):
        took = _lines_of_one(rows, index, width)
        if took > 1:
            rows[index] = _as_one(rows[index : index + took])
            rows[index + 1 : index + took] = [[] for _ in range(took - 1)]
            joined[index] = took
        index += took
    return rows, joined


def _lines_of_one(rows: Sequence[Sequence[str]], index: int, width: int) -> int:
    first = rows[index]
    if not 1 < len(first) < width or not _NUMBER.fullmatch(first[0]):
        return 1
    cells, took = len(first), 1
    for row in rows[index + 1 :]:
        if not row or len(row) >= width or _NUMBER.fullmatch(row[0]) or kind_apart([*filter(None, row)]):
            return 1
        cells, took = cells + len(row) - 1, took + 1
        if cells >= width:
            return took if cells == width else 1
    return 1


def _as_one(rows: Sequence[Sequence[str]]) -> list[str]:
    whole = list(rows[0])
    for row in rows[1:]:
        whole[-1] = f"{whole[-1]}\n{row[0]}".strip()
        whole += row[1:]
    return whole
