"""What a random act says: its figure, its monthly plan, the words of its request."""

from datetime import date
from decimal import Decimal

from tests.models.histories import COMPARATORS, DATES
from tests.rules.cases import month_end

PACED = ("flow", "stock", "ratio")
FIGURES = (*PACED, "rank", "growth")


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
    """One last point, two points, a first half only, or mostly none."""
    if act.pace not in (1, 2, 3) or promise.measure not in PACED or not promise.target_value:
        return {}
    months = {1: [12], 2: [6, 12], 3: [3, 6]}[act.pace]
    return {month_end(month): promise.target_value * month // 12 for month in months}


def words(kind, promise, act):
    """The fields that a request of this kind names; the promise's state goes with its kind."""
    day, value = DATES[act.value % 4], max(Decimal(1), figure(promise, act))
    other = COMPARATORS[act.value % 7]
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
            {"comparator": other},
            {"measure": PACED[act.value % 3]} if promise.measure in PACED else {"definition": "口径"},
        ],
        "baseline": [{"baseline_value": None}, *[{"baseline_value": value}] * 3],
        "node": [{"due_on": day}, {"due_on": None}, {"due_on": day, "order": 1}, {"order": act.pick}],
        "override": [{"override_light": light} for light in (3, 4, 5)],
        "resume": [{}, {"due_on": day}],
    }.get(kind, [{}])
    return dict(options[act.pick % len(options)])
