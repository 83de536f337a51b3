"""Workbooks read from their bytes: odd ones as they are meant, hostile ones refused in time and room."""

import time
import tracemalloc
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.explain.files import FILE_REFUSALS, file_refusal
from targets.reading import sheet
from targets.reading.sheet import REFUSALS, FileRefusal, Limits, formats, read
from tests import files
from tests.files import cell, hostile, odd, row, styles, words

MOST_SECONDS = 4.5
MOST_BYTES = 64 * 1024 * 1024
# What would fill the memory if it were believed.
LARGE = (
    "deep nesting", "long comment", "long attribute", "bomb", "bomb that claims little", "many parts",
    "texts without end", "one text without end", "billion laughs",
)  # fmt: skip


def outcome(data):
    """What came of the file, within the time that every file has."""
    before = time.thread_time()
    try:
        return read(data)
    except FileRefusal as refused:
        return refused
    finally:
        assert time.thread_time() - before < MOST_SECONDS


@pytest.mark.parametrize(("make", "key"), hostile.FILES.values(), ids=hostile.FILES)
def test_a_hostile_file_is_refused_with_what_to_do(make, key):
    refused = outcome(make())
    assert isinstance(refused, FileRefusal), refused
    assert refused.key == key
    assert set(refused.params) == set(REFUSALS[key])
    told = file_refusal(refused)
    assert told
    assert told.endswith("。")


@pytest.mark.parametrize(("make", "texts"), odd.FILES.values(), ids=odd.FILES)
def test_an_odd_file_is_read_as_it_is_meant(make, texts):
    book = outcome(make())
    assert isinstance(book, sheet.Book), book
    assert {each.address: each.text for each in book.sheets[0].cells.values()} == texts


@pytest.mark.parametrize("name", LARGE)
def test_what_would_fill_the_memory_is_refused_with_little(name):
    data = hostile.FILES[name][0]()
    tracemalloc.start()
    try:
        with pytest.raises(FileRefusal):
            read(data, Limits(seconds=60))  # tracing takes its time
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def test_every_refusal_has_words():
    assert set(FILE_REFUSALS) == set(REFUSALS)


def test_there_are_enough_of_both():
    assert len(hostile.FILES) >= 80
    assert len(odd.FILES) >= 60


def test_no_file_and_no_other_machine_is_asked(monkeypatch):
    def asked(*_what, **_how):
        raise AssertionError("asked")

    monkeypatch.setattr("builtins.open", asked)
    monkeypatch.setattr("socket.socket", asked)
    for name in ("entity of a file", "entity of another machine", "document type elsewhere"):
        make, key = hostile.FILES[name]
        with pytest.raises(FileRefusal) as refused:
            read(make())
        assert refused.value.key == key


def test_cells_keep_their_kind_and_value():
    data = files.book(
        files.sheet(
            row(
                1, words("A1", "文"), cell("B1", 0.5, style=0), cell("C1", 46203, style=1), cell("D1", 1, "b")
            ),
            row(2, cell("A2", "#REF!", "e"), cell("B2", None, formula="A1"), cell("C2", "8.5", style=2)),
        ),
        style=styles(9, 31, '0!.0,"万"'),
    )
    found = read(data).sheets[0].cells
    assert [(each.kind, each.value) for each in found.values()] == [
        ("text", "文"),
        ("percent", Decimal("0.5")),
        ("day", datetime(2026, 6, 30)),
        ("boolean", True),
        ("error", "#REF!"),
        ("formula", "=A1"),
        ("number", Decimal("8.5")),
    ]
    assert [each.address for each in found.values() if each.is_scaled] == ["C2"]


def test_sheets_tell_what_is_merged_and_hidden():
    data = files.book(
        files.sheet(
            row(1, words("A1", "领域"), words("B1", "任务")),
            row(2, words("A2", "产业"), more=' hidden="1"'),
            before='<cols><col min="2" max="3" hidden="1"/></cols>',
            after='<mergeCells><mergeCell ref="A2:A4"/></mergeCells>',
        ),
        files.sheet(),
        names=["分解表", "说明"],
        states=["visible", "veryHidden"],
    )
    first, second = read(data).sheets
    assert (first.name, first.is_hidden, first.hidden_rows, first.hidden_columns) == (
        "分解表",
        False,
        [2],
        [2, 3],
    )
    assert first.merged == [((2, 1), (4, 1))]
    assert (second.name, second.is_hidden, second.cells) == ("说明", True, {})
    assert (first.height, first.width) == (2, 2)


def test_a_file_that_only_costs_time_is_given_up():
    data = files.book(files.sheet('<row><c s="1"/></row>' * 100_000))
    with pytest.raises(FileRefusal) as refused:
        read(data, Limits(seconds=0.01))
    assert refused.value.key == "file_takes_long"


@settings(max_examples=150)
@given(st.data())
def test_a_file_with_bytes_overwritten_is_read_or_refused(given_data):
    data = bytearray(hostile.GOOD)
    places = given_data.draw(st.lists(st.integers(0, len(data) - 1), min_size=1, max_size=8))
    for place in places:
        data[place] = given_data.draw(st.integers(0, 255))
    assert isinstance(outcome(bytes(data)), sheet.Book | FileRefusal)


@given(st.text(max_size=40))
def test_any_code_is_a_format(code):
    assert isinstance(formats.custom(code), formats.Format)
