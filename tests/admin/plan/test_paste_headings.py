"""A column whose heading a person explained is read the same way next time in the same jurisdiction."""

import pytest
from django.urls import reverse

from targets.models import AuditRecord, ChosenHeading
from tests.factories import coordinator, make_plan, make_unit, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    make_unit("农办")
    return make_plan("P26", year=2026, state="drafting")


@pytest.fixture
def desk(client):
    client.force_login(staff(coordinator()))
    return client


UNKNOWN = "序号\t攻坚清单\t责任单位\t要求（家）\n1\t规上工业企业数量\t农办\t不少于151"


def posted(desk, plan, text, **fields):
    address = reverse("admin:targets_plan_paste", args=(plan.pk,))
    look = desk.post(address, {"text": text, "_look": ""})
    for act in ("_look", "_create"):
        form = look.context["form"]
        shown = {name: form[name].value() or "" for name in form.fields if name != "file"}
        look = desk.post(address, shown | fields | {act: ""})
    return look


def test_what_a_heading_holds_is_asked_once_in_a_jurisdiction(desk, plan):
    first = desk.post(reverse("admin:targets_plan_paste", args=(plan.pk,)), {"text": UNKNOWN, "_look": ""})
    assert "请指明" in str(first.context["form"].errors)
    written = posted(desk, plan, UNKNOWN, **{"column-1": "title", "column-3": "value"})
    assert written.status_code == 302
    assert ChosenHeading.of(plan.jurisdiction) == {"攻坚清单": "title", "要求": "value"}
    assert AuditRecord.objects.filter(act="load").count() == 1

    following = make_plan("P27", year=2027, state="drafting")
    again = desk.post(reverse("admin:targets_plan_paste", args=(following.pk,)), {
        "text": UNKNOWN.replace("攻坚清单", "攻 坚 清 单"), "_look": ""})  # fmt: skip
    (line,) = again.context["form"].lines
    assert (line.target.title, line.target.target_value) == ("规上工业企业数量", 151)

    elsewhere = make_plan("Q26", year=2026, state="drafting", jurisdiction=make_unit("东山镇", parent=None))
    assert ChosenHeading.of(elsewhere.jurisdiction) == {}


def test_a_heading_chosen_anew_goes_before_what_was_chosen(desk, plan):
    text = "目标任务\t责任单位\t要求\t目标值\n新建绿道\t农办\t5公里\t9公里"
    assert posted(desk, plan, text, **{"column-2": "value", "column-3": ""}).status_code == 302
    assert ChosenHeading.of(plan.jurisdiction) == {"要求": "value", "目标值": ""}
    other = make_plan("P27", year=2026, state="drafting")
    assert posted(desk, other, text, **{"column-2": "", "column-3": "value"}).status_code == 302
    assert ChosenHeading.of(plan.jurisdiction) == {"要求": "", "目标值": "value"}
    assert [each.target_value for each in (*plan.targets.all(), *other.targets.all())] == [5, 9]
