"""The sheet goes out, is filled in and comes back: what its rows come to, and what is written."""

import gc
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import ProgressEntry
from tests.factories import (
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    submit_entry,
)  # fmt: skip
from tests.filing.sheets import JULY, edited, filled, kept, made, opened, read

pytestmark = pytest.mark.django_db
WORDS = {"narrative": "新上两条生产线", "issues": "用工不足", "next_steps": "增加招工"}


@pytest.fixture
def plan():
    return make_plan()


def kinds(intake):
    return {row.line.target.title: row.kind.name for row in intake.rows}


def reasons(intake):
    return [(f"{fault.column}{fault.row}", fault.reason) for fault in intake.faults]


def entry_of(target):
    return target.entries.get(period__number=6)


# --- what is new ------------------------------------------------------------------------------


def test_what_is_filled_in_is_new_and_is_written(plan):
    target, other = make_target(plan, title="产值"), make_target(plan, title="未填")
    file_entry(target, 5, "220", date(2025, 6, 3))
    content = filled(made(plan), {target.code: {"value": 265.2, **WORDS}})
    intake = read(content)
    assert (kinds(intake), intake.faults) == ({"产值": "NEW", "未填": "EMPTY"}, [])
    assert not ProgressEntry.objects.filter(period__number=6).exists()
    assert intake.write() == {"submitted": 1}
    entry = entry_of(target)
    assert (entry.value, entry.narrative, entry.state, entry.origin) == (
        Decimal("265.2"), WORDS["narrative"], "submitted", "own",
    )  # fmt: skip
    assert (entry.entered_by, entry.submitted_by) == (author(), author())
    assert not other.entries.exists()


def test_the_same_file_once_more_changes_nothing(plan):
    first, second = make_target(plan, title="甲"), make_target(plan, title="乙")
    file_entry(second, 5, "220", date(2025, 6, 3))
    content = filled(made(plan), {
        first.code: {"value": 265.2, **WORDS, "catch_up_on": date(2025, 8, 1), "preliminary": "是"},
        second.code: {"answer": "本期无变化"},
    })  # fmt: skip
    read(content).write()
    before = list(ProgressEntry.objects.order_by("pk").values())
    again = read(content)
    assert kinds(again) == {"甲": "UNCHANGED", "乙": "UNCHANGED"}
    assert not again.has_something_to_write
    assert again.write() == {}
    assert list(ProgressEntry.objects.order_by("pk").values()) == before


def test_no_change_repeats_the_last_figure(plan):
    target = make_target(plan)
    file_entry(target, 5, "220", date(2025, 6, 3))
    assert read(filled(made(plan), {target.code: {"answer": "本期无变化"}})).write() == {"submitted": 1}
    assert (entry_of(target).answer, entry_of(target).value) == ("no_change", 220)


def test_a_draft_is_brought_along_and_mended(plan):
    target = make_target(plan, title="产值")
    draft_entry(target, 6, "260", JULY)
    content = made(plan)
    assert kinds(read(content)) == {"产值": "UNCHANGED"}
    intake = read(filled(content, {target.code: {"value": 265.2}}))
    assert kinds(intake) == {"产值": "NEW"}
    assert intake.write(ready=()) == {"drafts": 1}
    assert (entry_of(target).value, entry_of(target).state) == (Decimal("265.2"), "draft")


def test_nodes_are_filled_in_by_their_days(plan):
    target = make_target(
        plan, title="学校", measure="milestone", nodes=[date(2025, 5, 31), date(2025, 9, 30)]
    )
    first, last = target.milestones.order_by("due_on")
    late = filled(made(plan), {f"{target.code}/{last.pk}": {"value": date(2026, 1, 1)}})
    assert [place for place, _why in reasons(read(late))] == ["G8"]
    content = filled(made(plan), {
        f"{target.code}/{first.pk}": {"value": date(2025, 6, 20)}, target.code: WORDS,
    })  # fmt: skip
    read(content).write()
    assert list(entry_of(target).completions.values_list("milestone", "completed_on")) == [
        (first.pk, date(2025, 6, 20))
    ]
    assert kinds(read(content)) == {"学校": "UNCHANGED"}


def test_a_statistic_takes_words_alone(plan):
    target = make_target(plan, title="统计", figure_from="statistics")
    assert read(filled(made(plan), {target.code: {"narrative": "推进"}})).write() == {"submitted": 1}
    assert entry_of(target).value is None
    wrong = edited(made(plan), {target.code: {"value": 9}})
    assert [place for place, _why in reasons(read(wrong))] == ["G6"]


def test_the_office_files_for_a_unit_and_the_file_says_so(plan):
    target = make_target(plan)
    content = filled(made(plan), {target.code: {"value": 265.2, **WORDS}})
    intake = read(content, coordinator())
    file = kept(content, coordinator())
    intake.write(file)
    entry = entry_of(target)
    assert (entry.origin, entry.reported_by_unit, entry.source_file) == ("transcribed", make_unit(), file)
    file.refresh_from_db()
    assert file.entered_at is not None
    assert file.is_whole()


def test_what_is_doubtful_stays_a_draft_unless_somebody_ticks_it(plan):
    target = make_target(plan)
    file_entry(target, 5, "220", date(2025, 6, 3))
    content = filled(made(plan), {target.code: {"value": 22, **WORDS}})
    assert read(content).rows[0].doubts
    assert read(content).not_ready() == [target.code]
    assert read(content).write() == {"drafts": 1}


# --- conflicts --------------------------------------------------------------------------------


def test_what_was_filed_meanwhile_stays_unless_it_is_replaced(plan):
    target = make_target(plan, title="产值")
    content = filled(made(plan), {target.code: {"value": 265.2, **WORDS}})
    draft_entry(target, 6, "250", JULY, narrative="网上填的")
    intake = read(content)
    assert kinds(intake) == {"产值": "CONFLICT"}
    differences = intake.rows[0].differences
    assert ("本期累计（节点填完成日期）", "250", "265.2") in differences
    assert "填报情况" not in {heading for heading, _stored, _typed in differences}
    assert intake.write() == {}
    assert entry_of(target).value == 250
    assert read(content).write(replace={target.code}) == {"submitted": 1}
    assert entry_of(target).value == Decimal("265.2")


def test_what_waits_for_review_is_not_replaced(plan):
    target = make_target(plan)
    content = filled(made(plan), {target.code: {"value": 265.2, **WORDS}})
    submit_entry(target, 6, "250", JULY)
    intake = read(content)
    assert not intake.rows[0].may_replace
    assert intake.write(replace={target.code}) == {}
    assert (entry_of(target).value, entry_of(target).state) == (250, "submitted")


def test_a_row_nobody_touched_is_no_conflict(plan):
    target = make_target(plan, title="产值")
    draft = draft_entry(target, 6, "250", JULY)
    content = made(plan)
    draft.value = 260
    draft.save()
    assert kinds(read(content)) == {"产值": "UNCHANGED"}


# --- what is wrong ----------------------------------------------------------------------------

FAULTS = {
    "a word for a figure": ({"value": "二百多"}, "G6"),
    "another unit": ({"value": "265万元"}, "G6"),
    "an unknown answer": ({"answer": "差不多", "narrative": "推进"}, "H6"),
    "no figure": ({"narrative": "推进"}, "G6"),
    "no day": ({"value": 265, "catch_up_on": "月底"}, "M6"),
    "too long": ({"value": 265, "narrative": "长" * 2001}, "I6"),
    "neither yes nor no": ({"value": 265, "preliminary": "大概"}, "N6"),
    "no change with another figure": ({"value": 265, "answer": "本期无变化"}, "G6"),
    "an error": ({"value": "#REF!"}, "G6"),
    "a control character": ({"value": 265, "narrative": "一_x0007_二"}, "I6"),
}


@pytest.mark.parametrize(("typed", "place"), FAULTS.values(), ids=FAULTS)
def test_a_cell_to_be_mended_is_named_and_holds_up_its_file(plan, typed, place):
    target, other = make_target(plan), make_target(plan)
    file_entry(target, 5, "220", date(2025, 6, 3))
    content = edited(made(plan), {target.code: typed, other.code: {"value": 9, **WORDS}})
    intake = read(content)
    assert [found for found, _why in reasons(intake)] == [place]
    with pytest.raises(ValidationError):
        intake.write()
    assert not ProgressEntry.objects.filter(period__number=6).exists()


def test_rows_that_belong_to_no_target_are_named(plan):
    target, foreign = make_target(plan), make_target(plan, lead_unit=make_unit("农业办"))
    content = filled(made(plan), {target.code: {"value": 265, **WORDS}})
    row = {1: f"{foreign.code}/0/e3b0c44298fc/", 3: "别人的", 7: 5}
    added = edited(
        content, {}, rows={6 + 9: row, 6 + 10: {3: "自己加的", 7: 8}, 6 + 11: {1: f"{target.code}/0//"}}
    )
    assert [place for place, _why in reasons(read(added))] == ["15", "16", "17"]


# --- what stands beside -----------------------------------------------------------------------


def beside(intake):
    return [(each.sheet, each.place, each.words) for each in intake.sheet.beside]


def test_what_stands_where_nothing_is_filled_in_is_named_and_holds_nothing_up(plan):
    target = make_target(plan, title="产值", baseline_value=5)
    school = make_target(plan, title="学校", measure="milestone", nodes=[date(2025, 9, 30)])
    file_entry(target, 5, "220", date(2025, 6, 3))
    content = made(plan)
    assert beside(read(content)) == []
    added = {
        2: {9: "请尽快审核"}, 4: {2: "改过的说明"}, 5: {16: "备用"}, 6: {6: "改过的上期进展", 16: "见附件"},
        8: {9: "节点的话"}, 9: {2: "单位负责人：张三"}, 12: {2: "注：数据为初步数"}, 14: {1: "盖章"},
    }  # fmt: skip
    more = {"明细": {1: {1: "企业"}, 3: {2: 12.5}}, "Sheet2": {}}
    intake = read(edited(content, {target.code: {"value": 265.2, **WORDS}}, rows=added, sheets=more))
    assert beside(intake) == [
        ("填报表", "I2", "请尽快审核"), ("填报表", "B4", "改过的说明"), ("填报表", "P5", "备用"),
        ("填报表", "F6", "改过的上期进展"), ("填报表", "P6", "见附件"), ("填报表", "I8", "节点的话"),
        ("填报表", "B9", "单位负责人：张三"), ("填报表", "B12", "注：数据为初步数"),
        ("填报表", "A14", "盖章"), ("明细", "A1", "企业"), ("明细", "B3", "12.5"),
    ]  # fmt: skip
    assert school.milestones.count() == 1
    assert (intake.faults, intake.write()) == ([], {"submitted": 1})


def test_every_cell_of_a_returned_sheet_is_taken_or_named(plan):
    make_target(plan)
    make_target(plan, measure="milestone", nodes=[date(2025, 9, 30)])
    places = [(row, column) for row in range(1, 14) for column in range(2, 20) if row != 5]
    words = {row: {} for row, _column in places}
    for row, column in places:
        words[row][column] = f"甲{row}乙{column}丙"
    intake = read(edited(made(plan), {}, rows=words, sheets={"另": {2: {2: "甲99乙2丙"}}}))
    typed = [cell.text for row in intake.rows for cell in row.told.cells.values()]
    typed += [cell.text for row in intake.rows for _place, cell in row.told.nodes.values() if cell]
    told = [fault.typed for fault in intake.faults] + [each.words for each in intake.sheet.beside]
    found = "\n".join(typed + told)
    lost = [word for row in words.values() for word in row.values() if word not in found]
    assert (lost, "甲99乙2丙" in found, len(typed)) == ([], True, 8 + 8 + 1)


def test_a_sheet_made_before_there_were_prints_is_read(plan):
    target = make_target(plan)
    content = filled(made(plan), {target.code: {"value": 265, **WORDS}})
    sheet = opened(content).active
    keys = {row: str(sheet.cell(row, 1).value).rpartition("/")[0] for row in (1, 6)}
    old = {**keys, 2: "#above", 3: "#above", 4: "#above", 7: "#foot"}
    intake = read(edited(content, {}, rows={row: {1: key} for row, key in old.items()}))
    assert (beside(intake), intake.write()) == ([], {"submitted": 1})


def test_two_sheets_in_one_file_are_refused(plan):
    target = make_target(plan)
    key = opened(made(plan)).active["A1"].value
    with pytest.raises(ValidationError, match="备份"):
        read(edited(made(plan), {target.code: WORDS}, sheets={"备份": {1: {1: key}}}))


def test_a_sheet_of_another_town_is_refused(plan):
    make_target(plan)
    town = make_unit("礼乐街道", kind="township", parent=None)
    with pytest.raises(ValidationError):
        read(made(plan), author(make_unit("礼乐综合办", parent=town)))


@pytest.mark.parametrize("today", [date(2025, 9, 1), date(2025, 6, 1)], ids=["frozen", "not open yet"])
def test_a_sheet_of_a_month_that_takes_nothing_is_refused(today):
    plan = make_plan(locks_periods=True)
    make_target(plan)
    with pytest.raises(ValidationError):
        read(made(plan), today=today)


def test_a_sheet_without_its_hidden_column_or_headings_is_refused(plan):
    make_target(plan)
    for rows in ({1: {1: None}}, {1: {1: "TBB1/P25"}}, {5: {1: None}}, {5: {9: "情况"}}):
        with pytest.raises(ValidationError):
            read(edited(made(plan), {}, rows=rows))
    assert gc.isenabled()  # reading holds it off


# --- what it costs ----------------------------------------------------------------------------


def test_queries_do_not_grow_with_the_rows():
    def statements(plan, count):
        targets = [make_target(plan, title=f"目标{n}") for n in range(count)]
        content = filled(made(plan), {target.code: {"value": 265.2, **WORDS} for target in targets})
        with CaptureQueriesContext(connection) as looked:
            read(content)
        intake = read(content)
        with CaptureQueriesContext(connection) as wrote:
            intake.write()
        return len(looked), len(wrote)

    assert statements(make_plan("A25"), 3) == statements(make_plan("B25"), 20)
