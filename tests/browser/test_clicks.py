"""What the usual questions and acts cost in clicks besides typing; twelve figures are filed in test_desk."""

import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from targets.models import ProgressEntry
from targets.reading.sheet import read
from tests.browser.test_everyday import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Counted:
    """A page whose clicks are counted."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, what):
        self.clicks += 1
        self.page.locator(what).first.click()


@pytest.fixture
def office(opened, town):
    def signed_in(username):
        page = opened(1366, 768)
        sign_in(page, town, username)
        page.wait_for_selector("form[action*=logout]", state="attached")
        return Counted(page)

    return signed_in


def test_what_the_usual_questions_and_acts_cost(office):
    told = {}

    leader = office("yunxi-lingdao")
    leader.page.goto("/?plan=DEMO&period=10")  # where signing in leads, while the year runs
    box = leader.page.locator(".boxes").bounding_box()
    urgent = leader.page.locator(".glance").inner_text()
    assert box["y"] + box["height"] <= 768
    assert "最急" in urgent
    told["what needs attention"] = leader.clicks

    leader.page.goto("/targets/?plan=DEMO&period=10")
    leader.click("tr.row .light.amber")
    assert leader.page.locator("tr.more:visible").count() == 1
    told["why a row is amber"] = leader.clicks

    coordinator = office("yunxi-tongchou")
    coordinator.page.goto("/?plan=DEMO")
    with coordinator.page.expect_download() as download:
        coordinator.click(".acts a[href*='period=']")
    assert "11月" in download.value.suggested_filename
    told["last month's table exported"] = coordinator.clicks

    reporter = office("yunxi-tianbao")
    reporter.page.goto("/targets/DEMO-03/")
    reporter.click(".timeline .st a >> text=已审核")
    reporter.click("#content >> text=更正")
    reporter.page.fill("[name=value]", "93")
    reporter.page.fill("[name=reason]", "与统计口径核对后更正")
    reporter.page.fill("[name=source_ref]", "市场监管所名单")
    reporter.click("[name=_submit]")
    if reporter.page.locator("[name=confirmed]").count():
        reporter.page.check("[name=confirmed]")
        reporter.clicks += 1
        reporter.click("[name=_submit]")
    reporter.page.wait_for_selector(".messagelist")
    assert ProgressEntry.objects.filter(target__code="DEMO-03", state="submitted", revision_no=2).exists()
    told["a figure corrected"] = reporter.clicks

    print("\n" + "\n".join(f"{what}: {clicks} clicks" for what, clicks in told.items()))
    assert told["what needs attention"] == 0
    assert told["why a row is amber"] == 1
    assert told["last month's table exported"] <= 2
    assert told["a figure corrected"] <= 4


def test_what_it_costs_to_hand_a_month_out(office, settings, tmp_path):
    """From the last figure to workbook, circular and overview, with the same numbers everywhere."""
    settings.MEDIA_ROOT = tmp_path
    coordinator = office("yunxi-tongchou")
    page = coordinator.page
    coordinator.click("nav a >> text=报表")
    page.select_option("select[name=period]", "9")
    coordinator.click("button >> text=准备发布")
    page.wait_for_selector("button[name=publish]")
    standing = page.locator(".panel p").first.inner_text()
    coordinator.click("button[name=publish]")
    page.wait_for_selector("code.whole")
    with page.expect_download() as workbook:
        coordinator.click(".acts a >> text=打印版")
    sheets = {sheet.name: sheet for sheet in read(Path(workbook.value.path()).read_bytes()).sheets}
    assert {"进展情况表", "滞后事项清单"} <= sheets.keys()
    coordinator.click(".acts a >> text=生成通报")
    page.wait_for_selector(".circular")
    assert standing in page.locator(".circular").inner_text()
    with page.expect_download() as circular:
        coordinator.click("button[name=format]")
    document = zipfile.ZipFile(circular.value.path()).read("word/document.xml").decode()
    assert standing in re.sub("<[^>]+>", "", document)
    coordinator.click("nav a >> text=总览")
    page.goto("/?plan=DEMO&period=9")
    assert page.locator(".standing").inner_text().startswith(standing)
    lagging = int(re.search("([0-9]+)项滞后", standing)[1])
    first_column = (cell for (_row, column), cell in sheets["滞后事项清单"].cells.items() if column == 1)
    assert sum(isinstance(cell.value, Decimal) for cell in first_column) >= lagging  # 力争 goals too
    print(f"\na month handed out: {coordinator.clicks} clicks")
    assert coordinator.clicks <= 12
