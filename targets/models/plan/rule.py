"""The light rule: the bands by which a light is given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.base import PercentageField, ValidatedModel
from targets.rules.facts import Rule

DEFAULT_RULE = "默认（10个百分点）"


def _band(label: Any, default: str, unit: Any) -> PercentageField:
    return PercentageField(label, null=False, default=Decimal(default), help_text=unit)


class LightRule(ValidatedModel):
    """Bands and tolerances by which lights are given; a version in use does not change."""

    name = models.CharField(_("name"), max_length=50)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    green_band = _band(_("green band"), "0.0", _("percentage points behind that are still green"))
    amber_band = _band(_("amber band"), "10.0", _("percentage points behind that are still amber"))
    amber_share = PercentageField(
        _("amber share"),
        help_text=_("per cent of the expected progress, instead of points; empty for points"),
    )
    has_amber = models.BooleanField(
        _("has amber"), default=True, help_text=_("without it all that would be amber is red")
    )
    level_band = _band(_("level band"), "5.0", _("per cent of the target value, for levels to be held"))
    rate_band = _band(_("rate band"), "1.0", _("percentage points, for percentages that are not paced"))
    rank_band = models.PositiveSmallIntegerField(_("rank band"), default=2, help_text=_("places behind"))
    grace_units = models.PositiveSmallIntegerField(_("units of grace"), default=1)
    node_days = models.PositiveSmallIntegerField(_("days from amber to red"), default=30)
    about_rate = _band(_("“about” for rates"), "0.5", _("percentage points"))
    about_amount = _band(_("“about” for amounts"), "5.0", _("per cent of the target value"))
    escalate_after = models.PositiveSmallIntegerField(
        _("amber turns red after"), default=0, help_text=_("periods running behind; 0 for never")
    )

    BANDS = ("green_band", "amber_band", "level_band", "rate_band", "about_rate", "about_amount")
    MEANING = (*BANDS, "amber_share", "has_amber", "rank_band", "grace_units", "node_days", "escalate_after")

    class Meta:
        verbose_name = _("light rule")
        verbose_name_plural = _("light rules")
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("name", "version"), name="rule_name_version")]

    def __str__(self) -> str:
        return _("%(name)s, version %(version)s") % {"name": self.name, "version": self.version}

    @classmethod
    def default(cls) -> LightRule:
        """The rule of a plan that names none."""
        return cls.objects.order_by("pk").first() or cls.objects.create(name=DEFAULT_RULE)

    def clean(self) -> None:
        for name in (*self.BANDS, "amber_share"):
            if (getattr(self, name) or 0) < 0:
                raise ValidationError({name: _("A band cannot be negative.")})
        if self.pk:
            stored = type(self).objects.get(pk=self.pk)
            if stored.as_rule() != self.as_rule() and self.is_used():
                raise ValidationError(_("This version is in use; add a new version instead."))

    def is_used(self) -> bool:
        """Whether any issued plan uses it, also a plan that a page did not read for its user."""
        plans: Any = self._meta.get_field("plans").related_model
        return plans._base_manager.filter(light_rule=self.pk).exclude(state=plans.State.DRAFTING).exists()

    def as_rule(self) -> Rule:
        return Rule(self.name, self.version, **{name: getattr(self, name) for name in self.MEANING})
