"""What the people in a race do; each function runs in a process of its own.

`way` is how it is done: in the shell (the models' own acts) or on the page in a browser.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from time import sleep
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from targets.models import KeptFile, ProgressEntry, TargetRevision
from tests.pages import held_on
from tests.races import worker

SHELL, PAGE = "shell", "page"
ADD = "admin:targets_progressentry_add"
SHEETS = "/admin/targets/progressentry/desk/sheets/"


@dataclass(frozen=True)
class Answer:
    is_done: bool
    is_told: bool = True  # what was typed is still there, beside why it was refused


def in_the_shell(act: Callable[[], Any]) -> Answer:
    try:
        act()
    except (ValidationError, PermissionDenied):
        return Answer(False)
    return Answer(True)


def on_the_page(client, address, typed):
    response = client.post(address, typed)
    assert response.status_code in (200, 302, 403), response.status_code
    page = response.content.decode()
    texts = [typed[name] for name in ("narrative", "review_comment") if name in typed]
    return Answer(response.status_code == 302, all(text in page for text in texts))


def signed_in(name):
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def page_of(pk):
    return reverse("admin:targets_progressentry_change", args=(pk,))


def stored(pk):
    return ProgressEntry.objects.get(pk=pk)


def edits(way, name, pk, rounds):
    """Again and again: read the draft together with the other one, and save at the same moment."""
    client, answers = signed_in(name), []
    for number in range(rounds):
        entry = stored(pk)
        entry.value, entry.narrative = Decimal(number), f"{name}第{number}次"
        typed = {"answer": "reported", "value": number, "narrative": entry.narrative, "_save": "1"}
        typed["seen_version"] = entry.version
        worker.meet()
        answer = in_the_shell(entry.save) if way == SHELL else on_the_page(client, page_of(pk), typed)
        worker.meet()
        now = stored(pk)
        answers.append((answer, typed["narrative"], now.narrative, now.version))
    return answers


def mends(way, author, reviewer, seen):
    """Have each sent back, write another value and hand it in again."""
    client, by = signed_in(author), User.objects.get(username=reviewer)

    def mend(pk):
        entry = stored(pk)
        entry.send_back(by=by, comment="请核实")
        if way == SHELL:
            entry.value = Decimal(999)
            entry.save()
            entry.submit(by=entry.entered_by)
            return
        typed = {"answer": "reported", "value": "999", "narrative": "改过的说明", "confirmed": "on"}
        typed |= {"seen_version": entry.version, "_submit": "1"}
        assert on_the_page(client, page_of(pk), typed).is_done

    answers = []
    for pk in seen:
        worker.meet()
        answers.append(in_the_shell(lambda pk=pk: mend(pk)))
    return answers


def approves(way, name, seen):
    """Approve each as it was read, a little sooner or later."""
    by, client, answers = User.objects.get(username=name), signed_in(name), []
    for number, (pk, version) in enumerate(seen.items()):
        worker.meet()
        sleep(number % 8 / 500)
        if way == SHELL:
            answers.append(
                in_the_shell(lambda one={pk: version}: ProgressEntry.objects.approve_all(one, by=by))
            )
        else:
            answers.append(on_the_page(client, page_of(pk), {"_approve": "1", "seen_version": version}))
    return answers


def returns(way, name, seen):
    by, client, answers = User.objects.get(username=name), signed_in(name), []
    for pk, version in seen.items():
        typed = {"review_comment": "请补充依据", "_return": "1", "seen_version": version}
        entry = stored(pk)
        worker.meet()
        if way == SHELL:
            answers.append(in_the_shell(lambda e=entry: e.send_back(by=by, comment="请补充依据")))
        else:
            answers.append(on_the_page(client, page_of(pk), typed))
    return answers


def logs(way, name, occasions):
    """Log and submit for each (target, period)."""
    by, client = User.objects.get(username=name), signed_in(name)

    def log(target, period):
        words = {"narrative": f"{name}的说明", "value": Decimal(7), "entered_by": by}
        entry = ProgressEntry(target_id=target, period_id=period, **words)
        entry.save()
        entry.submit(by=by)

    answers = []
    for target, period in occasions:
        typed = {"answer": "reported", "value": "7", "narrative": f"{name}的说明", "_submit": "1"}
        typed |= {"target": target, "period": period, "part": "report", "confirmed": "on"}
        worker.meet()
        if way == SHELL:
            answers.append(in_the_shell(lambda t=target, p=period: log(t, p)))
        else:
            answers.append(on_the_page(client, f"{reverse(ADD)}?target={target}", typed))
    return answers


def imports(name, folder, sheets):
    """Read each sheet in, look at it, confirm at the same moment as the others; whether it was written."""
    client, answers = signed_in(name), []
    with override_settings(MEDIA_ROOT=folder):
        for content in sheets:
            upload = SimpleUploadedFile("填报表.xlsx", content)
            page = client.post(SHEETS, {"sheets": upload, "_read": "1"}, follow=True)
            held = held_on(page)
            worker.meet()
            assert client.post(SHEETS, {**held, "_confirm": "1"}).status_code == 302
            answers.append(KeptFile.objects.entered().filter(pk__in=held["file"]).exists())
    return answers


def approves_all(name, batches):
    """Approve each batch of {id: version} as one act; how many changed by it."""
    by, answers = User.objects.get(username=name), []
    for seen in batches:
        worker.meet()
        answers.append(ProgressEntry.objects.approve_all(seen, by=by))
    return answers


def saves(pk, times):
    worker.meet()
    for number in range(times):
        entry = stored(pk)
        entry.value, entry.narrative = Decimal(number), f"第{number}次"
        entry.save()
    return times


def signs(name, revisions):
    """Approve each of these requests at the same moment as the other; whether it was done by this one."""
    by, answers = User.objects.get(username=name), []
    for pk in revisions:
        revision = TargetRevision.objects.get(pk=pk)
        worker.meet()
        answers.append(revision.approve(by=by))
    return answers
