"""The table of holidays in the admin: listed by year, pasted from the notice, each day once."""

import pytest
from django.urls import reverse

from targets.models import WorkdayException
from tests.factories import author, make_plan, make_unit, make_user
from tests.reading.test_holidays import NOTICE_2025

pytestmark = pytest.mark.django_db

LIST = reverse("admin:targets_workdayexception_changelist")
PASTE = reverse("admin:targets_workdayexception_paste")
LINE = "一、元旦：1月1日（周日）至3日（周二）放假调休，共3天。1月7日（周六）上班。"


@pytest.fixture
def desk(client):
    """Who runs the plans and the program too."""
    return signed_in(client, make_user("两职", make_unit("综合办"), "统筹员", "系统管理员"))


def signed_in(client, user):
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def stored(year):
    return [
        (day.date.isoformat(), day.works, day.note)
        for day in WorkdayException.objects.filter(date__year=year)
    ]


def paste(client, text, year, **more):
    return client.post(PASTE, {"text": text, "year": year, **more})


def test_notice_is_shown_before_it_is_stored(desk):
    shown = paste(desk, LINE, 2090, _read="1")
    assert [(str(day.date), day.works) for day, _effect in shown.context["preview"]] == [
        ("2090-01-01", False), ("2090-01-02", False), ("2090-01-03", False), ("2090-01-07", True),
    ]  # fmt: skip
    assert stored(2090) == []
    answer = paste(desk, LINE, 2090, _save="1", shown=shown.context["form"].key())
    assert answer.url == f"{LIST}?year=2090"
    assert stored(2090) == [
        ("2090-01-01", False, "元旦"), ("2090-01-02", False, "元旦"), ("2090-01-03", False, "元旦"),
        ("2090-01-07", True, "元旦调休"),
    ]  # fmt: skip


def test_what_was_not_shown_is_not_stored(desk):
    shown = paste(desk, LINE, 2090).context["form"].key()
    again = paste(
        desk,
        LINE.replace("3日（周二）", "2日（周一）").replace("共3天", "共2天"),
        2090,
        _save="1",
        shown=shown,
    )
    assert len(again.context["preview"]) == 3
    assert stored(2090) == []


def test_notice_pasted_again_doubles_nothing(desk):
    before = stored(2025)
    shown = paste(desk, NOTICE_2025, 2025)
    assert {str(effect) for _day, effect in shown.context["preview"]} == {"已在表中"}
    paste(desk, NOTICE_2025, 2025, _save="1", shown=shown.context["form"].key())
    assert stored(2025) == before


def test_line_that_cannot_be_read_is_named_and_the_text_kept(desk):
    refused = paste(desk, f"{LINE}\n二、春节：2月5日起放假。", 2090, _save="1")
    [message] = refused.context["form"].errors["text"]
    assert "二、春节：2月5日起放假。" in message
    assert LINE in refused.content.decode()
    assert stored(2090) == []


def test_notice_of_another_year_is_refused(desk):
    refused = paste(desk, NOTICE_2025, 2026)
    assert refused.context["form"].errors.keys() == {"text"}


def test_plans_whose_deadlines_would_move_are_offered(desk):
    plan = make_plan("P2090", year=2090)
    august = plan.periods.get(number=7).words_due_on
    line = f"一、某节：{august.month}月{august.day}日放假。"
    shown = paste(desk, line, 2090).context["form"].key()
    page = desk.post(PASTE, {"text": line, "year": 2090, "_save": "1", "shown": shown}, follow=True)
    assert reverse("admin:targets_plan_reschedule", args=(plan.pk,)) in page.content.decode()


def test_days_are_listed_by_year(desk):
    listed = desk.get(f"{LIST}?year=2025").context["cl"].queryset
    assert {day.date.year for day in listed} == {2025}
    assert not desk.get(f"{LIST}?year=1999").context["cl"].queryset.exists()


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("统筹员", 200, 403),
        ("系统管理员", 200, 200),
        ("填报员", 403, 403),
        ("审核员", 403, 403),
        ("领导", 403, 403),
    ],
)
def test_table_is_read_by_coordinators_and_kept_by_administrators(client, who, reads, writes):
    signed_in(client, make_user("某人", author().member.unit, who))
    assert [client.get(address).status_code for address in (LIST, PASTE)] == [reads, writes]
    assert client.post(PASTE, {"text": LINE, "year": 2090}).status_code == writes
