"""The monthly plan as form rows, one per period: typed, or proposed and then corrected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.forms.base.fields import QuantityFormField
from targets.models import Plan, Target
from targets.models.target.fact import counting
from targets.rules import curves
from targets.rules.schedule import month_number
from targets.rules.sides import paced_side

EVEN, LAST_YEAR, AT_CLOSING = "even", "last_year", "at_closing"


def field_name(period_end: date) -> str:
    return f"planned_{period_end:%Y_%m}"


class CurveRows:
    """Adds the rows of one target's monthly plan to `form`; an empty row is no point of the plan."""

    def __init__(self, form: forms.BaseForm, plan: Plan, target: Target | None, unit_of_measure: str) -> None:
        self.form, self.plan, self.target = form, plan, target
        ends = sorted(period.period_end for period in plan.periods.all())
        self.names = {end: field_name(end) for end in ends}
        for end, name in self.names.items():
            form.fields[name] = QuantityFormField(
                required=False, max_digits=15, decimal_places=4, unit_of_measure=unit_of_measure,
                label=explain.month_of(end, plan.ends_on),
            )  # fmt: skip

    def show(self, points: dict[date, Decimal]) -> None:
        for end, value in points.items():
            if end in self.names:
                self.form.fields[self.names[end]].initial = value

    def is_folded(self) -> bool:
        """Whether all rows are empty and without errors."""
        return not any(row.errors or row.value() not in (None, "") for row in self.bound_rows())

    def bound_rows(self) -> list[BoundField]:
        return [self.form[name] for name in self.names.values()]

    def read(self, promise: Target) -> dict[date, Decimal]:
        """Return month end → planned value; a fault of the plan is shown at its row."""
        cleaned = self.form.cleaned_data
        curve = {end: cleaned[name] for end, name in self.names.items() if cleaned.get(name) is not None}
        if promise.target_value is not None and (found := promise.fault_of_the_curve(curve)):
            self._refuse(*found)
        return curve

    def _refuse(self, end: date, why: str | Promise) -> None:
        self.form.add_error(self.names[end], ValidationError(str(why)))

    # --- proposed plans -------------------------------------------------------------------------

    def offers(self) -> list[tuple[str, str | Promise]]:
        found: list[tuple[str, str | Promise]] = [(AT_CLOSING, _("Judge at closing only"))]
        if self.target is not None and self.target.measure not in Target.PACED:
            return found
        if self.target is not None and self.last_year():
            found.insert(0, (LAST_YEAR, _("Fill by last year's pace")))
        return [(EVEN, _("Fill evenly")), *found]

    def last_year(self) -> dict[int, Decimal]:
        """Return month → value of the continued target; empty without a value for the due month."""
        if self.target is None or self.target.continues is None:
            return {}
        known = counting(self.target.continues.entries.facts())
        figures = {fact.period_end.month: fact.value for fact in known if fact.value is not None}
        return figures if len(figures) > 1 and self._due_on(self.target).month in figures else {}

    def filled(self, how: str, promise: Target) -> dict[str, Decimal]:
        """Return field name → value. Raises ValidationError if the goal or a needed baseline is missing."""
        if promise.target_value is None:
            raise ValidationError({"target_value": _("Please give the value to reach first.")})
        aim = paced_side(promise.as_commitment()).goal
        if how == AT_CLOSING:
            return {
                name: aim
                for end, name in self.names.items()
                if month_number(end) == month_number(self._due_on(promise))
            }
        needs_baseline = promise.measure != Target.Measure.FLOW and promise.basis == Target.Basis.NET
        if needs_baseline and promise.baseline_value is None:
            raise ValidationError(_("A net increase is spread from its baseline, which is missing."))
        facts: dict[str, Any] = {
            "due_on": self._due_on(promise),
            "target_value": aim,
            "baseline": promise.baseline_value if needs_baseline else Decimal(0),
            "decimals": promise.decimals or 0,
            "whole": promise.whole(),
        }
        if how == LAST_YEAR and (figures := self.last_year()):
            before = promise.continues
            then = before.baseline_value if before and needs_baseline else None
            curve = curves.like_last_year(self.names, figures, baseline_then=then or Decimal(0), **facts)
        else:
            starts_on = promise.starts_on or self.plan.starts_on
            curve = curves.even(self.names, starts_on=starts_on, **facts)
        return {self.names[end]: value for end, value in curve.items()}

    def _due_on(self, promise: Target) -> date:
        return promise.due_on or self.plan.ends_on
