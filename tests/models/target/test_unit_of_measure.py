"""The unit of measure does not change under figures: 99999.9 % would be what comes of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.models import Target
from tests.factories import at, coordinator, correct_entry, file_entry, make_plan, make_target, submit_entry
from tests.models.revisions import TODAY, ask, change, fill
from tests.refusals import refused

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)
OTHER = {"unit_of_measure": "万元", "target_value": Decimal(5_200_000)}


def test_it_is_refused_while_figures_count_and_free_once_they_are_void():
    target = make_target()
    figure = file_entry(target, 6, 265, JULY)
    for kind in ("definition", "value", "baseline"):
        with refused("unit_of_measure"):
            ask(target, kind, {**OTHER, "definition": "口径", "baseline_value": 1})
    correct_entry(figure, TODAY, is_void=True)
    change(target, "definition", OTHER)
    assert (target.unit_of_measure, target.reading) == ("万元", "不少于5200000万元")


def test_the_refusal_says_the_way_out():
    target = make_target()
    file_entry(target, 6, 265, JULY)
    with pytest.raises(ValidationError) as error:
        ask(target, "definition", OTHER)
    (message,) = error.value.messages
    assert "“亿元”" in message
    assert "先作废" in message


def test_a_figure_that_waits_for_review_counts_too():
    target = make_target()
    waiting = submit_entry(target, 6, 265, JULY)
    with refused("unit_of_measure"):
        ask(target, "definition", OTHER)
    waiting.send_back(by=coordinator(), comment="单位有误", at=at(TODAY))
    assert ask(target, "definition", OTHER)


def test_a_figure_approved_since_it_was_asked_for_stops_the_signing():
    target = make_target()
    request = ask(target, "definition", OTHER)
    file_entry(target, 6, 265, TODAY)
    with refused("unit_of_measure"):
        request.approve(by=coordinator(), at=at(TODAY))


def test_another_change_of_the_definition_is_free():
    target = make_target()
    file_entry(target, 6, 265, JULY)
    change(target, "definition", {"definition": "口径", "unit_of_measure": "亿元"})
    assert Target.objects.get().definition == "口径"


def test_a_change_made_before_the_figures_is_not_annulled_under_them():
    target = make_target()
    mistake = change(target, "definition", OTHER)
    figure = file_entry(target, 6, 2_650_000, TODAY)
    with refused("annuls"):
        ask(target, "annul", annuls=mistake)
    correct_entry(figure, TODAY, is_void=True)
    change(target, "annul", annuls=mistake)
    assert target.unit_of_measure == "亿元"


def test_an_undefined_target_is_not_settled_in_another_unit_than_its_figures():
    target = make_target(state="undefined")
    file_entry(target, 6, 265, JULY)
    with refused("unit_of_measure"):
        fill(target, state="active", unit_of_measure="万元")
    fill(target, state="active", definition="口径")
    assert Target.objects.get().state == "active"


def test_it_is_free_while_the_plan_is_drafted():
    target = make_target(make_plan(state="drafting"))
    target.unit_of_measure = "万元"
    target.save(at=at(TODAY))
    assert Target.objects.get().unit_of_measure == "万元"
