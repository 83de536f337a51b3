"""What a refusal says, without its words: the fields, or the code where no field is to blame."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError


def blamed(error):
    """The names of the fields at fault; for the row as a whole its code, or None."""
    if not hasattr(error, "error_dict"):
        return {error.code}
    found = set(error.error_dict) - {"__all__"}
    return found or {row.code for row in error.error_dict["__all__"]}


@contextmanager
def refused(*fields):
    """The block raises ValidationError, and blames exactly these fields (or has this code)."""
    with pytest.raises(ValidationError) as caught:
        yield
    assert blamed(caught.value) == set(fields)
