"""Another database in the place of the tests' own, so that no migration touches what other tests use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """One without tables, dropped afterwards; on SQLite a file in `folder`."""
    given = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        with _connected_to(folder / "upgrade.sqlite3", given):
            yield
        return
    name = connection.ops.quote_name(f"{given}_upgrade")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        with _connected_to(f"{given}_upgrade", given):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def _connected_to(name: str | Path, given: str) -> Iterator[None]:
    try:
        _connect(name)
        yield
    finally:
        _connect(given)


def _connect(name: str | Path) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()  # each database numbers them by itself
