"""The preview of an import: every row can be mended or left out where it stands before it is written."""

import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import OrgUnit
from targets.models.audit.record import AuditRecord
from tests.admin.plan.test_paste_tables import CASES, SHAPES, TABLES
from tests.factories import coordinator, make_plan, make_target, make_unit, staff

pytestmark = pytest.mark.django_db

HEADINGS = "序号\t目标任务\t责任单位\t完成时限\t目标值\t备注"
WOODS = "1\t油茶面积\t经发办\t年底\t不低于上年\t"
FIRMS = "2\t规上工业企业数量\t经发办、农业办\t12月底前\t不少于151家\t"
ROAD = "3\t新建绿道\t农业办\t10月底\t5公里\t一期"


@pytest.fixture
def plan():
    make_unit("经发办")
    make_unit("农业办")
    return make_plan(state="drafting")


@pytest.fixture
def desk(client):
    client.force_login(staff(coordinator()))
    return client


def sheet(*rows):
    return "\n".join([HEADINGS, *rows])


def post(desk, plan, fields, act="_look"):
    return desk.post(reverse("admin:targets_plan_paste", args=(plan.pk,)), {**fields, act: ""})


def look(desk, plan, *rows):
    return post(desk, plan, {"text": sheet(*rows)})


def sent(answer):
    """All that a browser would send again from this page, line breaks as browsers send them."""
    form = answer.context["form"]
    fields = {name: form[name].value() or "" for name in form.fields if name != "file"}
    for row in form.line_forms:
        for field in row:
            value = field.value()
            if field.name != "dropped" or value:
                fields[field.html_name] = "" if value is None else str(value).replace("\n", "\r\n")
    return fields


def typed(answer, title, **values):
    """The page with these values typed over those of one row."""
    row = next(line.form for line in answer.context["form"].lines if line.target.title == title)
    return sent(answer) | {row.add_prefix(name): value for name, value in values.items()}


def faults(answer):
    return list(answer.context["form"].errors.get("text", ()))


def titles(answer):
    return [line.target.title for line in answer.context["form"].shown_lines]


# --- what is read stands in the fields ---------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_page_sent_back_untouched_changes_nothing(desk, name):
    for unit in ("经济发展办公室", "农业农村办公室", "财政所"):
        make_unit(unit)
    plan = make_plan("P26", year=2026, state="drafting")
    flavour = TABLES / f"{name}.tsv"
    flavour = flavour if flavour.exists() else TABLES / f"{name}.txt"
    answer = post(desk, plan, {"text": flavour.read_text(encoding="utf-8")})
    rows = post(desk, plan, sent(answer)).context["form"].line_forms
    assert rows
    assert all(row.is_bound for row in rows)
    assert [row.changed_data for row in rows if row.changed_data] == []
    assert [row.errors for row in rows if row.errors] == []


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_other_shapes_sent_back_untouched_change_nothing(desk, plan, text):
    answer = post(desk, plan, {"text": text})
    rows = post(desk, plan, sent(answer)).context["form"].line_forms
    assert [row.changed_data for row in rows if row.changed_data] == []


def test_what_is_to_be_mended_stands_first_then_what_stays_open(desk, plan):
    answer = look(desk, plan, ROAD, WOODS, "4\t无人认领\t\t\t9盏\t")
    assert titles(answer) == ["无人认领", "油茶面积", "新建绿道"]
    page = answer.content.decode().split("pasted-rows")[1]
    assert page.index("不低于上年") < page.index("5公里")


def test_enter_in_a_field_reads_again_and_does_not_write(desk, plan):
    page = look(desk, plan, ROAD).content.decode()
    form = page[page.index('id="paste"') :]
    assert form.index('name="_look"') < form.index('name="_create"')


# --- mending ------------------------------------------------------------------------------------


def test_every_field_of_a_row_can_be_typed_over(desk, plan):
    answer = look(desk, plan, FIRMS)
    fields = typed(
        answer, "规上工业企业数量",
        measure="flow", comparator="between", target_value="160", upper_value="170",
        unit_of_measure="户", due_on="2025-11-30", lead_unit="农业办", supporting_units="经发办",
    )  # fmt: skip
    answer = post(desk, plan, fields)
    assert answer.context["form"].errors == {}
    assert not plan.targets.exists()
    assert post(desk, plan, sent(answer), "_create").status_code == 302
    target = plan.targets.get()
    assert (target.measure, target.comparator) == ("flow", "between")
    assert (target.target_value, target.upper_value, target.unit_of_measure) == (160, 170, "户")
    assert (target.due_on, target.due_text) == (date(2025, 11, 30), "12月底前")
    assert (str(target.lead_unit), [str(link.unit) for link in target.supporting_units.all()]) == (
        "农业办", ["经发办"])  # fmt: skip
    assert (target.stated_as, target.state) == ("不少于151家", "active")


def test_an_open_promise_that_a_person_completes_is_open_no_more(desk, plan):
    answer = look(desk, plan, WOODS)
    assert answer.context["form"].lines[0].doubt
    values = {"measure": "stock", "comparator": "gte", "target_value": "500.5", "unit_of_measure": "亩"}
    answer = post(desk, plan, typed(answer, "油茶面积", **values))
    (line,) = answer.context["form"].lines
    assert (line.target.state, line.doubt) == ("active", "")
    assert post(desk, plan, sent(answer), "_create").status_code == 302
    target = plan.targets.get()
    assert (target.target_value, target.direction, target.stated_as) == (
        Decimal("500.5"),
        "higher",
        "不低于上年",
    )


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"due_on": "2025-11-30"}, "undefined"),
        ({"unit_of_measure": "亩"}, "undefined"),
        ({"lead_unit": "农业办"}, "undefined"),
        ({"target_value": "500"}, "undefined"),
        ({"measure": "qualitative"}, "watch"),
        ({"measure": "milestone", "nodes": "2025-06-30 补植\r\n验收"}, "active"),
        ({"measure": "stock", "comparator": "gte", "target_value": "500", "state": "watch"}, "watch"),
    ],
    ids=["deadline", "unit", "lead", "value", "words", "nodes", "said"],
)
def test_only_who_says_what_is_promised_closes_an_open_promise(desk, plan, values, state):
    answer = look(desk, plan, WOODS)
    answer = post(desk, plan, typed(answer, "油茶面积", **values))
    assert answer.context["form"].lines[0].target.state == state


@pytest.mark.parametrize(
    ("name", "value", "state"),
    [
        ("due_on", "2025-11-30", "undefined"),
        ("unit_of_measure", "％", "undefined"),
        ("target_value", "4", "active"),
        ("state", "active", "active"),
    ],
)
def test_a_reading_to_be_confirmed_is_confirmed_by_its_own_fields_alone(desk, plan, name, value, state):
    answer = look(desk, plan, "6\t单位能耗\t经发办\t\t下降3%\t")
    assert answer.context["form"].lines[0].target.target_value == 3
    answer = post(desk, plan, typed(answer, "单位能耗", **{name: value}))
    assert answer.context["form"].lines[0].target.state == state


def test_a_promise_can_be_left_open_by_hand(desk, plan):
    answer = post(desk, plan, typed(look(desk, plan, ROAD), "新建绿道", state="undefined"))
    assert str(answer.context["form"].lines[0].doubt) == "人工标为待明确"
    assert post(desk, plan, sent(answer), "_create").status_code == 302
    assert plan.targets.get().state == "undefined"


def test_nodes_are_typed_a_line_each_with_their_day(desk, plan):
    row = "1\t综合服务中心\t经发办\t\t4月开工、9月底前主体封顶\t"
    answer = look(desk, plan, row)
    nodes = "2025-04-30 开工\r\n10月底 主体 封顶\r\n竣工验收\r\n"
    answer = post(desk, plan, typed(answer, "综合服务中心", nodes=nodes))
    assert post(desk, plan, sent(answer), "_create").status_code == 302
    assert list(plan.targets.get().milestones.values_list("title", "due_on")) == [
        ("开工", date(2025, 4, 30)), ("主体 封顶", date(2025, 10, 31)), ("竣工验收", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"target_value": "12万"}, "第2行“目标值”："),
        ({"target_value": ""}, "第2行“目标值”："),
        ({"due_on": "2025-02-30"}, "第2行“完成时限”："),
        ({"due_on": "2026-06-30"}, "第2行“完成时限”："),
        ({"measure": "closed"}, "第2行“目标值”："),
        ({"state": "closed"}, "第2行"),
        ({"lead_unit": ""}, "第2行“牵头单位”："),
        ({"unit_of_measure": "长" * 21}, "第2行“计量单位”："),
        ({"nodes": "2026-06-30 投用", "measure": "milestone"}, "第2行"),
    ],
    ids=["unit", "none", "no day", "next year", "measure", "state", "lead", "long", "node"],
)
def test_what_cannot_stand_is_refused_at_its_row_and_stays_typed(desk, plan, values, told):
    answer = post(desk, plan, typed(look(desk, plan, ROAD), "新建绿道", **values), "_create")
    assert any(fault.startswith(told) for fault in faults(answer)), faults(answer)
    shown = sent(answer)
    (row,) = answer.context["form"].line_forms
    for name, value in values.items():
        assert shown[row.add_prefix(name)] == value
    assert not plan.targets.exists()


def test_a_unit_typed_that_is_not_known_here_is_asked_for(desk, plan):
    elsewhere = OrgUnit(name="他镇")
    elsewhere.save()
    answer = post(desk, plan, typed(look(desk, plan, ROAD), "新建绿道", lead_unit="他镇"))
    assert list(answer.context["form"].errors) == ["unit-他镇"]
    answer = post(desk, plan, sent(answer) | {"unit-他镇": elsewhere.pk}, "_create")
    assert answer.status_code == 200
    assert not plan.targets.exists()


def test_mending_the_text_keeps_what_was_typed_in_other_rows(desk, plan):
    answer = look(desk, plan, FIRMS, ROAD)
    fields = typed(answer, "新建绿道", target_value="6")
    fields["text"] = fields["text"].replace("不少于151家", "不少于160家")
    first, second = post(desk, plan, fields).context["form"].lines
    assert (first.target.target_value, second.target.target_value) == (160, 6)


def test_a_row_whose_own_text_changed_is_read_anew(desk, plan):
    fields = typed(look(desk, plan, ROAD), "新建绿道", target_value="6")
    fields["text"] = fields["text"].replace("5公里", "8公里")
    answer = post(desk, plan, fields, "_create")
    assert answer.context["form"].lines[0].target.target_value == 8
    assert answer.context["form"].errors["__all__"] == ["表格在读取后有改动，请核对下面的行后再写入。"]
    assert not plan.targets.exists()


# --- leaving out --------------------------------------------------------------------------------


def test_a_row_can_be_left_out(desk, plan):
    strange = ROAD.replace("农业办", "陌生办")
    answer = look(desk, plan, FIRMS, strange, "3\t无人认领\t\t\t9盏\t")
    assert answer.context["form"].errors
    fields = typed(answer, "新建绿道", dropped="on") | typed(answer, "无人认领", dropped="on")
    answer = post(desk, plan, fields)
    assert answer.context["form"].errors == {}
    assert "写入这1项目标" in answer.content.decode()
    assert titles(answer) == ["规上工业企业数量", "新建绿道", "无人认领"]
    assert post(desk, plan, sent(answer), "_create").status_code == 302
    assert plan.targets.get().title == "规上工业企业数量"


def test_where_every_row_is_left_out_nothing_is_written(desk, plan):
    answer = post(desk, plan, typed(look(desk, plan, ROAD), "新建绿道", dropped="on"), "_create")
    assert answer.context["form"].errors["__all__"] == ["各行都标为不写入，没有可写入的行。"]


@pytest.mark.parametrize("numbered", [True, False])
def test_the_same_table_twice_says_so_and_writes_nothing(desk, plan, numbered):
    rows = [FIRMS, ROAD] if numbered else [row[1:] for row in (FIRMS, ROAD)]
    assert post(desk, plan, sent(look(desk, plan, *rows)), "_create").status_code == 302
    written = AuditRecord.objects.count()
    answer = look(desk, plan, *rows)
    form = answer.context["form"]
    assert form.errors["__all__"] == ["这张表的2行都已在本计划中，没有可写入的行。"]
    assert [line.hints[0][:10] for line in form.lines] == ["本计划中已有此项：P"] * 2
    assert "_create" not in answer.content.decode()
    assert post(desk, plan, sent(answer), "_create").status_code == 200
    assert (plan.targets.count(), AuditRecord.objects.count()) == (2, written)


def test_a_row_that_is_there_already_is_written_again_only_if_asked(desk, plan):
    make_target(plan, number=9, title="新建绿道", stated_as="5公里")
    answer = look(desk, plan, ROAD, FIRMS)
    assert [line.form.is_dropped for line in answer.context["form"].lines] == [True, False]
    fields = sent(answer)
    fields = {name: value for name, value in fields.items() if not name.endswith("-dropped")}
    assert post(desk, plan, fields, "_create").status_code == 302
    assert sorted(plan.targets.values_list("number", "title")) == [
        (2, "规上工业企业数量"), (3, "新建绿道"), (9, "新建绿道"),
    ]  # fmt: skip


def test_a_target_of_that_title_with_another_promise_is_named(desk, plan):
    make_target(plan, number=9, title="新建绿道", stated_as="8公里")
    (line,) = look(desk, plan, ROAD).context["form"].lines
    assert line.hints == ["本计划中已有此项：P25-09 8公里。"]
    assert not line.form.is_dropped


# --- costs --------------------------------------------------------------------------------------


def test_a_plan_of_sixty_rows_is_shown_without_a_wait(desk, plan):
    goals = ("不少于151家", "突破520亿元，增长8%以上", "4月开工、9月底前封顶、12月底前验收", "不低于上年")
    rows = [f"{number}\t任务{number}号\t经发办\t年底\t{goals[number % 4]}\t" for number in range(1, 61)]
    look(desk, plan, *rows[:1])
    before = time.thread_time()
    assert len(look(desk, plan, *rows).context["form"].lines) == 60
    assert time.thread_time() - before < 1.5


def test_a_page_of_typed_rows_asks_no_more_of_the_database_than_a_small_one(desk, plan):
    counts = []
    for size in (2, 12):
        rows = [f"{number}\t任务{number}号\t经发办\t\t5公里\t" for number in range(1, size + 1)]
        answer = look(desk, plan, *rows)
        fields = {name: value.replace("经发办", "农业办") if name.endswith("lead_unit") else value
                  for name, value in sent(answer).items()}  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            post(desk, plan, fields)
        counts.append(len(queries))
    assert counts[0] == counts[1]
