"""Promises and reports of 2025, and what the rule says of them."""

import calendar
from datetime import date
from decimal import Decimal

from targets.rules.facts import Commitment, Facts, Light, Report, Rule
from targets.rules.judge import judge

NEW_YEAR, YEAR_END = date(2025, 1, 1), date(2025, 12, 31)
RULE = Rule("默认（10个百分点）", 1)

FLOW = Commitment("flow", "active", "gte", Decimal(520), unit_of_measure="亿元", decimals=2)
STOCK = Commitment("stock", "active", "gt", Decimal(150), baseline_value=Decimal(131), unit_of_measure="家")


def month_end(month):
    return date(2025, month, calendar.monthrange(2025, month)[1])


def figure(month, value=None, **fields):
    """The period ending in that month, taking effect on its last day."""
    fields = {"period_end": month_end(month), "effective_on": month_end(month), **fields}
    return Report(value=None if value is None else Decimal(value), **fields)


def facts(promise, *reports):
    return Facts(((NEW_YEAR, promise),), reports, RULE, NEW_YEAR, YEAR_END)


def verdict(promise, *reports, on=date(2026, 6, 30)):
    return judge(facts(promise, *reports), on)


def status(promise, *reports, on):
    """What is shown on a day: the light, unless silence has turned it by then."""
    found = verdict(promise, *reports, on=on)
    if found.overdue_on <= on:
        return Light.OVERDUE
    if found.red_on <= on:
        return Light.RED
    if found.amber_on <= on:
        return Light.AMBER
    return Light.NOT_STARTED if found.opens_on > on else found.light


def percentages(found):
    return found.attainment, found.expected, found.gap
