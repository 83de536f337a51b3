"""What a superior's form says of itself: its headings, its rows, their labels, and units."""

import io
import re
import zipfile
from decimal import Decimal
from fractions import Fraction

import pytest

from targets.reading.sheet import FileRefusal, read
from targets.reading.sheet.filling import Filling
from targets.reading.superior import Layout, factor
from tests.files import book, cell, row, sheet, table, words


def layout(rows):
    return Layout.of(read(table(rows)).sheets[0], 2025)


def held(heading, group=""):
    """What a column under this heading seems to hold."""
    found = layout([["序号", "指标名称", group or heading], *([["", "", heading]] if group else [])])
    return found.columns[2].guess


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("1—6月累计完成（亿元）", "value"), ("累计完成数", "value"), ("截至6月底完成值", "value"),
        ("实际完成", "value"), ("本月累计", "value"), ("本月完成数", ""), ("上月累计", "previous-value"),
        ("上年同期累计", ""), ("去年完成数", ""), ("完成率", "attainment"), ("完成年度目标%", "attainment"),
        ("占年度目标比重", "attainment"), ("上月完成率", "previous-attainment"), ("同比增长（%）", "yoy"),
        ("同比±%", "yoy"), ("增速", "yoy"), ("序时进度", "expected"), ("进度差", "gap"),
        ("工作进展", "progress"), ("当前进展情况", "progress"), ("完成情况", "progress"),
        ("存在问题及原因", "issues"), ("困难", "issues"), ("下一步工作打算", "next_steps"),
        ("上期措施", "previous-next_steps"), ("亮灯", "status"),
        ("年度目标", ""), ("备注", ""), ("责任单位", ""), ("牵头领导", ""), ("完成时限", ""), ("得分", ""),
    ],
)  # fmt: skip
def test_a_heading_says_what_its_column_holds(heading, name):
    assert held(heading) == name


def test_a_heading_below_another_is_read_with_it():
    assert held("增长（%）", "年度目标") == ""
    assert held("绝对额", "上年同期") == ""
    assert held("数值", "累计完成") == "value"
    assert held("累计", "完成情况") == "value"


def test_rows_are_known_by_what_they_are_called():
    found = layout([
        ["附件2"], ["单位：万元"], ["序号", "指标", "计量单位", "1—6月累计"],
        ["甲", "乙", "丙", "1"], ["一、工业"],
        ["1", "产 值", "亿元", ""], ["2", "其中：规上", "", ""], ["3", "其中：规上", "家", ""],
        ["序号", "指标", "计量单位", "1—6月累计"], ["4", "改造（老镇区）", "—", ""],
        ["5", "技改（万元）", "", ""], ["合计", "", "", ""], ["填表人：", "张三"],
    ])  # fmt: skip
    assert (found.first, found.last, found.unit) == (3, 3, "万元")
    rows = found.rows({column.label: column.guess for column in found.columns})
    assert [(each.place, each.label, each.unit) for each in rows] == [
        (6, "产值", "亿元"), (7, "其中:规上#一、工业#2", ""), (8, "其中:规上#一、工业#3", "家"),
        (10, "改造(老镇区)", ""), (11, "技改(万元)", "万元"),
    ]  # fmt: skip
    later = layout([["序号", "指标", "1—7月累计", "8月"]])
    assert [column.label for column in later.columns[2:]] == ["本期累计", "本期"]
    assert found.columns[3].label == "本期累计"


def test_a_sheet_without_headings_has_no_layout():
    assert layout([["甲", "乙"], ["丙", "丁"]]) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "times"),
    [
        ("亿元", "万元", 10_000), ("万元", "亿元", Fraction(1, 10_000)), ("家", "个", 1), ("%", "％", 1),
        ("亩", "公顷", Fraction(1, 15)), ("亿元", "", 1), ("", "位", 1), ("亿元", "家", None),
        ("%", "亿元", None),
    ],
)  # fmt: skip
def test_a_figure_goes_into_the_units_of_the_form(ours, theirs, times):
    assert factor(ours, theirs) == times


def filled(content, values):
    found = read(content)
    return Filling(content, found, found.sheets[0]).filled(values)


def test_a_sheet_takes_values_however_it_was_written():
    """Rows and cells without places, rows out of order, a cell twice, and no rows at all."""
    values = {(1, 2): Decimal("1.5"), (2, 2): "甲", (3, 1): Decimal(0)}
    for content in (
        book(sheet("<row><c/><c t='s'><v>0</v></c></row><row><c><v>2</v></c></row>", before="<!-- <row> -->"),
             texts=f'<sst xmlns="{sheet().split(chr(34))[1]}"><si><t>旧</t></si></sst>'),
        book(sheet(row(2, cell("A2", 3)), row(1, cell("B1", 1), cell("B1", 2)))),
        book(sheet()),
        book(sheet().replace("<sheetData></sheetData>", "<sheetData/>")),
    ):  # fmt: skip
        cells = read(filled(content, values)).sheets[0].cells
        assert {place: cells[place].value for place in values} == values


def test_formulas_and_what_they_fill_are_known():
    content = book(sheet(
        row(1, '<c r="A1"><f t="array" ref="A1:B2">C1:D2</f><v>1</v></c>', cell("B1", 2)),
        row(2, cell("A2", 3, formula="B9"), words("C2", "=B9")),
    ))  # fmt: skip
    found = read(content)
    filling = Filling(content, found, found.sheets[0])
    calculated = {(r, c) for r in (1, 2, 3) for c in (1, 2, 3) if filling.is_calculated((r, c))}
    assert calculated == {(1, 1), (1, 2), (2, 1), (2, 2)}


def test_what_would_be_no_sheet_afterwards_is_refused():
    content = book("<worksheet/>")
    found = read(content)
    with pytest.raises(FileRefusal):
        Filling(content, found, found.sheets[0])


def test_blank_cells_beside_and_below_keep_their_order():
    """As WPS writes a sheet that was once formatted down to its last row."""
    blank = "".join(f'<c r="{letter}1" s="0"/>' for letter in ("E", "F", "G"))
    below = "".join(f'<row r="{number}" s="0"/>' for number in range(4, 60))
    content = book(
        sheet(row(1, words("A1", "序号"), words("C1", "累计"), blank), row(3, words("A3", "1")), below)
    )
    part = zipfile.ZipFile(io.BytesIO(filled(content, {(1, 2): "甲", (2, 3): "乙", (3, 3): "丙"})))
    text = part.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall('<c r="([A-Z]+)1"', text) == ["A", "B", "C", "E", "F", "G"]
    assert [int(number) for number in re.findall('<row r="([0-9]+)"', text)] == [1, 2, 3, *range(4, 60)]


def test_a_file_that_would_keep_the_server_busy_is_refused():
    merged = "<mergeCells>" + '<mergeCell ref="A1:IV9000"/>' * 50 + "</mergeCells>"
    flood = book(
        sheet(row(1, words("A1", "序号"), words("B1", "指标")), row(9000, cell("IV9000", 1)), after=merged)
    )
    with pytest.raises(FileRefusal):
        Layout.of(read(flood).sheets[0], 2025)
    formulas = "".join(f'<c r="A{n}"><f t="array" ref="A1:B9">1</f></c>' for n in range(1, 1_100))
    content = book(sheet(row(1, formulas)))
    found = read(content)
    with pytest.raises(FileRefusal):
        Filling(content, found, found.sheets[0])
