"""backup and restore: what comes back is equal, row for row; what does not verify changes nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from time import sleep
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from targets import archive
from targets.management.commands import backup
from targets.models import Assessment, IssuedReport, KeptFile, Plan, Target
from targets.workbooks.issuing import publish
from tests.factories import (
    at,
    coordinator,
    correct_entry,
    file_entry,
    make_node,
    make_plan,
    make_target,
    make_unit,
    make_user,
)
from tracker import readiness

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

BASE = Path(__file__).parents[2]
JUNE = date(2025, 6, 30)
DAYS = ["2025-02-01", "2025-07-10", "2025-08-20", "2025-10-31"]


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    """A data folder of its own, whose key is known."""
    folder = tmp_path / "data"
    for place in (folder, folder / "files" / "2025", folder / "static"):
        place.mkdir(parents=True)
    settings.DATA, settings.MEDIA_ROOT, settings.STATIC_ROOT = folder, folder / "files", folder / "static"
    (folder / "secret_key").write_text(settings.SECRET_KEY)
    return folder


@pytest.fixture
def office(data):
    """Corrected figures, nodes, accounts, files; an issue, another plan; and a sign-in that failed."""
    make_user("张天宝", make_unit(), "填报员", password="right-Horse-9", is_staff=True)
    correct_entry(file_entry(make_target(), 6, "265.2", date(2025, 7, 3)), date(2025, 8, 5), value=255)
    goal = make_target(measure="milestone", due_on=date(2025, 9, 30), nodes=[JUNE])
    make_node(goal, date(2025, 9, 30))
    file_entry(goal, 6, None, date(2025, 7, 3), nodes={goal.milestones.first(): date(2025, 7, 1)})
    attempt = AccessAttempt.objects.create(username="张天宝", ip_address="10.0.0.9", failures_since_start=2)
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=at(date(2025, 7, 4)))
    (data / "files" / "2025" / "佐证.pdf").write_bytes(b"%PDF" + bytes(range(256)))
    publish(
        IssuedReport.objects.in_preparation(goal.plan.periods.get(number=6)),
        by=coordinator(), at=at(date(2025, 8, 6)),
    )  # fmt: skip
    make_target(make_plan("N26", year=2026, state="drafting"), title="明年的")


@pytest.fixture
def made(office, tmp_path):
    path = tmp_path / "backup.zip"
    call_command("backup", str(path))
    return path


def manifest(path):
    with ZipFile(path) as opened:
        return json.loads(opened.read("manifest.json"))


def digests(path):
    """Member → digest, but for the audit, which goes on: a restored backup and each new one are noted."""
    return {name: each for name, each in manifest(path)["sha256"].items() if "targets.audit" not in name}


def started(folder, *arguments):
    """Python on another machine: SQLite in a folder of its own."""
    variables = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE, text=True, capture_output=True, timeout=120,
        env=variables | {"TRACKER_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tracker.settings"},
    )  # fmt: skip


def elsewhere(folder, *arguments):
    done = started(folder, "-m", "django", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def table(capsys, day, plan="P25"):
    capsys.readouterr()
    call_command("status", plan=plan, as_of=day, format="json")
    return capsys.readouterr().out


def kept(folder):
    """Path → digest of every file."""
    files = [path for path in (folder / "files").rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def test_it_is_equal_in_an_empty_folder_and_back_here(made, data, tmp_path, capsys):
    """On PostgreSQL this goes to SQLite and back."""
    tables = {day: table(capsys, day) for day in DAYS}
    assert len(set(tables.values())) > 2
    other, again, last = tmp_path / "other", tmp_path / "again.zip", tmp_path / "last.zip"
    elsewhere(other, "restore", str(made))
    assert "未发现不符" in elsewhere(other, "verify")
    for day, printed in tables.items():
        asked = ("status", "--plan", "P25", "--as-of", day, "--format", "json")
        assert elsewhere(other, *asked) == printed
    elsewhere(other, "backup", str(again))
    assert digests(again) == digests(made)
    assert (other / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (other / "secret_key").read_text() == (data / "secret_key").read_text()
    assert (other / "static" / "staticfiles.json").exists()
    assert kept(other) == kept(data)
    call_command("restore", str(again), replace=True)
    call_command("backup", str(last))
    assert digests(last) == digests(made)
    assert {day: table(capsys, day) for day in DAYS} == tables


def test_the_drill(made, data, capsys, client):
    """From nothing but the file: the tables, the files, the passwords; and verify finds nothing."""
    plans = sorted(Plan.objects.values_list("code", flat=True))
    asked = [(plan, day) for plan in plans for day in DAYS]
    tables = {(plan, day): table(capsys, day, plan) for plan, day in asked}
    files = kept(data)
    assert (plans, len(files)) == (["N26", "P25"], 3)
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(data / "files")
    (data / "files").mkdir()
    (data / "secret_key").unlink()
    call_command("restore", str(made))
    assert {(plan, day): table(capsys, day, plan) for plan, day in asked} == tables
    assert kept(data) == files
    assert client.post("/login/", {"username": "张天宝", "password": "wrong-Horse-9"}).status_code == 200
    assert client.post("/login/", {"username": "张天宝", "password": "right-Horse-9"}).status_code == 302
    report = IssuedReport.objects.get()
    client.force_login(coordinator())
    assert b"".join(client.get(f"/reports/{report.pk}/print/")) == report.printed.read()
    call_command("verify")
    assert "未发现不符" in capsys.readouterr().out


def test_a_file_that_is_gone_or_changed_is_told_and_nothing_is_removed(office, data, tmp_path, capsys):
    older = tmp_path / "tracker-20250101-021500.zip"
    older.touch()
    printed, edition = KeptFile.objects.order_by("pk")
    (data / "files" / printed.stored_as).unlink()
    (data / "files" / edition.stored_as).write_bytes(b"other")
    with pytest.raises(CommandError, match="缺少2个文件"):
        call_command("backup", str(tmp_path), keep=1)
    told = capsys.readouterr().out
    assert all(f"{file.name}：留存文件（{file.stored_as}）" in told for file in (printed, edition))
    [made] = set(tmp_path.glob("*.zip")) - {older}
    assert older.exists()
    assert manifest(made)["rows"]["targets.keptfile"] == 2


def test_rows_and_files_are_in_step_while_another_works(office, data, tmp_path, monkeypatch):
    """Files come and are discarded while the backup is written: each row in it has its bytes."""
    by, stop, written = coordinator(), Event(), []

    def work():
        try:
            while not stop.is_set():
                file = KeptFile.keep(os.urandom(2000), "表.xlsx", by=by)
                if len(written) % 3:
                    file.delete()
                written.append(file)
        finally:
            connection.close()

    whole = archive._files

    def files():
        """As long as it takes to copy many."""
        seen, found = len(written), whole()
        while len(written) < seen + 3 and worker.is_alive():
            sleep(0.01)
        return found

    monkeypatch.setattr(archive, "_files", files)
    monkeypatch.setattr(archive, "TRIES", 100)
    worker = Thread(target=work)
    worker.start()
    try:
        for number in range(5):
            path = tmp_path / f"{number}.zip"
            call_command("backup", str(path))
            with ZipFile(path) as opened:
                rows = [json.loads(line) for line in opened.open("rows/targets.keptfile.jsonl")]
                members = {name: sha256(opened.read(name)).hexdigest() for name in opened.namelist()}
            places = [f.name for f in KeptFile._meta.concrete_fields]
            for row in rows:
                held = dict(zip(places, row, strict=True))
                assert members[f"files/{held['stored_as']}"] == held["sha256"]
    finally:
        stop.set()
        worker.join()
    assert len(written) > 10


def test_what_came_since_is_gone_and_new_rows_follow(made, data):
    before = Assessment.objects.order_by("-pk").values().first()
    make_target(title="后来的")
    (data / "files" / "later.pdf").write_bytes(b"%PDF")
    call_command("restore", str(made), replace=True)
    assert not Target.objects.filter(title="后来的").exists()
    assert Assessment.objects.order_by("-pk").values().first() == before
    assert [path.name for path in (data / "files").rglob("*.pdf")] == ["佐证.pdf"]
    assert sorted(path.name for path in data.iterdir()) == ["files", "secret_key", "static"]
    make_target(title="再来的")
    assert Assessment.objects.latest("pk").pk > before["id"]


def test_moments_are_kept_that_a_column_notes_by_itself(made):
    call_command("restore", str(made), replace=True)
    assert AccessAttempt.objects.get().attempt_time == at(date(2025, 7, 4))


def test_only_the_owner_reads_it_and_nobody_is_left_signed_in(made, client):
    assert made.stat().st_mode & 0o777 == 0o600
    client.force_login(User.objects.get(username="张天宝"))
    call_command("restore", str(made), replace=True)
    assert client.get("/targets/").status_code == 302


def test_an_existing_file_is_replaced_only_when_told_to(made):
    written = made.read_bytes()
    with pytest.raises(CommandError, match="已存在"):
        call_command("backup", str(made))
    assert made.read_bytes() == written
    made.write_text("older")
    made.chmod(0o644)
    call_command("backup", str(made), overwrite=True)
    assert (manifest(made)["format"], made.stat().st_mode & 0o777) == (archive.FORMAT, 0o600)


def test_one_that_cannot_be_finished_leaves_nothing(office, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_write_rows", full)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", str(tmp_path / "backup.zip"))
    assert list(tmp_path.glob("*.zip*")) == []
    assert list(tmp_path.glob(".*")) == []


def test_of_nothing_there_is_no_backup(tmp_path):
    with pytest.raises(CommandError, match="没有备份任何数据"):
        call_command("backup", str(tmp_path / "backup.zip"))
    assert not (tmp_path / "backup.zip").exists()


def test_of_what_is_not_ready_there_is_no_backup(office, tmp_path, monkeypatch):
    monkeypatch.setattr(readiness, "of_database", lambda: readiness.Lack.NOT_MIGRATED)
    with pytest.raises(CommandError, match=r"没有备份任何数据.*数据库尚未初始化"):
        call_command("backup", str(tmp_path / "backup.zip"))
    assert not (tmp_path / "backup.zip").exists()


def test_a_folder_keeps_the_newest(office, tmp_path, monkeypatch, capsys):
    """And what others put there."""
    folder = tmp_path / "backups"
    folder.mkdir()
    older = [f"tracker-2025010{day}-021500.zip" for day in range(1, 5)]
    for name in ("before-the-move.zip", *older):
        (folder / name).touch()
    call_command("backup", str(folder))
    assert readiness.database_name() in capsys.readouterr().out
    (first,) = {path.name for path in folder.iterdir()} - {"before-the-move.zip", *older}
    monkeypatch.setattr(backup, "NAME", "tracker-20240101-000000.zip")  # the clock was wrong
    call_command("backup", str(folder), keep=3)
    assert {path.name for path in folder.iterdir()} == {
        "before-the-move.zip", "tracker-20240101-000000.zip", older[-1], first,
    }  # fmt: skip


def test_one_that_fails_removes_nothing(office, tmp_path, monkeypatch):
    older = tmp_path / "tracker-20250101-021500.zip"
    older.touch()
    monkeypatch.setattr(readiness, "of_database", lambda: readiness.Lack.AWAY)
    with pytest.raises(CommandError, match="没有备份任何数据"):
        call_command("backup", str(tmp_path), keep=1)
    assert older.exists()


@pytest.mark.parametrize("keep", [0, 3])
def test_to_keep_some_takes_a_folder_and_a_number(tmp_path, keep):
    with pytest.raises(CommandError, match="--keep"):
        call_command("backup", str(tmp_path / "nowhere" if keep else tmp_path), keep=keep)


def test_a_file_that_postgresql_took_the_place_of_is_named(made, data, capsys):
    (data / "db.sqlite3").touch()
    call_command("restore", str(made), replace=True)
    told = "db.sqlite3 不再使用" in capsys.readouterr().out
    assert told == (connection.vendor == "postgresql")


def changed(path, to, members=None, **fields):
    """A copy with other members, and a manifest that says otherwise."""
    with ZipFile(path) as old, ZipFile(to, "w", ZIP_DEFLATED) as new:
        told = json.loads(old.read("manifest.json")) | fields
        contents = {name: old.read(name) for name in old.namelist()} | (members or {})
        contents["manifest.json"] = json.dumps(told).encode()
        for name, content in contents.items():
            if content is not None:
                new.writestr(name, content)
    return to


def test_what_does_not_verify_changes_nothing(made, tmp_path):
    digests = manifest(made)["sha256"]
    plans = "rows/targets.plan.jsonl"
    out = tmp_path / "changed.zip"
    half = tmp_path / "half.zip"
    half.write_bytes(made.read_bytes()[: made.stat().st_size // 2])
    flipped = bytearray(made.read_bytes())
    with ZipFile(made) as opened:
        member = opened.getinfo(plans)
    flipped[member.header_offset + 30 + len(plans) + member.compress_size // 2] ^= 1
    (tmp_path / "flipped.zip").write_bytes(flipped)
    broken = [
        lambda: half,
        lambda: tmp_path / "flipped.zip",
        lambda: Path(__file__),
        lambda: changed(made, out, {plans: b""}),
        lambda: changed(made, out, {plans: None}),
        lambda: changed(made, out, {"files/more.pdf": b"%PDF"}),
        lambda: changed(made, out, {}, sha256={**digests, "files/../../escaped": digests["secret_key"]}),
        lambda: changed(made, out, {}, sha256=None),
    ]
    Plan.objects.update(title="现在的")
    for make in broken:
        with pytest.raises(CommandError, match="损坏"):
            call_command("restore", str(make()), replace=True)
        assert Plan.objects.get(code="P25").title == "现在的"


def test_a_member_never_leaves_the_folder(made, tmp_path):
    digests = manifest(made)["sha256"]
    with ZipFile(made) as opened:
        key = opened.read("secret_key")
    for name in ("files/../../escaped", "/escaped", "files\\escaped"):
        path = changed(made, tmp_path / "c.zip", {name: key}, sha256={**digests, name: digests["secret_key"]})
        with pytest.raises(CommandError, match="损坏"):
            call_command("restore", str(path), replace=True)
    assert list(tmp_path.rglob("*escaped*")) == []


def test_one_of_another_version_is_refused_by_its_name(made, tmp_path):
    other = changed(made, tmp_path / "c.zip", product="0.7.3", migrations=["targets.0001_initial"])
    with pytest.raises(CommandError, match=r"0\.7\.3"):
        call_command("restore", str(other), replace=True)


def test_a_database_in_use_and_a_folder_with_files_are_not_replaced_unasked(made, data):
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(made))
    call_command("flush", interactive=False, verbosity=0)
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(made))
    shutil.rmtree(data / "files")
    (data / "files").mkdir()
    call_command("restore", str(made))
    assert Plan.objects.filter(code="P25").exists()


def test_what_fails_half_way_leaves_all_as_it_was(made, data, monkeypatch):
    Plan.objects.update(title="现在的")
    (data / "files" / "later.pdf").write_bytes(b"%PDF")

    def refuse(path, rights):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "written_whole", refuse)
    with pytest.raises(CommandError, match="No space left"):
        call_command("restore", str(made), replace=True)
    assert Plan.objects.get(code="P25").title == "现在的"
    assert (data / "files" / "later.pdf").exists()
    assert sorted(path.name for path in data.iterdir()) == ["files", "secret_key", "static"]


KILLED = """
import os, signal, sys, django
django.setup()
from django.core.management import call_command
from targets import archive
# of the key, which comes last
archive.written_whole = lambda path, rights: os.kill(os.getpid(), signal.SIGKILL)
call_command("restore", sys.argv[1], replace=True)
"""


@pytest.mark.slow
def test_one_that_is_killed_between_files_and_rows_takes_no_file_from_the_rows(made, tmp_path):
    other = tmp_path / "other"
    elsewhere(other, "restore", str(made))
    (other / "files" / "later.pdf").write_bytes(b"%PDF")
    assert started(other, "-c", KILLED, str(made)).returncode == -signal.SIGKILL
    assert {path.name for path in (other / "files").rglob("*.pdf")} == {"later.pdf", "佐证.pdf"}
    elsewhere(other, "restore", str(made), "--replace")
    assert {path.name for path in (other / "files").rglob("*.pdf")} == {"佐证.pdf"}
    assert sorted(path.name for path in other.glob(".files*")) == []


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("restore", str(tmp_path / "nowhere.zip"))
