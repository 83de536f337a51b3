"""总览 in a browser: the first screen, the paper, and no script."""

import re

import pytest

from tests.browser.test_everyday import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "/?plan=DEMO&period=9"
SHEET = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def overview(chromium, live_server, town):
    """The page of a leader on a screen of an office, without script."""
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, base_url=live_server.url, java_script_enabled=False
    )
    page = context.new_page()
    sign_in(page, town, "yunxi-lingdao")
    page.goto(ADDRESS)
    yield page
    context.close()


def test_the_first_screen_says_how_the_year_stands(overview):
    for place in (".standing", ".boxes", ".indicators", ".requests"):
        box = overview.locator(place).bounding_box()
        assert box["y"] + box["height"] <= 768, place


def test_it_prints_on_two_sheets_of_which_the_second_has_the_months(overview):
    assert len(SHEET.findall(overview.pdf(prefer_css_page_size=True))) == 2
