"""Milestone goals: nodes fall due by their own dates, and silence counts only where there are some."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from targets.rules.facts import NEVER, Commitment, Light, Node
from targets.rules.judge import judge
from tests.rules.cases import RULE, YEAR_END, facts, figure, percentages, status, verdict

MID_YEAR = date(2025, 6, 30)
ROOF, HANDED_OVER = Node(1, MID_YEAR), Node(2, YEAR_END)


def goal(*nodes, **fields):
    return Commitment("milestone", "active", nodes=nodes, **fields)


TWO_NODES = goal(ROOF, HANDED_OVER)
FINAL_ALONE = goal(HANDED_OVER)


def done(month, **days):
    """That month's report, in which nodes were ticked: `roof` and `handed_over` on their days."""
    keys = {"roof": ROOF.key, "handed_over": HANDED_OVER.key}
    return figure(month, done=tuple((keys[name], day) for name, day in days.items()))


@pytest.mark.parametrize(
    ("on", "shown"),
    [
        pytest.param(date(2025, 6, 1), Light.GREEN, id="1 June"),
        pytest.param(date(2025, 6, 20), Light.GREEN, id="20 June"),
        pytest.param(date(2025, 6, 29), Light.GREEN, id="the day before"),
        pytest.param(date(2025, 6, 30), Light.AMBER, id="30 June, the due date"),
        pytest.param(date(2025, 7, 30), Light.AMBER, id="30 July, 30 days past"),
        pytest.param(date(2025, 7, 31), Light.RED, id="31 July, 31 days past"),
        pytest.param(date(2025, 12, 31), Light.RED, id="31 December, the final node is due"),
        pytest.param(date(2026, 1, 1), Light.OVERDUE, id="1 January, the final node is past"),
        pytest.param(date(2026, 1, 5), Light.OVERDUE, id="5 January"),
    ],
)
def test_silence_on_an_open_node(on, shown):
    assert status(TWO_NODES, on=on) is shown


def test_the_share_of_nodes_done_has_one_decimal():
    three = goal(ROOF, Node(3, MID_YEAR), HANDED_OVER)
    assert verdict(three, done(6, roof=date(2025, 6, 28))).attainment == D("33.3")


@pytest.mark.parametrize(
    ("on", "shown"),
    [
        (date(2025, 12, 30), Light.GREEN),
        (date(2025, 12, 31), Light.AMBER),
        (date(2026, 1, 1), Light.OVERDUE),
    ],
)
def test_silence_after_the_earlier_node_was_done(on, shown):
    assert status(TWO_NODES, done(6, roof=date(2025, 6, 28)), on=on) is shown


def test_silence_turns_a_goal_at_the_earliest_open_node():
    promise = goal(Node(1, date(2025, 9, 30)), Node(3, date(2025, 3, 31)), HANDED_OVER)
    assert verdict(promise).amber_on == date(2025, 3, 31)


def test_days_are_answered_and_never_compared_with_the_day_asked_for():
    found = [verdict(TWO_NODES, on=day) for day in (date(2025, 1, 1), date(2026, 6, 30))]
    assert found[0] == found[1]
    assert (found[0].light, found[0].amber_on, found[0].red_on, found[0].overdue_on) == (
        Light.GREEN, MID_YEAR, date(2025, 7, 31), date(2026, 1, 1),
    )  # fmt: skip


# --- done ------------------------------------------------------------------------------------


@pytest.mark.parametrize("promise", [TWO_NODES, FINAL_ALONE], ids=["two nodes", "final node alone"])
@pytest.mark.parametrize(
    ("day", "marks"),
    [
        pytest.param(date(2025, 11, 30), {"early": 1}, id="before its month: early"),
        pytest.param(date(2025, 12, 1), {}, id="within its month"),
        pytest.param(date(2025, 12, 31), {}, id="on its day"),
        pytest.param(date(2026, 1, 1), {"late": 1}, id="a day late"),
    ],
)
def test_final_node_done(promise, day, marks):
    found = verdict(promise, done(12, handed_over=day))
    assert (found.light, found.marks, found.settled) == (Light.DONE, marks, True)
    assert status(promise, done(12, handed_over=day), on=date(2026, 6, 30)) is Light.DONE


@pytest.mark.parametrize(
    ("due_on", "day", "marks"),
    [
        pytest.param(date(2025, 9, 15), date(2025, 9, 15), {}, id="the goal's deadline"),
        pytest.param(date(2025, 9, 15), date(2025, 9, 16), {"late": 1}, id="after the goal's deadline"),
        pytest.param(None, YEAR_END, {}, id="the plan's last day"),
        pytest.param(None, date(2026, 1, 1), {"late": 1}, id="after the plan's last day"),
    ],
)
def test_final_node_without_a_date_is_due_with_the_goal_or_the_plan(due_on, day, marks):
    promise = goal(Node(ROOF.key), due_on=due_on)
    assert verdict(promise, done(12, roof=day)).marks == marks


def test_corrected_report_is_marked():
    assert verdict(TWO_NODES, figure(3), figure(4, revision_no=2)).marks == {"corrected": 1}


def test_node_counts_from_the_day_it_was_done_and_not_from_its_report():
    reports = figure(4), done(6, roof=date(2025, 5, 10))
    days = date(2025, 4, 29), date(2025, 5, 9), date(2025, 5, 10)
    shares = [verdict(TWO_NODES, *reports, on=day).attainment for day in days]
    assert shares == [None, 0, 50]


def test_node_done_after_its_reports_period_counts_from_its_own_day():
    report = done(6, roof=date(2025, 7, 3))
    shown = [status(TWO_NODES, report, on=day) for day in (date(2025, 7, 2), date(2025, 7, 3))]
    assert shown == [Light.AMBER, Light.GREEN]


def test_node_reported_twice_was_done_on_the_earlier_day():
    reports = done(6, roof=date(2025, 6, 20)), done(7, roof=date(2025, 7, 20))
    assert verdict(TWO_NODES, *reports, on=date(2025, 6, 20)).attainment == 50


@pytest.mark.parametrize(
    ("weights", "share"),
    [
        pytest.param((None, None, None), "33.3", id="all empty: equal"),
        pytest.param((D(25), D(25), D(50)), "25.0", id="by weight"),
        pytest.param((D(0), D(0), D(100)), "0.0", id="a node of no weight"),
        pytest.param((None, D(50), D(50)), "0.0", id="without a weight beside weighted ones"),
    ],
)
def test_share_done_is_weighted(weights, share):
    days = (date(2025, 3, 31), MID_YEAR, YEAR_END)
    promise = goal(*(Node(key, day, 0, weights[key]) for key, day in enumerate(days)))
    report = figure(3, done=((0, date(2025, 3, 1)),))
    assert percentages(verdict(promise, report)) == (D(share), None, None)


def test_completion_of_a_node_that_is_not_the_targets_is_left_out():
    assert verdict(TWO_NODES, figure(3, done=((99, date(2025, 3, 1)),))).explanation["done"] == 0


# --- the final node alone --------------------------------------------------------------------

WITHOUT_DATES = {
    "final node alone": FINAL_ALONE,
    "an undated node beside it": goal(Node(1), HANDED_OVER),
    "undated nodes": goal(Node(1), Node(2)),
    "no node": goal(),
}


@pytest.mark.parametrize("promise", WITHOUT_DATES.values(), ids=WITHOUT_DATES)
@pytest.mark.parametrize("on", [date(2025, 2, 1), YEAR_END, date(2026, 6, 30)], ids=str)
def test_without_dates_silence_never_turns_a_light(promise, on):
    assert status(promise, on=on) is Light.NO_FIGURE
    assert status(promise, figure(11), on=on) is Light.NO_FIGURE


@pytest.mark.parametrize("promise", WITHOUT_DATES.values(), ids=WITHOUT_DATES)
def test_without_dates_the_closing_report_without_done_is_a_miss(promise):
    assert status(promise, figure(12), on=YEAR_END) is Light.MISSED


def test_missed_goal_done_later_is_done_late():
    found = verdict(FINAL_ALONE, figure(11), figure(12), done(12, handed_over=date(2026, 1, 20)))
    assert (found.light, found.marks) == (Light.DONE, {"late": 1})


@pytest.mark.parametrize(
    ("due_on", "month", "light"),
    [
        pytest.param(date(2025, 9, 15), 8, Light.NO_FIGURE, id="the month before the goal's deadline"),
        pytest.param(date(2025, 9, 15), 9, Light.MISSED, id="the month of the goal's deadline"),
        pytest.param(None, 11, Light.NO_FIGURE, id="no deadline: before the plan's last month"),
        pytest.param(None, 12, Light.MISSED, id="no deadline: the plan's last month"),
    ],
)
def test_closing_report_is_that_of_the_goals_deadline(due_on, month, light):
    assert verdict(goal(Node(1), due_on=due_on), figure(month)).light is light


# --- which node is the final one -------------------------------------------------------------


@pytest.mark.parametrize(
    ("nodes", "amber_on", "overdue_on"),
    [
        pytest.param((HANDED_OVER, ROOF), MID_YEAR, date(2026, 1, 1), id="the last by date, however listed"),
        pytest.param((ROOF, HANDED_OVER, Node(3)), MID_YEAR, date(2026, 1, 1), id="never an undated one"),
        pytest.param(
            (Node(1, YEAR_END, 1), Node(2, YEAR_END, 2)), YEAR_END, date(2026, 1, 1), id="two due on one day"
        ),
    ],
)
def test_final_node_is_the_last_by_date(nodes, amber_on, overdue_on):
    found = verdict(goal(*nodes))
    assert (found.amber_on, found.overdue_on) == (amber_on, overdue_on)


def test_of_two_nodes_due_on_one_day_the_later_in_order_is_final():
    promise = goal(Node(1, YEAR_END, 2), Node(2, YEAR_END, 1))
    lights = [
        verdict(promise, figure(11, done=((key, date(2025, 11, 1)),))).light for key in (1, 2)
    ]  # fmt: skip
    assert lights == [Light.DONE, Light.GREEN]


def test_node_not_due_before_the_window_opens_waits_as_not_started():
    promise = replace(TWO_NODES, starts_on=date(2025, 3, 1))
    shown = [status(promise, on=day) for day in (date(2025, 2, 28), date(2025, 3, 1))]
    assert shown == [Light.NOT_STARTED, Light.GREEN]


def test_states_without_light_have_no_days_on_which_silence_turns_them():
    found = verdict(replace(TWO_NODES, state="undefined"))
    assert (found.amber_on, found.red_on, found.overdue_on) == (NEVER, NEVER, NEVER)


def test_days_from_amber_to_red_are_the_rules_own():
    impatient = replace(facts(TWO_NODES), rule=replace(RULE, node_days=0))
    found = judge(impatient, YEAR_END)
    assert (found.amber_on, found.red_on) == (MID_YEAR, date(2025, 7, 1))


# --- a node that follows the deadline --------------------------------------------------------

FOLLOWS = Node(9, order=99, follows_deadline=True)


def test_node_that_follows_the_deadline_is_due_with_the_goal():
    promise = goal(ROOF, FOLLOWS, due_on=date(2025, 9, 30))
    assert (verdict(promise).amber_on, verdict(promise).overdue_on) == (MID_YEAR, date(2025, 10, 1))
    later = replace(promise, due_on=YEAR_END)
    assert verdict(later).overdue_on == date(2026, 1, 1)


def test_node_that_follows_a_deadline_not_stated_has_no_date():
    found = verdict(goal(ROOF, FOLLOWS))
    assert (found.explanation["key"], found.explanation["nodes"]) == ("nodes_only_final", 2)


@pytest.mark.parametrize(
    ("month", "light"), [(8, Light.NO_FIGURE), (9, Light.MISSED)], ids=["before its month", "its month"]
)
def test_alone_a_node_that_follows_the_deadline_is_the_final_one(month, light):
    promise = goal(FOLLOWS, due_on=date(2025, 9, 30))
    assert verdict(promise).amber_on == NEVER
    assert verdict(promise, figure(month)).light is light
    late = figure(10, done=((FOLLOWS.key, date(2025, 10, 1)),))
    assert (verdict(promise, late).light, verdict(promise, late).marks) == (Light.DONE, {"late": 1})


# --- rules without amber ---------------------------------------------------------------------


def test_without_amber_a_node_turns_red_on_its_day():
    strict = replace(facts(TWO_NODES), rule=replace(RULE, has_amber=False))
    found = judge(strict, YEAR_END)
    assert (found.amber_on, found.red_on, found.overdue_on) == (NEVER, MID_YEAR, date(2026, 1, 1))
    assert "days" not in found.explanation
