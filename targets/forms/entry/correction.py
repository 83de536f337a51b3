"""Forms that correct or void an approved entry: the next version, typed and handed in on one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.filing.second_look import old_figure_in_words
from targets.forms.base.conflicts import ShowsRefusals
from targets.forms.base.fields import DayFormField, PercentageFormField, QuantityFormField, form_field
from targets.forms.entry.evidence import NAME, EvidenceField, Sent
from targets.models import Evidence, ProgressEntry
from targets.models.audit.recording import recording
from targets.models.enums import Act, Part
from targets.models.people.viewer import Account
from targets.rules.question import Question

LARGE = {"rows": 3, "class": "vLargeTextField"}


class AskedTwice(Exception):
    """Something is doubtful and was not confirmed: nothing is written."""


class VoidForm(ShowsRefusals, forms.Form):
    """Reason and source document for voiding the period's figure."""

    act = Act.VOID

    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs=LARGE))
    source_ref = forms.CharField(
        label=_("ground (document or source)"), max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip
    confirmed = forms.BooleanField(label=_("Checked; submit as it stands"), required=False)

    doubts: Sequence[Question] = ()

    def __init__(self, *args: Any, entry: ProgressEntry, sent: Sent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.sent = entry, sent

    def file(self, by: Account, *, as_draft: bool) -> ProgressEntry | None:
        """Return the next version, handed in or as a draft; None if it was refused or is asked about.

        Raises PermissionDenied.
        """
        try:
            with recording(self.act, self.entry, by=by):
                version = self.entry.correct(by=by, reason=self.cleaned_data["reason"], **self.changes())
                if NAME in self.cleaned_data:
                    Evidence.objects.put(version, self.cleaned_data[NAME])
                if not as_draft:
                    version.complete(version.last_figure, version.completions.exists)
                    self._ask_twice(version)
                    version.submit(by=by)
        except ValidationError as refused:
            self.show(refused)
        except AskedTwice:
            pass
        else:
            return version
        return None

    def _ask_twice(self, version: ProgressEntry) -> None:
        self.doubts = [*version.doubts(), *old_figure_in_words(version)]
        if self.doubts and not self.cleaned_data["confirmed"]:
            raise AskedTwice

    def overtaken(self) -> None:
        self.add_error(
            None,
            _("Somebody else started a later version meanwhile; open it from the list of versions below."),
        )

    def changes(self) -> dict[str, Any]:
        return {"is_void": True, "source_ref": self.cleaned_data["source_ref"]}


class CorrectionForm(VoidForm):
    """Figure, words and evidence of the next version; nodes and what is rare are corrected in its draft."""

    act = Act.CORRECT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [*self._figure(self.entry), *self._words(self.entry)]
        self.columns = [name for name, _field in columns]
        self.fields = {**dict(columns), NAME: self._evidence(self.entry), **self.fields}

    def _evidence(self, entry: ProgressEntry) -> EvidenceField:
        field = EvidenceField()
        field.initial = field.open_on(entry, NAME, self.sent, self.data, entry.period_id)
        return field

    @staticmethod
    def _figure(entry: ProgressEntry) -> list[tuple[str, forms.Field]]:
        target, found = entry.target, []
        kind: dict[str, Any] = {
            "form_class": QuantityFormField,
            "unit_of_measure": target.unit_of_measure,
            "whole": target.whole(),
        }
        if entry.carries_figure():
            label = explain.box(target, entry.period)
            found += [
                ("value", form_field(ProgressEntry, "value", label=label, initial=entry.value, **kind)),
                ("preliminary", form_field(ProgressEntry, "preliminary", initial=entry.preliminary)),
            ]
        if entry.takes_forecast():
            found.append(("forecast", form_field(ProgressEntry, "forecast", initial=entry.forecast, **kind)))
        if entry.part == Part.STATISTIC:
            how: dict[str, Any] = {
                "yoy": {"form_class": PercentageFormField},
                "published_rank": {},
                "published_on": {"form_class": DayFormField},
            }
            found += [
                (name, form_field(ProgressEntry, name, initial=getattr(entry, name), **each))
                for name, each in how.items()
            ]
        return found

    @staticmethod
    def _words(entry: ProgressEntry) -> list[tuple[str, forms.Field]]:
        if entry.part == Part.STATISTIC:
            return []
        large = forms.Textarea(attrs=LARGE)
        return [
            (name, form_field(ProgressEntry, name, initial=getattr(entry, name), widget=large))
            for name in ("narrative", *ProgressEntry.OF_WHO_IS_BEHIND)
        ]

    def changes(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: self.cleaned_data[name] for name in self.columns}
        if "value" in found and found["value"] != self.entry.value:
            # “no change” would repeat the earlier figure
            found["answer"] = ProgressEntry.Answer.REPORTED
        return {**found, "source_ref": self.cleaned_data["source_ref"]}
