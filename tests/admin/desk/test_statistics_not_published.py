"""统计数录入: a figure the bureau has not published is answered for, as on the unit's own page."""

from decimal import Decimal

import pytest

from targets.reporting import Reporting
from tests.admin.desk.desk_typing import told
from tests.admin.desk.statistics_typing import (
    JULY,
    REASON,
    SOURCE,
    address,
    approved,
    cells,
    confirm,
    fill,
    indicator,
    stored,
)
from tests.factories import at, reviewer, staff, statistician
from tests.pages import form_on
from tests.reports import answer

pytestmark = pytest.mark.django_db
TICKED = {"not_published": "on"}


@pytest.fixture
def target():
    return indicator()


@pytest.fixture
def office(client, target):
    client.force_login(staff(statistician()))
    return client


def reporting(target):
    return answer(target, JULY).statistic_part


def test_it_is_handed_in_without_a_source_and_approved_it_is_reported(office, target):
    approved(target, 5, "218.4")
    light = target.assessments.last()
    asks = fill(office, {(target, 6): TICKED}, "_submit", 6, said={})
    assert [line["value"] for line in asks.context["lines"]] == ["数据未出"]
    assert "已提交 1 项" in told(confirm(office, asks, 6))
    entry = stored(target).get()
    assert (entry.answer, entry.value, entry.source_ref) == ("not_published", None, "")
    assert reporting(target) == Reporting.SUBMITTED
    entry.approve(by=reviewer(), at=at(JULY))
    assert reporting(target) == Reporting.REPORTED
    target.refresh_from_db()
    assert (target.current.value, target.current.light) == (light.value, light.light)
    assert cells(office.get(address(6)))[6].line.approved_in_words == "数据未出"


def test_what_has_no_figure_takes_no_source_from_the_figures_beside_it(office, target):
    other = indicator("税收")
    fill(office, {(target, 6): TICKED, (other, 6): {"value": "80"}}, "_save", 6)
    assert [each.get().source_ref for each in (stored(target), stored(other))] == ["", "区统计局6月月报"]
    assert form_on(office.get(address(6)), "desk")["source-source_ref"] == "区统计局6月月报"
    fill(office, {(other, 6): {"value": "81"}}, "_save", 6, said={**SOURCE, "source-source_ref": "快报"})
    assert [each.get().source_ref for each in (stored(target), stored(other))] == ["", "快报"]


def test_a_figure_beside_it_is_refused(office, target):
    page = fill(office, {(target, 6): {**TICKED, "value": "265.2"}}, "_submit", 6)
    assert list(cells(page)[6].errors) == ["value"]
    assert not stored(target).exists()


def test_the_figure_that_comes_later_takes_its_place_and_needs_its_source(office, target):
    fill(office, {(target, 6): TICKED}, "_save", 6, said={})
    assert form_on(office.get(address(6)), "desk")[
        f"{target.pk}-{stored(target).get().period_id}-not_published"
    ]
    page = fill(office, {(target, 6): {"value": "265.2"}}, "_submit", 6, said={})
    assert list(page.context["source"].errors) == ["source_ref"]
    confirm(office, fill(office, {(target, 6): {"value": "265.2"}}, "_submit", 6), 6)
    entry = stored(target).get()
    assert (entry.answer, entry.value, entry.state) == ("reported", Decimal("265.2"), "submitted")


def test_taken_back_it_is_no_answer(office, target):
    fill(office, {(target, 6): TICKED}, "_save", 6, said={})
    page = fill(office, {(target, 6): {"not_published": ""}}, "_submit", 6)
    assert list(cells(page)[6].errors) == ["value"]
    assert stored(target).get().answer == "reported"


def test_once_approved_a_figure_corrects_it(office, target):
    fill(office, {(target, 6): TICKED}, "_save", 6, said={})
    entry = stored(target).get()
    entry.submit(by=statistician(), at=at(JULY))
    entry.approve(by=reviewer(), at=at(JULY))
    assert "not_published" not in cells(office.get(address(6)))[6].fields
    asks = fill(office, {(target, 6): {"value": "265.2"}}, "_submit", 6, said={**SOURCE, **REASON})
    confirm(office, asks, 6)
    stored(target).last().approve(by=reviewer(), at=at(JULY))
    assert [(each.answer, each.value) for each in stored(target)] == [
        ("not_published", None),
        ("reported", Decimal("265.2")),
    ]
