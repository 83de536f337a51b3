"""The columns of a superior's form: by which label each is known, and what it seems to hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from targets.reading import headings
from targets.reading.grid import column_name
from targets.reading.superior.wording import (
    apart,
    folded,
    is_of_place,
    month_in,
    names_one_month,
    names_place,
    without_period,
    without_year,
    years_in,
)
from targets.reading.wording.words import UNITS, any_of

# What a column may say of a row, so that it is known by it.
KEYS = ("number", "title", "unit_of_measure")
# What may be put into a column: columns of the register, of the month or, with PREVIOUS, of the one before.
FILLED = (
    "value", "attainment", "expected", "gap", "yoy", "status", "progress", "issues", "next_steps",
)  # fmt: skip
PREVIOUS = "previous-"
# Words that one column asks for together: 进展情况及存在问题.
TOGETHER = ("progress+issues", "progress+next_steps", "issues+next_steps", "progress+issues+next_steps")
HOLDS = (*KEYS, *FILLED, *TOGETHER, *(f"{PREVIOUS}{name}" for name in FILLED))

_UNIT = re.compile(rf"[十百千]?[万亿]*(?:{any_of(UNITS)})")
# The first that is found in a heading says what its column holds.
_SAYS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("next_steps", "下一?步|下阶段|措施|打算"),
        ("issues", "问题|困难|原因"),
        ("yoy", "同比|增速|增长率|增幅|比上年|比去年|^增长"),
        ("gap", "进度差|序时差|[快慢超欠]序时|与序时"),
        ("expected", "序时进度|时间进度|应达进度"),
        (
            "attainment",
            "完成率|完成占比|占(?:年度|全年|年初)|完成(?:年度|全年)?(?:目标|任务|计划)?的?(?:比例|比重|百分比|进度|%|％)",
        ),
        ("status", "亮灯|灯号|红绿灯|红黄绿|预警等级"),
        ("progress", "进展|推进情况|落实情况|工作动态|形象进度|完成情况$"),
        ("value", "累计|截[至止].*完成$|完成[数值量额]|实际完成|已完成|实绩|当前值|本期值"),
    )
)
_NOT_OURS = re.compile("上年|去年|同期|基数|目标值|计划数|任务数|预计|预测|测算|(?:拟|应|计划)完成")
_AND = re.compile("[及和与、/，,]")
_AMOUNT = re.compile("增[减长加]额|增量")  # no rate
_ONE_MONTH = re.compile("本月|当月")  # the figure of a month alone: the register has running totals
_RUNNING = re.compile("累计|截[至止]")
_BEFORE = re.compile("上月|上期|上季")


@dataclass(frozen=True, slots=True)
class Column:
    """`words`: its headings as written; `guess`: what it seems to hold, one of HOLDS or nothing.

    `month`: whose figures it holds, where the form has the same column for other months.
    `is_doubtful`: others seem to hold the same, so that nothing is guessed.
    """

    place: int
    label: str
    words: str
    guess: str
    month: int | None = None
    is_doubtful: bool = False

    @property
    def letter(self) -> str:
        return column_name(self.place)

    @property
    def leaf(self) -> str:
        """Its own heading, below those of several columns."""
        return self.words.rpartition(" ")[2]

    @property
    def unit(self) -> str:
        return unit_in(self.words)


def columns_of(
    levels: Sequence[Sequence[str]], year: int | None, place: str, further: Collection[int] = ()
) -> list[Column]:
    """`levels`: the headings above each column, the widest first; `place`: whose figures are ours.

    `further`: columns without a heading of their own, below one that is merged over several.
    """
    known = headings.columns([each[-1] if each else "" for each in levels], year) or []
    known += [""] * (len(levels) - len(known))
    found: list[Column] = []
    keys: dict[str, Sequence[str]] = {}  # with the headings of the first that holds it
    for at, (each, (label, month), name) in enumerate(
        zip(levels, _labels(levels, year), known, strict=True), start=1
    ):
        if not each:
            continue
        guess = "" if at in further else _guess(each, year, place)
        if name in KEYS:
            # a title may be told in two steps, but the same headings anew are a table beside the first
            is_further = name == "title" and (at in further or each != keys.get(name))
            guess = name if name not in keys or is_further else guess
            keys.setdefault(name, each)
        found.append(Column(at, label, " ".join(each), guess, month))
    return _without_doubles(found, place)


def _labels(levels: Sequence[Sequence[str]], year: int | None) -> list[tuple[str, int | None]]:
    """Without their months, which change with each report, but where columns differ in nothing else."""
    words = ["".join(each) for each in levels]
    plain = [without_period(each, year) for each in words]
    same: dict[str, list[int | None]] = defaultdict(list)
    for label, text in zip(plain, words, strict=True):
        same[label].append(month_in(text))
    found: list[tuple[str, int | None]] = []
    for label, text in zip(plain, words, strict=True):
        months = same[label]
        if len(months) > 1 and len({*months, None}) > len(months):
            found.append((without_year(text, year), month_in(text)))
        elif len(months) > 1 and names_one_month(text):  # 6月 beside 1—6月
            found.append((without_period(text, year, "本月"), None))
        else:
            found.append((label, None))
    labels = apart([label for label, _month in found])
    return [(label, month) for label, (_label, month) in zip(labels, found, strict=True)]


def is_filled(holds: str) -> bool:
    """Whether what the column holds is ours to put there."""
    return holds in TOGETHER or holds.removeprefix(PREVIOUS) in FILLED


def says_something(heading: str) -> bool:
    """Whether the heading says what its column holds."""
    return bool(_guess([heading], None, ""))


def _guess(levels: Sequence[str], year: int | None, place: str) -> str:
    """What the column seems to hold by its own heading, else by it and those above."""
    leaf, whole = folded(levels[-1]) if levels else "", folded("".join(levels))
    if (year and years_in(whole) - {year}) or _is_of_others(levels, place):
        return ""
    for words in (leaf, whole):
        name = next((name for name, pattern in _SAYS if pattern.search(words)), "")
        if name:
            is_of_the_plan = name == "yoy" and re.search("目标|计划|任务", "".join(levels[:-1]))
            is_amount = name == "yoy" and _AMOUNT.search(whole)
            is_of_last_year = name in ("value", "attainment") and _NOT_OURS.search(whole)
            if is_of_the_plan or is_amount or is_of_last_year or _is_of_one_month(name, whole):
                return ""
            return f"{PREVIOUS}{name}" if _BEFORE.search(whole) else _with_others(name, words)
    return ""


def _with_others(name: str, words: str) -> str:
    """存在问题及下一步措施 asks for both."""
    said = "+".join(other for other, pattern in reversed(_SAYS) if pattern.search(words))
    return said if said in TOGETHER and _AND.search(words) else name


def _is_of_one_month(name: str, words: str) -> bool:
    if name not in ("value", "yoy", "attainment") or _RUNNING.search(words):
        return False
    return bool(_ONE_MONTH.search(words)) or (name != "attainment" and names_one_month(words))


def _is_of_others(levels: Iterable[str], place: str) -> bool:
    return bool(place) and any(is_of_place(each) and not names_place(each, place) for each in levels)


def _without_doubles(columns: Sequence[Column], place: str) -> list[Column]:
    """Of several that seem to hold the same, ours is that which names our place; without one, none."""
    same: dict[tuple[str, int | None], list[Column]] = defaultdict(list)
    for column in columns:
        same[column.guess, column.month].append(column)
    told = {}
    for (guess, _month), several in same.items():
        if guess and guess not in KEYS and len(several) > 1:
            ours = [column for column in several if names_place(column.words, place)]
            for column in several if len(ours) != 1 else (each for each in several if each not in ours):
                told[column.place] = replace(column, guess="", is_doubtful=len(ours) != 1)
    return [told.get(column.place, column) for column in columns]


def unit_in(words: str) -> str:
    """累计完成（万元） → 万元; 累计（1—6月） and 改造（老镇区） say none."""
    unit = headings.unit_in(words)
    return unit if _UNIT.fullmatch(unit) else ""
