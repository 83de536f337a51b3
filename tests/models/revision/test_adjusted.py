"""What shows as 已调整: it took effect before its signature, or replaced what had been filled."""

from datetime import date
from decimal import Decimal

import pytest

from targets.models import Target
from targets.register.register import Register
from tests.factories import at, coordinator, make_plan, make_target
from tests.models.revisions import OPENED, TODAY, change, fill, with_nodes

pytestmark = pytest.mark.django_db

JUNE = date(2025, 6, 1)
STOCK = {"measure": "stock"}


def is_adjusted(target):
    return "revised" in Target.objects.get(pk=target.pk).current.marks


def row_of(target):
    return next(row for row in Register.at(target.plan, today=TODAY).rows() if row.target.pk == target.pk)


@pytest.mark.parametrize(
    ("fields", "kind", "changes", "on_the_day", "before_it"),
    [
        pytest.param({}, "value", {"target_value": 500}, True, True, id="a value replaced"),
        pytest.param(STOCK, "baseline", {"baseline_value": 128}, True, True, id="a base replaced"),
        pytest.param(
            {**STOCK, "baseline_value": None}, "baseline", {"baseline_value": 128}, False, True,
            id="a base filled",
        ),
        pytest.param({}, "deadline", {"due_on": date(2025, 11, 30)}, False, True, id="a deadline filled"),
        pytest.param(
            {"due_on": date(2025, 12, 31)}, "deadline", {"due_on": date(2025, 11, 30)}, True, True,
            id="a deadline moved",
        ),
        pytest.param({}, "definition", {"definition": "新口径"}, False, True, id="a definition filled"),
        pytest.param(
            {"definition": "旧口径"}, "definition", {"definition": "新口径"}, True, True, id="one replaced"
        ),
        pytest.param(
            {"state": "undefined"}, "definition", {"state": "active"}, False, True, id="待明确 cleared"
        ),
        pytest.param({}, "override", None, False, False, id="a light by hand"),
        pytest.param({}, "suspend", {}, False, False, id="suspended"),
        pytest.param({}, "cancel", {}, False, False, id="cancelled"),
    ],
)  # fmt: skip
def test_what_shows_as_adjusted(fields, kind, changes, on_the_day, before_it):
    found = []
    for on in (TODAY, JUNE):
        target = make_target(**fields)
        change(target, kind, changes, on=on)
        found.append(is_adjusted(target))
    assert found == [on_the_day, before_it]


def test_the_mark_stands_from_the_day_of_effect_on():
    target = make_target(measure="stock")
    change(target, "baseline", {"baseline_value": 128}, on=JUNE)
    marks = {r.effective_on: dict(r.marks) for r in target.assessments.order_by("pk")}
    assert marks == {OPENED: {}, JUNE: {"revised": 1}}


def test_nodes():
    target = with_nodes()
    assert not is_adjusted(target)
    change(target, "node", {"due_on": date(2025, 7, 31)}, milestone=target.milestones.first())
    assert is_adjusted(target)


def test_a_monthly_plan_replaced_shows_and_the_first_one_does_not():
    target = make_target()
    for words, expected in (({"due_text": "按月"}, False), ({"starts_on": OPENED}, True)):
        change(target, "deadline", words, curve={date(2025, 12, 31): Decimal(520)})
        assert is_adjusted(target) is expected


def test_what_was_annulled_shows_no_more():
    target = make_target(measure="stock")
    mistake = change(target, "baseline", {"baseline_value": 128})
    assert is_adjusted(target)
    change(target, "annul", annuls=mistake)
    assert not is_adjusted(target)


def test_issuing_and_filling_on_the_day_of_issue_adjust_nothing():
    plan = make_plan(state="drafting")
    target = make_target(plan, measure="milestone", nodes=[date(2025, 6, 30)])
    plan.issue(at=at(JUNE))  # the openings hold from 1 January
    target.refresh_from_db()
    assert target.current.marks == {}
    target.define(by=coordinator(), at=at(JUNE, 16), definition="竣工验收")
    assert not is_adjusted(target)
    fill(target, due_on=date(2025, 12, 31))
    assert is_adjusted(target)  # it speaks for June, and was signed in July


def test_remarks_hold_the_old_base_and_the_document():
    target = make_target(measure="stock")
    change(target, "baseline", {"baseline_value": 128}, document_no="外街统〔2025〕9号")
    assert row_of(target).remarks == "已调整、上年基数原131家；外街统〔2025〕9号"


def test_a_base_filled_for_the_first_time_was_nothing_before():
    target = make_target(measure="stock", baseline_value=None)
    change(target, "baseline", {"baseline_value": 128}, document_no="")
    assert row_of(target).remarks == ""
    change(target, "baseline", {"baseline_value": 127}, document_no="")
    assert row_of(target).remarks == "已调整、上年基数原128家"
    past = Register.at(target.plan, as_of=JUNE, today=TODAY).rows()
    assert [row.remarks for row in past] == [""]
