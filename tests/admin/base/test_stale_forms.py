"""Two people have the same page open: the second sees both versions, loses nothing."""

import re
from datetime import date

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from targets.admin.base.pages import ReadOnlyAdmin, RowAdmin
from targets.forms.base.conflicts import SeenVersion
from targets.models import LightRule, MilestoneCompletion, ProgressEntry, TargetRevision
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)
from tests.pages import action_on, form_on

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)


def signed_in(user):
    user.is_staff = True
    user.save()
    client = Client()
    client.force_login(user)
    return client


def page_of(row, view="change"):
    return reverse(f"admin:targets_{row._meta.model_name}_{view}", args=(row.pk,))


def open_form(client, row):
    return form_on(client.get(page_of(row)), f"{row._meta.model_name}_form")


def without_token(response):
    """The page, without the token and the own address of its forms."""
    return re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", response.content.decode())


def differing(response):
    """Label → (stored, mine) as the page shows it."""
    form = response.context["adminform"].form if "adminform" in response.context else response.context["form"]
    return {each.label: (each.stored, each.mine) for each in form.differences}


@pytest.fixture
def entry():
    return draft_entry(make_target(title="全年工业总产值"), 6, "260", JULY, narrative="原文")


@pytest.fixture
def people(entry):
    """The unit's reporting officer and a colleague."""
    colleague = make_user("同事", entry.target.lead_unit, "填报员")
    return signed_in(author(entry.target.lead_unit)), signed_in(colleague)


def test_the_second_sees_both_versions_and_saves_on_the_next_try(entry, people):
    first, second = people
    forms = [open_form(person, entry) for person in people]
    first.post(page_of(entry), {**forms[0], "value": "265.2", "narrative": "甲写的", "_save": "1"})
    refused = second.post(page_of(entry), {**forms[1], "narrative": "乙写的", "issues": "缺人", "_save": "1"})
    assert refused.status_code == 200
    entry.refresh_from_db()
    assert (str(entry.value), entry.narrative, entry.issues) == ("265.2000", "甲写的", "")
    assert differing(refused) == {
        "累计完成数（1—6月），单位：亿元": ("265.2", "260"),
        "进展情况": ("甲写的", "乙写的"),
        "存在问题": ("—", "缺人"),
    }
    again = form_on(refused, "progressentry_form")
    # what the second did not touch is now what the first saved
    assert (again["value"], again["narrative"], again["issues"]) == ("265.2", "乙写的", "缺人")
    assert second.post(page_of(entry), {**again, "_save": "1"}).status_code == 302
    entry.refresh_from_db()
    assert (str(entry.value), entry.narrative, entry.issues) == ("265.2000", "乙写的", "缺人")


def test_a_third_save_in_between_is_refused_again(entry, people):
    first, second = people
    forms = [open_form(person, entry) for person in people]
    first.post(page_of(entry), {**forms[0], "narrative": "甲一", "_save": "1"})
    refused = second.post(page_of(entry), {**forms[1], "narrative": "乙", "_save": "1"})
    first.post(page_of(entry), {**open_form(first, entry), "narrative": "甲二", "_save": "1"})
    again = second.post(page_of(entry), {**form_on(refused, "progressentry_form"), "_save": "1"})
    assert differing(again) == {"进展情况": ("甲二", "乙")}


def test_the_same_save_twice_is_no_conflict(entry, people):
    typed = {**open_form(people[0], entry), "narrative": "改过", "_save": "1"}
    answers = [people[0].post(page_of(entry), typed).status_code for _click in range(2)]
    assert answers == [302, 302]


def test_what_was_typed_is_shown_where_a_colleague_submitted_meanwhile(entry, people):
    first, second = people
    typed = {**open_form(second, entry), "narrative": "乙写的长文", "_save": "1"}
    first.post(page_of(entry), {**open_form(first, entry), "value": "265.2", "_submit": "1"})
    refused = second.post(page_of(entry), typed)
    assert refused.status_code == 403
    assert differing(refused) == {"累计完成数": ("265.2", "260"), "进展情况": ("原文", "乙写的长文")}
    assert "乙写的长文" in refused.content.decode()
    entry.refresh_from_db()
    assert (entry.state, entry.narrative) == ("submitted", "原文")


def test_what_was_typed_is_shown_where_a_colleague_deleted_the_draft(entry, people):
    first, second = people
    typed = {**open_form(second, entry), "narrative": "乙写的长文", "_save": "1"}
    first.post(page_of(entry, "delete"), {"post": "yes"})
    refused = second.post(page_of(entry), typed)
    assert refused.status_code == 404
    assert "乙写的长文" in refused.content.decode()


def test_a_foreign_entry_and_one_that_is_gone_are_refused_alike(entry):
    stranger = signed_in(make_user("农业填报", make_unit("农业办"), "填报员"))
    typed = {"narrative": "写给别人的", "_save": "1"}
    foreign, gone = (
        stranger.post(reverse("admin:targets_progressentry_change", args=(pk,)), typed)
        for pk in (entry.pk, 987654)
    )
    assert foreign.status_code == gone.status_code == 404
    assert without_token(foreign) == without_token(gone)
    assert "原文" not in foreign.content.decode()


def test_of_two_who_log_the_same_period_the_second_goes_on_with_the_firsts_entry():
    target = make_target()
    unit = target.lead_unit
    people = signed_in(author(unit)), signed_in(make_user("同事", unit, "填报员"))
    address = f"{reverse('admin:targets_progressentry_add')}?target={target.pk}"
    forms = [form_on(person.get(address), "progressentry_form") for person in people]
    people[0].post(address, {**forms[0], "value": "265.2", "narrative": "甲写的", "_save": "1"})
    refused = people[1].post(address, {**forms[1], "narrative": "乙写的", "_save": "1"})
    assert differing(refused) == {
        "累计完成数（1—12月），单位：亿元": ("265.2", "—"),
        "进展情况": ("甲写的", "乙写的"),
    }
    entry = ProgressEntry.objects.get()
    assert action_on(refused, "progressentry_form") == page_of(entry)
    again = form_on(refused, "progressentry_form")
    assert people[1].post(page_of(entry), {**again, "_save": "1"}).status_code == 302
    entry.refresh_from_db()
    assert (str(entry.value), entry.narrative) == ("265.2000", "乙写的")


def test_nodes_ticked_by_a_colleague_are_shown_beside_the_own():
    target = make_target(measure="milestone")
    node = make_node(target, date(2025, 5, 31))
    entry = draft_entry(target, 6, None, JULY, nodes={node: date(2025, 5, 1)})
    people = signed_in(author(target.lead_unit)), signed_in(make_user("同事", target.lead_unit, "填报员"))
    forms = [open_form(person, entry) for person in people]
    day = next(name for name in forms[0] if name.endswith("0-completed_on"))
    people[0].post(page_of(entry), {**forms[0], day: "2025-05-10", "_save": "1"})
    refused = people[1].post(page_of(entry), {**forms[1], day: "2025-05-20", "_save": "1"})
    assert "2025-05-10" in refused.content.decode()
    again = form_on(refused, "progressentry_form")
    assert again[day] == "2025-05-20"
    assert people[1].post(page_of(entry), {**again, "_save": "1"}).status_code == 302
    assert MilestoneCompletion.objects.get().completed_on == date(2025, 5, 20)


# --- review ---------------------------------------------------------------------------------------


def test_a_reviewer_sees_what_changed_since_it_was_read(entry):
    """Fault 63: approving carries the version that was read."""
    entry.submit(by=author(entry.target.lead_unit), at=at(JULY))
    desk = signed_in(reviewer())
    read = open_form(desk, entry)
    entry.send_back(by=make_user("另一审核", entry.target.lead_unit, "审核员"), comment="核实")
    entry.value, entry.narrative = 999, "改过的"
    entry.save()
    entry.submit(by=author(entry.target.lead_unit))
    refused = desk.post(page_of(entry), {**read, "_approve": "1"})
    assert differing(refused) == {"累计完成数": ("999", "260"), "进展情况": ("改过的", "原文")}
    entry.refresh_from_db()
    assert entry.state == "submitted"
    again = form_on(refused, "progressentry_form")
    assert desk.post(page_of(entry), {**again, "_approve": "1"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.value) == ("approved", 999)


def test_a_comment_typed_for_a_version_that_is_gone_stays_in_its_field(entry):
    entry.submit(by=author(entry.target.lead_unit), at=at(JULY))
    desk = signed_in(reviewer())
    read = open_form(desk, entry)
    entry.send_back(by=make_user("另一审核", entry.target.lead_unit, "审核员"), comment="核实")
    entry.submit(by=author(entry.target.lead_unit))
    refused = desk.post(page_of(entry), {**read, "review_comment": "口径不符", "_return": "1"})
    assert form_on(refused, "progressentry_form")["review_comment"] == "口径不符"
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_a_second_correction_started_meanwhile_keeps_what_was_typed():
    entry = file_entry(make_target(), 6, "260", JULY)
    unit = entry.target.lead_unit
    first, second = signed_in(author(unit)), signed_in(make_user("同事", unit, "填报员"))
    typed = {"value": "261", "reason": "甲的理由", "source_ref": "台账"}
    assert first.post(page_of(entry, "correct"), typed).status_code == 302
    refused = second.post(page_of(entry, "correct"), {**typed, "reason": "乙的理由"})
    newer = ProgressEntry.objects.get(revision_no=2)
    page = refused.content.decode()
    assert refused.status_code == 200
    assert "乙的理由" in page
    assert page_of(newer) in page
    assert (ProgressEntry.objects.count(), newer.reason) == (2, "甲的理由")


# --- the promise ----------------------------------------------------------------------------------


@pytest.fixture
def coordinators():
    return signed_in(coordinator()), signed_in(make_user("统筹员乙", make_unit("综合办"), "统筹员"))


def test_a_target_is_shown_in_both_versions(coordinators):
    target = make_target(title="原题")
    forms = [open_form(person, target) for person in coordinators]
    coordinators[0].post(page_of(target), {**forms[0], "title": "甲题", "note": "甲注"})
    refused = coordinators[1].post(page_of(target), {**forms[1], "title": "乙题"})
    assert differing(refused) == {"目标任务": ("甲题", "乙题"), "备注": ("甲注", "—")}
    again = form_on(refused, "target_form")
    assert coordinators[1].post(page_of(target), again).status_code == 302
    target.refresh_from_db()
    assert (target.title, target.note) == ("乙题", "甲注")


def test_a_drafted_targets_nodes_are_shown_in_both_versions(coordinators):
    target = make_target(make_plan(state="drafting"), measure="milestone")
    nodes = [make_node(target, date(2025, 6, 30)), make_node(target, date(2025, 12, 31))]
    forms = [open_form(person, target) for person in coordinators]
    first = {**forms[0], "milestones-0-due_on": "2025-05-31", "milestones-1-due_on": "2025-11-30"}
    assert coordinators[0].post(page_of(target), first).status_code == 302
    refused = coordinators[1].post(page_of(target), {**forms[1], "milestones-0-due_on": "2025-07-31"})
    assert refused.status_code == 200
    again = form_on(refused, "target_form")
    # the second node was not touched here: it takes over what the first coordinator put there
    assert (again["milestones-0-due_on"], again["milestones-1-due_on"]) == ("2025-07-31", "2025-11-30")
    assert "2025-05-31" in refused.content.decode()
    assert coordinators[1].post(page_of(target), again).status_code == 302
    days = [date(2025, 7, 31), date(2025, 11, 30)]
    assert list(target.milestones.values_list("due_on", flat=True)) == days
    assert [node.pk for node in target.milestones.all()] == [node.pk for node in nodes]


def test_a_node_deleted_meanwhile_is_named_and_can_be_let_go(coordinators):
    target = make_target(make_plan(state="drafting"), measure="milestone")
    make_node(target, date(2025, 6, 30))
    forms = [open_form(person, target) for person in coordinators]
    coordinators[0].post(page_of(target), {**forms[0], "milestones-0-DELETE": "on"})
    refused = coordinators[1].post(page_of(target), {**forms[1], "note": "备注"})
    assert refused.status_code == 200
    again = {**form_on(refused, "target_form"), "milestones-0-DELETE": "on"}
    assert coordinators[1].post(page_of(target), again).status_code == 302
    target.refresh_from_db()
    assert (target.milestones.count(), target.note) == (0, "备注")


def test_a_request_does_not_ask_back_what_was_changed_meanwhile(coordinators):
    """Fault 151: the old deadline still stands in the open form."""
    target = make_target(target_value=470)
    address = f"{reverse('admin:targets_targetrevision_add')}?target={target.pk}&kind=value"
    asks = form_on(coordinators[0].get(address), "")
    grounds = {"effective_on": "2025-08-01", "document_no": "外街〔2025〕9号", "reason": "情况变化"}
    moved = target.ask(
        "deadline", by=author(), effective_on=date(2025, 7, 1), changes={"due_on": date(2025, 11, 30)},
        document_no="外街〔2025〕1号", reason="提前",
    )  # fmt: skip
    moved.approve(by=coordinator())
    typed = {**asks, **grounds, "target_value": "455", "_ask": "1"}
    refused = coordinators[0].post(address, typed)
    assert differing(refused)["完成时限"] == ("2025-11-30", "—")
    assert differing(refused)["目标值"] == ("470", "455")
    again = form_on(refused, "")
    assert (again["target_value"], again["reason"]) == ("455", "情况变化")
    assert coordinators[0].post(address, {**again, "_ask": "1"}).status_code == 302
    asked = TargetRevision.objects.get(kind="value")
    assert asked.changes == {"target_value": [None, "455"]}


def test_moving_a_node_that_was_moved_meanwhile_is_looked_at_again(coordinators):
    target = make_target(measure="milestone")
    node = make_node(target, date(2025, 6, 30))
    address = f"{reverse('admin:targets_targetrevision_add')}?target={target.pk}&kind=node"
    asks = form_on(coordinators[0].get(address), "")
    moved = target.ask(
        "node", by=author(), effective_on=date(2025, 7, 1), changes={"due_on": date(2025, 9, 30)},
        milestone=node, reason="顺延",
    )  # fmt: skip
    moved.approve(by=coordinator())
    typed = {"milestone": node.pk, "due_on": "2025-08-31", "effective_on": "2025-08-01", "reason": "顺延"}
    refused = coordinators[0].post(address, {**asks, **typed, "_ask": "1"})
    assert "2025年9月30日" in refused.content.decode()
    again = form_on(refused, "")
    assert coordinators[0].post(address, {**again, "_ask": "1"}).status_code == 302


def test_a_request_no_longer_possible_keeps_what_was_typed(coordinators):
    target = make_target()
    address = f"{reverse('admin:targets_targetrevision_add')}?target={target.pk}&kind=value"
    asks = form_on(coordinators[0].get(address), "")
    type(target).objects.filter(pk=target.pk).update(state="cancelled")
    refused = coordinators[0].post(address, {**asks, "reason": "写了很久的理由", "_ask": "1"})
    assert "写了很久的理由" in refused.content.decode()
    assert not TargetRevision.objects.filter(kind="value").exists()


# --- rows without a version -----------------------------------------------------------------------


def test_periods_are_compared_row_by_row(coordinators):
    plan = make_plan()
    forms = [open_form(person, plan) for person in coordinators]
    first = {**forms[0], "periods-0-words_due_on": "2025-02-06"}
    assert coordinators[0].post(page_of(plan), first).status_code == 302
    # another period is nobody's conflict
    second = {**forms[1], "periods-5-words_due_on": "2025-07-09"}
    refused = coordinators[1].post(page_of(plan), second)
    again = form_on(refused, "plan_form")
    assert (again["periods-0-words_due_on"], again["periods-5-words_due_on"]) == ("2025-02-06", "2025-07-09")
    assert coordinators[1].post(page_of(plan), again).status_code == 302
    days = dict(plan.periods.values_list("number", "words_due_on"))
    assert (days[1], days[6]) == (date(2025, 2, 6), date(2025, 7, 9))


def test_a_plan_is_shown_in_both_versions(coordinators):
    plan = make_plan(title="原题")
    forms = [open_form(person, plan) for person in coordinators]
    coordinators[0].post(page_of(plan), {**forms[0], "title": "甲题"})
    refused = coordinators[1].post(page_of(plan), {**forms[1], "title": "乙题"})
    assert differing(refused) == {"标题": ("甲题", "乙题")}
    assert coordinators[1].post(page_of(plan), form_on(refused, "plan_form")).status_code == 302
    plan.refresh_from_db()
    assert plan.title == "乙题"


def test_the_version_of_a_light_rule_is_what_people_write():
    office = make_unit("综合办")
    first, second = (signed_in(make_user(name, office, "系统管理员")) for name in ("管理甲", "管理乙"))
    rule = LightRule.objects.create(name="试用", amber_band=5)
    forms = [open_form(person, rule) for person in (first, second)]
    assert first.post(page_of(rule), {**forms[0], "amber_band": "6"}).status_code == 302
    refused = second.post(page_of(rule), {**forms[1], "amber_band": "7"})
    assert list(differing(refused).values()) == [("6", "7")]
    rule.refresh_from_db()
    assert (rule.version, rule.amber_band) == (1, 6)


WRITTEN = [
    model
    for model, pages in admin.site._registry.items()
    if isinstance(pages, RowAdmin) and not isinstance(pages, ReadOnlyAdmin)
]


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_every_form_that_changes_a_row_carries_what_was_seen(model):
    assert issubclass(admin.site._registry[model].form, SeenVersion)


def test_what_was_seen_is_read_as_text_even_if_forged(entry, people):
    typed = {**open_form(people[0], entry), "narrative": "改", "_save": "1"}
    for forged in ("[1]", "{", '{"narrative": {"a": 1}}', '"x"', "[" * 10**5):
        assert (
            people[0].post(page_of(entry), {**typed, "seen_values": forged, "seen_version": "0"}).status_code
            == 200
        )
    entry.refresh_from_db()
    assert entry.narrative == "原文"


def test_waiting_entries_are_listed_with_the_version_read():
    entry = submit_entry(make_target(), 6, "260", JULY)
    page = signed_in(reviewer()).get(reverse("admin:targets_progressentry_changelist")).content.decode()
    assert f'name="seen-{entry.pk}" value="{entry.version}"' in page
