"""Columns of a month or quarter: 一季度形象进度, 上半年, 1—9月, 11月.

A column up to a period says what is reached by then (上半年, 1—9月); a column of one period alone
(二季度, 11月) either says that too, or what is added in it: their sum tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from targets.reading.wording.words import UNITS, any_of

CURVE = "curve-"  # followed by the month up to which the plan cumulates: curve-6
STAGE = "stage-"  # followed by the last month of one period alone: stage-6
YEAR_END = 12

_UP_TO = {"上半年": 6, "前三季度": 9, "全年": 12}
_ALONE = {
    "下半年": 12,
    **{f"{first}{name}季度": month for first in ("", "第") for month, names in
       {3: "一1", 6: "二2", 9: "三3", 12: "四4"}.items() for name in names},
}  # fmt: skip
# Words after the period that still name a plan; 完成情况 and the like name what was done.
_AFTER = """
    末 底 前 累计 计划 目标 任务 安排 进度 形象进度 工程形象进度 目标值 目标数 目标任务 目标进度 目标要求
    计划数 计划值 计划目标 计划进度 计划安排 计划完成 工作计划 工作目标 工作安排 工作任务 推进计划 进度计划
    进度目标 进度安排 序时进度 阶段目标 节点 节点目标 节点任务 工作节点 拟完成 应完成 预期目标 预计完成
"""
_PLANS = frozenset(["", *_AFTER.split()])
_PERIOD = re.compile(
    r"(?:到|至|截至)?"
    r"(?:1月?[-—–―~～至到](?P<up>[0-9]{1,2})月|(?P<month>[0-9]{1,2})月份?"
    rf"|(?P<named>{'|'.join(sorted([*_UP_TO, *_ALONE], key=len, reverse=True))}))(?P<rest>.*)"
)
_FIGURE = re.compile(
    rf"[-+]?[0-9０-９][0-9０-９,，.．]*\s*(?:[十百千]?[万亿]*(?:{any_of(UNITS)})?)|[—–\-/／…*]+|无"
)


def field_of(words: str) -> str:
    """The field of a heading without blanks and brackets that names a period; empty for another."""
    found = _PERIOD.fullmatch(words)
    if not found or found["rest"] not in _PLANS:
        return ""
    named = found["named"]
    month = int(found["up"] or found["month"] or 0) or _UP_TO.get(named) or _ALONE[named]
    if not 1 <= month <= YEAR_END:
        return ""
    is_alone = found["month"] is not None or named in _ALONE
    return f"{STAGE if is_alone else CURVE}{month}"


def settled(fields: list[str]) -> list[str]:
    """一季度 beside 上半年 cumulates like it; the whole year among cumulating periods is the goal."""
    periods = [name for name in fields if name.startswith((CURVE, STAGE))]
    if not any(name.startswith(STAGE) and name != f"{STAGE}3" for name in periods):
        fields = [f"{CURVE}3" if name == f"{STAGE}3" else name for name in fields]
    return ["value" if name == f"{CURVE}{YEAR_END}" else name for name in fields]


def month_of(field: str) -> int:
    return int(field.removeprefix(CURVE).removeprefix(STAGE))


def is_figure(cell: str) -> bool:
    """Whether a cell holds a number and nothing else but its unit; a dash holds none either."""
    return bool(_FIGURE.fullmatch(cell))


def is_empty(cell: str) -> bool:
    return cell.strip("—–-/／…* ") in ("", "无")


def cumulated(parts: Mapping[date, Decimal], goal: Decimal | None) -> dict[date, Decimal] | None:
    """What is reached by each day, of the figures of single periods; None if they do not say.

    They are added up where their sum is the goal, and taken as they are where the last is.
    """
    days = sorted(parts)
    if not days or goal is None:
        return None
    figures = [parts[day] for day in days]
    if sum(figures) == goal and len(figures) > 1:
        return {day: sum(figures[: place + 1], Decimal(0)) for place, day in enumerate(days)}
    if figures[-1] == goal and figures == sorted(figures):
        return dict(zip(days, figures, strict=True))
    return None
