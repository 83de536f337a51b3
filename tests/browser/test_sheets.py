"""A unit's sheet out of the browser, filled in, and back in: looked at, then written."""

import pytest

from targets.models import ProgressEntry
from tests.browser.test_everyday import sign_in
from tests.filing.sheets import opened as workbook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = "/admin/targets/progressentry/desk/"


def filled(content, figure):
    """Every open row of the sheet filled in."""
    book = workbook(content)
    sheet = book.active
    for row in range(6, sheet.max_row + 1):
        figures, words = sheet.cell(row, 7), sheet.cell(row, 9)
        if not words.protection.locked:
            words.value = f"本月推进情况，第{row}行"
            if not figures.protection.locked:
                figures.value = figure
    return book


def test_a_sheet_goes_out_and_comes_back(window, axe, town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    sign_in(window, town, "yunxi-tongchou")
    window.goto(f"{DESK}?plan=DEMO")
    with window.expect_download() as download:
        window.click(".by-sheet a >> nth=0")
    content = download.value.path().read_bytes()
    for name, figure in (("填好.xlsx", 9), ("有误.xlsx", "很多")):
        filled(content, figure).save(tmp_path / name)
    window.click(".by-sheet a >> nth=2")
    window.set_input_files("[name=sheets]", [tmp_path / "填好.xlsx", tmp_path / "有误.xlsx"])
    window.click("[name=_read]")
    window.wait_for_selector("#sheets")
    assert window.locator(".sheet-faults tbody tr").count() >= 1
    assert axe.run(window).response["violations"] == []
    assert not window.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    before = ProgressEntry.objects.count()
    new = window.locator(".sheet-new tbody tr").count()
    window.click("[name=_confirm]")
    window.wait_for_load_state()
    assert ProgressEntry.objects.count() == before + new > before
