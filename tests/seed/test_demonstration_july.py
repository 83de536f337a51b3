"""The invented town in July, closer up."""

from datetime import date
from decimal import Decimal

import pytest

from targets.models import Plan, ProgressEntry, Target, TargetRevision
from targets.register.register import Register
from targets.seed import demonstration
from targets.status import Status
from tests.seed.database import rolled_back

pytestmark = pytest.mark.django_db

TODAY = date(2026, 7, 20)
MARKS = {
    "全年工业总产值": ["沿用5月"],
    "规模以上工业总产值增速": ["初步", "连续5期滞后"],
    "规模以上工业企业数量": ["连续3期滞后"],
    "省级专精特新企业数量": ["超额完成", "逾期完成"],
    "工业技术改造投资额": ["已调整"],
    "电子商务交易额": ["力争"],
    "固定资产投资额": ["力争", "初步", "连续5期滞后"],
    "园区雨污分流管网改造": ["已调整", "临期"],
    "节后复工企业数量": ["更正"],
    "新增个体工商户数量": ["提前完成", "超额完成"],
    "新增“一窗通办”事项": ["提前完成", "超额完成", "已销号"],
    "企业诉求按时办结率": ["沿用4月"],
    "柳塘老旧小区改造": ["逾期完成"],
    "镇区道路照明节能改造": ["临期"],
    "注册志愿者保有量": ["沿用5月"],
    "城镇新增就业人数": ["连续6期滞后"],
    "新增公办学位": ["已调整"],
    "重点人群家庭医生签约率": ["人工调整", "按规则为红灯", "连续6期滞后"],
    "年度综合考评位次": ["力争"],
}


@pytest.fixture(scope="module")
def july(django_db_setup, django_db_blocker):
    with rolled_back(django_db_blocker):
        demonstration.load(TODAY)
        yield Plan.objects.get(code="DEMO")


def row_of(plan, title, **asked):
    rows = Register.at(plan, today=TODAY, **asked).rows()
    return next(row for row in rows if row.target.title == title)


def test_marks(july):
    rows = Register.at(july, today=TODAY).rows()
    assert {row.target.title: row.marks for row in rows if row.marks} == MARKS


def test_a_correction_keeps_what_was_known_before(july):
    before = row_of(july, "节后复工企业数量", period=2, known_at=date(2026, 3, 11))
    assert (before.status, before.value) == (Status.DONE, 121)
    after = row_of(july, "节后复工企业数量", period=2)
    assert (after.status, after.value) == (Status.MISSED, 117)
    assert after.words("narrative").startswith("截至2月底已复工117家")


def test_a_preliminary_figure_is_settled_a_month_later(july):
    entries = ProgressEntry.objects.filter(target__code="DEMO-02", part="statistic", period__number=5)
    told = entries.order_by("revision_no").values_list("value", "preliminary", "state", "reason")
    assert list(told) == [
        (Decimal("5.1"), True, "approved", ""),
        (Decimal("5.1"), False, "approved", "统计部门核定，与初步数一致。"),
    ]
    [before, after] = entries.model.objects.filter(
        target__code="DEMO-02", part="statistic", period__number=3
    ).order_by("revision_no")
    assert (before.value, after.value) == (Decimal("4.4"), Decimal("4.4"))
    assert before.published_on < after.published_on


def test_january_and_february_come_together(july):
    target = Target.objects.get(code="DEMO-02")
    assert target.entries.order_by("period__number").first().period.number == 2
    row = row_of(july, target.title, period=2)
    assert row.reason.startswith("1—2月增长4.1%")
    assert row_of(july, target.title, period=1).reporting.key == "not_due"


def test_a_figure_voided_is_filed_again(july):
    entries = ProgressEntry.objects.filter(target__code="DEMO0-19", period__number=9)
    told = entries.order_by("revision_no").values_list("value", "is_void")
    assert list(told) == [(Decimal("96.4"), False), (None, True), (Decimal("97.4"), False)]


def test_no_baseline_gives_no_light_until_it_is_met(july):
    row = row_of(july, "省级专精特新企业数量", period=2)
    assert (row.status, row.value, row.attainment) == (Status.UNDEFINED, Decimal(17), None)


def test_a_value_changed_stands_beside_what_was_first_promised(july):
    before = row_of(july, "工业技术改造投资额", period=3)
    after = row_of(july, "工业技术改造投资额", period=6)
    assert (before.target_value, before.expected) == (8, Decimal("12.5"))
    assert (after.target_value, after.original_value) == (Decimal("6.5"), 8)
    assert after.documents == ["云溪府办〔2026〕9号（演示）"]
    assert after.expected == Decimal("43.1")


def test_a_light_set_by_hand_keeps_the_rules_own(july):
    row = row_of(july, "重点人群家庭医生签约率")
    assert (row.status, Status(row.target.status_by_rule)) == (Status.AMBER, Status.RED)
    annulled = TargetRevision.objects.get(target__code="DEMO-41", kind="annul")
    assert annulled.annuls.kind == "override"
    assert row_of(july, "接待游客人次", as_of=date(2026, 3, 30)).is_overridden is False


def test_a_suspended_target_comes_back_with_a_plan_of_its_own(july):
    days = {date(2026, 3, 31): Status.AMBER, date(2026, 4, 30): Status.SUSPENDED, TODAY: Status.GREEN}
    assert {day: row_of(july, "镇区新增公共停车泊位", as_of=day).status for day in days} == days


def test_kinds_of_goals_and_units(july):
    both = Target.objects.all()
    assert set(both.values_list("measure", flat=True)) == set(Target.Measure.values)
    assert set(both.values_list("comparator", flat=True)) - {""} == {
        "gte", "gt", "lte", "eq", "approx", "between",
    }  # fmt: skip
    assert set(both.values_list("frequency", flat=True)) == {"month", "quarter", "half", "published"}
    assert set(both.values_list("firmness", flat=True)) == set(Target.Firmness.values)
    assert july.targets.filter(basis="gross").count() == 1
    assert set(july.targets.values_list("lead_unit__kind", flat=True)) == {"party", "institution", "village"}
    weights = july.targets.get(number=11).milestones.values_list("weight", flat=True)
    assert sum(weights) == 100
