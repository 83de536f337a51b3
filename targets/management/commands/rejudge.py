"""Have a plan's targets judged anew after an upgrade of the rule's code: asked for, never by itself."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.management import acting, register_options
from targets.management.described import DescribedCommand
from targets.models.ledger.rejudging import Rejudged, rejudge
from targets.status import Status
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Judge a plan's targets anew by the rule's code as it now is; append what differs.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, metavar="CODE", help=_("the plan's code"))
        acting.add_argument(parser, _("the administrator who asks"))
        parser.add_argument(
            "--document", required=True, metavar="NO", help=_("the number of the document it rests on")
        )
        parser.add_argument("--reason", required=True, metavar="TEXT", help=_("why it is done"))

    def handle(self, *, plan: str, username: str, document: str, reason: str, **options: Any) -> None:
        readiness.demand()
        try:
            user = acting.person(username)
            done = rejudge(register_options.plan(plan), by=user, document=document, reason=reason)
        except (PermissionDenied, ValidationError) as refused:
            raise CommandError(acting.in_words(refused)) from None
        self._tell(plan, done)

    def _tell(self, plan: str, done: Rejudged) -> None:
        words = {"plan": plan, "targets": done.targets, "rows": done.rows}
        self.stdout.write(_("%(plan)s: %(targets)s targets judged, %(rows)s ledger rows appended.") % words)
        if not done.turned:
            self.stdout.write(_("No light of today changed."))
        for target, old, new in done.turned:
            lights = {"target": target, "old": Status(old).label, "new": Status(new).label}
            self.stdout.write(_("%(target)s: %(old)s → %(new)s") % lights)
