"""Form fields for numbers, days, periods, units and people; `reading.typed` parses numbers and days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from targets import explain
from targets.models import Member, OrgUnit, ReportingPeriod, Target
from targets.reading.typed import Refusal, parse_day, parse_number
from targets.rules.quantities import plain

Kind = TypeVar("Kind", bound=forms.Field)


def field_of(form: forms.BaseForm, name: str, kind: type[Kind]) -> Kind:
    """Return a field of the form as what it is: a form knows its fields by name alone."""
    field = form.fields[name]
    if not isinstance(field, kind):
        raise TypeError(f"{name} is a {type(field).__name__}")
    return field


def column_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """Return a column of the model; the relations that other models have to it are none."""
    return next(column for column in model._meta.fields if column.name == name)


def form_field(model: type[models.Model], name: str, **how: Any) -> forms.Field:
    """Return a column of the model as a form field; `how` as for `Field.formfield`."""
    field = column_of(model, name).formfield(**how)
    if field is None:
        raise TypeError(f"{name} is not typed")
    return field


def offer(field: Any, rows: Iterable[Any]) -> None:
    """Offer these rows, which were read already; an empty choice stays."""
    empty = [] if field.empty_label is None else [("", field.empty_label)]
    field.choices = [*empty, *((row.pk, field.label_from_instance(row)) for row in rows)]


def read_once(choices: Any) -> Callable[[], list[Any]]:
    """Choices that several fields or rows of a page share: read when the first of them is shown."""
    return cache(lambda: [*iter(choices)])  # list() would count the rows first


class QuantityFormField(forms.DecimalField):
    """A number in `unit_of_measure`, as offices type it; unclear input gets a readable error.

    `whole`: the things are counted one by one, so a fraction is refused.
    """

    def __init__(self, *, unit_of_measure: str = "", whole: bool = False, **kwargs: Any) -> None:
        self.unit_of_measure, self.whole = unit_of_measure, whole
        # text, not type=number: a browser drops ４７０．５ and 12万 unseen instead of sending them
        # not autocomplete="off": Chromium then empties the field on going back
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs’ DecimalField too
        try:
            return parse_number(value, unit_of_measure=self.unit_of_measure, whole=self.whole)
        except Refusal as refused:
            raise ValidationError(explain.refusal(refused), code=refused.key) from None

    def read_for(self, target: Target) -> None:
        """Parse the input as a figure of this target."""
        self.unit_of_measure, self.whole = target.unit_of_measure, target.whole()

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class PercentageFormField(QuantityFormField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(unit_of_measure="%", **kwargs)


class DayFormField(forms.DateField):
    """A day in any of the offices' spellings."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", AdminDateWidget())
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        try:
            return parse_day(value)
        except Refusal as refused:
            raise ValidationError(explain.refusal(refused), code=refused.key) from None

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


def named_period(period: ReportingPeriod) -> str:
    """The period with its last day, so that the user needs no calendar."""
    return _("%(period)s (to %(day)s)") % {"period": period, "day": explain.day(period.period_end)}


def named_unit(unit: OrgUnit) -> str:
    """The unit with its parent, because two towns have offices of the same name."""
    return f"{unit.parent} · {unit}" if unit.parent else str(unit)


class PeriodChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: ReportingPeriod) -> str:
        return named_period(obj)


class UnitChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: OrgUnit) -> str:
        return named_unit(obj)


class UnitsChoiceField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: OrgUnit) -> str:
        return named_unit(obj)


class MemberChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Member) -> str:
        return f"{obj.unit} · {explain.titled(obj)}"
