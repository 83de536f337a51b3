"""A process that enters a sheet is killed at a random moment: all of the sheet is there, or nothing."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from datetime import date
from multiprocessing import get_context
from random import Random

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from targets.models import AuditRecord, KeptFile, ProgressEntry
from targets.models.entry.file import FOLDER
from tests.factories import author, make_plan, make_target, staff
from tests.filing.sheets import filled, made
from tests.pages import held_on


def enter(content: bytes) -> None:
    """Read the sheet in, look at it, confirm."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(author())
    address = reverse("admin:targets_progressentry_sheets")
    upload = SimpleUploadedFile("填报表.xlsx", content)
    page = client.post(address, {"sheets": upload, "_read": "1"}, follow=True)
    assert client.post(address, {**held_on(page), "_confirm": "1"}).status_code == 302


def check(times: int, rows: int = 60, seed: int = 1) -> Counter[str]:
    """Raises AssertionError where a part of a sheet stands. Returns how often what was there."""
    chance, plan = Random(seed), make_plan(year=date.today().year)
    staff(author())
    targets = [make_target(plan, title=f"目标{n}") for n in range(rows)]
    number = max(period.number for period in plan.periods.all() if period.opens_on <= date.today())
    typed = {target.code: {"value": 7, "narrative": "说明"} for target in targets}
    content = filled(made(plan, number, today=date.today()), typed)
    found: Counter[str] = Counter()
    longest = 0.0
    for trial in range(times + 1):
        connection.close()  # a process has its own
        process = get_context("fork").Process(target=enter, args=(content,))
        began = time.monotonic()
        process.start()
        if trial:  # the first one ends by itself: how long there is to choose from
            process.join(chance.uniform(0, longest))
            if process.is_alive() and process.pid:
                os.kill(process.pid, signal.SIGKILL)
        process.join()
        longest = longest or time.monotonic() - began
        told = outcome(rows)
        assert trial or told == "all of it"
        found[told] += 1
        ProgressEntry.objects.all().delete()
        for file in KeptFile.objects.all():
            file.delete()
    return found


def outcome(rows: int) -> str:
    entries, entered = ProgressEntry.objects.count(), KeptFile.objects.entered().count()
    assert (entries, entered) in ((0, 0), (rows, 1)), (entries, entered)
    assert AuditRecord.objects.filter(act="file", rows__contains="keptfile").count() >= entered
    assert all(file.is_whole() for file in KeptFile.objects.all())
    if entered:
        return "all of it"
    if KeptFile.objects.exists():
        return "the file, to be looked at"
    left = default_storage.exists(FOLDER) and len(default_storage.listdir(FOLDER)[1])
    return "bytes without a row, which are swept up" if left else "nothing"
