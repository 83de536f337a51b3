"""The days a text names. They are taken out first, so that no day is read as a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from targets.reading.typed import Refusal, parse_day, parse_period

BLANK = "\0"  # replaces text taken out, so that offsets stay the same

_MONTHS = {"一": 3, "1": 3, "二": 6, "2": 6, "三": 9, "3": 9, "上": 6}
_SPAN = r" ?[-–—―~至到]{1,2} ?"
_YEAR = r"(?:19|20|21)[0-9]{2}"
_DUE = re.compile(
    # 比2024年增长: a year to compare with is no deadline.
    rf"(?P<since>(?:(?<=[比较以与])|(?<=[高低]于)|(?<=超过)){_YEAR}年[底末]?(?:相比|为基[期数])?"
    rf"|到?{_YEAR}年[底末]?(?=基础上|水平|的[0-9一两二三]))"
    r"|(?:到|至|截至)?(?<![0-9.])(?:"
    rf"(?P<day>{_YEAR}(?P<sep>[-/.])[0-9]{{1,2}}(?P=sep)[0-9]{{1,2}}(?![0-9%]))"
    rf"|(?P<dotted>{_YEAR}[-/.](?:1[0-2]|0?[1-9])(?=[前底末]|之前|以前))"
    r"|(?P<vague>[0-9一二三四五六七八九十两]{1,2}年(?:之?内|时间|累计|期间|行动期)|[“\"]?十[三四五六七]五[”\"]?(?:期间|期末|末))"
    rf"|(?P<year>(?:{_YEAR}年?{_SPAN})?(?P<digits>{_YEAR})年度?|今年|本年度?|当年|(?P<next>明年))?"
    rf"(?P<part>(?:[0-9]{{1,2}}月?{_SPAN})?(?P<month>[0-9]{{1,2}})月份?"
    r"(?:(?P<date>[0-9]{1,2})[日号]|(?P<tenth>[上中]旬)|(?P<early>初)|下旬|[底末])?"
    r"|[前第]?(?P<quarter>[一二三四1-4])季度[末底]?|(?P<half>[上下])半年|全年|(?<![上去往历前])年[底末内]|(?<![上去往前]年)(?<!季度)(?<=[年度])[底末])?"
    r"|(?P<season>(?:[春秋]季)?开学|春耕(?:备耕)?|三夏|三秋|夏收|秋收|秋种|枯水期"
    r"|梅雨季?节?|入汛|台风季?|入夏|[寒暑]假|高温季?|主?汛期|雨季|入冬|供暖季?|春节|清明节?|五一|端午节?|中秋节?|国庆节?|元旦)"
    r")(?P<before>之?前|以前)?"
)
_STANDING = re.compile("长期坚持|长期推进|持续推进|长期|常年|常态化")
_YEARS = re.compile(
    '(?:到|至|截至)?(?:[0-9一二三四五六七八九十两]{1,2}年(?:之?内|时间|累计|期间|行动期)|[“"]?十.五)'
)
_LEFT = re.compile("结转|遗留|续建|未完|启动|立项|下达|批次|实施的")  # 2025年度结转项目: things of that year
_WHOLE_YEAR = re.compile(r"(?:全年|年内|今年|本年度?|当年)+")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline at `start` to `end` of the text; without `day` its words name no certain day."""

    start: int
    end: int
    words: str
    day: date | None
    is_past: bool = False  # of a year before the plan's: it tells of what was

    @property
    def is_years_ahead(self) -> bool:
        return bool(_YEARS.match(self.words))

    @property
    def is_dated(self) -> bool:
        """Whether it names a day, and not only the year as a whole."""
        return self.day is not None and not _WHOLE_YEAR.fullmatch(self.words)


def taken_out(text: str, year: int | None) -> tuple[str, list[Deadline]]:
    """The text with its days blanked out, and the deadlines among them."""
    deadlines, stated, parts, place = [], year, [], 0
    for found in _DUE.finditer(text):
        if found["season"] and not found["before"]:
            continue
        if text.startswith("起", found.end()) and not (found["part"] or found["day"]):
            continue  # 自2026年起
        if any(found[name] for name in ("since", "day", "dotted", "vague", "year", "part", "season")):
            parts += [text[place : found.start()], BLANK * len(found[0])]
            place = found.end()
            is_name = found["year"] and not found["part"] and _LEFT.match(text, found.end())
            if not found["since"] and not is_name:
                stated = int(found["digits"]) if found["digits"] else year if found["year"] else stated
                day = _day(found, stated)
                is_past = bool(day and year and day.year < year)
                deadlines.append(Deadline(*found.span(), found[0], day, is_past))
    text = "".join([*parts, text[place:]])
    deadlines += [Deadline(*found.span(), found[0], None) for found in _STANDING.finditer(text)]
    return text, sorted(deadlines, key=lambda deadline: deadline.start)


def _day(found: re.Match[str], year: int | None) -> date | None:
    is_end = found["date"] or found["day"] or re.search("[底末]", found[0])
    tenth = {"上旬": 10, "中旬": 20}.get(found["tenth"] or "")
    if found["vague"] or found["next"] or found["early"] or found["season"] or found["dotted"]:
        return None
    if found["before"] and not is_end:
        return None  # 6月前: in June, or before it?
    month = found["month"] or _MONTHS.get(found["quarter"] or found["half"], 12)
    try:
        if found["day"] or found["date"] or tenth:
            return parse_day(found["day"] or f"{year}-{month}-{found['date'] or tenth}")
        return parse_period(f"{year}-{month}", 0)
    except Refusal:
        return None
