"""The frame of every page: where each role may go, what waits there, which plan and month are shown."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from targets.filters import ScopeForm
from targets.frame import Frame, doors
from tests.factories import (
    author,
    coordinator,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    statistician,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)  # June is being filed
AUTUMN = date(2026, 9, 1)  # long after the year


def leader():
    return make_user("看", make_unit(), "领导")


def frame(user, address, today=JULY, **context):
    request = RequestFactory().get(address)
    request.user, request.resolver_match = user, resolve(request.path)
    return Frame(request, context, today)


def register(user, address="/targets/", today=JULY):
    request = RequestFactory().get(address)
    scope = ScopeForm(request.GET.dict(), viewer=user, sorts=[], today=today)
    assert scope.is_valid()
    return frame(user, address, today, scope=scope, plan=scope.plan, register=scope.register)


def counts(user):
    return {str(door.label): count for door, count, _current in frame(user, "/todo/").navigation}


ROLES = {
    "leader": (leader, ["总览", "进展情况表", "待办", "报表"]),
    "coordinator": (coordinator, ["总览", "进展情况表", "待办", "审核台", "报表", "管理"]),
    "reporter": (author, ["本月填报", "进展情况表", "待办"]),
    "reviewer": (reviewer, ["审核台", "进展情况表", "待办"]),
    "statistician": (statistician, ["统计数录入", "进展情况表", "待办"]),
    "administrator": (lambda: make_user("管", None, "系统管理员"), ["管理"]),
    "nobody": (lambda: make_user("无"), ["进展情况表"]),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_its_pages_and_signing_in_leads_to_the_first(client, role):
    make, expected = ROLES[role]
    user = staff(make())
    assert [str(door.label) for door in doors(user)] == expected
    user.set_password("鱼跃龙门-2025")
    user.save()
    answer = client.post(reverse("login"), {"username": user.username, "password": "鱼跃龙门-2025"})
    assert answer["Location"] == doors(user)[0].address


def test_each_queue_is_counted_and_their_sum_is_what_there_is_to_do():
    target = make_target()
    make_target(title="乙")
    submit_entry(target, 6, "265.2", JULY)
    assert counts(staff(author())) == {"本月填报": 1, "进展情况表": 0, "待办": 1}
    assert counts(staff(reviewer())) == {"审核台": 1, "进展情况表": 0, "待办": 1}


def test_only_who_runs_the_plan_reads_how_many_reports_are_filed():
    file_entry(make_target(), 6, "265.2", JULY)
    make_target(title="乙")
    assert register(coordinator()).filed == (1, 2)
    assert register(coordinator(), "/targets/?period=6").filed == (1, 2)
    assert register(coordinator(), "/targets/?period=5").filed is None
    assert [register(user).filed for user in (author(), leader())] == [None, None]


def test_another_month_is_the_same_page_with_its_other_parameters():
    make_target()
    shown = register(leader(), "/targets/?plan=P25&q=产值&period=5&page=2")
    assert shown.month == "5月"
    months = {month.label: (month.address, month.is_current) for month in shown.months}
    assert months["6月"] == ("/targets/?plan=P25&q=%E4%BA%A7%E5%80%BC", False)
    assert months["5月"] == ("/targets/?plan=P25&q=%E4%BA%A7%E5%80%BC&period=5", True)
    assert "7月" not in months


def test_once_the_year_is_over_today_stands_beside_its_months():
    make_target()
    shown = register(leader(), today=AUTUMN)
    assert [month.label for month in shown.months[:2]] == ["目前", "2025年12月"]
    assert [month.is_current for month in shown.months[:2]] == [True, False]


def test_another_plan_keeps_what_means_something_there():
    make_target()
    make_target(make_plan("Q25"))
    reader = leader()
    shown = register(reader, "/targets/?plan=P25&status=red&period=5")
    assert {plan.address for plan in shown.plans} == {
        "/targets/?plan=P25&status=red", "/targets/?plan=Q25&status=red",
    }  # fmt: skip
    narrowed = frame(reader, "/targets/?plan=P25&domain=7&unit=8", plan=make_plan("R25"))
    assert narrowed._address(shown.plan) == "/targets/?plan=P25"


def test_a_page_without_plan_and_month_leads_to_the_status_table():
    target = make_target()
    reader, page = leader(), f"/targets/{target.code}/"
    assert frame(reader, "/todo/").plans[0].address == "/targets/?plan=P25"
    assert frame(reader, "/todo/").months[1].address == "/targets/?plan=P25&period=5"
    months = frame(reader, page, plan=target.plan).months
    assert [month.address for month in months[:2]] == [page, f"{page}?period=5"]


def test_a_desk_offers_only_the_plans_that_it_knows():
    make_target()
    scope = SimpleNamespace(fields={"plan": SimpleNamespace(choices=[("P25", "P25")])})
    desk = reverse("admin:targets_progressentry_desk")
    plan = make_plan("Q25")
    shown = frame(staff(coordinator()), desk, plan=plan, scope=scope)
    assert {each.address for each in shown.plans} == {f"{desk}?plan=P25", "/targets/?plan=Q25"}


@pytest.mark.parametrize("make", [leader, coordinator, author, reviewer, statistician])
def test_the_status_table_stays_cheap_for_every_role(client, make):
    target = make_target()
    make_target(make_plan("Q25", year=2024))
    file_entry(target, 6, "265.2", JULY)
    client.force_login(staff(make()))
    for address in ("/targets/", "/targets/?plan=P25&period=6"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 16, [query["sql"][:200] for query in queries.captured_queries]


def test_a_language_is_chosen_in_the_menu_and_stays(client):
    make_target()
    client.force_login(leader())
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/targets/"})
    assert answer["Location"] == "/targets/"
    assert answer.cookies["django_language"]["max-age"]
    page = client.get("/targets/").content.decode()
    assert "Status table" in page
    assert ">中文</button>" in page


def test_the_instructions_tell_first_what_is_the_readers_own(client):
    client.force_login(author())
    page = client.get(reverse("help")).content.decode()
    assert page.index("填报员</h2>") < page.index("亮灯怎么看") < page.index("审核员</summary>")
    assert "本月填报" in page
