"""Everything kept, in one file."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import archive
from targets.management import register_options
from targets.management.described import DescribedCommand
from tracker import readiness

NAME = "tracker-%Y%m%d-%H%M%S.zip"  # sorted by name, the newest comes last
NAMED = re.compile(r"tracker-\d{8}-\d{6}\.zip")


class Command(DescribedCommand):
    about = gettext_lazy("Write the database, the files and the key into one file, while people work.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help=_("the file to write; in a folder it gets the moment for its name")
        )
        parser.add_argument("--overwrite", action="store_true", help=_("also where the file exists"))
        parser.add_argument(
            "--keep", type=int, metavar="N", help=_("of those so named in the folder, keep the newest N only")
        )

    def handle(self, *, file: Path, overwrite: bool, keep: int | None, **options: Any) -> None:
        if keep is not None and (keep < 1 or not file.is_dir()):
            raise CommandError(_("--keep takes a number from 1 on, and a folder that is there."))
        if file.is_dir():
            file /= timezone.localtime().strftime(NAME)
        try:
            manifest, lacking = archive.back_up(file, overwrite=overwrite)
        except ValidationError as refused:
            raise CommandError(register_options.refusals(refused)) from None
        except OSError as error:
            raise CommandError(_("%(path)s cannot be written: %(why)s") % _words(file, error)) from None
        counts = {
            "path": file,
            "name": readiness.database_name(),
            "rows": sum(manifest["rows"].values()),
            "files": sum(name.startswith(archive.FILES) for name in manifest["sha256"]),
        }
        self.stdout.write(
            _(
                "%(path)s: %(rows)s rows, %(files)s files and the key, of the database %(name)s. It holds "
                "all data and the passwords' hashes: keep it where only you can read it."
            )
            % counts
        )
        for line in lacking:
            self.stdout.write(line)
        if lacking:
            raise CommandError(
                _("The backup holds what there is, without %(count)s files.") % {"count": len(lacking)}
            )
        if keep is not None:
            _remove_all_but(keep, file)


def _remove_all_but(keep: int, newest: Path) -> None:
    """The one just made stays, whatever the clock said when others were."""
    others = sorted(path for path in newest.parent.iterdir() if NAMED.fullmatch(path.name) and path != newest)
    for path in others[: max(0, len(others) + 1 - keep)]:
        try:
            path.unlink()
        except OSError as error:
            raise CommandError(_("%(path)s cannot be removed: %(why)s") % _words(path, error)) from None


def _words(file: Path, error: OSError) -> dict[str, Any]:
    return {"path": file, "why": error.strerror or error}
