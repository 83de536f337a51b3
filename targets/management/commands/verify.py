"""Compare what is kept with what the facts say; every difference is one line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.management import asked
from targets.management.described import DescribedCommand
from targets.models.ledger.verifying import verify
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Check the ledger against a fresh judgement; exit 1 where anything differs.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", metavar="CODE", help=_("the plan's code; all plans unless given"))

    def handle(self, *, plan: str | None, **options: Any) -> None:
        readiness.demand()
        try:
            found = None if plan is None else asked.plan(plan)
        except ValidationError as refused:
            raise CommandError(asked.refusals(refused)) from None
        counts: Counter[str] = Counter()
        for problem in verify(found, counts):
            counts["problems"] += 1
            self.stdout.write(problem)
        self._tell(counts)

    def _tell(self, counts: Counter[str]) -> None:
        words = {name: counts[name] for name in ("targets", "days", "older", "outdated", "problems")}
        if counts["older"]:
            self.stdout.write(
                _(
                    "%(older)s of the rows compared are of another edition of the rule; by this one "
                    "%(outdated)s of them would differ."
                )
                % words
            )
        told = _("%(targets)s targets and %(days)s days checked") % words
        if counts["problems"]:
            raise CommandError(_("%(told)s, %(problems)s problems.") % {**words, "told": told})
        self.stdout.write(_("%(told)s, no problem.") % {"told": told})
