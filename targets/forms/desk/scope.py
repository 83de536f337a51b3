"""The plan, period and unit of a page of many entries."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets.forms.base.fields import named_period
from targets.models import OrgUnit, Plan, ReportingPeriod
from targets.models.base import plain_code
from targets.models.people.place import Place
from targets.models.people.viewer import Account
from targets.models.target.queries import TargetQuerySet


class DeskScopeForm(forms.Form):
    """Read from the query string; `targets` limits the choices.

    Even if the form is invalid, `plan`, `period` and `unit` hold the choice or, without one, the default.
    """

    data: dict[str, Any]

    plan: Plan | None
    period: ReportingPeriod | None
    unit: OrgUnit | None

    def __init__(self, data: QueryDict, *, targets: TargetQuerySet, user: Account, today: date) -> None:
        pairs = set(targets.order_by().values_list("plan", "lead_unit").distinct())
        plans = Plan.objects.filter(pk__in={plan for plan, unit in pairs}).with_running(today)
        plans = plans.order_by("-ends_on", "pk")
        by_code = {plan.code: plan for plan in plans}
        named = plain_code(data.get("plan", ""))
        self.plan = by_code.get(named) if named else plans.usual(user)
        super().__init__({**data.dict(), "plan": named})
        self.periods = self._periods(today)
        self.units = self._units({unit for plan, unit in pairs if self.plan and plan == self.plan.pk})
        self.period = self._period(data.get("period", ""))
        self.unit = self._unit(data.get("unit", ""), user)
        self.fields["plan"] = forms.ChoiceField(
            choices=[(plan.code, plan) for plan in by_code.values()], required=False, label=_("Plan")
        )
        self.fields["period"] = self._choice_of_periods([(p.number, self._named(p)) for p in self.periods])
        self.fields["unit"] = forms.ChoiceField(
            choices=self._choice_of_units(), required=False, label=_("Unit")
        )
        for name, meant in self.query.items():
            self.data[name] = self.data.get(name) or str(meant)

    def _periods(self, today: date) -> list[ReportingPeriod]:
        """Return the periods open for reporting, newest first."""
        if self.plan is None:
            return []
        prefetch_related_objects([self.plan], "periods")
        periods = [period for period in self.plan.periods.all() if period.opens_on <= today]
        for period in periods:
            period.plan = self.plan
        return sorted(periods, key=lambda period: period.period_end, reverse=True)

    def _choice_of_periods(self, choices: list[tuple[int, str]]) -> forms.ChoiceField:
        return forms.ChoiceField(choices=choices, required=False, label=_("Period"))

    def _named(self, period: ReportingPeriod) -> str:
        return named_period(period)

    def _choice_of_units(self) -> list[tuple[int | str, OrgUnit | str | Promise]]:
        return [(unit.pk, unit) for unit in self.units]

    @staticmethod
    def _units(keys: set[int]) -> list[OrgUnit]:
        return list(OrgUnit.objects.filter(pk__in=keys).order_by("path", "order"))

    def _period(self, asked: str) -> ReportingPeriod | None:
        found = [period for period in self.periods if not asked or str(period.number) == asked]
        return found[0] if found else None

    def _unit(self, asked: str, user: Account) -> OrgUnit | None:
        """Return the unit asked for, else the user's own, else the first."""
        if asked:
            return next((unit for unit in self.units if str(unit.pk) == asked), None)
        own = [unit.pk for unit in Place.of(user).units[:1]]
        return next((unit for unit in self.units if unit.pk in own), next(iter(self.units), None))

    @property
    def is_complete(self) -> bool:
        return self.is_valid() and None not in (self.plan, self.period, self.unit)

    @property
    def query(self) -> dict[str, Any]:
        """The scope as parameters of a query string."""
        return {
            "plan": self.plan.code if self.plan else "",
            "period": self.period.number if self.period else "",
            "unit": self.unit.pk if self.unit else "",
        }
