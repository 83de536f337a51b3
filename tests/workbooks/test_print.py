"""The print edition: it says in its cells what it is, and is read on paper without colours."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from targets.models import Domain
from targets.register.register import Register
from targets.status import ATTENTION, ON_SCHEDULE, Status
from targets.workbooks import SHEETS, write_workbook
from targets.workbooks.looks import SHAPES
from targets.workbooks.sheets import A3
from tests.factories import file_entry, make_node, make_plan, make_target
from tests.models.revisions import change
from tests.workbooks.test_progress import HEADINGS

DAY = date(2025, 7, 16)
TOP = 4  # the row of the headings


def printed(plan, name="进展情况表", *, edition="print", **scope):
    register = Register.at(plan, today=DAY, **(scope or {"period": 6}))
    file = BytesIO()
    write_workbook(file, register, register.stream(), edition=edition, sheets=[name])
    return load_workbook(file)[name]


def cells(sheet, heading):
    (column,) = (cell.column for cell in sheet[TOP] if cell.value == heading)
    last = next(row for row in range(TOP + 1, sheet.max_row + 1) if is_below(sheet.cell(row, 1).value))
    return [sheet.cell(row, column) for row in range(TOP + 1, last)]


def is_below(value):
    return isinstance(value, str) and value.startswith(("合计：", "单位负责人："))


def said(sheet, number):
    return [cell.value for cell in sheet[number] if cell.value]


@pytest.mark.django_db
def test_a_sheet_says_in_its_cells_what_it_is_and_who_signs():
    plan = make_plan(is_invented=True)
    make_target(plan)
    sheet = printed(plan)
    assert [said(sheet, number) for number in (1, 2, 3)] == [
        ["外海街道2025年重点目标任务进展情况表"],
        ["（上半年）　演示数据，纯属虚构"],
        ["填报单位：外海街道（盖章）", "数据所属期：2025年1—6月", "填报日期：2025年7月16日"],
    ]
    assert said(sheet, TOP) == HEADINGS
    assert said(sheet, sheet.max_row) == ["单位负责人：", "审核人：", "填表人：", "联系电话："]
    assert (sheet.print_title_rows, sheet.freeze_panes, sheet.auto_filter.ref) == ("$4:$4", "D5", None)
    assert sheet.oddFooter.right.text == "第 &P 页，共 &N 页"
    assert sheet.oddHeader.center.text is None


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["进展情况表", "进展情况表（简）", "月报"])
def test_the_lights_are_counted_below_and_what_is_cancelled_stands_apart(name):
    plan = make_plan()
    for value in ("265.2", "100", "100", None):
        target = make_target(plan)
        if value:
            file_entry(target, 6, value, date(2025, 7, 1))
    change(make_target(plan), "cancel", {})
    sheet = printed(plan, name, as_of=DAY)
    assert said(sheet, sheet.max_row - 1) == [
        "合计：5项，需关注2项（红灯2），正常1项（绿灯1），不亮灯1项（尚无数据1），已撤销1项"
    ]


@pytest.mark.django_db
def test_a_table_of_a_day_says_the_day_and_what_was_known():
    plan = make_plan()
    make_target(plan)
    sheet = printed(plan, as_of=date(2025, 6, 16), known_at=date(2025, 6, 20))
    assert said(sheet, 2) == ["（截至2025年6月16日）"]
    assert said(sheet, 3)[1] == "数据所属期：截至2025年6月16日，按2025年6月20日所知"


@pytest.mark.django_db
def test_neighbours_of_one_domain_are_one_cell():
    plan = make_plan()
    domains = [Domain(plan=plan, name=name, order=order) for order, name in enumerate(("产业", "民生"))]
    for domain in domains:
        domain.save()
    for domain in (domains[0], domains[0], domains[1], None, None):
        make_target(plan, domain=domain)
    sheet = printed(plan)
    assert [cell.value for cell in cells(sheet, "领域")] == ["产业", None, "民生", None, None]
    assert [str(area) for area in sheet.merged_cells if str(area).startswith("B")] == ["B5:B6"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["进展情况表", "进展情况表（简）"])
def test_a_light_is_its_shape_and_word_in_black_and_keeps_its_value(name):
    plan = make_plan()
    file_entry(make_target(plan), 6, "265.2", date(2025, 7, 1))
    file_entry(make_target(plan), 5, "100", date(2025, 6, 1))  # carried over
    make_target(plan)
    found = cells(printed(plan, name), "亮灯")
    assert [(cell.value, cell.number_format) for cell in found] == [
        ("绿灯", '"●"@'), ("红灯", '"□"@'), ("尚无数据", "General"),
    ]  # fmt: skip
    assert {cell.fill.fill_type for cell in found} == {None}
    assert {cell.font.color.rgb for cell in found} == {"FF000000"}


def test_what_is_behind_has_other_shapes_than_what_is_not():
    behind = {SHAPES[status] for status in ATTENTION}
    assert behind.isdisjoint({SHAPES[status] for status in ON_SCHEDULE})
    assert SHAPES[Status.RED] != SHAPES[Status.AMBER]


@pytest.mark.django_db
def test_the_longest_text_is_not_cut_by_the_height_of_its_row():
    plan = make_plan()
    file_entry(make_target(plan), 6, "265.2", date(2025, 7, 1), narrative="进" * 2000)
    make_target(plan)
    sheet = printed(plan)
    column = SHEETS["进展情况表"].columns[12]
    per_line = int((column.width - 0.6) * 0.6)
    (area,) = (area for area in sheet.merged_cells if str(area).startswith("M5:"))
    height = sum(sheet.row_dimensions[row].height for row in range(area.min_row, area.max_row + 1))
    assert height >= 2000 / per_line * 14
    assert all(d.height <= 409.5 for d in sheet.row_dimensions.values())
    assert sheet.cell(area.max_row + 1, 1).value == 2
    assert sheet["M5"].value == "进" * 2000


@pytest.mark.django_db
def test_a_deadline_stands_in_the_words_of_the_document():
    plan = make_plan()
    make_target(plan, due_on=date(2025, 11, 30), due_text="11月底前")
    make_target(plan, due_on=date(2025, 12, 31))
    first, second = cells(printed(plan), "完成时限")
    assert (first.value, second.is_date) == ("11月底前", True)
    assert printed(plan, edition="data").cell(2, 19).is_date


@pytest.mark.django_db
def test_the_short_table_names_the_unit_behind_the_goal():
    plan = make_plan()
    make_target(plan)
    (goal,) = cells(printed(plan, "进展情况表（简）"), "年度目标")
    assert (goal.value, goal.number_format) == (520, '0.00"亿元"')
    (goal,) = cells(printed(plan), "年度目标")
    assert goal.number_format == "0.00"


@pytest.mark.django_db
def test_typed_text_is_never_run_in_print():
    plan = make_plan()
    target = make_target(plan, title='=HYPERLINK("http://x.example")')
    file_entry(target, 6, "265.2", date(2025, 7, 1), narrative="=1+1", issues="+1", next_steps="@x")
    for name in SHEETS:
        if name not in ("按责任单位汇总", "按责任领导汇总", "按领域汇总"):
            sheet = printed(plan, name)
            assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"], name


def test_every_sheet_fits_its_paper_at_no_less_than_nine_points():
    # A digit of 宋体 11 is 8 pixels wide; the paper less its margins, in points.
    room = {A3: 1147, "9": 798}
    for sheet in SHEETS.values():
        width = sum(column.width for column in sheet.columns if column.key not in sheet.data_only) * 8 * 0.75
        assert 10 * min(1, room[sheet.paper] / width) >= 9, sheet.name
        assert all(column.width >= 4 for column in sheet.columns), sheet.name


@pytest.mark.django_db
def test_a_node_that_is_late_stands_in_the_list_of_what_is_behind():
    plan = make_plan()
    nodes = make_target(plan, title="园区建设", measure="milestone")
    make_node(nodes, date(2025, 5, 31))
    make_node(nodes, date(2025, 12, 31))
    (short,) = cells(printed(plan, "滞后事项清单"), "尚差")
    assert short.value.endswith("（应于2025年5月31日前完成）")
