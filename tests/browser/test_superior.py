"""What a superior's form costs in clicks: forty rows of two levels mapped, then a month filled in."""

from pathlib import Path

import pytest

from targets.models import SuperiorForm
from targets.reading.sheet import read
from tests.browser.test_clicks import Counted
from tests.browser.test_everyday import sign_in
from tests.superior.district import ROWS, form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_forty_rows_are_mapped_in_few_clicks_and_filled_in_two(opened, town, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "kept"
    sent = tmp_path / "区月报.xlsx"
    sent.write_bytes(form(9))
    page = opened(1366, 768)
    sign_in(page, town, "yunxi-tongchou")
    page.wait_for_selector("form[action*=logout]", state="attached")
    page.goto("/?plan=DEMO")
    office = Counted(page)
    office.click("nav a >> text=报表")
    office.click("a >> text=上传上级下发的报表")
    office.clicks += 2  # the file is chosen in a window of the system
    page.set_input_files("[name=file]", str(sent))
    office.click("button >> text=上传并设置对应关系")
    page.wait_for_selector("#mapping")
    assert page.locator("tr.doubt").count() > 0
    office.click("[name=checked]")
    office.click("[name=_save]")
    page.wait_for_selector(".message.success")
    mapping, office.clicks = office.clicks, 0
    stored = SuperiorForm.objects.get()
    numbers = dict(stored.plan.targets.values_list("pk", "number"))
    found = {label: numbers.get(target) for label, target in stored.targets.items()}
    assert sorted(filter(None, found.values())) == sorted(number for _title, _unit, number in ROWS if number)

    page.goto("/?plan=DEMO")
    office.click("nav a >> text=报表")
    page.select_option("[action*=superior] [name=period]", "9")  # the newest stands there already
    with page.expect_download() as download:
        office.click("button >> text=填好并下载")
    print(f"\na form of forty rows mapped: {mapping} clicks; a month filled in: {office.clicks}")
    assert mapping <= 15
    assert office.clicks == 2
    cells = read(Path(download.value.path()).read_bytes()).sheets[0].cells
    assert sum(column == 4 and row > 4 for row, column in cells) > 20
