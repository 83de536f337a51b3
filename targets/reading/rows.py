"""One row of a pasted table, by field: its units, its steps, its promise."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from targets.reading import periods, promised, steps, wording
from targets.reading.headings import CURVE, STAGE, unit_in, without_unit
from targets.reading.steps import Step
from targets.rules.schedule import month_end

_LEADS = re.compile(r"[（(](?:牵头|主办|主责|负责|牵头单位)[）)]|(?:牵头|主责|负责)$")
_HELPS = re.compile(r"[（(](?:配合|协办|协同|参与)[）)]|(?:配合|协助|协办|参与|协同)$")
_LABEL = re.compile(r"^(牵头|责任|主办|主责|承办|配合|协办|协同|参与)(?:责任)?(?:单位|部门|科室)?[:：]")
_HELPING = ("配合", "协办", "协同", "参与")
# Columns beside the promise: what was done, how it stands, or how it is scored.
_DONE = re.compile(
    "完成|进展|问题|下一步|亮灯|实际|实绩|已|情况|上年|去年|同期|基数|分值|权重|得分|评分|标准|同比"
)
_YEARS = re.compile("(?:19|20|21)[0-9]{2}(?=年)")
_SEPARATORS = re.compile(r"[、,，;；/\n\t]|\s+(?![^（(]{0,50}[）)])")


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
            value = "" if value in [step.words for step in taken] else value
            is_own = due and self.below and len(taken) == len(self.below)  # its steps begin in the row below
            dues = [due] if is_own else [step.due for step in taken]
            return steps.promise(title, value, unit, due, taken, dues, year)
        return promised.read(title, value or self.text("step"), unit, due, year)

    def steps(self, year: int) -> list[Step]:
        """Its steps: in rows below it, or in columns of quarters; a lone step is its value instead."""
        if self.below:
            first = self.text("step") or ("" if has_amount(self.text("value"), year) else self.text("value"))
            return [*([Step(first, self.text("due"))] if first else []), *self.below]
        staged = self._by_period(CURVE, year) | self._by_period(STAGE, year)
        if staged and not all(map(periods.is_figure, staged.values())):
            value = self.text("value")
            if value and not periods.is_figure(value) and not has_amount(value, year):
                staged.setdefault(month_end(year, periods.YEAR_END), value)
            told = [(day, cell) for day, cell in sorted(staged.items()) if not periods.is_empty(cell)]
            return [Step(cell, day=day) for day, cell in told]
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
            if _DONE.search(heading) or any(int(past) < year for past in _YEARS.findall(heading)):
                continue
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


def has_amount(words: str, year: int | None) -> bool:
    return any(each.value is not None or each.unsure for each in wording.read_all(words, year=year))


def _lines(cell: str) -> list[str]:
    return [line for line in map(str.strip, re.split(r"[\n;；]", cell)) if line]
