"""The one writer of cells: figures and days stay native and exact, text stays the text it is."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from targets.models.base import UNPRINTABLE
from targets.register.columns import Value
from targets.rules.quantities import plain
from targets.workbooks.looks import Look

LONGEST = 32_767  # characters of a cell as Excel counts them, in UTF-16 units
CUT_MARK = "…（全文见系统）"
REPLACEMENT = "\ufffd"

_FIGURES = (int, Decimal)
# What a spreadsheet takes for a formula when the cell is read or edited, also typed with a Chinese keyboard.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FIRST_DAY = datetime(1900, 3, 1)  # Excel counts a 29 February 1900 that never was


class Stream(WriteOnlyWorksheet):
    """A sheet whose rows come as finished XML: openpyxl builds a tree for each cell, ten times the work."""

    @classmethod
    def added_to(cls, book: Workbook, name: str) -> Stream:
        sheet = cls(book, name)
        book._add_sheet(sheet)
        return sheet

    def append_row(self, number: int, cells: Iterable[str], height: str) -> None:
        """`height` is the XML of the row's attributes."""
        self.append((f'<row r="{number}" {height}>', *cells, "</row>"))

    def _write_rows(self) -> Generator[None, Iterable[str], None]:
        xf = self._writer.xf.send(True)
        with xf.element("sheetData"), suppress(GeneratorExit):
            while True:
                xf._file("".join((yield)))
        self._writer.xf.send(None)

    def discard(self) -> None:
        """Leave no temporary file behind when the book is not saved."""
        with suppress(OSError):  # of a full disk, which is being told already
            if not self.closed:
                self.close()
        if self._writer and Path(self._writer.out).exists():
            self._writer.cleanup()


class CellWriter:
    """Cells for one sheet as XML, with a count of the text that could not be kept as it was."""

    def __init__(self, sheet: Stream) -> None:
        self._sheet = sheet
        self._styles: dict[Look, int] = {}
        self.replaced = 0
        self.cut = 0

    def kept(self, value: Value) -> Value:
        """`value` as a cell can hold it: text cleaned, a day too early for Excel as text."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, date):
            if not isinstance(value, datetime):
                value = datetime.combine(value, time())
            value = timezone.make_naive(value) if timezone.is_aware(value) else value
            return value if value >= _FIRST_DAY else str(value).removesuffix(" 00:00:00")
        return value

    def cell(self, place: str, kept: Value, look: Look) -> str:
        """The cell at `place` (C12) of what `kept` returned; text is no formula, however it begins."""
        if kept is None or kept == "":
            return f'<c r="{place}" s="{self._style(look)}"/>'
        if isinstance(kept, str):
            return self._words(place, kept, look)
        # As digits: openpyxl writes numbers as floats, and 8.3 would become 8.300000000000001.
        digits = plain(Decimal(kept)) if isinstance(kept, _FIGURES) else f"{to_excel(kept)}"
        return f'<c r="{place}" s="{self._style(look)}"><v>{digits}</v></c>'

    def _words(self, place: str, text: str, look: Look) -> str:
        if text.startswith(FORMULA_STARTS):
            look = look._replace(quoted=True)
        text = escape(_ESCAPE_LIKE.sub("_x005F_", text))
        space = "" if text == text.strip() else ' xml:space="preserve"'
        return f'<c r="{place}" s="{self._style(look)}" t="inlineStr"><is><t{space}>{text}</t></is></c>'

    def text(self, text: str) -> str:
        """`text` as a cell can hold it: line ends are line feeds, and nothing is lost unseen."""
        kept, replaced, is_cut = held(text)
        self.replaced += replaced
        self.cut += is_cut
        return kept

    def _style(self, look: Look) -> int:
        style = self._styles.get(look)
        if style is None:
            cell = Cell(self._sheet)
            look.put_on(cell)
            style = self._styles[look] = self._sheet.parent._cell_styles.add(cell._style)
        return style


def held(text: str) -> tuple[str, int, bool]:
    """`text` as a cell can hold it, how many characters were replaced, and whether it was cut."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, replaced = UNPRINTABLE.subn(REPLACEMENT, text)
    # A character outside the first plane counts twice, so half the length is surely short.
    is_cut = len(text) > LONGEST // 2 and len(text.encode("utf-16-le")) > 2 * LONGEST
    if is_cut:
        room = 2 * (LONGEST - len(CUT_MARK))
        text = text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT_MARK
    return text, replaced, is_cut
