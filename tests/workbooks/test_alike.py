"""Every sheet says what the register says; thousands of rows by `python -m tests.workbooks`."""

import pytest

from tests.workbooks import alike


@pytest.mark.django_db
def test_every_sheet_in_both_editions_reads_back_as_the_register():
    assert alike.check(30) > 2_000
