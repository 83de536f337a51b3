"""Official statistics for many indicators: one source for all; changed approved figures are corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets.filing.statistic_lines import StatisticLine
from targets.forms.base.fields import DayFormField, PercentageFormField, QuantityFormField, field_of
from targets.forms.desk.desk import DAY, RowForm
from targets.forms.desk.scope import DeskScopeForm
from targets.models import ProgressEntry, ReportingPeriod
from targets.models.people.viewer import Account
from targets.models.target.queries import TargetQuerySet

Answer = ProgressEntry.Answer


class StatisticsScopeForm(DeskScopeForm):
    """One plan and one or several of its periods; there is no choice of unit."""

    def __init__(self, data: QueryDict, *, targets: TargetQuerySet, user: Account, today: date) -> None:
        self.asked = data.getlist("period")
        super().__init__(data, targets=targets, user=user, today=today)
        self.data["period"] = self.asked or [str(period.number) for period in self.chosen]

    def _period(self, asked: str) -> ReportingPeriod | None:
        """Return the newest period asked for, else the newest period in which statistics are due."""
        wanted = [period for period in self.periods if str(period.number) in self.asked]
        usual = [period for period in self.periods if period.figures_due_on]
        self.chosen = sorted(wanted or usual[:1], key=lambda period: period.period_end)
        return self.chosen[-1] if self.chosen else None

    def _choice_of_periods(self, choices: list[tuple[int, str]]) -> forms.ChoiceField:
        return forms.MultipleChoiceField(
            choices=choices, required=False, label=_("Periods"), widget=forms.CheckboxSelectMultiple
        )

    def _named(self, period: ReportingPeriod) -> str:
        return str(period)

    def _unit(self, asked: str, user: Account) -> None:
        return None

    @property
    def is_complete(self) -> bool:
        return self.is_valid() and None not in (self.plan, self.period)

    @property
    def query(self) -> dict[str, Any]:
        return {
            "plan": self.plan.code if self.plan else "",
            "period": [period.number for period in self.chosen],
        }


class SourceForm(forms.Form):
    """Source, day of publication and reason, given once for all figures typed."""

    source_ref = forms.CharField(
        label=_("source document"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip
    published_on = DayFormField(label=_("published on"), required=False, widget=forms.TextInput(attrs=DAY))
    reason = forms.CharField(
        label=_("reason for changing approved figures"), max_length=500, required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        today: date,
        needs_source: bool = False,
        needs_reason: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(data, prefix="source", **more)
        self.today = today
        self.fields["source_ref"].required = needs_source
        self.fields["reason"].required = needs_reason

    def clean_published_on(self) -> date | None:
        day = self.cleaned_data["published_on"]
        if day and day > self.today:
            raise ValidationError(gettext("This day has not come yet."))
        return day

    @property
    def said(self) -> dict[str, Any]:
        """The source fields that were given; empty fields change nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        return {name: given[name] for name in ("source_ref", "published_on") if given.get(name)}


class StatisticForm(RowForm):
    """One indicator in one period. A change of an approved figure is saved as a correction."""

    not_published = forms.BooleanField(label=Answer.NOT_PUBLISHED.label, required=False)

    line: StatisticLine
    said: Mapping[str, Any] = {}
    reason = ""  # of a correction
    is_said_anew = False

    class Meta(RowForm.Meta):
        fields = ("value", "yoy", "published_rank", "preliminary")
        field_classes = {"value": QuantityFormField, "yoy": PercentageFormField}
        widgets = {
            "value": forms.TextInput(attrs={"inputmode": "decimal", "class": "value"}),
            "yoy": forms.TextInput(attrs={"inputmode": "decimal", "class": "yoy"}),
            "published_rank": forms.TextInput(attrs={"inputmode": "numeric", "class": "rank"}),
        }

    def shape(self) -> None:
        number = self.line.period.number
        field_of(self, "value", QuantityFormField).read_for(self.line.target)
        for name in ("value", "yoy", "published_rank"):
            self.fields[name].widget.attrs["data-down"] = f"{number}-{name}"
        if self.line.corrects:
            del self.fields["not_published"]
        else:
            self.initial["not_published"] = self.instance.answer == Answer.NOT_PUBLISHED

    @property
    def gives_a_figure(self) -> bool:
        """False only if the cell is empty and ticked “not published”."""
        is_ticked = "not_published" in self.fields and self["not_published"].value()
        return bool(self["value"].value()) or not is_ticked

    def say(self, said: Mapping[str, Any], reason: str) -> None:
        """Apply the page's source and reason to this cell."""
        self.said, self.reason = said if self.gives_a_figure else {}, reason
        self.is_said_anew = any(getattr(self.instance, name) != value for name, value in self.said.items())
        for name, value in self.said.items():
            setattr(self.instance, name, value)
        if self.line.corrects:
            self.instance.reason = reason

    # --- version ------------------------------------------------------------------------------

    def row(self) -> ProgressEntry:
        return self.line.entry or self.instance

    def version_of(self, row: Any) -> str:
        entry = self.line.entry
        return f"{entry.pk}.{entry.version}" if entry else ""

    # --- validation ---------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        has_figure, is_answered = cleaned.get("value") is not None, "not_published" in self.changed_data
        if cleaned.get("not_published") and (is_answered or not has_figure):
            self.instance.answer = Answer.NOT_PUBLISHED
        elif has_figure or is_answered:
            # other answers do not allow a figure
            self.instance.answer = Answer.REPORTED
        elif self.line.corrects and "value" not in self.errors:
            self.add_error("value", _("To take an approved figure away, void it on its own page."))
        return cleaned

    def _update_errors(self, errors: ValidationError) -> None:
        self.show(errors)

    def show(self, refusal: ValidationError) -> None:
        """Drop errors on the reason: the page asks for it once, above the grid."""
        by_field = dict(getattr(refusal, "error_dict", {}))
        if by_field.pop("reason", None):
            refusal = ValidationError(by_field)
        super().show(refusal)

    # --- writing ------------------------------------------------------------------------------

    def write(self, by: Account) -> bool:
        approved, answer = self.line.entry, Answer.REPORTED
        if approved is None or not self.line.corrects:
            return super().write(by)
        if not self.is_valid():
            return False
        changes = {name: self.cleaned_data[name] for name in self.Meta.fields}
        try:
            entry = approved.correct(by=by, reason=self.reason, answer=answer, **self.said, **changes)
        except ValidationError as refused:
            self.show(refused)
            return False
        self.line.entry, self.line.replaced = entry, approved
        return True
