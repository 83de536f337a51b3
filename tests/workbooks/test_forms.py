"""The forms beside the long table: the same rows and the same sums as everywhere."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from targets.models import Plan
from targets.register.overview import Overview
from targets.register.register import Register
from targets.reporting import MISSING
from targets.seed import demonstration
from targets.workbooks import SHEETS, write_workbook
from tests.factories import author, correct_entry, file_entry, make_plan, make_target, make_unit
from tests.seed.database import rolled_back
from tests.workbooks.reading import sheet_of, values

pytestmark = pytest.mark.django_db

LIGHTS = ("已完成", "当前达标", "绿灯", "黄灯", "红灯", "逾期", "到期未完成", "不亮灯")
SUMMARIES = {"按责任单位汇总": "责任单位", "按责任领导汇总": "责任领导", "按领域汇总": "领域"}
JULY = date(2025, 7, 16)


@pytest.fixture(scope="module")
def month(django_db_setup, django_db_blocker):
    """The demonstration's October with every sheet of the data edition; tests only read it."""
    with rolled_back(django_db_blocker):
        demonstration.load(date(2025, 11, 21))
        register = Register.at(Plan.objects.get(code="DEMO"), period=10, today=date(2025, 11, 21))
        file = BytesIO()
        write_workbook(file, register, register.stream(), sheets=[*SHEETS])
        yield register, file.getvalue()


def table(plan, name, **scope):
    register = Register.at(plan, today=JULY, **(scope or {"period": 6}))
    file = BytesIO()
    write_workbook(file, register, register.stream(), sheets=[name])
    return values(sheet_of(file.getvalue(), name))


# --- the same everywhere ----------------------------------------------------------------------


def test_every_form_of_rows_agrees_with_the_register_row_by_row(month):
    register, data = month
    rows = {row.target.number: row for row in register.rows()}
    long = {line["序号"]: line for line in values(sheet_of(data))}
    assert list(long) == list(rows)
    for number, row in rows.items():
        assert (long[number]["亮灯"], long[number]["目标任务"]) == (row.status_label, row.target.title)
        told = long[number]["累计完成"]
        assert (None if told in (None, "—") else Decimal(str(told))) == row.value
    for name in ("进展情况表（简）", "任务分解表"):
        lines = values(sheet_of(data, name))
        assert [line["序号"] for line in lines] == list(rows), name
        for line in lines:
            shared = line.keys() & long[line["序号"]].keys()
            assert {h: line[h] for h in shared} == {h: long[line["序号"]][h] for h in shared}, name


def test_each_unit_has_its_report_and_together_they_have_every_row(month):
    register, data = month
    book = load_workbook(BytesIO(data))
    found = {name: values(book[name]) for name in book.sheetnames if name.startswith("月报")}
    assert len(found) == len({row.lead_unit.pk for row in register.rows()})
    for name, lines in found.items():
        assert {f"月报 {line['牵头单位']}" for line in lines} == {name}
    listed = sorted(line["序号"] for lines in found.values() for line in lines)
    assert listed == [row.target.number for row in register.rows()]


@pytest.mark.parametrize("name", SUMMARIES)
def test_sums_add_up_and_are_those_of_the_overview(month, name):
    register, data = month
    *lines, total = values(sheet_of(data, name))
    overview = Overview(register)
    assert (total["序号"], total[SUMMARIES[name]]) == (None, "合计")
    for line in (*lines, total):
        assert line["任务数"] == sum(line[light] for light in LIGHTS)
    counted = (*LIGHTS, "任务数", "其中力争类", "沿用上期", "本期未报")
    assert {h: sum(line[h] for line in lines) for h in counted} == {h: total[h] for h in counted}
    assert (total["任务数"], total["沿用上期"]) == (overview.total.tasks.number, overview.total.carried)
    assert total["达序时率（%）"] == float(overview.total.rate)
    assert total["本期未报"] == sum(row.reporting in MISSING for row in overview.rows)
    groups = {"按责任单位汇总": overview.by_unit, "按责任领导汇总": overview.by_leader}
    expected = groups.get(name, overview.by_domain)
    assert [line[SUMMARIES[name]] for line in lines] == [group.name for group in expected]


@pytest.mark.parametrize("name", SUMMARIES)
def test_no_percentage_under_five_rows(month, name):
    for line in values(sheet_of(month[1], name)):
        assert (line["完成率（%）"] == "—") == (line["任务数"] < 5)
        assert line["任务数"] >= 5 or line["达序时率（%）"] == "—"


def test_who_has_not_reported_is_not_printed(month):
    register, _data = month
    file = BytesIO()
    write_workbook(file, register, register.stream(), edition="print", sheets=list(SUMMARIES))
    for sheet in load_workbook(file):
        assert "本期未报" not in [cell.value for cell in sheet[4]]


def test_what_is_behind_is_the_overviews_list_in_its_order(month):
    register, data = month
    expected = Overview(register).attention
    lines = values(sheet_of(data, "滞后事项清单"))
    assert [line["目标任务"] for line in lines] == [row.target.title for row in expected]
    assert [line["序号"] for line in lines] == list(range(1, len(expected) + 1))


def test_indicators_are_the_overviews(month):
    register, data = month
    expected = Overview(register).indicators
    lines = values(sheet_of(data, "主要经济指标"))
    titles = [each.row.target.title for each in expected]
    assert all(line["指标"].startswith(title) for line, title in zip(lines, titles, strict=True))
    assert lines[0]["指标"] == "全年工业总产值（1—5月）"  # in a column of 1—10月累计
    assert [line["全市位次"] for line in lines] == [
        f"第{each.place}位" if each.place else None for each in expected
    ]
    assert "1—10月累计" in lines[0]


# --- single forms -----------------------------------------------------------------------------


def test_the_list_of_what_is_behind_says_what_is_missing_and_was_done():
    plan = make_plan()
    target = make_target(plan)
    file_entry(target, 5, "90", date(2025, 6, 3), next_steps="走访企业")
    words = {"issues": "订单不足", "next_steps": "开拓市场", "support_needed": "请协调用电"}
    file_entry(target, 6, "100", date(2025, 7, 3), catch_up_on=date(2025, 9, 30), **words)
    (line,) = table(plan, "滞后事项清单")
    assert (line["尚差"], line["亮灯"], line["上月措施"]) == ("420亿元", "红灯", "走访企业")
    assert (line["存在问题"], line["下一步措施"], line["需协调事项"]) == tuple(words.values())
    assert line["预计赶上序时时间"].date() == date(2025, 9, 30)


def test_a_correction_is_listed_with_what_it_was_and_is_known_from_its_day():
    plan = make_plan()
    entry = file_entry(make_target(plan), 5, "200", date(2025, 6, 3))
    correct_entry(entry, date(2025, 7, 10), reason="重复统计", value=Decimal(190))
    (line,) = table(plan, "修订记录", as_of=JULY)
    assert (line["原数"], line["现数"], line["修订原因"]) == (200, 190, "重复统计")
    assert (line["数据所属期"], line["批准日期"].date()) == ("2025年5月", date(2025, 7, 10))
    assert table(plan, "修订记录", as_of=JULY, known_at=date(2025, 7, 9)) == []


def test_the_notes_say_period_deadlines_rule_and_definitions():
    plan = make_plan()
    make_target(plan, definition="辖区全部工业企业")
    told = {line["项目"]: line["说明"] for line in table(plan, "填报说明")}
    assert told["数据所属期"] == "2025年1—6月"
    assert told["亮灯规则"].startswith("默认（10个百分点）第1版：")
    assert "文字进展2025年7月" in told["报送截止"]
    assert told["指标口径"].endswith("：辖区全部工业企业")


@pytest.mark.parametrize("edition", ["data", "print"])
def test_no_sheet_tells_of_rows_that_are_not_seen(edition):
    plan = make_plan(is_open=False)
    file_entry(make_target(plan, title="本单位"), 6, "100", date(2025, 7, 3))
    secret = make_target(plan, title="机密", lead_unit=make_unit("农业办"), definition="机密口径")
    correct_entry(file_entry(secret, 6, "100", date(2025, 7, 3)), date(2025, 7, 10), value=Decimal(90))
    register, file = Register.at(plan, as_of=JULY, viewer=author(), today=JULY), BytesIO()
    write_workbook(file, register, register.stream(), edition=edition, sheets=[*SHEETS])
    told = [str(v) for sheet in load_workbook(file) for row in sheet.values for v in row if v is not None]
    assert not [value for value in told if "机密" in value or "农业办" in value]
    assert "本单位" in told


def test_sheets_of_units_have_names_every_program_takes():
    plan = make_plan()
    for name in ("A/B?", "长" * 40, "长" * 41, "招商组"):
        make_target(plan, lead_unit=make_unit(name))
    register = Register.at(plan, period=6, today=JULY)
    file = BytesIO()
    write_workbook(file, register, register.stream(), sheets=["月报"])
    names = load_workbook(file).sheetnames
    assert names == ["月报 AB", f"月报 {'长' * 28}", f"月报 {'长' * 24}（2）", "月报 招商组"]
    assert all(len(name) <= 31 and not set(name) & set("\\*?:/[]") for name in names)


@pytest.mark.parametrize("edition", ["data", "print"])
def test_a_plan_without_rows_gives_headings_and_sums_of_nothing(edition):
    register, file = Register.at(make_plan(), period=6, today=JULY), BytesIO()
    write_workbook(file, register, register.stream(), edition=edition, sheets=[*SHEETS])
    book = load_workbook(file)
    assert book.sheetnames == [name for name in SHEETS if name != "月报"]
    if edition == "data":
        (total,) = values(book["按责任单位汇总"])
        assert (total["任务数"], total["达序时率（%）"], total["完成率（%）"]) == (0, "—", "—")
        assert values(book["滞后事项清单"]) == []


@pytest.mark.parametrize("edition", ["data", "print"])
def test_queries_do_not_grow_with_rows(edition):
    plan, counts = make_plan(), []
    for _round in range(2):
        for _ in range(3):
            entry = file_entry(make_target(plan), 6, "100", date(2025, 7, 3), narrative="慢")
            correct_entry(entry, date(2025, 7, 10), value=Decimal(90))
        register = Register.at(Plan.objects.get(pk=plan.pk), period=6, today=JULY)
        with CaptureQueriesContext(connection) as found:
            write_workbook(BytesIO(), register, register.stream(), edition=edition, sheets=[*SHEETS])
        counts.append(len(found))
    assert counts[0] == counts[1]
