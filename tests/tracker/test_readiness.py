"""What is not ready is told in words: by /healthz, by the start, on the page."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.recorder import MigrationRecorder
from django.template.loader import render_to_string
from django.test import override_settings

from tracker import bootstrap, errors, readiness
from tracker.readiness import Lack

COMMAND = "quickstart --no-serve --no-demo"
MANIFEST = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}


@pytest.fixture
def collected(tmp_path, monkeypatch):
    """The storage that is used in earnest, with nothing collected yet."""
    storage = ManifestStaticFilesStorage(location=tmp_path)
    monkeypatch.setattr(readiness, "staticfiles_storage", storage)
    monkeypatch.setattr(readiness, "_static_files", lambda: frozenset(["targets/site.css"]))
    return storage


def fault(code, kind=DatabaseError):
    """As Django passes on what SQLite says."""
    cause = sqlite3.DatabaseError()
    cause.sqlite_errorcode = code
    error = kind("no words for people")
    error.__cause__ = cause
    return error


def of(error, rf):
    try:
        raise error
    except Exception:
        return errors.failed(rf.post("/todo/", {"narrative": "写了很久的话"}))


@pytest.mark.django_db
def test_ready():
    assert readiness.lack() is None


@pytest.mark.django_db
def test_a_migration_that_was_not_run():
    newest = max(name for app, name in readiness.migrations().disk_migrations if app == "targets")
    MigrationRecorder(connection).record_unapplied("targets", newest)
    assert readiness.of_database() is Lack.NOT_MIGRATED


@pytest.mark.django_db
def test_a_migration_that_is_not_known_here():
    MigrationRecorder(connection).record_applied("targets", "9999_from_tomorrow")
    assert readiness.of_database() is Lack.NEWER


def test_a_database_that_is_not_there_is_not_made(tmp_path, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("a file is SQLite's")
    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "db.sqlite3")
    assert readiness.of_database() is Lack.NOT_MIGRATED
    assert not (tmp_path / "db.sqlite3").exists()


@pytest.mark.django_db
def test_a_database_of_another_encoding(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no other")
    assert readiness.of_database() is None
    monkeypatch.setattr(readiness, "_encoding", lambda: "SQL_ASCII")
    assert readiness.of_database() is Lack.NOT_UTF8


def test_a_database_without_the_right_to_make_tables(monkeypatch, tmp_path):
    def refuse(*arguments, **options):
        raise MigrationSchemaMissing("permission denied for schema public")

    monkeypatch.setitem(connection.settings_dict, "NAME", tmp_path / "db.sqlite3")
    monkeypatch.setattr(readiness, "call_command", refuse)
    with pytest.raises(CommandError, match="OWNER"):
        readiness.make_ready()


@pytest.mark.parametrize("there_before", [False, True])
def test_the_database_file_is_its_owners_alone(tmp_path, monkeypatch, there_before):
    """Also in a folder that others may read."""
    if connection.vendor != "sqlite":
        pytest.skip("a file is SQLite's")
    path = tmp_path / "db.sqlite3"
    if there_before:
        path.touch(0o644)
        path.with_name("db.sqlite3-wal").touch(0o644)
    monkeypatch.setitem(connection.settings_dict, "NAME", path)
    monkeypatch.setattr(readiness, "call_command", lambda *arguments, **options: None)
    readiness.make_ready()
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}


COMMANDS = {
    "axes_reset_username": ["admin"],
    "changepassword": ["admin"],
    "export_report": ["--output", "."],
    "import_plan": ["分解表.xlsx", "--plan", "DEMO", "--as", "admin"],
    "make_load": ["--targets", "1", "--periods", "1", "--seed", "1"],
    "rejudge": ["--plan", "P25", "--as", "admin", "--document", "1", "--reason", "1"],
    "status": [],
    "verify": [],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_elsewhere_asks_for_the_variables_of_the_service(command, monkeypatch):
    monkeypatch.setattr(readiness, "of_database", lambda: Lack.AWAY)
    with pytest.raises(CommandError, match=r"TRACKER_DATA.*连接不上数据库，原因见上一行"):
        call_command(command, *COMMANDS[command])


def test_a_command_that_meets_a_damaged_page_says_so(monkeypatch):  # case 162
    def refuse():
        raise fault(sqlite3.SQLITE_CORRUPT)

    monkeypatch.setattr(readiness, "demand", refuse)
    with pytest.raises(CommandError, match="数据库文件已损坏"):
        call_command("verify")


@pytest.mark.django_db
def test_to_migrate_again_changes_nothing():  # case 159
    call_command("migrate", verbosity=0)
    assert readiness.of_database() is None


@pytest.mark.parametrize(
    ("error", "lack"),
    [
        (fault(sqlite3.SQLITE_CORRUPT), Lack.DAMAGED),
        (fault(sqlite3.SQLITE_NOTADB), Lack.DAMAGED),
        (fault(sqlite3.SQLITE_CANTOPEN, OperationalError), Lack.AWAY),
        (OperationalError("connection refused"), Lack.AWAY),
    ],
)
@pytest.mark.django_db
def test_a_database_that_cannot_be_read(monkeypatch, error, lack):
    def refuse(self):
        raise error

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", refuse)
    assert readiness.of_database() is lack


def test_static_files(collected, monkeypatch):
    assert readiness.of_static_files() is Lack.NOT_COLLECTED
    collected.hashed_files = {"targets/site.css": "targets/site.1.css"}
    collected.save_manifest()
    assert readiness.of_static_files() is None
    monkeypatch.setattr(readiness, "_static_files", lambda: frozenset(["targets/new.js"]))
    assert readiness.of_static_files() is Lack.NOT_COLLECTED


@pytest.mark.django_db
def test_healthz_says_what_is_missing(client, collected):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "静态文件尚未收集" in answer.content.decode()
    assert COMMAND in answer.content.decode()


def start(data):
    variables = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-c", "import tracker.wsgi"],
        cwd=bootstrap.BASE, text=True, capture_output=True, timeout=60,
        env=variables | {"TRACKER_DATA": str(data)},
    )  # fmt: skip


def test_the_start_refuses_with_the_command_to_run(tmp_path):
    refused = start(tmp_path)
    assert refused.returncode == readiness.GIVEN_UP
    assert COMMAND in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_start_names_a_damaged_file(tmp_path):
    (tmp_path / "db.sqlite3").write_bytes(bytes(range(256)) * 40)
    refused = start(tmp_path)
    assert refused.returncode == readiness.GIVEN_UP
    assert "数据库文件已损坏" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_that_is_away_may_come_yet(monkeypatch):
    monkeypatch.setattr(readiness, "lack", lambda: Lack.AWAY)
    assert readiness.give_up_unless_ready() is None
    monkeypatch.setattr(readiness, "lack", lambda: Lack.DAMAGED)
    with pytest.raises(SystemExit):
        readiness.give_up_unless_ready()


def test_a_damaged_file_is_a_page_that_keeps_what_was_typed(rf):
    answer = of(fault(sqlite3.SQLITE_CORRUPT), rf)
    assert answer.status_code == 503
    assert "数据库文件已损坏" in answer.content.decode()
    assert "写了很久的话" in answer.content.decode()
    assert "no words for people" not in answer.content.decode()


@pytest.mark.django_db
def test_a_missing_table_is_our_fault_unless_a_migration_is_missing(rf, monkeypatch):
    missing = fault(sqlite3.SQLITE_ERROR, OperationalError)
    assert of(missing, rf).status_code == 500
    monkeypatch.setattr(readiness, "of_database", lambda: Lack.NOT_MIGRATED)
    assert of(missing, rf).status_code == 503


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "413", "500", "503"])
def test_a_page_of_refusal_needs_nothing(page, tmp_path):
    with override_settings(STORAGES=MANIFEST, STATIC_ROOT=tmp_path, DEBUG=False):
        assert "<h1>" in render_to_string(f"{page}.html")
