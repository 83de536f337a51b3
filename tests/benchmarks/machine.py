"""On what the figures were taken."""

from __future__ import annotations

import os
import platform
from datetime import date

import django
from django.db import connection


def described() -> str:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        database = f"SQLite {'.'.join(map(str, connection.Database.sqlite_version_info))}"
    else:
        number = connection.pg_version
        database = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    return (
        f"{date.today():%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}, Django {django.get_version()}, {database}"
    )
