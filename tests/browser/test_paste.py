"""Setting up a plan by pasting, in a browser: seen before it is written, at a desk and on a phone."""

import pytest

from targets.models import OrgUnit, Plan
from tests.browser.test_everyday import assert_nothing_hangs_over, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHEET = (
    "序号\t目标任务\t责任单位\t完成时限\t目标值\n"
    "1\t规上工业企业数量\t经济发展办公室、农业农村办公室\t12月底前\t不少于151家\n"
    "2\t新建学校主体完工\t公服中心\t10月底\t"
)


def test_rows_are_pasted_looked_at_and_written(window, town):
    before = Plan.objects.get(code="DEMO")
    plan = Plan(code="NEXT", title="明年重点目标任务", year=before.year + 1, jurisdiction=before.jurisdiction)
    plan.save()
    sign_in(window, town, "yunxi-tongchou")
    window.goto(f"/admin/targets/plan/{plan.pk}/change/")
    window.click("text=导入建账")
    window.fill("[name=text]", SHEET)
    window.click("[name=_look]")
    assert "不少于151家" in window.inner_text(".pasted-rows")
    assert "公服中心：名录中没有这个单位" in window.inner_text(".errornote")
    assert_nothing_hangs_over(window)
    unit = OrgUnit.objects.get(name="公共服务中心", parent=before.jurisdiction)
    window.select_option("[name='unit-公服中心']", str(unit.pk))
    window.click("[name=_look]")
    window.click("[name=_create]")
    assert "写入2项目标" in window.inner_text(".messagelist")
    assert list(plan.targets.values_list("lead_unit__name", "measure")) == [
        ("经济发展办公室", "stock"),
        ("公共服务中心", "milestone"),
    ]
