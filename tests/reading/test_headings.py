"""The headings of a table: which field each names, in which row they stand, and plans by quarter."""

import pytest

from targets.reading.headings import Headings, columns, headings


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (["目标任务", "责任单位"], ["title", "lead_unit"]),
        # words that head the task, or its goal where another column has the task
        (["任务目标", "责任单位"], ["title", "lead_unit"]),
        (["目标任务", "任务目标", "责任单位"], ["title", "value", "lead_unit"]),
        (["工作目标", "年度任务", "备注"], ["title", "value", "note"]),
        (["目标任务", "督办方式", "备注"], ["title", "", "note"]),
        (["目标任务", "目标值："], ["title", "value"]),
        (["目标任务", "* 目标值 ＊"], ["title", "value"]),
        (["目标任务"], None),
        (["目标任务", "甲"], None),
        (["备注", "责任单位"], None),
        # the heading of the task alone is not known
        (["攻坚清单", "备注", "责任单位"], ["", "note", "lead_unit"]),
        (["攻坚清单", "甲", "乙", "备注", "责任单位"], None),
        (["目标任务", "（单位）"], None),
    ],
)
def test_the_field_of_each_heading(row, fields):
    assert columns(row) == fields


@pytest.mark.parametrize(
    ("heading", "year", "field"),
    [
        ("2026年目标", 2026, "value"),
        ("2026年度目标值", 2026, "value"),
        ("2025年目标", 2025, "value"),
        ("2025年目标", None, "value"),
        ("2025年目标", 2026, ""),  # of a year that is over
        ("2025年完成", 2026, "baseline"),
        ("2025年完成", None, "baseline"),
        ("2026年实绩", 2026, "baseline"),
        ("2026年基数", 2026, "baseline"),
        ("2024年实绩", 2026, ""),  # not the year before
    ],
)
def test_a_year_in_a_heading_is_the_plan_s_or_the_one_before(heading, year, field):
    assert columns(["目标任务", "备注", heading], year) == ["title", "note", field]


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("目标值（万元）", "万元"), ("目标值（单位：万元）", "万元"), ("目标值\n( 万元 )", "万元"),
     ("目标值（一二三四五六七八）", "一二三四五六七八"), ("目标值（一二三四五六七八九）", ""),
     ("目标值", "")],
)  # fmt: skip
def test_the_unit_in_the_brackets_of_a_heading(heading, unit):
    found = Headings([heading, "目标任务（户）"], ["value", "title"])
    assert (found.unit_of("value"), found.unit_of("title"), found.unit_of("note")) == (unit, "户", "")


@pytest.mark.parametrize(
    ("table", "place", "fields", "rows"),
    [
        ([["指标名称", "责任单位"]], 0, ["title", "lead_unit"], 1),
        ([["附件"], ["指标名称", "责任单位"], ["甲", "办"]], 1, ["title", "lead_unit"], 1),
        # a plan by quarters, in a second row
        (
            [["附件"], ["指标名称", "年度计划", "", "", "责任单位"], ["", "一季度", "1-6 月", "全年", ""]],
            1, ["title", "curve-3", "curve-6", "value", "lead_unit"], 2,
        ),
        (
            [["指标名称", "责任单位", "计划"], ["", "", "一季度", "上半年", "前三季度", "全年"]],
            0, ["title", "lead_unit", "curve-3", "curve-6", "curve-9", "value"], 2,
        ),
        (
            [["指标名称", "责任单位", "计划", "", ""], ["", "", "一季度", "全年"]],
            0, ["title", "lead_unit", "curve-3", "value", ""], 2,
        ),
        # no plan by quarters: one alone, other words, or columns with headings of their own
        ([["指标名称", "责任单位", "计划"], ["", "", "一季度"]], 0, ["title", "lead_unit", ""], 1),
        ([["指标名称", "责任单位", "计划"], ["", "", "一季度", "第二"]], 0, ["title", "lead_unit", ""], 1),
        ([["指标名称", "责任单位", "计划"], ["甲", "", "一季度", "全年"]], 0, ["title", "lead_unit", ""], 1),
        ([["指标名称", "计划数", "目标值"], ["", "一季度", "全年"]], 0, ["title", "value", "value"], 1),
    ],
)  # fmt: skip
def test_the_first_row_of_headings_and_the_plan_below_it(table, place, fields, rows):
    found_at, found = headings(table)
    assert (found_at, found.fields, found.rows) == (place, fields, rows)
    assert len(found.words) == len(fields)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        *dict.fromkeys(("一季度", "第一季度", "1季度", "1—3月", "1-3月"), "curve-3").items(),
        *dict.fromkeys(("上半年", "1—6月", "1-6月"), "curve-6").items(),
        *dict.fromkeys(("前三季度", "1—9月", "1-9月"), "curve-9").items(),
        *dict.fromkeys(("全年", "1—12月", "1-12月"), "value").items(),
    ],
)
def test_every_period_of_a_plan_is_known_by_its_last_month(words, field):
    _place, found = headings([["指标名称", "责任单位", "计划"], ["", "", words, "全年"]])
    assert found.fields[2] == field


def test_each_quarter_is_named_after_the_one_heading_above():
    quarters = ["", "", "一季度", "全年"]
    _place, found = headings([["指标名称", "责任单位", "计划"], quarters])
    assert found.words == ["指标名称", "责任单位", "计划 一季度", "计划 全年"]
    # below 完成 stands what was done, not what is planned
    _place, done = headings([["指标名称", "责任单位", "计划", "", "完成"], [*quarters, "上半年", "全年"]])
    assert (done.fields, done.rows) == (["title", "lead_unit", "curve-3", "value", "", ""], 2)


def test_a_table_without_headings_has_none():
    assert headings([]) is None
    assert headings([["甲", "5"], ["乙", "6"]]) is None
