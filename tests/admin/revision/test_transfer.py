"""划转 and 调整责任领导 in a browser: choosing the targets, asking once, deciding once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import AuditRecord, Member, Target, TargetRevision
from tests.factories import author, coordinator, make_plan, make_target, make_unit, make_user, staff

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:targets_targetrevision_transfer")
LIST = reverse("admin:targets_targetrevision_changelist")
TARGETS = reverse("admin:targets_target_changelist")
GROUND = {"effective_on": "2025-07-10", "document_no": "外街〔2025〕9号", "reason": "机构改革"}


def other_coordinator():
    return make_user("统筹员乙", make_unit("综合办"), "统筹员", is_staff=True)


def farming():
    return make_unit("农业办")


def leader():
    found = Member.objects.filter(name="张三").first()
    if found is None:
        found = Member(name="张三", post="副镇长", unit=make_unit("外海街道"))
        found.save()
    return found


@pytest.fixture
def targets():
    plan = make_plan()
    first = [make_target(plan, title=f"目标{place}") for place in (1, 2)]
    return [
        *first,
        make_target(plan, title="目标3", lead_unit=make_unit("城管办"), accountable_leader=leader()),
    ]


@pytest.fixture
def desk(client, targets):
    client.force_login(staff(coordinator()))
    return client


def page_of(revision):
    return reverse("admin:targets_targetrevision_change", args=(revision.pk,))


def asked(client, targets, ticked=None, **fields):
    keys = {
        "listed": [t.pk for t in targets],
        "target": [t.pk for t in (targets if ticked is None else ticked)],
    }
    return client.post(
        PAGE, {**GROUND, **keys, **({"lead_unit": farming().pk} if not fields else {}), **fields}
    )


def request_of():
    return TargetRevision.objects.get(kind="owner", joins=None)


def listed(response):
    return [(target.title, ticked) for target, ticked in response.context["rows"]]


# --- choosing -------------------------------------------------------------------------------------


def test_the_page_asks_whose_targets_and_lists_them_all_ticked(desk, targets):
    whose = desk.get(PAGE).context["whose"]
    assert [str(unit) for unit in whose.fields["unit"].queryset] == ["经发办", "城管办"]
    assert whose.fields["leader"].choices[1:] == [(str(leader().pk), "副镇长 张三")]
    found = desk.get(PAGE, {"unit": make_unit().pk})
    assert listed(found) == [("目标1", True), ("目标2", True)]
    found = desk.get(PAGE, {"leader": leader().pk})
    assert listed(found) == [("目标3", True)]


def test_only_targets_of_plans_in_force_that_one_runs_are_offered(desk, targets):
    drafted = make_target(make_plan("D25", state="drafting"), title="尚未印发的")
    town = make_unit("礼乐街道", parent=None, kind="township")
    elsewhere = make_target(make_plan("X25", jurisdiction=town), title="别处", lead_unit=make_unit())
    assert "尚未印发的" not in desk.get(PAGE, {"unit": make_unit().pk}).content.decode()
    answer = asked(desk, [drafted, elsewhere])
    assert answer.status_code == 200
    assert listed(answer) == []
    assert not TargetRevision.objects.filter(kind="owner").exists()


@pytest.mark.parametrize(
    "asking", [{"unit": "x"}, {"unit": 987654}, {"leader": "无此人"}, {"unit": "", "leader": ""}]
)
def test_what_finds_nothing_asks_again(desk, asking):
    answer = desk.get(PAGE, asking)
    assert answer.status_code == 200
    assert "whose" in answer.context


def test_the_lists_action_leads_to_the_same_page(desk, targets):
    chosen = {"action": "transfer", "_selected_action": [targets[0].pk, targets[2].pk]}
    answer = desk.post(TARGETS, chosen)
    assert listed(answer) == [("目标1", True), ("目标3", True)]
    drafted = make_target(make_plan("D25", state="drafting"))
    answer = desk.post(TARGETS, {**chosen, "_selected_action": [targets[0].pk, drafted.pk]}, follow=True)
    assert "只能选择您所统筹的、执行中计划的目标" in answer.content.decode()


def test_who_runs_nothing_finds_no_such_page(client, targets):
    client.force_login(staff(author()))
    assert client.get(PAGE).status_code == 403
    assert asked(client, targets).status_code == 403
    assert PAGE not in client.get(LIST).content.decode()


# --- asking ---------------------------------------------------------------------------------------


def test_what_is_ticked_is_asked_for_once_and_logged(desk, targets):
    answer = asked(desk, targets, ticked=targets[:2], lead_unit=farming().pk, accountable_leader=leader().pk)
    first = request_of()
    assert answer.url == page_of(first)
    assert [revision.target for revision in first.request()] == targets[:2]
    assert (first.document_no, first.effective_on, first.reason) == (
        GROUND["document_no"], date(2025, 7, 10), GROUND["reason"],
    )  # fmt: skip
    record = AuditRecord.objects.get(act="ask")
    assert all(record in AuditRecord.objects.about(revision) for revision in first.request())
    assert asked(
        desk, targets, ticked=targets[:2], lead_unit=farming().pk, accountable_leader=leader().pk
    ).url == page_of(first)  # a second click
    assert TargetRevision.objects.filter(kind="owner").count() == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"document_no": ""}, "必填", id="no document"),
        pytest.param({"reason": " "}, "必填", id="no reason"),
        pytest.param({"lead_unit": ""}, "请选择新牵头单位或新责任领导", id="nothing changes"),
        pytest.param({"ticked": []}, "请勾选要调整的目标", id="nothing ticked"),
        pytest.param({"effective_on": "2099-07-10"}, "1.目标1：生效日期不能晚于批准当日", id="a day to come"),
        pytest.param({"effective_on": "2024-12-31"}, "2.目标2：该目标自", id="before the opening"),
    ],
)
def test_what_is_missing_is_said_and_all_that_was_typed_is_kept(desk, targets, fields, words):
    fields = {"lead_unit": farming().pk, "reason": "机构改革", **fields}
    answer = asked(desk, targets, fields.pop("ticked", targets[:2]), **fields)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert GROUND["document_no"] in page or "document_no" in fields
    assert [ticked for _title, ticked in listed(answer)][2] is False
    assert not TargetRevision.objects.filter(kind="owner").exists()


def test_forged_keys_choose_nothing(desk, targets):
    answer = desk.post(
        PAGE, {**GROUND, "lead_unit": farming().pk, "listed": ["x", "9" * 40], "target": ["１"]}
    )
    assert listed(answer) == []


# --- deciding -------------------------------------------------------------------------------------


@pytest.fixture
def first(desk, targets):
    asked(desk, targets)
    desk.force_login(other_coordinator())
    return request_of()


def test_the_page_shows_every_target_and_decides_on_all_at_once(desk, first):
    page = desk.get(page_of(first))
    assert [(row["target"].title, row["differences"]) for row in page.context["rows"]] == [
        ("目标1", [("牵头单位", "经发办", "农业办")]), ("目标2", [("牵头单位", "经发办", "农业办")]),
        ("目标3", [("牵头单位", "城管办", "农业办")]),
    ]  # fmt: skip
    assert desk.post(page_of(first.request().last()), {"_approve": "1"}).status_code == 302
    assert set(Target.objects.values_list("lead_unit", flat=True)) == {farming().pk}
    shown = desk.get(page_of(first)).context
    assert [row["differences"][0][1] for row in shown["rows"]] == ["经发办", "经发办", "城管办"]
    assert shown["form"] is None
    again = desk.post(page_of(first), {"_approve": "1"}, follow=True)
    assert "该申请已批准" in again.content.decode()


def test_a_refusal_needs_a_reason_and_settles_all(desk, first):
    assert desk.post(page_of(first), {"_refuse": "1"}).status_code == 200
    assert TargetRevision.objects.waiting().count() == 3
    assert desk.post(page_of(first), {"_refuse": "1", "review_comment": "暂缓"}).status_code == 302
    assert TargetRevision.objects.waiting().count() == 0
    assert set(Target.objects.values_list("lead_unit__name", flat=True)) == {"经发办", "城管办"}


def test_who_asked_takes_all_back(desk, first):
    desk.force_login(coordinator())
    assert desk.get(page_of(first)).context["may_withdraw"]
    assert desk.post(page_of(first.request().last()), {"_approve": "1"}).status_code == 403
    assert desk.post(page_of(first.request().last()), {"_withdraw": "1"}).status_code == 302
    assert all(revision.is_withdrawn for revision in first.request())


def test_a_target_changed_since_the_page_was_read_is_looked_at_again(desk, first):
    seen = desk.get(page_of(first)).context["form"].what_stands()
    target = Target.objects.order_by("number").last()
    target.note = "备注"
    target.save()
    answer = desk.post(page_of(first), {"_approve": "1", "seen": seen})
    assert answer.status_code == 200
    assert TargetRevision.objects.waiting().count() == 3


def test_the_list_has_one_line_for_it_and_each_where_one_is_looked_for(desk, first, targets):
    lines = desk.get(LIST).context["cl"].result_list
    assert [line.pk for line in lines] == [first.pk]
    page = desk.get(LIST).content.decode()
    assert "牵头单位 经发办 → 农业办；与另外2项一并申请" in page
    for asked in ({"q": "目标2"}, {"target__id__exact": targets[1].pk}):
        assert [line.target for line in desk.get(LIST, asked).context["cl"].result_list] == [targets[1]]


def test_who_sees_one_target_sees_that_line_and_no_other_target(client, desk, targets):
    plan = targets[0].plan
    plan.is_open = False
    plan.save()
    asked(desk, targets)
    request_of().approve(by=other_coordinator())
    client.force_login(staff(author(make_unit("城管办"))))
    Target.objects.filter(pk=targets[2].pk).update(lead_unit=make_unit("城管办"))
    line = client.get(LIST).context["cl"].result_list
    assert [revision.target for revision in line] == [targets[2]]
    page = client.get(page_of(line[0]))
    assert [row["target"] for row in page.context["rows"]] == [targets[2]]
    assert "另有2项不在您可见范围内" in page.content.decode()


def test_the_targets_own_page_says_with_how_many_others(desk, first, targets):
    page = desk.get(reverse("target-detail", args=(targets[0].code,))).content.decode()
    assert "与另外2项一并申请" in page
    first.approve(by=make_user("统筹员丙", make_unit("综合办"), "统筹员"))
    page = desk.get(reverse("target-detail", args=(targets[0].code,))).content.decode()
    assert "经发办 → 农业办" in page
    assert "与另外2项一并申请" in page


def queries(client, address, **asked):
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(address, asked).status_code == 200
    return len(counted)


def test_pages_cost_the_same_for_few_and_for_many(desk, targets):
    plan, counts = targets[0].plan, []
    for _round in range(2):
        desk.force_login(coordinator())
        unit = make_unit()
        costs = [queries(desk, PAGE, unit=unit.pk)]
        asked(
            desk,
            list(Target.objects.filter(lead_unit=unit)),
            reason=f"第{_round}次",
            lead_unit=farming().pk,
        )
        first = TargetRevision.objects.filter(kind="owner", joins=None).latest("pk")
        desk.force_login(staff(make_user(f"统筹员{_round}", make_unit("综合办"), "统筹员")))
        costs += [
            queries(desk, page_of(first)),
            queries(desk, LIST),
            queries(desk, LIST, q="目标"),
            queries(desk, "/todo/"),
        ]
        first.approve(by=make_user(f"统筹{_round}", make_unit("综合办"), "统筹员"))
        costs += [queries(desk, page_of(first)), queries(desk, LIST, q="目标")]
        counts.append(costs)
        for place in range(10):
            make_target(plan, title=f"目标{_round}{place}")
    assert counts[0] == counts[1]


def test_the_person_and_the_words_are_not_both_given(desk, targets):
    both = {"accountable_leader": leader().pk, "accountable_leader_words": "镇长"}
    answer = asked(desk, targets, **both)
    assert list(answer.context["form"].errors) == ["accountable_leader_words"]
    assert not TargetRevision.objects.filter(kind="owner").exists()
    assert asked(desk, targets, lead_unit=farming().pk, accountable_leader_words="镇长").status_code == 302
