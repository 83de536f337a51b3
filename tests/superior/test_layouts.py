"""Which of several cells that look alike is filled in; what is not certain is asked about."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from targets.forms.superior.mapping import _key
from targets.models import KeptFile
from targets.reading.sheet import FileRefusal, read
from targets.reading.sheet.cells import place_of
from targets.workbooks.superior import file_name, fill
from tests.factories import coordinator, file_entry
from tests.superior.forms import book, saved
from tests.superior.layouts import HEADS, INVESTED, OURS, OUTPUT
from tests.superior.world import JULY, mapped, mapping

pytestmark = pytest.mark.django_db


def table(rows):
    return book({"报表": rows})


def filled(stored, month=6):
    return fill(stored, stored.plan.periods.get(number=month), viewer=coordinator(), today=JULY)


def said(content, *addresses):
    sheet = read(content).sheets[0]
    return [
        sheet.cells[place_of(each)].value if place_of(each) in sheet.cells else None for each in addresses
    ]


def test_columns_of_earlier_months_hold_theirs_and_those_of_later_ones_nothing(plan):
    for month, value in ((3, "130"), (4, "170"), (5, "220")):
        file_entry(plan.targets.get(number=1), month, value, JULY)
    months = tuple(f"1-{month}月累计完成" for month in range(3, 8))
    stored = mapped(plan, table([(*HEADS, *months), (*OURS[0], None, 168.8)]))
    told = filled(stored)
    assert said(told.content, "D2", "E2", "F2", "G2", "H2") == [
        130,
        Decimal("168.8"),
        220,
        Decimal("265.2"),
        None,
    ]
    assert {(each.column.place, each.why) for each in told.left} == {
        (5, "该列为以前月份，已有内容，不覆盖"),
        (8, "该列为以后月份，留空"),
    }
    assert said(filled(stored, 5).content, "F2", "G2") == [220, None]


def test_what_several_columns_seem_to_hold_is_asked_about(plan):
    rows = [(*HEADS, "区级口径累计完成", "镇级口径累计完成", "完成率"), *OURS]
    unlooked = mapping(plan, table(rows), checked="")
    assert [line.state for line in unlooked.column_lines] == ["sure"] * 3 + ["doubt"] * 2 + ["sure"]
    assert unlooked.errors == {"checked": ["请核对标出的内容，然后勾选此项。"]}
    town = next(name for name, field in unlooked.fields.items() if field.label == rows[0][4])
    stored = mapped(plan, table(rows), **{town: "value"})
    assert said(filled(stored).content, "D2", "E2") == [None, Decimal("265.2")]
    again = mapping(plan, table(rows), stored)
    assert not again.has_doubts


def test_of_two_tables_side_by_side_the_first_names_the_rows(plan):
    heads = (*HEADS, "累计完成")
    form = mapping(plan, table([heads * 2, (*OURS[0], None, 3, "新增规上工业企业", "家")]), checked="")
    assert [row.title for row in form.rows] == [OUTPUT]
    assert [line.state for line in form.column_lines if line.about.leaf == "累计完成"] == ["doubt"] * 2
    assert "checked" in form.errors


def test_a_month_beside_the_running_total_is_known_by_its_own_name(plan):
    form = mapping(plan, table([(*HEADS, "6月完成额", "1—6月完成额"), *OURS]))
    assert [column.label for column in form.layout.columns[3:]] == ["本月完成额", "本期完成额"]
    assert [column.guess for column in form.layout.columns[3:]] == ["", "value"]


def test_rows_that_nothing_tells_apart_are_asked_about(plan):
    rows = [(*HEADS, "责任科室", "累计完成"), (*OURS[0], "甲"), ("", "", "", "乙"), OURS[1]]
    form = mapping(plan, table(rows), checked="")
    assert [(row.place, row.is_doubtful) for row in form.rows] == [(2, True), (4, False)]
    assert "checked" in form.errors


def test_a_form_with_towns_for_rows_is_refused_in_a_sentence(plan):
    rows = [
        ("序号", "镇街", f"{OUTPUT}累计完成", f"{INVESTED}累计完成"),
        (1, "云溪镇"),
        (2, "外海街道"),
        (3, "柳塘镇"),
    ]
    (told,) = mapping(plan, table(rows)).errors["__all__"]
    assert "每行是一个镇街" in told


def test_rows_of_one_name_are_found_again_by_their_section(plan):
    heads, *industry = (*HEADS, "累计完成"), ("一、工业",), (1, OUTPUT, "亿元")
    investment = ("二、投资",), (1, OUTPUT, "亿元"), (2, INVESTED, "亿元")
    before = table([heads, *industry, *investment])
    _first, second, _third = mapping(plan, before).rows
    stored = mapped(plan, before, **{_key(second): ""})
    told = mapping(plan, table([heads, *investment, *industry]), stored)
    assert [bool(told[_key(row)].value()) for row in told.rows] == [False, True, True]


def sheets(*names):
    return book({name: [(*HEADS, "累计完成"), *OURS] for name in names})


def test_of_sheets_alike_that_of_our_town_is_proposed_and_asked_about(plan):
    form = mapping(plan, sheets("云溪镇", "外海街道"), checked="")
    assert (form.layout.sheet.name, form.is_sheet_doubtful) == ("外海街道", True)
    assert "checked" in form.errors
    mapped(plan, sheets("云溪镇", "外海街道"))
    assert mapping(plan, sheets("云溪镇", "外海街道")).layout.sheet.name == "外海街道"


def test_sheets_of_one_file_are_mapped_one_by_one_and_filled_together(plan):
    rows = [(*HEADS, "累计完成"), *OURS]
    content = book({"产值": rows, "投资": [rows[0], rows[2]], "说明": [["请按月报送"]]})
    first = mapped(plan, content)
    form = mapping(plan, content, name="区表 投资")
    assert (first.sheet, form.layout.sheet.name, form["name"].value()) == ("产值", "投资", "区表 投资")
    second = mapped(plan, content, name="区表 投资")
    told = filled(first)
    assert (told.count, told.others) == (2, ["区表 投资"])
    assert told.content == filled(second).content
    sheets = {sheet.name: sheet.cells for sheet in read(told.content).sheets}
    assert (sheets["产值"][2, 4].value, sheets["投资"][2, 4].value) == (Decimal("265.2"), Decimal("5.2"))
    mapped(plan, table(rows), name="别的文件")
    assert filled(first).others == ["区表 投资"]


def test_a_sheet_more_is_asked_about_and_one_renamed_is_not(plan):
    stored = mapped(plan, sheets("6月"))
    assert mapping(plan, sheets("7月"), stored).as_before()["sheet"] == "7月"
    assert mapping(plan, sheets("6月", "7月"), stored).as_before() is None
    stored.file = KeptFile.keep(sheets("6月", "7月"), "区表.xlsx", by=coordinator())
    assert mapping(plan, sheets("6月", "7月"), stored).as_before() is not None


def test_a_cell_that_takes_listed_words_takes_no_other(plan):
    made = Workbook()
    page = made.active
    for row in [(*HEADS, "累计完成", "亮灯", "预警等级"), *OURS]:
        page.append(list(row))
    for words, cells in (("正常推进,滞后", "E1:E2 E3"), ("绿灯, 黄灯,红灯", "F2:F3")):
        rule = DataValidation(type="list", formula1=f'"{words}"')
        for each in cells.split():
            rule.add(each)
        page.add_data_validation(rule)
    stored = mapped(plan, saved(made), **{f"column-{key}": "status" for key in columns_of(plan, saved(made))})
    told = filled(stored)
    assert {(each.row.place, each.column.place, each.why) for each in told.left} == {
        (2, 5, "单元格限定只能填：正常推进、滞后"),
        (3, 5, "单元格限定只能填：正常推进、滞后"),
    }
    assert said(told.content, "F2", "F3") == ["绿灯", "绿灯"]


def columns_of(plan, content):
    fields = [name for name in mapping(plan, content).fields if name.startswith("column-")]
    return [name.removeprefix("column-") for name in fields[-2:]]


def test_a_file_leaves_with_the_ending_it_came_with(plan):
    stored = mapped(plan, table([(*HEADS, "累计完成"), *OURS]))
    june = plan.periods.get(number=6)
    assert file_name(stored, june) == "区表（2025年6月）.xlsx"
    stored.file.name = "区表.xlsm"
    assert file_name(stored, june) == "区表（2025年6月）.xlsm"


def test_a_workbook_in_which_nothing_stands_is_refused_as_empty(plan):
    with pytest.raises(FileRefusal) as refused:
        mapping(plan, table([]))
    assert refused.value.key == "file_is_empty"


def test_a_form_of_another_month_or_year_is_told(plan):
    rows = [["2024年工作情况表"], (*HEADS, "1—6月累计"), *OURS]
    stored = mapped(plan, table(rows))
    assert filled(stored).names_other == ["2024年工作情况表"]
    assert filled(stored, 5).names_other == ["2024年工作情况表", "1—6月累计"]
    assert filled(mapped(plan, table(rows[1:]), "二")).names_other == []


def test_a_form_that_is_read_otherwise_than_it_was_kept_is_not_filled(plan):
    stored = mapped(plan, table([(*HEADS, "1—6月累计"), *OURS]))
    stored.refresh_from_db()
    stored.columns[3][1] = "N累计"
    with pytest.raises(ValidationError, match="重新保存"):
        filled(stored)
