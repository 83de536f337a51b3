"""Whether a report is owed: a second axis, never mixed with the status of the target."""

from datetime import date

from django.db import models
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext_lazy as _


class Reporting(models.IntegerChoices):
    """Worst first; the member's name in lower case is its English name."""

    OUTCOME_MISSING = 1, _("outcome missing")
    LATE = 2, _("not reported")
    RETURNED = 3, _("returned")
    DUE = 4, _("to report")
    SUBMITTED = 5, _("to review")
    REPORTED = 6, _("reported")
    NOT_DUE = 7, _("not due")
    EXEMPT = 8, _("exempt")

    @property
    def key(self) -> str:
        return self.name.lower()


OWED = (Reporting.OUTCOME_MISSING, Reporting.LATE, Reporting.RETURNED, Reporting.DUE)


DUE_ON = {"report": "owed__words_due_on", "statistic": "owed__figures_due_on"}


def part_reporting(part: str, known_day: date) -> Case:
    """SQL expression for one part; `with_reporting` joins `owed`, `<part>_filed` and `<part>_open`."""
    return Case(
        When(**{f"{part}_filed__is_void": False}, then=Value(Reporting.REPORTED)),
        When(**{f"{part}_open__state": "returned"}, then=Value(Reporting.RETURNED)),
        When(**{f"{part}_open__state": "submitted"}, then=Value(Reporting.SUBMITTED)),
        When(**{f"{DUE_ON[part]}__lt": known_day}, then=Value(Reporting.LATE)),
        default=Value(Reporting.DUE),
        output_field=models.PositiveSmallIntegerField(),
    )


def reporting_on() -> Case:
    """SQL expression for the target, from the annotations of `with_reporting`; the worse part counts."""
    return Case(
        When(is_exempt=True, then=Value(Reporting.EXEMPT)),
        When(outcome_missing=True, then=Value(Reporting.OUTCOME_MISSING)),
        When(owed__isnull=True, then=Value(Reporting.NOT_DUE)),
        When(owes_statistic=True, statistic_part__lt=F("report_part"), then=F("statistic_part")),
        default=F("report_part"),
        output_field=models.PositiveSmallIntegerField(choices=Reporting.choices),
    )
