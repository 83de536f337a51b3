"""Compare what is kept with what the facts say; every difference is one line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.management import register_options
from targets.management.described import DescribedCommand
from targets.models import AuditSeal, KeptFile
from targets.models.ledger.verifying import verify
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy("Check the ledger against a fresh judgement; exit 1 where anything differs.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", metavar="CODE", help=_("the plan's code; all plans unless given"))

    def handle(self, *, plan: str | None, **options: Any) -> None:
        readiness.demand()
        try:
            found = None if plan is None else register_options.plan(plan)
        except ValidationError as refused:
            raise CommandError(register_options.refusals(refused)) from None
        last = AuditSeal.objects.order_by("number").last()
        counts: Counter[str] = Counter()
        problems = [verify(found, counts), _files() if found is None else ()]
        for problem in chain.from_iterable(problems):
            counts["problems"] += 1
            self.stdout.write(problem)
        self._tell_seal(last)
        self._tell(counts)

    def _tell_seal(self, last: AuditSeal | None) -> None:
        """Print a new seal: its digest, kept on paper, shows whether the audit was cut short later."""
        newest = AuditSeal.objects.order_by("number").last()
        if newest and newest != last:
            words = {"number": newest.number, "count": newest.count, "digest": newest.digest}
            self.stdout.write(
                _("Audit sealed: no. %(number)s, %(count)s records, digest %(digest)s.") % words
            )

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


def _files() -> Iterator[str]:
    """Files from which reports were entered, and that are gone or are not what came in."""
    for file in KeptFile.objects.entered().order_by("pk"):
        if not file.is_whole():
            words = {"file": file, "place": file.stored_as}
            yield _("%(file)s: the kept file (%(place)s) is gone, or is not what came in.") % words
