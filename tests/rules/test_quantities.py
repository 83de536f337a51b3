from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from targets.reading.typed import REFUSALS, Refusal, day_from_serial, parse_day, parse_number, parse_period
from targets.rules.quantities import half_up, is_money, is_whole, plain, usual_decimals


def table(*cases):
    return [pytest.param(*values, id=name) for name, *values in cases]


def refused_key(read, *args, **kwargs):
    with pytest.raises(Refusal) as caught:
        read(*args, **kwargs)
    refusal = caught.value
    assert set(refusal.params) == set(REFUSALS[refusal.key])
    assert all(isinstance(value, str) for value in refusal.params.values())
    return refusal.key


@pytest.mark.parametrize(
    ("raw", "unit", "expected"),
    table(
        ("case_04_full_width", "４７０", "家", "470"),
        ("case_04_full_width_decimal", "４７０．５", "亿元", "470.5"),
        ("case_04_full_width_sign", "－１．５", "%", "-1.5"),
        ("case_05_thousands", "1,234.5", "亿元", "1234.5"),
        ("case_05_thousands_full_width", "1，234.5", "亿元", "1234.5"),
        ("case_05_millions", "1,234,567", "万元", "1234567"),
        ("case_08_percent_sign", "85%", "%", "85"),
        ("case_08_percent_sign_full_width", "85％", "％", "85"),
        ("case_08_percent_sign_after_space", "85 %", "%", "85"),
        ("case_08_plain_number_for_percent", "85", "%", "85"),
        ("case_08_outside_0_100_is_read", "104.2", "%", "104.2"),
        ("case_09_negative_rate", "-3.2", "%", "-3.2"),
        ("case_09_real_minus_sign", "−5", "家", "-5"),
        ("case_11_noise_below", 0.30000000000000004, "亿元", "0.3"),
        ("case_11_noise_above", 470.10000000000002, "亿元", "470.1"),
        ("case_11_sum_of_floats", 88.1 + 88.1 + 88.3, "亿元", "264.5"),
        ("case_11_nines", 265.19999999999999, "亿元", "265.2"),
        ("case_12_four_decimals", "0.1234", "亿元", "0.1234"),
        ("case_12_zeros_are_no_decimals", "470.10000", "亿元", "470.1"),
        ("case_13_fifteen_digits", "12345678901.2345", "元", "12345678901.2345"),
        ("case_14_plus", "+5", "家", "5"),
        ("case_14_spaces", " 470 ", "家", "470"),
        ("case_14_ideographic_space", "470\u3000", "家", "470"),
        ("case_14_no_break_space", "470\u00a0", "家", "470"),
        ("case_14_zero_width_space", "\ufeff470\u200b", "家", "470"),
        ("case_14_newline", "470\n", "家", "470"),
        ("case_14_leading_zeros", "00470", "家", "470"),
        ("case_14_trailing_dot", "470.", "家", "470"),
        ("case_14_leading_dot", ".5", "亿元", "0.5"),
        ("case_16_zero_is_a_value", "0", "家", "0"),
        ("case_16_zero_cell", 0, "家", "0"),
        ("minus_zero_is_zero", "-0.0", "家", "0"),
        ("minus_zero_float", -0.0, "家", "0"),
        ("integer_cell", 470, "家", "470"),
        ("decimal_cell", Decimal("470.10"), "亿元", "470.1"),
        ("decimal_with_exponent", Decimal("4.7E+2"), "家", "470"),
    ),
)
def test_number_is_read(raw, unit, expected):
    value = parse_number(raw, unit_of_measure=unit)
    assert (value, str(value)) == (Decimal(expected), expected)


@pytest.mark.parametrize(
    "raw", table(*((f"case_16_{i}", raw) for i, raw in enumerate([None, "", "  ", "\u3000\n", "\u200b"])))
)
def test_nothing_entered_is_not_zero(raw):
    assert parse_number(raw, unit_of_measure="家") is None


@pytest.mark.parametrize(
    ("raw", "unit", "key"),
    table(
        ("case_01_nan", "NaN", "家", "number_not_finite"),
        ("case_01_nan_lower", "nan", "家", "number_not_finite"),
        ("case_01_infinity", "Infinity", "家", "number_not_finite"),
        ("case_01_minus_inf", "-inf", "家", "number_not_finite"),
        ("case_01_signalling_nan", "sNaN", "家", "number_not_finite"),
        ("case_01_float_nan", float("nan"), "家", "number_not_finite"),
        ("case_01_float_inf", float("-inf"), "家", "number_not_finite"),
        ("case_01_decimal_nan", Decimal("sNaN"), "家", "number_not_finite"),
        ("case_02_1e400", "1e400", "家", "number_scientific"),
        ("case_02_decimal_1e400", Decimal("1e400"), "家", "number_too_long"),
        ("case_02_float_1e300", 1e300, "家", "number_too_long"),
        ("case_02_20_digits", "1" * 20, "家", "number_too_long"),
        ("case_02_5000_digits", "1" * 5000, "家", "number_too_long"),
        ("case_02_5000_digit_integer", 10**5000, "家", "number_too_long"),
        ("case_02_5000_zeros_before", "0" * 5000 + "1", "家", "number_too_long"),
        ("case_02_one_behind_a_long_gap", "1" + "\u200b" * 60 + "2", "家", "number_too_long"),
        ("case_02_one_behind_a_long_blank", "\u200b" * 60 + "2", "家", "number_is_words"),
        ("case_02_5000_words", "待统计" * 5000, "家", "number_is_words"),
        ("case_03_1e5", "1e5", "家", "number_scientific"),
        ("case_03_1E+2", "1E+2", "家", "number_scientific"),
        ("case_05_space_inside", "1 234", "家", "number_bad_separators"),
        ("case_05_short_group", "12,34", "家", "number_bad_separators"),
        ("case_05_decimal_comma", "0,123", "家", "number_bad_separators"),
        ("case_05_two_points", "1.234.5", "家", "number_bad_point"),
        ("case_05_group_after_point", "1.234,567", "家", "number_bad_separators"),
        ("case_06_wan", "12万", "户", "number_in_other_unit"),
        ("case_06_yi", "3.2亿", "亿元", "number_in_other_unit"),
        ("case_06_unit", "470亿元", "亿元", "number_has_own_unit"),
        ("case_06_unit_full_width", "４７０ 家", "家", "number_has_own_unit"),
        ("case_06_currency", "¥470", "元", "number_has_unit"),
        ("case_07_underscore", "1_000", "家", "number_bad_separators"),
        ("case_07_arabic_digits", "٣٤", "家", "number_other_digits"),
        ("case_07_hexadecimal", "0x1F", "家", "number_other_digits"),
        ("case_07_fraction", "½", "家", "number_other_digits"),
        ("case_07_roman", "Ⅳ", "家", "number_other_digits"),
        ("case_07_chinese", "四百七十", "家", "number_other_digits"),
        ("case_07_superscript", "5²", "家", "number_other_digits"),
        ("case_08_percent_of_firms", "85%", "家", "number_has_unit"),
        ("case_08_percent_twice", "85%%", "%", "number_has_own_unit"),
        ("case_08_percent_alone", "%", "%", "number_is_words"),
        ("case_09_parentheses", "(5)", "家", "number_bad_minus"),
        ("case_09_parentheses_full_width", "（5）", "家", "number_bad_minus"),
        ("case_10_at_least", "≥90", "家", "number_is_vague"),
        ("case_10_about", "约500", "家", "number_is_vague"),
        ("case_10_dash", "—", "家", "number_is_words"),
        ("case_10_slash", "/", "家", "number_is_words"),
        ("case_10_none", "无", "家", "number_is_words"),
        ("case_10_pending", "待统计", "家", "number_is_words"),
        ("case_12_five_decimals", "0.12345", "亿元", "number_too_many_decimals"),
        ("case_12_a_third", 1 / 3, "亿元", "number_too_many_decimals"),
        ("case_12_long_float_is_not_cut", 12345678901.23456, "元", "number_too_many_decimals"),
        ("case_12_tiny", Decimal("1e-9999"), "元", "number_too_many_decimals"),
        ("case_13_sixteen_digits", "123456789012345.6", "元", "number_too_long"),
        ("case_13_sqlite_would_round", 123456789012345.67, "元", "number_too_long"),
        ("case_13_twelve_before_the_point", "123456789012", "元", "number_too_long"),
        ("case_15_true", True, "家", "number_is_boolean"),
        ("case_15_false", False, "%", "number_is_boolean"),
        ("case_33_date_cell", datetime(2024, 4, 1), "家", "number_is_day"),
        ("case_33_time_cell", time(4, 7), "家", "number_is_day"),
        ("date_typed", "2026-06-30", "家", "number_is_day"),
        ("other_object", ["470"], "家", "number_is_words"),
    ),
)
def test_number_is_refused(raw, unit, key):
    assert refused_key(parse_number, raw, unit_of_measure=unit) == key


@pytest.mark.parametrize(
    ("raw", "expected"),
    table(
        ("fraction", 0.85, "85"),
        ("one", 1, "100"),
        ("noise", 0.07, "7"),
        ("four_decimals", 0.123456, "12.3456"),
    ),
)
def test_case_08_percent_cell_is_read_for_a_percent_target(raw, expected):
    assert str(parse_number(raw, unit_of_measure="%", percent_format=True)) == expected


def test_case_08_percent_format_says_nothing_about_text():
    assert parse_number("85", unit_of_measure="%", percent_format=True) == 85


def test_case_08_percent_cell_is_refused_for_another_target_with_what_the_cell_shows():
    with pytest.raises(Refusal) as caught:
        parse_number(0.85, unit_of_measure="家", percent_format=True)
    assert caught.value.key == "number_has_unit"
    assert caught.value.params == {"text": "85%", "unit_of_measure": "家"}


def test_case_12_percent_cell_keeps_four_decimals():
    key = refused_key(parse_number, 0.1234567, unit_of_measure="%", percent_format=True)
    assert key == "number_too_many_decimals"


def test_refusal_shows_a_short_text_and_the_unit():
    with pytest.raises(Refusal) as caught:
        parse_number("9" * 5000, unit_of_measure="亿元")
    assert caught.value.params == {"text": "9" * 20 + "…", "unit_of_measure": "亿元", "most": "11"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    table(
        ("case_22_leap_day", "2024-02-29", date(2024, 2, 29)),
        ("case_28_dots", "2024.3.31", date(2024, 3, 31)),
        ("case_28_slashes", "2024/3/31", date(2024, 3, 31)),
        ("case_28_dashes", "2024-03-31", date(2024, 3, 31)),
        ("case_28_chinese", "2024年3月31日", date(2024, 3, 31)),
        ("case_28_chinese_spaced", " 2024 年 3 月 31 日 ", date(2024, 3, 31)),
        ("case_28_compact", "20240331", date(2024, 3, 31)),
        ("case_28_full_width", "２０２４-０３-３１", date(2024, 3, 31)),
        ("case_28_full_width_dashes", "２０２４－０３－３１", date(2024, 3, 31)),
        ("case_30_first_year", "2000-01-01", date(2000, 1, 1)),
        ("case_30_last_year", "2100-12-31", date(2100, 12, 31)),
        ("date", date(2026, 6, 30), date(2026, 6, 30)),
        ("case_26_end_of_day", datetime(2026, 6, 30, 23, 59, 59, 990000), date(2026, 6, 30)),
        ("case_25_aware_time_is_a_shanghai_day", datetime(2024, 3, 31, 16, 30, tzinfo=UTC), date(2024, 4, 1)),
        ("case_16_blank", " \u3000", None),
        ("case_16_none", None, None),
    ),
)
def test_day_is_read(raw, expected):
    day = parse_day(raw)
    assert (day, type(day)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("raw", "key"),
    table(
        ("case_22_no_leap_day", "2023-02-29", "day_does_not_exist"),
        ("case_22_30_february", "2024-02-30", "day_does_not_exist"),
        ("case_22_month_13", "20241301", "day_does_not_exist"),
        ("case_29_two_digit_year", "24-3-31", "day_two_digit_year"),
        ("case_29_two_digit_year_chinese", "24年3月31日", "day_two_digit_year"),
        ("case_29_day_first", "31/03/2024", "day_unreadable"),
        ("case_29_end_of_march", "3月底", "day_unreadable"),
        ("case_29_yesterday", "昨天", "day_unreadable"),
        ("case_29_mixed_separators", "2024-3/31", "day_unreadable"),
        ("case_30_year_1", "0001-01-01", "day_out_of_range"),
        ("case_30_year_9999", "9999-12-31", "day_out_of_range"),
        ("case_30_year_10000", "10000-01-01", "day_out_of_range"),
        ("case_30_first_date", date.min, "day_out_of_range"),
        ("case_30_last_moment", datetime.max.replace(tzinfo=UTC), "day_out_of_range"),
        ("case_33_serial", 45382, "day_serial"),
        ("case_33_serial_float", 45382.5, "day_serial"),
        ("case_33_serial_text", "45382", "day_serial"),
        ("boolean", True, "day_unreadable"),
        ("time_cell", time(4, 7), "day_unreadable"),
        ("long_text", "2" * 5000, "day_unreadable"),
    ),
)
def test_day_is_refused(raw, key):
    assert refused_key(parse_day, raw) == key


@pytest.mark.parametrize(
    ("serial", "epoch_1904", "expected"),
    table(
        ("case_31_1900_system", 45382, False, date(2024, 3, 31)),
        ("case_31_1904_system", 43920, True, date(2024, 3, 31)),
        ("case_26_end_of_day", 45382.99999988, False, date(2024, 3, 31)),
    ),
)
def test_case_31_serial_of_a_date_cell_is_a_day(serial, epoch_1904, expected):
    assert day_from_serial(serial, epoch_1904=epoch_1904) == expected


@pytest.mark.parametrize("serial", [60, -1, 2958466, 10**400, 1e300, float("nan"), float("inf"), True])
def test_case_32_serial_outside_the_calendar_is_refused(serial):
    assert refused_key(day_from_serial, serial) == "day_out_of_range"


@pytest.mark.parametrize(
    ("raw", "expected"),
    table(
        ("iso", "2026-06", date(2026, 6, 30)),
        ("chinese", "2026年6月", date(2026, 6, 30)),
        ("chinese_full_width", "２０２６年６月", date(2026, 6, 30)),
        ("bare", "6", date(2026, 6, 30)),
        ("bare_cell", 6, date(2026, 6, 30)),
        ("bare_float_cell", 6.0, date(2026, 6, 30)),
        ("month", "6月", date(2026, 6, 30)),
        ("month_long", "6月份", date(2026, 6, 30)),
        ("cumulated", "1—6月", date(2026, 6, 30)),
        ("cumulated_hyphen", "1-6月", date(2026, 6, 30)),
        ("cumulated_en_dash", "1–6月", date(2026, 6, 30)),
        ("cumulated_double_dash", "1——6月", date(2026, 6, 30)),
        ("cumulated_tilde", "1～6月", date(2026, 6, 30)),
        ("cumulated_with_year", "2025年1—11月", date(2025, 11, 30)),
        ("december", "12", date(2026, 12, 31)),
        ("leap_february", "2024-02", date(2024, 2, 29)),
        ("own_year_is_kept", "2025-02", date(2025, 2, 28)),
        ("date_cell", datetime(2026, 6, 1), date(2026, 6, 30)),
    ),
)
def test_period_is_read(raw, expected):
    assert parse_period(raw, 2026) == expected


REFUSED_PERIODS = [None, "", "0", "13月", 0, 13, 6.5, True, "2026", "26-06", "2026-13", "1999-06", "4—6月"]
REFUSED_PERIODS += ["上半年", "六月", "第6期", "6月底", "2026-06-30", "45382", "6" * 5000]


@pytest.mark.parametrize("raw", REFUSED_PERIODS)
def test_period_is_refused(raw):
    assert refused_key(parse_period, raw, 2026) == "period_unreadable"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("520", "520"),
        ("520.00", "520"),
        ("265.20", "265.2"),
        ("0.00", "0"),
        ("-0", "0"),
        ("-0.50", "-0.5"),
        ("5.2E+2", "520"),
        ("0E+5", "0"),
        ("1E-4", "0.0001"),
    ],
)
def test_plain(value, expected):
    assert plain(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    table(
        ("tie_up", Fraction(1, 20), 1, "0.1"),
        ("tie_away_from_zero", Fraction(-1, 20), 1, "-0.1"),
        ("case_50_just_below", Decimal("89.949"), 1, "89.9"),
        ("case_50_at_the_edge", Decimal("89.95"), 1, "90.0"),
        ("third", Fraction(100, 3), 1, "33.3"),
        ("whole", Fraction(5, 2), 0, "3"),
        ("no_minus_before_zero", Fraction(-1, 1000), 1, "0.0"),
        ("longer_than_a_context", Fraction(10**40 + 1, 3), 1, "3" * 40 + ".7"),
    ),
)
def test_half_up(value, places, expected):
    assert str(half_up(value, places)) == expected


@pytest.mark.parametrize("unit", ["元", "万元", " 亿元 ", "亿美元", "万元/亩"])
def test_money_is_never_whole(unit):
    assert (is_money(unit), is_whole(0, unit)) == (True, False)


@pytest.mark.parametrize("unit", ["家", "个", "单元", "人次"])
def test_things_are_whole_without_decimals(unit):
    assert (is_money(unit), is_whole(0, unit), is_whole(1, unit)) == (False, True, False)


@pytest.mark.parametrize("unit", ["%", "％"])
def test_a_percentage_is_never_whole(unit):
    assert (is_money(unit), is_whole(0, unit)) == (False, False)


kept_numbers = st.integers(-(10**15) + 1, 10**15 - 1).map(lambda n: Decimal(n).scaleb(-4))
anything = st.one_of(
    st.text(),
    st.text("0123456789０１.,，+-−%％eE_ 年月日/—万亿元"),
    st.floats(),
    st.integers(),
    st.decimals(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
    st.sampled_from([None, True, date.min, date.max]),
)


def read_or_refused(read, *args, **kwargs):
    try:
        return read(*args, **kwargs)
    except Refusal as refusal:
        return set(refusal.params) == set(REFUSALS[refusal.key])


@given(kept_numbers)
def test_a_number_written_plainly_reads_as_itself(value):
    assert parse_number(plain(value)) == value


@given(st.integers(-(10**13), 10**13))
def test_a_float_of_up_to_fourteen_digits_reads_as_its_decimal(n):
    assert parse_number(n / 10**4) == Decimal(n).scaleb(-4)


@given(st.fractions(), st.integers(0, 6))
def test_half_up_is_the_nearest_step_and_ties_go_away_from_zero(value, places):
    rounded, half = half_up(value, places), Fraction(1, 2 * 10**places)
    distance = abs(Fraction(rounded) - value)
    assert rounded.as_tuple().exponent == -places
    assert distance < half or (distance == half and abs(Fraction(rounded)) > abs(value))


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12),
    st.integers(0, 5),
)
def test_half_up_equals_quantize(value, places):
    with localcontext(prec=60):
        assert half_up(value, places) == value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@given(anything, st.sampled_from(["", "%", "家"]), st.booleans())
@example("1" * 5000, "家", False)
def test_whatever_is_entered_is_read_or_refused(raw, unit, percent_format):
    number = read_or_refused(parse_number, raw, unit_of_measure=unit, percent_format=percent_format)
    assert number is None or number is True or number.is_finite()
    assert read_or_refused(parse_day, raw) is not False
    assert read_or_refused(parse_period, raw, 2026) is not False


@given(st.one_of(st.floats(), st.integers()), st.booleans())
def test_whatever_the_serial_it_is_a_day_or_refused(serial, epoch_1904):
    day = read_or_refused(day_from_serial, serial, epoch_1904=epoch_1904)
    assert day is True or 2000 <= day.year <= 2100


def test_places_are_whole_things_and_rates_are_none():
    assert is_whole(0, "位", "rank")
    assert is_whole(1, "", "rank")
    assert not is_whole(0, "家", "ratio")
    assert not is_whole(0, "家", "growth")


@pytest.mark.parametrize(
    ("unit", "typed", "decimals"),
    [
        ("亿元", (), 2),
        ("%", (), 1),
        (" ％ ", (), 1),
        ("家", (), 0),
        ("", (), 0),
        ("家", ("1.5",), 1),
        ("亿元", ("1.5", "520"), 2),
        ("亿元", ("1.255",), 3),
        ("家", ("150", None), 0),
        ("%", ("0", "1.50"), 1),
    ],
)
def test_figures_have_the_usual_decimals_of_their_unit_or_more_if_more_were_typed(unit, typed, decimals):
    assert usual_decimals(unit, *(text and Decimal(text) for text in typed)) == decimals
