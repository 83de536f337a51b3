"""本月填报 of several units: which comes first, changing it, and the paper its head signs."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import ProgressEntry
from tests.admin.desk.desk_typing import DESK, desk, fill, row, told, typed
from tests.factories import (
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_target,
    make_unit,
    staff,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JUNE, JULY = date(2025, 6, 3), date(2025, 7, 3)


@pytest.fixture
def target():
    return make_target(title="全年工业总产值")


@pytest.fixture
def grain():
    return make_target(title="粮食产量", lead_unit=make_unit("农业办"))


@pytest.fixture
def office(client, target):
    client.force_login(staff(coordinator()))
    return client


def test_the_unit_with_most_to_hand_in_comes_first(office, target, grain):
    more = make_target(title="蔬菜产量", lead_unit=grain.lead_unit)
    page = office.get(f"{DESK}?period=6")
    assert page.context["unit"] == grain.lead_unit
    submit_entry(more, 6, "8", JULY)
    submit_entry(grain, 6, "8", JULY)
    page = office.get(f"{DESK}?period=6")
    assert page.context["unit"] == target.lead_unit


def test_what_is_typed_is_saved_when_another_unit_is_opened(office, target, grain):
    page = office.get(desk(target))
    data = typed(page, {target: {"value": "265.2"}})
    page = office.post(desk(target), {**data, "_go": "1", "to_unit": grain.lead_unit_id}, follow=True)
    assert page.context["unit"] == grain.lead_unit
    entry = ProgressEntry.objects.get()
    assert (entry.state, entry.value) == ("draft", Decimal("265.2"))
    assert "经发办：已存草稿1项" in told(page)


def test_what_is_wrong_is_kept_when_another_unit_is_opened(office, target, grain):
    page = office.get(desk(target))
    data = typed(page, {target: {"value": "12万"}})
    page = office.post(desk(target), {**data, "_go": "1", "to_unit": grain.lead_unit_id}, follow=True)
    assert page.context["unit"] == grain.lead_unit
    assert "全年工业总产值" in told(page)
    assert not ProgressEntry.objects.exists()
    assert row(office.get(desk(target)), target)["value"].value() == "12万"


def test_the_first_unit_costs_the_same_for_3_and_30_targets(office, target, grain):
    costs = []
    for more in (3, 27):
        for n in range(more):
            make_target(title=f"指标{more}-{n}", lead_unit=grain.lead_unit if n % 2 else target.lead_unit)
        with CaptureQueriesContext(connection) as asked:
            office.get(f"{DESK}?period=6")
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_long_unit_has_pages_and_what_is_typed_on_one_is_saved_on_the_way_to_the_next(client, target):
    for n in range(34):
        make_target(title=f"指标{n}")
    client.force_login(staff(author(target.lead_unit)))
    page = client.get(desk(target))
    assert len(page.context["asked"]) == 30
    data = typed(page, {target: {"value": "265.2"}})
    page = client.post(desk(target), {**data, "_go": "1", "to_page": "2"}, follow=True)
    assert [form.line.target.title for form in page.context["asked"]] == [f"指标{n}" for n in range(29, 34)]
    assert ProgressEntry.objects.get().value == Decimal("265.2")
    assert len(client.get(f"{desk(target)}&page=99").context["asked"]) == 5


# --- the paper to sign ----------------------------------------------------------------------------


def test_the_paper_holds_what_is_typed_and_saves_it(client, target):
    file_entry(target, 5, "218.4", JUNE)
    client.force_login(staff(author(target.lead_unit)))
    page = client.get(desk(target))
    said = {"value": "265.2", "narrative": "产能释放", "issues": "用电紧张"}
    page = client.post(desk(target), {**typed(page, {target: said}), "_paper": "1"}, follow=True)
    text = page.content.decode()
    told_there = (
        "265.2亿元",
        "+46.8亿元",
        "218.4亿元",
        "产能释放",
        "用电紧张",
        "送审稿",
        "6月",
        "单位负责人（签字）",
        "经发办",
    )
    assert [words for words in told_there if words not in text] == []
    assert ProgressEntry.objects.get(period__number=6).state == "draft"


def test_the_paper_tells_what_is_not_filled_in_and_repeats_what_is_unchanged(client, target):
    other = make_target(title="税收")
    file_entry(other, 5, "77.5", JUNE)
    draft_entry(other, 6, None, JULY, answer="no_change")
    client.force_login(staff(author(target.lead_unit)))
    page = client.get(f"{desk(target)}&paper=1")
    assert [(line["value"], line["row"].is_empty) for line in page.context["lines"]] == [
        ("—", True),
        ("77.5亿元", False),
    ]
    assert "（未填）" in page.content.decode()


# --- 预计全年完成 ---------------------------------------------------------------------------------


def test_a_forecast_is_asked_for_from_september_and_printed(client, target):
    client.force_login(staff(author(target.lead_unit)))
    assert "forecast" not in row(client.get(desk(target, 8)), target).fields
    fill(client, target, {target: {"value": "390", "forecast": "５２５"}}, "_save", number=9)
    entry = ProgressEntry.objects.get()
    assert (entry.forecast, entry.value) == (525, 390)
    assert "预计525亿元" in client.get(f"{desk(target, 9)}&paper=1").content.decode()
    entry.submit(by=author(target.lead_unit))
    assert "预计525亿元" in client.get(desk(target, 9)).content.decode()


def test_a_forecast_that_cannot_be_read_is_refused_at_its_field(client, target):
    client.force_login(staff(author(target.lead_unit)))
    page = fill(client, target, {target: {"value": "390", "forecast": "五百"}}, "_save", number=9)
    assert list(row(page, target).errors) == ["forecast"]
    assert row(page, target).is_open
