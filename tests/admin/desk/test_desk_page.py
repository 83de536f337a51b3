"""本月填报: a unit's whole month on one page, filled in, checked once and handed in."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from targets.models import AuditRecord, ProgressEntry
from tests.admin.desk.desk_typing import DESK, confirm, desk, fill, row, told, typed
from tests.factories import (
    at,
    author,
    file_entry,
    make_target,
    make_unit,
    reviewer,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JUNE, JULY = date(2025, 6, 3), date(2025, 7, 3)


def june(target=None):
    entries = ProgressEntry.objects.filter(period__number=6)
    return entries.get(target=target) if target else entries.order_by("target")


# --- the way of a month ---------------------------------------------------------------------------


def test_a_month_is_typed_asked_about_once_and_handed_in(official, target):
    other = make_target(title="税收")
    file_entry(target, 5, "218.4", JUNE)
    asks = fill(official, target, {target: {"value": "２６５．２"}, other: {"value": "7"}}, "_submit")
    assert [entry.state for entry in june()] == ["draft", "draft"]
    assert "+46.8亿元" in asks.content.decode()
    page = confirm(official, asks, target)
    assert [(e.state, e.value, e.entered_by, e.submitted_by) for e in june()] == [
        ("submitted", Decimal("265.2"), author(), author()),
        ("submitted", Decimal("7"), author(), author()),
    ]
    assert "已提交 2 项" in told(page)


def test_the_first_page_leads_here_before_anything_else(official):
    assert official.get(reverse("admin:index")).context["doors"][0]["url"] == DESK


def test_rows_nobody_typed_into_are_not_written(official, target):
    make_target(title="税收")
    fill(official, target, {target: {"value": "265.2"}}, "_save")
    assert june().get().state == "draft"
    fill(official, target, {}, "_save")
    assert june().get().version == 1


def test_all_fields_of_a_row_are_kept(official, target):
    said = {"narrative": "进展", "issues": "问题", "next_steps": "措施", "support_needed": "协调"}
    fill(
        official,
        target,
        {target: {"value": "1", "preliminary": "on", "catch_up_on": "2025-9-30", **said}},
        "_save",
    )
    entry = june(target)
    assert {name: getattr(entry, name) for name in said} == said
    assert (entry.preliminary, entry.catch_up_on) == (True, date(2025, 9, 30))


def test_nodes_are_ticked_corrected_and_taken_back(official):
    road = make_target(title="道路", measure="milestone", nodes=[date(2025, 6, 20)])
    node = road.milestones.get()
    for day, kept in (("2025-06-18", date(2025, 6, 18)), ("2025-06-19", date(2025, 6, 19)), ("", None)):
        fill(official, road, {road: {f"node-{node.pk}": day, "narrative": "开工"}}, "_save")
        done = june(road).completions.first()
        assert (done.completed_on if done else None) == kept


def test_a_node_done_in_the_future_is_refused_at_its_field(official):
    road = make_target(title="道路", measure="milestone", nodes=[date(2025, 6, 20)])
    node = road.milestones.get()
    page = fill(official, road, {road: {f"node-{node.pk}": "2099-01-01"}}, "_save")
    assert f"node-{node.pk}" in row(page, road).errors
    assert not june().exists()


def test_a_statistic_is_not_asked_of_the_unit(official):
    gdp = make_target(title="地区生产总值", figure_from="statistics")
    form = row(official.get(desk(gdp)), gdp)
    assert "value" not in form.fields
    assert "数据由统计员录入" in official.get(desk(gdp)).content.decode()
    asks = fill(official, gdp, {gdp: {"narrative": "运行平稳"}}, "_submit")
    confirm(official, asks, gdp)
    assert (june(gdp).part, june(gdp).state) == ("report", "submitted")


@pytest.mark.parametrize(
    ("fields", "is_owed"),
    [
        ({"frequency": "month"}, True),
        ({"frequency": "quarter"}, False),
        ({"frequency": "half"}, False),
        ({"frequency": "published"}, False),
        ({"starts_on": date(2025, 9, 1)}, False),
    ],
)
def test_what_is_not_owed_is_listed_and_not_asked(official, fields, is_owed):
    target = make_target(title="另一项", **fields)
    page = official.get(desk(target, 5))
    assert [row.target for row in page.context["unasked"]] == ([] if is_owed else [target])
    assert target.title in page.content.decode()


def test_only_what_may_be_reported_stands_here(official, target):
    make_target(title="停建项目", state="suspended")
    make_target(title="粮食产量", lead_unit=make_unit("农业办"))
    page = official.get(desk(target)).content.decode()
    assert "停建项目" not in page
    assert "粮食产量" not in page


def test_the_last_report_stands_beside_and_no_shortfall(official, target):
    file_entry(target, 4, "170.5", date(2025, 5, 6), narrative="产能释放")
    file_entry(target, 7, "300", date(2025, 8, 5), narrative="后来的话")
    page = official.get(desk(target)).content.decode()
    assert "170.5亿元" in page
    assert "产能释放" in page
    assert "后来的话" not in page
    assert "349.5" not in page


def test_words_are_asked_for_where_the_light_is_amber_or_red_and_open_once_the_row_is_typed(official, target):
    well = make_target(title="税收")
    file_entry(target, 5, "100", JUNE)
    file_entry(well, 5, "300", JUNE)
    page = official.get(desk(target))
    assert [form.line.lacks_words for form in page.context["asked"]] == [True, False]
    assert [form.is_open for form in page.context["asked"]] == [False, False]
    fill(official, target, {target: {"value": "110"}, well: {"value": "350"}}, "_save")
    page = official.get(desk(target))
    assert [form.is_open for form in page.context["asked"]] == [True, False]
    fill(official, target, {target: {"issues": "订单不足", "next_steps": "走访"}}, "_save")
    assert not row(official.get(desk(target)), target).line.lacks_words


def test_each_row_saved_and_handed_in_is_in_the_log(official, target):
    make_target(title="道路", measure="milestone")
    asks = fill(official, target, {target: {"value": "265.2"}}, "_submit")
    confirm(official, asks, target)
    fill(official, target, {}, "_no_change")
    first, second = june()
    records = AuditRecord.objects.filter(by=author(), rows__contains="progressentry").order_by("pk")
    assert [(record.act, record.rows) for record in records] == [
        ("create", f"|progressentry.{first.pk}|"),
        ("submit", f"|progressentry.{first.pk}|"),
        ("submit", f"|progressentry.{second.pk}|"),  # answered and submitted at once
    ]


# --- no change ------------------------------------------------------------------------------------


def test_nine_unchanged_rows_are_one_click(official, target):
    rows = [make_target(title=f"指标{n}") for n in range(9)]
    for each in rows:
        file_entry(each, 5, "300", JUNE)
    page = official.get(desk(target))
    assert page.context["empty"] == 10
    data = typed(page, {target: {"value": "265.2"}})
    page = official.post(desk(target), {**data, "_no_change": "1"}, follow=True)
    assert [(e.state, e.answer, e.value) for e in june().exclude(target=target)] == [
        ("submitted", "no_change", Decimal("300"))
    ] * 9
    assert june(target).state == "draft"
    assert "9 项" in told(page)


def test_no_change_needs_an_earlier_figure_and_names_who_has_none(official, target):
    road = make_target(title="道路", measure="milestone")
    page = fill(official, target, {}, "_no_change")
    assert [entry.target for entry in june()] == [road]
    page = official.get(page.url)
    assert target.title in told(page)
    assert page.context["empty"] == 1


def test_no_change_does_not_answer_what_is_not_owed_or_wrong(official, target):
    quarterly = make_target(title="季度项", frequency="quarter")
    file_entry(quarterly, 3, "100", date(2025, 4, 7))
    file_entry(target, 4, "100", date(2025, 5, 7))
    page = official.get(desk(target, 5))
    data = typed(page, {target: {"value": "12万"}})
    page = official.post(desk(target, 5), {**data, "_no_change": "1"})
    assert not ProgressEntry.objects.filter(period__number=5).exists()
    assert "12万" in page.content.decode()


# --- wrong rows -----------------------------------------------------------------------------------


def test_a_wrong_row_keeps_its_text_and_the_right_ones_are_saved(official, target):
    other = make_target(title="税收")
    values = {target: {"value": "12万", "narrative": "大部分完成"}, other: {"value": "7"}}
    page = fill(official, target, values, "_save")
    assert page.status_code == 200
    assert june().get().target == other
    assert list(row(page, target).errors) == ["value"]
    assert row(page, other).line.entry.state == "draft"
    text = page.content.decode()
    assert 'value="12万"' in text
    assert "大部分完成" in text
    assert page.context["empty"] == 0
    assert (
        "大部分完成" in official.get(desk(target)).content.decode()
    )  # kept, whatever page was opened between
    official.post(desk(target), {**typed(page, {target: {"value": "12"}}), "_save": "1"})
    assert june(target).value == 12


def test_submitting_stops_at_a_wrong_row_and_offers_the_right_ones(official, target):
    other = make_target(title="税收")
    values = {target: {"narrative": "只有文字"}, other: {"value": "7"}}
    page = fill(official, target, values, "_submit")
    assert page.context["ready"] == 1
    assert "value" in row(page, target).errors
    asks = official.post(desk(target), {**typed(page, {}), "_right": "1"})
    assert [line["row"].target for line in asks.context["lines"]] == [other]
    page = confirm(official, asks, target)
    assert [entry.state for entry in june()] == ["draft", "submitted"]
    assert row(page, target)["narrative"].value() == "只有文字"


def test_what_a_saved_row_lacks_is_no_conflict_when_it_is_added(official, target):
    page = fill(official, target, {target: {"narrative": "只有文字"}}, "_submit")
    asks = official.post(desk(target), {**typed(page, {target: {"value": "9"}}), "_submit": "1"})
    confirm(official, asks, target)
    assert (june(target).state, june(target).narrative) == ("submitted", "只有文字")


def test_no_change_does_not_swallow_another_number(official, target):
    file_entry(target, 5, "250", JUNE)
    page = fill(official, target, {target: {"value": "265.2", "answer": "no_change"}}, "_save")
    assert "value" in row(page, target).errors


def test_nothing_typed_is_nothing_to_submit(official, target):
    page = fill(official, target, {}, "_submit")
    assert "没有可以提交" in told(official.get(page.url))
    assert not june().exists()


@pytest.mark.parametrize(
    ("value", "doubt"), [("200", "减少50亿元"), ("3000", "3倍"), ("520", "完全相同"), ("265", "")]
)
def test_what_looks_odd_is_asked_about_and_not_blocked(official, target, value, doubt):
    file_entry(target, 5, "250", JUNE)
    asks = fill(official, target, {target: {"value": value, "narrative": "说明"}}, "_submit")
    assert [any(doubt in str(said) for said in line["doubts"]) for line in asks.context["lines"]] == [
        bool(doubt)
    ]
    confirm(official, asks, target)
    assert june(target).state == "submitted"


# --- what was filed or returned -------------------------------------------------------------------


def test_a_returned_row_shows_why_and_goes_in_again(official, target):
    submit_entry(target, 6, "265.2", JULY).send_back(by=reviewer(), comment="请补充存在问题", at=at(JULY))
    assert "请补充存在问题" in official.get(desk(target)).content.decode()
    asks = fill(official, target, {}, "_submit")
    assert [line["is_untouched"] for line in asks.context["lines"]] == [True]
    asks = fill(official, target, {target: {"issues": "用电紧张"}}, "_submit")
    assert [line["is_untouched"] for line in asks.context["lines"]] == [False]
    confirm(official, asks, target)
    assert (june(target).state, june(target).issues) == ("submitted", "用电紧张")


def test_what_was_handed_in_is_read_only(official, target):
    filed, waiting = make_target(title="税收"), make_target(title="零售额")
    file_entry(filed, 6, "9", JULY)
    submit_entry(waiting, 6, "8", JULY)
    page = official.get(desk(target))
    names = {form.line.target: form.prefix for form in page.context["asked"]}
    assert f"{names[filed]}-value" not in page.content.decode()
    seen = row(page, filed)["seen_version"].value()
    forged = {f"{names[each]}-value": "1" for each in (filed, waiting)}
    forged |= {f"{names[each]}-answer": "reported" for each in (filed, waiting)}
    page = official.post(
        desk(target),
        {
            **forged,
            f"{names[filed]}-seen_version": seen,
            f"{names[waiting]}-seen_version": "",
            "_submit": "1",
        },
    )
    assert [(e.value, e.state) for e in june()] == [(9, "approved"), (8, "submitted")]


def test_a_correction_under_way_has_its_own_page(official, target):
    entry = file_entry(target, 6, "265.2", JULY)
    entry.correct(by=author(), reason="笔误", at=at(date(2025, 7, 8)))
    assert not row(official.get(desk(target)), target).line.is_editable


def test_a_page_on_which_all_is_filed_offers_no_button(official, target):
    file_entry(target, 6, "265.2", JULY)
    page = official.get(desk(target))
    assert [form.line.target for form in page.context["asked"]] == [target]
    assert 'name="_submit"' not in page.content.decode()


def test_a_frozen_period_is_read_only(official, target):
    target.plan.locks_periods = True
    target.plan.save(at=at(JULY))
    page = official.get(desk(target))
    assert 'name="_submit"' not in page.content.decode()
    assert page.context["asked"]
    fill(official, target, {target: {"value": "1"}}, "_save")
    assert not june().exists()
