"""Is a report owed: each answer on each side of its day, by what was filed and who asks."""

from datetime import date

import pytest
from django.utils import translation

from targets.models import Target
from targets.reporting import Reporting
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
    make_unit,
    make_user,
    reviewer,
    statistician,
    submit_entry,
)
from tests.reports import answer

pytestmark = pytest.mark.django_db

IN_CHINESE = {
    "outcome_missing": "到期待报",
    "late": "未填报",
    "returned": "已退回",
    "due": "待填报",
    "submitted": "待审核",
    "reported": "已报",
    "not_due": "未到期",
    "exempt": "免报",
}

# Period 6 opens on 30 June; 5 and 20 July are weekend days, so words are due on the 7th, figures on the 21st.
OPENED, WORDS_DUE, FIGURES_DUE = date(2025, 6, 30), date(2025, 7, 7), date(2025, 7, 21)
WORDS_LATE, FIGURES_LATE = date(2025, 7, 8), date(2025, 7, 22)
YEAR_END, OUTCOME_DUE, OUTCOME_LATE = date(2025, 12, 31), date(2026, 1, 20), date(2026, 1, 21)


def test_answers_are_numbered_worst_first_and_named_in_both_languages():
    with translation.override("zh-hans"):
        assert {answer.key: str(answer.label) for answer in sorted(Reporting)} == IN_CHINESE
    assert [answer.key for answer in sorted(Reporting)] == list(IN_CHINESE)


def reporting(target, on, **asked):
    return answer(target, on, **asked).reporting.key


# --- one period, one part --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "answer"),
    [
        pytest.param(date(2025, 1, 30), "not_due", id="no period has opened yet"),
        pytest.param(date(2025, 6, 29), "late", id="May, before June opens"),
        pytest.param(OPENED, "due", id="June opens"),
        pytest.param(WORDS_DUE, "due", id="June's day"),
        pytest.param(WORDS_LATE, "late", id="the next day"),
    ],
)
def test_nothing_filed(today, answer):
    assert reporting(make_target(), today) == answer


def returned_entry(*args):
    entry = submit_entry(*args)
    entry.send_back(by=reviewer(), comment="请核实", at=at(OPENED))


def voided_entry(*args):
    return correct_entry(file_entry(*args), OPENED, is_void=True)


def correction_under_way(*args):
    file_entry(*args).correct(by=author(), reason="修订", at=at(OPENED)).submit(by=author(), at=at(OPENED))


def correction_of_a_void(*args):
    voided_entry(*args).correct(by=author(), reason="补正", at=at(OPENED), value=9).submit(
        by=author(), at=at(OPENED)
    )


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        pytest.param(draft_entry, "due", "late", id="a draft is no report"),
        pytest.param(submit_entry, "submitted", "submitted", id="submitted"),
        pytest.param(returned_entry, "returned", "returned", id="returned, past the day too"),
        pytest.param(file_entry, "reported", "reported", id="approved"),
        pytest.param(voided_entry, "due", "late", id="voided"),
        pytest.param(correction_under_way, "reported", "reported", id="a correction under way"),
        pytest.param(correction_of_a_void, "submitted", "submitted", id="reported anew after a void"),
    ],
)
def test_what_was_filed_for_the_period(file, before, after):
    target = make_target()
    file(target, 6, 265, OPENED)
    assert [reporting(target, day) for day in (WORDS_DUE, WORDS_LATE)] == [before, after]


def test_report_of_an_older_period_does_not_count_for_this_one():
    target = make_target()
    file_entry(target, 5, 230, OPENED)
    assert reporting(target, WORDS_LATE) == "late"


def test_period_follows_the_day_shown_and_lateness_the_day_of_looking():
    target = make_target()
    file_entry(target, 6, 265, OPENED)
    answers = {
        month: reporting(target, date(2025, month, day), today=date(2025, 11, 3))
        for month, day in ((3, 31), (6, 30), (10, 31))
    }
    assert answers == {3: "late", 6: "reported", 10: "due"}


# --- how often -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "asked"),
    [
        ("month", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ("quarter", [3, 6, 9, 12]),
        ("half", [6, 12]),
        ("year", [12]),
        ("published", [12]),
    ],
)
def test_periods_a_frequency_asks_for(frequency, asked):
    target = make_target(frequency=frequency)
    opened = {p.number: reporting(target, p.period_end) for p in target.plan.periods.all()}
    assert [number for number, answer in opened.items() if answer == "due"] == asked


@pytest.mark.parametrize(
    ("on", "answer"),
    [
        pytest.param(date(2025, 5, 31), "late", id="March is still owed in May"),
        pytest.param(date(2025, 6, 29), "late", id="the day before June opens"),
        pytest.param(OPENED, "due", id="June opens"),
    ],
)
def test_quarters_report_is_owed_until_the_next_quarter_opens(on, answer):
    assert reporting(make_target(frequency="quarter"), on) == answer


def test_figure_published_now_and_then_is_owed_for_its_closing_period():
    target = make_target(frequency="published", due_on=date(2025, 9, 10))
    days = date(2025, 8, 31), date(2025, 9, 30), date(2025, 10, 10)
    assert [reporting(target, day) for day in days] == ["not_due", "due", "late"]


def test_nothing_is_owed_before_the_first_period():
    plan = make_plan()
    target = make_target(plan, first_period=plan.periods.get(number=6))
    assert [reporting(target, day) for day in (date(2025, 6, 29), OPENED)] == ["not_due", "due"]


# --- two parts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "answers"),
    [
        pytest.param([], ["due", "late", "late", "late"], id="neither"),
        pytest.param(["report"], ["due", "due", "due", "late"], id="the words alone"),
        pytest.param(["statistic"], ["due", "late", "late", "late"], id="the statistic alone"),
        pytest.param(["report", "statistic"], ["reported"] * 4, id="both"),
    ],
)
def test_words_and_statistic_have_days_of_their_own_and_the_worse_counts(parts, answers):
    target = make_target(figure_from="statistics")
    for part in parts:
        file_entry(target, 6, 265 if part == "statistic" else None, OPENED, part=part)
    days = WORDS_DUE, WORDS_LATE, FIGURES_DUE, FIGURES_LATE
    assert [reporting(target, day) for day in days] == answers


def test_units_own_figure_is_due_with_its_words():
    assert reporting(make_target(), WORDS_LATE) == "late"


def test_january_has_no_statistic():
    target = make_target(figure_from="statistics")
    file_entry(target, 1, None, date(2025, 2, 3))
    assert reporting(target, date(2025, 2, 27)) == "reported"


def test_milestone_goal_owes_no_statistic():
    target = make_target(measure="milestone", figure_from="statistics")
    file_entry(target, 6, None, OPENED)
    assert reporting(target, FIGURES_LATE) == "reported"


# --- the outcome -----------------------------------------------------------------------------


def test_outcome_is_missing_once_the_closing_period_is_past_its_last_day():
    target = make_target()
    file_entry(target, 11, 480, date(2025, 12, 3))
    answers = [reporting(target, day) for day in (date(2026, 1, 6), OUTCOME_DUE, OUTCOME_LATE)]
    assert answers == ["late", "late", "outcome_missing"]


def test_outcome_missing_is_marked_on_older_tables_too():
    target = make_target()
    file_entry(target, 6, 265, OPENED)
    assert reporting(target, OPENED, today=OUTCOME_LATE) == "outcome_missing"


@pytest.mark.parametrize(
    ("value", "fields", "answer"),
    [
        pytest.param(519, {}, "reported", id="a figure, met or not"),
        pytest.param(519, {"preliminary": True}, "reported", id="a preliminary figure"),
        pytest.param(None, {"answer": "not_published"}, "outcome_missing", id="words without a figure"),
    ],
)
def test_outcome_is_the_closing_figure(value, fields, answer):
    target = make_target()
    file_entry(target, 12, value, YEAR_END, **fields)
    assert reporting(target, OUTCOME_LATE) == answer


def test_voided_outcome_is_missing():
    target = make_target()
    correct_entry(file_entry(target, 12, 519, YEAR_END), date(2026, 1, 8), is_void=True)
    assert reporting(target, OUTCOME_LATE) == "outcome_missing"


def test_outcome_of_an_earlier_deadline():
    target = make_target(due_on=date(2025, 6, 10))
    answers = [reporting(target, day) for day in (FIGURES_DUE, FIGURES_LATE)]
    assert answers == ["late", "outcome_missing"]


def test_outcome_is_not_missing_before_the_deadline_itself():
    target = make_target(due_on=date(2025, 6, 30))
    june = target.plan.periods.get(number=6)
    june.opens_on, june.words_due_on, june.figures_due_on = (date(2025, 6, day) for day in (20, 25, 26))
    june.save()
    days = date(2025, 6, 27), date(2025, 6, 30), date(2025, 7, 1)
    assert [reporting(target, day) for day in days] == ["late", "late", "outcome_missing"]


def test_outcome_of_a_milestone_goal_is_its_closing_report():
    silent, told = (make_target(measure="milestone", nodes=[YEAR_END]) for _ in range(2))
    file_entry(told, 12, None, YEAR_END)
    assert [reporting(target, OUTCOME_LATE) for target in (silent, told)] == ["outcome_missing", "reported"]


def test_outcome_of_a_goal_done_early_is_known():
    target = make_target()
    file_entry(target, 3, 130, date(2025, 4, 3))
    file_entry(target, 6, 520, OPENED)
    answers = {on: reporting(target, on, today=OUTCOME_LATE) for on in (date(2025, 3, 31), OPENED, YEAR_END)}
    assert answers == {date(2025, 3, 31): "reported", OPENED: "reported", YEAR_END: "exempt"}
    assert reporting(target, OPENED, known_at=OUTCOME_LATE) == "reported"


def test_outcome_is_missing_once_the_figure_that_settled_it_is_void():
    target = make_target()
    correct_entry(file_entry(target, 6, 520, OPENED), date(2025, 8, 4), is_void=True)
    asked = [reporting(target, date(2025, 3, 31), known_at=day) for day in (date(2025, 8, 3), OUTCOME_LATE)]
    assert asked == ["late", "outcome_missing"]


def test_stock_met_during_the_year_still_owes_its_outcome():
    target = make_target(measure="stock")
    file_entry(target, 11, 151, date(2025, 12, 3))
    assert reporting(target, OUTCOME_LATE) == "outcome_missing"


# --- exempt ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "answers"),
    [
        ("drafting", ["exempt", "exempt"]),
        ("in_force", ["late", "outcome_missing"]),
        ("closed", ["late", "outcome_missing"]),
        ("archived", ["late", "outcome_missing"]),
    ],
)
def test_a_draft_is_exempt_and_what_a_plan_owed_at_its_end_stays_owed(state, answers):
    target = make_target_of_plan(state)
    assert [reporting(target, day) for day in (WORDS_LATE, OUTCOME_LATE)] == answers


@pytest.mark.parametrize("state", ["suspended", "cancelled", "closed"])
def test_target_at_rest_is_exempt_to_the_end(state):
    target = make_target(state=state)
    assert [reporting(target, day) for day in (WORDS_LATE, OUTCOME_LATE)] == ["exempt", "exempt"]


def test_target_is_exempt_until_its_window_opens():
    target = make_target(starts_on=date(2025, 7, 1))
    assert [reporting(target, day) for day in (OPENED, date(2025, 7, 1))] == ["exempt", "due"]


@pytest.mark.parametrize(
    ("value", "fields", "answer"),
    [
        pytest.param(520, {}, "exempt", id="done on a final figure"),
        pytest.param(520, {"preliminary": True}, "due", id="a preliminary figure settles nothing"),
        pytest.param(519, {}, "due", id="not done"),
    ],
)
def test_target_done_in_an_earlier_period_is_exempt(value, fields, answer):
    target = make_target()
    file_entry(target, 5, value, date(2025, 6, 3), **fields)
    assert reporting(target, date(2025, 6, 29)) == "reported"
    assert reporting(target, OPENED) == answer


def test_goal_whose_final_node_is_done_is_exempt_from_the_next_period_on():
    target = make_target(measure="milestone", nodes=[date(2025, 6, 30)])
    file_entry(target, 5, None, date(2025, 6, 3), nodes={target.milestones.get(): date(2025, 5, 20)})
    assert [reporting(target, day) for day in (date(2025, 6, 29), OPENED)] == ["reported", "exempt"]


# --- to be defined, watched ------------------------------------------------------------------


@pytest.mark.parametrize("frequency", ["month", "quarter", "year", "published"])
@pytest.mark.parametrize("state", ["undefined", "watch"])
def test_target_without_light_owes_words_twice_a_year(state, frequency):
    target = make_target(state=state, frequency=frequency, figure_from="statistics")
    opened = {p.number: reporting(target, p.period_end) for p in target.plan.periods.all()}
    assert [number for number, answer in opened.items() if answer == "due"] == [6, 12]
    file_entry(target, 6, None, OPENED)
    assert reporting(target, FIGURES_LATE) == "reported"


@pytest.mark.parametrize("state", ["undefined", "watch"])
def test_target_without_light_has_no_outcome_to_miss(state):
    assert reporting(make_target(state=state), OUTCOME_LATE) == "late"


def test_active_stock_without_a_baseline_owes_its_monthly_report():
    target = make_target(measure="stock", baseline_value=None)
    file_entry(target, 5, 140, date(2025, 6, 3))
    assert Target.objects.with_status(OPENED).get(pk=target.pk).status == 9
    assert reporting(target, WORDS_LATE) == "late"


# --- who asks, and what was known then -------------------------------------------------------


@pytest.mark.parametrize(
    ("viewer", "answer"),
    [
        pytest.param(author, "submitted", id="its unit"),
        pytest.param(reviewer, "submitted", id="a reviewer"),
        pytest.param(coordinator, "submitted", id="a coordinator"),
        pytest.param(lambda: make_user("外", make_unit("城管办"), "填报员"), "late", id="another unit"),
    ],
)
def test_other_units_see_a_report_or_none(viewer, answer):
    target = make_target()
    entry = submit_entry(target, 6, 265, OPENED)
    asking = viewer()
    assert reporting(target, WORDS_LATE, viewer=asking) == answer
    entry.approve(by=reviewer(), at=at(WORDS_LATE))
    assert reporting(target, WORDS_LATE, viewer=asking) == "reported"


def test_a_statistician_reads_of_reports_under_way_the_statistic_alone():
    target = make_target(figure_from="statistics")
    submit_entry(target, 6, None, OPENED)
    submit_entry(target, 6, 265, OPENED, part="statistic")
    parts = answer(target, WORDS_LATE, viewer=statistician())
    read = [Reporting(part).key for part in (parts.report_part, parts.statistic_part)]
    assert read == ["late", "submitted"]


def test_past_view_reads_approvals_alone():
    target = make_target()
    submit_entry(target, 6, 265, OPENED).approve(by=reviewer(), at=at(date(2025, 7, 10)))
    submit_entry(target, 5, 230, OPENED)
    moments = WORDS_DUE, WORDS_LATE, date(2025, 7, 9), date(2025, 7, 10)
    assert [reporting(target, OPENED, known_at=moment) for moment in moments] == [
        "due", "late", "late", "reported",
    ]  # fmt: skip
    assert reporting(target, date(2025, 6, 29), known_at=WORDS_LATE) == "late"
    assert reporting(target, date(2025, 6, 29), today=WORDS_LATE) == "submitted"


def test_past_moment_is_exact():
    target = make_target()
    file_entry(target, 6, 265, at(WORDS_DUE, 15))
    moments = at(WORDS_DUE, 14, 59), at(WORDS_DUE, 15)
    assert [reporting(target, OPENED, known_at=moment) for moment in moments] == ["due", "reported"]


def test_void_is_not_known_before_it_was_approved():
    target = make_target()
    correct_entry(file_entry(target, 6, 265, OPENED), date(2025, 8, 4), is_void=True)
    moments = date(2025, 8, 3), date(2025, 8, 4)
    assert [reporting(target, OPENED, known_at=moment) for moment in moments] == ["reported", "late"]


# --- carried over ----------------------------------------------------------------------------


def carried(target, on, **asked):
    return answer(target, on, **asked).asked.carried


@pytest.mark.parametrize(
    ("fields", "day", "is_carried"),
    [
        pytest.param({}, OPENED, False, id="June is not due yet"),
        pytest.param({}, WORDS_DUE, False, id="June's own day"),
        pytest.param({}, WORDS_LATE, True, id="June was due"),
        pytest.param({"figure_from": "statistics"}, FIGURES_DUE, False, id="the statistic's own day"),
        pytest.param({"figure_from": "statistics"}, FIGURES_LATE, True, id="the statistic was due"),
    ],
)
def test_figure_is_carried_over_once_a_newer_one_was_due(fields, day, is_carried):
    target = make_target(**fields)
    part = "statistic" if fields else "report"
    file_entry(target, 5, 230, date(2025, 6, 3), part=part)
    assert carried(target, day) is is_carried


def test_figure_of_the_period_itself_is_not_carried_over():
    target = make_target()
    file_entry(target, 6, 265, OPENED)
    assert not carried(target, OPENED, today=WORDS_LATE)


def test_table_of_a_period_shows_what_was_carried_into_it():
    target = make_target()
    file_entry(target, 5, 230, date(2025, 6, 3))
    assert carried(target, OPENED, today=WORDS_LATE)
    assert not carried(target, date(2025, 5, 31), today=WORDS_LATE)


def test_quarters_figure_is_not_carried_over_between_quarters():
    target = make_target(frequency="quarter")
    file_entry(target, 3, 130, date(2025, 4, 3))
    assert [carried(target, day) for day in (date(2025, 6, 29), WORDS_LATE)] == [False, True]


def test_january_owes_no_figure_that_could_be_carried_over():
    plan = make_plan("P26", year=2026, starts_on=date(2025, 12, 1), ends_on=date(2026, 12, 31))
    target = make_target(plan)
    file_entry(target, 12, 40, date(2025, 12, 31))
    answers = [carried(target, day) for day in (date(2026, 2, 27), date(2026, 3, 6))]
    assert answers == [False, True]


@pytest.mark.parametrize(
    ("fields", "period", "value"),
    [
        pytest.param({"due_on": date(2025, 5, 31)}, 5, 519, id="missed"),
        pytest.param({}, 5, 520, id="done"),
        pytest.param({}, 5, None, id="no figure"),
        pytest.param({"state": "undefined"}, 5, 230, id="to be defined"),
        pytest.param({"measure": "stock", "baseline_value": None}, 5, 140, id="no baseline, no light"),
        pytest.param({"measure": "milestone"}, 5, None, id="nodes have days of their own"),
    ],
)
def test_only_the_light_of_a_figure_is_carried_over(fields, period, value):
    target = make_target(**fields)
    file_entry(target, period, value, date(2025, 6, 3), **({} if value else {"answer": "nothing_planned"}))
    if target.measure == "milestone":
        make_node(target, YEAR_END)
    assert not carried(target, WORDS_LATE)


@pytest.mark.parametrize("value", [151, 141, 139, 135], ids=["on target", "green", "amber", "red"])
def test_every_light_of_a_figure_is_carried_over(value):
    target = make_target(measure="stock")
    file_entry(target, 5, value, date(2025, 6, 3))
    assert carried(target, WORDS_LATE)
