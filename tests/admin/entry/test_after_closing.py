"""办结 is not the end of the paper: a coordinator still files the closing report on the usual page."""

from datetime import date

import pytest
from django.urls import reverse

from targets.models import Plan, ProgressEntry, Target
from tests.factories import author, coordinator, file_entry, make_plan, make_target, reviewer, staff
from tests.pages import form_on

pytestmark = pytest.mark.django_db

ADD = reverse("admin:targets_progressentry_add")
REASON = "区统计局3月函告全年数，据以补报。"


@pytest.fixture
def target():
    target = make_target(make_plan(locks_periods=True), title="全年工业总产值")
    file_entry(target, 11, 480, date(2025, 12, 3))
    make_target(target.plan, title="未报的")
    target.plan.close()
    return target


@pytest.fixture
def office(client, target):
    client.force_login(staff(coordinator()))
    return client


def offered(client, target):
    return f"{ADD}?target={target.pk}" in client.get(f"/targets/{target.code}/").content.decode()


def file(client, target, **given):
    form = form_on(client.get(f"{ADD}?target={target.pk}"), "progressentry_form")
    return client.post(ADD, {**form, "value": "530", "narrative": "全年完成530亿元", "_submit": "1", **given})


def test_the_closing_report_is_offered_and_filed_with_a_reason(office, target):
    assert offered(office, target)
    page = office.get(f"{ADD}?target={target.pk}")
    assert [str(period) for period in page.context["adminform"].form.fields["period"].queryset] == ["12月"]
    refused = file(office, target, reason="")
    assert refused.context["adminform"].form.errors.keys() == {"reason"}
    assert file(office, target, reason=REASON).status_code == 302
    entry = ProgressEntry.objects.get(period__number=12)
    assert (entry.state, entry.reason) == ("submitted", REASON)
    assert not offered(office, target)
    office.force_login(staff(reviewer()))
    review = reverse("admin:targets_progressentry_review")
    shown = office.get(review, {"plan": target.plan.code, "period": 12})
    assert target.title in shown.content.decode()
    # What the other target owes it goes on owing, but of a plan that is over nobody is reminded.
    assert (shown.context["unreported"], shown.context["reminds"]) == ([], False)
    office.post(reverse("admin:targets_progressentry_change", args=(entry.pk,)), {"_approve": "1"})
    assert Target.objects.get(pk=target.pk).current.value == 530


def test_the_unit_is_offered_nothing_and_refused(client, target):
    client.force_login(staff(author()))
    assert not offered(client, target)
    assert client.get(f"{ADD}?target={target.pk}").status_code == 403
    december = target.plan.periods.get(number=12)
    posted = client.post(
        ADD, {"target": target.pk, "period": december.pk, "part": "report", "answer": "reported",
              "value": "530", "narrative": "完成", "_submit": "1"},
    )  # fmt: skip
    assert "只能由统筹员" in posted.content.decode()
    assert not ProgressEntry.objects.filter(period=december).exists()


def test_an_earlier_month_is_not_filed_any_more(office, target):
    october = target.plan.periods.get(number=10)
    refused = file(office, target, period=october.pk, reason=REASON)
    assert refused.status_code == 200
    assert not ProgressEntry.objects.filter(period=october).exists()


def test_the_desks_leave_a_closed_plan_out(office, target):
    for name in ("desk", "statistics"):
        answer = office.get(reverse(f"admin:targets_progressentry_{name}"), {"plan": target.plan.code})
        assert answer.context["grid"] is None


def test_an_archived_plan_takes_nothing(office, target):
    Plan.objects.get().archive()
    assert not offered(office, target)
    assert office.get(f"{ADD}?target={target.pk}").status_code == 403
