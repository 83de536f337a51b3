"""Who leads one target, and how it is reported, on the forms of the administration."""

from datetime import date

import pytest
from django.urls import reverse

from targets.models import Member, Target, TargetRevision
from tests.factories import at, author, coordinator, make_plan, make_target, make_unit, make_user, staff
from tests.pages import form_on

pytestmark = pytest.mark.django_db
ADD = reverse("admin:targets_targetrevision_add")
LIST = reverse("admin:targets_target_changelist")


def farming():
    return make_unit("农业办")


def leader(name="张三", unit="外海街道"):
    found = Member.objects.filter(name=name).first()
    if found is None:
        found = Member(name=name, post="副镇长", unit=make_unit(unit))
        found.save()
    return found


@pytest.fixture
def target():
    return make_target(title="全年工业总产值", accountable_leader_words="分管副镇长")


@pytest.fixture
def desk(client, target):
    client.force_login(staff(coordinator()))
    return client


def ask(client, target, kind, **fields):
    address = f"{ADD}?target={target.pk}&kind={kind}"
    shown = client.get(address).context["form"]
    data = {
        name: field.prepare_value(field.initial)
        for name, field in shown.fields.items()
        if field.initial is not None
    }
    ground = {"effective_on": "2025-08-01", "document_no": "府办〔2025〕8号", "reason": "分工调整"}
    return client.post(address, {**data, **ground, **fields})


def test_both_kinds_are_offered_with_what_stands_today(desk, target):
    offered = desk.get(ADD, {"target": target.pk}).content.decode()
    assert "变更牵头单位或责任领导" in offered
    assert "变更填报频次、数据来源或首个填报期" in offered
    leader(), leader("钱七", make_unit("礼乐街道", parent=None).name)
    make_unit("撤销的办", active=False)
    fields = desk.get(ADD, {"target": target.pk, "kind": "owner"}).context["form"].fields
    assert fields["lead_unit"].initial == make_unit()
    assert fields["document_no"].required
    assert [str(unit) for unit in fields["lead_unit"].queryset] == ["外海街道", "经发办", "综合办"]
    assert "张三" in [person.name for person in fields["accountable_leader"].queryset]
    assert "钱七" not in [person.name for person in fields["accountable_leader"].queryset]
    fields = desk.get(ADD, {"target": target.pk, "kind": "reporting"}).context["form"].fields
    assert [fields[name].initial for name in ("frequency", "figure_from", "first_period")] == [
        "month",
        "unit",
        None,
    ]
    assert not fields["document_no"].required
    assert set(fields["first_period"].queryset) == set(target.plan.periods.all())


def test_a_change_of_lead_is_asked_for_and_signed_and_shown_as_people_read_it(desk, target):
    answer = ask(desk, target, "owner", lead_unit=farming().pk, accountable_leader=leader().pk,
                 accountable_leader_words="")  # fmt: skip
    revision = TargetRevision.objects.get(kind="owner")
    assert answer.status_code == 302
    assert revision.changes == {
        "lead_unit": [None, str(farming().pk)], "accountable_leader": [None, str(leader().pk)],
        "accountable_leader_words": [None, ""],
    }  # fmt: skip
    told = [("牵头单位", "经发办", "农业办"), ("责任领导", "分管副镇长", "副镇长 张三")]
    desk.force_login(staff(make_user("统筹员乙", make_unit("综合办"), "统筹员")))
    page = desk.get(answer.url)
    assert page.context["differences"] == told
    assert page.context["lights"] == []  # no light moves by it
    assert desk.post(answer.url, {"_approve": "1"}).status_code == 302
    assert desk.get(answer.url).context["differences"] == told
    page = desk.get(reverse("target-detail", args=(target.code,))).content.decode()
    assert "责任领导 分管副镇长 → 副镇长 张三" in page


def test_the_lead_unit_asks_too(client, target):
    client.force_login(staff(author(target.lead_unit)))
    assert ask(client, target, "reporting", frequency="quarter", document_no="").status_code == 302
    assert TargetRevision.objects.get(kind="reporting").changes == {"frequency": [None, "quarter"]}


def test_person_and_words_together_are_refused_at_the_field(desk, target):
    answer = ask(desk, target, "owner", accountable_leader=leader().pk, accountable_leader_words="镇长")
    assert list(answer.context["form"].errors) == ["accountable_leader_words"]


def test_an_issued_target_only_shows_who_leads_though_nobody_answers_for_it(desk, target):
    page = reverse("admin:targets_target_change", args=(target.pk,))
    fixed = {*Target.OWNER, *Target.REPORTING}
    assert fixed.isdisjoint(desk.get(page).context["adminform"].form.fields)
    empty = make_target(title="没有责任领导")
    page = reverse("admin:targets_target_change", args=(empty.pk,))
    assert fixed.isdisjoint(desk.get(page).context["adminform"].form.fields)
    form = form_on(desk.get(page), "target_form")
    assert desk.post(page, {**form, "accountable_leader": leader().pk}).status_code == 302
    empty.refresh_from_db()
    assert (empty.leader, empty.revisions.count()) == ("", 1)


def test_a_draft_offers_the_people_of_its_town(desk):
    leader(), leader("钱七", make_unit("礼乐街道", parent=None).name)
    draft = make_target(make_plan("D25", state="drafting"))
    fields = (
        desk.get(reverse("admin:targets_target_change", args=(draft.pk,))).context["adminform"].form.fields
    )
    people = [person.name for person in fields["accountable_leader"].queryset]
    assert "张三" in people
    assert "钱七" not in people


def test_the_list_of_targets_is_filtered_by_leader(desk, target):
    other = make_target(title="另一项", accountable_leader=leader())
    for asked, found in (("分管副镇长", [target]), (leader().pk, [other]), ("无此人", [])):
        assert list(desk.get(LIST, {"leader": asked}).context["cl"].result_list) == found


def test_next_years_plan_carries_person_and_words(target):
    other = make_target(title="另一项", accountable_leader=leader())
    plan = target.plan.next_year(targets=[target, other], at=at(date(2025, 12, 3)))
    assert [row.leader for row in plan.targets.order_by("number")] == ["分管副镇长", "副镇长 张三"]
