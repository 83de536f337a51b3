"""Cuts a text: sentences into clauses, clauses into the items of an enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from targets.reading.wording.amounts import UNIT, Amount
from targets.reading.wording.days import BLANK, Deadline
from targets.reading.wording.words import LEXICON, any_of

# One character for one, so that an offset in the folded text is the same offset in the phrase.
FOLD = str.maketrans(
    "０１２３４５６７８９％．，；（）－−～〜！？＋＞＜\u3000\u00a0\t", "0123456789%.,;()--~~!?+><   "
)

_BREAK = re.compile(
    r"[;。!?\n、]|(?<![0-9]),|,(?![0-9])|[()]|并且|且|并(?=力争|争取|努力|确保|必保|完成|实现)"
)
_OPENS = {
    "(": "bracket",
    **dict.fromkeys("。;!?\n", "sentence"),
    **dict.fromkeys(("、", "且", "并且", "并"), "item"),
}
_BRACKETS = re.compile(r"\(([^()]*)\)")
# Brackets as in 30家（其中规上10家） promise something; other brackets only give a size.
_PROMISES = re.compile(
    "其中|含|包括|完成|实现|新增|力争|争取|确保|必保|增长|下降|降低|同比|不低于|不少于|不超过|不高于|达到|以上|以内|左右"
)
_WORDS = re.compile(any_of(LEXICON))
_UNIT_AHEAD = re.compile(rf"\((?:单位:)?(?P<unit>{UNIT})\)(?P<till>[^()0-9,;。、]{{0,8}})(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon, and its meaning by role."""

    start: int
    end: int
    text: str
    roles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One part of an enumeration, which the grammar reads as a unit.

    `opens` is the largest part that begins here: a sentence, a clause, a bracket, or an item (、).
    """

    text: str
    start: int
    end: int
    opens: str
    words: list[Word]
    amounts: list[Amount]
    deadlines: list[Deadline]
    past: list[Deadline]

    def roles(self, role: str, start: int | None = None, end: int | None = None) -> list[Word]:
        """Its words of that role between `start` and `end`."""
        start = self.start if start is None else start
        end = self.end if end is None else end
        return [word for word in self.words if role in word.roles and start <= word.start and word.end <= end]

    @property
    def has_words(self) -> bool:
        return any(character.isalpha() for character in self.text[self.start : self.end])


def units_in_brackets(text: str) -> dict[int, str]:
    """地区生产总值(亿元):158: the unit of the bare number behind the bracket, by where that starts."""
    return {found.end("till"): found["unit"] for found in _UNIT_AHEAD.finditer(text)}


def without_extents(text: str) -> str:
    """Blank out brackets that tell the extent of a thing (全长6.3公里) and promise nothing."""

    def blanked(found: re.Match[str]) -> str:
        return found[0] if _PROMISES.search(found[1]) else BLANK * len(found[0])

    return _BRACKETS.sub(blanked, text)


def items(text: str, amounts: list[Amount], deadlines: list[Deadline]) -> Iterator[Item]:
    """The items in order, each with its words, amounts and deadlines."""
    words = (Word(*found.span(), found[0], LEXICON[found[0]]) for found in _WORDS.finditer(text))
    rest_of_words, rest_of_amounts, rest_of_deadlines = _Rest(words), _Rest(amounts), _Rest(deadlines)
    start, opens = 0, "sentence"
    for found in _BREAK.finditer(f"{text}\n"):
        end = found.end()
        parts = rest_of_words.before(end), rest_of_amounts.before(end)
        days = rest_of_deadlines.before(end)
        due, past = [day for day in days if not day.is_past], [day for day in days if day.is_past]
        yield Item(text, start, found.start(), opens, *parts, due, past)
        start, opens = end, _OPENS.get(found[0], "clause")


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


Part = TypeVar("Part", bound=_Placed)


class _Rest(Generic[Part]):
    """Parts in order, each handed out once."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = iter(parts)
        self._next = next(self._parts, None)

    def before(self, end: int) -> list[Part]:
        found = []
        while self._next is not None and self._next.start < end:
            found.append(self._next)
            self._next = next(self._parts, None)
        return found
