"""What is accepted as a report: the figure, the answer, the period, the moment."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.utils import translation

from targets.models import MilestoneCompletion, ProgressEntry, TrajectoryPoint
from targets.register.register import Register
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    draft_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_target_of_plan,
    reviewer,
    submit_entry,
)
from tests.refusals import refused

pytestmark = pytest.mark.django_db

FEBRUARY, JULY = date(2025, 2, 3), date(2025, 7, 3)


def about_the_figure(entry):
    """What is asked about it, but for whether who is behind says why."""
    return [doubt.key for doubt in entry.doubts() if doubt.key != "behind_unsaid"]


# --- the figure ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("-0.5", id="a fall"),
        pytest.param("0", id="nothing is a value"),  # case 16
        pytest.param("99999999999.9999", id="fifteen digits"),
        pytest.param("-99999999999.9999", id="fifteen digits below nothing"),
    ],
)
def test_amount_comes_back_as_it_was_logged(value):
    entry = file_entry(make_target(), 6, value, JULY)
    assert ProgressEntry.objects.get(pk=entry.pk).value == Decimal(value)


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        pytest.param("亿元", "100000000000", id="twelve digits before the point"),  # case 13
        pytest.param("亿元", "0.00001", id="five decimals"),  # case 12
        pytest.param("亿元", "1e400", id="1e400"),  # case 2
        pytest.param("亿元", "9" * 5000, id="five thousand digits"),
        pytest.param("亿元", "NaN", id="NaN"),  # case 1
        pytest.param("亿元", "-Infinity", id="infinity"),
        pytest.param("家", "1e400", id="1e400 firms"),
        pytest.param("家", "NaN", id="NaN firms"),
        pytest.param("家", "sNaN", id="signalling NaN firms"),
        pytest.param("家", "Infinity", id="infinitely many firms"),
        pytest.param("家", "2.5", id="half a firm"),
        pytest.param("家", "-1", id="less than no firm"),  # case 9
    ],
)
def test_figure_that_is_none_is_refused(unit, value):
    target = make_target(unit_of_measure=unit)
    with refused("value"):
        draft_entry(target, 6, value, JULY)
    assert not target.entries.exists()


def test_no_firm_at_all_is_a_count():
    assert draft_entry(make_target(unit_of_measure="家"), 6, 0, JULY).value == 0


@pytest.mark.parametrize("words", ["约500", "12万", "≥90", "待统计"])
def test_words_for_a_figure_are_refused(words):  # cases 6 and 10
    target = make_target(unit_of_measure="家")
    entry = ProgressEntry(target=target, period=target.plan.periods.get(number=6), value=words)
    with refused("value"):
        entry.save(at=at(JULY))


def test_database_itself_refuses_a_number_it_cannot_read_back():  # F1
    entry = draft_entry(make_target(), 6, 1, JULY)
    with pytest.raises(DatabaseError):
        ProgressEntry.objects.filter(pk=entry.pk).update(value=Decimal(10) ** 11)


def test_nothing_and_zero_are_told_apart():  # case 16
    zero, empty = make_target(), make_target()
    file_entry(zero, 1, 0, FEBRUARY)
    file_entry(empty, 1, None, FEBRUARY)
    shown = {t.current.value for t in (zero, empty) if not t.refresh_from_db()}
    assert shown == {0, None}


@pytest.mark.parametrize(
    ("fields", "before", "value", "doubts"),
    [
        pytest.param({}, 80, 70, ["falls"], id="a running total falls"),  # case 17
        pytest.param({}, 80, 80, [], id="a running total stands"),
        pytest.param({"measure": "stock"}, 140, 139, [], id="a stock may fall"),
        pytest.param({}, 40, 401, ["tenfold"], id="more than ten times the last"),  # case 18
        pytest.param({}, 0, 90, [], id="nothing before"),
        pytest.param({}, None, 90, [], id="no figure before"),
        pytest.param({}, None, 400, ["far_ahead"], id="most of the year in February"),
        pytest.param(
            {"measure": "ratio", "unit_of_measure": "%", "target_value": 92, "comparator": "gte"}, 90, 101,
            ["beyond_percent"], id="above 100 per cent",
        ),  # case 8
        pytest.param(
            {"measure": "ratio", "unit_of_measure": "%", "target_value": 92, "comparator": "gte"}, 90, 100,
            [], id="100 per cent",
        ),
        pytest.param({}, 480, 520, ["equal"], id="exactly the value to reach"),
        pytest.param({}, 520, 520, [], id="the value to reach, again"),
        pytest.param(
            {"measure": "rank", "comparator": "lte", "target_value": 2}, 3, 2, [], id="a rank reached"
        ),
        pytest.param({}, 40, None, [], id="no figure"),
    ],
)  # fmt: skip
def test_figure_that_deserves_a_second_look_is_asked_about_and_accepted(fields, before, value, doubts):
    target = make_target(**fields)
    file_entry(target, 1, before, FEBRUARY, narrative="一月情况")
    entry = draft_entry(target, 2, value, date(2025, 3, 3))
    assert about_the_figure(entry) == doubts


def test_words_of_the_last_report_under_another_figure_are_asked_about():
    target = make_target()
    file_entry(target, 1, 43, FEBRUARY)
    draft = draft_entry(target, 2, 87, date(2025, 3, 3))
    assert about_the_figure(draft) == ["same_words"]


def test_no_change_says_itself_that_it_repeats_the_last_figure():
    target = make_target()
    file_entry(target, 1, "43.21", FEBRUARY)
    draft = draft_entry(target, 2, "43.21", date(2025, 3, 3), answer="no_change", narrative="")
    assert about_the_figure(draft) == []
    draft.answer = "reported"
    assert about_the_figure(draft) == ["copied"]


def test_last_years_figures_of_the_goal_it_continues_are_held_against_it():
    before = make_target(make_plan("P24", year=2024, at=date(2024, 1, 1)), at=date(2024, 1, 1))
    file_entry(before, 6, "218.4", date(2024, 7, 3))
    target = make_target(continues=before)
    file_entry(target, 5, "200", JULY, narrative="五月情况")
    draft = draft_entry(target, 6, "218.4", JULY)
    assert about_the_figure(draft) == ["same_as_last_year"]


def test_the_monthly_plan_says_what_is_expected():
    target = make_target(make_plan(state="drafting"))
    for month, value in ((3, 20), (12, 520)):
        end = target.plan.periods.get(number=month).period_end
        TrajectoryPoint(target=target, period_end=end, planned_value=value).save(at=at(date(2025, 1, 1)))
    target.plan.issue(at=at(date(2025, 1, 2)))
    target.refresh_from_db()
    doubts = draft_entry(target, 3, "281.5", date(2025, 4, 3)).doubts()
    assert [(doubt.key, doubt.numbers["expected"]) for doubt in doubts] == [("far_ahead", Decimal(20))]


def test_figure_of_a_later_period_raises_no_doubt_about_an_earlier_one():
    target = make_target()
    file_entry(target, 2, 400, date(2025, 3, 3))
    assert about_the_figure(draft_entry(target, 1, 3, date(2025, 3, 3), narrative="一月情况")) == []


# --- the answer ------------------------------------------------------------------------------


@pytest.mark.parametrize("period", [2, 6, 12])
def test_figure_is_needed_when_figures_are_due(period):
    with refused("value"):
        submit_entry(make_target(), period, None, date(2026, 1, 5))


@pytest.mark.parametrize(
    ("fields", "period"),
    [
        pytest.param({}, 1, id="January owes no figure"),
        pytest.param({"state": "undefined"}, 6, id="not defined what it counts"),
        pytest.param({"state": "watch"}, 6, id="watched"),
        pytest.param({"figure_from": "statistics"}, 6, id="the figure is the statisticians'"),
        pytest.param({"measure": "milestone"}, 6, id="a milestone goal has none"),
    ],
)
def test_words_are_enough_where_no_figure_is_due(fields, period):
    assert submit_entry(make_target(**fields), period, None, JULY).state == "submitted"


def test_draft_may_be_saved_before_its_figure_is_known():
    assert draft_entry(make_target(), 6, None, JULY).state == "draft"


def test_report_without_figure_or_words_is_no_answer():
    with refused("narrative"):
        submit_entry(make_target(), 1, None, FEBRUARY, narrative="")


def test_node_done_is_an_answer_without_words():
    target = make_target(measure="milestone", nodes=[date(2025, 6, 30)])
    done = {target.milestones.get(): date(2025, 6, 20)}
    assert submit_entry(target, 6, None, JULY, narrative="", nodes=done).state == "submitted"


def test_no_change_states_the_last_figure_again():
    target = make_target()
    file_entry(target, 4, 100, date(2025, 5, 3))
    file_entry(target, 6, 300, JULY)
    entry = file_entry(target, 5, None, JULY, answer="no_change")
    assert entry.value == 100


def test_no_change_is_read_again_when_it_is_approved():
    target = make_target()
    april = file_entry(target, 4, 100, date(2025, 5, 3))
    entry = submit_entry(target, 5, None, date(2025, 6, 3), answer="no_change")
    correct_entry(april, date(2025, 6, 4), value=120)
    entry.approve(by=reviewer(), at=at(date(2025, 6, 5)))
    assert entry.value == 120


def test_no_change_needs_an_earlier_figure():
    target = make_target()
    file_entry(target, 6, 100, JULY)
    with refused("answer"):
        submit_entry(target, 5, None, JULY, answer="no_change")


def test_no_change_of_a_milestone_goal_needs_none():
    entry = file_entry(make_target(measure="milestone"), 6, None, JULY, answer="no_change")
    assert (entry.state, entry.value) == ("approved", None)


@pytest.mark.parametrize("answer", ["not_published", "nothing_planned"])
def test_answer_that_carries_no_figure(answer):
    target = make_target()
    with refused("value"):
        draft_entry(target, 6, 100, JULY, answer=answer)
    entry = file_entry(target, 6, None, JULY, answer=answer, narrative="")
    assert (entry.state, entry.value) == ("approved", None)


# --- the part --------------------------------------------------------------------------------


def test_statistic_is_filed_beside_the_words():
    target = make_target(figure_from="statistics")
    words = file_entry(target, 6, None, JULY)
    figure = file_entry(target, 6, 300, date(2025, 7, 18), part="statistic", narrative="")
    assert [(e.part, e.value) for e in (words, figure)] == [("report", None), ("statistic", 300)]


def test_words_carry_no_figure_where_statistics_do():
    with refused("value"):
        draft_entry(make_target(figure_from="statistics"), 6, 300, JULY)


@pytest.mark.parametrize(
    "fields", [{}, {"measure": "milestone", "figure_from": "statistics"}], ids=["unit", "nodes"]
)
def test_statistic_is_refused_where_none_is_kept(fields):
    with refused("part"):
        draft_entry(make_target(**fields), 6, None, JULY, part="statistic")


# --- the period and the moment ---------------------------------------------------------------


def test_period_of_another_plan_is_refused():
    period = make_plan("P26", year=2026).periods.get(number=6)
    with refused("period"):
        ProgressEntry(target=make_target(make_plan()), period=period).save(at=at(date(2026, 7, 3)))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param(at(date(2025, 6, 29), 23, 59), False, id="the evening before"),
        pytest.param(at(date(2025, 6, 30), 0, 30), True, id="half past midnight in Shanghai"),  # case 25
        pytest.param(at(date(2025, 6, 30), 23, 59), True, id="its last evening"),
    ],
)
def test_period_is_open_from_its_day_in_shanghai(moment, is_open):  # case 19
    target = make_target()
    if is_open:
        assert draft_entry(target, 6, 1, moment).pk
    else:
        with refused("period"):
            draft_entry(target, 6, 1, moment)


@pytest.fixture
def frozen():
    """A target whose June is frozen after 24 July."""
    target = make_target(make_plan(locks_periods=True))
    assert target.plan.periods.get(number=6).freeze_on == date(2025, 7, 24)
    return target


def test_period_is_filed_until_it_freezes(frozen):  # case 47
    assert submit_entry(frozen, 6, 1, date(2025, 7, 24)).state == "submitted"


def test_frozen_period_is_not_filed(frozen):
    with refused("period"):
        draft_entry(frozen, 6, 1, date(2025, 7, 25))


def test_draft_of_a_frozen_period_is_not_submitted(frozen):
    entry = draft_entry(frozen, 6, 1, date(2025, 7, 24))
    with refused("period"):
        entry.submit(by=author(), at=at(date(2025, 7, 25)))


def test_review_goes_on_after_the_freeze(frozen):
    entry = submit_entry(frozen, 6, 1, date(2025, 7, 24))
    assert entry.approve(by=reviewer(), at=at(date(2025, 7, 28)))


def test_frozen_period_is_corrected(frozen):
    entry = file_entry(frozen, 6, 1, date(2025, 7, 24))
    assert correct_entry(entry, date(2025, 9, 1), value=2).revision_no == 2


def test_reopened_period_is_filed_until_the_day_it_was_reopened_for(frozen):
    period = frozen.plan.periods.get(number=6)
    period.reopened_until = date(2025, 8, 1)
    period.save()
    with refused("period"):
        draft_entry(frozen, 6, 1, date(2025, 8, 2))
    assert submit_entry(frozen, 6, 1, date(2025, 8, 1)).state == "submitted"


def test_plan_that_locks_nothing_is_filed_late():
    assert submit_entry(make_target(), 6, 1, date(2026, 3, 1)).state == "submitted"


@pytest.mark.parametrize("state", ["drafting", "closed", "archived"])
def test_progress_is_reported_in_a_plan_in_force_only(state):
    with refused("target"):
        draft_entry(make_target_of_plan(state), 6, 1, JULY)


@pytest.mark.parametrize("state", ["suspended", "cancelled", "closed"])
def test_nothing_is_reported_on_a_target_that_rests(state):  # case 42
    with refused("target"):
        draft_entry(make_target(state=state), 6, 1, JULY)


def test_unpublished_day_has_not_come():
    with refused("published_on"):
        draft_entry(make_target(), 6, 1, JULY, published_on=date(2025, 7, 4))


def test_day_of_publication_is_today_at_the_latest():
    entry = draft_entry(make_target(), 6, 1, JULY, published_on=JULY)
    assert entry.published_on == JULY


@pytest.mark.parametrize("missing", ["target", "period"])
def test_report_on_nothing_or_for_no_period_is_refused_at_its_field(missing):
    target = make_target()
    given = {"target": target, "period": target.plan.periods.get(number=6)}
    del given[missing]
    with refused(missing):
        ProgressEntry(value=1, narrative="推进", entered_by=author(), **given).save(at=at(JULY))


def test_draft_is_not_moved_to_a_period_that_has_one():
    target = make_target()
    may, june = (draft_entry(target, number, 1, JULY) for number in (5, 6))
    june.period = may.period
    with refused(None):
        june.save(at=at(JULY))
    assert target.entries.filter(period__number=6).exists()


def test_period_has_one_entry():  # case 45
    target = make_target()
    first = draft_entry(target, 6, 1, JULY)
    with refused("exists", None):
        draft_entry(target, 6, 2, JULY)
    first.submit(by=author(), at=at(JULY))
    first.approve(by=reviewer(), at=at(JULY))
    with refused("approved", None):
        draft_entry(target, 6, 2, JULY)


def test_unit_that_reports_is_the_lead_unit():
    target = make_target()
    assert draft_entry(target, 6, 1, JULY).reported_by_unit == target.lead_unit


# --- 补报 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "day", "is_belated"),
    [
        pytest.param("report", date(2025, 7, 7), False, id="words on their day"),
        pytest.param("report", date(2025, 7, 8), True, id="words a day late"),
        pytest.param("statistic", date(2025, 7, 21), False, id="a statistic on its day"),
        pytest.param("statistic", date(2025, 7, 22), True, id="a statistic a day late"),
    ],
)
def test_report_handed_in_after_its_day_is_belated(part, day, is_belated):  # case 21
    target = make_target(figure_from="statistics")
    entry = draft_entry(target, 6, 265 if part == "statistic" else None, day, part=part)
    entry.submit(by=coordinator(), at=at(day))
    entry.refresh_from_db()
    assert entry.is_belated is is_belated


def test_january_has_one_day_for_both_parts():
    target = make_target(figure_from="statistics")
    found = []
    for part, day in (("report", date(2025, 2, 5)), ("statistic", date(2025, 2, 6))):
        entry = draft_entry(target, 1, None, day, part=part)
        entry.submit(by=coordinator(), at=at(day))
        found.append(entry.is_belated)
    assert found == [False, True]


def test_draft_of_a_late_day_is_not_yet_belated():
    assert not draft_entry(make_target(), 6, 265, date(2025, 7, 30)).is_belated


def test_report_of_an_older_period_is_belated_and_the_newest_figure_stays():  # case 46
    target = make_target()
    file_entry(target, 6, 265, JULY)
    entry = file_entry(target, 5, 230, JULY)
    assert entry.is_belated
    target.refresh_from_db()
    assert target.current.value == 265


def test_report_mended_after_a_return_was_in_time():
    entry = submit_entry(make_target(), 6, 265, JULY)
    entry.send_back(by=reviewer(), comment="请核实", at=at(date(2025, 7, 4)))
    entry.submit(by=author(), at=at(date(2025, 7, 30)))
    assert not entry.is_belated


def test_correction_is_as_late_as_what_it_corrects():
    target = make_target()
    in_time = file_entry(target, 5, 230, date(2025, 6, 3))
    late = file_entry(target, 6, 265, date(2025, 7, 30))
    corrected = [correct_entry(entry, date(2025, 8, 20), value=1) for entry in (in_time, late)]
    assert [entry.is_belated for entry in corrected] == [False, True]


def test_reopened_period_is_belated(frozen):
    period = frozen.plan.periods.get(number=6)
    period.reopen(by=coordinator(), until=date(2025, 8, 1), reason="系统故障", at=at(date(2025, 7, 25)))
    assert submit_entry(frozen, 6, 1, date(2025, 8, 1)).is_belated


def test_belated_report_is_marked_beside_the_status():
    target = make_target()
    file_entry(target, 5, 230, date(2025, 6, 3))
    assert marks_on(target, date(2025, 7, 30)) == ["沿用5月"]
    file_entry(target, 6, 265, date(2025, 7, 30))
    assert marks_on(target, date(2025, 7, 30)) == ["补报"]
    assert marks_on(target, date(2025, 6, 3)) == []


def marks_on(target, day):
    with translation.override("zh-hans"):
        [row] = Register.at(target.plan, today=date(2025, 7, 30), as_of=day).rows()
        assert row.remarks == " · ".join(row.marks)
        return row.marks


# --- nodes -----------------------------------------------------------------------------------


@pytest.fixture
def goal():
    return make_target(measure="milestone", nodes=[date(2025, 6, 30)])


@pytest.mark.parametrize(
    "completed_on", [date(2025, 7, 4), date(1999, 12, 31)], ids=["tomorrow", "another century"]
)
def test_node_is_done_by_today_in_our_time(goal, completed_on):
    with refused("completed_on"):
        draft_entry(goal, 6, None, JULY, nodes={goal.milestones.get(): completed_on})


def test_node_of_another_target_is_refused(goal):
    other = make_target(measure="milestone")
    with refused("milestone"):
        draft_entry(other, 6, None, JULY, nodes={goal.milestones.get(): JULY})


def test_node_is_not_done_after_the_day_of_approval(goal):
    entry = submit_entry(goal, 6, None, JULY, nodes={goal.milestones.get(): JULY})
    with refused(None):
        entry.approve(by=reviewer(), at=at(date(2025, 7, 2)))


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_nodes_of_what_was_handed_in_are_fixed(goal, state):
    node, other = goal.milestones.get(), make_node(goal)
    file = submit_entry if state == "submitted" else file_entry
    entry = file(goal, 6, None, JULY, nodes={node: JULY})
    late = MilestoneCompletion(entry=entry, milestone=other, completed_on=date(2025, 7, 1))
    tick = entry.completions.get()
    tick.completed_on = date(2025, 7, 1)
    for change in (late.save, tick.save):
        with refused(None):
            change(at=at(JULY))
    for delete in (tick.delete, entry.completions.all().delete):
        with refused(None):
            delete()
    assert entry.completions.get().completed_on == JULY


def test_node_is_not_ticked_on_a_draft_that_was_approved_meanwhile(goal):
    draft = draft_entry(goal, 6, None, JULY)
    same = ProgressEntry.objects.get(pk=draft.pk)
    same.submit(by=author(), at=at(JULY))
    same.approve(by=reviewer(), at=at(JULY))
    with refused(None):
        MilestoneCompletion(entry=draft, milestone=goal.milestones.get(), completed_on=JULY).save(at=at(JULY))
