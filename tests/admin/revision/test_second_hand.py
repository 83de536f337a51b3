"""Who signs, and that one is told when nobody can; what is added to a plan in force, from page to page."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from targets.models import AuditRecord, Plan, Target, TargetRevision
from targets.register.register import Register
from targets.todo import Todo
from tests.admin.desk.desk_typing import desk as desk_of
from tests.admin.desk.desk_typing import typed
from tests.factories import (
    author,
    coordinator,
    deputy,
    make_plan,
    make_target,
    make_unit,
    make_user,
    staff,
    submit_entry,
)

pytestmark = pytest.mark.django_db
ADDITION = reverse("admin:targets_targetrevision_addition")
GROUND = {"document_no": "外街〔2025〕9号", "reason": "上级追加"}
JULY = date(2025, 7, 3)


def leader():
    return make_user("书记", make_unit("外海街道"), "领导", is_staff=True)


def asked(by):
    return make_target().ask(
        "value", by=by, effective_on=JULY, changes={"target_value": 600}, document_no="9号", reason="调整"
    )


def page_of(revision):
    return reverse("admin:targets_targetrevision_change", args=(revision.pk,))


def signed_in(client, user):
    client.force_login(staff(user))
    return client


def written(plan, title):
    """Into a plan in force, and not asked for yet."""
    words = {"measure": "flow", "comparator": "gte", "target_value": 9, "unit_of_measure": "家"}
    return Target.objects.create(plan=plan, title=title, lead_unit=make_unit(), **words)


def text_of(answer):
    return answer.content.decode()


def test_a_leader_signs_and_signs_no_own_request(client):
    request, who = asked(coordinator()), leader()
    assert request.may_be_decided_by(who)
    answer = signed_in(client, who).post(page_of(request), {"_approve": "1", "seen": ""})
    request.refresh_from_db()
    assert (answer.status_code, request.approved_by) == (302, who)
    own = make_target(title="又一").revisions.model.objects.create(
        target=Target.objects.get(title="又一"), kind="value", effective_on=JULY, asked_by=who,
        asked_at=timezone.now(), changes={"target_value": [None, "600"]}, document_no="9号", reason="调整",
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        own.approve(by=who)


def test_a_leader_of_another_town_signs_nothing():
    request = asked(coordinator())
    other = make_user("外人", make_unit("礼乐街道", kind="township", parent=None), "领导")
    with pytest.raises(PermissionDenied):
        request.approve(by=other)


def test_the_request_says_who_may_sign_and_when_nobody_can(client):
    request = asked(coordinator())
    assert request.signers() == []
    page = text_of(signed_in(client, coordinator()).get(page_of(request)))
    assert "暂无。请系统管理员增设第二名统筹员或领导账号" in page
    who = leader()
    assert [member.user for member in request.signers()] == [who]
    assert "书记" in text_of(client.get(page_of(request)))
    deputy()
    assert len(request.signers()) == 2


def test_what_is_written_into_a_plan_in_force_is_asked_for_at_once_and_signed(client):
    plan = make_plan()
    make_target(plan, title="年初")
    added = [written(plan, title) for title in ("追加1", "追加2")]
    desk = signed_in(client, coordinator())
    page = text_of(desk.get(ADDITION))
    assert [title in page for title in ("追加1", "追加2", "年初")] == [True, True, False]
    keys = [target.pk for target in added]
    answer = desk.post(ADDITION, {**GROUND, "listed": keys, "target": keys})
    first = TargetRevision.objects.get(kind="open", joins=None, asked_by=coordinator())
    assert answer["Location"] == page_of(first)
    assert first.request().count() == 2
    titles = [row.target.title for row in Register.at(plan).rows()]
    assert titles == ["年初"]
    # What waits is not offered again.
    assert "追加1" not in text_of(desk.get(ADDITION))
    assert desk.post(page_of(first), {"_approve": "1"}).status_code == 403
    other = signed_in(client, deputy())
    assert other.post(page_of(first), {"_approve": "1"}).status_code == 302
    today = timezone.localdate()
    assert [row.target.title for row in Register.at(plan).rows()] == ["年初", "追加1", "追加2"]
    before = Register.at(plan, as_of=date(2025, 6, 30)).rows()
    assert [row.target.title for row in before] == ["年初"]
    openings = TargetRevision.objects.filter(kind="open", target__in=added)
    assert set(openings.values_list("effective_on", flat=True)) == {today}
    assert set(Target.objects.filter(pk__in=keys).values_list("current__effective_on", flat=True)) == {today}


def test_an_addition_without_its_ground_comes_back(client):
    plan = make_plan()
    added = written(plan, "追加")
    desk = signed_in(client, coordinator())
    answer = desk.post(ADDITION, {"listed": [added.pk], "target": [added.pk], "reason": "上级追加"})
    assert "上级追加" in text_of(answer)
    assert not TargetRevision.objects.exists()


# --- a report, and 办结, taken back -----------------------------------------------------------


def test_a_report_is_taken_back_on_its_page_and_the_log_says_so(client):
    plan = make_plan(year=timezone.localdate().year)
    number = timezone.localdate().month
    period = plan.periods.get(number=number)
    period.opens_on = timezone.localdate().replace(day=1)
    period.save()
    entry = submit_entry(
        make_target(plan, at=timezone.now().replace(month=1, day=1)), number, "2", timezone.now()
    )
    desk = signed_in(client, author())
    address = reverse("admin:targets_progressentry_withdraw", args=(entry.pk,))
    assert address in text_of(desk.get(reverse("admin:targets_progressentry_change", args=(entry.pk,))))
    assert desk.post(address).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.submitted_at) == ("draft", None)
    assert AuditRecord.objects.about(entry).filter(act="withdraw", by=author()).exists()


def test_closing_is_taken_back_by_its_button(client):
    plan = make_plan()
    desk = signed_in(client, coordinator())
    change = reverse("admin:targets_plan_change", args=(plan.pk,))
    back = reverse("admin:targets_plan_undo_close", args=(plan.pk,))
    desk.post(reverse("admin:targets_plan_close", args=(plan.pk,)), {"confirmed": "on"})
    assert Plan.objects.get(pk=plan.pk).state == "closed"
    assert back in text_of(desk.get(change))
    other = signed_in(client, deputy())
    assert back not in text_of(other.get(change))
    assert other.post(back).status_code == 200
    assert Plan.objects.get(pk=plan.pk).state == "closed"
    assert signed_in(client, coordinator()).post(back).status_code == 302
    assert Plan.objects.get(pk=plan.pk).state == "in_force"


# --- 印发 -------------------------------------------------------------------------------------


def test_issuing_lists_what_is_missing_and_asks_once(client):
    plan = make_plan(state="drafting")
    make_target(plan, title="投资")
    desk = signed_in(client, coordinator())
    address = reverse("admin:targets_plan_issue", args=(plan.pk,))
    page = text_of(desk.get(address))
    assert "投资" in page
    assert 'name="confirmed"' in page
    given = {"document_no": "1号", "issued_on": "2025-01-01"}
    answer = desk.post(address, given)
    assert 'value="1号"' in text_of(answer)
    assert Plan.objects.get(pk=plan.pk).state == "drafting"
    assert desk.post(address, {**given, "confirmed": "on"}).status_code == 302
    assert Plan.objects.get(pk=plan.pk).state == "in_force"


# --- a report taken back on the desk ----------------------------------------------------------


def test_taking_back_on_the_desk_first_saves_what_was_typed_in_other_rows(client):
    plan = make_plan()
    filed, other = make_target(plan, title="已报"), make_target(plan, title="另一项")
    entry = submit_entry(filed, 6, "265.2", JULY)
    desk = signed_in(client, author())
    page = desk.get(desk_of(filed))
    key = next(form.line.key for form in page.context["grid"] if form.line.target == filed)
    assert f'name="_withdraw" value="{key}"' in text_of(page)
    data = {**typed(page, {other: {"value": "12", "narrative": "正在推进"}}), "_withdraw": key}
    assert desk.post(desk_of(filed), data).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.submitted_at) == ("draft", None)
    saved = other.entries.get()
    assert (saved.state, saved.value, saved.narrative) == ("draft", 12, "正在推进")
    assert AuditRecord.objects.about(entry).filter(act="withdraw", by=author()).exists()


def test_todo_lists_what_may_be_taken_back():
    entry = submit_entry(make_target(title="已报"), 6, "265.2", JULY)
    address = reverse("admin:targets_progressentry_withdraw", args=(entry.pk,))
    found = [item for plan in Todo(author(), JULY).plans for each in plan.lists for item in each.items()]
    assert address in str([vars(item) if hasattr(item, "__dict__") else item for item in found])
