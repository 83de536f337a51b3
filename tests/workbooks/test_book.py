"""The file around the sheets: its name, how it prints, what it says of itself, what it refuses."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from targets.models import OrgUnit, Plan
from targets.register.register import Register
from targets.workbooks import SHEETS, file_name, write_workbook
from tests.factories import make_plan, make_target
from tests.workbooks.reading import xlsx

DAY = date(2025, 7, 16)


def register_of(name="外海街道", on=DAY, **fields):
    plan = Plan(code="P25", year=2025, jurisdiction=OrgUnit(name=name), starts_on=date(2025, 1, 1))
    return Register(plan, on, **fields)


def book_of(register):
    return load_workbook(BytesIO(xlsx(register, [])))


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("外海街道", "外海街道2025年7月重点工作进展情况表.xlsx"),
        ('A/B\\C:D*E?F"G<H>I|', "ABCDEFGHI2025年7月重点工作进展情况表.xlsx"),
        ("../外海\n街道. ", "外海 街道2025年7月重点工作进展情况表.xlsx"),
    ],
)
def test_the_file_is_named_as_offices_name_theirs(name, expected):
    assert file_name(register_of(name)) == expected


@pytest.mark.parametrize("name", ["长" * 100, "𠮷" * 100])
def test_the_longest_name_fits_a_file_system(name):
    assert len(file_name(register_of(name, date(2025, 12, 31))).encode()) <= 255


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "month"), [(3, "一季度"), (5, "5月"), (6, "上半年"), (9, "前三季度"), (12, "全年")]
)
def test_a_period_gives_its_month_to_the_name(number, month):
    register = Register.at(make_plan(), period=number, today=DAY)
    assert file_name(register) == f"外海街道2025年{month}重点工作进展情况表.xlsx"


@pytest.mark.parametrize(
    ("edition", "sheets", "expected"),
    [
        ("print", ["进展情况表"], "外海街道2025年7月重点工作进展情况表（打印版）.xlsx"),
        ("data", ["进展情况表（简）"], "外海街道2025年7月进展情况表（简）.xlsx"),
        ("print", ["进展情况表", "进展情况表（简）"], "外海街道2025年7月重点工作报表（打印版）.xlsx"),
    ],
    ids=["printed", "another sheet", "several"],
)
def test_the_name_says_which_sheets_and_which_edition(edition, sheets, expected):
    assert file_name(register_of(), edition, sheets) == expected


def test_sheet_names_are_valid_in_every_program():
    for name, sheet in SHEETS.items():
        assert name == sheet.name
        assert 0 < len(name) <= 31
        assert not set(name) & set("\\*?:/[]'")
        assert name.lower() != "history"


# --- on paper ---------------------------------------------------------------------------------


def test_the_sheet_prints_on_a3_with_its_headings_on_every_page():
    sheet = book_of(register_of()).active
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.oddFooter.right.text == "第 &P 页，共 &N 页"
    assert sheet.oddFooter.left.text == "本系统为非涉密系统，严禁存储、处理、传输国家秘密"


def test_the_headings_stay_when_scrolling_and_carry_the_filter():
    sheet = book_of(register_of()).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("D2", "A1:T1")
    assert (sheet["A1"].font.name, sheet["A1"].alignment.wrap_text) == ("黑体", True)


@pytest.mark.parametrize(
    ("fields", "title", "left"),
    [
        ({}, "外海街道2025年重点目标任务进展情况表（截至2025年7月16日）", "数据截至2025年7月16日"),
        (
            {"known_at": date(2025, 7, 5)},
            "外海街道2025年重点目标任务进展情况表（截至2025年7月16日）",
            "数据截至2025年7月16日，按2025年7月5日所知",
        ),
        (
            {"known_at": datetime(2025, 7, 5, 10, 5, tzinfo=UTC)},
            "外海街道2025年重点目标任务进展情况表（截至2025年7月16日）",
            "数据截至2025年7月16日，按2025年7月5日18:05所知",
        ),
    ],
    ids=["day", "known on a day", "known at a moment"],
)
def test_the_print_header_says_whose_and_as_of_when(fields, title, left):
    header = book_of(register_of(**fields)).active.oddHeader
    assert (header.center.text, header.left.text, header.right.text) == (title, left, None)


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "words"), [(1, "（1月）"), (5, "（1—5月）"), (6, "（上半年）")])
def test_the_print_header_of_a_period_names_its_months(number, words):
    register = Register.at(make_plan(), period=number, today=DAY)
    assert book_of(register).active.oddHeader.center.text.endswith(f"进展情况表{words}")


def test_a_print_header_shorter_than_excel_allows_whatever_the_name():
    sheet = book_of(register_of("&" * 100, known_at=datetime(2025, 12, 31, 15, tzinfo=UTC))).active
    assert "&&" in sheet.oddHeader.center.text
    assert len(str(sheet.oddHeader)) <= 255


def test_invented_data_says_so_in_print_and_in_the_properties():
    register = register_of()
    register.plan.is_invented = True
    book = book_of(register)
    assert book.active.oddHeader.right.text == "演示数据，纯属虚构"
    assert book.properties.title == "外海街道2025年7月重点工作进展情况表（演示数据，纯属虚构）"
    assert book.properties.subject == "演示数据，纯属虚构"


def test_real_data_is_not_called_invented():
    book = book_of(register_of())
    assert (book.properties.title, book.properties.subject, book.properties.creator) == (
        "外海街道2025年7月重点工作进展情况表", None, "外海街道",
    )  # fmt: skip


# --- what it refuses, what it counts ----------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [{"edition": "pdf"}, {"edition": ""}, {"sheets": ["周报"]}, {"sheets": []}],
    ids=["edition", "no edition", "sheet", "no sheet"],
)
def test_what_does_not_exist_yet_is_refused_at_its_field(asked):
    with pytest.raises(ValidationError) as refused:
        write_workbook(BytesIO(), register_of(), [], **asked)
    (name,) = asked
    (message,) = refused.value.message_dict[name]
    assert ("data" if name == "edition" else "进展情况表") in message


@pytest.mark.django_db
def test_what_could_not_be_kept_is_counted():
    target = make_target()
    # Past the validation, as another program might have written it.
    type(target).objects.filter(pk=target.pk).update(title="甲\x0b\ufffe乙")
    register = Register.at(target.plan, today=DAY)
    file = BytesIO()
    written = write_workbook(file, register, register.rows())
    assert (written.rows, written.replaced, written.cut) == (1, 2, 0)
