"""Whether every issue is as it was handed out."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from targets.models.issued.report import IssuedReport
from targets.models.plan.plan import Plan


def reports_are_whole(plan: Plan | None) -> Iterator[str]:
    """A sentence for each issue whose cells or files are not those of its digest."""
    issues = (
        IssuedReport.objects.issued() if plan is None else IssuedReport.objects.issued().filter(plan=plan)
    )
    for report in (
        issues.select_related("plan", "period", "printed", "data", "signed_copy").order_by("pk").iterator()
    ):
        words = {"plan": report.plan.code, "number": report.number}
        if report.digest != report.digest_of_content():
            yield _("%(plan)s, issue %(number)s: the cells are not those of its digest.") % words
        for file in (report.printed, report.data, report.signed_copy):
            if file is not None and not file.is_whole():
                words["file"] = file.name
                yield _("%(plan)s, issue %(number)s: %(file)s is missing or was changed on the disk.") % words
