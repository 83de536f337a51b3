"""The status table finds words however they were typed, and keeps empty cells at its end."""

from datetime import date

import pytest

from targets.models import Plan
from targets.tables import TargetTable
from tests.factories import coordinator, file_entry, make_plan, make_target, make_unit, make_user

pytestmark = pytest.mark.django_db

ALIKE = [
    ("人均ＧＤＰ", "gdp"),
    ("人均GDP", "ｇｄｐ"),
    ("人均Ｇdｐ", "GDP"),
    ("ａpp上线", "APP"),
    ("“双减”工作", '"双减"'),
    ("“双减”工作", "＂双减＂"),
    ('"双减"工作', "“双减”"),
    ("＂双减＂工作", "“双减”"),
    ("「双减」工作", "‘双减’"),
    ("'双减'工作", '"双减"'),
    ("３０个项目", "30个"),
    ("30个项目", "３０个"),
    ("3０个项目", "３0"),
    ("增长5％左右", "5%"),
    ("增长5%左右", "５％"),
    ("农房（含危房）改造", "(含危房)"),
    ("农房(含危房)改造", "（含危房）"),
    ("外府〔2025〕3号", "[2025]3号"),
    ("外府[2025]３号", "〔２０２５〕3"),
    ("1—6月完成", "1-6月"),
    ("1－6月完成", "1–6月"),
    ("新增5000㎡绿地", "m2"),
    ("新增5000m2绿地", "㎡"),
    ("⼯业总产值", "工业"),  # as copied from some papers: a radical in place of the character
    ("Café一条街", "CAFÉ"),
    ("占比^[a-z]", "[A-Z]"),
    ("100%_达标\\", "％＿达标\\"),
]


@pytest.fixture
def reader(client):
    client.force_login(make_user("读者", make_unit("读者单位"), "领导"))
    return client


def numbers(client, **query):
    page = client.get("/targets/", {"plan": "P25", "period": 6, **query})
    assert page.status_code == 200
    return [line.number for line in page.context["lines"]]


@pytest.mark.parametrize(("stored", "typed"), ALIKE)
@pytest.mark.parametrize("column", ["title", "stated_as"])
def test_words_are_found_however_they_were_typed(reader, column, stored, typed):
    make_target(**{"title": "别的事项", column: stored})
    make_target(title="无关事项")
    assert numbers(reader, q=typed) == [1]


def test_codes_and_units_are_found_alike(reader):
    make_target(lead_unit=make_unit("项目办（ＡＢ组）"))
    make_target()
    assert numbers(reader, q="ｐ２５—０１") == [1]
    assert numbers(reader, q="项目办(ab组)") == [1]


def test_every_word_has_to_be_there_and_none_is_a_pattern(reader):
    make_target(title="园区ＧＤＰ增长")
    make_target(title="园区建设")
    assert numbers(reader, q="园区　gdp") == [1]
    assert numbers(reader, q="园区 产值") == []
    for pattern in (".", "园.建设", "园区|农房", "(?i)x", "\\w", "^园", "[园]", "*", "***:", "%", "_"):
        assert numbers(reader, q=pattern) == []


@pytest.mark.parametrize("words", ["(" * 100, "a " * 50, "＂" * 100, "㎡" * 100, "10" * 50])
def test_the_longest_words_are_looked_for_at_once(reader, words):
    make_target(title=f"{words.strip()}在内")
    make_target(title="无关事项")
    assert 1 in numbers(reader, q=words)


EMPTIABLE = {"goal", "value", "attainment", "expected", "gap", "due"}


@pytest.mark.parametrize("column", [name for name in TargetTable.sorts() if not name.startswith("-")])
def test_empty_cells_come_last_both_ways_and_equal_ones_in_order(reader, column):
    plan = make_plan()
    make_target(plan, measure="qualitative", state="watch")
    for goal, value, due_on in (("300", "150", date(2025, 11, 30)), ("100", "20", date(2025, 10, 31))):
        for _ in range(2):
            target = make_target(plan, target_value=goal, due_on=due_on)
            file_entry(target, 6, value, date(2025, 7, 3))
    ways = [numbers(reader, sort=sort) for sort in (column, f"-{column}")]
    if column in EMPTIABLE:
        assert sorted(ways) == [[2, 3, 4, 5, 1], [4, 5, 2, 3, 1]]
    if column == "number":
        assert ways == [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]
    else:
        assert all(way.index(2) + 1 == way.index(3) and way.index(4) + 1 == way.index(5) for way in ways)


def test_a_draft_sorts_by_what_it_shows(client):
    plan = make_plan(state=Plan.State.DRAFTING)
    make_target(plan, measure="qualitative", state="watch")
    for value, due_on in (("100", date(2025, 3, 31)), ("300", date(2025, 11, 30))):
        make_target(plan, target_value=value, due_on=due_on)
    client.force_login(coordinator())
    for column in ("goal", "due"):
        assert numbers(client, period="", sort=column) == [2, 3, 1]
        assert numbers(client, period="", sort=f"-{column}") == [3, 2, 1]
