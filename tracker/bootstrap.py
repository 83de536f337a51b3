"""Makes and mends .venv and runs things in it. Standard library only: nothing else is there yet."""

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

BASE = Path(__file__).resolve().parent.parent
VENV = BASE / ".venv"
BEFORE = BASE / ".venv.old"  # the one before, while another is being made
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MARK = VENV / "installed"
WHEELHOUSE = "wheelhouse"

LOCKS = ["run", "test", "dev"]  # each holds all of the one before it
LOCK_FOR = {"quickstart": "run", "restore": "run", "test": "test", "develop": "dev"}
OF_THE_SERVICE = {  # commands about what it keeps; before it keeps anything there is nothing to ask
    "axes_reset_failure_logs", "axes_reset_username", "backup", "changepassword", "clearsessions",
    "export_report", "rejudge", "remind", "status", "verify",
}  # fmt: skip
# of PYTHON… only what concerns output passes on: the rest can bring in foreign packages or drop assertions
KEPT = {"PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONUTF8"}
ELSEWHERE = {"PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_USER"}

NO_ENVIRONMENT = "Run “python3 manage.py quickstart” first. 请先运行 python3 manage.py quickstart。"
ANOTHER_USER = (
    "The folder .venv belongs to another user: run this as the user of the service. "
    ".venv 目录属于其他用户，请以运行本系统的用户执行。"
)
NO_DATA = (
    "There is no folder {data}. Are TRACKER_DATA and DATABASE_URL those of the service? "
    "没有 {data} 这个目录，请核对 TRACKER_DATA 和 DATABASE_URL 是否与服务一致。"
)
NO_VENV = (
    "Python's venv and ensurepip are missing; on Debian, Ubuntu or UOS: apt install python3-venv. "
    "缺少 Python 的 venv 组件，请先安装 python3-venv。"
)
NOT_MADE = "The folder .venv could not be made, see above. 无法建立 .venv 目录，原因见上。"
NOT_INSTALLED = (
    "The packages could not be installed, see above. Without a network: run “{fill}” where there is one "
    "and copy wheelhouse here.\n"
    "软件包安装失败，原因见上。无网络时，请在联网的机器上运行上述命令，再把 wheelhouse 目录拷到本目录。"
)

WAITING = "Another process is installing into .venv; waiting … 另一进程正在安装运行环境，请稍候……"


class Unprepared(Exception):
    """The environment cannot be used; the message says what to do."""


def accepted(command: str, postgres: bool) -> list[list[str]]:
    """The sets of locks that serve `command`, the one to install first."""
    names = LOCKS[LOCKS.index(LOCK_FOR[command]) :]
    sets = [[name] for name in names if name == "dev" or not postgres]
    with_driver = [[name, "postgres"] for name in names if name != "dev"]  # dev holds the driver
    return with_driver + sets if postgres else sets + with_driver


def lock(name: str) -> str:
    return f"tracker/requirements/{name}.txt"


def digest(names: list[str]) -> str:
    return hashlib.sha256(b"".join((BASE / lock(name)).read_bytes() for name in names)).hexdigest()


def installed() -> str:
    """What `install` noted when it had finished, or nothing."""
    try:
        return MARK.read_text()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except PermissionError:
        raise Unprepared(ANOTHER_USER) from None


def environment() -> dict[str, str]:
    """The variables for everything that runs in .venv."""
    passed_on = {
        name: value
        for name, value in os.environ.items()
        if name not in ELSEWHERE and (name in KEPT or not name.startswith("PYTHON"))
    }
    return passed_on | {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "PYTHONNOUSERSITE": "1",
        "VIRTUAL_ENV": str(VENV),
    }


def is_inside() -> bool:
    """Whether this process is one that `run` started, or as good as."""
    return VENV.exists() and os.path.samefile(sys.prefix, VENV) and dict(os.environ) == environment()


def is_ready(choices: list[list[str]]) -> bool:
    """Whether .venv holds one of `choices` and still runs: its Python may be gone or another one by now."""
    if installed() not in map(digest, choices):
        return False
    check = "import sys, pip, django; sys.exit(sys.prefix == sys.base_prefix)"
    try:
        return subprocess.call([PYTHON, "-I", "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def prepare(command: str) -> None:
    """Install what `command` needs, unless it is there; commands that need no lock take what there is."""
    if command not in LOCK_FOR:
        if not is_inside() and not installed():
            raise Unprepared(NO_ENVIRONMENT)
        data = Path(os.environ.get("TRACKER_DATA") or BASE / ".data")
        if command in OF_THE_SERVICE and not data.exists():
            raise Unprepared(NO_DATA.format(data=data))
        return
    choices = accepted(command, os.environ.get("DATABASE_URL", "").startswith("postgres"))
    if is_ready(choices):
        return
    with open(BASE / lock("run")) as turn:
        if not take(turn):
            print(WAITING, file=sys.stderr, flush=True)
            while not take(turn):
                time.sleep(0.5)
        put_back()  # if somebody killed an installation
        if not is_ready(choices):
            install(choices[0])


def take(file: IO[str]) -> bool:
    """Whether this process now holds the lock on an open file, until that is closed."""
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def install(names: list[str]) -> None:
    """Make .venv anew: whatever a killed or outdated installation left is not worth judging.

    The one before stays aside until then and comes back if that fails: the version it serves can go on.
    """
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Unprepared(NO_VENV)
    print("Installing into .venv … 正在安装运行环境，约需半分钟……", file=sys.stderr, flush=True)
    try:
        if VENV.exists():
            VENV.rename(BEFORE)
        make(names)
    except OSError as error:
        put_back()
        raise Unprepared(f"{error}\n{NOT_MADE}") from None
    except BaseException:
        put_back()
        raise
    remove(BEFORE)


def put_back() -> None:
    if BEFORE.exists():
        remove(VENV)
        BEFORE.rename(VENV)


def make(names: list[str]) -> None:
    # _base_executable: this Python may be the one of .venv itself
    python = sys._base_executable  # type: ignore[attr-defined]  # the stubs list documented names alone
    if subprocess.call([python, "-I", "-m", "venv", "--clear", VENV], env=environment()):
        raise Unprepared(NOT_MADE)
    if subprocess.call([PYTHON, "-I", "-m", "pip", *pip_arguments(names)], cwd=BASE, env=environment()):
        fill = " ".join(["python3 -m pip download -d wheelhouse", *requirements(names)])
        raise Unprepared(NOT_INSTALLED.format(fill=fill))
    MARK.write_text(digest(names))


def remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def pip_arguments(names: list[str]) -> list[str]:
    source = ["--no-index", "--find-links", WHEELHOUSE] if (BASE / WHEELHOUSE).is_dir() else []
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-user"]
    return ["install", *quiet, *source, "--require-hashes", *requirements(names)]


def requirements(names: list[str]) -> list[str]:
    return [part for name in names for part in ("-r", lock(name))]


def run(arguments: list[str], **options: Any) -> int:
    """Run Python in .venv and give its exit status. It is not left behind when this process is stopped."""
    # the terminal sends Ctrl-C to the child as well; what it means is the child's to say
    signal.signal(signal.SIGINT, lambda *_: None)
    child = subprocess.Popen([PYTHON, *arguments], **{"env": environment(), **options})
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    status = child.wait()
    return status if status >= 0 else 128 - status


def run_tests(arguments: list[str]) -> int:
    """pytest with a data folder of its own and none of the service's settings but the database."""
    with tempfile.TemporaryDirectory(prefix="tracker-test-") as data:
        variables = {name: value for name, value in environment().items() if not name.startswith("TRACKER_")}
        workers = ["--numprocesses", "auto", "--dist", "worksteal"]  # -n 0 for one process
        return run(["-m", "pytest", *workers, *arguments], cwd=BASE, env=variables | {"TRACKER_DATA": data})
