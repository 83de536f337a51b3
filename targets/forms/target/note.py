"""A note on a target: of which kind, and its words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from targets.forms.base.fields import DayFormField
from targets.models import Target, TargetNote

LONGEST = TargetNote._meta.get_field("text").max_length


class NoteForm(forms.Form):
    """Asks for the kind only where the writer may choose."""

    kind = forms.ChoiceField(label=_("kind"))
    text = forms.CharField(
        label=_("text"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
    )  # fmt: skip

    def write(self, target: Target, by: Any) -> None:
        """Save the note. Raises PermissionDenied or ValidationError."""
        target.notes.write(target, by=by, **self.cleaned_data)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reaches_the_unit = TargetNote.Kind.LEADER in kinds
        labels = dict(TargetNote.Kind.choices)
        self.fields["kind"].choices = [(kind, labels[kind]) for kind in kinds]
        self.fields["kind"].initial = kinds[0]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["text"].label = labels[kinds[0]]


class AnswerForm(forms.Form):
    """The reply to a leader's remark; the day of completion is optional."""

    answers = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("reply"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST})
    )
    promised_on = DayFormField(label=_("to be done by"), required=False, widget=forms.DateInput())

    def __init__(self, *args: Any, remark: TargetNote, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{remark.pk}_%s", **kwargs)
        self.remark = remark
        self.initial["answers"] = remark.pk

    def write(self, target: Target, by: Any) -> None:
        """Save the reply. Raises PermissionDenied or ValidationError."""
        words = {name: self.cleaned_data[name] for name in ("text", "promised_on")}
        target.notes.answer(self.remark, by=by, **words)
