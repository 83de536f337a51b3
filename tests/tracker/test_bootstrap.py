"""What is installed when, and what reaches the child."""

import ast
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tracker import bootstrap


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """A .venv of our own with a Python that works, nothing noted as installed."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "MARK", tmp_path / "installed")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "postgres", "expected"),
    [
        ("quickstart", False, "run, test, dev, run+postgres, test+postgres"),
        ("quickstart", True, "run+postgres, test+postgres, dev"),
        ("test", False, "test, dev, test+postgres"),
        ("test", True, "test+postgres, dev"),
        ("develop", False, "dev"),
        ("develop", True, "dev"),
    ],
)
def test_accepted_sets_smallest_first(command, postgres, expected):
    assert ", ".join("+".join(names) for names in bootstrap.accepted(command, postgres)) == expected


def pins(name):
    text = (bootstrap.BASE / bootstrap.lock(name)).read_text()
    return set(re.findall(r"^[a-z0-9-]+==\S+", text, re.M))


def test_locks_hold_the_one_before():
    assert pins("run") < pins("test") < pins("dev")
    assert pins("run") < pins("postgres") < pins("dev")


def test_ready_when_mark_and_python_are_right(venv):
    bootstrap.MARK.write_text(bootstrap.digest(["test"]))
    assert bootstrap.is_ready([["run"], ["test"]])
    assert not bootstrap.is_ready([["run"], ["test", "postgres"]])


@pytest.mark.parametrize("mark", ["", "0" * 64])
def test_not_ready_after_killed_or_older_installation(venv, mark):
    bootstrap.MARK.write_text(mark)
    assert not bootstrap.is_ready([["run"]])


def test_not_ready_without_mark(venv):
    assert not bootstrap.is_ready([["run"]])


def test_not_ready_when_python_is_gone(venv, monkeypatch):
    bootstrap.MARK.write_text(bootstrap.digest(["run"]))
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    assert not bootstrap.is_ready([["run"]])


def test_not_ready_when_python_is_not_in_an_environment(venv, monkeypatch):
    bootstrap.MARK.write_text(bootstrap.digest(["run"]))
    monkeypatch.setattr(bootstrap, "PYTHON", sys._base_executable)
    assert not bootstrap.is_ready([["run"]])


def test_an_environment_of_another_user_is_told(venv, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(venv), "read_text", refuse)
    with pytest.raises(bootstrap.Unprepared, match="以运行本系统的用户执行"):
        bootstrap.prepare("status")


def test_other_commands_point_to_quickstart(venv):
    with pytest.raises(bootstrap.Unprepared, match="quickstart"):
        bootstrap.prepare("migrate")


def test_of_two_at_once_one_installs(venv, monkeypatch, capsys):
    made = []

    def install(names):
        time.sleep(1)
        made.append(names)

    monkeypatch.setattr(bootstrap, "is_ready", lambda choices: bool(made))
    monkeypatch.setattr(bootstrap, "install", install)
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(bootstrap.prepare, ["quickstart", "test"])) == [None, None]
    assert len(made) == 1
    assert capsys.readouterr().err.count("正在安装") == 1


@pytest.fixture
def before(tmp_path, monkeypatch):
    """A .venv that serves the version before."""
    for name, folder in {"VENV": ".venv", "BEFORE": ".venv.old", "MARK": ".venv/installed"}.items():
        monkeypatch.setattr(bootstrap, name, tmp_path / folder)
    bootstrap.VENV.mkdir()
    bootstrap.MARK.write_text("the version before")
    return tmp_path


def half_made(error):
    def make(names):
        bootstrap.VENV.mkdir(exist_ok=True)
        (bootstrap.VENV / "half").touch()
        raise error

    return make


@pytest.mark.parametrize(
    "error", [bootstrap.Unprepared("no package"), OSError(28, "full"), KeyboardInterrupt()]
)
def test_what_cannot_be_installed_leaves_the_one_before(before, monkeypatch, error):
    monkeypatch.setattr(bootstrap, "make", half_made(error))
    with pytest.raises((bootstrap.Unprepared, KeyboardInterrupt)):
        bootstrap.install(["run"])
    assert bootstrap.installed() == "the version before"
    assert [path.name for path in before.iterdir()] == [".venv"]


def test_what_a_killed_installation_left_aside_is_put_back(before, monkeypatch):
    bootstrap.VENV.rename(bootstrap.BEFORE)
    bootstrap.VENV.mkdir()
    monkeypatch.setattr(bootstrap, "is_ready", lambda choices: bootstrap.installed() == "the version before")
    bootstrap.prepare("quickstart")
    assert [path.name for path in before.iterdir()] == [".venv"]


def test_of_what_was_installed_nothing_is_left_aside(before, monkeypatch):
    monkeypatch.setattr(bootstrap, "make", lambda names: bootstrap.VENV.mkdir())
    bootstrap.install(["run"])
    assert [path.name for path in before.iterdir()] == [".venv"]
    assert bootstrap.installed() == ""


def test_a_linked_environment_is_not_touched(before, monkeypatch):
    shared = bootstrap.VENV.rename(before / "shared")
    bootstrap.VENV.symlink_to(shared)
    monkeypatch.setattr(bootstrap, "make", lambda names: bootstrap.VENV.mkdir())
    bootstrap.install(["run"])
    assert (shared / "installed").exists()
    assert not bootstrap.VENV.is_symlink()


@pytest.mark.slow
def test_a_wheelhouse_without_the_packages_leaves_the_one_before(before, monkeypatch, capfd):
    (before / "wheelhouse").mkdir()
    (before / "tracker").symlink_to(bootstrap.BASE / "tracker")
    monkeypatch.setattr(bootstrap, "BASE", before)
    monkeypatch.setattr(bootstrap, "PYTHON", bootstrap.VENV / "bin" / "python")
    with pytest.raises(bootstrap.Unprepared, match="wheelhouse"):
        bootstrap.install(["run"])
    assert bootstrap.installed() == "the version before"


def test_a_command_asks_for_the_folder_of_the_service_and_makes_none(before, monkeypatch):
    monkeypatch.setenv("TRACKER_DATA", str(before / "typo"))
    with pytest.raises(bootstrap.Unprepared, match="TRACKER_DATA"):
        bootstrap.prepare("status")
    assert not (before / "typo").exists()
    bootstrap.prepare("makemessages")
    monkeypatch.setenv("TRACKER_DATA", str(before))
    bootstrap.prepare("status")


def test_wheelhouse_means_no_index(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "BASE", tmp_path)
    locks = [
        "--require-hashes",
        "-r",
        "tracker/requirements/test.txt",
        "-r",
        "tracker/requirements/postgres.txt",
    ]
    assert bootstrap.pip_arguments(["test", "postgres"])[-5:] == locks
    assert "--no-index" not in bootstrap.pip_arguments(["test", "postgres"])
    (tmp_path / "wheelhouse").mkdir()
    offline = ["--no-index", "--find-links", "wheelhouse"]
    assert bootstrap.pip_arguments(["test", "postgres"])[-8:] == offline + locks


def test_environment_keeps_foreign_packages_out(monkeypatch):
    foreign = ["PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PIP_TARGET"]
    for name in foreign:
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "another.settings")
    monkeypatch.setenv("PYTHONUTF8", "1")
    variables = bootstrap.environment()
    assert [name for name in foreign if name in variables] == []
    assert variables["DJANGO_SETTINGS_MODULE"] == "tracker.settings"
    assert variables["PYTHONNOUSERSITE"] == "1"
    assert variables["PYTHONUTF8"] == "1"


def start(code):
    """A process that calls `bootstrap.run` with Python code for its child."""
    parent = f"import sys; from tracker import bootstrap; sys.exit(bootstrap.run(['-c', {code!r}]))"
    return subprocess.Popen(
        [sys.executable, "-c", parent], cwd=bootstrap.BASE, stdout=subprocess.PIPE, text=True
    )


def test_run_gives_exit_status():
    with start("raise SystemExit(3)") as parent:
        assert parent.wait() == 3


def test_run_leaves_no_child_behind():
    with start("import os, time; print(os.getpid(), flush=True); time.sleep(60)") as parent:
        child = int(parent.stdout.readline())
        parent.terminate()
        assert parent.wait() == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_old_python_can_read_what_is_needed():
    source = (bootstrap.BASE / "manage.py").read_text()
    ast.parse(source, feature_version=(3, 6))


def test_bootstrap_needs_nothing_installed():
    tree = ast.parse((bootstrap.BASE / "tracker" / "bootstrap.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
