"""verify FILE: a sheet that came back, cell by cell beside the issue it was taken from."""

import io
import random
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from targets.models import IssuedReport
from targets.reading.sheet import read
from targets.workbooks.altered import altered, differing_cells, digest_in
from targets.workbooks.issuing import publish
from tests.factories import at, coordinator, file_entry, make_target

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)


@pytest.fixture
def report(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    targets = [make_target(title=f"产值{n}") for n in range(6)]
    for n, target in enumerate(targets):
        file_entry(target, 6, f"{200 + 20 * n}.3", JULY, narrative=f"完成{n}项")
    report = IssuedReport.objects.in_preparation(targets[0].plan.periods.get(number=6))
    publish(report, by=coordinator(), at=at(date(2025, 7, 6)))
    return report


@pytest.fixture
def verify(capsys, tmp_path):
    def verify(data, **options):
        path = tmp_path / "来件.xlsx"
        path.write_bytes(data)
        refusal = None
        try:
            call_command("verify", path, **options)
        except CommandError as error:
            refusal = str(error)
        return capsys.readouterr().out.splitlines(), refusal

    return verify


def saved_again(data, change=lambda book: None):
    """As another program writes it, with a change."""
    book = load_workbook(io.BytesIO(data))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("edition", ["printed", "data"])
def test_a_file_of_the_issue_has_no_difference(report, verify, edition):
    data = getattr(report, edition).read()
    assert digest_in(data) == report.short_digest
    assert verify(data) == (["与P25第1期发布时一致，未发现差异。"], None)
    assert verify(saved_again(data)) == (["与P25第1期发布时一致，未发现差异。"], None)


def test_a_cell_is_named_with_what_it_was(report, verify):
    places = []

    def change(book):
        [cell] = [c for row in book["进展情况表"] for c in row if c.value == 200.3]
        cell.value = 300.3
        places.append(cell.coordinate)

    told, refusal = verify(saved_again(report.printed.read(), change))
    assert told == [f"进展情况表 {places[0]}：发布时为“200.3”，现为“300.3”"]
    assert refusal == "与P25第1期有1处差异。"


def test_sheets_that_are_gone_or_new_are_named(report, verify):
    def change(book):
        del book["填报说明"]
        book.create_sheet("附")["A1"] = 1

    told, _refusal = verify(saved_again(report.data.read(), change))
    assert told == ["填报说明：缺少此表", "附：发布时没有此表"]


def test_what_names_no_issue_is_asked_about(report, verify):
    def change(book):
        book.properties.keywords = None
        for sheet in book:
            sheet.oddHeader.right.text = None

    data = saved_again(report.data.read(), change)
    assert "--issue" in verify(data)[1]
    assert verify(data, plan="p25", issue=1)[1] is None
    assert "--issue" in verify(data, plan="P25", issue=2)[1]


def test_what_is_no_workbook_is_refused(report, verify):
    assert "来件.xlsx" in verify(b"PK no workbook")[1]
    assert "来件.xlsx" in verify(b"text")[1]


def one_cell_otherwise(data, chance):
    """The file with one value of one sheet replaced, past every program; and which sheet it was."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    names = [n for n in source.namelist() if n.startswith("xl/worksheets/sheet")]
    chosen = chance.choice(names)
    text = source.read(chosen).decode()
    starts = [i for mark in ("<v>", "<t>") for i in _all(text, mark)]
    start = chance.choice(starts) + 3
    end = text.index("<", start)
    was = text[start:end]
    new = f"{was}1" if text[start - 3 : start] == "<v>" else f"{was}改"
    with zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            out.writestr(name, text[:start] + new + text[end:] if name == chosen else source.read(name))
    return target.getvalue(), chosen


def _all(text, mark):
    start = text.find(mark)
    while start >= 0:
        yield start
        start = text.find(mark, start + 1)


def test_single_alterations_of_the_file_are_named(report):
    chance, data = random.Random(14), report.printed.read()
    for _n in range(15):
        file, where = one_cell_otherwise(data, chance)
        assert len(list(altered(data, file))) == 1, where


def test_a_thousand_single_alterations_are_named_by_their_cell(report):
    chance, sheets = random.Random(41), read(report.printed.read()).sheets
    for _n in range(1000):
        sheet = chance.choice(sheets)
        place = chance.choice(sorted(sheet.cells))
        cell = sheet.cells[place]
        other = cell.value + 1 if isinstance(cell.value, Decimal) else f"{cell.text}改"
        changed = dict(sheet.cells)
        if chance.random() < 0.1:
            del changed[place]
        else:
            changed[place] = replace(cell, value=other, text=str(other))
        [told] = differing_cells(sheet, replace(sheet, cells=changed))
        assert told.startswith(f"{sheet.name} {cell.address}：")
