"""Many rows at once are refused for what one row would be refused for, and cost few queries."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from targets.models import Milestone, ProgressEntry, Target
from targets.models.ledger import bulk
from targets.models.ledger.bulk import Filing
from targets.models.ledger.ledgers import Ledger
from targets.status import Status
from tests.factories import (
    at,
    author,
    coordinator,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    reviewer,
    submit_entry,
)

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)


def told(error):
    return sorted(error.messages)


def refusal(act, *arguments, **named):
    with pytest.raises(ValidationError) as refused:
        act(*arguments, **named)
    return refused.value


def new_target(**fields):
    plan = make_plan("P26", state="drafting", year=2026)
    fields = {
        "number": 1, "title": "目标", "measure": "flow", "comparator": "gte", "target_value": Decimal(520),
        "unit_of_measure": "亿元", **fields,
    }  # fmt: skip
    return Target(plan=plan, lead_unit=make_unit(), **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"target_value": None},
        {"target_value": Decimal(0)},
        {"comparator": ""},
        {"comparator": "between"},
        {"measure": "nonsense"},
        {"title": ""},
        {"title": "一\x00二"},
        {"due_on": date(2025, 12, 31)},
        {"code": "外海"},
        {"unit_of_measure": "家", "target_value": Decimal("1.5"), "decimals": 0},
        {"target_value": Decimal("1.23456")},
        {"target_value": Decimal("123456789012")},
    ],
    ids=str,
)
def test_target_is_refused_as_alone(fields):
    target = new_target(**fields)
    alone = refusal(target.full_clean)
    together = refusal(Target.clean_rows, [target])
    assert told(together) == [f"第1行：{' '.join(alone.messages)}"]


def test_a_number_taken_is_refused_whoever_took_it():
    first = new_target()
    first.save(at=at(date(2026, 1, 5)))
    again = Target(plan=first.plan, lead_unit=first.lead_unit, number=1, title="目标", measure="milestone")
    [message] = told(refusal(Target.clean_rows, [again]))
    assert message.startswith("第1行：")
    pair = [
        Target(plan=first.plan, lead_unit=first.lead_unit, number=7, title="目标", measure="milestone")
        for _ in range(2)
    ]
    [message] = told(refusal(Target.clean_rows, pair))
    assert message.startswith("第2行：")


def test_targets_without_a_number_are_numbered_on():
    first = new_target(number=4)
    first.save(at=at(date(2026, 1, 5)))
    rows = [
        Target(plan=first.plan, lead_unit=first.lead_unit, title="目标", measure="milestone") for _ in "ab"
    ]
    Target.clean_rows(rows)
    assert [(row.number, row.code) for row in rows] == [(5, "P26-05"), (6, "P26-06")]


def test_weights_of_all_nodes_together():
    target = new_target(measure="milestone", target_value=None, comparator="")
    target.save(at=at(date(2026, 1, 5)))
    make_node(target, weight=Decimal(60))
    nodes = [Milestone(target=target, title=f"节点{w}", weight=Decimal(w)) for w in (30, 20)]
    [message] = told(refusal(Milestone.clean_rows, nodes))
    assert message.startswith("第2行：")


def new_entry(target, **fields):
    fields = {"value": Decimal(260), "narrative": "按计划推进", **fields}
    period = fields.pop("period", None) or target.plan.periods.get(number=fields.pop("number", 6))
    by = author(target.lead_unit)
    entry = ProgressEntry(
        target=target, period=period, reported_by_unit=target.lead_unit, state="approved",
        submitted_by=by, submitted_at=at(JULY, 10), reviewed_by=reviewer(), reviewed_at=at(JULY, 16),
        **{"entered_by": by, **fields},
    )  # fmt: skip
    entry.moment = at(JULY)
    return entry


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 8},
        {"part": "statistic"},
        {"answer": "nothing_planned"},
        {"answer": "no_change", "value": None},
        {"value": None},
        {"value": None, "narrative": "", "number": 1},
        {"published_on": date(2025, 8, 1)},
        {"revision_no": 2},
        {"value": Decimal("99999999999999")},
    ],
    ids=str,
)
def test_report_is_refused_as_by_its_own_acts(fields):
    target = make_target()
    entry = new_entry(target, **fields)

    def one_by_one():
        kept = {name: value for name, value in fields.items() if name != "number"}
        alone = ProgressEntry(
            target=target, period=entry.period, entered_by=author(target.lead_unit),
            **{"value": Decimal(260), "narrative": "按计划推进", **kept},
        )  # fmt: skip
        alone.save(at=at(JULY))
        alone.submit(by=author(target.lead_unit), at=at(JULY, 10))
        alone.approve(by=reviewer(), at=at(JULY, 16))

    alone = refusal(one_by_one)
    ProgressEntry.objects.filter(state="draft").delete()
    together = refusal(bulk.file, [Filing(entry)])
    assert told(together) == [f"第1行：{' '.join(alone.messages)}"]
    assert not ProgressEntry.objects.exists()


def test_a_period_filed_already_is_refused():
    target = make_target()
    submit_entry(target, 6, "260", JULY)
    refusal(bulk.file, [Filing(new_entry(target))])
    other = make_target()
    file_entry(other, 6, "260", JULY)
    refusal(bulk.file, [Filing(new_entry(other))])


def test_the_rights_of_each_act_hold():
    target = make_target()
    entry = new_entry(target)
    entry.reviewed_by = entry.submitted_by
    with pytest.raises(PermissionDenied):
        bulk.file([Filing(entry)])
    entry = new_entry(target)
    entry.submitted_by = author(make_unit("别的办公室"))
    with pytest.raises(PermissionDenied):
        bulk.file([Filing(entry)])
    entry = new_entry(target)
    entry.entered_by = entry.submitted_by = entry.reviewed_by = coordinator()
    with pytest.raises(PermissionDenied):
        bulk.file([Filing(entry)])


def test_a_node_is_ticked_only_on_its_own_target_and_not_ahead_of_time():
    target = make_target(measure="milestone", nodes=[date(2025, 6, 30)])
    stranger = make_target(measure="milestone", nodes=[date(2025, 6, 30)])
    entry = new_entry(target, value=None)
    refusal(bulk.file, [Filing(entry, [(stranger.milestones.get(), JULY)])])
    entry = new_entry(target, value=None)
    refusal(bulk.file, [Filing(entry, [(target.milestones.get(), date(2025, 7, 4))])])


def test_targets_of_an_issued_plan_are_not_written_in_bulk():
    plan = make_plan()
    target = Target(plan=plan, lead_unit=make_unit(), title="目标", measure="milestone")
    refusal(bulk.write_targets, [target])


def test_queries_do_not_grow_with_the_rows():
    costs = []
    for count in (3, 30):
        targets = [make_target() for _ in range(count)]
        filings = [Filing(new_entry(target)) for target in targets]
        with CaptureQueriesContext(connection) as queries:
            bulk.file(filings)
        costs.append(len([q for q in queries if "INSERT" not in q["sql"]]))
    assert costs[0] == costs[1]


def test_queries_do_not_grow_with_the_nodes():
    target = make_target(make_plan(state="drafting"), measure="milestone")
    costs = []
    for count in (2, 20):
        nodes = [Milestone(target=target, title=f"节点{number}") for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            Milestone.write_rows(nodes)
        costs.append(len([q for q in queries if "INSERT" not in q["sql"]]))
    assert costs[0] == costs[1]


def test_report_written_in_bulk_is_as_late_as_its_day():
    target = make_target()
    entries = [new_entry(target, number=number) for number in (5, 6)]
    corrected = new_entry(target, number=5, revision_no=2, reason="更正")
    bulk.file([Filing(entry) for entry in (*entries, corrected)])
    stored = target.entries.order_by("period__number", "revision_no")
    assert [(e.period.number, e.revision_no, e.is_belated) for e in stored] == [
        (5, 1, True), (5, 2, True), (6, 1, False),
    ]  # fmt: skip


def test_report_written_in_bulk_says_who_filed_for_whom():
    target = make_target()
    own, other = new_entry(target, number=5), new_entry(target, number=6, entered_by=coordinator())
    bulk.file([Filing(entry) for entry in (own, other)])
    origins = target.entries.order_by("period__number").values_list("origin", flat=True)
    assert list(origins) == ["own", "on_behalf"]


def test_no_change_written_in_bulk_repeats_the_figure_of_the_period_before():
    target = make_target()
    for number, value in ((4, 180), (6, 265)):
        file_entry(target, number, value, JULY)
    bulk.file([Filing(new_entry(target, number=5, value=None, answer="no_change"))])
    assert target.entries.get(period__number=5).value == 180
    june = target.plan.periods.get(number=6)
    assert Ledger.of([target])[target.pk].last_figure(june.period_end) == 180


def test_node_no_longer_done_by_a_correction_in_bulk_is_undone_from_its_own_day_on():
    goal = make_target(measure="milestone", nodes=[date(2025, 3, 31), date(2025, 12, 31)])
    roof = goal.milestones.first()
    file_entry(goal, 6, None, JULY, nodes={roof: date(2025, 5, 15)})

    def in_may():
        return Target.objects.with_status(on=date(2025, 5, 20)).get(pk=goal.pk).status

    done = in_may()
    goal = Target.objects.get(pk=goal.pk)
    bulk.file([Filing(new_entry(goal, value=None, revision_no=2, reason="未完成"))])
    assert (done, in_may()) == (Status.GREEN, Status.RED)


def test_final_figure_written_in_bulk_is_next_years_baseline():
    target = make_target(measure="stock")
    plan = target.plan.next_year(targets=[target], at=at(JULY))
    entry = new_entry(target, number=12, value=Decimal(151))
    entry.moment = entry.submitted_at = entry.reviewed_at = at(date(2026, 1, 5))
    bulk.file([Filing(entry)])
    row = plan.targets.get()
    assert (row.baseline_value, row.baseline_is_preliminary) == (151, False)
