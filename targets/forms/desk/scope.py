"""The plan, period and unit of a page of many entries."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import ceil
from typing import Any

from django import forms
from django.db.models import Count, Exists, F, OuterRef
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.forms.base.fields import named_period
from targets.models import OrgUnit, Plan, ProgressEntry, ReportingPeriod
from targets.models.base import plain_code
from targets.models.enums import Part
from targets.models.people.place import Place
from targets.models.people.viewer import Account
from targets.models.plan.plan import usual_plan
from targets.models.target.queries import TargetQuerySet
from targets.reporting import ASKS_EVERY


class DeskScopeForm(forms.Form):
    """Read from the query string; `targets` limits the choices. `plans` are all that the user may see.

    Even if the form is invalid, `plan`, `period` and `unit` hold the choice or, without one, the default.
    """

    data: dict[str, Any]

    plans: list[Plan]
    plan: Plan | None
    period: ReportingPeriod | None
    unit: OrgUnit | None

    def __init__(self, data: QueryDict, *, targets: TargetQuerySet, user: Account, today: date) -> None:
        self.plans = list(Plan.objects.shown_to(user))
        leading = self._leading(targets)
        asked = {plan for plan, _unit in leading}
        by_code = {plan.code: plan for plan in self.plans if plan.pk in asked}
        named = plain_code(data.get("plan", ""))
        self.plan = by_code.get(named) if named else usual_plan(by_code.values(), today, user)
        super().__init__({**data.dict(), "plan": named})
        self.periods = self._periods(today)
        self.units = [unit for plan, unit in leading if self.plan and plan == self.plan.pk]
        self.period = self._period(data.get("period", ""))
        self.unit = self._unit(data.get("unit", ""), user)
        self.counts = {unit.pk: unit.count for unit in self.units}
        self.count = self.counts[self.unit.pk] if self.unit else 0
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
        periods = [period for period in self.plan.periods.all() if period.opens_on <= today]
        return sorted(periods, key=lambda period: period.period_end, reverse=True)

    def _choice_of_periods(self, choices: list[tuple[int, str]]) -> forms.ChoiceField:
        return forms.ChoiceField(choices=choices, required=False, label=_("Period"))

    def _named(self, period: ReportingPeriod) -> str:
        return named_period(period)

    def _choice_of_units(self) -> list[tuple[int | str, OrgUnit | str | Promise]]:
        return [(unit.pk, unit) for unit in self.units]

    @staticmethod
    def _leading(targets: TargetQuerySet) -> list[tuple[int, Any]]:
        """Each plan with each unit that leads some of `targets` in it, and with their `count`."""
        units = OrgUnit.objects.filter(led_targets__in=targets.order_by().values("pk"))
        counted = units.annotate(of_plan=F("led_targets__plan"), count=Count("led_targets"))
        return [(unit.of_plan, unit) for unit in counted.order_by("path", "order")]

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


class FilingScopeForm(DeskScopeForm):
    """Of several units the first shown is the one with most reports to hand in; a long one has pages."""

    PER_PAGE = 30

    def __init__(self, data: QueryDict, *, targets: TargetQuerySet, user: Account, today: date) -> None:
        self.targets, self.today = targets, today
        asked = data.get("page", "")
        self.asked_page = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
        super().__init__(data, targets=targets, user=user, today=today)

    @property
    def page(self) -> int:
        return min(max(self.asked_page, 1), self.pages)

    @property
    def pages(self) -> int:
        return max(1, ceil(self.count / self.PER_PAGE))

    @property
    def choices_of_page(self) -> list[tuple[int, str]]:
        """The pages with the places of their rows: 1—30."""
        ends = [min(page * self.PER_PAGE, self.count) for page in range(1, self.pages + 1)]
        return [(page, f"{(page - 1) * self.PER_PAGE + 1}—{end}") for page, end in enumerate(ends, 1)]

    @property
    def rows(self) -> slice:
        """Those of the page among the unit's rows."""
        return slice((self.page - 1) * self.PER_PAGE, self.page * self.PER_PAGE)

    @property
    def query(self) -> dict[str, Any]:
        return super().query | ({"page": self.page} if self.pages > 1 else {})

    def _named(self, period: ReportingPeriod) -> str:
        return explain.month_of(period.period_end, self.today)

    def _left(self) -> Counter[int]:
        """Unit → targets with nothing handed in, of those whose frequency asks in this period.

        One count in SQL, to choose by: what a target owes in the end is read for one page alone.
        """
        if self.period is None:
            return Counter()
        asking = [frequency for frequency, step in ASKS_EVERY.items() if self.period.number % step == 0]
        filed = ProgressEntry.objects.filter(target=OuterRef("pk"), period=self.period, part=Part.REPORT)
        left = self.targets.filter(
            ~Exists(filed.exclude(state__in=ProgressEntry.EDITABLE)),
            plan=self.plan, frequency__in=asking,
        )  # fmt: skip
        counted = left.order_by().values("lead_unit").annotate(count=Count("pk", distinct=True))
        return Counter(dict(counted.values_list("lead_unit", "count")))

    def _unit(self, asked: str, user: Account) -> OrgUnit | None:
        if asked or len(self.units) < 2:
            return super()._unit(asked, user)
        left = self._left()
        return max(self.units, key=lambda unit: left[unit.pk])
