"""The coordinators' target form: free fields are saved; empty promise fields go to `Target.define`."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.forms.base.conflicts import SeenVersionForm
from targets.forms.base.fields import QuantityFormField, column_of, field_of, offer, read_once
from targets.forms.target.curve import CurveRows
from targets.models import OrgUnit, Plan, Target
from targets.reading import wording
from targets.reading.wording.reading import Reading
from targets.rules.direction import direction_of

# Field of a reading → field of the form; all other names are the same.
FROM_WORDS = {"value": "target_value"}
READ = (
    "measure",
    "comparator",
    "value",
    "upper_value",
    "direction",
    "unit_of_measure",
    "firmness",
    "due_on",
    "due_text",
)


class TargetForm(SeenVersionForm):
    """In an issued plan, promise fields go into `defined` and wait there for `Target.define`.

    The admin sets the class attributes for each request. The form comes back unsaved in two cases:
    to suggest values read from the original wording, and to show a proposed monthly plan.
    """

    issued = False
    plans_months = False
    fill = ""

    use_reading = forms.BooleanField(label=_("Read it so"), required=False)
    reading_seen = forms.CharField(widget=forms.HiddenInput, required=False)

    instance: Target
    asks_twice = False
    suggestion: dict[str, Any] | None = None
    rows: CurveRows | None = None

    class Meta:
        model = Target
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.defined: dict[str, Any] = {}
        self.applied: set[str] = set()
        self.curve: dict[date, Decimal] = {}
        if "state" in self.fields:
            field_of(self, "state", forms.ChoiceField).choices = [
                (state.value, state.label) for state in Target.DEFINED
            ]
        if "measure" in self.fields:
            self.fields["measure"].required = False  # the wording may tell it; see `clean`
        is_new = not self.instance.plan_id
        plans = field_of(self, "plan", forms.ModelChoiceField).queryset if is_new else None
        self._offer_what_belongs_to(
            [self.instance.plan] if plans is None else plans.select_related("jurisdiction")
        )
        self._read_in_the_unit()
        if self.plans_months:
            self.rows = CurveRows(self, self.instance.plan, self.instance, self.instance.unit_of_measure)
            drafted = self.instance.trajectory.filter(revision=None)
            self.rows.show(dict(drafted.values_list("period_end", "planned_value")))

    def _read_in_the_unit(self) -> None:
        """Compare a unit typed after a number with the unit of measure in this form."""
        typed = self.data.get(self.add_prefix("unit_of_measure")) if self.is_bound else None
        for field in self.fields.values():
            if type(field) is QuantityFormField:
                field.unit_of_measure = typed or self.instance.unit_of_measure

    def _offer_what_belongs_to(self, plans: Iterable[Plan]) -> None:
        """Offer only rows of these plans and their jurisdictions, and the values stored already."""
        tops = {plan.jurisdiction.path for plan in plans}
        units = OrgUnit.objects.filter(reduce(or_, (Q(path__startswith=top) for top in tops), Q(pk=None)))
        named = (self.instance.reporter_id, self.instance.accountable_leader_id)
        within = Q(unit__in=units) | Q(pk__in=[pk for pk in named if pk])
        own = {
            "first_period": Q(plan__in=plans),
            "domain": Q(plan__in=plans),
            "source": Q(plan__in=plans),
            "parent": Q(plan__in=plans) & ~Q(pk=self.instance.pk),
            "matter": Q(plan__in=plans, matter=None) & ~Q(pk=self.instance.pk),
            "reporter": within,
            "accountable_leader": within,
        }
        if self.instance.plan_id:  # for a new target `clean` checks the unit instead
            own["lead_unit"] = Q(pk__in=units) | Q(pk=self.instance.lead_unit_id)
        for name in own.keys() & self.fields.keys():
            field = field_of(self, name, forms.ModelChoiceField)
            if field.queryset is not None:
                field.queryset = field.queryset.filter(own[name])
        self._share_choices()

    def _share_choices(self) -> None:
        """Both persons are of the same list; a plan's periods and sources are read for other rows, too."""
        if {"reporter", "accountable_leader"} <= self.fields.keys():
            people = read_once(field_of(self, "reporter", forms.ModelChoiceField).choices)
            for name in ("reporter", "accountable_leader"):
                field_of(self, name, forms.ModelChoiceField).choices = people
        if self.plans_months and "first_period" in self.fields:
            prefetch_related_objects([self.instance.plan], "periods")
            offer(self.fields["first_period"], self.instance.plan.periods.all())
        if self.instance.plan_id and "source" in self.fields:
            prefetch_related_objects([self.instance.plan], "sources")
            offer(self.fields["source"], self.instance.plan.sources.all())

    def lock(self) -> None:
        Target.objects.locked().filter(pk=self.instance.pk).first()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        plan, unit = cleaned.get("plan"), cleaned.get("lead_unit")
        if plan and unit and not unit.path.startswith(plan.jurisdiction.path):
            self.add_error("lead_unit", _("This unit is not within the plan's jurisdiction."))
        self._read_the_words(cleaned)
        self._ask_for_the_direction(cleaned)
        if "measure" in self.fields and not cleaned.get("measure") and not self.asks_twice:
            self.add_error("measure", self.fields["measure"].error_messages["required"])
        return cleaned

    def _ask_for_the_direction(self, cleaned: dict[str, Any]) -> None:
        """For 左右, 区间 and 等于 the user must choose the direction; the wording only proposes one."""
        two_sided = cleaned.get("comparator") in explain.DIRECTIONS_OF
        is_place = cleaned.get("measure") == Target.Measure.RANK
        if (
            not two_sided
            or is_place
            or self.asks_twice
            or cleaned.get("direction")
            or "direction" not in self.fields
        ):
            return
        proposed = direction_of(f"{cleaned.get('title') or ''} {cleaned.get('stated_as') or ''}")
        words = {"direction": explain.DIRECTIONS[proposed]}
        self.add_error("direction", _("Please choose; by its words it is “%(direction)s”.") % words)

    # --- suggestions from the wording -----------------------------------------------------------

    def _read_the_words(self, cleaned: dict[str, Any]) -> None:
        """Suggest values only if some are missing, and only once: a rejected suggestion is not repeated."""
        words = cleaned.get("stated_as") or ""
        compares = (cleaned.get("measure") or "") not in Target.WORDS_ONLY and "comparator" in self.fields
        lacks = "measure" in self.fields and not cleaned.get("measure")
        lacks |= compares and not cleaned.get("comparator")
        plan = cleaned.get("plan") or (self.instance.plan if self.instance.plan_id else None)
        if not words or not lacks or plan is None or self.has_error(NON_FIELD_ERRORS):
            return
        found = self._empty_fields_read(wording.read(words, year=plan.year), cleaned)
        if not found:
            return
        is_seen = cleaned.get("reading_seen") == words
        if cleaned.get("use_reading") and is_seen:
            cleaned |= found
            self.applied = set(found)
        elif not is_seen:
            self.data = self.data.copy()
            self.data.pop(self.add_prefix("use_reading"), None)  # the tick belongs to an earlier wording
            self.suggestion = {
                "words": words,
                "reading": self._in_words(found, cleaned),
                "fields": self._told(found),
            }
            self._come_back(_("Please look at how the words were read; nothing was saved yet."))

    def _empty_fields_read(self, reading: Reading | None, cleaned: dict[str, Any]) -> dict[str, Any]:
        if reading is None:
            return {}
        # For a fall the reading holds the size of the fall, which is not the value to reach.
        skipped = ("comparator", "value", "upper_value") if reading.is_fall else ()
        told = {FROM_WORDS.get(name, name): getattr(reading, name) for name in READ if name not in skipped}
        if reading.multiplier is not None and cleaned.get("baseline_value"):
            told["target_value"] = reading.multiplier * cleaned["baseline_value"]
        if told.get("measure") is None and told.get("target_value") is None:
            return {}

        def is_free(name: str) -> bool:
            default = name == "firmness" and cleaned.get(name) == Target.Firmness.EXPECTED
            return name in self.fields and (default or cleaned.get(name) in (None, ""))

        return {
            name: value
            for name, value in told.items()
            if value is not None and is_free(name) and value != cleaned.get(name)
        }

    def _in_words(self, found: dict[str, Any], cleaned: dict[str, Any]) -> str:
        whole = copy(self.instance)
        for name in ("comparator", "target_value", "upper_value", "direction", "unit_of_measure", "decimals"):
            setattr(whole, name, found.get(name, cleaned.get(name, getattr(whole, name))))
        return "" if whole.target_value is None else whole.reading

    @staticmethod
    def _told(found: dict[str, Any]) -> list[tuple[str, str]]:
        rows = []
        for name, value in found.items():
            column = column_of(Target, name)
            if name == "due_on":
                text = explain.day(value)
            elif name.endswith("_value"):
                text = explain.number(value)
            else:
                text = dict(column.choices or ()).get(value, value)
            rows.append((str(column.verbose_name), text))
        return rows

    def _come_back(self, why: str | Promise) -> None:
        self.asks_twice = True
        self.add_error(None, ValidationError(str(why), code="asks"))

    # --- saving -------------------------------------------------------------------------------

    def _post_clean(self) -> None:
        if self.issued:
            for name in self.cleaned_data.keys() & set(Target.PROMISE):
                value = self.cleaned_data.pop(name)
                # empty decimals follow the unit of measure, so they define nothing
                is_typed = name in self.changed_data or name in self.applied
                if is_typed and not (name == "decimals" and value is None):
                    self.defined[name] = value
        if self.has_error(NON_FIELD_ERRORS, "asks") or self.has_error(NON_FIELD_ERRORS, "stale"):
            return  # the user first answers the question, or reviews the newer version
        super()._post_clean()
        if self.rows is not None:
            self._plan_months(self.rows)

    def _plan_months(self, rows: CurveRows) -> None:
        promise = copy(self.instance)
        for name, value in self.defined.items():
            setattr(promise, name, value)
        if not self.fill:
            self.curve = rows.read(promise)
            return
        try:
            values = rows.filled(self.fill, promise)
        except ValidationError as refused:
            self.show(refused)
            return
        self.data = self.data.copy()
        self.data.update({name: values.get(name, "") for name in rows.names.values()})
        self._come_back(_("The monthly plan was filled to start from; nothing was saved yet."))
