"""A superior's form (上级报表) of a plan: the file as it came, and what of ours goes where in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.audit.recording import recording
from targets.models.base import ValidatedModel, locking
from targets.models.entry.file import KeptFile
from targets.models.enums import Act
from targets.models.people.place import Place
from targets.models.plan.plan import Plan
from targets.models.target.target import Target
from targets.reading.superior import HOLDS

CHANGED = _("Somebody else changed the form meanwhile; please look at it again.")
_ARCHIVED = _("Nothing changes in an archived plan.")


class Difference(NamedTuple):
    """Labels that came, went, or stand elsewhere."""

    came: list[str]
    went: list[str]
    moved: list[str]


class Changes(NamedTuple):
    columns: Difference
    rows: Difference

    def __bool__(self) -> bool:
        return any(labels for difference in self for labels in difference)


class SuperiorFormQuerySet(models.QuerySet["SuperiorForm"]):
    def visible_to(self, user: Any) -> SuperiorFormQuerySet:
        """Those of the plans that the user runs: a form holds what the superior wrote in it."""
        place = Place.of(user)
        return self.filter(plan__in=place.plans(lambda plan: place.is_everywhere or place.coordinates(plan)))


class SuperiorForm(ValidatedModel):
    """Columns and rows are kept by their labels, in the order in which they stood: by these they are found
    again in a later file, and by these it is noticed that one was moved, added or renamed.

    `columns`: [place, label, what it holds]; `rows`: [place, label, target or None for one that is not ours].
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="superior_forms", verbose_name=_("plan"))
    name = models.CharField(_("name of the form"), max_length=100)
    file = models.ForeignKey(KeptFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    sheet = models.CharField(_("sheet"), max_length=100)
    first_heading = models.PositiveSmallIntegerField(_("first row of the headings"))
    last_heading = models.PositiveSmallIntegerField(_("last row of the headings"))
    columns = models.JSONField(_("columns"), default=list)
    rows = models.JSONField(_("rows"), default=list)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    objects = SuperiorFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("superior's form")
        verbose_name_plural = _("superiors' forms")
        ordering = ("plan", "name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("plan", "name"),
                name="superior_form_name",
                violation_error_message=_("The plan has a form of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def holds(self) -> dict[str, str]:
        """Label of a column → what it holds."""
        return {label: name for _place, label, name in self.columns}

    @property
    def targets(self) -> dict[str, int | None]:
        """Label of a row → its target."""
        return {label: target for _place, label, target in self.rows}

    @property
    def of_same_file(self) -> models.QuerySet[SuperiorForm]:
        """Further sheets of the workbook, mapped as forms of their own."""
        same = SuperiorForm.objects.filter(plan=self.plan_id, file__sha256=self.file.sha256)
        return same.exclude(pk=self.pk).select_related("plan__jurisdiction", "file")

    @property
    def mapped(self) -> int:
        return sum(target is not None for target in self.targets.values())

    def clean(self) -> None:
        if self.plan.state == Plan.State.ARCHIVED:
            raise ValidationError(_ARCHIVED)
        if not 0 < self.first_heading <= self.last_heading:
            raise ValidationError({"last_heading": _("The headings end before they begin.")})
        if any(name not in ("", *HOLDS) for name in self.holds.values()):
            raise ValidationError({"columns": _("No column of a form holds this.")})
        named = {target for target in self.targets.values() if target is not None}
        if Target.objects.filter(pk__in=named, plan=self.plan_id).count() != len(named):
            raise ValidationError({"rows": _("A row names a target of another plan.")})

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.plan.state == Plan.State.ARCHIVED:
            raise ValidationError(_ARCHIVED)
        return super().delete(*args, **kwargs)

    def keep(self, told: Mapping[str, Any], file: KeptFile, *, by: Any, seen: int) -> None:
        """Take the mapping and the file it was made for; `seen`: the version that it was made from.

        Raises PermissionDenied or ValidationError.
        """
        self.plan.refuse_to_be_run(by)
        with recording(Act.CHANGE if self.pk else Act.CREATE, self, by=by, remark=file.name):
            if self.pk and locking(SuperiorForm.objects.filter(pk=self.pk)).get().version != seen:
                raise ValidationError(CHANGED)
            if file.entered_at is None:
                file.enter(by=by)
            self.put({**told, "file": file.pk})
            self.save()

    def changes_in(self, columns: Sequence[Sequence[Any]], rows: Sequence[Sequence[Any]]) -> Changes:
        """What is otherwise in a later file: (place, label) of each of its columns and rows."""
        return Changes(_compared(self.columns, columns), _compared(self.rows, rows))

    def remove(self, *, by: Any) -> None:
        self.plan.refuse_to_be_run(by)
        with recording(Act.DELETE, self, by=by):
            self.delete()


def _compared(before: Sequence[Sequence[Any]], now: Sequence[Sequence[Any]]) -> Difference:
    was = {label: place for place, label, *_rest in before}
    stands = {label: place for place, label, *_rest in now}
    return Difference(
        [label for label in stands if label not in was],
        [label for label in was if label not in stands],
        [label for label, place in stands.items() if was.get(label, place) != place],
    )
