"""Whose rows: what each kind of user sees, may log on, may define and may review."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.exceptions import PermissionDenied
from django.utils.functional import SimpleLazyObject

from targets.models import Member, OrgUnit, Plan, ProgressEntry, SupportingUnit, Target
from targets.models.enums import Part, Role
from targets.models.people.place import Place
from targets.models.people.rights import asks, logs, writes
from targets.models.people.roles import ROLES
from tests.factories import (
    at,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    submit_entry,
)

pytestmark = pytest.mark.django_db

SEE, LOG, DEFINE, REVIEW = "see", "log", "define", "review"
ALL = {SEE, LOG, DEFINE, REVIEW}
JULY = date(2025, 7, 3)


def lead():
    return make_unit("经发办")


def other():
    return make_unit("城管办")


def elsewhere():
    """An office of another town."""
    town = OrgUnit.objects.filter(name="礼乐街道").first()
    if town is None:
        town = OrgUnit(name="礼乐街道", kind="township")
        town.save()
    return make_unit("礼乐综合办", parent=town)


def rights(user, target):
    rows = {
        SEE: Target.objects.visible_to(user),
        LOG: Target.objects.editable_by(user),
        DEFINE: Target.objects.definable_by(user),
        REVIEW: Target.objects.reviewable_by(user),
    }
    answers_without_a_query_agree(user, Target.objects.get(pk=target.pk))
    return {right for right, found in rows.items() if list(found) == [target]}


def answers_without_a_query_agree(user, target):
    this = Target.objects.filter(pk=target.pk)
    assert asks(user, target) == this.askable_by(user).exists()
    assert Place.of(user).runs(target.plan_id) == this.definable_by(user).exists()
    for part in (None, *Part):
        assert logs(user, target, part) == this.editable_by(user, part).exists()
        assert writes(user, target, part) == this.writable_by(user, part).exists()


# Each kind of user, and what it may do with a target of 经发办.
USERS = {
    "anonymous": (AnonymousUser, set()),
    "staff who is no member": (lambda: make_user("员", is_staff=True), set()),
    "coordinator who is no member": (lambda: make_user("员", None, "统筹员"), set()),
    "member without a role (case 81)": (lambda: make_user("员", lead(), is_staff=True), set()),
    "administrator of accounts": (lambda: make_user("员", lead(), "系统管理员"), set()),
    "auditor": (lambda: make_user("员", lead(), "审计员"), set()),
    "reporter of its unit": (lambda: make_user("员", lead(), "填报员"), {SEE, LOG}),
    "reporter of another unit": (lambda: make_user("员", other(), "填报员"), {SEE}),
    "reporter of another town": (lambda: make_user("员", elsewhere(), "填报员"), set()),
    "reviewer of its unit": (lambda: make_user("员", lead(), "审核员"), {SEE, LOG, REVIEW}),
    "reviewer of another unit": (lambda: make_user("员", other(), "审核员"), {SEE, REVIEW}),
    "reviewer of another town": (lambda: make_user("员", elsewhere(), "审核员"), set()),
    "coordinator of another unit": (lambda: make_user("员", other(), "统筹员"), ALL),
    "coordinator of another town": (lambda: make_user("员", elsewhere(), "统筹员"), set()),
    "statistician": (lambda: make_user("员", other(), "统计员"), {SEE}),
    "leader": (lambda: make_user("员", make_unit("外海街道"), "领导"), {SEE}),
    "leader of its unit": (lambda: make_user("员", lead(), "领导"), {SEE}),
    "inactive coordinator": (lambda: make_user("员", lead(), "统筹员", is_active=False), set()),
    "superuser who is no member": (lambda: make_user("员", is_superuser=True), ALL),
    "inactive superuser": (lambda: make_user("员", lead(), is_superuser=True, is_active=False), set()),
}


@pytest.mark.parametrize(("make", "may"), USERS.values(), ids=USERS)
def test_rights_on_a_target(make, may):
    target, user = make_target(lead_unit=lead()), make()
    Member(name="无账号", unit=lead()).save()
    assert rights(user, target) == may
    assert list(Plan.objects.visible_to(user)) == ([target.plan] if SEE in may else [])


def test_unit_may_log_on_its_own_targets_only():
    own, others = make_target(lead_unit=lead()), make_target(lead_unit=other())
    reporter, coordinator = make_user("员", lead(), "填报员"), make_user("办", lead(), "统筹员")
    assert list(Target.objects.editable_by(reporter)) == [own]
    assert list(Target.objects.editable_by(coordinator)) == [own, others]


# --- plans not open to all ------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"is_open": False}, {"state": "drafting"}], ids=["not open", "drafting"])
@pytest.mark.parametrize(
    ("make", "sees"),
    [
        pytest.param(lambda: make_user("员", lead(), "填报员"), True, id="lead unit"),
        pytest.param(lambda: make_user("员", make_unit("建设办"), "填报员"), True, id="supporting unit"),
        pytest.param(lambda: make_user("员", other(), "填报员"), False, id="another unit"),
        pytest.param(lambda: make_user("员", make_unit("外海街道"), "填报员"), True, id="unit above"),
        pytest.param(lambda: make_user("员", other(), "审核员"), {"is_open"}, id="a reviewer"),
        pytest.param(lambda: make_user("员", other(), "统筹员"), True, id="coordinator"),
        pytest.param(lambda: make_user("员", other(), "领导"), {"is_open"}, id="leader"),
        pytest.param(lambda: make_user("员", other(), "统计员"), False, id="statistician of nothing here"),
        pytest.param(lambda: make_user("员", elsewhere(), "领导"), False, id="leader of another town"),
    ],
)
def test_a_plan_that_is_not_open_or_drafted_shows_each_unit_its_own_rows(fields, make, sees):
    """Who reads the whole reads it once it is issued; a draft is for who runs it."""
    sees = sees if isinstance(sees, bool) else sees == fields.keys()
    target = make_target(make_plan(**fields), lead_unit=lead())
    SupportingUnit(target=target, unit=make_unit("建设办")).save()
    user = make()
    assert list(Target.objects.visible_to(user)) == ([target] if sees else [])
    assert list(Plan.objects.visible_to(user)) == ([target.plan] if sees else [])


def test_a_closed_plan_is_not_for_reviewers_who_do_not_review_it():
    target = make_target(make_plan(is_open=False, review_mode="unit"), lead_unit=lead())
    assert rights(make_user("外", other(), "审核员"), target) == set()
    assert rights(make_user("内", lead(), "审核员"), target) == {SEE, LOG, REVIEW}


def test_a_statistician_sees_in_a_closed_plan_what_is_to_be_filled():
    plan = make_plan(is_open=False)
    make_target(plan, lead_unit=lead())
    counted = make_target(plan, lead_unit=lead(), figure_from="statistics")
    assert list(Target.objects.visible_to(make_user("统", other(), "统计员"))) == [counted]


@pytest.mark.parametrize("supports", [False, True], ids=["leads", "supports"])
def test_a_unit_of_another_town_sees_what_it_has_a_part_in(supports):
    target = make_target(lead_unit=lead() if supports else elsewhere())
    make_target(lead_unit=lead())
    if supports:
        SupportingUnit(target=target, unit=elsewhere()).save()
    user = make_user("员", elsewhere(), "填报员")
    assert list(Target.objects.visible_to(user)) == [target]
    assert list(Target.objects.editable_by(user)) == ([] if supports else [target])
    assert list(Plan.objects.visible_to(user)) == [target.plan]


def district_and_town():
    """A plan of each; the town's coordinator, and the district's."""
    district = make_unit("江海区", kind="government", parent=None)
    town = make_unit("滘头街道", kind="township", parent=district)
    above = make_target(make_plan("D25", jurisdiction=district), lead_unit=district)
    below = make_target(make_plan("T25", jurisdiction=town), lead_unit=town)
    return above, below, make_unit("区府办", parent=district), make_unit("镇办", parent=town)


def test_towns_and_their_district_read_each_others_open_plans_and_run_their_own():
    above, below, district_office, town_office = district_and_town()
    of_the_town = make_user("镇", town_office, "统筹员")
    assert set(Target.objects.visible_to(of_the_town)) == {above, below}
    assert list(Target.objects.definable_by(of_the_town)) == [below]
    assert list(Target.objects.editable_by(of_the_town)) == [below]
    of_the_district = make_user("区", district_office, "统筹员")
    assert list(Target.objects.visible_to(of_the_district)) == [above]
    at_its_head = make_user("区长", above.lead_unit, "领导")
    assert set(Target.objects.visible_to(at_its_head)) == {above, below}


def test_a_path_is_no_prefix_of_another_number():
    """/1/ does not stand above /11/."""
    short, twin = OrgUnit(pk=90001, name="甲"), OrgUnit(pk=900011, name="乙")
    for unit in (short, twin):
        unit.save()
    assert twin.path.startswith(short.path[:-1])
    make_target(make_plan(jurisdiction=twin), lead_unit=twin)
    assert not Target.objects.visible_to(make_user("员", short, "统筹员")).exists()


# --- who writes which part ------------------------------------------------------------------------

PARTS = {
    "reporter of its unit": (lambda: make_user("员", lead(), "填报员"), ["report"]),
    "reporter of another unit": (lambda: make_user("员", other(), "填报员"), []),
    "statistician": (lambda: make_user("员", other(), "统计员"), ["statistic"]),
    "statistician within its unit": (lambda: make_user("员", lead(), "统计员"), ["statistic"]),
    "statistician of another town": (lambda: make_user("员", elsewhere(), "统计员"), []),
    "both": (lambda: make_user("员", lead(), "填报员", "统计员"), ["report", "statistic"]),
    "coordinator": (lambda: make_user("员", other(), "统筹员"), ["report", "statistic"]),
    "leader": (lambda: make_user("员", lead(), "领导"), []),
    "superuser": (lambda: make_user("员", is_superuser=True), ["report", "statistic"]),
}


@pytest.mark.parametrize(("make", "parts"), PARTS.values(), ids=PARTS)
def test_the_words_are_the_units_and_the_statistic_the_statisticians(make, parts):
    target = make_target(lead_unit=lead(), figure_from="statistics")
    user = make()
    found = {part: Target.objects.editable_by(user, part).exists() for part in ProgressEntry.Part.values}
    assert [part for part, may in found.items() if may] == parts
    assert Target.objects.editable_by(user).exists() == bool(parts)
    for part in ProgressEntry.Part.values:
        entry = draft_entry(target, 6, 1 if part == "statistic" else None, JULY, part=part)
        assert entry.may_be_edited_by(user) == (part in parts)
        if part in parts:
            entry.submit(by=user, at=at(JULY))
        else:
            with pytest.raises(PermissionDenied):
                entry.submit(by=user, at=at(JULY))


def test_only_the_lead_unit_and_coordinators_ask_for_a_change():
    target = make_target(lead_unit=lead(), figure_from="statistics")
    for user in (make_user("统", other(), "统计员"), make_user("领", lead(), "领导")):
        with pytest.raises(PermissionDenied):
            target.ask("value", by=user, effective_on=JULY, changes={"target_value": 500}, at=at(JULY))


# --- reports under way ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "states"),
    [
        pytest.param(AnonymousUser, [], id="anonymous"),
        pytest.param(lambda: make_user("员"), [], id="no member"),
        pytest.param(
            lambda: make_user("员", lead(), "填报员"), ["draft", "submitted", "approved"], id="its unit"
        ),
        pytest.param(lambda: make_user("员", other(), "填报员"), ["approved"], id="another unit"),
        pytest.param(lambda: make_user("员", other(), "领导"), ["approved"], id="a leader"),
        pytest.param(lambda: make_user("员", other(), "统计员"), ["approved"], id="a statistician"),
        pytest.param(lambda: make_user("员", elsewhere(), "统筹员"), [], id="another town"),
        pytest.param(
            lambda: make_user("员", other(), "审核员"), ["draft", "submitted", "approved"], id="a reviewer"
        ),
        pytest.param(
            lambda: make_user("员", other(), "统筹员"), ["draft", "submitted", "approved"], id="a coordinator"
        ),
        pytest.param(lambda: make_user("员", None, "审核员"), [], id="reviewer who is no member"),
    ],
)
def test_entries_not_approved_are_for_their_unit_and_reviewers(make, states):
    target = make_target(lead_unit=lead())
    draft_entry(target, 6, 3, date(2025, 7, 3))
    submit_entry(target, 5, 2, date(2025, 7, 3))
    file_entry(target, 4, 1, date(2025, 7, 3))
    assert [entry.state for entry in ProgressEntry.objects.visible_to(make())] == states


def test_a_statistician_reads_statistics_under_way_and_no_unit_s_words():
    target = make_target(lead_unit=lead(), figure_from="statistics")
    draft_entry(target, 6, None, JULY)
    statistic = draft_entry(target, 6, 5, JULY, part="statistic")
    assert list(ProgressEntry.objects.visible_to(make_user("统", other(), "统计员"))) == [statistic]


# --- at once, and without queries of their own ----------------------------------------------------


def test_user_as_a_request_carries_it():
    """A request's user is a lazy stand-in for the account."""
    target, user = make_target(lead_unit=lead()), make_user("员", lead(), "填报员")
    lazy = SimpleLazyObject(lambda: User.objects.get(pk=user.pk))
    assert list(Target.objects.editable_by(lazy)) == [target]
    assert list(ProgressEntry.objects.visible_to(lazy)) == []


def test_move_to_another_unit_counts_at_once():  # case 83
    target, user = make_target(lead_unit=lead()), make_user("员", lead(), "填报员")
    member = Member.objects.get(user=user)
    member.unit = other()
    member.save()
    assert list(Target.objects.editable_by(user)) == []
    assert list(Target.objects.visible_to(user)) == [target]


def test_a_role_taken_away_counts_at_once():  # case 68
    entry, user = submit_entry(make_target(), 6, 1, JULY), make_user("审", other(), "审核员")
    user.groups.clear()
    with pytest.raises(PermissionDenied):
        entry.approve(by=user, at=at(JULY))


def test_rights_cost_two_small_queries_once_for_a_request(django_assert_num_queries):
    make_target(make_plan())
    user = make_user("员", lead(), "统筹员")
    for rows in (Target.objects.visible_to, Target.objects.editable_by, Target.objects.definable_by,
                 Target.objects.reviewable_by, Plan.objects.visible_to, ProgressEntry.objects.visible_to,
                 ProgressEntry.objects.waiting_for):  # fmt: skip
        with django_assert_num_queries(3):
            list(rows(user))
    Place.keep(user)
    list(Target.objects.visible_to(user))
    with django_assert_num_queries(1):
        list(ProgressEntry.objects.waiting_for(user))


def test_every_group_is_made_and_five_have_to_do_with_targets():
    made = set(Group.objects.values_list("name", flat=True))
    assert made == {*ROLES, Role.ADMINISTRATOR, Role.AUDITOR}
    assert {*ROLES} == {"填报员", "审核员", "统筹员", "统计员", "领导"}
