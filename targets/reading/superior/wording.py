"""Words of a superior's form that headings and rows share: months, years, places."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_BLANKS = re.compile(r"\s+")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年(?:度)?")
# 6月, 1—6月, 二季度, 一至三季度, 上半年; 7月5日 is a day.
_PERIOD = re.compile(
    r"(?P<since>[0-9]{1,2}月?份?[-—–―~至到])?(?P<month>[0-9]{1,2})月(?:份|底|末)?(?![0-9]{1,2}日)"
    r"|(?:前|第|[一二三1-3][-—–―~至到])?(?P<quarter>[一二三四1-4])季度?末?|(?P<half>上半年)"
)
_QUARTERS = "一二三四"
_PLACE = re.compile("[\u4e00-\u9fff]{2,6}(?:镇|乡|街道|街道办|街道办事处|开发区|高新区|新区|园区)")
_KIND_OF_PLACE = re.compile("(?:街道|镇|乡|区|县|市)$")
_SHORTEST_PLACE = 2


def folded(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def without_year(text: str, year: int | None) -> str:
    """Without the plan's own year; others stay."""
    return _YEAR.sub(lambda found: "" if year in (None, int(found[1])) else found[0], folded(text))


def without_period(text: str, year: int | None, instead: str = "本期") -> str:
    """1—6月累计 and 1—7月累计 head the same column."""
    return _PERIOD.sub(instead, without_year(text, year))


def years_in(text: str) -> set[int]:
    return {int(year) for year in _YEAR.findall(folded(text))}


def month_in(text: str) -> int | None:
    """The month at whose end the period ends that the words name last."""
    month = None
    for found in _PERIOD.finditer(folded(text)):
        if found["month"]:
            month = int(found["month"])
        elif found["half"]:
            month = 6
        else:
            quarter = found["quarter"]
            month = 3 * (int(quarter) if quarter.isdecimal() else _QUARTERS.index(quarter) + 1)
    return month if month and 1 <= month <= 12 else None


def names_one_month(text: str) -> bool:
    """6月, which is not 1—6月 and not 6月底."""
    return any(
        found["month"] and not found["since"] and not found[0].endswith(("底", "末"))
        for found in _PERIOD.finditer(folded(text))
    )


def is_place(text: str) -> bool:
    return _PLACE.fullmatch(folded(text)) is not None


def is_of_place(text: str) -> bool:
    """云溪镇 and 云溪镇累计完成."""
    return _PLACE.match(folded(text)) is not None


def names_place(text: str, place: str) -> bool:
    """By its name, or by that without 镇 or 街道."""
    short = _KIND_OF_PLACE.sub("", place)
    return bool(place) and (short if len(short) >= _SHORTEST_PLACE else place) in folded(text)


def apart(labels: Sequence[str]) -> list[str]:
    """Labels that stand there several times are counted: 累计, 累计#2."""
    seen = Counter[str]()
    found = []
    for label in labels:
        seen[label] += 1
        found.append(label if seen[label] == 1 else f"{label}#{seen[label]}")
    return found
