"""Who reviews: the office, the unit, or both in turn; and for whom a report was filed."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from targets.models import OrgUnit, ProgressEntry, Target
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    statistician,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


def section():
    return make_unit("经发办")


def bureau():
    return make_unit("经信局")


def waiting(mode, **fields):
    """A report that waits, of 经发办 below 经信局."""
    below = make_unit("经发办", parent=bureau())
    return submit_entry(make_target(make_plan(review_mode=mode, **fields), lead_unit=below), 6, 1, JULY)


WHO = {
    "own": lambda: make_user("审", section(), "审核员"),
    "above": lambda: make_user("审", bureau(), "审核员"),
    "other": lambda: make_user("审", make_unit("城管办"), "审核员"),
    "town": lambda: make_user("审", make_unit("外海街道"), "审核员"),
    "office": lambda: make_user("审", make_unit("综合办"), "审核员"),
    "coordinator": lambda: make_user("统", make_unit("综合办"), "统筹员"),
    "reporter": lambda: make_user("填", section(), "填报员"),
    "leader": lambda: make_user("领", make_unit("外海街道"), "领导"),
    "statistician": lambda: make_user("计", make_unit("综合办"), "统计员"),
}
NOT_THEIRS = {"reporter", "leader", "statistician"}
ALLOWED = {
    "office": {"own", "above", "other", "town", "office", "coordinator"},
    "named office": {"office", "coordinator"},
    "unit": {"own", "above", "town", "coordinator"},
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("mode", ALLOWED)
def test_who_reviews(mode, who):
    fields = {"office": make_unit("综合办")} if mode == "named office" else {}
    entry = waiting("office" if fields else mode, **fields)
    user = WHO[who]()
    may = who in ALLOWED[mode]
    assert Target.objects.reviewable_by(user).exists() == may
    assert ProgressEntry.objects.waiting_for(user).exists() == may
    assert entry.may_be_reviewed_by(user) == may
    if may:
        assert entry.approve(by=user, at=at(JULY)) is True
        assert entry.state == "approved"
    else:
        with pytest.raises(PermissionDenied):
            entry.approve(by=user, at=at(JULY))
        with pytest.raises(PermissionDenied):
            entry.send_back(by=user, comment="不行", at=at(JULY))


def test_two_steps():
    entry = waiting("both")
    first, second = WHO["own"](), coordinator()
    with pytest.raises(ValidationError):
        entry.approve(by=second, at=at(JULY))
    assert not entry.may_be_reviewed_by(second)
    assert entry.approve(by=first, at=at(JULY, 10)) is True
    entry.refresh_from_db()
    assert (entry.state, entry.passed_by, entry.passed_at) == ("submitted", first, at(JULY, 10))
    assert not entry.target.entries.approved().exists()
    assert (entry.may_be_reviewed_by(first), entry.may_be_reviewed_by(second)) == (False, True)
    with pytest.raises(PermissionDenied):
        entry.approve(by=first, at=at(JULY))
    assert entry.approve(by=second, at=at(JULY)) is True
    assert (entry.state, entry.passed_by) == ("approved", first)


def test_who_passed_does_not_decide_with_another_role():  # case 60
    entry = waiting("both")
    both = make_user("两职", section(), "审核员", "统筹员")
    entry.approve(by=both, at=at(JULY))
    assert entry.state == "submitted"
    with pytest.raises(PermissionDenied):
        entry.approve(by=both, at=at(JULY))
    entry.refresh_from_db()
    assert entry.state == "submitted"


@pytest.mark.parametrize("mode", ["office", "unit"])
def test_who_passed_does_not_decide_once_one_step_is_enough(mode):  # case 60
    entry = waiting("both")
    both = make_user("两职", section(), "审核员", "统筹员")
    entry.approve(by=both, at=at(JULY))
    entry.target.plan.review_mode = mode
    entry.target.plan.save()
    entry = ProgressEntry.objects.get()
    assert not entry.may_be_reviewed_by(both)
    for act in (lambda: entry.approve(by=both), lambda: entry.send_back(by=both, comment="请核对")):
        with pytest.raises(PermissionDenied):
            act()
    assert entry.approve(by=coordinator(), at=at(JULY)) is True
    assert entry.state == "approved"


def test_what_the_unit_passed_its_other_reviewers_do_not_decide_for_a_named_office():
    entry = waiting("both", office=make_unit("综合办"))
    entry.approve(by=WHO["own"](), at=at(JULY))
    another = make_user("副科长", section(), "审核员")
    assert not entry.may_be_reviewed_by(another)
    with pytest.raises(PermissionDenied):
        entry.approve(by=another, at=at(JULY))
    assert ProgressEntry.objects.get().state == "submitted"


def test_a_reviewer_above_passes_for_the_unit():
    entry = waiting("both")
    entry.approve(by=WHO["above"](), at=at(JULY))
    assert entry.passed_at
    assert entry.state == "submitted"


@pytest.mark.parametrize("how", ["nobody", "inactive", "switched off", "only the author"])
def test_where_the_unit_has_no_reviewer_the_office_decides_alone(how):
    entry = waiting("both")
    if how == "inactive":
        make_user("审", section(), "审核员", is_active=False)
    elif how == "switched off":
        make_user("审", bureau(), "审核员")
        OrgUnit.objects.filter(pk=bureau().pk).update(active=False)
    elif how == "only the author":
        user = make_user("审", section(), "审核员")
        entry = draft_entry(entry.target, 5, 1, JULY, entered_by=user)
        entry.submit(by=user, at=at(JULY))
    assert entry.may_be_reviewed_by(coordinator())
    assert entry.approve(by=coordinator(), at=at(JULY)) is True
    assert (entry.state, entry.passed_by) == ("approved", None)


def test_a_reviewer_who_also_serves_in_the_unit_passes_first():
    first = make_user("兼", make_unit("城管办"), "审核员")
    first.member.also_in.add(section())
    entry = waiting("both")
    assert not entry.may_be_reviewed_by(coordinator())
    assert entry.may_be_reviewed_by(first)


def test_each_report_waits_for_those_who_did_not_write_it():
    """One reviewer of the unit wrote one report, both wrote another, nobody of them the third."""
    target, one, two = waiting("both").target, WHO["own"](), make_user("副", section(), "审核员")
    by_one, by_both = (draft_entry(target, month, 1, JULY, entered_by=one) for month in (4, 5))
    by_one.submit(by=one, at=at(JULY))
    by_both.submit(by=two, at=at(JULY))
    assert list(ProgressEntry.objects.waiting_for(coordinator())) == [by_both]
    assert by_one in ProgressEntry.objects.waiting_for(two)


def test_a_report_that_names_no_writer_is_passed_by_the_unit_first_as_any_other():
    first = WHO["own"]()
    entry = draft_entry(waiting("both").target, 5, 1, JULY, entered_by=None)
    entry.submit(by=author(section()), at=at(JULY))
    assert entry.may_be_reviewed_by(first)
    assert not entry.may_be_reviewed_by(coordinator())


def test_what_is_sent_back_or_submitted_again_is_passed_anew():
    entry = waiting("both")
    first = WHO["own"]()
    entry.approve(by=first, at=at(JULY))
    entry.send_back(by=coordinator(), comment="请核对", at=at(JULY))
    assert (entry.passed_by, entry.passed_at) == (None, None)
    entry.submit(by=author(section()), at=at(JULY))
    with pytest.raises(ValidationError):
        entry.approve(by=coordinator(), at=at(JULY))


def test_the_pass_is_a_version_of_its_own():
    """A page read before it is stale."""
    entry = waiting("both")
    read = entry.version
    entry.approve(by=WHO["own"](), at=at(JULY))
    entry.refresh_from_db()
    assert entry.version == read + 1


@pytest.mark.parametrize("mode", ["office", "unit", "both"])
@pytest.mark.parametrize("role", ["审核员", "统筹员", None])
def test_nobody_reviews_an_own_entry_in_any_mode(mode, role):  # cases 60, 82
    entry = waiting(mode)
    user = make_user("己", section(), *([role] if role else []), is_superuser=role is None)
    mine = draft_entry(entry.target, 5, 1, JULY)
    mine.submit(by=user, at=at(JULY))
    assert not mine.may_be_reviewed_by(user)
    with pytest.raises(PermissionDenied):
        mine.approve(by=user, at=at(JULY))


# --- for whom -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "part", "origin"),
    [
        pytest.param(lambda: author(make_unit()), "report", "own", id="its reporter"),
        pytest.param(lambda: make_user("统", make_unit(), "统筹员"), "report", "own", id="its coordinator"),
        pytest.param(coordinator, "report", "on_behalf", id="a coordinator"),
        pytest.param(lambda: make_user("主", is_superuser=True), "report", "on_behalf", id="a superuser"),
        pytest.param(statistician, "statistic", "own", id="a statistician"),
        pytest.param(coordinator, "statistic", "own", id="a coordinator's statistic"),
    ],
)
def test_who_files_for_whom_is_kept(who, part, origin):
    target = make_target(figure_from="statistics")
    value = 1 if part == "statistic" else None
    entry = draft_entry(target, 6, value, JULY, part=part, entered_by=who())
    assert entry.origin == origin


def test_what_is_copied_from_the_units_paper_says_so():
    entry = draft_entry(make_target(), 6, 1, JULY, entered_by=coordinator(), origin="transcribed")
    assert entry.origin == "transcribed"
    own = draft_entry(make_target(), 6, 1, JULY, origin="transcribed")
    assert own.origin == "own"


def test_for_whom_it_was_filed_stays_when_its_writer_moves_to_another_unit():
    entry = submit_entry(make_target(), 6, 1, JULY)
    member = entry.entered_by.member
    member.unit = make_unit("城管办")
    member.save()
    entry.approve(by=coordinator(), at=at(JULY))
    assert ProgressEntry.objects.get().origin == "own"


def test_the_last_writer_is_the_author():
    """Nobody changes a colleague's figure and approves it afterwards."""
    entry = draft_entry(make_target(), 6, 1, JULY)
    reviewer = make_user("审", make_unit(), "审核员")
    entry.enter(reviewer)
    entry.value = 2
    entry.save(at=at(JULY))
    entry.submit(by=author(make_unit()), at=at(JULY))
    with pytest.raises(PermissionDenied):
        entry.approve(by=reviewer, at=at(JULY))
    entry.refresh_from_db()
    assert entry.state == "submitted"


def taken_over(entry, by):
    """Another edits what `entry.entered_by` wrote and hands it in."""
    entry.enter(by)
    entry.narrative = "接着填写"
    entry.save(at=at(JULY))
    entry.submit(by=by, at=at(JULY))


@pytest.mark.parametrize("mode", ["office", "unit", "both"])
@pytest.mark.parametrize("role", ["审核员", "统筹员"])
def test_who_wrote_it_before_another_took_over_does_not_review(mode, role):  # cases 60, 82
    entry = waiting(mode)
    writer = make_user("己", section(), "填报员", role)
    mine = draft_entry(entry.target, 5, 1, JULY, entered_by=writer)
    for colleague in ("乙", "丙"):
        taken_over(mine, make_user(colleague, section(), "填报员"))
        if colleague == "乙":
            mine.send_back(by=coordinator(), comment="请核对", at=at(JULY))
    assert not mine.may_be_reviewed_by(writer)
    with pytest.raises(PermissionDenied):
        mine.approve(by=writer, at=at(JULY))
    assert sorted(user.username for user in mine.earlier_writers.all()) == ["乙", "己"]


def test_a_unit_whose_only_reviewer_wrote_it_has_nobody_to_pass_it():
    entry = waiting("both")
    mine = draft_entry(entry.target, 5, 1, JULY, entered_by=WHO["own"]())
    taken_over(mine, author(section()))
    assert mine.may_be_reviewed_by(coordinator())
    mine.approve(by=coordinator(), at=at(JULY))
    assert mine.state == "approved"
