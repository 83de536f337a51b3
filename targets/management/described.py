"""What a command is for, in the words of whoever asks for `--help`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.functional import Promise

from tracker import readiness


class DescribedCommand(BaseCommand):
    about: str | Promise

    @property
    def help(self) -> str:  # type: ignore[override]  # read in its language each time: argparse takes no lazy text
        return str(self.about)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """A damaged file is told in a sentence; which of its pages are, no check before it can say."""
        try:
            return super().execute(*args, **options)
        except DatabaseError as error:
            if not readiness.is_damaged(error):
                raise
            raise CommandError(readiness.asked(readiness.Lack.DAMAGED)) from None
