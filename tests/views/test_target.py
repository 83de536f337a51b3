"""One target's page: its light with the arithmetic, the promise with its source, any day and moment."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.management.commands.status import record
from targets.models import Source
from targets.register.register import Register
from targets.rules.facts import Light
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    submit_entry,
)
from tests.models.revisions import ask, change
from tests.workbooks.reading import sheet_of, values, xlsx

pytestmark = pytest.mark.django_db

MOST_QUERIES = 24


@pytest.fixture
def reader(client):
    client.force_login(make_user("读者", make_unit("读者单位"), "领导"))
    return client


def page(client, target, **query):
    response = client.get(f"/targets/{target.code}/", query)
    assert response.status_code == 200
    return response


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def changed(target, day, **changes):
    """A change of the value, asked by the unit and signed by the office."""
    revision = target.ask(
        "value", by=author(target.lead_unit), effective_on=day, changes=changes,
        document_no="外街办〔2025〕8号", reason="区级任务调整", at=at(day),
    )  # fmt: skip
    revision.approve(by=coordinator(), at=at(day))
    target.refresh_from_db()


@pytest.mark.parametrize(
    ("state", "offers"),
    [("active", True), ("undefined", True), ("suspended", False), ("cancelled", False), ("closed", False)],
)
def test_a_report_is_offered_where_one_is_taken(client, state, offers):
    target = make_target()
    type(target).objects.filter(pk=target.pk).update(state=state)
    client.force_login(staff(author(target.lead_unit)))
    assert ("填报进展" in text(page(client, target))) is offers


def test_page_says_where_it_was_promised_and_what_is_missing(reader):
    source = Source.objects.create(plan=make_plan(), title="某报专访", issuer="某日报")
    target = make_target(
        measure="stock", baseline_value=None, title="规上企业", source=source, locator="第350—351行",
        stated_as="达470家", stated_by="书记", target_value=470,
    )  # fmt: skip
    words = text(page(reader, target))
    for said in ("达470家", "某报专访", "某日报", "第350—351行", "书记", "不少于470家"):
        assert said in words
    assert page(reader, target).context["gaps"] == ["完成时限", "统计口径", "上年基数", "责任领导"]


def test_page_shows_the_arithmetic_step_by_step(reader):
    target = make_target()
    file_entry(target, 6, "265.2", date(2025, 7, 3))
    assert page(reader, target, period=6).context["steps"] == [
        ("完成率", "265.2 ÷ 520", "51.0%"),
        ("序时进度", "12个月已过6个月", "50.0%"),
        ("进度差", "51.0 − 50.0", "+1.0个百分点"),
        ("亮灯", "不落后为绿灯，落后不超过10.0个百分点为黄灯，超过为红灯", ""),
        ("后续月均需完成", "42.47亿元（余6个月）", ""),
    ]


def test_page_of_a_past_day_knows_only_what_was_known(reader):
    target = make_target()
    entry = file_entry(target, 6, "265.2", date(2025, 7, 3))
    correct_entry(entry, date(2025, 9, 1), value=Decimal("200"))
    then = page(reader, target, as_of="2025-06-30", known_at="2025-08-01")
    now = page(reader, target, as_of="2025-06-30")
    assert (then.context["line"].words["value"], now.context["line"].words["value"]) == ("265.2", "200")
    assert [e.revision_no for e in then.context["entries"]] == [1]
    assert "您正在查看截至2025年6月30日、按2025年8月1日时所知的情况。" in text(then)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"as_of": "2025-06-30"}, "您正在查看截至2025年6月30日的情况（按目前已审核数据）。"),
        ({"as_of": "2090-06-30"}, "您正在查看截至2090年6月30日的情况（按目前已审核数据）。"),
        (
            {"period": 6, "known_at": "2025-08-01T09:30"},
            "您正在查看截至2025年6月30日、按2025年8月1日 09:30时所知的情况。",
        ),
    ],
    ids=str,
)
def test_a_bar_says_which_day_and_moment_is_shown(reader, query, said):
    target = make_target()
    assert said in text(page(reader, target, **query))
    table = text(reader.get("/targets/", {"plan": "P25", **query}))
    assert said in table
    assert ("按目前已审核数据" in table) == ("known_at" not in query)


def test_table_links_keep_day_and_moment(reader):
    make_target(make_plan())
    rows = reader.get("/targets/", {"plan": "P25", "as_of": "2025-06-30", "known_at": "2025-08-01"})
    assert 'href="/targets/P25-01/?as_of=2025-06-30&amp;known_at=2025-08-01"' in rows.content.decode()


def test_a_changed_value_shows_what_it_was_and_by_which_document(reader):
    target = make_target(target_value=470, unit_of_measure="家", decimals=0)
    file_entry(target, 3, "100", date(2025, 4, 3))
    before = page(reader, target, as_of="2025-03-31").context["line"]
    changed(target, date(2025, 5, 6), target_value=Decimal(455))
    today = page(reader, target)
    line = today.context["line"]
    assert (line.words["goal"], line.was, "已调整" in line.marks) == ("≥455家", "原470", True)
    assert "外街办〔2025〕8号" in text(today)
    assert "目标值 470家 → 455家" in text(today)
    after = page(reader, target, as_of="2025-03-31").context["line"]
    assert (after.words, after.reason) == (before.words, before.reason)


def shown_then(client, plan, day):
    """All that the pages, the JSON and the workbook say of a plan on a day as known that evening."""
    scope = {"as_of": day.isoformat(), "known_at": day.isoformat()}
    pages = [page(client, target, **scope) for target in plan.targets.all()]
    table = client.get("/targets/", {"plan": plan.code, **scope})
    register = Register.at(plan, as_of=day, known_at=day)
    written = values(sheet_of(xlsx(register, register.rows())))
    return [text(page) for page in [*pages, table]], [record(row) for row in register.rows()], written


def test_a_day_is_shown_again_as_it_was_after_every_word_of_the_promise_has_changed(reader):
    plan = make_plan()
    number = make_target(
        plan, definition="全部工业企业", due_on=date(2025, 8, 31), due_text="8月底前", firmness="stretch"
    )
    nodes = make_target(plan, measure="milestone", nodes=[date(2025, 6, 30), date(2025, 12, 31)])
    file_entry(number, 6, "265.2", date(2025, 7, 3))
    file_entry(nodes, 6, None, date(2025, 7, 3))
    evening = date(2025, 7, 9)
    before = shown_then(reader, plan, evening)
    change(number, "deadline", {"due_on": date(2025, 10, 31), "due_text": "10月底前"}, on=date(2025, 7, 10))
    redefined = {
        "definition": "规上工业企业", "firmness": "binding", "decimals": 1, "target_value": 530,
        "baseline_note": "重新核定",
    }  # fmt: skip
    change(number, "definition", redefined, on=date(2025, 5, 1))
    change(nodes, "node", {"due_on": date(2025, 7, 31)}, milestone=nodes.milestones.first())
    make_node(nodes, date(2025, 9, 30), at=at(date(2025, 7, 10)))
    assert shown_then(reader, plan, evening) == before
    today = shown_then(reader, plan, date(2025, 7, 11))
    assert all(then != now for then, now in zip(before, today, strict=True))


def test_a_past_day_reads_the_promise_of_that_day(reader):
    target = make_target(due_on=date(2025, 8, 31), due_text="8月底前")
    change(target, "deadline", {"due_on": date(2025, 10, 31), "due_text": "10月底前"}, on=date(2025, 7, 10))
    then, now = (page(reader, target, as_of=day) for day in ("2025-06-30", "2025-07-11"))
    assert [answer.context["line"].words["due"] for answer in (then, now)] == ["8月底前", "10月底前"]
    assert [answer.context["target"].due_on.month for answer in (then, now)] == [8, 10]


def test_nodes_of_a_past_day_have_the_dates_of_that_day(reader):
    target = make_target(measure="milestone", nodes=[date(2025, 6, 30), date(2025, 12, 31)])
    change(
        target,
        "node",
        {"due_on": date(2025, 7, 31)},
        on=date(2025, 6, 2),
        milestone=target.milestones.first(),
    )
    then, now = (page(reader, target, as_of=day) for day in ("2025-06-01", "2025-06-02"))
    assert [[node["due_on"].month for node in answer.context["nodes"]] for answer in (then, now)] == [
        [6, 12],
        [7, 12],
    ]


def test_the_nodes_a_target_came_with_are_no_changes_of_it(reader):
    target = make_target(measure="milestone", nodes=[date(2025, 6, 30), date(2025, 12, 31)])
    assert page(reader, target).context["changes"] == []
    change(target, "node", {"due_on": date(2025, 7, 31)}, milestone=target.milestones.first())
    assert [change["act"].kind for change in page(reader, target).context["changes"]] == ["node"]


def test_a_light_set_by_hand_says_until_when(reader):
    target = make_target()
    change(target, "override", {"override_light": 5}, until=date(2025, 9, 30))
    assert "亮灯 — → 绿灯；有效期至 2025年9月30日" in text(page(reader, target, as_of="2025-12-01"))


@pytest.mark.parametrize(
    ("light", "marks"),
    [(Light.GREEN, ["人工调整", "按规则为黄灯"]), (Light.AMBER, ["人工调整"])],
    ids=["another light", "the same light"],
)
def test_a_light_set_by_hand_is_flagged_where_the_rule_says_another(reader, light, marks):
    target = make_target()
    file_entry(target, 6, "208", date(2025, 7, 3))
    change(target, "override", {"override_light": int(light)}, until=date(2025, 9, 30))
    for day, shown in (("2025-07-20", marks), ("2025-10-01", [])):
        found = page(reader, target, as_of=day, known_at="2025-07-20").context["line"].marks
        assert [mark for mark in found if not mark.startswith("沿用")] == shown


def test_a_new_monthly_plan_stands_among_the_changes(reader):
    target = make_target()
    curve = {date(2025, 9, 30): Decimal(300), date(2025, 12, 31): Decimal(455)}
    change(target, "value", {"target_value": Decimal(455)}, curve=curve)
    assert "分月计划 9月 300、12月 455" in text(page(reader, target))


def waiting(client, user, target, **query):
    client.force_login(user)
    return [change["act"] for change in page(client, target, **query).context["requests"]]


def test_a_change_that_waits_is_told_to_who_asked_and_who_decides(client):
    target = make_target(target_value=470, unit_of_measure="家", decimals=0)
    request = ask(target, "value", {"target_value": Decimal(455)}, day=date(2025, 8, 1))
    outsiders = [author(make_unit("农业办")), reviewer(), make_user("统计", make_unit("统计站"), "统计员")]
    assert [waiting(client, user, target) for user in outsiders] == [[], [], []]
    signer = make_user("领导", make_unit("外海街道"), "领导")
    assert waiting(client, signer, target) == [request]
    assert waiting(client, author(target.lead_unit), target) == [request]
    assert waiting(client, coordinator(), target) == [request]
    assert waiting(client, coordinator(), target, period=6) == []  # the past knows approved changes only
    request.approve(by=coordinator())
    assert waiting(client, coordinator(), target) == []


def test_the_line_says_what_would_change_and_leads_to_the_request(client):
    target = make_target(target_value=470, unit_of_measure="家", decimals=0)
    request = ask(target, "value", {"target_value": Decimal(455)}, day=date(2025, 8, 1))
    user = coordinator()
    client.force_login(user)
    said = page(client, target)
    assert "有一项目标变更待批：目标值调整，2025年8月1日提出" in text(said)
    assert "目标值 470家 → 455家" in text(said)
    address = f'href="/admin/targets/targetrevision/{request.pk}/change/"'
    assert address not in said.content.decode()  # who may not enter the admin reads the line
    staff(user)
    assert address in page(client, target).content.decode()


def test_ten_waiting_changes_cost_as_many_queries_as_one(client):
    target = make_target(measure="milestone", nodes=[date(2025, month, 28) for month in range(1, 11)])
    client.force_login(coordinator())
    costs = []
    for nodes in (target.milestones.all()[:1], target.milestones.all()[1:]):
        for node in nodes:
            ask(target, "node", {"due_on": date(2025, 12, 1)}, milestone=node)
        page(client, target)
        with CaptureQueriesContext(connection) as queries:
            told = page(client, target).context["requests"]
        costs.append((len(told), len(queries)))
    assert [told for told, _queries in costs] == [1, 10]
    assert costs[0][1] == costs[1][1]


def test_chart_tells_preliminary_and_corrected_apart_and_has_a_table(reader):
    target = make_target()
    file_entry(target, 2, "80", date(2025, 3, 3), preliminary=True)
    correct_entry(file_entry(target, 3, "130", date(2025, 4, 3)), date(2025, 4, 20), value=Decimal(128))
    response = page(reader, target)
    drawn = response.content.decode()
    wide, narrow = re.findall(r'<svg class="chart.*?</svg>', drawn, re.DOTALL)
    for chart in (wide, narrow):
        assert chart.count('class="dot') == 2
        assert chart.count('class="dot preliminary"') == 1
        assert chart.count('<circle class="corrected"') == 1
    table = {row.period_end: row for row in response.context["course"].rows}
    assert table[date(2025, 3, 31)].reported.value == 128
    assert table[date(2025, 3, 31)].planned == 130
    assert "style=" not in drawn


def lines(response):
    """Each line of the months: the month and the value, or the kind of a change."""
    found = []
    for each in response.context["timeline"]:
        month = each.month
        value = month and (month.figure and month.figure.value)
        found.append((month.period.number, value) if month else each.change["act"].kind)
    return found


def test_a_month_is_one_line_whatever_was_filed_in_it(reader):
    target = make_target(figure_from="statistics")
    for month, value in ((2, "80"), (3, "130")):
        day = date(2025, month + 1, 3)
        file_entry(target, month, None, day, narrative=f"{month}月的文字")
        statistic = file_entry(target, month, value, day, part="statistic", narrative="")
    correct_entry(statistic, date(2025, 4, 20), value=Decimal(128), reason="局里核减")
    response = page(reader, target, as_of="2025-04-30")
    april, march, february = lines(response)
    assert (april, march, february) == ((4, None), (3, Decimal(128)), (2, Decimal(80)))
    said = text(response)
    assert "3月 黄灯 128 +48亿元 3月的文字" in said
    assert "更正1次" in said
    assert "130亿元" in said  # what stood before, under the line
    assert "局里核减" in said


def test_a_voided_month_says_so_and_keeps_no_figure(reader):
    target = make_target()
    correct_entry(file_entry(target, 3, "130", date(2025, 4, 3)), date(2025, 4, 20), is_void=True, value=None)
    response = page(reader, target, as_of="2025-03-31")
    assert lines(response) == [(3, None)]
    assert response.context["timeline"][0].month.is_void


def test_a_change_stands_among_the_months_with_who_signed_it(reader):
    target = make_target(target_value=470, unit_of_measure="家", decimals=0, superior_value=480)
    for month in (3, 6):
        file_entry(target, month, "100", date(2025, month + 1, 3))
    changed(target, date(2025, 5, 6), target_value=Decimal(455))
    response = page(reader, target, as_of="2025-06-30")
    assert lines(response) == [(6, 100), (5, None), "value", (4, None), (3, 100)]
    said = text(response)
    signature = f"{author(target.lead_unit).username}申请，统筹员批准"
    assert said.count(signature) == 2  # on its line, and beside the two targets
    assert re.search("年度目标 不少于470家 不少于455家 480家", said)
    assert "外街办〔2025〕8号" in said


def test_what_was_never_changed_is_compared_with_nothing(reader):
    compared = page(reader, make_target()).context["then_and_now"]
    assert (compared.is_changed, compared.has_superior) == (False, False)


def test_plan_and_goals_of_the_chart_follow_the_promise_of_their_days(reader):
    target = make_target()
    file_entry(target, 3, "130", date(2025, 4, 3))
    changed(target, date(2025, 5, 6), target_value=Decimal(480))
    course = page(reader, target, as_of="2025-06-30").context["course"]
    assert [(goal.since, goal.value) for goal in course.goals] == [
        (date(2025, 1, 1), 520), (date(2025, 5, 6), 480),
    ]  # fmt: skip
    planned = dict(course.planned)
    assert (planned[date(2025, 3, 31)], planned[date(2025, 6, 30)]) == (130, 240)
    assert course.turns == [date(2025, 5, 6)]


def test_the_year_before_is_that_of_the_target_it_continues_and_only_for_who_sees_it(client):
    before = make_target(make_plan("P24", year=2024, at=date(2024, 1, 1)), at=date(2024, 1, 1))
    file_entry(before, 6, "240", date(2024, 7, 3))
    target = make_target(continues=before)
    file_entry(target, 6, "265.2", date(2025, 7, 3))
    client.force_login(make_user("读者", make_unit("读者单位"), "领导"))
    assert page(client, target).context["course"].year_before == [(date(2025, 6, 30), 240)]
    before.plan.is_open = False
    before.plan.save()
    client.force_login(make_user("外人", make_unit("农业办"), "填报员"))
    assert page(client, target).context["course"].year_before == []


def test_support_asked_for_stands_in_the_verdict(reader):
    target = make_target()
    file_entry(target, 5, "200", date(2025, 6, 3), support_needed="旧事")
    file_entry(target, 6, "230", date(2025, 7, 3), support_needed="请协调供地")
    for query in ({}, {"period": 6}):
        assert page(reader, target, **query).context["support"] == "请协调供地"


def test_a_remark_stands_above_its_answer_and_waits_until_then(client):
    target, leader = make_target(), make_user("镇长", make_unit("镇领导"), "领导")
    remark = target.notes.write(target, by=leader, kind="leader", text="抓紧供地")
    client.force_login(leader)
    assert "1条领导意见待答复" in text(page(client, target))
    target.notes.answer(remark, by=author(target.lead_unit), text="月底前供地")
    response = page(client, target)
    assert "待答复" not in text(response)
    [(shown, answers, _form)] = response.context["notes"]
    assert (shown, [answer.text for answer in answers]) == (remark, ["月底前供地"])


def test_one_target_leads_to_the_next_in_the_document(reader):
    first, second, third = (make_target() for _ in range(3))
    context = page(reader, second).context
    assert (context["previous"], context["following"]) == (first.code, third.code)
    assert page(reader, first).context["previous"] is None


def test_nodes_show_the_day_they_were_done(reader):
    target = make_target(measure="milestone")
    first, _last = make_node(target, date(2025, 6, 30)), make_node(target, date(2025, 12, 31))
    file_entry(target, 6, None, date(2025, 7, 3), nodes={first: date(2025, 6, 10)})
    assert [node["done_on"] for node in page(reader, target).context["nodes"]] == [date(2025, 6, 10), None]
    early = page(reader, target, as_of="2025-06-09").context["nodes"]
    assert [node["done_on"] for node in early] == [None, None]


def test_a_report_without_a_figure_says_which_answer_it_was(reader):
    target = make_target()
    file_entry(target, 5, None, date(2025, 6, 3), answer="not_published", narrative="")
    assert "5月 尚无数据 — 数据未出" in text(page(reader, target))


def test_other_units_see_no_report_before_it_is_approved(client):
    target = make_target()
    submit_entry(target, 6, "265.2", date(2025, 7, 3), narrative="未审核的文字")
    client.force_login(make_user("他单位", make_unit("他单位"), "填报员"))
    assert "未审核的文字" not in text(page(client, target))
    client.force_login(author(target.lead_unit))
    assert "未审核的文字" in text(page(client, target))


@pytest.mark.parametrize(
    "query",
    [{"period": "99"}, {"period": "x"}, {"as_of": "soon"}, {"period": 6, "as_of": "2025-06-30"}],
    ids=str,
)
def test_a_bad_parameter_answers_400_with_its_message(reader, query):
    target = make_target(title="甲")
    response = reader.get(f"/targets/{target.code}/", query)
    assert (response.status_code, len(response.context["errors"])) == (400, 1)


def test_unknown_and_not_yet_promised_read_alike(reader):
    target = make_target()
    places = ("NOPE/", "A%00B/", "甲/", f"{target.code}/?as_of=2024-12-31")
    assert {reader.get(f"/targets/{place}").status_code for place in places} == {404}


def test_the_cost_in_queries_does_not_grow_with_reports(reader):
    target = make_target()
    costs = []
    for month in (1, 9):
        while target.entries.count() < month:
            done = target.entries.count() + 1
            file_entry(target, done, str(40 * done), date(2025, done + 1, 3))
        with CaptureQueriesContext(connection) as queries:
            page(reader, target)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert costs[0] <= MOST_QUERIES


def test_the_unit_of_measure_stands_after_a_figure_only(reader):
    target, bare = make_target(), make_target(title="未报")
    file_entry(target, 6, "265.2", date(2025, 7, 3))
    assert "265.2亿元" in text(page(reader, target))
    assert "—亿元" not in text(page(reader, bare))
    assert "— 亿元" not in text(page(reader, bare))
