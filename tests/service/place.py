"""A folder and a database of one's own for a service, gone when the command ends."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg


@contextmanager
def own_place(name: str) -> Iterator[tuple[Path, str]]:
    """The folder and DATABASE_URL of a database on the server that DATABASE_URL names; without it SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix=f"tracker-{name}-") as folder:
        if not given:
            yield Path(folder), ""
            return
        own = f"{urlsplit(given).path[1:] or 'tracker'}_{name}_{os.getpid()}"
        told = on_the_server(given)
        told.execute(f"CREATE DATABASE \"{own}\" ENCODING 'UTF8' TEMPLATE template0")
        try:
            yield Path(folder), _naming(own, given)
        finally:
            told.execute(f'DROP DATABASE "{own}" WITH (FORCE)')
            told.close()


def on_the_server(url: str) -> psycopg.Connection:
    """A connection to make and drop databases with."""
    return psycopg.connect(_naming("postgres", url), autocommit=True)


def _naming(database: str, url: str) -> str:
    """The URL of another database on the same server."""
    return re.sub(r"^(\w+://[^/?]*)(/[^?]*)?", rf"\1/{database}", url)
