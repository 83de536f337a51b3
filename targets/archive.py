"""One file that holds everything kept, and puts it back as it was, on either database.

A ZIP with a member for each table, a row a line of JSON, the files, the secret key, and a manifest
with the version and a digest of every member. Rows are read and written column by column, past all
that models do: ids and moments stay as they are, to the microsecond, which Django's serializers cut.
"""

from __future__ import annotations

import json
import secrets
import shutil
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models import AuditRecord, KeptFile, OrgUnit, Plan
from targets.models.audit.sealing import seal
from targets.models.base import snapshot
from tracker import readiness
from tracker.whole_files import new_file, written_whole

FORMAT = 1
MANIFEST, KEY, ROWS, FILES = "manifest.json", "secret_key", "rows/", "files/"
AT_ONCE = 500  # rows
PIECE = 1 << 20  # bytes
TRIES = 5
PRIVATE = 0o600


class Made(NamedTuple):
    """A backup's manifest, and the kept files that are missing or not what came in, in words."""

    manifest: dict[str, Any]
    lacking: list[str]


class _OutOfStep(Exception):
    """A file was discarded after its row was read and before it was copied."""


def back_up(path: Path, *, overwrite: bool = False) -> Made:
    """Write `path`, whole or not at all, readable by its owner alone."""
    if path.exists() and not overwrite:
        raise ValidationError(_("%(path)s exists already; --overwrite replaces it.") % {"path": path})
    if lack := readiness.of_database():
        raise _nothing_in(lack)
    if is_empty():
        raise _nothing_in(_("Nobody ever worked in it."))
    AuditRecord.objects.note(AuditRecord.Act.BACK_UP, remark=path.name)
    seal()
    for _time in range(TRIES):
        with suppress(_OutOfStep):
            return _made(path)
    raise _nothing_in(_("Files were discarded faster than they were copied."))


def _made(path: Path) -> Made:
    with written_whole(path, PRIVATE) as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive, snapshot():
            manifest = _write(archive)
            digests = manifest["sha256"]
            lacking = [kept for kept in KeptFile.objects.order_by("pk").iterator(AT_ONCE)
                       if digests.get(FILES + kept.stored_as) != kept.sha256]  # fmt: skip
        if KeptFile.objects.filter(pk__in=[kept.pk for kept in lacking]).count() < len(lacking):
            raise _OutOfStep
    return Made(manifest, [kept.told_as_lacking() for kept in lacking])


class Backup:
    """A backup that was read to its end: as it was written, and of this version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.zip = ZipFile(path)
            self.manifest = json.loads(self.zip.read(MANIFEST))
            self._verify()
        except (BadZipFile, KeyError, TypeError, ValueError, EOFError, NotImplementedError, zlib.error):
            raise ValidationError(
                _("%(path)s is damaged or no backup; nothing was changed.") % {"path": path}
            ) from None
        self._check_version()

    def _verify(self) -> None:
        digests = self.manifest["sha256"]
        if sorted(self.zip.namelist()) != sorted([*digests, MANIFEST]):
            raise BadZipFile
        for name, digest in digests.items():
            place = PurePosixPath(name)
            if place.is_absolute() or ".." in place.parts or "\\" in name:
                raise BadZipFile
            with self.zip.open(name) as member:
                if _copied(member) != digest:
                    raise BadZipFile

    def _check_version(self) -> None:
        if (self.manifest["format"], self.manifest["migrations"]) == (FORMAT, _migrations()):
            return
        theirs = _release(self.manifest["product"], self.manifest["migrations"])
        words = {"path": self.path, "theirs": theirs, "ours": _release(_version(), _migrations())}
        raise ValidationError(
            _(
                "%(path)s was made by version %(theirs)s with other tables than this one (%(ours)s) has. "
                "Restore it with the program it was made by, then update; nothing was changed."
            )
            % words
        )

    def restore(self, *, replace: bool = False) -> None:
        """Make this what is kept, all or nothing; what was there goes only when told to."""
        if not replace and not (is_empty() and _is_without_files()):
            raise ValidationError(
                _(
                    "The database %(name)s or the folder of files is not empty; nothing was changed. "
                    "--replace puts the backup in place of all that is there."
                )
                % {"name": readiness.database_name()}
            )
        readiness.make_ready()
        before = set(_files())
        with self._staged_files() as staged:
            try:
                with transaction.atomic():
                    self._put_rows()
                    # the rows turn last: until then both what was and what comes find their files
                    ours = _put_beside(staged)
                    with written_whole(settings.DATA / KEY, PRIVATE) as file:
                        file.write(self.zip.read(KEY))
            except BaseException:
                _remove(set(_files()) - before)
                raise
        _remove(before - ours)
        ContentType.objects.clear_cache()

    def _put_rows(self) -> None:
        try:
            call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
        except CommandError:  # forty lines about SQL
            raise ValidationError(
                _("This role may not empty the tables: restore as their owner; nothing was changed.")
            ) from None
        for model in _models():
            self._read(model)
        self._number_on()
        connection.check_constraints()
        AuditRecord.objects.note(AuditRecord.Act.RESTORE, remark=self.path.name)

    def _read(self, model: type[models.Model]) -> None:
        fields = _fields(model)
        with self.zip.open(_member(model)) as lines:
            rows = (_row(model, fields, line) for line in lines)
            while batch := list(islice(rows, AT_ONCE)):
                _insert(model, fields, batch)
        if model._base_manager.count() != self.manifest["rows"][model._meta.label_lower]:
            raise ValidationError(_("%(path)s is damaged or no backup; nothing was changed.") % self.__dict__)

    def _number_on(self) -> None:
        """New rows take numbers after the restored ones."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(statement)

    @contextmanager
    def _staged_files(self) -> Iterator[Path]:
        """The files beside where they belong, in a folder that goes unless it is put in place."""
        files = Path(settings.MEDIA_ROOT)
        for left in files.parent.glob(f".{files.name}.*"):  # of one that was killed
            shutil.rmtree(left)
        staged = files.with_name(f".{files.name}.{secrets.token_hex(8)}")
        staged.mkdir(mode=0o700)
        try:
            for name in self.manifest["sha256"]:
                if name.startswith(FILES):
                    place = staged / name.removeprefix(FILES)
                    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    with self.zip.open(name) as member, new_file(place, PRIVATE) as file:
                        _copied(member, file)
            yield staged
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _nothing_in(why: Any) -> ValidationError:
    return ValidationError(_("Nothing was backed up. %(why)s") % {"why": readiness.asked(why)})


def is_empty() -> bool:
    """Whether nobody ever worked here: what migrations write does not count."""
    tables = connection.introspection.table_names()
    people_wrote = (apps.get_model(settings.AUTH_USER_MODEL), OrgUnit, Plan)
    return not any(model._meta.db_table in tables and model._base_manager.exists() for model in people_wrote)


# --- what is kept -----------------------------------------------------------------------------


def _models() -> list[type[models.Model]]:
    """Every table but the sessions: a backup signs nobody in."""
    found = apps.get_models(include_auto_created=True)
    return [
        model for model in found if model._meta.managed and not model._meta.proxy and model is not Session
    ]


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _member(model: type[models.Model]) -> str:
    return f"{ROWS}{model._meta.label_lower}.jsonl"


def _files() -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def _is_without_files() -> bool:
    return not _files()


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in readiness.migrations().disk_migrations)


def _release(version: str, migrations: list[str]) -> str:
    """The version with its newest migration, because between two releases tables change too."""
    return " ".join([version, *sorted(name for name in migrations if name.startswith("targets."))[-1:]])


def _version() -> str:
    return str(tomllib.loads((settings.BASE / "pyproject.toml").read_text())["project"]["version"])


# --- out --------------------------------------------------------------------------------------


def _write(archive: ZipFile) -> dict[str, Any]:
    digests, counts = {}, {}
    for model in _models():
        with archive.open(_member(model), "w", force_zip64=True) as member:
            digests[_member(model)], counts[model._meta.label_lower] = _write_rows(model, member)
    for path in _files():
        name = FILES + path.relative_to(settings.MEDIA_ROOT).as_posix()
        try:
            file = path.open("rb")
        except FileNotFoundError:  # discarded meanwhile
            continue
        with file, archive.open(name, "w", force_zip64=True) as member:
            digests[name] = _copied(file, member)
    key = settings.SECRET_KEY.encode()
    archive.writestr(KEY, key)
    manifest = {
        "format": FORMAT,
        "product": _version(),
        "migrations": _migrations(),
        "made_at": timezone.localtime().isoformat(timespec="minutes"),
        "rows": counts,
        "sha256": {**digests, KEY: sha256(key).hexdigest()},
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _write_rows(model: type[models.Model], member: IO[bytes]) -> tuple[str, int]:
    digest, count = sha256(), 0
    columns = [field.attname for field in _fields(model)]
    for row in model._base_manager.order_by("pk").values_list(*columns).iterator(AT_ONCE):
        line = json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        digest.update(line)
        member.write(line)
        count += 1
    return digest.hexdigest(), count


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no way to keep a {type(value).__name__}")


# --- back -------------------------------------------------------------------------------------


def _row(model: type[models.Model], fields: list[Any], line: bytes) -> models.Model:
    values = json.loads(line)
    return model(**{f.attname: f.to_python(value) for f, value in zip(fields, values, strict=True)})


def _insert(model: type[models.Model], fields: list[Any], rows: list[models.Model]) -> None:
    """As bulk_create(), but raw: a column that notes its own moment keeps the one it has."""
    size = max(1, connection.ops.bulk_batch_size(fields, rows))
    for start in range(0, len(rows), size):
        model._base_manager._insert(rows[start : start + size], fields=fields, raw=True)  # type: ignore[attr-defined]


def _put_beside(staged: Path) -> set[Path]:
    """Move the files to where they belong, among those that are there; their names are random."""
    moved = set()
    for path in sorted(path for path in staged.rglob("*") if path.is_file()):
        place = Path(settings.MEDIA_ROOT) / path.relative_to(staged)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.replace(place)
        moved.add(place)
    return moved


def _remove(files: set[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)


# --- files ------------------------------------------------------------------------------------


def _copied(source: IO[bytes], to: IO[bytes] | None = None) -> str:
    """Copy in pieces, or only read; gives the digest."""
    digest = sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        if to is not None:
            to.write(piece)
    return digest.hexdigest()
