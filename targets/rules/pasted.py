"""Rows pasted from a sheet: cells, the column each heading names, and what a row promises.

Nothing is dropped: a column nobody names stays with its row, under its heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from targets.rules import wording
from targets.rules.quantities import Refusal, parse_day, parse_number

# Field → the headings under which offices keep it; the first is its name on the page.
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "项次"),
    "title": ("目标任务", "工作任务", "重点任务", "重点工作", "任务", "目标", "事项", "工作内容"),
    "lead_unit": ("牵头单位", "责任单位", "牵头责任单位", "主办单位", "责任科室", "牵头科室"),
    "supporting_units": ("配合单位", "协办单位", "协同单位", "配合科室"),
    "due": ("完成时限", "完成时间", "时限", "时间节点", "办结时限"),
    "accountable_leader": ("责任领导", "牵头领导", "分管领导"),
    "domain": ("领域", "类别", "板块", "分类"),
    "unit_of_measure": ("单位", "计量单位"),
    "value": ("目标值", "年度目标值", "年度目标", "指标值"),
    "note": ("备注", "说明"),
}
ORDER = tuple(HEADINGS)  # the columns of a paste without headings
SPANNING = ("domain", "lead_unit", "supporting_units", "accountable_leader")  # cells often merged over rows

_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|\Z)')
_SEPARATORS = re.compile(r"[、,，;；/\s]+")
_IGNORED = re.compile(r"[\s（(].*|\s")  # 目标值（万元）, 牵头 单位
_SECTION = re.compile(
    r"(?:[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、.．])\s*(\S.*)"
)
_BARE = re.compile(r"[0-9０-９.,，．。·\s]*[0-9０-９][0-9０-９.,，．。·\s]*")
# Measures that a unit tells by itself; for the rest only words can say whether it adds up.
_BY_UNIT = {"%": "ratio", "％": "ratio", "位": "rank"}


@dataclass(frozen=True, slots=True)
class Promise:
    """What the words of a row promise; `state` is what the target can start with."""

    measure: str
    state: str
    comparator: str = ""
    value: Decimal | None = None
    upper_value: Decimal | None = None
    unit_of_measure: str = ""
    firmness: str = "expected"
    stated_as: str = ""
    due_on: date | None = None
    due_text: str = ""
    refused: Refusal | None = None  # why a value without words is no number


@dataclass(frozen=True, slots=True)
class Row:
    """One row by field; `place` counts the pasted rows from 1, `rest` are columns without a field."""

    place: int
    cells: dict[str, str]
    rest: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def units(self) -> list[str]:
        """Every unit named, each once: the first in its cell leads, all others support."""
        named = [*split_units(self.text("lead_unit")), *split_units(self.text("supporting_units"))]
        return list(dict.fromkeys(named))

    def promise(self, year: int) -> Promise:
        """What its value, or else its title, says."""
        title, value, unit = self.text("title"), self.text("value"), self.text("unit_of_measure")
        is_bare = bool(_BARE.fullmatch(value))
        words = value + unit if is_bare else value or title
        # 规上企业数量 | 不少于151家: only together do they say what is counted, and how.
        told = wording.read_all(title + words if value else words, year=year)
        said = wording.read(words, year=year)
        refused = None
        if is_bare:
            try:
                said = _of_number(value, unit, said)
            except Refusal as fault:
                if fault.key != "number_is_day":  # that is for the words to say
                    said, refused = None, fault
        firmness = next((r.firmness for r in (said, *told) if r and r.firmness), "expected")
        due_on, due_text = self._due(year, told)
        promise = Promise(
            "qualitative", "undefined", firmness=firmness, due_on=due_on, due_text=due_text[:100],
            refused=refused,
        )  # fmt: skip
        if said is None:
            return promise
        promise = replace(promise, stated_as=value[:100] if value else _quoted(words, said))
        if said.value is None or said.is_fall or said.multiplier is not None:
            measure, state = _without_value(said)
            return replace(promise, measure=measure, state=state)
        measure = said.measure or _together(told, said) or _BY_UNIT.get(said.unit_of_measure or unit, "")
        return replace(
            promise,
            measure=measure or "flow",
            state="active" if measure else "undefined",
            comparator=said.comparator or "gte",
            value=said.value,
            upper_value=said.upper_value,
            unit_of_measure=said.unit_of_measure or unit,
        )

    def _due(self, year: int, told: list[wording.Reading]) -> tuple[date | None, str]:
        if words := self.text("due"):
            try:
                return parse_day(words), words
            except Refusal:
                told = wording.read_all(words, year=year)
                return (told[0].due_on if told else None), words
        read = next((reading for reading in told if reading.due_text), None)
        return (read.due_on, read.due_text or "") if read else (None, "")


def cells(text: str) -> list[list[str]]:
    """The rows of tab-separated text; a quoted cell may hold line breaks, as sheets copy them."""
    rows: list[list[str]] = [[]]
    place, text = 0, text.replace("\r\n", "\n").replace("\r", "\n")
    while place <= len(text):
        quoted = _QUOTED.match(text, place)
        if quoted and re.search("[\t\n]", quoted[1]):  # else the quotes are the cell's own
            cell, place = quoted[1].replace('""', '"'), quoted.end()
        else:
            end = min((found for found in (text.find("\t", place), text.find("\n", place)) if found >= 0),
                      default=len(text))  # fmt: skip
            cell, place = text[place:end], end
        rows[-1].append(cell.strip())
        if text[place : place + 1] == "\n":
            rows.append([])
        place += 1
    return [row if any(row) else [] for row in rows]


def columns(row: Sequence[str]) -> list[str] | None:
    """The field of each heading, empty where none is known; None when these are no headings."""
    found = [_field(cell) for cell in row]
    return found if "title" in found and sum(map(bool, found)) > 1 else None


def rows(table: Sequence[Sequence[str]], named: Sequence[str], *, merged: bool = False) -> Iterator[Row]:
    """The rows below the headings, if there are any, by the field of each column.

    A line like 一、产业发展 that fills one cell alone is the domain of the rows below it. `merged`:
    an empty cell of `SPANNING` says what the one above says, as copied from merged cells.
    """
    headings: Sequence[str] = ()
    section, above = "", dict.fromkeys(SPANNING, "")
    for place, row in enumerate(table, start=1):
        filled = [cell for cell in row if cell]
        if not headings and columns(row):
            headings = row
        elif len(filled) == 1 and (found := _SECTION.fullmatch(filled[0])):
            section, above = found[1], dict.fromkeys(SPANNING, "")
        elif filled:
            cells, rest = _by_field(row, named, headings)
            if merged:
                cells |= {name: above[name] for name in SPANNING if name in named and not cells.get(name)}
                above = {name: cells.get(name, "") for name in SPANNING}
            if section and not cells.get("domain"):
                cells["domain"] = section
            yield Row(place, cells, rest)


def _by_field(
    row: Sequence[str], named: Sequence[str], headings: Sequence[str]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    found: dict[str, str] = {}
    rest = []
    for index, cell in enumerate(row):
        name = named[index] if index < len(named) else ""
        if name and name not in found:
            found[name] = cell if name == "note" else re.sub(r"\s*\n\s*", "", cell)
        elif cell:
            rest.append((headings[index] if index < len(headings) else "", cell))
    return found, rest


def split_units(cell: str) -> list[str]:
    return [name for name in _SEPARATORS.split(cell) if name]


def _field(heading: str) -> str:
    plain = _IGNORED.sub("", heading)
    return next((name for name, words in HEADINGS.items() if plain in words), "")


def _of_number(value: str, unit: str, said: wording.Reading | None) -> wording.Reading | None:
    """A value without words is the number itself; a comparator is for its title to say. Raises Refusal."""
    number = parse_number(value, unit_of_measure=unit)
    known = said or wording.Reading()
    return wording.Reading(known.measure, known.comparator, number, None, unit, known.firmness)


def _without_value(said: wording.Reading) -> tuple[str, str]:
    """Nodes are judged by their days; words alone are watched; what needs last year's level waits."""
    if said.multiplier is not None or said.is_fall:
        return said.measure or "stock", "undefined"
    states = {"milestone": "active", "qualitative": "watch"}
    return said.measure or "qualitative", states.get(said.measure or "", "undefined")


def _together(told: list[wording.Reading], said: wording.Reading) -> str | None:
    """How it is measured, where its title says so of the same number."""
    return next((each.measure for each in told if each.value == said.value and each.measure), None)


def _quoted(words: str, said: wording.Reading) -> str:
    """The few characters that carry the promise."""
    clues = [clue for clue in said.clues if clue.field != "due_on"]
    if not clues:
        return ""
    return words[min(clue.start for clue in clues) : max(clue.end for clue in clues)][:100]
