"""What an official sees and does: the whole way of a figure, at the desk and on a phone."""

import pytest
from openpyxl import load_workbook

from targets.models import Target

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(window, town, username):
    window.goto("/login/")
    window.fill("input[name=username]", username)
    window.fill("input[name=password]", town[username])
    window.click("main button")


def sign_out(window):
    window.click(".person summary")
    window.click("form[action*=logout] button")


def assert_accessible(axe, window):
    found = axe.run(window)
    assert [(window.url, v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []


def assert_nothing_hangs_over(window):
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), window.url


def test_a_figure_logged_and_approved_is_a_light_with_its_reason(window, town):
    target = Target.objects.get(code="DEMO-01")
    sign_in(window, town, "yunxi-tianbao")
    window.goto(f"/targets/{target.code}/")
    window.click("text=填报进展")
    period = target.plan.periods.get(number=6)
    window.goto(f"/admin/targets/progressentry/add/?target={target.pk}&period={period.pk}")
    window.fill("input[name=value]", "２６５．２")
    window.fill("textarea[name=narrative]", "上半年产值265.2亿元")
    window.click("[name=_submit]")
    sign_out(window)

    sign_in(window, town, "yunxi-shenhe")
    entry = target.entries.get(period=period)
    window.goto(f"/admin/targets/progressentry/{entry.pk}/change/")
    window.click("[name=_approve]")
    window.goto("/targets/?plan=DEMO&period=6")
    light = window.locator(f"#row-{target.code} .light")
    assert light.inner_text() == "绿灯"
    light.click()
    opened = window.inner_text(f"#why-{target.code}")
    assert "1—6月完成265.2亿元，完成率51.0%，序时进度50.0%，快1.0个百分点" in opened


def test_the_export_holds_what_the_form_says_before_it_is_sent(window, town):
    sign_in(window, town, "yunxi-tianbao")
    window.goto("/targets/?plan=DEMO&period=6")
    if window.viewport_size["width"] < 700:
        window.click("text=筛选与操作")
    window.fill("input[name=q]", "全年工业")
    with window.expect_download() as download:
        window.click("text=导出表格")
    assert "2025年上半年" in download.value.suggested_filename
    with open(download.value.path(), "rb") as file:
        heading, *rows = load_workbook(file).active.iter_rows(values_only=True)
    assert [row[heading.index("目标任务")] for row in rows] == ["全年工业总产值"]
    window.press("input[name=q]", "Enter")
    window.wait_for_url("**/targets/?**period=6**")
    assert window.locator("table.register .row").count() == 1


def test_the_menus_of_the_frame_fit_and_close(axe, window, town):
    sign_in(window, town, "yunxi-tongchou")
    for menu in ("plans", "months", "person"):
        window.click(f".top .{menu} summary")
        window.wait_for_selector(f".top .{menu} .list")
        box = window.locator(f".top .{menu} .list").bounding_box()
        assert 0 <= box["x"] <= window.viewport_size["width"] - box["width"], menu
        assert window.locator(".top .menu[open]").count() == 1
        assert_nothing_hangs_over(window)
        assert_accessible(axe, window)
        window.keyboard.press("Escape")
        assert window.locator(".top .menu[open]").count() == 0


def test_signing_in_is_accessible(axe, window, town):
    window.goto("/login/")
    assert_accessible(axe, window)
