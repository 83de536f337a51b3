"""Forms saved through gunicorn, whose workers are killed meanwhile; every tenth time with their master."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random
from time import monotonic, sleep
from typing import Any

import psycopg

from tests.kills.moments import moment
from tests.kills.told import AFTER, BEFORE, Told
from tests.service.desk import Official, Save
from tests.service.people import signed_in
from tests.service.server import Service, serving

WITH_ITS_MASTER = 10  # every so many kills
TO_WARM_UP = 6


def try_it(service: Service, town: dict[str, Any], told: Told, trials: int, seed: int) -> None:
    chance = Random(seed)
    with serving(service), ThreadPoolExecutor() as pool:
        officials = signed_in(service.port, town)
        waits = []
        for _round in range(TO_WARM_UP):
            began = monotonic()
            _save_at_once(pool, officials)
            waits.append(monotonic() - began)
        told.seconds = sorted(waits)[len(waits) // 2]
        while told.kills < trials:
            sent = _open(officials)
            saving = [pool.submit(official.save) for official in sent]
            sleep(moment(chance, told.kills, told.seconds))
            if told.kills % WITH_ITS_MASTER == WITH_ITS_MASTER - 1:
                service.stop(signal.SIGKILL)
            else:
                service.kill_workers()
            told.kills += 1
            for each in saving:
                each.result()
            for official in sent:
                _judge(service, told, official)
            told.bad += _faults_of(service)
            if service.server is None:
                service.start()
            else:
                service.wait_until_it_serves()
    saves = [save.told() for official in officials for save in official.saves]
    found = service.asked("tests.service.stored", told=saves)
    told.bad += [f"lost: {save}" for save in found["lost"]] + [f"half: {save}" for save in found["halves"]]


def _open(officials: Sequence[Official]) -> list[Official]:
    """Those whose next form is open; of whom another one's row took the place, the next is tried later."""
    for official in officials:
        official.open()
    return [official for official in officials if official.open_at]


def _save_at_once(pool: ThreadPoolExecutor, officials: Sequence[Official]) -> None:
    for answer in pool.map(Official.save, _open(officials)):
        assert answer.status == 302, answer


def _judge(service: Service, told: Told, official: Official) -> None:
    save = official.saves[-1]
    stands = _entry(service, save)
    earlier = {each.words for each in official.saves[:-1] if each.target == save.target}
    if stands is None or stands in earlier:
        told.found[BEFORE] += 1
        if save.is_done:
            told.bad.append(f"acknowledged and not there: {save}")
    elif stands == save.words:
        told.found[AFTER] += 1
    else:
        told.bad.append(f"neither: {save}, but {stands}")


def _entry(service: Service, save: Save) -> str | None:
    """The words of the target's newest entry, if it is one of this person's."""
    statement = "SELECT narrative FROM targets_progressentry WHERE target_id = {} AND narrative LIKE {} "
    place = "%s" if service.url else "?"
    asked = statement.format(place, place) + "ORDER BY id DESC LIMIT 1"
    like = f"{save.words.partition('第')[0]}第%"
    database = psycopg.connect(service.url) if service.url else sqlite3.connect(service.data / "db.sqlite3")
    with closing(database) as opened:
        found: Any = opened.execute(asked, (save.target, like))
        row = found.fetchone()
        return row and str(row[0])


def _faults_of(service: Service) -> list[str]:
    if service.url:
        return []
    with closing(sqlite3.connect(service.data / "db.sqlite3")) as opened:
        said = opened.execute("PRAGMA quick_check").fetchall()
    return [] if said == [("ok",)] else [f"quick_check: {said}"]
