"""Logging, submitting and reviewing in the admin, as people do it in a browser."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from targets.models import ProgressEntry
from targets.status import Status
from tests.factories import (
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_node,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    submit_entry,
)
from tests.pages import form_on

pytestmark = pytest.mark.django_db
ADD = reverse("admin:targets_progressentry_add")
JULY = date(2025, 7, 3)


def change(entry):
    return reverse("admin:targets_progressentry_change", args=(entry.pk,))


def period(target, number):
    return target.plan.periods.get(number=number)


def log(client, target, number=6, *, act="_submit", **fields):
    data = {"target": target.pk, "part": "report", "period": period(target, number).pk, "answer": "reported"}
    data |= {"narrative": "按计划推进", act: "1", **fields}
    return client.post(f"{ADD}?target={target.pk}", data)


def as_reviewer(client):
    client.force_login(staff(reviewer()))
    return client


def test_a_figure_is_logged_submitted_approved_and_lit(official, target):
    response = log(official, target, value="265.2")
    entry = ProgressEntry.objects.get()
    assert response.url == change(entry)
    assert (entry.state, entry.value, entry.entered_by) == (
        "submitted",
        Decimal("265.2"),
        author(target.lead_unit),
    )

    page = as_reviewer(official).get(change(entry))
    assert 'name="_approve"' in page.content.decode()
    official.post(change(entry), {"_approve": "1", "seen_version": entry.version})

    row = type(target).objects.with_status(on=date(2025, 6, 30)).select_related("row").get().row
    assert (row.attainment, row.expected, row.gap) == (Decimal("51.0"), Decimal("50.0"), Decimal("1.0"))
    assert row.light == Status.GREEN
    page = official.get(change(entry)).content.decode()
    assert "51.0%" in page
    assert "+1.0" in page
    assert f"/targets/{target.code}/" in page
    assert 'name="_approve"' not in page


def test_a_saved_draft_is_not_submitted(official, target):
    log(official, target, act="_save", value="265.2")
    assert ProgressEntry.objects.get().state == "draft"


def test_a_second_click_finds_the_entry_and_makes_no_other(official, target):
    log(official, target, value="265.2")
    response = log(official, target, value="265.2")
    assert response.status_code == 200
    assert f'href="{change(ProgressEntry.objects.get())}"' in response.content.decode()


def test_submitting_again_what_is_submitted_changes_nothing(official, target):
    log(official, target, act="_save", value="265.2")
    entry = ProgressEntry.objects.get()
    for _click in range(2):
        response = official.post(change(entry), {"answer": "reported", "value": "265.2", "_submit": "1"})
        assert response.status_code == 302
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_approving_again_is_a_notice(client, target):
    entry = submit_entry(target, 6, "265.2", JULY)
    as_reviewer(client)
    for _click in range(2):
        assert client.post(change(entry), {"_approve": "1"}).status_code == 302
    assert target.assessments.filter(cause="approve").count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"), [("４７０．５", "470.5"), ("1,234.5", "1234.5"), (" 470\u3000", "470"), ("0", "0")]
)
def test_a_number_is_read_as_offices_type_it(official, target, typed, kept):
    log(official, target, act="_save", value=typed)
    assert ProgressEntry.objects.get().value == Decimal(kept)


@pytest.mark.parametrize(
    "typed", ["12万", "1e5", "NaN", "Infinity", "470亿元", "≥90", "1 234", "٣٤", "9" * 5000]
)
def test_an_unclear_number_is_refused_and_kept_as_typed(official, target, typed):
    response = log(official, target, value=typed, narrative="已完成大部分")
    page = response.content.decode()
    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"value"}
    assert f'value="{typed}"' in page
    assert "已完成大部分" in page
    assert not ProgressEntry.objects.exists()


def test_a_refused_submission_saves_nothing_and_keeps_what_was_typed(official, target):
    response = log(official, target, issues="数据待核")
    assert response.status_code == 200
    assert "value" in response.context["adminform"].form.errors
    assert "数据待核" in response.content.decode()
    assert not ProgressEntry.objects.exists()


def test_fields_that_are_no_form_fields_are_ignored(official, target):
    other = make_unit("农业办")
    log(
        official, target, act="_save", value="265.2", state="approved", entered_by=reviewer().pk,
        reported_by_unit=other.pk, revision_no=7, reviewed_by=reviewer().pk, is_void="on",
        effective_on="2025-01-01",
    )  # fmt: skip
    entry = ProgressEntry.objects.get()
    assert (entry.state, entry.entered_by, entry.revision_no) == ("draft", author(target.lead_unit), 1)
    assert (entry.reported_by_unit, entry.reviewed_by, entry.is_void) == (target.lead_unit, None, False)


def test_a_fall_is_asked_about_once(official, target):
    file_entry(target, 5, "270", date(2025, 6, 3))
    response = log(official, target, value="265.2")
    assert response.status_code == 200
    assert 'name="confirmed"' in response.content.decode()
    assert not ProgressEntry.objects.filter(period__number=6).exists()
    log(official, target, value="265.2", confirmed="on")
    assert ProgressEntry.objects.get(period__number=6).state == "submitted"


def test_a_fall_asks_for_a_reason_and_stops_nobody(official, target):  # case 17
    file_entry(target, 5, "270", date(2025, 6, 3))
    response = log(official, target, value="265.2", narrative="")
    assert "请在“存在问题”中说明原因" in response.content.decode()
    assert not ProgressEntry.objects.filter(period__number=6).exists()
    log(official, target, value="265.2", narrative="", confirmed="on")
    assert ProgressEntry.objects.get(period__number=6).state == "submitted"


def test_no_change_does_not_swallow_another_number(official, target):
    file_entry(target, 5, "250", date(2025, 6, 3))
    response = log(official, target, value="265.2", answer="no_change")
    assert "value" in response.context["adminform"].form.errors
    log(official, target, value="", answer="no_change")
    assert ProgressEntry.objects.get(period__number=6).value == 250


def test_the_page_shows_the_promise_and_the_last_report_and_no_shortfall(official, target):
    file_entry(target, 11, "470.5", date(2025, 12, 3), narrative="规上企业产能释放")
    page = official.get(f"{ADD}?target={target.pk}").content.decode()
    assert "470.5亿元" in page
    assert "规上企业产能释放" in page
    assert "520亿元" in page
    assert "49.5" not in page


@pytest.mark.parametrize(
    ("measure", "label"),
    [
        ("flow", "累计完成数（1—12月），单位：亿元"),
        ("stock", "12月末数，单位：家"),
        ("growth", "增速（1—12月），单位：%"),
        ("rank", "位次（12月），单位：位"),
        ("ratio", "比率（12月），单位：%"),
    ],
)
def test_only_what_adds_up_is_asked_for_as_a_running_total(official, measure, label):
    fields = {"growth": PERCENT, "ratio": PERCENT, "rank": PLACE}.get(measure, {})
    goal = make_target(measure=measure, **fields)
    page = official.get(f"{ADD}?target={goal.pk}")
    assert page.context["adminform"].form.fields["value"].label == label


PERCENT = {"comparator": "gte", "target_value": 5, "unit_of_measure": "%"}
PLACE = {"comparator": "lte", "target_value": 3, "unit_of_measure": "位"}


def test_the_months_of_the_figure_are_those_of_the_target_s_own_window(official):
    goal = make_target(starts_on=date(2025, 4, 1))
    june = goal.plan.periods.get(number=6)
    page = official.get(f"{ADD}?target={goal.pk}&period={june.pk}")
    label = page.context["adminform"].form.fields["value"].label
    assert label == "累计完成数（4—6月），单位：亿元"


def test_the_newest_closed_period_without_an_entry_is_offered(official, target):
    file_entry(target, 12, "470", date(2026, 1, 5))
    form = official.get(f"{ADD}?target={target.pk}").context["adminform"].form
    assert form.initial["period"].number == 11


def test_the_entry_under_way_is_opened_instead_of_a_new_one(official, target):
    entry = draft_entry(target, 12, "470", date(2026, 1, 5))
    assert official.get(f"{ADD}?target={target.pk}").url == change(entry)


def test_without_a_target_only_own_ones_are_offered(official, target):
    foreign = make_target(title="粮食产量", lead_unit=make_unit("农业办"))
    page = official.get(ADD).content.decode()
    assert target.title in page
    assert foreign.title not in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_target_and_one_that_does_not_exist_are_refused_alike(official, method):
    foreign = make_target(title="粮食产量", lead_unit=make_unit("农业办"))
    pages = []
    for pk in (foreign.pk, 987654, "x", "9" * 30):
        answer = official.get(f"{ADD}?target={pk}") if method == "get" else official.post(ADD, {"target": pk})
        assert answer.status_code == 403
        pages.append(answer.content.decode().replace(str(pk), "·"))
    assert "粮食产量" not in pages[0]
    assert not ProgressEntry.objects.exists()


def test_a_period_of_another_plan_is_refused(official, target):
    other = make_target(plan=None, title="另一目标")
    from_plan = other.plan.periods.get(number=6)
    response = official.post(
        f"{ADD}?target={target.pk}",
        {
            "target": target.pk,
            "part": "report",
            "period": from_plan.pk + 1000,
            "answer": "reported",
            "value": "1",
        },
    )
    assert "period" in response.context["adminform"].form.errors


def test_a_target_suspended_meanwhile_is_refused_in_words_and_the_text_is_kept(official, target):
    type(target).objects.filter(pk=target.pk).update(state="suspended")
    response = log(official, target, value="265.2", issues="用电紧张")
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["__all__"]
    assert "用电紧张" in response.content.decode()
    assert official.get(f"{ADD}?target={target.pk}").status_code == 403


def test_returning_needs_a_comment_and_the_author_reads_it(client, target):
    entry = submit_entry(target, 6, "265.2", JULY)
    as_reviewer(client)
    response = client.post(change(entry), {"_return": "1", "review_comment": " "})
    assert response.status_code == 200
    assert "review_comment" in response.context["adminform"].form.errors
    client.post(change(entry), {"_return": "1", "review_comment": "请补充存在问题"})
    entry.refresh_from_db()
    assert (entry.state, entry.review_comment) == ("returned", "请补充存在问题")

    client.force_login(staff(author(target.lead_unit)))
    page = client.get(change(entry)).content.decode()
    assert "请补充存在问题" in page
    client.post(change(entry), {"answer": "reported", "value": "265.2", "issues": "用电紧张", "_submit": "1"})
    entry.refresh_from_db()
    assert (entry.state, entry.issues) == ("submitted", "用电紧张")


def test_nobody_reviews_an_own_entry(client, target):
    user = staff(make_user("两职", target.lead_unit, "填报员", "审核员"))
    for person in (user, staff(coordinator())):
        client.force_login(person)
        log(client, target, value="265.2")
        entry = ProgressEntry.objects.get()
        assert 'name="_approve"' not in client.get(change(entry)).content.decode()
        assert client.post(change(entry), {"_approve": "1"}).status_code == 403
        entry.refresh_from_db()
        assert entry.state == "submitted"
        entry.delete()


def test_a_superuser_does_not_review_an_own_entry_either(client, target):
    user = make_user("主管", is_superuser=True)
    client.force_login(staff(user))
    log(client, target, value="265.2")
    assert client.post(change(ProgressEntry.objects.get()), {"_approve": "1"}).status_code == 403


def test_a_reviewer_who_lost_the_role_is_refused(client, target):
    entry = submit_entry(target, 6, "265.2", JULY)
    as_reviewer(client).get(change(entry))
    reviewer().groups.clear()
    assert client.post(change(entry), {"_approve": "1"}).status_code in (302, 403)
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_an_older_page_does_not_overwrite_a_newer_entry(official, target):
    entry = draft_entry(target, 6, "265.2", JULY)
    seen = entry.version
    fields = {"answer": "reported", "seen_version": seen, "_save": "1"}
    official.post(change(entry), {**fields, "value": "266", "narrative": "甲"})
    response = official.post(change(entry), {**fields, "value": "267", "narrative": "乙的说明"})
    assert response.status_code == 200
    assert "乙的说明" in response.content.decode()
    entry.refresh_from_db()
    assert (entry.value, entry.narrative) == (266, "甲")


def test_a_reviewer_approves_only_what_was_seen(client, target):
    entry = submit_entry(target, 6, "265.2", JULY)
    seen = entry.version
    entry.send_back(by=reviewer(), comment="核")
    entry.value = 999
    entry.save()
    entry.submit(by=author(target.lead_unit))
    response = as_reviewer(client).post(change(entry), {"_approve": "1", "seen_version": seen})
    assert response.status_code == 200
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_nodes_are_ticked_by_their_day(client):
    goal = make_target(measure="milestone", title="文体中心建成")
    first, second = make_node(goal, date(2025, 5, 31)), make_node(goal, date(2025, 11, 30))
    client.force_login(staff(author(goal.lead_unit)))
    page = client.get(f"{ADD}?target={goal.pk}&period={period(goal, 6).pk}")
    assert "value" not in page.context["adminform"].form.fields
    rows = {
        "completions-TOTAL_FORMS": 2, "completions-INITIAL_FORMS": 0,
        "completions-0-milestone": first.pk, "completions-0-completed_on": "2025年5月30日",
        "completions-1-milestone": second.pk, "completions-1-completed_on": "",
    }  # fmt: skip
    response = log(client, goal, issues="用地未批", next_steps="协调用地", **rows)
    assert response.status_code == 302
    entry = ProgressEntry.objects.get()
    assert list(entry.completions.values_list("milestone", "completed_on")) == [(first.pk, date(2025, 5, 30))]
    assert entry.state == "submitted"
    assert "2025年5月30日" in as_reviewer(client).get(change(entry)).content.decode()


def test_who_only_ticks_a_node_does_not_review(client):  # case 60
    goal = make_target(measure="milestone")
    make_node(goal, date(2025, 5, 31))
    entry = draft_entry(goal, 6, None, JULY)
    client.force_login(staff(coordinator()))
    shown = form_on(client.get(change(entry)), "progressentry_form")
    client.post(change(entry), {**shown, "completions-0-completed_on": "2025-05-30", "_save": "1"})
    entry.refresh_from_db()
    assert (entry.entered_by, *entry.earlier_writers.all()) == (coordinator(), author())
    entry.submit(by=author())
    assert client.post(change(entry), {"_approve": "1"}).status_code == 403
    entry.refresh_from_db()
    assert (entry.state, entry.completions.count()) == ("submitted", 1)


def test_official_statistics_are_for_coordinators(client):
    goal = make_target(figure_from="statistics")
    client.force_login(staff(author(goal.lead_unit)))
    page = client.get(f"{ADD}?target={goal.pk}")
    assert "value" not in page.context["adminform"].form.fields
    assert log(client, goal, part="statistic", value="265.2").status_code == 200
    assert not ProgressEntry.objects.exists()
    client.force_login(staff(coordinator()))
    log(client, goal, part="statistic", value="265.2", source_ref="市统计局反馈")
    assert ProgressEntry.objects.get().part == "statistic"


def test_an_entry_under_way_leads_to_the_periods_not_filed_yet(official, target):
    file_entry(target, 10, "430", date(2025, 11, 3))
    waiting = submit_entry(target, 12, "520", date(2026, 1, 5))
    landed = official.get(f"{ADD}?target={target.pk}", follow=True)
    assert landed.redirect_chain[-1][0] == change(waiting)
    assert [each.number for each in landed.context["unfiled"]] == [11, *range(9, 0, -1)]
    link = f"{ADD}?target={target.pk}&amp;part=report&amp;period={period(target, 11).pk}"
    assert link in landed.content.decode()
    opened = official.get(link.replace("&amp;", "&"))
    assert opened.context["adminform"].form.initial["period"] == period(target, 11)


def test_periods_not_filed_are_not_offered_to_the_reviewer(client, target):
    waiting = submit_entry(target, 12, "520", date(2026, 1, 5))
    assert as_reviewer(client).get(change(waiting)).context["unfiled"] == []


def test_who_writes_both_parts_is_led_from_one_to_the_other(client):
    target = make_target(title="税收", figure_from="statistics")
    client.force_login(staff(coordinator()))
    for part, other in (("statistic", "report"), ("report", "statistic")):
        page = client.get(f"{ADD}?target={target.pk}&part={part}")
        assert page.context["other_part"] == other
        assert f"?target={target.pk}&amp;part={other}" in page.content.decode()
    client.force_login(staff(author(target.lead_unit)))
    assert client.get(f"{ADD}?target={target.pk}").context["other_part"] == ""
