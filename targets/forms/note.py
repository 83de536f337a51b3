"""A note on a target: of which kind, and its words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from targets.models import TargetNote

LONGEST = TargetNote._meta.get_field("text").max_length


class NoteForm(forms.Form):
    """Asks for the kind only where the writer may choose."""

    kind = forms.ChoiceField(label=_("kind"))
    text = forms.CharField(
        label=_("text"), max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(TargetNote.Kind.choices)
        self.fields["kind"].choices = [(kind, labels[kind]) for kind in kinds]
        self.fields["kind"].initial = kinds[0]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["text"].label = labels[kinds[0]]
