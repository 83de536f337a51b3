"""One application server as DEPLOY sets it up, on 127.0.0.1, with a data folder of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from typing import Any

BASE = Path(__file__).parents[2]
UNIT = BASE / "tracker/deploy/tracker.service"
# as the service's log tells an error, with its places, or as Python does before there is a log
FAULT = re.compile(r"^.* \| \w+\(.*\) at .*|^[\w.]+(?:Error|Exception|Interrupted)\b.*", re.MULTILINE)
AWAY = re.compile(r"django\.db\.utils\.(OperationalError|InterfaceError)|psycopg|sqlite3\.OperationalError")
PATIENCE = 60  # seconds until it has to answer, or to be gone


class Service:
    """`url` is DATABASE_URL; without one SQLite in the folder."""

    def __init__(self, data: Path, url: str = "") -> None:
        self.data, self.url, self.port = data, url, free_port()
        self.within: list[str] = []  # a command that runs it
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = ("TRACKER_", "DATABASE_URL", "DJANGO_")
        passed_on = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        given = {"DATABASE_URL": self.url} if self.url else {}
        settings = {"TRACKER_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        return passed_on | settings | given

    # --- commands beside it -------------------------------------------------------------------

    def manage(self, *arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "django", *arguments, check=check)

    def python(self, *arguments: object, told: str = "", check: bool = True) -> Any:
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=BASE, env=self.environment, input=told, text=True, capture_output=True,
        )  # fmt: skip
        if check and done.returncode:
            said = f"{done.stdout[-2000:]}{done.stderr[-4000:]}"
            raise RuntimeError(f"{shlex.join(map(str, arguments))}\n{said}")
        return done

    def asked(self, *arguments: object, told: object = None) -> Any:
        """What `python -m …` answers in JSON; `told` is what it reads."""
        return json.loads(self.python("-m", *arguments, told=json.dumps(told)).stdout)

    # --- the server ---------------------------------------------------------------------------

    @property
    def log(self) -> Path:
        return self.data / "service.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [*self.within, *command(self.port)], cwd=BASE, env=self.environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.wait_until_it_serves()

    def wait_until_it_serves(self) -> None:
        assert self.server is not None
        until = monotonic() + PATIENCE
        while monotonic() < until:
            if self.server.poll() is not None:
                raise RuntimeError(f"it ended with status {self.server.returncode}:\n{self.last_words()}")
            if self.is_healthy():
                return
            sleep(0.05)
        raise TimeoutError(f"it does not serve:\n{self.last_words()}")

    def is_healthy(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        with suppress(OSError, HTTPException):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.server is None:
            return
        if how == signal.SIGKILL:
            with suppress(ProcessLookupError):
                os.killpg(self.server.pid, how)
        else:
            self.server.send_signal(how)
        self.server.wait(PATIENCE)
        self.server = None

    def workers(self) -> list[int]:
        if self.server is None:
            return []
        with suppress(FileNotFoundError):
            children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
            return [int(pid) for pid in children.read_text().split()]
        return []

    def kill_workers(self) -> None:
        """As the kernel does where memory runs out; the master starts others."""
        for pid in self.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def memory(self) -> int:
        """MB that its processes hold; what they share counts once."""
        return sum(map(_proportional_kilobytes, self.workers())) // 1024

    def last_words(self) -> str:
        return self.log.read_text()[-2000:]

    def faults(self) -> list[str]:
        return faults_in(self.log.read_text())


def faults_in(log: str) -> list[str]:
    """Exceptions that do not say that the database is away, locked or not to be written."""
    return [line for line in FAULT.findall(log) if not AWAY.match(line)]


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    try:
        service.start()
        yield service
    finally:
        service.stop(signal.SIGKILL)


def command(port: int) -> list[str]:
    """The unit's own, but for the place of the program and the port."""
    line = next(line for line in UNIT.read_text().splitlines() if line.startswith("ExecStart="))
    _program, *options = shlex.split(line.partition("=")[2])
    bound = options.index("--bind") + 1
    options[bound] = f"127.0.0.1:{port}"
    return [sys.executable, "-m", "gunicorn", *options]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _proportional_kilobytes(pid: int) -> int:
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0
