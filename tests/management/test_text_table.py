"""Columns line up with Chinese in them."""

import pytest

from targets.management import text_table


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("目标任务", 8),
        ("≥520亿元", 8),
        ("（１）", 6),
        ("é", 1),
        ("e\u0301", 1),
        ("—", 1),
    ],
)
def test_width(text, columns):
    assert text_table.width(text) == columns


def test_lines():
    rows = [["1", "工业总产值", "8.3"], ["10", "rank", "−"]]
    assert text_table.lines(["序号", "目标", "%"], rows, right=[0, 2]) == [
        "序号  目标          %",
        "────  ──────────  ───",
        "   1  工业总产值  8.3",
        "  10  rank          −",
    ]


def test_no_rows():
    assert text_table.lines(["a", "序号"], []) == ["a  序号", "─  ────"]
