"""PostgreSQL servers of one's own in a temporary folder, on ports of their own, as a standby needs them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import psycopg

from tests.service.server import free_port

OWNER = "postgres"  # the server does not run as root
USER = "tracker"
PATIENCE = 30


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def make(self) -> None:
        _tool("initdb", "--pgdata", self.folder, "--username", OWNER, "--auth", "trust", "--encoding", "UTF8")
        self.start()
        self.ask(f"CREATE ROLE {USER} LOGIN")
        self.ask(f"CREATE DATABASE {USER} OWNER {USER} ENCODING 'UTF8' TEMPLATE template0")

    def standby(self, folder: Path) -> Cluster:
        """Another that takes over what this one acknowledges: nothing is, before it is there."""
        other = Cluster(folder)
        source = ("--host", "127.0.0.1", "--port", self.port, "--username", OWNER)
        _tool("pg_basebackup", *source, "--pgdata", folder, "--write-recovery-conf", "--checkpoint", "fast")
        other.start()
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.ask("SELECT pg_reload_conf()")
        until = monotonic() + PATIENCE
        while self.ask("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            if monotonic() > until:
                raise TimeoutError("the standby does not follow")
            sleep(0.1)
        return other

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        _tool("pg_ctl", "start", "--pgdata", self.folder, "--wait", "--options", options,
              "--log", self.folder / "server.log")  # fmt: skip

    def restart(self) -> None:
        """As an update of the system does: who is connected is thrown out."""
        _tool("pg_ctl", "restart", "--pgdata", self.folder, "--wait", "--mode", "fast")

    def promote(self) -> None:
        _tool("pg_ctl", "promote", "--pgdata", self.folder, "--wait")

    def kill(self) -> None:
        """All its processes at once, with nothing tidied up."""
        held = self.folder / "postmaster.pid"
        pid = int(held.read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        held.unlink()

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(f"postgres://{OWNER}@{self.place}/postgres", autocommit=True) as opened:
            cursor = opened.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def clusters_in_a_folder() -> Iterator[Path]:
    """The folder; whatever runs in it is ended with it."""
    with tempfile.TemporaryDirectory(prefix="tracker-clusters-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            shutil.chown(name, OWNER)
        try:
            yield Path(name)
        finally:
            for folder in Path(name).iterdir():
                if (folder / "postmaster.pid").exists():
                    _tool("pg_ctl", "stop", "--pgdata", folder, "--mode", "immediate", check=False)


def _tool(name: str, *arguments: object, check: bool = True) -> None:
    by = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*by, _where(name), *map(str, arguments)], cwd="/", text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if name != "pg_ctl" else None,
    )  # fmt: skip
    if check and done.returncode:
        raise RuntimeError(f"{name}: {done.stderr}")


def _where(name: str) -> str:
    if found := shutil.which(name):
        return found
    newest = max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(newest)
