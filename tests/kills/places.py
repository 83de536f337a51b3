"""Databases with their files, copied for each trial; the process works in one of them at a time."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import override_settings

PATIENCE = 20  # seconds for PostgreSQL to notice that its client is gone


@dataclass(frozen=True)
class Place:
    """`database` is a file in the folder, or a name on the server."""

    folder: Path
    database: str

    @classmethod
    def given(cls) -> Place:
        """What the settings name."""
        return cls(settings.DATA, str(connection.settings_dict["NAME"]))

    def copy(self, folder: Path) -> Place:
        """The same at another place; what stood there goes. Nobody may be connected to this one."""
        other = Place(folder, self._name_at(folder))
        other.remove()
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("static", "*.log", "db.sqlite3*"))
        if connection.vendor == "sqlite":
            with (
                closing(sqlite3.connect(self.database)) as old,
                closing(sqlite3.connect(other.database)) as new,
            ):
                old.backup(new)
                new.execute("PRAGMA journal_mode=WAL")
        else:
            on_the_server(f'CREATE DATABASE "{other.database}" TEMPLATE "{self.database}" STRATEGY file_copy')
        return other

    def empty(self, folder: Path) -> Place:
        """A place with no table, on the same kind of database."""
        other = Place(folder, self._name_at(folder))
        other.remove()
        (folder / "files").mkdir(parents=True)
        if connection.vendor == "postgresql":
            on_the_server(f"CREATE DATABASE \"{other.database}\" ENCODING 'UTF8' TEMPLATE template0")
        return other

    def _name_at(self, folder: Path) -> str:
        if connection.vendor == "sqlite":
            return str(folder / "db.sqlite3")
        return f"{Place.given().database.partition('__')[0]}__{folder.name}"

    def remove(self) -> None:
        connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if connection.vendor == "postgresql":
            on_the_server(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def use(self) -> None:
        """From here on this process works here."""
        connection.close()
        connection.settings_dict["NAME"] = self.database
        settings.DATA = self.folder
        override_settings(MEDIA_ROOT=self.folder / "files").enable()
        ContentType.objects.clear_cache()  # each database numbers them by itself

    def faults(self) -> list[str]:
        """What is wrong with the database itself: damaged, locked, or with rows that point nowhere."""
        if connection.vendor == "postgresql":
            return [] if self._is_left_alone() else ["a connection of what was killed goes on"]
        with closing(sqlite3.connect(self.database, timeout=0, isolation_level=None)) as opened:
            checked = opened.execute("PRAGMA quick_check").fetchall()
            nowhere = opened.execute("PRAGMA foreign_key_check").fetchall()
            opened.execute("BEGIN IMMEDIATE")  # OperationalError where it is locked
            opened.execute("ROLLBACK")
        return [f"damaged: {line}" for (line,) in checked if line != "ok"] + [
            f"points nowhere: {r}" for r in nowhere
        ]

    def _is_left_alone(self) -> bool:
        until = monotonic() + PATIENCE
        while monotonic() < until:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
            if on_the_server(asked, [self.database]) == [(0,)]:
                return True
            sleep(0.02)
        return False

    def schema(self) -> list[Any]:
        """All tables, columns and indexes in the words of the database."""
        asked = (
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
            "WHERE table_schema = 'public' UNION ALL SELECT tablename, indexname, indexdef, '' "
            "FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
        )
        if connection.vendor == "sqlite":
            asked = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY 1, 2"
        with connection.cursor() as cursor:
            cursor.execute(asked)
            found: list[Any] = cursor.fetchall()
        return found


def on_the_server(statement: str, values: list[Any] | None = None) -> list[Any]:
    """A statement beside the connection in use, for making and dropping databases."""
    with connection._nodb_cursor() as cursor:  # as the test runner makes its own
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
