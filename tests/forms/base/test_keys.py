"""Keys as they come back from a page."""

import pytest

from targets.forms.base.keys import row_key, row_keys


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", "²", "٣", "1" * 19, "9" * 5000])
def test_what_no_page_sent_is_no_key(text):
    assert row_key(text) is None


def test_the_others_of_a_list_stay_in_its_order():
    assert row_keys(["12", "甲", "3", ""]) == [12, 3]
