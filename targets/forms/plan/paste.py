"""Fill a draft plan from the rows of a table: read them, review and mend them, then write all at once."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.forms.base.fields import UnitChoiceField
from targets.forms.plan.line_form import LineForm
from targets.forms.plan.on_list import OnList, is_surely
from targets.forms.plan.pasted_lines import COLUMN_OF, Line
from targets.forms.plan.table import TableForm
from targets.models import ChosenHeading, Leaders, ListEntry, OrgUnit, Plan, SupportingUnit, Target
from targets.models.audit.recording import recording
from targets.models.base import clean_text
from targets.models.enums import Act
from targets.models.ledger import bulk
from targets.reading import pasted

MOST_ROWS = 500
MOST_UNKNOWN = 50
# Labels of the kinds of line that are no target.
LEFT_OUT = {
    "above": gettext_lazy("above the headings"),
    "heading": gettext_lazy("headings"),
    "again": gettext_lazy("the headings once more"),
    "section": gettext_lazy("the domain of the rows below it"),
    "foot": gettext_lazy("total, note or signature"),
}


class PasteForm(TableForm):
    """`lines` holds the parsed rows; columns and unknown units are asked for in a second step."""

    list_name = forms.CharField(
        label=gettext_lazy("list of targets"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"list": "lists-known"}),
        help_text=gettext_lazy(
            "If the table is one of the plan's lists: its numbers and scores go there, and what the plan has "
            "already is put on it."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    read = forms.CharField(widget=forms.HiddenInput, required=False)  # the rows that the page showed

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        plan: Plan,
    ) -> None:
        chosen = ChosenHeading.of(plan.jurisdiction) if data is not None else {}
        super().__init__(data, files, year=plan.year, chosen=chosen)
        self.plan = plan
        self.lines: list[Line] = []
        self.is_shown = False  # the rows stood on the page before, as they are read now
        if data is not None and not self.too_much:
            rows = [self.on_list.name, *(form.prefix or "" for form in self.line_forms)]
            read = hashlib.sha256(" ".join(rows).encode()).hexdigest()
            self.is_shown = self.data.get("read") == read
            self.data["read"] = read
            self._ask_for_units()
            self._ask_for_the_value()

    # --- what is asked ------------------------------------------------------------------------

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
        active = (form.promise_meant.state == Target.State.ACTIVE for form in self.line_forms)
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
            name: sum(pasted.reads_as_goal(row[index], self.year) for row in below if index < len(row))
            for name, index in free.items()
        }
        best = max(counts, key=counts.__getitem__, default="")
        return best if best and counts[best] else ""

    # --- rows as a person may change them -------------------------------------------------------

    @property
    def rows(self) -> list[pasted.Row]:
        return self.table.rows

    @cached_property
    def line_forms(self) -> list[LineForm]:
        """One form a row, named by what stands in the row, so that another row is never taken for it."""
        forms: dict[str, LineForm] = {}
        for row in self.rows[:MOST_ROWS]:
            key = hashlib.sha256(repr((row.cells, row.rest, row.below)).encode()).hexdigest()[:12]
            while key in forms:
                key += "x"
            promise = row.promise(self.year)
            same = self.on_list.same(row, promise)
            forms[key] = LineForm(
                key, row, promise, self.data, year=self.year, same=same,
                is_there=self.on_list.has(row, promise),
                is_surely_same=bool(same) and is_surely(same[0], promise),
            )  # fmt: skip
        return list(forms.values())

    @cached_property
    def on_list(self) -> OnList:
        return OnList(self.plan, str(self.data.get("list_name") or "").strip(), self.standing)

    @cached_property
    def standing(self) -> dict[str, list[Target]]:
        """The targets that the plan already has, by title."""
        found: dict[str, list[Target]] = {}
        told = (
            "number", "code", "title", "stated_as", "plan_id", "unit_of_measure", "due_on", "comparator",
            "target_value", "upper_value",
        )  # fmt: skip
        known = self.plan.targets.only(*told).order_by("number")
        for target in known:
            found.setdefault(target.title, []).append(target)
        return found

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
        return {form.row_meant.units[0] for form in self.line_forms if form.row_meant.units and form.is_new}

    @cached_property
    def unknown(self) -> list[str]:
        kept = (form.row_meant for form in self.line_forms if form.is_new)
        named = dict.fromkeys(name for row in kept for name in row.units)
        return [name for name in named if name not in self.by_name]

    def units(self, cleaned: dict[str, Any]) -> dict[str, OrgUnit]:
        chosen = {name: cleaned.get(f"unit-{name}") for name in self.unknown}
        return self.by_name | {name: unit for name, unit in chosen.items() if unit}

    # --- rows ---------------------------------------------------------------------------------

    def clean_list_name(self) -> str:
        return clean_text(self.cleaned_data["list_name"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.door.fault:
            self.add_error("file", self.door.fault)
        if not cleaned.get("text"):
            return cleaned
        if fault := self.too_much or self._fault_of_the_whole():
            self.add_error("text", fault)
            return cleaned
        units, domains = self.units(cleaned), {domain.name: domain for domain in self.plan.domains.all()}
        leaders = Leaders(self.plan.jurisdiction)
        is_listed = bool(self.on_list.name)
        # 一、… 1 2 二、… 1 2: then the plan numbers by itself, and the notes keep the table's numbers
        is_numbered = [form.row_meant.number for form in self.line_forms if form.is_new].count(1) < 2
        self.lines = [
            Line(form, self.plan, is_listed=is_listed, is_numbered=is_numbered) for form in self.line_forms
        ]
        for line in self.lines:
            line.fill(units, domains, leaders)
        self.on_list.number(self.lines)
        self._name_repeated()
        self._check_the_kept()
        self._tell_of_the_placed()
        for line in [*self.kept, *self.placed]:
            for fault in line.faults:
                self.add_error("text", fault)
        if not self.kept and not self.placed:
            self.add_error(None, self.why_none_is_kept)
        return cleaned

    @property
    def is_there_already(self) -> bool:
        """Whether the plan has every row of the table."""
        return self.is_bound and bool(self.lines) and all(line.form.is_there for line in self.lines)

    @property
    def why_none_is_kept(self) -> str:
        if self.is_there_already:
            told = _("The plan has all %(count)s rows of this table already; there is nothing to write.")
            return told % {"count": len(self.lines)}
        return _("Every row is left out; there is nothing to write.")

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
            title = line.target.title
            place = first.setdefault(title, line.row.place)
            if place != line.row.place and title:
                line.hints.append(_("Row %(row)s names the same target.") % {"row": place})
            for each in self.standing.get(title, ()):
                told = _("The plan already has this target: %(target)s.")
                line.hints.append(told % {"target": f"{each.code} {each.stated_as}".strip()})

    @property
    def kept(self) -> list[Line]:
        return [line for line in self.lines if line.form.is_new]

    @property
    def placed(self) -> list[Line]:
        """Rows that the plan has already, and that only get their place on the list."""
        return [line for line in self.lines if line.form.same and not line.form.is_dropped]

    def _check_the_kept(self) -> None:
        """Complete and validate the targets as for saving."""
        taken = {each.number: each.title for targets in self.standing.values() for each in targets}
        for line in self.kept:
            number = line.target.number
            if number in taken:
                line.refuse("number", _("%(number)s is taken by “%(title)s”.") % {
                    "number": number, "title": taken[number]})  # fmt: skip
            elif number is not None:
                taken[number] = line.target.title
        last = max(taken, default=0)
        for line in self.kept:
            if line.target.number is None:
                line.target.number = last = last + 1
            try:
                line.target.clean_alone()
            except ValidationError as error:
                for name, faults in error.update_error_dict({}).items():
                    if name != "lead_unit":  # reported already, at the unit itself
                        line.refuse(COLUMN_OF.get(name, name), " ".join(ValidationError(faults).messages))

    def _tell_of_the_placed(self) -> None:
        """Of these rows nothing else is written, so nothing else can be wrong with them."""
        first: dict[int, int] = {}
        for line in self.placed:
            same = line.form.same
            assert same is not None
            line.faults.clear()
            if first.setdefault(same.pk, line.row.place) != line.row.place:
                line.refuse("title", _("Row %(row)s is the same target.") % {"row": first[same.pk]})
            line.hints.append(_("Only its place on the list is written, for %(target)s.") % {"target": same})

    @property
    def asked_units(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("unit-")]

    @property
    def asked_value(self) -> BoundField | None:
        return self["without_value"] if "without_value" in self.fields else None

    @property
    def open_lines(self) -> list[Line]:
        return [line for line in self.kept if line.doubt]

    @property
    def shown_lines(self) -> list[Line]:
        """The rows for the page: what has to be mended first, what stays open next, what is left out last."""
        kept = sorted(self.kept, key=lambda line: (not line.faults, not line.doubt))
        return [*kept, *self.placed, *(line for line in self.lines if line.form.is_dropped)]

    @property
    def new_domains(self) -> list[str]:
        found = (line.target.domain for line in self.kept if line.target.domain)
        return list(dict.fromkeys(domain.name for domain in found if domain.pk is None))

    # --- writing ------------------------------------------------------------------------------

    @staticmethod
    def state_of(plan: Plan) -> str:
        """How many targets and places on lists there are: a second click finds that it changed since."""
        return f"{plan.targets.count()} {ListEntry.objects.filter(list__plan=plan).count()}"

    def may_be_written(self) -> bool:
        """What nobody has seen as it is read now is shown first."""
        if not self.is_shown:
            self.add_error(None, _("The table changed since it was read; please look at the rows again."))
        return self.is_shown

    def write(self, *, by: Any = None) -> int:
        """Save all rows or none; return the number of targets. Raises ValidationError."""
        with recording(Act.LOAD, self.plan, by=by):
            plan = Plan.objects.select_for_update().get(pk=self.plan.pk)
            if self.cleaned_data["seen"] != self.state_of(plan):
                raise ValidationError(
                    _("The plan's targets changed meanwhile; please look at the rows again.")
                )
            for name in self.new_domains:
                self._make_domain(name)
            targets = [line.target for line in self.kept]
            nodes = [node for line in self.kept for node in line.nodes]
            bulk.write_targets(targets, nodes, [point for line in self.kept for point in line.points])
            supporting = [
                SupportingUnit(target=line.target, unit=unit, order=order)
                for line in self.kept
                for order, unit in enumerate(line.supporting, start=1)
            ]
            SupportingUnit.write_rows(supporting)
            self.on_list.write(
                (line.form.same or line.target, line.number_on_list, line.score)
                for line in self.lines
                if not line.form.is_dropped
            )
            ChosenHeading.remember(plan.jurisdiction, self.chosen_now)
        return len(targets)

    def _make_domain(self, name: str) -> None:
        under = [(line.target, line.target.domain) for line in self.kept]
        made = [(target, domain) for target, domain in under if domain and domain.name == name]
        domain = made[0][1]
        domain.order = domain.plan.domains.count() + 1
        domain.save()
        for target, _unsaved in made:
            target.domain = domain
