"""What the usual questions and acts cost in clicks besides typing; twelve figures are filed in test_desk."""

import pytest

from targets.models import ProgressEntry
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
