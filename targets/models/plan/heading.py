"""What people said the columns of their tables hold, so that the next table need not be asked about."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.base import ValidatedModel
from targets.models.people.units import OrgUnit
from targets.reading.headings import HEADINGS


class ChosenHeading(ValidatedModel):
    """`holds` is a field of `reading.headings`; empty: a column of this heading is kept as a note."""

    jurisdiction = models.ForeignKey(
        OrgUnit, models.CASCADE, related_name="+", verbose_name=_("jurisdiction")
    )
    heading = models.CharField(_("heading"), max_length=50)
    holds = models.CharField(_("holds"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("chosen heading")
        verbose_name_plural = _("chosen headings")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("jurisdiction", "heading"), name="heading_chosen_once")
        ]

    def __str__(self) -> str:
        return self.heading

    def clean(self) -> None:
        if self.holds and self.holds not in HEADINGS:
            raise ValidationError({"holds": _("No column of a table of targets holds this.")})

    @classmethod
    def of(cls, jurisdiction: OrgUnit) -> dict[str, str]:
        """Heading → the field it holds."""
        return dict(cls.objects.filter(jurisdiction=jurisdiction).values_list("heading", "holds"))

    @classmethod
    def remember(cls, jurisdiction: OrgUnit, chosen: dict[str, str]) -> None:
        """Take these choices over what was chosen before."""
        known = {
            row.heading: row for row in cls.objects.filter(jurisdiction=jurisdiction, heading__in=chosen)
        }
        for heading, holds in chosen.items():
            row = known.get(heading) or cls(jurisdiction=jurisdiction, heading=heading)
            row.holds = holds
            row.save()
