"""The parts that a workbook's sheets rest on: their list, their number formats, their shared texts."""

from __future__ import annotations

from dataclasses import dataclass, field

from targets.reading.sheet import formats
from targets.reading.sheet.cells import as_typed
from targets.reading.sheet.formats import Format
from targets.reading.sheet.limits import Budget, FileRefusal


class Relations:
    """The parts that a part refers to: id → (kind, target); kind is the last word of its type."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    def end(self, name: str) -> None:
        pass

    def text(self, words: str) -> None:
        pass


@dataclass(slots=True)
class Listed:
    """A sheet as the workbook lists it."""

    name: str
    relation: str
    is_hidden: bool


@dataclass(slots=True)
class Contents:
    """The sheets in their order, and whether days are counted from 1904."""

    sheets: list[Listed] = field(default_factory=list)
    epoch_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append(Listed(as_typed(attributes.get("name", "")), relation, is_hidden))
        elif name == "workbookPr":
            self.epoch_1904 = attributes.get("date1904") in ("1", "true")

    def end(self, name: str) -> None:
        pass

    def text(self, words: str) -> None:
        pass


class Styles:
    """The format of each style: `of(s)` for the s of a cell."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._styles: list[int] = []
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._codes[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._styles.append(whole(attributes.get("numFmtId")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False

    def text(self, words: str) -> None:
        pass

    def of(self, style: int) -> Format:
        if not 0 <= style < len(self._styles):
            return formats.PLAIN
        number = self._styles[style]
        code = self._codes.get(number)
        return formats.built_in(number) if code is None else formats.custom(code)


class Texts:
    """The shared texts, in order; how a word is pronounced (rPh) is no part of it."""

    def __init__(self, budget: Budget) -> None:
        self.found: list[str] = []
        self._budget = budget
        self._parts: list[str] = []
        self._is_read = False
        self._is_sound = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
            if len(self.found) >= self._budget.limits.cells:
                raise FileRefusal("file_has_much_text", most=self._budget.limits.characters)
        elif name == "rPh":
            self._is_sound = True
        elif name == "t":
            self._is_read = not self._is_sound

    def end(self, name: str) -> None:
        if name == "t":
            self._is_read = False
        elif name == "rPh":
            self._is_sound = False
        elif name == "si":
            self.found.append(as_typed("".join(self._parts)))

    def text(self, words: str) -> None:
        if self._is_read:
            self._budget.spend_characters(len(words))
            self._parts.append(words)


def whole(words: str | None) -> int:
    """The number of an attribute; -1 if it holds none."""
    return int(words) if words and words.isdecimal() and len(words) < 10 else -1
