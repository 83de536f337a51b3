"""Set one domain, lead unit, leader or frequency for many targets of draft plans."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.forms.base.fields import UnitChoiceField, field_of
from targets.models import Domain, Leaders, OrgUnit, Plan, Target
from targets.models.audit.recording import recording

MOST = 500


class BulkSetForm(forms.Form):
    """An empty field changes nothing. For each target the page posts the version that was shown."""

    domain = forms.ModelChoiceField(Domain.objects.none(), required=False, label=gettext_lazy("domain"))
    lead_unit = UnitChoiceField(OrgUnit.objects.none(), required=False, label=gettext_lazy("lead unit"))
    accountable_leader = forms.CharField(
        max_length=100, required=False, label=gettext_lazy("accountable leader"),
        help_text=gettext_lazy("name or post; words that fit nobody listed are kept as they are"),
    )  # fmt: skip
    frequency = forms.ChoiceField(required=False, label=gettext_lazy("frequency"))

    def __init__(self, data: QueryDict | None = None, *, targets: list[Target]) -> None:
        super().__init__(data)
        self.targets = targets
        units = OrgUnit.objects.filter(active=True).select_related("parent").order_by("path", "order")
        for path in {target.plan.jurisdiction.path for target in targets}:  # within every jurisdiction
            units = units.filter(path__startswith=path)
        lead_unit = field_of(self, "lead_unit", UnitChoiceField)
        domain = field_of(self, "domain", forms.ModelChoiceField)
        lead_unit.queryset = units
        plans = {target.plan_id for target in targets}
        if len(plans) == 1:  # each plan has its own domains
            domain.queryset = Domain.objects.filter(plan__in=plans)
        domain.empty_label = lead_unit.empty_label = _("leave as it is")
        frequency = field_of(self, "frequency", forms.ChoiceField)
        frequency.choices = [("", _("leave as it is")), *Target.Frequency.choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.chosen = {name: value for name, value in cleaned.items() if value}
        if not self.errors and not self.chosen:
            raise ValidationError(_("Please choose what is to be set."))
        return cleaned

    def write(self) -> int:
        """Save all targets or none; return their number. Raises ValidationError with a line per fault."""
        with recording():
            locked = Target.objects.locked().filter(pk__in=[target.pk for target in self.targets])
            stored = list(locked.select_related("plan__jurisdiction").prefetch_related("supporting_units"))
            refused = [fault for target in stored if (fault := self._fault(target))]
            if refused or len(stored) < len(self.targets):
                raise ValidationError(refused or _("Some of these targets are gone; please choose again."))
            tops = {target.plan.jurisdiction for target in stored}
            columns = {top: self._columns(top) for top in tops}
            for target in stored:
                for name, value in columns[target.plan.jurisdiction].items():
                    setattr(target, name, value)
                target.save(locked=True)
        return len(stored)

    def _columns(self, jurisdiction: OrgUnit) -> dict[str, Any]:
        """The same words name different leaders in different towns, so resolve them by town."""
        chosen = dict(self.chosen)
        if words := chosen.pop("accountable_leader", ""):
            chosen |= Leaders(jurisdiction).columns(words)
        return chosen

    def _fault(self, target: Target) -> str:
        words = {"number": target.number, "title": target.title}
        if target.plan.state != Plan.State.DRAFTING:
            return _("%(number)s %(title)s: its plan is issued.") % words
        if self.data.get(f"seen-{target.pk}") != str(target.version):
            return _("%(number)s %(title)s: changed meanwhile; please look again.") % words
        lead_unit = self.chosen.get("lead_unit")
        if lead_unit and any(link.unit_id == lead_unit.pk for link in target.supporting_units.all()):
            return _("%(number)s %(title)s: this unit supports it already.") % words
        return ""
