"""Everything kept, in one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from targets import archive
from targets.management import asked


class Command(BaseCommand):
    @property
    def help(self) -> str:  # argparse takes no lazy text
        return _("Write the database, the files and the key into one file, while people work.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=_("the file to write"))
        parser.add_argument("--overwrite", action="store_true", help=_("also where the file exists"))

    def handle(self, *, file: Path, overwrite: bool, **options: Any) -> None:
        try:
            manifest = archive.back_up(file, overwrite=overwrite)
        except ValidationError as refused:
            raise CommandError(asked.refusals(refused)) from None
        except OSError as error:
            raise CommandError(_("%(path)s cannot be written: %(why)s") % _words(file, error)) from None
        counts = {
            "path": file,
            "rows": sum(manifest["rows"].values()),
            "files": sum(name.startswith(archive.FILES) for name in manifest["sha256"]),
        }
        self.stdout.write(
            _(
                "%(path)s: %(rows)s rows, %(files)s files and the key. It holds all data and the "
                "passwords' hashes: keep it where only you can read it."
            )
            % counts
        )


def _words(file: Path, error: OSError) -> dict[str, Any]:
    return {"path": file, "why": error.strerror or error}
