"""Plain-text tables whose columns line up with Chinese in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def width(text: str) -> int:
    """The columns a terminal gives to `text`: two to a full-width character."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def lines(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """The table, a line each; the columns numbered in `right` stand to the right."""
    table = [headings, *rows]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    rule = ["─" * columns for columns in widths]
    to_the_right = set(right)
    return [
        "  ".join(
            _padded(cell, columns, place in to_the_right)
            for place, (cell, columns) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (headings, rule, *table[1:])
    ]


def _padded(cell: str, columns: int, to_the_right: bool) -> str:
    space = " " * (columns - width(cell))
    return space + cell if to_the_right else cell + space
