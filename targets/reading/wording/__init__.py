"""Reads a goal in the offices' own words: a proposal for a person to confirm, never a decision.

A sentence is read in this order; each step takes its part out of the text, so that the next step
sees only the rest:

1. `days`     the deadlines, and the years to compare with;
2. `amounts`  points of an assessment and digits in names (5G, 110千伏) are set aside; then numbers
              with their units, places of a ranking, multiples. Digits that cannot be read stay as such;
3. `parts`    the rest is cut at 。；，、 into items, each with its words of the lexicon (`words`);
4. `grammar`  item by item: every amount with the words before and after it becomes a promise; an item
              without one may say none at all (零发生), a comparison (不低于上年), a node, or words only.

An unclear promise is a `Reading` with `unsure`, which names the reason; the reading claims nothing.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from targets.reading.wording.amounts import Amount, amounts_in, without_names
from targets.reading.wording.days import taken_out
from targets.reading.wording.grammar import Grammar
from targets.reading.wording.parts import FOLD, items, units_in_brackets, without_extents
from targets.reading.wording.reading import UNSURE, Reading

__all__ = ["FOLD", "UNSURE", "Reading", "deadline", "read", "read_all"]

_LONGEST = 2000
_RISE = re.compile(r"(?<=[ ,;:、(比])[+](?=[0-9.]+%)")  # 12亿元，+8%: one character for one


def read(words: str, *, year: int | None = None) -> Reading | None:
    """The first promise in `words`; None when nothing in them is known. See `read_all`."""
    return next(iter(read_all(words, year=year)), None)


def read_all(
    words: str, *, year: int | None = None, number: Decimal | None = None, unit: str = ""
) -> list[Reading]:
    """Every promise in `words`, in order; `year` is the plan's, for deadlines that name no year.

    `number` and `unit` are read as if they ended the text: a sheet has them in cells of their own.
    A text of more than 2000 characters is a page, not a phrase: nothing is read.
    """
    if len(words) > _LONGEST:
        return []
    text, deadlines = taken_out(_RISE.sub("增", words.translate(FOLD)), year)
    named = without_names(text)
    text, amounts = amounts_in(without_extents(named), units_in_brackets(named))
    if number is not None:
        amounts.append(Amount(len(text), len(text), "number", number, unit=unit))
    grammar = Grammar(words)
    for item in items(text, amounts, deadlines):
        grammar.take(item)
    return grammar.finished()


def deadline(words: str, *, year: int | None = None) -> date | None:
    """The day that `words`, which are nothing but a deadline, name; None if that day is not certain."""
    _, found = taken_out(words.translate(FOLD), year)
    return found[-1].day if len(words) <= _LONGEST and found else None
