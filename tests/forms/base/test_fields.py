"""Numbers and days as typed: one reader, refusals in words."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.forms.base.fields import DayFormField, PercentageFormField, QuantityFormField


@pytest.mark.parametrize("typed", ["470.5", "４７０．５", "+470.5", " 470.50 "])
def test_a_quantity_is_read(typed):
    assert QuantityFormField(unit_of_measure="亿元").clean(typed) == Decimal("470.5")


@pytest.mark.parametrize("typed", ["12万", "1e5", "NaN", "≥90", "470亿元", "1_000", "四百"])
def test_an_unclear_quantity_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        QuantityFormField(unit_of_measure="亿元").clean(typed)
    assert typed in refused.value.messages[0]


def test_a_refusal_names_the_unit():
    with pytest.raises(ValidationError, match="亿元"):
        QuantityFormField(unit_of_measure="亿元").clean("12万")


def test_empty_is_not_zero():
    field = QuantityFormField(required=False)
    assert field.clean("") is None
    assert field.clean("0") == 0


def test_a_percentage_may_carry_its_sign():
    assert PercentageFormField(max_digits=6, decimal_places=1).clean("6.5%") == Decimal("6.5")


def test_a_stored_number_is_shown_as_typed():
    assert QuantityFormField().prepare_value(Decimal("470.5000")) == "470.5"
    assert QuantityFormField().prepare_value("12万") == "12万"


def test_the_same_number_written_otherwise_is_no_change():
    assert not QuantityFormField().has_changed(Decimal("470.5000"), "４７０．５")
    assert QuantityFormField().has_changed(Decimal("470.5"), "12万")


@pytest.mark.parametrize(
    "typed", ["2025-06-30", "2025.6.30", "2025/06/30", "2025年6月30日", "２０２５０６３０"]
)
def test_a_day_is_read(typed):
    assert DayFormField().clean(typed) == date(2025, 6, 30)


@pytest.mark.parametrize("typed", ["25-6-30", "6月底", "45838", "2025-02-30", "1999-01-01"])
def test_an_unclear_day_is_refused(typed):
    with pytest.raises(ValidationError):
        DayFormField().clean(typed)
