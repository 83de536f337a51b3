"""The status table: what it shows, what it refuses, and what it costs."""

import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from targets.models import AuditRecord, Domain
from targets.tables import TargetTable
from targets.workbooks import EDITIONS, SHEETS
from tests.factories import (
    coordinator,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    submit_entry,
)
from tests.pages import form_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def reader(client):
    user = make_user("读者", make_unit("读者单位"), "领导")
    client.force_login(user)
    return client


def lines(response):
    return {line.number: line for line in response.context["lines"]}


def get(client, **query):
    return client.get("/targets/", {"plan": "P25", "period": 6, **query})


def test_a_row_shows_the_figure_its_percentages_its_light_and_why(reader, plan):
    target = make_target(plan, title="全年工业总产值")
    file_entry(target, 6, "265.2", date(2025, 7, 3), narrative="重点企业满产")
    line = lines(get(reader))[1]
    assert (line.words["goal"], line.words["value"], line.to_month) == ("≥520亿元", "265.2", "截至6月")
    assert [line.words[key] for key in ("attainment", "expected", "gap")] == ["51.0", "50.0", "+1.0"]
    assert (line.words["status"], line.words["progress"]) == ("绿灯", "重点企业满产")
    assert line.reason == (
        "1—6月完成265.2亿元，完成率51.0%，序时进度50.0%，快1.0个百分点，按《默认（10个百分点）》第1版为绿灯。"
    )
    page = get(reader).content.decode()
    assert line.reason in page
    assert "全年工业总产值" in page


def test_a_later_day_shows_the_figure_carried_over(reader, plan):
    target = make_target(plan)
    file_entry(target, 6, "265.2", date(2025, 7, 3))
    line = lines(get(reader, period="", as_of="2025-09-10", known_at="2025-09-10"))[1]
    assert (line.words["status"], line.is_hollow, line.marks) == ("绿灯", True, ["沿用6月"])
    assert line.words["reporting"] == "未填报"


def test_a_zero_is_a_zero_and_nothing_is_a_dash(reader, plan):
    file_entry(make_target(plan), 6, "0", date(2025, 7, 3))
    make_target(plan)
    found = lines(get(reader))
    shown = [(found[n].words["value"], found[n].words["attainment"]) for n in (1, 2)]
    assert shown == [
        ("0", "0.0"),
        ("—", "—"),
    ]


def test_whoever_is_no_member_sees_no_plan(client):
    client.force_login(make_user("路人"))
    make_plan()
    response = client.get("/targets/")
    assert response.status_code == 200
    assert response.context["plan"] is None


@pytest.mark.parametrize(
    ("role", "is_member", "said"),
    [
        ("系统管理员", True, "Your account has no role that reads targets."),
        ("填报员", False, "Your account belongs to no unit yet"),
        ("填报员", True, "There is no plan you may see yet.<"),
        ("统筹员", True, "Add a plan"),
    ],
)
def test_who_sees_no_plan_is_told_what_to_do(client, role, is_member, said):
    client.force_login(make_user("新人", make_unit() if is_member else None, role, is_staff=True))
    client.cookies["django_language"] = "en"
    assert said in client.get("/targets/").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"plan": "NOPE"},
        {"plan": "P25", "period": "99"},
        {"plan": "P25", "period": "x"},
        {"plan": "P25", "period": "6", "as_of": "2025-06-30"},
        {"plan": "P25", "as_of": "2025-02-30"},
        {"plan": "P25", "as_of": "0001-01-01'"},
        {"plan": "P25", "known_at": "yesterday"},
        {"plan": "P25", "known_at": "9999-12-31"},
        {"plan": "P25", "known_at": "0001-01-01T00:00+14:00"},
        {"plan": "P25", "status": "purple"},
        {"plan": "P25", "status": ["red", "purple"]},
        {"plan": "P25", "domain": "9999"},
        {"plan": "P25", "unit": "abc"},
        {"plan": "P25", "measure": "weight"},
        {"plan": "P25", "reporting": "never"},
        {"plan": "P25", "due_before": "soon"},
        {"plan": "P25", "sort": "created_by__password"},
        {"plan": "P25", "page": "two"},
        {"plan": "P25", "q": "长" * 2000},
        {"plan": "P25", "q": "a\x00b"},
        {"plan": "P25\x00"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/targets/", "/targets/export/"])
def test_a_bad_parameter_answers_400_with_a_message_and_no_rows(reader, plan, path, query):  # case 98
    make_target(plan, title="不应出现")
    response = reader.get(path, query)
    assert response.status_code == 400
    assert response.context["errors"]
    assert "不应出现" not in response.content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"page": "1" + "0" * 20}, 1),
        ({"page": -1}, 2),
        ({"per_page": 10**6}, 3),
        ({"per_page": -1}, 1),
        ({}, 3),
    ],
    ids=str,
)
def test_page_sizes_are_clamped(reader, plan, query, shown):  # case 97
    for _ in range(3):
        make_target(plan)
    response = get(reader, **({"per_page": 2} | query if "page" in query else query))
    assert response.status_code == 200
    assert len(response.context["lines"]) == shown


FILTERS = {
    "q": {"q": "甲"},
    "status": {"status": "green"},
    "measure": {"measure": "flow"},
    "reporting": {"reporting": "reported"},
    "due_before": {"due_before": "2025-06-30"},
    "due_after": {"due_after": "2025-06-01"},
}


@pytest.mark.parametrize("name", [*FILTERS, "domain", "unit"])
def test_every_filter_keeps_one_row_and_drops_one(reader, plan, name):
    domain = Domain.objects.create(plan=plan, name="产业")
    due_on = date(2025, 6, 15)
    kept = make_target(plan, title="甲项", domain=domain, due_on=due_on)
    file_entry(kept, 6, "520", date(2025, 7, 3))
    dropped_due = date(2025, 3, 31) if name == "due_after" else None
    make_target(plan, title="乙项", measure="stock", lead_unit=make_unit("另一单位"), due_on=dropped_due)
    query = FILTERS.get(name, {"domain": domain.pk})
    if name == "unit":
        query = {"unit": kept.lead_unit_id}
    if name == "status":
        query = {"status": "done"}
    assert list(lines(get(reader, **query))) == [1]


@pytest.mark.parametrize("sort", TargetTable.sorts())
def test_every_orderable_column_sorts_both_ways(reader, plan, sort):
    for value in ("100", "300", None):
        target = make_target(plan, due_on=date(2025, 11, 30) if value else None)
        if value:
            file_entry(target, 6, value, date(2025, 7, 3))
    response = get(reader, sort=sort)
    assert response.status_code == 200
    found = list(lines(response))
    assert sorted(found) == [1, 2, 3]
    expected = {
        "gap": [1, 2, 3], "-gap": [2, 1, 3], "value": [1, 2, 3], "-value": [2, 1, 3],
        "number": [1, 2, 3], "-number": [3, 2, 1], "status": [1, 2, 3],
    }  # fmt: skip
    assert found == expected.get(sort, found)


def chips(response):
    return {group["label"]: group for group in response.context["chips"]}


def test_counts_link_to_their_status_and_add_up(reader, plan):
    for value in ("265.2", "100", None):
        target = make_target(plan)
        if value:
            file_entry(target, 6, value, date(2025, 7, 3))
    response = get(reader)
    groups = chips(response)
    counts = {chip["key"]: chip["count"] for group in groups.values() for chip in group["chips"]}
    # 红黄绿 always stand there, the others where they occur
    assert counts == {"red": 1, "amber": 0, "green": 1, "no_figure": 1}
    assert {name: group["count"] for name, group in groups.items()} == {"需关注": 1, "正常": 1, "不亮灯": 1}
    assert response.context["summary"].on_schedule_rate == Decimal("50.0")
    page = response.content.decode()
    assert 'href="?plan=P25&amp;period=6&amp;status=red"' in page
    whole = "status=missed&amp;status=overdue&amp;status=red&amp;status=amber"
    assert f'href="?plan=P25&amp;period=6&amp;{whole}"' in page
    assert list(lines(reader.get("/targets/" + groups["需关注"]["href"]))) == [2]


def test_counts_stay_when_the_table_is_narrowed_to_a_status(reader, plan):
    for value in ("265.2", "100", "90"):
        file_entry(make_target(plan), 6, value, date(2025, 7, 3))
    response = get(reader, status="red")
    assert list(lines(response)) == [2, 3]
    assert chips(response)["正常"]["count"] == 1
    assert response.context["summary"].listed == 3
    assert "2项，需关注2项（红灯2）" in response.context["told"]


def test_cancelled_targets_are_listed_and_in_no_total(reader, plan):
    make_target(plan, state="cancelled")
    make_target(plan)
    response = get(reader)
    unlit = chips(response)["不亮灯"]
    assert (unlit["count"], {chip["key"]: chip["count"] for chip in unlit["chips"]}) == (
        1,
        {"no_figure": 1, "cancelled": 1},
    )
    assert response.context["told"] == "2项，不亮灯1项（尚无数据1），已撤销1项"


def test_the_rate_says_what_it_counts(reader, plan):
    file_entry(make_target(plan), 6, "265.2", date(2025, 7, 3))
    file_entry(make_target(plan), 6, "100", date(2025, 7, 3))
    file_entry(make_target(plan), 3, "140", date(2025, 4, 3))
    file_entry(make_target(plan, firmness="stretch"), 6, "100", date(2025, 7, 3))
    assert get(reader).context["rate"] == "3项中1项达序时，1项滞后，1项沿用；力争1项另列"


def test_domains_head_their_rows_in_file_order_alone(reader, plan):
    for name in ("产业", "产业", "民生"):
        domain, _made = Domain.objects.get_or_create(plan=plan, name=name)
        make_target(plan, domain=domain)
    heads = re.compile(r'scope="rowgroup">(\S+) <small>(\S+)</small>')
    assert heads.findall(get(reader).content.decode()) == [("产业", "2项"), ("民生", "1项")]
    assert heads.findall(get(reader, sort="status").content.decode()) == []
    # how many there are in all is not known of one page of several
    assert "</small></th></tr>" not in get(reader, per_page=2).content.decode()


def test_the_light_opens_its_row_by_the_address_alone(reader, plan):
    target = make_target(plan, title="<b>甲</b>")
    words = {"narrative": "进展<i>", "issues": "用电不足", "next_steps": "增容", "support_needed": "请供电所"}
    file_entry(target, 6, "100", date(2025, 7, 3), **words)
    page = get(reader).content.decode()
    opened = page[page.index(f'id="why-{target.code}"') :]
    assert f'href="#why-{target.code}"' in page
    assert f'href="#row-{target.code}"' in opened
    for said in ("完成率19.2%", "进展&lt;i&gt;", "用电不足", "增容", "请供电所", "牵头单位"):
        assert said in opened
    assert "<b>甲" not in page
    assert "<i>" not in page


def test_a_meeting_sees_what_needs_attention_worst_first(reader, plan):
    for value in ("100", "255", "520"):
        file_entry(make_target(plan), 6, value, date(2025, 7, 3), issues=f"问题{value}")
    response = get(reader, view="meeting")
    assert [line.words["status"] for line in response.context["lines"]] == ["红灯", "黄灯"]
    assert "问题100" in response.content.decode()
    assert get(reader, view="meeting", status="done").context["lines"][0].number == 3
    assert get(reader, view="wall").status_code == 400


def test_paper_has_the_forms_head_and_a_larger_sheet_its_own_style(reader, plan):
    file_entry(
        make_target(plan, accountable_leader_words="副镇长"), 6, "100", date(2025, 7, 3), issues="用电不足"
    )
    page = get(reader).content.decode()
    for said in ("外海街道重点目标任务进展情况表", "（1—6月）", "责任领导（签字）：", "副镇长", "用电不足"):
        assert said in page
    assert "print-a3.css" not in page
    assert "print-a3.css" in get(reader, paper="a3").content.decode()
    assert get(reader, paper="a5").status_code == 400


def test_a_message_for_a_chat_has_greeting_counts_and_sender(reader, plan):
    file_entry(make_target(plan), 6, "100", date(2025, 7, 3))
    notice = get(reader).context["notice"]
    assert notice.before.startswith(
        "各有关单位：\n外海街道重点目标任务进展情况（1—6月，数据截至2025年6月30日）：共1项"
    )
    assert "需关注1项（红灯1）" in notice.before
    assert "外海街道" in notice.after.splitlines()


def test_the_cost_in_queries_does_not_grow_with_rows(reader, plan):
    counts = []
    for size in (3, 30):
        while plan.targets.count() < size:
            target = make_target(plan, domain=Domain.objects.get_or_create(plan=plan, name="产业")[0])
            file_entry(target, 6, "265.2", date(2025, 7, 3))
        with CaptureQueriesContext(connection) as queries:
            assert len(get(reader).context["lines"]) == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 14, [query["sql"] for query in queries.captured_queries]


def test_other_units_do_not_see_that_a_report_waits(client, plan):
    target = make_target(plan)
    submit_entry(target, 6, "265.2", date(2025, 7, 3))
    query = {"plan": "P25", "period": 6}
    seen = []
    for user in (make_user("他单位", make_unit("他单位"), "填报员"), coordinator()):
        client.force_login(user)
        seen.append(client.get("/targets/", query).context["lines"][0].words["reporting"])
    assert seen == ["到期待报", "到期待报"]
    waiting = {**query, "reporting": "submitted"}
    assert client.get("/targets/", waiting).status_code == 200


def test_queries_kept_for_a_reader_follow_what_changes_for_the_reader(client, plan):
    make_target(plan, number=1)
    elsewhere = make_target(plan, number=2, lead_unit=make_unit("别处"))
    plan.is_open = False
    plan.save()
    user = make_user("经办", elsewhere.lead_unit, "填报员")
    client.force_login(user)
    assert lines(get(client)).keys() == {2}
    user.is_superuser = True
    user.save()
    assert lines(get(client)).keys() == {1, 2}
    user.is_superuser = False
    user.save()
    user.groups.clear()
    assert get(client).status_code == 400
    user.is_active = False
    user.save()
    assert get(client).status_code == 302


def test_page_json_and_workbook_agree_row_by_row(reader, plan, capsys):
    figures = {"全年工业总产值": "265.2", "滞后": "100", "零": "0", "=1+1": None}
    for title, value in figures.items():
        target = make_target(
            plan, title=title, domain=Domain.objects.get_or_create(plan=plan, name="产业")[0]
        )
        if value:
            file_entry(target, 6, value, date(2025, 7, 3), narrative=f"{title}进展")
    nodes = make_target(plan, title="园区建设", measure="milestone")
    make_node(nodes, date(2025, 5, 31))
    make_node(nodes, date(2025, 12, 31))

    page = list(lines(get(reader)).values())
    call_command("status", plan="P25", period=6, format="json")
    told = json.loads(capsys.readouterr().out)
    answer = reader.get("/targets/export/", {"plan": "P25", "period": 6})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content)))["进展情况表"]
    heading, *written = sheet.iter_rows(values_only=True)
    columns = {name: index for index, name in enumerate(heading)}

    def dash(value):
        return "—" if value in (None, "", "—") else str(value)

    for line, item, row in zip(page, told, written, strict=True):
        cell = {name: row[index] for name, index in columns.items()}
        assert line.number == item["number"] == cell["序号"]
        assert line.words["title"] == item["title"] == cell["目标任务"]
        assert line.words["status"] == item["status_label"] == cell["亮灯"]
        assert line.reason == item["reason"]
        assert line.words["value"] == dash(item["value"]) == dash(cell["累计完成"])
        for name, shown, key in (
            ("完成率（%）", line.words["attainment"], "attainment"),
            ("序时进度（%）", line.words["expected"], "expected"),
            ("进度差（百分点）", line.words["gap"], "gap"),
        ):
            if shown == "—":
                assert (item[key], dash(cell[name])) == (None, "—")
            else:
                figure = Decimal(shown.replace("−", "-"))
                assert figure == Decimal(item[key]) == Decimal(str(cell[name]))
        assert line.words["progress"] == (cell["进展情况"] or "")


def test_the_export_is_named_as_offices_name_it_and_shows_what_the_filters_show(reader, plan):
    for value in ("265.2", "100"):
        file_entry(make_target(plan), 6, value, date(2025, 7, 3))
    answer = reader.get("/targets/export/", {"plan": "P25", "period": 6, "status": "red"})
    assert answer.filename == "外海街道2025年上半年重点工作进展情况表.xlsx"
    assert exported(answer) == [2]


def test_sheets_and_edition_are_chosen_on_the_page(reader, plan):
    for value in ("265.2", "100"):
        file_entry(make_target(plan), 6, value, date(2025, 7, 3))
    page = get(reader, period=6).content.decode()
    assert page.count('<input type="checkbox" name="sheets"') == len(SHEETS)
    for edition in EDITIONS:
        assert f'<button name="edition" value="{edition}" formaction="/targets/export/">' in page
    asked = {"plan": "P25", "period": 6, "status": "red", "edition": "print"}
    answer = reader.get("/targets/export/", {**asked, "sheets": ["滞后事项清单", "按责任单位汇总"]})
    assert answer.filename == "外海街道2025年上半年重点工作报表（打印版）.xlsx"
    book = load_workbook(BytesIO(answer.getvalue()))
    assert book.sheetnames == ["滞后事项清单", "按责任单位汇总"]
    assert [row[0] for row in book["滞后事项清单"].iter_rows(min_row=5, max_row=5, values_only=True)] == [1]
    note = AuditRecord.objects.latest("pk")
    assert "edition=print" in note.remark


@pytest.mark.parametrize(("wrong", "words"), [({"edition": "pdf"}, "pdf"), ({"sheets": "周报"}, "周报")])
def test_an_edition_or_sheet_that_does_not_exist_is_refused_in_words(reader, plan, wrong, words):
    make_target(plan)
    page = reader.get("/targets/export/", {"plan": "P25", "period": 6, **wrong})
    assert page.status_code == 400
    assert words in page.context["errors"][0][1]
    assert not AuditRecord.objects.filter(act="export").exists()


def exported(answer):
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]


EXPORT = re.compile(r'<button class="[^"]*export" formaction="([^"]+)">')


def test_the_export_button_sends_the_form_as_it_stands(reader, plan):
    for value in ("265.2", "100", "90"):
        file_entry(make_target(plan, title=f"完成{value}"), 6, value, date(2025, 7, 3))
    moments = {"as_of": "2025-06-30", "known_at": "2025-08-01T18:00"}
    page = get(reader, status="red", sort="-value", period="", **moments)
    assert list(lines(page)) == [2, 3]
    form = form_on(page, "filters")
    assert form.items() >= {"plan": "P25", "status": "red", "sort": "-value", **moments}.items()
    [address] = EXPORT.findall(page.content.decode())
    assert exported(reader.get(address, {**form, "q": "完成90"})) == [3]


@pytest.mark.parametrize(
    "wrong", [{"due_after": "明天"}, {"as_of": "2025-06-30"}, {"period": 99}, {"measure": "重量"}], ids=str
)
def test_what_the_export_refuses_comes_back_in_the_form(reader, plan, wrong):
    """As on the page itself: with the message, what else was typed, and both buttons."""
    typed = {"plan": "P25", "period": 6, "q": "产值", "status": "red", "sort": "-gap", **wrong}
    told = [reader.get(address, typed) for address in ("/targets/export/", "/targets/")]
    assert [page.status_code for page in told] == [400, 400]
    assert told[0].context["errors"] == told[1].context["errors"] != []
    form = form_on(told[0], "filters")
    kept = {name: value for name, value in typed.items() if name not in ("period", "measure")}
    assert form.items() >= kept.items()
    assert EXPORT.search(told[0].content.decode())


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_table_only_reads(reader, plan, method):
    assert getattr(reader, method)("/targets/").status_code == 405


def test_the_export_is_the_whole_file_from_its_first_byte(reader, plan):
    answer = reader.get("/targets/export/", {"plan": "P25", "period": 6})
    data = answer.getvalue()
    assert data.startswith(b"PK")
    assert answer.headers["Content-Length"] == str(len(data))
