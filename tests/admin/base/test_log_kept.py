"""Every act leaves one record; where it cannot be written, the act does not stand."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from targets.models import AuditRecord, Plan, ProgressEntry, Target, TargetRevision
from tests.factories import (
    at,
    coordinator,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    make_user,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
VALUE = {
    "comparator": "gte",
    "target_value": "500",
    "effective_on": "2025-07-01",
    "document_no": "1号",
    "reason": "调整",
}


def page(name, *args):
    return reverse(f"admin:targets_{name}", args=args)


def waiting():
    return submit_entry(make_target(), 6, "265.2", JULY)


def asked(by):
    return TargetRevision.asked(
        make_target(), "value", date(2025, 7, 1), {"target_value": 500}, by=by, at=at(JULY),
        reason="调整", document_no="1号",
    )  # fmt: skip


def from_the_list(_user):
    entry = waiting()
    return page("progressentry_changelist"), {"action": "approve_selected", "_selected_action": entry.pk}


def on_its_page(_user):
    entry = waiting()
    return page("progressentry_change", entry.pk), {"_approve": "1", "seen_version": entry.version}


def on_the_desk(_user):
    entry = waiting()
    chosen = {f"entry-{entry.pk}-chosen": "on", f"entry-{entry.pk}-seen_version": entry.version}
    return f"{page('progressentry_review')}?plan=P25&period=6", {**chosen, "_approve": "1"}


def correcting(_user):
    entry = file_entry(make_target(), 6, "265.2", JULY)
    return page("progressentry_correct", entry.pk), {"value": "260", "reason": "误", "source_ref": "表"}


def voiding(_user):
    entry = file_entry(make_target(), 6, "265.2", JULY)
    return page("progressentry_void", entry.pk), {"reason": "误", "source_ref": "表"}


def asking(_user):
    return f"{page('targetrevision_add')}?target={make_target().pk}&kind=value", VALUE


def deciding(_user):
    return page("targetrevision_change", asked(coordinator()).pk), {"_approve": "1"}


def withdrawing(user):
    return page("targetrevision_change", asked(user).pk), {"_withdraw": "1"}


def issuing(_user):
    target = make_target(make_plan(state="drafting"))
    return page("plan_issue", target.plan_id), {
        "document_no": "1号",
        "issued_on": "2025-02-01",
        "confirmed": "on",
    }


def closing(_user):
    return page("plan_close", make_plan().pk), {}


def continuing(_user):
    target = make_target()
    return page("plan_next", target.plan_id), {"code": "P26", "title": "下一年", "targets": target.pk}


def adding_a_unit(_user):
    return page("orgunit_add"), {"name": "新办", "kind": "party", "parent": make_unit().parent_id, "order": 1}


ACTS = (
    from_the_list, on_its_page, on_the_desk, correcting, voiding, asking, deciding, withdrawing, issuing,
    closing, continuing, adding_a_unit,
)  # fmt: skip


def facts():
    models = (Plan, Target, ProgressEntry, TargetRevision, type(make_unit()))
    return [list(model.objects.order_by("pk").values()) for model in models]


def without_a_record(execute, sql, params, many, context):
    if sql.startswith('INSERT INTO "targets_auditrecord"'):
        return execute("SELECT no_such_column", None, False, context)
    return execute(sql, params, many, context)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_stands_with_its_record_or_not_at_all(client, act):  # cases 163, 174
    client.raise_request_exception = False
    user = make_user("主管", make_unit("综合办"), "统筹员", "审核员", is_staff=True)
    place, typed = act(user)
    client.force_login(user)
    before = facts()
    with connection.execute_wrapper(without_a_record):
        assert client.post(place, typed).status_code == 500
    assert facts() == before
    assert client.post(place, typed).status_code == 302
    assert facts() != before
    assert AuditRecord.objects.filter(by=user).exclude(act="sign_in").count() == 1
