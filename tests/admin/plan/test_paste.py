"""A drafting plan set up from rows copied out of a sheet."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import Domain, OrgUnit, Target
from tests.factories import coordinator, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db

HEADINGS = "序号\t目标任务\t责任单位\t完成时限\t目标值\t单位\t领域\t责任领导\t督办方式"
INDUSTRY = "1\t规上工业企业数量\t经发办、农业办\t12月底前\t不少于151家\t\t产业\t副主任 张\t现场"
SCHOOL = "2\t新建学校主体完工\t农业办\t10月底\t\t\t民生\t\t"


@pytest.fixture
def plan():
    make_unit("经发办")
    make_unit("农业办")
    return make_plan(state="drafting")


@pytest.fixture
def desk(client):
    user = coordinator()
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def address(plan):
    return reverse("admin:targets_plan_paste", args=(plan.pk,))


def sheet(*rows, headings=HEADINGS):
    return "\n".join([headings, *rows] if headings else rows)


def shown(response):
    """What the page would send again."""
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "file"}


NO_VALUE = {"without_value": "on"}


def look(desk, plan, text, **chosen):
    answer = desk.post(address(plan), {"text": text, **chosen, "_look": ""})
    assert answer.status_code == 200
    return answer


def create(desk, plan, text, **chosen):
    fields = shown(look(desk, plan, text)) | chosen
    return desk.post(address(plan), {**fields, "_create": ""})


def faults(answer):
    form = answer.context["form"]
    return {name: list(errors) for name, errors in form.errors.items()}


def test_headings_without_a_row_below_them_are_refused(desk, plan):
    told = {"text": ["没有读到数据行，请指明哪一列是目标任务。"]}
    assert faults(look(desk, plan, sheet())) == told


def test_a_value_that_a_target_cannot_hold_is_kept_in_its_note(desk, plan):
    fits, long = "推" * 100, "推" * 101
    rows = [
        f"{number}\t任务{number}\t经发办\t\t{value}" for number, value in enumerate((fits, long), start=1)
    ]
    first, second = look(desk, plan, sheet(*rows)).context["form"].lines
    assert (first.target.stated_as, first.target.note) == (fits, "")
    assert (second.target.stated_as, second.target.note) == (fits, f"目标值：{long}")


def test_the_rows_are_shown_as_they_were_read_and_nothing_is_written(desk, plan):
    answer = look(desk, plan, sheet(INDUSTRY, SCHOOL))
    page = answer.content.decode()
    assert "不少于151家" in page
    assert "写入这2项目标" in page
    lines = answer.context["form"].lines
    assert [(str(line.target.lead_unit), [str(u) for u in line.supporting]) for line in lines] == [
        ("经发办", ["农业办"]),
        ("农业办", []),
    ]
    assert not Target.objects.exists()
    assert not Domain.objects.exists()


def test_the_rows_become_targets_with_all_they_say(desk, plan):
    answer = create(desk, plan, sheet(INDUSTRY, SCHOOL))
    assert answer.status_code == 302
    target, school = plan.targets.order_by("number")
    assert (target.number, target.code, target.measure, target.state) == (1, "P25-01", "stock", "active")
    assert (target.comparator, target.target_value, target.unit_of_measure) == ("gte", Decimal(151), "家")
    assert (target.due_on, target.due_text) == (date(2025, 12, 31), "12月底前")
    assert (target.stated_as, target.accountable_leader_words) == ("不少于151家", "副主任 张")
    assert (target.domain.name, target.note) == ("产业", "督办方式：现场")
    assert [str(link.unit) for link in target.supporting_units.all()] == ["农业办"]
    assert (school.measure, school.due_on) == ("milestone", date(2025, 10, 31))
    plan.refresh_from_db()
    plan.issue()
    assert all(target.current_id for target in plan.targets.all())


def test_state_and_keys_are_no_columns_of_a_sheet(desk, plan):
    text = sheet("7\t产值\t经发办\tclosed\t999\tX99-01", headings="序号\t目标任务\t责任单位\t状态\tid\t编码")
    for forged in ("state", "code", "id"):
        assert list(faults(create(desk, plan, text, **{"column-3": forged}, **NO_VALUE))) == ["column-3"]
    assert create(desk, plan, text, **NO_VALUE).status_code == 302
    target = plan.targets.get()
    assert (target.state, target.code) == ("undefined", "P25-07")
    assert target.note.splitlines() == ["状态：closed", "id：999", "编码：X99-01"]


def test_an_unknown_unit_is_named_and_never_invented(desk, plan):
    text = sheet(INDUSTRY.replace("经发办", "经济办"))
    answer = look(desk, plan, text)
    assert answer.context["form"]["unit-经济办"].value() is None
    assert '<option value="" selected>' in str(answer.context["form"]["unit-经济办"])
    assert faults(answer)["unit-经济办"] == ["名录中没有这个单位：请选择对应单位，或先新建。"]
    assert "_create" not in answer.content.decode()
    before = OrgUnit.objects.count()
    assert desk.post(address(plan), {**shown(answer), "_create": ""}).status_code == 200
    chosen = {"unit-经济办": OrgUnit.objects.get(name="经发办").pk}
    assert desk.post(address(plan), {**shown(answer), **chosen, "_create": ""}).status_code == 302
    assert (str(plan.targets.get().lead_unit), OrgUnit.objects.count()) == ("经发办", before)


def test_a_unit_of_another_place_cannot_be_chosen(desk, plan):
    elsewhere = OrgUnit(name="他镇")
    elsewhere.save()
    text = sheet(INDUSTRY.replace("经发办", "他镇"))
    answer = create(desk, plan, text, **{"unit-他镇": elsewhere.pk})
    assert answer.status_code == 200
    assert not plan.targets.exists()


def test_wrong_rows_are_named_by_row_and_column_and_the_text_stays(desk, plan):
    make_target(plan, number=7, title="在册")
    text = sheet(
        "（一）\t甲\t经发办\t\t\t\t\t\t",
        "7\t乙\t经发办\t\t\t\t\t\t",
        f"8\t{'长' * 201}\t经发办\t\t\t\t\t\t",
        "9\t丁\t\t\t\t\t\t\t",
        "9\t戊\t经发办\t\t0\t家\t\t\t",
        "10\t\t经发办\t\t\t\t\t\t",
        "11\t控\x01制\t经发办\t\t\t\t\t\t",
    )
    answer = create(desk, plan, text)
    told = faults(answer)["text"]
    assert [words.split("：")[0] for words in told] == [
        "第3行“序号”", "第4行“目标任务”", "第5行“牵头单位”", "第6行“序号”", "第6行“目标值”",
        "第7行“目标任务”", "第8行“目标任务”",
    ]  # fmt: skip
    assert answer.context["form"]["text"].value() == text
    assert plan.targets.count() == 1


def test_without_headings_the_columns_are_asked_for(desk, plan):
    text = sheet("全年工业总产值\t520\t亿元\t经发办", headings="")
    assert look(desk, plan, text).context["form"].errors
    named = {"column-0": "title", "column-1": "value", "column-2": "unit_of_measure", "column-3": "lead_unit"}
    fields = {**shown(look(desk, plan, text)), **named}
    answer = desk.post(address(plan), {**fields, "_look": ""})
    assert answer.context["form"].errors == {}
    assert desk.post(address(plan), {**shown(answer), "_create": ""}).status_code == 302
    target = plan.targets.get()
    assert (target.title, target.target_value, target.unit_of_measure) == ("全年工业总产值", 520, "亿元")


def test_merged_cells_are_filled_where_the_box_is_ticked(desk, plan):
    text = sheet("甲\t经发办\t产业", "乙\t\t", headings="目标任务\t责任单位\t领域")
    assert faults(look(desk, plan, text, **NO_VALUE))["text"] == ["第3行“牵头单位”：请填写牵头单位。"]
    answer = look(desk, plan, text, merged="on", **NO_VALUE)
    assert answer.context["form"].errors == {}
    assert desk.post(address(plan), {**shown(answer), "_create": ""}).status_code == 302
    assert list(plan.targets.values_list("lead_unit__name", "domain__name")) == [("经发办", "产业")] * 2


def test_other_headings_are_read_anew(desk, plan):
    fields = shown(look(desk, plan, sheet("经发办\t产值", headings="责任单位\t目标任务")))
    fields["text"] = sheet("产值\t经发办", headings="目标任务\t责任单位")
    answer = desk.post(address(plan), {**fields, "_look": ""})
    assert answer.context["form"].lines[0].target.title == "产值"


def test_the_second_of_two_clicks_writes_nothing_again(desk, plan):
    text = sheet(INDUSTRY.removeprefix("1"), SCHOOL.removeprefix("2"))
    fields = shown(look(desk, plan, text))
    for expected in (302, 200):
        assert desk.post(address(plan), {**fields, "_create": ""}).status_code == expected
    assert list(plan.targets.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([], ["这个字段是必填项。"]),
        (["\t经发办", "\t"], ["第2行“目标任务”：此字段不能为空。"]),
        (["甲\t经发办"] * 501, ["一次最多500行目标，现有501行。"]),
        ([f"甲\t单位{number}" for number in range(51)], ["有51个单位不在名录中，牵头单位所在的列是否选对？"]),
    ],
    ids=["none", "untitled", "many", "strange"],
)
def test_what_cannot_be_a_plan_is_refused_as_a_whole(desk, plan, rows, refused):
    answer = create(desk, plan, sheet(*rows, headings="目标任务\t责任单位" if rows else ""))
    assert faults(answer)["text"] == refused
    assert not plan.targets.exists()


def test_an_issued_plan_takes_no_rows(desk):
    plan = make_plan()
    assert desk.get(address(plan)).status_code == 302
    assert desk.post(address(plan), {"text": sheet(INDUSTRY), "_create": ""}).status_code == 302
    assert not plan.targets.exists()


def test_who_does_not_run_the_plan_is_refused_as_if_there_were_none(client, plan):
    answers = []
    for name, role in (("填报", "填报员"), ("外镇统筹", "统筹员")):
        place = OrgUnit(name=f"{name}单位")
        place.save()
        client.force_login(make_user(name, place, role, is_staff=True))
        answers += [client.get(address(plan)), client.get(address(plan).replace(str(plan.pk), "99999"))]
    assert {answer.status_code for answer in answers} == {403}


def test_the_cost_in_queries_does_not_grow_with_rows(desk, plan):
    look(desk, plan, sheet(INDUSTRY))
    counts = []
    for size in (3, 30):
        rows = [INDUSTRY.replace("1", str(number), 1) for number in range(1, size + 1)]
        with CaptureQueriesContext(connection) as queries:
            look(desk, plan, sheet(*rows))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_deadline_beyond_the_plan_is_refused_with_the_way_out(desk, plan):
    row = SCHOOL.replace("10月底", "2026年3月底")
    form = look(desk, plan, sheet(INDUSTRY, row)).context["form"]
    (told,) = form.errors["text"]
    assert told.startswith("第3行“完成时限”：")
    assert "到期年度的计划" in told
    create(desk, plan, sheet(INDUSTRY, row))
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n" * 300_000, "一次最多粘贴2000行，现有300001行，请分几次粘贴。"),
        ("\r\n" * 5_000, "一次最多粘贴2000行，现有5001行，请分几次粘贴。"),
        ("甲" * 3_000_000, "一次最多粘贴300000字，现有3000000字，请分几次粘贴。"),
        ("\t" * 300_001, "一次最多粘贴300000字，现有300001字，请分几次粘贴。"),
    ],
    ids=["lines", "windows_lines", "characters", "tabs"],
)
def test_what_is_too_much_is_measured_before_it_is_read(desk, plan, text, told, monkeypatch):
    monkeypatch.setattr("targets.reading.pasted.cells", None)
    answer = look(desk, plan, text)
    assert faults(answer)["text"] == [told]
    assert answer.context["form"]["text"].value() == text
    assert "_create" not in answer.content.decode()


def test_a_row_shows_what_stays_open_and_why(desk, plan):
    text = sheet(
        "1\t城乡风貌考核\t经发办\t\t保三争二",
        "2\t油茶面积\t经发办\t\t不低于上年",
        "3\t综合考核位次\t经发办\t\t前移2位",
        "4\t数字化率\t经发办\t\t#REF!",
        "5\t网格走访\t经发办\t\t每月不少于2次",
        "6\t单位能耗\t经发办\t\t下降3%",
    )
    answer = look(desk, plan, text)
    lines = answer.context["form"].lines
    page = answer.content.decode()
    assert [line.target.state for line in lines] == ["active", *["undefined"] * 5]
    assert lines[0].hints == ["另有目标未单独建账：“保三争二”"]
    for line in lines[1:]:
        assert str(line.doubt) in page
    assert "其中5行待明确，原文已保留" in page
    assert create(desk, plan, text).status_code == 302
    stated = list(plan.targets.order_by("number").values_list("stated_as", "target_value"))
    assert stated == [
        ("保三争二", 3), ("不低于上年", None), ("前移2位", None), ("#REF!", None), ("每月不少于2次", None),
        ("下降3%", 3),
    ]  # fmt: skip
    assert plan.targets.get(number=6).definition.startswith("按降幅填报")


def test_a_supporting_unit_that_is_many_may_stay_in_the_note(desk, plan):
    text = sheet("1\t防溺水巡查\t经发办牵头，各村（社区）配合\t9月底\t巡查200次")
    answer = look(desk, plan, text)
    assert answer.context["form"].errors == {}
    assert create(desk, plan, text).status_code == 302
    target = plan.targets.get()
    assert (str(target.lead_unit), target.note) == ("经发办", "配合单位：各村（社区）")


def test_steps_named_in_one_cell_become_nodes(desk, plan):
    text = sheet("1\t综合服务中心\t经发办\t\t4月开工、9月底前主体封顶、12月底前竣工验收")
    assert create(desk, plan, text).status_code == 302
    target = plan.targets.get()
    assert (target.measure, target.due_on) == ("milestone", date(2025, 12, 31))
    assert [(node.title, node.due_on) for node in target.milestones.all()] == [
        ("开工", date(2025, 4, 30)),
        ("主体封顶", date(2025, 9, 30)),
        ("竣工验收", date(2025, 12, 31)),
    ]


def test_steps_are_numbered_from_one_in_the_order_they_are_named(desk, plan):
    text = sheet("1\t综合服务中心\t经发办\t\t4月开工、9月底前主体封顶、12月底前竣工验收")
    create(desk, plan, text)
    nodes = plan.targets.get().milestones.order_by("order")
    assert [(node.order, node.title) for node in nodes] == [(1, "开工"), (2, "主体封顶"), (3, "竣工验收")]


def test_a_step_beyond_the_plan_is_refused_with_its_row(desk, plan):
    text = sheet("1\t大桥\t经发办\t2025年12月底\t2025年底前建成，2026年6月投用")
    (told,) = faults(look(desk, plan, text))["text"]
    assert told.startswith("第2行“目标值”：投用")


def test_a_monthly_plan_that_does_not_lead_to_the_goal_is_kept_in_the_note(desk, plan):
    text = "\n".join(
        [
            "序号\t指标名称\t计量单位\t2025年计划\t\t\t\t责任单位",
            "\t\t\t一季度\t上半年\t前三季度\t全年\t",
            "1\t固定资产投资\t亿元\t6\t14\t12\t31\t经发办",
        ]
    )
    line = look(desk, plan, text).context["form"].lines[0]
    assert line.hints[0].startswith("分月计划仅记入备注")
    assert create(desk, plan, text).status_code == 302
    target = plan.targets.get()
    assert not target.trajectory.exists()
    assert target.note.splitlines() == ["3月：6", "6月：14", "9月：12"]


def test_the_same_task_twice_is_said(desk, plan):
    text = sheet("1\t清理沟渠\t经发办\t\t26公里", "2\t清理沟渠\t经发办\t\t30公里")
    lines = look(desk, plan, text).context["form"].lines
    assert [line.hints for line in lines] == [[], ["与第2行的目标任务相同。"]]


def test_a_unit_that_the_cell_contradicts_is_not_lost(desk, plan):
    text = sheet("1\t税收入库\t经发办\t\t4600万元\t亿元")
    create(desk, plan, text)
    target = plan.targets.get()
    assert (target.target_value, target.unit_of_measure, target.note) == (4600, "万元", "计量单位：亿元")
