"""A unit switched off has no rights and leads nothing new; one person may have posts in two units."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from targets.models import Domain, OrgUnit, Plan, Source, Target
from targets.models.people.place import Place
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    submit_entry,
)
from tests.refusals import refused

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


def switched_off(unit):
    unit.active = False
    unit.save()
    return unit


def test_a_unit_that_leads_is_not_switched_off():
    target = make_target()
    with refused("active"):
        switched_off(OrgUnit.objects.get(pk=target.lead_unit_id))
    assert OrgUnit.objects.get(pk=target.lead_unit_id).active


def test_its_members_lose_their_rights():
    plan, unit = make_plan(), make_unit("退役办")
    user = make_user("退役", unit, "填报员", "统筹员")
    assert Plan.objects.runnable_by(user).get() == plan
    switched_off(unit)
    assert not Plan.objects.runnable_by(user).exists()
    assert not Target.objects.editable_by(user).exists()


def test_it_leads_nothing_new_and_a_plan_it_leads_in_is_not_issued():
    plan, unit = make_plan(state="drafting"), make_unit("退役办")
    make_target(plan, lead_unit=unit)
    switched_off(unit)
    with refused("lead_unit"):
        make_target(plan, lead_unit=unit)
    with refused(None):
        plan.issue(by=coordinator(), document_no="1号", at=at(JULY))
    assert Plan.objects.get(pk=plan.pk).state == "drafting"


def test_a_person_with_posts_in_two_units_files_for_both():
    here, there = make_target(), make_target(lead_unit=make_unit("农业办"))
    user = make_user("两职", make_unit(), "填报员")
    assert set(Target.objects.editable_by(user)) == {here}
    user.member.also_in.add(make_unit("农业办"))
    assert set(Target.objects.editable_by(user)) == {here, there}
    entry = draft_entry(there, 6, "265.2", JULY, entered_by=user)
    assert (entry.origin, str(entry.reported_by_unit)) == ("own", "农业办")
    entry.submit(by=user, at=at(JULY))
    with pytest.raises(PermissionDenied):
        entry.approve(by=user, at=at(JULY))
    entry.withdraw(by=user, at=at(JULY, 10))


def test_a_second_post_takes_back_what_its_unit_handed_in():
    target = make_target(lead_unit=make_unit("农业办"))
    entry = submit_entry(target, 6, "265.2", JULY)
    user = make_user("两职", make_unit(), "填报员")
    assert not entry.may_be_withdrawn_by(user)
    user.member.also_in.add(make_unit("农业办"))
    assert entry.was_handed_in_by(user)


def test_a_draft_is_seen_by_its_coordinators_and_the_office_named():
    plan = make_plan(state="drafting")
    target = make_target(plan)
    office = make_user("办公室", make_unit("党政办"), "审核员")
    other = make_user("旁人", make_unit("农业办"), "填报员")
    for user in (office, other):
        assert not Target.objects.visible_to(user).exists()
    assert Target.objects.visible_to(author(target.lead_unit)).exists()  # its own row
    assert Target.objects.visible_to(coordinator()).exists()
    plan.office = make_unit("党政办")
    plan.save()
    assert Target.objects.visible_to(office).exists()
    assert not Target.objects.visible_to(other).exists()


@pytest.mark.parametrize("name", ["source", "domain"])
def test_another_plan_s_source_or_domain_is_refused(name):
    plan, other = make_plan(), make_plan("Q25")
    row = {"source": Source(plan=other, title="通知"), "domain": Domain(plan=other, name="经济")}[name]
    row.save()
    with refused(name):
        make_target(plan, **{name: row})


@pytest.mark.parametrize(
    ("role", "unit", "lacked"),
    [
        (None, "经发办", "role"),
        (None, None, "role"),
        ("填报员", None, "unit"),
        ("填报员", "退役办", "seat"),
        ("填报员", "经发办", ""),
        ("系统管理员", None, ""),
        ("审计员", None, ""),
    ],
)
def test_what_an_account_lacks(role, unit, lacked):
    switched_off(make_unit("退役办"))
    user = make_user("新人", unit and make_unit(unit), *filter(None, [role]))
    assert Place(user).lacks == lacked
    user.is_superuser = True
    assert Place(user).lacks == ""
