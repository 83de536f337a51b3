"""Working days: weekends, holidays, and the weekend days worked for them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.rules.workdays import Workdays

# 国庆节 2025: the week rests, the Saturday after it is worked.
HOLIDAY = {date(2025, 10, day): False for day in range(1, 9)} | {date(2025, 10, 11): True}
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2025, 7, 4), True, id="a Friday"),
        pytest.param(date(2025, 7, 5), False, id="a Saturday"),
        pytest.param(date(2025, 10, 6), False, id="a Monday of the holiday"),
        pytest.param(date(2025, 10, 11), True, id="a Saturday worked for it"),
    ],
)
def test_day_works(day, works):
    assert Workdays(HOLIDAY).works(day) is works


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        pytest.param(date(2025, 7, 4), date(2025, 7, 4), id="stays"),
        pytest.param(date(2025, 7, 5), date(2025, 7, 7), id="past the weekend"),
        pytest.param(date(2025, 10, 5), date(2025, 10, 9), id="past the holiday"),
        pytest.param(date(2025, 10, 11), date(2025, 10, 11), id="a worked Saturday stays"),
    ],
)
def test_deadline_moves_to_the_next_working_day(day, moved):
    assert Workdays(HOLIDAY).on_or_after(day) == moved


def test_working_days_are_counted_past_what_rests():
    assert Workdays(HOLIDAY).after(date(2025, 9, 30), 3) == date(2025, 10, 11)
    assert Workdays().after(date(2025, 9, 30), 3) == date(2025, 10, 3)


@given(day=DAYS, exceptions=st.dictionaries(DAYS, st.booleans(), max_size=40))
def test_moved_day_is_the_first_that_works(day, exceptions):
    table = Workdays(exceptions)
    moved = table.on_or_after(day)
    passed = [day + timedelta(n) for n in range((moved - day).days)]
    assert table.works(moved)
    assert not any(table.works(each) for each in passed)
