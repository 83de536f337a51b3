"""One pasted row and the target it would become: values, doubts and faults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets import explain
from targets.forms.plan.line_form import LineForm
from targets.models import Domain, Leaders, Milestone, OrgUnit, Plan, Target, TrajectoryPoint
from targets.models.enums import Measure
from targets.models.plan import deadlines
from targets.reading import periods, promised, steps
from targets.rules.quantities import plain

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
    "baseline": gettext_lazy("baseline"),
    "step": gettext_lazy("steps"),
    "item": gettext_lazy("no. on the list"),
    "score": gettext_lazy("score"),
    "note": gettext_lazy("note"),
}
# Field of a target → the column that an error message on the field names.
COLUMN_OF = {
    "target_value": "value", "upper_value": "value", "comparator": "value", "stated_as": "value",
    "due_on": "due", "due_text": "due", "measure": "value", "decimals": "value", "code": "number",
    "accountable_leader_words": "accountable_leader", "baseline_value": "baseline", "nodes": "step",
}  # fmt: skip
# Why a promise stays undefined: the keys of wording.UNSURE, Reading.doubt and promised.read.
DOUBTS = {
    "number": gettext_lazy("its number cannot be read"),
    "place": gettext_lazy("no certain place is named"),
    "against": gettext_lazy("it is measured against last year or others, whose figure is not said"),
    "change": gettext_lazy("it is a change from last year, whose figure is not said"),
    "each": gettext_lazy("it is said for each month, place or head, not for the year"),
    "zero": gettext_lazy("it does not say of what there is to be none"),
    "later": gettext_lazy("its deadline lies years ahead, and nothing is said for this year"),
    "part": gettext_lazy("it is a share of another task"),
    "denied": gettext_lazy("it is forbidden, stopped or left"),
    "multiple": gettext_lazy("it is a multiple of the baseline"),
    "fall": gettext_lazy("the fall is to be filed; please confirm"),
    "value": gettext_lazy("it names no value"),
    "differs": gettext_lazy("the task and its value name different amounts"),
    "measure": gettext_lazy("it does not say whether the year is added up or a level is meant"),
    "comparator": gettext_lazy("it does not say whether at least or at most is meant"),
    "words": gettext_lazy("its words are not understood"),
    "error": gettext_lazy("it is an error of the sheet, no value"),
}
FALL = gettext_lazy("The fall is filed: 3 for a fall by 3%, less than 0 for a rise.")


class Line:
    """`faults` refuse the row; `hints` are remarks for the user that do not refuse it.

    `form`: what a person changed in the row, which goes before what was read. `is_listed`: the table is a
    list of targets, so its numbers and scores belong to the places on it, and the plan numbers by itself.
    `is_numbered`: the numbers of the table can be those of the plan; they begin anew in no section.
    """

    number_on_list = ""

    def __init__(self, form: LineForm, plan: Plan, *, is_listed: bool, is_numbered: bool = True) -> None:
        self.form, self.plan, self.is_listed = form, plan, is_listed
        self.number = form.row_meant.number if is_numbered and not is_listed else None
        self.row, self.promise = form.row_meant, form.promise_meant
        self.faults: list[str] = []
        self.hints: list[str] = []
        self.supporting: list[OrgUnit] = []
        self.target = Target()

    def fill(self, units: Mapping[str, OrgUnit], domains: dict[str, Domain], leaders: Leaders) -> None:
        """Build the target; new domains are added to `domains`."""
        row, promise, names = self.row, self.promise, self.row.units
        domain = row.text("domain")
        self.target = Target(
            plan=self.plan,
            number=self.number,  # type: ignore[misc]  # without one the form numbers it
            title=row.text("title"),
            domain=domains.setdefault(domain, Domain(plan=self.plan, name=domain)) if domain else None,
            lead_unit=units.get(names[0]) if names else None,
            **leaders.columns(row.text("accountable_leader")),
            measure=promise.measure,
            state=promise.state,
            comparator=promise.comparator,
            target_value=promise.value,
            upper_value=promise.upper_value,
            direction=promise.direction,
            unit_of_measure=promise.unit_of_measure,
            firmness=promise.firmness,
            stated_as=promise.stated_as,
            due_on=promise.due_on,
            due_text=promise.due_text,
            definition=_("The fall is filed: 3 for a fall by 3%, less than 0 for a rise.")
            if promise.is_fall
            else "",
        )
        known = [units[name] for name in names if name in units]
        self.supporting = list(dict.fromkeys(unit for unit in known if unit.pk != self.target.lead_unit_id))
        self._take_baseline()
        self.target.note = "\n".join(filter(None, [row.text("note"), *self._kept(names, units)]))
        self._refuse_what_cannot_stand(names, domain)
        for name, message in self.form.faults.items():
            self.refuse(COLUMN_OF.get(name, name), message)
        if row.lines > 1:
            self.hints.append(
                _("Its cells were broken over %(count)s lines of the paste; they were put together.")
                % {"count": row.lines}
            )
        for words in [*promise.others, *row.promised_beside(self.plan.year)]:
            self.hints.append(_("Also promised, but not set up: “%(words)s”") % {"words": words})

    def _kept(self, names: list[str], units: Mapping[str, OrgUnit]) -> list[str]:
        """Return the cells that no field of the target holds, with their headings; the note keeps them."""
        row, promise = self.row, self.promise
        kept = [_told(*each) for each in row.rest]
        is_kept = bool(row.text("item")) if self.is_listed else self.number is None
        if row.text("number") and is_kept:
            kept.append(_told(str(COLUMNS["number"]), row.text("number")))
        value = row.text("value")
        held = {promise.stated_as, *(step.words for step in row.steps(self.plan.year) if self._are_nodes)}
        if value and value not in held:
            kept.append(_told(str(COLUMNS["value"]), value))
        unit = row.text("unit_of_measure")
        if unit and unit != promise.unit_of_measure:
            kept.append(_told(str(COLUMNS["unit_of_measure"]), unit))
        if len(row.text("due")) > promised.LONGEST:
            kept.append(_told(str(COLUMNS["due"]), row.text("due")))
        if row.text("baseline") and self.target.baseline_value is None:
            kept.append(_told(str(COLUMNS["baseline"]), row.text("baseline")))
        kept += [_told(str(COLUMNS[name]), row.text(name)) for name in self._off_the_list]
        kept += self._steps_kept()
        strangers = [name for name in names[1:] if name not in units]
        if strangers:
            kept.append(_told(str(COLUMNS["supporting_units"]), "、".join(strangers)))
        planned = {point.period_end: plain(point.planned_value) for point in self.points}
        if not self._are_nodes:
            cells = self._curve_cells | row.stages(self.plan.year)
            kept += [
                _told(explain.month_of(day, self.plan.ends_on), cell)
                for day, cell in sorted(cells.items())
                if planned.get(day) != cell
            ]
        return kept

    @property
    def own_number_on_list(self) -> str:
        """Its number as the row itself has it: 3, 1.1, （三）."""
        return (self.row.text("item") or self.row.text("number")).rstrip(".、．")

    @cached_property
    def score(self) -> Decimal | None:
        """分值, if the cell is a number that a place on a list can hold."""
        value = promised.figure(self.row.text("score"), "分") if self.is_listed else None
        fits = value is not None and 0 <= value < 10_000 and value == round(value, 2)
        return value if fits else None

    @property
    def _off_the_list(self) -> list[str]:
        """The filled cells of a place on a list that no place holds."""
        found = [*([] if self.is_listed else ["item"]), *(["score"] if self.score is None else [])]
        return [name for name in found if self.row.text(name)]

    def _steps_kept(self) -> list[str]:
        """Return the steps if neither nodes nor the original words hold them whole."""
        found = self.row.steps(self.plan.year)
        found = [step for step in found if not step.day or len(step.words) > steps.LONGEST_NODE]
        words = steps.told(found) or self.row.text("step")
        are_short = all(len(each.words) <= steps.LONGEST_NODE and not each.due for each in found)
        are_held = bool(found) and self._are_nodes and are_short
        is_stated = words == self.promise.stated_as
        return [_told(str(COLUMNS["step"]), words)] if words and not are_held and not is_stated else []

    @property
    def _are_nodes(self) -> bool:
        return bool(self.promise.nodes and self.row.steps(self.plan.year))

    def _take_baseline(self) -> None:
        """Last year's level is the baseline of a stock or a ratio only; for a flow it goes into the note."""
        value = promised.figure(self.row.text("baseline"), self.promise.unit_of_measure)
        if (
            value is not None
            and self.promise.measure in (Measure.STOCK, Measure.RATIO)
            and self.promise.is_measured
        ):
            self.target.baseline_value = value

    @cached_property
    def _curve_cells(self) -> dict[date, str]:
        return self.row.curve(self.plan.year)

    def _planned(self, unit: str) -> dict[date, Decimal] | None:
        """Return what is planned by each day; None where a cell is no figure or the parts do not add up."""
        curve = {day: promised.figure(cell, unit) for day, cell in self._curve_cells.items()}
        parts = {day: promised.figure(cell, unit) for day, cell in self.row.stages(self.plan.year).items()}
        known = {day: value for day, value in curve.items() if value is not None}
        single = {day: value for day, value in parts.items() if value is not None}
        if len(known) < len(curve) or len(single) < len(parts):
            return None
        added = periods.cumulated(single, self.target.target_value) if single else {}
        return None if added is None else added | known

    @cached_property
    def points(self) -> list[TrajectoryPoint]:
        """Return the monthly plan, ending at the goal; empty if its cells form no valid plan."""
        target = self.target
        if (
            not (self._curve_cells or self.row.stages(self.plan.year))
            or self._are_nodes
            or not target.lead_unit_id
            or target.state != Target.State.ACTIVE
            or target.measure not in Target.PACED
        ):
            return []
        known = self._planned(target.unit_of_measure)
        if known is None:
            return []
        known[target.due_on or self.plan.ends_on] = Decimal(target.target_value or 0)
        target.set_decimals()
        target.set_direction(target.title)
        if fault := target.fault_of_the_curve(known):
            self.hints.append(_("The monthly plan stays in the note: %(fault)s") % {"fault": fault[1]})
            return []
        return [
            TrajectoryPoint(target=target, period_end=day, planned_value=value)
            for day, value in sorted(known.items())
        ]

    @cached_property
    def nodes(self) -> list[Milestone]:
        return [
            Milestone(target=self.target, title=node.title, due_on=node.due_on, order=order)
            for order, node in enumerate(self.promise.nodes, start=1)
        ]

    def _refuse_what_cannot_stand(self, names: list[str], domain: str) -> None:
        if len(domain) > 50:
            self.refuse("domain", _("At most %(most)s characters.") % {"most": 50})
        if self.is_listed and len(self.own_number_on_list) > 20:
            self.refuse("item", _("At most %(most)s characters.") % {"most": 20})
        if not names:
            self.refuse("lead_unit", _("Please name the lead unit."))
        for node in self.nodes:
            for messages in (deadlines.faults_of(node, self.plan) or {}).values():
                self.refuse("value", f"{node.title}：{messages}")

    def refuse(self, column: str, message: str) -> None:
        words = {"row": self.row.place, "column": COLUMNS.get(column, ""), "message": message}
        self.faults.append(_("Row %(row)s, %(column)s: %(message)s") % words)

    @property
    def doubt(self) -> str | Promise:
        """Why the target stays undefined, in words; empty if it is defined."""
        if self.promise.state != Target.State.UNDEFINED:
            return ""
        return DOUBTS.get(self.promise.doubt) or _("it is left open by hand")

    @property
    def measure(self) -> str:
        """The measure in words; empty if the stored measure is only a placeholder."""
        known = self.promise.is_measured or self.promise.state != Target.State.UNDEFINED
        return self.target.get_measure_display() if known else ""

    @property
    def units_as_typed(self) -> str:
        """The cell of units as typed; empty if it only holds the lead unit's name."""
        cell = self.row.text("lead_unit")
        return "" if self.target.lead_unit_id and cell == self.target.lead_unit.name else cell

    @property
    def reading(self) -> str:
        """The value as it would be judged; a fall is named as a fall."""
        if self.promise.value is None:
            return ""
        told = self.target.reading
        return _("a fall of %(value)s") % {"value": told} if self.promise.is_fall else told

    @property
    def baseline(self) -> str:
        return explain.quantity(self.target.baseline_value, self.target.unit_of_measure)

    @property
    def curve(self) -> str:
        return explain.listed(
            f"{self._month(point.period_end)} {plain(point.planned_value)}" for point in self.points
        )

    def _month(self, day: date) -> str:
        return explain.month_of(day, self.plan.ends_on)


def _told(heading: str, text: str) -> str:
    return _("%(heading)s: %(text)s") % {"heading": heading, "text": text} if heading else text
