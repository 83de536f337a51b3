"""Setting up a drafting plan from pasted rows: read, looked at, then written all at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.forms.fields import UnitChoiceField
from targets.models import Domain, Leaders, OrgUnit, Plan, SupportingUnit, Target, bulk
from targets.rules import pasted

MOST_ROWS = 500
MOST_CHARACTERS = 300_000
MOST_COLUMNS = 30
MOST_UNKNOWN = 50

COLUMNS = {
    "number": gettext_lazy("no."),
    "title": gettext_lazy("target"),
    "lead_unit": gettext_lazy("lead unit"),
    "supporting_units": gettext_lazy("supporting units"),
    "due": gettext_lazy("deadline"),
    "accountable_leader": gettext_lazy("accountable leader"),
    "domain": gettext_lazy("domain"),
    "unit_of_measure": gettext_lazy("unit of measure"),
    "value": gettext_lazy("target value"),
    "note": gettext_lazy("note"),
}
# Under which column a fault of a target's field is named.
COLUMN_OF = {
    "target_value": "value", "upper_value": "value", "comparator": "value", "stated_as": "value",
    "due_on": "due", "due_text": "due", "measure": "value", "decimals": "value", "code": "number",
    "accountable_leader_words": "accountable_leader",
}  # fmt: skip


class Line:
    """One pasted row and the target it would become."""

    def __init__(self, row: pasted.Row, target: Target, supporting: list[OrgUnit]) -> None:
        self.row, self.target, self.supporting = row, target, supporting
        self.faults: list[str] = []

    def refuse(self, column: str, message: Any) -> None:
        words = {"row": self.row.place, "column": COLUMNS.get(column, ""), "message": message}
        self.faults.append(_("Row %(row)s, %(column)s: %(message)s") % words)


class PasteForm(forms.Form):
    """`lines` is what the text says; columns and unknown units are asked for on the second look.

    The whole text comes back each time, so that nothing of it is lost.
    """

    text = forms.CharField(
        label=gettext_lazy("Rows from a sheet"),
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField pasted", "spellcheck": "false"}),
    )
    merged = forms.BooleanField(
        label=gettext_lazy("Empty cells of unit, leader and domain repeat the one above (merged cells)"),
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    headed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, plan: Plan) -> None:
        super().__init__(data.copy() if data is not None else None)
        self.plan = plan
        if data is not None:
            self._ask_for_columns()
            self._ask_for_units()

    # --- what is asked ------------------------------------------------------------------------

    @cached_property
    def table(self) -> list[list[str]]:
        return pasted.cells(self.data.get("text", "")[:MOST_CHARACTERS])

    @cached_property
    def headings(self) -> list[str]:
        return next((row for row in self.table if pasted.columns(row)), [])

    def _ask_for_columns(self) -> None:
        """As the headings say, until they are chosen; other headings are other columns."""
        headed = "\t".join(self.headings)
        is_same = self.data.get("headed") == headed
        self.data["headed"] = headed
        known = pasted.columns(self.headings) or list(pasted.ORDER)
        choices = [("", _("keep as a note")), *COLUMNS.items()]
        for index in range(min(max((len(row) for row in self.table), default=0), MOST_COLUMNS)):
            name = f"column-{index}"
            says = known[index] if index < len(known) and known[index] not in known[:index] else ""
            self.data[name] = self.data.get(name, says) if is_same else says
            words = self.headings[index] if index < len(self.headings) else ""
            label = words or _("Column %(number)s") % {"number": index + 1}
            self.fields[name] = forms.ChoiceField(choices=choices, required=False, label=label)

    def _ask_for_units(self) -> None:
        choices = OrgUnit.objects.filter(pk__in=[unit.pk for unit in self.within]).select_related("parent")
        for name in self.unknown[:MOST_UNKNOWN]:
            self.fields[f"unit-{name}"] = UnitChoiceField(
                choices.order_by("path", "order"),
                label=name,
                error_messages={"required": _("No unit of this name is known: choose one, or add it first.")},
            )

    @property
    def named(self) -> list[str]:
        """The field of each column: as chosen, else as its heading says."""
        fields = [name for name in self.fields if name.startswith("column-")]
        return [self.data[name] for name in fields]

    @cached_property
    def rows(self) -> list[pasted.Row]:
        """One more than is taken, to know that there are too many."""
        return list(
            islice(pasted.rows(self.table, self.named, merged=bool(self.data.get("merged"))), MOST_ROWS + 1)
        )

    # --- units --------------------------------------------------------------------------------

    @cached_property
    def within(self) -> list[OrgUnit]:
        return list(OrgUnit.objects.filter(path__startswith=self.plan.jurisdiction.path, active=True))

    @cached_property
    def by_name(self) -> dict[str, OrgUnit]:
        """A name two units share tells neither."""
        found: dict[str, set[OrgUnit]] = {}
        for unit in self.within:
            for name in {unit.name, unit.short_name} - {""}:
                found.setdefault(name, set()).add(unit)
        return {name: units.pop() for name, units in found.items() if len(units) == 1}

    @cached_property
    def unknown(self) -> list[str]:
        named = dict.fromkeys(name for row in self.rows for name in row.units)
        return [name for name in named if name not in self.by_name]

    def units(self, cleaned: dict[str, Any]) -> dict[str, OrgUnit]:
        chosen = {name: cleaned.get(f"unit-{name}") for name in self.unknown}
        return self.by_name | {name: unit for name, unit in chosen.items() if unit}

    # --- rows ---------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.lines: list[Line] = []
        if "text" not in cleaned:
            return cleaned
        if fault := self._fault_of_the_whole():
            self.add_error("text", fault)
            return cleaned
        self.lines = list(self._lines(cleaned))
        for line in self._refused():
            for fault in line.faults:
                self.add_error("text", fault)
        return cleaned

    def _fault_of_the_whole(self) -> str:
        if "title" not in self.named or not self.rows:
            return _("No rows were found; please say which column holds the target.")
        if len(self.rows) > MOST_ROWS:
            return _("At most %(most)s rows at once.") % {"most": MOST_ROWS}
        if len(self.unknown) > MOST_UNKNOWN:
            told = _("%(count)s units are not known; is the right column named “lead unit”?")
            return told % {"count": len(self.unknown)}
        return ""

    def _lines(self, cleaned: dict[str, Any]) -> Iterator[Line]:
        units = self.units(cleaned)
        domains = {domain.name: domain for domain in self.plan.domains.all()}
        leaders = Leaders(self.plan.jurisdiction)
        for row in self.rows:
            promise = row.promise(self.plan.year)
            named = [units[name] for name in row.units if name in units]
            lead_unit = units.get(row.units[0]) if row.units else None
            number = row.text("number").rstrip(".、．")
            domain = row.text("domain")
            target = Target(
                plan=self.plan,
                number=int(number) if number.isdecimal() and len(number) < 6 else None,
                title=row.text("title"),
                domain=domains.setdefault(domain, Domain(plan=self.plan, name=domain)) if domain else None,
                lead_unit=lead_unit,
                **leaders.columns(row.text("accountable_leader")),
                note="\n".join(filter(None, [row.text("note"), *map(_told, row.rest)])),
                measure=promise.measure,
                state=promise.state,
                comparator=promise.comparator,
                target_value=promise.value,
                upper_value=promise.upper_value,
                unit_of_measure=promise.unit_of_measure,
                firmness=promise.firmness,
                stated_as=promise.stated_as,
                due_on=promise.due_on,
                due_text=promise.due_text,
            )
            line = Line(row, target, list(dict.fromkeys(unit for unit in named if unit != lead_unit)))
            if number and target.number is None:
                line.refuse("number", _("“%(text)s” is no whole number.") % {"text": row.text("number")})
            if len(domain) > 50:
                line.refuse("domain", _("At most %(most)s characters.") % {"most": 50})
            if promise.refused:
                line.refuse("value", explain.refusal(promise.refused))
            if not row.units:
                line.refuse("lead_unit", _("Please name the lead unit."))
            yield line

    def _refused(self) -> list[Line]:
        """Complete the targets as they would be saved, and note what refuses them."""
        taken = dict(self.plan.targets.values_list("number", "title"))
        for line in self.lines:
            number = line.target.number
            if number in taken:
                line.refuse("number", _("%(number)s is taken by “%(title)s”.") % {
                    "number": number, "title": taken[number]})  # fmt: skip
            elif number is not None:
                taken[number] = line.target.title
        last = max(taken, default=0)
        for line in self.lines:
            if line.target.number is None:
                line.target.number = last = last + 1
            try:
                line.target.clean_alone()
            except ValidationError as error:
                for name, faults in error.update_error_dict({}).items():
                    if name != "lead_unit":  # said already, at the unit itself
                        line.refuse(COLUMN_OF.get(name, name), " ".join(ValidationError(faults).messages))
        return [line for line in self.lines if line.faults]

    @property
    def asked_columns(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("column-")]

    @property
    def asked_units(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("unit-")]

    @property
    def new_domains(self) -> list[str]:
        found = (line.target.domain for line in self.lines if line.target.domain)
        return list(dict.fromkeys(domain.name for domain in found if domain.pk is None))

    # --- writing ------------------------------------------------------------------------------

    @staticmethod
    def state_of(plan: Plan) -> str:
        """What the plan held when the rows were looked at: a second click finds it changed."""
        return str(plan.targets.count())

    def write(self) -> int:
        """All rows or none. Raises ValidationError."""
        with transaction.atomic():
            plan = Plan.objects.select_for_update(of=("self",)).get(pk=self.plan.pk)
            if self.cleaned_data["seen"] != self.state_of(plan):
                raise ValidationError(
                    _("The plan's targets changed meanwhile; please look at the rows again.")
                )
            for name in self.new_domains:
                self._make_domain(name)
            targets = [line.target for line in self.lines]
            bulk.write_targets(targets)
            supporting = [
                SupportingUnit(target=line.target, unit=unit, order=order)
                for line in self.lines
                for order, unit in enumerate(line.supporting, start=1)
            ]
            SupportingUnit.clean_rows(supporting)
            SupportingUnit.objects.bulk_create(supporting)
        return len(targets)

    def _make_domain(self, name: str) -> None:
        made = [line.target for line in self.lines if line.target.domain and line.target.domain.name == name]
        domain = made[0].domain
        domain.order = domain.plan.domains.count() + 1
        domain.save()
        for target in made:
            target.domain = domain


def _told(rest: tuple[str, str]) -> str:
    heading, text = rest
    return _("%(heading)s: %(text)s") % {"heading": heading, "text": text} if heading else text
