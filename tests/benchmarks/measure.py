"""Interleaved runs and their medians; databases of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gc import collect
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

from django.db import connection


@dataclass(frozen=True, slots=True)
class Operation:
    """What is timed, and what comes before it without being timed."""

    run: Callable[[], Any]
    before: Callable[[], Any] = lambda: None


class Spent(NamedTuple):
    """Seconds on the clock, and of this process's CPU: the latter says more on a busy machine."""

    wall: float
    cpu: float


def medians(runs: int, **operations: Operation) -> dict[str, Spent]:
    """What each operation takes: one run to warm up, then `runs` in turns, so that noise hits all alike."""
    for operation in operations.values():
        operation.before()
        operation.run()
    spent: dict[str, list[Spent]] = {name: [] for name in operations}
    names = list(operations)
    for run in range(runs):
        start = run % len(names)
        for name in names[start:] + names[:start]:
            operations[name].before()
            collect()
            began = perf_counter(), process_time()
            operations[name].run()
            spent[name].append(Spent(perf_counter() - began[0], process_time() - began[1]))
    return {name: Spent(*map(median, zip(*times, strict=True))) for name, times in spent.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `goal` is the most (or, with ≥, the least) the ratio may be."""

    name: str
    ours: str
    other: str
    ratio: str
    goal: str = "—"


def timed(name: str, ours: Spent, other: Spent, goal: str = "—") -> Row:
    """Both times and their ratio, on the clock and in CPU."""
    ratio = f"{ours.wall / other.wall:.2f} ({ours.cpu / other.cpu:.2f})"
    return Row(name, in_milliseconds(ours), in_milliseconds(other), ratio, goal)


def in_milliseconds(spent: Spent) -> str:
    wall, cpu = (f"{1000 * s:.2f}" if s < 0.01 else f"{1000 * s:,.0f}" for s in spent)
    return f"{wall} ({cpu}) ms"


class Databases:
    """Databases with the tracker's tables, between which the one connection changes."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.given = str(connection.settings_dict["NAME"])

    def make(self, name: str) -> None:
        settings = connection.settings_dict
        settings["NAME"] = self.given
        folder, slash, last = self.given.rpartition("/")
        settings["TEST"]["NAME"] = f"{folder}{slash}bench_{name}_{last}"
        connection.close()
        self.names[name] = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)

    def use(self, name: str) -> None:
        if connection.settings_dict["NAME"] != self.names[name]:
            connection.close()
            connection.settings_dict["NAME"] = self.names[name]

    def drop(self) -> None:
        for name in self.names.values():
            connection.close()
            connection.settings_dict["NAME"] = name
            connection.creation.destroy_test_db(self.given, verbosity=0)


@contextmanager
def databases(*names: str) -> Iterator[Databases]:
    made = Databases()
    try:
        for name in names:
            made.make(name)
        yield made
    finally:
        made.drop()
