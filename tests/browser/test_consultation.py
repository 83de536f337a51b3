"""征求意见 in a browser: the workbook goes out, comes back changed, and is decided on."""

import io

import pytest
from openpyxl import load_workbook

from targets.models import Plan, Target
from tests.browser.test_everyday import assert_accessible, assert_nothing_hangs_over, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan(town):
    before = Plan.objects.get(code="DEMO")
    plan = Plan(code="NEXT", title="明年重点目标任务", year=before.year + 1, jurisdiction=before.jurisdiction)
    plan.save()
    unit = before.jurisdiction.children.get(name="经济发展办公室")
    for title, value in (("规上工业企业数量", 151), ("高新技术企业数量", 40)):
        Target(plan=plan, title=title, measure="stock", comparator="gte", target_value=value,
               unit_of_measure="家", lead_unit=unit).save()  # fmt: skip
    return plan


def test_a_workbook_goes_out_comes_back_and_is_decided_on(window, town, plan, axe):
    sign_in(window, town, "yunxi-tongchou")
    window.goto(f"/admin/targets/plan/{plan.pk}/change/")
    window.click("text=征求意见")
    with window.expect_download() as download:
        window.click("text=全部单位")
    assert download.value.suggested_filename.endswith("目标任务（征求意见稿）.xlsx")
    with open(download.value.path(), "rb") as sent:
        book = load_workbook(sent)
    sheet = book["经济发展办公室"]
    assert (sheet["B5"].value, sheet["C5"].value) == ("规上工业企业数量", "不少于151家")
    sheet["C5"], sheet["F5"] = "不少于148家", "两家企业年内迁出"
    sheet["F6"] = "建议明确统计口径"
    file = io.BytesIO()
    book.save(file)
    window.set_input_files(
        "[name=books]", {"name": "经发办.xlsx", "mimeType": "application/x", "buffer": file.getvalue()}
    )
    window.click("[name=_look]")
    rows = window.locator(".pasted-rows tbody tr")
    rows.nth(1).wait_for()
    assert rows.count() == 2
    assert "两家企业年内迁出" in rows.nth(0).inner_text()
    assert_accessible(axe, window)
    assert_nothing_hangs_over(window)
    rows.nth(0).locator("select").select_option("accept")
    window.click("[name=_decide]")
    window.wait_for_selector("text=已处理1条意见")
    assert rows.count() == 1  # the other one waits
    assert plan.targets.get(title="规上工业企业数量").target_value == 148
    window.goto("/targets/NEXT-01/")
    assert "两家企业年内迁出（采纳）" in window.inner_text("main")
