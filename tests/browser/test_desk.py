"""本月填报 in a browser: few pages and clicks, the keyboard, pasting, and nothing typed is lost."""

from datetime import date

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from targets.models import FormDraft, ProgressEntry
from tests.browser.conftest import make_again
from tests.browser.test_everyday import assert_accessible, assert_nothing_hangs_over
from tests.factories import author, file_entry, make_node, make_target, reviewer
from tracker.apps import SEEN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a-long-password-1"
LAST = 12  # the newest period of the year 2025
ROWS_ON_A_SCREEN = 8  # at 1366×768, above the sticky buttons


@pytest.fixture
def figures(transactional_db):
    """Twelve figures to report, each with that of November approved: behind, and it was said why."""
    make_again()
    targets = [make_target(title=f"指标{n}", definition="全口径") for n in range(1, 13)]
    said = {"narrative": "十一月的话", "issues": "订单不足", "next_steps": "走访企业"}
    for target in targets:
        file_entry(target, 11, "400", date(2025, 12, 3), **said)
    user = author()
    user.is_staff = True
    user.set_password(PASSWORD)
    user.save()
    return targets


def sign_in(window):
    window.fill("input[name=username]", author().username)
    window.fill("input[name=password]", PASSWORD)
    window.click("main button")


@pytest.fixture
def desk(window, figures):
    window.goto("/login/?next=/admin/")
    sign_in(window)
    window.click("text=本月填报")
    window.wait_for_url("**/desk/**")  # with its script: before it, Enter would submit
    return window


def values(desk):
    return desk.locator("input.value")


def december():
    return ProgressEntry.objects.filter(period__number=LAST).order_by("target")


def paste(field, text):
    field.focus()
    field.evaluate(
        """(field, text) => {
            const clipboard = new DataTransfer();
            clipboard.setData("text/plain", text);
            const options = { clipboardData: clipboard, bubbles: true, cancelable: true };
            field.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        text,
    )


def typed_values(desk):
    return [field.input_value() for field in values(desk).all()]


def test_twelve_figures_are_three_pages_and_three_clicks(window, figures):
    window.goto("/login/?next=/admin/")
    sign_in(window)
    pages = []
    window.on("framenavigated", lambda frame: pages.append(frame.url))
    window.click("text=本月填报")
    values(window).first.focus()
    for n in range(12):
        window.keyboard.type(str(430 + n))
        window.keyboard.press("Enter")
    window.click("[name=_submit]")
    window.click("[name=_confirm]")
    assert "已提交 12 项" in window.locator(".messagelist").inner_text()
    assert [(entry.state, entry.value) for entry in december()] == [("submitted", 430 + n) for n in range(12)]
    assert len(pages) == 3


def test_nine_unchanged_rows_are_one_click(desk, figures):
    for n in range(3):
        values(desk).nth(n).fill("450")
    assert desk.locator("[data-rest] b").inner_text() == "9"
    desk.click("[name=_no_change]")
    desk.wait_for_selector(".messagelist")
    assert december().filter(state="submitted", answer="no_change").count() == 9
    assert december().filter(state="draft", value=450).count() == 3


def test_enter_goes_down_and_never_submits(desk):
    values(desk).first.focus()
    for _press in range(20):
        desk.keyboard.press("Enter")
    assert values(desk).last.evaluate("field => field === document.activeElement")
    desk.keyboard.press("ArrowUp")
    assert values(desk).nth(10).evaluate("field => field === document.activeElement")
    assert not december().exists()


def test_enter_while_an_input_method_composes_stays(desk):
    values(desk).first.focus()
    keyboard = desk.context.new_cdp_session(desk)
    keyboard.send("Input.imeSetComposition", {"text": "si", "selectionStart": 2, "selectionEnd": 2})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": "Enter", "windowsVirtualKeyCode": 229})
    assert values(desk).first.evaluate("field => field === document.activeElement")
    keyboard.send("Input.insertText", {"text": "4"})
    desk.keyboard.press("Enter")
    assert values(desk).nth(1).evaluate("field => field === document.activeElement")
    assert not december().exists()


def test_a_column_from_a_sheet_fills_downwards(desk):
    paste(values(desk).nth(1), "410\r\n\r\n1,230.5\r\n４４０\r\n")
    assert typed_values(desk)[:6] == ["", "410", "", "1,230.5", "４４０", ""]
    changes = desk.locator("output.change").all_text_contents()
    assert changes[1:5] == ["+10亿元", "", "+830.5亿元", "+40亿元"]


def test_a_row_is_one_line_until_it_is_opened_and_nine_stand_on_a_screen(chromium, live_server, figures):
    page = chromium.new_page(viewport={"width": 1366, "height": 768}, base_url=live_server.url)
    page.goto("/login/?next=/admin/targets/progressentry/desk/")
    sign_in(page)
    page.wait_for_selector(".entry")
    rows = page.locator(".entry")
    assert max(row.bounding_box()["height"] for row in rows.all()) <= 64
    dock = page.locator(".submit-row").bounding_box()["y"]
    whole = [row for row in rows.all() if row.bounding_box()["y"] + row.bounding_box()["height"] <= dock]
    assert len(whole) >= ROWS_ON_A_SCREEN
    rows.first.locator("summary").click()
    assert rows.first.bounding_box()["height"] > 64
    assert rows.nth(1).bounding_box()["height"] <= 64
    page.close()


def test_the_main_button_counts_what_is_filled_and_a_lower_total_is_doubted_at_once(desk):
    button = desk.locator("[data-filled]")
    assert button.inner_text() == "提交已填项"
    values(desk).first.fill("430")
    values(desk).nth(1).fill("390")
    assert button.inner_text() == "提交已填2项"
    doubtful = desk.locator(".note.doubtful").all_text_contents()
    assert doubtful == ["−10亿元 低于上期，请核对"]


def tab_to(page, selector):
    """Presses Tab until what has the focus matches."""
    for _press in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def sign_in_by_keyboard(page, user):
    page.goto("/login/")
    for typed in (user.username, PASSWORD):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".top .person")


def test_a_month_by_keyboard_alone(window, opened, figures):
    sign_in_by_keyboard(window, author())
    tab_to(window, "a[href*='/desk/']")
    window.keyboard.press("Enter")
    window.wait_for_selector("#desk")
    tab_to(window, "input.value")
    for n in range(12):
        window.keyboard.type(str(430 + n))
        window.keyboard.press("Enter")
    tab_to(window, "[name=_submit]")
    window.keyboard.press("Enter")
    window.wait_for_selector("#confirm")
    tab_to(window, "[name=_confirm]")
    window.keyboard.press("Enter")
    window.wait_for_selector(".messagelist")
    assert december().filter(state="submitted").count() == 12

    second = reviewer()
    second.set_password(PASSWORD)
    second.is_staff = True
    second.save()
    page = opened(1366, 768)
    sign_in_by_keyboard(page, second)
    tab_to(page, "a[href*='/review/']")
    page.keyboard.press("Enter")
    page.wait_for_selector("#review")
    for _row in range(12):
        tab_to(page, "td.choose input")
        page.keyboard.press("Space")
    tab_to(page, "[name=_approve]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist")
    assert december().filter(state="approved").count() == 12


def test_two_columns_fill_figure_and_words(desk):
    paste(values(desk).first, '410\t"第一行\n第二行"\n420\t推进')
    words = desk.locator("textarea[name$=narrative]")
    assert typed_values(desk)[:3] == ["410", "420", ""]
    assert [words.nth(n).input_value() for n in range(2)] == ["第一行\n第二行", "推进"]


def test_lines_that_find_no_row_are_named(desk):
    paste(values(desk).nth(10), "1\n2\n3\n4")
    assert typed_values(desk)[10:] == ["1", "2"]
    assert "3、4" in desk.locator("#desk-status").inner_text()


def test_last_words_are_adopted_in_place(desk):
    desk.locator("button.adopt").first.click()
    words = desk.locator("textarea[name$=narrative]").first
    assert words.input_value() == "十一月的话"
    assert words.evaluate("field => field === document.activeElement")
    assert not december().exists()


def test_what_is_typed_is_kept_every_minute(window, figures):
    window.clock.install()
    window.goto("/login/?next=/admin/targets/progressentry/desk/")
    sign_in(window)
    values(window).first.fill("430")
    with window.expect_response(lambda answer: "/desk/draft/" in answer.url) as kept:
        window.clock.fast_forward("01:01")
    assert kept.value.status == 204
    assert "430" in FormDraft.objects.get().fields
    window.evaluate("sessionStorage.clear()")
    window.goto("/admin/targets/progressentry/desk/")
    assert values(window).first.input_value() == "430"
    window.click("[name=_discard]")
    assert values(window).first.input_value() == ""


def test_after_the_session_ended_what_was_typed_is_there(desk):
    values(desk).first.fill("430")
    desk.locator("textarea[name$=narrative]").first.fill("写了很久的话")
    desk.context.clear_cookies(name="sessionid")
    desk.click("[name=_submit]")
    sign_in(desk)
    desk.wait_for_selector(".row.unsaved")
    assert values(desk).first.input_value() == "430"
    assert desk.locator("textarea[name$=narrative]").first.input_value() == "写了很久的话"
    desk.click("[name=_submit]")
    desk.click("[name=_confirm]")
    desk.wait_for_selector(".messagelist")
    assert december().get().narrative == "写了很久的话"
    assert desk.locator(".row.unsaved").count() == 0


def test_after_half_an_hour_the_password_is_enough_and_what_was_typed_goes_on(
    axe, chromium, live_server, figures
):
    page = chromium.new_page(viewport={"width": 390, "height": 844}, base_url=live_server.url)
    page.goto("/login/?next=/admin/targets/progressentry/desk/")
    sign_in(page)
    values(page).first.fill("430")
    page.locator("textarea[name$=narrative]").first.fill("写了很久的话\n第二行")
    rest()
    page.click("[name=_submit]")
    assert_nothing_hangs_over(page)
    assert_accessible(axe, page)
    assert page.locator("input:focus").get_attribute("name") == "password_again"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.click("[name=_confirm]")
    page.wait_for_selector(".messagelist")
    assert december().get().narrative == "写了很久的话\r\n第二行"
    rest()
    page.goto("/targets/?q=%E6%8C%87%E6%A0%87")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("table")
    assert page.url.endswith("/targets/?q=%E6%8C%87%E6%A0%87")
    page.close()


def rest():
    """Half an hour passes without a request."""
    session = SessionStore(Session.objects.get().pk)
    session[SEEN] -= 31 * 60
    session.save()


def test_the_pages_are_accessible_and_fit(axe, desk, figures):
    make_node(make_target(title="道路", measure="milestone"), date(2025, 12, 20), title="完成路面")
    desk.reload()
    assert_nothing_hangs_over(desk)
    assert_accessible(axe, desk)
    values(desk).first.fill("12万")
    values(desk).nth(1).fill("100")
    desk.click("[name=_submit]")
    desk.wait_for_selector(".errornote")
    assert_nothing_hangs_over(desk)
    assert_accessible(axe, desk)
    desk.click("[name=_right]")
    desk.wait_for_selector("#confirm")
    assert_nothing_hangs_over(desk)
    assert_accessible(axe, desk)


def test_all_of_it_works_without_scripts(chromium, live_server, figures):
    context = chromium.new_context(java_script_enabled=False, base_url=live_server.url)
    window = context.new_page()
    window.goto("/login/?next=/admin/")
    sign_in(window)
    window.click("text=本月填报")
    window.locator("button.adopt").first.click()
    assert window.locator("textarea[name$=narrative]").first.input_value() == "十一月的话"
    values(window).first.fill("430")
    values(window).nth(1).fill("12万")
    with window.expect_navigation():
        window.keyboard.press("Enter")  # saves
    assert [entry.state for entry in december()] == ["draft"]
    assert values(window).nth(1).input_value() == "12万"
    values(window).nth(1).fill("440")
    window.click("[name=_submit]")
    window.locator("#confirm [name=entry]").first.check()  # its words are those of November
    window.click("[name=_confirm]")
    window.click("[name=_no_change]")
    assert december().filter(state="submitted").count() == 12
    context.close()
