"""The registers on MariaDB beside those on SQLite: as `tests.portable` says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def read(settings: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.portable.registers"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["DJANGO_SETTINGS_MODULE"] = settings
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
    found: list[dict[str, Any]] = json.loads(told)
    return found


def main() -> None:
    there, here = read("tests.portable.mariadb"), read("tracker.settings")
    assert len(there) == len(here)
    differing = [
        (mine["user"], mine["plan"], mine["day"])
        for mine, other in zip(here, there, strict=True)
        if mine != other
    ]
    rows = sum(len(register["rows"]) for register in here)
    print(f"{len(here)} registers, {rows} rows; {len(differing)} differ {differing or ''}")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
