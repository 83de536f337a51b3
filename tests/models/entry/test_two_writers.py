"""Several people write about one target at the same moment: nothing is lost, nothing counts twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from targets.models import Milestone, ProgressEntry, Target, TargetRevision
from targets.rules.judge import judge
from tests.factories import (
    at,
    author,
    coordinator,
    file_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)
from tests.models.journal import COMMITMENT, VERDICT, as_shown, plain_status
from tests.models.office import deputy

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

JULY = at(date(2025, 7, 3))
DAYS = [date(2024, 12, 31), date(2025, 6, 15), date(2025, 6, 30), date(2025, 11, 30), date(2026, 3, 31)]


@pytest.fixture(autouse=True, scope="module")
def what_migrations_made(django_db_setup, django_db_blocker):
    """These tests empty the tables when they are done; other tests expect groups and the rule."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


def at_once(*people):
    """Everybody starts together, each with an own connection; what each one's acts answered."""
    start = Barrier(len(people))

    def work(acts):
        answers = []
        start.wait()
        try:
            for act in acts:
                try:
                    answers.append(act())
                except (ValidationError, PermissionDenied):
                    answers.append(None)
        finally:
            connection.close()
        return answers

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(work, people))


def shown(target, on, known_at):
    return as_shown(
        Target.objects.with_status(on=on, known_at=known_at).select_related("row").get(pk=target.pk)
    )


def judged_afresh(target, on, known_at):
    verdict = judge(target.facts(known_at), on)
    if verdict is None:
        return None, None
    row = {name: getattr(verdict, name) for name in VERDICT}
    row |= {name: getattr(verdict.commitment, name) for name in COMMITMENT}
    return plain_status(verdict, on), row


def check(target):
    target = Target.objects.get(pk=target.pk)
    rows = list(target.assessments.order_by("pk"))
    recorded = [row.recorded_at for row in rows]
    assert recorded == sorted(recorded)
    assert target.current == max(rows, key=lambda row: (row.effective_on, row.pk))
    promise = target.revisions.promise_today()
    assert {name: target.column(name) for name in promise} == promise
    days = sorted({*DAYS, *(row.effective_on for row in rows)})
    moments = sorted(set(recorded), reverse=True)
    for known_at in moments[:: 1 + len(moments) // 4]:
        for on in days:
            assert shown(target, on, known_at) == judged_afresh(target, on, known_at)


def request(target, kind, effective_on, changes=None, **fields):
    fields = {"document_no": "外街〔2025〕1号", "reason": "情况变化", **fields}
    return target.ask(kind, by=author(), effective_on=effective_on, changes=changes, at=JULY, **fields)


def entry(pk):
    return ProgressEntry.objects.get(pk=pk)


def revision(pk):
    return TargetRevision.objects.get(pk=pk)


def approving(entries, by):
    return [lambda pk=one.pk: entry(pk).approve(by=by) for one in entries]


def signing(revisions, by):
    return [lambda pk=one.pk: revision(pk).approve(by=by) for one in revisions]


def correcting(entries, target, by):
    """The next version of each, handed in and approved by the same two people each time."""
    writer, months = author(target.lead_unit), {one.pk: one.period.number for one in entries}

    def correct(pk):
        new = entry(pk).correct(by=writer, reason="更正", value=Decimal(30 * months[pk]))
        new.submit(by=writer)
        return new.approve(by=by)

    return [lambda pk=one.pk: correct(pk) for one in entries]


def noting(target, times):
    """Somebody keeps a page open and saves it again and again."""
    page = Target.objects.get(pk=target.pk)

    def note(number):
        page.note = f"第{number}次"
        page.save()

    return [lambda number=number: note(number) for number in range(times)]


def test_two_reviewers_and_two_coordinators_on_one_target():
    second = make_user("审核员二", make_unit("综合办"), "审核员")
    target = make_target()
    entries = [submit_entry(target, month, 40 * month, JULY) for month in range(1, 7)]
    requests = [
        request(target, "value", date(2025, 3, 1), {"target_value": Decimal(480)}),
        request(target, "deadline", date(2025, 4, 1), {"due_on": date(2025, 11, 30)}),
        request(target, "override", date(2025, 5, 10), {"override_light": 4}, until=date(2025, 6, 20)),
        request(target, "value", date(2025, 3, 1), {"target_value": Decimal(500)}),
    ]
    people = reviewer(), coordinator(), deputy()
    answers = at_once(
        approving(entries, people[0]),
        approving(reversed(entries), second),
        signing(requests, people[1]),
        signing(reversed(requests), people[2]),
    )
    approved = [sorted(pair) for pair in zip(answers[0], reversed(answers[1]), strict=True)]
    signed = [sorted(pair) for pair in zip(answers[2], reversed(answers[3]), strict=True)]
    assert approved == [[False, True]] * 6
    assert signed == [[False, True]] * 4
    check(target)
    target.refresh_from_db()
    # Of two on one day the later asked counts, whichever was signed first.
    assert (target.target_value, target.due_on) == (500, date(2025, 11, 30))


def test_corrections_and_changes_at_once():
    target = make_target(measure="stock")
    entries = [file_entry(target, month, 131 + month, JULY) for month in range(1, 6)]
    later = [submit_entry(target, 6, 140, JULY)]
    requests = [
        request(target, "baseline", date(2025, 2, 1), {"baseline_value": Decimal(120)}),
        request(target, "suspend", date(2025, 6, 1)),
        request(target, "definition", date(2025, 1, 1), {"basis": "gross"}),
    ]
    chief = coordinator()
    answers = at_once(
        [*correcting(entries[:3], target, reviewer()), *approving(later, reviewer())],
        correcting(entries[2:], target, chief),
        signing(requests, chief),
        [*noting(target, 4), *signing(requests, deputy())],
    )
    check(target)
    done = [answer for answer in [*answers[0], *answers[1]] if answer]
    assert target.entries.approved().count() == len(entries) + len(done)
    assert target.revisions.filter(approved_at__isnull=False).count() == 1 + len(requests)
    target.refresh_from_db()
    assert target.state == "suspended"


def test_nodes_moved_and_reported_at_once():
    target = make_target(measure="milestone", nodes=[date(2025, 3, 31), date(2025, 12, 31)])
    page = Target.objects.get(pk=target.pk)
    first, final = target.milestones.all()
    entries = [
        submit_entry(target, month, None, JULY, nodes={first: date(2025, month, 20)}) for month in (3, 4, 5)
    ]
    moves = [
        request(target, "node", day, {"due_on": due_on}, milestone=node)
        for day, node, due_on in [
            (date(2025, 2, 1), first, date(2025, 4, 30)),
            (date(2025, 1, 15), first, date(2025, 2, 28)),
            (date(2025, 4, 1), final, date(2025, 10, 31)),
        ]
    ]
    answers = at_once(
        approving(entries, reviewer()),
        signing(moves, coordinator()),
        signing(reversed(moves), deputy()),
        [lambda: Milestone(target=page, title="验收", due_on=date(2025, 8, 31)).save()],
    )
    assert answers[0] == [True] * 3
    assert sorted([*answers[1], *answers[2]]) == [False] * 3 + [True] * 3
    check(target)
    first.refresh_from_db()
    final.refresh_from_db()
    assert (first.due_on, final.due_on) == (date(2025, 4, 30), date(2025, 10, 31))


def test_a_page_read_before_others_acted_keeps_the_newest_verdict():
    target = make_target()
    page = Target.objects.get(pk=target.pk)
    file_entry(target, 6, "265.2", JULY)
    page.note = "备注"
    page.save()
    check(target)
    assert Target.objects.with_status().get(pk=target.pk).note == "备注"
