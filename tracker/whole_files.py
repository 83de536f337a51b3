"""Files that are written whole or not at all: nobody opens half a workbook or restores half a backup."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from time import time
from typing import IO

FORGOTTEN = 24 * 60 * 60  # seconds: whoever wrote for so long was killed
# without the file's own name, which may be as long as a name can be
_PREFIX, _SUFFIX = ".tracker-", ".part"


@contextmanager
def written_whole(path: Path, rights: int = 0o666) -> Iterator[IO[bytes]]:
    """What is written inside becomes `path` once all of it is on the disk.

    `rights` are those of the new file, less what the process takes from all of its files.
    """
    _sweep(path.parent)
    half = path.with_name(f"{_PREFIX}{token_hex(8)}{_SUFFIX}")
    try:
        with new_file(half, rights) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def new_file(path: Path, rights: int) -> IO[bytes]:
    """A file that had no other rights at any moment."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights), "wb")


def _sweep(folder: Path) -> None:
    """Halves of those who were killed. One that may not be removed here is no reason to write nothing."""
    for half in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError):
            if half.stat().st_mtime < time() - FORGOTTEN:
                half.unlink()
