"""完成率 − 序时进度 = 进度差 in every printed row of a plan of every kind of goal: page, JSON, workbook."""

from datetime import date
from decimal import Decimal as D
from itertools import product
from random import Random

import pytest

from targets.management.commands.status import record
from targets.models import Plan, ProgressEntry, Target, TrajectoryPoint
from targets.models.ledger import bulk
from targets.models.ledger.bulk import Filing
from targets.register.register import Register
from targets.rules.curves import even
from targets.rules.schedule import month_end
from targets.rules.sides import paced_side
from targets.tables import Line
from tests.factories import at, author, make_plan, make_unit, reviewer
from tests.workbooks.reading import sheet_of, values, xlsx

pytestmark = pytest.mark.django_db

COMPARATORS = ("gte", "gt", "lte", "lt", "eq", "approx", "between")
KINDS = [
    *product(("flow",), ("家", "亿元", "公里", "%"), COMPARATORS, (None,), ("net",)),
    *product(("stock", "ratio"), ("家", "亿元", "%"), COMPARATORS, (None, 40, 400), ("net", "gross")),
    *product(("growth",), ("%",), COMPARATORS, (None,), ("net",)),
    *product(("rank",), ("位",), ("lte", "lt", "eq"), (None,), ("net",)),
]


def goals(plan, random):
    """One target of every kind with values, directions, windows and rules of plans by chance."""
    for measure, unit, comparator, baseline, basis in KINDS:
        value = D(random.randint(2, 9)) if measure in ("rank", "growth") else D(random.randint(60, 300))
        yield Target(
            plan=plan, lead_unit=make_unit(), title=f"{measure} {comparator} {unit}", measure=measure,
            comparator=comparator, target_value=value,
            upper_value=value + random.randint(1, 40) if comparator == "between" else None,
            direction=random.choice(["higher", "lower", "within"]), unit_of_measure=unit, basis=basis,
            baseline_value=baseline, decimals=0 if unit == "家" else 1,
            starts_on=random.choice([None, date(2025, 3, 1)]),
            due_on=random.choice([None, date(2025, 10, 31)]),
        )  # fmt: skip


def curve_of(target):
    """A monthly plan where one can stand."""
    promise, due_on = target.as_commitment(), target.due_on or target.plan.ends_on
    baseline = D(0) if target.measure == "flow" or target.basis == "gross" else target.baseline_value
    ends = [month_end(2025, month) for month in range(1, 13)]
    aim = paced_side(promise).goal
    if baseline is None:
        return {month_end(2025, due_on.month): aim}
    curve = even(
        ends, starts_on=date(2025, 1, 1), due_on=due_on, target_value=aim, baseline=baseline, decimals=1,
        whole=target.whole(),
    )  # fmt: skip
    return curve if target.fault_of_the_curve(curve) is None else {month_end(2025, due_on.month): aim}


def filings(targets, periods, random):
    for period in periods:
        for target in targets:
            by, day = author(target.lead_unit), at(month_end(2025, period.number))
            value = target.target_value * random.randint(0, 130) / 100
            value = max(D(1), round(value)) if target.whole() else round(value, 1)
            entry = ProgressEntry(
                target=target, period=period, value=value, narrative="推进", state="approved", entered_by=by,
                reported_by_unit=target.lead_unit, submitted_by=by, submitted_at=day, reviewed_by=reviewer(),
                reviewed_at=day,
            )  # fmt: skip
            entry.moment = day
            yield Filing(entry)


@pytest.fixture(params=[1, 2, 3])
def register(request):
    random = Random(request.param)
    plan = make_plan(state="drafting")
    targets = list(goals(plan, random))
    Target.clean_rows(targets)
    points = [
        TrajectoryPoint(target=target, period_end=end, planned_value=value)
        for target in targets
        if random.random() < 0.3
        for end, value in curve_of(target).items()
    ]
    bulk.write_targets(targets, points=points)
    bulk.issue(plan, at=at(date(2025, 1, 1)))
    targets = list(plan.targets.select_related("plan__light_rule", "lead_unit").order_by("number"))
    periods = list(plan.periods.filter(number__in=(4, 9, 12)).select_related("plan"))
    bulk.file(list(filings(targets, periods, random)))
    return Plan.objects.get(pk=plan.pk)


def adds_up(attainment, expected, gap):
    if "—" in (attainment, expected, gap) or None in (attainment, expected, gap):
        return {attainment, expected, gap} <= {"—", None, "待明确", "尚无数据"}
    attainment, expected, gap = (D(str(each).replace("−", "-")) for each in (attainment, expected, gap))
    return attainment - expected == gap


def test_the_columns_add_up_wherever_they_are_printed(register):
    printed = 0
    for number in (4, 9, 12):
        shown = Register.at(register, period=number, today=date(2026, 2, 1))
        rows = shown.rows()
        sheet = values(sheet_of(xlsx(shown, rows)))
        assert len(rows) == len(sheet) == len(KINDS)
        for row, cells in zip(rows, sheet, strict=True):
            line, told = Line(row), record(row)
            assert adds_up(*(line.words[key] for key in ("attainment", "expected", "gap"))), row.reason
            assert adds_up(told["attainment"], told["expected"], told["gap"]), row.reason
            assert adds_up(cells["完成率（%）"], cells["序时进度（%）"], cells["进度差（百分点）"]), (
                row.reason
            )
            printed += row.gap is not None
    assert printed > len(KINDS)
