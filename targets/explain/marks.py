"""Words beside a status or a field: marks and refusals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.explain.quantities import month_of, quantity
from targets.reading.holidays import NoticeRefusal
from targets.reading.typed import Refusal
from targets.status import Status

DUE_SOON = 15  # days before a node's date from which 临期 is shown beside its light

MARKS: dict[str, Promise] = {
    "preliminary": gettext_lazy("preliminary"),
    "early": gettext_lazy("done early"),
    "exceeded": gettext_lazy("exceeded"),
    "late": gettext_lazy("done late"),
    "revised": gettext_lazy("promise changed"),
    "corrected": gettext_lazy("corrected"),
    "belated": gettext_lazy("filed late"),
}


# Why a monthly plan is invalid, by the keys of rules.curves.
CURVE_FAULTS: dict[str, Promise] = {
    "not_last_month": gettext_lazy("The plan must end in the month in which the target is due (%(month)s)."),
    "not_the_goal": gettext_lazy("The plan must end at the value to reach (%(goal)s)."),
    "one_point_only": gettext_lazy(
        "What is judged by its level has no way to go: give only the value of the last month, to have it "
        "judged then."
    ),
    "turns_back": gettext_lazy("The plan must lead to the value to reach without turning back."),
}


def marks(target: Any, on: date) -> list[str]:
    """Return the marks beside the status of a target as a line of the register shows it."""
    row = target.row
    stored = row.marks if row else {}
    shown = [entry for entry in (target.words, target.figure) if entry]
    found = {code: str(words) for code, words in MARKS.items() if code in stored}
    corrected = found.pop("corrected", "")
    listed = [_("stretch") if (row or target).firmness == "stretch" else "", *found.values()]
    if row and row.override_light is not None and row.override_until >= on:
        listed.append(_("set by hand"))
        if target.status_by_rule != target.status:
            listed.append(_("the rule says %(light)s") % {"light": Status(target.status_by_rule).label})
    listed.append(behind(stored.get("behind")))
    if target.carried:
        listed.append(_("carried over from %(month)s") % {"month": month_of(row.period_end, on)})
    listed.append(corrected)
    if any(entry.is_belated for entry in shown):
        listed.append(str(MARKS["belated"]))
    if row and row.state == "closed":
        listed.append(_("signed off"))
    if row and target.status == Status.GREEN:
        # red comes first under a rule without amber
        days_left = (min(row.amber_on, row.red_on) - on).days
        listed.append(_("due soon") if 0 < days_left <= DUE_SOON else "")
    return [mark for mark in listed if mark]


def behind(periods: int | None) -> str:
    return _("behind %(count)s periods running") % {"count": periods} if periods else ""


def share(percent: Decimal) -> str:
    return _("%(share)s%% of the target value") % {"share": percent}


_WERE = (gettext_lazy("was %(value)s"), gettext_lazy("baseline was %(value)s"))


def were(value: Decimal | None, baseline: Decimal | None, unit: str) -> list[str]:
    """Return words on the first value to reach and the first baseline, if they changed."""
    told = zip(_WERE, (value, baseline), strict=True)
    return [str(words) % {"value": quantity(was, unit)} for words, was in told if was is not None]


def remarks(found: list[str], documents: list[str]) -> str:
    """Return the form's 备注: the marks with earlier values, and the documents that changed the promise."""
    told = [_(" · ").join(found), *documents] if found else documents
    return _("; ").join(told) if told else ""


REFUSALS: dict[str, Promise] = {
    "number_has_unit": gettext_lazy("“%(text)s”: please give only the number, in %(unit)s."),
    "number_has_own_unit": gettext_lazy("“%(text)s”: please give the number alone, %(meant)s."),
    "number_in_other_unit": gettext_lazy(
        "“%(text)s”: this field is in %(unit)s, in which it comes to %(meant)s. Please type that if it is "
        "what you mean."
    ),
    "number_is_vague": gettext_lazy(
        "“%(text)s”: please give one exact number, without words such as “about” or “at least”."
    ),
    "number_is_range": gettext_lazy("“%(text)s”: please give one number, no range and no share of a whole."),
    "number_is_sum": gettext_lazy("“%(text)s”: please give the result of the sum."),
    "number_is_error": gettext_lazy("“%(text)s” is an error of the sheet it was copied from, not a number."),
    "number_bad_point": gettext_lazy("“%(text)s”: a number has one decimal point only."),
    "number_other_point": gettext_lazy(
        "“%(text)s”: the decimal point is written “.”; please type %(meant)s if that is what you mean."
    ),
    "number_bad_minus": gettext_lazy("“%(text)s”: please write a negative number with a minus, %(meant)s."),
    "number_not_whole": gettext_lazy("“%(text)s”: %(unit)s are counted; please give an integer."),
    "number_below_zero": gettext_lazy("“%(text)s”: a count cannot be negative."),
    "number_is_words": gettext_lazy("“%(text)s” is no number; leave it empty if there is none and say why."),
    "number_not_finite": gettext_lazy(
        "“%(text)s” is no number; leave it empty if there is none and say why."
    ),
    "number_scientific": gettext_lazy("“%(text)s”: please write the number out in full."),
    "number_bad_separators": gettext_lazy(
        "“%(text)s”: separators stand after every three digits only; please leave them out and check the "
        "number."
    ),
    "number_other_digits": gettext_lazy("“%(text)s”: please use the digits 0 to 9."),
    "number_too_long": gettext_lazy("“%(text)s”: at most %(most)s digits stand before the point."),
    "number_too_many_decimals": gettext_lazy("“%(text)s”: at most %(most)s decimals are kept."),
    "number_is_boolean": gettext_lazy("“%(text)s” is no number."),
    "number_is_day": gettext_lazy("“%(text)s” is a date, not a number."),
    "day_unreadable": gettext_lazy("“%(text)s” is no date; write it like 2026-06-30."),
    "day_two_digit_year": gettext_lazy("“%(text)s”: please give the year with four digits."),
    "day_serial": gettext_lazy("“%(text)s” is a bare number; write the date like 2026-06-30."),
    "day_does_not_exist": gettext_lazy("There is no day “%(text)s”."),
    "day_out_of_range": gettext_lazy("“%(text)s” lies outside the years %(first)s to %(last)s."),
    "period_unreadable": gettext_lazy("“%(text)s” is no period; write it like 2026-06."),
}


NOTICE_REFUSALS: dict[str, Promise] = {
    "notice_unreadable": gettext_lazy(
        "This line cannot be read; which days rest, which are worked? “%(line)s”"
    ),
    "notice_day_does_not_exist": gettext_lazy("This line names a day that does not exist: “%(line)s”"),
    "notice_weekday": gettext_lazy(
        "The weekdays do not fit this year; is it another year's notice? “%(line)s”"
    ),
    "notice_count": gettext_lazy("The days named are more or fewer than the number given: “%(line)s”"),
    "notice_contradicts": gettext_lazy("A day of this line both rests and is worked: “%(line)s”"),
    "notice_is_empty": gettext_lazy("No holiday is named in this text."),
}


def notice_refusal(refused: NoticeRefusal) -> str:
    return str(NOTICE_REFUSALS[refused.key]) % {"line": refused.line}


def refusal(refused: Refusal) -> str:
    """Why a number or day was not read, in words that say what to do."""
    unit = refused.params.get("unit_of_measure") or _("the unit of measure")
    return str(REFUSALS[refused.key]) % {**refused.params, "unit": unit}
