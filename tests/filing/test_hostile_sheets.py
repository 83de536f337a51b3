"""What comes in at this door: hostile files are refused, odd cells are named or read as they are meant."""

import time
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from targets.filing.returned import ReturnedSheet
from targets.models import KeptFile, ProgressEntry
from tests.factories import make_plan, make_target
from tests.files import book, cell, hostile, odd, row, sheet, styles, words
from tests.filing.sheets import read

pytestmark = pytest.mark.django_db
MOST_SECONDS = 4.5
HEADINGS = (
    "序号", "目标任务", "本期累计（节点填完成日期）", "填报情况", "进展情况", "存在问题", "下一步措施",
    "需协调事项", "预计赶上序时时间", "初步数",
)  # fmt: skip
SAID = (words("F2", "新上两条生产线"), words("G2", "用工"), words("H2", "招工"))
UNTOUCHED = "e3b0c44298fc"


@pytest.mark.parametrize("make", [make for make, _key in hostile.FILES.values()], ids=hostile.FILES)
def test_a_hostile_file_is_refused_in_time_and_leaves_nothing(make):
    data = make()
    began = time.thread_time()
    with pytest.raises(ValidationError) as refused:
        ReturnedSheet.of(data)
    assert time.thread_time() - began < MOST_SECONDS
    assert len(refused.value.messages) == 1
    assert not KeptFile.objects.exists()


@pytest.mark.parametrize("make", [make for make, _texts in odd.FILES.values()], ids=odd.FILES)
def test_a_table_that_is_no_sheet_of_ours_is_refused(make):
    with pytest.raises(ValidationError):
        ReturnedSheet.of(make())


# --- one row by hand, as other programs write it ----------------------------------------------


def by_hand(*typed, style="", key="P25/6", code="P25-01", **more):
    """A sheet of one target whose cells C2 to J2 are these."""
    head = row(1, words("A1", f"TBB1/{key}"))
    named = row(
        2, words("A2", "#headings"), *(words(f"{chr(66 + n)}2", text) for n, text in enumerate(HEADINGS))
    )
    line = row(3, words("A3", f"{code}/0/{UNTOUCHED}/"), *(each.replace('2"', '3"', 1) for each in typed))
    return book(sheet(head, named, line), style=style, **more)


FIGURES = {
    "a number": (cell("D2", "265.2"), "", "265.2"),
    "a number with noise": (cell("D2", "265.19999999999999"), "", "265.2"),
    "a number as text": (words("D2", " ２６５．２ "), "", "265.2"),
    "thousands": (words("D2", "1,265.2"), "", "1265.2"),
    "a formula with its result": (cell("D2", "265.2", formula="200+65.2"), "", "265.2"),
    "a format that names the unit": (cell("D2", "265.2", style=0), styles('0.0"亿元"'), None),
    "a formula without one": (cell("D2", None, formula="200+65.2"), "", None),
    "an error": (cell("D2", "#N/A", "e"), "", None),
    "a day": (cell("D2", "45838", style=0), styles(14), None),
    "true": (cell("D2", "1", "b"), "", None),
    "a percent": (cell("D2", "0.5", style=0), styles(9), None),
    "far too large": (cell("D2", "1e400"), "", None),
    "too many digits": (cell("D2", "12345678901234567"), "", None),
    "not a number": (words("D2", "NaN"), "", None),
}


@pytest.mark.parametrize(("typed", "style", "value"), FIGURES.values(), ids=FIGURES)
def test_a_figure_is_read_as_meant_or_named(typed, style, value):
    make_target(make_plan())
    intake = read(by_hand(typed, *SAID, style=style))
    if value is None:
        assert [(fault.column, fault.row) for fault in intake.faults] == [("D", 3)]
    else:
        intake.write()
        assert ProgressEntry.objects.get().value == Decimal(value)


DAYS = {
    "a day": (cell("J2", "45838", style=0), styles(14), date(2025, 6, 30)),
    "a Chinese format": (cell("J2", "45838", style=0), styles(31), date(2025, 6, 30)),
    "text": (words("J2", "2025年6月30日"), "", date(2025, 6, 30)),
    "a serial number": (cell("J2", "45838"), "", None),
    "a month": (words("J2", "6月"), "", None),
}


@pytest.mark.parametrize(("typed", "style", "day"), DAYS.values(), ids=DAYS)
def test_a_day_is_read_as_meant_or_named(typed, style, day):
    make_target(make_plan())
    intake = read(by_hand(cell("D2", 265), *SAID, typed, style=style))
    if day is None:
        assert [(fault.column, fault.row) for fault in intake.faults] == [("J", 3)]
    else:
        intake.write()
        assert ProgressEntry.objects.get().catch_up_on == day


@pytest.mark.parametrize(
    "key", ["P25", "P25/", "P25/0", "P25/13", "P25/9999", "p25/6'", "NO/6", "../6", "P25/6/7"]
)
def test_a_forged_key_of_the_sheet_is_refused(key):
    make_target(make_plan())
    with pytest.raises(ValidationError):
        read(by_hand(cell("D2", 265), *SAID, key=key))


@pytest.mark.parametrize("code", ["P25-99", "", "P25-01'--", "一" * 30, "P25-01/0/x/9/9"])
def test_a_forged_key_of_a_row_is_named(code):
    make_target(make_plan())
    intake = read(by_hand(cell("D2", 265), *SAID, code=code))
    assert [fault.row for fault in intake.faults] == [3]


def test_a_formula_in_words_stays_text():
    make_target(make_plan())
    read(by_hand(cell("D2", 265), words("F2", '=HYPERLINK("http://x","y")'), *SAID[1:])).write()
    assert ProgressEntry.objects.get().narrative == '=HYPERLINK("http://x","y")'


def test_hidden_rows_and_a_hidden_sheet_are_read_all_the_same():
    make_target(make_plan())
    intake = read(by_hand(cell("D2", 265), *SAID, states=["veryHidden"]))
    assert [each.kind.name for each in intake.rows] == ["NEW"]
