"""The invented town on several days: what it shows, and that nothing of it lies in the future."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone

from targets.models import Assessment, MilestoneCompletion, Plan, ProgressEntry, Target, TargetRevision
from targets.models.plan.plan import usual_plan
from targets.register.register import Register
from targets.reporting import Reporting
from targets.seed import demonstration
from targets.status import Status
from tests.seed.database import everything, rolled_back

pytestmark = pytest.mark.django_db

# day: the last closed month, the periods of DEMO-01 that are filed
CLOSED = {
    date(2026, 5, 1): (date(2026, 4, 30), [1, 2, 3]),
    date(2026, 7, 20): (date(2026, 6, 30), [1, 2, 3, 4, 5]),
    date(2026, 10, 4): (date(2026, 9, 30), [1, 2, 3, 4, 5]),
    date(2026, 11, 21): (date(2026, 10, 31), [1, 2, 3, 4, 5]),
    date(2026, 12, 31): (date(2026, 11, 30), [1, 2, 3, 4, 5]),
    date(2027, 1, 10): (date(2026, 12, 31), [1, 2, 3, 4, 5]),
    date(2024, 3, 1): (date(2024, 2, 29), [1]),
}
# On the last day of the year all has fallen due.
OVER = {date(2026, 12, 31): ("未到期", "临期"), date(2027, 1, 10): ("未到期", "临期")}
EARLY = date(2024, 3, 1)  # before the fourth month has closed not everything can have happened
# day: how many rows of each status / of each reporting
COUNTS = {
    date(2026, 5, 1): """
        amber 5 · cancelled 1 · done 4 · green 18 · missed 1 · no_figure 5 · not_started 1 ·
        on_target 2 · overdue 1 · red 2 · suspended 2 · undefined 1 · watch 1
        / due 5 · exempt 5 · not_due 5 · outcome_missing 1 · reported 26 · returned 1 ·
        submitted 1""",
    date(2026, 7, 20): """
        amber 7 · cancelled 1 · done 4 · green 20 · missed 1 · no_figure 3 · not_started 1 ·
        on_target 2 · overdue 1 · red 1 · suspended 1 · undefined 1 · watch 1
        / due 3 · exempt 7 · late 2 · not_due 2 · outcome_missing 1 · reported 27 · returned 1 ·
        submitted 1""",
    date(2026, 10, 4): """
        amber 7 · cancelled 1 · done 5 · green 20 · missed 1 · no_figure 2 · not_started 1 ·
        on_target 2 · overdue 1 · red 1 · suspended 1 · undefined 1 · watch 1
        / due 6 · exempt 7 · not_due 2 · outcome_missing 1 · reported 26 · returned 1 ·
        submitted 1""",
    date(2026, 11, 21): """
        amber 7 · cancelled 1 · done 7 · green 18 · missed 1 · no_figure 2 · not_started 1 ·
        on_target 2 · overdue 1 · red 1 · suspended 1 · undefined 1 · watch 1
        / due 1 · exempt 8 · late 2 · not_due 2 · outcome_missing 1 · reported 28 · returned 1 ·
        submitted 1""",
    date(2026, 12, 31): """
        amber 9 · cancelled 1 · done 7 · green 16 · missed 1 · no_figure 2 · not_started 1 ·
        on_target 2 · overdue 1 · red 1 · suspended 1 · undefined 1 · watch 1
        / due 32 · exempt 10 · outcome_missing 1 · reported 1""",
    date(2027, 1, 10): """
        amber 4 · cancelled 1 · done 24 · green 4 · missed 1 · no_figure 2 · not_started 1 ·
        on_target 1 · overdue 2 · red 1 · suspended 1 · undefined 1 · watch 1
        / due 4 · exempt 10 · late 6 · outcome_missing 1 · reported 21 · returned 1 ·
        submitted 1""",
    date(2024, 3, 1): """
        amber 5 · done 1 · green 16 · no_figure 14 · not_started 1 · on_target 2 · red 2 ·
        undefined 2 · watch 1
        / due 6 · exempt 1 · not_due 8 · reported 27 · returned 1 · submitted 1""",
}
YEAR_BEFORE = """
    cancelled 1 · done 12 · missed 3 · overdue 1 · undefined 1 · watch 2
    / exempt 2 · late 1 · reported 15 · returned 1 · submitted 1"""
MARKS = (
    "力争", "初步", "提前完成", "超额完成", "逾期完成", "更正", "已调整", "人工调整", "已销号", "临期",
    "连续", "沿用", "补报",
)  # fmt: skip


@pytest.fixture(scope="module", params=CLOSED, ids=str)
def day(request, django_db_setup, django_db_blocker):
    """The demonstration as of that day; the tests of this module only read it."""
    with rolled_back(django_db_blocker):
        demonstration.load(request.param)
        yield request.param


def read(day, code="DEMO", **asked):
    return Register.at(Plan.objects.get(code=code), today=day, **asked).rows()


def both(day):
    return [*read(day, "DEMO"), *read(day, "DEMO0")]


def told(rows):
    counts = Counter(row.status.key for row in rows), Counter(row.reporting.key for row in rows)
    return " / ".join(" · ".join(f"{key} {n}" for key, n in sorted(each.items())) for each in counts)


def test_how_many_of_each_status_and_reporting(day):
    assert told(read(day, "DEMO")) == " ".join(COUNTS[day].split())
    assert told(read(day, "DEMO0")) == " ".join(YEAR_BEFORE.split())


def test_everything_that_can_be_shown_is_shown(day):
    if day == EARLY:
        return
    rows = both(day)
    assert {row.status for row in rows} == set(Status)
    over = OVER.get(day, ())
    assert {row.reporting for row in rows} == {each for each in Reporting if each.label not in over}
    marks = [mark for row in rows for mark in row.marks]
    missing = [known for known in MARKS if not any(mark.startswith(known) for mark in marks)]
    assert missing == [known for known in MARKS if known in over]
    known = (*MARKS, "按规则为")  # only on days on which the light set by hand is another than the rule's
    assert [mark for mark in marks if not mark.startswith(known)] == []


def test_plans_are_the_year_of_the_last_closed_month_and_the_one_before(day):
    last_closed, _periods = CLOSED[day]
    for code, year, count in (("DEMO", last_closed.year, 44), ("DEMO0", last_closed.year - 1, 20)):
        plan = Plan.objects.get(code=code)
        assert (plan.year, plan.is_invented, plan.state) == (year, True, "in_force")
        assert plan.title == f"云溪镇{year}年重点目标任务"
        assert list(plan.targets.values_list("number", flat=True)) == list(range(1, count + 1))
    assert usual_plan(Plan.objects.all(), day).code == "DEMO"


def test_the_year_before_is_filed_to_its_end(day):
    for row in read(day, "DEMO0"):
        if row.target.state == "active":
            newest = row.target.entries.filter(state="approved").order_by("period__number").last()
            assert newest.period.number == 12, row.target


def test_what_goes_on_names_the_target_of_the_year_before(day):
    pairs = Target.objects.filter(continues__isnull=False).values_list("code", "continues__code")
    assert dict(pairs) == {
        "DEMO-01": "DEMO0-01", "DEMO-03": "DEMO0-02", "DEMO-07": "DEMO0-04", "DEMO-10": "DEMO0-03",
        "DEMO-11": "DEMO0-08", "DEMO-30": "DEMO0-15", "DEMO-31": "DEMO0-13", "DEMO-34": "DEMO0-14",
        "DEMO-36": "DEMO0-11", "DEMO-42": "DEMO0-16",
    }  # fmt: skip
    for target in Target.objects.filter(continues__isnull=False, baseline_value__isnull=False):
        assert target.continues.last_figure() == target.baseline_value, target


def test_first_target_waits_for_its_open_period(day):
    target = Target.objects.get(code="DEMO-01")
    promise = (target.title, target.measure, target.comparator, target.target_value, target.unit_of_measure)
    assert promise == ("全年工业总产值", "flow", "gte", 520, "亿元")
    assert (target.figure_from, target.frequency) == ("unit", "month")
    filed = target.entries.order_by("period__number").values_list("period__number", flat=True)
    assert list(filed) == CLOSED[day][1]


def test_nothing_lies_in_the_future(day):
    last_closed, _periods = CLOSED[day]
    for entry in ProgressEntry.objects.select_related("period"):
        assert entry.period.period_end <= last_closed
        assert entry.published_on is None or entry.published_on < day
        for moment in (entry.submitted_at, entry.reviewed_at):
            assert moment is None or entry.period.period_end <= timezone.localdate(moment) < day
    assert all(done < day for done in MilestoneCompletion.objects.values_list("completed_on", flat=True))
    moments = [
        *Assessment.objects.values_list("recorded_at", flat=True),
        *TargetRevision.objects.values_list("asked_at", flat=True),
        *TargetRevision.objects.exclude(approved_at=None).values_list("approved_at", flat=True),
    ]
    assert all(timezone.localdate(moment) < day for moment in moments)


def test_words_are_filed_by_the_fifth_and_known_when_they_were_reviewed(day):
    first = ProgressEntry.objects.filter(state="approved", revision_no=1, part="report")
    for entry in first.select_related("period"):
        assert timezone.localdate(entry.submitted_at) <= entry.period.words_due_on
        assert entry.submitted_at < entry.reviewed_at


def test_nobody_signs_what_is_his_own(day):
    entries = ProgressEntry.objects.all()
    assert not entries.filter(submitted_by=None).exists()
    for entry in entries.filter(reviewed_by__isnull=False):
        assert entry.reviewed_by_id not in (entry.entered_by_id, entry.submitted_by_id)
    for revision in TargetRevision.objects.exclude(asked_by=None):
        decided_by = revision.approved_by_id or revision.refused_by_id
        assert revision.asked_by_id != decided_by
        assert revision.approved_at is None or revision.asked_at < revision.approved_at


def test_promises_are_changed_in_every_way(day):
    if day == EARLY:
        return
    approved = TargetRevision.objects.exclude(asked_by=None).exclude(approved_at=None)
    kinds = {"value", "deadline", "node", "override", "suspend", "cancel", "close", "annul"}
    assert kinds <= set(approved.values_list("kind", flat=True)) <= {*kinds, "resume"}
    assert approved.filter(kind="resume").exists() == (day > date(2026, 5, 20))
    assert [str(r.target.code) for r in TargetRevision.objects.waiting()] == ["DEMO-35"]
    assert [str(r.target.code) for r in TargetRevision.objects.exclude(refused_at=None)] == ["DEMO-10"]


def test_words_are_complete(day):
    for entry in ProgressEntry.objects.select_related("period"):
        words = entry.narrative + entry.issues + entry.next_steps
        assert entry.part == "statistic" or entry.narrative
        assert not set("{}") & set(words)
        assert "1—1月" not in words
    texts = Target.objects.values_list("title", "locator", "stated_as", "definition", "note")
    assert not any(set("{}") & set("".join(row)) for row in texts)


def test_words_tell_the_figure_that_stands_beside_them(day):
    numbers = re.compile(r"[0-9]+(?:\.[0-9]+)?")
    named = 0
    for entry in ProgressEntry.objects.filter(part="report", value__isnull=False):
        said = [float(number) for number in numbers.findall(entry.narrative)]
        assert float(entry.value) in said, entry.narrative
        named += 1
    assert named > 100


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 7, 31), ["2026-09-01", "2026-08-09", "2026-07-29"]),
        (date(2026, 12, 28), ["2027-02-01", "2026-12-31", "2026-12-26"]),
        (date(2027, 1, 1), ["2027-03-01", "2026-12-31", "2026-12-30"]),
    ],
)
def test_days_of_the_description_follow_the_day_it_is_loaded(today, words):
    data = {"days": ["{later_from}", "{soon}", "{lately}"], "text": "{last_year}—{next_year}年"}
    found = demonstration.dated(data, today, 2026)
    assert found == {"days": [date.fromisoformat(day) for day in words], "text": "2025—2027年"}


def test_a_past_table_can_be_asked_for(day):
    year = Plan.objects.get(code="DEMO").year
    assert read(day, known_at=date(year, 1, 4)) == []
    assert len(read(day, known_at=date(year, 1, 5), as_of=date(year, 1, 5))) == 44
    told = [(row.status, row.value, row.reason) for row in read(day, known_at=day - timedelta(1))]
    assert told == [(row.status, row.value, row.reason) for row in read(day)]


def test_loading_again_changes_nothing(day):
    before = everything()
    demonstration.load(day)
    demonstration.load(day + timedelta(40))
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize("month", range(1, 13))
def test_any_month(month, db):
    """The first day of a month is the tightest: all of the last period's acts fall on one day."""
    today = date(2027, month, 1)
    demonstration.load(today)
    rows = both(today)
    assert len(rows) == 64
    if month == 1 or month > 4:
        assert {row.status for row in rows} == set(Status)
        over = {Reporting.NOT_DUE} if month == 1 else set()
        assert {row.reporting for row in rows} | over == set(Reporting)
