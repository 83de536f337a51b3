"""Tables as offices paste them, through the page: what comes out, and that nothing is lost in silence.

`tests/cases/tables` holds each table with what must come of it.
"""

import json
import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.urls import reverse

from targets.reading.headings import EITHER, columns
from targets.reading.pasted import cells
from targets.rules.quantities import plain
from tests.factories import coordinator, make_plan, make_unit, staff

pytestmark = pytest.mark.django_db

TABLES = Path(__file__).parents[2] / "cases" / "tables"
CASES = sorted(path.name.removesuffix(".expected.json") for path in TABLES.glob("*.expected.json"))
# What the person at the page chooses beyond what was read.
CHOSEN = {
    "04-unknown-value-heading": {"column-2": "value"},
    "13-assessment-scores": {"merged": "on"},
}
SCALES = {"万亿": 10**12, "亿": 10**8, "万": 10**4}


class Pasted:
    """A table laid before the page, written if it can be, and what it then says and holds.

    `door`: what is sent instead of the text, made from the text.
    """

    def __init__(self, client, name="", text="", door=lambda text: {"text": text}):
        self.text = text
        if name:
            self.expected = json.loads((TABLES / f"{name}.expected.json").read_text(encoding="utf-8"))
            for unit in self.expected["units_known"]:
                make_unit(unit["name"], short_name=unit["short_name"])
            flavour = TABLES / f"{name}.tsv"
            flavour = flavour if flavour.exists() else TABLES / f"{name}.txt"
            self.text = flavour.read_text(encoding="utf-8")
        self.plan = make_plan("P26", year=2026, state="drafting")
        client.force_login(staff(coordinator()))
        self.client, self.address = client, reverse("admin:targets_plan_paste", args=(self.plan.pk,))
        self.look = self.post({**door(self.text), **CHOSEN.get(name, {})}, "_look")
        self.first = self.look
        if name in CHOSEN:
            self.look = self.post(self.shown(self.look) | CHOSEN[name], "_look")
        self.page = unescape(
            re.sub(r"<textarea.*?</textarea>|<[^>]+>", " ", self.look.content.decode(), flags=re.S)
        )
        fields = self.shown(self.look)
        if "without_value" in fields:
            self.look = self.post(fields | {"without_value": "on"}, "_look")
            fields = self.shown(self.look)
        self.written = self.post(fields, "_create")
        self.targets = list(self.plan.targets.order_by("number"))

    def post(self, fields, act):
        return self.client.post(self.address, {**fields, act: ""})

    def shown(self, answer):
        form = answer.context["form"]
        return {name: form[name].value() or "" for name in form.fields if name != "file"}

    @property
    def errors(self):
        return dict(self.look.context["form"].errors)


@pytest.fixture
def paste(client):
    return lambda name: Pasted(client, name)


def unspaced(words):
    return re.sub(r"\s", "", str(words))


def held(target):
    """All that the plan holds of a target, as text."""
    texts = [getattr(target, name) for name in (
        "number", "title", "stated_as", "note", "due_text", "unit_of_measure", "definition",
        "accountable_leader_words", "baseline_note")]  # fmt: skip
    numbers = [target.target_value, target.upper_value, target.baseline_value]
    numbers += [point.planned_value for point in target.trajectory.all()]
    units = [target.lead_unit.name, target.lead_unit.short_name, target.domain and target.domain.name]
    units += [link.unit.name for link in target.supporting_units.all()]
    nodes = [node.title for node in target.milestones.all()]
    digits = [plain(each) for each in numbers if each is not None]
    return unspaced(" ".join(map(str, [*texts, *digits, *units, *nodes])))


@pytest.mark.parametrize("name", CASES)
def test_every_cell_is_in_the_plan_or_named_on_the_page(paste, name):
    pasted = paste(name)
    assert not pasted.errors
    assert pasted.written.status_code == 302
    found = "".join(map(held, pasted.targets)) + unspaced(pasted.page)
    assert [cell for cell in pasted.expected["every_cell"] if unspaced(cell) not in found] == []


@pytest.mark.parametrize("name", CASES)
def test_every_cell_of_the_text_is_found_again(paste, name):
    pasted = paste(name)
    found = "".join(map(held, pasted.targets)) + unspaced(pasted.page)
    told = [cell for row in cells(pasted.text) for cell in row if cell]
    assert len(told) > 10
    assert [cell for cell in told if unspaced(cell) not in found] == []


SHAPES = {
    "steps that begin beside the task": (
        "序号\t任务\t推进步骤\t责任单位\t完成时限\t备注\n1\t河堤\t完成招标\t农办\t3月底\t分期\n"
        "\t\t主体完工\t财政所\t9月底\t含护坡\n\t\t竣工验收\t\t12月20日\t"
    ),
    "steps that begin below it": (
        "序号\t任务\t步骤\t牵头单位\t时限\t分值\n1\t河堤\t\t农办\t12月底\t5\n"
        "\t\t完成招标\t\t3月底\t2\n\t\t开工\t\t6月中旬\t3"
    ),
    "steps beside an amount": (
        "序号\t任务\t目标值\t推进步骤\t责任单位\t时限\n1\t园区\t完成投资2亿元\t3月底前开工；9月底前封顶\t农办\t年底"
    ),
    "quarters that add up": (
        "序号\t指标\t上年基数\t全年目标（亿元）\t一季度\t二季度\t三季度\t四季度\t牵头单位\n"
        "1\t税收\t10.7\t12\t2.25\t3.25\t3.1\t3.4\t财政所"
    ),
    "quarters that do not": (
        "序号\t指标\t全年目标（亿元）\t一季度\t二季度\t三季度\t四季度\t牵头单位\n"
        "1\t税收\t12\t2.25\t9.25\t3.1\t3.7\t财政所\n2\t投资\t10\t25%\t50%\t75%\t100%\t农办"
    ),
    "stages in words and figures": (
        "序号\t项目名称\t一季度目标\t二季度目标\t全年目标\t2026年计划投资（万元）\t责任单位\n"
        "1\t水厂\t完成桩基\t60%\t通水\t6800\t农办"
    ),
    "months": "序号\t指标\t单位\t目标\t1月\t2月\t3月\t责任单位\n1\t新增企业\t家\t6\t1\t2\t3\t农办",
    "headings in two rows, broken by a page": (
        "序号\t重点任务\t目标值\t责任分工\t\n\t\t\t牵头单位\t配合单位\n1\t新建绿道\t5公里\t农办\t财政所\n"
        "序号\t重点任务\t目标值\t责任分工\t\n\t\t\t牵头单位\t配合单位\n2\t安装路灯\t9盏\t财政所\t农办"
    ),
    "several promises below a title": (
        "领域\t序号\t任务\t目标值\t单位\t责任单位\n产业\t1\t绿道\t5\t公里\t农办\n\t\t\t3\t座\t\n\t2\t路灯\t9\t盏\t财政所"
    ),
    "given up": "序号\t任务\t目标值\t责任单位\n1\t新建球场（已取消）\t4处\t农办",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_every_cell_of_other_shapes_is_found_again(client, text):
    make_unit("农办")
    make_unit("财政所")
    pasted = Pasted(client, text=text)
    assert not pasted.errors
    assert pasted.written.status_code == 302
    found = "".join(map(held, pasted.targets)) + unspaced(pasted.page)
    told = [cell for row in cells(text) for cell in row if cell]
    assert [cell for cell in told if unspaced(cell) not in found] == []


def test_quarters_that_add_up_to_the_goal_are_the_monthly_plan(client):
    make_unit("财政所")
    (target,) = Pasted(client, text=SHAPES["quarters that add up"]).targets
    points = [(point.period_end.month, point.planned_value) for point in target.trajectory.all()]
    assert points == [(3, Decimal("2.25")), (6, Decimal("5.5")), (9, Decimal("8.6")), (12, 12)]


def amount(value, unit):
    scale = next((name for name in SCALES if (unit or "").startswith(name)), "")
    return value is not None and Decimal(value) * SCALES.get(scale, 1), (unit or "").removeprefix(scale)


def differences(target, row):
    promise = row["promises"][0]
    state = promise.get("state")
    wrong = set()
    names = [target.lead_unit.name, *(link.unit.name for link in target.supporting_units.all())]
    told = {
        "title": (unspaced(target.title), unspaced(row["title"])),
        "units": (names, row["units"]),
        "due_on": (target.due_on and target.due_on.isoformat(), row.get("due_on")),
        "due_text": (target.due_text, row.get("due_text") or ""),
        "domain": (target.domain.name if target.domain else None, row.get("domain")),
        "leader": (target.accountable_leader_words, row.get("leader") or ""),
        "firmness": (target.firmness, promise["firmness"]),
    }  # fmt: skip
    if promise["measure"]:
        told["measure"] = (target.measure, promise["measure"])
    if promise["value"] and not promise.get("arguable"):
        told["value"] = (
            amount(target.target_value, target.unit_of_measure),
            amount(promise["value"], promise["unit"]),
        )
        told["comparator"] = (target.comparator, promise["comparator"])
    if "number" in row:
        told["number"] = (target.number, row["number"])
    wrong |= {column for column, (mine, theirs) in told.items() if mine != theirs}
    if promise.get("arguable"):
        wrong -= {"measure"}
    if state and target.state != state:
        wrong.add("state")
    if state and target.target_value is not None:
        wrong.add("invented")
    if "kept" in promise and promise["kept"] not in target.stated_as:
        wrong.add("stated_as")
    for words in [*row.get("note_has", ()), row.get("number_text") or ""]:
        if words not in target.note:
            wrong.add("note")
    baseline = "" if target.baseline_value is None else plain(target.baseline_value)
    if row.get("baseline") and row["baseline"] != baseline and row["baseline"] not in target.note:
        wrong.add("baseline")
    points = [[point.period_end.month, point.planned_value] for point in target.trajectory.all()]
    if row.get("curve") and points != [[each["month"], Decimal(each["value"])] for each in row["curve"]]:
        wrong.add("curve")
    if row.get("nodes"):
        nodes = [[node.title, node.due_on.isoformat()] for node in target.milestones.all()]
        if nodes != [[each["title"], each["due_on"]] for each in row["nodes"]]:
            wrong.add("nodes")
    return wrong


@pytest.mark.parametrize("name", CASES)
def test_each_row_becomes_what_it_says(paste, name):
    pasted = paste(name)
    rows = pasted.expected["rows"]
    assert not pasted.errors
    assert len(pasted.targets) == len(rows)
    wrong = [
        (row["title"], differences(target, row)) for target, row in zip(pasted.targets, rows, strict=True)
    ]
    assert [each for each in wrong if each[1]] == []


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_active_with_another_promise_than_worded(paste, name):
    pasted = paste(name)
    for target, row in zip(pasted.targets, pasted.expected["rows"], strict=True):
        if target.state == "active":
            assert differences(target, row) & {"measure", "value", "comparator", "state"} == set()


HEADINGS = json.loads((TABLES / "03-heading-synonyms.json").read_text(encoding="utf-8"))["headings"]


@pytest.mark.parametrize(
    ("heading", "field"), [(heading, name) for name, headings in HEADINGS.items() for heading in headings]
)
def test_every_synonym_of_a_heading_is_known(heading, field):
    beside = "目标值" if field == "title" else "事项"
    assert columns([heading, beside, "责任单位" if field != "lead_unit" else "备注"], 2026)[0] == field
    spaced = "　".join(heading)
    assert columns([spaced, beside, "责任单位" if field != "lead_unit" else "备注"], 2026)[0] == field
    assert heading not in EITHER or columns([heading, "责任单位"], 2026)[0] == "title"


def test_a_column_of_values_that_is_not_known_is_asked_for(paste):
    pasted = paste("04-unknown-value-heading")
    (told,) = pasted.first.context["form"].errors["without_value"]
    assert "没有认出目标值所在的列" in told
    assert "“攻坚要求”一列像是目标值" in told
    assert "_create" not in pasted.first.content.decode()
