"""One command from an empty folder: run in a process of its own, as people do."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command

from targets.management.commands import quickstart
from targets.management.commands.quickstart import Command
from tracker import bootstrap

BASE = Path(__file__).parents[2]
POSTS = ("tianbao", "shenhe", "tongchou", "tongji", "lingdao")
USERS = [f"{place}-{post}" for place in ("waihai", "yunxi") for post in POSTS]
USERS.append("yunxi-zhuren")


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def start(data, *arguments, **options):
    variables = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "django", "quickstart", *arguments],
        cwd=BASE, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=variables | {
            "TRACKER_DATA": str(data), "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "PYTHONIOENCODING": "utf-8",
        }, **options,
    )  # fmt: skip


def finish(process):
    output, _none = process.communicate(timeout=120)
    return process.returncode, output


def passwords(output):
    return dict(re.findall(r"^([\w-]+) .* ([a-z0-9]{12})$", output, re.MULTILINE))


def dump(data):
    with closing(sqlite3.connect(data / "db.sqlite3")) as database:
        return list(database.iterdump())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.slow
def test_second_run_is_harmless(data):
    status, output = finish(start(data, "--no-serve"))
    assert status == 0, output
    assert sorted(passwords(output)) == sorted([*USERS, "admin"])
    before = dump(data)
    status, again = finish(start(data, "--no-serve"))
    assert (status, passwords(again)) == (0, {})
    assert all(name in again for name in USERS)
    assert dump(data) == before
    assert (data.stat().st_mode & 0o777, (data / "static" / "staticfiles.json").exists()) == (0o700, True)


@pytest.mark.slow
def test_without_the_demonstration_it_can_follow_later(data):
    _status, first = finish(start(data, "--no-serve", "--no-demo"))
    assert sorted(passwords(first)) == sorted(["admin", *USERS[:5]])
    _status, second = finish(start(data, "--no-serve"))
    assert sorted(passwords(second)) == sorted(USERS[5:])


@pytest.mark.slow
def test_serves_until_it_is_ended(data):
    port = free_port()
    process = start(data, "--no-demo", "--port", str(port), start_new_session=True)
    try:
        answer = answer_of(f"http://127.0.0.1:{port}/healthz")
        assert answer == "ok\n"
        with spare_connection(port), spare_connection(port), spare_connection(port), login(port) as page:
            assert "</form>" in page.read().decode()
    finally:
        os.killpg(process.pid, 2)  # as Ctrl-C in a terminal: to the whole group
        status, output = finish(process)
    assert (status, "Traceback" in output) == (0, False), output
    assert f"http://127.0.0.1:{port}/" in output


def spare_connection(port):
    """As browsers open them ahead of need; a server that waits for its request answers nobody."""
    return socket.create_connection(("127.0.0.1", port))


def login(port):
    return urlopen(f"http://127.0.0.1:{port}/login/", timeout=25)


def answer_of(address):
    for _attempt in range(500):
        try:
            with urlopen(address, timeout=60) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {address}")


def test_busy_port_is_told_before_anything_is_done():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=str(port)) as refused:
            call_command("quickstart", port=port)
    assert "--port" in str(refused.value)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_port_out_of_range(port):
    with pytest.raises(CommandError, match="65535"):
        call_command("quickstart", port=port)


@pytest.fixture
def other(settings, tmp_path):
    """Another quickstart on the same folder; written into, it says where it serves."""
    settings.DATA = tmp_path
    with (tmp_path / "quickstart.lock").open("a+") as held:
        assert bootstrap.take(held)
        yield held


def test_one_that_runs_already_is_told_quietly(other, capsys):
    other.write("http://127.0.0.1:8000/")
    other.flush()
    call_command("quickstart")
    assert "http://127.0.0.1:8000/" in capsys.readouterr().out
    with pytest.raises(CommandError, match="请先停止"):
        call_command("quickstart", no_serve=True)


def test_one_that_only_prepares_is_waited_for(other, monkeypatch, capsys):
    monkeypatch.setattr(Command, "_prepare", lambda self, **options: [])
    monkeypatch.setattr(quickstart.time, "sleep", lambda seconds: other.close())
    call_command("quickstart", no_serve=True)
    assert "请稍候" in capsys.readouterr().out


@pytest.mark.slow
def test_of_two_at_once_one_serves_and_nobody_fails(data):
    port = free_port()
    both = [start(data, "--no-demo", "--port", str(port), start_new_session=True) for _each in range(2)]
    try:
        assert answer_of(f"http://127.0.0.1:{port}/healthz") == "ok\n"
        served = [process.poll() for process in both]
    finally:
        for process in both:
            if process.poll() is None:
                os.killpg(process.pid, 2)
    outputs = [finish(process) for process in both]
    assert sorted(served, key=str) == [0, None]
    assert [status for status, _output in outputs] == [0, 0]
    assert "Traceback" not in "".join(output for _status, output in outputs)
