"""The promise of one row: from its value or its title, with its day, its steps and what else it says."""

from datetime import date
from decimal import Decimal

import pytest

from targets.reading.promised import Node, figure, read

JUNE, SEPTEMBER, YEAR_END = date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)
STEPS = "4月开工、9月底前封顶"


def row(title, value="", unit="", due=""):
    return read(title, value, unit, due, 2026)


@pytest.mark.parametrize(
    ("of", "measure", "value", "unit", "doubt"),
    [
        (("新增企业30家",), "flow", 30, "家", ""),
        (("产值", "5", "亿元"), "flow", 5, "亿元", ""),
        (("产值", "5.", "亿元"), "flow", 5, "亿元", ""),
        (("产值", "-5", "亿元"), "flow", -5, "亿元", ""),
        (("企业数量", "不少于151", "家"), "stock", 151, "家", ""),
        (("企业数量", "不少于151家", "户"), "stock", 151, "家", ""),  # the words have their own unit
        (("", "5", "亿元"), "flow", 5, "亿元", "measure"),
        (("单位能耗", "下降3%"), "growth", 3, "%", "fall"),
        (("失业率", "5%"), "ratio", 5, "%", "comparator"),
        (("新建学校", "三年内5所"), "flow", 5, "所", "later"),
        # digits at the end of a title that are a name do not run into the value
        (("规上工业企业数2025", "480", "家"), "stock", 480, "家", ""),
        (("规上工业企业数２０２５", "不少于480家"), "stock", 480, "家", ""),
        (("工业总产值2025—2026", "5", "亿元"), "flow", 5, "亿元", ""),
        (("产业园入驻企业2", "不少于48家"), "flow", 48, "家", "measure"),
        # a unit of measure in the title's bracket or in a column of its own
        (("规上工业总产值（亿元）", "126"), "flow", 126, "亿元", ""),
        (("空气优良率(%)", "≥95"), "ratio", 95, "%", ""),
        (("规上工业增加值增速", "6左右", "%"), "growth", 6, "%", ""),
        (("粮食产量（万吨）", "0.95以上"), "flow", Decimal("0.95"), "万吨", ""),
        (("绿道（二期）", "5公里"), "flow", 5, "公里", "measure"),
        (("建设5G", "120", "个"), "flow", 120, "个", ""),
        (("新增企业30", "40", "家"), "flow", None, "", "number"),  # which of them is meant?
        (("新增企业30家。", "40", "人"), "flow", 40, "人", "measure"),  # not what the title promised
        (("加强治理", "", "家"), "qualitative", None, "", ""),
        # what is not surely meant is not kept
        (("占比", "提高2个百分点"), "ratio", None, "", "change"),
        (("走访", "每月2次"), "flow", None, "", "each"),
        (("产值", "5200"), "qualitative", None, "", "number"),
        (("企业", "1,2345", "家"), "qualitative", None, "", "number"),
        (("产值", "5。2", "亿元"), "qualitative", None, "", "number"),
        (("企业", "#REF!", "家"), "qualitative", None, "", "error"),
        (("甲",), "qualitative", None, "", "words"),
        # a value in words does not state what the title alone promises
        (("新增企业30家", "加快推进"), "qualitative", None, "", ""),
    ],
)
def test_the_promise_of_a_row(of, measure, value, unit, doubt):
    found = row(*of)
    assert (found.measure, found.value, found.unit_of_measure, found.doubt) == (measure, value, unit, doubt)
    assert found.state == ("undefined" if doubt else "watch" if value is None else "active")


@pytest.mark.parametrize(
    ("of", "is_measured"),
    [(("新增企业30家",), True), (("加强治理",), True), (("高新企业", "470", "家"), False),
     (("甲",), False)],
)  # fmt: skip
def test_a_measure_that_no_word_says_is_a_placeholder(of, is_measured):
    assert row(*of).is_measured is is_measured


@pytest.mark.parametrize(
    ("of", "due_on", "due_text"),
    [
        (("新增企业30家",), None, ""),
        (("6月底前新增企业30家",), JUNE, "6月底前"),
        (("新增企业30家", "", "", "6月底前"), JUNE, "6月底前"),
        (("新增企业30家", "", "", "2026-06-30"), JUNE, "2026-06-30"),
        (("6月底前新增企业30家", "", "", "9月底前"), SEPTEMBER, "9月底前"),  # its own cell counts
        (("6月底前新增企业30家", "", "", "长期"), None, "长期"),
        (("甲", "", "", "2026-06-30"), JUNE, "2026-06-30"),
        (("服务中心", STEPS), SEPTEMBER, "9月底前"),  # the day of the last step, in its words
        (("服务中心", "4月开工，汛期前封顶"), None, "汛期前"),  # never the day of the first
        (("服务中心", STEPS, "", "12月底前"), YEAR_END, "12月底前"),
        (("规上企业", "净增7家，6月底前总数达到68家"), None, ""),  # the day of another promise
        (("规上企业", "净增7家，6月底前全部完成"), JUNE, "6月底前"),
    ],
)
def test_the_day_it_is_due(of, due_on, due_text):
    assert (row(*of).due_on, row(*of).due_text) == (due_on, due_text)


def test_two_steps_or_more_are_nodes_and_one_is_the_promise_itself():
    assert row("服务中心", STEPS).nodes == (Node("开工", date(2026, 4, 30)), Node("封顶", SEPTEMBER))
    assert row("服务中心", STEPS).others == ()
    one = row("服务中心", "4月开工，新增企业30家")
    assert (one.nodes, one.others) == ((), ("新增企业30家",))
    more = row("服务中心", f"{STEPS}，新增企业30家")
    assert ([node.due_on for node in more.nodes], more.others) == (
        [date(2026, 4, 30), SEPTEMBER], ("新增企业30家",)
    )  # fmt: skip


def test_further_promises_are_named_once_in_their_own_words():
    several = row("规上企业", "净增7家，总数达到68家，总数达到68家；培训5次。")
    assert (several.value, several.others) == (7, ("总数达到68家", "培训5次"))
    with_unit = row("规上企业", "净增7家，总数达到68家", "家")
    assert with_unit.others == ("总数达到68家",)
    of_title = row("新增企业30家，培训5次")
    assert (of_title.stated_as, of_title.others) == ("新增企业30家，培训5次", ("培训5次",))


def test_steps_behind_a_number_are_no_nodes():
    number = row("中心", "新增企业30家，6月底开工，9月底竣工")
    assert (number.value, number.nodes, number.others) == (30, (), ("6月底开工", "9月底竣工"))


def test_the_side_and_the_firmness_are_those_of_the_words():
    assert row("失业率控制在5%左右").direction == "lower"
    assert row("收入增长6%左右").direction == "higher"
    assert [row("力争新增30家").firmness, row("新增30家").firmness] == ["stretch", "expected"]


def test_long_words_are_cut():
    long = row("长" * 95 + "新增企业30家", due="长" * 150)
    assert (long.stated_as, long.due_text) == ("长" * 95 + "新增企业3", "长" * 100)
    assert len(row("产值", "甲" * 150).stated_as) == 100
    steps = row("中心", f"4月{'开' * 250}工、9月底前封顶").nodes
    assert [len(node.title) for node in steps] == [200, 2]


@pytest.mark.parametrize(
    ("cell", "unit", "number"),
    [("5家", "家", "5"), ("5", "家", "5"), ("5", "", "5"), ("1.5亿元", "亿元", "1.5"), ("5%", "%", "5"),
     ("5户", "家", None), ("5家", "", None), ("五", "", None), ("", "家", None)],
)  # fmt: skip
def test_the_figure_of_a_cell(cell, unit, number):
    assert figure(cell, unit) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(("value", "unit"), [("40", "家"), ("40家", "")])
def test_a_title_and_a_value_that_differ_promise_nothing(value, unit):
    promise = read("新增企业30家", value, unit, "", 2025)
    assert (promise.state, promise.doubt) == ("undefined", "differs")
    assert read("新增企业30家", value.replace("4", "3"), unit, "", 2025).state == "active"
