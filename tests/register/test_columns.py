"""One list of columns: what stands in it shows wherever it has a heading, and nowhere else."""

import csv
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import get_args

import pytest
from django.core.management import call_command
from django.utils import translation
from openpyxl import load_workbook

from targets.register import columns
from targets.register.columns import COLUMNS, Column, Kind, Place, shown
from targets.register.register import Register
from targets.workbooks.book import SHEETS
from targets.workbooks.forms.progress import PROGRESS
from tests.factories import coordinator, file_entry, make_node, make_plan, make_target

PLACES = get_args(Place)


@pytest.fixture
def plan():
    """Goals with a figure, without one, of nodes, in words, and still to be defined."""
    plan = make_plan()
    figures = {"yoy": Decimal("1.5"), "narrative": "半年过半"}
    file_entry(make_target(plan, due_on=date(2025, 12, 31)), 6, "265.2", date(2025, 7, 3), **figures)
    make_target(plan, due_text="年底前")
    make_node(make_target(plan, measure="milestone"), date(2025, 6, 20))
    make_target(plan, measure="qualitative", state="watch")
    make_target(plan, measure="rank", state="undefined", unit_of_measure="位")
    return plan


@pytest.fixture
def added(monkeypatch):
    """A column nobody had thought of, at the end of the list."""
    column = Column(
        "double", Kind.NUMBER, lambda row: row.value and 2 * row.value,
        page="翻番", terminal="翻倍", data="twice", sheet="翻番数", width=8, sort=("row__value",),
    )  # fmt: skip
    monkeypatch.setattr(columns, "COLUMNS", (*COLUMNS, column))
    shown.cache_clear()
    monkeypatch.setitem(SHEETS, PROGRESS.name, replace(PROGRESS, columns=shown("sheet")))
    yield column
    shown.cache_clear()


@pytest.mark.django_db
def test_a_column_added_to_the_list_shows_in_every_place(plan, added, client, capsys):
    def told(form):
        call_command("status", plan="P25", period=6, format=form)
        return capsys.readouterr().out

    client.force_login(coordinator())
    page = client.get("/targets/", {"plan": "P25", "period": 6, "sort": "-double"})
    answer = client.get("/targets/export/", {"plan": "P25", "period": 6})
    heading, first, *_rest = load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows()

    cell = '<td class="c-double" data-label="翻番">530.4</td>'
    assert page.content.decode().count(cell) == 1
    assert 'class="c-double" aria-sort="descending"' in page.content.decode()
    assert [row["twice"] for row in json.loads(told("json"))] == ["530.4", None, None, None, None]
    assert [row["twice"] for row in csv.DictReader(StringIO(told("csv")))] == ["530.4", "", "", "", ""]
    lines = told("text").splitlines()
    assert (lines[2].split()[-1], lines[4].split()[-1]) == ("翻倍", "530.4")
    assert (heading[-1].value, first[-1].value, first[-1].number_format) == ("翻番数", 530.4, "0.00")


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["in_force", "drafting"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_column_has_heading_and_value_wherever_it_shows(plan, state, language):
    if state == "drafting":
        plan = make_plan("D26", state=state)
        make_target(plan)
    with translation.override(language):
        for row in Register.at(plan, period=6, today=date(2025, 7, 16)).rows():
            for column in (*shown("page"), *shown("terminal")):
                assert type(column.said(row)) is str
            for column in shown("data"):
                assert type(column.told(row)) in (str, int, type(None))
            for column in shown("sheet"):
                assert type(column.written(row)) in (str, int, Decimal, date, type(None))
        for place in PLACES:
            assert all(str(getattr(column, place)).strip() for column in shown(place))


def test_names_and_headings_stand_once_in_a_place():
    assert len({column.key for column in COLUMNS}) == len(COLUMNS)
    for place in PLACES:
        headings = [str(getattr(column, place)) for column in shown(place)]
        assert len(set(headings)) == len(headings)


def test_every_column_shows_somewhere_and_says_what_its_places_ask():
    for column in COLUMNS:
        assert any(getattr(column, place) for place in PLACES), column.key
        assert bool(column.width) == bool(column.sheet), column.key
        assert column.page or not column.sort, column.key
        assert all(getattr(column, place) for place in column.after), column.key


def test_a_column_stands_after_the_one_it_names():
    for place in PLACES:
        keys = [column.key for column in shown(place)]
        for column in shown(place):
            if place in column.after:
                assert keys.index(column.key) == keys.index(column.after[place]) + 1
