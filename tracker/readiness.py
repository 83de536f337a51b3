"""What keeps the service from answering, in words and with what to do about it."""

import os
import sqlite3
import sys
from functools import cache
from logging import getLogger
from pathlib import Path
from secrets import token_hex
from shutil import disk_usage
from tempfile import TemporaryFile
from threading import Lock
from time import monotonic

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import CommandError, call_command
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import TextChoices
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tracker.settings import GIVEN_UP

log = getLogger(__name__)


class Lack(TextChoices):
    AWAY = "away", _("The database cannot be reached; see the log of the service.")
    DAMAGED = (
        "damaged",
        _("The database file is damaged: move it away and run “python3 manage.py restore BACKUP”."),
    )
    NOT_MIGRATED = (
        "not migrated",
        _("The database is not migrated: run “python3 manage.py quickstart --no-serve --no-demo”."),
    )
    NOT_UTF8 = (
        "not utf-8",
        _("The database does not keep UTF-8: make another one with ENCODING 'UTF8' TEMPLATE template0."),
    )
    NEWER = "newer", _("The database belongs to a newer version of the program; put that one back.")
    NOT_COLLECTED = (
        "not collected",
        _("The static files are not collected: run “python3 manage.py quickstart --no-serve --no-demo”."),
    )
    FULL = "full", _("The disk of TRACKER_DATA has less room than TRACKER_ROOM asks for: free some.")
    NO_ROWS = "no rows", _("The database takes no rows; see the log of the service.")
    NO_FILES = "no files", _("The folder of files takes no file; see the log of the service.")


def lack() -> Lack | None:
    return of_database() or of_static_files()


class Work:
    """Whether all that people do can be done. Asked anew after a while only, however often it is asked:
    it writes, and whoever reaches the service may ask.
    """

    AGAIN_AFTER = 10  # seconds

    def __init__(self) -> None:
        self._lacks: list[Lack] = []  # what is not ready is not served: a start has looked already
        self._due, self._asking = 0.0, Lock()

    def lacks(self) -> list[Lack]:
        if monotonic() >= self._due and self._asking.acquire(blocking=False):
            try:
                self._lacks = _lacks_at_work()
                self._due = monotonic() + self.AGAIN_AFTER
            finally:
                self._asking.release()
        return self._lacks


work = Work()


def _lacks_at_work() -> list[Lack]:
    if found := lack():
        return [found]
    return [each for each in (_of_room(), _of_rows(), _of_files()) if each]


def _of_room() -> Lack | None:
    return Lack.FULL if disk_usage(settings.DATA).free < settings.ROOM else None


def _of_rows() -> Lack | None:
    try:
        with transaction.atomic():
            sessions = apps.get_model("sessions", "Session").objects  # before the start no model can be read
            sessions.create(session_key=token_hex(16), session_data="", expire_date=timezone.now())
            transaction.set_rollback(True)
    except Error as error:
        log.error("database: %s", error)
        return Lack.NO_ROWS
    return None


def _of_files() -> Lack | None:
    try:
        with TemporaryFile(dir=settings.MEDIA_ROOT) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        log.error("files: %s", error)
        return Lack.NO_FILES
    return None


def give_up_unless_ready() -> None:
    """Whoever starts the service is told what to run. A database that is away may yet come."""
    found = lack()
    connection.close()
    if found is None or found is Lack.AWAY:
        return
    with translation.override("en"):
        english = str(found.label)
    sys.stderr.write(f"{found.label}\n{english}\n")
    sys.exit(GIVEN_UP)


def demand(*but_for: Lack) -> None:
    """A command without the variables of the service ends in a sentence."""
    lack = of_database()
    if lack is not None and lack not in but_for:
        raise CommandError(asked(lack))


def asked(why: object) -> str:
    """What keeps a command from its work, and whether it is at the right place."""
    if why is Lack.AWAY:
        why = gettext("The database cannot be reached; the line above says why.")
    words = {"name": database_name(), "why": why.label if isinstance(why, Lack) else why}
    return (
        gettext(
            "Are TRACKER_DATA and DATABASE_URL those of the service? "
            "Here they name the database %(name)s. %(why)s"
        )
        % words
    )


def database_name() -> str:
    return f"{connection.settings_dict['NAME']} ({connection.display_name})"


def make_ready() -> None:
    """Make or mend what `lack` asks for. A file with people's passwords in it is its owner's alone."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        Path(name).touch()  # empty it is a database too, and what SQLite lays beside it gets its rights
        for path in (Path(f"{name}{end}") for end in ("", "-wal", "-shm")):
            if path.exists():
                path.chmod(0o600)
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except MigrationSchemaMissing:
        raise CommandError(
            gettext("The database's user may make no tables in it: make the database with OWNER.")
        ) from None
    call_command("collectstatic", interactive=False, verbosity=0)


def of_database() -> Lack | None:
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return Lack.NOT_MIGRATED  # to ask would make the file
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except Error as error:
        log.error("database: %s", error)
        return Lack.DAMAGED if is_damaged(error) else Lack.AWAY
    if connection.vendor == "postgresql" and _encoding() != "UTF8":
        return Lack.NOT_UTF8
    known = migrations()
    apps = {app for app, _name in known.disk_migrations}
    if not applied.issuperset(known.graph.leaf_nodes()):
        return Lack.NOT_MIGRATED
    newer = {key for key in applied if key[0] in apps} - set(known.disk_migrations)
    return Lack.NEWER if newer else None


def of_static_files() -> Lack | None:
    """Also what an older version collected: a page then asks for a file it does not have."""
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return None
    collected, _digest = staticfiles_storage.load_manifest()
    return None if collected.keys() >= _static_files() else Lack.NOT_COLLECTED


def is_damaged(error: Error) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def passes(error: BaseException | None) -> bool:
    """Whether the database is away, locked or full. SQLite calls a query operational too that is wrong."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


def _encoding() -> str:
    return str(connection.connection.info.parameter_status("server_encoding"))


@cache
def migrations() -> MigrationLoader:
    """Those of this version of the program."""
    return MigrationLoader(None)


@cache
def _static_files() -> frozenset[str]:
    passed_over = ["CVS", ".*", "*~"]  # by collectstatic too
    return frozenset(path for finder in get_finders() for path, _storage in finder.list(passed_over))
