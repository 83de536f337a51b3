"""The command of django-axes, in the words of the service."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from axes.utils import reset
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.management.described import DescribedCommand
from targets.models import AuditRecord
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Unlock accounts that wrong passwords have locked, at every address.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", nargs="+")

    def handle(self, *, username: list[str], **options: Any) -> None:
        readiness.demand()
        for name in username:
            is_unlocked = bool(reset(username=name))
            if is_unlocked:
                AuditRecord.objects.note(AuditRecord.Act.UNLOCK, remark=name)
            said = _("%(name)s: unlocked.") if is_unlocked else _("%(name)s: was not locked.")
            self.stdout.write(said % {"name": name})
