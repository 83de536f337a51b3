"""Refusals stand where they are read: at their field, or above a form that lacks it."""

from datetime import date

import pytest

from targets.forms.base.conflicts import RefusalForm
from targets.models import ProgressEntry
from tests.factories import draft_entry, make_target

pytestmark = pytest.mark.django_db


class NarrativeForm(RefusalForm):
    class Meta:
        model = ProgressEntry
        fields = ("narrative",)


def test_a_refusal_at_a_field_the_form_lacks_stands_above_it():
    entry = draft_entry(make_target(), 6, 1, date(2025, 7, 3))
    entry.value, entry.answer = 2, "nothing_planned"
    form = NarrativeForm({"narrative": "已写好"}, instance=entry)
    assert form.non_field_errors() == ["所选填报方式不填数据，请清空。"]
    assert form["narrative"].value() == "已写好"
