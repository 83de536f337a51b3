"""A sheet from columns: headings, widths, the height of each row, and how it prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from targets.register.columns import Column, Row, Value
from targets.workbooks.cells import CellWriter, Stream
from targets.workbooks.looks import BODY_FONT, HEADING_FONT, Look, look

NOTICE = "本系统为非涉密系统，严禁存储、处理、传输国家秘密"
A3 = "8"
_HEADING, _LINE, _PADDING, _TALLEST = 45, 14, 4, 409.5  # points of a row


def lines(text: str, width: float) -> int:
    """How many lines the wrapped text takes, as good as can be told without its font."""
    room = int((width - 0.6) * 0.6)  # in Chinese characters, without the margins of a cell
    if len(text) <= room and "\n" not in text:
        return 1
    # In GB 18030 a Chinese character has two bytes, and half as wide a one has one.
    return sum(-(-len(part.encode("gb18030")) // (2 * room)) or 1 for part in text.split("\n"))


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above and below each printed page, outside the cells; 255 characters a line."""

    title: str
    left: str = ""
    right: str = ""

    def put_on(self, sheet: Any) -> None:
        for part, words, size in (
            (sheet.oddHeader.left, self.left, 10),
            (sheet.oddHeader.center, self.title, 16),
            (sheet.oddHeader.right, self.right, 10),
            (sheet.oddFooter.left, NOTICE, 9),
        ):
            if words:
                part.text = words.replace("&", "&&")
                part.font, part.size = f"{BODY_FONT},Regular", size
        sheet.oddHeader.center.font = f"{BODY_FONT},Bold"
        page = sheet.oddFooter.right
        page.text, page.font, page.size = "第 &P 页，共 &N 页", f"{BODY_FONT},Regular", 9


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """A flat sheet: one heading row, then a line per row. `fixed` columns stay when scrolling.

    `title` is its full name in print, after the unit and the year.
    """

    name: str
    title: str
    columns: tuple[Column[Row], ...]
    fixed: int = 0

    def write(self, book: Workbook, rows: Iterable[Row], header: Header) -> tuple[int, CellWriter]:
        """Append the sheet to a write-only workbook; the number of rows and the writer's counts."""
        sheet = Stream.added_to(book, self.name)
        self._set_up(sheet)
        header.put_on(sheet)
        writer = CellWriter(sheet)
        heading = Look(HEADING_FONT, size=11, align="center", vertical="center", wraps=True)
        letters = [get_column_letter(i) for i in range(1, len(self.columns) + 1)]
        headings = zip(letters, self.columns, strict=True)
        cells = [writer.cell(f"{letter}1", column.sheet, heading) for letter, column in headings]
        sheet.append_row(1, cells, f'ht="{_HEADING}" customHeight="1"')
        number = 1
        for number, row in enumerate(rows, 2):
            values = [writer.kept(column.written(row)) for column in self.columns]
            cells = [
                writer.cell(f"{letter}{number}", value, look(column.kind, row, value))
                for letter, column, value in zip(letters, self.columns, values, strict=True)
            ]
            # Written as a height found, not as one set by hand, so it still follows later edits.
            sheet.append_row(number, cells, f'ht="{self._height(values)}"')
        sheet.auto_filter.ref = f"A1:{letters[-1]}{number}"
        return number - 1, writer

    def _height(self, values: list[Value]) -> float:
        """The height of a row in points, for programs that do not work it out themselves."""
        found = (
            lines(value, column.width)
            for column, value in zip(self.columns, values, strict=True)
            if isinstance(value, str) and value
        )
        return min(_LINE * max(found, default=1) + _PADDING, _TALLEST)

    def _set_up(self, sheet: Any) -> None:
        for i, column in enumerate(self.columns, 1):
            sheet.column_dimensions[get_column_letter(i)].width = column.width
        sheet.freeze_panes = f"{get_column_letter(self.fixed + 1)}2"
        sheet.print_title_rows = "1:1"
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.paperSize = A3
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0  # as many pages as it takes
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.3
        margins.top, margins.bottom, margins.header, margins.footer = 0.8, 0.6, 0.4, 0.3
