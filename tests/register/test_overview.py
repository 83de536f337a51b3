"""What the overview says of a plan: sums that add up, what turned, what is not brought up to date."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.models import Plan
from targets.register.overview import Overview, shares
from targets.register.overview.overview import why
from targets.register.register import Register
from targets.seed import demonstration
from targets.status import Status
from tests.factories import correct_entry, file_entry, make_plan, make_target, make_unit, make_user
from tests.models.revisions import change
from tests.seed.database import rolled_back

pytestmark = pytest.mark.django_db

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 3)


@pytest.fixture(scope="module")
def day(django_db_setup, django_db_blocker):
    """The demonstration as of that day; tests only read it."""
    with rolled_back(django_db_blocker):
        demonstration.load(date(2025, 11, 21))
        yield date(2025, 11, 21)


def overview(code="P25", **asked):
    return Overview(Register.at(Plan.objects.get(code=code), **asked))


def numbers(rows):
    return [row.target.number for row in rows]


# --- sums -------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["DEMO", "DEMO0"])
def test_every_sum_adds_up_in_every_grouping(day, code):
    found = overview(code, today=day)
    groupings = (found.by_unit, found.by_leader, found.by_domain)
    for tally in (found.total, *(group.tally for groups in groupings for group in groups)):
        parts = (tally.attention, tally.normal, tally.unlit)
        assert tally.tasks.number == sum(part.number for part in parts)
        assert tally.tasks.number == tally.lit + tally.stretch + tally.unlit.number
        assert tally.lit == tally.on_schedule + tally.behind + tally.carried
        assert len(tally.listed) == tally.tasks.number + tally.cancelled.number
        assert (tally.rate is None) == (tally.lit < 5)
    for groups in groupings:
        for name in ("lit", "on_schedule", "behind", "carried", "stretch"):
            assert sum(getattr(g.tally, name) for g in groups) == getattr(found.total, name)
        for name in ("tasks", "attention", "normal", "unlit", "cancelled"):
            assert sum(getattr(g.tally, name).number for g in groups) == getattr(found.total, name).number


def test_groups_stand_in_the_order_of_the_document(day):
    found = overview("DEMO", today=day)
    for groups in (found.by_unit, found.by_leader, found.by_domain):
        first = [min(row.target.number for row in group.tally.listed) for group in groups]
        assert first == sorted(first)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=12))
def test_shares_add_up_to_a_hundred(counts):
    assert sum(shares(counts)) == (D("100.0") if any(counts) else 0)


def test_the_sentence_says_what_counts_and_what_stands_apart():
    plan = make_plan()
    for value, fields in (
        ("265.2", {}), ("300", {}), ("100", {}), ("90", {"firmness": "stretch"}), (None, {}),
    ):  # fmt: skip
        target = make_target(plan, **fields)
        if value:
            file_entry(target, 6, value, JULY)
    file_entry(make_target(plan), 4, "200", date(2025, 5, 3))  # on schedule by April, silent since
    said = str(overview(period=6, today=date(2025, 9, 1)).standing)
    assert said == (
        "全年6项任务，计入达序时率的4项中2项达序时，1项滞后，1项沿用以前月份数据；力争1项另列，不亮灯1项。"
    )
    plan.counts_stretch = True
    assert "5项中2项达序时，2项滞后，1项沿用" in str(
        Overview(Register.at(plan, period=6, today=date(2025, 9, 1))).standing
    )


def test_a_draft_has_tasks_and_no_light():
    make_target(make_plan(state="drafting"))
    found = overview(today=date(2025, 2, 1))
    assert str(found.standing) == "全年1项任务：不亮灯1项。"
    assert (found.turns, found.half, found.attention, found.total.rate) == ([], None, [], None)


def test_the_filter_of_a_unit_above_another_leaves_that_out():
    plan = make_plan()
    top, office = plan.jurisdiction, make_unit("经发办")
    for unit in (top, office, office):
        make_target(plan, lead_unit=unit)
    found = overview(today=JULY).by_unit
    assert [(group.tally.tasks.number, group.tally.where) for group in found] == [
        (1, {"unit": str(top.pk), "alone": "1"}),
        (2, {"unit": str(office.pk)}),
    ]


# --- months -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["DEMO", "DEMO0"])
def test_the_lights_of_a_month_are_those_of_the_register_at_its_end(day, code):
    found = overview(code, today=day)
    grid = {row.target.pk: found.months(row) for row in found.rows}
    for place, period in enumerate(found.past_months):
        then = Register.at(found.register.plan, period=period.number, today=day).rows()
        listed = {row.target.pk: (row.status, row.target.carried) for row in then}
        assert {key: lights[place] for key, lights in grid.items() if lights[place][0] is not None} == listed


def test_what_turned_since_the_month_before_worse_first():
    plan = make_plan()
    lights = [
        ("220", "265.2"),
        ("220", "230"),
        ("150", "265.2"),
        (None, "265.2"),
        (None, "100"),
        ("60", "80"),
    ]
    for may, june in lights:
        target = make_target(plan)
        if may:
            file_entry(target, 5, may, date(2025, 6, 3))
        file_entry(target, 6, june, JULY)
    found = overview(period=6, today=JULY)
    told = [(t.row.target.number, t.before, t.after, t.is_worse, t.is_better) for t in found.turns]
    assert told == [
        (5, Status.NO_FIGURE, Status.RED, True, False),
        (2, Status.GREEN, Status.AMBER, True, False),
        (3, Status.RED, Status.GREEN, False, True),
        (4, Status.NO_FIGURE, Status.GREEN, False, False),
    ]
    assert found.turned == [
        "由尚无数据转红1项", "由绿转黄1项", "由红转绿1项", "由尚无数据转绿1项",
    ]  # fmt: skip
    assert why(found.turns[1].row) == "1—6月完成230亿元，完成率44.2%，序时进度50.0%，慢5.8个百分点。"
    assert overview(period=1, today=JULY).turns == []


def test_a_node_that_fell_due_has_turned_by_itself():
    target = make_target(make_plan(), measure="milestone", nodes=[date(2025, 6, 20), date(2025, 12, 31)])
    found = overview(period=6, today=JULY)
    assert [(turn.row.target, turn.after) for turn in found.turns] == [(target, Status.AMBER)]


# --- what a leader looks at -------------------------------------------------------------------


def test_half_is_asked_in_june_of_totals_that_shall_grow():
    plan = make_plan()
    for value in ("260", "259", None, "400"):
        target = make_target(plan, comparator="lte" if value == "400" else "gte")
        if value:
            file_entry(target, 6, value, JULY)
    file_entry(make_target(plan), 5, "300", date(2025, 6, 3))  # no figure of June
    file_entry(make_target(plan, measure="stock"), 6, "149", JULY)
    file_entry(make_target(plan), 4, "520", date(2025, 5, 3))  # done for good
    half = overview(period=6, today=JULY).half
    assert [numbers(rows) for rows in half] == [[1, 7], [2], [3, 5]]
    assert [overview(period=number, today=date(2025, 9, 1)).half for number in (5, 7)] == [None, None]


def test_figures_missed_twice_are_not_up_to_date_and_keep_their_light():
    plan = make_plan()
    for month, frequency in ((3, "month"), (4, "month"), (5, "month"), (3, "quarter")):
        target = make_target(plan, frequency=frequency)
        file_entry(target, month, "260", date(2025, month + 1, 3))
    due = make_target(plan, due_on=date(2025, 4, 30))
    found = overview(period=6, today=date(2025, 7, 10))
    assert numbers(found.not_updated) == [1, 2, due.number]
    assert [row.status for row in found.not_updated] == [Status.GREEN, Status.GREEN, Status.NO_FIGURE]
    assert found.not_updated[0].target.carried
    assert found.not_updated[2].reporting.name == "OUTCOME_MISSING"


def test_indicators_have_their_place_and_how_it_changed():
    plan = make_plan()
    statistics = {"figure_from": "statistics"}
    growth = make_target(
        plan, measure="growth", comparator="gte", target_value=6, unit_of_measure="%", **statistics
    )
    for month, value, place in ((4, "5.5", 5), (5, "6.2", None), (6, "6.4", 3)):
        file_entry(
            growth,
            month,
            value,
            date(2025, month + 1, 3),
            part="statistic",
            published_rank=place,
            narrative="",
        )
    rank = make_target(
        plan, measure="rank", comparator="lte", target_value=3, unit_of_measure="位", **statistics
    )
    first = file_entry(rank, 3, "3", date(2025, 4, 3), part="statistic", narrative="")
    correct_entry(first, date(2025, 4, 20), value=D(2))
    file_entry(rank, 6, "4", JULY, part="statistic", narrative="")
    make_target(plan)
    found = overview(period=6, today=JULY).indicators
    assert [(each.row.target, each.place, each.place_before) for each in found] == [
        (growth, 3, 5),
        (rank, 4, 2),
    ]


def test_total_growth_and_rank_of_one_matter_are_one_row():
    plan = make_plan()
    rate = {"measure": "growth", "comparator": "gte", "target_value": 6, "unit_of_measure": "%"}
    place = {"measure": "rank", "comparator": "lte", "target_value": 3, "unit_of_measure": "位"}
    total = make_target(plan)
    growth = make_target(plan, matter=total, figure_from="statistics", **rate)
    rank = make_target(plan, matter=total, figure_from="statistics", **place)
    second = make_target(plan, matter=total, figure_from="statistics", target_value=90)  # finds no cell
    make_target(plan, **rate)  # of the unit: no indicator
    statistic = {"part": "statistic", "narrative": ""}
    file_entry(total, 6, "265.2", JULY)
    file_entry(growth, 5, "6.4", date(2025, 6, 3), **statistic)
    for month, value in ((3, "4"), (6, "2")):
        file_entry(rank, month, value, date(2025, month + 1, 3), **statistic)
    found = overview(period=6, today=JULY).indicators
    assert [each.row.target for each in found] == [total, second]
    [first, _second] = found
    assert (first.growth.target, first.rank.target, first.yoy) == (growth, rank, D("6.4"))
    assert (first.place, first.place_before) == (2, 4)
    change(total, "cancel", {})
    [first, *_rest] = overview(today=date(2025, 8, 1)).indicators
    assert (first.row.target, first.rank.target) == (growth, rank)  # the matter goes on without its total


def test_support_is_asked_for_by_the_newest_report_alone():
    plan = make_plan()
    lights = {"100": "请协调供地", "265.2": "请协调用工", "260": ""}
    for value, support in lights.items():
        target = make_target(plan)
        file_entry(target, 5, "240", date(2025, 6, 3), support_needed="旧事")
        file_entry(target, 6, value, JULY, support_needed=support)
    found = overview(period=6, today=JULY).requests
    assert [(row.target.number, text) for row, text in found] == [(1, "请协调供地"), (2, "请协调用工")]


def test_nodes_and_deadlines_of_the_next_thirty_days():
    plan = make_plan()
    make_target(plan, measure="milestone", nodes=[date(2025, 7, 10), date(2025, 12, 31)])
    make_target(plan, due_on=date(2025, 7, 30))
    make_target(plan, due_on=date(2025, 7, 31))
    file_entry(make_target(plan, due_on=date(2025, 7, 15)), 6, "520", JULY)  # done
    found = overview(period=6, today=JULY)
    assert [(due.on, due.row.target.number, due.node, due.days) for due in found.ahead] == [
        (date(2025, 7, 10), 1, "节点1", 10),
        (date(2025, 7, 30), 2, "", 30),
    ]


def test_what_one_leader_answers_for_is_that_of_the_day():
    user = make_user("周明远", make_unit(), "领导")
    file_entry(make_target(accountable_leader=user.member), 6, "100", JULY)
    make_target()
    found = overview(period=6, today=JULY)
    assert numbers(found.of_leader(user.pk).listed) == [1]
    assert found.of_leader(user.pk).attention.query == f"leader={user.member.pk}"
    assert (found.of_leader(user.pk + 1), found.of_leader(None)) == (None, None)
    assert numbers(found.attention) == [1]


def test_a_page_of_the_past_knows_what_was_known():
    target = make_target()
    file_entry(target, 5, "220", date(2025, 6, 3), support_needed="请协调")
    file_entry(target, 6, "100", JULY)
    found = overview(period=6, known_at=date(2025, 7, 2), today=date(2025, 9, 1))
    assert (found.turns, found.attention) == ([], [])
    assert [text for _row, text in found.requests] == ["请协调"]
    assert found.rows[0].status == Status.GREEN
