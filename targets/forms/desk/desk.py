"""Many entries on one page: one form per row; each row is saved or refused on its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.filing.lines import Line
from targets.forms.base.conflicts import SeenVersionForm, in_words, read_seen, spelled, write_seen
from targets.forms.base.fields import DayFormField, QuantityFormField, field_of
from targets.forms.entry.entry import answers
from targets.forms.entry.evidence import NAME, EvidenceField, RowEvidenceWidget, Sent
from targets.models import Evidence, Milestone, MilestoneCompletion, ProgressEntry
from targets.models.audit.recording import recording
from targets.models.people.viewer import Account

WORDS = {"rows": 2, "class": "words"}
DAY = {"placeholder": "2026-06-30", "class": "day"}


class RowForm(SeenVersionForm):
    """The form of one row; its entry is saved only if the row has new input.

    A subclass names the fields. `line` comes from `filing/lines.py`, `data` is the POST data, `kept`
    is earlier input that was not saved, `sent` the files that came along.
    """

    late: Sequence[tuple[str, str]] = ()  # input into a row that is no longer editable
    from_paper: bool | None = None  # one answer for the page, when filing for another unit
    refuses_files = False

    class Meta:
        model = ProgressEntry
        fields: tuple[str, ...] = ()

    instance: ProgressEntry

    def __init__(
        self,
        line: Line,
        data: Mapping[str, str] | None = None,
        kept: Mapping[str, str] | None = None,
        sent: Sent | None = None,
    ) -> None:
        self.line, self.sent = line, sent
        super().__init__(data, prefix=line.key, instance=line.in_hand())
        self.shape()
        if sent is not None:
            self.offer_evidence(sent, data or kept)
        typed = self.typed(data or kept or {})
        if self.is_bound and not typed and not (self.refuses_files and line.is_editable):
            # show the stored values, not those that the page showed an hour ago
            self.is_bound, self.data = False, {}
        self.is_restored = kept is not None and bool(typed)
        if typed and not line.is_editable:
            self.is_bound, self.data, self.late = False, {}, self._named(typed)
        elif self.is_restored:
            self.initial.update(self._raw(kept or {}))

    def shape(self) -> None:
        """Fit the fields to the row."""

    def offer_evidence(self, sent: Sent, data: Any) -> None:
        """Add the field of evidence, where the row has one."""

    def anew(self, row: ProgressEntry) -> RowForm:
        return type(self)(self.line, sent=self.sent)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "seen_values" and field_name not in self.initial:
            # also without an entry: where another begins it meanwhile, the row was seen empty
            return write_seen(self.stood())
        return super().get_initial_for_field(field, field_name)

    def lock(self) -> None:
        """No lock here: the page holds the locks of all its rows."""

    # --- what was typed -----------------------------------------------------------------------

    def _raw(self, data: Mapping[str, str]) -> dict[str, Any]:
        """Return field → its raw value in `data`."""
        return {
            name: field.widget.value_from_datadict(data, {}, self.add_prefix(name))
            for name, field in self.fields.items()
        }

    def typed(self, data: Mapping[str, str]) -> dict[str, str]:
        """Return field → text for input that differs from the values shown; empty if all of it is stored."""
        if not data:
            return {}
        raw, stored = self._raw(data), self.stood()
        seen = self._seen(raw["seen_values"])
        found = {name: spelled(field, raw[name]) for name, field in self.watched().items()}
        if found == stored:
            return {}
        return {name: text for name, text in found.items() if text != seen[name]}

    def _named(self, typed: dict[str, str]) -> list[tuple[str, str]]:
        return [
            (capfirst(str(self.fields[name].label)), in_words(self.fields[name], text))
            for name, text in typed.items()
            if text
        ]

    def _refuse_what_is_stale(self, cleaned: dict[str, Any]) -> None:
        # The entry was read under the lock; an empty version means that no entry existed.
        if cleaned.get("seen_version") != self.version_of(self.instance):
            self.compare(self.instance)
            raise self._stale(self.instance)

    # --- writing ------------------------------------------------------------------------------

    def write(self, by: Account) -> bool:
        """Save the entry as typed; return False, with errors at their fields, if it is refused.

        The calling page must hold the lock of the row's target.
        """
        if not self.is_valid():
            return False
        is_new = self.instance._state.adding
        try:
            with recording():
                self.instance.enter(by, from_paper=self.from_paper)
                self.instance.save(locked=True)
                self.write_more()
        except ValidationError as refused:
            if is_new:
                self.instance.pk, self.instance._state.adding = None, True
            self.show(refused)
            return False
        self.line.entry = self.instance
        return True

    def write_more(self) -> None:
        """Save related rows in other tables."""

    def refuse(self, refusal: ValidationError) -> None:
        """Show what a stored entry lacks, as errors at the fields."""
        self.full_clean()
        self.cleaned_data = {}
        self.show(refusal)


def named_node(node: Milestone) -> str:
    """The node with its date; without one it owes nothing."""
    if node.falls_due_on is None:
        return node.title
    return _("%(node)s, due %(day)s") % {"node": node.title, "day": explain.short_day(node.falls_due_on)}


class ReportRowForm(RowForm):
    """A unit's own report: the figure if the unit reports it, the words and the nodes."""

    WORDS = ("issues", "next_steps", "support_needed")
    SHORT = ("catch_up_on", "forecast", "preliminary")

    look = ""  # the shape of the target's light, from the page
    may_share_files = False  # whether other rows of the page have some

    class Meta(RowForm.Meta):
        fields = ("value", "narrative", "answer", "issues", "next_steps", "support_needed", "catch_up_on",
                  "forecast", "preliminary")  # fmt: skip
        field_classes = {
            "value": QuantityFormField, "forecast": QuantityFormField, "catch_up_on": DayFormField,
        }  # fmt: skip
        widgets = {
            "value": forms.TextInput(attrs={"inputmode": "decimal", "class": "value", "data-down": ""}),
            "answer": forms.Select(attrs={"class": "answer"}),
            "narrative": forms.Textarea(attrs=WORDS),
            "issues": forms.Textarea(attrs=WORDS),
            "next_steps": forms.Textarea(attrs=WORDS),
            "support_needed": forms.Textarea(attrs=WORDS),
            "catch_up_on": forms.TextInput(attrs=DAY),
        }

    def shape(self) -> None:
        target = self.line.target
        if self.line.carries_figure:
            field_of(self, "value", QuantityFormField).read_for(target)
        else:
            del self.fields["value"], self.fields["preliminary"]
        if self.line.takes_forecast:
            field_of(self, "forecast", QuantityFormField).read_for(target)
        else:
            del self.fields["forecast"]
        field_of(self, "answer", forms.ChoiceField).choices = answers(target)
        for node in self.line.nodes:
            ticked = self.line.ticked.get(node.pk)
            self.fields[f"node-{node.pk}"] = DayFormField(
                label=named_node(node), required=False, widget=forms.TextInput(attrs=DAY),
                initial=ticked.completed_on if ticked else None,
            )  # fmt: skip

    def offer_evidence(self, sent: Sent, data: Any) -> None:
        """The row's own files; to choose among the unit's others the report has its own page."""
        field, name = EvidenceField(widget=RowEvidenceWidget), self.add_prefix(NAME)
        field.initial = field.open(name, sent, data, self.line.files)
        self.fields[NAME], self.refuses_files = field, bool(field.refused)

    @cached_property
    def node_fields(self) -> list[BoundField]:
        """The nodes not done yet; the row shows the first, and the rest unfolded."""
        return [self[name] for name in self.fields if name.startswith("node-")]

    @cached_property
    def words_fields(self) -> list[BoundField]:
        return [self[name] for name in self.WORDS]

    @cached_property
    def short_fields(self) -> list[BoundField]:
        return [*self.node_fields[1:], *(self[name] for name in self.SHORT if name in self.fields)]

    @property
    def is_open(self) -> bool:
        """Whether a folded field has a value or an error, or the draft lacks what is folded."""
        folded = [*self.words_fields, *self.short_fields]
        asks = self.line.entry is not None and self.line.lacks_words
        asks |= self.refuses_files or NAME in self.errors
        return asks or any(field.errors or field.value() for field in folded)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        value = cleaned.get("value")
        unchanged = cleaned.get("answer") == ProgressEntry.Answer.NO_CHANGE
        if unchanged and value is not None and value != self.line.last_value:
            self.add_error("value", _("“No change” repeats the last figure; please clear this one."))
        for node in self.line.nodes:
            if day := cleaned.get(f"node-{node.pk}"):
                self._check_day(node, day)
        return cleaned

    def _check_day(self, node: Milestone, day: date) -> None:
        try:
            MilestoneCompletion(entry=self.instance, milestone=node, completed_on=day).clean_day()
        except ValidationError as refused:
            self.add_error(f"node-{node.pk}", refused.messages)

    def write_more(self) -> None:
        days = {node.pk: self.cleaned_data.get(f"node-{node.pk}") for node in self.line.nodes}
        self.line.mark_done(self.instance, {pk: day for pk, day in days.items() if day})
        if NAME in self.cleaned_data:
            Evidence.objects.put(self.instance, self.cleaned_data[NAME])


Row = TypeVar("Row", bound=RowForm)


class Grid(Generic[Row]):
    """The forms of all rows of a page; `data` is the POST data, `kept` is a kept draft, `sent` the files."""

    def __init__(
        self,
        form: type[Row],
        lines: Iterable[Line],
        data: Mapping[str, str] | None = None,
        kept: Mapping[str, str] | None = None,
        sent: Sent | None = None,
    ) -> None:
        self.forms = [form(line, _of(line, data), _of(line, kept), sent) for line in lines]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.forms)

    def gone(self, data: Mapping[str, str]) -> dict[str, list[str]]:
        """Return row key → texts typed, for rows that are no longer on this page."""
        here = {form.line.key for form in self.forms}
        ends = "-seen_version"
        keys = [name.removesuffix(ends) for name in data if name.endswith(ends)]
        found = {key: _typed_into(key, data) for key in keys if key not in here}
        return {key: texts for key, texts in found.items() if texts}

    @property
    def editable(self) -> list[Row]:
        return [form for form in self.forms if form.line.is_editable]

    @property
    def restored(self) -> list[Row]:
        return [form for form in self.forms if form.is_restored]

    @property
    def wrong(self) -> list[Row]:
        return [form for form in self.forms if form.errors or form.late]


def _of(line: Line, data: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """Return `data` if it contains this row, else None."""
    return data if data and f"{line.key}-seen_version" in data else None


def _typed_into(key: str, data: Mapping[str, str]) -> list[str]:
    """Return the texts typed into a row that is known only from the POST data."""
    fields = {name.removeprefix(f"{key}-"): text for name, text in data.items() if name.startswith(f"{key}-")}
    seen = {"answer": ProgressEntry.Answer.REPORTED.value} | (read_seen(fields.get("seen_values")) or {})
    told = {name: text.strip() for name, text in fields.items() if not name.startswith("seen_")}
    answers_in_words = dict(ProgressEntry.Answer.choices)
    return [
        str(answers_in_words.get(text, text)) for name, text in told.items() if text != seen.get(name, "")
    ]
