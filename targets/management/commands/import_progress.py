"""Enter reports from filled-in sheets: what the page under 本月填报 does, for a terminal and for jobs."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.filing.intake import Intake, Kind
from targets.management import acting
from targets.management.described import DescribedCommand
from targets.models import KeptFile
from targets.models.audit.recording import recording
from targets.reading.sheet import Limits
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Enter reports from filled-in sheets; of each file all is written or nothing.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help=_("a filled-in sheet"))
        acting.add_argument(parser, _("who enters the reports"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("say what would be written, write nothing")
        )

    def handle(self, *, files: list[Path], username: str, dry_run: bool, **options: Any) -> None:
        readiness.demand()
        try:
            user = acting.person(username)
        except ValidationError as refused:
            raise CommandError(acting.in_words(refused)) from None
        failed = False
        for path in files:
            try:
                done = self._enter(path, user, dry_run)
            except (PermissionDenied, ValidationError) as refused:
                failed = True
                self._tell(path, acting.in_words(refused).splitlines())
            else:
                self._tell(path, done)
        if failed:
            raise CommandError(_("Of the files with problems nothing was written."))

    def _tell(self, path: Path, lines: list[str]) -> None:
        for line in lines:
            self.stdout.write(_("%(file)s: %(why)s") % {"file": path.name, "why": line})

    @staticmethod
    def _enter(path: Path, user: Any, dry_run: bool) -> list[str]:
        """Returns what was done and what was not read in. Raises ValidationError with a message for each
        problem.
        """
        content = _bytes(path)
        with recording():
            intake = Intake(content, user=user, lock=not dry_run)
            if problems := list(_problems(intake)):
                raise ValidationError(problems)
            counts = {kind.name.lower(): intake.counts[kind] for kind in Kind}
            told = _("New %(new)s, unchanged %(unchanged)s, left empty %(empty)s.") % counts
            left = [explain.not_read_in(each.sheet, each.place, each.words) for each in intake.sheet.beside]
            if dry_run or not intake.has_something_to_write:
                return [told, *left]
            file = KeptFile.keep(content, path.name, by=user)
            done = intake.write(file)
        words = {"submitted": done["submitted"], "drafts": done["drafts"]}
        return [f"{told} {_('Submitted %(submitted)s, saved as drafts %(drafts)s.') % words}", *left]


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(Limits().size + 1)  # a byte more than is read is refused as too large
    except OSError as error:
        why = {"path": path, "why": error.strerror or error}
        raise ValidationError(_("Cannot read %(path)s: %(why)s") % why) from None


def _problems(intake: Intake) -> Iterator[str]:
    """One for each cell to be mended, and for each row that only a person on the page can decide on."""
    for fault in intake.faults:
        words = {
            "place": f"{fault.column}{fault.row}",
            "heading": fault.heading,
            "typed": " ".join(fault.typed.split())[:80] or "—",
            "why": " ".join(fault.reason.split()),
        }
        yield _("%(place)s %(heading)s, %(typed)s: %(why)s") % words
    for row in intake.of(Kind.CONFLICT):
        state = row.line.entry.get_state_display() if row.line.entry else ""
        words = {"place": f"A{row.told.place}", "title": row.line.target.title, "state": state}
        yield _("%(place)s “%(title)s”: filed otherwise meanwhile (%(state)s); decide on the page.") % words
