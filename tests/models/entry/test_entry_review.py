"""The way of a report: draft, submitted, returned, approved; and who may take which step."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError

from targets.models import ProgressEntry
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    draft_entry,
    file_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)
from tests.refusals import refused

pytestmark = pytest.mark.django_db

JULY, LATER = date(2025, 7, 3), date(2025, 7, 9)
FILED = {"draft": draft_entry, "submitted": submit_entry, "approved": file_entry}


def returned_entry(*args, **fields):
    entry = submit_entry(*args, **fields)
    entry.send_back(by=reviewer(), comment="请写明项目名称", at=at(JULY))
    return entry


FILED["returned"] = returned_entry


@pytest.fixture
def target():
    return make_target()


def stored(entry):
    return ProgressEntry.objects.get(pk=entry.pk)


# --- the steps -------------------------------------------------------------------------------


def test_a_report_on_its_way(target):
    entry = draft_entry(target, 6, 260, JULY)
    entry.submit(by=author(), at=at(JULY))
    assert (stored(entry).state, entry.submitted_by, entry.submitted_at) == ("submitted", author(), at(JULY))
    assert entry.approve(by=reviewer(), at=at(LATER)) is True
    kept = stored(entry)
    assert (kept.state, kept.reviewed_by, kept.reviewed_at) == ("approved", reviewer(), at(LATER))
    assert (kept.effective_on, kept.revision_no) == (date(2025, 6, 30), 1)


@pytest.mark.parametrize("state", FILED)
@pytest.mark.parametrize(
    ("step", "from_states"),
    [("submit", {"draft", "returned"}), ("approve", {"submitted"}), ("send_back", {"submitted"})],
)
def test_steps_are_taken_in_their_order(target, state, step, from_states):  # case 61
    entry = FILED[state](target, 6, 260, JULY)
    takes = {
        "submit": lambda: entry.submit(by=author(), at=at(LATER)),
        "approve": lambda: entry.approve(by=reviewer(), at=at(LATER)),
        "send_back": lambda: entry.send_back(by=reviewer(), comment="请核实", at=at(LATER)),
    }
    if state in from_states:
        takes[step]()
        assert stored(entry).state != state
    elif (state, step) == ("approved", "approve"):
        assert takes[step]() is False
    else:
        with pytest.raises(ValidationError):
            takes[step]()
        assert stored(entry).state == state


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_who_submits_what_was_handed_in_is_told_why_not(target, state):
    entry = FILED[state](target, 6, 260, JULY)
    with pytest.raises(ValidationError, match="只有草稿或已退回的填报可以提交"):
        entry.submit(by=author(), at=at(LATER))


def test_second_approval_changes_nothing(target):  # case 62
    entry = file_entry(target, 6, 260, JULY)
    rows = target.assessments.count()
    assert entry.approve(by=coordinator(), at=at(LATER)) is False
    kept = stored(entry)
    assert (kept.reviewed_by, kept.reviewed_at, kept.version) == (reviewer(), at(JULY), entry.version)
    assert target.assessments.count() == rows


def test_approval_reads_the_report_as_it_now_stands(target):
    entry = submit_entry(target, 6, 260, JULY)
    other = stored(entry)
    entry.send_back(by=reviewer(), comment="请核实", at=at(JULY))
    with pytest.raises(ValidationError):
        other.approve(by=reviewer(), at=at(LATER))
    assert stored(entry).state == "returned"


def test_returned_report_is_mended_and_handed_in_again(target):  # case 59
    entry = returned_entry(target, 6, 260, JULY)
    assert stored(entry).review_comment == "请写明项目名称"
    entry.value = 265
    entry.save(at=at(LATER))
    entry.submit(by=author(), at=at(LATER))
    assert entry.approve(by=reviewer(), at=at(LATER))
    assert (stored(entry).value, stored(entry).review_comment) == (265, "")


@pytest.mark.parametrize("comment", ["", "  \u3000"])
def test_report_is_not_returned_without_a_word(target, comment):
    entry = submit_entry(target, 6, 260, JULY)
    with refused("review_comment"):
        entry.send_back(by=reviewer(), comment=comment, at=at(JULY))
    assert stored(entry).state == "submitted"


# --- who -------------------------------------------------------------------------------------


def test_report_is_filed_by_its_unit_or_a_coordinator(target):
    stranger = make_user("外单位", make_unit("城管办"), "填报员")
    with pytest.raises(PermissionDenied):
        draft_entry(target, 6, 260, JULY).submit(by=stranger, at=at(JULY))
    draft = target.entries.get()
    draft.submit(by=coordinator(), at=at(JULY))
    assert (draft.state, draft.submitted_by) == ("submitted", coordinator())


@pytest.mark.parametrize("roles", [(), ("填报员",)], ids=["no role", "reporter"])
def test_report_is_reviewed_by_reviewers_and_coordinators(target, roles):
    entry = submit_entry(target, 6, 260, JULY)
    colleague = make_user("同事", target.lead_unit, *roles)
    for review in (entry.approve, lambda **act: entry.send_back(comment="请核实", **act)):
        with pytest.raises(PermissionDenied):
            review(by=colleague, at=at(JULY))
    assert stored(entry).state == "submitted"


@pytest.mark.parametrize("who", ["author", "submitter"])
@pytest.mark.parametrize("role", ["审核员", "统筹员", "superuser"])
def test_nobody_reviews_an_own_report(target, who, role):  # cases 60 and 82
    is_superuser = role == "superuser"
    mine = make_user("两职", target.lead_unit, *([] if is_superuser else [role]), is_superuser=is_superuser)
    entry = draft_entry(target, 6, 260, JULY, entered_by=mine if who == "author" else author())
    entry.submit(by=mine if who == "submitter" else author(), at=at(JULY))
    for review in (entry.approve, lambda **act: entry.send_back(comment="请核实", **act)):
        with pytest.raises(PermissionDenied):
            review(by=mine, at=at(JULY))
    assert stored(entry).state == "submitted"


def test_role_taken_away_counts_at_once(target):  # case 68
    entry = submit_entry(target, 6, 260, JULY)
    by = reviewer()
    by.groups.clear()
    with pytest.raises(PermissionDenied):
        entry.approve(by=by, at=at(JULY))


# --- what is fixed ---------------------------------------------------------------------------


def test_submitted_report_is_not_edited_until_it_is_returned(target):  # case 57
    entry = submit_entry(target, 6, 260, JULY)
    entry.value = 300
    with pytest.raises(ValidationError):
        entry.save(at=at(JULY))
    assert stored(entry).value == 260


CHANGES = {
    "value": 300,
    "narrative": "另写",
    "state": "draft",
    "answer": "not_published",
    "preliminary": True,
    "revision_no": 2,
    "is_void": True,
    "effective_on": date(2025, 6, 1),
    "part": "statistic",
}


@pytest.mark.parametrize(("field", "value"), CHANGES.items(), ids=CHANGES)
def test_approved_report_is_never_edited(target, field, value):  # case 58
    entry = file_entry(target, 6, 260, JULY)
    before = ProgressEntry.objects.values().get()
    setattr(entry, field, value)
    with pytest.raises(ValidationError):
        entry.save(at=at(LATER))
    assert ProgressEntry.objects.values().get() == before


@pytest.mark.parametrize("moved", ["period", "target"])
def test_approved_report_is_not_moved_elsewhere(target, moved):
    entry = file_entry(target, 5, 260, JULY)
    before = ProgressEntry.objects.values().get()
    setattr(entry, moved, target.plan.periods.get(number=6) if moved == "period" else make_target())
    with pytest.raises(ValidationError):
        entry.save(at=at(LATER))
    assert ProgressEntry.objects.values().get() == before


def test_approved_report_is_not_changed_in_bulk(target):
    file_entry(target, 6, 260, JULY)
    before = ProgressEntry.objects.values().get()
    with pytest.raises(ValidationError):
        target.entries.all().update(value=300)
    assert ProgressEntry.objects.values().get() == before


def test_draft_is_changed_in_bulk(target):
    draft_entry(target, 6, 260, JULY)
    assert target.entries.all().update(narrative="另写") == 1


def test_report_is_approved_by_review_alone(target):
    period = target.plan.periods.get(number=6)
    entry = ProgressEntry(target=target, period=period, value=260, state="approved", entered_by=author())
    with pytest.raises(ValidationError):
        entry.save(at=at(JULY))
    draft = draft_entry(target, 6, 260, JULY)
    draft.state = "approved"
    with pytest.raises(ValidationError):
        draft.save(at=at(JULY))
    assert stored(draft).state == "draft"


def test_approved_report_is_never_deleted(target):  # case 66
    entry = file_entry(target, 6, 260, JULY)
    draft_entry(target, 5, 200, JULY)
    for delete in (entry.delete, ProgressEntry.objects.all().delete, target.entries.all().delete):
        with pytest.raises(ValidationError):
            delete()
    for delete in (entry.period.delete, target.delete, author().delete):
        with pytest.raises(ProtectedError):
            delete()
    assert ProgressEntry.objects.count() == 2


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_report_not_approved_is_deleted(target, state):
    FILED[state](target, 6, 260, JULY).delete()
    assert not ProgressEntry.objects.exists()


# --- corrections and voids -------------------------------------------------------------------


def test_correction_is_the_next_version_and_carries_everything_again(target):
    entry = file_entry(
        target, 6, 260, JULY, issues="用地", next_steps="报批", preliminary=True, yoy=5, source_ref="统计月报"
    )
    new = entry.correct(by=author(), reason="修订", at=at(LATER), value=262)
    carried = ("narrative", "issues", "next_steps", "preliminary", "yoy", "source_ref", "answer", "part")
    assert [getattr(new, name) for name in carried] == [getattr(entry, name) for name in carried]
    assert (new.state, new.revision_no, new.value, new.entered_by) == ("draft", 2, 262, author())
    assert stored(entry).value == 260


@pytest.mark.parametrize("changes", [{"value": 262}, {"is_void": True}], ids=["correction", "void"])
def test_next_version_keeps_the_day_of_the_one_it_replaces(target, changes):
    """Approved before the period's end, where min(period end, day of approval) would give another day."""
    target.plan.periods.filter(number=6).update(opens_on=date(2025, 6, 20))
    entry = file_entry(target, 6, 260, date(2025, 6, 26))
    new = correct_entry(entry, date(2025, 11, 3), **changes)
    assert (entry.effective_on, new.effective_on) == (date(2025, 6, 26), date(2025, 6, 26))
    judged = target.assessments.order_by("pk").values_list("cause", "effective_on")
    assert list(judged)[1:] == [("approve", date(2025, 6, 26)), (new.cause(entry), date(2025, 6, 26))]


def test_correction_carries_the_nodes_done_again():
    goal = make_target(measure="milestone", nodes=[date(2025, 6, 30)])
    node = goal.milestones.get()
    entry = file_entry(goal, 6, None, JULY, nodes={node: date(2025, 6, 20)})
    new = correct_entry(entry, LATER, narrative="另写")
    assert [(c.milestone, c.completed_on) for c in new.completions.all()] == [(node, date(2025, 6, 20))]


@pytest.mark.parametrize("reason", ["", " \u3000"])
def test_correction_needs_a_reason(target, reason):
    entry = file_entry(target, 6, 260, JULY)
    with refused("reason"):
        entry.correct(by=author(), reason=reason, at=at(LATER), value=262)


def test_correction_waits_for_the_one_under_way(target):
    entry = file_entry(target, 6, 260, JULY)
    entry.correct(by=author(), reason="修订", at=at(LATER), value=262)
    with pytest.raises(ValidationError):
        entry.correct(by=author(), reason="再修订", at=at(LATER), value=263)
    assert target.entries.count() == 2


def test_version_already_corrected_is_not_corrected_again(target):
    entry = file_entry(target, 6, 260, JULY)
    correct_entry(entry, LATER, value=262)
    with pytest.raises(ValidationError):
        entry.correct(by=author(), reason="再修订", at=at(LATER), value=263)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_only_what_was_approved_is_corrected(target, state):
    entry = FILED[state](target, 6, 260, JULY)
    with pytest.raises(ValidationError):
        entry.correct(by=author(), reason="修订", at=at(LATER), value=262)
    assert target.entries.count() == 1


def test_correction_is_asked_for_by_the_unit_or_a_coordinator(target):
    entry = file_entry(target, 6, 260, JULY)
    with pytest.raises(PermissionDenied):
        entry.correct(by=make_user("外单位", make_unit("城管办")), reason="修订", at=at(LATER))


def test_void_is_a_version_without_a_figure(target):
    entry = file_entry(target, 6, 260, JULY)
    void = entry.void(by=author(), reason="口径有误", at=at(LATER))
    assert (void.is_void, void.value, void.revision_no, void.state) == (True, None, 2, "draft")
    void.submit(by=author(), at=at(LATER))
    void.approve(by=reviewer(), at=at(LATER))
    assert (target.last_figure(), void.effective_on) == (None, date(2025, 6, 30))


def test_void_takes_back_the_nodes_it_reported():
    goal = make_target(measure="milestone", nodes=[date(2025, 6, 30)])
    entry = file_entry(goal, 6, None, JULY, nodes={goal.milestones.get(): date(2025, 6, 20)})
    void = correct_entry(entry, LATER, is_void=True)
    goal.refresh_from_db()
    assert (void.completions.count(), goal.current.light) == (0, 8)


def test_voided_period_is_reported_again_as_a_correction(target):
    void = correct_entry(file_entry(target, 6, 260, JULY), LATER, is_void=True)
    again = correct_entry(void, date(2025, 8, 1), value=255)
    assert (again.revision_no, again.effective_on, target.last_figure()) == (3, date(2025, 6, 30), 255)


def test_an_act_finds_the_entry_under_the_target_where_it_is_stored():
    its_own, other = make_target(), make_target(title="另一目标")
    entry = submit_entry(its_own, 6, "265", JULY)
    entry.target = other
    entry.approve(by=reviewer(), at=at(JULY))
    assert ProgressEntry.objects.get().target == entry.target == its_own
    its_own.refresh_from_db()
    assert (its_own.newest_figure, its_own.current.value) == (entry, 265)


def test_an_approved_entry_is_still_refused_by_the_object_that_approved_it():
    entry = file_entry(make_target(), 6, "265", JULY)
    entry.value = 300
    with refused("approved"):
        entry.save()
