"""What is typed into a field of a number, as it is typed: never another number, cut or rounded."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.reading.typed import Refusal, parse_day, parse_number, parse_period
from targets.rules.quantities import is_whole
from targets.rules.schedule import month_end
from tests.cases import cases

# What a message of these keys speaks of.
HINTS = {
    "grouping": {"number_bad_separators"},
    "point": {"number_bad_point", "number_other_point"},
    "unit": {"number_has_unit", "number_has_own_unit"},
    "words": {
        "number_is_words", "number_is_vague", "number_is_sum", "number_bad_minus", "number_other_digits",
    },
    "range": {"number_is_range"},
    "minus": {"number_bad_minus"},
    "negative": {"number_below_zero"},
    "digits": {"number_other_digits"},
    "scientific": {"number_scientific"},
    "not a number": {"number_not_finite"},
    "error of the sheet": {"number_is_error"},
    "whole": {"number_not_whole"},
    "too long": {"number_too_long"},
    "decimals": {"number_too_many_decimals"},
    "a day": {"number_is_day"},
}  # fmt: skip


def read(case):
    """("value", text or None), or ("refused", the refusal)."""
    unit = case["unit"]
    whole = is_whole(0, unit, case.get("measure", ""))
    try:
        value = parse_number(case["input"], unit_of_measure=unit, whole=whole)
    except Refusal as refused:
        return "refused", refused
    return "value", None if value is None else str(value)


def is_right(case):
    expected, (how, found) = case["expect"], read(case)
    if expected.get("confirm"):
        # refused, naming what it comes to
        return how == "refused" and found.params.get("meant") == expected["value"]
    if "value" in expected:
        return how == "value" and found == expected["value"]
    return how == "refused" and found.key in HINTS[expected["hint"]]


@pytest.mark.parametrize("case", cases("numbers"), ids=lambda case: repr(case["input"]))
def test_what_is_typed_is_read_or_refused_with_the_right_hint(case):
    if case.get("arguable") and not is_right(case):
        print("arguable:", case["input"], read(case))
        return
    assert is_right(case), read(case)


def test_no_case_is_read_as_another_number():
    read_otherwise = []
    for case in cases("numbers"):
        how, found = read(case)
        allowed = {case["expect"].get("value"), case.get("alt", {}).get("value")}
        if how == "value" and found not in allowed:
            read_otherwise.append(case["input"])
    assert read_otherwise == []


@pytest.mark.parametrize(
    ("text", "unit", "meant"),
    [
        ("58000万元", "亿元", "5.8"),
        ("2亿3000万元", "万元", "23000"),
        ("1万2000人", "人", "12000"),
        ("3.2万平方米", "平方米", "32000"),
        ("1500吨", "万吨", "0.15"),
        ("12.5万人次", "万人次", "12.5"),
        ("7200平方米", "亩", "10.8"),
        ("640斤", "吨", "0.32"),
        ("2,405 万元", "亿元", "0.2405"),
    ],
)
def test_amount_in_another_unit_is_refused_and_its_worth_named(text, unit, meant):
    with pytest.raises(Refusal) as caught:
        parse_number(text, unit_of_measure=unit)
    assert caught.value.params["meant"] == meant


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("36.8元", "亿元"),  # beyond the decimals that are kept
        ("5美元", "元"),
        ("3户", "家"),
        ("2亿3", "亿元"),  # three of what?
        ("3000万2亿元", "亿元"),
        ("1,2345万元", "亿元"),
        ("12个", "万个次"),
        ("100平方米", "公里"),
    ],
)
def test_amount_that_is_not_plain_names_no_worth(text, unit):
    with pytest.raises(Refusal) as caught:
        parse_number(text, unit_of_measure=unit)
    assert "meant" not in caught.value.params


@pytest.mark.parametrize(
    ("raw", "options", "number"),
    [
        ("0" * 39 + "5", {}, 5),  # forty characters are read
        ("\u200b" * 40, {}, None),  # of which none shows
        (Decimal("0E+30"), {}, 0),
        (1e8, {"unit_of_measure": "%", "percent_format": True}, 10**10),
    ],
)
def test_what_is_just_short_enough_is_read(raw, options, number):
    assert parse_number(raw, **options) == number


@pytest.mark.parametrize(
    ("raw", "options", "key", "shown"),
    [
        ("0" * 40 + "5", {}, "number_too_long", "0" * 20 + "…"),
        ("\u200b" * 41, {}, "number_is_words", "\u200b" * 20 + "…"),
        (1e10, {"unit_of_measure": "%", "percent_format": True}, "number_too_long", "10000000000.0"),
        ("待" * 20, {}, "number_is_words", "待" * 20),
        ("待" * 21, {}, "number_is_words", "待" * 20 + "…"),
        (2**63, {}, "number_too_long", "9223372036854775808"),
        (2**64, {}, "number_too_long", "…"),
    ],
)
def test_what_is_longer_is_refused_and_only_its_head_shown(raw, options, key, shown):
    with pytest.raises(Refusal) as caught:
        parse_number(raw, **options)
    assert (caught.value.key, caught.value.params["text"]) == (key, shown)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("52。4", "52.4"), ("-52·4", "-52.4"), ("(2.6)", "-2.6"), ("2.6-", "-2.6"), ("下降2.6", "-2.6"),
     ("—2.6%", "-2.6")],
)  # fmt: skip
def test_the_number_that_another_way_of_writing_means_is_named(text, meant):
    with pytest.raises(Refusal) as caught:
        parse_number(text)
    assert caught.value.params["meant"] == meant


def test_days_are_those_of_shanghai_within_the_years_of_plans():
    before_midnight = datetime(2025, 6, 30, 15, 59, tzinfo=UTC)
    assert parse_day(before_midnight) == date(2025, 6, 30)
    assert parse_day(before_midnight + timedelta(minutes=1)) == date(2025, 7, 1)
    assert [parse_day(text) for text in ("2000-01-01", "2100-12-31")] == [
        date(2000, 1, 1),
        date(2100, 12, 31),
    ]
    for text in ("1999-12-31", "2101-01-01"):
        with pytest.raises(Refusal):
            parse_day(text)


@pytest.mark.parametrize(
    ("raw", "month"), [(1, 1), (12, 12), ("1月", 1), ("12", 12), ("1—12月", 12), (1.0, 1)]
)
def test_a_bare_month_is_one_of_the_year(raw, month):
    assert parse_period(raw, 2026) == month_end(2026, month)


@pytest.mark.parametrize("raw", [0, 13, "0月", "13月", True, 1.5])
def test_other_numbers_are_no_month(raw):
    with pytest.raises(Refusal) as caught:
        parse_period(raw, 2026)
    assert (caught.value.key, caught.value.params["year"]) == ("period_unreadable", "2026")


@pytest.mark.parametrize(("text", "meant"), [("999亿元", "99900000000"), ("1000亿元", None)])
def test_an_amount_that_no_field_holds_is_not_named(text, meant):
    with pytest.raises(Refusal) as caught:
        parse_number(text, unit_of_measure="元")
    assert caught.value.params.get("meant") == meant


@given(st.decimals(0, 10**9, places=2), st.integers(1, 3))
def test_groups_of_other_lengths_are_never_joined(value, moved):
    """The commas of a grouped number, each one digit or more from its place."""
    grouped = f"{value:,.2f}"
    whole, _, decimals = grouped.partition(".")
    if "," not in whole:
        return
    digits = whole.replace(",", "")
    places = [place + moved for place in range(3, len(digits), 3) if place + moved < len(digits)]
    wrong = "".join(("," if len(digits) - i in places else "") + digit for i, digit in enumerate(digits))
    if "," in wrong.lstrip(",") and wrong != whole:
        with pytest.raises(Refusal):
            parse_number(f"{wrong}.{decimals}")
    assert parse_number(grouped) == Decimal(str(value))
