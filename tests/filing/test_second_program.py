"""LibreOffice opens the sheet, fills it in and saves it: it is still the sheet, and its locks held."""

from datetime import date
from decimal import Decimal

import pytest

from targets.models import ProgressEntry
from tests.factories import file_entry, make_plan, make_target
from tests.filing import libreoffice
from tests.filing.sheets import made, opened, places, read

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(libreoffice.SOFFICE is None, reason="LibreOffice (soffice) is not installed"),
    pytest.mark.django_db,
]


def test_libreoffice_fills_it_in_and_it_is_read_back(tmp_path):
    plan = make_plan()
    figure = make_target(plan, title="产值")
    school = make_target(plan, title="学校", measure="milestone", nodes=[date(2025, 6, 30)])
    same = make_target(plan, title="照旧")
    for target in (figure, same):
        file_entry(target, 5, "220", date(2025, 6, 3), narrative="五月的话")
    content = made(plan)
    rows = places(opened(content).active)[1]
    node = rows[f"{school.code}/{school.milestones.get().pk}"]
    typed = {
        f"G{rows[figure.code]}": "265.2", f"I{rows[figure.code]}": "新上两条生产线",
        f"J{rows[figure.code]}": "用工不足", f"K{rows[figure.code]}": "增加招工",
        f"M{rows[figure.code]}": "2025-08-31", f"N{rows[figure.code]}": "是",
        f"G{node}": "2025-06-20", f"I{rows[school.code]}": "按期建成", f"H{rows[same.code]}": "本期无变化",
        f"C{rows[figure.code]}": "改个名字", "A1": "改个标识",
    }  # fmt: skip
    returned, refused = libreoffice.fill(content, typed, tmp_path)
    assert refused == [f"C{rows[figure.code]}", "A1"]
    intake = read(returned)
    assert (intake.faults, intake.sheet.beside) == ([], [])
    intake.write(ready={figure.code, school.code, same.code})
    entries = {entry.target.title: entry for entry in ProgressEntry.objects.filter(period__number=6)}
    told = entries["产值"]
    assert (told.value, told.narrative, told.issues, told.next_steps, told.catch_up_on, told.preliminary) == (
        Decimal("265.2"), "新上两条生产线", "用工不足", "增加招工", date(2025, 8, 31), True,
    )  # fmt: skip
    assert entries["照旧"].value == 220
    assert [done.completed_on for done in entries["学校"].completions.all()] == [date(2025, 6, 20)]
    assert {entry.state for entry in entries.values()} == {"submitted"}
