"""The tree of units, and the people in it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.base import ValidatedModel
from targets.models.people.roles import SEATS


class OrgUnit(ValidatedModel):
    """A unit; `path` lists the ids from the root down, so "and below" is one prefix match."""

    Kind = enums.UnitKind

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
            if not self.active:
                self._hand_on_first()

    def _hand_on_first(self) -> None:
        """Refuse to switch off a unit that leads targets: nobody would report on them. 划转 comes first."""
        running = self.led_targets.filter(plan__state=enums.PlanState.IN_FORCE)
        leads = running.exclude(state__in=(enums.TargetState.CANCELLED, enums.TargetState.CLOSED)).count()
        if leads and type(self).objects.filter(pk=self.pk, active=True).exists():
            message = _(
                "It still leads %(count)s targets of plans in force: hand them to another unit first."
            )
            raise ValidationError({"active": message % {"count": leads}})

    def created(self) -> None:
        self.path = self._path()
        type(self).objects.filter(pk=self.pk).update(path=self.path)

    def path_ids(self) -> list[int]:
        """The ids from the root down to this unit."""
        return [int(part) for part in self.path.split("/") if part]

    def _path(self) -> str:
        return f"{self.parent.path if self.parent else '/'}{self.pk}/"


class MemberQuerySet(models.QuerySet["Member"]):
    def units_by_user(self) -> dict[int | None, set[int]]:
        """Account → the units in which the person has a post."""
        found: dict[int | None, set[int]] = defaultdict(set)
        for user, unit, other in self.values_list("user", "unit", "also_in"):
            found[user] |= {unit} if other is None else {unit, other}
        return found

    def acting_for(self, jurisdiction: OrgUnit, *roles: str) -> MemberQuerySet:
        """Members with one of these roles in the jurisdiction, without its lower towns and districts."""
        lower = OrgUnit.objects.filter(
            kind__in=SEATS, path__startswith=jurisdiction.path, active=True
        ).exclude(pk=jurisdiction.pk)
        own = OrgUnit.objects.filter(path__startswith=jurisdiction.path, active=True)
        for seat in lower:
            own = own.exclude(path__startswith=seat.path)
        acting = self.filter(user__is_active=True, user__groups__name__in=roles)
        return acting.filter(models.Q(unit__in=own) | models.Q(also_in__in=own)).distinct()


class Member(ValidatedModel):
    """A person with a post in a unit, and perhaps in others too; an account is optional."""

    name = models.CharField(_("name"), max_length=50)
    post = models.CharField(_("post"), max_length=100, blank=True)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="members", verbose_name=_("unit"))
    also_in = models.ManyToManyField(
        OrgUnit, related_name="also_members", blank=True, verbose_name=_("also serves in"),
        help_text=_("with the same roles; one account is enough"),
    )  # fmt: skip
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="member",
        null=True,
        blank=True,
        verbose_name=_("account"),
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("unit__order", "unit", "pk")

    def __str__(self) -> str:
        return self.name


class Leaders:
    """Finds the people of a jurisdiction by the words with which a document names them.

    The words are the name, the post, or both in either order; spaces do not matter.
    """

    def __init__(self, jurisdiction: OrgUnit) -> None:
        self.named: dict[str, list[Member]] = defaultdict(list)
        people = Member.objects.filter(unit__path__startswith=jurisdiction.path)
        for person in people.select_related("unit").order_by("pk"):
            name, post = _unspaced(person.name), _unspaced(person.post)
            for words in {name, post, post + name, name + post}:
                self.named[words].append(person)

    def columns(self, words: str) -> dict[str, Any]:
        """Column values: the person if the words fit exactly one person, else the words themselves."""
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
