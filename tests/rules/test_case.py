"""How far a promise should have come by a period, as a share and in its own unit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from fractions import Fraction

import pytest

from targets.rules.case import Case, planned_value
from targets.rules.facts import Commitment
from targets.rules.judge import planned_line
from tests.rules.cases import FLOW, NEW_YEAR, RULE, STOCK, YEAR_END, facts, figure, month_end

RISING = replace(STOCK, comparator="gte", target_value=D(160), baseline_value=D(100))
PLANNED = replace(FLOW, curve=((month_end(3), D(52)), (month_end(6), D(260)), (YEAR_END, D(520))))
RATIO = Commitment("ratio", "active", "gte", D(60), baseline_value=D(40), unit_of_measure="%", decimals=1)


def case(promise, month):
    return Case(promise, figure(month, "0"), D(0), RULE, promise.starts_on or NEW_YEAR, YEAR_END)


@pytest.mark.parametrize(
    ("promise", "month", "baseline", "share"),
    [
        (FLOW, 3, 0, Fraction(1, 4)),
        (FLOW, 12, 0, 1),
        (PLANNED, 2, 0, 0),
        (PLANNED, 3, 0, Fraction(1, 10)),
        (PLANNED, 5, 0, Fraction(1, 10)),
        (PLANNED, 12, 0, 1),
        (replace(RISING, curve=((month_end(3), D(115)),)), 4, 100, Fraction(1, 4)),
        # a plan below the start asks for nothing, one beyond the goal for all of it
        (replace(RISING, curve=((month_end(3), D(90)),)), 4, 100, 0),
        (replace(RISING, curve=((month_end(3), D(170)),)), 4, 100, 1),
        # where there is no way to go
        (replace(RISING, curve=((month_end(3), D(160)),)), 4, 160, 1),
    ],
)
def test_the_share_expected_by_a_month(promise, month, baseline, share):
    assert case(promise, month).progress(D(baseline)) == share


@pytest.mark.parametrize(
    ("promise", "month", "value"),
    [
        (FLOW, 1, "43.3333"),
        (FLOW, 2, "86.6667"),
        (replace(FLOW, baseline_value=D(400)), 6, "260"),  # a running total starts at nothing
        (replace(FLOW, comparator="gt", unit_of_measure="家", decimals=0, target_value=D(11)), 3, "3"),
        (RISING, 6, "130"),
        (replace(RISING, basis="gross"), 6, "80"),
        (replace(RISING, baseline_value=None), 6, None),
        (replace(RISING, baseline_value=D(220)), 6, "190"),
        (RATIO, 6, "50"),
        (replace(RATIO, basis="gross"), 6, "30"),
        (replace(RATIO, baseline_value=None), 6, None),
        (replace(RATIO, measure="growth"), 6, None),
        (replace(RATIO, measure="growth", basis="gross"), 6, None),
        (Commitment("rank", "active", "lte", D(3), baseline_value=D(9)), 6, None),
        (replace(FLOW, target_value=None), 6, None),
        # by the monthly plan, as it stands there
        (PLANNED, 2, None),
        (PLANNED, 5, "52"),
        (PLANNED, 6, "260"),
        (replace(RATIO, measure="growth", curve=((month_end(6), D("5.5")),)), 7, "5.5"),
    ],
)
def test_the_planned_value_is_in_the_unit_of_the_promise(promise, month, value):
    assert planned_value(case(promise, month)) == (None if value is None else D(value))


def line(promise, *months, on=YEAR_END):
    ends = [month_end(month) for month in months]
    return [(end.month, value) for end, value in planned_line(facts(promise), on, ends)]


def test_the_planned_line_has_a_point_for_every_period_that_has_a_planned_value():
    assert line(FLOW, 3, 6, 12) == [(3, 130), (6, 260), (12, 520)]
    assert line(PLANNED, 2, 3, 4, 6) == [(3, 52), (4, 52), (6, 260)]
    assert line(replace(FLOW, starts_on=date(2025, 7, 1)), 6, 7, 9, 12) == [
        (7, D("86.6667")), (9, 260), (12, 520)
    ]  # fmt: skip
    assert line(replace(RISING, baseline_value=None), 6, 12) == []


def test_there_is_no_planned_line_before_the_promise_or_without_figures():
    assert line(FLOW, 6, on=date(2024, 12, 31)) == []
    assert line(replace(FLOW, measure="milestone"), 6) == []
    assert line(replace(FLOW, measure="qualitative"), 6) == []
