"""Every form is filled, and nothing in its archive differs but the mapped cells."""

import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from targets.reading.sheet import read
from targets.reading.sheet.cells import place_of
from targets.workbooks.superior import fill
from tests.factories import coordinator
from tests.superior.forms import FORMS, OLD
from tests.superior.world import JULY, mapped

UNREADABLE = ("strict", "rows that do not exist", "drawing and extensions")  # for openpyxl

pytestmark = pytest.mark.django_db


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def local(element):
    return element.tag.rpartition("}")[2]


def without(part, mapped_cells=()):
    """A part of the workbook, without the mapped cells, rows that hold nothing else, hints of how far they
    reach, results of formulas, and the order to work these out."""
    tree = ElementTree.fromstring(part)
    for rows in (each for each in tree.iter() if local(each) == "sheetData"):
        for row in list(rows):
            for cell in list(row):
                if cell.get("r") in mapped_cells:
                    row.remove(cell)
                elif any(local(each) == "f" for each in cell):
                    for value in [each for each in cell if local(each) == "v"]:
                        cell.remove(value)
            row.attrib.pop("spans", None)
            row.text = row.tail = None
            if not len(row) and set(row.attrib) <= {"r"}:
                rows.remove(row)
        rows.text = None
    for parent in list(tree.iter()):
        for each in [each for each in parent if local(each) == "calcPr"]:
            each.attrib.pop("fullCalcOnLoad", None)
            if not each.attrib:
                parent.remove(each)
    return ElementTree.canonicalize(ElementTree.tostring(tree, encoding="unicode"))


def test_only_mapped_cells_differ(plan):
    for name, make in FORMS.items():
        form = make()
        stored = mapped(plan, form.content, name)
        told = fill(stored, plan.periods.get(number=6), viewer=coordinator(), today=JULY)
        compare(form, told.content, name)
        assert told.count == len(form.cells), name


def compare(form, content, name):
    before, after = parts(form.content), parts(content)
    assert list(before) == list(after), name
    book = read(form.content)
    filled = next(sheet for sheet in book.sheets if sheet.name == form.sheet)
    sheets = {sheet.part for sheet in book.sheets}
    for part in before:
        if part.lower() in sheets or part == "xl/workbook.xml":
            cells = form.cells if part.lower() == filled.part else ()
            assert without(before[part], cells) == without(after[part], cells), (name, part)
        else:
            assert before[part] == after[part], (name, part)
    assert not any(OLD.encode() in after[part] for part in after), name
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"], name
    now = next(sheet for sheet in read(content).sheets if sheet.name == form.sheet)
    wanted = {
        place: Decimal(str(value)) if isinstance(value, int | float) else value
        for place, value in form.cells.items()
    }
    assert {place: now.cells[place_of(place)].value for place in form.cells} == wanted, name
    if name not in UNREADABLE:
        was, now = (load_workbook(io.BytesIO(each))[form.sheet] for each in (form.content, content))
        assert {place: now[place].value for place in form.cells} == form.cells, name
        formats = ({place: page[place].number_format for place in form.cells} for page in (was, now))
        assert next(formats) == next(formats), name
