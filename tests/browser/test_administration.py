"""The pages of plans, promises and accounts: everything has a name, and nothing hides on a phone."""

import pytest

from targets.models import Plan, Target, TargetRevision
from tests.browser.test_everyday import assert_nothing_hangs_over, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def assert_usable(axe, window):
    assert_nothing_hangs_over(window)
    hidden = (
        "[...document.querySelectorAll('.inline-group, .results')].filter(e => e.scrollWidth > e.clientWidth)"
    )
    assert window.evaluate(f"{hidden}.length") == 0
    found = axe.run(window)
    assert [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]] == []


def test_a_plan_with_its_periods_and_its_acts(axe, window, town):
    plan = Plan.objects.get(code="DEMO")
    sign_in(window, town, "yunxi-tongchou")
    for page in ("change", "close", "next"):
        window.goto(f"/admin/targets/plan/{plan.pk}/{page}/")
        assert_usable(axe, window)
    window.goto(f"/admin/targets/plan/{plan.pk}/change/")
    deadline = window.locator("[name=periods-0-words_due_on]")
    assert deadline.get_attribute("aria-label") == "1月 文字截止日"
    assert deadline.locator("xpath=..").get_attribute("data-label") == "文字截止日"
    window.click("#content >> text=进展情况表")
    assert "plan=DEMO" in window.url


def test_a_target_and_a_change_of_its_promise(axe, window, town):
    target = Target.objects.get(code="DEMO-11")
    waiting = TargetRevision.objects.waiting().first()
    ask = f"/admin/targets/targetrevision/add/?target={target.pk}"
    sign_in(window, town, "yunxi-tongchou")
    for address in (
        f"/admin/targets/target/{target.pk}/change/",
        "/admin/targets/target/add/",
        ask,
        f"{ask}&kind=deadline",
        f"/admin/targets/targetrevision/{waiting.pk}/change/",
        "/admin/targets/targetrevision/",
        "/admin/targets/targetrevision/addition/",
    ):
        window.goto(address)
        assert_usable(axe, window)


def test_accounts_and_people(axe, window, town):
    sign_in(window, town, "admin")
    pages = ("auth/user", "targets/member", "targets/member/add", "targets/member/paste", "targets/orgunit")
    for address in (*pages, "targets/workdayexception/paste"):
        window.goto(f"/admin/{address}/")
        assert_usable(axe, window)
    window.goto("/admin/auth/user/")
    assert "user" not in window.inner_text("#content").lower()


def test_what_is_printed_is_a_table_without_what_works_it(window, town):
    sign_in(window, town, "yunxi-tongchou")
    window.emulate_media(media="print")
    window.set_viewport_size({"width": 1000, "height": 700})
    window.goto("/admin/targets/progressentry/desk/?plan=DEMO")
    assert window.locator(".grid").first.evaluate("e => getComputedStyle(e).display") == "table"
    assert not window.locator(".top").is_visible()
    goal = window.locator(".grid tbody th.goal").first.bounding_box()
    assert goal["width"] > 150
    window.goto("/targets/DEMO-05/")
    assert window.locator(".crumbs").is_visible()
    assert not window.locator(".actions").first.is_visible()
