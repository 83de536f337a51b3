"""From one year to the next: rows carried over, and the baseline that becomes final."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from targets.models import SupportingUnit, Target, TargetRevision
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
    submit_entry,
)
from tests.refusals import refused

pytestmark = pytest.mark.django_db

DECEMBER, JANUARY, FEBRUARY = date(2025, 12, 3), date(2026, 1, 8), date(2026, 2, 9)


def carry(*targets, day=DECEMBER, **asked):
    """The next year's plan with these rows, and the rows."""
    plan = targets[0].plan.next_year(targets=targets, at=at(day), **asked)
    return plan, list(plan.targets.order_by("number"))


@pytest.fixture
def stock():
    """A stock with a figure for November."""
    target = make_target(measure="stock", definition="在库企业", accountable_leader_words="副镇长　陈")
    file_entry(target, 11, 148, DECEMBER, source_ref="月度统计快报")
    return target


# --- what is carried over --------------------------------------------------------------------


def test_plan_of_the_next_year_is_drafted_from_this_one():
    target = make_target(make_plan(title="2025年重点目标任务", locks_periods=True))
    plan, [row] = carry(target)
    assert (plan.code, plan.title, plan.year, plan.state) == (
        "P26", "2026年重点目标任务", 2026, "drafting",
    )  # fmt: skip
    assert (plan.starts_on, plan.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (plan.jurisdiction, plan.light_rule, plan.locks_periods) == (
        target.plan.jurisdiction, target.plan.light_rule, True,
    )  # fmt: skip
    assert plan.periods.count() == 12
    assert (row.number, row.code, row.continues) == (1, "P26-01", target)


@pytest.mark.parametrize(
    ("text", "named"),
    [("WH25", "WH26"), ("2025年任务", "2026年任务"), ("P2025-25", "P2026-25"), ("DEMO", "DEMO-2026")],
)
def test_code_names_its_year(text, named):
    plan = make_plan(text if text.isascii() else "P25", title=text)
    following, _rows = carry(make_target(plan))
    assert named in (following.code, following.title)


def test_what_the_office_settled_is_carried_over_and_the_new_promise_left_open(stock):
    SupportingUnit(target=stock, unit=make_unit("城管办")).save()
    stock.stated_as, stock.note = "达150家", "备注"
    stock.save(at=at(DECEMBER))
    _plan, [row] = carry(stock)
    kept = (
        "title",
        "measure",
        "comparator",
        "unit_of_measure",
        "definition",
        "lead_unit",
        "accountable_leader",
        "accountable_leader_words",
    )
    assert [getattr(row, name) for name in kept] == [getattr(stock, name) for name in kept]
    assert [helper.unit.name for helper in row.supporting_units.all()] == ["城管办"]
    assert (row.target_value, row.stated_as, row.note, row.due_on) == (None, "", "", None)
    assert row.state == "undefined"


def test_the_direction_a_person_settled_is_carried_over():
    rate = {"measure": "growth", "comparator": "approx", "target_value": 6, "unit_of_measure": "%"}
    _plan, [row] = carry(make_target(make_plan("P25"), direction="within", **rate))
    assert row.direction == "within"


def test_values_are_kept_by_choice(stock):
    _plan, [row] = carry(stock, keeps_values=True)
    assert (row.target_value, row.state) == (150, "active")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        pytest.param({"measure": "milestone"}, "active", id="nodes need no value"),
        pytest.param({"measure": "qualitative", "state": "watch"}, "watch", id="watched"),
        pytest.param({"state": "cancelled"}, "undefined", id="given up this year"),
        pytest.param(
            {"comparator": "between", "target_value": 5, "upper_value": 6}, "undefined", id="between"
        ),
    ],
)
def test_row_stands_in_the_draft_whatever_it_was(fields, state):
    _plan, [row] = carry(make_target(**fields))
    assert row.state == state


def test_only_the_chosen_rows_go_on_in_their_order():
    plan = make_plan()
    first, _left, last = (make_target(plan, title=title) for title in ("甲", "乙", "丙"))
    stranger = make_target(make_plan("X25"), title="丁")
    _plan, rows = carry(last, first, stranger)
    assert [(row.number, row.title) for row in rows] == [(1, "甲"), (2, "丙")]


def test_what_shared_a_row_shares_it_again_where_both_go_on():
    total = make_target()
    growth, rank = (make_target(matter=total) for _ in range(2))
    _plan, rows = carry(rank, total, growth)
    assert [row.matter for row in rows] == [None, rows[0], rows[0]]
    assert [row.continues for row in rows] == [total, growth, rank]


def test_what_shared_a_row_has_its_own_where_that_one_ends():
    growth = make_target(matter=make_target())
    _plan, [row] = carry(growth)
    assert row.matter is None


def test_nodes_belong_to_their_year():
    target = make_target(measure="milestone")
    make_node(target, date(2025, 6, 30))
    _plan, [row] = carry(target)
    assert not row.milestones.exists()


def test_plan_is_continued_by_coordinators_of_its_jurisdiction(stock):
    with pytest.raises(PermissionDenied):
        carry(stock, by=author())
    _plan, rows = carry(stock, by=coordinator())
    assert len(rows) == 1


def test_draft_has_no_next_year():
    with refused(None):
        carry(make_target(make_plan(state="drafting")))


def test_next_year_is_made_once():
    target = make_target()
    carry(target)
    with refused("code"):
        carry(target)


# --- the baseline ----------------------------------------------------------------------------


def baseline(row):
    row.refresh_from_db()
    return row.baseline_value, row.baseline_on, row.baseline_is_preliminary


YEAR_END = date(2025, 12, 31)


def test_figure_before_the_closing_one_is_a_preliminary_baseline(stock):
    _plan, [row] = carry(stock)
    assert baseline(row) == (148, YEAR_END, True)
    assert row.baseline_note == "P25-01；2025年11月30日；月度统计快报"


@pytest.mark.parametrize("preliminary", [True, False])
def test_closing_figure_is_the_baseline(stock, preliminary):
    file_entry(stock, 12, 151, JANUARY, preliminary=preliminary)
    _plan, [row] = carry(stock, day=JANUARY)
    assert baseline(row) == (151, YEAR_END, preliminary)


@pytest.mark.parametrize(
    ("fields", "has_one"),
    [
        pytest.param({"measure": "stock"}, True, id="stock"),
        pytest.param({"measure": "rank", "comparator": "lte", "target_value": 2}, True, id="rank"),
        pytest.param(
            {"measure": "ratio", "comparator": "gte", "target_value": 80, "unit_of_measure": "%"}, True,
            id="ratio",
        ),
        pytest.param({}, False, id="a flow starts from nothing"),
        pytest.param(
            {"measure": "growth", "comparator": "gte", "target_value": 6, "unit_of_measure": "%"}, False,
            id="growth",
        ),
    ],
)  # fmt: skip
def test_only_a_level_is_a_baseline(fields, has_one):
    target = make_target(**fields)
    file_entry(target, 12, 3, JANUARY)
    _plan, [row] = carry(target, day=JANUARY)
    assert (row.baseline_value is not None) is has_one


def test_draft_takes_over_the_final_figure_when_it_is_approved(stock):
    _plan, [row] = carry(stock)
    closing = submit_entry(stock, 12, 151, JANUARY)
    assert baseline(row) == (148, YEAR_END, True)
    closing.approve(by=make_user("审", make_unit("综合办"), "审核员"), at=at(JANUARY))
    assert baseline(row) == (151, YEAR_END, False)
    assert not row.revisions.exists()


def test_draft_without_any_figure_yet_waits_for_it():
    target = make_target(measure="stock")
    _plan, [row] = carry(target)
    assert baseline(row) == (None, YEAR_END, True)
    file_entry(target, 12, 151, JANUARY)
    assert baseline(row) == (151, YEAR_END, False)


def test_preliminary_closing_figure_settles_nothing(stock):
    _plan, [row] = carry(stock)
    preliminary = file_entry(stock, 12, 150, JANUARY, preliminary=True)
    assert baseline(row) == (148, YEAR_END, True)
    correct_entry(preliminary, FEBRUARY, value=Decimal(152), preliminary=False)
    assert baseline(row) == (152, YEAR_END, False)


def test_draft_follows_the_final_figure_when_it_is_corrected(stock):
    _plan, [row] = carry(stock)
    closing = file_entry(stock, 12, 148, JANUARY)
    correct_entry(closing, FEBRUARY, value=Decimal(145), source_ref="核定数")
    assert baseline(row) == (145, YEAR_END, False)
    assert row.baseline_note == "P25-01；2025年12月31日；核定数"
    assert not requests(row).exists()


@pytest.mark.parametrize("when", ["before the final figure", "after it"])
def test_what_a_person_typed_into_a_draft_stays(stock, when):
    _plan, [row] = carry(stock)
    closing = file_entry(stock, 12, 151, JANUARY) if when == "after it" else None
    row.refresh_from_db()
    row.baseline_value, row.baseline_note = 140, "经普数"
    row.save(at=at(JANUARY))
    closing = closing or file_entry(stock, 12, 151, JANUARY)
    correct_entry(closing, FEBRUARY, value=Decimal(149))
    assert baseline(row) == (140, YEAR_END, False)
    assert row.baseline_note == "经普数"


@pytest.fixture
def issued(stock):
    """Next year's row in force, resting on November's figure."""
    plan, [row] = carry(stock, keeps_values=True)
    plan.issue(at=at(DECEMBER))
    return row


def requests(row):
    return TargetRevision.objects.filter(target=row, kind="baseline")


def test_in_force_the_change_is_proposed_once(stock, issued):
    closing = file_entry(stock, 12, 151, JANUARY)
    request = requests(issued).get()
    assert (request.asked_by, request.approved_at) == (None, None)
    assert {name: new for name, (_old, new) in request.changes.items()} == {
        "baseline_value": "151", "baseline_on": "2025-12-31", "baseline_note": "P25-01；2025年12月31日",
    }  # fmt: skip
    assert baseline(issued) == (148, YEAR_END, True)
    correct_entry(closing, FEBRUARY, narrative="补充说明")
    assert requests(issued).count() == 1


def test_approved_proposal_makes_the_baseline_final(stock, issued):
    file_entry(stock, 12, 151, JANUARY)
    requests(issued).get().approve(by=coordinator(), at=at(FEBRUARY))
    assert baseline(issued) == (151, YEAR_END, False)
    assert Target.objects.get(pk=issued.pk).current.baseline_value == 151
    assert requests(issued).get() in issued.revisions.annullable()


def waiting(row):
    return [r.changes["baseline_value"][1] for r in requests(row).waiting()]


def test_final_figure_corrected_later_proposes_another_base_once(stock):
    closing = file_entry(stock, 12, 148, JANUARY)
    plan, [row] = carry(stock, day=JANUARY, keeps_values=True)
    plan.issue(at=at(JANUARY))
    assert baseline(row) == (148, YEAR_END, False)
    corrected = correct_entry(closing, FEBRUARY, value=Decimal(145))
    corrected = correct_entry(corrected, FEBRUARY, narrative="补充说明")
    assert (waiting(row), requests(row).count()) == (["145"], 1)
    # A second correction before anybody decided: one waits, and it reads the newest figure.
    corrected = correct_entry(corrected, FEBRUARY, value=Decimal(144))
    assert waiting(row) == ["144"]
    first, second = requests(row).order_by("pk")
    assert (first.is_waiting, first.is_withdrawn) == (False, True)
    second.approve(by=coordinator(), at=at(FEBRUARY))
    assert baseline(row) == (144, YEAR_END, False)
    assert Target.objects.get(pk=row.pk).current.marks == {"revised": 1}
    corrected = correct_entry(corrected, FEBRUARY, value=Decimal(146))
    assert waiting(row) == ["146"]
    corrected = correct_entry(corrected, FEBRUARY, value=Decimal(147))
    corrected = correct_entry(corrected, FEBRUARY, value=Decimal(146))
    assert waiting(row) == ["146"]  # what only gave way is asked again
    # Back to what stands: nothing is left to decide on.
    correct_entry(corrected, FEBRUARY, value=Decimal(144))
    assert waiting(row) == []


def test_refused_proposal_is_made_again_only_for_another_figure(stock, issued):
    closing = file_entry(stock, 12, 151, JANUARY)
    requests(issued).get().refuse(by=coordinator(), comment="按快报数", at=at(JANUARY))
    corrected = correct_entry(closing, FEBRUARY, narrative="补充说明")
    assert waiting(issued) == []
    correct_entry(corrected, FEBRUARY, value=Decimal(152))
    assert waiting(issued) == ["152"]


def test_base_a_document_changed_is_not_proposed_away(stock, issued):
    request = issued.ask(
        "baseline", by=author(), effective_on=DECEMBER, changes={"baseline_value": 140}, reason="经普",
        at=at(DECEMBER),
    )  # fmt: skip
    request.approve(by=coordinator(), at=at(DECEMBER))
    file_entry(stock, 12, 151, JANUARY)
    assert waiting(issued) == []
    assert baseline(issued) == (140, YEAR_END, False)


def test_figure_that_turns_out_as_it_was_needs_no_proposal(stock, issued):
    file_entry(stock, 12, 148, JANUARY)
    assert baseline(issued) == (148, YEAR_END, False)
    assert not requests(issued).exists()


def test_baseline_that_could_not_stand_does_not_stop_the_years_figure(stock):
    _plan, [row] = carry(stock)
    row.unit_of_measure = "户"
    row.save(at=at(DECEMBER))
    assert file_entry(stock, 12, 151, JANUARY).state == "approved"
    assert baseline(row) == (148, YEAR_END, True)
