"""Two real processes do two things at the same moment, hundreds of times."""

from collections import Counter
from datetime import date

import pytest

from targets.models import Assessment, ProgressEntry, TargetRevision
from targets.models.ledger import bulk
from tests.factories import at, author, draft_entry, make_plan, make_target, make_unit, make_user
from tests.filing.sheets import filled, made
from tests.races import people
from tests.races.people import PAGE, SHELL

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FILED = at(date(2026, 1, 5))
# The models decide who wins; the pages only have to say so, which takes them a hundred times longer.
ways = pytest.mark.parametrize(("way", "rounds"), [(SHELL, 200), (PAGE, 20)], ids=[SHELL, PAGE])


@pytest.fixture
def officials():
    """Two authors and two reviewers, by name."""
    unit, office = make_unit(), make_unit("综合办")
    authors = [make_user(name, unit, "填报员", is_staff=True) for name in ("填报甲", "填报乙")]
    reviewers = [make_user(name, office, "审核员", is_staff=True) for name in ("审核甲", "审核乙")]
    return [person.username for person in (*authors, *reviewers)]


def occasions(count):
    """(target, period), all different."""
    plan = make_plan()
    targets = [make_target(plan, title=f"目标{n}") for n in range(-(-count // 12))]
    return [(target, period) for target in targets for period in plan.periods.all()][:count]


def submitted(count):
    """Id → version of that many entries that wait for review, each with the value 7."""
    by = author()
    by.is_staff = True
    by.save()
    entries = [
        ProgressEntry(
            target=target, period=period, value=7, narrative="原来的说明", state="submitted",
            entered_by=by, submitted_by=by, submitted_at=FILED,
        )
        for target, period in occasions(count)
    ]  # fmt: skip
    for entry in entries:
        entry.moment = FILED
    bulk.file([bulk.Filing(entry) for entry in entries])
    return dict(ProgressEntry.objects.order_by("pk").values_list("pk", "version"))


@ways
def test_two_edit_the_same_draft(race, officials, way, rounds):
    """One is stored, the other is told and keeps what was typed."""
    entry = draft_entry(make_target(), 6, 1, date(2025, 7, 3))
    answers = race(*((people.edits, way, name, entry.pk, rounds) for name in officials[:2]))
    for number, both in enumerate(zip(*answers, strict=True), start=1):
        (kept, typed, stored, version), (refused, *_lost) = sorted(both, key=lambda one: not one[0].is_done)
        assert (kept.is_done, refused.is_done, refused.is_told) == (True, False, True)
        assert (stored, version) == (typed, entry.version + number)


@ways
def test_one_mends_while_another_approves(race, officials, way, rounds):
    """Approved is only what was read, never the value written meanwhile."""
    seen = submitted(rounds)
    mended, approved = race(
        (people.mends, way, author().username, officials[2], seen),
        (people.approves, way, officials[3], seen),
    )
    ends = dict(ProgressEntry.objects.values_list("pk", "state"))
    for pk, mend, approval in zip(seen, mended, approved, strict=True):
        assert (mend.is_done, approval.is_done) in ((True, False), (False, True))
        assert ends[pk] == ("approved" if approval.is_done else "submitted")
    values = set(ProgressEntry.objects.values_list("state", "value"))
    assert values <= {("approved", 7), ("submitted", 999)}


@ways
def test_the_same_report_is_submitted_twice(race, officials, way, rounds):
    """One entry for each target and period; who comes second keeps what was typed."""
    wanted = [(target.pk, period.pk) for target, period in occasions(rounds)]
    answers = race(*((people.logs, way, name, wanted) for name in officials[:2]))
    assert Counter(ProgressEntry.objects.values_list("state", flat=True)) == {"submitted": rounds}
    for both in zip(*answers, strict=True):
        assert sorted(answer.is_done for answer in both) == [False, True]
        assert all(answer.is_told for answer in both if not answer.is_done)


def sheets(plan, targets, unit):
    """A filled-in sheet for each month."""
    typed = {target.code: {"value": 7, "narrative": "表中的说明"} for target in targets}
    return [filled(made(plan, n, unit=unit, today=date.today()), typed) for n in range(1, 13)]


def test_a_sheet_races_the_form(race, officials, tmp_path):
    """Fault 149: one entry for each target and month, and of a sheet all or nothing."""
    plan, unit = make_plan(), make_unit()
    targets = [make_target(plan, title=f"目标{n}") for n in range(4)]
    wanted = [(targets[n % 4].pk, period.pk) for n, period in enumerate(plan.periods.order_by("number"))]
    written, logged = race(
        (people.imports, officials[0], str(tmp_path), sheets(plan, targets, unit)),
        (people.logs, PAGE, officials[1], wanted),
    )
    for (target, period), is_written, log in zip(wanted, written, logged, strict=True):
        entries = ProgressEntry.objects.filter(period=period)
        assert (is_written, log.is_done) in ((True, False), (False, True))
        assert log.is_done or log.is_told
        assert entries.count() == (4 if is_written else 1)
        assert entries.get(target=target).narrative == ("表中的说明" if is_written else "填报乙的说明")


def test_the_same_sheet_is_confirmed_by_two_at_once(race, officials, tmp_path):
    """Fault 150: one set of entries."""
    plan, unit = make_plan(), make_unit()
    targets = [make_target(plan, title=f"目标{n}") for n in range(4)]
    contents = sheets(plan, targets, unit)
    both = race(*((people.imports, name, str(tmp_path), contents) for name in officials[:2]))
    assert [sorted(pair) for pair in zip(*both, strict=True)] == [[False, True]] * 12
    assert Counter(ProgressEntry.objects.values_list("period__number", flat=True)) == dict.fromkeys(
        range(1, 13), 4
    )


@ways
def test_one_approves_while_another_returns(race, officials, way, rounds):
    """One wins, the other is told."""
    seen = submitted(rounds)
    approved, returned = race(
        (people.approves, way, officials[2], seen), (people.returns, way, officials[3], seen)
    )
    states = dict(ProgressEntry.objects.values_list("pk", "state"))
    for pk, approval, refusal in zip(seen, approved, returned, strict=True):
        assert (approval.is_done, refusal.is_done) in ((True, False), (False, True))
        assert states[pk] == ("approved" if approval.is_done else "returned")
        assert refusal.is_done or refusal.is_told


def test_two_approve_overlapping_batches_from_both_ends(race, officials):
    """Locks are taken in one order: nobody waits for ever, and each is approved once."""
    seen = list(submitted(40).items())
    batches = [dict(seen[start : start + 15]) for start in range(0, 30, 5)]
    turned = [dict(reversed(batch.items())) for batch in batches]
    answers = race((people.approves_all, officials[2], batches), (people.approves_all, officials[3], turned))
    assert sum(map(sum, answers)) == len(seen)
    assert set(ProgressEntry.objects.values_list("state", flat=True)) == {"approved"}


def test_sixteen_save_fifty_times_each_and_nobody_is_refused(race):
    """Fault 153: the end of the month."""
    plan = make_plan()
    entries = [draft_entry(make_target(plan, title=f"目标{n}"), 6, 1, date(2025, 7, 3)) for n in range(16)]
    assert race(*((people.saves, entry.pk, 50) for entry in entries)) == [50] * 16
    kept = set(ProgressEntry.objects.values_list("version", "value", "narrative"))
    assert kept == {(51, 49, "第49次")}


def test_two_sign_the_same_request_over_many_targets_from_both_ends(race):
    """Each is signed once as a whole: nobody waits for ever, and no target is moved twice."""
    plan, office = make_plan(), make_unit("综合办")
    asker, *signers = [make_user(name, office, "统筹员") for name in ("统筹甲", "统筹乙", "统筹丙")]
    targets = [make_target(plan, title=f"目标{n}") for n in range(6)]
    requests = []
    for place in range(10):
        first = TargetRevision.objects.ask_together(
            targets, "owner", changes={"lead_unit": make_unit(f"科室{place}")}, by=asker, at=FILED,
            effective_on=FILED.date(), document_no="文", reason="划转",
        )  # fmt: skip
        requests.append(list(first.request().values_list("pk", flat=True)))
    answers = race(
        (people.signs, signers[0].username, [request[0] for request in requests]),
        (people.signs, signers[1].username, [request[-1] for request in requests]),
    )
    assert [sorted(both) for both in zip(*answers, strict=True)] == [[False, True]] * 10
    for request in requests:
        signed = TargetRevision.objects.filter(pk__in=request)
        assert len(set(signed.values_list("approved_by", "approved_at"))) == 1
    assert Assessment.objects.filter(cause="owner").count() == 10 * len(targets)
