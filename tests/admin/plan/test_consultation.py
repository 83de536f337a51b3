"""征求意见: a drafted plan goes out by unit, and what comes back is accepted or declined one by one."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from targets.models import AuditRecord, SupportingUnit, TargetNote, TrajectoryPoint
from tests.factories import coordinator, make_plan, make_target, make_unit, make_user, staff
from tests.files import hostile

pytestmark = pytest.mark.django_db

HEADINGS = ["序号", "目标表述", "目标值", "完成时限", "责任单位", "修改意见"]


@pytest.fixture
def plan():
    plan = make_plan("P26", year=2026, state="drafting")
    trade, farm = make_unit("经发办"), make_unit("农业办")
    of_trade = {
        "unit_of_measure": "家",
        "baseline_value": None,
        "lead_unit": trade,
        "due_on": date(2026, 12, 31),
    }
    first = make_target(plan, title="规上工业企业数量", measure="stock", target_value=151, **of_trade)
    make_target(
        plan, title="新建绿道", measure="flow", target_value=5, unit_of_measure="公里", lead_unit=farm
    )
    SupportingUnit(target=first, unit=farm, order=1).save()
    return plan


@pytest.fixture
def desk(client):
    client.force_login(staff(coordinator()))
    return client


def page(plan):
    return reverse("admin:targets_plan_consult", args=(plan.pk,))


def workbook(desk, plan, **asked):
    answer = desk.get(reverse("admin:targets_plan_sent_out", args=(plan.pk,)), asked)
    return b"".join(answer.streaming_content)


def changed(data, change, sheet="经发办"):
    book = load_workbook(io.BytesIO(data))
    change(book[sheet])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def filled(place, words):
    def change(sheet):
        sheet[place] = words

    return change


def back(desk, plan, *books):
    uploads = [SimpleUploadedFile(f"{number}.xlsx", data) for number, data in enumerate(books, start=1)]
    answer = desk.post(page(plan), {"books": uploads, "_look": ""})
    assert answer.status_code == 200
    return answer


def decide(desk, plan, answer, decision="accept", **more):
    form = answer.context["form"]
    fields = {name: form[name].value() or "" for name in form.fields if name != "books"}
    fields |= {each.do: decision for each in form.proposals}
    fields |= {each.to: more[each.column] for each in form.proposals if each.column in more}
    return desk.post(page(plan), fields | {"_decide": ""})


def proposed(answer):
    return [(each.target.number, each.unit.name, each.column, each.new, each.words)
            for each in answer.context["form"].proposals]  # fmt: skip


def told(answer):
    form = answer.context["form"]
    return [message for errors in form.errors.values() for message in errors]


def test_each_unit_gets_the_rows_it_leads_or_supports(desk, plan):
    book = load_workbook(io.BytesIO(workbook(desk, plan)))
    assert book.sheetnames == ["经发办", "农业办"]
    rows = [[cell.value for cell in row] for row in book["农业办"].iter_rows(min_row=4)]
    assert rows[0][:6] == HEADINGS
    assert rows[1][:6] == ["1", "规上工业企业数量", "不少于151家", "2026年12月31日", "经发办、农业办", None]
    assert [row[0] for row in rows[1:3]] == ["1", "2"]
    assert book["农业办"].column_dimensions["G"].hidden
    assert book["农业办"].print_title_rows == "$4:$4"
    one = load_workbook(io.BytesIO(workbook(desk, plan, unit=make_unit("经发办").pk)))
    assert one.sheetnames == ["经发办"]
    with zipfile.ZipFile(io.BytesIO(workbook(desk, plan, each="1"))) as archive:
        assert archive.namelist() == ["经发办.xlsx", "农业办.xlsx"]
    assert AuditRecord.objects.filter(act="export").count() == 3


def test_what_came_back_unchanged_differs_nowhere(desk, plan):
    answer = back(desk, plan, workbook(desk, plan))
    assert proposed(answer) == []
    assert "与现稿没有差异" in answer.content.decode()
    assert answer.context["form"].remarks == []


def test_a_difference_is_accepted_into_the_draft_and_kept_with_its_words(desk, plan):
    sent = workbook(desk, plan)
    data = changed(changed(sent, filled("C5", "不少于148家")), filled("F5", "今年两家企业拟迁出"))
    answer = back(desk, plan, data)
    assert proposed(answer) == [(1, "经发办", "value", "不少于148家", "今年两家企业拟迁出")]
    target = plan.targets.get(number=1)
    assert (target.target_value, TargetNote.objects.count()) == (151, 0)  # nothing before it is decided
    decide(desk, plan, answer)
    target.refresh_from_db()
    assert (target.target_value, target.comparator, target.measure) == (148, "gte", "stock")
    note = TargetNote.objects.get()
    assert (note.kind, note.unit.name) == ("comment", "经发办")
    assert note.text == "目标值改为“不少于148家”，原为“不少于151家”；修改意见：今年两家企业拟迁出（采纳）"
    record = AuditRecord.objects.exclude(act="export").latest("pk")
    assert record.act == "define"
    assert "今年两家企业拟迁出（采纳）" in record.remark
    assert record.changes[f"target.{target.pk}"]["target_value"] == ["151.0000", "148"]
    assert proposed(back(desk, plan, data)) == []


def test_what_is_declined_changes_nothing_and_is_not_asked_again(desk, plan):
    data = changed(workbook(desk, plan), filled("D5", "11月底"))
    decide(desk, plan, back(desk, plan, data), "decline")
    assert plan.targets.get(number=1).due_on == date(2026, 12, 31)
    assert TargetNote.objects.get().text.endswith("（不采纳）")
    again = back(desk, plan, data)
    assert proposed(again) == []
    assert "1条意见此前已处理" in again.content.decode()


def test_words_alone_and_other_cells_are_comments(desk, plan):
    data = workbook(desk, plan)
    data = changed(data, filled("F5", "建议与统计口径一致"), "农业办")
    data = changed(
        changed(data, filled("E6", "农业办、财政所"), "农业办"), filled("H6", "另附说明"), "农业办"
    )
    answer = back(desk, plan, data)
    assert proposed(answer) == [
        (1, "农业办", "", "", "建议与统计口径一致"),
        (2, "农业办", "", "", "另附说明；责任单位：农业办、财政所"),
    ]
    decide(desk, plan, answer)
    assert [note.target.number for note in TargetNote.objects.order_by("pk")] == [1, 2]


def test_every_column_is_taken_and_what_was_typed_over_counts(desk, plan):
    data = workbook(desk, plan)
    for place, words in {"B5": "规上企业数量", "C5": "力争170户左右", "D5": "11月底前"}.items():
        data = changed(data, filled(place, words))
    decide(desk, plan, back(desk, plan, data), value="不少于160户")
    target = plan.targets.get(number=1)
    assert (target.title, target.target_value, target.unit_of_measure) == ("规上企业数量", 160, "户")
    assert (target.due_on, target.due_text) == (date(2026, 11, 30), "11月底前")
    assert any(note.text.endswith("（采纳，不少于160户）") for note in TargetNote.objects.all())


def test_what_ends_a_monthly_plan_drops_it_and_says_so(desk, plan):
    target = plan.targets.get(number=2)
    curve = {date(2026, 6, 30): Decimal(2), date(2026, 12, 31): Decimal(5)}
    TrajectoryPoint.objects.plan(target, curve, by=coordinator())
    renamed = changed(workbook(desk, plan), filled("B6", "新建绿道里程"), "农业办")
    decide(desk, plan, back(desk, plan, renamed))
    assert target.trajectory.count() == 2
    data = changed(workbook(desk, plan), filled("C6", "6公里"), "农业办")
    answer = back(desk, plan, data)
    assert "一并删去" in answer.content.decode()
    decide(desk, plan, answer, "decline")
    assert target.trajectory.count() == 2
    TargetNote.objects.all().delete()
    done = decide(desk, plan, back(desk, plan, data))
    assert "已删去，请重新编制：2 新建绿道里程" in done.content.decode()
    assert (plan.targets.get(number=2).target_value, target.trajectory.count()) == (6, 0)
    assert "（采纳）；原分月计划（6月2、12月5）与新目标不符，已删去" in TargetNote.objects.get().text
    record = AuditRecord.objects.exclude(act="export").latest("pk")
    assert (record.act, "已删去" in record.remark) == ("define", True)
    assert sum(name.startswith("trajectorypoint.") for name in record.changes) == 2


@pytest.mark.parametrize(
    ("place", "words", "message"),
    [
        ("C5", "大幅增加", "不能读作目标值"),
        ("C5", "", "不能读作目标值"),
        ("B5", "", "不能为空"),
        ("D5", "2028年12月31日", "计划期内"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_row(desk, plan, place, words, message):
    data = changed(workbook(desk, plan), filled(place, words))
    answer = decide(desk, plan, back(desk, plan, data))
    assert message in " ".join(told(answer))
    assert plan.targets.get(number=1).target_value == 151
    assert not TargetNote.objects.exists()


def test_two_units_on_one_cell_cannot_both_be_accepted(desk, plan):
    data = changed(workbook(desk, plan), filled("C5", "不少于148家"))
    data = changed(data, filled("C5", "不少于155家"), "农业办")
    answer = decide(desk, plan, back(desk, plan, data))
    assert "同一处修改只能采纳一条。" in told(answer)
    assert plan.targets.get(number=1).target_value == Decimal(151)


def test_files_of_another_kind_are_named_and_the_others_read(desk, plan):
    other = Workbook()
    other.active.append(["序号", "事项"])
    file = io.BytesIO()
    other.save(file)
    good = changed(workbook(desk, plan), filled("F5", "同意，请加注口径"))
    answer = back(desk, plan, b"PK nothing", hostile.bomb(), file.getvalue(), good)
    assert len(answer.context["form"].remarks) >= 3
    assert [each[4] for each in proposed(answer)] == ["同意，请加注口径"]


def test_rows_without_their_key_are_known_by_number_and_lost_rows_are_named(desk, plan):
    def change(sheet):
        sheet["G5"] = None
        sheet["C5"] = "不少于149家"
        sheet.append(["", "新增的一条"])
        sheet.append(["9", "另一条", "3家"])

    data = changed(workbook(desk, plan), change, "农业办")
    answer = back(desk, plan, data)
    assert proposed(answer) == [(1, "农业办", "value", "不少于149家", "")]
    text = answer.content.decode()
    assert "新增的一条" in text
    assert "另一条 3家" in text


def test_a_draft_that_changed_meanwhile_is_shown_again(desk, plan):
    data = changed(workbook(desk, plan), filled("C5", "不少于148家"))
    answer = back(desk, plan, data)
    target = plan.targets.get(number=1)
    target.target_value = 152
    target.save()
    again = decide(desk, plan, answer)
    assert "请重新核对" in " ".join(told(again))
    assert "导出后" in again.content.decode()
    assert plan.targets.get(number=1).target_value == 152


def test_only_the_plans_coordinators_and_only_while_it_is_drafted(client, plan):
    client.force_login(staff(make_user("填报", make_unit("经发办"), "填报员")))
    workbooks = reverse("admin:targets_plan_sent_out", args=(plan.pk,))
    assert {client.get(address).status_code for address in (page(plan), workbooks)} == {403}
    client.force_login(staff(coordinator()))
    plan.targets.all().delete()
    assert client.get(workbooks).status_code == 403
    in_force = make_plan("P25")
    assert client.get(page(in_force)).status_code == 302


def test_queries_do_not_grow_with_rows(desk, plan):
    def queries():
        data = workbook(desk, plan)
        for number in range(5, 5 + plan.targets.filter(lead_unit__name="经发办").count()):
            data = changed(data, filled(f"C{number}", "不少于148家"))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            back(desk, plan, data)
        return len(caught)

    few = queries()
    for number in range(10):
        make_target(
            plan, title=f"企业{number}", measure="stock", baseline_value=None, lead_unit=make_unit("经发办")
        )
    assert queries() == few
