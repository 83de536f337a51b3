"""Forms of the steps of a plan: the input that each step needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundWidget
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.forms.base.conflicts import ShowsRefusals
from targets.forms.base.fields import DayFormField, field_of
from targets.models import OrgUnit, Plan, ReportingPeriod, Target
from targets.models.plan.next_year import named_for
from targets.models.plan.period import Rescheduled
from targets.models.target.queries import TargetQuerySet
from targets.rules.question import Question
from targets.todo.lacking import before_closing, before_issue


class ActForm(ShowsRefusals, forms.Form):
    """A form with a button only; `carry_out` shows a refusal at the field concerned."""

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def carry_out(self, act: Callable[..., Any], **given: Any) -> Any:
        """Return the result of the act (True if None), or False if refused. Raises PermissionDenied."""
        try:
            done = act(**given)
        except ValidationError as refused:
            self.show(refused)
            return False
        return True if done is None else done


class AskingForm(ActForm):
    """The user confirms once what is asked; no question blocks the step."""

    despite: str | Promise  # label of the checkbox that confirms
    asks: Callable[[Plan, date], Iterable[Question]]

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, plan=plan, **kwargs)
        found = explain.by_place(self.asks(plan, timezone.localdate()))
        self.of_the_plan, self.of_targets = found.pop(plan, []), found  # target → what is asked about it
        if self.of_the_plan or self.of_targets:
            asks = {"required": _("Please look at what is missing, and confirm.")}
            self.fields["confirmed"] = forms.BooleanField(label=str(self.despite), error_messages=asks)

    def carry_out(self, act: Callable[..., Any], **given: Any) -> Any:
        given.pop("confirmed", None)
        return super().carry_out(act, **given)


class IssueForm(AskingForm):
    despite = _("Issue it with what is missing")
    asks = staticmethod(before_issue)

    document_no = forms.CharField(
        label=_("document number"), max_length=100, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    issued_on = DayFormField(label=_("issued on"))
    renumbers = forms.BooleanField(
        label=_("Number the rows through"),
        required=False,
        help_text=_("Deleted rows left gaps; ticked, the rows are numbered from 1 in their order."),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, plan=plan, **kwargs)
        issued_on = plan.issued_on or timezone.localdate()
        self.initial.update(document_no=plan.document_no, issued_on=issued_on)
        if plan.is_numbered_through():
            del self.fields["renumbers"]


class CloseForm(AskingForm):
    despite = _("Close it with what is missing")
    asks = staticmethod(before_closing)


class ReopenForm(ActForm):
    """`replaces` is the reopening the user saw: if two users reopen at once, the second looks again."""

    replaces = DayFormField(required=False, widget=forms.HiddenInput)
    until = DayFormField(label=_("reopened until"))
    reason = forms.CharField(
        label=_("reason for reopening"),
        max_length=ReportingPeriod._meta.get_field("reopened_why").max_length,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, plan: Plan, period: ReportingPeriod, **kwargs: Any) -> None:
        super().__init__(*args, plan=plan, **kwargs)
        self.initial["replaces"] = period.standing_reopening


class RescheduleForm(ActForm):
    """The periods to move; each choice names its new days, so that no period moves unseen."""

    periods = forms.MultipleChoiceField(
        label=_("reporting periods"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("The days changed meanwhile; please look again.")},
    )

    def __init__(self, *args: Any, found: Iterable[Rescheduled], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {self._key(each): each for each in found}
        periods = field_of(self, "periods", forms.MultipleChoiceField)
        periods.choices = [(key, str(each.period)) for key, each in self.found.items()]
        periods.initial = list(self.found)

    @staticmethod
    def _key(each: Rescheduled) -> str:
        days = ".".join(f"{new:%Y%m%d}" for _old, new in each.moves.values())
        return f"{each.period.number}.{days}"

    def rows(self) -> list[tuple[BoundWidget, Rescheduled]]:
        """Each checkbox with the period it stands for."""
        return list(zip(self["periods"], self.found.values(), strict=True))

    def chosen(self) -> list[Rescheduled]:
        return [self.found[key] for key in self.cleaned_data["periods"]]


class NextYearForm(ActForm):
    code = forms.CharField(label=_("code"), max_length=20)
    title = forms.CharField(
        label=_("title"), max_length=200, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    keeps_values = forms.BooleanField(
        label=_("Start from this year's values"),
        required=False,
        help_text=_("Otherwise the value to reach is left empty until the new one is settled."),
    )
    targets = forms.ModelMultipleChoiceField(
        Target.objects.none(), label=_("targets"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, plan: Plan, targets: TargetQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, plan=plan, **kwargs)
        self.offered = targets
        field_of(self, "targets", forms.ModelMultipleChoiceField).queryset = targets
        self.initial.update(
            code=named_for(plan.code, plan.year),
            title=named_for(plan.title, plan.year),
            targets=[t.pk for t in targets if t.state != Target.State.CANCELLED and not t.following],
        )

    def by_unit(self) -> list[tuple[OrgUnit, int, list[tuple[BoundWidget, Target]]]]:
        """Each unit with how many of its targets are ticked, and the checkboxes with their targets."""
        found: dict[OrgUnit, list[tuple[BoundWidget, Target]]] = {}
        for box, target in zip(self["targets"], self.offered, strict=True):
            found.setdefault(target.lead_unit, []).append((box, target))
        return [
            (unit, sum(bool(box.data["selected"]) for box, _target in found[unit]), found[unit])
            for unit in sorted(found, key=lambda unit: (unit.order, unit.pk))
        ]
