"""A workbook of several sheets: each is mapped, they are filled together, and follow a later file."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from targets.models import KeptFile, SuperiorForm
from targets.reading.sheet import read
from tests.factories import make_plan, make_user
from tests.pages import form_on
from tests.superior.forms import book
from tests.superior.layouts import HEADS, INVESTED, OUTPUT
from tests.superior.world import mapped

LIST = "/reports/superior/?plan=P25"
NOTE = {"说明": [["请按月报送"]]}

pytestmark = pytest.mark.django_db


def workbook(month, *more):
    """Two sheets to be filled, the second with `more` columns, and one that is not."""
    heads = (*HEADS, f"1—{month}月累计")
    return book(
        {"产值": [heads, (1, OUTPUT, "亿元")], "投资": [(*heads, *more), (1, INVESTED, "亿元")], **NOTE}
    )


def send(desk, content, place, **posted):
    return desk.post(place, {"file": SimpleUploadedFile("区月报.xlsx", content), **posted})


def saved(desk, place, **said):
    return desk.post(place, form_on(desk.get(place), "mapping") | {"_save": "1", **said})


@pytest.fixture
def two(desk):
    """The forms of both sheets, as a person maps them."""
    asked = send(desk, workbook(6), LIST).url
    assert "请核对要填的是哪一个" in desk.get(asked).content.decode()  # both have the same headings
    first = saved(desk, asked, checked="on").url
    KeptFile.objects.forget(timezone.now() + timezone.timedelta(days=9))
    page = desk.get(first).content.decode()
    assert "投资也可以填报" in page  # 说明 has no headings
    file = SuperiorForm.objects.get().file
    second = saved(desk, f"/reports/superior/new/?plan=P25&file={file.pk}").url
    assert "也可以填报" not in desk.get(second).content.decode()
    return SuperiorForm.objects.get(sheet="产值"), SuperiorForm.objects.get(sheet="投资")


def figures(desk, form):
    told = desk.get(f"/reports/superior/{form.pk}/fill/?period=6")
    sheets = {sheet.name: sheet.cells for sheet in read(b"".join(told.streaming_content)).sheets}
    return sheets["产值"][2, 4].value, sheets["投资"][2, 4].value


def test_a_further_sheet_is_mapped_from_the_page_of_the_first(desk, two):
    first, second = two
    assert first.file == second.file
    assert (first.name, second.name) == ("区月报", "区月报 投资")
    assert figures(desk, first) == figures(desk, second) == (Decimal("265.2"), Decimal("5.2"))


def test_further_sheets_follow_to_a_later_file_that_looks_as_before(desk, two):
    first, second = two
    place = f"/reports/superior/{second.pk}/"
    content = workbook(7)
    assert send(desk, content, place, _upload="1").url == place
    assert {form.file.read() for form in SuperiorForm.objects.all()} == {content}
    assert figures(desk, first) == (Decimal("265.2"), Decimal("5.2"))


def test_a_further_sheet_that_looks_otherwise_is_asked_about(desk, two):
    first, second = two
    before, content = second.file.read(), workbook(7, "1—7月完成率（%）")
    asked = send(desk, content, f"/reports/superior/{first.pk}/", _upload="1").url
    first.refresh_from_db()
    second.refresh_from_db()
    assert asked == f"/reports/superior/{second.pk}/?file={first.file_id}"
    assert (first.file.read(), second.file.read()) == (content, before)
    page = desk.get(asked).content.decode()
    assert "同一文件中的“区月报 投资”与原来不同" in page
    assert "新增列" in page
    assert saved(desk, asked, checked="on").url == f"/reports/superior/{second.pk}/"
    second.refresh_from_db()
    assert second.file == first.file
    assert figures(desk, first) == (Decimal("265.2"), Decimal("5.2"))


def test_files_of_other_plans_and_other_people_are_not_mapped(desk, two):
    other = make_plan(code="P26", year=2026)
    stranger = make_user("别人", other.jurisdiction, "统筹员")
    theirs = KeptFile.keep(workbook(8), "别人的.xlsx", by=stranger)
    for plan, file in (("P26", two[0].file), ("P25", theirs)):
        refused = desk.get(f"/reports/superior/new/?plan={plan}&file={file.pk}")
        assert refused.url == f"/reports/superior/?plan={plan}"


def test_a_form_of_another_file_stays_with_its_own(desk, plan, two):
    apart = mapped(plan, book({"产值": [(*HEADS, "累计完成"), (1, OUTPUT, "亿元")]}), name="另一张表")
    send(desk, workbook(7), f"/reports/superior/{two[0].pk}/", _upload="1")
    before = apart.file_id
    apart.refresh_from_db()
    assert apart.file_id == before
