"""The pages of 填报表: out as a workbook or an archive, and back in by a look before it is written."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from targets.models import AuditRecord, KeptFile, ProgressEntry
from targets.models.entry.file import FORGOTTEN
from tests.factories import (
    at,
    author,
    coordinator,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    staff,
    submit_entry,
)  # fmt: skip
from tests.files import hostile
from tests.filing.sheets import JULY, edited, filled, made, opened, places, read
from tests.pages import held_on

pytestmark = pytest.mark.django_db

SHEET, SHEETS = (reverse(f"admin:targets_progressentry_{name}") for name in ("sheet", "sheets"))
WORDS = {"narrative": "新上两条生产线", "issues": "用工不足", "next_steps": "增加招工"}


@pytest.fixture(autouse=True)
def _in_july(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: at(JULY))


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def unit(client):
    client.force_login(staff(author()))
    return client


@pytest.fixture
def office(client):
    client.force_login(staff(coordinator()))
    return client


def upload(client, *contents):
    files = [SimpleUploadedFile(f"表{n}.xlsx", content) for n, content in enumerate(contents, start=1)]
    return client.post(SHEETS, {"sheets": files, "_read": "1"}, follow=True)


def confirm(client, page, **more):
    return client.post(SHEETS, {**held_on(page), **more, "_confirm": "1"}, follow=True)


def text(page):
    return page.content.decode()


def in_june():
    return ProgressEntry.objects.filter(period__number=6)


# --- out --------------------------------------------------------------------------------------


def test_the_office_gets_every_units_sheet_in_one_archive(office, plan):
    targets = [make_target(plan, lead_unit=make_unit(name)) for name in ("经发办", "农业办", "A/B:办")]
    submit_entry(targets[1], 6, "250", JULY)
    answer = office.get(SHEET, {"plan": plan.code, "period": 6, "unit": "all"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert sorted(archive.namelist()) == [
        "AB办2025年6月填报表.xlsx", "农业办2025年6月填报表.xlsx", "经发办2025年6月填报表.xlsx",
    ]  # fmt: skip
    for name in archive.namelist():
        assert len(places(opened(archive.read(name)).active)[1]) == 1
    assert AuditRecord.objects.filter(act="export", remark__endswith=".zip").count() == 1


def test_the_sheet_is_locked_but_for_what_is_filled(plan):
    target = make_target(plan, title="产值", figure_from="statistics")
    sheet = opened(made(plan)).active
    columns, rows = places(sheet)
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert sheet.column_dimensions["A"].hidden
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    row = rows[target.code]
    assert [name for name, column in columns.items() if not sheet.cell(row, column).protection.locked] == [
        "填报情况", "进展情况", "存在问题", "下一步措施", "需协调事项", "预计赶上序时时间",
    ]  # fmt: skip
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert lists == ['"填报,本期无变化,数据未出,本期无工作安排"']


def test_what_was_said_last_stands_beside(plan):
    target = make_target(plan, title="产值")
    file_entry(target, 5, "220", date(2025, 6, 3), narrative="五月的话")
    sheet = opened(made(plan)).active
    row = places(sheet)[1][target.code]
    assert [sheet.cell(row, column).value for column in (3, 5, 6)] == [
        "产值",
        "220亿元\n1—5月",
        "5月：五月的话",
    ]
    told = " ".join(str(cell.value) for line in sheet.iter_rows(max_row=4) for cell in line if cell.value)
    for words in ("经发办2025年重点目标任务填报表", "（1—6月）", "报送截止：2025年7月7日"):
        assert words in told


# --- back in ----------------------------------------------------------------------------------


def test_a_unit_gets_its_sheet_and_files_by_it(unit, plan):
    target = make_target(plan, title="工业总产值")
    file_entry(target, 5, "220", date(2025, 6, 3))
    answer = unit.get(SHEET, {"plan": plan.code, "period": 6})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert "2025" in answer.headers["Content-Disposition"]
    page = upload(unit, filled(content, {target.code: {"value": 265.2, **WORDS}}))
    assert "工业总产值" in page.content.decode()
    assert ProgressEntry.objects.filter(period__number=6).count() == 0
    done = confirm(unit, page)
    entry = ProgressEntry.objects.get(period__number=6)
    assert (str(entry.value.normalize()), entry.state) == ("265.2", "submitted")
    assert entry.source_file.name == "表1.xlsx"
    assert "提交" in done.content.decode() or "ubmitted" in done.content.decode()
    again = upload(unit, entry.source_file.read())
    assert "_confirm" not in again.content.decode()


def test_thirty_files_at_once_and_each_by_itself(office, plan):
    targets = [make_target(plan, lead_unit=make_unit(f"科室{n}")) for n in range(30)]
    sheets = [
        filled(made(plan, unit=target.lead_unit), {target.code: {"value": 265.2, **WORDS}})
        for target in targets
    ]
    sheets[7] = edited(sheets[7], {targets[7].code: {"value": "很多"}})
    page = upload(office, *sheets)
    assert "很多" in text(page)
    confirm(office, page)
    assert in_june().count() == 29
    assert not in_june().filter(target=targets[7]).exists()
    assert KeptFile.objects.entered().count() == 29
    assert set(in_june().values_list("origin", flat=True)) == {"transcribed"}
    assert AuditRecord.objects.filter(act="file").count() == 29


def test_files_that_are_no_sheet_are_refused_by_name_and_not_kept(unit, plan):
    make_target(plan)
    page = upload(unit, b"", b"MZ", *(make() for make, _key in list(hostile.FILES.values())[:5]))
    assert text(page).count('class="error"') == 7
    assert not KeptFile.objects.exists()


def test_what_changed_between_the_look_and_the_click_is_shown_again(unit, plan):
    target = make_target(plan)
    page = upload(unit, filled(made(plan), {target.code: {"value": 265.2, **WORDS}}))
    draft_entry(target, 6, "250", JULY, narrative="网上填的")
    again = confirm(unit, page)
    assert in_june().get().value == 250
    assert "网上填的" in text(again)
    confirm(unit, again, **{f"replace-{KeptFile.objects.get().pk}": target.code})
    assert in_june().get().narrative == WORDS["narrative"]


def test_a_second_click_writes_nothing_more(unit, plan):
    target = make_target(plan)
    page = upload(unit, filled(made(plan), {target.code: {"value": 265.2, **WORDS}}))
    confirm(unit, page)
    before = list(in_june().values())
    confirm(unit, page)
    assert list(in_june().values()) == before


def test_an_unticked_row_is_a_draft(unit, plan):
    target = make_target(plan)
    page = upload(unit, filled(made(plan), {target.code: {"value": 265.2, **WORDS}}))
    given = {name: value for name, value in held_on(page).items() if not name.startswith("ready-")}
    unit.post(SHEETS, {**given, "_confirm": "1"})
    assert in_june().get().state == "draft"


def test_the_sheet_to_be_mended_comes_back_with_comments(unit, plan):
    target, other = make_target(plan), make_target(plan)
    content = edited(
        made(plan), {target.code: {"value": "二百多", **WORDS}, other.code: {"value": 9.5, **WORDS}}
    )
    upload(unit, content)
    file = KeptFile.objects.get()
    answer = unit.get(reverse("admin:targets_progressentry_sheet_mend", args=(file.pk,)))
    mended = b"".join(answer.streaming_content)
    sheet = opened(mended).active
    columns, rows = places(sheet)
    value = columns["本期累计（节点填完成日期）"]
    assert "二百多" in sheet.cell(rows[target.code], value).comment.text
    assert [sheet.cell(rows[code], value).value for code in (target.code, other.code)] == ["二百多", 9.5]
    assert sum(cell.comment is not None for line in sheet.iter_rows() for cell in line) == 1
    right = read(filled(mended, {target.code: {"value": 265.2}}))
    assert [row.kind.name for row in right.rows] == ["NEW", "NEW"]


def test_what_was_not_read_in_is_named_and_kept_in_the_sheet_to_be_mended(unit, plan):
    target = make_target(plan)
    noted = {"rows": {9: {3: "注：数据为初步数"}}, "sheets": {"明细": {2: {4: "企业名单"}}}}
    page = text(upload(unit, edited(made(plan), {target.code: {"value": "二百多", **WORDS}}, **noted)))
    for words in ("C9", "注：数据为初步数", "明细", "D2", "企业名单"):
        assert words in page
    mend = reverse("admin:targets_progressentry_sheet_mend", args=(KeptFile.objects.get().pk,))
    mended = b"".join(unit.get(mend).streaming_content)
    assert "“明细”D2" in opened(mended).active["B1"].comment.text
    again = read(mended)
    assert (again.sheet.beside, [row.kind.name for row in again.rows]) == ([], ["WRONG"])
    page = upload(unit, edited(made(plan), {target.code: {"value": 265.2, **WORDS}}, **noted))
    assert "企业名单" in text(page)
    confirm(unit, page)
    assert in_june().exists()


def test_nobody_else_sees_what_waits(client, unit, plan):
    target = make_target(plan)
    upload(unit, filled(made(plan), {target.code: {"value": 265.2, **WORDS}}))
    file = KeptFile.objects.get()
    client.force_login(staff(coordinator()))
    assert file.name not in text(client.get(SHEETS, {"file": file.pk}))
    client.post(SHEETS, {"file": file.pk, "_discard": "1"})
    client.post(SHEETS, {"file": file.pk, f"seen-{file.pk}": "", "_confirm": "1"})
    assert KeptFile.objects.waiting().count() == 1
    assert not in_june().exists()


def test_what_is_discarded_or_forgotten_leaves_no_file(unit, plan, tmp_path, monkeypatch):
    target = make_target(plan)
    content = filled(made(plan), {target.code: {"value": 265.2, **WORDS}})
    page = upload(unit, content)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    unit.post(SHEETS, {**held_on(page), "_discard": "1"})
    assert not KeptFile.objects.exists()
    upload(unit, content)
    monkeypatch.setattr(timezone, "now", lambda: at(JULY) + 2 * FORGOTTEN)
    upload(unit, content)
    assert KeptFile.objects.count() == 1


def test_the_kept_file_is_a_download_under_its_name(unit, plan):
    target = make_target(plan)
    content = filled(made(plan), {target.code: {"value": 265.2, **WORDS}})
    confirm(unit, upload(unit, content))
    entry = in_june().get()
    page = text(unit.get(reverse("admin:targets_progressentry_change", args=(entry.pk,))))
    address = reverse("kept-file", args=(entry.source_file_id,))
    assert address in page
    answer = unit.get(address)
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_statements_are_small_and_portable(unit, plan):
    target, found = make_target(plan), []

    def watch(execute, sql, *given):
        found.append(sql)
        return execute(sql, *given)

    content = filled(made(plan), {target.code: {"value": 265.2, **WORDS}})
    with connection.execute_wrapper(watch):
        page = upload(unit, content)
        confirm(unit, page)
        upload(unit, content)
        answer = unit.get(reverse("kept-file", args=(KeptFile.objects.entered().get().pk,)))
        assert b"".join(answer.streaming_content) == content
    for sql in found:
        assert len(sql) <= 4096, sql
        assert sql.count(" JOIN ") <= 8, sql
        assert not any(piece in sql for piece in ("||", "JSON", "->")), sql
