"""What every list shares: how it sorts, and how words are looked for in it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, reduce
from itertools import chain
from operator import and_, or_

from django.db.models import F, Q
from django.db.models.expressions import OrderBy

NONE = "null"  # as the leader or the domain looked for: the targets that have none


def empty_last(key: str, *, reverse: bool = False) -> OrderBy:
    """Sort by `key`, a minus for descending: databases disagree on where nothing stands, here it is last."""
    column = F(key.removeprefix("-"))
    if key.startswith("-") != reverse:
        return column.desc(nulls_last=True)
    return column.asc(nulls_last=True)


# Marks that people type for one another; Unicode knows them as different.
ALIKE = (
    "\"'“”‘’「」『』〝〞",
    "([{〔【〖",
    ")]}〕】〗",
    "<〈《",
    ">〉》",
    "-‐–—―−",
    "~〜",
    "·・•‧∙⋅",
)
_FIRST = str.maketrans({mark: marks[0] for marks in ALIKE for mark in marks})
_LONGEST = 4  # characters one character stands for: ㎡ for two, ⑽ for four


def folded(text: str) -> str:
    """The same for texts that differ in width, case, or the shape of quotation marks and brackets."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_FIRST)


def containing(words: str, columns: Iterable[str]) -> Q:
    """Each of the words in one of the columns, however it was typed there and here."""
    named = tuple(columns)
    found = (
        reduce(or_, (Q(**{f"{column}__regex": _pattern(word)}) for column in named)) for word in words.split()
    )
    return reduce(and_, found, Q())


@cache
def _spellings() -> dict[str, str]:
    """Folded text → the characters that are read as it: “ｇＧG” for g, “㎡” for m2."""
    found: dict[str, str] = defaultdict(str)
    for character in map(chr, chain(range(0x3400), range(0xF900, 0x10000))):  # between them each is itself
        if (read := folded(character)) != character:
            found[read] += character
    return dict(found)


def _pattern(word: str) -> str:
    """A regular expression of one choice after another: nothing in it repeats, so none is slow."""
    text, parts, at = folded(word), [], 0
    while at < len(text):
        lengths = range(min(_LONGEST, len(text) - at), 1, -1)
        length = next((n for n in lengths if text[at : at + n] in _spellings()), 1)
        part = text[at : at + length]
        spelled = "".join(_one_of(c + _spellings().get(c, "")) for c in part)
        parts.append(spelled if length == 1 else f"(?:{spelled}|{_one_of(_spellings()[part])})")
        at += length
    return "".join(parts)


def _one_of(characters: str) -> str:
    return f"[{re.escape(characters)}]"
