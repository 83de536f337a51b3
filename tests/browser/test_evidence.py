"""佐证材料 at the desk in a browser: chosen files are counted, survive a refusal, and spoil no kept draft."""

import pytest

from targets.models import KeptFile, ProgressEntry
from tests.browser.test_desk import december, desk, figures  # noqa: F401  # fixtures
from tests.browser.test_everyday import assert_accessible, assert_nothing_hangs_over
from tests.files.evidence import pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sent(name, content):
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def unfold(row):
    row.locator("details.more").evaluate("folded => folded.open = true")


def test_files_go_with_their_row(desk, axe):  # noqa: F811
    row = desk.locator(".row").first
    unfold(row)
    assert "每份不超过20MB" in row.inner_text()
    files = [sent("会议纪要.pdf", pdf()), sent("坏.exe", b"MZ")]
    row.locator("input[type=file]").set_input_files(files)
    assert "提交已填1项" in desk.inner_text("button[name=_submit]")
    row.locator("textarea").first.fill("写了很久")
    desk.click("button.button[name=_save]")
    desk.wait_for_selector(".errornote")
    row = desk.locator(".row").first
    assert "坏.exe：只能上传" in row.inner_text()
    assert row.locator("textarea").first.input_value() == "写了很久"
    assert not december().exists()
    assert_nothing_hangs_over(desk)
    assert_accessible(axe, desk)
    # it is still there when the page is opened anew
    desk.goto(desk.url)
    row = desk.locator(".row").first
    assert row.locator(".evidence input[type=checkbox]").first.is_checked()
    desk.click("button.button[name=_save]")
    desk.wait_for_selector(".messagelist, .success")
    entry = ProgressEntry.objects.get(period__number=12)
    assert [str(each) for each in entry.evidence.all()] == ["会议纪要.pdf"]
    assert KeptFile.objects.count() == 1
    row = desk.locator(".row").first
    unfold(row)
    row.locator(".evidence input[type=checkbox]").first.uncheck()
    desk.click("button.button[name=_save]")
    desk.wait_for_selector(".messagelist, .success")
    assert not entry.evidence.exists()
    assert not KeptFile.objects.exists()
