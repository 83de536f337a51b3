"""Rows pasted from a sheet: cells, the kind of each line of the table, and its cells by field.

Nothing is dropped: a column without a field stays with its row, under its heading, and a line that
is no target stays with its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from targets.reading import periods, promised, steps, wording
from targets.reading.headings import (
    CURVE,
    HEADINGS,
    STAGE,
    Headings,
    columns,
    headings,
    unit_in,
    without_unit,
)
from targets.reading.steps import Step
from targets.rules.schedule import month_end

__all__ = [
    "HEADINGS",
    "ORDER",
    "Line",
    "Row",
    "Table",
    "cells",
    "columns",
    "headings",
    "reads_as_goal",
    "split_units",
]

# The columns of a paste without headings.
ORDER = (
    "number", "title", "lead_unit", "supporting_units", "due", "accountable_leader", "domain",
    "unit_of_measure", "value", "note",
)  # fmt: skip
SPANNING = ("domain", "lead_unit", "supporting_units", "accountable_leader")  # cells often merged over rows

_CELL = re.compile(r'"((?:[^"]|"")*+)"(?=[\t\n]|\Z)|[^\t\n]*')
_SECTION = re.compile(
    r"(?:[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十]{1,3}[章部类]分?)\s*(\S.*)"
)
_FOOT = re.compile(
    r"(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计)(?:[（(].*)?$|(?:注|说明|备注|附注?|填表说明)\s*[:：]"
    r"|(?:审核人|填表人|填报人|制表人?|联系电话|联系人|单位负责人|负责人|填报单位|填报日期|填报时间|经办人|复核人|制表单位)\s*[:：]"
)
_LEADS = re.compile(r"[（(](?:牵头|主办|主责|负责|牵头单位)[）)]|(?:牵头|主责|负责)$")
_HELPS = re.compile(r"[（(](?:配合|协办|协同|参与)[）)]|(?:配合|协助|协办|参与|协同)$")
_LABEL = re.compile(r"^(牵头|责任|主办|主责|承办|配合|协办|协同|参与)(?:责任)?(?:单位|部门|科室)?[:：]")
_HELPING = ("配合", "协办", "协同", "参与")
_SEPARATORS = re.compile(r"[、,，;；/\n\t]|\s+(?![^（(]{0,50}[）)])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is no target: `kind` is above, section, heading, again or foot."""

    place: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row by field; `place` counts the pasted lines from 1, `rest` are columns without a field.

    `lines`: over how many lines of the paste its cells were broken.
    """

    place: int
    cells: dict[str, str]
    rest: list[tuple[str, str]] = field(default_factory=list)
    below: list[Step] = field(default_factory=list)  # steps in rows of their own below it
    lines: int = 1

    def text(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def units(self) -> list[str]:
        """Every unit named, each once: the first in its cell leads, all others support."""
        leading, helping = split_units(self.text("lead_unit"))
        more = [*split_units(self.text("supporting_units"))]
        return list(dict.fromkeys([*leading, *helping, *more[0], *more[1]]))

    @property
    def number(self) -> int | None:
        """Its number in the table; None if it is no plain number: 1.1, （三）, ①."""
        words = self.text("number").rstrip(".、．")
        return int(words) if words.isdecimal() and words.isascii() and len(words) < 6 else None

    def promise(self, year: int) -> promised.Promise:
        """The promise that its value or its steps, or else its title, state."""
        title, value, unit, due = map(self.text, ("title", "value", "unit_of_measure", "due"))
        taken = self.steps(year)
        if taken:
            value = value if value != taken[0].words else ""
            return steps.promise(title, value, unit, due, taken, [step.due for step in taken], year)
        return promised.read(title, value or self.text("step"), unit, due, year)

    def steps(self, year: int) -> list[Step]:
        """Its steps: in rows below it, or in columns of quarters; a lone step is its value instead."""
        if self.below:
            first = self.text("step") or self.text("value")
            return [*([Step(first, self.text("due"))] if first else []), *self.below]
        staged = self._by_period(CURVE, year) | self._by_period(STAGE, year)
        if staged and not all(map(periods.is_figure, staged.values())):
            return [Step(cell, day=day) for day, cell in sorted(staged.items())]
        step = self.text("step")
        return [Step(line) for line in _lines(step)] if step and self.text("value") else []

    def curve(self, year: int) -> dict[date, str]:
        """Month end → the cell with the value to reach by that day."""
        return self._by_period(CURVE, year)

    def stages(self, year: int) -> dict[date, str]:
        """Month end → the cell of the quarter or month alone that ends on it."""
        return self._by_period(STAGE, year)

    def promised_beside(self, year: int) -> list[str]:
        """What columns without a field promise too: 2026年计划投资（万元） 6800."""
        found = []
        for heading, cell in self.rest:
            unit = unit_in(heading)
            words = f"{without_unit(heading)}{cell}{unit if periods.is_figure(cell) else ''}"
            if any(each.state == "active" and each.value is not None
                   for each in wording.read_all(words, year=year)):  # fmt: skip
                found.append(words)
        return found

    def _by_period(self, prefix: str, year: int) -> dict[date, str]:
        named = {name: cell for name, cell in self.cells.items() if name.startswith(prefix) and cell}
        return {month_end(year, periods.month_of(name)): cell for name, cell in named.items()}

    def take(
        self, words: str, cells: dict[str, str], rest: list[tuple[str, str]], heads: dict[str, str]
    ) -> None:
        """A row below that names no task of its own: a step, and what else stands in it."""
        if words:
            self.below.append(Step(words, cells.get("due", "")))
        for name, cell in cells.items():
            if not cell or cell == self.text(name) or (words and name in ("step", "value", "due")):
                continue
            if name in ("lead_unit", "supporting_units"):
                name = "supporting_units"
            elif name != "note":
                self.rest.append((heads.get(name, ""), cell))
                continue
            self.cells[name] = "\n".join(filter(None, [self.text(name), cell]))
        self.rest.extend(rest)


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a paste: the rows of targets, and all other lines."""

    rows: list[Row]
    others: list[Line]

    @classmethod
    def read(
        cls,
        table: Sequence[Sequence[str]],
        named: Sequence[str],
        *,
        merged: bool = False,
        year: int | None = None,
        broken: Mapping[int, int] | None = None,
    ) -> Table:
        """The rows below the headings, if there are any, by the field of each column.

        A line like 一、产业发展 that fills one cell alone is the domain of the rows below it. `merged`:
        an empty cell of `SPANNING` takes the value above it, as if copied from merged cells. `broken`: how
        many lines the row at an index took (see `broken.rejoined`).
        """
        found = headings(table, year)
        top, heads = found if found else (-1, None)
        rows: list[Row] = []
        others: list[Line] = []
        section, above = "", dict.fromkeys(SPANNING, "")
        parent: Row | None = None
        told = dict(zip(reversed(named), reversed(heads.words), strict=False)) if heads else {}
        is_first = "domain" in named and "title" in named and named.index("domain") < named.index("title")
        filled_down = SPANNING if merged else ("domain",) if is_first else ()
        for index, row in enumerate(table):
            filled = [cell for cell in row if cell]
            if not filled:
                continue
            place = index + 1
            kind = _kind(row, filled, heads, index, top)
            if kind == "section" and (line := _promise_alone(filled[0], named, year)):
                kind, row = "", [line.get(name, "") for name in named]
            if kind:
                others.append(Line(place, kind, "　".join(filled)))
                if kind == "section":
                    section, above, parent = _section(filled[0]), dict.fromkeys(SPANNING, ""), None
                continue
            cells, rest = _by_field(row, named, heads)
            if parent and not cells.get("title") and not cells.get("number"):
                words = _step_of(cells, year)
                if words or not cells.get("value"):
                    parent.take(words, cells, rest, told)
                    continue
                cells["title"] = parent.text("title")
            cells |= {name: above[name] for name in filled_down if name in named and not cells.get(name)}
            above = {name: cells.get(name, "") for name in SPANNING}
            if section and not cells.get("domain"):
                cells["domain"] = section
            rows.append(Row(place, cells, rest, lines=(broken or {}).get(index, 1)))
            parent = rows[-1] if cells.get("title") else None
        return cls(rows, others)


def _kind(row: Sequence[str], filled: Sequence[str], heads: Headings | None, index: int, top: int) -> str:
    """The kind of a line that is no target; empty for a target."""
    if heads is not None:
        if index < top:
            return "above"
        if index < top + heads.rows:
            return "heading"
        if list(row) == heads.words or columns(row):
            return "again"
    if len(filled) == 1 and _SECTION.fullmatch(filled[0]):
        return "section"
    return "foot" if any(_FOOT.match(cell) for cell in filled[:2]) else ""


def _promise_alone(words: str, named: Sequence[str], year: int | None) -> dict[str, str] | None:
    """一、完成投资15亿元 promises something and heads nothing: its number and its words."""
    found = _SECTION.fullmatch(words)
    assert found
    readings = wording.read_all(found[1], year=year)
    if not any(each.state == "active" and (each.value is not None or each.due_on) for each in readings):
        return None
    if "number" not in named:
        return {"title": words}
    return {"number": words[: found.start(1)].strip(), "title": found[1]}


def _step_of(cells: dict[str, str], year: int | None) -> str:
    """The step that a row without a task of its own names; a value with an amount is no step."""
    if step := cells.get("step", ""):
        return step
    value = cells.get("value", "")
    said = [each.value is not None or each.unsure for each in wording.read_all(value, year=year)]
    return value if value and said and not any(said) else ""


def _lines(cell: str) -> list[str]:
    return [line for line in map(str.strip, re.split(r"[\n;；]", cell)) if line]


def _section(words: str) -> str:
    found = _SECTION.fullmatch(words)
    return found[1] if found else words


def _by_field(
    row: Sequence[str], named: Sequence[str], heads: Headings | None
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    found: dict[str, str] = {}
    rest = []
    words = heads.words if heads else []
    for index, cell in enumerate(row):
        name = named[index] if index < len(named) else ""
        if name and name not in found:
            found[name] = (
                cell if name in ("note", "lead_unit", "supporting_units", "step") else _one_line(cell)
            )
        elif cell:
            rest.append((_one_line(words[index]) if index < len(words) else "", cell))
    unit = heads.unit_of("value") if heads else ""
    if unit and not found.get("unit_of_measure") and found.get("value", "")[-1:].isdigit():
        found["unit_of_measure"] = unit
    return found, rest


def _one_line(cell: str) -> str:
    return re.sub(r"\s*\n\s*", "", cell)


def cells(text: str) -> list[list[str]]:
    """The rows of tab-separated text; a quoted cell may hold line breaks, as sheets copy them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if '"' not in text:
        plain = [[cell.strip() for cell in line.split("\t")] for line in text.split("\n")]
        return [row if any(row) else [] for row in plain]
    rows: list[list[str]] = [[]]
    place = 0
    while place <= len(text):
        found = _CELL.match(text, place)
        assert found  # the pattern also matches an empty cell
        quoted = found[1]
        if quoted is not None and not ("\t" in quoted or "\n" in quoted):
            quoted = None  # the quotes are the cell's own
        rows[-1].append((found[0] if quoted is None else quoted.replace('""', '"')).strip())
        place = found.end()
        if text[place : place + 1] == "\n":
            rows.append([])
        place += 1
    return [row if any(row) else [] for row in rows]


def split_units(cell: str) -> tuple[list[str], list[str]]:
    """The units of a cell: those that lead, in order, and those that help.

    经发办（牵头）、财政所 · 牵头单位：经发办；配合单位：财政所 · 社事办牵头，各村（社区）配合. Unless the
    cell says otherwise, the first unit leads.
    """
    leading: list[str] = []
    helping: list[str] = []
    waiting: list[str] = []
    helps = False
    for part in filter(None, map(str.strip, _SEPARATORS.split(cell))):
        label = _LABEL.match(part)
        if label:
            waiting, helps = [], label[1] in _HELPING
            part = part[label.end() :].strip()
        name = _HELPS.sub("", _LEADS.sub("", part)).strip()
        if not name:
            continue
        if _LEADS.search(part):
            # 经发办、财政所牵头: both lead.
            leading[:0] = [each for each in waiting if each not in leading]
            helping = [each for each in helping if each not in waiting]
            leading.append(name)
            waiting, helps = [], True
        elif helps or _HELPS.search(part):
            helping.append(name)
        else:
            waiting.append(name)
            leading.append(name)
    if leading:
        leading, helping = leading[:1], [*leading[1:], *helping]
    return list(dict.fromkeys(leading)), list(dict.fromkeys(helping))


def reads_as_goal(cell: str, year: int) -> bool:
    """Whether a cell says how much is to be reached."""
    return any(reading.value is not None or reading.unsure for reading in wording.read_all(cell, year=year))
