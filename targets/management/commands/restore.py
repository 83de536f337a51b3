"""Everything kept, put back from a backup."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import archive
from targets.management import register_options
from targets.management.described import DescribedCommand
from tracker import readiness
from tracker.readiness import Lack


class Command(DescribedCommand):
    about = gettext_lazy("Put a backup into an empty database of either kind, ready to be served.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("the backup"))
        parser.add_argument("--replace", action="store_true", help=_("in place of all that is there"))

    def handle(self, *, file: Path, replace: bool, **options: Any) -> None:
        readiness.demand(Lack.NOT_MIGRATED)
        try:
            backup = archive.Backup(file)
            backup.restore(replace=replace)
        except ValidationError as refused:
            raise CommandError(register_options.refusals(refused)) from None
        except OSError as error:
            words = {"path": error.filename or file, "why": error.strerror or error}
            raise CommandError(_("%(path)s: %(why)s; nothing was changed.") % words) from None
        self.stdout.write(
            _("Restored as of %(moment)s: %(rows)s rows. Start the service; everybody signs in again.")
            % {"moment": backup.manifest["made_at"], "rows": sum(backup.manifest["rows"].values())}
        )
        self._tell_what_is_left()

    def _tell_what_is_left(self) -> None:
        left = settings.DATA / "db.sqlite3"
        if connection.vendor == "postgresql" and left.exists():
            self.stdout.write(
                _(
                    "%(path)s is read no more, but any command without DATABASE_URL would take it for the "
                    "data: move it away."
                )
                % {"path": left}
            )
