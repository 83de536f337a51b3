"""The sheet of official figures: out for the whole plan, filled in with its sources, and back in."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from targets.models import ProgressEntry
from tests.admin.desk.test_sheets import SHEET, confirm, text, upload
from tests.factories import (
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    staff,
    statistician,
)
from tests.filing.sheets import JULY, edited, filled, opened, places, read

pytestmark = pytest.mark.django_db
FIGURE = {
    "value": 265.2, "yoy": 5.1, "published_rank": 3, "preliminary": "是", "source_ref": "区统计局6月月报",
    "published_on": date(2025, 7, 2),
}  # fmt: skip


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def office(client):
    client.force_login(staff(statistician()))
    return client


def sheet_of(client, plan, number=6):
    answer = client.get(SHEET, {"plan": plan.code, "period": number, "part": "statistic"})
    return b"".join(answer.streaming_content)


def indicator(plan, title="规上工业增加值", **fields):
    return make_target(plan, title=title, figure_from="statistics", **fields)


def test_official_figures_go_out_and_come_back_by_the_same_sheet(office, plan):
    value, taxes = indicator(plan), indicator(plan, "税收", lead_unit=make_unit("财政办"))
    later, _own = indicator(plan, "出口"), make_target(plan, title="单位自报")
    file_entry(value, 5, "218.4", date(2025, 6, 20), part="statistic", narrative="")
    content = sheet_of(office, plan)
    columns, rows = places(opened(content).active)
    assert set(rows) == {value.code, taxes.code, later.code}
    assert list(columns)[1:] == [
        "序号", "目标任务", "年度目标", "上期累计", "牵头单位", "本期累计（节点填完成日期）", "填报情况",
        "同比增长（%）", "位次", "初步数", "来源文件", "公布日期",
    ]  # fmt: skip
    page = upload(office, filled(content, {
        value.code: FIGURE, taxes.code: {"answer": "数据未出"},
        later.code: {"value": "80", "source_ref": "海关月报"},
    }))  # fmt: skip
    assert "265.2" in text(page)
    done = confirm(office, page)
    assert done.redirect_chain[-1][0].startswith(reverse("admin:targets_progressentry_statistics"))
    entries = {entry.target_id: entry for entry in ProgressEntry.objects.filter(period__number=6)}
    told = entries[value.pk]
    assert (told.part, told.state, told.value, told.yoy, told.published_rank, told.preliminary) == (
        "statistic", "submitted", Decimal("265.2"), Decimal("5.1"), 3, True,
    )  # fmt: skip
    assert (told.source_ref, told.published_on, told.submitted_by, told.origin) == (
        "区统计局6月月报", date(2025, 7, 2), statistician(), "own",
    )  # fmt: skip
    assert (entries[taxes.pk].answer, entries[taxes.pk].value) == ("not_published", None)
    again = read(sheet_of(office, plan), statistician())
    assert [row.kind.name for row in again.rows] == ["UNCHANGED"] * 3


def test_what_lacks_a_source_or_is_no_rank_is_named(office, plan):
    first, second, third = indicator(plan, "甲"), indicator(plan, "乙"), indicator(plan, "丙")
    content = edited(sheet_of(office, plan), {
        first.code: {"value": 9}, second.code: {**FIGURE, "published_rank": "前列"},
        third.code: {"answer": "本期无变化", "yoy": "5元"},
    })  # fmt: skip
    places_told = [f"{fault.column}{fault.row}" for fault in read(content, statistician()).faults]
    assert places_told == ["L6", "J7", "H8", "I8"]


def test_an_approved_figure_stays_and_a_draft_is_mended(office, plan):
    approved, draft = indicator(plan, "甲"), indicator(plan, "乙")
    file_entry(approved, 6, "200", JULY, part="statistic", narrative="")
    draft_entry(draft, 6, "80", JULY, part="statistic", source_ref="月报")
    content = edited(sheet_of(office, plan), {approved.code: FIGURE, draft.code: {"value": 81}})
    intake = read(content, coordinator())
    assert {row.line.target.title: row.kind.name for row in intake.rows} == {"甲": "CONFLICT", "乙": "NEW"}
    assert not intake.rows[0].may_replace
    intake.write(replace={approved.code})
    figures = ProgressEntry.objects.filter(period__number=6).order_by("target__title")
    assert set(figures.values_list("target__title", "value")) == {("甲", 200), ("乙", 81)}


def test_who_counts_nothing_reads_no_such_sheet_in(office, plan):
    indicator(plan)
    content = sheet_of(office, plan)
    with pytest.raises(ValidationError):
        read(content, author())
