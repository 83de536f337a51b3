"""Many new rows checked at once: a repeated value that must be unique is refused, each by its place."""

import pytest
from django.core.exceptions import ValidationError

from targets.models import Domain, Target
from tests.factories import make_plan, make_target, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_plan(state="drafting")


def places_refused(rows):
    try:
        type(rows[0]).clean_rows(rows)
    except ValidationError as refused:
        return [error.params["row"] for error in refused.error_list]
    return []


def drafts(plan, *codes):
    """Rows of the plan, numbered in turn from 10 on."""
    words = {"plan": plan, "measure": "qualitative", "state": "watch", "lead_unit": make_unit()}
    return [Target(title=f"任务{n}", number=n, code=code, **words) for n, code in enumerate(codes, 10)]


def test_a_value_that_is_unique_stands_in_one_row_alone(plan):
    make_target(plan, number=1, code="A-1")
    assert places_refused(drafts(plan, "A-2", "A-3", "A-2", "A-1")) == [3, 4]
    assert places_refused(drafts(plan, "A-2", "A-3")) == []


def test_values_that_are_unique_together_stand_in_one_row_alone(plan):
    Domain(plan=plan, name="工业").save()
    rows = [Domain(plan=plan, name=name) for name in ("农业", "工业", "城建", "农业")]
    assert places_refused(rows) == [2, 4]
    other = make_plan("Q25", state="drafting")
    assert places_refused([Domain(plan=other, name="工业"), Domain(plan=other, name="农业")]) == []
