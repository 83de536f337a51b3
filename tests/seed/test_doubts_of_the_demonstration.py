"""What the invented town filed is honest: hardly any of it may be asked about."""

from collections import Counter
from datetime import date

import pytest

from targets.models import ProgressEntry
from targets.models.entry.background import Background
from targets.seed import demonstration

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 10)
AT_MOST = 0.03


def test_of_the_demonstrations_figures_at_most_three_in_a_hundred_are_asked_about():
    demonstration.load(DAY)
    entries = list(
        ProgressEntry.objects.filter(value__isnull=False)
        .select_related("target__plan__light_rule", "period")
        .prefetch_related("completions")
    )
    background = Background.of({entry.target_id: entry.target for entry in entries}.values())
    asked = Counter()
    for entry in entries:
        # as on the evening on which it was handed in
        entry.moment = entry.submitted_at
        asked.update(doubt.key for doubt in entry.doubts(background=background[entry.target_id])[:1])
    assert len(entries) > 400
    assert asked.total() <= AT_MOST * len(entries), asked
