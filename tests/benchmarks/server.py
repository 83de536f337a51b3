"""Pages as gunicorn serves them: answers per second to several readers at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from time import perf_counter, sleep

READERS, SECONDS = 4, 4


@contextmanager
def served(database: str) -> Iterator[int]:
    """The port of a server, started as README says, on that database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()",
        "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "16", "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip
    server = subprocess.Popen(command, env={**os.environ, "BENCH_DATABASE": database})
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        sleep(0.2)
    raise TimeoutError("gunicorn does not answer")


def per_second(port: int, address: str, cookies: str) -> float:
    """Answers a second while all readers ask for the page again and again."""
    began = perf_counter()
    answers = len(waits(port, address, cookies, began + SECONDS))
    return answers / (perf_counter() - began)


def waits(port: int, address: str, cookies: str, until: float) -> list[float]:
    """The seconds for which each answer was waited for."""

    def read(_reader: int) -> list[float]:
        found = []
        while (asked := perf_counter()) < until:
            get(port, address, cookies)
            found.append(perf_counter() - asked)
        return found

    with ThreadPoolExecutor(READERS) as readers:
        return [each for found in readers.map(read, range(READERS)) for each in found]


def get(port: int, address: str, cookies: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", address, headers={"Cookie": cookies})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200, (address, answer.status)
