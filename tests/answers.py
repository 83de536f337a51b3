"""Writes what pages, data and workbooks answer, to be compared with what other code answers.

    TRACKER_DATA=… .venv/bin/python -m tests.answers FOLDER [EVERY]

Of the database in TRACKER_DATA, which it changes a little (sessions, records of exports): an account of each
role × plan × day × address, one file for each answer, or with EVERY only for one of so many. `diff -r` of two
folders says what a change of the code changed. Answers are as sent, but for what is new in each: tokens
against forgery, and in a workbook the moment at which it was made. Compare what was recorded on one day.
"""

# ruff: noqa: PLC0415  # models can be imported only once Django is set up
from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

import django

DAYS = ("", "period=3", "period=6&known_at=2026-07-20", "as_of=2026-02-10", "period=11")
TABLES = (
    "", "sort=-reporting", "sort=gap", "sort=-unit&per_page=7&page=2", "status=red&status=amber",
    "reporting=late&reporting=due", "view=meeting", "q=项目&paper=a3", "measure=flow&sort=-status",
)  # fmt: skip
PAGES = (
    "/", "/todo/", "/todo/?list=units", "/todo/?list=report", "/todo/?list=handed_in&page=1", "/help/",
    "/admin/", "/admin/targets/progressentry/desk/", "/admin/targets/progressentry/review/",
    "/admin/targets/progressentry/statistics/",
)  # fmt: skip
NEW_EACH_TIME = re.compile(rb'(csrfmiddlewaretoken" value=|csrf-token" content=)"\w+"')
MADE = re.compile(rb"<dcterms:(created|modified)[^/]*/dcterms:\1>")


def addresses(plan: object) -> Iterator[str]:
    """Those of one plan."""
    from targets.workbooks import SHEETS

    books = "", "edition=print", "reporting=reported", "&".join(f"sheets={name}" for name in SHEETS)
    code = plan.code
    for at, day in enumerate(DAYS):
        for page in ("/", "/todo/"):
            yield f"{page}?plan={code}&{day}"
        for asked in TABLES if at < 3 else TABLES[:3]:
            yield f"/targets/?plan={code}&{day}&{asked}"
        for asked in books if at < 3 else books[:1]:
            yield f"/targets/export/?plan={code}&{day}&{asked}"
        for target in plan.targets.order_by("number")[at::9]:
            yield f"/targets/{target.code}/?{day}"
    for desk in ("desk", "review", "statistics"):
        for period in list(plan.periods.all())[::3]:
            yield f"/admin/targets/progressentry/{desk}/?plan={code}&period={period.number}"
    for unit in plan.targets.order_by().values_list("lead_unit", flat=True).distinct():
        yield f"/admin/targets/progressentry/desk/?plan={code}&unit={unit}"


def forms() -> Iterator[str]:
    from targets.models import ProgressEntry, Target, TargetRevision

    for model in (Target, ProgressEntry, TargetRevision):
        yield (name := f"/admin/targets/{model._meta.model_name}/")
        for pk in model.objects.order_by("pk").values_list("pk", flat=True)[::40]:
            yield f"{name}{pk}/change/"


def plain(answer: object) -> bytes:
    body = answer.getvalue()
    if answer["Content-Type"].startswith("application/vnd"):
        with ZipFile(BytesIO(body)) as book:
            body = b"\n".join(f"== {name}\n".encode() + book.read(name) for name in book.namelist())
        body = MADE.sub(b"", body)
    return f"{answer.status_code}\n".encode() + NEW_EACH_TIME.sub(rb"\1", body)


def told(code: str) -> bytes:
    """The table as JSON, as a command prints it."""
    from django.core.management import call_command

    with redirect_stdout(StringIO()) as said:
        call_command("status", plan=code, format="json")
    return said.getvalue().encode()


def main(folder: Path, every: int = 1) -> None:
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    from targets.models import Plan

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    plans, count = list(Plan.objects.order_by("code")), 0
    asked = [*PAGES, *(each for plan in plans for each in addresses(plan)), *forms()]
    for plan in plans:
        (folder / f"{plan.code}.json").write_bytes(told(plan.code))
    roles = {user.groups.first(): user for user in get_user_model().objects.order_by("username")}
    for user in roles.values():
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        client.get("/help/")
        for address in asked:
            count += 1
            if count % every:
                continue
            name = re.sub(r"[^a-z0-9A-Z=&._-]+", "_", address)[:150] + f".{count}"
            (folder / f"{user.username} {name}").write_bytes(plain(client.get(address)))
    print(f"{count:,} answers")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target, *map(int, sys.argv[2:]))
