"""Who writes a workbook when many ask for one at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest

from targets.workbooks import turns
from targets.workbooks.turns import MOST, TooMany, a_turn
from tests.factories import make_plan, make_target, make_unit, make_user


@pytest.fixture
def full():
    """One writes, and as many wait as may."""
    done, writing, found = Event(), [], []

    def write():
        with a_turn():
            writing.append(1)
            found.append(len(writing))
            done.wait(10)
            writing.pop()

    with ThreadPoolExecutor(MOST) as pool:
        for _each in range(MOST):
            pool.submit(write)
        while turns._places._value:
            sleep(0.001)
        yield
        done.set()
    assert found == [1] * MOST


def test_who_comes_when_all_places_are_taken_is_told_at_once(full):
    with pytest.raises(TooMany), a_turn():
        pass


@pytest.mark.django_db
def test_the_page_says_so_and_keeps_what_was_chosen(client, full):
    plan = make_plan()
    make_target(plan)
    client.force_login(make_user("读者", make_unit("读者单位"), "领导"))
    page = client.get("/targets/export/", {"plan": plan.code, "period": 6, "edition": "print"})
    assert page.status_code == 503
    assert "目前导出人数较多" in page.content.decode()
