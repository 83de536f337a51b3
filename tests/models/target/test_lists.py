"""Lists of a plan and the places of its targets on them, on every path that writes one."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from targets.models import AuditRecord, ListEntry, Source, TargetList
from targets.models.audit.recording import recording
from targets.models.enums import Act
from tests.factories import coordinator, make_list, make_plan, make_target, make_target_of_plan

pytestmark = pytest.mark.django_db


def places(of):
    return list(of.places.values_list("target__title", "number", "order"))


def test_a_target_stands_on_many_lists_with_its_number_and_score_on_each():
    target = make_target()
    make_list(target.plan, "民生实事", (target, "1", 5), order=2)
    make_list(target.plan, "政府工作报告", (target, "（三）"), order=1)
    found = ListEntry.objects.filter(target=target).order_by("list__order")
    assert [(str(place), place.score) for place in found] == [
        ("政府工作报告 （三）", None),
        ("民生实事 1", 5),
    ]


def test_targets_that_share_a_number_stand_together_and_a_new_number_at_the_end():
    plan = make_plan()
    roads, lamps, school, park = (make_target(plan, title=title) for title in ("路", "灯", "校", "园"))
    made = make_list(plan, "民生实事", (roads, "1"), (school, "2"), (park, ""))
    ListEntry.objects.create(list=made, target=lamps, number=" 1 ")
    assert places(made) == [("路", "1", 1), ("灯", "1", 1), ("校", "2", 2), ("园", "", 3)]


def test_many_places_are_ordered_like_one_after_the_other():
    plan = make_plan()
    targets = [make_target(plan, title=title) for title in ("甲", "乙", "丙", "丁")]
    made = make_list(plan, "民生实事", (targets[0], "1"))
    rows = [
        ListEntry(list=made, target=target, number=number)
        for target, number in zip(targets[1:], ("2", "1", ""), strict=True)
    ]
    ListEntry.write_rows(rows)
    assert places(made) == [("甲", "1", 1), ("丙", "1", 1), ("乙", "2", 2), ("丁", "", 3)]


@pytest.mark.parametrize("many", [False, True])
def test_what_does_not_belong_there_is_refused_one_by_one_and_in_bulk(many):
    target, other = make_target(), make_plan("X25")
    mine, theirs = make_list(target.plan, "民生实事", (target, "1")), make_list(other)

    def write(row):
        ListEntry.write_rows([row]) if many else row.save()

    for fields, why in (
        ({"list": theirs}, "不属于本计划"),
        ({"list": mine}, "已在此清单中"),
        ({"list": make_list(target.plan, "考核"), "score": -1}, "大于或等于0"),
        ({"list": make_list(target.plan, "重点"), "number": "一" * 21}, "20"),
    ):
        with pytest.raises(ValidationError) as refused:
            write(ListEntry(target=target, **fields))
        assert why in " ".join(refused.value.messages)
    assert ListEntry.objects.count() == 1


def test_a_list_has_its_own_name_and_source_in_its_plan():
    target, other = make_target(), make_plan("X25")
    made = make_list(target.plan, "民生实事", (target, "1"))
    make_list(other, "民生实事")
    source = Source.objects.create(plan=other, title="报告")
    for row, field in (
        (TargetList(plan=target.plan, name="民生实事"), "__all__"),
        (TargetList(plan=target.plan, name="重点项目", source=source), "source"),
        (TargetList(plan=target.plan, name=" "), "name"),
    ):
        with pytest.raises(ValidationError) as refused:
            row.save()
        assert list(refused.value.message_dict) == [field]
    made.plan = other
    with pytest.raises(ValidationError):
        made.save()


@pytest.mark.parametrize("state", ["drafting", "in_force", "closed"])
def test_a_list_grows_until_the_plan_is_archived_and_moves_no_light(state):
    target = make_target_of_plan(state)
    before = list(target.assessments.values_list("pk", flat=True))
    place = ListEntry.objects.create(list=make_list(target.plan), target=target, number="1")
    place.score = 3
    place.save()
    assert list(target.assessments.values_list("pk", flat=True)) == before
    place.delete()


def test_in_an_archived_plan_nothing_changes():
    target = make_target_of_plan("closed")
    made = make_list(target.plan, "民生实事", (target, "1"))
    target.plan.archive(at=None)
    place = ListEntry.objects.get()
    place.number = "2"
    for act in (place.save, place.delete, made.save, TargetList(plan=target.plan, name="新").save):
        with pytest.raises(ValidationError, match="归档"):
            act()
    assert places(made) == [("目标", "1", 1)]


def test_every_change_of_a_place_is_in_the_log():
    target = make_target()
    place = ListEntry.objects.create(list=make_list(target.plan), target=target, number="1")
    with recording(by=coordinator()):
        place.number = "2"
        place.save()
    with recording(by=coordinator()):
        place.delete()
    gone, changed = AuditRecord.objects.order_by("-pk")[:2]
    assert (changed.act, list(changed.changes.values())) == (Act.CHANGE, [{"number": ["1", "2"]}])
    assert (gone.act, gone.by) == (Act.DELETE, coordinator())
    assert next(iter(gone.changes.values()))["number"] == ["2", None]


def test_next_year_continues_the_lists_with_what_comes_along():
    plan = make_plan()
    kept, left = make_target(plan, title="甲"), make_target(plan, title="乙")
    make_list(plan, "政府工作报告", (kept, "2", 5), (left, "1"), order=3)
    make_list(plan, "民生实事", (left, "1"))
    following = plan.next_year(targets=[kept])
    [made] = following.lists.all()
    assert (made.name, made.order) == ("政府工作报告", 3)
    [place] = made.places.all()
    assert (place.target.continues, place.number, place.order, place.score) == (kept, "2", 1, 5)
    assert date(2026, 1, 1) == following.starts_on
