"""The statistician's and the reviewer's pages as they are worked with: keys, pasting, one click for all."""

import pytest

from targets.models import ProgressEntry
from tests.browser.test_everyday import sign_in, sign_out

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STATISTICS = "/admin/targets/progressentry/statistics/?plan=DEMO&period=11"
REVIEW = "/admin/targets/progressentry/review/?plan=DEMO&period=11"


def november():
    return ProgressEntry.objects.filter(target__plan__code="DEMO", period__number=11, part="statistic")


def inputs(window, name):
    return window.locator(f"input[data-down='11-{name}']")


def paste(window, field, text):
    field.focus()
    window.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_figures_go_down_a_column_and_are_handed_in_and_approved_with_three_clicks_each(window, town):
    sign_in(window, town, "yunxi-tongji")
    window.goto(STATISTICS)
    values = inputs(window, "value")
    count = values.count()
    assert count >= 2
    values.first.focus()
    for number in range(count):
        window.keyboard.type(f"{30 + number}")
        window.keyboard.press("Enter")
    assert [values.nth(n).input_value() for n in range(count)] == [f"{30 + n}" for n in range(count)]
    window.fill("[name=source-source_ref]", "县统计局11月月报")
    window.click("[name=_submit]:not(.unseen)")
    for doubtful in window.locator("#confirm [name=entry]:not(:checked)").all():
        doubtful.check()
    window.click("[name=_confirm]")
    assert list(november().values_list("state", flat=True)) == ["submitted"] * count
    sign_out(window)

    sign_in(window, town, "yunxi-shenhe")
    window.goto(REVIEW)
    window.click("[name=_select]")
    boxes = window.locator("td.choose input[type=checkbox]")
    clear = window.locator("td.choose input[data-clear]").count()
    assert boxes.count() >= count
    assert window.locator("td.choose input:checked").count() == clear
    assert window.locator("#review-count").inner_text().endswith(f" {clear}")
    for number in range(boxes.count()):
        boxes.nth(number).check()
    window.click("[name=_approve]")
    assert set(november().values_list("state", flat=True)) == {"approved"}


def test_a_block_copied_from_a_sheet_fills_its_columns(window, town):
    sign_in(window, town, "yunxi-tongji")
    window.goto(STATISTICS)
    paste(window, inputs(window, "value").first, "31\t5.1\t3\n32\t\t4\n")
    assert [inputs(window, "value").nth(n).input_value() for n in (0, 1)] == ["31", "32"]
    assert [inputs(window, "yoy").nth(n).input_value() for n in (0, 1)] == ["5.1", ""]
    assert [inputs(window, "published_rank").nth(n).input_value() for n in (0, 1)] == ["3", "4"]
