"""A note on a target: of which kind, and its words."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from targets.forms.base.fields import DayFormField, field_of
from targets.models import Target, TargetNote
from targets.models.people.viewer import Account

LONGEST = TargetNote._meta.get_field("text").max_length


class NoteForm(forms.Form):
    """Asks for the kind only where the writer may choose."""

    kind = forms.ChoiceField(label=_("kind"))
    text = forms.CharField(
        label=_("text"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
    )  # fmt: skip

    def write(self, target: Target, by: Account) -> None:
        """Save the note. Raises PermissionDenied or ValidationError."""
        target.notes.write(target, by=by, **self.cleaned_data)

    def __init__(self, data: QueryDict | None = None, *, kinds: list[str]) -> None:
        super().__init__(data)
        self.reaches_the_unit = TargetNote.Kind.LEADER in kinds
        labels = dict(TargetNote.Kind.choices)
        kind = field_of(self, "kind", forms.ChoiceField)
        kind.choices = [(each, labels[each]) for each in kinds]
        kind.initial = kinds[0]
        if len(kinds) == 1:
            kind.widget = forms.HiddenInput()
            self.fields["text"].label = labels[kinds[0]]


class AnswerForm(forms.Form):
    """The reply to a leader's remark; the day of completion is optional."""

    answers = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("reply"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST})
    )
    promised_on = DayFormField(label=_("to be done by"), required=False, widget=forms.DateInput())

    def __init__(self, data: QueryDict | None = None, *, remark: TargetNote) -> None:
        super().__init__(data, auto_id=f"id_{remark.pk}_%s")
        self.remark = remark
        self.initial["answers"] = remark.pk

    def write(self, target: Target, by: Account) -> None:
        """Save the reply. Raises PermissionDenied or ValidationError."""
        words = {name: self.cleaned_data[name] for name in ("text", "promised_on")}
        target.notes.answer(self.remark, by=by, **words)
