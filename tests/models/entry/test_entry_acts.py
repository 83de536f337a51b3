"""Many entries approved or submitted at once: all or none, and what stands in the way is named."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from targets.models import ProgressEntry
from targets.models.ledger import bulk
from tests.factories import (
    at,
    author,
    draft_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
    submit_entry,
)

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)
AT = at(JULY)


def waiting(count, **fields):
    return [submit_entry(make_target(title=f"目标{n}", **fields), 6, "260", JULY) for n in range(count)]


def read(entries):
    stored = ProgressEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    return dict(stored.order_by("pk").values_list("pk", "version"))


def states():
    return sorted(ProgressEntry.objects.values_list("state", flat=True))


def in_the_way(caught):
    return {error.params["pk"]: error.params["why"] for error in caught.value.error_list}


def test_all_are_approved_and_judged():
    entries = waiting(3)
    assert ProgressEntry.objects.approve_all(read(entries), by=reviewer(), at=AT) == 3
    assert states() == ["approved"] * 3
    for entry in entries:
        entry.target.refresh_from_db()
        assert entry.target.current.period_end == date(2025, 6, 30)


def test_each_that_stands_in_the_way_is_named_and_nothing_changes():
    person = make_user("两职", make_unit(), "填报员", "审核员")
    entries = waiting(3)
    own = draft_entry(make_target(title="自己的"), 6, "260", JULY, entered_by=person)
    own.submit(by=person, at=AT)
    draft = draft_entry(make_target(title="草稿"), 6, "260", JULY)
    seen = read([*entries, own, draft])
    entries[1].send_back(by=reviewer(), comment="核", at=AT)
    before = list(ProgressEntry.objects.order_by("pk").values())
    with pytest.raises(ValidationError) as caught:
        ProgressEntry.objects.approve_all({**seen, 987654: 1}, by=person, at=AT)
    assert set(in_the_way(caught)) == {entries[1].pk, own.pk, draft.pk, 987654}
    assert any(str(own) in message for message in caught.value.messages)
    assert list(ProgressEntry.objects.order_by("pk").values()) == before
    assert not any(entry.target.assessments.filter(cause="approve").exists() for entry in entries)


def test_one_of_two_hundred_stops_all_and_is_named():
    """Fault 67."""
    targets = [make_target(title=f"目标{n}") for n in range(20)]
    entries = [
        ProgressEntry(
            target=target, period=period, value=period.number, narrative="按计划推进", state="submitted",
            entered_by=author(), submitted_by=author(), submitted_at=at(date(2025, 12, 3)),
        )
        for period in targets[0].plan.periods.filter(number__lte=10)
        for target in targets
    ]  # fmt: skip
    for entry in entries:
        entry.moment = entry.submitted_at
    bulk.file([bulk.Filing(entry) for entry in entries])
    seen, odd = read(entries), entries[117]
    odd.send_back(by=reviewer(), comment="核", at=at(date(2025, 12, 4)))
    with pytest.raises(ValidationError) as caught:
        ProgressEntry.objects.approve_all(seen, by=reviewer(), at=at(date(2025, 12, 5)))
    assert list(in_the_way(caught)) == [odd.pk]
    assert states() == ["returned"] + ["submitted"] * 199


def test_what_was_edited_since_it_was_read_is_not_approved():
    (entry,) = waiting(1)
    seen = read([entry])
    entry.send_back(by=reviewer(), comment="核", at=AT)
    entry.value = 999
    entry.save(at=AT)
    entry.submit(by=author(), at=AT)
    with pytest.raises(ValidationError) as caught:
        ProgressEntry.objects.approve_all(seen, by=reviewer(), at=AT)
    assert list(in_the_way(caught)) == [entry.pk]


def test_what_another_approved_as_it_was_read_is_no_obstacle():
    entries = waiting(2)
    seen = read(entries)
    entries[0].approve(by=reviewer(), at=AT)
    assert ProgressEntry.objects.approve_all(seen, by=reviewer(), at=AT) == 1
    assert ProgressEntry.objects.approve_all(seen, by=reviewer(), at=AT) == 0
    assert all(entry.target.assessments.filter(cause="approve").count() == 1 for entry in entries)


def test_what_is_not_seen_and_what_does_not_exist_are_refused_alike():
    foreign = draft_entry(make_target(lead_unit=make_unit("农业办")), 6, "260", JULY)
    person = author(make_unit("经发办"))
    with pytest.raises(ValidationError) as caught:
        ProgressEntry.objects.submit_all({foreign.pk: foreign.version, 987654: 1}, by=person, at=AT)
    reasons = in_the_way(caught)
    assert reasons[foreign.pk] == reasons[987654]
    assert foreign.target.title not in str(caught.value)


def test_all_are_submitted_or_none():
    drafts = [draft_entry(make_target(title=f"目标{n}"), 6, "260", JULY) for n in range(2)]
    empty = draft_entry(make_target(title="没有数"), 6, None, JULY)
    with pytest.raises(ValidationError) as caught:
        ProgressEntry.objects.submit_all(read([*drafts, empty]), by=author(), at=AT)
    assert list(in_the_way(caught)) == [empty.pk]
    assert states() == ["draft"] * 3
    assert ProgressEntry.objects.submit_all(read(drafts), by=author(), at=AT) == 2
    assert states() == ["draft", "submitted", "submitted"]


def test_an_entry_read_before_a_colleague_saved_is_not_written_over_it():
    """Fault 145, without any form."""
    entry = draft_entry(make_target(), 6, "260", JULY)
    older = ProgressEntry.objects.get(pk=entry.pk)
    entry.narrative = "甲"
    entry.save(at=AT)
    older.narrative = "乙"
    with pytest.raises(ValidationError) as caught:
        older.save(at=AT)
    assert [error.code for error in caught.value.error_dict["__all__"]] == ["stale"]
    entry.refresh_from_db()
    assert entry.narrative == "甲"
