"""One workbook at a time: those written beside each other slow one another and every page alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from time import sleep
from typing import TypeVar

MOST = 8  # of this process's threads: one that writes and those that wait; the others serve pages

PAUSE = 0.0001  # seconds; long enough that a thread which waits for the interpreter gets it

Row = TypeVar("Row")
_places, _pen = BoundedSemaphore(MOST), Lock()


class TooMany(Exception):
    """As many ask for a workbook as may wait."""


@contextmanager
def a_turn() -> Iterator[None]:
    """Wait until the others of this process have written theirs; raises TooMany at once."""
    if not _places.acquire(blocking=False):
        raise TooMany
    try:
        with _pen:
            yield
    finally:
        _places.release()


def letting_others_pass(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows with a pause after each, in which a page that is being made goes on."""
    for row in rows:
        yield row
        sleep(PAUSE)
