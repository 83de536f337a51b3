"""Numbers and days as people type them: the one reader for forms, imports and commands.

A value is read exactly; an unclear value is refused, never guessed, cut or rounded. A refusal is
a key with parameters (`REFUSALS`); its words live outside this package.
"""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

from targets.reading.amounts import in_unit
from targets.rules.quantities import PERCENT, half_up, plain
from targets.rules.schedule import month_end

_NUMBER = ("text", "unit_of_measure")

# key: the names of its parameters, all of them strings
REFUSALS: dict[str, tuple[str, ...]] = {
    "number_has_unit": _NUMBER,  # 64户 of 家, ¥470; 85% where the unit is not %
    "number_has_own_unit": (*_NUMBER, "meant"),  # 95家 of 家; meant: the number alone
    "number_in_other_unit": (*_NUMBER, "meant"),  # 58000万元 of 亿元; meant: the amount in 亿元
    "number_is_words": _NUMBER,  # —, 待统计
    "number_is_vague": _NUMBER,  # ≥90, 约500, 36左右
    "number_is_range": _NUMBER,  # 36—38, 36/52
    "number_is_sum": _NUMBER,  # 36+4, =A1
    "number_is_error": _NUMBER,  # #REF!, ######
    "number_bad_point": _NUMBER,  # 5.2.4
    "number_other_point": (*_NUMBER, "meant"),  # 52。4, 52·4
    "number_bad_minus": (*_NUMBER, "meant"),  # (2.6), 2.6-, 下降2.6
    "number_not_finite": _NUMBER,  # NaN, Infinity
    "number_scientific": _NUMBER,  # 1e5
    "number_bad_separators": _NUMBER,  # 1 234, 12,34, 1,2345, 1_000
    "number_other_digits": _NUMBER,  # ٣٤, ½, Ⅳ, 四百七十, 0x1F
    "number_too_long": (*_NUMBER, "most"),  # most: digits allowed before the point
    "number_too_many_decimals": (*_NUMBER, "most"),  # most: digits allowed after it
    "number_is_boolean": _NUMBER,
    "number_not_whole": _NUMBER,  # 64.5 of things that are counted
    "number_below_zero": _NUMBER,  # -5 of them
    "number_is_day": _NUMBER,  # a cell formatted as a date or a time
    "day_unreadable": ("text",),
    "day_two_digit_year": ("text",),
    "day_serial": ("text",),
    "day_does_not_exist": ("text",),
    "day_out_of_range": ("text", "first", "last"),  # the first and last year allowed
    "period_unreadable": ("text", "year"),
}

# Together fifteen digits: all that SQLite keeps of a decimal.
WHOLE_DIGITS = 11
DECIMALS = 4
FIRST_YEAR, LAST_YEAR = 2000, 2100
_LONGEST = 40
# Listed one by one, because NFKC would turn 5² into 52 and ① into 1.
_PLAIN = str.maketrans("０１２３４５６７８９＋－−．，％／", "0123456789+--.,%/", "\u200b\ufeff")
# In 0,123 the comma is a decimal comma, so a grouped number does not begin with 0.
_DIGITS = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?)")
_NOT_FINITE = re.compile(r"[+-]?(?:s?nan[0-9]*|inf|infinity|∞)", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"[+-]?[0-9][0-9.,]*e[+-]?[0-9]+", re.IGNORECASE)
_OTHER_DIGITS = re.compile(r"0[xob][0-9a-f]+|负?[零〇一二两三四五六七八九十百千万亿点]+", re.IGNORECASE)
_SEPARATED = re.compile(r"[0-9\s,.'_+()（）/:-]*[0-9][0-9\s,.'_+()（）/:-]*")
_WITH_UNIT = re.compile(r"[+-]?[¥￥$]?[+-]?\.?[0-9].*", re.DOTALL)
_ERROR = re.compile(r"#+|#[A-Z/0-9]+[!?]?")
_DAY = re.compile(r"(?:19|20)[0-9]{2}[-./年][0-9]{1,2}(?:[-./月].*)?|[0-9]{1,2}月.*")
_RANGE = re.compile(r"[0-9.,]+%?\s*(?:[-~～〜–—―/]+|至|到)\s*[0-9.,]+[^0-9]*")
_SUM = re.compile(r"=.+|[0-9.,]+(?:\s*[+*×]\s*[0-9.,]+)+")
_VAGUE = re.compile(
    r"(?:约|近|超|逾|达|不低于|不少于|[≥≤><＞＜≈~～]).*[0-9].*|[0-9].*(?:左右|以上|以下|余|多|上下)[^0-9]*"
)
_OTHER_POINT = re.compile(r"([+-]?[0-9]+)[。·•](?:([0-9]+))")
_FALLING = re.compile(r"(?:[(（]([0-9.]+)[)）]|([0-9.]+)-|(?:下降|减少|负|[—–―])\s*([0-9.]+))%?")

_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>[0-9]{4,5})(?P<sep>[-./])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})",
        r"(?P<y>[0-9]{4,5})\s*年\s*(?P<m>[0-9]{1,2})\s*月\s*(?P<d>[0-9]{1,2})\s*[日号]",
        r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
    )
)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-./年][0-9]{1,2}[-./月][0-9]{1,2}日?")
_SERIAL = re.compile(r"-?[0-9]{1,5}(?:\.[0-9]*)?|-?[0-9]+\.[0-9]*")
_PERIODS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})",
        # Chinese keyboards type the dash of 1—6月 twice.
        r"(?:(?P<y>[0-9]{4})\s*年\s*)?(?:1月?\s*[-–—―~～〜至到]{1,2}\s*)?(?P<m>[0-9]{1,2})\s*月份?",
        r"(?P<m>[0-9]{1,2})",
    )
)
# A fixed offset is exact: Shanghai has kept it since 1992, and earlier years are refused.
_SHANGHAI = timezone(timedelta(hours=8))


class Refusal(ValueError):
    """The text typed cannot be read: `key` and `params` as listed in `REFUSALS`."""

    def __init__(self, key: str, params: dict[str, str]) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params


def parse_number(
    raw: object, *, unit_of_measure: str = "", percent_format: bool = False, whole: bool = False
) -> Decimal | None:
    """The number meant, in the target's unit; None when nothing was entered (which is not zero).

    `raw` is text, a cell's value or None. For a target in % the texts `85` and `85%` and a cell
    0.85 with a percent format (`percent_format`, which says nothing about text) are all 85.
    `whole`: things counted one by one. Raises `Refusal`.
    """
    in_percent = unit_of_measure.strip() in PERCENT
    try:
        if raw is None:
            return None
        if isinstance(raw, str):
            return _as_counted(_number_from_text(raw, unit_of_measure.strip()), whole)
        value = _number_from_cell(raw)
        if percent_format and not in_percent:
            raise Refusal("number_has_unit", {"text": f"{plain(_kept(value, 2))}%"})
        return _as_counted(_kept(value, 2 if percent_format else 0), whole)
    except Refusal as refusal:
        refusal.params.setdefault("text", _shown(raw))
        refusal.params["unit_of_measure"] = unit_of_measure
        raise


def parse_day(raw: object) -> date | None:
    """The calendar day meant, in Shanghai; None when nothing was entered. Raises `Refusal`."""
    if raw is None:
        return None
    if isinstance(raw, date):
        return _day_of_cell(raw)
    shown = _shown(raw)
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Refusal("day_unreadable", {"text": shown})
    if not isinstance(raw, str):
        raise Refusal("day_serial", {"text": shown})
    text = _clean(raw)
    if not text:
        return None
    for pattern in _DAYS:
        if found := pattern.fullmatch(text):
            return _day(int(found["y"]), int(found["m"]), int(found["d"]), shown)
    if _SHORT_YEAR.fullmatch(text):
        raise Refusal("day_two_digit_year", {"text": shown})
    raise Refusal("day_serial" if _SERIAL.fullmatch(text) else "day_unreadable", {"text": shown})


def day_from_serial(serial: int | float, *, epoch_1904: bool = False) -> date:
    """The day of a numeric cell that its format makes a date, without its time. Raises `Refusal`."""
    # Day 0 of the 1900 system is a day early, because it counts a 29 February 1900, which did not exist.
    epoch = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
    try:
        day = epoch + timedelta(days=math.floor(serial))
    except (OverflowError, ValueError):
        raise _out_of_range(_shown(serial)) from None
    return _day(day.year, day.month, day.day, _shown(serial))


def parse_period(raw: object, year: int) -> date:
    """The last day of the month meant; a bare month is one of `year`. Raises `Refusal`.

    `1—6月` is the period cumulated to June. A date cell means its month: 2026年6月 typed into a
    sheet becomes 1 June.
    """
    if isinstance(raw, date):
        day = _day_of_cell(raw)
        return month_end(day.year, day.month)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and raw in range(1, 13):
        return month_end(year, int(raw))
    text = _clean(raw) if isinstance(raw, str) else ""
    for pattern in _PERIODS:
        if found := pattern.fullmatch(text):
            written, month = int(found.groupdict().get("y") or year), int(found["m"])
            if FIRST_YEAR <= written <= LAST_YEAR and 1 <= month <= 12:
                return month_end(written, month)
    raise Refusal("period_unreadable", {"text": _shown(raw), "year": str(year)})


def _number_from_text(raw: str, unit: str) -> Decimal | None:
    typed = raw.strip()
    # Only the head is read: it is enough to name the fault, and a very long text costs no time.
    text = typed[:_LONGEST].translate(_PLAIN).strip()
    if unit in PERCENT:
        text = text.removesuffix("%").rstrip() or text
    if not text and len(typed) <= _LONGEST:
        return None
    if not _DIGITS.fullmatch(text):
        raise _fault_in(text, unit)
    value = _kept(Decimal(text.replace(",", "")), 0)
    if len(typed) > _LONGEST:
        raise Refusal("number_too_long", {"most": str(WHOLE_DIGITS)})
    return value


def _as_counted(value: Decimal | None, whole: bool) -> Decimal | None:
    if whole and value is not None and value != int(value):
        raise Refusal("number_not_whole", {})
    if whole and value is not None and value < 0:
        raise Refusal("number_below_zero", {})
    return value


def _fault_in(text: str, unit: str) -> Refusal:
    """The most exact refusal, with the number that the text seems to mean if that is clear."""
    if found := _OTHER_POINT.fullmatch(text):
        return Refusal("number_other_point", {"meant": f"{found[1]}.{found[2]}"})
    if found := _FALLING.fullmatch(text):
        return Refusal("number_bad_minus", {"meant": f"-{found[1] or found[2] or found[3]}"})
    if (amount := in_unit(text, unit)) is not None and (meant := _meant(amount)):
        is_own = text.removesuffix(unit).strip().replace(",", "") == meant
        return Refusal("number_has_own_unit" if is_own else "number_in_other_unit", {"meant": meant})
    key = next((key for key, pattern in _FAULTS if pattern.fullmatch(text)), None)
    return Refusal(key or _other_fault(text), {})


_FAULTS = (
    ("number_not_finite", _NOT_FINITE),
    ("number_is_error", _ERROR),
    ("number_scientific", _SCIENTIFIC),
    ("number_is_day", _DAY),
    ("number_is_range", _RANGE),
    ("number_is_sum", _SUM),
    ("number_is_vague", _VAGUE),
)


def _other_fault(text: str) -> str:
    if _OTHER_DIGITS.fullmatch(text) or any(c > "~" and unicodedata.category(c)[0] == "N" for c in text):
        return "number_other_digits"
    if re.fullmatch(r"[0-9.]*[0-9][0-9.]*", text):
        return "number_bad_point"
    if _SEPARATED.fullmatch(text):
        return "number_bad_separators"
    return "number_has_unit" if _WITH_UNIT.fullmatch(text) else "number_is_words"


def _meant(amount: Fraction) -> str:
    """Plain digits if a field can hold every digit, else an empty text."""
    value = half_up(amount, DECIMALS)
    return plain(value) if Fraction(value) == amount and value.adjusted() < WHOLE_DIGITS else ""


def _number_from_cell(raw: object) -> Decimal:
    if isinstance(raw, bool):
        raise Refusal("number_is_boolean", {})
    if isinstance(raw, date | time | timedelta):
        raise Refusal("number_is_day", {})
    if isinstance(raw, int):
        if raw.bit_length() > 64:
            raise Refusal("number_too_long", {"most": str(WHOLE_DIGITS)})
        return Decimal(raw)
    if not isinstance(raw, float | Decimal):
        raise Refusal("number_is_words", {})
    # Not math.isfinite: as a float, Decimal("1e400") is infinite and a signalling NaN an error.
    if not Decimal(raw).is_finite():
        raise Refusal("number_not_finite", {})
    if isinstance(raw, Decimal):
        return raw
    # The noise of a float begins after the fifteenth digit; cutting it leaves zeros. A figure that still
    # has fifteen digits really is that long: it is kept, to be refused rather than rounded.
    cleaned = Decimal(f"{raw:.15g}")
    return cleaned if len(cleaned.as_tuple().digits) < 15 else Decimal(repr(raw))


def _kept(value: Decimal, shift: int) -> Decimal:
    """`value` times 10**shift in plain form, if the database can hold every digit of it."""
    if not value:
        return Decimal(0)
    if value.adjusted() + shift >= WHOLE_DIGITS:
        raise Refusal("number_too_long", {"most": str(WHOLE_DIGITS)})
    kept = value.quantize(Decimal(f"1E-{DECIMALS + shift}"))
    if kept != value:
        raise Refusal("number_too_many_decimals", {"most": str(DECIMALS)})
    return Decimal(plain(kept.scaleb(shift)))


def _day_of_cell(raw: date) -> date:
    if isinstance(raw, datetime) and raw.tzinfo:
        try:
            raw = raw.astimezone(_SHANGHAI)
        except OverflowError:
            raise _out_of_range(_shown(raw)) from None
    return _day(raw.year, raw.month, raw.day, _shown(raw))


def _day(year: int, month: int, day: int, text: str) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _out_of_range(text)
    try:
        return date(year, month, day)
    except ValueError:
        raise Refusal("day_does_not_exist", {"text": text}) from None


def _out_of_range(text: str) -> Refusal:
    return Refusal("day_out_of_range", {"text": text, "first": str(FIRST_YEAR), "last": str(LAST_YEAR)})


def _clean(raw: str) -> str:
    return raw.strip().translate(_PLAIN).strip()


def _shown(raw: object) -> str:
    """The head of what was entered, short enough for a message."""
    if isinstance(raw, int) and raw.bit_length() > 64:
        return "…"
    text = str(raw).strip()
    return text if len(text) <= 20 else f"{text[:20]}…"
