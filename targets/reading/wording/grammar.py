"""From the items of a text to its promises. The package's docstring describes the earlier steps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from targets.reading.wording import amountless, words
from targets.reading.wording.days import Deadline
from targets.reading.wording.measures import measure_of
from targets.reading.wording.parts import Item
from targets.reading.wording.reading import Reading
from targets.reading.wording.saying import SOFT, Saying
from targets.rules.direction import direction_of
from targets.rules.sides import HIGHER, LOWER, ONE_SIDED

# An item with more numbers is no phrase; the limit keeps the work linear in the length of the text.
_MOST_AMOUNTS = 12
_AND = re.compile("[和及与]")
_NEAR = 200  # characters before the number in which words for the direction are looked for


@dataclass(slots=True)
class _Sentence:
    """Facts from the earlier parts of a sentence that apply to the later parts."""

    firmness: str | None = None
    deadline: Deadline | None = None
    last: Reading | None = None  # 力争7%, 其中 and 、 continue its measure
    said: Saying | None = None  # and the words around its amount
    has_number: bool = False
    told: bool = False  # whether it has promised something
    # Dated words and whether they name a deed: nodes, unless a number follows.
    loose: list[tuple[Reading, bool]] = field(default_factory=list)


class Grammar:
    """Takes the items in order and keeps the readings."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        self.readings: list[Reading] = []
        self._soft: Reading | None = None
        self._sentence = _Sentence()
        self._clause_start = 0
        self._has_deed = False  # one verb serves its whole enumeration: 培育农民150人、农场12家
        self._rates: list[Item] = []  # named before the number that they share: 办结率、满意率均达95%
        self._unsaid: list[Reading] = []  # 分别增长3%、6%和7%左右: the last comparator holds for all
        self._for_all: Reading | None = None
        self._went_on = False  # 增长5%、力争6%: striven for is the 6% alone

    def finished(self) -> list[Reading]:
        """Every promise; a promise in words alone only if there is no other."""
        if self.readings or self._soft is None:
            return self.readings
        return [replace(self._soft, firmness=self._sentence.firmness or self._soft.firmness)]

    def take(self, item: Item) -> None:
        if item.opens == "sentence":
            self._sentence = _Sentence()
        if item.opens != "item":
            self._clause_start, self._has_deed, self._unsaid, self._rates = item.start, False, [], []
        self._went_on = False
        found = self._promises(item)
        self._sentence.told = self._sentence.told or bool(found)
        if self._sentence.has_number and self._sentence.loose:
            self._drop_what_an_amount_follows(item)
        self.readings += found
        self._share_comparator()
        self._rates = [] if found else [*self._rates, item]
        if not found and self._soft is None:
            self._soft = self._in_words(item)
        if item.opens != "bracket" and not self._went_on:
            self._sentence.firmness = self._firmness(item, item.end) or self._sentence.firmness
        if item.deadlines:
            self._sentence.deadline = item.deadlines[-1]
        self._has_deed = self._has_deed or bool(item.roles("deed") or item.roles("added"))

    # --- the promises of an item ----------------------------------------------------------------

    def _promises(self, item: Item) -> list[Reading]:
        if len(item.amounts) > _MOST_AMOUNTS:
            return [self._complete(item, Reading(unsure="number"), item.end)]
        if nothing := amountless.none_at_all(item):
            return [self._complete(item, nothing, item.end)]
        against = amountless.against(item)
        limit = against.start if against else item.end
        found: list[Reading] = []
        is_more = bool(self._sentence.told)
        amounts = [amount for amount in item.amounts if amount.start <= limit]
        since = after = item.start
        for place, amount in enumerate(amounts, start=1):
            said = Saying(item, amount, since, after, is_last=place == len(amounts))
            self._went_on = is_more and said.goes_on()
            if amount.kind == "first" and len(item.amounts) > 1:
                continue  # 5个“零突破”: five of them
            if amount.kind == "place" and said.tail.startswith("的") and not said.is_last:
                continue  # 进入前三的不少于5项: five of them
            if promised := self._of_amount(said):
                found += promised
                since = amount.end
            after = amount.end
        if against:
            found.append(self._complete(item, against.reading, item.end))
        if any(reading.unsure == "number" for reading in found):
            found = [replace(reading, value=None, upper_value=None, unsure=reading.unsure or "number")
                     for reading in found]  # fmt: skip
        return found or self._without_number(item)

    def _without_number(self, item: Item) -> list[Reading]:
        if each := amountless.each_without_digits(item):
            return [self._complete(item, each, item.end)]
        if item.roles("place"):
            return [self._complete(item, Reading(unsure="place"), item.end)]
        if amountless.is_set_elsewhere(item):
            return [self._complete(item, Reading(), item.end)]
        dated = bool(item.deadlines) and item.deadlines[-1].is_dated
        if amountless.depends(item) or amountless.is_before(item):
            return []
        if item.roles("node"):
            return [self._complete(item, Reading("milestone"), item.end)]
        if dated and item.has_words and not amountless.is_only_vague(item):
            reading = self._complete(item, Reading("milestone"), item.end)
            if self._sentence.has_number:
                return [reading] if item.roles("deed") else []
            self._sentence.loose.append((reading, bool(item.roles("deed"))))
            return [reading]
        return []

    def _drop_what_an_amount_follows(self, item: Item) -> None:
        """3月启动征迁，完成投资2亿元: the day is that of the amount, unless the amount names its own."""
        dropped = [known for known, is_deed in self._sentence.loose if not (is_deed and item.deadlines)]
        self.readings = [known for known in self.readings if known not in dropped]
        self._sentence.loose = []

    def _of_amount(self, said: Saying) -> list[Reading]:
        item, amount = said.item, said.amount
        if amount.kind == "keep":
            return [
                self._complete(
                    item,
                    Reading("rank", "lte", place, unit_of_measure="位", firmness="stretch" if aims else None),
                    amount.end,
                )
                for place, aims in amount.places
            ]
        if amount.kind == "share":
            return [self._complete(item, Reading("rank", unsure="place"), amount.end)]
        if amount.kind == "place":
            return [self._complete(item, said.place(), amount.end)]
        if amount.value is None:
            return [self._complete(item, Reading(unsure="number"), amount.end)]
        if said.is_place() and not said.is_shift():
            return [self._complete(item, said.place(), amount.end)]
        if amount.kind == "times":
            times = said.times()
            return [self._complete(item, times, amount.end)] if times else []
        if said.is_beside():
            return []
        if said.is_of_works() and any(day.is_dated for day in item.deadlines):
            return [self._complete(item, Reading("milestone"), amount.end)]
        reading = self._of_number(said)
        return [reading] if reading else []

    def _of_number(self, said: Saying) -> Reading | None:
        item, amount = said.item, said.amount
        if said.is_shift():
            shift = Reading("rank", unit_of_measure="位", is_relative=True, unsure="place")
            return self._complete(item, shift, amount.end)
        goes_on = (said.goes_on() and self._sentence.last) or None
        measure, is_sure = measure_of(
            said, goes_on, self._sentence.last, self._has_deed and item.opens == "item", self._sentence.said,
            is_part="其中" in self.phrase[self._clause_start : amount.start],
        )  # fmt: skip
        comparator = said.comparator()
        # 降低失业率至5%: the rate itself, not its fall
        change = None if measure == "ratio" and amount.unit in words.RATES else said.change()
        is_fall = False
        is_alike = goes_on and (amount.unit in words.RATES) == (goes_on.unit_of_measure in words.RATES)
        if goes_on and is_alike and not change and measure == goes_on.measure:
            is_fall, is_relative = goes_on.is_fall, goes_on.is_relative
        else:
            is_fall = change == "down"
            is_relative = amount.unit.endswith("百分点") or (
                change is not None and amount.unit not in words.RATES
            )
        if not said.is_named(bool(comparator or measure or change)):
            return None
        is_unsaid = comparator is None and not said.leads_somewhere()
        if goes_on and is_unsaid and said.is_bare():
            comparator = goes_on.comparator
        elif is_unsaid and self._asks_for_more(said, measure, is_fall):
            comparator = "gte"
        elif is_unsaid and amount.value == 0 and self._is_unwanted(said, measure, is_fall):
            comparator = "lte"  # of an unwanted thing, at most 0
        elif comparator == "gte" and said.only_reaches() and self._is_unwanted(said, measure, is_fall):
            comparator = None  # 失业率达到5%: at least, or at most?
        unit = said.unit()
        if goes_on and goes_on.unit_of_measure == f"{unit}元" and unit in ("万", "亿"):
            unit = f"{unit}元"  # 税收4.2亿元，力争4.5亿
        reading = Reading(
            measure, comparator, amount.value, amount.upper, unit or None, is_fall=is_fall,
            is_relative=is_relative, firmness="stretch" if amount.is_stretch else None,
            unsure=said.doubt() or (None if is_sure else "change"),
        )  # fmt: skip
        if reading.unsure not in (None, "change"):
            reading = replace(reading, value=None, upper_value=None)
        self.readings += self._of_those_before(said, reading)
        if reading.unsure == "each" and self._shares_each(said):
            reading = replace(reading, value=amount.value, unsure=None)
            self.readings += [self._complete(each, reading, each.end) for each in self._rates]
        reading = self._complete(item, reading, amount.end)
        self._sentence.last, self._sentence.said, self._sentence.has_number = reading, said, True
        if "分别" in self.phrase[self._clause_start : amount.start]:
            if is_unsaid:
                self._unsaid.append(reading)
            elif amount.is_followed:
                self._for_all = reading
        return reading

    def _of_those_before(self, said: Saying, reading: Reading) -> list[Reading]:
        """办结率、满意率均达95%; 产值、营业收入均增长8%: those named before the number have it too."""
        if not said.is_of_all():
            return []
        named = [each for each in self._rates if not each.roles("soft")]
        if reading.measure == "ratio":
            named = [each for each in named if each.words and "share" in each.words[-1].roles]
        return [self._complete(each, reading, each.end) for each in named]

    def _shares_each(self, said: Saying) -> bool:
        """新建公园、食堂、菜店各3个: one verb before all, and no second thing within an item."""
        named = [*self._rates, said.item]
        ends = [*(each.end for each in self._rates), said.item.text.rfind("各", 0, said.amount.start)]
        if len(named) == 1 or any(_AND.search(each.text[each.start : each.end]) for each in named):
            return False
        verbs = [each.roles("deed") + each.roles("added") for each in named]
        # 组织演练、培训各2场: 培训, which ends its item, is the thing itself
        own = [word for words_of, end in zip(verbs[1:], ends[1:], strict=True)
               for word in words_of if word.end != end]  # fmt: skip
        return bool(verbs[0]) and not own

    # --- words said once for several promises ---------------------------------------------------

    def _share_comparator(self) -> None:
        if told := self._for_all:
            self.readings = [
                replace(known, comparator=told.comparator, direction=told.direction)
                if any(known is each for each in self._unsaid) else known
                for known in self.readings
            ]  # fmt: skip
            self._for_all, self._unsaid = None, []

    def _firmness(self, item: Item, end: int) -> str | None:
        """The last firmness; an expected one counts only if there is no other: 力争推动 is 力争."""
        found = [word.roles["firmness"] for word in item.roles("firmness", None, end)]
        return next((each for each in reversed(found) if each != "expected"), found[-1] if found else None)

    def _clause_words(self, end: int) -> str:
        return self.phrase[max(self._clause_start, end - _NEAR) : end]

    def _asks_for_more(self, said: Saying, measure: str | None, is_fall: bool) -> bool:
        """新增30家, 增长6%, 力争20亿元 mean "at least", unless the thing is unwanted."""
        if is_fall or (measure == "flow" and said.has_deed(self._has_deed)):
            return True
        is_meant = measure or said.has("firmness", self._sentence.firmness) or said.change()
        return bool(is_meant) and not self._is_unwanted(said, measure, is_fall)

    def _is_unwanted(self, said: Saying, measure: str | None, is_fall: bool) -> bool:
        if is_fall or (measure == "flow" and said.has_deed(self._has_deed)):
            return False
        return direction_of(self._clause_words(said.amount.start)) != HIGHER

    def _in_words(self, item: Item) -> Reading | None:
        is_work = item.text[item.start : item.end].strip(SOFT).endswith("工作")  # 统战工作（5分）
        if item.roles("soft") or is_work:
            return self._complete(item, Reading("qualitative"), item.end)
        if item.roles("firmness"):
            return self._complete(item, Reading(), item.end)
        return None

    def _complete(self, item: Item, reading: Reading, end: int) -> Reading:
        """The reading with the firmness, deadline and direction that its place in the text gives it."""
        before = [deadline for deadline in item.deadlines if deadline.start < end]
        behind = [deadline for deadline in item.deadlines if deadline.start >= end]
        # 12个项目3月底前开工: a day behind the amount is its own, unless another amount comes before it.
        is_own = behind and not any(end <= each.start < behind[0].start for each in item.amounts)
        near = before[-1:] or (behind[:1] if is_own else [])
        due = near[0] if near else self._sentence.deadline or (behind[0] if behind else None)
        firmness = reading.firmness or self._firmness(item, end) or self._sentence.firmness
        said = self._clause_words(item.end)
        direction: str | None = None
        if reading.measure == "rank":
            direction = LOWER
        elif reading.comparator:
            both = HIGHER if reading.is_fall else direction_of(said)
            direction = ONE_SIDED.get(reading.comparator, both)
        start, stop = (item.start, item.end) if item.end > item.start else (0, end)
        if due and due.is_years_ahead and not reading.unsure:
            reading = replace(reading, unsure="later")
        return replace(
            reading,
            firmness=firmness,
            due_on=due.day if due else None,
            due_text=due.words if due else None,
            direction=direction,
            words=self._words(item),
            start=start,
            end=stop,
        )

    def _words(self, item: Item) -> str:
        """As typed, without its deadlines."""
        text, place = "", item.start
        for deadline in item.deadlines:
            if deadline.day is not None and deadline.end <= item.end:
                text += self.phrase[place : deadline.start]
                place = deadline.end
        return (text + self.phrase[place : item.end]).strip(" ，,：:")
