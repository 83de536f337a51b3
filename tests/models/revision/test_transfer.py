"""One request over many targets: one document, day and signature, and all of it or nothing."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import Member, OrgUnit, Target, TargetRevision
from targets.todo import Todo, queues
from tests.factories import at, coordinator, make_plan, make_target, make_unit, make_user
from tests.models.office import deputy
from tests.models.revisions import change
from tests.refusals import refused

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 10)
GROUND = {"document_no": "外街〔2025〕9号", "reason": "机构改革", "effective_on": JULY}


@pytest.fixture
def targets():
    plan = make_plan()
    return [make_target(plan, title=f"目标{place}") for place in (1, 2, 3)]


def farming():
    return make_unit("农业办")


def ask(targets, changes=None, *, by=None, day=JULY, **ground):
    return TargetRevision.objects.ask_together(
        targets, "owner", changes=changes or {"lead_unit": farming()}, by=by or coordinator(), at=at(day),
        **{**GROUND, **ground},
    )  # fmt: skip


def leads():
    return list(Target.objects.order_by("number").values_list("lead_unit__name", flat=True))


def decided():
    """How many of the request are approved, and how many refused or withdrawn."""
    asked = TargetRevision.objects.filter(kind="owner")
    return asked.filter(approved_at__isnull=False).count(), asked.filter(refused_at__isnull=False).count()


def test_one_signature_moves_them_all_each_by_a_revision_of_its_own(targets):
    first = ask(targets)
    assert leads() == ["经发办"] * 3
    last = first.request().last()
    assert last.approve(by=deputy(), at=at(JULY, 15))  # whichever is at hand
    assert (leads(), decided()) == (["农业办"] * 3, (3, 0))
    signed = TargetRevision.objects.filter(kind="owner").order_by("pk")
    assert {(r.document_no, r.reason, r.effective_on, r.approved_by, r.approved_at) for r in signed} == {
        (*GROUND.values(), deputy(), at(JULY, 15))
    }
    assert [r.changes["lead_unit"] for r in signed] == [[str(make_unit().pk), str(farming().pk)]] * 3
    assert [target.current.lead_unit for target in Target.objects.all()] == [farming()] * 3
    first.refresh_from_db()
    assert first.approve(by=deputy(), at=at(JULY, 16)) is False
    assert decided() == (3, 0)


def test_one_refusal_and_one_withdrawal_settle_all(targets):
    first = ask(targets)
    first.request().last().refuse(by=deputy(), comment="暂不调整", at=at(JULY))
    assert (leads(), decided()) == (["经发办"] * 3, (0, 3))
    assert set(first.request().values_list("review_comment", flat=True)) == {"暂不调整"}
    with pytest.raises(ValidationError):
        first.approve(by=deputy(), at=at(JULY))
    again = ask(targets)
    with pytest.raises(PermissionDenied):
        again.withdraw(by=deputy(), at=at(JULY))
    again.request().last().withdraw(by=coordinator(), at=at(JULY))
    assert all(revision.is_withdrawn for revision in again.request())
    assert decided() == (0, 6)


def test_nobody_signs_an_own_request(targets):
    first = ask(targets)
    for revision in first.request():
        with pytest.raises(PermissionDenied):
            revision.approve(by=coordinator(), at=at(JULY))
        assert not revision.may_be_decided_by(coordinator())
        assert revision.may_be_decided_by(deputy())
    assert decided() == (0, 0)


def test_what_stops_one_stops_all_and_says_which(targets):
    first = ask(targets)
    made_moot = targets[1]
    made_moot.ask("owner", by=coordinator(), effective_on=JULY, changes={"lead_unit": farming()}, at=at(JULY),
                  document_no="另文", reason="先行").approve(by=deputy(), at=at(JULY))  # fmt: skip
    OrgUnit.objects.filter(pk=farming().pk).update(active=False)  # before that was refused
    with pytest.raises(ValidationError) as refusal:
        first.approve(by=deputy(), at=at(JULY, 16))
    assert refusal.value.messages == ["1.目标1：该单位已停用，不能再牵头新的目标。"]
    assert (leads(), decided()) == (["经发办", "农业办", "经发办"], (1, 0))


def test_what_stops_one_of_two_is_named_and_of_one_is_told_at_its_field(targets):
    pair, alone = ask(targets[:2]), ask(targets[2:])
    OrgUnit.objects.filter(pk=farming().pk).update(active=False)  # before that was refused
    with pytest.raises(ValidationError) as refusal:
        pair.approve(by=deputy(), at=at(JULY, 16))
    assert refusal.value.messages == ["1.目标1：该单位已停用，不能再牵头新的目标。"]
    with refused("lead_unit"):
        alone.approve(by=deputy(), at=at(JULY, 16))
    assert decided() == (0, 0)


def test_what_stops_any_is_told_for_all_when_they_are_asked_for(targets):
    with pytest.raises(ValidationError) as refusal:
        ask(targets, effective_on=date(2025, 7, 11))
    said = "生效日期不能晚于批准当日。"
    assert refusal.value.messages == [f"{place}.目标{place}：{said}" for place in (1, 2, 3)]
    assert not TargetRevision.objects.filter(kind="owner").exists()


def test_of_two_each_is_named_and_one_alone_is_refused_at_its_field(targets):
    with pytest.raises(ValidationError) as refusal:
        ask(targets[:2], effective_on=date(2025, 7, 11))
    assert refusal.value.messages == [f"{place}.目标{place}：生效日期不能晚于批准当日。" for place in (1, 2)]
    with refused("effective_on"):
        ask(targets[:1], effective_on=date(2025, 7, 11))


def test_a_target_that_says_so_already_is_left_out(targets):
    first = ask(targets[:1])
    first.approve(by=deputy(), at=at(JULY))
    assert first.is_of_many is False
    assert [r.target.number for r in ask(targets).request()] == [2, 3]
    for revision in ask(targets).request():
        assert revision.changes == {"lead_unit": [None, str(farming().pk)]}
    with pytest.raises(ValidationError, match="无须调整"):
        ask(targets[:1])


def test_a_leader_hands_on_what_each_target_says_in_its_own_way(targets):
    person = Member(name="李四", post="副镇长", unit=make_unit("外海街道"))
    person.save()
    change(targets[1], "owner", {"accountable_leader_words": "分管副镇长"}, on=JULY, day=JULY, by=deputy())
    ask(targets, {"accountable_leader": person}).approve(by=deputy(), at=at(JULY))
    assert [target.leader for target in Target.objects.order_by("number")] == ["副镇长 李四"] * 3


def test_targets_of_two_towns_are_two_requests(targets):
    town = make_unit("礼乐街道", parent=None, kind="township")
    other = make_target(make_plan("X25", jurisdiction=town), lead_unit=make_unit("礼乐办", parent=town))
    with pytest.raises(ValidationError, match="同一镇街"):
        ask([*targets, other])
    assert decided() == (0, 0)


def test_who_decides_on_some_of_them_decides_on_none(targets):
    """A right taken away between asking and signing."""
    first = ask(targets)
    town = make_unit("礼乐街道", parent=None, kind="township")
    elsewhere = make_user("礼乐统筹", make_unit("礼乐办", parent=town), "统筹员")
    with pytest.raises(PermissionDenied):
        first.approve(by=elsewhere, at=at(JULY))
    type(targets[2].plan).objects.filter(pk=make_plan("X25", jurisdiction=town).pk)
    Target.objects.filter(pk=targets[2].pk).update(plan=type(targets[2].plan).objects.get(code="X25"))
    assert not first.may_be_decided_by(deputy())
    with pytest.raises(PermissionDenied):
        first.approve(by=deputy(), at=at(JULY))


def test_who_joins_a_request_is_of_it_in_every_way(targets):
    first = ask(targets[:1])
    for other in ({"reason": "别的理由"}, {"document_no": "另文"}, {"by": deputy()}):
        fields = {"by": coordinator(), **GROUND, **other}
        with pytest.raises(ValidationError, match="同一申请"):
            targets[1].ask("owner", changes={"lead_unit": farming()}, joins=first, at=at(JULY), **fields)


def test_it_waits_as_one(targets):
    first = ask(targets)
    single = targets[0].ask("value", by=coordinator(), effective_on=JULY, changes={"target_value": 400},
                            at=at(JULY), document_no="文", reason="下调")  # fmt: skip
    assert set(TargetRevision.objects.waiting_for(deputy())) == {first, single}
    todo = Todo(deputy(), JULY)
    titles = {
        item.title
        for plan in todo.plans
        for each in plan.own
        if each.key == "changes"
        for item in each.items()
    }
    assert titles == {"目标1等3项", "目标1"}
    own = [each for plan in todo.plans for each in plan.own if each.key == "changes"]
    assert sum(each.count for each in own) == 2
    before = queues(deputy(), JULY).total
    first.refuse(by=deputy(), comment="否", at=at(JULY))
    assert queues(deputy(), JULY).total == before - 1 == Todo(deputy(), JULY).count
