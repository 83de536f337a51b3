"""What is typed into the sheet stands in 进展情况表; thousands of rows by `python -m tests.filing alike`."""

import pytest

from tests.filing import alike


@pytest.mark.django_db
def test_what_is_typed_stands_in_the_table():
    assert alike.check(60) > 200
