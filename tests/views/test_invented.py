"""Demonstration data say on every page that they are invented, to those who may see them."""

import pytest
from django.urls import reverse

from tests.factories import author, coordinator, make_plan, make_target, make_unit, make_user, staff

pytestmark = pytest.mark.django_db
PAGES = [
    reverse("todo"),
    reverse("admin:index"),
    reverse("admin:targets_progressentry_changelist"),
    reverse("admin:targets_target_changelist"),
]
SAID = "P25的单位、人员和数字均为虚构"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_a_plan_of_its_own_names_the_invented_ones(client, page):
    make_target(make_plan(is_invented=True))
    client.force_login(staff(author()))
    assert SAID in client.get(page).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_invented_plans_says_nothing(client, page):
    make_target()
    make_plan("X25", jurisdiction=make_unit("礼乐街道", kind="township", parent=None), is_invented=True)
    client.force_login(staff(coordinator()))
    assert "虚构" not in client.get(page).content.decode()


def test_a_plans_own_page_speaks_of_itself_alone(client):
    make_target(make_plan(is_invented=True))
    real = make_target(make_plan("R25"))
    client.force_login(make_user("看", make_unit(), "领导"))
    assert "虚构" in client.get(reverse("target-list"), {"plan": "P25"}).content.decode()
    for page in (f"{reverse('target-list')}?plan=R25", reverse("target-detail", args=(real.code,))):
        assert "虚构" not in client.get(page).content.decode()
