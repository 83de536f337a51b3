"""Figures, days and periods in words, as offices print them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from targets.rules.quantities import PERCENT, is_whole, plain
from targets.rules.schedule import month_number


def with_minus(number: str) -> str:
    """Print has a minus where computed numbers have a hyphen."""
    return number.replace("-", "−")


def number(value: Decimal | None) -> str:
    """Return a value as offices print it in text; a reported 0 stays 0, a missing value is a dash."""
    return "—" if value is None else with_minus(plain(value))


def quantity(value: Decimal | None, unit: str) -> str:
    return "—" if value is None else f"{number(value)}{unit}"


def moved(value: Decimal | None, before: Decimal | None, unit: str) -> str:
    """Return the signed change from the figure before: +46.8亿元; empty if one of the two is missing."""
    if value is None or before is None:
        return ""
    by = value - before
    sign = "+" if by > 0 else "−" if by < 0 else ""
    return f"{sign}{number(abs(by))}{unit_of_change(unit)}"


def percentage(value: Decimal | None) -> str:
    return "—" if value is None else with_minus(str(value))


def points(gap: Decimal | None) -> str:
    """Return a signed gap in percentage points, without unit; a dash for None."""
    return "—" if gap is None else "0.0" if gap == 0 else with_minus(f"{gap:+}")


def unit_of_change(unit: str) -> str:
    """Return the unit of a difference of two figures: percentage points if `unit` is a percentage."""
    return _(" percentage points") if unit.strip() in PERCENT else unit


def difference(value: Decimal, unit: str) -> str:
    """Return a difference with its unit; percentages differ by percentage points, never by per cent."""
    return f"{number(value)}{unit_of_change(unit)}"


def promised(promise: Any) -> str:
    """Return a promise's value in words as judged, with the direction if the comparator leaves it open."""
    said = reading(
        promise.comparator, promise.target_value, promise.unit_of_measure, promise.decimals or 0,
        promise.upper_value, promise.measure,
    )  # fmt: skip
    if promise.comparator not in DIRECTIONS_OF or promise.direction not in DIRECTIONS:
        return said
    return _("%(goal)s (%(direction)s)") % {"goal": said, "direction": DIRECTIONS[promise.direction]}


DIRECTIONS_OF = ("approx", "eq", "between")  # the comparators that leave the direction open
DIRECTIONS: dict[str, Promise] = {
    "higher": gettext_lazy("the higher the better"),
    "lower": gettext_lazy("the lower the better"),
    "within": gettext_lazy("both bounds bind"),
}


def reading(
    comparator: str,
    value: Decimal | None,
    unit: str,
    decimals: int | None,
    upper: Decimal | None = None,
    measure: str = "",
) -> str:
    """Return the promise as it is read: "more than 150" of whole things is "at least 151"."""
    if value is None:
        return "—"
    if decimals is not None and is_whole(decimals, unit, measure):
        if comparator == "gt":
            comparator, value = "gte", value + 1
        elif comparator == "lt":
            comparator, value = "lte", value - 1
    if measure == "rank" and comparator in FIRST:
        return first_places(comparator, value)
    words = READINGS.get(comparator, "%(value)s%(unit)s")
    if comparator == "gte" and unit.strip() in PERCENT:
        words = pgettext("rate", "at least %(value)s%(unit)s")
    return str(words) % {"value": number(value), "unit": unit, "upper": number(upper)}


READINGS: dict[str, Promise] = {
    "gte": gettext_lazy("at least %(value)s%(unit)s"),
    "gt": gettext_lazy("more than %(value)s%(unit)s"),
    "lte": gettext_lazy("at most %(value)s%(unit)s"),
    "lt": gettext_lazy("less than %(value)s%(unit)s"),
    "eq": gettext_lazy("equal to %(value)s%(unit)s"),
    "approx": gettext_lazy("about %(value)s%(unit)s"),
    "between": gettext_lazy("from %(value)s to %(upper)s%(unit)s"),
}
FIRST = ("lte", "lt")  # of places: no more than, and fewer than


def first_places(comparator: str, value: Decimal) -> str:
    return _("among the first %(value)s") % {"value": plain(value if comparator == "lte" else value - 1)}


SIGNS = {"gte": "≥", "gt": "＞", "lte": "≤", "lt": "＜", "eq": "=", "approx": "≈"}


def goal(
    comparator: str, value: Decimal | None, unit: str, upper: Decimal | None = None, measure: str = ""
) -> str:
    """Return the value to reach for a table's cell: ≥520亿元, 4.5—5%, 前3位."""
    if value is None:
        return "—"
    if measure == "rank" and comparator in FIRST:
        return first_places(comparator, value)
    if upper is not None:
        return f"{number(value)}—{number(upper)}{unit}"
    return f"{SIGNS.get(comparator, '')}{number(value)}{unit}"


def listed(words: Iterable[Any]) -> str:
    """Return the words as a list in words: 口径、上年基数."""
    return pgettext("list", ", ").join(map(str, words))


def box(target: Any, period: Any) -> str:
    """Return the label of a target's figure: 累计完成数（1—6月），单位：亿元."""
    name, unit = figure_name(target, period), target.unit_of_measure
    return _("%(name)s, in %(unit)s") % {"name": name, "unit": unit} if unit.strip() else name


def figure_name(target: Any, period: Any) -> str:
    """Return the name of the figure: a total or growth rate with its months, others with their month."""
    until = period.period_end
    since = min(target.starts_on or target.plan.starts_on, period.period_start)
    words = {"months": months(since, until), "month": until.month}
    match target.measure:
        case "flow":
            return _("cumulative figure (%(months)s)") % words
        case "growth":
            return _("growth rate (%(months)s)") % words
        case "rank":
            return _("place (month %(month)s)") % words
        case "ratio":
            return _("ratio (month %(month)s)") % words
    return _("figure at the end of month %(month)s") % words


# --- days and periods -------------------------------------------------------------------------


def day(on: date | None) -> str:
    return "—" if on is None else formats.date_format(on, "DATE_FORMAT")


def short_day(on: date) -> str:
    """Return a day of the year in question: 12月9日."""
    return pgettext("day", "%(month)s/%(day)s") % {"month": on.month, "day": on.day}


def moment(at: date | datetime) -> str:
    """A day, or a moment to the minute: two moments of one day may differ in what was known."""
    if not isinstance(at, datetime):
        return day(at)
    local = timezone.localtime(at)
    return f"{day(local.date())} {local:%H:%M}"


def months(first: date, last: date) -> str:
    """Return the data period of a cumulative total: 1—6月."""
    if first.year != last.year:
        return _("%(from_month)s/%(from_year)s to %(month)s/%(year)s") % {
            "from_month": first.month, "from_year": first.year, "month": last.month, "year": last.year,
        }  # fmt: skip
    if month_number(first) == month_number(last):
        return _("Month %(month)s") % {"month": last.month}
    return _("Months %(first)s–%(last)s") % {"first": first.month, "last": last.month}


def month_of(period_end: date | None, on: date) -> str:
    """Return the month of a figure in a table of day `on`; with the year only if the years differ."""
    if period_end is None:
        return ""
    if period_end.year == on.year:
        return pgettext("month", "month %(month)s") % {"month": period_end.month}
    return _("%(month)s/%(year)s") % {"month": period_end.month, "year": period_end.year}


def words_of(text: str, period_end: date, on: date) -> str:
    """Return words carried over from an earlier month's report: 9月：按计划推进."""
    return _("%(month)s: %(words)s") % {"month": month_of(period_end, on), "words": text}


def beside(answer: Any, text: str) -> str:
    """Return the answer given instead of a report, followed by the words of the entry."""
    if not text:
        return str(answer)
    return pgettext("words", "%(answer)s; %(words)s") % {"answer": answer, "words": text}


def change(rate: Decimal) -> str:
    """A growth rate in words: a fall is worded with a positive number, zero is level."""
    if rate == 0:
        return _("level with last year")
    if rate < 0:
        return _("down %(rate)s%%") % {"rate": plain(-rate)}
    return _("up %(rate)s%%") % {"rate": plain(rate)}
