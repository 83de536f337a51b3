"""What Django's log and the log of failed sign-ins held goes on in the audit."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from targets.models import AuditRecord
from targets.models.audit.sealing import broken_seals, seal
from tests.factories import NEW_YEAR, at
from tests.upgrade.database import empty_database

BEFORE = "0010_newest_reports"


@pytest.fixture(scope="module")
def upgraded(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), empty_database(tmp_path_factory.mktemp("audit")):
        call_command("migrate", "targets", BEFORE, verbosity=0)
        for app in ("admin", "axes"):
            call_command("migrate", app, verbosity=0)
        apps = MigrationExecutor(connection).loader.project_state().apps
        user = apps.get_model("auth", "User").objects.create(username="zhang")
        kind = apps.get_model("contenttypes", "ContentType").objects.get(app_label="targets", model="plan")
        log = apps.get_model("admin", "LogEntry").objects
        for flag, message in ((1, '[{"added": {}}]'), (2, "办结计划"), (3, "")):
            log.create(
                action_time=at(NEW_YEAR) + timedelta(flag), user=user, content_type=kind, object_id="7",
                object_repr="P25", action_flag=flag, change_message=message,
            )  # fmt: skip
        failed = apps.get_model("axes", "AccessFailureLog").objects
        attempt = failed.create(username="li", ip_address="10.0.0.9")
        failed.filter(pk=attempt.pk).update(attempt_time=at(NEW_YEAR))
        call_command("migrate", verbosity=0)
        yield


def test_each_line_is_a_record(upgraded):
    logged = AuditRecord.objects.exclude(act="sign_in").exclude(kind="auditrecord").order_by("pk")
    assert list(logged.values_list("at", "name", "act", "kind", "subject", "rows", "remark")) == [
        (at(NEW_YEAR) + timedelta(1), "zhang", "create", "plan", "P25", "|plan.7|", ""),
        (at(NEW_YEAR) + timedelta(2), "zhang", "change", "plan", "P25", "|plan.7|", "办结计划"),
        (at(NEW_YEAR) + timedelta(3), "zhang", "delete", "plan", "P25", "|plan.7|", ""),
    ]
    failed = AuditRecord.objects.get(act="sign_in")
    assert (failed.at, failed.name, failed.address, failed.outcome) == (
        at(NEW_YEAR), "li", "10.0.0.9", "failed",
    )  # fmt: skip


def test_they_are_sealed_like_any_other(upgraded):
    assert seal().count == 5  # with the line that the upgrade drew
    assert broken_seals() == []
