"""The trials of one kind, each in a process forked from this one, which has the product loaded.

python -m tests.kills.forked KIND FOLDER TRIALS SEED
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path
from random import Random
from select import select
from time import monotonic

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import translation  # noqa: E402

from tests.kills.acts import KINDS, Kind  # noqa: E402
from tests.kills.moments import moment  # noqa: E402
from tests.kills.places import Place  # noqa: E402
from tests.kills.told import AFTER, Told  # noqa: E402

UNCUT = 3  # runs to measure how long it takes
DONE, FAILED = b".", b"!"


def main() -> None:
    name, folder, trials, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    kind, told, chance = KINDS[name](), Told(name), Random(int(seed))
    given = Place.given()
    copied = given.copy(folder / "base")
    base = trial = copied
    try:
        base = kind.prepare(copied)
        base.use()
        kind.look_before()
        waits = []
        for _run in range(UNCUT):
            trial = base.copy(folder / "trial")
            began = monotonic()
            if _killed(kind, trial) != DONE:
                raise RuntimeError(f"{name} fails without being killed")
            waits.append(monotonic() - began)
        trial.use()
        kind.look_after(trial)
        told.seconds = sorted(waits)[UNCUT // 2]
        while told.kills < trials:
            trial = base.copy(folder / "trial")
            after = moment(chance, told.kills, told.seconds)
            said = _killed(kind, trial, after)
            told.kills += 1
            _judge(kind, trial, told, said, after)
    finally:
        for place in {copied, base, trial} - {given}:
            place.remove()
    print(told.written())


def _killed(kind: Kind, place: Place, after: float | None = None) -> bytes:
    """Let it run, kill it after so many seconds, or when it is done; what it had said until then."""
    connection.close()  # a process has its own
    said, saying = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            place.use()
            kind.act(place)
            os.write(saying, DONE)
        except BaseException:
            traceback.print_exc()
            os.write(saying, FAILED)
        while True:
            signal.pause()  # until it is killed
    os.close(saying)
    try:
        if after is None:
            select([said], [], [])
        else:
            select([], [], [], after)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return os.read(said, 1)
    finally:
        os.close(said)


def _judge(kind: Kind, place: Place, told: Told, said: bytes, after: float) -> None:
    try:
        if faults := place.faults():
            raise AssertionError("；".join(faults))
        place.use()
        found = kind.found(place)
        if said == FAILED or (said == DONE and not found.startswith(AFTER)):
            raise AssertionError(f"it said {said!r}, but {found}")
        told.found[found] += 1
    except Exception as why:
        told.bad.append(f"{told.kind}, kill {told.kills} after {after:.3f} s: {type(why).__name__} {why}")
        traceback.print_exc()


if __name__ == "__main__":
    with translation.override("zh-hans"):
        main()
