"""The rows of one sheet from the top: lines across it, headings, and rows whose text fits their height."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from targets.register.columns import Value
from targets.workbooks.cells import CellWriter, Stream
from targets.workbooks.looks import Look

_LINE, _PADDING, _TALLEST = 14, 4, 409.5  # points of a row; no program allows a higher one
_SLACK = 8  # lines after which one more may be needed: no line begins with a comma


def lines(text: str, width: float) -> int:
    """How many lines the wrapped text takes, as good as can be told without its font."""
    room = int((width - 0.6) * 0.6)  # in Chinese characters, without the margins of a cell
    if len(text) <= room and "\n" not in text:
        return 1
    # In GB 18030 a Chinese character has two bytes, and half as wide a one has one.
    found = sum(-(-len(part.encode("gb18030")) // (2 * room)) or 1 for part in text.split("\n"))
    return found + found // _SLACK


class Page:
    """One sheet of a write-only workbook; `replaced` and `cut` count what its cells could not keep."""

    def __init__(self, book: Workbook, name: str, widths: Sequence[float]) -> None:
        self.stream = Stream.added_to(book, name)
        self.widths = widths
        self.letters = [get_column_letter(i) for i in range(1, len(widths) + 1)]
        self.number = 0  # of the last row
        self.writer = CellWriter(self.stream)
        for letter, width in zip(self.letters, widths, strict=True):
            self.stream.column_dimensions[letter].width = width

    def row(self, values: Sequence[Value], looks: Sequence[Look], height: float, *, fixed: bool) -> None:
        """Of values as the writer keeps them. `fixed`: a height set by hand; others follow later edits."""
        self.number += 1
        cells = [
            self.writer.cell(f"{letter}{self.number}", value, look)
            for letter, value, look in zip(self.letters, values, looks, strict=True)
        ]
        self.stream.append_row(self.number, cells, f'ht="{height:g}"' + ' customHeight="1"' * fixed)

    def across(self, parts: Sequence[tuple[str, Look]], height: float) -> None:
        """One line of words over all columns, each part over its share of the width."""
        ends = self._ends(len(parts))
        values: list[Value] = [None] * len(self.letters)
        looks = [parts[-1][1]] * len(self.letters)
        starts = [0, *ends[:-1]]
        for start, end, (words, look) in zip(starts, ends, parts, strict=True):
            values[start], looks[start:end] = self.writer.text(words), [look] * (end - start)
        self.row(values, looks, height, fixed=True)
        for start, end in zip(starts, ends, strict=True):
            self.merge(start, self.number, end - 1, self.number)

    def _ends(self, parts: int) -> list[int]:
        """Behind which column each of the parts ends, all about as wide; no part is empty."""
        whole, passed, ends = sum(self.widths), 0.0, list[int]()
        for column, width in enumerate(self.widths[:-1], 1):
            passed += width
            is_far = passed >= whole * (len(ends) + 1) / parts
            columns_left = len(self.widths) - column
            if len(ends) < parts - 1 and (is_far or columns_left == parts - 1 - len(ends)):
                ends.append(column)
        return [*ends, len(self.widths)]

    def filled(self, values: Sequence[Value], looks: Sequence[Look], *, spread: bool) -> None:
        """A row as high as its longest text. `spread`: over several rows where one cannot be so high."""
        words = ((value, width) for value, width in zip(values, self.widths, strict=True) if value)
        needed = max((lines(v, width) for v, width in words if isinstance(v, str)), default=1)
        height = _LINE * needed + _PADDING
        if not spread or height <= _TALLEST:
            self.row(values, looks, min(height, _TALLEST), fixed=False)
            return
        first, rows = self.number + 1, ceil(height / _TALLEST)
        for part in range(rows):
            shown = [None] * len(values) if part else values
            self.row(shown, looks, ceil(height / rows), fixed=True)
        for column in range(len(values)):
            self.merge(column, first, column, self.number)

    def merge(self, left: int, top: int, right: int, bottom: int) -> None:
        if (left, top) != (right, bottom):
            self.stream.merged_cells.add(f"{self.letters[left]}{top}:{self.letters[right]}{bottom}")
