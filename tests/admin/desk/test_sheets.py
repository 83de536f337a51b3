"""The pages of 填报表: out as a workbook or an archive, and back in by a look before it is written."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from targets.models import ProgressEntry
from tests.factories import at, author, coordinator, file_entry, make_plan, make_target, staff
from tests.filing.sheets import JULY, filled

pytestmark = pytest.mark.django_db

SHEET, SHEETS = (reverse(f"admin:targets_progressentry_{name}") for name in ("sheet", "sheets"))


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
    return client.post(SHEETS, {**many(page), **more, "_confirm": "1"}, follow=True)


def many(page):
    """The fields of the form that is confirmed; several of one name stand in a list."""
    from html.parser import HTMLParser

    found = {}

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            given = dict(attrs)
            if tag != "input" or given.get("type") not in ("hidden", "checkbox"):
                return
            if given["type"] == "hidden" or "checked" in given:
                found.setdefault(given["name"], []).append(given.get("value", "on"))

    Parser().feed(page.content.decode())
    return found


def test_a_unit_gets_its_sheet_and_files_by_it(unit, plan):
    target = make_target(plan, title="工业总产值")
    file_entry(target, 5, "220", date(2025, 6, 3))
    answer = unit.get(SHEET, {"plan": plan.code, "period": 6})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert "2025" in answer.headers["Content-Disposition"]
    page = upload(unit, filled(content, {target.code: {"value": 265.2, "narrative": "推进"}}))
    assert "工业总产值" in page.content.decode()
    assert ProgressEntry.objects.filter(period__number=6).count() == 0
    done = confirm(unit, page)
    entry = ProgressEntry.objects.get(period__number=6)
    assert (str(entry.value.normalize()), entry.state) == ("265.2", "submitted")
    assert entry.source_file.name == "表1.xlsx"
    assert "提交" in done.content.decode() or "ubmitted" in done.content.decode()
    again = upload(unit, entry.source_file.read())
    assert "_confirm" not in again.content.decode()
