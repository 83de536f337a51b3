"""本月填报: whose desk it is, who fills it in for whom, and what a forged post does."""

from datetime import date

import pytest

from targets.models import ProgressEntry
from tests.admin.desk.desk_typing import DESK, desk, fill, row, typed
from tests.factories import (
    author,
    coordinator,
    file_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
)
from tests.pages import form_on

pytestmark = pytest.mark.django_db


def june(target=None):
    entries = ProgressEntry.objects.filter(period__number=6)
    return entries.get(target=target) if target else entries.order_by("target")


def test_a_coordinator_fills_in_for_a_unit(client, target):
    client.force_login(staff(coordinator()))
    page = client.get(desk(target))
    assert [str(unit) for unit in page.context["scope"].units] == ["经发办"]
    fill(client, target, {target: {"value": "265.2"}}, "_save")
    assert (june(target).entered_by, june(target).origin) == (coordinator(), "on_behalf")


def test_what_is_taken_from_the_units_paper_is_marked(client, target):
    other = make_target(title="道路", measure="milestone")
    client.force_login(staff(coordinator()))
    page = client.get(desk(target))
    assert 'name="from_paper"' in page.content.decode()
    data = typed(page, {target: {"value": "265.2"}})
    client.post(desk(target), {**data, "from_paper": "on", "_no_change": "1"})
    assert {entry.origin for entry in june()} == {"transcribed"}
    assert june(other).state == "submitted"
    assert client.get(desk(target)).context["from_paper"]


@pytest.mark.parametrize(
    ("paper", "origin"), [({}, "代填"), ({"from_paper": "on"}, "代录（依据单位报送材料）")]
)
def test_who_confirms_for_another_unit_reads_for_whom_and_how(client, target, paper, origin):
    client.force_login(staff(coordinator()))
    data = typed(client.get(desk(target)), {target: {"value": "265.2", "narrative": "推进"}})
    asked = client.post(desk(target), {**data, **paper, "_submit": "1"}).content.decode()
    assert "代经发办提交" in asked
    assert f'<span class="mark">{origin}</span>' in asked
    client.force_login(staff(author(target.lead_unit)))
    asked = fill(client, target, {}, "_submit").content.decode()
    assert "代经发办提交" not in asked
    assert f'<span class="mark">{origin}</span>' in asked  # it stays the office's answer, whoever hands it in


def test_the_form_of_one_entry_says_for_which_unit_it_is_filed(client, target):
    client.force_login(staff(coordinator()))
    file_entry(target, 5, "218.4", date(2025, 6, 3))
    june = target.plan.periods.get(number=6)
    address = f"/admin/targets/progressentry/add/?target={target.pk}&period={june.pk}"
    data = form_on(client.get(address), "progressentry_form")
    data |= {"from_paper": "on", "value": "1", "narrative": "推进", "_submit": "1"}
    asked = client.post(address, data)
    assert asked.context["adminform"].form.asks_twice
    assert "代经发办填报：依据该单位报送的材料录入" in asked.content.decode()
    done = client.post(address, {**data, "confirmed": "on"}, follow=True)
    assert "为经发办代录（依据单位报送材料）。" in done.context["trail"]


def test_the_unit_itself_is_not_asked_whose_paper_it_is(official, target):
    assert 'name="from_paper"' not in official.get(desk(target)).content.decode()
    fill(official, target, {target: {"value": "265.2"}}, "_save")
    assert june(target).origin == "own"


def test_another_units_desk_and_one_that_does_not_exist_are_refused_alike(official, target):
    foreign = make_target(title="粮食产量", lead_unit=make_unit("农业办"))
    answers = []
    for unit in (foreign.lead_unit_id, 987654):
        for method in (official.get, official.post):
            answer = method(f"{DESK}?plan=P25&period=6&unit={unit}")
            assert answer.status_code == 400
            answers.append(answer.content.decode().replace(str(unit), "·").replace("csrfmiddlewaretoken", ""))
    assert "粮食产量" not in answers[0]
    assert not june().exists()


@pytest.mark.parametrize("asked", ["plan=X", "plan=P25&period=13", "plan=P25&period=x", "plan=P25&unit=x"])
def test_an_unknown_plan_period_or_unit_is_a_message(official, target, asked):
    page = official.get(f"{DESK}?{asked}")
    assert page.status_code == 400
    assert "errornote" in page.content.decode()


def test_a_foreign_row_in_the_post_is_not_written(official, target):
    foreign = make_target(title="粮食产量", lead_unit=make_unit("农业办"))
    key = f"{foreign.pk}-{target.plan.periods.get(number=6).pk}"
    official.post(
        desk(target),
        {f"{key}-seen_version": "", f"{key}-value": "1", f"{key}-answer": "reported", "_save": "1"},
    )
    assert not june().exists()


def test_fields_that_are_no_form_fields_are_ignored(official, target):
    page = official.get(desk(target))
    prefix = row(page, target).prefix
    forged = {
        f"{prefix}-state": "approved",
        f"{prefix}-entered_by": reviewer().pk,
        f"{prefix}-revision_no": 7,
    }
    official.post(desk(target), {**typed(page, {target: {"value": "1"}}), **forged, "_save": "1"})
    assert (june(target).state, june(target).entered_by, june(target).revision_no) == ("draft", author(), 1)


def test_who_has_no_target_to_report_on_sees_none_and_who_may_not_report_is_refused(client, target):
    client.force_login(staff(make_user("旁人", make_unit("农业办"), "填报员")))
    page = client.get(DESK)
    assert (page.status_code, target.title in page.content.decode()) == (200, False)
    client.force_login(staff(make_user("无角色")))
    assert client.get(DESK).status_code == 403


def test_what_people_wrote_is_text(official, target):
    file_entry(target, 5, "1", date(2025, 6, 3), narrative='"><script>alert(1)</script>{{7*7}}')
    page = official.get(desk(target)).content.decode()
    assert "<script>alert" not in page
    assert "{{7*7}}" in page
