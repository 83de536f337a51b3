"""The promise that one row states, as far as a target can start with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from targets.reading import wording
from targets.reading.typed import Refusal, day_from_serial, parse_day, parse_number
from targets.reading.wording import Reading
from targets.reading.wording.words import UNITS, any_of
from targets.rules.direction import direction_of
from targets.rules.sides import HIGHER

LONGEST = 100  # of the words a target is stated as

_BARE = re.compile(r"[-+]?[0-9０-９.,，．。·\s]*[0-9０-９][0-9０-９.,，．。·\s]*")
# 6左右, 不低于90: the unit stands in a column of its own.
_WITHOUT_UNIT = re.compile(r"(?<=[0-9０-９])(?=\s*(?:左右|上下|[及或]?以[上下内]|之内)?$)")
_UNIT_OF_TITLE = re.compile(
    rf"[（(]\s*(?:单位[:：])?([万亿]*(?:{any_of(UNITS)}))\s*[）)]$"
)  # 工业总产值（亿元）
# 工业增加值2025, 百千万工程2.0; other digits at the end of a title may be an amount: 新增企业30.
_YEAR_OR_EDITION = re.compile(r"(?<![0-9.])(?:(?:(?:19|20|21)[0-9]{2}[-—–~]?){1,2}|[0-9]\.0)$")
_DIGITS_AT_THE_END = re.compile(r"[0-9][0-9.]*#?$")
_DONE_BY = re.compile(
    "(?:并|均|确保|力争|全部|全面|基本|建设|任务)*(?:建成|完成|完工|竣工|投用|投入使用|交付|使用|验收|到位|通车)+(?:任务|建设)?"
)
# In a column of deadlines 6.30 is a day and 2026.6 a month; but 6.3 and 2026.1 may have lost a nought.
_SHORT_DAY = re.compile(r"(?P<month>0?[1-9]|1[0-2])[./](?P<date>[0-3][0-9])(?:之?前|底)?")
_MONTH = re.compile(r"(?P<year>20[0-9]{2})[./-](?P<month>0?[1-9]|1[0-2])(?:[底末]前?)?")
# 旧项目（已取消）: never a promise that is judged.
_GIVEN_UP = re.compile(
    "已(?:取消|终止|暂停|撤销|停建|作废|中止|停止)|[（(](?:取消|终止|暂停|暂缓|缓建|停建|撤销|作废|中止)[）)]"
)
_ERRORS = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!|SPILL!|CALC!)|#{2,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Node:
    title: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Promise:
    """`state` is what the target can start with; `doubt` says why it is undefined.

    `others` are the words of further promises in the row, which the target does not hold.
    `is_fall`: the figure to file is the fall. `measure` is a placeholder unless `is_measured`.
    """

    measure: str = "qualitative"
    state: str = "undefined"
    doubt: str = ""
    comparator: str = ""
    value: Decimal | None = None
    upper_value: Decimal | None = None
    direction: str = ""
    unit_of_measure: str = ""
    firmness: str = "expected"
    is_fall: bool = False
    is_measured: bool = False
    stated_as: str = ""
    due_on: date | None = None
    due_text: str = ""
    nodes: tuple[Node, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """The words read, the place where the value begins in them, and their readings, or else a doubt."""

    words: str
    start: int
    readings: list[Reading]
    doubt: str = "words"
    values: Collection[Decimal | None] = ()  # what the cell of the value names

    def part(self, reading: Reading) -> str:
        return self.words[max(reading.start, self.start) : reading.end].strip(" ，,、（()）")


def read(title: str, value: str, unit: str, due: str, year: int) -> Promise:
    """The promise in the value of a row, or else in its title; the title tells what the value counts."""
    if value and not unit and (found := _UNIT_OF_TITLE.search(title)):
        unit = found[1]
    told = _told(title, value, unit, year)
    readings = told.readings
    promise = Promise(doubt=told.doubt, stated_as=value[:LONGEST])
    if readings:
        stated = value or told.words[readings[0].start : readings[-1].end]
        promise = _of(readings[0], unit)
        promise = replace(promise, stated_as=stated[:LONGEST])
        promise = _with_the_rest(promise, told)
        promise = _at_least(promise, title) if value else promise
        if promise.value is not None and told.values and promise.value not in told.values:
            promise = replace(promise, state="undefined", doubt="differs")  # 新增企业30家 | 40
    if promise.state != "undefined" or promise.value is not None:
        promise = replace(promise, state="undefined", doubt="denied") if _GIVEN_UP.search(title) else promise
    due_on, due_text = _due(due, readings, year)
    if not due and promise.nodes:
        # 上半年开工，年底封顶: due with the last step, in its own words.
        last = readings[len(promise.nodes) - 1]
        due_on, due_text = last.due_on, last.due_text or ""
    return replace(promise, due_on=due_on, due_text=due_text[:LONGEST])


def _at_least(promise: Promise, title: str) -> Promise:
    """A bare amount in a column of goals is to be reached, unless the thing is unwanted."""
    is_bare = promise.doubt == "measure" and promise.value and not promise.comparator and not promise.is_fall
    if not is_bare or direction_of(title) != HIGHER:
        return promise
    return replace(promise, comparator="gte", direction=HIGHER)


def _told(title: str, value: str, unit: str, year: int) -> _Told:
    if not value:
        return _Told(title, 0, wording.read_all(title, year=year))
    if _ERRORS.search(value):
        return _Told(value, 0, [], "error")
    title, start = _without_digits_of_a_name(title, year), len(title) + 1
    if _BARE.fullmatch(value):
        try:
            number = parse_number(value, unit_of_measure=unit)
        except Refusal:
            return _Told(value, 0, [], "number")
        readings = wording.read_all(f"{title}：", year=year, number=number, unit=unit)
        found = [each for each in readings if each.end >= start]
        return _Told(f"{title}：{value}", start, found, values=(number,))
    stated = _WITHOUT_UNIT.sub(unit, value) if unit else value
    words = f"{title}：{stated}"
    alone = wording.read_all(stated, year=year)
    if any(_is_number(each) or each.unsure for each in alone):
        found = [each for each in wording.read_all(words, year=year) if each.end > start]
        values = {each for reading in alone for each in (reading.value, reading.upper_value)} - {None}
        return _Told(words, start, found, values=values)
    return _Told(stated, 0, alone)  # the value does not state what the title alone promises


def _without_digits_of_a_name(title: str, year: int) -> str:
    """The title, as long as before, whose last digits do not run into the value: 规上企业数2025 | 480家."""
    folded = title.translate(wording.FOLD)
    found = _YEAR_OR_EDITION.search(folded)
    if not found and any(each.measure or each.value is not None
                         for each in wording.read_all(title, year=year)):  # fmt: skip
        return title
    found = found or _DIGITS_AT_THE_END.search(folded)
    return title[: found.start()] + " " * len(found[0]) if found else title


def _is_number(reading: Reading) -> bool:
    return reading.value is not None or reading.multiplier is not None


def _of(said: Reading, unit: str) -> Promise:
    doubt = said.doubt or ""
    promise = Promise(
        said.measure or ("flow" if said.value is not None else "qualitative"),
        said.state,
        doubt,
        direction=said.direction or "",
        firmness=said.firmness or "expected",
        is_measured=said.measure is not None,
    )
    if doubt and doubt not in ("fall", "measure", "comparator", "later"):
        return promise
    return replace(
        promise,
        comparator=said.comparator or "",
        value=said.value,
        upper_value=said.upper_value,
        unit_of_measure=said.unit_of_measure or (unit if said.value is not None else ""),
        is_fall=said.is_fall,
    )


def _with_the_rest(promise: Promise, told: _Told) -> Promise:
    """Consecutive steps become the nodes of one target; `others` names the further promises."""
    readings, steps = told.readings, 0
    while steps < len(readings) and readings[steps].measure == "milestone":
        steps += 1
    nodes = tuple(Node(each.words[:200], each.due_on) for each in readings[:steps])
    if len(nodes) < 2:
        nodes, steps = (), 1
    others = dict.fromkeys(told.part(each) for each in readings[steps:])
    return replace(promise, nodes=nodes, others=tuple(filter(None, others)))


def deadline(words: str, year: int) -> date | None:
    """The day that a cell of deadlines names; None if that day is not certain."""
    text = words.strip().translate(wording.FOLD)
    if found := _SHORT_DAY.fullmatch(text):
        words = f"{year}-{found['month']}-{found['date']}"
    elif (found := _MONTH.fullmatch(text)) and text != f"{found['year']}.1":
        words = f"{found['year']}年{found['month']}月"
    try:
        if (
            text.isdecimal()
            and len(text) == 5
            and (day := day_from_serial(int(text))).year in (year, year + 1)
        ):
            return day  # a day whose cell lost its format
        return parse_day(words)
    except Refusal:
        return wording.deadline(words, year=year)


def _due(due: str, readings: list[Reading], year: int) -> tuple[date | None, str]:
    if due:
        return deadline(due, year), due
    # 新建学校2所，8月底前完成: of the school; but 其中A校区8月底前完工 is of a part.
    known = [each for each in readings[:1] if each.due_text]
    known += [each for each in readings[1:] if each.due_text and _DONE_BY.fullmatch(each.words)]
    read_from = next(iter(known), None)
    return (read_from.due_on, read_from.due_text or "") if read_from else (None, "")


def figure(cell: str, unit: str) -> Decimal | None:
    """The number of a cell; None if the cell holds anything else."""
    try:
        return parse_number(cell.removesuffix(unit) if unit else cell, unit_of_measure=unit)
    except Refusal:
        return None
