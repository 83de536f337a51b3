"""Nodes: the dated steps of a milestone target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from targets.models.base import FIXED, ValidatedModel
from targets.models.plan import deadlines
from targets.models.target.target import Target

FINAL = "全部完成"
LAST = 99  # the final node's `order`: last of the nodes due on one day


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def standing(self) -> MilestoneQuerySet:
        return self.filter(is_dropped=False)

    def final_for(self, target: Target) -> Milestone | None:
        """The final node, unsaved, of a milestone target with a deadline and no nodes; else None."""
        is_due = target.measure == Target.Measure.MILESTONE and target.due_on is not None
        if not is_due or target.milestones.all():
            return None
        final = self.model(target=target, title=FINAL, order=LAST, follows_deadline=True)
        final.is_signed = True
        return final

    def movable(self) -> models.QuerySet:
        """Nodes with a date of their own."""
        return self.filter(follows_deadline=False)


class StandingMilestones(models.Manager.from_queryset(MilestoneQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> MilestoneQuerySet:
        return super().get_queryset().standing()


class Milestone(ValidatedModel):
    """A node; without a date it owes nothing.

    A node that `follows_deadline` has no date of its own: it is due with its target, also after a
    revision. A node added by mistake is dropped: it stays for its references, but is listed nowhere.
    """

    PROMISE = ("due_on", "weight", "order")

    target = models.ForeignKey(Target, models.PROTECT, related_name="milestones", verbose_name=_("target"))
    title = models.CharField(_("node"), max_length=200)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    weight = models.DecimalField(
        _("weight"), max_digits=5, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("all empty for equal weights, or 100 in all"),
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    follows_deadline = models.BooleanField(_("due with the target"), default=False, editable=False)
    is_dropped = models.BooleanField(_("dropped"), default=False, editable=False)

    objects = StandingMilestones()

    is_signed = False  # whether an approved act adds this node

    READ_AHEAD = ("known_others", "known_as_opened")
    known_others: list[Milestone] | None = None
    known_as_opened: bool | None = None

    class Meta:
        verbose_name = _("node")
        verbose_name_plural = _("nodes")
        ordering = ("order", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight__isnull=True) | models.Q(weight__gte=0, weight__lte=100),
                name="milestone_weight_range",
            ),
            models.CheckConstraint(
                condition=models.Q(follows_deadline=False) | models.Q(due_on__isnull=True),
                name="milestone_one_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def falls_due_on(self) -> date | None:
        return self.target.due_on if self.follows_deadline else self.due_on

    def lock(self) -> None:
        if self.target_id:
            Target.objects.lock(self.target_id)

    @classmethod
    def read_ahead(cls, rows: Sequence[Milestone]) -> None:
        of_these = {"target__in": {row.target_id for row in rows}}
        nodes: dict[int, list[Milestone]] = defaultdict(list)
        for stored in cls.objects.filter(**of_these):
            nodes[stored.target_id].append(stored)
        revisions: Any = Target._meta.get_field("revisions").related_model
        opened = set(revisions.objects.openings().filter(**of_these).values_list("target", flat=True))
        for row in rows:
            row.known_as_opened = row.target_id in opened
            row.known_others = list(nodes[row.target_id])
            nodes[row.target_id].append(row)

    def _others(self) -> Iterable[Milestone]:
        if self.known_others is not None:
            return self.known_others
        return self.target.milestones.exclude(pk=self.pk)

    def _is_opened(self) -> bool:
        if self.known_as_opened is not None:
            return self.known_as_opened
        return self.target.revisions.opening() is not None

    def clean(self) -> None:
        if not self.target_id:
            return
        if self.target.measure != Target.Measure.MILESTONE:
            raise ValidationError(_("Only milestone targets have nodes."))
        total = sum((m.weight for m in self._others() if m.weight is not None), self.weight or 0)
        if total > 100:
            raise ValidationError({"weight": _("The weights of all nodes must add to 100.")})
        if beyond := deadlines.faults_of(self, self.target.plan):
            raise ValidationError(beyond)
        if self.pk is None and not self.is_signed and self._is_opened():
            raise ValidationError(_("The target is in force: ask for a new node."))
        if self.pk:
            stood = Milestone._base_manager.get(pk=self.pk)
            promised = stood.target.revisions.node_today(self)
            changed = [name for name in self.PROMISE if promised and getattr(self, name) != promised[name]]
            if promised:
                fixed = ("target_id", "follows_deadline")
                changed += [
                    name.removesuffix("_id") for name in fixed if getattr(self, name) != getattr(stood, name)
                ]
            if changed:
                raise ValidationError(dict.fromkeys(changed, FIXED))

    def promise(self, day: date) -> None:
        """Write the revision that puts the node in force from `day` on."""
        self.target.revisions.add_node(self, day)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        if self.target.revisions.opening() is not None:
            raise ValidationError(FIXED)
        return super().delete(*args, **kwargs)
