"""An amount typed with its unit, in the unit that was asked for: the whole table, and what is left alone."""

from decimal import Decimal
from fractions import Fraction

import pytest

from targets.reading.amounts import in_unit


@pytest.mark.parametrize(
    ("typed", "unit", "amount"),
    [
        # scales
        ("3百元", "元", "300"), ("3千元", "元", "3000"), ("3万元", "元", "30000"),
        ("3百万元", "元", "3000000"), ("3千万元", "元", "30000000"), ("3亿元", "元", "300000000"),
        ("3万亿元", "元", "3000000000000"), ("58000万元", "亿元", "5.8"), ("36.8亿", "亿元", "36.8"),
        # lengths
        ("7公里", "米", "7000"), ("7千米", "米", "7000"), ("7里", "米", "3500"), ("700米", "公里", "0.7"),
        # areas
        ("7公顷", "亩", "105"), ("2平方公里", "亩", "3000"), ("2平方千米", "亩", "3000"),
        ("20000平方米", "亩", "30"), ("7万亩", "亩", "70000"), ("3000亩", "公顷", "200"),
        # weights
        ("7千克", "公斤", "7"), ("7斤", "公斤", "3.5"), ("7吨", "公斤", "7000"), ("7克", "公斤", "0.007"),
        ("7公斤", "千克", "7"), ("7万吨", "吨", "70000"),
        # volumes, current
        ("7立方米", "升", "7000"), ("7方", "升", "7000"), ("7立方米", "方", "7"), ("7升", "立方米", "0.007"),
        ("7度", "千瓦时", "7"), ("7万度", "万千瓦时", "7"),
        # several parts
        ("2亿3000万元", "亿元", "2.3"), ("2亿3000万", "亿元", "2.3"), ("1,234万元", "万元", "1234"),
    ],
)  # fmt: skip
def test_what_it_comes_to(typed, unit, amount):
    assert in_unit(typed, unit) == Fraction(Decimal(amount))


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("7", ""),  # nothing was asked for
        ("", "亿元"),
        ("7吨", "亩"),  # of another kind
        ("7吨", "元"),
        ("2亿3", "亿元"),  # three of what
        ("2万3亿", "亿元"),  # a scale that grows
        ("2万3万", "万元"),  # and one that stays
        ("2家3个", "个"),
        ("2万家3千家", "家"),  # two amounts
        ("2元3角", "元"),
        ("12,34万元", "万元"),
        ("约7万元", "万元"),
        ("3个百分点", "万"),
    ],
)
def test_what_states_no_amount_of_that_kind(typed, unit):
    assert in_unit(typed, unit) is None
