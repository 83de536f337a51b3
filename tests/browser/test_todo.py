"""What waits, in a browser: reached from any page, and its text carried to a chat."""

import pytest

from tests.browser.test_everyday import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AS_ON_AN_INTRANET = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


@pytest.mark.parametrize("clipboard", ["", AS_ON_AN_INTRANET], ids=["secure", "intranet"])
def test_a_list_is_copied_as_text_with_and_without_the_clipboard_interface(window, town, clipboard):
    window.add_init_script(clipboard)
    sign_in(window, town, "yunxi-tongchou")
    window.click("header >> text=待办")
    text = window.locator(".as-text textarea").first.input_value()
    assert "【提醒】" in text
    window.click("text=复制文字 >> nth=0")
    window.wait_for_selector("text=已复制")
    assert not window.locator(".as-text").first.evaluate("folded => folded.open")
    window.goto("/targets/")
    if window.viewport_size["width"] < 700:
        window.click("text=筛选与操作")
    window.focus("input[name=q]")
    window.keyboard.press("Control+V")
    assert window.input_value("input[name=q]") == " ".join(text.split("\n"))[:100]


def test_without_scripts_the_text_is_there_to_be_selected(chromium, live_server, town):
    page = chromium.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    sign_in(page, town, "yunxi-tongchou")
    page.goto("/todo/")
    assert not page.is_visible("text=复制文字")
    page.click(".as-text summary >> nth=0")
    assert "【提醒】" in page.locator(".as-text textarea").first.input_value()
    page.context.close()
