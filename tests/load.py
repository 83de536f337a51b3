"""Many people at once, as at the end of a month: what they wait for, what fails, and whether a save is lost.

    .venv/bin/python -m tests.load [--sessions 100] [--saving 30] [--seconds 600] [--think 6]

Starts gunicorn with the unit's own options on the invented town enlarged to 600 targets, in a folder of its
own, with SQLite or on a database of its own on the server that DATABASE_URL names. Everybody is signed in
before it is measured. Who reads opens 总览, 进展情况表 with filters, targets, 待办, and exports now and
then; who saves types figures at the desk and on the form of one entry. Afterwards the database is asked for
every save that was acknowledged. Exit 1 where one is lost or an answer was a 5xx.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from time import monotonic, sleep
from typing import Any

from tests.service.desk import Answer, Browser, Official
from tests.service.people import sign_in, signed_in
from tests.service.place import own_place
from tests.service.server import Service, serving

BUSY = "目前导出人数较多".encode()  # what the product says by design while others export


@dataclass
class Watch:
    """What everybody waited for, by kind of page."""

    until: float = 0.0
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def time(self, kind: str, ask: Callable[[], Answer], expected: int = 200) -> Answer:
        began = monotonic()
        answer = ask()
        with self.lock:
            self.waits[kind].append(monotonic() - began)
            if answer.status != expected:
                self.failed[kind, _named(answer)] += 1
        return answer

    @property
    def goes_on(self) -> bool:
        return monotonic() < self.until


def _named(answer: Answer) -> str:
    if answer.status == 503 and BUSY in answer.content:
        return "asked to export later"
    return str(answer.status) if answer.status else "no answer"


@dataclass
class Reader:
    browser: Browser
    town: dict[str, Any]
    chance: Random

    def read(self, watch: Watch) -> None:
        kind = self.chance.choices(tuple(self.PAGES), tuple(self.PAGES.values()))[0]
        watch.time(kind, lambda: self.browser.get(self._address(kind)))

    PAGES = {"总览": 20, "进展情况表": 40, "目标页": 22, "待办": 16, "导出": 2}  # of a hundred

    def _address(self, kind: str) -> str:
        plan, chance = f"plan={self.town['plan']}", self.chance
        unit = chance.choice(self.town["units"])
        if kind == "进展情况表":
            filters = ("", "&status=red", "&reporting=late", f"&unit={unit}", "&q=建设", "&measure=flow",
                       "&period=6", "&page=3", "&sort=-gap")  # fmt: skip
            return f"/targets/?{plan}{chance.choice(filters)}"
        return {
            "总览": f"/?{plan}",
            "目标页": f"/targets/{chance.choice(self.town['codes'])}/",
            "待办": "/todo/",
            "导出": f"/targets/export/?{plan}&unit={unit}",
        }[kind]


def main() -> int:
    options = _options()
    with own_place("load") as (folder, url):
        service = Service(folder, url)
        _say("making the town")
        town = service.asked(
            "tests.service.town", "--targets", options.targets, "--officials", options.saving,
            "--readers", options.sessions - options.saving,
        )  # fmt: skip
        with serving(service):
            _say("signing in")
            officials, readers = _people(service.port, town, options.seed)
            before = service.memory()
            watch = Watch(until=monotonic() + options.seconds)
            _say(f"measuring for {options.seconds} s")
            _let_them_work(watch, officials, readers, options)
            after = service.memory()
            faults = service.faults()
        saves = [save.told() for official in officials for save in official.saves]
        found = service.asked("tests.service.stored", told=saves)
    kind = "PostgreSQL" if url else "SQLite"
    print(f"{kind}, {options.sessions} sessions, {options.saving} of them saving, {options.seconds} s\n")
    server_errors = _tell(watch, options.seconds)
    done = sum(save["is_done"] for save in saves)
    lost, halves = found["lost"], found["halves"]
    print(f"saves sent {len(saves)}, acknowledged {done}, lost {len(lost)}, half {len(halves)}")
    print(f"memory of the workers {before} MB before, {after} MB after; exceptions in the log {len(faults)}")
    for line in [*lost, *halves, *faults][:10]:
        print(f"  {line}")
    return 1 if lost or halves or server_errors else 0


def _people(port: int, town: dict[str, Any], seed: int) -> tuple[list[Official], list[Reader]]:
    readers = [Reader(Browser(port), town, Random(f"{seed}/{name}")) for name in town["readers"]]
    sign_in([reader.browser for reader in readers], town["readers"], town)
    return signed_in(port, town), readers


def _let_them_work(
    watch: Watch, officials: list[Official], readers: list[Reader], options: argparse.Namespace
) -> None:
    def work(place: int, turn: Callable[[], None]) -> None:
        chance = Random(f"{options.seed}/{place}")
        sleep(chance.uniform(0, options.think))  # nobody begins at the same moment
        while watch.goes_on:
            turn()
            sleep(chance.uniform(0.5, 1.5) * options.think)

    def save(official: Official) -> None:
        form = "填报台" if official.is_next_at_the_desk else "填报页"
        watch.time(f"{form}打开", official.open)
        if official.open_at is None:
            return
        sleep(options.think / 2)  # typing
        watch.time(f"{form}保存", official.save, 302)

    turns = [
        *((lambda one=one: save(one)) for one in officials),
        *((lambda one=one: one.read(watch)) for one in readers),
    ]
    with ThreadPoolExecutor(len(turns)) as pool:
        for running in [pool.submit(work, place, turn) for place, turn in enumerate(turns)]:
            running.result()


def _tell(watch: Watch, seconds: int) -> int:
    """Print the table; gives the number of 5xx but for the exports asked to come later."""
    print("| page | requests | p50 | p95 | p99 | longest | not as expected |\n|---|---|---|---|---|---|---|")
    every = [wait for waits in watch.waits.values() for wait in waits]
    for kind, waits in [*sorted(watch.waits.items()), ("all", every)]:
        told: Counter[str] = Counter()
        for (of, why), count in watch.failed.items():
            told[why] += count if kind in (of, "all") else 0
        failed = "、".join(f"{why} {count}" for why, count in told.items() if count) or "—"
        shares = " | ".join(f"{_share(waits, share):.2f} s" for share in (0.5, 0.95, 0.99, 1))
        print(f"| {kind} | {len(waits)} | {shares} | {failed} |")
    server_errors = sum(n for (_kind, why), n in watch.failed.items() if why.startswith("5"))
    unanswered = sum(n for (_kind, why), n in watch.failed.items() if why == "no answer")
    print(f"\n{len(every) / seconds:.1f} requests/s; 5xx {server_errors}, without an answer {unanswered}")
    return server_errors + unanswered


def _share(waits: list[float], share: float) -> float:
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--saving", type=int, default=30, help="of the sessions, how many save figures")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--think", type=float, default=6, help="seconds between two pages, on average")
    parser.add_argument("--targets", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not 0 < options.saving <= options.sessions <= 1000 or not 0 < options.seconds <= 3600:
        parser.error("at most 1000 sessions, an hour, and as many that save as there are sessions")
    return options


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
