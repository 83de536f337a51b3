"""/reports/: the month on one page, its words, 发布, the issue as it was and what differs."""

from datetime import date
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from targets.models import AuditRecord, IssuedReport, PolishedText
from tests.factories import at, coordinator, correct_entry, file_entry, make_target, staff

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)
JUNE = "plan=P25&period=6"
PREPARE = f"/reports/prepare/?{JUNE}"


@pytest.fixture
def entry(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return file_entry(make_target(title="产值"), 6, "265.2", JULY, narrative="已完成265.2亿元")


@pytest.fixture
def desk(client, entry):
    client.force_login(staff(coordinator()))
    return client


def words(entry, **texts):
    names = {"narrative": "已完成265.2亿元", "issues": "", "next_steps": "", **texts}
    return {f"{name}-{entry.target.pk}": text for name, text in names.items()}


def published(desk, **fields):
    posted = {"publish": "1", "number": "1", "sheets": ["进展情况表", "填报说明"], **fields}
    return desk.post(PREPARE, posted)


def text_of(answer):
    return answer.content.decode()


def test_a_month_is_prepared_published_and_found_again(desk, entry):
    page = text_of(desk.get(PREPARE))
    assert "准备发布" in page
    assert "1项中" in page
    saved = desk.post(PREPARE, {"words": "1", **words(entry, narrative="累计265.2亿元")})
    assert saved.status_code == 302
    assert PolishedText.objects.get().text == "累计265.2亿元"
    answer = published(desk, document_no="外街〔2025〕8号", signed_by="王某", printed_on="2025-07-06")
    report = IssuedReport.objects.get()
    assert answer.url == reverse("report-detail", args=[report.pk])
    page = text_of(desk.get(answer.url))
    assert "发布后的变动 <small>无</small>" in page
    for said in ("第1期", report.digest, "外街〔2025〕8号", "累计265.2亿元", "已完成265.2亿元", "265.2"):
        assert said in page
    assert "第1期" in text_of(desk.get("/reports/?plan=P25"))


def test_words_put_back_are_polished_no_more(desk, entry):
    desk.post(PREPARE, {"words": "1", **words(entry, narrative="累计265.2亿元", issues="缺订单")})
    assert PolishedText.objects.count() == 2
    desk.post(PREPARE, {"words": "1", **words(entry)})
    assert not PolishedText.objects.exists()


def test_what_cannot_be_published_is_told_and_keeps_what_was_typed(desk, entry):
    answer = published(desk, number="0", signed_by="王某")
    assert answer.status_code == 400
    assert "王某" in text_of(answer)
    assert not IssuedReport.objects.issued().exists()
    published(desk)
    assert "该期号已使用" in text_of(published(desk))
    assert published(desk, number="2", sheets=[]).status_code == 400
    assert published(desk, number="2", sheets=["没有的表"]).status_code == 400
    assert IssuedReport.objects.issued().count() == 1


def test_files_are_handed_out_as_they_were_kept(desk, entry):
    published(desk)
    report = IssuedReport.objects.get()
    answer = desk.get(reverse("report-file", args=[report.pk, "print"]))
    assert b"".join(answer.streaming_content) == report.printed.read()
    assert quote("第1期 外海街道2025年上半年") in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")
    assert desk.get(reverse("report-file", args=[report.pk, "signed"])).status_code == 404
    assert desk.get(reverse("report-file", args=[report.pk, "else"])).status_code == 404


def test_the_signed_copy_comes_later(desk, entry):
    published(desk)
    report = IssuedReport.objects.get()
    place = reverse("report-detail", args=[report.pk])
    refused = desk.post(
        place, {"signed_by": "王某", "signed_copy": SimpleUploadedFile("x.pdf", b"MZ nothing")}
    )
    assert refused.status_code == 400
    assert "签发件须为" in text_of(refused)
    assert "王某" in text_of(refused)
    copy = SimpleUploadedFile("第1期.pdf", b"%PDF-1.7 signed")
    assert desk.post(place, {"signed_by": "王某", "signed_copy": copy}).status_code == 302
    report.refresh_from_db()
    assert (report.signed_by, report.signed_copy.name) == ("王某", "第1期.pdf")
    record = AuditRecord.objects.latest("pk")
    assert (record.act, record.kind) == ("change", "issuedreport")
    answer = desk.get(reverse("report-file", args=[report.pk, "signed"]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 signed"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_known_otherwise_since_stands_on_the_issue(desk, entry):
    published(desk)
    correct_entry(entry, date(2025, 8, 5), value="255")
    page = text_of(desk.get(reverse("report-detail", args=[IssuedReport.objects.get().pk])))
    assert "数据更正" in page
    assert "255" in page


def test_an_issue_and_a_month_are_compared(desk, entry):
    published(desk)
    key = f"i{IssuedReport.objects.get().pk}"
    same = desk.get(f"/reports/compare/?plan=P25&first={key}&second=p6")
    assert "未发现差异" in text_of(same)
    file_entry(entry.target, 7, "300", date(2025, 8, 3))
    other = text_of(desk.get(f"/reports/compare/?plan=P25&first={key}&second=p7"))
    assert "新报数据" in other
    for wrong in ("", "i999999", "p0", "p13", "x1", "p²", "i" + "9" * 30):
        assert desk.get(f"/reports/compare/?plan=P25&first={wrong}&second=p6").status_code == 400


def test_the_preview_is_the_workbook_without_a_number(desk, entry):
    answer = desk.get(f"{PREPARE}&edition=print")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert not IssuedReport.objects.exists()


def test_a_unit_prepares_nothing_and_reads_what_was_issued(client, entry, desk):
    published(desk)
    client.force_login(staff(entry.entered_by))
    assert client.get(PREPARE).status_code == 403
    assert client.post(PREPARE, {"publish": "1"}).status_code == 403
    page = text_of(client.get(reverse("report-detail", args=[IssuedReport.objects.get().pk])))
    assert "第1期" in page
    assert 'enctype="multipart/form-data"' not in page
    entry.target.plan.is_open = False
    entry.target.plan.save()
    assert client.get(reverse("report-detail", args=[IssuedReport.objects.get().pk])).status_code == 404
    assert client.get("/reports/compare/?plan=P25&first=p6&second=p7").status_code == 403


def test_last_month_is_exported_as_it_was_issued(desk, entry, monkeypatch):
    published(desk)
    report = IssuedReport.objects.get()
    monkeypatch.setattr(timezone, "now", lambda: at(date(2025, 8, 3)))
    assert desk.get("/?plan=P25").context["overview"].before == report.period
    assert reverse("report-file", args=[report.pk, "print"]) in text_of(desk.get("/?plan=P25"))
