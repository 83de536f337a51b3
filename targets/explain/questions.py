"""Every question that is asked, of a promise, a plan and a report: its level and its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from targets.explain.quantities import difference, listed, months, quantity
from targets.rules.question import Question
from targets.status import Status

# 必须: what a promise, a plan or a year is still without.
REQUIRED: dict[str, Promise] = {
    # of a promise: the source does not say it
    "deadline": gettext_lazy("deadline"),
    "value": gettext_lazy("value to reach"),
    "definition": gettext_lazy("definition (statistical scope)"),
    "criterion": gettext_lazy("criterion of completion"),
    "baseline": gettext_lazy("baseline of last year"),
    "leader": gettext_lazy("accountable leader"),
    "last_node": gettext_lazy("node in the month of the deadline (the last one lies earlier)"),
    # before the plan is issued
    "source": gettext_lazy("the document it comes from"),
    "nodes": gettext_lazy("nodes"),
    "statistician": gettext_lazy("statistician"),
    "reporter": gettext_lazy("an account that reports for the lead unit"),
    "reviewer": gettext_lazy("Nobody with an account reviews reports."),
    "second_signer": gettext_lazy(
        "There is no second person to sign: nobody signs an own request for a change of the promise."
    ),
    # before the plan is closed
    "outcome": gettext_lazy("outcome missing"),
    "report": gettext_lazy("%(month)s not reported"),
    "decision": gettext_lazy("a change waits for approval"),
    # once the official figure turned the light
    "unexplained": gettext_lazy("%(month)s: %(light)s by the official figure; missing: %(missing)s"),
}

# 请核对: what may stand as it is once a person has looked at it.
CHECKED: dict[str, Promise] = {
    # of a plan's periods
    "days_off": gettext_lazy("Filing deadlines fall on days off; the table of holidays moves them."),
    "figures_day": gettext_lazy("No day by which figures are due: %(periods)s."),
    # of a filed figure
    "falls": gettext_lazy(
        "The cumulative figure fell by %(fall)s (%(last)s → %(value)s). If it was revised downwards, please "
        "say why under “issues”; or is it the month's own figure?"
    ),
    "falls_to_a_month": gettext_lazy(
        "%(value)s is lower than the last cumulative %(last)s and about what one month brings (about "
        "%(pace)s a month by the schedule). Is it the month's own figure? %(months)s is asked for."
    ),
    "month_value": gettext_lazy(
        "It rose by %(change)s only, while the schedule brings about %(pace)s a month. Is it the month's own "
        "figure? The total of %(months)s is asked for."
    ),
    "month_value_at_first": gettext_lazy(
        "%(value)s for %(months)s is about what one month brings (about %(pace)s by the schedule, "
        "%(expected)s in all by now). Is it the month's own figure?"
    ),
    "wrong_unit_large": gettext_lazy(
        "%(value)s is more than three times the value to reach, %(goal)s. Are the unit (%(unit)s) and the "
        "point right?"
    ),
    "wrong_unit_small": gettext_lazy(
        "%(value)s is less than a thousandth of %(known)s. Is it counted in %(unit)s?"
    ),
    "year_typed": gettext_lazy("%(value)s is the number of the year. Was the year typed into this box?"),
    "tenfold": gettext_lazy(
        "%(value)s and the last figure, %(last)s, differ about tenfold. Are the unit and the point right?"
    ),
    "halved": gettext_lazy("It fell from %(last)s to %(value)s, less than half. Is that right?"),
    "jump": gettext_lazy(
        "It moved by %(change)s, while so far the most was about %(usual)s in the same time. Please check "
        "it, and say under “progress” how that came about."
    ),
    "far_ahead": gettext_lazy(
        "The first figure, %(value)s, is more than half of the value to reach, %(goal)s, while %(expected)s "
        "were expected by now. Is that right?"
    ),
    "equal": gettext_lazy(
        "The figure is exactly the value to reach, %(goal)s. Please check it against the records."
    ),
    "as_expected": gettext_lazy(
        "The figure is exactly what the schedule asks for by now, %(expected)s. Is it what was really done?"
    ),
    "copied": gettext_lazy(
        "The figure is exactly that of the last period, %(last)s. If nothing changed please answer “no "
        "change this period”."
    ),
    "same_as_last_year": gettext_lazy(
        "The figure is exactly that of the same months last year, %(then)s. Was last year's figure typed?"
    ),
    "far_from_last_year": gettext_lazy(
        "It is %(share)s%% of the goal, while last year had %(usual_share)s%% of its whole by the same month "
        "(%(then)s). Is that right?"
    ),
    "percent_as_fraction": gettext_lazy(
        "%(value)s was typed. Should it be %(hundredfold)s? A percentage is not written as a fraction."
    ),
    "index_for_growth": gettext_lazy(
        "A growth of %(value)s was typed. Is it an index (last year = 100)? The growth is then %(over)s."
    ),
    "growth_far_off": gettext_lazy(
        "A growth of %(value)s lies far above the goal, %(goal)s, and all before. Is the point right?"
    ),
    "beyond_percent": gettext_lazy("%(value)s lies outside 0 to 100%%. Is that right?"),
    "rank_far_off": gettext_lazy("The place %(value)s lies far from the goal and all before. Is it right?"),
    # of the words beside it
    "same_words": gettext_lazy(
        "The figure moved (%(last)s → %(value)s) and the words are those of the last report. Please say what "
        "was new."
    ),
    "behind_unsaid": gettext_lazy("By this report the light is %(light)s: %(missing)s should be filled in."),
    "old_figure": gettext_lazy("The words still say %(figure)s, the figure that is corrected."),
    # of a report as a whole
    "void": gettext_lazy("Once approved, this period has no figure."),
    "done_after": gettext_lazy("“%(node)s” was done on %(day)s, after the period."),
    "done_before": gettext_lazy("“%(node)s” was done on %(day)s, but no earlier report says so."),
}

QUESTIONS = REQUIRED | CHECKED
FIELDS: dict[str, Promise] = {"issues": gettext_lazy("issues"), "next_steps": gettext_lazy("next steps")}
QUANTITIES = ("value", "last", "pace", "expected", "goal", "usual", "then", "known")


def question(asked: Question) -> str:
    """Return the question in words."""
    return str(QUESTIONS[asked.key]) % _in_words(asked.numbers)


def questions(asked: Iterable[Question]) -> list[str]:
    """Return the questions in words as a page shows them: what is required first."""
    return [question(each) for each in sorted(asked, key=lambda each: each.key not in REQUIRED)]


def by_place(asked: Iterable[Question]) -> dict[Any, list[str]]:
    """Return object in question → `questions` about it, in the order of the first of each."""
    found: dict[Any, list[Question]] = {}
    for each in asked:
        found.setdefault(each.place, []).append(each)
    return {place: questions(own) for place, own in found.items()}


def _in_words(numbers: Mapping[str, Any]) -> dict[str, Any]:
    words = dict(numbers)
    if "light" in numbers:
        words["light"] = Status(numbers["light"]).label
        words["missing"] = listed(FIELDS[name] for name in numbers["missing"])
    if "unit" in numbers:
        words |= _of_a_figure(numbers)
    return words


def _of_a_figure(numbers: Mapping[str, Any]) -> dict[str, str]:
    unit, value, change = numbers["unit"], numbers["value"], numbers["change"]
    moved = "" if change is None else difference(abs(change), unit)
    return {
        "months": months(numbers["since"], numbers["until"]),
        "change": moved,
        "fall": moved,
        "hundredfold": quantity(value * 100, unit),
        "over": quantity(value - 100, unit),
        **{name: quantity(numbers[name], unit) for name in QUANTITIES if name in numbers},
    }
