"""What is killed: how each act is prepared and done, and what may be found after it."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta

from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from targets.archive import Backup
from targets.models import KeptFile, Plan, ProgressEntry
from tests.filing.sheets import filled, made
from tests.kills.places import Place
from tests.kills.told import AFTER, BEFORE
from tests.pages import form_on
from tests.upgrade import state
from tracker import readiness

TOGETHER = 20  # entries in one approval
OLD = "0010_newest_reports"  # from here the database is brought up to date

HIDDEN = ", half a file under a hidden name left"
SWEPT = ", bytes without a row swept up"

Counts = dict[str, int]


def counts() -> Counts:
    """Rows in each table, and entries in each state."""
    tables = {m._meta.label: m._base_manager.count() for m in apps.get_models() if m is not Session}
    return tables | Counter(f"entry {each}" for each in ProgressEntry.objects.values_list("state", flat=True))


class Kind:
    """`prepare` changes the base once; `act` runs in a process of its own in a copy of it."""

    before: Counts
    after: Counts

    def prepare(self, base: Place) -> Place:
        base.use()
        return base

    def look_before(self) -> None:
        self.before = counts()

    def look_after(self, place: Place) -> None:
        self.after = counts()

    def act(self, place: Place) -> None:
        raise NotImplementedError

    def found(self, place: Place) -> str:
        """In words; raises AssertionError where it may not be so."""
        now = counts()
        if now == self.before:
            return BEFORE
        assert now == self.after, _differing(now, self.before, self.after)
        return AFTER


def _differing(now: Counts, before: Counts, after: Counts) -> str:
    names = sorted({*now, *before, *after})
    told = (f"{n}: {before.get(n, 0)} {after.get(n, 0)} {now.get(n, 0)}" for n in names
            if not before.get(n, 0) == after.get(n, 0) == now.get(n, 0))  # fmt: skip
    return "before, after, now: " + ", ".join(told)


class Approve(Kind):
    """Twenty entries on the review desk."""

    def prepare(self, base: Place) -> Place:
        base.use()
        plan = Plan.objects.get(code="LOAD001")
        author, reviewer = (User.objects.get(username=f"load-{duty}-{plan.jurisdiction_id}") for duty in
                            ("tongchou", "shenhe"))  # fmt: skip
        period = plan.periods.order_by("number").last()
        targets = plan.targets.filter(measure="flow", figure_from="unit", frequency="month", state="active")
        for target in targets.exclude(entries__period=period)[:TOGETHER]:
            entry = ProgressEntry(
                target=target, period=period, value=1, narrative="按计划推进。", entered_by=author
            )
            entry.save()
            entry.submit(by=author)
        User.objects.filter(pk=reviewer.pk).update(is_staff=True)
        self.client = Client(headers={"host": "localhost"})
        self.client.force_login(User.objects.get(pk=reviewer.pk))
        desk = reverse("admin:targets_progressentry_review")
        self.address = f"{desk}?plan={plan.code}&period={period.number}&unit=all"
        fields = form_on(self.client.get(self.address), "review")
        ticks = {
            name.replace("seen_version", "chosen"): "on" for name in fields if name.endswith("seen_version")
        }
        assert len(ticks) == TOGETHER, len(ticks)
        self.fields = {**fields, **ticks, "_approve": "1"}
        return base

    def act(self, place: Place) -> None:
        answer = self.client.post(self.address, self.fields)
        assert answer.status_code == 302, answer.status_code


class Import(Kind):
    """A sheet of one unit."""

    def prepare(self, base: Place) -> Place:
        base.use()
        plan = Plan.objects.get(code="LOAD001")
        period = plan.periods.order_by("number").last()
        user = User.objects.filter(groups__name="填报员", username__startswith="official").first()
        unit = user.member.unit
        mine = plan.targets.filter(lead_unit=unit, measure="flow", figure_from="unit", frequency="month")
        free = mine.filter(state="active").exclude(entries__period=period)
        typed = {target.code: {"value": 7, "narrative": "表中的说明"} for target in free}
        sheet = made(plan, period.number, unit=unit, user=user, today=date.today())
        self.sheet = base.folder / "填报表.xlsx"
        self.sheet.write_bytes(filled(sheet, typed))
        self.username = user.username
        return base

    def act(self, place: Place) -> None:
        _quietly("import_progress", str(place.folder / self.sheet.name), "--as", self.username)

    def found(self, place: Place) -> str:
        told = super().found(place)
        return told + (SWEPT if kept_files_match() else "")


def kept_files_match() -> int:
    """Every row has its bytes. Returns how many bytes had no row; they are gone once they were forgotten."""
    assert all(file.is_whole() for file in KeptFile.objects.all()), "a row without its bytes"
    orphans = _orphans()
    if orphans:
        KeptFile.objects.forget(timezone.now() + timedelta(2))
        assert not _orphans(), "bytes without a row are not swept up"
    return len(orphans)


def _orphans() -> set[str]:
    return KeptFile.objects.on_disk() - KeptFile.objects.named()


class Export(Kind):
    def act(self, place: Place) -> None:
        _quietly(
            "export_report", "--plan", "LOAD001", "--period", "6", "--output", str(place.folder / "表.xlsx")
        )

    def found(self, place: Place) -> str:
        path, told = place.folder / "表.xlsx", super().found(place)
        if path.exists():
            assert load_workbook(path, read_only=True).sheetnames, "no workbook"
            assert told == AFTER, "a workbook without a record of it"
            return AFTER
        return ("recorded, not there" if told == AFTER else told) + _half_left(place)


def _half_left(place: Place) -> str:
    return HIDDEN if list(place.folder.glob(".*.part")) else ""


class BackUp(Kind):
    def act(self, place: Place) -> None:
        _quietly("backup", str(place.folder / "backup.zip"))

    def found(self, place: Place) -> str:
        path = place.folder / "backup.zip"
        for name in ("targets.AuditRecord", "targets.AuditSeal"):  # noted before it is written
            assert counts()[name] - self.before[name] in (0, 1)
        if path.exists():
            Backup(path)  # read to its end; ValidationError where it is not whole
            return AFTER
        return BEFORE + _half_left(place)


class Restore(Kind):
    """A backup in place of what was entered since, a kept file in each."""

    def prepare(self, base: Place) -> Place:
        base.use()
        KeptFile.keep(b"PK then", "then.xlsx", by=User.objects.first())
        self.backup = base.folder.with_name("restored.zip")
        _quietly("backup", str(self.backup))
        KeptFile.objects.get(name="then.xlsx").delete()
        KeptFile.keep(b"PK now", "now.xlsx", by=User.objects.first())
        return base

    def act(self, place: Place) -> None:
        _quietly("restore", "--replace", str(self.backup))

    def found(self, place: Place) -> str:
        told = super().found(place)
        return told + (SWEPT if kept_files_match() else "")


class Migrate(Kind):
    """An office's database of an older version."""

    def prepare(self, base: Place) -> Place:
        old = base.empty(base.folder.with_name("old"))
        old.use()
        (captured,) = state.captured()[:1]
        tables, _registers = state.read(captured)
        _quietly("migrate", "targets", captured, "--verbosity", "0")
        state.fill(tables, MigrationExecutor(connection).loader.project_state([("targets", captured)]).apps)
        _quietly("migrate", "targets", OLD, "--verbosity", "0")
        return old

    def look_before(self) -> None:
        self.applied = len(MigrationExecutor(connection).loader.applied_migrations)

    def look_after(self, place: Place) -> None:
        super().look_after(place)
        self.schema = place.schema()

    def act(self, place: Place) -> None:
        _quietly("migrate", "--no-input", "--verbosity", "0")

    def found(self, place: Place) -> str:
        lack = readiness.of_database()
        applied = len(MigrationExecutor(connection).loader.applied_migrations)
        if lack is None and counts() != self.after:
            # Django's own lists of models and permissions follow the last migration; nothing here reads them
            told = "every migration, and not yet Django's lists"
        elif lack is None:
            self._is_new(place)
            return AFTER
        else:
            assert lack is readiness.Lack.NOT_MIGRATED, lack
            told = BEFORE if applied == self.applied else "some migrations, each whole"
        self.act(place)
        self._is_new(place)
        return told

    def _is_new(self, place: Place) -> None:
        now = counts()
        assert now == self.after, _differing(now, self.after, self.after)
        assert place.schema() == self.schema, "other tables than if it had not been killed"


def _quietly(*arguments: str) -> None:
    call_command(*arguments, stdout=io.StringIO())


KINDS: dict[str, type[Kind]] = {
    "approve": Approve, "import": Import, "export": Export, "migrate": Migrate, "backup": BackUp,
    "restore": Restore,
}  # fmt: skip
