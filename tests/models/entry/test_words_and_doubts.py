"""Which earlier entries the words and the figure of a report are held against, and who is asked why."""

from datetime import date
from decimal import Decimal

import pytest

from targets.models import ProgressEntry
from targets.models.entry import steps
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
)
from tests.models.revisions import behind, change

pytestmark = pytest.mark.django_db

JUNE, JULY, AUGUST = date(2025, 6, 3), date(2025, 7, 3), date(2025, 8, 4)
PLANS = {"issues": "用地未批", "next_steps": "七月报批"}


def keys(entry):
    return [doubt.key for doubt in entry.doubts()]


def statistic(target, number, value, day, **fields):
    return file_entry(target, number, value, day, part="statistic", **fields)


# --- who is behind says why ------------------------------------------------------------------


def test_who_is_behind_is_asked_why():
    assert keys(draft_entry(behind(), 7, 215, AUGUST, narrative="七月情况")) == ["behind_unsaid"]


@pytest.mark.parametrize(("field", "other"), [("issues", "next_steps"), ("next_steps", "issues")])
def test_each_of_the_two_is_asked_for_by_itself(field, other):
    entry = draft_entry(behind(), 7, 215, AUGUST, **{field: "用地未批"})
    assert entry.unsaid == [other]


def test_a_void_is_asked_nothing():
    july = file_entry(behind(), 7, 215, AUGUST, narrative="七月情况")
    mended = steps.correct(july, coordinator(), "更正")
    void = steps.correct(july, coordinator(), "口径有误", is_void=True)
    assert (keys(mended), keys(void)) == (["behind_unsaid"], [])


@pytest.mark.parametrize("missing", ["target", "period"])
def test_what_is_not_yet_about_anything_is_asked_nothing(missing):
    target = behind()
    known = {"target": target, "period": target.plan.periods.get(number=7)}
    del known[missing]
    assert ProgressEntry(value=Decimal(1), **known).doubts() == []


def test_before_the_promise_holds_nobody_is_asked_why():
    target = make_target(make_plan(), at=date(2025, 7, 15))
    entry = ProgressEntry(target=target, period=target.plan.periods.get(number=5), entered_by=author())
    entry.moment = at(JULY)
    assert entry.doubts() == []


def test_a_statistic_is_not_asked_why():
    target = make_target(figure_from="statistics")
    statistic(target, 5, 100, JUNE)
    assert keys(draft_entry(target, 6, 120, JULY, part="statistic", narrative="")) == []


def test_no_change_after_a_report_that_said_why_is_not_asked_again():
    target = behind()
    file_entry(target, 7, 215, AUGUST, **PLANS)
    september = date(2025, 9, 3)
    assert keys(draft_entry(target, 8, None, september, answer="no_change", narrative="")) == []


@pytest.mark.parametrize("said", PLANS)
def test_no_change_after_a_report_that_said_half_of_it_is_asked(said):
    target = behind()
    file_entry(target, 7, 215, AUGUST, **{said: PLANS[said]})
    draft = draft_entry(target, 8, None, date(2025, 9, 3), answer="no_change", narrative="")
    assert keys(draft) == ["behind_unsaid"]


def test_a_new_figure_after_a_report_that_said_why_is_asked_again():
    target = behind()
    file_entry(target, 7, 215, AUGUST, **PLANS)
    assert keys(draft_entry(target, 8, 222, date(2025, 9, 3), narrative="八月情况")) == ["behind_unsaid"]


def test_light_that_its_own_figure_brings_is_the_one_asked_about():
    """Behind until now, on schedule with this figure."""
    assert keys(draft_entry(behind(), 7, 310, AUGUST, narrative="七月情况")) == []


def test_nodes_that_it_reports_as_done_bring_its_light():
    goal = make_target(measure="milestone", nodes=[date(2025, 6, 30), date(2025, 12, 31)])
    done = {goal.milestones.first(): date(2025, 6, 20)}
    assert keys(draft_entry(goal, 5, None, JUNE)) == []
    late = draft_entry(goal, 6, None, JULY)
    assert keys(late) == ["behind_unsaid"]
    assert late.doubts(done={node.pk: day for node, day in done.items()}) == []
    assert keys(draft_entry(goal, 7, None, AUGUST, nodes=done)) == []


# --- the words before ------------------------------------------------------------------------


def before(entry):
    return entry.words_before(entry.known_beside())


@pytest.mark.parametrize("said", ["narrative", "issues", "next_steps"])
def test_words_before_are_the_newest_earlier_ones(said):
    target = make_target()
    file_entry(target, 4, 180, date(2025, 5, 6))
    may = file_entry(target, 5, 215, JUNE, **{"narrative": "", said: "五月情况"})
    file_entry(target, 6, 265, JULY, narrative="")
    assert before(draft_entry(target, 7, 300, AUGUST)) == may


def test_words_of_later_periods_and_of_the_period_itself_are_not_before():
    target = make_target()
    june = file_entry(target, 6, 265, JULY)
    file_entry(target, 7, 300, AUGUST)
    assert before(draft_entry(target, 5, 215, AUGUST)) is None
    mended = june.correct(by=coordinator(), reason="更正", at=at(AUGUST))
    assert before(mended) is None
    assert mended.words_before([june]) is None


def test_words_of_the_other_part_are_not_before():
    target = make_target(figure_from="statistics")
    statistic(target, 5, 215, JUNE)
    assert before(draft_entry(target, 6, None, JULY)) is None


def test_words_of_the_other_part_under_another_figure_are_not_asked_about():
    target = make_target(figure_from="statistics")
    file_entry(target, 5, None, JUNE, narrative="按计划推进")
    statistic(target, 5, 215, date(2025, 6, 18), narrative="")
    assert keys(draft_entry(target, 6, 265, JULY, part="statistic", narrative="按计划推进")) == []


# --- the figure before -----------------------------------------------------------------------


def test_figure_of_the_other_source_for_the_same_period_is_no_earlier_one():
    target = make_target()
    file_entry(target, 5, 215, JUNE)
    file_entry(target, 6, 270, JULY)
    change(target, "reporting", {"figure_from": "statistics"}, on=date(2025, 7, 10))
    assert keys(draft_entry(target, 6, 265, AUGUST, part="statistic", narrative="")) == []


def test_without_a_figure_nothing_is_asked_about_it():
    target = make_target()
    file_entry(target, 6, 265, JULY)
    assert keys(draft_entry(target, 7, None, AUGUST, narrative="七月情况")) == []


# --- words taken over ------------------------------------------------------------------------


def test_words_left_empty_are_taken_over_from_the_report_before():
    target = make_target()
    may = file_entry(target, 5, 215, JUNE, **PLANS)
    draft = draft_entry(target, 6, 265, JULY, next_steps="八月报批")
    assert draft.repeat_plans(may) is True
    assert (draft.issues, draft.next_steps) == ("用地未批", "八月报批")
    assert draft.repeat_plans(may) is False


def test_there_is_nothing_to_take_over():
    target = make_target()
    may = file_entry(target, 5, 215, JUNE)
    draft = draft_entry(target, 6, 265, JULY)
    assert draft.repeat_plans(None) is False
    assert draft.repeat_plans(may) is False
    assert (draft.issues, draft.next_steps) == ("", "")


# --- for whom it is filed --------------------------------------------------------------------


def test_who_files_for_a_unit_says_whether_it_was_taken_from_its_paper():
    entry = draft_entry(make_target(lead_unit=make_unit("农业办")), 6, 265, JULY)
    found = []
    for from_paper in (True, None, False, None):
        entry.enter(coordinator(), from_paper=from_paper)
        found.append(entry.origin)
    assert found == ["transcribed", "transcribed", "on_behalf", "on_behalf"]
