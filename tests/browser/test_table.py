"""进展情况表 in a browser: how many rows fit, the row that opens, the menus, the card and the paper."""

import re

import pytest

from tests.browser.test_everyday import assert_accessible, assert_nothing_hangs_over, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/targets/?plan=DEMO&period=9"
SHEET = re.compile(rb"/Type\s*/Page\b")
MEDIA_BOX = re.compile(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)")
# a screen of an office, what the browser's own bars leave of it, the same at 125 %, a larger one
LEAST_ROWS = {(1366, 768): 12, (1366, 640): 9, (1093, 614): 9, (1440, 900): 15}
WHOLE_ROWS = """() => Array.from(document.querySelectorAll("tr.row")).filter(row => {
    const box = row.getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight;
}).length"""


@pytest.fixture
def office(chromium, live_server, town):
    """Opens the table as the coordinator, with or without script."""
    contexts = []

    def opened(width=1366, height=768, *, scripts=True, address=ADDRESS):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            base_url=live_server.url,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        sign_in(page, town, "yunxi-tongchou")
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_enough_whole_rows_are_in_sight(office):
    page = office(address="/targets/?plan=DEMO")
    shown = {}
    for width, height in LEAST_ROWS:
        page.set_viewport_size({"width": width, "height": height})
        shown[width, height] = page.evaluate(WHOLE_ROWS)
        assert_nothing_hangs_over(page)
    assert all(shown[size] >= least for size, least in LEAST_ROWS.items()), shown


def test_rows_open_by_their_light_several_at_a_time(axe, office):
    page = office()
    for place in (0, 2):
        light = page.locator("tr.row .light").nth(place)
        assert light.get_attribute("aria-expanded") == "false"
        light.press("Enter")
        assert light.get_attribute("aria-expanded") == "true"
    assert page.locator("tr.more:visible").count() == 2
    page.locator("tr.more:visible >> text=收起").first.click()
    assert page.locator("tr.more:visible").count() == 1
    for summary in page.locator(".tools details.menu > summary, .chips details.menu > summary").all():
        summary.click()
        assert_accessible(axe, page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.click("text=筛选与操作")
    assert_accessible(axe, page)
    assert_nothing_hangs_over(page)


def test_without_script_the_address_opens_a_row(office):
    page = office(scripts=False)
    page.locator("tr.row .light").nth(1).click()
    assert page.locator("tr.more:visible").count() == 1
    page.locator("tr.more:visible >> text=收起").click()
    assert page.locator("tr.more:visible").count() == 0
    assert page.locator("[data-copy-rows]:visible, [data-print]:visible").count() == 0


def test_the_rows_are_copied_as_a_message(office):
    page = office(address=f"{ADDRESS}&status=red&status=amber")
    page.evaluate(
        "document.execCommand = () => { window.copied = document.activeElement.value; return true; }"
    )
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.click("text=复制文字")
    greeting, *rows, place, _day = page.evaluate("copied").splitlines()[:20]
    assert greeting == "各有关单位："
    assert "需关注" in rows[0]
    assert len(rows) - 1 == page.locator("tr.row").count()
    assert re.match(r"\d+\. .+（.+）：[红黄]灯。.+。$", rows[1])
    assert place.startswith("云溪镇")


@pytest.mark.parametrize(("paper", "long_side"), [("", 842), ("&paper=a3", 1191)])
def test_it_prints_whole_on_a4_or_a3(office, paper, long_side):
    page = office(address=ADDRESS + paper)
    page.emulate_media(media="print")
    assert page.locator("nav.chips, form.tools, .top, tr.more").locator("visible=true").count() == 0
    heads = page.locator("thead th").locator("visible=true").all_inner_texts()
    for head in ("存在问题", "下一步措施", "责任领导", "序时进度（%）"):
        assert head in heads
    assert "填报" not in heads
    assert page.locator(".print-foot").is_visible()
    sizes = page.evaluate(
        "() => Array.from(document.querySelectorAll('table.register tr.row > *'))"
        ".map(cell => parseFloat(getComputedStyle(cell).fontSize)).filter(size => size > 0)"
    )
    assert min(sizes) >= 12  # 9 pt
    printed = page.pdf(prefer_css_page_size=True)
    assert round(float(MEDIA_BOX.search(printed)[1])) == long_side
    assert len(SHEET.findall(printed)) <= 6


def test_a_meeting_reads_large_type(axe, office):
    page = office(address=f"{ADDRESS}&view=meeting")
    size = "() => parseFloat(getComputedStyle(document.querySelector('.meeting li p:last-of-type')).fontSize)"
    assert page.evaluate(size) >= 20
    assert_accessible(axe, page)
