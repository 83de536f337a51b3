"""Lists of targets: what is one item, which are begun and done, and where each number leads."""

from datetime import date
from decimal import Decimal as D
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from targets.models import Plan
from targets.register.overview import Overview
from targets.register.register import Register
from tests.factories import (
    coordinator,
    file_entry,
    make_list,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    sign,
)
from tests.workbooks.reading import values

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def reader(client):
    client.force_login(coordinator())
    return client


def done(plan, title="已完成", **fields):
    target = make_target(plan, title=title, **fields)
    file_entry(target, 6, "520", JULY)
    return target


def begun(plan, title="已开工", **fields):
    target = make_target(plan, title=title, **fields)
    file_entry(target, 6, "100", JULY)
    return target


def lists(**asked):
    return Overview(Register.at(Plan.objects.get(code="P25"), **asked)).lists


def counts(**asked):
    return [(each.name, each.total.number, each.begun.number, each.done.number) for each in lists(**asked)]


# --- items ------------------------------------------------------------------------------------


def test_an_item_of_several_targets_is_done_once_all_are_and_begun_once_any_is(plan):
    make_list(
        plan, "民生实事",
        (done(plan), "1"), (done(plan), "1"),
        (done(plan), "2"), (begun(plan), "2"),
        (begun(plan), "3"), (make_target(plan), "3"),
        (make_target(plan), "4"),
    )  # fmt: skip
    assert counts() == [("民生实事", 4, 3, 1)]


def test_targets_without_a_number_are_items_of_their_own(plan):
    make_list(plan, "重点项目", (done(plan), ""), (done(plan), ""), (make_target(plan), ""))
    assert counts() == [("重点项目", 3, 2, 2)]


def test_one_target_counts_on_every_list_that_names_it(plan):
    target = done(plan)
    make_list(plan, "民生实事", (target, "3"), order=2)
    make_list(plan, "政府工作报告", (target, "1"), (make_target(plan), "1"), order=1)
    make_list(plan, "没有任务的清单")
    assert counts() == [("政府工作报告", 1, 1, 0), ("民生实事", 1, 1, 1)]


def test_what_is_cancelled_is_in_no_item(plan):
    kept, gone, alone = done(plan), begun(plan), begun(plan)
    for target in (gone, alone):
        words = {"document_no": "外街〔2025〕8号", "reason": "不再实施"}
        sign(target.ask("cancel", by=coordinator(), effective_on=JULY, **words), date(2025, 7, 4))
    made = make_list(plan, "民生实事", (kept, "1"), (gone, "1"), (alone, "2"))
    assert counts() == [("民生实事", 1, 1, 1)]
    [found] = lists()
    assert found.total.query == f"list={made.pk}&status=done"


def test_begun_is_what_was_achieved_or_said_and_no_level_of_the_past(plan):
    nodes = make_target(plan, title="节点", measure="milestone")
    first, _second = make_node(nodes, date(2025, 6, 20)), make_node(nodes, date(2025, 11, 30))
    stock = make_target(plan, title="存量", measure="stock")
    words = make_target(plan, title="定性", measure="qualitative", state="watch")
    rank = make_target(
        plan, title="位次", measure="rank", comparator="lte", target_value=3, unit_of_measure="位"
    )
    make_list(plan, "考核指标", (nodes, "1"), (stock, "2"), (words, "3"), (rank, "4"))
    assert counts() == [("考核指标", 4, 0, 0)]
    file_entry(stock, 6, "131", JULY)  # as at the beginning
    file_entry(words, 6, None, JULY, answer="nothing_planned", narrative="")
    file_entry(nodes, 5, None, date(2025, 6, 3))
    assert counts() == [("考核指标", 4, 0, 0)]
    file_entry(stock, 7, "140", date(2025, 8, 3))
    file_entry(words, 7, None, date(2025, 8, 3), narrative="已组织三场培训")
    file_entry(nodes, 6, None, JULY, nodes={first: date(2025, 6, 20)})
    file_entry(rank, 6, "5", JULY)
    assert counts() == [("考核指标", 4, 4, 0)]


def test_a_past_day_counts_what_was_reached_by_then(plan):
    target = make_target(plan)
    file_entry(target, 5, "100", date(2025, 6, 3))
    file_entry(target, 6, "520", JULY)
    make_list(plan, "民生实事", (target, "1"))
    assert counts(period=4) == [("民生实事", 1, 0, 0)]
    assert counts(period=5) == [("民生实事", 1, 1, 0)]
    assert counts(period=6) == [("民生实事", 1, 1, 1)]


def test_no_percentage_of_fewer_than_five_items(plan):
    made = make_list(plan, "民生实事", *((done(plan), str(number)) for number in range(1, 5)))
    assert [(each.share_begun, each.share_done) for each in lists()] == [(None, None)]
    make_list(plan, "重点项目", *((target, "") for target in plan.targets.all()), (make_target(plan), ""))
    assert lists()[0].pk == made.pk
    assert lists()[1].share_done == lists()[1].share_begun == D("80.0")


# --- 主要经济指标 ---------------------------------------------------------------------------------


def test_the_list_of_the_main_indicators_stands_for_what_statistics_count(plan):
    counted = make_target(plan, title="社零额", figure_from="statistics")
    output, growth = make_target(plan, title="产值"), make_target(
        plan, title="产值增速", measure="growth", comparator="gte", target_value=6, unit_of_measure="%"
    )  # fmt: skip
    growth.matter = output
    growth.save()
    read = lambda: Overview(Register.at(plan)).indicators  # noqa: E731
    assert [each.row.target for each in read()] == [counted]
    made = make_list(plan, "主要经济指标", (growth, "2"), order=1)
    assert [(each.row.target, each.growth.target) for each in read()] == [(output, growth)]
    made.places.create(target=counted, number="1", order=0)
    assert [each.row.target for each in read()] == [counted, output]


# --- the table --------------------------------------------------------------------------------


@pytest.fixture
def projects(plan):
    """Two items of three targets on one list, in another order than the plan's, and one target beside."""
    first, second, third = done(plan, "甲"), begun(plan, "乙"), done(plan, "丙")
    make_target(plan, title="不在清单")
    return make_list(plan, "重点项目", (third, "（一）", 5), (first, "（二）", "2.5"), (second, "（二）"))


def table(reader, **asked):
    return reader.get("/targets/", {"plan": "P25", **asked})


def titles(page):
    return [line.words["title"] for line in page.context["lines"]]


def test_the_table_narrows_to_a_list_in_its_order_with_number_and_score(reader, projects):
    page = table(reader, list=projects.pk)
    assert titles(page) == ["丙", "甲", "乙"]
    told = [(line.words["list_number"], line.words["list_score"]) for line in page.context["lines"]]
    assert told == [("（一）", "5"), ("（二）", "2.5"), ("（二）", "—")]
    html = page.content.decode()
    assert '<td class="c-list_number">（一）</td>' in html
    assert f'<option value="{projects.pk}" selected>重点项目</option>' in html
    assert "<h1>重点目标任务 · 重点项目</h1>" in html
    assert titles(table(reader, list=projects.pk, sort="number")) == ["甲", "乙", "丙"]
    assert titles(table(reader, list=projects.pk, sort="-list_score")) == ["丙", "甲", "乙"]
    assert titles(table(reader, list=projects.pk, status="done")) == ["丙", "甲"]
    assert page.context["is_narrowed"]


def test_without_a_list_the_table_is_as_ever(reader, projects):
    page = table(reader, sort="list_number")
    assert titles(page) == ["甲", "乙", "丙", "不在清单"]
    assert "list_number" not in page.content.decode().partition("<main")[2].partition("<table")[2]
    assert table(reader, item="done").context["page"].paginator.count == 4


@pytest.mark.parametrize("value", ["987654", "x", "民生实事"])
def test_a_list_of_another_plan_or_none_is_refused_at_its_field(reader, projects, value):
    answer = table(reader, list=value)
    assert answer.status_code == 400
    assert "清单" in dict(answer.context["errors"])


def test_each_number_of_the_overview_leads_to_just_the_rows_of_its_items(reader, projects, plan):
    overview = reader.get("/", {"plan": "P25"}).context["overview"]
    [found] = overview.lists
    assert (found.total.number, found.begun.number, found.done.number) == (2, 2, 1)
    html = unescape(reader.get("/", {"plan": "P25"}).content.decode())
    for count, expected in (
        (found.total, ["丙", "甲", "乙"]), (found.begun, ["丙", "甲", "乙"]), (found.done, ["丙"]),
    ):  # fmt: skip
        assert f'href="/targets/?plan=P25&{count.query}">{count.number}</a>' in html
        assert titles(reader.get(f"/targets/?plan=P25&{count.query}")) == expected
        past = reader.get(f"/targets/?plan=P25&period=6&{count.query}")
        assert titles(past) == expected


def test_an_item_is_done_by_all_its_rows_whatever_else_narrows_the_table(reader, plan):
    other = make_unit("农业办")
    make_list(plan, "民生实事", (done(plan), "1"), (begun(plan, lead_unit=other), "1"))
    asked = {"list": plan.lists.get().pk, "item": "done", "unit": make_unit().pk}
    assert titles(table(reader, **asked)) == []
    assert titles(table(reader, **asked | {"item": "begun"})) == ["已完成"]


def test_whoever_sees_one_row_of_a_list_sees_no_other_row_and_no_other_list(client, plan):
    Plan.objects.update(is_open=False)
    mine, theirs = done(plan, "我的"), done(plan, "别人的", lead_unit=make_unit("农业办"))
    made = make_list(plan, "民生实事", (theirs, "1"), (mine, "2"))
    make_list(plan, "督办事项", (theirs, "1"))
    client.force_login(make_user("填报", make_unit(), "填报员"))
    page = table(client, list=made.pk)
    assert titles(page) == ["我的"]
    assert "督办事项" not in page.content.decode()
    [found] = client.get("/", {"plan": "P25"}).context["overview"].lists
    assert (found.name, found.total.number) == ("民生实事", 1)


def test_a_plan_without_lists_costs_no_query_more_and_one_with_lists_one(reader, plan):
    target = begun(plan)

    def cost(address, **asked):
        reader.get(address, {"plan": "P25", **asked})
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(address, {"plan": "P25", **asked}).status_code == 200
        assert all(each["sql"].count(" JOIN ") <= 8 and len(each["sql"]) <= 4096 for each in queries)
        return len(queries)

    pages = [("/", {}), ("/targets/", {}), ("/targets/", {"period": 6})]
    before = [cost(address, **asked) for address, asked in pages]
    made = make_list(plan, "民生实事", (target, "1"))
    assert [cost(address, **asked) for address, asked in pages] == [each + 1 for each in before]
    few = [cost("/targets/", list=made.pk, item="begun", **asked) for asked in ({}, {"period": 6})]
    for number in range(2, 8):
        made.places.create(target=begun(plan), number=str(number), order=number)
    assert [cost(address, **asked) for address, asked in pages] == [each + 1 for each in before]
    assert few == [cost("/targets/", list=made.pk, item="begun", **asked) for asked in ({}, {"period": 6})]


# --- the workbook -----------------------------------------------------------------------------

SHEET = "清单完成情况"
COUNTED = ("序号", "件", "目标任务", "完成情况", "完成率（%）", "是否开工", "是否完成")


def book(reader, **asked):
    answer = reader.get("/targets/export/", {"plan": "P25", "sheets": [SHEET], **asked})
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def told(sheet):
    return [tuple(line[heading] for heading in COUNTED) for line in values(sheet)]


def test_each_list_has_its_sheet_with_its_items_and_their_counts(reader, projects, plan):
    make_list(plan, "民生实事", *((done(plan, f"件{number}"), str(number)) for number in range(1, 6)))
    found = book(reader)
    assert found.sheetnames == [f"{SHEET} 重点项目", f"{SHEET} 民生实事"]
    assert told(found.worksheets[0]) == [
        (1, "（一）", "丙", "520亿元", 100, "是", "是"),
        (2, "（二）", "甲", "520亿元", 100, "是", "否"),
        (3, "（二）", "乙", "100亿元", 19.2, "是", "否"),
        (None, "合计", "件数2件，已开工2件，已完成1件", None, None, None, None),
    ]
    *_items, total = told(found.worksheets[1])
    assert total[2] == "件数5件，已开工5件（开工率100.0%），已完成5件（完成率100.0%）"
    printed = book(reader, edition="print").worksheets[0]
    assert printed["A1"].value == "外海街道2025年重点项目清单完成情况表"


def test_the_workbook_follows_the_list_and_judges_items_by_rows_left_out(reader, projects, plan):
    make_list(plan, "民生实事", *((target, "") for target in plan.targets.all()))
    file_name = reader.get("/targets/export/", {"plan": "P25", "list": projects.pk})
    long = values(load_workbook(BytesIO(b"".join(file_name.streaming_content))).worksheets[0])
    assert [line["目标任务"] for line in long] == ["甲", "乙", "丙"]
    narrowed = book(reader, list=projects.pk, q="甲")
    assert narrowed.sheetnames == [SHEET]
    assert told(narrowed.worksheets[0]) == [
        (1, "（二）", "甲", "520亿元", 100, "是", "否"),
        (None, "合计", "件数1件，已开工1件，已完成0件", None, None, None, None),
    ]


def test_a_plan_without_lists_has_an_empty_sheet(reader, plan):
    make_target(plan)
    assert told(book(reader).worksheets[0]) == []
