"""Interleaved runs and their medians; databases of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from gc import collect
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Operation:
    """What is timed, and what comes before it without being timed."""

    run: Callable[[], Any]
    before: Callable[[], Any] = lambda: None


def medians(runs: int, **operations: Operation) -> dict[str, float]:
    """Seconds of each operation: one run to warm up, then `runs` in turns, so that noise hits all alike."""
    for operation in operations.values():
        operation.before()
        operation.run()
    seconds: dict[str, list[float]] = {name: [] for name in operations}
    names = list(operations)
    for run in range(runs):
        start = run % len(names)
        for name in names[start:] + names[:start]:
            operations[name].before()
            collect()
            began = perf_counter()
            operations[name].run()
            seconds[name].append(perf_counter() - began)
    return {name: median(times) for name, times in seconds.items()}


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
