"""Tables as rows of text: from a sheet, from the clipboard's HTML, and back from the text that holds them."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.reading import clipboard, sheet
from targets.reading.grid import Grid, as_text, column_name
from targets.reading.pasted import cells
from tests import files
from tests.files import cell, row, styles, words

TABLES = Path(__file__).parents[1] / "cases" / "tables"
HEADINGS = [words("A1", "领域"), words("B1", "任务"), words("C1", "责任单位"), words("D1", "分值")]
MARKS = st.text(st.sampled_from('"\t\n ab政，'), max_size=6).map(str.strip)


def grid_of(*rows, **how):
    return Grid.of_sheet(sheet.read(files.book(files.sheet(*rows, **how), style=styles(0))).sheets[0])


@given(st.lists(st.lists(MARKS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_the_text_of_a_table_gives_the_same_rows_back(rows):
    whole = [row if any(row) else [] for row in rows]
    assert cells(as_text(whole)) == whole


def test_lines_keep_the_numbers_of_the_sheet():
    grid = grid_of(row(2, words("B2", "乙")), row(4, words("A4", "甲")))
    assert grid.rows == [[], ["", "乙"], [], ["甲"]]


def test_a_merged_cell_holds_for_each_of_its_rows_in_the_columns_that_span():
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in ("A2:A4", "C3:C4", "D2:D4"))
    grid = grid_of(
        row(1, *HEADINGS),
        row(2, words("A2", "产业"), words("B2", "甲"), words("C2", "农办"), words("D2", "5")),
        row(3, words("B3", "乙"), words("C3", "财政所")),
        row(4, words("B4", "丙")),
        after=f"<mergeCells>{merged}</mergeCells>",
    )
    assert grid.filled(2026)[1:] == [
        ["产业", "甲", "农办", "5"], ["产业", "乙", "财政所"], ["产业", "丙", "财政所"],
    ]  # fmt: skip
    assert grid.rows[3] == ["", "丙"]


def test_a_merge_over_blank_rows_makes_no_rows():
    merged = '<mergeCells><mergeCell ref="A2:A1048576"/></mergeCells>'
    grid = grid_of(row(1, *HEADINGS), row(2, words("A2", "产业"), words("B2", "甲")), after=merged)
    assert len(grid.filled(2026)) == 2


def test_what_is_hidden_is_named_where_something_stands_in_it():
    grid = grid_of(
        row(1, words("A1", "甲")),
        row(2, words("C2", "乙"), more=' hidden="1"'),
        row(3, more=' hidden="1"'),
        before='<cols><col min="2" max="3" hidden="1"/></cols>',
    )
    assert (grid.hidden_rows, grid.hidden_columns) == ([2], [3])
    assert [column_name(column) for column in (3, 27, 256)] == ["C", "AA", "IV"]


def test_formulas_without_a_result_are_named():
    grid = grid_of(row(1, cell("A1", None, formula="B1"), cell("B1", 1, formula="2-1")))
    assert grid.without_result == ["A1"]


def test_the_table_that_word_copies_is_whole():
    html = (TABLES / "11-word-clipboard.html").read_text(encoding="utf-8")
    assert clipboard.read(html).rows[1] == [
        "1", "小微园区二期\n（续建项目）", "完成投资1.6亿元，\n建成厂房2.8万平方米",
        "经济发展办公室\n规划建设办公室", "11月底前",
    ]  # fmt: skip


EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style><!-- td {} --></style></head>
<body><!--StartFragment--><table><col width=72><tr height=19><td>领域</td><td>任务</td><td>责任
  单位</td></tr>
 <tr><td rowspan=2 class=xl65>产业</td><td>新建厂房<br>
  2万平方米</td><td x:num="1.5">1.5&nbsp;</td></tr>
 <tr style='display:none'><td>农业<span style='mso-spacerun:yes'>&nbsp; </span>园区</td><td></td></tr>
<!--EndFragment--></table></body></html>"""


def test_the_table_that_excel_copies_is_read_with_its_merged_and_hidden_cells():
    grid = clipboard.read(EXCEL)
    assert grid.rows == [
        ["领域", "任务", "责任单位"],
        ["产业", "新建厂房\n2万平方米", "1.5"],
        ["", "农业\u00a0 园区", ""],
    ]
    assert (grid.merged, grid.hidden_rows) == ([((2, 1), (3, 1))], [3])
    assert grid.filled(2026)[2][0] == "产业"


@pytest.mark.parametrize(
    ("html", "rows"),
    [
        ("<p>标题<p>说明<table><tr><td>甲</table>注：无", [["标题"], ["说明"], ["甲"], ["注：无"]]),
        (
            "<table><tr><td>甲<table><tr><td>乙</td></tr></table></td><td>丙</td></tr></table>",
            [["甲乙", "丙"]],
        ),
        ("<table><tr><td>下降<5%</td><td>a&lt;b</td></tr></table>", [["下降<5%", "a<b"]]),
        ("<table><tr><td colspan=3>甲</td><td>乙</td></tr></table>", [["甲", "", "", "乙"]]),
        ("<script>x</script><table><tr><td>甲<style>td{}</style></td></tr></table>", [["甲"]]),
        ("<!-- <table><tr><td>甲", []),
        ("", []),
    ],
    ids=["around", "nested", "signs", "across", "script", "comment", "nothing"],
)
def test_other_html_is_read_too(html, rows):
    assert clipboard.read(html).rows == rows


@pytest.mark.parametrize(
    "html",
    [
        "<" * 200_000,
        "<!--" * 200_000,
        "<![" * 200_000,
        "<td " * 200_000,
        "<table>" * 200_000,
        "<table><tr><td rowspan=99999 colspan=99999>甲" * 60_000,
        "<table>" + "<tr><td>甲" * 300_000,
        "&" * 2_200_000,
        "<td>" + " \n" * 1_200_000,
    ],
    ids=["open", "comments", "marks", "tags", "tables", "spans", "rows", "references", "blanks"],
)
def test_html_made_to_cost_time_costs_little(html):
    before = time.thread_time()
    grid = clipboard.read(html)
    assert time.thread_time() - before < 2
    assert len(grid.rows) <= clipboard.MOST_ROWS + 2


@given(st.lists(st.sampled_from(["<table>", "</table>", "<tr>", "</tr>", "<td>", "<td rowspan=3>", "</td>",
                                 "<td colspan=2>", "甲", "<br>", "<p>", "乙"]), max_size=40))  # fmt: skip
def test_no_word_of_any_tables_is_lost(pieces):
    grid = clipboard.read("".join(pieces))
    in_rows = "".join(sign for line in grid.rows for cell in line for sign in cell if sign in "甲乙")
    assert sorted(in_rows) == sorted(piece for piece in pieces if piece in "甲乙")
