"""总览 as people see it: its numbers lead to their rows, names only to whom they belong, what it costs."""

import re
from datetime import date
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import Member, Plan
from targets.seed import demonstration
from tests.factories import coordinator, file_entry, make_plan, make_target, make_unit, make_user
from tests.seed.database import rolled_back

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker):
    """The invented town late in its year; tests only read it."""
    with rolled_back(django_db_blocker):
        demonstration.load(date(2025, 11, 21))
        yield Plan.objects.get(code="DEMO")


@pytest.fixture
def reader(client):
    client.force_login(make_user("读者", make_unit("读者单位"), "领导"))
    return client


def get(client, **query):
    return client.get("/", {"plan": "P25", "period": 6, **query})


def text(response):
    """What the page says in words, without its marks."""
    page = re.sub(r"<[^>]*>", "", response.content.decode().split("<main", 1)[1])
    return unescape(re.sub(r"\s+", " ", page))


HTML = 120_000  # bytes
LINK = re.compile(r'<a(?: class="n")? href="(/targets/\?[^"]*)">(?:<span class="light.*?</span> <b>)?(\d+)<')


def test_every_number_leads_to_just_so_many_rows_or_items_of_a_list(admin_client, town):
    page = admin_client.get("/", {"plan": "DEMO", "period": 9})
    links = {(unescape(link), int(number)) for link, number in LINK.findall(page.content.decode())}
    kinds = {
        name: [link for link, _n in links if f"&{name}=" in link] for name in ("unit", "leader", "domain")
    }
    assert all(len(found) > 10 for found in kinds.values())
    of_lists = {(link, number) for link, number in links if "&list=" in link}
    assert len(of_lists) > 3
    assert any("leader=null" in link for link in kinds["leader"])  # rows without one are found too
    wrong = []
    for link, number in of_lists:
        lines = admin_client.get(link).context["lines"]
        if len({line.words["list_number"] for line in lines}) != number:
            wrong.append((link, number))
    for link, number in links - of_lists:
        found = admin_client.get(f"{link}&per_page=1")
        if found.status_code != 200 or found.context["page"].paginator.count != number:
            wrong.append((link, number))
    assert wrong == []


def test_the_number_of_a_unit_above_others_leads_to_its_own_rows_alone(reader):
    plan = make_plan()
    for unit in (plan.jurisdiction, make_unit("经发办"), make_unit("经发办")):
        make_target(plan, lead_unit=unit)
    [link] = [
        unescape(link)
        for link, number in LINK.findall(get(reader).content.decode())
        if "alone" in link and number == "1"
    ][:1]
    assert [line.number for line in reader.get(link).context["lines"]] == [1]
    both = reader.get(link.replace("&alone=1", ""))
    assert [line.number for line in both.context["lines"]] == [1, 2, 3]
    assert "不含下级单位" in reader.get(link).content.decode()


def test_the_rate_is_that_of_the_status_table(admin_client, town):
    for period in (3, 6, 9):
        asked = {"plan": "DEMO", "period": period}
        table = admin_client.get("/targets/", asked).context["summary"]
        total = admin_client.get("/", asked).context["overview"].total
        assert (total.lit, total.on_schedule) == (table.lit, table.on_schedule)
        assert total.rate == table.on_schedule_rate


def test_a_row_says_why_it_turned_and_a_share_is_given_of_five_alone(reader):
    plan = make_plan()
    target = make_target(plan, title="全年工业总产值")
    file_entry(target, 5, "220", date(2025, 6, 3))
    file_entry(target, 6, "230", JULY)
    said = text(get(reader))
    assert "全年1项任务，计入达序时率的1项中1项滞后" in said
    assert "较5月变化 由绿转黄1项" in said
    assert "1—6月完成230亿元，完成率44.2%，序时进度50.0%，慢5.8个百分点。" in said
    assert "达序时率0.0%" not in said


def test_june_has_a_line_of_the_half_year(reader):
    plan = make_plan()
    for value in ("265.2", "100", None):
        target = make_target(plan, title=f"完成{value}")
        if value:
            file_entry(target, 6, value, JULY)
    line = (
        "双过半：累计类目标3项，完成率达到50.0%的1项，未达到的1项，尚无6月数据的1项。 未过半： 完成100 19.2%"
    )
    assert line in text(get(reader))
    assert "双过半" not in text(get(reader, period=7))


def test_the_worst_are_named_above_all_lists_and_the_rest_is_one_step_away(reader):
    plan = make_plan()
    for value in ("200", "100", "240", "150"):
        file_entry(make_target(plan, title=f"完成{value}"), 6, value, JULY)
    page = get(reader)
    assert [item.title for item in page.context["page"].urgent] == ["完成100", "完成150", "完成200"]
    said = text(page)
    assert said.index("最急： 2 完成100 红灯") < said.index("主要经济指标")
    for place in re.findall(r'class="glance".*?</p>', page.content.decode(), re.DOTALL):
        for anchor in re.findall('href="#([^"]*)"', place):
            assert f'id="{anchor}"' in page.content.decode()


def test_a_leader_in_charge_sees_the_own_tasks_first(client):
    user = make_user("周明远", make_unit("镇领导"), "领导")
    file_entry(make_target(title="我的事", accountable_leader=Member.objects.get(user=user)), 6, "100", JULY)
    make_target(title="别人的事")
    client.force_login(user)
    page = get(client)
    said = text(page)
    assert said.index("我分管的1项 需关注 1 · 正常 0 · 不亮灯 0") < said.index("全年2项任务")
    assert f"leader={user.member.pk}" in page.content.decode()
    client.force_login(make_user("他人", make_unit("镇领导"), "领导"))
    assert "我分管" not in text(get(client))


def test_only_coordinators_and_the_unit_itself_read_which_unit_has_not_filed(client):
    plan = make_plan()
    for name in ("经发办", "农业办", "规建办"):
        make_target(plan, lead_unit=make_unit(name))
    file_entry(plan.targets.get(lead_unit__name="规建办"), 6, "265.2", JULY)
    said = {}
    people = {
        "本单位": make_user("甲", make_unit("农业办"), "填报员"),
        "他单位": make_user("乙", make_unit("规建办"), "填报员"),
        "领导": make_user("丙", make_unit("镇领导"), "领导"),
        "统筹员": coordinator(),
    }
    part_time = make_user("丁", make_unit("规建办"), "填报员")
    part_time.member.also_in.add(make_unit("经发办"))
    for name, user in {**people, "兼任": part_time}.items():
        client.force_login(user)
        said[name] = re.search("2个单位尚未报齐(.*?)。", text(get(client, known_at="2025-07-10")))[1]
    assert said == {
        "本单位": "：农业办 1",
        "他单位": "",
        "领导": "",
        "统筹员": "：经发办 1、农业办 1",
        "兼任": "：经发办 1",
    }


def test_a_reporter_counts_what_the_reporter_may_see(client):
    plan = make_plan(is_open=False)
    make_target(plan, title="本单位的事", lead_unit=make_unit("农业办"))
    make_target(plan, title="机密的事")
    client.force_login(make_user("甲", make_unit("农业办"), "填报员"))
    page = get(client)
    assert "全年1项任务" in text(page)
    assert "机密的事" not in page.content.decode()


def test_whoever_sees_no_plan_is_told_so_as_on_the_status_table(client):
    client.force_login(make_user("路人"))
    pages = [client.get(address) for address in ("/", "/targets/")]
    assert [page.templates[0].name for page in pages] == ["targets/no_plan.html"] * 2


@pytest.mark.parametrize(
    "query",
    [{"plan": "NOPE"}, {"period": "99"}, {"as_of": "2025-06-30"}, {"period": "", "known_at": "昨天"}],
    ids=str,
)
def test_a_bad_parameter_answers_400_with_a_message_and_no_rows(reader, query):
    make_target(title="不应出现")
    page = get(reader, **query)
    assert page.status_code == 400
    assert page.context["errors"]
    assert "不应出现" not in page.content.decode()


@pytest.mark.parametrize(
    "query", [{}, {"known_at": "2025-07-10"}, {"period": "", "as_of": "2025-06-30"}], ids=str
)
def test_links_keep_the_day_and_the_moment(reader, query):
    file_entry(make_target(), 6, "100", JULY)
    page = get(reader, **query).content.decode()
    asked = {"period": 6, **query}
    for name, value in asked.items():
        if value:
            assert page.count(f"{name}={value}") > 10
    assert 'href="/?plan=P25&amp;period=5"' in page


def test_a_draft_and_an_empty_plan_are_shown(client):
    client.force_login(coordinator())
    make_target(make_plan("D25", state="drafting"), title="草案")
    make_plan("E25")
    for code in ("D25", "E25"):
        page = client.get("/", {"plan": code})
        assert page.status_code == 200
    assert "草案" in client.get("/", {"plan": "D25"}).content.decode()


def test_a_large_plan_costs_no_more_queries_and_its_page_stays_short(admin_client):
    counts = []
    for size in (60, 600):
        call_command("make_load", targets=size, periods=6, seed=1, plans=1, year=2025)
        code = Plan.objects.latest("pk").code
        admin_client.get("/", {"plan": code})  # the first request after a minute notes when it came
        with CaptureQueriesContext(connection) as queries:
            page = admin_client.get("/", {"plan": code, "period": 6})
        assert len(page.context["overview"].rows) == size
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 16, [query["sql"][:300] for query in queries.captured_queries]
    assert len(page.content) < HTML


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_overview_only_reads(reader, method):
    assert getattr(reader, method)("/").status_code == 405
