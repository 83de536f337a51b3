"""What is written in one act becomes one record, in the transaction of the act."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from targets.models import AuditRecord, Domain, OrgUnit, ProgressEntry, TargetRevision
from targets.models.audit.recording import recording
from targets.models.audit.sender import sent_by
from targets.models.base import ValidatedModel
from targets.models.enums import Act
from tests.factories import (
    at,
    coordinator,
    file_entry,
    make_plan,
    make_target,
    make_unit,
    reviewer,
    submit_entry,
)

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


def newest():
    return AuditRecord.objects.latest("pk")


class Watch:
    """The records written since it began."""

    def __enter__(self):
        self.last = getattr(AuditRecord.objects.order_by("pk").last(), "pk", 0)
        return self

    def __exit__(self, *failure):
        self.records = list(AuditRecord.objects.filter(pk__gt=self.last).order_by("pk"))


def test_a_new_row_is_recorded_with_its_content():
    OrgUnit(name="新办", order=3).save()
    record = newest()
    unit = OrgUnit.objects.get(name="新办")
    assert (record.act, record.kind, record.subject) == ("create", "orgunit", "新办")
    assert record.rows == f"|orgunit.{unit.pk}|"
    assert record.changes[f"orgunit.{unit.pk}"] == {
        "name": [None, "新办"], "kind": [None, "party"], "order": [None, 3], "active": [None, True],
    }  # fmt: skip


def test_a_changed_row_is_recorded_from_old_to_new_and_an_unchanged_one_not():
    unit = OrgUnit.objects.get(pk=make_unit().pk)
    unit.order = 7
    unit.save()
    assert newest().act == "change"
    assert newest().changes == {f"orgunit.{unit.pk}": {"order": [0, 7]}}
    with Watch() as watch:
        unit.save()
    assert watch.records == []
    unit.refresh_from_db()
    unit.order = 0
    unit.save()
    assert newest().changes == {f"orgunit.{unit.pk}": {"order": [7, 0]}}


def test_what_a_refresh_reads_is_the_old_value():
    unit = make_unit()
    there = OrgUnit.objects.get(pk=unit.pk)
    there.order = 5
    there.save()
    unit.refresh_from_db()
    unit.short_name = "简"
    unit.save()
    assert newest().changes == {f"orgunit.{unit.pk}": {"short_name": ["", "简"]}}


def test_a_deleted_row_is_recorded_with_what_it_held():
    target = make_target(make_plan(state="drafting"))
    domain = Domain.objects.create(plan=target.plan, name="工业", order=4)
    key = f"domain.{domain.pk}"
    domain.delete()
    record = newest()
    assert (record.act, record.subject, record.rows) == ("delete", "工业", f"|{key}|")
    assert record.changes[key] == {"plan": [target.plan_id, None], "name": ["工业", None], "order": [4, None]}


def test_a_row_that_is_refused_leaves_nothing():
    with Watch() as watch, pytest.raises(ValidationError):
        OrgUnit(name="").save()
    assert watch.records == []


def entry_in(state):
    target = make_target()
    if state == "approved":
        return file_entry(target, 6, "265.2", JULY)
    entry = submit_entry(target, 6, "265.2", JULY)
    if state == "draft":
        entry.withdraw(by=entry.submitted_by, at=at(JULY))
    return entry


@pytest.fixture(autouse=True)
def people():
    """They are there before the acts, whose records are counted."""
    reviewer(), coordinator()


ENTRY_ACTS = {
    "submit": ("draft", lambda entry: entry.submit(by=entry.entered_by, at=at(JULY))),
    "withdraw": ("submitted", lambda entry: entry.withdraw(by=entry.submitted_by, at=at(JULY))),
    "return": ("submitted", lambda entry: entry.send_back(by=reviewer(), comment="补", at=at(JULY))),
    "approve": ("submitted", lambda entry: entry.approve(by=reviewer(), at=at(JULY))),
    "correct": ("approved", lambda entry: entry.correct(by=entry.entered_by, reason="误", value=260)),
    "void": ("approved", lambda entry: entry.void(by=entry.entered_by, reason="误")),
}  # fmt: skip


@pytest.mark.parametrize("act", ENTRY_ACTS)
def test_each_act_on_an_entry_leaves_one_record_under_its_name(act):
    state, do = ENTRY_ACTS[act]
    entry = entry_in(state)
    with Watch() as watch:
        do(entry)
    (record,) = watch.records
    assert record.act == act
    assert record.by in (entry.entered_by, reviewer())
    assert record.name == record.by.get_username()
    assert "|progressentry." in record.rows


def test_the_record_of_an_approval_shows_what_changed():
    entry = entry_in("submitted")
    entry.approve(by=reviewer(), at=at(JULY))
    changes = newest().changes[f"progressentry.{entry.pk}"]
    assert changes["state"] == ["submitted", "approved"]
    assert changes["reviewed_by"] == [None, reviewer().pk]
    assert changes["effective_on"] == [None, "2025-06-30"]
    assert "version" not in changes


def test_approving_what_is_approved_leaves_no_record():
    entry = entry_in("approved")
    with Watch() as watch:
        assert entry.approve(by=reviewer()) is False
    assert watch.records == []


def test_a_bulk_act_is_one_record_that_names_its_rows():
    entries = [submit_entry(make_target(number=n, code=f"P25-{n}"), 6, "265.2", JULY) for n in (11, 12, 13)]
    with Watch() as watch:
        ProgressEntry.objects.approve_all({e.pk: e.version for e in entries}, by=reviewer(), at=at(JULY))
    (record,) = watch.records
    assert record.act == "approve"
    assert record.rows == "".join(f"|progressentry.{entry.pk}" for entry in entries) + "|"
    assert all(AuditRecord.objects.about(entry).latest("pk") == record for entry in entries)


def test_a_refused_bulk_act_leaves_nothing():
    first, second = (submit_entry(make_target(number=n, code=f"P25-{n}"), 6, "1", JULY) for n in (11, 12))
    seen = {first.pk: first.version, second.pk: second.version - 1}
    with Watch() as watch, pytest.raises(ValidationError):
        ProgressEntry.objects.approve_all(seen, by=reviewer(), at=at(JULY))
    assert watch.records == []


def test_what_one_part_of_an_act_rolled_back_is_not_recorded():
    with Watch() as watch, recording(Act.LOAD):
        OrgUnit(name="甲办").save()
        with suppress(ValidationError), recording():
            OrgUnit(name="乙办").save()
            OrgUnit(name="").save()
        OrgUnit(name="丙办").save()
    (record,) = watch.records
    names = {pair["name"][1] for pair in record.changes.values()}
    assert names == {"甲办", "丙办"}
    assert record.act == "load"
    assert record.subject == "甲办"


def test_the_act_with_a_name_names_the_record_and_the_first_of_them_stays():
    with Watch() as watch, recording():
        unit = OrgUnit(name="甲办")
        unit.save()
        with recording(Act.ASK, by=coordinator()):
            unit.order = 2
            unit.save()
        with recording(Act.SIGN):
            unit.order = 3
            unit.save()
    (record,) = watch.records
    assert (record.act, record.by) == ("ask", coordinator())
    assert record.changes[f"orgunit.{unit.pk}"]["order"] == [None, 3]


def test_an_act_that_writes_nothing_leaves_no_record():
    with Watch() as watch, recording(Act.CLOSE):
        pass
    assert watch.records == []


def test_the_sender_of_the_request_is_who_acts_unless_the_act_names_somebody():
    user = reviewer()
    with sent_by(user, "10.1.2.3"):
        OrgUnit(name="甲办").save()
    assert (newest().by, newest().name, newest().address) == (user, user.username, "10.1.2.3")
    with sent_by(AnonymousUser(), "10.1.2.4"):
        OrgUnit(name="乙办").save()
    assert (newest().by, newest().name, newest().address) == (None, "", "10.1.2.4")
    with sent_by(user, None), recording(Act.LOAD, by=coordinator()):
        OrgUnit(name="丙办").save()
    assert (newest().by, newest().address) == (coordinator(), None)
    OrgUnit(name="丁办").save()
    assert (newest().by, newest().address) == (None, None)


def test_no_act_stands_without_its_record():
    unit = make_unit()

    def broken(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "targets_auditrecord"'):
            return execute("SELECT no_such_column", None, False, context)
        return execute(sql, params, many, context)

    unit.order = 9
    with connection.execute_wrapper(broken), pytest.raises(Exception, match="no_such_column"), \
         transaction.atomic():  # fmt: skip
        unit.save()
    assert OrgUnit.objects.get(pk=unit.pk).order == 0


def test_revisions_and_plans_leave_records_under_their_names():
    target = make_target()
    with Watch() as watch:
        asked = target.ask(
            "value", by=coordinator(), effective_on=date(2025, 7, 1), changes={"target_value": Decimal(500)},
            document_no="1号", reason="调整", at=at(JULY),
        )  # fmt: skip
        TargetRevision.objects.get(pk=asked.pk).withdraw(by=coordinator(), at=at(JULY))
        target.plan.close(by=coordinator(), at=at(JULY))
        target.plan.undo_close(by=coordinator(), at=at(JULY))
    assert [record.act for record in watch.records] == ["ask", "withdraw", "close", "undo_close"]
    assert f"|targetrevision.{asked.pk}|" in watch.records[0].rows
    assert watch.records[0].subject == f"{target} · {asked}"


def test_issuing_a_plan_is_one_record():
    target = make_target(make_plan(state="drafting"))
    with Watch() as watch:
        target.plan.issue(by=coordinator(), document_no="1号", at=at(date(2025, 1, 6)))
    (record,) = watch.records
    assert (record.act, record.kind) == ("issue", "plan")
    assert {"plan", "targetrevision"} <= {key.partition(".")[0] for key in record.rows.split("|") if key}


def test_every_table_of_the_office_is_written_through_the_audit():
    """A model that saves past `ValidatedModel` would leave no record."""
    models = apps.get_app_config("targets").get_models()
    past_it = {model.__name__ for model in models if not issubclass(model, ValidatedModel)}
    # drafts of forms and the hashes of old passwords are nobody's act
    assert past_it == {"AuditRecord", "AuditSeal", "FormDraft", "PasswordRecord"}
