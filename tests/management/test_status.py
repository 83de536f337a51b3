"""The status command: what other programs read, and what it refuses."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from targets.management.text_table import width
from targets.models import Domain
from tests.factories import at, correct_entry, file_entry, make_node, make_plan, make_target, make_unit

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)
KEYS = [
    "number", "code", "title", "domain", "lead_unit", "measure", "comparator", "target_value",
    "unit_of_measure", "value", "period_end", "attainment", "expected", "gap", "status", "status_label",
    "reporting", "due_on", "reason",
]  # fmt: skip


@pytest.fixture
def plan():
    """Five goals: on schedule, behind, of nodes, to be defined with a figure, watched."""
    plan = make_plan()
    domain = Domain(plan=plan, name="产业升级")
    domain.save()
    flow = make_target(plan, title="全年工业总产值", domain=domain, due_on=date(2025, 12, 31))
    file_entry(flow, 6, "265.2", JULY)
    behind = make_target(plan, title="-规上企业", measure="stock", lead_unit=make_unit("=统计办"))
    file_entry(behind, 6, "131", JULY)
    nodes = make_target(plan, title="主体建设", measure="milestone")
    make_node(nodes, date(2025, 6, 20))
    make_node(nodes, date(2025, 12, 31))
    undefined = make_target(plan, title="集群规模", state="undefined", target_value="150.50")
    file_entry(undefined, 6, "80.10", JULY)
    make_target(plan, title="-5", measure="qualitative", state="watch")
    return plan


@pytest.fixture
def run(capsys):
    def run(**options):
        options = {"plan": "P25", "as_of": "2025-06-30", "known_at": "2025-07-10", **options}
        call_command("status", **options)
        return capsys.readouterr().out

    return run


def test_json_holds_the_agreed_keys_in_order(plan, run):
    for row in json.loads(run(format="json")):
        assert list(row) == KEYS


def test_json_row_with_a_light(plan, run):
    assert json.loads(run(format="json"))[0] == {
        "number": 1,
        "code": "P25-01",
        "title": "全年工业总产值",
        "domain": "产业升级",
        "lead_unit": "经发办",
        "measure": "flow",
        "comparator": "gte",
        "target_value": "520",
        "unit_of_measure": "亿元",
        "value": "265.2",
        "period_end": "2025-06-30",
        "attainment": "51.0",
        "expected": "50.0",
        "gap": "1.0",
        "status": "green",
        "status_label": "绿灯",
        "reporting": "reported",
        "due_on": "2025-12-31",
        "reason": "1—6月完成265.2亿元，完成率51.0%，序时进度50.0%，快1.0个百分点，"
        "按《默认（10个百分点）》第1版为绿灯。",
    }


def test_json_values_of_every_kind(plan, run):
    rows = json.loads(run(format="json"))
    names = ("target_value", "value", "attainment", "expected", "gap", "status", "reporting", "due_on")
    assert [[row[name] for name in names] for row in rows] == [
        ["520", "265.2", "51.0", "50.0", "1.0", "green", "reported", "2025-12-31"],
        ["150", "131", "0.0", "50.0", "-50.0", "red", "reported", None],
        [None, None, None, None, None, "amber", "late", None],
        ["150.5", "80.1", None, None, None, "undefined", "reported", None],
        [None, None, None, None, None, "watch", "late", None],
    ]


def test_json_is_utf8_without_escapes(plan, run):
    assert "全年工业总产值" in run(format="json")


def test_json_of_a_draft_has_rows_without_status(run):
    make_target(make_plan("D26", state="drafting"), title="草拟任务")
    [row] = json.loads(run(plan="D26", format="json"))
    assert (row["status"], row["status_label"], row["value"]) == (None, None, None)
    assert (row["target_value"], row["reporting"]) == ("520", "exempt")


def test_what_was_not_known_yet_is_left_out(plan, run):
    assert json.loads(run(format="json", known_at="2024-12-31")) == []
    assert run(format="csv", known_at="2024-12-31") == ",".join(KEYS) + "\n"


def test_known_at_a_moment(plan, run):
    entry = plan.targets.get(number=1).entries.get()
    correct_entry(entry, at(date(2025, 7, 8), 15), value=250)
    told = {
        moment: json.loads(run(format="json", known_at=moment))[0]["value"]
        for moment in ("2025-07-08T14:59", "2025-07-08", "2025-07-08T15:00:00+08:00", "2025-07-08T07:00Z")
    }
    assert list(told.values()) == ["265.2", "250", "250", "250"]


def test_period_means_its_last_day(plan, run):
    assert run(period=6, as_of=None, format="json") == run(format="json")


def test_language_of_the_reason(plan, run):
    with translation.override("en"):
        row = json.loads(run(format="json"))[0]
    assert (row["status"], row["status_label"]) == ("green", "green")
    assert row["reason"].startswith("Months 1–6: 265.2亿元 done")


def test_plan_is_found_however_its_code_is_typed(plan, run):
    assert run(plan="ｐ25 ") == run()


def test_csv_is_the_same_table(plan, run):
    records = json.loads(run(format="json"))
    read = list(csv.DictReader(io.StringIO(run(format="csv"))))
    assert [list(row) for row in read] == [KEYS] * len(records)
    for row, record in zip(read, records, strict=True):
        expected = {name: "" if value is None else str(value) for name, value in record.items()}
        for name in ("title", "lead_unit"):
            row[name] = row[name].removeprefix("'")
        assert row == expected


def test_csv_120_text_is_no_formula_and_numbers_stay_numbers(plan, run):
    read = list(csv.DictReader(io.StringIO(run(format="csv"))))
    assert (read[1]["title"], read[1]["lead_unit"]) == ("'-规上企业", "'=统计办")
    assert (read[1]["gap"], read[4]["title"]) == ("-50.0", "-5")


def test_text_lines_up(plan, run):
    lines = run().splitlines()
    assert lines[0].startswith("重点目标任务  ")
    headings, rule, *rows = lines[2:9]
    start = rule.index("  ", 6) + 2
    for line in (headings, *rows):
        before = next(at for at in range(len(line) + 1) if width(line[:at]) >= start)
        assert width(line[:before]) == start
        assert line[before - 1] == " "
    assert "≥520亿元  265.2" in rows[0]
    assert "+1.0" in rows[0]
    assert lines[-1] == "红灯 1  黄灯 1  绿灯 1  待明确 1  定性跟踪 1"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"plan": "NOPE"}, "--plan: "),
        ({"plan": None}, "--plan: "),
        ({"period": 6}, "--as-of: "),
        ({"period": 13, "as_of": None}, "--period: "),
        ({"as_of": "2025-06-31"}, "--as-of: "),
        ({"as_of": "6月"}, "--as-of: "),
        ({"known_at": "soon"}, "--known-at: "),
        ({"known_at": "2025-02-30"}, "--known-at: "),
    ],
)
def test_refusals_name_their_option(plan, run, options, field):
    with pytest.raises(CommandError) as refused:
        run(**options)
    assert str(refused.value).startswith(field)
    assert refused.value.returncode == 1


def test_unknown_plan_says_which_there_are(plan, run):
    with pytest.raises(CommandError, match="P25"):
        run(plan="NOPE")
