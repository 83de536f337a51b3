"""Whether every issue is as it was handed out."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from targets.models.issued.report import IssuedReport
from targets.models.plan.plan import Plan


def reports_are_whole(plan: Plan | None) -> Iterator[str]:
    """A sentence for each issue whose cells are not those of its digest."""
    issues = IssuedReport.objects.issued().select_related("plan", "period").order_by("pk")
    for report in (issues if plan is None else issues.filter(plan=plan)).iterator():
        words = {"plan": report.plan.code, "number": report.number}
        if report.digest != report.digest_of_content():
            yield _("%(plan)s, issue %(number)s: the cells are not those of its digest.") % words
