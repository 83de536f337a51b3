"""Expected progress goes by the month of the data period, for every month of a decade."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.rules.quantities import half_up
from targets.rules.schedule import expected_progress, is_after_closing, is_before_window, is_closing
from tests.rules.cases import NEW_YEAR, YEAR_END, month_end

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
WINDOWS = st.tuples(DAYS, DAYS).map(sorted)
DECADE = [
    date(year, month, day)
    for year in range(2020, 2031)
    for month in range(1, 13)
    for day in (1, 28)
]  # fmt: skip


def test_months_of_the_year_as_they_are_printed():
    shares = [expected_progress(month_end(month), NEW_YEAR, YEAR_END) for month in range(1, 13)]
    assert [str(half_up(100 * share, 1)) for share in shares] == [
        "8.3", "16.7", "25.0", "33.3", "41.7", "50.0", "58.3", "66.7", "75.0", "83.3", "91.7", "100.0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("starts_on", "due_on", "period", "share"),
    [
        pytest.param(date(2025, 3, 1), date(2025, 10, 31), date(2025, 2, 28), 0, id="before the window"),
        pytest.param(date(2025, 3, 31), date(2025, 10, 1), date(2025, 3, 31), Fraction(1, 8), id="its first"),
        pytest.param(date(2025, 3, 1), date(2025, 10, 31), date(2025, 10, 31), 1, id="its last month"),
        pytest.param(date(2025, 3, 1), date(2025, 10, 31), date(2026, 1, 31), 1, id="after the window"),
        pytest.param(date(2024, 11, 1), date(2025, 4, 30), date(2025, 1, 31), Fraction(3, 6), id="New Year"),
        pytest.param(date(2025, 5, 7), date(2025, 5, 7), date(2025, 5, 31), 1, id="a window of one day"),
        pytest.param(date(2025, 5, 7), date(2025, 5, 7), date(2025, 4, 30), 0, id="before such a window"),
    ],
)  # fmt: skip
def test_expected_progress_in_a_window(starts_on, due_on, period, share):
    assert expected_progress(period, starts_on, due_on) == share


@given(window=WINDOWS)
def test_expected_progress_rises_from_0_to_1_over_every_month_of_a_decade(window):  # case 35
    starts_on, due_on = window
    shares = [expected_progress(day, starts_on, due_on) for day in DECADE]
    assert shares == sorted(shares)
    assert min(shares) >= 0
    assert expected_progress(due_on, starts_on, due_on) == max(shares) == 1


@given(window=WINDOWS, period=DAYS)
def test_a_figure_is_before_within_or_past_its_window(window, period):
    starts_on, due_on = window
    month = period.year, period.month
    assert is_before_window(period, starts_on) == (month < (starts_on.year, starts_on.month))
    assert is_closing(period, due_on) == (month >= (due_on.year, due_on.month))
    assert is_after_closing(period, due_on) == (month > (due_on.year, due_on.month))
