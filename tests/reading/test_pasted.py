"""Rows as sheets copy them: cells, headings, and what each row promises."""

from datetime import date
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.reading.pasted import (
    HEADINGS,
    ORDER,
    Row,
    Table,
    cells,
    columns,
    headings,
    reads_as_goal,
    split_units,
)


def promise(title, **texts):
    return Row(1, {"title": title, **texts}).promise(2025)


def read(text, named=ORDER):
    table = cells(text)
    headings = next((columns(row) for row in table if columns(row)), None)
    return Table.read(table, headings or named).rows


def test_cells_are_split_at_tabs_and_lines_and_trimmed():
    assert cells("1\t 产值 \r\n2\t\n") == [["1", "产值"], ["2", ""], []]


def test_a_cell_with_line_breaks_comes_quoted_and_its_quotes_doubled():
    assert cells('1\t"一行\n说""二""行"\t甲') == [["1", '一行\n说"二"行', "甲"]]


def test_rows_and_empty_cells_behind_quoted_ones_stay():
    assert cells('"甲\n乙"\t\n\t丙') == [["甲\n乙", ""], ["", "丙"]]
    assert cells('1\t"甲\n乙"\t') == [["1", "甲\n乙", ""]]


@pytest.mark.parametrize("text", ['"零的突破"高新企业', '"', '"甲', '""', '5"管'])
def test_quotes_of_the_cells_own_stay(text):
    assert cells(f"1\t{text}\t乙") == [["1", text, "乙"]]


@given(st.lists(st.lists(st.text("甲1 ,", max_size=4), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_cell_is_lost(table):
    found = cells("\n".join("\t".join(row) for row in table))
    assert [row or [""] * len(typed) for row, typed in zip(found, table, strict=True)] == [
        [cell.strip() for cell in row] for row in table
    ]


@pytest.mark.parametrize("name", HEADINGS)
def test_every_heading_offices_use_is_known_with_its_unit_in_brackets(name):
    for heading in HEADINGS[name]:
        assert columns([heading, "目标任务", "责任单位"])[0] == name
        assert columns([f"{heading}（万元）", "目标任务", "责任单位"])[0] == name


def test_a_row_of_data_is_no_heading():
    assert columns(["1", "全年工业总产值达520亿元", "经发办"]) is None
    assert columns(["目标"]) is None


def test_rows_are_read_by_their_headings_and_what_has_none_stays_with_its_heading():
    (row,) = read("责任单位\t目标任务\t督办方式\n经发办\t产值\t现场\n")
    assert (row.place, row.cells) == (2, {"lead_unit": "经发办", "title": "产值"})
    assert row.rest == [("督办方式", "现场")]


def test_without_headings_the_usual_order_holds_and_what_is_beyond_stays():
    (row,) = read(
        "\t".join(["3", "产值", "经发办", "农办", "12月底", "张", "产业", "亿元", "520", "注", "多出"])
    )
    assert tuple(row.cells) == ORDER
    assert row.text("value") == "520"
    assert row.rest == [("", "多出")]


def test_empty_rows_are_skipped_but_counted():
    assert [row.place for row in read("1\t甲\t办\n\n\t\t\n2\t乙\t办")] == [1, 4]


def test_a_line_with_a_chinese_number_alone_is_the_domain_below_it():
    text = "序号\t目标任务\t责任单位\n一、产业发展\n1\t甲\t办\n2\t乙\t办\n\t（二）民生保障\t\n3\t丙\t办"
    assert [(row.place, row.text("title"), row.text("domain")) for row in read(text)] == [
        (3, "甲", "产业发展"),
        (4, "乙", "产业发展"),
        (6, "丙", "民生保障"),
    ]
    assert [row.text("title") for row in read("目标任务\t责任单位\n一般公共预算收入\t")] == [
        "一般公共预算收入"
    ]


def test_merged_cells_say_below_what_they_say_above_only_where_that_is_asked():
    table = cells(
        "目标任务\t责任单位\t领域\t完成时限\n甲\t经发办、农办\t产业\t6月底\n乙\t\t\t\n丙\t财政所\t\t"
    )
    named = columns(table[0])
    assert [row.units for row in Table.read(table, named).rows] == [["经发办", "农办"], [], ["财政所"]]
    filled = Table.read(table, named, merged=True).rows
    assert [row.units for row in filled] == [["经发办", "农办"], ["经发办", "农办"], ["财政所"]]
    assert [(row.text("domain"), row.text("due")) for row in filled] == [
        ("产业", "6月底"), ("产业", ""), ("产业", "")
    ]  # fmt: skip


def test_the_first_unit_leads_and_all_others_support_each_named_once():
    row = Row(1, {"lead_unit": "经发办、农业办\n财政所", "supporting_units": "农业办;综治办"})
    assert row.units == ["经发办", "农业办", "财政所", "综治办"]
    assert split_units(" ， ") == ([], [])
    supporting = Row(1, {"lead_unit": "经发办", "supporting_units": "农业办、综治办（配合）"})
    assert supporting.units == ["经发办", "农业办", "综治办"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (promise("全年工业总产值", value="冲刺520亿元", due="长期"), {
            "measure": "flow", "value": Decimal(520), "unit_of_measure": "亿元", "firmness": "stretch",
            "stated_as": "冲刺520亿元", "state": "active", "due_on": None, "due_text": "长期"}),
        (promise("规上工业企业数量", value="不少于151家", due="12月底前"), {
            "measure": "stock", "comparator": "gte", "value": Decimal(151), "unit_of_measure": "家",
            "state": "active", "due_on": date(2025, 12, 31), "due_text": "12月底前"}),
        (promise("规上工业企业数量", value="151", unit_of_measure="家"), {
            "measure": "stock", "comparator": "gte", "value": Decimal(151), "unit_of_measure": "家"}),
        (promise("研发投入占比", value="3.2", unit_of_measure="%"), {"measure": "ratio", "state": "active"}),
        (promise("新增规上企业30家"), {"measure": "flow", "stated_as": "新增规上企业30家"}),
        (promise("生产总值增长4.5%—5.5%"), {
            "measure": "growth", "comparator": "between", "value": Decimal("4.5"),
            "upper_value": Decimal("5.5")}),
        (promise("新建学校主体完工", due="2025/10/30"), {
            "measure": "milestone", "state": "active", "value": None, "due_on": date(2025, 10, 30)}),
        (promise("加强基层治理"), {"measure": "qualitative", "state": "watch", "value": None}),
        # what nobody said is settled later, not guessed
        (promise("高新企业", value="470", unit_of_measure="家"), {
            "state": "undefined", "value": Decimal(470), "comparator": "gte", "doubt": "measure"}),
        (promise("旧市场改造（已取消）", value="改造2处"), {"state": "undefined", "doubt": "denied"}),
        (promise("单位能耗", value="下降3%"), {
            "state": "undefined", "doubt": "fall", "value": Decimal(3), "is_fall": True}),
        (promise("网络零售额翻一番"), {"state": "undefined", "value": None}),
        (promise("年度重点事项"), {"measure": "qualitative", "state": "undefined", "value": None}),
        (promise("产值", value="待上级下达"), {"state": "undefined", "value": None}),
    ],
    ids=lambda case: getattr(case, "stated_as", None) or None,
)  # fmt: skip
def test_a_promise_is_read_from_its_words(row, expected):
    assert {name: getattr(row, name) for name in expected} == expected


def kinds(text, named=ORDER):
    table = cells(text)
    found = headings(table, 2026)
    return Table.read(table, found[1].fields if found else named, year=2026)


def test_lines_that_are_no_targets_are_told_apart_with_their_words():
    table = kinds(
        "附件2\n某镇重点任务分解表\n序号\t目标任务\t责任单位\n一、产业\n1\t甲\t办\n序号\t目标任务\t责任单位\n"
        "2\t乙\t办\n\t合计\t2项\n注：口径以区为准。\n审核人：\t填表人："
    )
    assert [row.text("title") for row in table.rows] == ["甲", "乙"]
    assert [(line.place, line.kind, line.words) for line in table.others] == [
        (1, "above", "附件2"),
        (2, "above", "某镇重点任务分解表"),
        (3, "heading", "序号　目标任务　责任单位"),
        (4, "section", "一、产业"),
        (6, "again", "序号　目标任务　责任单位"),
        (8, "foot", "合计　2项"),
        (9, "foot", "注：口径以区为准。"),
        (10, "foot", "审核人：　填表人："),
    ]


@pytest.mark.parametrize("title", ["合计化解债务", "小计量器具检定", "注册商标", "说明会召开", "总计划编制"])
def test_a_task_that_begins_like_a_foot_is_a_task(title):
    assert [row.text("title") for row in kinds(f"序号\t目标任务\n1\t{title}").rows] == [title]


def test_quarters_below_one_heading_are_the_monthly_plan_and_the_whole_year_the_value():
    table = kinds(
        "序号\t指标名称\t2026年计划\t\t\t责任单位\n\t\t一季度\t上半年\t全年\t\n1\t投资\t6.2\t14.5\t31\t办"
    )
    (row,) = table.rows
    assert (row.text("value"), row.text("lead_unit")) == ("31", "办")
    assert row.curve(2026) == {date(2026, 3, 31): "6.2", date(2026, 6, 30): "14.5"}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("序　号", "number"), ("牵头 单位", "lead_unit"), ("目标值\n（万元）", "value"),
        ("2026年目标", "value"), ("2025年完成数", "baseline"), ("2025年目标", ""),
        ("计量单位（单位）", "unit_of_measure"), ("分值", "score"),
    ],
)  # fmt: skip
def test_headings_are_known_however_they_are_set(heading, field):
    assert columns([heading, "目标任务", "备注"], 2026)[0] == field


def test_line_breaks_stay_only_where_they_mean_something():
    text = '目标任务\t责任单位\t备注\t督办\n"甲\n乙"\t"经发办\n农办"\t"一\n二"\t"三\n四"'
    (row,) = read(text)
    assert row.cells == {"title": "甲乙", "lead_unit": "经发办\n农办", "note": "一\n二"}
    assert row.rest == [("督办", "三\n四")]


def test_a_cell_beyond_the_headings_has_none():
    (row,) = kinds("序号\t目标任务\n1\t甲\t多").rows
    assert row.rest == [("", "多")]


def test_headings_that_return_in_other_words_are_no_target():
    table = kinds("序号\t目标任务\t责任单位\n1\t甲\t办\n序号\t工作任务\t责任部门\n2\t乙\t办\n3\t丙\t合计")
    assert [line.kind for line in table.others] == ["heading", "again"]
    assert [row.text("title") for row in table.rows] == ["甲", "乙", "丙"]


def test_the_unit_of_a_heading_is_that_of_its_bare_numbers():
    lines = "税收\t4600\t办\n利润\t4.6\t办\n投资\t2亿元\t办\n消费\t\t办"
    rows = kinds(f"目标任务\t目标值（万元）\t责任单位\n{lines}").rows
    assert [row.text("unit_of_measure") for row in rows] == ["万元", "万元", "", ""]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("经发办、财政所", (["经发办"], ["财政所"])),
        ("经发办\n财政所", (["经发办"], ["财政所"])),
        ("经发办/财政所", (["经发办"], ["财政所"])),
        ("规建办（牵头）、社事办、应急办", (["规建办"], ["社事办", "应急办"])),
        ("社事办、规建办（牵头）", (["社事办"], ["规建办"])),
        ("牵头单位：平安办；配合单位：应急办", (["平安办"], ["应急办"])),
        ("配合单位：应急办；牵头单位：平安办", (["平安办"], ["应急办"])),
        ("社事办牵头，各村（社区）配合", (["社事办"], ["各村（社区）"])),
        ("社事办（配合）、规建办（牵头）、应急办", (["规建办"], ["社事办", "应急办"])),
        ("（牵头）、规建办", (["规建办"], [])),
    ],
)
def test_the_units_of_one_cell(cell, expected):
    assert split_units(cell) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [("3", 3), ("3.", 3), ("12345", 12345), ("123456", None), ("1.1", None), ("（三）", None), ("①", None)],
)
def test_numbers_that_count_otherwise_are_no_numbers(number, expected):
    assert Row(1, {"number": number}).number == expected


@pytest.mark.parametrize(
    ("title", "value", "doubt"),
    [
        ("油茶面积", "不低于上年", "against"), ("位次", "前移3位", "place"), ("资金", "1,5600万元", "number"),
        ("整改", "是", "words"), ("招商", "#REF!", "error"), ("数字化率", "########", "error"),
        ("走访", "每月2次", "each"), ("巡查", "1次/月", "each"), ("示范村", "省级、市级各1个", "each"),
        ("失业率", "5%", "comparator"), ("税收", "达到120%", "measure"), ("债务", "不再新增5亿元", "denied"),
        ("工程", "完成总量的60%", "part"), ("企业", "三年内培育100家", "later"), ("闲置项目", "清零", "zero"),
        ("销售额", "翻一番", "multiple"), ("化率", "提高2个百分点", "change"), ("税收", "±5%", "number"),
    ],
)  # fmt: skip
def test_what_is_not_surely_read_says_why_and_keeps_its_words(title, value, doubt):
    read = promise(title, value=value)
    assert (read.state, read.doubt, read.stated_as) == ("undefined", doubt, value)
    assert doubt in ("comparator", "measure", "later") or read.value is None


@pytest.mark.parametrize(
    ("cell", "is_goal"),
    [("新增5家", True), ("各村1个", True), ("不低于上年", True), ("加强治理", False), ("6月底前", False),
     ("", False)],
)  # fmt: skip
def test_a_cell_that_says_how_much_reads_as_a_goal(cell, is_goal):
    assert reads_as_goal(cell, 2026) is is_goal


def test_steps_are_nodes_and_what_else_is_promised_is_named():
    steps = promise("综合服务中心", value="4月开工、9月底前主体封顶、12月底前竣工验收")
    assert [(node.title, node.due_on) for node in steps.nodes] == [
        ("开工", date(2025, 4, 30)), ("主体封顶", date(2025, 9, 30)), ("竣工验收", date(2025, 12, 31))
    ]  # fmt: skip
    assert steps.due_on == date(2025, 12, 31)
    part = promise("户厕改造", value="100户（上半年完成60户）")
    assert (part.value, part.due_on, part.others) == (Decimal(100), None, ("上半年完成60户",))
    assert promise("新建学校2所，8月底前完成").due_on == date(2025, 8, 31)
    assert promise("改造小区3个，其中甲小区6月底前完工").due_on is None
    several = promise("规上企业", value="净增7家，总数达到68家")
    assert (several.value, several.others) == (Decimal(7), ("总数达到68家",))


@pytest.mark.parametrize("part", ['"', '"a\t', '"\n', '"a""b\t', "\t", "\n"])
def test_taking_cells_apart_is_linear(part):
    text = part * (300_000 // len(part))
    started = process_time()
    cells(text)
    assert process_time() - started < 4


def test_nothing_of_what_is_unwanted_is_a_ceiling_and_of_the_rest_no_goal():
    unwanted, wanted = promise("安全事故", value="0起"), promise("企业", value="0家")
    assert (unwanted.state, unwanted.comparator, unwanted.value) == ("active", "lte", 0)
    assert (wanted.state, wanted.comparator) == ("undefined", "")
