"""What the desk's pages offer next: counts, the next waiting entry, the change since the last figure."""

import re
from datetime import date

import pytest
from django.contrib import admin
from django.urls import reverse

from targets.models import SupportingUnit
from targets.templatetags.desk import GROUPS, grouped
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    statistician,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
INDEX = reverse("admin:index")


def change(entry):
    return reverse("admin:targets_progressentry_change", args=(entry.pk,))


def doors(client):
    return {str(door["title"]): door.get("count") for door in client.get(INDEX).context["doors"]}


def test_the_first_page_counts_what_waits_for_whom(client):
    target = make_target()
    submit_entry(target, 6, "265.2", JULY)
    back = submit_entry(target, 5, "216", date(2025, 6, 3))
    back.send_back(by=reviewer(), comment="核", at=at(date(2025, 6, 4)))
    submit_entry(make_target(title="乙", lead_unit=make_unit("农业办")), 6, "1", JULY)
    target.ask("cancel", by=coordinator(), effective_on=JULY, document_no="8号", reason="撤", at=at(JULY))
    client.force_login(staff(author(target.lead_unit)))
    assert doors(client) == {"本月填报": 1, "填报进展": None, "待办": 1}
    client.force_login(staff(coordinator()))
    found = doors(client)
    assert (found["审核台"], found["待批变更"], found["待办"]) == (2, 0, 2)
    client.force_login(staff(make_user("无角色", target.lead_unit)))
    assert doors(client) == {}


def test_each_everyday_page_has_its_door_for_who_works_there(client):
    target = make_target(figure_from="statistics")
    submit_entry(target, 6, None, JULY)
    own = {"填报": "本月填报", "统计": "统计数录入", "审核": "审核台"}
    found = {}
    for user in (author(target.lead_unit), statistician(), reviewer(), coordinator()):
        client.force_login(staff(user))
        found[user.username[:2]] = [title for title in doors(client) if title in own.values()]
    assert found == {
        "填报": ["本月填报"],
        "统计": ["统计数录入"],
        "审核": ["审核台"],
        "统筹": ["本月填报", "统计数录入", "审核台"],
    }
    client.force_login(reviewer())
    assert doors(client)["审核台"] == 1


def test_the_lists_stand_by_how_often_they_are_opened(client):
    client.force_login(staff(coordinator()))
    page = client.get(INDEX)
    groups = {
        str(title): [str(each["name"]) for each in models]
        for title, models in grouped(page.context["app_list"])
    }
    assert groups == {
        "日常工作": ["进展填报", "目标变更", "目标任务", "亮灯记录"],
        "计划与期限": ["年度计划", "清单", "来源文件", "亮灯规则", "节假日及调休"],
        "基础数据": ["单位", "人员", "领域"],
    }
    shown = re.findall(r"<caption>(.*?)</caption>", page.content.decode())
    assert shown == list(groups)


def test_no_list_is_left_out_of_the_headings(admin_client):
    listed = grouped(admin_client.get(INDEX).context["app_list"])
    assert [title for title, _models in listed] == [*GROUPS]
    assert sum(len(models) for _title, models in listed) == len(admin.site._registry)


def test_after_approving_the_next_waiting_entry_is_offered(client):
    target = make_target()
    entry = submit_entry(target, 6, "265.2", JULY)
    later = submit_entry(make_target(title="乙"), 6, "1", date(2025, 7, 4))
    client.force_login(staff(reviewer()))
    page = client.post(change(entry), {"_approve": "1"}, follow=True)
    assert page.context["next"] == later
    assert change(later) in page.content.decode()
    assert client.post(change(later), {"_approve": "1"}, follow=True).context["next"] is None
    client.force_login(staff(author(target.lead_unit)))
    assert client.get(change(entry)).context["next"] is None


def test_an_own_entry_is_not_the_next_to_review(client):
    entry = submit_entry(make_target(), 6, "265.2", JULY)
    user = staff(make_user("两职", make_unit(), "填报员", "审核员"))
    own = draft_entry(make_target(title="乙"), 6, "1", JULY, entered_by=user)
    own.submit(by=user, at=at(JULY))
    client.force_login(user)
    assert client.post(change(entry), {"_approve": "1"}, follow=True).context["next"] is None


@pytest.mark.parametrize(
    ("value", "moved"), [("265.2", "+46.8亿元"), ("218.4", "0亿元"), ("200", "−18.4亿元")]
)
def test_the_review_page_shows_the_change_since_the_last_figure(client, value, moved):
    target = make_target()
    file_entry(target, 5, "218.4", date(2025, 6, 3))
    entry = submit_entry(target, 6, value, JULY)
    client.force_login(staff(reviewer()))
    assert moved in client.get(change(entry)).context["moved"]


def test_an_approved_entry_stands_beside_the_report_before_it(client):
    target = make_target()
    file_entry(target, 5, "218.4", date(2025, 6, 3), narrative="五月进展")
    entry = file_entry(target, 6, "265.2", JULY, narrative="六月进展")
    file_entry(target, 7, "300", date(2025, 8, 3))
    client.force_login(staff(reviewer()))
    beside = client.get(change(entry)).context["panel"]
    assert "218.4亿元" in beside["last_figure"]
    assert [text for _label, text in beside["last_words"]["words"]] == ["五月进展"]


def test_a_reader_is_not_led_to_pages_that_refuse(client):
    target = make_target()
    SupportingUnit(target=target, unit=make_unit("建设办")).save()
    file_entry(target, 6, "265.2", JULY)
    client.force_login(staff(author(target.lead_unit)))
    ledger = target.assessments.last()
    pages = [
        reverse("admin:targets_target_change", args=(target.pk,)),
        reverse("admin:targets_assessment_change", args=(ledger.pk,)),
    ]
    for page in pages:
        text = client.get(page).content.decode()
        links = {part.split('"')[0] for part in text.split('href="')[1:]}
        inside = [link for link in links if link.startswith(("/admin/", "/targets/"))]
        assert inside
        refused = [link for link in inside if client.get(link).status_code not in (200, 302)]
        assert refused == [], page
