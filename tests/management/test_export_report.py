"""export_report: the same form from a terminal, whole or not at all."""

import tempfile
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from targets.models import OrgUnit
from targets.workbooks import book
from tests.factories import at, file_entry, make_list, make_plan, make_target, make_unit
from tests.workbooks.reading import sheet_of, values

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """Three targets: two of 经发办, of which one has a figure for June, one of its 招商组."""
    plan = make_plan(title="重点目标任务")
    office = make_unit("经济发展办公室", short_name="经发办", parent=plan.jurisdiction)
    file_entry(make_target(plan, lead_unit=office), 6, "265.2", date(2025, 7, 1))
    make_target(plan, lead_unit=office, measure="stock", title="规上企业")
    make_target(plan, lead_unit=make_unit("招商组", parent=office), title="招商引资")
    make_target(plan, lead_unit=make_unit("综治办", parent=plan.jurisdiction), title="综治")
    return plan


def export(path, *options, code="P25"):
    """What it printed, and what it warned of."""
    out, err = StringIO(), StringIO()
    call_command("export_report", "--plan", code, "--output", str(path), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def numbers(path):
    return [line["序号"] for line in values(sheet_of(path.read_bytes()))]


def test_a_period_is_written_to_the_file_named(plan, tmp_path):
    path = tmp_path / "表.xlsx"
    out, err = export(path, "--period", "6")
    assert (str(path) in out, "4" in out, err) == (True, True, "")
    lines = values(sheet_of(path.read_bytes()))
    assert [(line["序号"], line["累计完成"], line["完成率（%）"]) for line in lines] == [
        (1, 265.2, 51), (2, None, None), (3, None, None), (4, None, None),
    ]  # fmt: skip


def test_a_folder_gets_the_name_offices_give(plan, tmp_path):
    export(tmp_path, "--period", "6")
    assert [path.name for path in tmp_path.iterdir()] == ["外海街道2025年上半年重点工作进展情况表.xlsx"]


def test_a_day_and_what_was_known_are_asked_for_as_everywhere(plan, tmp_path):
    path = tmp_path / "a.xlsx"
    export(path, "--as-of", "2025-07-16", "--known-at", "2025-06-30")
    assert values(sheet_of(path.read_bytes()))[0]["累计完成"] is None


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("经发办", [1, 2, 3]), ("经济发展办公室", [1, 2, 3]), ("招商组", [3]), ("外海街道", [1, 2, 3, 4])],
)
def test_a_unit_has_what_it_and_those_below_it_lead(plan, tmp_path, unit, expected):
    path = tmp_path / "a.xlsx"
    export(path, "--period", "6", "--unit", unit)
    assert numbers(path) == expected


def test_a_unit_of_another_jurisdiction_with_the_same_name_is_not_meant(plan, tmp_path):
    other = make_unit("礼乐街道", parent=None)
    OrgUnit(name="综治办", parent=other).save(at=at(date(2025, 1, 1)))
    path = tmp_path / "a.xlsx"
    export(path, "--period", "6", "--unit", "综治办")
    assert numbers(path) == [4]


def test_a_unit_that_leads_nothing_gives_the_headings_only(plan, tmp_path):
    make_unit("党政办", parent=plan.jurisdiction)
    path = tmp_path / "a.xlsx"
    out, _err = export(path, "--period", "6", "--unit", "党政办")
    assert (numbers(path), "0" in out) == ([], True)


@pytest.mark.parametrize("sheets", [["进展情况表"], ["进展情况表,进展情况表"], ["进展情况表", "进展情况表"]])
def test_a_sheet_asked_for_by_name_is_written_once(plan, tmp_path, sheets):
    path = tmp_path / "a.xlsx"
    export(path, "--period", "6", "--sheets", *sheets)
    assert numbers(path) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--period", "13"], "13"),
        (["--period", "6", "--as-of", "2025-06-30"], "--as-of"),
        (["--as-of", "25.6.30"], "25.6.30"),
        (["--known-at", "昨天"], "--known-at"),
        (["--edition", "pdf"], "data"),
        (["--sheets", "周报"], "进展情况表"),
        (["--unit", "无此单位"], "无此单位"),
    ],
)
def test_what_cannot_be_given_is_refused_in_words_and_writes_nothing(plan, tmp_path, options, words):
    with pytest.raises(CommandError, match=words):
        export(tmp_path / "a.xlsx", *options)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_plan_is_refused_and_the_known_ones_named(plan, tmp_path):
    with pytest.raises(CommandError, match="P25"):
        export(tmp_path / "a.xlsx", code="P99")


def test_two_units_of_one_name_have_to_be_told_apart(plan, tmp_path):
    for name in ("甲站", "乙站"):
        make_unit(name, short_name="站", parent=plan.jurisdiction)
    with pytest.raises(CommandError, match="站"):
        export(tmp_path / "a.xlsx", "--unit", "站")


def test_a_folder_that_is_not_there_is_refused(plan, tmp_path):
    with pytest.raises(CommandError, match=r"a\.xlsx"):
        export(tmp_path / "没有" / "a.xlsx")


def test_a_file_stays_as_it_was_when_writing_fails(plan, tmp_path, monkeypatch):
    path = tmp_path / "out" / "a.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"last month")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    # The disk fills up while the workbook is being written.
    monkeypatch.setattr(book.Workbook, "save", _no_space)
    with pytest.raises(CommandError, match="No space left"):
        export(path)
    assert path.read_bytes() == b"last month"
    assert [*tmp_path.rglob("*.*")] == [path]


def _no_space(workbook, file):
    file.write(b"half")
    raise OSError(28, "No space left on device")


def test_characters_no_workbook_can_hold_are_told(plan, tmp_path):
    # Past the validation, as another program might have written it.
    plan.targets.filter(number=1).update(title="甲\x0b乙")
    _out, err = export(tmp_path / "a.xlsx")
    assert err.strip().endswith("1")


def test_only_what_stands_on_a_list(plan, tmp_path):
    first, _second, third, _fourth = plan.targets.order_by("number")
    make_list(plan, "民生实事", (third, "1"), (first, "2"))
    make_list(plan, "重点项目", (first, "1"))
    path = tmp_path / "a.xlsx"
    export(path, "--list", "民生实事", "--unit", "经发办")
    assert numbers(path) == [1, 3]
    export(path, "--list", "民生实事", "--sheets", "清单完成情况")
    lines = values(sheet_of(path.read_bytes(), "清单完成情况"))
    assert [line["件"] for line in lines] == ["1", "2", "合计"]
    with pytest.raises(CommandError, match="没有清单“十件实事”。现有：民生实事、重点项目"):
        export(path, "--list", "十件实事")
