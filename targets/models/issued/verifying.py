"""Whether every issue is as it was handed out."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from targets.models.audit.record import AuditSeal
from targets.models.base import snapshot
from targets.models.issued.report import IssuedReport
from targets.models.plan.plan import Plan


def reports_are_whole(plan: Plan | None) -> Iterator[str]:
    """A sentence for each issue that is not what its digest is of, or names another audit than there is."""
    with snapshot():  # or the seal of an issue published meanwhile is not known yet
        yield from _faults(plan)


def _faults(plan: Plan | None) -> Iterator[str]:
    issues = IssuedReport.objects.issued().select_related("plan", "period").order_by("pk")
    seals = dict(AuditSeal.objects.values_list("number", "digest"))
    for report in (issues if plan is None else issues.filter(plan=plan)).iterator():
        words = {"plan": report.plan.code, "number": report.number}
        if report.digest != report.digest_of_content():
            yield _("%(plan)s, issue %(number)s: it is not what its digest was made of.") % words
        if report.seal_number is not None and seals.get(report.seal_number) != report.seal_digest:
            words |= {"seal": report.seal_number, "digest": report.short_seal_digest}
            yield (
                _(
                    "%(plan)s, issue %(number)s: seal %(seal)s of the audit is not the one it names "
                    "(%(digest)s)."
                )
                % words
            )
