"""预计全年完成: said by the unit from September on, never judged, kept by corrections."""

from datetime import date

import pytest

from targets.models import ProgressEntry
from tests.factories import at, author, draft_entry, file_entry, make_target
from tests.refusals import refused

pytestmark = pytest.mark.django_db
OCTOBER = date(2025, 10, 8)


def test_it_changes_no_light():
    target, other = make_target(), make_target(title="税收")
    file_entry(target, 9, "390", OCTOBER, forecast="100")
    file_entry(other, 9, "390", OCTOBER)
    shown = [
        type(target).objects.with_status(OCTOBER).select_related("row").get(pk=each.pk)
        for each in (target, other)
    ]
    assert [each.status for each in shown] == [shown[0].status] * 2
    assert [each.row.value for each in shown] == [390, 390]


@pytest.mark.parametrize(
    ("number", "part", "fields"),
    [
        (8, "report", {}),
        (9, "statistic", {"figure_from": "statistics"}),
        (9, "report", {"measure": "milestone"}),
    ],
)
def test_it_has_no_place_earlier_nor_in_a_statistic_nor_without_figures(number, part, fields):
    target = make_target(**fields)
    with refused("forecast"):
        draft_entry(target, number, None, date(2025, 12, 3), part=part, forecast="500", narrative="话")


@pytest.mark.parametrize("forecast", ["94.5", "-3"])
def test_things_that_are_counted_are_expected_in_whole_numbers(forecast):
    target = make_target(unit_of_measure="家", target_value="96")
    with refused("forecast"):
        draft_entry(target, 9, "90", OCTOBER, forecast=forecast)


def test_a_unit_expects_what_the_statistician_publishes():
    target = make_target(figure_from="statistics")
    assert file_entry(target, 9, None, OCTOBER, forecast="510", narrative="话").forecast == 510


def test_a_correction_keeps_it_and_a_void_has_none():
    entry = file_entry(make_target(), 9, "390", OCTOBER, forecast="525")
    entry.correct(by=author(), reason="笔误", at=at(OCTOBER), value="391")
    kept = ProgressEntry.objects.get(revision_no=2)
    assert (kept.value, kept.forecast) == (391, 525)
    kept.delete()
    entry.void(by=author(), reason="口径有误", at=at(OCTOBER))
    assert ProgressEntry.objects.get(revision_no=2).forecast is None
