"""What an approver reads: the light as the table will say it, and where on the site this is."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from targets.admin.revision.words import standing
from targets.models import Target
from targets.rules.judge import judge
from targets.status import status_of
from tests.factories import at, coordinator, file_entry, make_target, make_unit, make_user, staff
from tests.models.revisions import ask

pytestmark = pytest.mark.django_db
DAYS = [date(2025, 1, 1) + timedelta(step) for step in range(0, 420, 7)]


def by_table(target, day):
    return Target.objects.with_status(on=day, known_at=date(2030, 1, 1)).get(pk=target.pk).status


@pytest.mark.parametrize("measure", ["milestone", "flow"])
def test_a_verdict_reads_as_the_ledger_does_on_every_day(measure):
    nodes = (date(2025, 3, 31), date(2025, 9, 30)) if measure == "milestone" else ()
    target = make_target(measure=measure, nodes=nodes, starts_on=date(2025, 3, 1), due_on=date(2025, 9, 30))
    file_entry(target, 5, "100" if measure == "flow" else None, date(2025, 6, 3))
    request = target.ask(
        "override", by=coordinator(), effective_on=date(2025, 6, 10), changes={"override_light": 5},
        until=date(2025, 7, 20), reason="核查后调整", at=at(date(2025, 6, 12)),
    )  # fmt: skip
    request.approve(by=make_user("乙", make_unit("综合办"), "统筹员"), at=at(date(2025, 6, 12)))
    target.refresh_from_db()
    facts = target.facts()
    read = {day: status_of(judge(facts, day), day) for day in DAYS}
    assert read == {day: by_table(target, day) for day in DAYS}
    assert len(set(read.values())) >= 3


DAY = date(2025, 7, 1)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "waiting"),
        ({"is_withdrawn": True}, "withdrawn"),
        ({"is_withdrawn": True, "refused_at": DAY}, "withdrawn"),
        ({"refused_at": DAY}, "refused"),
        ({"approved_at": DAY}, "approved"),
        ({"approved_at": DAY, "is_annulled": True}, "annulled"),
    ],
)
def test_how_far_a_request_has_come(fields, code):
    known = {"is_withdrawn": False, "refused_at": None, "approved_at": None, "is_annulled": False}
    assert standing(SimpleNamespace(**{**known, **fields}))[0] == code


def test_the_crumbs_say_which_change_below_the_list_of_changes(client):
    target = make_target()
    request = ask(target, "value", {"target_value": 500})
    client.force_login(staff(coordinator()))
    pages = (f"{request.pk}/change/", f"add/?target={target.pk}&kind=deadline")
    assert [crumbs(client.get(f"/admin/targets/targetrevision/{page}")) for page in pages] == [
        ["管理", "目标变更", "调整目标值"],
        ["管理", "目标变更", "申请变更：调整完成时限"],
    ]


def crumbs(page):
    (line,) = re.findall(r'<div class="breadcrumbs">(.*?)</div>', page.content.decode(), re.DOTALL)
    return [" ".join(crumb.split()) for crumb in re.sub(r"<[^>]+>", "", line).split("&rsaquo;")]
