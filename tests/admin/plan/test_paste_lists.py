"""A pasted table that is a list of the plan: numbers, scores, and targets that the plan has already."""

from datetime import date
from decimal import Decimal as D

import pytest

from targets.models import AuditRecord, Target, TargetList
from tests.admin.plan.test_paste_preview import faults, post, sent, titles, typed
from tests.factories import coordinator, make_list, make_plan, make_target, make_unit, staff

pytestmark = pytest.mark.django_db

LIST = "民生实事"
TABLE = "\n".join([
    "件号\t实事内容\t责任单位\t完成时限\t目标值\t分值",
    "（一）\t新建绿道\t农业办\t10月底\t5公里\t5",
    "\t安装路灯\t农业办\t10月底\t90盏\t2.5分",
    "2.\t油茶面积\t经发办\t年底\t不少于300亩\t待定",
])  # fmt: skip


@pytest.fixture
def plan():
    make_unit("经发办")
    make_unit("农业办")
    return make_plan(state="drafting")


@pytest.fixture
def desk(client):
    client.force_login(staff(coordinator()))
    return client


@pytest.fixture
def road(plan):
    """What the first row of the table is, in the plan already."""
    promised = {"comparator": "gte", "target_value": 5, "unit_of_measure": "公里", "stated_as": "5公里"}
    return make_target(
        plan, title="新建绿道", lead_unit=make_unit("农业办"), due_on=date(2025, 10, 31), **promised
    )


def look(desk, plan, text=TABLE, **fields):
    return post(desk, plan, {"text": text, "list_name": LIST, **fields})


def write(desk, plan, answer, **fields):
    assert faults(answer) == []
    return post(desk, plan, sent(answer) | fields, "_create")


def places(plan):
    found = plan.lists.get(name=LIST).places.order_by("order", "pk")
    return list(found.values_list("target__title", "number", "score", "order"))


def test_numbers_and_scores_go_to_the_list_and_the_plan_numbers_by_itself(desk, plan):
    make_target(plan, title="已有", number=7)
    answer = write(desk, plan, look(desk, plan))
    assert answer.status_code == 302
    assert places(plan) == [
        ("新建绿道", "（一）", D(5), 1), ("安装路灯", "（一）", D("2.5"), 1), ("油茶面积", "2", None, 2),
    ]  # fmt: skip
    notes = dict(plan.targets.values_list("number", "note"))
    assert notes == {7: "", 8: "", 9: "", 10: "分值：待定"}
    record = AuditRecord.objects.latest("pk")
    assert (record.act, record.rows.count("listentry"), record.rows.count("targetlist")) == ("load", 3, 1)


def test_a_table_that_is_no_list_keeps_its_numbers_and_scores_in_the_plan(desk, plan):
    text = "序号\t任务\t责任单位\t目标值\t件号\t分值\n3\t新建绿道\t农业办\t5公里\t一\t5"
    write(desk, plan, look(desk, plan, text, list_name=""))
    target = plan.targets.get()
    assert (target.number, target.note) == (3, "件号：一\n分值：5")
    assert not TargetList.objects.exists()


def test_a_number_beside_a_number_on_the_list_stays_in_the_note(desk, plan):
    text = "序号\t件号\t任务\t责任单位\t目标值\n3\t1\t新建绿道\t农业办\t5公里"
    write(desk, plan, look(desk, plan, text))
    assert places(plan) == [("新建绿道", "1", None, 1)]
    assert plan.targets.get().note == "序号：3"


def test_a_row_that_the_plan_has_is_only_put_on_the_list(desk, plan, road):
    made = make_list(plan, LIST, (make_target(plan, title="先有的"), "0"))
    answer = look(desk, plan)
    page = answer.content.decode()
    assert "同一目标" in page
    assert f"只将{road}列入清单，本行其他内容不写入。" in page
    assert "其中1项为计划已有目标，只列入清单“民生实事”。" in page
    assert titles(answer)[-1] == "新建绿道"
    told = write(desk, plan, answer)
    assert told.status_code == 302
    assert made.places.get(target=road).score == 5
    assert places(plan)[1] == ("新建绿道", "（一）", D(5), 2)
    assert Target.objects.filter(title="新建绿道").count() == 1


def test_who_says_that_it_is_another_target_gets_a_new_one(desk, plan, road):
    answer = look(desk, plan)
    write(desk, plan, answer, **typed(answer, "新建绿道", same=""))
    assert sorted(Target.objects.filter(title="新建绿道").values_list("number", flat=True)) == [1, 2]
    assert road.places.count() == 0


def test_another_value_of_the_same_indicator_is_offered_and_not_taken_for_granted(desk, plan, road):
    Target.objects.filter(pk=road.pk).update(stated_as="8公里", target_value=8)
    answer = look(desk, plan)
    row = next(line.form for line in answer.context["form"].lines if line.target.title == "新建绿道")
    assert [label for _pk, label in row.fields["same"].choices][1] == f"{road.code} 新建绿道 8公里"
    assert row.same is None
    write(desk, plan, answer, **{row.add_prefix("same"): str(road.pk)})
    assert Target.objects.filter(title="新建绿道").count() == 1
    assert road.places.get().number == "（一）"


def test_another_deadline_or_unit_of_measure_is_another_target(desk, plan, road):
    for changed in ({"due_on": date(2025, 12, 31)}, {"unit_of_measure": "千米"}):
        Target.objects.filter(pk=road.pk).update(
            stated_as="8公里", **{"due_on": date(2025, 10, 31), "unit_of_measure": "公里", **changed}
        )
        rows = look(desk, plan).context["form"].line_forms
        assert [row.asked_same for row in rows] == [None, None, None]


def test_what_the_plan_leaves_open_may_be_the_same_and_a_person_says_so(desk, plan, road):
    Target.objects.filter(pk=road.pk).update(stated_as="", due_on=None)
    row = look(desk, plan).context["form"].line_forms[0]
    assert (row.asked_same is not None, row.same) == (True, None)


def test_a_list_named_after_the_first_reading_offers_what_is_the_same(desk, plan, road):
    first = look(desk, plan, list_name="")
    assert [line.form.is_dropped for line in first.context["form"].lines] == [True, False, False]
    second = post(desk, plan, sent(first) | {"list_name": LIST})
    form = second.context["form"]
    assert [line.target.title for line in form.placed] == ["新建绿道"]
    # Named and written by one click, nobody would have seen that.
    at_once = post(desk, plan, sent(first) | {"list_name": LIST}, "_create")
    assert at_once.status_code == 200
    assert not TargetList.objects.exists()
    write(desk, plan, second)
    assert len(places(plan)) == 3


def test_the_same_table_twice_says_so_and_two_rows_are_not_one_target(desk, plan, road):
    write(desk, plan, look(desk, plan))
    again = look(desk, plan)
    assert "这张表的3行都已在本计划中" in again.content.decode()
    assert post(desk, plan, sent(again), "_create").status_code == 200
    assert len(places(plan)) == 3

    twice = "\n".join([*TABLE.split("\n")[:2], TABLE.split("\n")[1]])
    answer = look(desk, plan, twice, list_name="重点项目")
    assert faults(answer) == ["第3行“目标任务”：第2行已选同一目标。"]


def test_what_is_only_placed_asks_for_no_unit_and_no_value(desk, plan, road):
    text = TABLE.replace("农业办\t10月底\t5公里", "无此单位\t10月底\t5公里").split("\n")
    answer = look(desk, plan, "\n".join(text[:2]))
    assert answer.context["form"].asked_units == []
    assert "将1项目标列入清单" in answer.content.decode()
    write(desk, plan, answer)
    assert places(plan) == [("新建绿道", "（一）", D(5), 1)]


def test_names_that_no_list_can_have_are_refused_where_they_stand(desk, plan):
    answer = look(desk, plan, list_name="长" * 51)
    assert "list_name" in answer.context["form"].errors
    assert "长" * 51 in answer.content.decode()
    number = look(desk, plan, TABLE.replace("（一）", "一" * 21))
    assert faults(number)[0] == "第2行“件号”：最多20个字。"
    unprintable = look(desk, plan, list_name="民\x07生")
    assert "U+0007" in str(unprintable.context["form"].errors["list_name"])
    assert post(desk, plan, sent(unprintable), "_create").status_code == 200
    assert not Target.objects.exists()
