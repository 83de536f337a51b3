"""Changes of the promise, asked for and decided on as people do it in a browser."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from targets.models import TargetRevision
from targets.status import Status
from tests.factories import (
    at,
    author,
    coordinator,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
)

pytestmark = pytest.mark.django_db
ADD = reverse("admin:targets_targetrevision_add")
LIST = reverse("admin:targets_targetrevision_changelist")
JULY = date(2025, 7, 3)


def other_coordinator():
    return make_user("统筹员乙", make_unit("综合办"), "统筹员", is_staff=True)


def page_of(revision):
    return reverse("admin:targets_targetrevision_change", args=(revision.pk,))


def ask(client, target, kind, **fields):
    fields = {"effective_on": "2025-08-01", "document_no": "府办〔2025〕8号", "reason": "市里下调", **fields}
    address = f"{ADD}?target={target.pk}&kind={kind}"
    shown = client.get(address).context["form"]
    data = {
        name: field.prepare_value(field.initial)
        for name, field in shown.fields.items()
        if field.initial is not None
    }
    return client.post(address, {**data, **fields})


def decide(client, revision, act="_approve", **fields):
    return client.post(page_of(revision), {act: "1", **fields})


@pytest.fixture
def target():
    target = make_target(title="全年工业总产值", target_value=470)
    file_entry(target, 6, "215", JULY)
    return target


@pytest.fixture
def desk(client):
    """Who asks; the approver signs in afterwards."""
    client.force_login(staff(coordinator()))
    return client


def as_approver(client):
    client.force_login(other_coordinator())
    return client


def test_a_value_is_asked_for_approved_by_another_and_printed_with_what_it_was(desk, target):
    before = target.assessments.count()
    light = type(target).objects.with_status(on=date(2025, 7, 20)).get().status
    response = ask(desk, target, "value", target_value="４５５")
    revision = TargetRevision.objects.get(kind="value")
    assert response.url == page_of(revision)
    assert revision.changes == {"target_value": [None, "455"]}
    assert (revision.document_no, revision.effective_on) == ("府办〔2025〕8号", date(2025, 8, 1))
    target.refresh_from_db()
    assert (target.target_value, target.assessments.count()) == (470, before)

    page = as_approver(desk).get(page_of(revision))
    rows = {what: (old, new) for what, old, new in page.context["differences"]}
    assert rows["目标值"] == ("470亿元", "455亿元")
    assert decide(desk, revision).status_code == 302
    target.refresh_from_db()
    assert target.target_value == 455
    assert light == type(target).objects.with_status(on=date(2025, 7, 20)).get().status
    table = desk.get("/targets/?plan=P25&as_of=2025-09-01").content.decode()
    assert "455" in table
    assert "470" in table


def test_both_lights_are_for_the_approver_alone(desk, target):
    ask(desk, target, "value", target_value="400")
    revision = TargetRevision.objects.get(kind="value")
    own = desk.get(page_of(revision))
    assert own.context["lights"] == []
    assert 'name="_approve"' not in own.content.decode()
    lights = as_approver(desk).get(page_of(revision)).context["lights"]
    assert [light["label"] for light in lights] == [Status.AMBER.label, Status.GREEN.label]
    assert [light["gap"] for light in lights] == ["−4.3", "+3.8"]
    assert decide(desk, revision).status_code == 302
    for person in (author(target.lead_unit), reviewer()):
        desk.force_login(staff(person))
        assert desk.get(page_of(revision)).context["lights"] == []


def test_the_applicant_does_not_decide(desk, target):
    ask(desk, target, "value", target_value="455")
    revision = TargetRevision.objects.get(kind="value")
    for act in ("_approve", "_refuse"):
        assert decide(desk, revision, act, review_comment="自批").status_code == 403
    revision.refresh_from_db()
    assert (revision.approved_at, revision.refused_at) == (None, None)


def test_a_superuser_does_not_approve_an_own_request_either(client, target):
    client.force_login(staff(make_user("主管", make_unit("综合办"), is_superuser=True)))
    ask(client, target, "value", target_value="455")
    assert decide(client, TargetRevision.objects.get(kind="value")).status_code == 403


def test_refusing_needs_a_comment_which_the_applicant_reads(desk, target):
    ask(desk, target, "value", target_value="455")
    revision = TargetRevision.objects.get(kind="value")
    as_approver(desk)
    response = decide(desk, revision, "_refuse", review_comment=" ")
    assert response.status_code == 200
    assert "review_comment" in response.context["form"].errors
    assert decide(desk, revision, "_refuse", review_comment="依据不足").status_code == 302
    desk.force_login(coordinator())
    page = desk.get(page_of(revision))
    assert page.context["standing"][0] == "refused"
    assert "依据不足" in page.content.decode()
    target.refresh_from_db()
    assert target.target_value == 470


def test_approving_twice_is_a_notice(desk, target):
    ask(desk, target, "value", target_value="455")
    revision = TargetRevision.objects.get(kind="value")
    as_approver(desk)
    for _click in range(2):
        assert decide(desk, revision).status_code == 302
    assert target.assessments.filter(cause="value").count() == 1


def test_asking_twice_makes_one_request(desk, target):
    for _click in range(2):
        assert ask(desk, target, "value", target_value="455").status_code == 302
    assert TargetRevision.objects.filter(kind="value").count() == 1


def test_a_target_changed_meanwhile_is_looked_at_again(desk, target):
    ask(desk, target, "value", target_value="455")
    revision = TargetRevision.objects.get(kind="value")
    seen = as_approver(desk).get(page_of(revision)).context["form"].what_stands()
    file_entry(target, 7, "260", date(2025, 8, 3))
    response = decide(desk, revision, seen=seen)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert decide(desk, revision, seen=response.context["form"].what_stands()).status_code == 302


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"target_value": "470"}, "__all__"),
        ({"target_value": "45五"}, "target_value"),
        ({"target_value": "0"}, "target_value"),
        ({"target_value": "455", "reason": ""}, "reason"),
        ({"target_value": "455", "document_no": " "}, "document_no"),
        ({"target_value": "455", "effective_on": "2024-12-31"}, "effective_on"),
        ({"target_value": "455", "effective_on": "2099-01-01"}, "effective_on"),
        ({"target_value": "455", "effective_on": "8月底"}, "effective_on"),
        ({"comparator": "between"}, "upper_value"),
        ({"comparator": "between", "upper_value": "400"}, "upper_value"),
        ({"target_value": "455", "planned_2025_06": "300", "planned_2025_12": "450"}, "planned_2025_12"),
        ({"target_value": "455", "planned_2025_06": "300", "planned_2025_07": "200"}, "planned_2025_07"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_and_kept(desk, target, fields, field):
    response = ask(desk, target, "value", **{"reason": "市里下调", **fields})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    text = response.content.decode()
    assert all(typed in text for name, typed in fields.items() if typed.strip() and name != "comparator")
    assert not TargetRevision.objects.filter(kind="value").exists()


def test_a_monthly_plan_comes_with_the_change(desk, target):
    address = f"{ADD}?target={target.pk}&kind=value"
    typed = {"target_value": "456", "comparator": "gte", "reason": "调整节奏", "effective_on": "2025-08-01"}
    page = desk.post(address, {**typed, "_fill": "even"})
    form = page.context["form"]
    assert [row.value() for row in form.rows.bound_rows()] == [str(38 * month) for month in range(1, 13)]
    assert "调整节奏" in page.content.decode()
    assert not TargetRevision.objects.filter(kind="value").exists()
    ask(desk, target, "value", target_value="455", planned_2025_06="200", planned_2025_12="455")
    revision = TargetRevision.objects.get(kind="value")
    assert list(revision.curve.values_list("period_end", "planned_value")) == [
        (date(2025, 6, 30), Decimal(200)),
        (date(2025, 12, 31), Decimal(455)),
    ]
    page = as_approver(desk).get(page_of(revision))
    assert page.context["curves"] == [("6月", "—", "200"), ("12月", "—", "455")]
    decide(desk, revision)
    target.refresh_from_db()
    assert target.current.expected == Decimal("44.0")


def test_last_years_pace_is_offered_where_there_was_one(desk):
    before = make_target(make_plan("P24", at=date(2024, 1, 1), year=2024), at=date(2024, 1, 1), title="去年")
    for month, value in ((3, "60"), (6, "200"), (12, "400")):
        file_entry(before, month, value, date(2025, 1, 5))
    target = make_target(target_value=500, continues=before)
    address = f"{ADD}?target={target.pk}&kind=value"
    assert "last_year" in desk.get(address).content.decode()
    page = desk.post(address, {"target_value": "500", "comparator": "gte", "_fill": "last_year"})
    values = {row.name: row.value() for row in page.context["form"].rows.bound_rows() if row.value()}
    assert values == {
        "planned_2025_03": "75", "planned_2025_06": "250", "planned_2025_12": "500",
    }  # fmt: skip
    alone = make_target(title="新目标")
    assert "last_year" not in desk.get(f"{ADD}?target={alone.pk}&kind=value").content.decode()


def test_a_light_set_by_hand_stands_until_its_last_day(desk, target):
    for fields, field in (({"light": "7", "until": "2025-09-30"}, "light"), ({"light": "5"}, "until")):
        assert list(ask(desk, target, "override", **fields).context["form"].errors) == [field]
    early = ask(desk, target, "override", light="5", until="2025-07-31")
    assert list(early.context["form"].errors) == ["until"]
    ask(desk, target, "override", light="5", until="2025-09-30", document_no="")
    decide(as_approver(desk), TargetRevision.objects.get(kind="override"))
    days = {date(2025, 7, 31): Status.AMBER, date(2025, 9, 30): Status.GREEN, date(2025, 10, 1): Status.AMBER}
    for day, status in days.items():
        assert type(target).objects.with_status(on=day).get(pk=target.pk).status == status


def test_suspend_resume_cancel_and_annul(desk, target):
    def offered():
        text = desk.get(f"{ADD}?target={target.pk}").content.decode()
        return [kind for kind in ("suspend", "resume", "cancel", "close", "annul") if f"kind={kind}" in text]

    approver = other_coordinator()

    def done(kind, day, **fields):
        desk.force_login(coordinator())
        assert ask(desk, target, kind, effective_on=day, **fields).status_code == 302
        revision = TargetRevision.objects.filter(kind=kind).last()
        desk.force_login(approver)
        assert decide(desk, revision).status_code == 302
        target.refresh_from_db()
        return revision

    assert offered() == ["suspend", "cancel"]
    assert list(ask(desk, target, "suspend", document_no="").context["form"].errors) == ["document_no"]
    done("suspend", "2025-08-01")
    assert (target.state, target.current.light) == ("suspended", Status.SUSPENDED)
    assert offered() == ["resume", "cancel", "annul"]
    done("resume", "2025-09-01", due_on="2025-12-01")
    assert (target.state, target.due_on) == ("active", date(2025, 12, 1))
    cancelled = done("cancel", "2025-10-01")
    assert (target.state, target.current.light) == ("cancelled", Status.CANCELLED)
    assert offered() == ["annul"]
    done("annul", "2025-10-02", annuls=cancelled.pk)
    assert target.state == "active"
    page = desk.get(page_of(cancelled))
    assert page.context["standing"][0] == "annulled"
    desk.force_login(coordinator())
    again = ask(desk, target, "annul", annuls=cancelled.pk)
    assert list(again.context["form"].errors) == ["annuls"]


def test_only_what_is_done_is_signed_off(desk, target):
    refused = ask_by_hand(desk, target, "close")
    assert refused.status_code == 200
    assert not TargetRevision.objects.filter(kind="close").exists()
    file_entry(target, 12, "480", date(2026, 1, 5))
    assert ask(desk, target, "close", effective_on="2026-01-20").status_code == 302
    decide(as_approver(desk), TargetRevision.objects.get(kind="close"))
    target.refresh_from_db()
    assert (target.state, target.current.light) == ("closed", Status.DONE)


def ask_by_hand(client, target, kind, **fields):
    """As a page would send it that was open before."""
    data = {"effective_on": "2025-08-01", "document_no": "府办〔2025〕8号", "reason": "理由", **fields}
    return client.post(f"{ADD}?target={target.pk}&kind={kind}", data)


def test_a_node_moves_only_this_way(desk):
    target = make_target(measure="milestone", title="文体中心建成")
    node, _last = make_node(target, date(2025, 6, 30)), make_node(target, date(2025, 11, 30))
    foreign = make_node(make_target(measure="milestone", title="另一"), date(2025, 6, 30))
    assert list(
        ask(desk, target, "node", milestone=foreign.pk, due_on="2025-08-31").context["form"].errors
    ) == ["milestone"]
    ask(desk, target, "node", milestone=node.pk, due_on="2025年8月31日", effective_on="2025-06-15")
    revision = TargetRevision.objects.waiting().get(kind="node")
    page = as_approver(desk).get(page_of(revision))
    assert page.context["differences"] == [("完成时限", "2025年6月30日", "2025年8月31日")]
    decide(desk, revision)
    node.refresh_from_db()
    assert node.due_on == date(2025, 8, 31)
    status = {
        day: type(target).objects.with_status(on=day).get(pk=target.pk).status
        for day in (date(2025, 7, 1), date(2025, 9, 1))
    }
    assert status == {date(2025, 7, 1): Status.GREEN, date(2025, 9, 1): Status.AMBER}


def test_a_unit_asks_for_its_own_targets_only(client, target):
    client.force_login(staff(author(target.lead_unit)))
    assert ask(client, target, "value", target_value="455").status_code == 302
    revision = TargetRevision.objects.get(kind="value")
    assert client.get(page_of(revision)).status_code == 200
    assert decide(client, revision).status_code == 403
    client.force_login(staff(make_user("农业填报", make_unit("农业办"), "填报员")))
    for address in (f"{ADD}?target={target.pk}", f"{ADD}?target={target.pk}&kind=value", f"{ADD}?target=x"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"kind": "value", "target_value": "1"}).status_code == 403
    assert "455" not in client.get(page_of(revision), follow=True).content.decode()
    assert decide(client, revision).status_code in (302, 403)
    assert "工业总产值" not in client.get(LIST).content.decode()
    revision.refresh_from_db()
    assert revision.approved_at is None


def test_a_plain_member_opens_nothing(client, target):
    revision = target.ask(
        "value", by=coordinator(), effective_on=date(2025, 8, 1), changes={"target_value": 455},
        document_no="8号", reason="调整", at=at(date(2025, 8, 2)),
    )  # fmt: skip
    for is_staff in (False, True):
        client.force_login(make_user(f"办事员{is_staff}", target.lead_unit, is_staff=is_staff))
        for address in (LIST, ADD, f"{ADD}?target={target.pk}", page_of(revision)):
            assert client.get(address).status_code in (302, 403)
            assert client.post(address, {"_approve": "1"}).status_code in (302, 403)
    revision.refresh_from_db()
    assert revision.approved_at is None


def test_forged_fields_are_ignored(desk, target):
    ask(
        desk, target, "baseline", baseline_value="400", document_no="", target_value="1",
        approved_at="2025-08-01", asked_by=reviewer().pk, state="cancelled",
    )  # fmt: skip
    revision = TargetRevision.objects.get(kind="baseline")
    assert revision.changes == {"baseline_value": [None, "400"]}
    assert (revision.asked_by, revision.approved_at) == (coordinator(), None)


def test_who_asked_withdraws_it_and_nobody_else_does(desk, target):
    ask(desk, target, "value", target_value="455")
    revision = TargetRevision.objects.get(kind="value")
    desk.force_login(approver := other_coordinator())
    assert "_withdraw" not in desk.get(page_of(revision)).content.decode()
    assert decide(desk, revision, "_withdraw").status_code == 403
    desk.force_login(coordinator())
    assert 'name="_withdraw"' in desk.get(page_of(revision)).content.decode()
    decide(desk, revision, "_withdraw")
    page = desk.get(page_of(revision))
    assert page.context["standing"][0] == "withdrawn"
    assert "撤回" in page.content.decode()
    desk.force_login(approver)
    assert decide(desk, revision).status_code == 403
    target.refresh_from_db()
    assert target.target_value == 470
    assert [row.pk for row in desk.get(f"{LIST}?standing=withdrawn").context["cl"].result_list] == [
        revision.pk
    ]
    assert not desk.get(f"{LIST}?standing=refused").context["cl"].result_list


def test_what_was_decided_on_is_not_withdrawn(desk, target):
    ask(desk, target, "value", target_value="455")
    revision = TargetRevision.objects.get(kind="value")
    decide(as_approver(desk), revision)
    desk.force_login(coordinator())
    page = desk.post(page_of(revision), {"_withdraw": "1"}, follow=True)
    assert "已有审批结果" in page.content.decode()
    revision.refresh_from_db()
    assert (revision.refused_at, revision.is_withdrawn) == (None, False)


def test_an_approver_who_lost_the_role_is_refused(desk, target):
    ask(desk, target, "value", target_value="455")
    revision = TargetRevision.objects.get(kind="value")
    as_approver(desk).get(page_of(revision))
    desk.force_login(person := make_user("丙", make_unit("综合办"), "统筹员", is_staff=True))
    person.groups.clear()
    assert decide(desk, revision).status_code in (302, 403)
    revision.refresh_from_db()
    assert revision.approved_at is None


def test_an_approved_change_is_read_only(desk, target):
    ask(desk, target, "value", target_value="455")
    revision = TargetRevision.objects.get(kind="value")
    decide(as_approver(desk), revision)
    for person in (other_login for other_login in (coordinator(), make_user("主管", is_superuser=True))):
        desk.force_login(staff(person))
        assert "<textarea" not in desk.get(page_of(revision)).content.decode()
        assert desk.post(page_of(revision), {"document_no": "改"}).status_code == 403
        assert decide(desk, revision, "_refuse", review_comment="改").status_code == 403
        delete = reverse("admin:targets_targetrevision_delete", args=(revision.pk,))
        assert desk.post(delete, {"post": "yes"}).status_code == 403
    revision.refresh_from_db()
    assert (revision.document_no, revision.refused_at) == ("府办〔2025〕8号", None)


def test_a_draft_plan_is_changed_directly(desk):
    target = make_target(make_plan(state="drafting"))
    assert desk.get(f"{ADD}?target={target.pk}").status_code == 403


def test_the_list_shows_what_waits_first_and_no_openings(desk, target):
    ask(desk, target, "baseline", baseline_value="400", effective_on="2025-12-01")
    decide(as_approver(desk), TargetRevision.objects.get(kind="baseline"))
    desk.force_login(coordinator())
    ask(desk, target, "value", target_value="455")
    listed = desk.get(LIST).context["cl"].result_list
    assert [revision.kind for revision in listed] == ["value", "baseline"]
    for query, kinds in {
        "standing=waiting": ["value"],
        "standing=approved": ["baseline"],
        "standing=refused": [],
        "kind=baseline": ["baseline"],
        f"unit={target.lead_unit.pk}": ["value", "baseline"],
        "standing=x": [],
        "kind=x": [],
    }.items():
        found = desk.get(f"{LIST}?{query}").context["cl"].result_list
        assert [revision.kind for revision in found] == kinds, query


def test_the_list_and_a_request_cost_the_same_for_three_rows_and_for_thirty(
    desk, target, django_assert_max_num_queries
):
    def more(first, last):
        for number in range(first, last):
            one = make_target(title=f"目标{number}")
            ask_by_hand(desk, one, "cancel")

    def queries(address):
        with django_assert_max_num_queries(60) as captured:
            assert desk.get(address).status_code == 200
        return len(captured.captured_queries)

    more(0, 3)
    few = [queries(LIST), queries(ADD)]
    more(3, 30)
    assert [queries(LIST), queries(ADD)] == few


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("deadline", {"due_on": "2026-03-31"}, "due_on"),
        ("definition", {"unit_of_measure": "万元"}, "unit_of_measure"),
    ],
)
def test_what_no_plan_can_hold_is_refused_at_its_field(desk, target, kind, given, field):
    refused = ask(desk, target, kind, **given)
    assert refused.context["form"].errors.keys() == {field}
    assert not TargetRevision.objects.filter(kind=kind).exists()


def test_a_node_is_not_moved_beyond_the_plan(desk):
    target = make_target(measure="milestone", nodes=[date(2025, 6, 30), date(2025, 12, 31)])
    refused = ask(desk, target, "node", milestone=target.milestones.first().pk, due_on="2026-03-31")
    assert refused.context["form"].errors.keys() == {"due_on"}


# --- what the page of a kind asks ------------------------------------------------------------


def form_of(client, target, kind):
    return client.get(f"{ADD}?target={target.pk}&kind={kind}").context["form"]


def test_a_definition_does_not_suspend_cancel_or_close(desk, target):
    states = form_of(desk, target, "definition").fields["state"].choices
    assert [state for state, _label in states] == ["undefined", "active", "watch"]
    answer = ask(desk, target, "definition", state="cancelled")
    assert list(answer.context["form"].errors) == ["state"]


def test_an_annulment_asks_for_no_day(desk, target):
    assert ask(desk, target, "suspend").status_code == 302
    suspended = TargetRevision.objects.get(kind="suspend")
    decide(as_approver(desk), suspended)
    desk.force_login(coordinator())
    assert "effective_on" not in form_of(desk, target, "annul").fields
    fields = {"annuls": suspended.pk, "document_no": "府办〔2025〕8号", "reason": "误停"}
    assert desk.post(f"{ADD}?target={target.pk}&kind=annul", fields).status_code == 302
    assert TargetRevision.objects.get(kind="annul").effective_on == suspended.effective_on


def test_a_monthly_plan_is_dropped_only_where_there_is_one(desk, target):
    assert form_of(desk, target, "value").drops_field() is None
    ask(desk, target, "curve", planned_2025_06="200", planned_2025_12="470")
    decide(as_approver(desk), TargetRevision.objects.get(kind="curve"))
    desk.force_login(coordinator())
    assert form_of(desk, target, "value").drops_field() is not None
    assert form_of(desk, target, "owner").drops_field() is None


@pytest.mark.parametrize(
    ("kind", "measure", "is_planned"),
    [
        pytest.param("value", "flow", True, id="a value"),
        pytest.param("curve", "flow", True, id="the monthly plan itself"),
        pytest.param("owner", "flow", False, id="who leads"),
        pytest.param("suspend", "flow", False, id="suspending"),
        pytest.param("deadline", "milestone", False, id="nodes are in words"),
    ],
)
def test_months_are_planned_where_the_change_moves_the_pace(desk, kind, measure, is_planned):
    form = form_of(desk, make_target(measure=measure, title="一项"), kind)
    assert (form.rows is not None, "planned_2025_06" in form.fields) == (is_planned, is_planned)


def test_what_may_have_to_change_with_it_is_folded_until_it_is_touched(desk, target):
    assert form_of(desk, target, "value").is_folded()
    refused = ask(desk, target, "value", target_value="455", reason="")
    assert refused.context["form"].is_folded()
    refused = ask(desk, target, "value", target_value="455", reason="", due_on="2025-11-30")
    assert not refused.context["form"].is_folded()
