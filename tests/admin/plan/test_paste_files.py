"""A plan set up from a workbook or from the clipboard's table: the same result as from the text."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from targets.reading import clipboard
from targets.reading.broken import rejoined
from targets.reading.pasted import cells
from tests import files
from tests.admin.plan.test_paste_tables import CASES, TABLES, Pasted, differences, held, unspaced
from tests.factories import coordinator, make_plan, make_unit, staff
from tests.files import cell, hostile, row, words

pytestmark = pytest.mark.django_db

ROWS = (
    row(1, words("A1", "序号"), words("B1", "目标任务"), words("C1", "责任单位"), words("D1", "目标值")),
    row(2, words("A2", "1"), words("B2", "新建绿道"), words("C2", "农办"), words("D2", "5公里")),
)
NOTES = files.sheet(row(1, words("A1", "填报说明"), words("B1", "请按月填报")))


@pytest.fixture
def plan():
    make_unit("农办")
    return make_plan("P26", year=2026, state="drafting")


@pytest.fixture
def desk(client):
    client.force_login(staff(coordinator()))
    return client


def address(plan):
    return reverse("admin:targets_plan_paste", args=(plan.pk,))


def uploaded(data, name="分解表.xlsx"):
    return SimpleUploadedFile(name, data)


def look(desk, plan, data, act="_look", **fields):
    answer = desk.post(address(plan), {"file": uploaded(data), act: "", **fields})
    assert answer.status_code == 200
    return answer


def shown(answer):
    form = answer.context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "file"}


def faults(answer):
    return {name: list(errors) for name, errors in answer.context["form"].errors.items()}


def as_file(text):
    """The table as openpyxl writes it."""
    table = rejoined(cells(text), 2026)[0]
    book = Workbook()
    for number, line in enumerate(table, start=1):
        for place, words_ in enumerate(line, start=1):
            if words_:
                cell_ = book.active.cell(number, place, words_)
                cell_.data_type = "s"  # also of text that begins with =
    data = io.BytesIO()
    book.save(data)
    return {"file": uploaded(data.getvalue())}


@pytest.mark.parametrize("name", CASES)
def test_a_table_gives_the_same_through_the_file_door(client, name):
    pasted = Pasted(client, name, door=as_file)
    assert not pasted.errors
    assert pasted.written.status_code == 302
    rows = pasted.expected["rows"]
    assert len(pasted.targets) == len(rows)
    wrong = [differences(target, row) for target, row in zip(pasted.targets, rows, strict=True)]
    assert not any(wrong)
    found = "".join(map(held, pasted.targets)) + unspaced(pasted.page)
    told = [each for line in cells(pasted.text) for each in line if each]
    assert [each for each in [*told, *pasted.expected["every_cell"]] if unspaced(each) not in found] == []


@pytest.mark.parametrize("name", ["06-merged-and-steps", "10-duplicates-hidden"])
def test_an_offices_own_workbook_gives_the_same_as_its_text(client, name):
    data = (TABLES / f"{name}.xlsx").read_bytes()
    pasted = Pasted(client, name, door=lambda text: {"file": uploaded(data)})
    rows = pasted.expected["rows"]
    assert pasted.written.status_code == 302
    wrong = [differences(target, row) for target, row in zip(pasted.targets, rows, strict=True)]
    assert not any(wrong)
    assert ("也已读入，请核对：第5行" in pasted.page) == name.startswith("10")


def test_the_table_that_word_copied_gives_the_same_as_its_broken_text(client):
    html = (TABLES / "11-word-clipboard.html").read_text(encoding="utf-8")
    pasted = Pasted(client, "11-word-clipboard", door=lambda text: {"text": text, "html": html})
    rows = pasted.expected["rows"]
    assert pasted.look.context["form"]["text"].value().count('"') > 1
    assert pasted.written.status_code == 302
    wrong = [differences(target, row) for target, row in zip(pasted.targets, rows, strict=True)]
    assert not any(wrong)
    assert not any("多行" in hint for line in pasted.look.context["form"].lines for hint in line.hints)


@pytest.mark.parametrize("html", ["<table><tr><td>没有表头", "<p>words", "x" * 2_000_001, "<" * 9])
def test_html_without_a_known_table_leaves_the_text(desk, plan, html):
    text = "目标任务\t责任单位\t目标值\n新建绿道\t农办\t5公里"
    answer = desk.post(address(plan), {"text": text, "html": html, "_look": ""})
    assert answer.context["form"]["text"].value() == text
    assert [line.target.title for line in answer.context["form"].lines] == ["新建绿道"]


def test_merged_cells_of_a_pasted_table_hold_for_each_row(desk, plan):
    html = (
        "<table><tr><td>目标任务<td>责任单位<td>目标值<tr><td>绿道<td rowspan=2>农办<td>5公里"
        "<tr><td>路灯<td>9盏</table>"
    )
    lines = desk.post(address(plan), {"text": "x", "html": html, "_look": ""}).context["form"].lines
    assert [str(line.target.lead_unit) for line in lines] == ["农办", "农办"]
    assert clipboard.read(html).rows[2] == ["路灯", "", "9盏"]


# --- which sheet -----------------------------------------------------------------------------


def test_the_first_sheet_with_known_headings_is_read_and_another_can_be_chosen(desk, plan):
    other = files.sheet(*(each.replace("绿道", "路灯") for each in ROWS))
    data = files.book(NOTES, files.sheet(*ROWS), other, names=["说明", "分解表", "补充"])
    answer = look(desk, plan, data)
    form = answer.context["form"]
    assert [line.target.title for line in form.lines] == ["新建绿道"]
    assert form.door.remarks == ["已读取文件“分解表.xlsx”的工作表“分解表”。"]
    assert form.door.choices == [("0", "说明"), ("1", "分解表"), ("2", "补充")]
    answer = desk.post(address(plan), {**shown(answer), "sheet": "2", "_look": ""})
    assert [line.target.title for line in answer.context["form"].lines] == ["新建路灯"]
    answer = desk.post(address(plan), {**shown(answer), "_create": ""})
    assert answer.status_code == 302
    assert plan.targets.get().title == "新建路灯"


def test_a_hidden_sheet_is_read_last_and_said_to_be_hidden(desk, plan):
    data = files.book(
        files.sheet(*ROWS), files.sheet(*ROWS), names=["旧表", "新表"], states=["hidden", "visible"]
    )
    form = look(desk, plan, data).context["form"]
    assert form.door.choices == [("0", "旧表（隐藏）"), ("1", "新表")]
    assert "“新表”" in form.door.remarks[0]


def test_a_sheet_that_does_not_fit_is_named(desk, plan):
    long = files.sheet(row(1, words("A1", "x")), row(2_001, cell("A2001", 1)))
    data = files.book(files.sheet(*ROWS), long, names=["分解表", "明细"])
    form = look(desk, plan, data).context["form"]
    assert form.door.choices == [("0", "分解表")]
    assert form.door.remarks[1:] == ["工作表“明细”未读取：一次最多读取2000行，现有2001行，请分几次上传"]


@pytest.mark.parametrize(
    "book",
    ["{", "[]", '{"sheets": 5}', '{"sheets": [{"x": 1}], "name": "a"}',
     '{"name": "a", "shown": 7, "sheets": []}', "[" * 100_000],
)  # fmt: skip
def test_what_the_page_kept_of_a_file_is_not_trusted(desk, plan, book):
    text = "目标任务\t责任单位\t目标值\n新建绿道\t农办\t5公里"
    answer = desk.post(address(plan), {"text": text, "book": book, "sheet": "3", "_look": ""})
    assert answer.status_code == 200
    assert answer.context["form"].errors == {}
    assert answer.context["form"].door.remarks == []


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["xls", "csv", "encrypted", "large claim", "large file", "billion laughs", "nothing"]
)
def test_a_file_that_cannot_be_read_is_refused_and_the_text_stays(desk, plan, name):
    text = "目标任务\t责任单位\t目标值\n新建绿道\t农办\t5公里"
    answer = look(desk, plan, hostile.FILES[name][0](), text=text)
    assert list(faults(answer)) == ["file"]
    assert answer.context["form"]["text"].value() == text
    assert faults(answer)["file"][0] in answer.content.decode()
    assert "_create" not in answer.content.decode()
    assert not plan.targets.exists()


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        (files.sheet(), "文件里没有内容，请重新选择。"),
        (
            files.sheet(*ROWS, row(3, words("B3", "路灯"), cell("D3", None, formula="D2*2"))),
            "工作表“表1”：D3的公式没有结果，请在 WPS 或 Excel 中打开并保存后再上传。",
        ),
        (
            files.sheet(*ROWS, row(2_500, words("B2500", "路灯"))),
            "工作表“表1”：一次最多读取2000行，现有2500行，请分几次上传。",
        ),
        (
            files.sheet(*ROWS, row(3, words("B3", "长" * 300_001))),
            "工作表“表1”：一次最多读取300000字，现有300033字，请分几次上传。",
        ),
    ],
    ids=["empty", "formula", "lines", "characters"],
)
def test_a_sheet_that_cannot_be_read_is_refused(desk, plan, sheet, told):
    answer = look(desk, plan, files.book(sheet))
    assert faults(answer) == {"file": [told]}


def test_a_file_that_nobody_looked_at_is_not_written(desk, plan):
    answer = look(desk, plan, files.book(files.sheet(*ROWS)), act="_create")
    assert faults(answer) == {"__all__": ["表格在读取后有改动，请核对下面的行后再写入。"]}
    assert not plan.targets.exists()


def test_markup_in_a_sheet_and_its_name_is_text(desk, plan):
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;"
    data = files.book(files.sheet(*ROWS, row(3, words("B3", evil), words("C3", evil), words("E1", evil))),
                      NOTES, names=["<script>alert(1)</script>"])  # fmt: skip
    answer = desk.post(address(plan), {"file": uploaded(data, "<script>alert(1)</script>.xlsx"), "_look": ""})
    assert "<script>alert" not in answer.content.decode()


def test_cells_are_read_as_the_sheet_shows_them(desk, plan):
    numbers = (
        row(1, *(words(f"{place}1", text) for place, text in zip(
            "ABCDE", ("目标任务", "责任单位", "目标值", "完成时限", "上年基数"), strict=True))),
        row(2, words("A2", "规上工业企业数量"), words("B2", "农办"), cell("C2", 151, style=0),
            cell("D2", 46174, style=1), cell("E2", "131", style=0)),
        row(3, words("A3", "城镇绿化覆盖率"), words("B3", "农办"), cell("C3", "0.455", style=2),
            cell("D3", 46203, style=3)),
        row(4, words("A4", "数字化率"), words("B4", "农办"), cell("C4", "#REF!", "e")),
    )  # fmt: skip
    style = files.styles('"不少于"0"家"', 57, 10, 31)
    answer = look(desk, plan, files.book(files.sheet(*numbers), style=style))
    first, second, third = answer.context["form"].lines
    assert (first.target.comparator, first.target.target_value, first.target.unit_of_measure) == (
        "gte",
        151,
        "家",
    )
    assert str(first.target.due_on) == "2026-06-30"  # 2026年6月 is all of June
    assert (str(second.target.target_value), second.target.unit_of_measure) == ("45.5", "%")
    assert (str(second.target.due_on), second.target.due_text) == ("2026-06-30", "2026年6月30日")
    assert (third.target.state, third.target.stated_as) == ("undefined", "#REF!")
    assert "#REF!" in answer.content.decode()


def test_the_page_keeps_the_sheets_and_no_file(desk, plan):
    answer = look(desk, plan, files.book(files.sheet(*ROWS), NOTES))
    kept = json.loads(answer.context["form"]["book"].value())
    assert [each["text"].count("\n") for each in kept["sheets"]] == [1, 0]
