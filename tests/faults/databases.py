"""What happens to the database: locked, restarted, damaged, not to be written, of another version."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

from tests.faults.office import Office
from tests.pages import form_on
from tests.service.clusters import USER, Cluster, clusters_in_a_folder
from tests.service.people import signed_in
from tests.service.server import Service, serving

LOCKED, PROXY = 30, 60  # seconds that it is locked; that nginx waits
BACKUPS = 3
PAGE = 4096
GIVEN_UP = 4  # as tracker/settings.py says


def locked(office: Office) -> str:
    """Another process writes for 30 s: the page that comes keeps what was typed, and saves it later."""
    official = office.officials[0]
    official.open()
    with closing(sqlite3.connect(_file(office.service), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = monotonic()
        answer = official.save()
        waited = monotonic() - began
        assert answer.status == 503, answer.status
        assert waited < LOCKED < PROXY, waited
        words = official.saves[-1].words
        assert words in answer.content.decode(), "what was typed is lost"
        page = f"/targets/?plan={office.town['plan']}"
        assert official.browser.get(page).status == 200, "nobody could read meanwhile"
        sleep(max(0.0, LOCKED - waited))
    again = official.browser.post(official.desk, form_on(answer, ""))
    assert again.status == 302, again.status
    return f"503 with what was typed after {waited:.0f} s, saved when it was free; others could read"


def backup(office: Office) -> str:
    """Each holds all that was acknowledged before it began, and is sound where it is restored."""
    working = office.save_for(20)
    sleep(3)
    told = []
    for number in range(BACKUPS):
        before = [save.told() for one in office.officials for save in one.saves if save.is_done]
        path = office.service.data.parent / f"backup-{number}.zip"
        office.service.manage("backup", path)
        other = Service(office.service.data.parent / f"restored-{number}")
        other.manage("restore", path)
        recorded = other.asked("tests.service.stored", told=before)["recorded"]
        assert recorded == len(before), f"{len(before) - recorded} acknowledged saves are not in it"
        sound = other.manage("verify", check=False)
        assert sound.returncode == 0, sound.stdout
        told.append(len(before))
    for each in working:
        each.result()
    return f"{BACKUPS} made while six saved, with all {told} saves; verify clean; {office.nothing_is_lost()}"


def readonly(office: Office) -> str:
    """Reading goes on; what is saved comes back with a page that keeps it."""
    other = _copied(office.service, "readonly")
    if os.geteuid() == 0:  # else root would write what nobody may
        other.within = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    with serving(other):
        official = signed_in(other.port, office.town)[0]
        official.open()
        other.stop()
        _file(other).chmod(0o400)
        other.start()
        read = official.browser.get(f"/targets/?plan={office.town['plan']}").status
        answer = official.save()
        assert (read, answer.status) == (200, 503), (read, answer.status)
        assert official.saves[-1].words in answer.content.decode(), "what was typed is lost"
    return "it starts; pages are read, a save is a 503 that keeps what was typed"


def damaged(office: Office) -> str:
    """A page of the file is overwritten: verify, backup and the log say so in a sentence."""
    other = _copied(office.service, "damaged")
    folder, file = other.data, _file(other)
    with closing(sqlite3.connect(file)) as opened:
        asked = "SELECT rootpage FROM sqlite_master WHERE name = 'targets_assessment'"
        (root,) = opened.execute(asked).fetchone()
    with file.open("r+b") as opened_file:
        opened_file.seek((root - 1) * PAGE)
        opened_file.write(b"\xff" * PAGE)
    told = []
    for command in (("verify",), ("backup", folder.parent / "of-the-damaged.zip")):
        done = other.manage(*command, check=False)
        said = f"{done.stdout}{done.stderr}"
        assert done.returncode != 0, f"{command[0]} finds nothing"
        assert "Traceback" not in said, f"{command[0]}: {said.strip().splitlines()[-1]}"
        assert "损坏" in said, f"{command[0]}: {said}"
        told.append(command[0])
    assert not (folder.parent / "of-the-damaged.zip").exists()
    return f"{' and '.join(told)} say 数据库文件已损坏"


def unmigrated(office: Office) -> str:
    """New code on an old database: the start is refused with the command to run; which may run twice."""
    folder = office.service.data.parent / "unmigrated"
    other = Service(folder)
    folder.mkdir(mode=0o700)
    shutil.copytree(office.service.data / "static", folder / "static")
    other.manage("migrate", "targets", "0010_newest_reports", "--verbosity", "0")
    said = _refused(other)
    assert f"status {GIVEN_UP}" in said, said
    assert "quickstart --no-serve --no-demo" in said, said
    for _twice in range(2):
        other.manage("quickstart", "--no-serve", "--no-demo")
    with serving(other):
        assert other.is_healthy()
    return "refused with the command to run; run twice, it serves"


def _refused(service: Service) -> str:
    """Why it does not start."""
    try:
        service.start()
    except RuntimeError as refused:
        return str(refused)
    service.stop(signal.SIGKILL)
    return "it serves"


def restarted(office: Office) -> str:
    """PostgreSQL is restarted while people save: 503 until it is back, and no restart of ours."""
    with clusters_in_a_folder() as folder:
        cluster = Cluster(folder / "one")
        cluster.make()
        url = f"postgres://{USER}@{cluster.place}/{USER}"
        service = Service(folder / "data", url)
        town = service.asked("tests.service.town", "--targets", 150, "--officials", 6, "--readers", 0)
        with serving(service):
            own = Office(service, town, signed_in(service.port, town), office.pool)
            workers = service.workers()
            working = own.save_for(20)
            for _restart in range(3):
                sleep(4)
                cluster.restart()
            for each in working:
                each.result()
            assert service.workers() == workers, "a process of ours was started anew"
            assert all(one.saves[-1].is_done for one in own.officials), "not found again"
            said = own.nothing_is_lost()
    return f"restarted 3 times: {said}"


def _copied(service: Service, name: str) -> Service:
    """The same in another folder, all of the database in its file."""
    service.stop()
    other = Service(service.data.with_name(name))
    shutil.copytree(service.data, other.data)
    with closing(sqlite3.connect(_file(other))) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return other


def _file(service: Service) -> Path:
    return service.data / "db.sqlite3"
