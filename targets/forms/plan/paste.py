"""Fill a draft plan from pasted rows: parse them, review them, then write all at once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.forms.base.fields import UnitChoiceField
from targets.forms.plan.pasted_lines import COLUMNS, Line
from targets.models import Leaders, OrgUnit, Plan, SupportingUnit, Target
from targets.models.audit.recording import recording
from targets.models.enums import Act
from targets.models.ledger import bulk
from targets.reading import pasted
from targets.reading.broken import rejoined
from targets.reading.headings import CURVE, STAGE, Headings
from targets.reading.promised import Promise

MOST_ROWS = 500
MOST_LINES = 2_000
MOST_CHARACTERS = 300_000
MOST_COLUMNS = 30
MOST_UNKNOWN = 50
# Field of a target → the column that an error message on the field names.
COLUMN_OF = {
    "target_value": "value", "upper_value": "value", "comparator": "value", "stated_as": "value",
    "due_on": "due", "due_text": "due", "measure": "value", "decimals": "value", "code": "number",
    "accountable_leader_words": "accountable_leader", "baseline_value": "baseline",
}  # fmt: skip
# Labels of the kinds of line that are no target.
LEFT_OUT = {
    "above": gettext_lazy("above the headings"),
    "heading": gettext_lazy("headings"),
    "again": gettext_lazy("the headings once more"),
    "section": gettext_lazy("the domain of the rows below it"),
    "foot": gettext_lazy("total, note or signature"),
}


class PasteForm(forms.Form):
    """`lines` holds the parsed rows; columns and unknown units are asked for in a second step.

    Every answer contains the whole text again, so that no input is lost.
    """

    data: dict[str, Any]

    text = forms.CharField(
        label=gettext_lazy("Rows from a sheet"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField pasted", "spellcheck": "false"}),
    )
    merged = forms.BooleanField(
        label=gettext_lazy("Empty cells of unit, leader and domain repeat the one above (merged cells)"),
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    headed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None, *, plan: Plan) -> None:
        super().__init__(data.copy() if data is not None else None)
        self.plan = plan
        self.lines: list[Line] = []
        if data is not None and not self.too_much:
            self._ask_for_columns()
            self._ask_for_units()
            self._ask_for_the_value()

    # --- what is asked ------------------------------------------------------------------------

    @cached_property
    def too_much(self) -> str:
        """Return why the text is too large, or an empty string. Checked before the text is parsed."""
        text = self.data.get("text", "")
        lines = max(text.count("\n"), text.count("\r")) + 1
        if len(text) > MOST_CHARACTERS:
            told = _(
                "At most %(most)s characters at once; these are %(found)s. Please paste the table in parts."
            )
            return told % {"most": MOST_CHARACTERS, "found": len(text)}
        if lines > MOST_LINES:
            told = _("At most %(most)s lines at once; these are %(found)s. Please paste the table in parts.")
            return told % {"most": MOST_LINES, "found": lines}
        return ""

    @cached_property
    def _whole(self) -> tuple[list[list[str]], dict[int, int]]:
        """The cells, rows whole that were copied broken, and how many lines each of those took."""
        return rejoined(pasted.cells(self.data.get("text", "")), self.plan.year)

    @property
    def cells(self) -> list[list[str]]:
        return self._whole[0]

    @cached_property
    def headings(self) -> Headings:
        found = pasted.headings(self.cells, self.plan.year)
        return found[1] if found else Headings([], list(pasted.ORDER), rows=0)

    def _ask_for_columns(self) -> None:
        """Each column defaults to its heading until the user chooses; new headings reset the choices."""
        words, known = self.headings.words, self.headings.fields
        headed = "\t".join(words)
        is_same = self.data.get("headed") == headed
        self.data["headed"] = headed
        months = [(name, _("planned to month %(month)s") % {"month": name.removeprefix(CURVE)})
                  for name in known if name.startswith(CURVE)]  # fmt: skip
        months += [(name, _("planned in the period to month %(month)s") % {"month": name.removeprefix(STAGE)})
                   for name in known if name.startswith(STAGE)]  # fmt: skip
        choices = [("", _("keep as a note")), *COLUMNS.items(), *months]
        for index in range(min(max(map(len, self.cells), default=0), MOST_COLUMNS)):
            name = f"column-{index}"
            says = known[index] if index < len(known) and known[index] not in known[:index] else ""
            self.data[name] = self.data.get(name, says) if is_same else says
            label = words[index] if index < len(words) else ""
            label = label or _("Column %(number)s") % {"number": index + 1}
            self.fields[name] = forms.ChoiceField(choices=choices, required=False, label=label)

    def _ask_for_units(self) -> None:
        choices = OrgUnit.objects.filter(pk__in=[unit.pk for unit in self.within]).select_related("parent")
        for name in self.unknown[:MOST_UNKNOWN]:
            self.fields[f"unit-{name}"] = UnitChoiceField(
                choices.order_by("path", "order"),
                label=name,
                required=name in self.leading,
                empty_label="---------" if name in self.leading else _("keep in the note"),
                error_messages={"required": _("No unit of this name is known: choose one, or add it first.")},
            )

    def _ask_for_the_value(self) -> None:
        """Without a value column the goals may be in the task wording; the user must confirm that."""
        active = (promise.state == Target.State.ACTIVE for promise in self.promises)
        if "value" in self.named or all(active):
            return
        self.fields["without_value"] = forms.BooleanField(
            label=_("No column holds the target value: it stands in the words of the target"),
            error_messages={"required": self._where_the_value_may_be()},
        )

    def _where_the_value_may_be(self) -> str:
        told = _(
            "No column of target values was recognised. Please say which it is, or tick that there is none."
        )
        likely = self._likely_value
        if not likely:
            return told
        return told + _("“%(column)s” looks like it.") % {"column": self.fields[likely].label}

    @property
    def _likely_value(self) -> str:
        """Return the unassigned column with most cells that read as a goal, or an empty string."""
        free = {f"column-{index}": index for index, name in enumerate(self.named) if not name}
        below = self.cells[self.headings.rows : MOST_ROWS]
        counts = {
            name: sum(pasted.reads_as_goal(row[index], self.plan.year) for row in below if index < len(row))
            for name, index in free.items()
        }
        best = max(counts, key=counts.__getitem__, default="")
        return best if best and counts[best] else ""

    @property
    def named(self) -> list[str]:
        """The field of each column: as chosen, else as its heading says."""
        fields = [name for name in self.fields if name.startswith("column-")]
        return [self.data[name] for name in fields]

    @cached_property
    def table(self) -> pasted.Table:
        merged = bool(self.data.get("merged"))
        cells, broken = self._whole
        return pasted.Table.read(cells, self.named, merged=merged, year=self.plan.year, broken=broken)

    @property
    def rows(self) -> list[pasted.Row]:
        return self.table.rows

    @cached_property
    def promises(self) -> list[Promise]:
        return [row.promise(self.plan.year) for row in self.rows[:MOST_ROWS]]

    @property
    def left_out(self) -> list[tuple[int, str, str]]:
        """Return (place, kind in words, text) for each line that is no target."""
        return [(line.place, str(LEFT_OUT[line.kind]), line.words) for line in self.table.others]

    # --- units --------------------------------------------------------------------------------

    @cached_property
    def within(self) -> list[OrgUnit]:
        return list(OrgUnit.objects.filter(path__startswith=self.plan.jurisdiction.path, active=True))

    @cached_property
    def by_name(self) -> dict[str, OrgUnit]:
        """Unit by name; a name that two units share is ambiguous and left out."""
        found: dict[str, set[OrgUnit]] = {}
        for unit in self.within:
            for name in {unit.name, unit.short_name} - {""}:
                found.setdefault(name, set()).add(unit)
        return {name: units.pop() for name, units in found.items() if len(units) == 1}

    @cached_property
    def leading(self) -> set[str]:
        return {row.units[0] for row in self.rows if row.units}

    @cached_property
    def unknown(self) -> list[str]:
        named = dict.fromkeys(name for row in self.rows for name in row.units)
        return [name for name in named if name not in self.by_name]

    def units(self, cleaned: dict[str, Any]) -> dict[str, OrgUnit]:
        chosen = {name: cleaned.get(f"unit-{name}") for name in self.unknown}
        return self.by_name | {name: unit for name, unit in chosen.items() if unit}

    # --- rows ---------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "text" not in cleaned:
            return cleaned
        if fault := self.too_much or self._fault_of_the_whole():
            self.add_error("text", fault)
            return cleaned
        units, domains = self.units(cleaned), {domain.name: domain for domain in self.plan.domains.all()}
        leaders = Leaders(self.plan.jurisdiction)
        told = zip(self.rows, self.promises, strict=True)
        self.lines = [Line(row, promise, self.plan) for row, promise in told]
        for line in self.lines:
            line.fill(units, domains, leaders)
        self._name_repeated()
        for line in self._refused():
            for fault in line.faults:
                self.add_error("text", fault)
        return cleaned

    def _fault_of_the_whole(self) -> str:
        if "title" not in self.named or not self.rows:
            return _("No rows were found; please say which column holds the target.")
        if len(self.rows) > MOST_ROWS:
            told = _("At most %(most)s rows at once; these are %(found)s.")
            return told % {"most": MOST_ROWS, "found": len(self.rows)}
        if len(self.unknown) > MOST_UNKNOWN:
            told = _("%(count)s units are not known; is the right column named “lead unit”?")
            return told % {"count": len(self.unknown)}
        return ""

    def _name_repeated(self) -> None:
        """A repeated task may be intended, so add a hint and no fault."""
        first: dict[str, int] = {}
        for line in self.lines:
            place = first.setdefault(line.target.title, line.row.place)
            if place != line.row.place and line.target.title:
                line.hints.append(_("Row %(row)s names the same target.") % {"row": place})

    def _refused(self) -> list[Line]:
        """Complete and validate the targets as for saving; return the lines with faults."""
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
                    if name != "lead_unit":  # reported already, at the unit itself
                        line.refuse(COLUMN_OF.get(name, name), " ".join(ValidationError(faults).messages))
        return [line for line in self.lines if line.faults]

    @property
    def asked_columns(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("column-")]

    @property
    def asked_units(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("unit-")]

    @property
    def asked_value(self) -> BoundField | None:
        return self["without_value"] if "without_value" in self.fields else None

    @property
    def open_lines(self) -> list[Line]:
        return [line for line in self.lines if line.doubt]

    @property
    def new_domains(self) -> list[str]:
        found = (line.target.domain for line in self.lines if line.target.domain)
        return list(dict.fromkeys(domain.name for domain in found if domain.pk is None))

    # --- writing ------------------------------------------------------------------------------

    @staticmethod
    def state_of(plan: Plan) -> str:
        """Return the plan's number of targets: a second click finds that it changed since the review."""
        return str(plan.targets.count())

    def write(self) -> int:
        """Save all rows or none; return the number of targets. Raises ValidationError."""
        with recording(Act.LOAD, self.plan):
            plan = Plan.objects.select_for_update().get(pk=self.plan.pk)
            if self.cleaned_data["seen"] != self.state_of(plan):
                raise ValidationError(
                    _("The plan's targets changed meanwhile; please look at the rows again.")
                )
            for name in self.new_domains:
                self._make_domain(name)
            targets = [line.target for line in self.lines]
            nodes = [node for line in self.lines for node in line.nodes]
            bulk.write_targets(targets, nodes, [point for line in self.lines for point in line.points])
            supporting = [
                SupportingUnit(target=line.target, unit=unit, order=order)
                for line in self.lines
                for order, unit in enumerate(line.supporting, start=1)
            ]
            SupportingUnit.write_rows(supporting)
        return len(targets)

    def _make_domain(self, name: str) -> None:
        under = [(line.target, line.target.domain) for line in self.lines]
        made = [(target, domain) for target, domain in under if domain and domain.name == name]
        domain = made[0][1]
        domain.order = domain.plan.domains.count() + 1
        domain.save()
        for target, _unsaved in made:
            target.domain = domain
