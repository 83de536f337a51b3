"""Rows of a page of many: what counts as typed, and what becomes of it."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.http import QueryDict

from targets.forms.desk.desk import Grid, ReportRowForm
from targets.models import ProgressEntry
from tests.factories import author, draft_entry, make_target

pytestmark = pytest.mark.django_db


def line(target, entry=None, *, is_editable=True):
    period = target.plan.periods.get(number=6)
    return SimpleNamespace(
        key=f"{target.pk}-{period.pk}", target=target, entry=entry, nodes=[], ticked={}, last_value=None,
        is_editable=is_editable, carries_figure=target.owes_figure("report"), takes_forecast=False,
        in_hand=lambda: entry or ProgressEntry(target=target, period=period),
    )  # fmt: skip


def posted(form, **typed):
    """The row as a browser sends it, with `typed` in it."""
    data = QueryDict(mutable=True)
    for field in form:
        shown = "" if field.value() in (None, False) else str(field.value())
        data[field.html_name] = typed.get(field.name, shown)
    return data


@pytest.fixture
def target():
    return make_target()


def test_a_row_sent_back_as_shown_was_not_typed_into(target):
    entry = draft_entry(target, 6, "265.2000", date(2025, 7, 3), narrative="两行\n文字", preliminary=True)
    here = line(target, entry)
    data = posted(ReportRowForm(here), narrative="两行\r\n文字\r\n", preliminary="on", value="２６５．２")
    assert not ReportRowForm(here, data).is_bound


@pytest.mark.parametrize(
    "typed", [{"value": "0"}, {"narrative": "话"}, {"answer": "no_change"}, {"preliminary": "on"}]
)
def test_anything_typed_makes_the_row_one_to_write(target, typed):
    here = line(target)
    form = ReportRowForm(here, posted(ReportRowForm(here), **typed))
    assert form.typed(form.data).keys() == typed.keys()


def test_a_row_without_its_marks_is_not_of_this_page(target):
    here = line(target)
    grid = Grid(ReportRowForm, [here], QueryDict(f"{here.key}-value=1"))
    assert not grid.forms[0].is_bound


def test_marks_that_were_tampered_with_are_no_marks(target):
    here = line(target)
    data = posted(ReportRowForm(here), value="1", seen_values="{[")
    assert ReportRowForm(here, data).typed(data) == {"value": "1"}


def test_a_refused_row_is_not_half_written(target):
    here = line(target)
    form = ReportRowForm(here, posted(ReportRowForm(here), value="1.5", narrative="话" * 2001))
    assert not form.write(author())
    assert form.errors.keys() == {"narrative"}
    assert not ProgressEntry.objects.exists()


def test_what_was_typed_into_a_row_handed_in_meanwhile_is_named(target):
    here = line(target, is_editable=False)
    grid = Grid(ReportRowForm, [here], posted(ReportRowForm(here), value="1", narrative="话"))
    assert [form.late for form in grid.wrong] == [[("累计完成数", "1"), ("进展情况", "话")]]
    assert grid.editable == []


def test_rows_that_left_the_page_are_found_with_what_was_typed(target):
    here = line(target)
    data = posted(ReportRowForm(here), narrative="写了很久")
    assert Grid(ReportRowForm, []).gone(data) == {here.key: ["写了很久"]}
    assert Grid(ReportRowForm, []).gone(posted(ReportRowForm(here))) == {}
    assert Grid(ReportRowForm, [here]).gone(data) == {}
