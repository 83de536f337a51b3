"""One promise, as far as its words are understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# Why a reading claims nothing; the words for it live outside this package.
UNSURE = (
    "number",  # digits that cannot be read: 1,5600万元
    "place",  # no certain place: 第一方阵, 前移2位
    "against",  # measured against last year or others: 不低于上年
    "change",  # a change from last year's level: 提高0.8个百分点
    "each",  # per month, village, head: 每月2次
    "zero",  # the words do not say of what there is to be none
    "part",  # a share of something else: 完成主体工程的60%
    "later",  # within years: 三年内
    "denied",  # a thing forbidden or given up: 不再新增
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One promise as worded; None for a field that the words do not state.

    `multiplier`: the goal as times the baseline. `is_fall`: comparator and value are of the decrease
    (下降3%以上 is a fall of at least 3). `is_relative`: the value is a change from last year's level.
    `due_text` without `due_on` names no certain day. `words` is the text read, from `start` on,
    without its deadline.
    """

    measure: str | None = None
    comparator: str | None = None
    value: Decimal | None = None
    upper_value: Decimal | None = None
    unit_of_measure: str | None = None
    direction: str | None = None
    firmness: str | None = None
    multiplier: Decimal | None = None
    is_fall: bool = False
    is_relative: bool = False
    due_on: date | None = None
    due_text: str | None = None
    unsure: str | None = None
    words: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def doubt(self) -> str | None:
        """Why no light can be given yet; None if the words say all that a light needs."""
        if self.unsure:
            return self.unsure
        if self.multiplier is not None:
            return "multiple"
        if self.measure in ("milestone", "qualitative"):
            return None
        if self.is_fall:
            return "fall"
        if self.value is None:
            return "value"
        if self.is_relative:
            return "change"
        if self.measure is None:
            return "measure"
        return None if self.comparator else "comparator"

    @property
    def state(self) -> str:
        """The state with which its target can start: undefined, watch or active."""
        if self.doubt:
            return "undefined"
        return "watch" if self.measure == "qualitative" else "active"
