"""Number formats: whether a number is a day, a time or a percentage, and what is printed around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

# What the built-in formats show: y, m, d of a day, h of a time, % of a percentage. 27–36 and 50–58 are those
# that Excel and WPS write in Chinese (ECMA-376, 18.8.30): 31 is yyyy年m月d日, 57 is yyyy年m月.
_BUILT_IN = {
    **dict.fromkeys((9, 10), "%"),
    **dict.fromkeys((14, 15, 30, 31), "ymd"),
    **dict.fromkeys((16, 28, 29, 51, 53, 54, 58), "md"),
    **dict.fromkeys((17, 27, 36, 50, 52, 57), "ym"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h"),
    22: "ymdh",
}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]|(?P<plain>.)', re.S
)
_GENERAL = re.compile(r"general|g/通用格式", re.IGNORECASE)
_HALF_OF_DAY = re.compile(r"am/pm|a/p|上午/下午", re.IGNORECASE)
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Format:
    """`shows`: y, m, d, h or %; empty for a plain number. `before` and `after` are printed around it.

    `is_scaled`: fewer digits are printed than the cell holds, as 1.2 for 12345.
    """

    shows: str = ""
    before: str = ""
    after: str = ""
    is_scaled: bool = False

    @property
    def is_day(self) -> bool:
        return bool(set("ymd") & set(self.shows))


PLAIN = Format()


@cache
def built_in(number: int) -> Format:
    return Format(_BUILT_IN.get(number, ""))


@cache
def _read(code: str) -> Format:
    pattern, before, after, is_scaled = "", "", "", False
    for token in _TOKEN.finditer(_GENERAL.sub("0", code[:_LONGEST])):
        literal = token["quoted"] or token["escaped"] or ""
        plain = token["plain"] or ""
        if plain == ";":  # the first part is that of positive numbers
            break
        if token["bracket"] is not None and re.fullmatch("[hms]+", token["bracket"], re.IGNORECASE):
            plain = "h"  # hours added up
        if token["escaped"] == "." and pattern and pattern[-1] in "0#":
            is_scaled = True  # 0!.0, prints 12345 as 1.2
        if plain and plain.isascii():
            pattern += plain.lower()
        elif (plain or literal) and plain not in ("¥", "￥"):
            pattern, before, after = _around(pattern, before, after, literal or plain)
    pattern = _HALF_OF_DAY.sub("h", pattern)
    has_digits = any(sign in pattern for sign in "0#?")
    if not has_digits and (set(pattern) & set("ymdhse")):
        return Format(_day_parts(pattern))
    is_scaled = is_scaled or bool(re.search("[0#?],+(?![0#?])", pattern))
    if "%" in pattern:
        return Format("%", before.strip(), after.strip())
    if not has_digits or is_scaled:
        return Format(is_scaled=is_scaled)
    return Format("", before.strip(), after.strip())


def _around(pattern: str, before: str, after: str, words: str) -> tuple[str, str, str]:
    return (pattern, before, after + words) if pattern.strip() else (pattern, before + words, after)


def _day_parts(pattern: str) -> str:
    has_year = "y" in pattern or "e" in pattern
    has_day, has_time = "d" in pattern, "h" in pattern or "s" in pattern
    has_month = "m" in pattern and (has_year or has_day or not has_time)
    told = zip("ymdh", (has_year, has_month, has_day, has_time), strict=True)
    return "".join(part for part, is_shown in told if is_shown)


def custom(code: str) -> Format:
    """The format of a code such as yyyy"年"m"月", 0.0% or 0"家"."""
    return _read(code)
