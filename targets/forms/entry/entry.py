"""Forms to log one entry of one target, period and part, and to review it."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.filing.occasion import Occasion
from targets.filing.second_look import old_figure_in_words
from targets.forms.base.conflicts import SeenVersionForm, spelled
from targets.forms.base.fields import PeriodChoiceField, QuantityFormField, column_of, field_of
from targets.forms.base.keys import row_key
from targets.forms.entry.evidence import NAME, EvidenceField, Sent
from targets.models import MilestoneCompletion, ProgressEntry, Target
from targets.models.entry.entry import WRITERS
from targets.reading.typed import Refusal, parse_day
from targets.rules.question import Question


class TargetChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Target) -> str:
        return f"{obj.code}　{obj.title}（{obj.lead_unit}）"


def answers(target: Target) -> list[tuple[str, str | Promise]]:
    return [(answer.value, answer.label) for answer in ProgressEntry.answers_about(target)]


class EntryForm(SeenVersionForm):
    """An entry as its author writes it. The admin sets the class attributes for each request."""

    instance: ProgressEntry
    occasion: Occasion  # target, part and periods open to the user; see filing/occasion.py
    sent: Sent
    submitting = False

    evidence = EvidenceField()
    from_paper = forms.BooleanField(required=False)
    same = forms.BooleanField(label=_("Issues and next steps are those of the last report"), required=False)
    confirmed = forms.BooleanField(label=_("Checked; submit as it stands"), required=False)

    doubts: tuple[Question, ...] = ()
    asks_twice = False
    there: ProgressEntry | None = None  # logged first by somebody else; saving again updates it

    class Meta:
        model = ProgressEntry
        fields = ("target", "period", "part", "answer")
        widgets = {"target": forms.HiddenInput, "part": forms.HiddenInput}
        field_classes = {"target": TargetChoiceField, "period": PeriodChoiceField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target = self.occasion.target
        if "target" in self.fields:
            field_of(self, "target", TargetChoiceField).queryset = self.occasion.targets
            periods = field_of(self, "period", PeriodChoiceField)
            periods.queryset, periods.empty_label = self.occasion.periods, None
        if "value" in self.fields:
            field_of(self, "value", QuantityFormField).read_for(target)
            self._name_the_figure(target)
        if "forecast" in self.fields:
            field_of(self, "forecast", QuantityFormField).read_for(target)
        words = {"unit": target.lead_unit}
        self.fields["from_paper"].label = _("You file for %(unit)s: taken from the unit's own paper") % words
        self.fields["from_paper"].initial = self.instance.origin == ProgressEntry.Origin.TRANSCRIBED
        if "same" in self.fields and (before := self.occasion.last_plans):
            self.fields["same"].help_text = told_before(before)
        if "answer" in self.fields:
            field_of(self, "answer", forms.ChoiceField).choices = answers(target)
        self._offer_evidence()

    def _offer_evidence(self) -> None:
        field, period = field_of(self, NAME, EvidenceField), self.occasion.period
        entry = self.instance if self.instance.pk else ProgressEntry(target=self.occasion.target)
        self.initial[NAME] = field.open_on(entry, NAME, self.sent, self.data, period.pk if period else None)

    def _name_the_figure(self, target: Target) -> None:
        """Label the figure with the months of its period; the script changes the label with the period."""
        if self.occasion.period:
            self.fields["value"].label = explain.box(target, self.occasion.period)
        if "period" in self.fields:
            names = {period.pk: explain.box(target, period) for period in self.occasion.periods}
            widget: forms.Widget = self.fields["period"].widget
            shown = getattr(widget, "widget", widget)  # the admin wraps it
            shown.attrs["data-names"] = json.dumps(names, ensure_ascii=False)

    def lock(self) -> None:
        target_id = self.instance.target_id or getattr(self.cleaned_data.get("target"), "pk", None)
        # evaluated for its lock only
        Target.objects.locked().filter(pk=target_id).first()

    def clean_part(self) -> str:
        part = self.cleaned_data["part"]
        if part not in self.occasion.parts:
            raise ValidationError(WRITERS[part])
        return part

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.instance.pk and cleaned.get("target") and cleaned.get("period") and cleaned.get("part"):
            self._refuse_a_second(cleaned)
        if cleaned.get("same") and (before := self.occasion.last_plans):
            for name in ProgressEntry.OF_WHO_IS_BEHIND:
                cleaned[name] = cleaned.get(name) or getattr(before, name)
        return cleaned

    def _refuse_a_second(self, cleaned: dict[str, Any]) -> None:
        same = {name: cleaned[name] for name in ("target", "period", "part")}
        there = ProgressEntry.objects.filter(**same).order_by("-revision_no").first()
        if there is None:
            return
        if there.may_be_edited_by(self.occasion.user):
            self.there, self.differences = there, self._settle(there, {})
        message = format_html(
            '{} <a href="{}">{}</a>',
            _("This period's entry exists already (%(state)s).") % {"state": there.get_state_display()},
            reverse("admin:targets_progressentry_change", args=(there.pk,)),
            _("Open it"),
        )
        raise ValidationError(message, code="exists")

    def _stale(self, row: ProgressEntry) -> ValidationError:
        if row.state in row.EDITABLE:
            return super()._stale(row)
        words = {"state": row.get_state_display()}
        return ValidationError(
            _("This entry is %(state)s meanwhile, so nothing was saved. Both versions are shown.") % words,
            code="stale",
        )

    def _post_clean(self) -> None:
        if self.has_error(NON_FIELD_ERRORS, "exists"):
            return  # the model would repeat the error without the link
        if self.instance.pk is None:
            self.instance.entered_by = self.occasion.user  # the author decides which input is still accepted
        super()._post_clean()
        self._refuse_an_unused_figure()
        if self.submitting and not self.errors:
            self._ask_twice()

    def _refuse_an_unused_figure(self) -> None:
        """“No change” states the last figure again, so another one typed beside it would be lost."""
        if self.cleaned_data.get("answer") != ProgressEntry.Answer.NO_CHANGE or "value" in self.errors:
            return
        value = self.cleaned_data.get("value")
        if value is not None and value != self.occasion.last_value(self.instance.period):
            self.add_error("value", _("“No change” repeats the last figure; please clear this one."))

    def _ask_twice(self) -> None:
        self.doubts = tuple(self.instance.doubts(done=self._nodes_typed()))
        if self._needs_a_second_look() and not self.cleaned_data.get("confirmed"):
            self.asks_twice = True
            self.add_error(None, ValidationError(_("Please check and confirm."), code="doubt"))

    def _nodes_typed(self) -> dict[int, date] | None:
        """Return node id → day as typed in the rows of nodes; None if the page has no such rows."""
        rows = row_key(self.data.get("completions-TOTAL_FORMS", ""))
        if rows is None:
            return None
        found = {}
        for place in range(min(rows, 100)):
            row = f"completions-{place}"
            key = row_key(self.data.get(f"{row}-milestone", ""))
            try:
                day = parse_day(self.data.get(f"{row}-completed_on", ""))
            except Refusal:
                continue  # the row shows the error itself
            if day and key is not None and f"{row}-DELETE" not in self.data:
                found[key] = day
        return found

    def _needs_a_second_look(self) -> bool:
        return bool(self.doubts or old_figure_in_words(self.instance))


def told_before(entry: ProgressEntry) -> str:
    """Return the issues and next steps of the last report, with its period."""
    names = {name: column_of(ProgressEntry, name).verbose_name for name in entry.OF_WHO_IS_BEHIND}
    said = [
        str(_("%(heading)s: %(text)s")) % {"heading": label, "text": getattr(entry, name)}
        for name, label in names.items()
        if getattr(entry, name)
    ]
    return "　".join([str(entry.period), *said])


class ReviewForm(SeenVersionForm):
    """The reviewer edits no field, but approves the version seen or returns it with a comment."""

    mine = _("what you saw")
    decides = True

    review_comment = forms.CharField(
        label=_("review comment"), max_length=500, required=False, strip=True,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )  # fmt: skip

    class Meta:
        model = ProgressEntry
        fields: tuple[str, ...] = ()

    instance: ProgressEntry

    def lock(self) -> None:
        Target.objects.locked().get(pk=self.instance.target_id)

    def watched(self) -> dict[str, forms.Field]:
        return _read()

    def completions(self) -> QuerySet[MilestoneCompletion]:
        prefetch_related_objects([self.instance], "completions__milestone")
        return self.instance.completions.all()

    def stood(self) -> dict[str, str]:
        values = forms.model_to_dict(self.instance, ProgressEntry.CARRIED)
        done = sorted(self.completions(), key=lambda each: (each.completed_on, each.pk))
        values["nodes"] = "；".join(f"{node.milestone} {explain.day(node.completed_on)}" for node in done)
        return {name: spelled(field, values[name]) for name, field in self.watched().items()}

    def _stale(self, row: ProgressEntry) -> ValidationError:
        self.instance.refresh_from_db()
        return ValidationError(
            _("The entry changed since you read it, so nothing was decided. Please read it again."),
            code="stale",
        )

    def _post_clean(self) -> None:
        # This form writes no field of the entry; approving and returning validate the entry themselves.
        if self.refusal is not None:
            self.show(self.refusal)


@cache
def _read() -> dict[str, forms.Field]:
    """Cached: a page of two hundred lines compares the same fields in every line."""
    fields = forms.fields_for_model(ProgressEntry, ProgressEntry.CARRIED)
    return {**fields, "nodes": forms.CharField(label=_("nodes completed"))}


class UnsavedForm(SeenVersionForm):
    """Input for an entry that can no longer be saved, shown beside the stored values."""

    review_comment = forms.CharField(label=_("review comment"), required=False)

    class Meta:
        model = ProgressEntry
        fields = ProgressEntry.CARRIED

    instance: ProgressEntry

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["review_comment"] = self.instance.review_comment
        if self.is_bound:
            for name in {*ProgressEntry.CARRIED, "review_comment"} - set(self.data):
                del self.fields[name]

    def is_typed(self) -> bool:
        written = ("value", "narrative", "issues", "next_steps", "review_comment")
        return any(name in self.fields for name in written)
