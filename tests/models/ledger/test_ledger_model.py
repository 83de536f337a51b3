"""The ledger: appended to by every act that changes a fact, and never edited."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from targets.models import Assessment, Target
from targets.status import Status
from tests.factories import (
    at,
    correct_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    reviewer,
    submit_entry,
)
from tests.models.revisions import fill

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)


def days(target):
    """(effective on, cause, light) of each row, in the order of writing."""
    rows = target.assessments.order_by("pk").values_list("effective_on", "cause", "light")
    return [(day.isoformat(), cause, Status(light).key) for day, cause, light in rows]


def shown(target, on, known_at=None):
    return Target.objects.with_status(on=on, known_at=known_at).get(pk=target.pk).status


# --- never edited ----------------------------------------------------------------------------

PATHS = {
    "save": lambda row: row.save(),
    "save of one column": lambda row: row.save(update_fields=["light"]),
    "delete": lambda row: row.delete(),
    "update": lambda row: Assessment.objects.filter(pk=row.pk).update(light=1),
    "update of all": lambda row: Assessment.objects.all().update(light=1),
    "update by the target": lambda row: row.target.assessments.all().update(light=1),
    "delete of some": lambda row: Assessment.objects.filter(pk=row.pk).delete(),
    "delete by the target": lambda row: row.target.assessments.all().delete(),
    "bulk update": lambda row: Assessment.objects.bulk_update([row], ["light"]),
    "update or create": lambda row: Assessment.objects.update_or_create({"light": 1}, pk=row.pk),
    "delete of its target": lambda row: row.target.delete(),
    "delete of its rule": lambda row: row.rule.delete(),
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_row_is_never_changed_or_deleted(path):
    target = make_target()
    file_entry(target, 6, 265, JULY)
    before = list(Assessment.objects.order_by("pk").values())
    row = target.assessments.last()
    row.light = Status.MISSED
    with pytest.raises((TypeError, ValidationError, ProtectedError)), transaction.atomic():
        path(row)
    assert list(Assessment.objects.order_by("pk").values()) == before


# --- which rows an act appends ---------------------------------------------------------------


def test_each_act_names_its_cause():
    target = make_target(measure="stock", baseline_value=None)
    entry = file_entry(target, 6, 141, JULY)
    fill(target, date(2025, 7, 4), baseline_value=131)
    entry = correct_entry(entry, date(2025, 7, 5), value=139)
    correct_entry(entry, date(2025, 7, 6), is_void=True)
    assert days(target) == [
        ("2025-01-01", "create", "no_figure"),
        ("2025-06-30", "approve", "undefined"),
        ("2025-01-01", "baseline", "no_figure"),
        ("2025-06-30", "baseline", "green"),
        ("2025-06-30", "correct", "amber"),
        ("2025-06-30", "void", "no_figure"),
    ]


def test_day_on_which_a_fact_took_effect_stands_even_when_nothing_changed():
    target = make_target()
    file_entry(target, 1, None, date(2025, 2, 3))
    assert days(target) == [("2025-01-01", "create", "no_figure"), ("2025-01-31", "approve", "no_figure")]


def test_day_that_stands_is_not_written_again_when_nothing_changed():
    target = make_target(figure_from="statistics")
    file_entry(target, 6, None, JULY)
    rows = target.assessments.count()
    file_entry(target, 6, None, JULY, part="statistic", answer="not_published")
    assert target.assessments.count() == rows


def test_late_report_is_judged_on_its_own_day_and_every_later_one():
    target = make_target()
    file_entry(target, 6, 200, JULY)
    file_entry(target, 5, 200, date(2025, 8, 1))
    assert days(target) == [
        ("2025-01-01", "create", "no_figure"),
        ("2025-06-30", "approve", "red"),
        ("2025-05-31", "approve", "amber"),
        ("2025-06-30", "approve", "red"),  # now the second period behind
    ]
    target.refresh_from_db()
    assert (target.current.effective_on, target.current.marks) == (date(2025, 6, 30), {"behind": 2})


def test_older_report_leaves_the_newest_row_current():  # case 46
    target = make_target()
    file_entry(target, 6, 265, JULY)
    file_entry(target, 5, 230, date(2025, 8, 1))
    target.refresh_from_db()
    assert (target.current.period_end, target.current.value) == (date(2025, 6, 30), 265)


def test_node_is_judged_on_the_day_it_was_done():
    target = make_target(measure="milestone", nodes=[date(2025, 6, 30), date(2025, 12, 31)])
    roof = target.milestones.first()
    file_entry(target, 6, None, JULY, nodes={roof: date(2025, 7, 1)})
    statuses = {day: shown(target, date(2025, *day)) for day in [(6, 29), (6, 30), (7, 1), (12, 31)]}
    assert statuses == {
        (6, 29): Status.GREEN,
        (6, 30): Status.AMBER,
        (7, 1): Status.GREEN,
        (12, 31): Status.AMBER,
    }


def test_node_done_before_the_period_ends_is_undone_from_its_own_day_on():
    target = make_target(measure="milestone", nodes=[date(2025, 3, 31), date(2025, 12, 31)])
    roof, in_may = target.milestones.first(), date(2025, 5, 20)
    entry = file_entry(target, 6, None, JULY, nodes={roof: date(2025, 5, 15)})
    done = shown(target, in_may)
    correct_entry(entry, date(2025, 7, 9), is_void=True)
    assert (done, shown(target, in_may)) == (Status.GREEN, Status.RED)


def test_node_added_to_an_issued_plan_holds_from_the_first_day_on():
    target = make_target(measure="milestone", nodes=[date(2025, 12, 31)])
    make_node(target, date(2025, 3, 31), at=date(2025, 5, 6))
    statuses = [shown(target, date(2025, 4, 1), known_at=day) for day in (date(2025, 5, 5), date(2025, 5, 6))]
    assert statuses == [Status.NO_FIGURE, Status.AMBER]


def test_past_table_is_shown_as_it_was():
    target = make_target()
    entry = file_entry(target, 6, 265, JULY)
    correct_entry(entry, date(2025, 8, 5), value=255)
    end_of_june = date(2025, 6, 30)
    known = {
        day: shown(target, end_of_june, known_at=day) for day in (date(2025, 7, 2), JULY, date(2025, 8, 5))
    }
    assert known == {
        date(2025, 7, 2): Status.NO_FIGURE,
        JULY: Status.GREEN,
        date(2025, 8, 5): Status.AMBER,
    }


def test_day_to_come_is_shown_as_known_at_an_earlier_moment_too():
    target, far_on = make_target(), date(2100, 1, 1)
    file_entry(target, 6, 265, JULY)
    known = [shown(target, far_on, known_at=day) for day in (date(2025, 7, 2), JULY, None)]
    assert known == [Status.NO_FIGURE, Status.GREEN, Status.GREEN]


def test_target_is_left_out_of_what_was_known_before_it():
    plan = make_plan(state="drafting")
    target = make_target(plan)
    plan.issue(at=at(date(2025, 4, 9)))
    assert shown(target, date(2025, 3, 1)) == Status.NO_FIGURE
    assert shown(target, date(2025, 3, 1), known_at=date(2025, 4, 8)) is None


# --- the clock -------------------------------------------------------------------------------


def test_day_of_an_act_is_the_day_in_shanghai():  # case 25
    target = make_target()
    april = target.plan.periods.get(number=4)
    april.opens_on = date(2025, 4, 1)
    april.save()
    half_past_midnight = datetime(2025, 3, 31, 16, 30, tzinfo=UTC)
    entry = file_entry(target, 4, 200, half_past_midnight)
    assert entry.effective_on == date(2025, 4, 1)
    known = [shown(target, date(2025, 4, 1), known_at=date(2025, *day)) for day in ((3, 31), (4, 1))]
    assert known == [Status.NO_FIGURE, Status.GREEN]


def test_moment_of_knowing_is_exact_and_a_date_means_its_end():
    target = make_target()
    file_entry(target, 6, 265, at(JULY, 23, 59))
    moments = [at(JULY, 23, 58), at(JULY, 23, 59), JULY, date(2025, 7, 2)]
    known = [shown(target, JULY, known_at=moment) for moment in moments]
    assert known == [Status.NO_FIGURE, Status.GREEN, Status.GREEN, Status.NO_FIGURE]


def test_clock_set_back_keeps_the_order_of_the_acts():  # case 34
    target = make_target()
    entry = file_entry(target, 6, 265, at(JULY, 10))
    correct_entry(entry, at(JULY, 9), value=255)
    first, second = target.assessments.filter(effective_on=date(2025, 6, 30)).order_by("pk")
    assert (first.recorded_at, second.recorded_at) == (at(JULY, 10), at(JULY, 10))
    assert shown(target, JULY) == Status.AMBER
    assert shown(target, JULY, known_at=at(JULY, 9, 59)) == Status.NO_FIGURE


def test_clock_a_day_ahead_refuses_nothing_in_silence():  # case 34
    target = make_target()
    file_entry(target, 6, 265, date(2025, 7, 4))
    entry = submit_entry(target, 5, 230, JULY)
    assert entry.approve(by=reviewer(), at=at(JULY))
    assert shown(target, JULY) == Status.GREEN


def test_a_light_as_known_on_an_earlier_day_leaves_out_what_came_later():
    target = make_target()
    first = target.assessments.get()
    file_entry(target, 6, "265.2", date(2025, 7, 3))

    def rows(**asked):
        return list(Target.objects.with_status(**asked).values_list("row", flat=True))

    target.refresh_from_db()
    assert target.current_id != first.pk
    assert rows() == [target.current_id]
    assert rows(known_at=date(2025, 7, 2)) == [first.pk]
    assert rows(known_at=at(date(2025, 7, 3), 8)) == [first.pk]
