"""Each unit's open list, printed for a chat or mailed to those who report."""

from datetime import date
from io import StringIO
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import AuditRecord
from targets.todo import Todo, UnitsTodo
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)

pytestmark = pytest.mark.django_db

# Period 6 opens on 30 June; words are due on 7 July, statistics on the 21st.
JULY, LATE, PUBLISHED = date(2025, 7, 3), date(2025, 7, 8), date(2025, 7, 22)


@pytest.fixture
def plan():
    plan = make_plan(office=make_unit("综合办"), locks_periods=False)
    for title in ("工业总产值", "招商引资", "小升规"):
        make_target(plan, title=title)
    make_target(plan, title="高标准农田", lead_unit=make_unit("农业办"))
    return plan


@pytest.fixture
def mailed(settings):
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example", "zhb@example.gov.cn"
    return mail.outbox


def remind(*arguments, day=JULY):
    told = StringIO()
    call_command("remind", "--as-of", day.isoformat(), *arguments, stdout=told, stderr=told)
    return told.getvalue()


def with_address(unit, address):
    user = author(unit)
    user.email = address
    user.save()
    return user


def test_each_unit_gets_a_list_of_its_own(plan):
    assert remind() == (
        "经发办：\n【提醒】6月填报（文字7月7日前）尚有3项未报：\n"
        "1.工业总产值\n2.招商引资\n3.小升规\n请按时报送。\n综合办\n\n"
        "农业办：\n【提醒】6月填报（文字7月7日前）尚有1项未报：\n4.高标准农田\n请按时报送。\n综合办\n\n"
    )


def test_it_says_what_the_to_do_page_of_the_unit_says(plan):
    """Returned, saved as a draft, waiting for review, late, and an official figure without a word on it."""
    first, second, third, other = plan.targets.order_by("number")
    submit_entry(first, 6, "1", JULY).send_back(by=reviewer(), comment="请补充原因", at=at(JULY, 10))
    draft_entry(second, 6, "2", JULY)
    submit_entry(third, 6, "3", JULY)
    counted = make_target(plan, title="规上工业增加值", figure_from="statistics", lead_unit=other.lead_unit)
    file_entry(counted, 6, None, JULY)
    file_entry(counted, 6, "1", PUBLISHED, part="statistic")
    for day in (JULY, LATE, PUBLISHED):
        told = {each.unit: each for each in UnitsTodo(day, [plan]).reminders}
        for unit in (first.lead_unit, other.lead_unit):
            own = [each for todo in Todo(author(unit), day).plans for each in todo.own]
            items = [(each.key, item.title, item.note) for each in own for item in each.items()]
            parts = told[unit].parts
            assert [(each.key, i.title, i.note) for each, its in parts for i in its.items] == items
            assert told[unit].count == len(items) > 0
    assert "1.工业总产值（已退回：请补充原因）\n2.招商引资\n请按时" in remind(day=LATE)
    assert "规上工业增加值" in remind(day=PUBLISHED)


def test_nothing_owed_nothing_said(plan):
    assert remind(day=date(2025, 1, 15)) == "各单位均无待报送事项。\n"
    plan.close(at=at(JULY))
    assert remind() == "各单位均无待报送事项。\n"


def test_of_one_plan_or_of_all(plan):
    make_target(make_plan("P26", title="十件实事"), title="修路")
    assert "修路" in remind()
    assert "修路" not in remind("--plan", "p25")
    assert remind("--plan", "P26").count("请按时报送") == 1
    with pytest.raises(CommandError, match="没有计划“NONE”"):
        remind("--plan", "NONE")


def test_a_day_that_is_none_is_told(plan):
    with pytest.raises(CommandError, match="--as-of"):
        call_command("remind", "--as-of", "七月", stdout=StringIO())


def test_without_a_mail_server_nothing_is_mailed(plan):
    with_address(make_unit(), "jfb@example.gov.cn")
    with pytest.raises(CommandError, match="TRACKER_SMTP 和 TRACKER_MAIL_FROM"):
        remind("--mail")
    assert mail.outbox == []


def test_one_message_to_a_unit_and_the_rest_for_the_coordinator(plan, mailed):
    with_address(make_unit(), "jfb@example.gov.cn")
    told = remind("--mail")
    assert [message.to for message in mailed] == [["jfb@example.gov.cn"]]
    assert mailed[0].subject == "【提醒】经发办有3项待报送"
    assert mailed[0].from_email == "zhb@example.gov.cn"
    assert "农业办" not in mailed[0].body
    assert mailed[0].body.startswith("经发办：\n【提醒】6月填报")
    assert "已发送经发办：jfb@example.gov.cn" in told
    assert "没有登记邮箱，请另行转发：农业办" in told
    assert "4.高标准农田" in told
    assert "工业总产值" not in told
    record = AuditRecord.objects.get(act="export")
    assert "经发办 jfb@example.gov.cn" in record.remark


def test_whose_account_is_off_and_who_does_not_report_get_none(plan, mailed):
    user = with_address(make_unit(), "jfb@example.gov.cn")
    user.is_active = False
    user.save()
    make_user("主任", make_unit(), "领导", email="zr@example.gov.cn")
    assert "经发办、农业办" in remind("--mail")
    assert mailed == []


def test_who_reports_for_several_units_hears_of_each(plan, mailed):
    user = with_address(make_unit("农业办"), "nyb@example.gov.cn")
    user.member.also_in.add(make_unit())
    remind("--mail")
    assert [(message.to, message.subject[4:7]) for message in mailed] == [
        (["nyb@example.gov.cn"], "经发办"),
        (["nyb@example.gov.cn"], "农业办"),
    ]


class Refusing(EmailBackend):
    def send_messages(self, messages):
        if "jfb@example.gov.cn" in messages[0].to:
            raise SMTPException("550 no such user")
        return super().send_messages(messages)


def test_what_the_server_refuses_is_printed_and_the_others_go_out(plan, mailed, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    with_address(make_unit(), "jfb@example.gov.cn")
    with_address(make_unit("农业办"), "nyb@example.gov.cn")
    told = StringIO()
    with pytest.raises(CommandError, match="发送失败：经发办"):
        call_command("remind", "--mail", "--as-of", "2025-07-03", stdout=told, stderr=told)
    assert [message.to for message in mailed] == [["nyb@example.gov.cn"]]
    assert "550 no such user" in told.getvalue()
    assert "1.工业总产值" in told.getvalue()


def test_a_server_that_is_not_there_ends_in_a_sentence(plan, settings):
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "127.0.0.1", "zhb@example.gov.cn"
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    with_address(make_unit(), "jfb@example.gov.cn")
    with pytest.raises(CommandError, match="邮件服务器无法使用"):
        remind("--mail")


def test_the_queries_are_as_many_for_many_targets(plan):
    coordinator()

    def queries():
        with CaptureQueriesContext(connection) as asked:
            remind()
        return len(asked)

    few = queries()
    for number in range(20):
        make_target(plan, title=f"目标{number}", lead_unit=make_unit(f"科室{number}"))
    assert queries() == few
