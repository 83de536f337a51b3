"""Forms that start correcting or voiding an approved entry; the next version's form follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.forms.base.conflicts import ShowsRefusals
from targets.forms.base.fields import QuantityFormField, form_field
from targets.models import ProgressEntry
from targets.models.people.viewer import Account


class VoidForm(ShowsRefusals, forms.Form):
    """Reason and source document for voiding the period's figure."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    source_ref = forms.CharField(
        label=_("ground (document or source)"), max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip

    def __init__(self, *args: Any, entry: ProgressEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry

    def start(self, by: Account) -> ProgressEntry | None:
        """Return the next version as a draft; None with errors if refused. Raises PermissionDenied."""
        try:
            return self.entry.correct(by=by, reason=self.cleaned_data["reason"], **self.changes())
        except ValidationError as refused:
            self.show(refused)
            return None

    def overtaken(self) -> None:
        self.add_error(
            None,
            _("Somebody else started a later version meanwhile; open it from the list of versions below."),
        )

    def changes(self) -> dict[str, Any]:
        return {"is_void": True, "source_ref": self.cleaned_data["source_ref"]}


class CorrectionForm(VoidForm):
    """Corrects the figure and its preliminary mark; the other fields are corrected in the draft."""

    def __init__(self, *args: Any, entry: ProgressEntry, **kwargs: Any) -> None:
        super().__init__(*args, entry=entry, **kwargs)
        if not entry.carries_figure():
            return
        target = entry.target
        self.fields = {
            "value": form_field(
                ProgressEntry, "value", form_class=QuantityFormField,
                unit_of_measure=target.unit_of_measure, whole=target.whole(),
                initial=entry.value, label=explain.box(target, entry.period),
            ),
            "preliminary": forms.BooleanField(
                label=_("preliminary figure"), required=False, initial=entry.preliminary
            ),
            **self.fields,
        }  # fmt: skip

    def changes(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("value", "preliminary") if name in self.fields
        }
        if "value" in found and found["value"] != self.entry.value:
            # “no change” would repeat the earlier figure
            found["answer"] = ProgressEntry.Answer.REPORTED
        return {**found, "source_ref": self.cleaned_data["source_ref"]}
