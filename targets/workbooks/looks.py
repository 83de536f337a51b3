"""How cells look: the fonts, lines and colours of the offices' tables, and the fill of each light."""

from __future__ import annotations

from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.indexed_list import IndexedList

from targets.status import Status

# Named, never embedded: every desk has these three, with Excel as with WPS.
BODY_FONT, HEADING_FONT, DIGITS_FONT = "宋体", "黑体", "Times New Roman"

_THIN = Side(style="thin", color="000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


class Paint(NamedTuple):
    """A fill and the colour of the words on it, as RRGGBB."""

    fill: str
    ink: str = "FFFFFF"


_UNLIT = Paint("E0E0E0", "000000")

PAINTS: dict[Status, Paint] = {
    Status.MISSED: Paint("7F0000"),
    Status.OVERDUE: Paint("7F0000"),
    Status.RED: Paint("C62828"),
    Status.AMBER: Paint("F9A825", "000000"),
    Status.GREEN: Paint("2E7D32"),
    Status.ON_TARGET: Paint("2E7D32"),
    Status.DONE: Paint("1565C0"),
    Status.NO_FIGURE: _UNLIT,
    Status.UNDEFINED: _UNLIT,
    Status.NOT_STARTED: Paint("757575"),
    Status.SUSPENDED: _UNLIT,
    Status.CANCELLED: _UNLIT,
    Status.WATCH: _UNLIT,
}


def name_default_font(book: Workbook) -> None:
    """Widths count digits of the default font, and openpyxl's is missing on Chinese desks."""
    font = Font(name=BODY_FONT, size=11)
    book._fonts = IndexedList([font])
    book._named_styles["Normal"].font = font


class Look(NamedTuple):
    """Everything about a cell but its value."""

    font: str
    size: int = 10
    align: str = "left"
    vertical: str = "top"
    wraps: bool = False  # words; what does not wrap shrinks, so that no figure turns into ####
    number_format: str = "General"
    paint: Paint | None = None
    quoted: bool = False  # text that looks like a formula stays text when it is edited again

    def put_on(self, cell: Cell) -> None:
        ink = self.paint.ink if self.paint else "000000"
        cell.font = Font(name=self.font, size=self.size, color=f"FF{ink}")
        cell.border = _BOX
        cell.alignment = Alignment(
            horizontal=self.align, vertical=self.vertical, wrap_text=self.wraps, shrink_to_fit=not self.wraps
        )
        cell.number_format = self.number_format
        if self.paint:
            cell.fill = PatternFill("solid", fgColor=f"FF{self.paint.fill}")
        cell.quotePrefix = self.quoted
