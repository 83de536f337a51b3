"""What a command is for, in the words of whoever asks for `--help`."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils.functional import Promise


class DescribedCommand(BaseCommand):
    about: str | Promise

    @property
    def help(self) -> str:  # type: ignore[override]  # read in its language each time: argparse takes no lazy text
        return str(self.about)
