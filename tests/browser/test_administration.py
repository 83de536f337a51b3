"""The pages of plans, promises and accounts: what has a name, and what is printed."""

import pytest

from targets.models import Plan
from tests.browser.test_everyday import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_plan_with_its_periods(window, town):
    plan = Plan.objects.get(code="DEMO")
    sign_in(window, town, "yunxi-tongchou")
    window.goto(f"/admin/targets/plan/{plan.pk}/change/")
    deadline = window.locator("[name=periods-0-words_due_on]")
    assert deadline.get_attribute("aria-label") == "1月 文字截止日"
    assert deadline.locator("xpath=..").get_attribute("data-label") == "文字截止日"
    window.click("#content >> text=进展情况表")
    assert "plan=DEMO" in window.url


def test_an_account_is_called_by_its_office_word(window, town):
    sign_in(window, town, "admin")
    window.goto("/admin/auth/user/")
    assert "user" not in window.inner_text("#content").lower()


def test_what_is_printed_is_without_what_works_it(window, town):
    sign_in(window, town, "yunxi-tongchou")
    window.emulate_media(media="print")
    window.set_viewport_size({"width": 1000, "height": 700})
    window.goto("/admin/targets/progressentry/desk/?plan=DEMO")
    assert not window.locator(".top").is_visible()
    window.goto("/targets/DEMO-05/")
    assert window.locator(".crumbs").is_visible()
    assert not window.locator(".actions").first.is_visible()
