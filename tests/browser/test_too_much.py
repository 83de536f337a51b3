"""More than one post may hold: a page in words, and what was typed is still there on going back."""

import pytest

from tests.factories import make_plan, make_target, make_unit, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "right-Horse-9"


@pytest.mark.parametrize(
    ("limit", "value"), [("DATA_UPLOAD_MAX_NUMBER_FIELDS", 5), ("DATA_UPLOAD_MAX_MEMORY_SIZE", 3000)]
)
def test_going_back_keeps_what_was_typed(chromium, live_server, settings, limit, value):
    target = make_target(make_plan(), title="全年工业总产值")
    make_user("张天宝", make_unit(), "填报员", password=PASSWORD, is_staff=True)
    page = chromium.new_page(viewport={"width": 1366, "height": 768}, base_url=live_server.url)
    page.goto("/login/")
    page.fill("[name=username]", "张天宝")
    page.fill("[name=password]", PASSWORD)
    page.click("form.card button")
    page.goto(f"/admin/targets/progressentry/add/?target={target.pk}")
    words = "写了很久的话" * 300
    page.fill("[name=narrative]", words)
    page.fill("[name=value]", "265.2")
    setattr(settings, limit, value)
    page.click("[name=_save]")
    page.wait_for_selector("main.refusal")
    assert "一次提交的内容过多" in page.inner_text("h1")
    page.go_back()
    assert page.input_value("[name=narrative]") == words
    assert page.input_value("[name=value]") == "265.2"
    page.fill("[name=narrative]", "短了")
    setattr(settings, limit, 10_000_000)
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist, .success, #changelist")
    assert target.entries.get().narrative == "短了"
    page.close()
