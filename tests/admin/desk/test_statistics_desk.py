"""统计数录入: source and day said once for a grid of indicators; the bureau's revisions as corrections."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import FormDraft
from tests.admin.desk.desk_typing import told
from tests.admin.desk.statistics_typing import (
    DESK,
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
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    statistician,
    submit_entry,
)
from tests.pages import form_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def target():
    return indicator()


@pytest.fixture
def office(client, target):
    client.force_login(staff(statistician()))
    return client


# --- a month's figures ------------------------------------------------------------------------------


def test_figures_are_typed_asked_about_once_and_handed_in_with_one_source(office, target):
    other = indicator("社会消费品零售总额")
    asks = fill(
        office,
        {
            (target, 6): {"value": "２６５．２", "yoy": "5.1", "published_rank": "3", "preliminary": "on"},
            (other, 6): {"value": "80"},
        },
        "_submit",
        6,
    )
    assert [entry.state for entry in (*stored(target), *stored(other))] == ["draft", "draft"]
    page = confirm(office, asks, 6)
    assert "已提交 2 项" in told(page)
    entry = stored(target).get()
    assert (entry.state, entry.part, entry.value, entry.yoy, entry.published_rank, entry.preliminary) == (
        "submitted",
        "statistic",
        Decimal("265.2"),
        Decimal("5.1"),
        3,
        True,
    )
    said = {(each.source_ref, each.published_on) for each in (*stored(target), *stored(other))}
    assert said == {("区统计局6月月报", JULY)}
    assert {each.submitted_by for each in (*stored(target), *stored(other))} == {statistician()}


def test_who_only_puts_the_source_right_had_a_hand_in_it(client, target):
    entry = draft_entry(target, 6, "265.2", JULY, part="statistic", source_ref="月报")
    client.force_login(staff(coordinator()))
    fill(client, {}, "_save", 6)
    entry.refresh_from_db()
    assert (entry.source_ref, entry.entered_by) == ("区统计局6月月报", coordinator())
    assert list(entry.earlier_writers.all()) == [statistician()]
    entry.submit(by=statistician())
    assert not entry.may_be_reviewed_by(coordinator())


def test_the_last_value_stands_beside(office, target):
    approved(target, 5, "218.4")
    page = office.get(address(6))
    assert cells(page)[6].line.last_figure_in_words == "218.4亿元"


def test_cells_nobody_typed_into_are_not_written(office, target):
    other = indicator("税收")
    fill(office, {(other, 6): {"value": "1"}}, "_save", 6)
    assert not stored(target).exists()
    fill(office, {}, "_save", 6)
    assert stored(other).get().version == 1


def test_a_wrong_cell_keeps_its_text_and_the_right_ones_are_kept(office, target):
    other = indicator("税收")
    page = fill(
        office, {(target, 6): {"value": "约265", "yoy": "5"}, (other, 6): {"value": "80"}}, "_submit", 6
    )
    form = cells(page, target)[6]
    assert list(form.errors) == ["value"]
    assert (form["value"].value(), form["yoy"].value()) == ("约265", "5")
    assert [entry.state for entry in stored(other)] == ["draft"]
    assert not stored(target).exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"source-source_ref": " "}, "source_ref"),
        ({**SOURCE, "source-published_on": "2099-01-01"}, "published_on"),
        ({**SOURCE, "source-published_on": "昨天"}, "published_on"),
    ],
)
def test_what_is_said_once_is_asked_for_once_and_nothing_typed_is_lost(office, target, said, field):
    page = fill(office, {(target, 6): {"value": "265.2"}}, "_submit", 6, said=said)
    assert list(page.context["source"].errors) == [field]
    assert cells(page)[6]["value"].value() == "265.2"
    assert not stored(target).exists()


def test_a_draft_may_wait_for_its_source_and_takes_it_later(office, target):
    fill(office, {(target, 6): {"value": "265.2"}}, "_save", 6, said={})
    assert stored(target).get().source_ref == ""
    page = fill(office, {}, "_submit", 6, said={})
    assert list(page.context["source"].errors) == ["source_ref"]
    confirm(office, fill(office, {}, "_submit", 6), 6)
    entry = stored(target).get()
    assert (entry.state, entry.source_ref) == ("submitted", "区统计局6月月报")


def test_the_source_of_the_drafts_is_shown_again(office, target):
    fill(office, {(target, 6): {"value": "265.2"}}, "_save", 6)
    assert form_on(office.get(address(6)), "desk")["source-source_ref"] == "区统计局6月月报"


def test_the_newest_period_with_statistics_opens_and_january_has_none(office, target):
    assert office.get(DESK).context["scope"].chosen[0].number == 12
    assert office.get(address(1)).status_code == 200


# --- the bureau's revisions -------------------------------------------------------------------------


def test_several_past_periods_stand_side_by_side_and_become_corrections(office, target):
    for number, value in ((4, "170"), (5, "218.4"), (6, "265.2")):
        approved(target, number, value)
    page = office.get(address(4, 5, 6))
    assert [form["value"].value() for form in cells(page).values()] == ["170", "218.4", "265.2"]
    asks = fill(
        office, {(target, 4): {"value": "171"}, (target, 6): {"value": "266"}}, "_submit", 4, 5, 6,
        said={**SOURCE, **REASON},
    )  # fmt: skip
    assert [
        (line["row"].period.number, line["approved"], line["value"]) for line in asks.context["lines"]
    ] == [
        (4, "170亿元", "171亿元"),
        (6, "265.2亿元", "266亿元"),
    ]
    page = confirm(office, asks, 4, 5, 6)
    assert "已提交 2 项" in told(page)
    assert [(e.revision_no, e.state, e.value, e.reason) for e in stored(target, 4)] == [
        (1, "approved", Decimal("170"), ""),
        (2, "submitted", Decimal("171"), "统计局修订"),
    ]
    assert stored(target, 4).last().source_ref == "区统计局6月月报"
    assert stored(target, 5).count() == 1
    stored(target, 6).last().approve(by=reviewer(), at=at(JULY))
    assert stored(target, 6).last().state == "approved"


def test_a_correction_needs_its_reason_once(office, target):
    approved(target, 6, "265.2")
    page = fill(office, {(target, 6): {"value": "266"}}, "_submit", 6)
    assert list(page.context["source"].errors) == ["reason"]
    assert page.context["grid"].forms[0].errors == {}
    assert cells(page)[6]["value"].value() == "266"
    assert stored(target).count() == 1


def test_an_approved_figure_is_not_taken_away_by_clearing_its_cell(office, target):
    approved(target, 6, "265.2")
    page = fill(office, {(target, 6): {"value": ""}}, "_submit", 6, said={**SOURCE, **REASON})
    assert list(cells(page)[6].errors) == ["value"]
    assert stored(target).count() == 1


def test_a_frozen_period_takes_corrections_but_no_first_figures(client):
    make_plan(locks_periods=True)
    filed, missing = indicator(), indicator("税收")
    approved(filed, 6, "265.2")
    client.force_login(staff(statistician()))
    page = client.get(address(6))
    assert [cells(page, row)[6].line.is_editable for row in (filed, missing)] == [True, False]
    said = {**SOURCE, **REASON}
    confirm(client, fill(client, {(filed, 6): {"value": "266"}}, "_submit", 6, said=said), 6)
    assert [entry.state for entry in stored(filed)] == ["approved", "submitted"]


def test_a_cell_changed_meanwhile_shows_both_versions_and_saves_when_tried_again(office, target):
    first = approved(target, 6, "265.2")
    page = office.get(address(6))
    data = {**form_on(page, "desk"), **SOURCE, **REASON, "_submit": "1"}
    data[f"{cells(page)[6].prefix}-value"] = "266"
    later = first.correct(by=coordinator(), reason="核", value=Decimal(267), at=at(JULY))
    later.submit(by=coordinator(), at=at(JULY))
    later.approve(by=reviewer(), at=at(JULY))
    answer = office.post(address(6), data)
    (difference,) = cells(answer)[6].differences
    assert (difference.stored, difference.mine) == ("267", "266")
    assert stored(target).count() == 2
    again = office.post(address(6), {**form_on(answer, "desk"), "_submit": "1"})
    confirm(office, again, 6)
    assert [entry.value for entry in stored(target)] == [Decimal("265.2"), Decimal(267), Decimal(266)]


def test_what_was_handed_in_meanwhile_is_told_and_not_overwritten(office, target):
    page = office.get(address(6))
    data = {**form_on(page, "desk"), **SOURCE, "_submit": "1", f"{cells(page)[6].prefix}-value": "266"}
    submit_entry(target, 6, "267", JULY, part="statistic", narrative="")
    answer = office.post(address(6), data)
    assert cells(answer)[6].late == [("累计完成数", "266")]
    assert stored(target).get().value == 267


def test_two_clicks_hand_in_once(office, target):
    asks = fill(office, {(target, 6): {"value": "265.2"}}, "_submit", 6)
    confirm(office, asks, 6)
    assert "已经提交" in told(confirm(office, asks, 6))
    assert stored(target).count() == 1


def test_what_is_typed_is_kept_with_its_source(office, target):
    page = office.get(address(6))
    prefix = cells(page)[6].prefix
    data = {**form_on(page, "desk"), **SOURCE, f"{prefix}-value": "265.2"}
    keeper = page.context["keeper"]
    assert office.post(keeper, data).status_code == 204
    again = form_on(office.get(address(6)), "desk")
    assert (again[f"{prefix}-value"], again["source-source_ref"]) == ("265.2", "区统计局6月月报")
    assert FormDraft.objects.count() == 1
    fill(office, {}, "_save", 6)
    assert not FormDraft.objects.exists()


# --- who --------------------------------------------------------------------------------------------


def test_only_statisticians_and_coordinators_come_in_and_all_others_read_the_same(client, target):
    outsiders = [
        author(),
        reviewer(),
        make_user("领导", make_unit("外海街道"), "领导"),
        make_user("无角色", make_unit("综合办")),
    ]
    pages = []
    for user in outsiders:
        client.force_login(staff(user))
        pages += [client.get(address(6)), client.post(address(6), {"_submit": "1"})]
        pages.append(client.post(f"{DESK}draft/?plan=P25&period=6", {"x": "1"}))
    assert {page.status_code for page in pages} == {403}
    assert len({page.content.decode().split("<main")[-1] for page in pages}) == 1
    client.force_login(staff(coordinator()))
    assert client.get(address(6)).status_code == 200


def test_a_statistician_of_another_town_sees_nothing(client, target):
    town = make_unit("云溪镇", parent=None, kind="township")
    client.force_login(staff(make_user("外人", town, "统计员")))
    assert client.get(address(6)).status_code == 400
    assert client.get(DESK).context["grid"] is None


def test_figures_of_the_units_themselves_are_not_asked_here(office, target):
    make_target(title="单位自报")
    indicator("招商", measure="qualitative", comparator="", target_value=None, state="watch")
    page = office.get(address(6))
    assert [form.line.target for form in page.context["grid"]] == [target]


@pytest.mark.parametrize("asked", ["plan=NONE", "plan=P25&period=13", "plan=P25&period=6&period=x"])
def test_an_unknown_plan_or_period_is_a_message(office, asked):
    page = office.get(f"{DESK}?{asked}")
    assert page.status_code == 400
    assert "errornote" in page.content.decode()


# --- cost -------------------------------------------------------------------------------------------


def test_three_indicators_and_thirty_cost_the_same_queries(office):
    def cost():
        office.get(address(5, 6))
        with CaptureQueriesContext(connection) as queries:
            page = office.get(address(5, 6))
        return len(page.context["grid"].forms), len(queries)

    def make(count):
        for _ in range(count):
            made = indicator(f"指标{_}")
            approved(made, 4, "1")
            entry = approved(made, 5, "2")
            entry.correct(by=statistician(), reason="核", at=at(JULY))
            approved(made, 6, "3")

    make(2)
    few = cost()
    make(27)
    many = cost()
    assert (few[0], many[0]) == (6, 60)
    assert few[1] == many[1]
