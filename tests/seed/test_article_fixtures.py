"""The plans taken from the two articles say what the articles say, and nothing more."""

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from targets.reading.typed import parse_number
from targets.rules.quantities import is_whole, plain

FIXTURES = Path(__file__).parents[2] / "fixtures"
PLANS = {code: tomllib.loads((FIXTURES / f"{code}.toml").read_text("utf-8")) for code in ("WH25", "WH22")}
ROWS = [pytest.param(row, id=row["code"]) for plan in PLANS.values() for row in plan["targets"]]
WH25 = {row["code"]: row for row in PLANS["WH25"]["targets"]}

PLAN_KEYS = {"code", "title", "year", "starts_on", "ends_on", "state", "jurisdiction"}
# Without a key for it, no progress of a real place can slip in.
ALWAYS = {
    "number",
    "code",
    "title",
    "domain",
    "measure",
    "stated_as",
    "stated_by",
    "lead_unit",
    "source",
    "locator",
}
SOMETIMES = {
    "comparator",
    "target_value",
    "unit_of_measure",
    "decimals",
    "firmness",
    "definition",
    "frequency",
}
SOMETIMES |= {"curve", "due_on", "due_text", "state", "note", "milestones", "reference_figures"}
NUMERIC = {"flow", "stock", "rank", "growth", "ratio"}
PROMISE = ("comparator", "target_value", "unit_of_measure", "decimals")
LOCATOR = re.compile(r"《[^》]+》(“.+”一节)?，第[0-9]+(—[0-9]+)?(、[0-9]+(—[0-9]+)?)*行")


def state_of(row):
    return row.get("state", "active")


@pytest.mark.parametrize("code", PLANS)
def test_plan_names_only_what_it_lists(code):
    plan = PLANS[code]
    units = [unit["name"] for unit in plan["units"]]
    assert set(plan) == {"plan", "units", "domains", "sources", "targets"}
    assert set(plan["plan"]) == PLAN_KEYS
    assert plan["plan"]["code"] == code
    assert plan["plan"]["jurisdiction"] in units
    for place, unit in enumerate(plan["units"]):
        assert unit.get("parent") in (units[:place] or [None])
    assert {row["lead_unit"] for row in plan["targets"]} <= set(units)
    assert {row["domain"] for row in plan["targets"]} <= {domain["name"] for domain in plan["domains"]}
    cited = {item["source"] for row in plan["targets"] for item in (row, *row.get("reference_figures", ()))}
    assert cited == {source["key"] for source in plan["sources"]}


def test_what_both_plans_list_is_the_same():
    later, earlier = PLANS["WH25"], PLANS["WH22"]
    assert earlier["domains"] == later["domains"]
    assert all(unit in later["units"] for unit in earlier["units"])
    assert all(source in later["sources"] for source in earlier["sources"])


def test_rows_stand_in_the_order_of_their_numbers():
    assert [row["number"] for row in PLANS["WH25"]["targets"]] == list(range(1, 36))
    codes = [*range(1, 28), *range(31, 39)]
    assert list(WH25) == [f"WH25-{n:02d}" for n in codes]
    rows = PLANS["WH22"]["targets"]
    assert [(row["number"], row["code"]) for row in rows] == [(n, f"WH22-0{n}") for n in (1, 2, 3)]


@pytest.mark.parametrize("row", ROWS)
def test_row_has_the_fields_of_a_promise_and_no_progress(row):
    assert set(row) >= ALWAYS
    assert set(row) <= ALWAYS | SOMETIMES
    for node in row.get("milestones", ()):
        assert {"title", "order"} <= set(node) <= {"title", "order", "due_on"}
    for figure in row.get("reference_figures", ()):
        assert set(figure) == {"value", "as_of_words", "scope_note", "source", "locator"}
        assert "仅供参考" in figure["scope_note"]


@pytest.mark.parametrize("row", ROWS)
def test_row_can_be_found_again_in_its_source(row):
    assert len(row["stated_as"]) <= 16
    for place in (row, *row.get("reference_figures", ())):
        assert LOCATOR.fullmatch(place["locator"])


@pytest.mark.parametrize("row", ROWS)
def test_row_promises_what_its_measure_can_hold(row):
    if row["measure"] not in NUMERIC:
        assert not set(PROMISE) & set(row)
        assert (row["measure"] == "qualitative") == (state_of(row) == "watch")
        return
    value = parse_number(row["target_value"], unit_of_measure=row["unit_of_measure"])
    assert set(PROMISE) <= set(row)
    assert plain(value) == row["target_value"]
    assert value > 0
    assert not is_whole(row["decimals"], row["unit_of_measure"]) or value == int(value)


@pytest.mark.parametrize("row", ROWS)
def test_row_says_what_is_missing_until_it_is_defined(row):
    if state_of(row) == "undefined":
        assert row["note"].startswith(("待明确：", "结果不详"))
    elif state_of(row) == "active":
        assert row["measure"] in {"flow", "stock", "milestone"}
        assert row["due_on"] == date(2025, 12, 31)


@pytest.mark.parametrize("row", ROWS)
def test_nodes_are_in_order_and_the_last_is_due_with_the_goal(row):
    nodes = row.get("milestones", [])
    assert [node["order"] for node in nodes] == list(range(1, len(nodes) + 1))
    assert not nodes or row["measure"] == "milestone"
    assert not nodes or nodes[-1].get("due_on") == row.get("due_on")
    assert nodes or (row["measure"], state_of(row)) != ("milestone", "active")


def test_active_rows():
    active = [code for code, row in WH25.items() if state_of(row) == "active"]
    assert active == ["WH25-01", "WH25-03", "WH25-04", "WH25-05", "WH25-14", "WH25-15"]
    assert {state_of(row) for row in PLANS["WH22"]["targets"]} == {"undefined"}


@pytest.mark.parametrize(
    ("code", "promise"),
    [
        ("WH25-01", ("gte", "520", "亿元", "stretch")),
        ("WH25-02", ("lte", "2", "位", "stretch")),
        ("WH25-03", ("gte", "470", "家", "expected")),
        ("WH25-04", ("gt", "150", "家", "expected")),
        ("WH25-05", ("gte", "9", "家", "expected")),
        ("WH25-06", ("lte", "1", "位", "binding")),
        ("WH25-12", ("gt", "250", "家", "stretch")),
        ("WH25-13", ("gt", "60", "%", "stretch")),
        ("WH25-24", ("gte", "1", "亿元", "stretch")),
    ],
)
def test_promise_as_stated(code, promise):
    row = WH25[code]
    stated = (row["comparator"], row["target_value"], row["unit_of_measure"], row.get("firmness", "expected"))
    assert stated == promise


def test_an_area_of_land_is_never_a_value_to_reach():
    values = {
        Decimal(row["target_value"])
        for plan in PLANS.values()
        for row in plan["targets"]
        if "target_value" in row
    }
    assert not values & {Decimal("86.6"), Decimal("56.17"), Decimal("1.46")}


def test_one_plot_is_told_as_one():
    for number, others in ((14, (17, 18)), (17, (14, 18)), (18, (14, 17))):
        note = WH25[f"WH25-{number}"]["note"]
        assert all(re.search(rf"序号[0-9、]*{other}", note) for other in others)
