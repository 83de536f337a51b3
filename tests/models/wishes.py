"""What a random act says: its figure, its monthly plan, the words of its request."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.factories import coordinator, make_unit, reviewer
from tests.models.histories import COMPARATORS, DATES
from tests.rules.cases import month_end

PACED = ("flow", "stock", "ratio")
FIGURES = (*PACED, "rank", "growth")
ONE_SIDED = {"gte": "higher", "gt": "higher", "lte": "lower", "lt": "lower"}


def figure(promise, act):
    """On both sides of every border of its measure."""
    match promise.measure:
        case "flow":
            return Decimal((10 if promise.unit_of_measure == "亿元" else 1) * act.value)
        case "rank":
            return Decimal(1 + act.value % 6)
        case "growth":
            return Decimal(act.value - 20) / 4
        case "ratio":
            return Decimal(act.value) + (0 if promise.target_value == 10 else 25)
    return Decimal(100 + act.value)


def curve(promise, act):
    """To the goal in one last point, in two or in three; mostly none. {} where there is none to give."""
    if act.pace not in (1, 2, 3) or promise.measure not in PACED or not promise.target_value:
        return {}
    last, aim = (promise.due_on or DATES[-1]).month, promise.target_value
    if promise.unit_of_measure == "家":  # more than 52 firms are 53
        aim += {"gt": 1, "lt": -1}.get(promise.comparator, 0)
    start = 0 if promise.measure == "flow" else promise.baseline_value
    months = {last}.union({2: {3}, 3: {3, 5}}.get(act.pace, ()) if start is not None else ())
    way = {month: start + (aim - start) * month // last if month < last else aim for month in months}
    return {month_end(month): value for month, value in way.items() if month <= last}


def new_pace(kind, promise, words, act):
    """The monthly plan that comes with the request, and whether it drops the one that stands."""
    if kind not in ("curve", "value", "deadline", "definition", "baseline", "resume"):
        return {}, False
    reads = {name: value for name, value in words.items() if name != "definition"}
    points = curve(replace(promise, **reads), act)
    return points, not points and (kind == "curve" or (bool(promise.curve) and act.pace > 3))


def words(kind, promise, act, periods):
    """The fields that a request of this kind names; the promise's state goes with its kind."""
    day, value = DATES[act.value % 4], max(Decimal(1), figure(promise, act))
    other = COMPARATORS[act.value % 7]
    unit, leader = make_unit(["农业办", "经发办"][act.value % 2]).pk, coordinator().member.pk
    since = [None, *(period.pk for period in periods)][act.value % 13]
    options = {
        "value": [
            {"target_value": value},
            {"target_value": value, "comparator": "gte", "upper_value": None},
            {"target_value": value, "comparator": "between", "upper_value": value + 10},
            {"comparator": other, "upper_value": None},
        ],
        "deadline": [
            {"due_on": day},
            {"due_on": None},
            {"starts_on": date(2025, 4, 1)},
            {"starts_on": None, "due_on": DATES[1]},
        ],
        "definition": [
            {"state": "active"},
            {"state": "watch"},
            {"state": "undefined"},
            {"basis": ["net", "gross"][act.value % 2]},
            {"firmness": ["binding", "stretch"][act.value % 2]},
            {"comparator": other},
            {"measure": PACED[act.value % 3]} if promise.measure in PACED else {"definition": "口径"},
        ],
        "baseline": [{"baseline_value": None}, *[{"baseline_value": value}] * 3],
        "node": [{"due_on": day}, {"due_on": None}, {"due_on": day, "order": 1}, {"order": act.pick}],
        "owner": [
            {"lead_unit": unit},
            {"lead_unit": unit, "accountable_leader": leader},
            {"accountable_leader": [leader, reviewer().member.pk, None][act.value % 3]},
            {"accountable_leader_words": ["分管副镇长", ""][act.value % 2]},
        ],
        "reporting": [
            {"frequency": ["quarter", "month", "published"][act.value % 3]},
            {"figure_from": ["statistics", "unit"][act.value % 2]},
            {"first_period": since},
            {"frequency": "half", "first_period": since},
        ],
        "override": [{"override_light": light} for light in (3, 4, 5)],
        "resume": [{}, {"due_on": day}],
    }.get(kind, [{}])
    return dict(options[act.pick % len(options)])


def follows(words, measure):
    """What goes along with these words: a direction, and of leader's name and words the other."""
    found = {}
    if words.get("comparator") in ONE_SIDED and measure in (*PACED, "growth"):  # a place is always the lower
        found["direction"] = ONE_SIDED[words["comparator"]]
    if words.get("accountable_leader"):
        found["accountable_leader_words"] = ""
    if words.get("accountable_leader_words"):
        found["accountable_leader"] = None
    return found
