"""Review desk and statistics grid show a page; nothing on another page becomes invisible or is lost."""

from datetime import date

import pytest
from django.urls import reverse

from targets.admin.desk import statistics
from targets.forms.desk.review import ReviewScopeForm
from targets.models import ProgressEntry
from tests.admin.desk.statistics_typing import address, cells, indicator
from tests.factories import make_target, make_unit, reviewer, staff, statistician, submit_entry
from tests.pages import form_on

pytestmark = pytest.mark.django_db
REVIEW = f"{reverse('admin:targets_progressentry_review')}?plan=P25&period=6"
JULY = date(2025, 7, 3)


@pytest.fixture(autouse=True)
def _two_on_a_page(monkeypatch):
    monkeypatch.setattr(ReviewScopeForm, "PER_PAGE", 2)
    monkeypatch.setattr(statistics, "PER_PAGE", 2)


# --- review ---------------------------------------------------------------------------------------


@pytest.fixture
def office(client):
    for title, unit in (("甲", "经发办"), ("乙", "农业办"), ("丙", "农业办"), ("丁", "农业办")):
        submit_entry(make_target(title=title, lead_unit=make_unit(unit)), 6, "1", JULY)
    client.force_login(staff(reviewer()))
    return client


def titles(page):
    return [form.line.target.title for form in page.context["grid"].forms]


def test_the_unit_with_most_waiting_opens_and_the_others_are_counted(office):
    page = office.get(REVIEW)
    assert str(page.context["unit"]) == "农业办"
    assert titles(page) == ["乙", "丙"]
    text = page.content.decode()
    assert "第1—2项，共3项任务" in text
    assert "经发办 · 待审1项" in text
    assert titles(office.get(f"{REVIEW}&unit={page.context['unit'].pk}&page=2")) == ["丁"]


def test_all_units_are_paged_too(office):
    seen = [titles(office.get(f"{REVIEW}&unit=all&page={number}")) for number in (1, 2)]
    assert sorted(title for page in seen for title in page) == sorted("甲乙丙丁")
    assert [len(page) for page in seen] == [2, 2]


def test_what_still_waits_comes_next(office):
    page = office.get(REVIEW)
    for expected in (["乙", "丙"], ["丁"], ["甲"]):
        assert titles(page) == expected
        ticks = {f"entry-{form.line.entry.pk}-chosen": "on" for form in page.context["grid"].forms}
        sent = {**form_on(page, "review"), **ticks, "_approve": "1"}
        page = office.post(page.context["address"], sent, follow=True)
    assert not ProgressEntry.objects.exclude(state="approved").exists()


# --- statistics -----------------------------------------------------------------------------------


def test_turning_the_page_keeps_what_was_typed_and_says_the_source_there(client):
    targets = [indicator(f"指标{number}") for number in range(3)]
    client.force_login(staff(statistician()))
    first = client.get(address(6))
    assert [form.line.target for form in first.context["grid"]] == targets[:2]
    assert "第1—2项，共3项任务" in first.content.decode()
    name = cells(first, targets[0])[6].prefix
    typed = {f"{name}-value": "265.2", "source-source_ref": "统计月报", "_turn": "2"}
    second = client.post(first.context["address"], {**form_on(first, "desk"), **typed}, follow=True)
    assert [form.line.target for form in second.context["grid"]] == targets[2:]
    assert second.context["source"]["source_ref"].value() == "统计月报"
    assert not ProgressEntry.objects.exists()
    again = client.get(f"{address(6)}&page=1")
    assert cells(again, targets[0])[6]["value"].value() == "265.2"
    # saved on the second page, the first keeps its own
    name = cells(second, targets[2])[6].prefix
    sent = {**form_on(second, "desk"), f"{name}-value": "80", "_save": "1"}
    client.post(second.context["address"], sent)
    assert ProgressEntry.objects.get().value == 80
    again = client.get(f"{address(6)}&page=1")
    assert cells(again, targets[0])[6]["value"].value() == "265.2"
