"""The promise: the columns that only revisions change in a plan in force, and their validation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.models import enums
from targets.models.base import QuantityField, ValidatedModel
from targets.models.people.units import Member, OrgUnit
from targets.rules import curves
from targets.rules.direction import direction_of
from targets.rules.facts import Commitment
from targets.rules.quantities import is_whole, usual_decimals
from targets.rules.question import Question, ask
from targets.rules.schedule import month_number
from targets.rules.sides import ONE_SIDED, paced_side

if TYPE_CHECKING:
    from targets.models.plan.plan import Plan


class Promise(ValidatedModel):
    """A value, a deadline or both, as stated; `PROMISE` names the columns."""

    plan: Plan
    plan_id: int
    title: str
    milestones: Any

    Measure = enums.Measure
    Comparator = enums.Comparator
    Direction = enums.Direction
    Basis = enums.Basis
    Firmness = enums.Firmness
    FigureFrom = enums.FigureFrom
    Frequency = enums.Frequency
    State = enums.TargetState

    OWNER: ClassVar = ("lead_unit", "accountable_leader", "accountable_leader_words")
    REPORTING: ClassVar = ("frequency", "figure_from", "first_period")
    PROMISE: ClassVar = (
        "measure", "comparator", "target_value", "upper_value", "direction", "unit_of_measure", "decimals",
        "basis", "firmness", "definition", "baseline_value", "baseline_on", "baseline_note",
        "starts_on", "due_on", "due_text", "state", *OWNER, *REPORTING,
    )  # fmt: skip
    # The fields that a verdict uses, or only stores for the tables of its day.
    JUDGED: ClassVar = (
        "measure", "state", "comparator", "target_value", "upper_value", "direction", "baseline_value",
        "basis", "unit_of_measure", "decimals", "starts_on", "due_on", "firmness", *OWNER, *REPORTING,
    )  # fmt: skip
    PACED: ClassVar = {Measure.FLOW, Measure.STOCK, Measure.RATIO}
    WORDS_ONLY: ClassVar = enums.WORDS_ONLY
    OF_A_PLACE: ClassVar = (Comparator.LTE, Comparator.LT, Comparator.EQ)
    DEFINED: ClassVar = (State.UNDEFINED, State.ACTIVE, State.WATCH)  # other states have kinds of their own
    SILENT: ClassVar = (State.SUSPENDED, State.CANCELLED, State.CLOSED)  # nothing is reported on these

    measure = models.CharField(_("measure"), max_length=20, choices=Measure)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), null=True, blank=True)
    comparator = models.CharField(_("comparator"), max_length=10, choices=Comparator, blank=True)
    target_value = QuantityField(_("target value"), null=True, blank=True)
    upper_value = QuantityField(_("upper value"), null=True, blank=True)
    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction, blank=True,
        help_text=_("of the figure as filed; for “about”, “equal to” and “between”"),
    )  # fmt: skip
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.NET)
    firmness = models.CharField(_("firmness"), max_length=10, choices=Firmness, default=Firmness.EXPECTED)
    definition = models.TextField(_("definition"), max_length=2000, blank=True)
    baseline_value = QuantityField(_("baseline"), null=True, blank=True)
    baseline_on = models.DateField(_("baseline as of"), null=True, blank=True)
    baseline_note = models.CharField(_("baseline note"), max_length=200, blank=True)
    baseline_is_preliminary = models.BooleanField(_("preliminary baseline"), default=False, editable=False)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_text = models.CharField(_("deadline in words"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    lead_unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="led_targets", verbose_name=_("lead unit")
    )
    accountable_leader = models.ForeignKey(
        Member, models.PROTECT, related_name="accountable_for", null=True, blank=True,
        verbose_name=_("accountable leader"),
    )  # fmt: skip
    accountable_leader_words = models.CharField(
        _("accountable leader (as stated)"), max_length=100, blank=True,
        help_text=_("the document's words, where they fit nobody listed"),
    )  # fmt: skip
    figure_from = models.CharField(
        _("figure from"), max_length=10, choices=FigureFrom, default=FigureFrom.UNIT
    )
    frequency = models.CharField(_("frequency"), max_length=10, choices=Frequency, default=Frequency.MONTH)
    first_period = models.ForeignKey(
        "targets.ReportingPeriod", models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("first period"),
    )  # fmt: skip

    class Meta:
        abstract = True

    def faults_of_the_promise(self) -> dict[str, Any]:
        """Errors of the promise as these columns read: field → message."""
        errors: dict[str, Any] = {}
        starts_on = self.starts_on or (self.plan.starts_on if self.plan_id else None)
        if self.due_on and starts_on and self.due_on < starts_on:
            errors["due_on"] = _("The deadline lies before the start (%(day)s).") % {"day": starts_on}
        lit = self.state in (self.State.ACTIVE, self.State.CLOSED)
        if lit and self.measure == self.Measure.QUALITATIVE:
            errors["state"] = _("What is put in words only is watched, not lit.")
        elif lit and self.measure != self.Measure.MILESTONE:
            if self.target_value is None:
                errors["target_value"] = _("An active target needs a value to reach.")
            if not self.comparator:
                errors["comparator"] = _("An active target needs a comparator.")
        if self.comparator == self.Comparator.BETWEEN:
            if self.upper_value is None:
                errors["upper_value"] = _("“Between” needs an upper value.")
            elif self.target_value is not None and self.upper_value < self.target_value:
                errors["upper_value"] = _("The upper value lies below the lower one.")
        elif self.upper_value is not None:
            errors["upper_value"] = _("Only “between” has an upper value.")
        return errors | self._faults_of_the_value()

    def _faults_of_the_value(self) -> dict[str, Any]:
        """Values impossible for the measure: a lower bound on a rank, less than 0, half a firm."""
        errors: dict[str, Any] = {}
        value, is_rank = self.target_value, self.measure == self.Measure.RANK
        is_ceiling = self.comparator in (self.Comparator.LTE, self.Comparator.LT)
        is_strict_ceiling = self.comparator == self.Comparator.LT
        if is_rank and self.comparator not in (*self.OF_A_PLACE, ""):
            errors["comparator"] = _("A place is to be at most, less than or equal to a number.")
        if value is not None and is_rank and value < 1 + is_strict_ceiling:
            errors["target_value"] = _("There is no place before the first.")
        elif value is not None and self.measure != self.Measure.GROWTH:
            least_excluded = not value and (is_strict_ceiling or not is_ceiling)
            if value < 0 or least_excluded:
                errors["target_value"] = _("The value to reach must be greater than 0.")
        if self.whole():
            for name in ("target_value", "upper_value", "baseline_value"):
                value = getattr(self, name)
                if value is not None and value != int(value):
                    errors[name] = _("Whole things are counted: please give an integer.")
        return errors

    def faults_of_who_leads(self) -> dict[str, Any]:
        """Why this lead unit or leader cannot take the target over: field → message."""
        errors: dict[str, Any] = {}
        top = self.plan.jurisdiction.path
        if not self.lead_unit.path.startswith(top):
            errors["lead_unit"] = _("This unit is not within the plan's jurisdiction.")
        elif not self.lead_unit.active:
            errors["lead_unit"] = _("This unit is switched off; it leads nothing new.")
        if self.accountable_leader and not self.accountable_leader.unit.path.startswith(top):
            errors["accountable_leader"] = _("This person is not within the plan's jurisdiction.")
        return errors

    def set_decimals(self) -> None:
        """Set empty `decimals` from the unit and the typed values: 12.5 has one decimal, 12 firms none."""
        if self.decimals is None:
            typed = (self._typed(name) for name in ("target_value", "upper_value", "baseline_value"))
            self.decimals = usual_decimals(self.unit_of_measure, *typed)

    def _typed(self, name: str) -> Decimal | None:
        """A typed number, which may still be text; None if it is no number: its field reports that."""
        try:
            value = QuantityField().to_python(getattr(self, name))
        except ValidationError:
            return None
        return value if value is not None and value.is_finite() else None

    def implied_direction(self) -> str:
        """The direction that comparator or measure implies; empty if it is a choice, or without a figure."""
        if self.measure in self.WORDS_ONLY:
            return ""
        if self.measure == self.Measure.RANK:
            return self.Direction.LOWER
        return ONE_SIDED.get(self.comparator, "")

    def set_direction(self, words: str) -> None:
        """Set the direction: the implied one, else the given one, else the one the words suggest."""
        if self.measure in self.WORDS_ONLY or not self.comparator:
            self.direction = ""
        else:
            self.direction = self.implied_direction() or self.direction or direction_of(words)

    def as_commitment(self) -> Commitment:
        """The promise as these columns read, for the rule."""
        judged = {name: self.column(name) for name in self.JUDGED}
        return Commitment(**{**judged, "decimals": self.decimals or 0})

    def fault_of_the_curve(self, curve: Mapping[date, Decimal]) -> tuple[date, str] | None:
        """The month and the reason why this monthly plan (month end → planned value) misses the goal."""
        for end, value in sorted(curve.items()):
            if self.whole() and value != int(value):
                return end, gettext("Whole things are counted: please give an integer.")
        due_on, promise = self.due_on or self.plan.ends_on, self.as_commitment()
        found = curves.fault(curve, promise, due_on)
        if found is None:
            return None
        key, end = found
        aim = explain.quantity(paced_side(promise).goal, self.unit_of_measure)
        words = {"goal": aim, "month": explain.month_of(due_on, self.plan.ends_on)}
        return end, str(explain.CURVE_FAULTS[key]) % words

    def refuse_curve(self, curve: Mapping[date, Decimal]) -> None:
        """Raise ValidationError for a monthly plan that does not lead to the goal."""
        if self.target_value is not None and (found := self.fault_of_the_curve(curve)):
            raise ValidationError(_("%(target)s: %(fault)s") % {"target": self.title, "fault": found[1]})

    @property
    def goal(self) -> str:
        """The value to reach as a cell holds it: ≥520亿元, 4.5—5%."""
        return explain.goal(
            self.comparator, self.target_value, self.unit_of_measure, self.upper_value, self.measure
        )

    @property
    def reading(self) -> str:
        """The value to reach in words, as it is judged: at least 151家."""
        return explain.promised(self)

    def whole(self) -> bool:
        return is_whole(self.decimals or 0, self.unit_of_measure, self.measure)

    @property
    def gaps(self) -> list[Question]:
        """What the source does not state; derived, never stored."""
        numeric = self.measure not in self.WORDS_ONLY
        net_stock = self.measure == self.Measure.STOCK and self.basis == self.Basis.NET
        return ask({
            "deadline": self.due_on is None,
            "value": numeric and self.target_value is None,
            "definition": numeric and not self.definition,
            "criterion": not numeric and not self.definition,
            "baseline": net_stock and self.baseline_value is None,
            "leader": self.accountable_leader_id is None and not self.accountable_leader_words,
            "last_node": self._ends_before_its_deadline(),
        }, self)  # fmt: skip

    def _ends_before_its_deadline(self) -> bool:
        """Whether the last dated node lies before the deadline's month."""
        if self.measure != self.Measure.MILESTONE or self.due_on is None:
            return False
        days = [node.falls_due_on for node in self.milestones.all() if node.falls_due_on]
        return bool(days) and month_number(max(days)) < month_number(self.due_on)

    @property
    def leader(self) -> str:
        return explain.leader(self.accountable_leader, self.accountable_leader_words)
