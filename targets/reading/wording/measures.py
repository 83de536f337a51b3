"""The measure of a number: cumulative over the year, at a point in time, or a rate."""

from __future__ import annotations

import re

from targets.reading.wording.days import BLANK
from targets.reading.wording.reading import Reading
from targets.reading.wording.saying import SOFT, Saying
from targets.reading.wording.words import (
    HAPPENINGS,
    KEEPS,
    LASTING,
    LEVEL_UNITS,
    OF_MONEY,
    RATES,
    RISES_TO,
    STANDING_MONEY,
    TIME_WORDS,
    UNITS,
)  # fmt: skip
from targets.rules.quantities import PERCENT, is_money

# averages: over a year, or at a point in time?
_MEANS = re.compile("[村户人亩]均|(?:万元|百元|单位)(?:GDP|地区生产总值|工业增加值|产值|面积)")

# 培训基地达到5个: those there are, or those of the year?
_STANDS = re.compile(
    "(?:基地|站|站点|中心|机构|单位|床位|平台|组织|场所|网点|公园|景区)数?(?:达到?|突破|超过?)$"
)

# 收入50万元以上的村达到两成, 压缩至法定时限的30%: a share of them
_OF_THOSE = re.compile(rf"[{BLANK}上下限]的[^,;。、]{{0,8}}$")


def measure_of(
    said: Saying,
    goes_on: Reading | None,
    last: Reading | None,
    has_deed: bool,
    before: Saying | None = None,
    is_part: bool = False,
) -> tuple[str | None, bool]:
    """The measure, None if the words do not say it, and whether the words leave no doubt.

    `goes_on`: the promise whose words this one continues; `last`: the one before in its sentence;
    `has_deed`: a verb earlier in the enumeration serves it too; `before`: the amount before in its sentence;
    `is_part`: 其中 stands before it in its clause.
    """
    unit = said.amount.unit
    if unit in RATES or (said.words("share") and (not unit or unit.startswith("/"))):
        return _of_rate(said, goes_on)
    if unit.endswith("百分点"):
        shares = said.words("share")
        if not shares and last and last.measure == "ratio":
            return "ratio", True
        return (shares[-1].roles["share"] if shares else None), True
    measure = _of_quantity(said, goes_on, last, has_deed, is_part)
    if measure is None and goes_on and before and goes_on.measure == "growth" and not said.change():
        # 税收增长5%，达到3.2亿元: of the same thing
        known = _by_noun(before, is_money(said.unit()))
        measure = None if known == "?" else known
    return measure, True


def _of_rate(said: Saying, goes_on: Reading | None) -> tuple[str | None, bool]:
    shares, changes = said.words("share"), said.words("change")
    if (
        shares
        and not (said.change() and not changes)
        and (not changes or shares[-1].start > changes[-1].start)
    ):
        # 提高办结率5%: by five, or to five?
        return "ratio", not changes or said.is_led_to()
    if changes:
        # 上线率提高2%: of itself, or by two points?
        rises = bool(shares) and shares[-1].end == changes[-1].start and changes[-1].roles["change"] == "up"
        return "growth", not rises
    if said.change():
        return "growth", True
    if goes_on and (goes_on.unit_of_measure in RATES or goes_on.measure == "ratio"):
        return goes_on.measure, True
    return ("ratio" if said.is_led_to() and _OF_THOSE.search(said.head) else None), True


def _of_quantity(
    said: Saying, goes_on: Reading | None, last: Reading | None, has_deed: bool, is_part: bool
) -> str | None:
    unit = said.amount.unit
    if said.change() and unit not in PERCENT:
        return None
    if said.words("added"):
        return "flow"
    if unit == "分":
        return "stock" if said.is_score() else None
    if _is_a_rate(said):
        return None
    if said.amount.kind == "first":
        return "flow"  # 零的突破
    kind = UNITS.get(unit.lstrip("万亿"))
    if kind == "time":
        return (
            "stock"
            if any(word.text in TIME_WORDS or word.text in LASTING for word in said.words("total"))
            else None
        )
    if unit.lstrip("万亿") in HAPPENINGS:
        return "flow"
    if said.is_per_head():
        return "stock"
    if known := _by_noun(said, is_money(said.unit())):
        return None if known == "?" else known
    if "累计" in said.head:
        return ("stock" if last and last.measure == "flow" else None) if said.is_led_to() else "flow"
    if known := _by_level(said, has_deed):
        return None if known == "?" else known
    if said.has_deed() or has_deed:
        return "flow"
    if said.words("event") and said.comparator() in ("lte", "lt"):
        return "flow"
    if goes_on or (last and is_part) or (last and said.item.opens == "bracket"):
        before = goes_on or last
        is_alike = before is not None and before.unit_of_measure not in RATES
        return before.measure if before and is_alike and before.measure in ("flow", "stock") else None
    return None


def _is_a_rate(said: Saying) -> bool:
    """Whether the number is a rate despite its unit: 万人发案率30起."""
    nouns = [word for role in ("share", "total", "sum", "deed") for word in said.words(role)]
    return bool(nouns) and "share" in max(nouns, key=lambda word: word.start).roles


def _by_noun(said: Saying, money: bool) -> str | None:
    """税收, 产量 are cumulative, 余额, 保有量 are levels; the last noun decides. ?: both are possible."""
    if _MEANS.search(said.item.text, said.after, said.amount.start) and "/" not in said.amount.unit:
        lasts = any(word.text in LASTING and said.ends_with(word) for word in said.words("total"))
        return "stock" if lasts else "?"
    sums = [word for word in said.words("sum") if money or word.text not in OF_MONEY]
    totals = [word for word in said.words("total") if not money or word.text in STANDING_MONEY]
    totals = [word for word in totals if word.text not in TIME_WORDS and said.ends_with(word)]
    if totals and said.words("event") and totals[-1].text not in LASTING:
        return "flow"  # 事故死亡人数: counted as they happen
    if totals and (not sums or totals[-1].start > sums[-1].start):
        is_open = said.has_deed() and totals[-1].text not in LASTING
        return "?" if is_open else "stock"
    return "flow" if sums else None


def _by_level(said: Saying, has_deed: bool) -> str | None:
    """企业达到20家 is a level; 招引企业达到20家 may count those of the year. ?: both are possible."""
    levels = [word for role in ("level", "than", "touching") for word in said.words(role)]
    levels = [word for word in levels if "touching" not in word.roles or said.touches(word)]
    if any(word.text in KEEPS or word.text in RISES_TO for word in levels):
        return "stock"
    is_reached = any(word.text in ("达", "达到", "达到或超过", "突破", "超", "超过") for word in levels)
    if is_reached and _STANDS.search(said.head.rstrip(SOFT)):
        return "?"
    if is_reached and said.amount.unit.endswith(LEVEL_UNITS):
        return "?" if said.has_deed() or has_deed else "stock"
    return None
