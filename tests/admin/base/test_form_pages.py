"""Every form page of the administration, for every role: what it costs does not grow with the plan."""

from copy import copy
from datetime import date
from time import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from targets.models import (
    AuditRecord,
    Domain,
    Member,
    Source,
    Target,
    WorkdayException,
)
from targets.models.base import insert
from tests.factories import (
    at,
    author,
    correct_entry,
    deputy,
    draft_entry,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    submit_entry,
)

pytestmark = pytest.mark.django_db

JUNE, JULY, AUGUST = date(2025, 6, 3), date(2025, 7, 3), date(2025, 8, 3)
ROLES = ("填报员", "审核员", "统筹员", "统计员", "领导", "系统管理员", "审计员", "superuser")
MOST = 20  # queries of one page
# Every target may be continued: who unticks a few sees on one page what else is ticked, folded by unit.
GROWING = {"plan next"}
KINDS = ("value", "deadline", "definition", "baseline", "curve", "owner", "reporting", "override",
         "suspend", "cancel", "annul")  # fmt: skip


# --- the world ------------------------------------------------------------------------------------


def page(model, row=None):
    return act(f"{model}_change", row) if row else act(f"{model}_add")


def act(name, *rows):
    return reverse(f"admin:targets_{name}", args=[row.pk for row in rows])


def world():
    """Name → address, of form pages for rows of every kind and state."""
    leads = make_unit()
    plan, draft, closed = (
        make_plan(), make_plan("D26", state="drafting"), make_plan("C25"),
    )  # fmt: skip
    person = Member(name="张三", post="副主任", unit=leads)
    rows = {
        "domain": Domain(plan=plan, name="工业"), "source": Source(plan=plan, title="政府工作报告"),
        "member": person, "workdayexception": WorkdayException(date=date(2031, 1, 1)),
    }  # fmt: skip
    for row in rows.values():
        row.save()
    targets = {
        "flow": make_target(plan, title="产值", accountable_leader=person, source=rows["source"]),
        "nodes": make_target(plan, title="学校", measure="milestone",
                             nodes=[date(2025, 6, 30), date(2025, 12, 31)]),
        "counted": make_target(plan, title="社零额", figure_from="statistics"),
        "drafted": make_target(draft, title="明年产值"),
    }  # fmt: skip
    flow, nodes, counted, _drafted = targets.values()
    entries = {
        "approved": file_entry(flow, 5, "221", JUNE),
        "corrected": correct_entry(file_entry(flow, 4, "180", date(2025, 5, 3)), JUNE, value=181),
        "submitted": submit_entry(flow, 6, "265", JULY),
        "draft": draft_entry(flow, 7, "300", AUGUST),
        "of nodes": submit_entry(nodes, 6, None, JULY),
        "counted": submit_entry(counted, 6, "120", JULY, part="statistic"),
        "returned": submit_entry(nodes, 7, None, AUGUST),
    }
    entries["returned"].send_back(by=deputy(), comment="请补充。", at=at(AUGUST))
    words = {"effective_on": JULY, "document_no": "外街〔2025〕8号", "reason": "市里下调", "at": at(JULY)}
    asked = {
        "value": flow.ask("value", by=deputy(), changes={"target_value": 455}, **words),
        "cancel": nodes.ask("cancel", by=author(leads), **words),
    }
    done = counted.ask("cancel", by=deputy(), **words)
    done.approve(by=make_user("领导甲", plan.jurisdiction, "领导"), at=at(AUGUST))
    closed.close(at=at(date(2025, 12, 31)))
    counted_log = AuditRecord.objects.order_by("pk").first()

    add = [*rows, "target", "progressentry", "targetrevision", "plan", "orgunit", "lightrule"]
    return {
        **{f"{model} add": page(model) for model in add},
        **{f"{model} change": page(model, row) for model, row in rows.items()},
        **{f"target {name}": page("target", row) for name, row in targets.items()},
        **{f"entry {name}": page("progressentry", row) for name, row in entries.items()},
        **{f"entry {n}": act(f"progressentry_{n}", entries["approved"]) for n in ("correct", "void")},
        **{f"log {name}": f"{page('progressentry')}?target={row.pk}" for name, row in targets.items()},
        **{f"ask {kind}": f"{page('targetrevision')}?target={flow.pk}&kind={kind}" for kind in KINDS},
        "ask node": f"{page('targetrevision')}?target={nodes.pk}&kind=node",
        "ask": f"{page('targetrevision')}?target={flow.pk}",
        **{f"change {kind}": page("targetrevision", row) for kind, row in asked.items()},
        "change approved": page("targetrevision", done),
        "change opening": page("targetrevision", flow.revisions.opening()),
        **{name: act(f"targetrevision_{name}") for name in ("transfer", "addition")},
        **{f"plan {row.code}": page("plan", row) for row in (plan, draft, closed)},
        **{f"plan {name}": act(f"plan_{name}", draft) for name in ("issue", "paste")},
        **{f"plan {name}": act(f"plan_{name}", plan) for name in ("close", "reschedule", "next")},
        "plan archive": act("plan_archive", closed),
        "plan reopen": reverse("admin:targets_plan_reopen", args=[plan.pk, 6]),
        "unit": page("orgunit", leads), "rule": page("lightrule", plan.light_rule),
        "ledger": page("assessment", flow.assessments.latest("pk")),
        "record": page("auditrecord", counted_log),
        "holidays paste": act("workdayexception_paste"),
        "people paste": act("member_paste"),
        "user": reverse("admin:auth_user_change", args=[author(leads).pk]),
        "user password": reverse("admin:auth_user_password_change", args=[author(leads).pk]),
        "role": reverse("admin:auth_group_change", args=[author(leads).groups.get().pk]),
    }  # fmt: skip


def grow(count):
    """Fill both plans with targets like those named here, with all that belongs to them, up to `count`."""
    for code, title in (("P25", "产值"), ("D26", "明年产值")):
        like = Target.objects.filter(plan__code=code, title=title).earliest("pk")
        first = like.plan.targets.count() + 1
        new = [fresh(like, number=n, code=f"{code}-{n:03}") for n in range(first, count + 1)]
        insert(new)
        for rows in (like.revisions, like.entries, like.assessments):
            insert([fresh(row, target=target) for target in new for row in rows.order_by("pk")])
        for target in new if like.current else ():
            target.current = target.assessments.latest("effective_on", "pk")
        Target._base_manager.bulk_update(new, ["current"])


def fresh(row, **fields):
    new = copy(row)
    new.pk, new._state.adding = None, True
    for name, value in fields.items():
        setattr(new, name, value)
    return new


# --- what it costs --------------------------------------------------------------------------------


def cost(client, pages):
    """Name → queries and length of the HTML, of each page that opens."""
    found = {}
    for name, address in pages.items():
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        if answer.status_code == 200:
            found[name] = (len(asked), len(answer.content))
    return found


def somebody(role):
    roles = () if role == "superuser" else (role,)
    return make_user(f"来人{role}", make_unit(), *roles, is_staff=True, is_superuser=role == "superuser")


def sign_in(client, user):
    client.force_login(user)
    client.get(reverse("admin:index"))  # Django looks up its content types once in the life of a process


def dear(costs):
    """The pages that ask too much."""
    return {name: queries for name, (queries, _length) in costs.items() if queries > MOST}


def test_a_form_page_asks_little_of_the_database(client):
    pages = world()
    sign_in(client, somebody("统筹员"))
    assert dear(cost(client, pages)) == {}


@pytest.mark.slow
def test_a_form_page_costs_the_same_in_a_plan_of_60_and_of_600(client, monkeypatch):
    # once a minute a session is stamped, whatever the page
    now = time()
    monkeypatch.setattr("tracker.presence.time", lambda: now)
    pages, people = world(), [somebody(role) for role in ROLES]
    few, many = {}, {}
    for count, costs in ((60, few), (600, many)):
        grow(count)
        for person in people:
            sign_in(client, person)
            found = cost(client, pages)
            costs |= {f"{name} ({person})": found[name] for name in found}
            assert dear(found) == {}
    assert {name for name in few if many[name][0] > few[name][0]} == set()
    # a number more, such as 600 for 60, is no growth
    grown = {name for name in few if many[name][1] - few[name][1] > 40}
    assert {name.partition(" (")[0] for name in grown} <= GROWING
