"""The words of the last report stand until there are new ones, with their month; 本期无变化 beside them."""

from datetime import date
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from targets.models import Plan
from targets.register.register import Register
from tests.factories import correct_entry, file_entry, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2025, 10, 8), date(2025, 11, 5)
SAID = {"narrative": "按计划推进", "issues": "用电紧张", "next_steps": "协调增容"}


@pytest.fixture
def target():
    target = make_target(make_plan())
    file_entry(target, 9, "400", OCTOBER, **SAID)
    return target


def words(on=NOVEMBER, **known):
    plan = Plan.objects.get(code="P25")
    [row] = Register.at(plan, as_of=on, today=on, **known).rows()
    return tuple(row.words(name) for name in ("narrative", "issues", "next_steps"))


def test_no_change_keeps_the_last_words_with_their_month(target):
    file_entry(target, 10, None, NOVEMBER, answer="no_change", narrative="")
    assert words() == ("本期无变化；9月：按计划推进", "9月：用电紧张", "9月：协调增容")


def test_a_figure_alone_keeps_the_last_words_with_their_month(target):
    file_entry(target, 10, "430", NOVEMBER, narrative="")
    assert words() == ("9月：按计划推进", "9月：用电紧张", "9月：协调增容")


def test_new_words_stand_alone_and_end_the_old_ones(target):
    file_entry(target, 10, "430", NOVEMBER, narrative="增容完成")
    assert words() == ("增容完成", "", "")
    assert words(OCTOBER) == ("按计划推进", "用电紧张", "协调增容")


def test_no_change_with_words_of_its_own_says_both(target):
    file_entry(target, 10, None, NOVEMBER, answer="no_change", narrative="等待验收")
    assert words()[0] == "本期无变化；等待验收"


def test_without_any_words_the_answer_stands_alone():
    target = make_target(make_plan())
    file_entry(target, 9, "400", OCTOBER, narrative="")
    file_entry(target, 10, None, NOVEMBER, answer="no_change", narrative="")
    assert words() == ("本期无变化", "", "")


def test_what_was_not_known_or_was_voided_is_not_said(target):
    file_entry(target, 8, "380", date(2025, 9, 3), narrative="八月的话")
    file_entry(target, 10, "430", NOVEMBER, narrative="")
    correct_entry(target.entries.get(period__number=9), date(2025, 11, 10), is_void=True)
    assert words(date(2025, 11, 12))[0] == "8月：八月的话"
    assert words(date(2025, 11, 12), known_at=date(2025, 11, 6))[0] == "9月：按计划推进"


def test_the_table_the_target_and_the_workbook_say_it_alike(client, target, tmp_path):
    file_entry(target, 10, None, NOVEMBER, answer="no_change", narrative="")
    client.force_login(make_user("读者", make_unit("读者单位"), "领导"))
    told = "本期无变化；9月：按计划推进"
    assert told in client.get("/targets/", {"plan": "P25", "period": 10}).content.decode()
    page = client.get(f"/targets/{target.code}/", {"period": 10}).content.decode()
    assert told in page
    assert "9月：用电紧张" in page
    path = tmp_path / "P25.xlsx"
    call_command("export_report", plan="P25", period=10, output=path)
    sheet = load_workbook(BytesIO(path.read_bytes()))["进展情况表"]
    cells = [cell.value for line in sheet.iter_rows() for cell in line]
    assert {told, "9月：用电紧张", "9月：协调增容"} <= set(cells)


def test_thirty_silent_rows_cost_as_many_queries_as_three():
    plan = make_plan()

    def cost(count):
        for _ in range(count):
            target = make_target(plan)
            file_entry(target, 9, "400", OCTOBER)
            file_entry(target, 10, "430", NOVEMBER, narrative="")
        with CaptureQueriesContext(connection) as queries:
            rows = Register.at(plan, as_of=NOVEMBER, today=NOVEMBER).rows()
            assert all(row.words("narrative") == "9月：按计划推进" for row in rows)
        return len(queries)

    assert cost(3) == cost(9)
