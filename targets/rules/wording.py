"""What a goal says in the offices' own words: a reading for a person to confirm, never a decision.

The tables come first, so that correcting a word is a change of one line. In each the longest word
wins; None marks a word that only stops a shorter one (率先 is no 率). Which words include the number
follows the Civil Code of China, art. 1259.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from targets.rules.direction import direction_of
from targets.rules.quantities import PERCENT, Refusal, is_money, parse_day, parse_number, parse_period
from targets.rules.sides import HIGHER, LOWER, ONE_SIDED

Table = Mapping[str, str | None]


def _table(**words: str) -> Table:
    """`meaning="word word"` as word → meaning; the words under `none` mean nothing."""
    return {word: None if to == "none" else to for to, listed in words.items() for word in listed.split()}


# Right before the number; anywhere before it; right after its unit.
TOUCHING = _table(gte="达 ≥", gt="超 突破 >", lte="不超 ≤", lt="不足 不满 <", approx="约 大约")
BEFORE = _table(
    gte="达到 达到或超过 完成 实现 不少于 不低于 不小于 至少 保持在 稳定在 维持在 冲击 冲刺 挑战 "
    "提高到 提高至 提升到 提升至 增加到 增加至 增长到 增长至 增至 扩大到 发展到",
    gt="超过 超出 高于 多于 大于 快于",
    lte="不超过 不得超过 不高于 不多于 不大于 不突破 不得突破 控制在 压缩到 压缩至 压减到 压减至 "
    "降低到 降低至 下降到 下降至 减少到 减少至 降到 降至",
    lt="低于 少于 小于",
    none="完成率",
)
AFTER = _table(gte="以上 及以上 迈进", gt="以外", lte="以下 以内 之内 内", approx="左右 上下")
MORE = _table(gt="多 余")  # 400多家
FIRMNESS = _table(
    binding="确保 必保 坚决 务必 必须 保证",
    expected="计划 预计 预期 推动 助推",
    stretch="力争 争取 努力 冲击 冲刺 挑战 迈进 奋斗",
    none="保证金 倍增计划",
)
OF_PERCENT = _table(
    growth="增长 增长率 增速 增幅 增加 上升 提高 提升 下降 降低 减少 压减 降幅",
    ratio="率 占比 比重 比例 满意度",
    none="率先 率领 增加值 增长到 增长至 增加到 增加至 上升到 上升至 提高到 提高至 提升到 提升至 "
    "下降到 下降至 降低到 降低至 减少到 减少至 压减到 压减至",
)
FALLS = {"下降", "降低", "减少", "压减", "降幅"}
FLOW = _table(flow="新增 净增 累计 新建 新培育 新引进")
STOCK = _table(stock="数量 总数 总量 保有量 存量 保持在 稳定在 维持在")
LEVEL = _table(stock="达 达到 达到或超过 突破 超 超过 增加到 增至 发展到")  # 达N家: of LEVEL_UNITS only
LEVEL_UNITS = ("家", "户")
MONEY = _table(flow="产值 增加值 生产总值 收入 税收 投资 零售额 零售总额 进出口")
NODES = _table(
    milestone="建成 竣工 完工 封顶 开工 投用 投产 投入使用 交付 通车 验收 完成", none="建成区 完成率"
)
# A number of these is counted over the year.
DEEDS = {
    **_table(flow="改造 建设 开发 整治 培育 引进 招引 盘活", none="建设用地"),
    **{word: measure and "flow" for word, measure in NODES.items()},
}
IN_WORDS = _table(qualitative="推进 加强 改善 前列 提升 启动 深化 深入 强化 优化 完善 抓好 开展 布局 大力")
WITHOUT_DIGITS = _table(
    rank_1="领跑 首位 榜首",
    value_1="零的突破 零”的突破 零突破",
    multiplier_2="翻番 翻一番 倍增",
    multiplier_4="翻两番",
    none="放在首位 摆在首位 倍增计划 倍增工程 倍增行动",
)
ALSO_SAID: dict[str, dict[str, str]] = {
    "rank": {"measure": "rank", "comparator": "lte", "unit_of_measure": "位"},
    "value": {"comparator": "gte"},
    "multiplier": {"comparator": "gte", "firmness": "stretch"},
}
UNITS = _table(
    counted="家 户 个 项 宗 人 名 位 件 条 座 所 处 台 套 辆 张 场 次 批 起 例 株 棵 只 头 支 间 栋 幢 种",
    measured="% ‰ 个百分点 百分点 倍 元 美元 亩 公顷 平方米 平方公里 立方米 公里 千米 米 吨 公斤 千瓦时 "
    "千瓦 兆瓦 微克 人次 分 km kW MW ㎡",
    time="个月 个工作日 工作日 小时 分钟 天 日",  # 24小时服务 promises no number
)
HOLDERS = ("的", "企业", "项目", "产业", "集群", "园区", "村", "镇")  # 超10亿元企业9家: the goal is 9
STILL_THE_GOAL = ("任务", "目标", "的任务", "的目标", "大关", "并", "且", "和", "及", "与")

_LONGEST = 2000
_SOFT = ' \0“"('  # may stand between a word and its number
# One character for one: places in the folded text are places in the phrase.
_FOLD = str.maketrans(
    "０１２３４５６７８９％．，；（）－−～〜！？＋\u3000\u00a0\t", "0123456789%.,;()--~~!?+   "
)


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_ONES = ("", *"一二三四五六七八九")
_NUMERALS = {
    (_ONES[tens] if tens > 1 else "") + ("十" if tens else "") + _ONES[ones]: Decimal(10 * tens + ones)
    for tens in range(10)
    for ones in range(10)
} | {"两": Decimal(2)}
_CHINESE = "一二三四五六七八九十两"
_MONTHS = {"一": 3, "1": 3, "二": 6, "2": 6, "三": 9, "3": 9, "上": 6}
_BREAK = re.compile(r"[;。!?\n、]|(?<![0-9]),|,(?![0-9])")
_SPAN = r" ?[-–—―~至到]{1,2} ?"
_YEAR = r"(?:19|20|21)[0-9]{2}"
_DUE = re.compile(
    # 比2024年增长: a year to compare with is no deadline.
    rf"(?P<since>(?:(?<=[比较])|(?<=[高低]于)|(?<=超过)){_YEAR}年[底末]?"
    rf"|到?{_YEAR}年[底末]?(?=基础上|水平|的[0-9一两二三]))"
    r"|(?:到|至|截至)?(?<![0-9.])(?:"
    rf"(?P<day>{_YEAR}(?P<sep>[-/.])[0-9]{{1,2}}(?P=sep)[0-9]{{1,2}}(?![0-9%]))"
    rf"|(?P<vague>[0-9{_CHINESE}]{{1,2}}年(?:之?内|时间))"
    rf"|(?P<year>(?:{_YEAR}年?{_SPAN})?(?P<digits>{_YEAR})年度?|今年|本年度?|当年|(?P<next>明年))?"
    rf"(?P<part>(?:[0-9]{{1,2}}月?{_SPAN})?(?P<month>[0-9]{{1,2}})月份?"
    r"(?:(?P<date>[0-9]{1,2})[日号]|(?P<early>[上中]旬|初)|下旬|[底末])?"
    r"|[前第]?(?P<quarter>[一二三四1-4])季度[末底]?|(?P<half>[上下])半年|全年|年[底末内]|(?<=[年度])[底末])?"
    r")(?P<before>之?前|以前)?"
)
_DIGITS = (  # Atomic: of 1,2345 no part is a number. PM2.5, 5G and 1+6 are names.
    r"(?<![\dA-Za-z.+×])(?<!\d,)(?>(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)"
    r"(?![,.]?\d|[²³½¼¾+×])"
)
_FEW = rf"(?<![{_CHINESE}百千万第每])[{_CHINESE}]{{1,3}}(?=[个家座所宗项处户倍])"
_SCALE = r"(?:[十百千]?万?亿|[十百千]?万)"
_AMOUNT = re.compile(
    r"(?:(?:(?<![目以此先空之提年底节面])前|(?<=\w)第|第(?=.{1,3}[位名强]))"
    rf"(?P<rank>[0-9]{{1,3}}|[{_CHINESE}]{{1,3}})"
    r"(?:[位名强]|(?=$|[^\w%]|行列|的))"
    rf"|(?P<spoken>{_any(WITHOUT_DIGITS)})"
    rf"|(?<!-)(?P<range>(?P<number>{_DIGITS}|{_FEW})"
    rf"(?: ?(?P<low>{_SCALE}?(?:{_any(UNITS)})?){_SPAN}(?P<upper>{_DIGITS}))?)"
    rf" ?(?P<unit>{_SCALE}?(?P<more>[多余])?(?P<thing>(?:{_any(UNITS)})(?:/(?:{_any(UNITS)}))?)?)"
    rf"(?![A-Za-z十百千]))(?:(?:的?目标|大关)?(?P<after>{_any(AFTER)}))?"
)
_BENCHMARK = re.compile(r"(?:不?[高低]于|快于|超过)(?=[^,;。]{0,12}(?:平均|水平))")


@dataclass(frozen=True, slots=True)
class Clue:
    """`words`, at `start` to `end` of the phrase, led to `meaning` in the reading's `field`."""

    field: str
    meaning: Any
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One promise as worded; None where the words do not say.

    `multiplier`: so many times the baseline. `is_fall`: comparator and value speak of the decrease
    (下降3%以上 is a fall of at least 3). `due_text` without `due_on` names no certain day.
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
    due_on: date | None = None
    due_text: str | None = None
    clues: tuple[Clue, ...] = ()


class _Item(NamedTuple):
    """One part of an enumeration in the folded text, and where its clause and sentence begin."""

    text: str
    start: int
    end: int
    clause: int
    sentence: int

    def find(self, table: Table, start: int, end: int, *, field: str = "measure") -> list[Clue]:
        found = _pattern(tuple(table)).finditer(self.text, start, end)
        return [Clue(field, table[word[0]], word[0], *word.span()) for word in found if table[word[0]]]

    def touches(self, clue: Clue, start: int) -> bool:
        return not self.text[clue.end : start].strip(_SOFT)


def read(words: str, *, year: int | None = None) -> Reading | None:
    """The first promise in `words`; None when nothing in them is known. See `read_all`."""
    return next(iter(read_all(words, year=year)), None)


def read_all(words: str, *, year: int | None = None) -> list[Reading]:
    """Every promise in `words`, in order; `year`, the plan's, dates the deadlines that name none.

    A text of more than 2000 characters is a page, not a phrase: nothing is read.
    """
    if len(words) > _LONGEST:
        return []
    text, deadlines = _without_deadlines(words.translate(_FOLD), year)
    promises = [(item, clues) for item in _items(text) for clues in _promises(item)]
    if not promises:
        whole = _Item(text, 0, len(text), 0, 0)
        promises = [(whole, whole.find(IN_WORDS, 0, len(text))[:1])]
    readings = []
    for item, clues in promises:
        # With a number, the words before it count: in 增长6%、力争7% only the 7 is stretch.
        counts = any(clue.field in ("value", "multiplier") for clue in clues)
        end = max(clue.end for clue in clues) if counts else item.end
        due = [clue for clue in deadlines if item.sentence <= clue.start < end][-1:]
        due = due or [clue for clue in deadlines if end <= clue.start < item.end][:1]
        if clues := [*clues, *_firmness(item, end), *due]:
            said = {clue.field: clue for clue in clues}  # the later about a field is the stronger
            told = {name: clue.meaning for name, clue in said.items()}
            ordered = sorted(said.values(), key=lambda clue: clue.start)
            reading = Reading(**told, due_text=due[0].words if due else None, clues=tuple(ordered))
            readings.append(replace(reading, direction=_direction(reading, text[item.clause : item.end])))
    return readings


def _direction(reading: Reading, words: str) -> str | None:
    """Which figures as filed are better; a fall is filed as the fall, so more of it is."""
    if reading.measure == "rank":
        return LOWER
    if reading.comparator is None or reading.is_fall:
        return reading.comparator and HIGHER
    return ONE_SIDED.get(reading.comparator) or direction_of(words)


def _promises(item: _Item) -> list[list[Clue]]:
    amounts, promises, since = [*_AMOUNT.finditer(item.text, item.start, item.end)], [], item.start
    for amount in amounts:
        followed = amount is not amounts[-1]
        if not _is_beside(item, amount, followed=followed):
            # A verb between two numbers is the second's.
            part = item._replace(end=amount.end()) if followed else item
            promises.append(_quantity(part, since, amount) if amount["number"] else _spoken(amount))
        since = amount.end()
    if any(promises):
        return [clues for clues in promises if clues]
    if nodes := item.find(NODES, item.start, item.end):
        return [nodes[-1:]]
    if benchmark := _BENCHMARK.search(item.text, item.start, item.end):
        comparator = item.find(BEFORE, *benchmark.span(), field="comparator")
        return [[*item.find(OF_PERCENT, item.start, benchmark.start())[-1:], *comparator]]
    return []


def _is_beside(item: _Item, amount: re.Match[str], *, followed: bool) -> bool:
    """Whether the number only describes a thing: 完成约1.46公顷…开发, 超10亿元企业9家."""
    head = item.text[item.start : amount.start()].rstrip(" 约\0")
    tail = item.text[amount.end() : item.end]
    if head.endswith(("从", "由")):
        return True
    if not amount["thing"] or UNITS.get(amount["thing"]) == "counted":
        return False
    if head.endswith(("对", "将", "把")) or (followed and tail.startswith(HOLDERS)):
        return True
    is_touched = head.endswith((*TOUCHING, *BEFORE, *NODES)) or tail.startswith(STILL_THE_GOAL)
    return tail[:1].isalpha() and not is_touched and bool(item.find(NODES, item.start, item.end))


def _spoken(amount: re.Match[str]) -> list[Clue]:
    """A place in a ranking, or a number said without one: 领跑, 翻一番, 零的突破."""
    said = f"rank_{amount['rank']}" if amount["rank"] else WITHOUT_DIGITS[amount["spoken"]] or "_"
    kind, _, words = said.partition("_")
    if number := _numeral(words):
        told = {**ALSO_SAID[kind], "value" if kind == "rank" else kind: number}
        return [_clue(field, meaning, 0, amount) for field, meaning in told.items()]
    return []


def _quantity(item: _Item, since: int, amount: re.Match[str]) -> list[Clue]:
    """What is said of one number; nothing when it is part of a name or names no goal."""
    start, unit = amount.start(), amount["unit"].replace(amount["more"] or "\0", "")
    change = item.find(OF_PERCENT, since, start)[-1:]
    falls = [replace(clue, field="is_fall", meaning=True) for clue in change if clue.words in FALLS]
    comparator = _comparator(item, since, amount)
    measure = change if unit in PERCENT else _measure(item, amount, unit, comparator)
    grows = [clue for clue in change if clue.meaning == "growth"]
    if not comparator:  # 新增30家、增长6%、力争20亿元 promise no less
        does = [clue for clue in measure if clue.words in {**FLOW, **DEEDS}]
        does = does or grows or item.find(FIRMNESS, item.start, start)[-1:]
        comparator = [replace(clue, field="comparator", meaning="gte") for clue in does[:1]]
    is_weak = UNITS.get(amount["thing"]) == "time" or not amount["number"].isascii()
    is_named = bool(unit) or any(item.touches(clue, start) for clue in comparator)
    if not (comparator or measure if is_weak else is_named):
        return []
    values = [(_numeral(amount[group]), group) for group in ("number", "upper") if amount[group]]
    known = sorted((value, group) for value, group in values if value is not None)
    if amount["upper"]:
        if len(known) < 2 or unit == "倍" or not unit.startswith(amount["low"]):
            return []
        comparator = [_clue("comparator", "between", "range", amount)]
    if unit == "倍":  # 增长1.5倍 reaches 2.5 times
        times = [value + len(grows) for value, _ in known if value < 1000 and not falls]
        return [*comparator, _clue("multiplier", times[0], "number", amount)] if times else []
    fields = ("value", "upper_value")
    numbers = [_clue(field, *found, amount) for field, found in zip(fields, known, strict=False)]
    units = [_clue("unit_of_measure", unit, "unit", amount)] if unit else []
    return [*measure, *falls, *comparator, *numbers, *units]


def _comparator(item: _Item, since: int, amount: re.Match[str]) -> list[Clue]:
    for group, table in (("after", AFTER), ("more", MORE)):
        if amount[group]:
            return item.find(table, *amount.span(group), field="comparator")
    found = item.find({**BEFORE, **TOUCHING}, since, amount.start(), field="comparator")
    return [clue for clue in found if clue.words in BEFORE or item.touches(clue, amount.start())][-1:]


def _measure(item: _Item, amount: re.Match[str], unit: str, comparator: list[Clue]) -> list[Clue]:
    """The nearest word of the first kind that is there."""
    (start, end), money = amount.span(), is_money(unit)
    if unit.endswith("百分点"):
        return []
    reached = comparator if unit.endswith(LEVEL_UNITS) else []
    return (
        item.find(FLOW, item.start, start)[-1:]
        or ([] if money else item.find(STOCK, item.start, start)[-1:])
        or [replace(clue, field="measure", meaning="stock") for clue in reached if clue.words in LEVEL]
        or item.find(DEEDS, item.start, start)[-1:]
        or item.find(DEEDS, end, item.end)[:1]
        or item.find(FLOW, item.clause, item.start)[-1:]
        or (item.find(MONEY, item.start, start)[-1:] if money else [])
    )


def _firmness(item: _Item, end: int) -> list[Clue]:
    """Of the item itself, else of its clause, else of its sentence; 力争推动 is 力争."""
    for start, stop in ((item.start, end), (item.clause, item.start), (item.sentence, item.clause)):
        if found := item.find(FIRMNESS, start, stop, field="firmness"):
            return [clue for clue in found if clue.meaning != "expected"][-1:] or found[-1:]
    return []


def _without_deadlines(text: str, year: int | None) -> tuple[str, list[Clue]]:
    """The text with its days blanked out, so that none is read as a value, and the deadlines."""
    deadlines, stated = [], year
    for found in _DUE.finditer(text):
        if any(found[group] for group in ("since", "day", "vague", "year", "part")):
            text = text[: found.start()] + "\0" * len(found[0]) + text[found.end() :]
            if not found["since"]:
                stated = int(found["digits"]) if found["digits"] else year if found["year"] else stated
                deadlines.append(_clue("due_on", _due_on(found, stated), 0, found))
    return text, deadlines


def _due_on(found: re.Match[str], year: int | None) -> date | None:
    is_end = found["date"] or found["day"] or re.search("[底末]", found[0])
    if found["vague"] or found["next"] or found["early"] or (found["before"] and not is_end):
        return None  # 6月前: in June, or before it?
    month = found["month"] or _MONTHS.get(found["quarter"] or found["half"], 12)
    try:
        if found["day"] or found["date"]:
            return parse_day(found["day"] or f"{year}-{month}-{found['date']}")
        return parse_period(f"{year}-{month}", 0)
    except Refusal:
        return None


def _clue(field: str, meaning: Any, group: str | int, found: re.Match[str]) -> Clue:
    return Clue(field, meaning, found[group], *found.span(group))


def _items(text: str) -> Iterator[_Item]:
    start = clause = sentence = 0
    for found in _BREAK.finditer(f"{text}\n"):
        yield _Item(text, start, found.start(), clause, sentence)
        start = found.end()
        clause = clause if found[0] == "、" else start
        sentence = start if found[0] in "。;!?\n" else sentence


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_any(words))


def _numeral(words: str) -> Decimal | None:
    """Digits, or Chinese numerals up to 九十九; None for what no field can hold."""
    try:
        return _NUMERALS.get(words) or parse_number(words)
    except Refusal:
        return None
