"""Compare what is kept with what the facts say; every difference is one line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.management import register_options
from targets.management.described import DescribedCommand
from targets.models import AuditSeal, IssuedReport, KeptFile
from targets.models.base import plain_code
from targets.models.issued.verifying import reports_are_whole
from targets.models.ledger.verifying import verify
from targets.reading.sheet import FileRefusal
from targets.workbooks.altered import altered, digest_in
from tracker import readiness


class Command(DescribedCommand):
    about = gettext_lazy(
        "Check the ledger against a fresh judgement, or a workbook that came back against the issue it was "
        "taken from; exit 1 where anything differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            metavar="FILE",
            help=_("a workbook of an issue; compared cell by cell"),
        )
        parser.add_argument("--plan", metavar="CODE", help=_("the plan's code; all plans unless given"))
        parser.add_argument(
            "--issue",
            metavar="NUMBER",
            type=int,
            help=_("with FILE and --plan: which issue, where the file does not say it"),
        )

    def handle(self, *, file: Path | None, plan: str | None, issue: int | None, **options: Any) -> None:
        readiness.demand()
        if file is not None:
            self._compare(file, plan, issue)
            return
        try:
            found = None if plan is None else register_options.plan(plan)
        except ValidationError as refused:
            raise CommandError(register_options.refusals(refused)) from None
        last = AuditSeal.objects.order_by("number").last()
        counts: Counter[str] = Counter()
        problems = [verify(found, counts), reports_are_whole(found), _files() if found is None else ()]
        for problem in chain.from_iterable(problems):
            counts["problems"] += 1
            self.stdout.write(problem)
        self._tell_seal(last)
        self._tell(counts)

    def _compare(self, path: Path, plan: str | None, number: int | None) -> None:
        """Print every cell of the workbook that differs from its issue."""
        try:
            data = path.read_bytes()
            report = self._issue_of(data, plan, number)
            handed_out = [file.read() for file in (report.printed, report.data) if file]
            found = min((list(altered(issued, data)) for issued in handed_out), key=len)
        except OSError as error:
            words: dict[str, Any] = {"path": path, "why": error.strerror or error}
            raise CommandError(_("Cannot read %(path)s: %(why)s") % words) from None
        except FileRefusal as refused:
            raise CommandError(f"{path}: {explain.file_refusal(refused)}") from None
        for difference in found:
            self.stdout.write(difference)
        words = {"plan": report.plan.code, "number": report.number, "count": len(found)}
        if found:
            raise CommandError(_("%(count)s differences from issue %(number)s of %(plan)s.") % words)
        self.stdout.write(_("As issue %(number)s of %(plan)s was handed out; no difference.") % words)

    def _issue_of(self, data: bytes, plan: str | None, number: int | None) -> IssuedReport:
        issues = IssuedReport.objects.issued().select_related("plan", "printed", "data")
        if number is None:
            digest = digest_in(data)
            found = issues.filter(digest__startswith=digest).first() if digest else None
        else:
            found = issues.filter(plan__code=plain_code(plan or ""), number=number).first()
        if found is None:
            raise CommandError(
                _("The file names no issue of this database; --plan and --issue say which one it is.")
            )
        return found

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
    """Files on which something rests, and that are gone or are not what came in; and files without a row."""
    found = KeptFile.objects.on_disk()
    for file in KeptFile.objects.entered().order_by("pk"):
        if not file.is_whole():
            yield file.told_as_lacking()
    for place in sorted(found - KeptFile.objects.named()):
        yield _("%(place)s lies in the folder of files, and nothing names it.") % {"place": place}
