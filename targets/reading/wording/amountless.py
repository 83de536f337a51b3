"""Items that promise something without an amount of their own: no fewer than last year, none at all."""

from __future__ import annotations

import re
from typing import NamedTuple

from targets.reading.wording.amounts import numeral
from targets.reading.wording.parts import Item, Word
from targets.reading.wording.reading import Reading
from targets.reading.wording.saying import EFFECT, SOFT
from targets.reading.wording.words import EACH, HAPPENINGS, ON_CONDITION, VAGUE

_EACH_COUNT = re.compile(
    r"(?P<number>[0-9]+|[一二两三四五六七八九十]+)(?P<unit>次|场|期|个|家|件|名|人|户|处|项)"
)
_EVENT = (
    "事故|事件|案件|火灾|火情|火点|伤亡|死亡|疫情|中毒|溺水|上访|返贫|非访|舆情|感染|灾害|欠薪|违建"
    "|投诉|信访|登记|越级访|集访|命案|亡人"
)
_ENDS_IN_EVENT = re.compile(rf"(?:{_EVENT})的?(?:发生)?\W*$")
_HAS_EVENT = re.compile(rf"{_EVENT}|零发生")
_PEOPLE = re.compile("人数|人员伤亡|伤亡人员")
# 完成上级下达的任务: how much stands in another paper.
_SET_ELSEWHERE = re.compile(
    "完成[^,;。]{0,8}(?:下达|年度|全年|既定|各项|交办)[^,;。]{0,14}(?:任务|指标|目标|计划)数?$"
)
_BEFORE = re.compile(r"^\W*在?(?:去年|上年度?|过去)|基础上\W*$")
_ONLY_UP = re.compile("只增不减|有增无减|稳中有增")
_ONLY_DOWN = re.compile("只减不增|有减无增|稳中有降|不升反降|[双三]下降|双降|只降不升")
_ALONE = ("突破", "超出", "至少", "起码", "至多", "最多", "没有突破", "未突破", "达到或超过")


class Against(NamedTuple):
    start: int
    reading: Reading


def against(item: Item) -> Against | None:
    """A promise relative to last year or to others, without a number of its own: 不低于上年."""
    for pattern, side in ((_ONLY_UP, "gte"), (_ONLY_DOWN, "lte")):
        if way := pattern.search(item.text, item.start, item.end):
            return Against(way.start(), Reading(None, side, is_relative=True, unsure="against"))
    references = item.roles("reference")
    is_past = any(word.roles["reference"] == "past" for word in references)
    same = item.roles("same")
    is_said = references or "与" in item.text[item.start : same[0].start] if same else False
    if same and (is_said or same[0].roles["same"] == "same"):
        start = min(word.start for word in [*same, *references])
        return Against(start, Reading(is_relative=is_past, unsure="against"))
    for word in item.words:
        comparator = word.roles.get("than") if word.text not in _ALONE else None
        behind = _behind(item, word)
        if comparator and behind and not _starts_with_deed(item, word):
            return Against(word.start, Reading(None, comparator, is_relative=is_past, unsure="against"))
        is_level = "level" in word.roles and not any(each.start >= word.end for each in item.amounts)
        if (
            is_level
            and not item.roles("place")
            and any(0 <= each.start - word.end <= 1 for each in references)
        ):
            level = None if word.roles["level"] == "keep" else word.roles["level"]
            return Against(word.start, Reading(None, level, is_relative=is_past, unsure="against"))
    return None


def _behind(item: Item, word: Word) -> str:
    """The words between a comparison and the amount behind it; of a place, 全区 says among whom."""
    following = next((amount for amount in item.amounts if amount.start >= word.end), None)
    end = following.start if following else item.end
    if following and following.kind == "place" and _is_said_by(item, word.end, end):
        return ""
    return item.text[word.end : end].strip(SOFT + "约")


def _is_said_by(item: Item, start: int, end: int) -> bool:
    """Whether nothing but references to others stands there."""
    return sum(each.end - each.start for each in item.roles("reference", start, end)) == end - start


def _starts_with_deed(item: Item, word: Word) -> bool:
    return any({"deed", "added"} & each.roles.keys() and each.start - word.end <= 1
               for each in item.words if each.start >= word.end)  # fmt: skip


def none_at_all(item: Item) -> Reading | None:
    """零发生, 杜绝…事故: at most 0. An open 清零 is unsure, so that a person is asked."""
    found = item.roles("zero")
    if not found:
        return None
    word, text = found[-1].text, item.text[item.start : item.end]
    if word in ("防止", "避免", "杜绝") and not _ENDS_IN_EVENT.search(text):
        is_goal = word == "杜绝" or not item.roles("soft")
        return Reading(None, "lte", unsure="zero") if is_goal else None
    if not word.startswith("零") and (not _HAS_EVENT.search(text) or word == "清零"):
        return Reading(None, "lte", unsure="zero")
    unit = "人" if word == "为零" and _PEOPLE.search(text) else "起"
    return Reading("flow", "lte", numeral("0"), unit_of_measure=unit)


def each_without_digits(item: Item) -> Reading | None:
    """每半年召开一次会议."""
    place = item.text.find(EACH, item.start, item.end)
    found = _EACH_COUNT.search(item.text, place, item.end) if place >= 0 else None
    if not found:
        return None
    return Reading(
        "flow" if found["unit"] in HAPPENINGS else None, unit_of_measure=found["unit"], unsure="each"
    )


def is_set_elsewhere(item: Item) -> bool:
    """Whether the amount is named, but in another paper: 完成区下达的造林任务."""
    return bool(_SET_ELSEWHERE.search(item.text[item.start : item.end]))


def is_before(item: Item) -> bool:
    """Whether it tells what was before, or what is built upon: 去年完成3.2亿元, 在新增9家的基础上."""
    text = item.text[item.start : item.end]
    return bool(item.past and not item.deadlines) or bool(_BEFORE.search(text))


def depends(item: Item) -> bool:
    """Whether it is left open if and when it is done: 条件成熟后开工, 建成后新增床位200张."""
    if (after := EFFECT.search(item.text, item.start, item.end)) and not item.roles("node", after.end()):
        return True
    return any(words in item.text[item.start : item.end] for words in ON_CONDITION)


def is_only_vague(item: Item) -> bool:
    """Whether the words are too vague for a node, even if dated: 6月底前进一步改善环境."""
    return any(word.text in VAGUE for word in item.roles("soft"))
