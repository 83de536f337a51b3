"""Rows pasted from a sheet: cells, the kind of each line of the table, and its cells by field.

Nothing is dropped: a column without a field stays with its row, under its heading, and a line that
is no target stays with its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from targets.reading import wording
from targets.reading.headings import HEADINGS, Headings, columns, headings
from targets.reading.rows import Row, has_amount, split_units
from targets.reading.wording.words import UNITS, any_of

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
_NUMBER_BELOW = re.compile(r"[0-9]+(?:[.．-][0-9]+)+|[（(][0-9]+[)）]|[0-9]+[)）]|[①-⑳]")
_UNIT_BEHIND = re.compile(r"\s*[（(]单位[:：][^（）()]*[）)]$")
_UNIT_ABOVE = re.compile(rf"(?:^|[（(\s])(?:计量)?单位[:：]\s*([万亿]*(?:{any_of(UNITS)}))[)）]?$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is no target: `kind` is above, section, heading, again or foot."""

    place: int
    kind: str
    words: str


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
        an empty cell of `SPANNING` takes the value above it, as if copied from merged cells; a domain left of
        the task always does. `broken`: how many lines the row at an index took (see `broken.rejoined`).
        """
        found = headings(table, year)
        top, heads = found if found else (-1, None)
        unit = (heads.unit_of("value") or unit_above(table[:top])) if heads else ""
        rows: list[Row] = []
        others: list[Line] = []
        section, above = "", dict.fromkeys(SPANNING, "")
        parent: Row | None = None
        told = dict(reversed([*zip(named, heads.words, strict=False)])) if heads else {}
        is_first = "domain" in named and "title" in named and named.index("domain") < named.index("title")
        filled_down = SPANNING if merged else ("domain",) if is_first else ()
        for index, row in enumerate(table):
            filled = [cell for cell in row if cell]
            if not filled:
                continue
            place = index + 1
            kind = _kind(row, filled, heads, index, top)
            if kind == "above" and not any(map(any, table[index + 1 : top])) and len(filled) == 1:
                kind = kind_apart(filled) or kind  # 一、经济指标 right above the headings
            if kind == "section" and (line := _promise_alone(filled[0], named, year)):
                kind, row = "", [line.get(name, "") for name in named]
            if kind:
                others.append(Line(place, kind, "　".join(filled)))
                if kind == "section":
                    section, above, parent = _section(filled[0]), dict.fromkeys(SPANNING, ""), None
                continue
            cells, rest = _by_field(row, named, heads)
            if unit and not cells.get("unit_of_measure") and cells.get("value", "")[-1:].isdigit():
                cells["unit_of_measure"] = unit
            if parent and not cells.get("title") and not _is_numbered(cells.get("number", "")):
                words = _step_of(cells, year)
                if words or not cells.get("value"):
                    parent.take(words, cells, rest, told)
                    continue
                cells |= {name: parent.text(name) for name in ("title", *SPANNING) if not cells.get(name)}
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
        if list(row) in heads.lines or columns(row):
            return "again"
    return kind_apart(filled)


def kind_apart(filled: Sequence[str]) -> str:
    """section or foot, by the filled cells of a line alone."""
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


def _is_numbered(words: str) -> bool:
    """Whether it is a number of its own, and not one below another: 1.1, （2）, ①."""
    return bool(words) and not _NUMBER_BELOW.fullmatch(words)


def _step_of(cells: dict[str, str], year: int | None) -> str:
    """The step that a row without a task of its own names; a value with an amount is no step."""
    if step := cells.get("step", ""):
        return step
    value = cells.get("value", "")
    return value if wording.read_all(value, year=year) and not has_amount(value, year) else ""


def _section(words: str) -> str:
    found = _SECTION.fullmatch(words)
    return _UNIT_BEHIND.sub("", found[1]) if found else words


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
    return found, rest


def unit_above(rows: Sequence[Sequence[str]]) -> str:
    """单位：万元 above the headings is the unit of the whole sheet; 单位：亿元、家 says nothing certain."""
    told = [found[1] for row in rows for cell in row if (found := _UNIT_ABOVE.search(cell))]
    return told[0] if len(told) == 1 else ""


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


def reads_as_goal(cell: str, year: int) -> bool:
    """Whether a cell says how much is to be reached."""
    return any(reading.value is not None or reading.unsure for reading in wording.read_all(cell, year=year))
