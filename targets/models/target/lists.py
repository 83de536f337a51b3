"""The lists (清单) of a plan, and the places of its targets on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.base import ValidatedModel
from targets.models.plan.plan import Plan
from targets.models.target.source import Source
from targets.models.target.target import Target


class TargetList(ValidatedModel):
    """政府工作报告, 民生实事, 重点项目, 考核指标: a list that names targets of its plan.

    Lists and places on them are today's, like domains: no light and no promise reads them. So they change
    without a revision until the plan is archived.
    """

    INDICATORS = "主要经济指标"  # the overview shows the rows of a list of this name

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="lists", verbose_name=_("plan"))
    name = models.CharField(_("name"), max_length=50)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    source = models.ForeignKey(
        Source, models.PROTECT, related_name="lists", null=True, blank=True, verbose_name=_("source")
    )

    class Meta:
        verbose_name = _("list of targets")
        verbose_name_plural = _("lists of targets")
        ordering = ("order", "pk")
        constraints = [models.UniqueConstraint(fields=("plan", "name"), name="list_name_in_plan")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.plan_id and self.plan.state == Plan.State.ARCHIVED:
            raise ValidationError(_("Nothing changes in an archived plan."))
        if self.source and self.source.plan_id != self.plan_id:
            raise ValidationError({"source": _("This belongs to another plan.")})
        if self.pk and self.places.exclude(target__plan=self.plan_id).exists():
            raise ValidationError({"plan": _("Its targets belong to another plan.")})


class ListEntry(ValidatedModel):
    """A target's place on a list. Rows that share a number are one item (件), in one place of the order."""

    list = models.ForeignKey(
        TargetList, models.PROTECT, related_name="places", verbose_name=_("list of targets")
    )
    target = models.ForeignKey(Target, models.CASCADE, related_name="places", verbose_name=_("target"))
    number = models.CharField(
        _("no. on the list"), max_length=20, blank=True, help_text=_("targets that share it are one item")
    )
    order = models.PositiveSmallIntegerField(
        _("order"), blank=True, help_text=_("empty: beside the targets of its number, else at the end")
    )
    score = models.DecimalField(
        _("score"), max_digits=6, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("place on a list")
        verbose_name_plural = _("places on lists")
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("list", "target"),
                name="target_once_on_list",
                violation_error_message=_("The target stands on this list already."),
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0), name="list_score_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list} {self.number}".strip()

    def clean_fields(self, exclude: Any = None) -> None:
        self.read_ahead([self])
        super().clean_fields(exclude=exclude)

    @classmethod
    def read_ahead(cls, rows: Sequence[ListEntry]) -> None:
        """Give a row without an order that of its number on the list, else the next one."""
        unplaced = [row for row in rows if row.order is None and row.list_id]
        orders: dict[int, dict[str, int]] = defaultdict(dict)
        last: dict[int, int] = defaultdict(int)
        stored = cls.objects.filter(list__in={row.list_id for row in unplaced})
        known = stored.values_list("list", "number", "order") if unplaced else ()
        for on, number, order in known:
            orders[on][number] = order
            last[on] = max(last[on], order)
        for row in unplaced:
            number = row.number.strip()
            if not number or number not in orders[row.list_id]:
                last[row.list_id] += 1
                orders[row.list_id][number] = last[row.list_id]
            row.order = orders[row.list_id][number]

    def clean(self) -> None:
        if not self.list_id or not self.target_id:
            return
        if self.list.plan_id != self.target.plan_id:
            raise ValidationError({"list": _("This belongs to another plan.")})
        if self.list.plan.state == Plan.State.ARCHIVED:
            raise ValidationError(_("Nothing changes in an archived plan."))

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.list.plan.state == Plan.State.ARCHIVED:
            raise ValidationError(_("Nothing changes in an archived plan."))
        return super().delete(*args, **kwargs)
