"""The questions about a figure, each with the numbers that made it look odd."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from targets.explain.quantities import difference, listed, months, quantity
from targets.rules.filed_figure import Doubt
from targets.status import Status

QUESTIONS: dict[str, Promise] = {
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
    "same_words": gettext_lazy(
        "The figure moved (%(last)s → %(value)s) and the words are those of the last report. Please say what "
        "was new."
    ),
    "behind_unsaid": gettext_lazy("By this report the light is %(light)s: %(missing)s should be filled in."),
}
FIELDS: dict[str, Promise] = {"issues": gettext_lazy("issues"), "next_steps": gettext_lazy("next steps")}


QUANTITIES = ("value", "last", "pace", "expected", "goal", "usual", "then", "known")


def doubt(asked: Doubt) -> str:
    """The question in one sentence."""
    numbers = asked.numbers
    if asked.key == "behind_unsaid":
        said = {"light": Status(numbers["light"]).label, "missing": missing(numbers["missing"])}
        return str(QUESTIONS[asked.key]) % said
    unit, value, change = numbers["unit"], numbers["value"], numbers["change"]
    moved = "" if change is None else difference(abs(change), unit)
    words = {
        "unit": unit,
        "months": months(numbers["since"], numbers["until"]),
        "change": moved,
        "fall": moved,
        "hundredfold": quantity(value * 100, unit),
        "over": quantity(value - 100, unit),
        **{name: quantity(numbers[name], unit) for name in QUANTITIES if name in numbers},
        **{name: numbers[name] for name in ("share", "usual_share") if name in numbers},
    }
    return str(QUESTIONS[asked.key]) % words


def missing(fields: Iterable[str]) -> str:
    """Return the labels of the fields that are still to be filled in."""
    return listed(FIELDS[name] for name in fields)
