"""A long list of things to do: the first of it, how many there are, and the way to the rest."""

from datetime import date

import pytest
from django.urls import reverse

from targets.todo import Todo, queues
from targets.views import todo
from tests.factories import coordinator, make_target, make_unit, reviewer, submit_entry

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
TWENTY = range(20)


def many(count, *, waits=False):
    for number in range(count):
        target = make_target(
            title=f"目标{number}", lead_unit=make_unit("农业办" if number < 22 else "经发办")
        )
        if waits:
            submit_entry(target, 6, "1", JULY)


def listed(user, key, window=TWENTY, **how):
    (waiting,) = Todo(user, JULY, window=window, **how).plans
    return next(each for each in waiting.lists if each.key == key)


def test_a_list_is_cut_but_counts_every_unit():
    many(25)
    units = listed(coordinator(), "units")
    assert (len(units.items()), units.count, units.is_cut) == (20, 25, True)
    assert {group.unit: (group.count, group.asked) for group in units.groups} == {
        "农业办": (22, 22), "经发办": (3, 3),
    }  # fmt: skip
    assert "以上为其中20项，共25项。" in units.text


def test_the_numbers_are_those_of_the_header_and_every_page():
    many(25, waits=True)
    user = reviewer()
    review = listed(user, "review")
    assert (len(review.items()), review.count) == (20, 25)
    assert Todo(user, JULY).count == queues(user, JULY).total == 25
    rest = listed(user, "review", only="review", window=range(20, 40))
    titles = {item.title for each in (review, rest) for item in each.items()}
    assert titles == {f"目标{number}" for number in range(25)}
    assert rest.count == 25


def test_the_link_leads_to_the_whole_list(client, monkeypatch):
    monkeypatch.setattr(todo, "FIRST", TWENTY)
    many(25, waits=True)
    client.force_login(reviewer())
    text = client.get(reverse("todo")).content.decode()
    assert "此处列出20项，共25项。" in text
    link = f"{reverse('todo')}?plan=P25&amp;list=review"
    assert link in text
    whole = client.get(link.replace("&amp;", "&")).content.decode()
    assert all(f"目标{number}<" in whole for number in range(25))
    assert "此处列出" not in whole


@pytest.mark.parametrize("asked", ["list=none", "list=review&page=x", "list=review&page=0"])
def test_what_is_no_list_is_a_message(client, asked):
    client.force_login(reviewer())
    assert client.get(f"{reverse('todo')}?{asked}").status_code == 400
