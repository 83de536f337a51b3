"""Prepares a place, has each kind tried there, and prints the table; exit 1 where anything was bad."""

from __future__ import annotations

import argparse
import subprocess
import sys
from time import monotonic

import tests.kills
from tests.kills import saves
from tests.kills.told import HEADINGS, Told
from tests.service.place import own_place
from tests.service.server import BASE, Service

KINDS = ("save", "approve", "import", "export", "migrate", "backup", "restore")
TARGETS = 300


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=tests.kills.__doc__)
    parser.add_argument("--trials", type=int, default=80, help="of each kind")
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS, metavar="KIND")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began, every = monotonic(), []
    with own_place("kills") as (folder, url):
        service = Service(folder / "data", url)
        town = service.asked("tests.service.town", "--targets", TARGETS, "--officials", 4, "--readers", 2)
        print("PostgreSQL" if url else "SQLite", f"\n\n{HEADINGS}", sep="", flush=True)
        for kind in options.only:
            told = Told(kind)
            if kind == "save":
                saves.try_it(service, town, told, options.trials, options.seed)
            else:
                told = _forked(service, kind, str(folder / kind), str(options.trials), str(options.seed))
            every.append(told)
            print(told.row(), flush=True)
    kills, bad = sum(told.kills for told in every), [line for told in every for line in told.bad]
    print(f"\n{kills} kills in {monotonic() - began:.0f} s, {len(bad)} bad", *bad, sep="\n")
    return 1 if bad else 0


def _forked(service: Service, *arguments: str) -> Told:
    """A process that has the product loaded is forked for each trial."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills.forked", *arguments],
        cwd=BASE, env=service.environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return Told.read(done.stdout)


if __name__ == "__main__":
    sys.exit(main())
