"""A row of the preview as a person may change it: what was read stands in the fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from targets.forms.base.fields import DayFormField, QuantityFormField, field_of
from targets.models import Target
from targets.models.enums import Comparator, Measure, TargetState
from targets.reading import wording
from targets.reading.pasted import Row
from targets.reading.promised import Node, Promise
from targets.reading.typed import Refusal, parse_day

State = TargetState
COMPARATORS = [("", "—"), *Comparator.choices]
MEASURES = [("", "—"), *Measure.choices]
_UNITS = {"list": "units-known"}
_DATED = re.compile(r"(\S+)\s+(\S.*)")
# Who changes one of these has read the words and says what they promise.
PROMISED = ("measure", "comparator", "target_value", "upper_value", "nodes")


class LinesField(forms.CharField):
    """Lines of text; a browser sends them with other line breaks than it was given."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


class LineForm(forms.Form):
    """Bound only if this very row stood on the page that was sent; another row is shown as it is read.

    `is_there`: the plan has this row already, so it is left out unless the user says otherwise. `same`:
    targets that it may be, of which the first is meant unless the user says otherwise if `is_surely_same`.
    """

    dropped = forms.BooleanField(label=_("leave out"), required=False)
    measure = forms.ChoiceField(label=_("measure"), choices=MEASURES, required=False)
    comparator = forms.ChoiceField(label=_("comparator"), choices=COMPARATORS, required=False)
    target_value = QuantityFormField(label=_("target value"), required=False)
    upper_value = QuantityFormField(label=_("upper value"), required=False)
    unit_of_measure = forms.CharField(label=_("unit of measure"), required=False)
    due_on = DayFormField(label=_("deadline"), required=False, widget=forms.TextInput())
    lead_unit = forms.CharField(label=_("lead unit"), required=False, widget=forms.TextInput(attrs=_UNITS))
    supporting_units = forms.CharField(label=_("supporting units"), required=False)
    nodes = LinesField(label=_("nodes"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    state = forms.ChoiceField(
        label=_("state"), choices=[(each.value, each.label) for each in Target.DEFINED], required=False
    )

    def __init__(
        self,
        key: str,
        row: Row,
        promise: Promise,
        data: Mapping[str, Any],
        *,
        year: int,
        is_there: bool,
        same: Sequence[Target] = (),
        is_surely_same: bool = False,
    ) -> None:
        prefix = f"row-{key}"
        is_sent = f"{prefix}-state" in data
        meant = str(same[0].pk) if same and is_surely_same else ""
        if is_sent and same and f"{prefix}-same" not in data:  # offered since the list was named
            data = {name: data[name] for name in data if name != f"{prefix}-dropped"}
            data |= {f"{prefix}-same": meant}
        initial = {"dropped": is_there, "same": meant, **_read(row, promise)}
        super().__init__(data if is_sent else None, prefix=prefix, initial=initial)
        self.is_there, self._same = is_there, {str(target.pk): target for target in same}
        if same:
            choices = [(pk, f"{each.code} {each.title} {each.stated_as}") for pk, each in self._same.items()]
            self.fields["same"] = forms.ChoiceField(
                label=_("same target"), choices=[("", _("none, a new target")), *choices], required=False
            )
        unit = data.get(f"{prefix}-unit_of_measure", promise.unit_of_measure)
        for name in ("target_value", "upper_value"):
            field_of(self, name, QuantityFormField).unit_of_measure = unit
        self.fields["due_on"].widget.attrs["placeholder"] = f"{year}-06-30"
        self.fields["nodes"].widget.attrs["placeholder"] = _("%(day)s topped out") % {"day": f"{year}-06-30"}
        for field in self.fields.values():
            field.widget.attrs.setdefault("placeholder", str(field.label))
            field.widget.attrs["aria-label"] = f"{row.text('title')[:20]} {field.label}"
        self.row, self.promise, self.year = row, promise, year

    @property
    def faults(self) -> dict[str, str]:
        return {name: " ".join(map(str, errors)) for name, errors in self.errors.items()}

    def changed(self, *names: str) -> bool:
        return self.is_bound and any(name in self.changed_data for name in names)

    @property
    def is_dropped(self) -> bool:
        return bool(self["dropped"].value())

    @property
    def asked_same(self) -> BoundField | None:
        return self["same"] if self._same else None

    @property
    def same(self) -> Target | None:
        """The target of the plan that this row is; only its place on the list is written."""
        return self._same.get(str(self["same"].value())) if self._same else None

    @property
    def is_new(self) -> bool:
        """Whether a target is made of the row."""
        return not self.is_dropped and self.same is None

    @cached_property
    def row_meant(self) -> Row:
        """The row with the units that were typed over those that were read."""
        if not self.changed("lead_unit", "supporting_units"):
            return self.row
        typed = {name: str(self[name].value() or "") for name in ("lead_unit", "supporting_units")}
        return replace(self.row, cells={**self.row.cells, **typed})

    @cached_property
    def promise_meant(self) -> Promise:
        """The promise with what was typed over it; a promise that a person completed is no longer open."""
        if not self.is_valid() or not self.changed(
            *PROMISED, "unit_of_measure", "due_on", "firmness", "state"
        ):
            return self.promise
        given = self.cleaned_data
        meant = replace(
            self.promise,
            due_on=given["due_on"],
            nodes=self._nodes(given["nodes"]),
        )
        if self.changed(*PROMISED, "unit_of_measure"):
            meant = replace(
                meant,
                measure=given["measure"] or meant.measure,
                is_measured=bool(given["measure"]) or (meant.is_measured and not self.changed("measure")),
                comparator=given["comparator"],
                value=given["target_value"],
                upper_value=given["upper_value"],
                unit_of_measure=given["unit_of_measure"],
            )
        if self.changed("measure", "comparator"):
            meant = replace(meant, direction="", is_fall=False)
        return replace(meant, state=self._state(meant))

    def _state(self, meant: Promise) -> str:
        given = str(self.cleaned_data["state"])
        if self.changed("state") or not self.changed(*PROMISED):
            return given or meant.state
        if not meant.is_measured:
            return State.UNDEFINED
        if meant.measure == Measure.QUALITATIVE:
            return State.WATCH
        has_goal = meant.value is not None and meant.comparator
        is_dated = meant.measure == Measure.MILESTONE and (meant.nodes or meant.due_on)
        return State.ACTIVE if has_goal or is_dated else meant.state

    def _nodes(self, typed: str) -> tuple[Node, ...]:
        if not self.changed("nodes"):
            return self.promise.nodes
        return tuple(_node(line, self.year) for line in map(str.strip, typed.split("\n")) if line)


def _read(row: Row, promise: Promise) -> dict[str, Any]:
    """What was read, as the fields show it."""
    units = row.units
    is_known = promise.is_measured or promise.state != State.UNDEFINED
    return {
        "measure": promise.measure if is_known else "",
        "comparator": promise.comparator,
        "target_value": promise.value,
        "upper_value": promise.upper_value,
        "unit_of_measure": promise.unit_of_measure,
        "due_on": promise.due_on,
        "lead_unit": units[0] if units else "",
        "supporting_units": "、".join(units[1:]),
        "nodes": "\n".join(f"{node.due_on or '—'} {node.title}" for node in promise.nodes),
        "state": promise.state,
    }


def _node(line: str, year: int) -> Node:
    """2026-06-30 主体封顶: a day and what is done by then; without a day the whole line is its title."""
    found = _DATED.fullmatch(line)
    if found and found[1] == "—":
        return Node(found[2][:200], None)
    day = _day(found[1], year) if found else None
    return Node(found[2][:200], day) if found and day else Node(line[:200], None)


def _day(words: str, year: int) -> date | None:
    try:
        return parse_day(words)
    except Refusal:
        return wording.deadline(words, year=year)
