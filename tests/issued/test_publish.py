"""发布: an issue keeps every cell, and no later act changes what it says."""

import json
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from openpyxl import load_workbook

from targets.models import AuditRecord, AuditSeal, IssuedReport, KeptFile, PolishedText
from targets.models.issued.verifying import reports_are_whole
from targets.reading.sheet import read
from targets.register.issued import Cause, differences, frozen
from targets.register.register import Register
from targets.workbooks import book, issuing
from targets.workbooks.issuing import prepared, publish
from tests.factories import at, coordinator, correct_entry, file_entry, make_target, make_user

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def entry():
    make_target(title="高企", measure="stock")
    return file_entry(
        make_target(title="产值"), 6, "265.2", JULY, narrative="已完成265.2亿元", issues="缺订单"
    )


def june(entry):
    report = IssuedReport.objects.in_preparation(entry.target.plan.periods.get(number=6))
    publish(report, by=coordinator(), at=at(date(2025, 7, 6)))
    return report


def cells(file):
    return {sheet.name: {k: c.value for k, c in sheet.cells.items()} for sheet in read(file.read()).sheets}


def now(report):
    return frozen(Register.at(report.plan, period=report.period.number).rows())


def found(report):
    return {
        (each.title, each.column and each.column.key): (each.before, each.after, each.cause)
        for each in differences(report.rows, now(report), same_rule=True)
    }


# --- kept -----------------------------------------------------------------------------------------


def test_number_rows_rule_digest_who_and_when_are_kept(entry):
    report = june(entry)
    kept = IssuedReport.objects.get()
    assert (kept.number, kept.period.number, kept.issued_by, kept.issued_at) == (
        1, 6, coordinator(), at(date(2025, 7, 6)),
    )  # fmt: skip
    assert [row["title"] for row in kept.rows] == ["高企", "产值"]
    assert (
        kept.rows[1] | {"value": "265.2", "attainment": "51.0", "progress": "已完成265.2亿元"} == kept.rows[1]
    )
    assert kept.rule.startswith("默认")
    assert kept.digest == kept.digest_of_content() == report.digest
    assert AuditRecord.objects.filter(act=AuditRecord.Act.PUBLISH).count() == 1


def test_every_sheet_says_of_which_issue_it_is(entry):
    report = june(entry)
    said = f"第1期　2025年7月6日{coordinator().member.name}发布　{book.DIGEST}{report.short_digest}"
    sheets = cells(report.printed)
    assert list(sheets) == [name for name in issuing.OF_A_MONTH if name in sheets]
    assert len(sheets) == len(issuing.OF_A_MONTH)
    for name, of_sheet in sheets.items():
        assert said in of_sheet.values(), name


def test_the_head_of_the_audit_is_printed_and_frozen(entry, client):
    report = june(entry)
    head = AuditSeal.objects.get()
    assert (report.seal_number, report.seal_digest) == (head.number, head.digest)
    said = f"审计日志第1次封存　摘要：{head.digest[:16]}"
    for name, of_sheet in cells(report.printed).items():
        assert said in of_sheet.values(), name
    assert said in str(load_workbook(BytesIO(report.data.read())).properties.keywords)
    client.force_login(coordinator())
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "第1次封存" in page
    assert head.digest[:16] in page
    for field, value in (("seal_number", 2), ("seal_digest", "0" * 64), ("issued_by", entry.entered_by)):
        changed = IssuedReport.objects.get()
        setattr(changed, field, value)
        assert changed.digest_of_content() != changed.digest, field


def test_an_issue_of_before_heads_were_kept_still_fits_its_digest(entry):
    report = june(entry)
    report.seal_number, report.seal_digest = None, ""
    digest = report.digest_of_content()
    with connection.cursor() as cursor:
        sql = "UPDATE targets_issuedreport SET seal_number = NULL, seal_digest = '', digest = %s"
        cursor.execute(sql, [digest])
    assert list(reports_are_whole(None)) == []


def test_it_is_handed_out_again_byte_by_byte_whatever_is_done_later(entry):
    report = june(entry)
    before = [file.read() for file in (report.printed, report.data)]
    correct_entry(entry, date(2025, 8, 5), value="255", narrative="核减")
    file_entry(entry.target, 7, "300", date(2025, 8, 6))
    kept = IssuedReport.objects.get()
    assert [file.read() for file in (kept.printed, kept.data)] == before
    assert kept.rows == report.rows
    assert list(reports_are_whole(None)) == []


@pytest.mark.parametrize(
    ("field", "value"), [("rows", []), ("number", 7), ("rule", ""), ("digest", "0" * 64)]
)
def test_nothing_of_it_changes(entry, field, value):
    report = june(entry)
    setattr(report, field, value)
    with pytest.raises(ValidationError):
        report.save()
    with pytest.raises(ValidationError):
        IssuedReport.objects.update(**{field: value})
    with pytest.raises(ValidationError):
        report.delete()
    with pytest.raises(ValidationError):
        IssuedReport.objects.all().delete()


def test_what_is_on_the_paper_is_entered_afterwards(entry):
    report = june(entry)
    report.note_paper({"document_no": "云街〔2025〕8号", "signed_by": "王某"}, by=coordinator())
    kept = IssuedReport.objects.get()
    assert (kept.document_no, kept.signed_by, kept.digest) == ("云街〔2025〕8号", "王某", report.digest)
    with pytest.raises(PermissionDenied):
        report.note_paper({"signed_by": "李某"}, by=make_user("外人"))


def test_only_coordinators_publish(entry):
    report = IssuedReport.objects.in_preparation(entry.target.plan.periods.get(number=6))
    with pytest.raises(PermissionDenied):
        publish(report, by=entry.entered_by)
    assert not IssuedReport.objects.exists()
    assert not KeptFile.objects.exists()


def test_a_number_is_given_once_and_the_next_follows(entry):
    june(entry)
    again = june(entry)
    assert again.number == 2
    third = IssuedReport.objects.in_preparation(again.period)
    third.number = 2
    with pytest.raises(ValidationError):
        publish(third, by=coordinator())
    assert not third.is_issued
    assert KeptFile.objects.count() == 4
    assert len(default_storage.listdir("kept")[1]) == 4  # what was not published left no file


# --- polished words -------------------------------------------------------------------------------


def polish(entry, text="累计完成产值265.2亿元"):
    report = IssuedReport.objects.in_preparation(entry.target.plan.periods.get(number=6))
    report.save()
    PolishedText(
        report=report, target=entry.target, field="narrative", said="已完成265.2亿元", text=text
    ).save()
    return report


def test_polished_words_are_printed_and_the_unit_s_stay(entry):
    polish(entry)
    report = june(entry)
    assert report.rows[1]["progress"] == "累计完成产值265.2亿元"
    assert "累计完成产值265.2亿元" in cells(report.printed)["进展情况表"].values()
    entry.refresh_from_db()
    assert entry.narrative == "已完成265.2亿元"
    [text] = report.polished.all()
    assert (text.said, text.text) == ("已完成265.2亿元", "累计完成产值265.2亿元")
    text.text = "另"
    with pytest.raises(ValidationError):
        text.save()
    with pytest.raises(ValidationError):
        text.delete()


def test_words_that_the_unit_wrote_anew_are_printed_as_it_wrote_them(entry):
    report = polish(entry)
    correct_entry(entry, date(2025, 7, 5), narrative="核实后265.2亿元")
    rows = prepared(report, today=JULY)[1]
    assert [row.words("narrative") for row in rows] == ["", "核实后265.2亿元"]


# --- what differs ---------------------------------------------------------------------------------


def test_nothing_differs_on_the_day(entry):
    assert found(june(entry)) == {}


def test_a_correction_is_told_as_one(entry):
    report = june(entry)
    correct_entry(entry, date(2025, 8, 5), value="255")
    told = found(report)
    assert told["产值", "value"] == ("265.2", "255", Cause.CORRECTION)
    assert told["产值", "attainment"][2] == Cause.CORRECTION
    assert {title for title, _column in told} == {"产值"}


def test_a_figure_that_came_late_is_new(entry):
    report = june(entry)
    file_entry(report.plan.targets.get(title="高企"), 6, "140", date(2025, 8, 1))
    assert found(report)["高企", "value"] == (None, "140", Cause.FIGURE)


def test_other_words_are_words(entry):
    report = june(entry)
    correct_entry(entry, date(2025, 8, 5), narrative="完成情况良好")
    told = found(report)
    assert told["产值", "progress"][2] == Cause.WORDS


def test_a_row_that_came_or_went_is_one_difference(entry):
    report = june(entry)
    rows = report.rows
    assert [each.cause for each in differences(rows, rows[1:], same_rule=True)] == [Cause.DROPPED]
    assert [each.cause for each in differences(rows[1:], rows, same_rule=True)] == [Cause.ADDED]


def test_a_changed_promise_another_rule_and_time_alone(entry):
    row = june(entry).rows[1]
    goal = {**row, "goal": "500", "attainment": "53.0"}
    assert {(e.column.key, e.cause) for e in differences([row], [goal], same_rule=True)} == {
        ("goal", Cause.PROMISE), ("attainment", Cause.PROMISE),
    }  # fmt: skip
    light = {**row, "status": "黄灯"}
    assert [e.cause for e in differences([row], [light], same_rule=True)] == [Cause.SILENCE]
    assert [e.cause for e in differences([row], [light], same_rule=False)] == [Cause.RULE]


# --- tampering ------------------------------------------------------------------------------------


def test_another_hand_is_found(entry):
    report = june(entry)
    rows = [{**row, "value": "999"} for row in report.rows]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE targets_issuedreport SET rows = %s", [json.dumps(rows)])
    assert len(list(reports_are_whole(report.plan))) == 1


def test_a_file_changed_on_the_disk_is_found(entry, capsys):
    report = june(entry)
    with default_storage.open(report.data.stored_as, "wb") as file:
        file.write(b"otherwise")
    with pytest.raises(CommandError):
        call_command("verify")
    assert report.data.name in capsys.readouterr().out
