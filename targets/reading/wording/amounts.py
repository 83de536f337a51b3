"""The numbers a text names: amounts with their units, places of a ranking, multiples.

Each kind has its pattern, and the next pattern does not see text that an earlier one has taken.
Unreadable digits become an `Amount` without a value: they are never dropped or cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from targets.reading.typed import Refusal, parse_number
from targets.reading.wording.days import BLANK
from targets.reading.wording.words import AFTER, MORE, SPOKEN, UNITS, any_of
from targets.rules.quantities import plain

_ONES = "零一二三四五六七八九"
_CHINESE = "一二两三四五六七八九十百千"
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12}

_APART = r"(?<![0-9.])(?<![0-9],)"  # begins a number of its own
# Points of an assessment, numbers of a list and digits within names are no part of a goal.
_NAMES = re.compile(
    "|".join(
        (
            r"^\s*\(?[0-9]{1,2}[.)、](?![0-9])",
            "倍增(?:计划|工程|行动)|[放摆]在首位",
            r"\((?:权重|分值|满分|计|占)?:?[0-9.]+分\)",
            rf"[“\"]?[0-9{_CHINESE}]+个[“\"]?(?:100%|百分之百|百分百)",  # 六个100%: of a standard
            r"[“\"][1-9][0-9]+[”\"](?=[^,;。、]*(?:行动|工程|计划|战略|体系|机制|模式))",  # “1358”行动
            r"[〔\[(](?:19|20)[0-9]{2}[〕\])]第?[0-9]+号",  # the number of a document
            r"(?:世界|全球|中国|民企|民营|国内|行业)[^,;。、]{0,4}[0-9]+强",
            r"(?:每[^,;。、()]{0,6}|权重|分值|满分|扣减?|加|计)[0-9.]+分(?!钟)",
            r"(?<![A-Za-z])[A-Za-z]++[-.]?[0-9][0-9.]*(?![0-9]*%)",  # PM2.5
            _APART + r"[0-9]+(?:\+[0-9A-Za-z]+)+",  # 1+5+N
            _APART + r"[0-9]+[AGD](?![A-Za-z])级?",  # 5G, 4A级
            _APART + r"[0-9]+(?:热线|千伏|号|级)",
            # 65岁及以上老人, 0—3岁婴幼儿; but 预期寿命达到82岁 is a goal
            _APART + r"[0-9]+(?:[-–—~至到][0-9]+)?(?>周?岁(?:及?以[上下])?)(?=[^\W\d并且和与及的])",
            # 15分钟生活圈, 24小时服务; but 3天内 and 2小时办结 are goals
            _APART + r"[0-9]+(?:分钟|小时|天|日)(?=[^\W\d]{2})(?![以之]?内|以[上下]|左右|办结|完成)",
        )
    )
)
_PENALTY = re.compile(r"(?:扣减?[0-9.]*分|不得分|加[0-9.]+分)(?!钟)")
_CLAUSE = re.compile(r"[^,;。!?\n()]+")

# Atomic, so that no part of 1,2345, 3² or 1+6 is read as a number.
_START = r"(?<![\dA-Za-z.+±×/])(?<!\d,)(?>(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
_DIGITS = _START + r"(?![,.]?\d|[²³½¼¾+×]|/[0-9]++(?!万))"
_SCALE = r"(?:[十百千]?万?亿|[十百千]?万|[百千](?!克|瓦|米|分点|伏))"
_UNITS = any_of(UNITS)
_NO_MANY = {"届", "岁", "度", "点", "分", "期", "课", "道", "条", "级", "位", "年", "倍"}
_MANY = any_of(unit for unit in UNITS if UNITS[unit] != "time" and unit not in _NO_MANY)
_UNIT = rf"(?:{_UNITS})(?:/{_SCALE}?(?:{_UNITS}))?|/[0-9]*万人?"
_SPAN = r" ?[-–—―~至到]{1,2} ?"
# 60条内街 and 8家上下游企业 name things: 内 and 上下 compare only at the end of a phrase.
_END = r"(?=$|[^\w]|[的并且和及与办])"
_AFTER = (
    rf"(?:之间|的?目标|大关)?(?:(?P<after>{any_of(set(AFTER) - {'内', '上下'})}|(?:内|上下){_END}"
    rf"|(?<=日)内|(?<=月)内))?"
)
_NUMBER = rf"(?<!-)(?P<number>{_DIGITS})(?: ?(?P<low>(?:{_SCALE})?(?:{_UNITS})?){_SPAN}(?P<upper>{_DIGITS}))?"
# In words. One or two of another unit are rather part of a name: 一件事, 一张网, 十条措施.
_FEW = (
    rf"(?<![{_CHINESE}万第每其])(?P<number>"
    rf"(?:[{_CHINESE}零]{{1,7}})(?=[个家座所宗项处户倍]|万?亿?元)"
    rf"|[一二两三四五六七八九十][{_CHINESE}零万]{{1,8}}(?:点[{_ONES}]{{1,4}})?(?={_SCALE}?(?:{_MANY})))"
    r"(?P<low>)(?P<upper>(?!))?"
)
_TAIL = rf" ?(?P<scale>{_SCALE})?(?P<more>[{''.join(MORE)}])?(?P<thing>{_UNIT})?(?![A-Za-z十百千])"
UNIT = rf"{_SCALE}?(?:{_UNIT})|{_SCALE}"
_AND = re.compile(" ?[、和及与] ?")
_EVEN = re.compile("[,;、(]?(?:力争|争取|冲刺|努力|奋斗|挑战)(?:目标|达到?|突破|完成|实现)?:?")
_HOLD, _STRIVE = "保坐稳守", "争冲望进夺"
_RANK = rf"[0-9]{{1,3}}|[{_CHINESE}]{{1,3}}"


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount at `start` to `end` of the text; a number without a value could not be read.

    `kind`: number, place, keep (保三争二), times (倍), share (前20%). `comparator` comes from words
    directly at the number: 以上, 多, a range.
    """

    start: int
    end: int
    kind: str
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    comparator: str | None = None
    is_spoken: bool = False  # a Chinese numeral, often part of a name
    is_followed: bool = False  # 以上 or the like comes after it
    places: tuple[tuple[Decimal, bool], ...] = ()  # of `keep`: the place, and whether it is striven for
    is_stretch: bool = False


def without_names(text: str) -> str:
    """Blank out points, penalties and digits within names."""
    return _NAMES.sub(_blanked, _CLAUSE.sub(_without_penalty, text))


def amounts_in(text: str, units: dict[int, str] | None = None) -> tuple[str, list[Amount]]:
    """The text with its amounts blanked out, and the amounts in order.

    `units`: of bare numbers, by where they start.
    """
    found: list[Amount] = []
    for pattern, read in _READERS:

        def take(match: re.Match[str], read: Reader = read) -> str:
            if (amount := read(match)) is None:
                return match[0]
            found.append(amount)
            return _blanked(match)

        text = pattern.sub(take, text)
    found = [replace(each, unit=each.unit or (units or {}).get(each.start, "")) for each in found]
    return text, _with_shared_units(text, sorted(found, key=lambda amount: amount.start))


def _with_shared_units(text: str, amounts: list[Amount]) -> list[Amount]:
    """提高1.5个和2个百分点; 达到28亿元，力争30: a unit said once for two numbers."""
    for place, (one, two) in enumerate(pairwise(amounts)):
        between = text[one.end : two.start]
        if _AND.fullmatch(between) and two.unit and (
            not one.unit or (one.unit == "个" and two.unit == "个百分点")
        ):  # fmt: skip
            amounts[place] = replace(one, unit=two.unit)
        elif not two.unit and one.unit and _EVEN.fullmatch(between):
            amounts[place + 1] = replace(two, unit=amounts[place].unit)
    return amounts


def numeral(words: str) -> Decimal | None:
    """Digits or Chinese numerals, 三十五点五; None for a number that no field can hold."""
    if not words.isascii():
        whole, _, rest = words.partition("点")
        value = _of_characters(whole)
        digits = "".join(str(_ONES.index(character)) for character in rest)
        return value if value is None or not rest else value + Decimal(f"0.{digits}")
    try:
        return parse_number(words)
    except Refusal:
        return None


Reader = Callable[[re.Match[str]], Amount | None]


def _without_penalty(clause: re.Match[str]) -> str:
    return _blanked(clause) if _PENALTY.search(clause[0]) else clause[0]


def _blanked(match: re.Match[str]) -> str:
    return BLANK * len(match[0])


def _of_characters(words: str) -> Decimal | None:
    total, below, ones = 0, 0, 0  # below: of the ten thousand that is being read
    for character in words.replace("两", "二"):
        if character in _ONES:
            if ones:
                return None  # 一二三 is a list, no number
            ones = _ONES.index(character)
        elif character == "万":
            total, below, ones = (below + ones) * 10**4, 0, 0
        else:
            below += (ones or 1) * _SCALES[character]
            ones = 0
    return Decimal(total + below + ones) if total + below + ones else None


def _keep(match: re.Match[str]) -> Amount:
    pairs = [(numeral(found[2]), found[1] in _STRIVE) for found in _PAIR.finditer(match[0])]
    places = tuple((place, is_stretch) for place, is_stretch in pairs if place)
    return Amount(*match.span(), "keep", unit="位", places=places)


def _place(match: re.Match[str]) -> Amount:
    return Amount(*match.span(), "place", numeral(match["place"]), unit="位")


def _share(match: re.Match[str]) -> Amount:
    return Amount(*match.span(), "share")


def _spoken(match: re.Match[str]) -> Amount:
    kind, _, digits = SPOKEN[match[0]].partition("_")
    kind, unit = {"place": ("place", "位"), "value": ("first", ""), "times": ("times", "倍")}[kind]
    comparator = None if kind == "place" else "gte"
    return Amount(
        *match.span(), kind, Decimal(digits), unit=unit, comparator=comparator, is_stretch=kind == "times"
    )


def _hundredths(match: re.Match[str]) -> Amount:
    value = numeral(match["hundredths"])
    return Amount(*match.span(), "number", value, None, "%", AFTER.get(match["after"] or ""))


def _tenths(match: re.Match[str]) -> Amount:
    value = numeral(match["tenths"])
    value = value and value * 10 + (5 if match["half"] else 0)
    return Amount(*match.span(), "number", value, None, "%", AFTER.get(match["after"] or ""))


def _part(match: re.Match[str]) -> Amount:
    """四分之三 is 75%; a third has no exact figure, so a person is asked."""
    of, part = numeral(match["of"]), numeral(match["part"])
    value = part / of * 100 if part and of else None
    if value is None or value != value.quantize(Decimal("0.01")):
        return Amount(*match.span(), "number")
    return Amount(*match.span(), "number", numeral(plain(value)), None, "%", AFTER.get(match["after"] or ""))


def _half(match: re.Match[str]) -> Amount:
    return Amount(*match.span(), "number", Decimal(50), None, "%", "gt")


def _compound(match: re.Match[str]) -> Amount:
    """3亿6000万元 is 3.6亿元."""
    major, minor = numeral(match["major"]), numeral(match["minor"])
    big, small = _SCALES[match["big"]], _scale(match["small"])
    if major is None or minor is None or minor * small >= big:
        return Amount(*match.span(), "number")
    value = numeral(plain(major + minor * small / big))
    unit = match["big"] + (match["thing"] or "")
    after = AFTER.get(match["after"] or "")
    return Amount(*match.span(), "number", value, None, unit, after, is_followed=bool(after))


def _number(match: re.Match[str]) -> Amount | None:
    thing, scale = match["thing"] or "", match["scale"] or ""
    value, scale = _scaled(numeral(match["number"]), scale)
    unit, upper = scale + thing, None
    comparator = AFTER.get(match["after"] or "") or MORE.get(match["more"] or "")
    if match["upper"]:
        upper, _ = _scaled(numeral(match["upper"]), match["scale"] or "")
        value = _lower(numeral(match["number"]), match["low"] or "", unit)
        comparator = "between"
        if value is None or upper is None or thing == "倍":
            value = upper = None
        else:
            value, upper = min(value, upper), max(value, upper)
    kind = "times" if thing == "倍" else "number"
    is_spoken = not match["number"].isascii()
    return Amount(
        *match.span(), kind, value, upper, unit, comparator, is_spoken, bool(match["after"]),
        is_stretch=match["after"] == "迈进",
    )  # fmt: skip


def _scaled(value: Decimal | None, scale: str) -> tuple[Decimal | None, str]:
    """2千万 is 2000万, 5千 is 5000."""
    for name in "十百千":
        if value is not None and scale.startswith(name):
            return numeral(plain(value * _SCALES[name])), scale.removeprefix(name)
    return value, scale


def _lower(value: Decimal | None, said: str, unit: str) -> Decimal | None:
    """The lower end in the unit of the upper one: 8000万元至1亿元, 4.5%至5%, 1.2万—1.5万户."""
    if value is None or not said or unit.startswith(said):
        return value
    big, small = _split(unit), _split(said)
    if small[1] not in ("", big[1]) or not big[0] or not small[0]:
        return None
    return numeral(plain(value * _SCALES[small[0]] / _SCALES[big[0]]))


def _split(unit: str) -> tuple[str, str]:
    scale = next((name for name in ("万亿", "亿", "万") if unit.startswith(name)), "")
    return scale, unit.removeprefix(scale)


def _scale(words: str | None) -> int:
    result = 1
    for character in words or "":
        result *= _SCALES[character]
    return result


def _unread(match: re.Match[str]) -> Amount:
    return Amount(*match.span(), "number")


_PAIR = re.compile(rf"([{_HOLD}{_STRIVE}])({_RANK})")
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+)?:[0-9]+(?:\.[0-9]+)?(?![0-9.])"), _unread),  # 2.6:1
    (re.compile(rf"(?:[{_HOLD}](?:{_RANK})[、,]?[{_STRIVE}](?:{_RANK})|[{_STRIVE}](?:{_RANK})[、,]?[{_HOLD}](?:{_RANK}))"
                rf"(?:[{_STRIVE}](?:{_RANK}))?(?=$|\W)"), _keep),
    (re.compile(rf"前(?:[0-9.]+ ?[%]|百分之[{_CHINESE}]+|[{_CHINESE}]分之[{_CHINESE}])"), _share),
    (re.compile(
        r"(?:(?<![目以此先空之提年底节面])前|(?<=[\w:：])第|第(?=[^,;。]{1,3}[位名强])|^第(?=[^,;。]{1,3}$))"
        rf"(?P<place>{_RANK})(?:[位名强]|(?=$|[^\w%]|行列|的|之列|以内))(?:行列|之列|以内|水平)?(?=$|[^\w]|[的并且和及与])"
    ), _place),
    (re.compile(any_of(SPOKEN)), _spoken),
    (re.compile(rf"百分之(?P<hundredths>{_DIGITS}|[{_CHINESE}零]{{1,5}}(?:点[{_ONES}]{{1,4}})?){_AFTER}"),
     _hundredths),
    (re.compile(rf"(?P<of>[二三四五六七八九十])分之(?P<part>[一二两三四五六七八九]){_AFTER}"), _part),
    (re.compile("(?<=[率比重例度])(?:过半数?|超过?半数?)"), _half),
    (re.compile(rf"(?<![0-9{_CHINESE}])(?P<tenths>[1-9]|[一二两三四五六七八九])成(?P<half>半)?(?=$|[^\w]|以)"
                rf"{_AFTER}"), _tenths),
    (re.compile(rf"(?P<major>{_START})(?P<big>万亿|亿|万)(?P<minor>[0-9]+(?:\.[0-9]+)?)"
                rf"(?P<small>[十百千]?万|[百千])?(?P<thing>{_UNITS})?{_AFTER}"), _compound),
    (re.compile(_NUMBER + _TAIL + _AFTER), _number),
    (re.compile(_FEW + _TAIL + _AFTER), _number),
    (re.compile(r"[0-9][0-9.,]*(?:[+×/][0-9.]+)*"), _unread),
)  # fmt: skip
