"""Which bounds of a promise count, which of them is paced, and what 左右 leaves."""

from decimal import Decimal

import pytest

from targets.rules.facts import Commitment, Rule
from targets.rules.sides import Side, direction, most_promised, sides, tolerance

RULE = Rule("默认", 1, about_rate=Decimal("0.5"), about_amount=Decimal(5))


def promise(comparator="gte", value="100", **fields):
    fields = {"measure": "flow", "unit_of_measure": "亿元", "decimals": 2, "direction": "", **fields}
    for name in ("upper_value", "baseline_value"):
        fields[name] = Decimal(fields[name]) if fields.get(name) else None
    return Commitment(state="active", comparator=comparator, target_value=Decimal(value), **fields)


def bounds(of):
    return [(side.goal, side.is_floor, side.slack) for side in sides(of, RULE)]


@pytest.mark.parametrize(
    ("of", "found"),
    [
        (promise("gte"), [("100", True, "0")]),
        (promise("lte"), [("100", False, "0")]),
        # of whole things the next one
        (promise("gt", unit_of_measure="家", decimals=0), [("101", True, "0")]),
        (promise("lt", unit_of_measure="家", decimals=0), [("99", False, "0")]),
        # a place is better the smaller it is
        (promise("eq", "3", measure="rank", direction="higher"), [("3", False, "0")]),
        (promise("approx", direction="higher"), [("100", True, "5")]),
        (promise("approx", direction="lower"), [("100", False, "5")]),
        (promise("between", upper_value="120", direction="higher"), [("100", True, "0")]),
        (promise("between", upper_value="120", direction="lower"), [("120", False, "0")]),
        # both bind: the floor of a running total is paced, whatever last year was
        (promise("between", upper_value="120", direction="within", baseline_value="300"),
         [("100", True, "0"), ("120", False, "0")]),
        # a level that comes down from above: its ceiling
        (promise("between", upper_value="120", direction="within", measure="stock", baseline_value="121"),
         [("120", False, "0"), ("100", True, "0")]),
        (promise("between", upper_value="120", direction="within", measure="stock", baseline_value="120"),
         [("100", True, "0"), ("120", False, "0")]),
        (promise("approx", direction="within", measure="stock", basis="gross", baseline_value="150"),
         [("100", False, "5"), ("95", True, "0")]),
        (promise("approx", direction="within", measure="stock", basis="gross", baseline_value="50"),
         [("100", True, "5"), ("105", False, "0")]),
    ],
)  # fmt: skip
def test_the_bounds_that_count(of, found):
    assert bounds(of) == [(Decimal(goal), is_floor, Decimal(slack)) for goal, is_floor, slack in found]


def test_more_than_and_less_than_of_what_is_measured_are_strict():
    assert [side.is_strict for side in sides(promise("gt"), RULE)] == [True]
    assert [side.is_strict for side in sides(promise("lte"), RULE)] == [False]


@pytest.mark.parametrize(
    ("of", "left"),
    [
        (promise("approx", "6", unit_of_measure="%"), "0.5"),
        (promise("approx", "100"), "5"),
        # of a way at most a quarter
        (promise("approx", "150", measure="stock", direction="higher", baseline_value="148"), "0.5"),
        (promise("approx", "150", measure="stock", direction="higher", baseline_value="149.5"), "0.125"),
        (promise("approx", "150", measure="stock", direction="higher", baseline_value="50"), "7.5"),
        (promise("approx", "50", measure="stock", direction="lower", baseline_value="54"), "1"),
        (promise("approx", "50", measure="stock", direction="within", baseline_value="54"), "1"),
        # the way is behind: a level to be kept
        (promise("approx", "150", measure="stock", direction="lower", baseline_value="148"), "7.5"),
        (promise("approx", "50", measure="stock", direction="higher", baseline_value="54"), "2.5"),
        (promise("approx", "150", measure="stock", direction="within", baseline_value="150"), "7.5"),
        # no way: a running total, the whole of a stock
        (promise("approx", "150", direction="higher", baseline_value="148"), "7.5"),
        (promise("approx", "150", measure="stock", basis="gross", direction="higher", baseline_value="148"),
         "7.5"),
    ],
)  # fmt: skip
def test_what_about_leaves(of, left):
    assert tolerance(of, RULE) == Decimal(left)


def test_what_is_more_than_promised():
    assert most_promised(promise("between", upper_value="120", direction="higher"), RULE) == 120
    assert most_promised(promise("approx", direction="higher"), RULE) == 105
    assert most_promised(promise("gte"), RULE) == 100


def test_a_place_has_one_direction():
    assert direction(promise("eq", "3", measure="rank", direction="higher")) == "lower"


def test_a_goal_at_or_behind_the_baseline_is_only_kept():
    assert Side(Decimal(150)).is_a_way_from(Decimal(149))
    assert not Side(Decimal(150)).is_a_way_from(Decimal(150))
    assert not Side(Decimal(150), is_floor=False).is_a_way_from(Decimal(150))
