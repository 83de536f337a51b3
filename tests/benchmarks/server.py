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
        "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--no-control-socket",
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

    def read(_reader: int) -> int:
        connection, answers = HTTPConnection("127.0.0.1", port, timeout=60), 0
        while perf_counter() - began < SECONDS:
            connection.request("GET", address, headers={"Cookie": cookies})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, (address, answer.status)
            answers += 1
        connection.close()
        return answers

    with ThreadPoolExecutor(READERS) as readers:
        answers = sum(readers.map(read, range(READERS)))
    return answers / (perf_counter() - began)
