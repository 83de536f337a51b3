"""Put many targets of one plan on one of its lists, each with its number and score there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.forms.base.fields import field_of
from targets.models import ListEntry, Target, TargetList
from targets.models.audit.recording import recording


class PutOnListForm(forms.Form):
    list = forms.ModelChoiceField(TargetList.objects.none(), label=gettext_lazy("list of targets"))

    def __init__(self, data: QueryDict | None = None, *, targets: Sequence[Target]) -> None:
        super().__init__(data)
        self.targets = targets
        lists = TargetList.objects.filter(plan__in={target.plan_id for target in targets})
        field_of(self, "list", forms.ModelChoiceField).queryset = lists
        for target in targets:
            for name in ("number", "score"):
                column: Any = ListEntry._meta.get_field(name)
                field = column.formfield(required=False, help_text="")
                field.widget.attrs |= {"aria-label": f"{target.number} {field.label}", "size": 8}
                self.fields[f"{name}-{target.pk}"] = field

    @property
    def rows(self) -> Sequence[tuple[Target, BoundField, BoundField]]:
        """Each target with its fields of number and score."""
        return [(row, self[f"number-{row.pk}"], self[f"score-{row.pk}"]) for row in self.targets]

    def write(self) -> int:
        """Put all on the list or none; return their number. Raises ValidationError with a line per fault."""
        given, faults = self.cleaned_data, []
        with recording():
            for target in self.targets:
                place = ListEntry(list=given["list"], target=target)
                place.number, place.score = given[f"number-{target.pk}"], given[f"score-{target.pk}"]
                try:
                    place.save()
                except ValidationError as refused:
                    words = {
                        "number": target.number,
                        "title": target.title,
                        "why": " ".join(refused.messages),
                    }
                    faults.append(_("%(number)s %(title)s: %(why)s") % words)
            if faults:
                raise ValidationError(faults)
        return len(self.targets)
