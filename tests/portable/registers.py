"""Prints the registers of the demonstration, as every account reads them, from a database made for it.

DJANGO_SETTINGS_MODULE=… python -m tests.portable.registers
"""

# ruff: noqa: PLC0415  # models can be imported only once Django is set up
from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import django
from django.db import connection

TODAY = date(2026, 11, 21)
DAYS: tuple[dict[str, Any], ...] = ({}, {"as_of": date(2026, 6, 30), "known_at": date(2026, 7, 20)})


def registers() -> Iterator[dict[str, Any]]:
    from django.contrib.auth import get_user_model

    from targets.models import Plan
    from targets.register.columns import shown
    from targets.register.register import Register

    for user in get_user_model().objects.order_by("username"):
        for code in ("DEMO", "DEMO0"):
            for day in DAYS:
                register = Register.at(Plan.objects.get(code=code), today=TODAY, viewer=user, **day)
                rows = [
                    [*row.marks, *(column.told(row) for column in shown("data"))] for row in register.rows()
                ]
                yield {"user": user.username, "plan": code, "day": day, "rows": rows}


def main() -> None:
    django.setup()
    from targets.seed import accounts, articles, demonstration

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        articles.load()
        accounts.load(demo=True)
        demonstration.load(TODAY)
        print(json.dumps(list(registers()), ensure_ascii=False, default=str))
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
