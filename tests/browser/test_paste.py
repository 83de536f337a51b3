"""Setting up a plan by pasting, in a browser: seen before it is written, at a desk and on a phone."""

import pytest

from targets.models import OrgUnit, Plan
from tests import files
from tests.browser.test_everyday import assert_accessible, assert_nothing_hangs_over, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHEET = (
    "序号\t目标任务\t责任单位\t完成时限\t目标值\n"
    "1\t规上工业企业数量\t经济发展办公室、农业农村办公室\t12月底前\t不少于151家\n"
    "2\t新建学校主体完工\t公服中心\t10月底\t"
)


@pytest.fixture
def plan(window, town):
    """A drafted plan of next year, its import page open."""
    before = Plan.objects.get(code="DEMO")
    plan = Plan(code="NEXT", title="明年重点目标任务", year=before.year + 1, jurisdiction=before.jurisdiction)
    plan.save()
    sign_in(window, town, "yunxi-tongchou")
    window.goto(f"/admin/targets/plan/{plan.pk}/change/")
    window.click("text=导入建账")
    window.wait_for_selector("#id_text", state="attached")
    return plan


def test_rows_are_pasted_looked_at_and_written(window, plan):
    before = Plan.objects.get(code="DEMO")
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


def test_a_workbook_is_read_mended_in_place_and_written(window, plan, axe):
    rows = [line.split("\t") for line in SHEET.replace("公服中心", "公共服务中心").split("\n")]
    rows.append(["3", "油茶面积", "经济发展办公室", "年底", "不低于上年"])
    book = {"name": "分解表.xlsx", "mimeType": "application/x", "buffer": files.table(rows)}
    window.set_input_files("[name=file]", book)
    window.click("[name=_look]")
    assert "已读取文件“分解表.xlsx”" in window.inner_text(".paste-remarks")
    first = window.locator(".pasted-rows tbody tr").first
    assert "油茶面积" in first.inner_text()
    assert_accessible(axe, window)
    assert_nothing_hangs_over(window)
    first.locator("[name$=-measure]").select_option("stock")
    first.locator("[name$=-comparator]").select_option("gte")
    first.locator("[name$=-unit_of_measure]").fill("亩")
    first.locator("[name$=-target_value]").fill("500")
    first.locator("[name$=-target_value]").press("Enter")  # reads again, writes nothing
    window.locator(".pasted-rows tbody tr", has_text="新建学校").locator("[name$=-dropped]").check()
    assert not plan.targets.exists()
    window.click("[name=_create]")
    assert "写入2项目标" in window.inner_text(".messagelist")
    assert sorted(plan.targets.values_list("title", "state")) == [
        ("油茶面积", "active"),
        ("规上工业企业数量", "active"),
    ]


PASTE = """(html) => {
    const text = document.querySelector("#id_text"), data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "broken");
    text.select();
    text.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
    text.value = "broken";
    text.dispatchEvent(new Event("input", {bubbles: true}));
}"""
TABLE = (
    "<table><tr><td>目标任务<td>责任单位<td>目标值<tr><td>规上工业<p>企业数量"
    "<td rowspan=2>经济发展办公室<td>不少于151家<tr><td>新建绿道<td>5公里</table>"
)


def test_the_table_on_the_clipboard_is_read_until_something_is_typed(window, plan):
    window.evaluate(PASTE, TABLE)
    window.click("[name=_look]")
    window.wait_for_selector(".pasted-rows")
    assert window.locator(".pasted-rows tbody tr").count() == 2
    assert "规上工业企业数量" in window.inner_text(".pasted-rows")
    window.click("#content summary")
    window.evaluate(PASTE, TABLE)
    window.fill("#id_text", SHEET)
    window.click("[name=_look]")
    assert "新建学校主体完工" in window.inner_text(".pasted-rows")
