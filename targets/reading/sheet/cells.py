"""One cell: its typed value and its text as a person sees it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from targets.reading.sheet.formats import Format
from targets.rules.quantities import plain

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,8})")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+)?Z?")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_LONGEST_NUMBER = 40
_LAST_DAY = 2_958_465  # 31 December 9999


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind`: text, number, percent, day, time, boolean, error, or formula for one without a result.

    `value` is a Decimal of numbers (0.5 of 50%), a datetime of days, a bool, or the text. `is_scaled`: its
    format prints it smaller than it is.
    """

    row: int
    column: int
    kind: str
    value: str | Decimal | datetime | bool
    text: str
    is_scaled: bool = False

    @property
    def address(self) -> str:
        return address(self.row, self.column)


def address(row: int, column: int) -> str:
    """B3 of row 3, column 2."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def place_of(words: str) -> tuple[int, int] | None:
    """Row and column of B3 or $B$3; None of anything else."""
    found = _ADDRESS.fullmatch(words)
    return (int(found[2]), _column_of(found[1].upper())) if found else None


@cache
def _column_of(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def as_typed(words: str) -> str:
    """The text with line breaks as \\n; _x000D_ stands for a character that XML cannot hold."""
    if "_x" in words:
        words = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), words)
        words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words.replace("\r\n", "\n").replace("\r", "\n")


def of_number(row: int, column: int, raw: str, form: Format, *, epoch_1904: bool) -> Cell:
    """A numeric cell by its format; digits that are no finite number stay text."""
    if len(raw) > _LONGEST_NUMBER or not _NUMBER.fullmatch(raw) or not math.isfinite(float(raw)):
        return Cell(row, column, "text", raw, raw)
    number = float(raw)
    if form.shows and form.shows != "%":
        moment = _moment(number, epoch_1904)
        if moment is not None:
            return Cell(row, column, "day" if form.is_day else "time", moment, _told(moment, form.shows))
    value = Decimal(raw) if len(raw) < 15 and "e" not in raw.lower() else Decimal(f"{number:.15g}")
    if form.shows == "%":
        text = f"{form.before}{plain(value.scaleb(2))}%{form.after}"
        return Cell(row, column, "percent", value, text)
    text = f"{form.before}{plain(value)}{form.after}"
    return Cell(row, column, "number", value, text, form.is_scaled)


def of_day(row: int, column: int, raw: str, form: Format) -> Cell:
    """A day written out, as the strict form of the files has it."""
    if not _ISO.fullmatch(raw):
        return Cell(row, column, "text", raw, raw)
    try:
        moment = datetime.fromisoformat(raw.removesuffix("Z"))
    except ValueError:
        return Cell(row, column, "text", raw, raw)
    return Cell(row, column, "day", moment, _told(moment, form.shows or "ymd"))


def _moment(serial: float, epoch_1904: bool) -> datetime | None:
    if not 0 <= serial <= _LAST_DAY:
        return None
    # Day 0 of the 1900 system is a day early, because it counts a 29 February 1900, which did not exist.
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)
    try:
        return epoch + timedelta(days=int(serial), seconds=round((serial % 1) * 86_400))
    except OverflowError:
        return None


def _told(moment: datetime, shows: str) -> str:
    """The parts of the day that its format shows: 2026年6月 is no 1 June."""
    if "d" in shows and "m" not in shows:
        shows = "ymd"
    parts = [
        f"{moment.year}年" if "y" in shows else "",
        f"{moment.month}月" if "m" in shows else "",
        f"{moment.day}日" if "d" in shows else "",
    ]
    clock = f"{moment:%H:%M}" if "h" in shows and (shows == "h" or moment.time() != moment.min.time()) else ""
    return " ".join(filter(None, ["".join(parts), clock]))
