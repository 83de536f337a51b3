"""On PostgreSQL the role of the service does all work, and cannot rewrite what is kept."""

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from targets.models import (
    Assessment,
    AuditRecord,
    AuditSeal,
    IssuedReport,
    PolishedText,
    ProgressEntry,
)
from targets.models.audit.sealing import seal
from targets.models.enums import Role
from targets.workbooks.issuing import publish
from tests.factories import (
    at,
    author,
    coordinator,
    correct_entry,
    deputy,
    draft_entry,
    file_entry,
    make_target,
    make_user,
    reviewer,
    sign,
)

pytestmark = pytest.mark.django_db

SCRIPT = Path(__file__).parents[2] / "tracker" / "deploy" / "service-role.sql"
ROLE = f"tracker_service_{os.getpid()}"
JULY, AUGUST = date(2025, 7, 3), date(2025, 8, 5)
PASSWORD = "right-Horse-9"


@pytest.fixture(scope="module")
def role(django_db_setup, django_db_blocker):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no roles")
    if shutil.which("psql") is None:
        pytest.skip("the script is psql's")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        for _twice in range(2):
            _psql("-v", f"service={ROLE}", "-f", str(SCRIPT))
        yield ROLE
        cursor.execute("DROP FUNCTION tracker_kept CASCADE")
        cursor.execute(f"DROP OWNED BY {ROLE}")
        cursor.execute(f"DROP ROLE {ROLE}")
        connection.close()


def _psql(*arguments):
    settings = connection.settings_dict
    names = {
        "PGDATABASE": "NAME",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGHOST": "HOST",
        "PGPORT": "PORT",
    }
    given = {name: str(settings[key]) for name, key in names.items() if settings[key]}
    done = subprocess.run(["psql", "-q", *arguments], env=os.environ | given, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def as_the_service(role, settings, tmp_path):
    """People were there before. The role lasts as long as the test's transaction."""
    settings.MEDIA_ROOT = tmp_path
    for make in (author, reviewer, coordinator, deputy):
        make()
    make_user("王主任", None, Role.ADMINISTRATOR, password=PASSWORD, is_staff=True, is_superuser=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        cursor.execute("RESET ROLE")


def issue(entry, day):
    report = IssuedReport.objects.in_preparation(entry.period)
    report.save()
    PolishedText(
        report=report, target=entry.target, field="issues", said=entry.issues, text="订单不足"
    ).save()
    publish(report, by=coordinator(), at=at(day))
    return report


def test_it_does_all_work(as_the_service, client, tmp_path, capsys):
    target = make_target()
    entry = file_entry(target, 6, "265.2", JULY, issues="缺订单")
    correct_entry(entry, AUGUST, value=255)
    draft_entry(target, 7, "300", AUGUST).delete()
    words = {"document_no": "外街〔2025〕9号", "reason": "调整"}
    sign(target.ask("deadline", by=coordinator(), effective_on=JULY, changes={"due_on": date(2025, 11, 30)},
                    at=at(AUGUST), **words), AUGUST)  # fmt: skip
    report = issue(entry, AUGUST)
    report.note_paper({"document_no": "外街〔2025〕10号", "signed_by": "王某"}, by=coordinator())
    IssuedReport(plan=target.plan, period=target.plan.periods.get(number=7)).save()
    IssuedReport.objects.get(issued_at=None).delete()
    assert seal().number == 2
    assert client.post("/login/", {"username": "王主任", "password": PASSWORD}).status_code == 302
    for path in ("/targets/", "/reports/", "/admin/targets/auditrecord/", "/healthz"):
        assert client.get(path).status_code == 200, path
    assert client.post("/logout/").status_code == 302
    call_command("clearsessions")
    call_command("rejudge", plan="P25", username="王主任", document="府办〔2026〕2号", reason="规则更新")
    call_command("backup", str(tmp_path / "backup.zip"))
    call_command("verify")
    assert "未发现不符" in capsys.readouterr().out


KEPT = {Assessment: "light = 5", AuditRecord: "remark = 'x'", AuditSeal: "digest = 'x'"}
OF_AN_ISSUE = ["rows = '[]'", "number = 9", "rule = ''", "issued_at = NULL", "printed_id = NULL"]


@pytest.fixture
def history(as_the_service):
    report = issue(file_entry(make_target(), 6, "265.2", JULY, issues="缺订单"), AUGUST)
    assert all(model.objects.exists() for model in KEPT)
    return report


def refused(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return error.__cause__.sqlstate == "42501"  # insufficient privilege
    return False


def test_the_database_refuses_to_rewrite_what_is_kept(history):
    statements = [
        *(f"UPDATE {model._meta.db_table} SET {words}" for model, words in KEPT.items()),
        *(f"DELETE FROM {model._meta.db_table}" for model in (*KEPT, IssuedReport)),
        *(f"TRUNCATE {model._meta.db_table} CASCADE" for model in (*KEPT, IssuedReport)),
        *(f"UPDATE targets_issuedreport SET {words}" for words in OF_AN_ISSUE),
        "UPDATE targets_auditrecord SET seal_id = NULL WHERE seal_id IS NOT NULL",
        "UPDATE targets_issuedreport SET signed_by = 'x', digest = 'x'",
        "DELETE FROM django_migrations",
        "CREATE TABLE mine (id integer)",
        "ALTER TABLE targets_issuedreport DISABLE TRIGGER ALL",
        "DROP TABLE targets_assessment CASCADE",
    ]
    assert [statement for statement in statements if not refused(statement)] == []


def test_what_the_product_writes_is_not_refused(history):
    for statement in (
        "UPDATE targets_auditrecord SET seal_id = 1 WHERE seal_id IS NULL AND id < 0",
        "UPDATE targets_issuedreport SET document_no = 'x', signed_by = 'x', printed_on = '2025-08-06'",
        "DELETE FROM django_session",
    ):
        assert not refused(statement), statement
    assert User.objects.exists()
    assert ProgressEntry.objects.exists()
