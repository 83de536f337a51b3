"""The State Council's yearly notice of holidays, read into days that rest and days that are worked.

    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

A notice is read exactly: weekdays and numbers of days given beside the dates have to agree, so that
the notice of another year is refused. An unreadable line is refused, never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

REFUSALS = (
    "notice_unreadable",  # a line about days in another form
    "notice_day_does_not_exist",
    "notice_weekday",  # the day is another weekday in this year
    "notice_count",  # 共3天, but the days named are more or fewer
    "notice_contradicts",  # a day both rests and is worked
    "notice_is_empty",
)
LONGEST = 15  # days; a longer holiday is a typing error
WEEKDAYS = "一二三四五六日"
RESTS = ("放假", "调休", "补休", "休息")
WORKS = ("上班", "补班", "正常上班")

_ITEM = re.compile(r"\s*(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、])\s*")
_ITEM_AFTER_ANOTHER = re.compile(r"(?<=[。；])\s*(?=[一二三四五六七八九十]{1,3}、)")
_DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^（）()]*)[）)])?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_COUNT = re.compile(r"(?:共|放假)(\d{1,2})天")
_SAYS_WHAT = re.compile("|".join((*RESTS, *WORKS)))
_SENTENCE_ENDS = re.compile(r"[。；;]|，(?=(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日)")
_YEAR = re.compile(r"^\d{4}年")
_ADVICE = re.compile(r"鼓励|建议|倡导")
_PLAIN = str.maketrans("０１２３４５６７８９\u003a\u3000", "0123456789\uff1a\u0020")


class NoticeRefusal(ValueError):
    """`key` is one of REFUSALS, `line` the text it is about."""

    def __init__(self, key: str, line: str) -> None:
        super().__init__(key, line)
        self.key, self.line = key, line


@dataclass(frozen=True, slots=True, order=True)
class SpecialDay:
    """A day that differs from its weekday, or a day of a holiday."""

    date: date
    works: bool
    note: str


def read_notice(text: str, year: int) -> list[SpecialDay]:
    """The days the notice for `year` names, in order. Raises NoticeRefusal for the first fault."""
    found: dict[date, SpecialDay] = {}
    for line in _lines(text):
        for special in _read_line(line, year):
            if found.setdefault(special.date, special).works != special.works:
                raise NoticeRefusal("notice_contradicts", line)
    if not found:
        raise NoticeRefusal("notice_is_empty", "")
    return sorted(found.values())


def _lines(text: str) -> Iterator[str]:
    for line in text.translate(_PLAIN).splitlines():
        yield from (part.strip() for part in _ITEM_AFTER_ANOTHER.split(line) if part.strip())


def _read_line(line: str, year: int) -> Iterator[SpecialDay]:
    item = _ITEM.match(line)
    name, colon, rest = line[item.end() if item else 0 :].partition("\uff1a")
    names_days, says_what = bool(_DAY.search(line)), bool(_SAYS_WHAT.search(line))
    if not (names_days and says_what) and not (item and colon and (names_days or says_what)):
        return  # the heading, the salutation, the closing words
    if not (colon and names_days and says_what):
        raise NoticeRefusal("notice_unreadable", line)
    for sentence in _SENTENCE_ENDS.split(rest):
        if _DAY.search(sentence) and not _ADVICE.search(sentence):
            yield from _read_sentence(sentence.strip(), _YEAR.sub("", name).strip(), year, line)


def _read_sentence(sentence: str, name: str, year: int, line: str) -> Iterator[SpecialDay]:
    days: list[date] = []
    rest = sentence
    joined = ""  # the sign before the next day: 、, 和 or 至
    while match := _DAY.match(rest):
        day = _day(match, days[-1] if days else None, year, line)
        if joined == "至":
            days += _until(days[-1], day, line)
        else:
            days.append(day)
        rest = rest[match.end() :]
        joined = rest[:1] if rest[:1] in ("至", "、", "和") and _DAY.match(rest[1:]) else ""
        rest = rest[len(joined) :]
    works = rest.startswith(WORKS)
    if not days or _DAY.search(rest) or not (works or rest.startswith(RESTS)):
        raise NoticeRefusal("notice_unreadable", line)
    count = _COUNT.search(rest)
    if count and int(count[1]) != len(days):
        raise NoticeRefusal("notice_count", line)
    for day in days:
        yield SpecialDay(day, works, f"{name}调休" if works else name)


def _day(match: re.Match[str], before: date | None, year: int, line: str) -> date:
    """The day matched; without a month it is in the month of the day before."""
    said_year, month, number, beside = match.groups()
    if month is None and before is None:
        raise NoticeRefusal("notice_unreadable", line)
    in_year = int(said_year) if said_year else before.year if before else year
    try:
        day = date(in_year, int(month) if month else before.month, int(number))  # type: ignore[union-attr]
    except ValueError:
        raise NoticeRefusal("notice_day_does_not_exist", line) from None
    weekday = _WEEKDAY.search(beside or "")
    if weekday and WEEKDAYS.index(weekday[1].replace("天", "日")) != day.weekday():
        raise NoticeRefusal("notice_weekday", line)
    return day


def _until(first: date, last: date, line: str) -> list[date]:
    """The days after `first`, up to and including `last`."""
    length = (last - first).days
    if not 0 < length < LONGEST:
        raise NoticeRefusal("notice_unreadable", line)
    return [first + timedelta(number) for number in range(1, length + 1)]
