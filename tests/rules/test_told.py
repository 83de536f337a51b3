"""What a verdict tells of its promise: the bound that counts, the promise as worded, and the plan."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from tests.rules.cases import FLOW, STOCK, YEAR_END, figure, month_end, verdict

ABOUT = replace(FLOW, comparator="approx", direction="higher")
RANGE = replace(FLOW, comparator="between", upper_value=D(600))
PROMISED = ("comparator", "needed", "range", "met_at", "is_ceiling")
PLANNED = ("planned", "planned_from")


def told(promise, names, month=6, value="260"):
    said = verdict(promise, figure(month, value)).explanation
    return {name: said[name] for name in names if name in said}


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        (FLOW, {"comparator": "gte", "needed": "520"}),
        (replace(FLOW, comparator="gt"), {"comparator": "gt", "needed": "520"}),
        (replace(FLOW, comparator="lte"), {"comparator": "lte", "needed": "520"}),
        (replace(FLOW, comparator="lt"), {"comparator": "lt", "needed": "520"}),
        # of whole things more than 150 reads as 151
        (STOCK, {"comparator": "gte", "needed": "151"}),
        (replace(STOCK, comparator="lt", baseline_value=D(200)), {"comparator": "lte", "needed": "149"}),
        (ABOUT, {"comparator": "approx", "needed": "520", "met_at": "494"}),
        (
            replace(ABOUT, direction="lower"),
            {"comparator": "approx", "needed": "520", "met_at": "546", "is_ceiling": True},
        ),
        (replace(ABOUT, comparator="eq"), {"comparator": "eq", "needed": "520"}),
        (
            replace(RANGE, direction="higher"),
            {"comparator": "between", "needed": "520", "range": ["520", "600"]},
        ),
        (
            replace(RANGE, direction="lower"),
            {"comparator": "between", "needed": "600", "range": ["520", "600"], "is_ceiling": True},
        ),
    ],
)
def test_the_bound_that_counts_is_told_and_the_promise_where_it_says_more(promise, said):
    assert told(promise, PROMISED) == said


@pytest.mark.parametrize("value", ["260", "265"])
def test_of_what_is_not_behind_no_grace_is_told(value):
    assert told(FLOW, ("enough", "green_band"), value=value) == {}


@pytest.mark.parametrize(
    ("month", "value", "said"),
    [
        (6, "520", {"planned_from": "2025-09-30"}),  # reached before the plan begins
        (9, "390", {"planned": "390"}),
        (11, "390", {"planned": "390"}),
        (12, "390", {"planned": "520"}),
    ],
)
def test_the_planned_value_is_told_or_the_day_from_which_there_is_one(month, value, said):
    promise = replace(FLOW, curve=((month_end(9), D(390)), (YEAR_END, D(520))))
    assert told(promise, PLANNED, month, value) == said
    assert told(FLOW, PLANNED, month, value) == {}
