"""年终完成情况表 and 销号台账: what became of each promise, and what was struck off."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from targets.models import ListEntry, Target, TargetList
from targets.register.register import Register
from targets.workbooks import write_workbook
from tests.factories import coordinator, file_entry, make_target, sign
from tests.workbooks.reading import sheet_of, values

pytestmark = pytest.mark.django_db

TODAY = date(2026, 2, 3)


def table(plan, name):
    register = Register.at(plan, period=12, today=TODAY)
    file = BytesIO()
    write_workbook(file, register, register.stream(), sheets=[name])
    return values(sheet_of(file.getvalue(), name))


def test_the_year_s_end_says_promise_outcome_reason_and_score():
    target = make_target(title="产值", stated_as="力争工业总产值突破520亿元")
    file_entry(target, 12, "400", date(2026, 1, 5), issues="订单不足")
    done = make_target(title="投资", target_value=10)
    file_entry(done, 12, "12", date(2026, 1, 5), issues="无")
    for order, (name, score) in enumerate([("政府工作报告", 5), ("考核指标", 3)]):
        of_plan = TargetList(plan=target.plan, name=name, order=order)
        of_plan.save()
        ListEntry(list=of_plan, target=target, score=score).save()
    first, second = table(target.plan, "年终完成情况表")
    assert first["原文表述"] == "力争工业总产值突破520亿元"
    assert (first["原目标"], first["现目标"], Decimal(str(first["全年完成"]))) == ("≥520亿元", 520, 400)
    assert (first["完成结果"], first["未完成原因"]) == ("到期未完成", "订单不足")
    assert first["分值"] == 5  # of the first list
    assert first["自评分"] is first["核定分"] is None
    assert (second["原文表述"], second["完成结果"], second["未完成原因"]) == ("投资", "已完成", None)
    assert second["分值"] is None


def test_a_figure_older_than_the_year_s_end_says_its_months():
    target = make_target(title="产值")
    file_entry(target, 10, "400", date(2025, 11, 5))
    [line] = table(target.plan, "年终完成情况表")
    assert line["目标任务"] == "产值（1—10月）"


def test_a_changed_goal_stands_beside_the_first():
    target = make_target(title="产值")
    asked = target.ask(
        by=coordinator(), kind="value", changes={"target_value": 500}, reason="调减",
        document_no="外街〔2025〕9号", effective_on=date(2025, 6, 1),
    )  # fmt: skip
    sign(asked, date(2025, 6, 2))
    [line] = table(target.plan, "年终完成情况表")
    assert (line["原目标"], line["现目标"]) == ("≥520亿元", 500)


def test_what_was_struck_off_is_listed_with_who_and_why():
    target = make_target(
        title="投资", measure="milestone", due_on=date(2025, 9, 30), nodes=[date(2025, 9, 30)]
    )
    make_target(title="产值")
    file_entry(target, 9, None, date(2025, 10, 5), nodes={target.milestones.get(): date(2025, 9, 28)})
    target.refresh_from_db()
    asked = target.ask(
        by=coordinator(), kind="close", changes={}, reason="验收通过", document_no="外街〔2025〕12号",
        effective_on=date(2025, 10, 20),
    )  # fmt: skip
    signed = sign(asked, date(2025, 10, 21))
    [line] = table(target.plan, "销号台账")
    assert (line["目标任务"], line["依据"], line["确认人"]) == (
        "投资", "外街〔2025〕12号", signed.approved_by.member.name,
    )  # fmt: skip
    assert (line["完成时间"].date(), line["销号时间"].date()) == (date(2025, 9, 30), date(2025, 10, 20))


@pytest.mark.parametrize("name", ["年终完成情况表", "任务分解表"])
def test_the_superior_s_target_stands_beside_where_it_is_known(name):
    target = make_target(title="产值", superior_value=530)
    make_target(title="投资")
    first, second = table(target.plan, name)
    assert (first["区下达"], second["区下达"]) == (530, "—")
    Target.objects.update(superior_value=None)
    assert "区下达" not in table(target.plan, name)[0]
