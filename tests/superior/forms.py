"""A maker of superiors' forms: each of the same targets, each with something that is easily lost."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.files import LINKS, MAIN, PACKAGE, packed, row, sheet, words
from tests.superior.layouts import LAYOUTS

# title in the form, its unit there
ROWS = (
    ("规上工业总产值", "亿元"),
    ("固定资产投资", "万元"),  # the plan counts it in 亿元
    ("新增规上工业企业", "家"),
    ("空气质量优良天数比率", "%"),
    ("城区道路改造工程", ""),
    ("区直单位自己的指标", "项"),  # not ours
)
PURL = "http://purl.oclc.org/ooxml"
OLD = "98765"  # what formulas said before
FIRST = 6  # the first row below the headings of `two_levels`


@dataclass
class Form:
    """`content`: the file; `cells`: address → what must stand there once it is filled; `total`: address of a
    formula → what it must say then; `sheet`: the one to be filled."""

    content: bytes
    cells: dict[str, object]
    total: dict[str, float]
    sheet: str = "报表"


def two_levels(change=None, *, percent=False, first=FIRST):
    """Merged headings of two levels, totals over and beside what is filled, a footer and print settings."""
    made = Workbook()
    page = made.active
    page.title = "报表"
    _head(page, first)
    thin = Side(style="thin")
    for place, (title, unit) in enumerate(ROWS):
        at = first + place
        target = 600 if place == 0 else None
        for column, value in enumerate((place + 1, title, unit, target), start=1):
            page.cell(at, column, value)
        for column in range(1, 11):
            page.cell(at, column).border = Border(left=thin, right=thin, top=thin, bottom=thin)
        page.cell(at, 5).number_format = "#,##0.00"
        page.cell(at, 6).number_format = "0.0%" if percent else "0.0"
        page.cell(at, 10, f"=D{at}-E{at}")
    last = first + len(ROWS) - 1
    page.cell(last, 5, 12)  # the superior's own row keeps what stands in it
    total = last + 1
    page.cell(total, 1, "合计")
    page.cell(total, 5, f"=SUM(E{first}:E{last})")
    page.cell(total + 1, 1, "填表人：　　　　联系电话：")
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 8
    page.print_title_rows = f"{first - 2}:{first - 1}"
    page.freeze_panes = page.cell(first, 3)
    if change:
        change(made, page)
    return Form(saved(made), cells(first, percent), {f"E{total}": 265.2 + 52000 + 12 + 91.5 + 12})


def cells(first, percent=False):
    """What stands in E to I once the five targets of tests.superior.world are filled in."""
    rates = (0.51, 0.52, 0.6) if percent else (51, 52, 60)
    return {
        f"E{first}": 265.2, f"F{first}": rates[0], f"G{first}": 6.5, f"H{first}": "产值增长平稳",
        f"E{first + 1}": 52000, f"F{first + 1}": rates[1], f"H{first + 1}": "按计划推进",
        f"E{first + 2}": 12, f"F{first + 2}": rates[2], f"H{first + 2}": "按计划推进",
        f"E{first + 3}": 91.5, f"H{first + 3}": "按计划推进",
        f"H{first + 4}": "已完成招标 <第一标段> & 进场", f"I{first + 4}": "=征地滞后",
    }  # fmt: skip


def _head(page, first):
    page["A1"] = "2025年全区重点工作完成情况表"
    page.merge_cells("A1:J1")
    page["A1"].font = Font(name="宋体", size=20, bold=True)
    page["A2"] = "填报单位："
    top, below = first - 2, first - 1
    for column, heading in zip("ABCD", ("序号", "指标名称", "计量单位", "年度目标"), strict=True):
        page[f"{column}{top}"] = heading
        page.merge_cells(f"{column}{top}:{column}{below}")
    page[f"E{top}"], page[f"H{top}"], page[f"J{top}"] = "1—6月完成情况", "工作推进", "差额"
    page.merge_cells(f"E{top}:G{top}")
    page.merge_cells(f"H{top}:I{top}")
    page.merge_cells(f"J{top}:J{below}")
    for column, heading in zip("EFGHI", ("累计完成", "完成率（%）", "同比增长（%）", "进展情况", "存在问题"),
                               strict=True):  # fmt: skip
        page[f"{column}{below}"] = heading


def saved(made):
    """Every formula says an old result, as in a form that was filled before."""
    data = io.BytesIO()
    made.save(data)
    names = (name for name in zipfile.ZipFile(data).namelist() if "worksheets/sheet" in name)
    return changed(data.getvalue(), {
        name: lambda text: re.sub(r"(</f>)<v\s*(?:/>|></v>)", rf"\1<v>{OLD}</v>", text) for name in names
    })  # fmt: skip


def book(sheets):
    """Sheets without any looks: name → rows."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for each in rows:
            page.append(list(each))
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def changed(content, changes):
    """The file with parts changed or added: name → function of its text, or its text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            text = old.read(info)
            if info.filename in changes:
                text = changes[info.filename](text.decode()).encode()
            new.writestr(info, text, zipfile.ZIP_DEFLATED)
        for name, text in changes.items():
            if name not in old.namelist():
                new.writestr(name, text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def on_sheet(change, **how):
    form = two_levels(**how)
    form.content = changed(form.content, {SHEET: change})
    return form


# --- what is easily lost --------------------------------------------------------------------------


def several_sheets(made, page):
    made.create_sheet("填表说明", 0)["A1"] = "请按月报送"
    made.create_sheet("汇总")["B2"] = "='报表'!E12*2"
    hidden = made.create_sheet("字典")
    hidden["A1"], hidden.sheet_state = "绿灯", "hidden"


def protected(made, page):
    page.protection.sheet, page.protection.password = True, "1234"
    for row_of in page["E6:I10"]:
        for each in row_of:
            each.protection = Protection(locked=False)
    made.security.lockStructure = True


def named(made, page):
    made.defined_names["合计数"] = DefinedName("合计数", attr_text="'报表'!$E$12")
    page["K2"] = "=合计数/2"


def chart(made, page):
    bars = BarChart()
    bars.add_data(Reference(page, min_col=5, min_row=6, max_row=9))
    page.add_chart(bars, "L4")


def conditional(made, page):
    page.conditional_formatting.add(
        "F6:F11", CellIsRule(operator="lessThan", formula=["50"], fill=PatternFill("solid", bgColor="FFC7CE"))
    )


def validated(made, page):
    rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
    rule.add("E6:E11")
    page.add_data_validation(rule)
    page["F6"].comment = Comment("按百分数填", "区办")


def drawing():
    """A picture, an ignored-errors list and an extension that no library keeps."""
    form = two_levels()
    picture = b"\x89PNG\r\n\x1a\n" + bytes(60)
    xdr = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    extension = (
        '<ignoredErrors><ignoredError sqref="E6:E11" numberStoredAsText="1"/></ignoredErrors>'
        f'<drawing xmlns:r="{LINKS}" r:id="d1"/><extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:conditionalFormattings/>'
        "</ext></extLst>"
    )
    relation = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="d1" Type="{LINKS}/drawing" '
        'Target="../drawings/drawing1.xml"/></Relationships>'
    )
    types = (
        '<Override PartName="/xl/drawings/drawing1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
    )
    form.content = changed(form.content, {
        SHEET: lambda text: text.replace("</worksheet>", f"{extension}</worksheet>"),
        "xl/worksheets/_rels/sheet1.xml.rels": relation,
        "xl/drawings/drawing1.xml": f'<xdr:wsDr xmlns:xdr="{xdr}"/>',
        "xl/media/image1.png": picture,
        "[Content_Types].xml": lambda text: text.replace("</Types>", f"{types}</Types>"),
    })  # fmt: skip
    return form


def as_wps(text):
    """A wrong dimension, rows without places, cells that hold nothing left out, and line breaks between."""
    text = re.sub(r"<dimension[^>]*>", '<dimension ref="A1"/>', text)
    text = re.sub(r'<c r="[E-I](?:6|7|8|9|10)"[^>]*/>', "", text)  # nothing there but its borders
    return text.replace("<row ", "\n  <row ").replace('<row r="7"', '<row ht="18" customHeight="1" r="7"')


def shared_formula(text):
    """The differences of column J as one shared formula."""
    text = text.replace("<f>D6-E6</f>", '<f t="shared" ref="J6:J11" si="0">D6-E6</f>')
    return re.sub(r"<f>D(?:7|8|9|1[01])-E[0-9]+</f>", '<f t="shared" si="0"/>', text)


def strict():
    form = two_levels()
    swap = {MAIN: f"{PURL}/spreadsheetml/main", LINKS: f"{PURL}/officeDocument/relationships"}
    with zipfile.ZipFile(io.BytesIO(form.content)) as file:
        parts = {name: file.read(name).decode() for name in file.namelist()}
    for before, after in swap.items():
        parts = {
            name: text.replace(before, after) if name != "[Content_Types].xml" else text
            for name, text in parts.items()
        }
    form.content = packed(parts)
    return form


def prefixed():
    """Every element of the sheet with a prefix."""

    def change(text):
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text)
        return text.replace("xmlns=", "xmlns:x=")

    return on_sheet(change)


def days_from_1904(made, page):
    made.epoch = datetime(1904, 1, 1)
    page["B3"] = date(2025, 7, 3)


def array(text):
    """One formula over three cells, of which two hold nothing but a result."""
    text = text.replace("<f>D6-E6</f>", '<f t="array" ref="J6:J8">D6:D8-E6:E8</f>')
    return re.sub("<f>D[78]-E[78]</f><v>[0-9]+</v>", "<v>0</v>", text)


def without_rows():
    """A form of one level made by hand: a row and a cell that do not exist, and styles of row and column."""
    heads = ("序号", "考核指标", "累计完成数", "完成率", "同比增速", "工作进展", "存在问题")
    lines = [
        row(1, words("A1", "附件1")),
        row(3, *(words(f"{letter}3", text) for letter, text in zip("ABCDEFG", heads, strict=True))),
        row(4, words("A4", "1"), words("B4", ROWS[0][0]), more=' spans="1:2"'),
        row(5, words("A5", "2"), words("B5", ROWS[2][0]), words("G5", "无"), more=' s="2" customFormat="1"'),
        '<row r="9" spans="1:1"/>',
    ]
    columns = '<cols><col min="4" max="5" width="12" style="1"/></cols>'
    made = Workbook()
    made.active.title = "报表"
    for place, code in enumerate(("0.00%", "0.00"), start=1):
        made.active.cell(place, 1, 0).number_format = code  # styles 1 and 2
    content = changed(saved(made), {SHEET: lambda _text: sheet(*lines, before=columns)})
    told = {
        "C4": 265.2,
        "D4": 0.51,
        "E4": 0.065,
        "F4": "产值增长平稳",
        "C5": 12,
        "D5": 60,
        "F5": "按计划推进",
    }
    return Form(content, told, {})


def unlike_ours():
    """What is not ours and must not be written over: formulas in the very cells, merged ones, a list."""

    def change(made, page):
        page["F6"] = "=E6/D6*100"
        page.merge_cells("H6:H7")
        page["I10"] = "=CONCATENATE(B10,H10)"

    form = two_levels(change)
    del form.cells["F6"], form.cells["H7"], form.cells["I10"]
    form.total["F6"] = 265.2 / 600 * 100
    return form


def laid_out(name):
    rows, merged, told = LAYOUTS[name]
    made = Workbook()
    page = made.active
    page.title = "报表"
    for row_of in rows:
        page.append(list(row_of))
    for place in merged:
        page.merge_cells(place)
    first = min(told)
    page["A12"], page["B12"] = "合计", f"=SUM({first}:{first})"
    return Form(saved(made), told, {"B12": 0 if isinstance(told[first], str) else told[first]})


FORMS = {
    "two levels": two_levels,
    "percent cells": partial(two_levels, percent=True),
    "several sheets": partial(two_levels, several_sheets),
    "protected": partial(two_levels, protected),
    "defined names": partial(two_levels, named),
    "chart": partial(two_levels, chart),
    "conditional formats": partial(two_levels, conditional),
    "validation and comment": partial(two_levels, validated),
    "drawing and extensions": drawing,
    "as WPS writes": partial(on_sheet, as_wps),
    "shared formula": partial(on_sheet, shared_formula),
    "array formula": partial(on_sheet, array),
    "strict": strict,
    "prefixes": prefixed,
    "days from 1904": partial(two_levels, days_from_1904),
    "rows that do not exist": without_rows,
    "formulas in the very cells": unlike_ours,
    **{name: partial(laid_out, name) for name in LAYOUTS},
}
