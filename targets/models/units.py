"""Who: the tree of units and the people in it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.base import ValidatedModel


class OrgUnit(ValidatedModel):
    """A unit; `path` lists the ids from the root down, so "and below" is one prefix match."""

    class Kind(models.TextChoices):
        PARTY = "party", _("party or government office")
        INSTITUTION = "institution", _("public institution")
        TOWNSHIP = "township", _("town or subdistrict")
        VILLAGE = "village", _("village or community")
        ENTERPRISE = "enterprise", _("enterprise")
        GOVERNMENT = "government", _("city or district")

    name = models.CharField(_("name"), max_length=100)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PARTY)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("parent")
    )
    path = models.CharField(max_length=200, editable=False, default="", db_index=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(fields=("parent", "name"), name="unit_name_in_parent"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def clean(self) -> None:
        if self.parent and self.pk and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": _("A unit cannot stand below itself.")})
        if self.pk:
            path = self._path()
            if path != self.path and self.children.exists():
                raise ValidationError({"parent": _("Move the units below it first.")})
            self.path = path

    def created(self) -> None:
        self.path = self._path()
        type(self).objects.filter(pk=self.pk).update(path=self.path)

    def path_ids(self) -> list[int]:
        """The ids from the root down to this unit."""
        return [int(part) for part in self.path.split("/") if part]

    def _path(self) -> str:
        return f"{self.parent.path if self.parent else '/'}{self.pk}/"


class Member(ValidatedModel):
    """A person with a post in a unit; an account is optional."""

    name = models.CharField(_("name"), max_length=50)
    post = models.CharField(_("post"), max_length=100, blank=True)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="members", verbose_name=_("unit"))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="member",
        null=True,
        blank=True,
        verbose_name=_("account"),
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("unit__order", "unit", "pk")

    def __str__(self) -> str:
        return self.name


class Leaders:
    """The people of a jurisdiction by the words with which documents name them.

    Those are the name, the post, or both in either order, however they are spaced.
    """

    def __init__(self, jurisdiction: OrgUnit) -> None:
        self.named: dict[str, list[Member]] = defaultdict(list)
        people = Member.objects.filter(unit__path__startswith=jurisdiction.path)
        for person in people.select_related("unit").order_by("pk"):
            name, post = _unspaced(person.name), _unspaced(person.post)
            for words in {name, post, post + name, name + post}:
                self.named[words].append(person)

    def columns(self, words: str) -> dict[str, Any]:
        """The person, if the words fit exactly one; else the words themselves."""
        found = self.named.get(_unspaced(words), ()) if words.strip() else ()
        if len(found) == 1:
            return {"accountable_leader": found[0], "accountable_leader_words": ""}
        return {"accountable_leader": None, "accountable_leader_words": words}


def _unspaced(words: str) -> str:
    return "".join(words.split())


class SupportingUnit(ValidatedModel):
    """A unit that helps the lead unit, in the order the document lists them."""

    target = models.ForeignKey(
        "targets.Target", models.CASCADE, related_name="supporting_units", verbose_name=_("target")
    )
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="supports", verbose_name=_("unit"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("supporting unit")
        verbose_name_plural = _("supporting units")
        ordering = ("order", "pk")
        constraints = [models.UniqueConstraint(fields=("target", "unit"), name="supporting_unit_once")]

    def __str__(self) -> str:
        return str(self.unit)

    def clean(self) -> None:
        if self.target_id and self.unit_id and self.target.lead_unit_id == self.unit_id:
            raise ValidationError({"unit": _("The lead unit does not support itself.")})
