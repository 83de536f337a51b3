"""The tables in the HTML that Excel, WPS and Word put on the clipboard.

Not by html.parser, whose time grows with the square of a text that never closes what it opens: this one
passes once over the text and keeps only rows, cells, line breaks and words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from targets.reading.grid import Grid

_SPAN = re.compile(r"(row|col)span\s*=\s*[\"']?\s*([0-9]{1,5})", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:]*")
# A line break of the source between two Chinese characters is no blank.
_WRAPPED = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]+[ \t]*(?=[\u3000-\u9fff\uff00-\uffef])")
_BLANKS = re.compile("[ \t\r\n\f]+")
_UNSHOWN = ("style", "script", "head", "title", "xml")
MOST_ROWS, MOST_COLUMNS = 5_000, 256


@dataclass(slots=True)
class _Tables:
    """Rows of text: each row of a table, and each paragraph outside the tables as a row of one cell."""

    rows: list[list[str]] = field(default_factory=list)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    covered: dict[tuple[int, int], bool] = field(default_factory=dict)
    in_row: bool = False
    in_cell: bool = False
    inner: int = 0  # tables within a cell
    span: tuple[int, int] = (1, 1)

    def open(self, name: str, head: str) -> None:
        if name == "br":
            self.words.append("\n")
        elif name in ("p", "div", "li"):
            self.break_line()
        elif name == "table":
            if self.in_cell:
                self.inner += 1
            else:
                self.end_paragraph()
        elif self.inner:
            return
        elif name == "tr":
            self.end_row()
            self.in_row = True
            self.rows.append([])
            if _HIDDEN.search(head):
                self.hidden.append(len(self.rows))
        elif name in ("td", "th"):
            self.end_cell()
            self.in_cell = self.in_row
            told = {kind.lower(): int(count) for kind, count in _SPAN.findall(head)}
            self.span = max(1, told.get("row", 1)), max(1, told.get("col", 1))

    def close(self, name: str) -> None:
        if name in ("p", "div", "li"):
            self.break_line()
        elif name == "table" and self.inner:
            self.inner -= 1
        elif self.inner:
            return
        elif name in ("td", "th"):
            self.end_cell()
        elif name in ("tr", "table"):
            self.end_row()

    def break_line(self) -> None:
        if self.in_cell:
            self.words.append("\n")
        elif not self.in_row:
            self.end_paragraph()

    def end_paragraph(self) -> None:
        words = self.taken()
        if words and len(self.rows) < MOST_ROWS:
            self.rows.append([words])

    def end_row(self) -> None:
        self.end_cell()
        self.in_row = False
        self.end_paragraph()  # words that stood in the row but in no cell

    def end_cell(self) -> None:
        if not self.in_cell:
            return
        self.in_cell = False
        words, row = self.taken(), len(self.rows)
        cells = self.rows[-1]
        while (row, len(cells) + 1) in self.covered:
            cells.append("")
        place = row, len(cells) + 1
        down, across = min(self.span[0], MOST_ROWS), min(self.span[1], MOST_COLUMNS)
        if len(cells) >= MOST_COLUMNS:
            across = 1
        cells += [words, *[""] * (across - 1)]
        if down > 1:
            self.merged.append((place, (row + down - 1, place[1] + across - 1)))
            below = range(row + 1, min(row + down, MOST_ROWS))
            if len(self.covered) < 200_000 and down * across < 20_000:
                self.covered |= {
                    (each, column): True for each in below for column in range(place[1], place[1] + across)
                }

    def taken(self) -> str:
        words = "".join(self.words)
        self.words = []
        lines = (line.strip("\u00a0\u3000 ") for line in words.split("\n"))
        return "\n".join(filter(None, lines))


def read(html: str) -> Grid:
    """The rows of all tables, with what stands between them."""
    tables = _Tables()
    unshown = ""
    for place, piece in enumerate(_without_comments(html).split("<")):
        head, _closed, text = piece.partition(">") if place else ("", "", piece)
        found = _NAME.match(head)
        name = found[0].lower() if found else ""
        if unshown:
            unshown = "" if name == f"/{unshown}" else unshown
            if unshown:
                continue
        elif name in _UNSHOWN and not head.endswith("/"):
            unshown = name
            continue
        elif name.startswith("/"):
            tables.close(name[1:])
        elif name:
            tables.open(name, head)
        elif place and not head.startswith(("!", "?")):
            text = f"<{piece}"  # a sign of its own: <5%
        if len(tables.rows) > MOST_ROWS:
            break
        tables.words.append(_plain(text))
    tables.end_row()
    return Grid(tables.rows, tables.merged, [row for row in tables.hidden if any(tables.rows[row - 1])])


def _plain(text: str) -> str:
    return unescape(_BLANKS.sub(" ", _WRAPPED.sub("", text)))


def _without_comments(html: str) -> str:
    kept, place = [], 0
    while (start := html.find("<!--", place)) >= 0:
        kept.append(html[place:start])
        end = html.find("-->", start)
        place = len(html) if end < 0 else end + 3
    return "".join([*kept, html[place:]])
