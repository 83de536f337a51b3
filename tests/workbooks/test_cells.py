"""One writer for every cell: what is typed comes back as it was, and nothing is ever run."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from targets.register.columns import Column, Kind
from targets.workbooks.cells import CUT_MARK, LONGEST
from targets.workbooks.looks import number_format
from targets.workbooks.page import lines
from targets.workbooks.sheets import Header, Sheet
from tests.workbooks.reading import sheet_of, shown

TABLE = Sheet(
    "试表",
    title="试表",
    columns=(
        Column("text", Kind.TEXT, lambda value: value, sheet="文字", width=10),
        Column("rate", Kind.PERCENT, lambda value: value, sheet="数", width=10, absent=lambda _: None),
        Column("day", Kind.DATE, lambda value: value, sheet="日期", width=10),
    ),
)


def written(*values):
    """The cells of column A and the writer's counts; each value is one row."""
    return _column("A", TABLE.columns[:1], values)


def _column(letter, columns, values):
    book, file = Workbook(write_only=True), BytesIO()
    _rows, writer = Sheet("试表", title="试表", columns=columns).write(book, values, Header("试表"))
    book.save(file)
    return list(sheet_of(file.getvalue(), "试表")[letter][1:]), writer


def cell_of(value):
    (cell,), _writer = written(value)
    return cell


# --- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x.example","点我")', "=1+1", "=", "+1", "-1", "@x", "\t=1", "\n=1",
        "＝1", "＋1", "－1", "＠x",
    ],
)  # fmt: skip
def test_formula_like_text_stays_text_unchanged(text):
    cell = cell_of(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize(
    "text", ["<c>&amp;</c>", "]]>", "a < b & c > d", "\"双\" 与'单'", "  前后空格  ", "第一行\n\n第三行\n"]
)
def test_markup_quotes_and_space_in_text_are_kept(text):
    assert cell_of(text).value == text


@pytest.mark.parametrize("text", ["—", "1—6月", "TRUE", "1E5", "3-1", "00123", "123456789012345678", "#N/A"])
def test_text_that_looks_like_something_else_stays_text(text):
    cell = cell_of(text)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", False)


@pytest.mark.parametrize("text", ["🎉产值", "𠮷祥", "㐂", "שלום", "e\u0301", " 前后空格 ", "一\n二"])
def test_text_outside_the_common_planes_is_intact(text):
    assert cell_of(text).value == text


@pytest.mark.parametrize("text", ["_x000D_", "a_x0041_b", "_x005F_", "_x000d__x000D_", "_x12_", "__x0041_"])
def test_text_like_an_escape_is_shown_as_typed(text):
    assert shown(cell_of(text).value) == text


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_line_ends_are_line_feeds(line_end):
    assert cell_of(f"一{line_end}二").value == "一\n二"


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\x7f", "\ufffe", "\uffff", "\ud800"])
def test_unprintable_characters_are_replaced_where_they_stood(bad):
    (cell,), writer = written(f"甲{bad}乙")
    assert (cell.value, writer.replaced) == ("甲\ufffd乙", 1)


def test_text_of_the_longest_length_is_kept():
    (cell,), writer = written("长" * LONGEST)
    assert (len(cell.value), writer.cut) == (LONGEST, 0)


@pytest.mark.parametrize("character", ["长", "𠮷"])
def test_longer_text_is_cut_and_says_so(character):
    (cell,), writer = written(character * (LONGEST + 1))
    assert cell.value.startswith(character)
    assert cell.value.endswith(CUT_MARK)
    # Excel counts in UTF-16 units and refuses a file with more.
    assert LONGEST - 1 <= len(cell.value.encode("utf-16-le")) / 2 <= LONGEST
    assert writer.cut == 1


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_written_and_read_back_as_text(text):
    (cell,), writer = written(text)
    if text == "":
        assert (cell.value, cell.data_type) == (None, "n")
    else:
        assert (shown(cell.value), cell.data_type) == (writer.text(text), "s")


# --- figures, days, nothing -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (Decimal("0"), "0"), (Decimal("-0.0000"), "0"), (Decimal("8.3000"), "8.3"), (12, "12"),
        (Decimal("9.9500"), "9.95"), (Decimal("99999999999.1234"), "99999999999.1234"),
        (Decimal("1E+3"), "1000"), (Decimal("-0.0001"), "-0.0001"),
    ],
)  # fmt: skip
def test_figures_are_written_digit_by_digit(value, digits):
    book, file = Workbook(write_only=True), BytesIO()
    TABLE.write(book, [value], Header("试表"))
    book.save(file)
    with ZipFile(file) as archive:
        assert f"<v>{digits}</v>" in archive.read("xl/worksheets/sheet1.xml").decode()


@given(st.decimals(-(10**11), 10**11, places=4))
def test_any_figure_the_database_holds_is_read_back_to_the_last_digit(value):
    cell = cell_of(value)
    assert (cell.value, cell.data_type) == (float(value), "n")


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "expected"),
    [
        ("96", 0, "", "0"), ("520.0000", 2, "", "0.00"), ("3.1250", 2, "", "0.000"), ("0.5", 0, "", "0.0"),
        ("150", 0, "＞", '"＞"0'), ("0", 2, "", "0.00"),
    ],
)  # fmt: skip
def test_number_format_shows_every_digit(value, decimals, sign, expected):
    assert number_format(Decimal(value), decimals, sign) == expected


def test_days_and_moments_are_native_in_local_time():
    days = [date(2025, 12, 31), datetime(2025, 6, 30, 18, 30, tzinfo=UTC), datetime(2025, 6, 30, 8, 5)]
    cells, _writer = _column("A", TABLE.columns[2:], days)
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (datetime(2025, 12, 31), "d"), (datetime(2025, 7, 1, 2, 30), "d"), (datetime(2025, 6, 30, 8, 5), "d"),
    ]  # fmt: skip
    assert cells[0].number_format == "yyyy-mm-dd"


def test_days_excel_cannot_count_are_text():
    cells, _writer = _column(
        "A", TABLE.columns[2:], [date(1899, 12, 31), date(1900, 2, 28), date(1900, 3, 1)]
    )
    assert [cell.value for cell in cells] == ["1899-12-31", "1900-02-28", datetime(1900, 3, 1)]


def test_nothing_zero_and_the_dash_are_three_things():
    cells, _writer = _column("A", TABLE.columns[1:2], [None, Decimal(0), "—"])
    assert [(cell.value, cell.data_type) for cell in cells] == [(None, "n"), (0, "n"), ("—", "s")]
    assert [cell.alignment.horizontal for cell in cells] == ["right", "right", "center"]
    assert {cell.border.left.style for cell in cells} == {"thin"}


# --- heights ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"), [("短", 1), ("十个汉字一行写满为止", 2), ("一\n\n二", 3), ("abcdefghij", 1)]
)
def test_lines_of_wrapped_text(text, count):
    assert lines(text, 10) == count


@pytest.mark.parametrize(
    ("columns", "values", "points"),
    [
        pytest.param(TABLE.columns[:1], ["短", "一\n二\n三", "字" * 2000], [18, 46, 409.5], id="text"),
        pytest.param(TABLE.columns[1:2], [Decimal(96), None], [18, 18], id="numbers are one line"),
    ],
)
def test_a_row_is_as_high_as_its_longest_text_and_no_higher_than_excel_allows(columns, values, points):
    book, file = Workbook(write_only=True), BytesIO()
    Sheet("试表", title="试表", columns=columns).write(book, values, Header("试表"))
    book.save(file)
    rows = sheet_of(file.getvalue(), "试表").row_dimensions
    assert [rows[number].height for number, _value in enumerate(values, 2)] == points
