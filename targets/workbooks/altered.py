"""A sheet that came back beside the issue it was taken from: every cell that is not what was handed out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Context, Decimal

from django.utils.translation import gettext as _

from targets.models.issued.report import SHORT
from targets.reading.sheet import Cell, Limits, Sheet, address, read
from targets.reading.sheet.container import Container
from targets.reading.sheet.limits import Budget
from targets.workbooks.book import DIGEST

_MOST = Limits(size=100 << 20, unpacked=1 << 30, parts=2_000, cells=5_000_000, rows=200_000, seconds=120)
_TOLD_BY = re.compile(f"{DIGEST}([0-9a-f]{{{SHORT}}})")
_SAYING = ("xl/worksheets/", "xl/sharedstrings", "docprops/core")
_AS_A_DOUBLE = Context(prec=15)  # what programs keep of a number


def digest_in(data: bytes) -> str | None:
    """The digest that the file says of itself, in a cell, at its foot or in its properties.

    Raises FileRefusal for what is no workbook.
    """
    container = Container(data, Budget(_MOST))
    for name in container.names:
        if name.startswith(_SAYING):
            text = b"".join(container.chunks(name)).decode("utf-8", "ignore")
            if found := _TOLD_BY.search(text):
                return found[1]
    return None


def altered(issued: bytes, file: bytes) -> Iterator[str]:
    """A sentence for each cell of either that the other has otherwise. Raises FileRefusal."""
    handed_out, came_back = ({s.name: s for s in read(data, _MOST).sheets} for data in (issued, file))
    for name, sheet in handed_out.items():
        if name in came_back:
            yield from differing_cells(sheet, came_back[name])
        else:
            yield _("%(sheet)s: the sheet is missing.") % {"sheet": name}
    for name in came_back.keys() - handed_out.keys():
        yield _("%(sheet)s: the issue has no such sheet.") % {"sheet": name}


def differing_cells(issued: Sheet, file: Sheet) -> Iterator[str]:
    """A sentence for each cell whose value is another, by rows."""
    for place in sorted(issued.cells.keys() | file.cells.keys()):
        was, now = issued.cells.get(place), file.cells.get(place)
        if _content(was) != _content(now):
            words = {"sheet": issued.name, "cell": address(*place), "was": _said(was), "now": _said(now)}
            yield _("%(sheet)s %(cell)s: issued as %(was)s, now %(now)s.") % words


def _content(cell: Cell | None) -> object:
    """What counts of a cell: a number as any program keeps it, a text without its kind of line ends."""
    if cell is None:
        return None
    if isinstance(cell.value, Decimal):
        return _AS_A_DOUBLE.create_decimal(cell.value).normalize()
    if isinstance(cell.value, str):
        return cell.value.replace("\r\n", "\n").replace("\r", "\n") or None
    return cell.value


def _said(cell: Cell | None) -> str:
    return _("“%(text)s”") % {"text": cell.text} if cell and _content(cell) is not None else _("empty")
