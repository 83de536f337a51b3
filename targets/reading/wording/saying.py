"""The words around one amount: what they say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from targets.reading.wording.amounts import Amount
from targets.reading.wording.days import BLANK
from targets.reading.wording.parts import Item, Word
from targets.reading.wording.reading import Reading
from targets.reading.wording.words import (
    EACH,
    FALLS,
    OF_MONEY,
    PLAIN_THAN,
    RATES,
    SHIFT,
    TO_A_LEVEL,
    UNITS,
)  # fmt: skip

SOFT = f' {BLANK}“”"(:：，,'  # may stand between a word and its number
# 超10亿元企业9家: the goal is 9. 从96家, 现有96家: the present level.
_HOLDERS = ("的", "企业", "项目", "产业", "集群", "园区", "村", "镇", "单位", "工程", "平台", "团队", "主体")
_RANKING = re.compile(rf"(?:排名|位次|名次|排位|位列|位居)[\s{BLANK}:：为]*$")
_SLOGAN = re.compile("[^,;。、]{0,6}[红底]线")  # 18亿亩耕地红线
_FROM = re.compile(rf"[从由](?:去年|上年|年初|目前|现在|原来|[底末的{BLANK}])+$")  # 由去年的96家增加到108家
_BEGINNING = re.compile(r"[从由][^,;。、]{0,10}第$")
_SIZES = re.compile(
    r"(?:总投资|占地|占地面积|建筑面积|全长|总长|概算|注册资本|总规模|建设规模)(?:约|为|达)?$"
)
_ALL_OF_THEM = re.compile(
    r"(?:全部|均|都|普遍|分别均)(?=达|超|突破|不低于|不少于|在|实现|增长|下降|提高|提升|降低|保持|完成)|各(?:村|镇|乡|社区|户|单位|校|企业|园区|部门|街道|科室)"
)
_MAKES = ("完成", "实现", "推动", "助推")  # 实现50个行政村通公交, 推动18个村摘帽
_SHORT_CHANGE = re.compile("(?<![净新年递])[增降]$")  # right before the number: 同比增8%
_BASES = ("从", "由", "现有", "已有", "原有", "现状", "较")
_OBJECTS = ("对", "将", "把")
_BASIS = re.compile("的?基础上")  # 在新增9家的基础上
# 建成后年产值可达10亿元: what comes of it one day.
EFFECT = re.compile("(?:建成|投产|达产|投用|竣工|运营|达效|建设完成)[^,;。、]{0,3}后")
# 去年完成3.2亿元 tells of what was; 比去年增加3亿元, 在去年12家基础上 do not.
_WAS = re.compile(
    rf"^\W*在?(?:去年|上年度?|[{BLANK}])[^,;。、比较从由基]{{0,12}}"
    "(?:完成|实现|新增|新建|建成|引进|招引|达到?|为|增长|下降|突破)[^,;。、比较基]{0,10}$"
)
_A_GOAL = re.compile("(?:任务|指标|目标|计划)[约为]?$")  # 建设任务1.35万亩
_STILL_THE_GOAL = ("任务", "目标", "的任务", "的目标", "大关", "并", "且", "和", "及", "与")
_FILLERS = re.compile(rf"[\s{BLANK}“”\"():：向的为再且并和及与、至到分别则在]|目标|任务|同时|其中")
_PER_HEAD = re.compile("每人每[月年天]|每人|每亩|每平方米|每[千万百]")
_FOR_EACH = re.compile("各(?:不少于|不低于|达到?|完成|新建|建成)?$")
_UNDERTAKINGS = ("工程", "项目", "行动", "计划", "任务")
_WORKS = re.compile("完成[^,;。、]{0,10}(?:工程|工程量|主体|土建|施工|建设|形象进度)的?$")
_SCORES = re.compile("得分|测评|评分|评价|满意度|指数|成绩")
COMPARING = {"firmness", "than", "touching", "level", "aim"}
_HOW_MUCH = {"than", "touching", "level", "aim", "change", "firmness", "forbids"}


@dataclass(frozen=True, slots=True)
class Saying:
    """An amount with the words before it and after it.

    Words for the thing counted are read from `since`, the end of the last promise; words for how
    much, from `after`, the end of the last number: in 引进超5亿元企业9家, 引进 belongs to the 9 and
    超 to the 5.
    """

    item: Item
    amount: Amount
    since: int
    after: int
    is_last: bool

    @property
    def head(self) -> str:
        return self.item.text[self.since : self.amount.start]

    @property
    def tail(self) -> str:
        return self.item.text[self.amount.end : self.item.end]

    def words(self, role: str) -> list[Word]:
        """The words of this role before the amount."""
        start = self.after if role in _HOW_MUCH else self.since
        return self.item.roles(role, start, self.amount.start)

    def has(self, role: str, otherwise: object = None) -> bool:
        return bool(self.words(role) or otherwise)

    def has_deed(self, carried: bool = False) -> bool:
        # A verb between two numbers belongs to the second.
        behind = self.is_last and self.item.roles("deed", self.amount.end)
        if self.is_last and not self.head.strip(SOFT):  # 12个村实现雨污分流
            behind = behind or self.item.roles("aim", self.amount.end)
        if self.is_last and self.tail[:1].isalpha():
            leading = [*self.words("aim"), *self.words("firmness")]
            behind = behind or [word for word in leading if self.touches(word) and word.text in _MAKES]
        return bool(self.words("deed") or behind or (carried and self.item.opens == "item"))

    def touches(self, word: Word) -> bool:
        return not self.item.text[word.end : self.amount.start].strip(SOFT)

    # --- the kind of amount ------------------------------------------------------------------

    def is_beside(self) -> bool:
        """Whether the amount only describes a thing: 完成约1.46公顷…开发, 超10亿元企业, 3人以上事故."""
        amount, item = self.amount, self.item
        head, tail = self.head.rstrip(SOFT + "约"), self.tail.lstrip(SOFT)
        is_counted = UNITS.get(amount.unit) == "counted" or not amount.unit
        if _SLOGAN.match(tail) or _BASIS.match(tail) or EFFECT.search(self.head) or self._is_past():
            return True
        if head.endswith(_BASES) or head.endswith("第") or _BEGINNING.search(head) or _FROM.search(head):
            return True
        is_size = not (self.words("aim") or self.words("change") or "新增" in head)
        if _SIZES.search(head) and is_size:
            return True
        if _A_GOAL.search(head):
            return False
        if head.endswith(("超", "过")) and not is_counted and tail.startswith(_HOLDERS):
            return True
        if not self.is_last and amount.is_followed and tail[:1].isalpha():
            return not tail.startswith(_STILL_THE_GOAL)
        if amount.is_followed and self.is_last and tail[:1].isalpha() and not self._is_wanted():
            # 20万元以上村实现全覆盖
            return not (tail.startswith(_STILL_THE_GOAL) or UNITS.get(amount.unit) == "time")
        if is_counted:
            return False
        if head.endswith(_OBJECTS) or (not self.is_last and tail.startswith(_HOLDERS)):
            return True
        touched = [word for word in item.words if word.end <= amount.start and self.touches(word)]
        touched = [
            word
            for word in touched
            if "约" not in word.text and {"than", "touching", "level", "aim", "node"} & word.roles.keys()
        ]
        if not tail[:1].isalpha() or touched or tail.startswith(_STILL_THE_GOAL):
            return False
        return bool(item.roles("node"))

    def _is_past(self) -> bool:
        """Whether it tells of a year before: 去年完成3.2亿元, 2025年新增9家."""
        days = [day.start for day in self.item.past if self.after <= day.start < self.amount.start]
        since = days[-1] if days else self.item.start
        said = self.item.text[since : self.amount.start]
        return (bool(days) or BLANK not in said) and bool(_WAS.search(said))

    def _is_wanted(self) -> bool:
        """Whether a word of doing or comparing is right beside it: 新增30家以上规上企业, 30家以上入库."""
        before = {"deed", "added", "aim", "than", "level", "firmness", "change", "touching", "node"}
        return any(
            self.touches(word) if word.end <= self.amount.start else word.start == self.amount.end
            for word in self.item.words
            if before & word.roles.keys()
        )

    def is_named(self, is_known: bool) -> bool:
        """Whether the amount can be a goal: in 24小时服务 and 三项制度 it is part of a name."""
        is_weak = UNITS.get(self.amount.unit) == "time" or self.amount.is_spoken
        return is_known if is_weak else True

    def is_shift(self) -> bool:
        """Whether it is a number of places, not a place: 前移2位, 上升2个位次."""
        if self.amount.unit not in ("位", "名", "个位次", "位次", "个名次"):
            return False
        head = self.head.rstrip(SOFT + "了约")
        is_up = self.amount.unit != "名" and head.endswith("进")  # 进1位, but 引进1名
        return is_up or head.endswith(tuple(SHIFT)) or self.amount.unit.endswith("次")

    def is_place(self) -> bool:
        """Whether it is a place in a ranking: 综合排名：3位."""
        before = self.item.text[self.item.start : self.amount.start]
        is_bare = self.amount.comparator is None and self._comparing() is None
        return self.amount.unit == "位" and is_bare and bool(_RANKING.search(before))

    def goes_on(self) -> bool:
        """Whether it adds only firmness and a value to the last promise: 力争7%, 、6.5%, 努力向7%迈进."""
        text, place = "", self.since
        for word in self.item.words:
            if self.since <= word.start and word.end <= self.amount.start:
                if not COMPARING & word.roles.keys() and word.text != "全力":
                    return False
                text += self.item.text[place : word.start]
                place = word.end
        return not _FILLERS.sub("", text + self.item.text[place : self.amount.start])

    def is_bare(self) -> bool:
        """Whether it has no words of its own at all: 和95%."""
        return not _FILLERS.sub("", self.head)

    def doubt(self) -> str | None:
        """Why its value cannot be the value for the year; None if it can."""
        before = self.item.text[self.item.start : self.amount.start]
        over = self.amount.unit.partition("/")[2]
        if self.tail.startswith("/") or UNITS.get(over) == "time" or self.is_for_each():
            return "each"  # 1次/月; 省级、市级示范村各1个
        if _ALL_OF_THEM.search(before) and self.amount.unit not in RATES:
            return "each"
        if EACH in before and not (self.is_per_head() or "每千" in before or "每万" in before):
            return "each"
        if self.amount.unit in RATES and before.rstrip(SOFT).endswith("的") and self.has("aim"):
            return "part"
        shares = self.words("share")
        if shares and shares[-1].text == "占" and not self.comparator():
            return "part"  # 投资15亿元，占总投资的60%
        forbids = self.words("forbids")
        # 严控新增债务，不超过20亿元 is a bound of its own; 严禁事故超过5起 is not.
        own = (word for word in self.words("than") if word.text not in PLAIN_THAN)
        if forbids and not any(word.start > forbids[-1].start for word in own):
            return "denied"
        is_strange = not self.amount.unit and self.amount.kind == "number" and self.tail[:1].isalpha()
        return "number" if is_strange or (not self.amount.unit and not self._is_led()) else None

    def _is_led(self) -> bool:
        """Whether a number without unit is a value: 死亡率控制在0.03以内, 新增30."""
        if self.amount.comparator or self.words("share"):
            return True
        roles = {"than", "touching", "level", "aim", "added", "deed"}
        return any(roles & word.roles.keys() and self.touches(word) for word in self.item.words
                   if self.since <= word.start and word.end <= self.amount.start)  # fmt: skip

    def is_for_each(self) -> bool:
        """Whether each of the things named before has it: 公园、食堂各3个."""
        return bool(_FOR_EACH.search(self.item.text[self.item.start : self.amount.start].rstrip(SOFT)))

    def is_of_works(self) -> bool:
        """Whether it is how far the works have come: 完成工程量的80%."""
        return self.amount.unit in RATES and bool(_WORKS.search(self.head.rstrip(SOFT)))

    def is_of_all(self) -> bool:
        """Whether the rates named before it have it too: 办结率、满意率均达95%."""
        return self.amount.unit in RATES and bool(_ALL_OF_THEM.search(self.head))

    def is_per_head(self) -> bool:
        """Whether it is a standard for each person or area: 每人每月860元."""
        return bool(_PER_HEAD.search(self.head)) and self.amount.unit.endswith("元")

    def is_score(self) -> bool:
        return bool(_SCORES.search(self.item.text[self.item.start : self.amount.start]))

    # --- comparator, change, unit ------------------------------------------------------------

    def comparator(self) -> str | None:
        if self.amount.comparator:
            return self.amount.comparator
        found = self._comparing()
        if found is None:
            return None
        said = next(found.roles[role] for role in ("than", "level", "aim", "touching") if role in found.roles)
        if said == "to":
            return {"up": "gte", "down": "lte"}.get(self._last_change() or "")
        return None if said == "keep" else said

    def leads_somewhere(self) -> bool:
        """Whether it names a level without saying up or down: 时限缩至5天."""
        found = self._comparing()
        is_to = found is not None and found.roles.get("touching") == "to" and found.text != "为"
        return not self.amount.comparator and (is_to or UNITS.get(self.amount.unit) == "time")

    def _comparing(self) -> Word | None:
        found = [word for role in ("than", "level", "aim") for word in self.words(role)]
        found += [word for word in self.words("touching") if self.touches(word)]
        return max(found, key=lambda word: word.start, default=None)

    def only_reaches(self) -> bool:
        """Whether it has only 达到, 完成 or the like, which for unwanted things do not say which side."""
        found = self._comparing()
        return not self.amount.comparator and found is not None and "than" not in found.roles

    def is_led_to(self) -> bool:
        """Whether a level is named: 提高…到 gives the new level, not the change."""
        found = self._comparing()
        if found is None:
            return False
        return "level" in found.roles or found.roles.get("touching") == "to"

    def _last_change(self) -> str | None:
        found = self.words("change")
        while found and self._is_only_better(found[-1]):
            found.pop()
        said = _SHORT_CHANGE.search(self.head.rstrip(SOFT))
        short = said and {"增": "up", "降": "down"}[said[0]]
        return short or (found[-1].roles["change"] if found else None)

    def _is_only_better(self, change: Word) -> bool:
        """改造提升1200亩, 提升工程3处: 提升 means renewed, not raised by that amount."""
        if change.text in ("提升", "提高") and self.item.text.startswith(_UNDERTAKINGS, change.end):
            return True
        before = [word for word in self.words("deed") if word.end <= change.start]
        return change.text in ("提升", "提高") and bool(before) and before[-1].end == change.start

    def change(self) -> str | None:
        """up or down if the number is a change, as in 降幅达到4%; None in 提高到98%."""
        found, last = self._comparing(), self._last_change()
        if self.is_of_a_fall():
            return last
        if found and (found.roles.get("touching") == "to" or found.text in TO_A_LEVEL):
            return None
        return last

    def is_of_a_fall(self) -> bool:
        """Whether the level named is that of a fall: 降幅收窄至5%以内."""
        changes = self.words("change")
        return bool(changes) and changes[-1].text in FALLS

    def ends_with(self, noun: Word) -> bool:
        """Whether the noun names the thing counted: 保有量达到500辆, but not 盘活存量土地500亩."""
        rest = [word for word in self.item.words if noun.end <= word.start and word.end <= self.amount.start]
        text, place = "", noun.end
        for word in rest:
            if COMPARING & word.roles.keys():
                text += self.item.text[place : word.start]
                place = word.end
        return not _FILLERS.sub("", text + self.item.text[place : self.amount.start])

    def unit(self) -> str:
        """The unit of the amount; for money 2.4亿 is in 亿元."""
        unit = self.amount.unit
        if unit in ("万", "亿", "万亿") and any(word.text in OF_MONEY for word in self.item.roles("sum")):
            return unit + "元"
        return unit

    def place(self) -> Reading:
        """A place in a ranking; 不低于第12位 is no worse than that."""
        than = self.words("than")
        unsure = "place" if than and than[-1].roles["than"] in ("gt", "lt", "lte") else None
        if unsure:
            return Reading("rank", unit_of_measure="位", unsure=unsure)
        return Reading("rank", "lte", self.amount.value, unit_of_measure="位")

    def times(self) -> Reading | None:
        """A goal as times the baseline: 增长1.5倍 reaches 2.5 times; None for a mere name."""
        value, grows = self.amount.value, self.change()
        comparator = self.comparator()
        if value is None or value >= 1000 or grows == "down":
            return Reading(unsure="number")
        if self.amount.is_spoken and not (comparator or grows):
            return None
        if comparator is None and grows:
            comparator = "gte"
        firmness = "stretch" if self.amount.is_stretch else None
        return Reading(None, comparator, multiplier=value + bool(grows), firmness=firmness)
