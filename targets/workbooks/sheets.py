"""A sheet from one column specification: heading, width, kind and how to read it, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from targets.workbooks.cells import CellWriter, Stream, Value
from targets.workbooks.looks import BODY_FONT, DIGITS_FONT, HEADING_FONT, Look, Paint

Row = TypeVar("Row")

NOTICE = "本系统为非涉密系统，严禁存储、处理、传输国家秘密"
A3 = "8"
_HEADING, _LINE, _PADDING, _TALLEST = 45, 14, 4, 409.5  # points of a row


class Kind(Enum):
    """What a column holds: its usual alignment and number format."""

    TEXT = ("left", "General")
    NUMBER = ("right", "General")  # each cell by its target's decimals
    PERCENT = ("right", "0.0")
    POINTS = ("right", "+0.0;-0.0;0.0")
    DATE = ("center", "yyyy-mm-dd")
    INTEGER = ("center", "0")

    def __init__(self, align: str, number_format: str) -> None:
        self.align = align
        self.number_format = number_format


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column of a sheet, reading a `Row`. `width` is in digits of the default font.

    `number_format` and `paint` vary by cell where given; `centred` is for short words.
    """

    heading: str
    width: float
    kind: Kind
    read: Callable[[Row], Value]
    number_format: Callable[[Row, Any], str] | None = None
    paint: Callable[[Row], Paint | None] | None = None
    centred: bool = False

    def look(self, row: Row, value: Value) -> Look:
        if self.kind is Kind.TEXT or isinstance(value, str):
            return self._words._replace(paint=self.paint(row)) if self.paint else self._words
        if self.number_format is None or value is None:
            return self._figure
        return Look(DIGITS_FONT, align=self.kind.align, number_format=self.number_format(row, value))

    @cached_property
    def _words(self) -> Look:
        """A dash or words in a column of figures stand in the middle."""
        align = "left" if self.kind is Kind.TEXT and not self.centred else "center"
        return Look(BODY_FONT, align=align, wraps=True)

    @cached_property
    def _figure(self) -> Look:
        return Look(DIGITS_FONT, align=self.kind.align, number_format=self.kind.number_format)

    def lines(self, text: str) -> int:
        """How many lines the wrapped text takes, as good as can be told without its font."""
        room = int((self.width - 0.6) * 0.6)  # in Chinese characters, without the margins of a cell
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
        cells = [writer.cell(f"{letter}1", column.heading, heading) for letter, column in headings]
        sheet.append_row(1, cells, f'ht="{_HEADING}" customHeight="1"')
        number = 1
        for number, row in enumerate(rows, 2):
            values = [writer.kept(column.read(row)) for column in self.columns]
            cells = [
                writer.cell(f"{letter}{number}", value, column.look(row, value))
                for letter, column, value in zip(letters, self.columns, values, strict=True)
            ]
            # Written as a height found, not as one set by hand, so it still follows later edits.
            sheet.append_row(number, cells, f'ht="{self._height(values)}"')
        sheet.auto_filter.ref = f"A1:{letters[-1]}{number}"
        return number - 1, writer

    def _height(self, values: list[Value]) -> float:
        """The height of a row in points, for programs that do not work it out themselves."""
        texts = (
            (column, value)
            for column, value in zip(self.columns, values, strict=True)
            if isinstance(value, str) and value
        )
        lines = max((column.lines(text) for column, text in texts), default=1)
        return min(_LINE * lines + _PADDING, _TALLEST)

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
