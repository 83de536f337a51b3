"""The sources of promises, the domains, and reference figures, which are not progress."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.base import QuantityField, ValidatedModel
from targets.models.plan.plan import Plan


class Source(ValidatedModel):
    """A document that makes promises: an article, a work report, a notice."""

    Kind = enums.SourceKind

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="sources", verbose_name=_("plan"))
    title = models.CharField(_("title"), max_length=200)
    issuer = models.CharField(_("issuer"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ARTICLE)
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_words = models.CharField(_("published (words)"), max_length=100, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.link and not self.link.startswith(("http://", "https://")):
            raise ValidationError({"link": _("A link begins with http:// or https://.")})


class Domain(ValidatedModel):
    """A field of work under which targets are listed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="domains", verbose_name=_("plan"))
    name = models.CharField(_("name"), max_length=50)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ("order", "pk")
        constraints = [models.UniqueConstraint(fields=("plan", "name"), name="domain_name_in_plan")]

    def __str__(self) -> str:
        return self.name


class ReferenceFigure(ValidatedModel):
    """A figure of another scope, another year or unknown date: for comparison, never a baseline."""

    target = models.ForeignKey(
        "targets.Target", models.CASCADE, related_name="reference_figures", verbose_name=_("target")
    )
    value = QuantityField(_("value"))
    on = models.DateField(_("as of"), null=True, blank=True)
    as_of_words = models.CharField(_("as of (words)"), max_length=100, blank=True)
    scope_note = models.CharField(_("scope"), max_length=200)
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="reference_figures", null=True, blank=True,
        verbose_name=_("source"),
    )  # fmt: skip
    locator = models.CharField(_("place in the source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("reference figure")
        verbose_name_plural = _("reference figures")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.scope_note

    def clean(self) -> None:
        if self.source and self.target_id and self.source.plan_id != self.target.plan_id:
            raise ValidationError({"source": _("This belongs to another plan.")})
