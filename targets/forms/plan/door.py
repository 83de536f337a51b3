"""What comes in by file or clipboard, as the text that the page reads; nothing of it is stored.

The text of every sheet that fits travels with the page, so another sheet is chosen without another upload.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from targets import explain
from targets.reading import clipboard, sheet
from targets.reading.grid import Grid, as_text, column_name

MOST_LINES = 2_000
MOST_CHARACTERS = 300_000
MOST_HTML = 2_000_000
_MOST_NAMED = 20
LIMITS = sheet.Limits()


@dataclass(slots=True)
class Kept:
    """A sheet as the page keeps it; `fault`: why it cannot be chosen."""

    name: str
    text: str = ""
    remarks: list[str] = field(default_factory=list)
    is_hidden: bool = False
    fault: str = ""

    @property
    def label(self) -> str:
        return _("%(sheet)s (hidden)") % {"sheet": self.name} if self.is_hidden else self.name


class Door:
    """Puts the text of a file, or of a table from the clipboard, into `data["text"]`.

    `is_new`: this text was not on the page before, so nobody has seen what is read in it.
    """

    def __init__(self, data: dict[str, Any], upload: UploadedFile | None, year: int) -> None:
        self.data, self.year = data, year
        self.fault, self.name, self.shown = "", "", 0
        self.sheets: list[Kept] = []
        self.is_new = False
        if upload is not None:
            self._open_file(upload)
        elif data.get("html"):
            self._open_clipboard(data["html"])
        else:
            self._open_kept()
        data["html"] = ""
        data["sheet"] = str(self.shown)
        data["book"] = self._packed()

    @property
    def remarks(self) -> list[str]:
        """What to know of the file and of the sheet that is shown."""
        if not self.name or not self.sheets:
            return []
        shown = self.sheets[self.shown]
        told = _("Read from sheet “%(sheet)s” of the file “%(file)s”.")
        return [
            told % {"sheet": shown.label, "file": self.name},
            *shown.remarks,
            *(_("Sheet “%(sheet)s” was left: %(fault)s") % {"sheet": each.name, "fault": each.fault}
              for each in self.sheets if each.fault),
        ]  # fmt: skip

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(place), each.label) for place, each in enumerate(self.sheets) if not each.fault]

    # --- a file -------------------------------------------------------------------------------

    def _open_file(self, upload: UploadedFile) -> None:
        try:
            if (upload.size or 0) > LIMITS.size:
                raise sheet.FileRefusal("file_is_large", most=LIMITS.size // sheet.limits.MEGABYTE)
            book = sheet.read(upload.read(), LIMITS)
        except sheet.FileRefusal as refused:
            self.fault = explain.file_refusal(refused)
            return
        grids = [(each, Grid.of_sheet(each)) for each in book.sheets if each.cells]
        if not grids:
            self.fault = _("The file has no filled cell; please choose the workbook again.")
            return
        place = self._likeliest(grids)
        sheets = [self._kept(*each) for each in grids]
        if sheets[place].fault:
            self.fault = _("Sheet “%(sheet)s”: %(fault)s") % {
                "sheet": sheets[place].name, "fault": sheets[place].fault}  # fmt: skip
            return
        room = MOST_CHARACTERS - len(sheets[place].text)
        for each in sheets[:place] + sheets[place + 1 :]:
            if len(each.text) > room:
                each.text, each.fault = (
                    "",
                    _("there is too much in it; please upload it in a file of its own"),
                )
            room -= len(each.text)
        self.sheets, self.shown, self.is_new = sheets, place, True
        self.name = "".join(sign for sign in str(upload.name) if sign.isprintable())[:100]
        self.data["text"] = sheets[place].text

    def _likeliest(self, grids: list[tuple[sheet.Sheet, Grid]]) -> int:
        """The first sheet with known headings, visible ones before hidden ones; else the first."""
        order = sorted(
            range(len(grids)),
            key=lambda place: (not grids[place][1].is_table(self.year), grids[place][0].is_hidden, place),
        )
        return order[0]

    def _kept(self, found: sheet.Sheet, grid: Grid) -> Kept:
        kept = Kept(found.name, is_hidden=found.is_hidden)
        if grid.without_result:
            kept.fault = _(
                "the formulas in %(cells)s have no result; please open the file in Excel or WPS and save it"
            ) % {"cells": _named(grid.without_result)}
        elif len(grid.rows) > MOST_LINES:
            kept.fault = _("at most %(most)s lines are read at once; these are %(found)s") % {
                "most": MOST_LINES, "found": len(grid.rows)}  # fmt: skip
        else:
            kept.text = as_text(grid.filled(self.year))
            kept.remarks = _remarks(grid)
        if len(kept.text) > MOST_CHARACTERS:
            kept.fault = _("at most %(most)s characters are read at once; these are %(found)s") % {
                "most": MOST_CHARACTERS, "found": len(kept.text)}  # fmt: skip
            kept.text = ""
        return kept

    # --- the clipboard, and what the page kept ---------------------------------------------------

    def _open_clipboard(self, html: str) -> None:
        """The table that was pasted, whole where its text was broken; unreadable, the text stands."""
        if len(html) > MOST_HTML:
            return
        grid = clipboard.read(html)
        if grid.is_table(self.year):
            self.data["text"] = as_text(grid.filled(self.year))
            self.sheets, self.is_new = [Kept("", self.data["text"], _remarks(grid))], True

    def _open_kept(self) -> None:
        try:
            book = json.loads(self.data.get("book") or "{}")
            self.sheets = [Kept(**each) for each in book.get("sheets", ())]
            self.name, self.shown = str(book.get("name", "")), int(book.get("shown", 0))
            asked = int(self.data.get("sheet") or self.shown)
        except (ValueError, TypeError, AttributeError, RecursionError):
            self.sheets, self.name, self.shown = [], "", 0
            return
        if not 0 <= self.shown < len(self.sheets):
            self.sheets, self.name, self.shown = [], "", 0
        elif asked != self.shown and str(asked) in dict(self.choices):
            self.shown, self.is_new = asked, True
            self.data["text"] = self.sheets[asked].text

    def _packed(self) -> str:
        if not self.name:
            return ""
        told = {"name": self.name, "shown": self.shown, "sheets": [asdict(each) for each in self.sheets]}
        return json.dumps(told, ensure_ascii=False)


def _remarks(grid: Grid) -> list[str]:
    told = []
    if grid.hidden_rows:
        rows = _named(map(str, grid.hidden_rows))
        told.append(_("Rows hidden in the sheet were read too: %(rows)s.") % {"rows": rows})
    if grid.hidden_columns:
        columns = _named(map(column_name, grid.hidden_columns))
        told.append(_("Columns hidden in the sheet were read too: %(columns)s.") % {"columns": columns})
    if grid.scaled:
        told.append(
            _("The sheet prints these cells smaller than they are; please check their units: %(cells)s.")
            % {"cells": _named(grid.scaled)}
        )
    return told


def _named(each: Any) -> str:
    names = list(each)
    shown = explain.listed(names[:_MOST_NAMED])
    return shown if len(names) <= _MOST_NAMED else _("%(names)s and others") % {"names": shown}
