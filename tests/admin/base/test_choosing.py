"""A target is chosen by searching, page by page; nothing is offered that is not open to the person."""

import json

import pytest
from django.urls import reverse

from tests.factories import coordinator, make_plan, make_target, make_unit, staff

pytestmark = pytest.mark.django_db
LOG = reverse("admin:targets_progressentry_add")
ASK = reverse("admin:targets_targetrevision_add")


@pytest.fixture
def desk(client):
    client.force_login(staff(coordinator()))
    return client


def offered(answer):
    return [target.title for target in answer.context["listed"]]


@pytest.mark.parametrize("address", [LOG, ASK])
def test_a_target_is_found_by_words_code_or_unit_and_opens_by_its_link(desk, address):
    one = make_target(title="全年工业总产值")
    make_target(title="新增耕地", lead_unit=make_unit("农业办"))
    assert offered(desk.get(address)) == ["全年工业总产值", "新增耕地"]
    for words, title in (("工业", "全年工业总产值"), (one.code, "全年工业总产值"), ("农业办", "新增耕地")):
        assert offered(desk.get(address, {"q": words})) == [title]
    none = desk.get(address, {"q": "没有"})
    assert "没有符合条件的任务" in none.content.decode()
    link = f'href="?target={one.pk}"'
    assert link in desk.get(address).content.decode()
    assert "listed" not in (desk.get(address, {"target": one.pk}).context or {})


@pytest.mark.parametrize("address", [LOG, ASK])
def test_a_long_list_says_how_much_it_shows_and_leads_to_the_rest(desk, address):
    for number in range(25):
        make_target(title=f"目标{number}")
    first = desk.get(address)
    assert len(offered(first)) == 20
    assert "第1—20项，共25项任务" in first.content.decode()
    assert "page=2" in first.content.decode()
    assert offered(desk.get(address, {"page": 2})) == [f"目标{number}" for number in range(20, 25)]


def test_completing_offers_no_target_of_another_town(desk):
    there = make_unit("礼乐街道", kind="township", parent=None)
    make_target(title="本街道目标")
    make_target(make_plan("X25", jurisdiction=there), title="礼乐目标", lead_unit=there)
    asked = {"app_label": "targets", "model_name": "target", "field_name": "parent", "term": "目标"}
    answer = json.loads(desk.get(reverse("admin:autocomplete"), asked).content)
    assert [row["text"] for row in answer["results"]] == ["P25-01 本街道目标"]
