"""The table by unit and by leader: each day by who led and answered on that day."""

import json
from datetime import date
from io import BytesIO

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from targets.models import Member, Target
from tests.factories import coordinator, file_entry, make_plan, make_target, make_unit, make_user
from tests.models.office import deputy
from tests.models.revisions import change

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 10)


def leader():
    return Member.objects.get(name="张三")


@pytest.fixture
def plan():
    """目标1 passed on 10 July from 经发办 and words to 农业办 and 张三; 目标2 stayed."""
    plan = make_plan()
    Member(name="张三", post="副镇长", unit=make_unit("外海街道")).save()
    for title, value in (("目标1", "270"), ("目标2", "200")):
        target = make_target(plan, title=title, accountable_leader_words="分管副镇长")
        file_entry(target, 6, value, date(2025, 7, 3))
    changes = {"lead_unit": make_unit("农业办", order=2), "accountable_leader": leader()}
    change(Target.objects.get(title="目标1"), "owner", changes, on=JULY, by=deputy())
    return plan


@pytest.fixture
def reader(client, plan):
    client.force_login(make_user("读者", make_unit("读者单位"), "领导"))
    return client


def get(client, **query):
    return client.get("/targets/", {"plan": "P25", **query})


def numbers(response):
    assert response.status_code == 200, response.context["errors"]
    return [line.number for line in response.context["lines"]]


@pytest.mark.parametrize(
    ("query", "old", "new"),
    [
        pytest.param({"period": 6}, [1, 2], [], id="June"),
        pytest.param({"as_of": "2025-07-10"}, [2], [1], id="10 July"),
        pytest.param({"as_of": "2025-07-10", "known_at": "2025-07-09"}, [1, 2], [], id="as known before"),
        pytest.param({}, [2], [1], id="today"),
    ],
)
def test_unit_leader_and_words_of_the_day_are_filtered_searched_and_counted(reader, query, old, new):
    units = {unit.name: unit.pk for unit in (make_unit(), make_unit("农业办"))}
    asked = {
        "old": {"unit": units["经发办"]}, "new": {"unit": units["农业办"]},
        "words": {"leader": "分管副镇长"}, "person": {"leader": leader().pk},
        "searched": {"q": "农业办"},
    }  # fmt: skip
    found = {name: get(reader, **query, **each) for name, each in asked.items()}
    assert {name: numbers(page) for name, page in found.items()} == {
        "old": old, "words": old, "new": new, "person": new, "searched": new,
    }  # fmt: skip
    assert found["old"].context["summary"].lit == len(old)


def test_the_unit_column_sorts_by_who_led(reader):
    assert numbers(get(reader, sort="unit")) == [2, 1]
    assert numbers(get(reader, sort="-unit")) == [1, 2]
    for sort in ("unit", "-unit"):  # in June one unit led both
        assert numbers(get(reader, sort=sort, period=6)) == [1, 2]


def test_who_led_then_and_who_leads_now_are_offered(reader):
    form = get(reader, period=6).context["filters"].form
    assert {str(unit) for unit in form.fields["unit"].queryset} == {"经发办", "农业办"}
    assert form.fields["leader"].choices[1:] == [
        (str(leader().pk), "副镇长 张三"), ("分管副镇长", "分管副镇长"),
    ]  # fmt: skip
    assert get(reader, leader="无此人").status_code == 400


def test_a_draft_is_filtered_and_sorted_by_its_own_columns(client):
    plan = make_plan(state="drafting")
    make_target(plan, lead_unit=make_unit("农业办", order=2), accountable_leader_words="镇长")
    make_target(plan)
    client.force_login(coordinator())
    assert numbers(get(client, unit=make_unit("农业办").pk)) == [1]
    assert numbers(get(client, leader="镇长")) == [1]
    assert numbers(get(client, q="农业办")) == [1]
    assert numbers(get(client, sort="-unit"))[0] == 1


def test_page_json_and_workbook_name_the_same_unit_and_leader(reader, capsys):
    for query, told in (({"period": 6}, ("经发办", "分管副镇长")), ({}, ("农业办", "副镇长 张三"))):
        line = get(reader, **query).context["lines"][0]
        detail = reader.get("/targets/P25-01/", query).content.decode()
        assert line.words["unit"] == told[0]
        assert f"<dd>{told[0]}</dd>" in detail
        assert f"<dd>{told[1]}</dd>" in detail
        period = ("--period", "6") if query else ()
        call_command("status", "--plan", "P25", "--format", "json", *period)
        assert json.loads(capsys.readouterr().out)[0]["lead_unit"] == told[0]
        exported = reader.get("/targets/export/", {"plan": "P25", **query})
        sheet = load_workbook(BytesIO(b"".join(exported.streaming_content))).active
        assert {told[0], told[1]} <= {cell.value for row in sheet for cell in row}


def test_the_command_exports_what_a_unit_led_then(plan, tmp_path, capsys):
    for period, unit, rows in (("6", "农业办", 0), ("6", "经发办", 2), ("7", "农业办", 1)):
        call_command(
            "export_report",
            "--plan",
            "P25",
            "--period",
            period,
            "--unit",
            unit,
            "--output",
            str(tmp_path / f"{period}{unit}.xlsx"),
        )
        assert f"{rows}行" in capsys.readouterr().out
