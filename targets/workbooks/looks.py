"""How cells look: the fonts, lines and colours of the offices' tables, by what a column holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils.indexed_list import IndexedList

from targets import explain
from targets.models.enums import Comparator
from targets.register.columns import Kind, Value
from targets.rules.quantities import plain
from targets.status import Status

# Named, never embedded: every desk has these three, with Excel as with WPS.
BODY_FONT, HEADING_FONT, DIGITS_FONT = "宋体", "黑体", "Times New Roman"
# Of titles by the standard for documents; a desk without it finds by these another Chinese font with serifs.
TITLE_FONT = "方正小标宋简体"
_CHINESE: dict[str, dict[str, int]] = {TITLE_FONT: {"family": 1, "charset": 134}}

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
    boxed: bool = True
    locked: bool = True  # where the sheet is protected

    def put_on(self, cell: Cell) -> None:
        ink = self.paint.ink if self.paint else "000000"
        cell.font = Font(name=self.font, size=self.size, color=f"FF{ink}", **_CHINESE.get(self.font, {}))
        if self.boxed:
            cell.border = _BOX
        cell.alignment = Alignment(
            horizontal=self.align, vertical=self.vertical, wrap_text=self.wraps, shrink_to_fit=not self.wraps
        )
        cell.number_format = self.number_format
        if self.paint:
            cell.fill = PatternFill("solid", fgColor=f"FF{self.paint.fill}")
        cell.quotePrefix = self.quoted
        if not self.locked:
            cell.protection = Protection(locked=False)


HEADING = Look(HEADING_FONT, size=11, align="center", vertical="center", wraps=True)
TITLE = Look(TITLE_FONT, size=20, align="center", vertical="center", boxed=False)
LINE = Look(BODY_FONT, size=11, vertical="center", boxed=False)  # above and below a table


CENTRED = LINE._replace(align="center")


# The alignment and number format of figures and days; all else is words.
FORMATS: dict[Kind, tuple[str, str]] = {
    Kind.INTEGER: ("center", "0"),
    Kind.NUMBER: ("right", "General"),
    Kind.GOAL: ("right", "General"),
    Kind.PERCENT: ("right", "0.0"),
    Kind.POINTS: ("right", "+0.0;-0.0;0.0"),
    Kind.DATE: ("center", "yyyy-mm-dd"),
}


# A dash or words in a column of figures stand in the middle.
WORDS = {kind: Look(BODY_FONT, align="left" if kind is Kind.TEXT else "center", wraps=True) for kind in Kind}
FIGURES = {
    kind: Look(DIGITS_FONT, align=align, number_format=shown_as)
    for kind, (align, shown_as) in FORMATS.items()
}


def look(kind: Kind, row: Any, value: Value, *, names_unit: bool = False) -> Look:
    """Of a row's cell; its numbers need `decimals`, a goal also what binds it, a light its status.

    `names_unit`: behind the goal, as a format, where no column has the unit of measure.
    """
    if isinstance(value, str) or kind not in FORMATS:
        # A light carried over stays hollow.
        is_lit = kind is Kind.LIGHT and row.status is not None and not row.target.carried
        return WORDS[kind]._replace(paint=PAINTS[row.status]) if is_lit else WORDS[kind]
    if kind in (Kind.NUMBER, Kind.GOAL) and isinstance(value, Decimal):
        shown_as = _bound(row, value) if kind is Kind.GOAL else number_format(value, row.decimals or 0)
        if kind is Kind.GOAL and names_unit and row.unit_of_measure:
            shown_as += f'"{row.unit_of_measure.replace(chr(34), "")}"'
        return FIGURES[kind]._replace(number_format=shown_as)
    return FIGURES[kind]


# Before a light on paper: told apart without colours, also after copying. It is no part of the value.
SHAPES: dict[Status, str] = {
    Status.MISSED: "×", Status.OVERDUE: "×", Status.RED: "■", Status.AMBER: "▲", Status.GREEN: "●",
    Status.ON_TARGET: "●", Status.DONE: "√",
}  # fmt: skip
_HOLLOW = {"■": "□", "▲": "△", "●": "○"}


def on_paper(kind: Kind, row: Any, shown: Look) -> Look:
    """The look in the print edition: a light is its shape and its word in black on white."""
    shape = SHAPES.get(row.status) if kind is Kind.LIGHT else None
    if shape is None:
        return shown._replace(paint=None)
    if row.target.carried:
        shape = _HOLLOW.get(shape, shape)
    return shown._replace(paint=None, number_format=f'"{shape}"@', wraps=False)


def number_format(value: Decimal, decimals: int, sign: str = "") -> str:
    """The format of a figure with the target's decimals, wider where the figure has more."""
    places = max(decimals, len(plain(value).partition(".")[2]))
    digits = f"0.{'0' * places}" if places else "0"
    return f'"{sign}"{digits}' if sign else digits


def _bound(row: Any, value: Decimal) -> str:
    """With the sign before the figure, or the upper value after it, as a format; "at least" has no sign."""
    sign = "" if row.comparator in (Comparator.GTE, Comparator.EQ) else explain.SIGNS.get(row.comparator, "")
    shown = number_format(value, row.decimals or 0, sign)
    return shown if row.upper_value is None else f'{shown}"—{plain(row.upper_value)}"'
