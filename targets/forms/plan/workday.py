"""The yearly notice of holidays, pasted and read before anything is stored."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.models import WorkdayException
from targets.reading.holidays import NoticeRefusal, SpecialDay, read_notice
from targets.reading.typed import FIRST_YEAR, LAST_YEAR

LONGEST_NOTICE = 5000


class NoticeForm(forms.Form):
    year = forms.IntegerField(
        label=_("year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.TextInput(attrs={"size": 6})
    )
    text = forms.CharField(
        label=_("text of the notice"),
        max_length=LONGEST_NOTICE,
        widget=forms.Textarea(attrs={"rows": 14, "class": "vLargeTextField"}),
        help_text=_("Paste the State Council's notice whole; one holiday a line."),
    )

    days: tuple[SpecialDay, ...] = ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "text" in cleaned and "year" in cleaned:
            try:
                self.days = tuple(read_notice(cleaned["text"], cleaned["year"]))
            except NoticeRefusal as refused:
                self.add_error("text", ValidationError(explain.notice_refusal(refused), code=refused.key))
        return cleaned

    def key(self) -> str:
        """Return a hash of the parsed days, so that only days that were shown are stored."""
        return sha256(repr(self.days).encode()).hexdigest()

    def preview(self) -> list[tuple[SpecialDay, str | Promise]]:
        """Return each day with its effect on the table, in words: new, replaced or stored already."""
        stored = {
            day.date: (day.works, day.note)
            for day in WorkdayException.objects.filter(date__in=[day.date for day in self.days])
        }
        return [(day, self._effect(day, stored.get(day.date))) for day in self.days]

    @staticmethod
    def _effect(day: SpecialDay, stored: tuple[bool, str] | None) -> str | Promise:
        if stored is None:
            return _("new")
        return _("stored already") if stored == (day.works, day.note) else _("replaces what is stored")
