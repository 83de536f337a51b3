"""Which values, comparators and directions a goal may have, and what is counted one by one."""

from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError

from targets.models import Target
from tests.factories import draft_entry, make_plan, make_target, make_unit
from tests.models.revisions import TODAY, ask, change

pytestmark = pytest.mark.django_db


def stated(measure, comparator, value, unit="%", **fields):
    return {
        "measure": measure,
        "comparator": comparator,
        "target_value": D(value),
        "unit_of_measure": unit,
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param(stated("rank", "gte", "2", "位"), "comparator", id="a place of at least 2"),
        pytest.param(stated("rank", "gt", "2", "位"), "comparator", id="a place of more than 2"),
        pytest.param(stated("rank", "approx", "2", "位"), "comparator", id="a place of about 2"),
        pytest.param(stated("rank", "lte", "0", "位"), "target_value", id="a place before the first"),
        pytest.param(stated("rank", "lt", "1", "位"), "target_value", id="less than the first"),
        pytest.param(stated("rank", "lte", "1.5", "位"), "target_value", id="half a place"),
        pytest.param(stated("flow", "lt", "0", "起"), "target_value", id="fewer than none"),
        pytest.param(stated("flow", "gte", "0", "亿元"), "target_value", id="at least nothing"),
        pytest.param(stated("flow", "gte", "-3", "亿元"), "target_value", id="a negative amount"),
        pytest.param(stated("ratio", "lte", "-1"), "target_value", id="a negative ratio"),
        pytest.param(stated("flow", "gte", "12.5", "家", decimals=0), "target_value", id="half a firm"),
    ],
)
def test_what_no_goal_can_be_is_refused_at_its_field(fields, field):
    with pytest.raises(ValidationError) as refusal:
        make_target(**fields)
    assert field in refusal.value.error_dict


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(stated("growth", "gte", "-3"), id="a fall of at most 3"),
        pytest.param(stated("growth", "gte", "0"), id="no fall"),
        pytest.param(stated("growth", "approx", "-2"), id="about -2"),
        pytest.param(stated("flow", "lte", "0", "起"), id="no accident"),
        pytest.param(stated("flow", "lt", "1", "起"), id="fewer than one"),
        pytest.param(stated("rank", "eq", "2", "位"), id="the second place"),
        pytest.param(stated("rank", "lt", "2", "位"), id="before the second"),
        pytest.param(stated("flow", "gte", "12.5", "公里"), id="12.5 kilometres"),
        pytest.param(stated("flow", "gte", "1.46", "公顷"), id="1.46 hectares"),
        pytest.param(stated("flow", "gte", "1.2", "万亩"), id="1.2万亩"),
        pytest.param(stated("flow", "gte", "5.8", "万人"), id="5.8万人"),
        pytest.param(stated("stock", "gte", "0.5", "‰"), id="a share of a thousandth"),
    ],
)
def test_what_a_goal_can_be_is_accepted(fields):
    assert make_target(**fields).current is not None


@pytest.mark.parametrize(
    ("unit", "value", "decimals"),
    [
        ("公里", "12.5", 1), ("公顷", "1.46", 2), ("家", "150", 0), ("家", "12.5", 1), ("亿元", "520", 2),
        ("亿元", "0.125", 3), ("%", "98", 1), ("万亩", "1.2", 1), ("吨", "300", 0),
    ],
)  # fmt: skip
def test_decimals_left_open_follow_what_was_typed(unit, value, decimals):
    assert make_target(**stated("flow", "gte", value, unit)).decimals == decimals


def test_the_baseline_counts_as_typed_too():
    target = make_target(
        measure="stock", unit_of_measure="公里", target_value=D(20), baseline_value=D("12.25")
    )
    assert target.decimals == 2


@pytest.mark.parametrize(
    ("unit", "comparator", "value", "reading"),
    [
        ("公里", "gt", "100", "超过100公里"),
        ("微克/立方米", "lt", "28", "低于28微克/立方米"),
        ("家", "gt", "150", "不少于151家"),
        ("万人", "gt", "5", "超过5万人"),
    ],
)
def test_only_counted_things_are_read_as_one_more(unit, comparator, value, reading):
    assert Target(**stated("stock", comparator, value, unit), decimals=0).reading == reading


@pytest.mark.parametrize(("unit", "refused"), [("家", True), ("公里", False), ("万人", False)])
def test_half_of_a_counted_thing_is_refused_when_reported(unit, refused):
    target = make_target(**stated("flow", "gte", "100", unit))
    if refused:
        with pytest.raises(ValidationError):
            draft_entry(target, 6, "12.5", TODAY)
    else:
        assert draft_entry(target, 6, "12.5", TODAY).value == D("12.5")


def test_decimals_alone_are_revised():
    target = make_target(**stated("flow", "gte", "100", "公里"))
    change(target, "definition", {"decimals": 2})
    assert target.decimals == 2


# --- direction --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "direction"),
    [
        (stated("growth", "approx", "6", title="社会消费品零售额增速"), "higher"),
        (stated("ratio", "approx", "5", title="城镇调查失业率"), "lower"),
        (stated("growth", "between", "1.5", upper_value=D(2), title="居民消费价格涨幅"), "lower"),
        (stated("flow", "approx", "4", stated_as="单位GDP能耗下降4%左右"), "higher"),
        (stated("growth", "approx", "6", direction="within"), "within"),
        (stated("growth", "gte", "6", direction="lower"), "higher"),
        (stated("flow", "lte", "6", "亿元"), "lower"),
        (stated("rank", "eq", "2", "位", direction="higher"), "lower"),
        ({"measure": "milestone"}, ""),
    ],
)
def test_a_direction_left_open_is_as_the_words_suggest(fields, direction):
    target = make_target(**fields)
    target.refresh_from_db()
    opened = target.revisions.opening().changes["direction"][1]
    assert (target.direction, opened, target.current.direction) == (direction, direction, direction)


def test_a_direction_changes_by_a_revision_of_the_value():
    target = make_target(**stated("growth", "approx", "6", direction="within"))
    revision = change(target, "value", {"direction": "higher"})
    assert (target.direction, target.current.direction) == ("higher", "higher")
    assert revision.changes["direction"] == ["within", "higher"]


@pytest.mark.parametrize(("comparator", "direction"), [("gte", "higher"), ("lte", "lower"), ("eq", "within")])
def test_a_comparator_of_one_side_brings_its_direction_along(comparator, direction):
    target = make_target(**stated("growth", "approx", "6", direction="within"))
    change(target, "value", {"comparator": comparator})
    assert (target.direction, target.current.direction) == (direction, direction)


def test_an_issued_direction_is_not_simply_saved():
    target = make_target(**stated("growth", "approx", "6"))
    target.direction = "within"
    with pytest.raises(ValidationError) as refusal:
        target.save()
    assert list(refusal.value.error_dict) == ["direction"]


def test_a_request_to_make_a_place_count_from_below_is_refused():
    target = make_target(**stated("rank", "lte", "2", "位"))
    with pytest.raises(ValidationError):
        ask(target, "value", {"comparator": "gte"})


def test_a_draft_may_turn_any_way():
    target = make_target(
        make_plan(state="drafting"), lead_unit=make_unit(), **stated("growth", "approx", "6")
    )
    target.direction = "within"
    target.save()
    assert Target.objects.get(pk=target.pk).direction == "within"
