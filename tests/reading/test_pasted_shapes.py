"""Shapes of tables: steps below a task, columns of periods, headings in two rows, rows broken in a copy."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.reading import periods
from targets.reading.broken import rejoined
from targets.reading.pasted import ORDER, Table, cells, columns, headings

TABLES = Path(__file__).parents[1] / "cases" / "tables"


def read(text, merged=False):
    table, broken = rejoined(cells(text), 2026)
    found = headings(table, 2026)
    named = found[1].fields if found else list(ORDER)
    return Table.read(table, named, merged=merged, year=2026, broken=broken)


def nodes(promise):
    return [(node.title, node.due_on and f"{node.due_on:%m-%d}") for node in promise.nodes]


def test_rows_below_a_task_are_its_steps_and_its_day_is_that_of_the_last():
    table = read(
        "序号\t工作任务\t推进步骤\t责任单位\t完成时限\n"
        "1\t河堤\t完成招标\t农办\t3月底\n\t\t主体完工\t财政所\t9月底\n\t\t竣工验收\t\t12月20日\n"
        "2\t粮库\t\t农办\t10月底\n"
    )
    river, store = table.rows
    promise = river.promise(2026)
    assert nodes(promise) == [("完成招标", "03-31"), ("主体完工", "09-30"), ("竣工验收", "12-20")]
    assert (promise.measure, promise.state, promise.due_on) == ("milestone", "active", date(2026, 12, 20))
    assert promise.stated_as == "3月底完成招标；9月底主体完工；12月20日竣工验收"
    assert river.units == ["农办", "财政所"]
    assert (store.text("title"), store.below) == ("粮库", [])


def test_a_lone_step_is_the_value_and_an_amount_goes_before_steps():
    lone, beside = read(
        "序号\t任务\t目标值\t推进步骤\t责任单位\n1\t冷库\t\t建成投用2座\t农办\n"
        "2\t园区\t完成投资2亿元\t3月底前开工；9月底前封顶\t经发办"
    ).rows
    assert (lone.promise(2026).measure, lone.promise(2026).value) == ("flow", Decimal(2))
    promise = beside.promise(2026)
    assert (promise.measure, promise.value) == ("flow", Decimal(2))
    assert nodes(promise) == []
    assert [step.told for step in beside.steps(2026)] == ["3月底前开工", "9月底前封顶"]


def test_an_amount_below_a_task_is_a_promise_of_its_own_under_the_same_title():
    table = read(
        "序号\t任务\t年度目标\t责任单位\t完成时限\n1\t绿道\t新建5公里\t规建办\t10月底\n"
        "\t\t改造桥梁3座\t\t11月底"
    )
    assert [(row.text("title"), row.text("value"), row.units) for row in table.rows] == [
        ("绿道", "新建5公里", ["规建办"]), ("绿道", "改造桥梁3座", ["规建办"])
    ]  # fmt: skip


def test_a_task_given_up_stays_open_whatever_its_steps():
    (row,) = read("序号\t任务\t步骤\t时限\n1\t河堤开工（已取消）\t招标\t3月底\n\t\t开工\t6月底").rows
    assert (row.promise(2026).state, row.promise(2026).doubt) == ("undefined", "denied")


def test_the_day_beside_a_task_whose_steps_begin_below_is_its_own():
    (row,) = read("序号\t任务\t步骤\t时限\n1\t河堤\t\t12月底\n\t\t招标\t3月底\n\t\t开工\t6月底").rows
    assert row.promise(2026).due_text == "12月底"
    assert nodes(row.promise(2026)) == [("招标", "03-31"), ("开工", "06-30")]


def test_steps_do_not_hide_a_value_that_cannot_be_read():
    (row,) = read("序号\t任务\t目标值\t一季度\t上半年\n1\t税收\t1,5600万元\t完成清单\t完成入库").rows
    assert (row.promise(2026).state, row.promise(2026).doubt) == ("undefined", "number")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("一季度", "stage-3"), ("第三季度目标", "stage-9"), ("四季度形象进度", "stage-12"),
        ("上半年", "curve-6"), ("1—9月计划", "curve-9"), ("1-3月", "curve-3"), ("11月", "stage-11"),
        ("2026年二季度工作计划", "stage-6"), ("全年", "value"), ("13月", ""),
        ("上半年完成情况", ""), ("1—6月完成", ""), ("一季度实绩", ""),
    ],
)  # fmt: skip
def test_columns_of_periods(heading, field):
    beside = ["指标", "责任单位", *([] if field in ("value", "") else ["二季度"])]
    assert columns([heading, *beside], 2026)[0] == field


def test_a_first_quarter_beside_the_half_year_cumulates_like_it():
    assert columns(["指标", "单位", "一季度", "上半年", "全年"], 2026)[2:] == ["curve-3", "curve-6", "value"]


DAYS = [date(2026, 3, 31), date(2026, 6, 30), date(2026, 12, 31)]


@pytest.mark.parametrize(
    ("figures", "goal", "expected"),
    [
        ("2 3 5", 10, [2, 5, 10]),  # parts that add up
        ("2 5 10", 10, [2, 5, 10]),  # reached by then
        ("2 5 9", 10, None),  # neither
        ("5 2 10", 10, None),
        ("2 3 5", None, None),
    ],
)
def test_figures_of_quarters_are_added_up_only_if_they_make_the_goal(figures, goal, expected):
    parts = dict(zip(DAYS, map(Decimal, figures.split()), strict=True))
    found = periods.cumulated(parts, goal)
    assert found == (expected and dict(zip(DAYS, map(Decimal, expected), strict=True)))


def test_stages_in_words_are_nodes_at_the_ends_of_their_quarters():
    (row,) = read(
        "序号\t项目名称\t一季度目标\t二季度目标\t三季度目标\t全年目标\t责任单位\n"
        "1\t水厂\t完成桩基\t—\t设备安装\t通水\t规建办"
    ).rows
    promise = row.promise(2026)
    assert nodes(promise) == [("完成桩基", "03-31"), ("设备安装", "09-30"), ("通水", "12-31")]
    assert (promise.measure, promise.state) == ("milestone", "active")


def test_headings_in_two_rows_are_one_and_skipped_where_they_come_again():
    both = "序号\t重点任务\t目标值\t责任分工\t\n\t\t\t牵头单位\t配合单位\n"
    table = read(f"{both}1\t绿道\t5公里\t规建办\t财政所\n{both}2\t路灯\t9盏\t农办\t")
    assert [row.units for row in table.rows] == [["规建办", "财政所"], ["农办"]]
    assert [line.kind for line in table.others] == ["heading", "heading", "again", "again"]


def test_the_unit_of_the_sheet_is_that_of_bare_numbers():
    head = "序号\t指标\t目标\t责任单位\n1\t税收\t4600\t财政所\n2\t投资\t2亿元\t经发办"
    rows = read(f"主要指标表\n单位：万元\n{head}").rows
    assert [row.text("unit_of_measure") for row in rows] == ["万元", ""]
    assert [row.promise(2026).unit_of_measure for row in rows] == ["万元", "亿元"]
    assert read(f"单位：亿元、家\n{head}").rows[0].text("unit_of_measure") == ""
    assert read(f"填报单位：家\n{head}").rows[0].text("unit_of_measure") == ""


def test_a_line_alone_that_promises_something_heads_nothing():
    table = read(
        "序号\t目标任务\t责任单位\n一、经济发展\n（一）完成投资15亿元\n1\t新增企业30家\t经发办\n"
        "二、民生实事10件\n2\t新建学校2所\t社事办"
    )
    assert [(row.text("number"), row.text("title"), row.text("domain")) for row in table.rows] == [
        ("（一）", "完成投资15亿元", "经济发展"),
        ("1", "新增企业30家", "经济发展"),
        ("2", "新建学校2所", "民生实事10件"),
    ]
    assert [line.words for line in table.others[1:]] == ["一、经济发展", "二、民生实事10件"]


def test_rows_broken_within_their_cells_are_whole_again():
    table = read(
        "序号\t目标任务\t目标要求\t责任单位\t完成时限\n1\t园区\n（二期）\t完成投资1亿元，\n"
        "建成厂房2万平方米\t经发办\n规建办\t11月底\n2\t路灯\t320盏\t规建办\t7月底"
    )
    first, second = table.rows
    assert (first.place, first.lines, first.text("title")) == (2, 4, "园区（二期）")
    assert first.units == ["经发办", "规建办"]
    assert (second.place, second.lines, second.text("due")) == (6, 1, "7月底")


@pytest.mark.parametrize(
    "text",
    [
        "序号\t任务\t单位\n1\t甲\n2\t乙\t办",  # short, but the next line is a row
        "序号\t任务\t责任单位\t时限\n1\t甲\n合计\t2项\n审核人：\t填表人：",
        "序号\t任务\t责任单位\n1\t甲\n二、民生",
    ],
)
def test_short_rows_and_feet_are_not_joined(text):
    assert rejoined(cells(text), 2026) == (cells(text), {})


def test_what_another_column_promises_is_named_and_what_it_reports_is_not():
    (row,) = read(
        "项目名称\t2026年计划投资（万元）\t2025年投资（万元）\t累计完成投资（万元）\t分值\t责任单位\n"
        "水厂\t6800\t500\t120\t8\t规建办"
    ).rows
    assert row.promised_beside(2026) == ["2026年计划投资6800万元"]


def found_in(table):
    """All that the rows and lines hold, as one text."""
    held = [text for row in table.rows for text in row.cells.values()]
    held += [text for row in table.rows for pair in row.rest for text in pair]
    held += [step.told for row in table.rows for step in row.below]
    held += [line.words for line in table.others]
    return "".join("".join(held).split())


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("path", sorted([*TABLES.glob("*.tsv"), *TABLES.glob("*.txt")]), ids=lambda p: p.stem)
def test_every_cell_of_the_tables_is_in_a_row_or_a_line(path, merged):
    text = path.read_text("utf-8")
    told = [cell for row in cells(text) for cell in row if cell]
    found = found_in(read(text, merged))
    assert [cell for cell in told if "".join(cell.split()) not in found] == []


HEADS = [
    "序号\t领域\t工作任务\t目标值\t推进步骤\t责任单位\t完成时限\t备注",
    "领域\t序号\t项目名称\t一季度\t二季度\t全年目标\t牵头单位\t配合单位",
    "目标任务\t责任单位\t序号\t领域\t上半年\t年度投资（万元）\t单位\t说明",
]
CELLS = [
    "",
    "",
    "1",
    "2.1",
    "甲项目",
    "新建5公里",
    "完成招标",
    "520",
    "9月底",
    "经发办",
    "一、产业",
    "合计",
    "完成投资3亿元",
]


@given(
    st.sampled_from(HEADS),
    st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=8), max_size=6),
    st.booleans(),
)
def test_no_cell_of_any_table_is_lost(heads, rows, merged):
    marked = [[f"{cell}{x}.{y}" if cell else "" for y, cell in enumerate(row)] for x, row in enumerate(rows)]
    table = read("\n".join([heads, *("\t".join(row) for row in marked)]), merged)
    found = found_in(table)
    assert [cell for row in marked for cell in row if cell and cell not in found] == []


def test_the_columns_of_a_month_in_an_old_register_promise_nothing():
    table = read(
        "序号\t目标任务\t年度目标\t进展情况\t存在问题\t下一步措施\t牵头单位\n"
        "1\t固定资产投资\t31亿元\t入库5亿元\t缺口2亿元\t再引进3个项目\t经发办"
    )
    assert table.rows[0].promised_beside(2026) == []
    assert [heading for heading, _cell in table.rows[0].rest] == ["进展情况", "存在问题", "下一步措施"]
