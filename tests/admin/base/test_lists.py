"""Lists of the administration: words found however typed, rows without a value at the end."""

from datetime import date

import pytest
from django.urls import reverse

from targets.models import Member, OrgUnit
from tests.factories import (
    coordinator,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    submit_entry,
)

pytestmark = pytest.mark.django_db


def listed(client, model, **query):
    page = client.get(reverse(f"admin:targets_{model}_changelist"), query)
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


def both_ways(client, model, column):
    """The rows sorted by a column, ascending and descending."""
    page = client.get(reverse(f"admin:targets_{model}_changelist"))
    place = page.context["cl"].list_display.index(column)
    return [listed(client, model, o=f"{sign}{place}") for sign in ("", "-")]


@pytest.mark.parametrize(
    "typed", ["gdp", "ＧＤＰ", '"双减"', "＂双减＂", "“双减”", "(５％)", "（5%）", "p25-01"]
)
@pytest.mark.parametrize("model", ["target", "progressentry", "assessment"])
def test_targets_are_found_however_they_were_typed(client, model, typed):
    client.force_login(staff(coordinator()))
    file_entry(make_target(title="“双减”与Ｇdp（5％）"), 6, "265.2", date(2025, 7, 3))
    file_entry(make_target(title="别的事项"), 6, "265.2", date(2025, 7, 3))
    found = {getattr(row, "target", row).title for row in listed(client, model, q=typed)}
    assert found == {"“双减”与Ｇdp（5％）"}


def test_words_of_the_source_people_and_accounts_are_found_alike(client):
    client.force_login(staff(make_user("总管", is_superuser=True)))
    make_target(stated_as="力争实现“ＧＤＰ”翻番")
    make_target()
    assert [row.number for row in listed(client, "target", q='"gdp"')] == [1]
    make_user("Ａ组经办", make_unit("甲办"), "填报员")
    assert [row.name for row in listed(client, "member", q="a组")] == ["Ａ组经办"]
    users = client.get(reverse("admin:auth_user_changelist"), {"q": "a组"})
    assert [user.username for user in users.context["cl"].result_list] == ["A组经办"]
    assert client.get(reverse("admin:auth_user_changelist"), {"q": "长 " * 1000}).status_code == 200


@pytest.mark.parametrize("column", ["light", "goal", "reached", "behind", "deadline"])
def test_targets_without_a_value_come_last_both_ways(client, column):
    client.force_login(staff(coordinator()))
    make_target(make_plan("P26", state="drafting"), measure="qualitative", state="watch")
    for goal, value, due_on in (("300", "300", date(2025, 11, 30)), ("100", "20", date(2025, 10, 31))):
        file_entry(make_target(target_value=goal, due_on=due_on), 6, value, date(2025, 7, 3))
    up, down = ([row.code for row in rows] for rows in both_ways(client, "target", column))
    assert up[-1] == down[-1] == "P26-01"
    assert up[:2] == down[1::-1]


@pytest.mark.parametrize("column", ["shown_value", "shown_submitted"])
def test_entries_without_a_value_come_last_both_ways(client, column):
    client.force_login(staff(reviewer()))
    target = make_target()
    submit_entry(target, 6, "265.2", date(2025, 7, 3))
    submit_entry(target, 7, "300", date(2025, 8, 3))
    draft_entry(target, 5, None, date(2025, 6, 3))
    up, down = ([row.period.number for row in rows] for rows in both_ways(client, "progressentry", column))
    assert (up, down) == ([6, 7, 5], [7, 6, 5])


def test_a_relation_sorts_as_its_own_list_and_nothing_comes_last(client):
    client.force_login(staff(make_user("总管", is_superuser=True)))
    town = make_unit("外海街道")
    late, early = make_unit("后办", order=2), make_unit("前办", order=1)
    make_unit("后办一组", parent=late)
    make_unit("前办一组", parent=early)
    for rows in both_ways(client, "orgunit", "parent"):
        assert rows[-1] == town
    up = [unit.name for unit in both_ways(client, "orgunit", "parent")[0]]
    assert up.index("前办一组") < up.index("后办一组")
    assert OrgUnit.objects.filter(parent=None).count() == 1

    Member(name="无账号", unit=town).save()
    make_user("甲", town)
    make_user("乙", town)
    for rows in both_ways(client, "member", "user"):
        assert rows[-1].user is None
