"""Forms to request a revision, one for each kind, and to decide on it."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from targets import explain
from targets.forms.base.conflicts import SeenVersion, ShowsRefusals
from targets.forms.base.fields import (
    DayFormField,
    MemberChoiceField,
    PercentageFormField,
    PeriodChoiceField,
    QuantityFormField,
    UnitChoiceField,
    column_of,
    form_field,
)
from targets.forms.target.curve import CurveRows
from targets.models import Member, Milestone, OrgUnit, Target, TargetRevision
from targets.models.audit.recording import recording
from targets.models.base import QuantityField
from targets.models.people.viewer import Account
from targets.status import Status

Kind = TargetRevision.Kind
VALUE = ("comparator", "target_value", "upper_value", "direction")
DAYS = ("starts_on", "due_on", "due_text")
BASELINE = ("baseline_value", "baseline_on", "baseline_note")
SCOPE = ("definition", "measure", "basis", "unit_of_measure", "decimals", "firmness", "state")

# For each kind: its main fields, and the fields that may have to change with them.
MAIN = {
    Kind.VALUE: VALUE,
    Kind.DEADLINE: DAYS,
    Kind.DEFINITION: SCOPE,
    Kind.BASELINE: BASELINE,
    Kind.RESUME: ("due_on", "due_text"),
    Kind.OWNER: Target.OWNER,
    Kind.REPORTING: Target.REPORTING,
}
ALSO = {
    Kind.VALUE: (*DAYS, *BASELINE),
    Kind.DEADLINE: (*VALUE, *BASELINE),
    Kind.DEFINITION: (*VALUE, *BASELINE),
    Kind.BASELINE: (),
    Kind.RESUME: VALUE,
}
PLANS_MONTHS = (Kind.VALUE, Kind.DEADLINE, Kind.DEFINITION, Kind.BASELINE, Kind.CURVE, Kind.RESUME)


TAKEN_OFF = _(
    "On approval it is taken off the supporting units; responsible office and reporting officer are emptied."
)


class NodeChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Milestone) -> str:
        return f"{obj.title}（{explain.day(obj.due_on)}）"


class RevisionChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: TargetRevision) -> str:
        return " ".join(
            filter(None, (explain.day(obj.effective_on), obj.get_kind_display(), obj.document_no))
        )


def units_within(jurisdiction: OrgUnit, *kept: int) -> QuerySet[OrgUnit]:
    """Return the active units of the jurisdiction, and the units `kept` that lead already."""
    units = OrgUnit.objects.filter(Q(path__startswith=jurisdiction.path, active=True) | Q(pk__in=kept))
    return units.select_related("parent").order_by("path", "order")


def people_within(jurisdiction: OrgUnit) -> QuerySet[Member]:
    people = Member.objects.filter(unit__path__startswith=jurisdiction.path)
    return people.select_related("unit").order_by("unit__path", "pk")


def promise_field(name: str, target: Target) -> forms.Field:
    """Return a field of the promise as our own form field; optional where the model allows it."""
    column = column_of(Target, name)
    top = target.plan.jurisdiction
    match name:
        case "lead_unit":
            units = units_within(top, target.lead_unit_id)
            return UnitChoiceField(units, label=column.verbose_name, help_text=TAKEN_OFF)
        case "accountable_leader":
            return form_field(Target, name, form_class=MemberChoiceField, queryset=people_within(top))
        case "first_period":
            periods = target.plan.periods.all()
            return form_field(Target, name, form_class=PeriodChoiceField, queryset=periods)
    if isinstance(column, QuantityField):
        unit = target.unit_of_measure
        return form_field(Target, name, form_class=QuantityFormField, unit_of_measure=unit)
    if isinstance(column, models.DateField):
        return form_field(Target, name, form_class=DayFormField)
    field = form_field(Target, name)
    if isinstance(column, models.TextField):
        field.widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    if name == "state" and isinstance(field, forms.ChoiceField):
        field.choices = [(state.value, state.label) for state in Target.DEFINED]
    return field


class AskedAlready(Exception):
    """The same request waits already: a double click asks once."""

    def __init__(self, request: TargetRevision) -> None:
        super().__init__(str(request))
        self.request = request


class RevisionForm(SeenVersion):
    """A request of one kind on one target: it opens with the present values and requests the changed ones.

    Validate it in a transaction: it locks the target, so that the compared values hold until `ask`.
    """

    # Fields that are equal in the two requests of a double click.
    TOLD = (
        "kind",
        "asked_by",
        "effective_on",
        "until",
        "milestone",
        "annuls",
        "document_no",
        "reason",
        "drops_curve",
    )

    effective_on = DayFormField(label=_("effective on"))
    document_no = forms.CharField(label=_("document number"), max_length=100, required=False)
    reason = forms.CharField(
        label=_("reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, target: Target, kind: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target, self.kind, self.today = target, Kind(kind), today
        own = dict(self.fields)
        self.fields.clear()
        self.main = [*MAIN.get(self.kind, ()), *self._choices()]
        self.also = list(ALSO.get(self.kind, ()))
        for name in (*MAIN.get(self.kind, ()), *self.also):
            self.fields[name] = promise_field(name, target)
            self.fields[name].initial = getattr(target, name)
        self.fields |= self._choices() | own
        self.fields["effective_on"].initial = today
        self.fields["effective_on"].help_text = _("from %(first)s to %(last)s") % {
            "first": explain.day(target.opened_on), "last": explain.day(today),
        }  # fmt: skip
        self.fields["document_no"].required = self.kind in TargetRevision.NEEDS_DOCUMENT
        if self.kind == Kind.ANNUL:
            del self.fields["effective_on"]  # an annulled change never took effect
        self.rows = self._rows()
        if self.rows and target.revisions.curve_today():
            self.fields["drops_curve"] = forms.BooleanField(
                label=_("Drop the monthly plan: from then on the pace is even"), required=False
            )
        self.changes: dict[str, Any] = {}

    # --- what was seen ------------------------------------------------------------------------

    def row(self) -> Target:
        return self.target

    def anew(self, row: Target) -> RevisionForm:
        return type(self)(target=row, kind=self.kind, today=self.today)

    def lock(self) -> None:
        Target.objects.lock(self.target.pk)

    def version_of(self, row: Target) -> str:
        """Moving a node does not change the target's version, so the node days are added."""
        return " ".join([super().version_of(row), *self._days_of_nodes(row).values()])

    def watched(self) -> dict[str, forms.Field]:
        nodes = self._days_of_nodes(self.target)
        return super().watched() | {name: forms.CharField(label=_("node")) for name in nodes}

    def stood(self) -> dict[str, str]:
        return super().stood() | self._days_of_nodes(self.target)

    def _days_of_nodes(self, target: Target) -> dict[str, str]:
        nodes = target.milestones.movable() if self.kind == Kind.NODE else ()
        return {f"node_{node.pk}": f"{node} {explain.day(node.due_on)}" for node in nodes}

    # --- fields -------------------------------------------------------------------------------

    def _choices(self) -> dict[str, forms.Field]:
        match self.kind:
            case Kind.NODE:
                weight = form_field(Milestone, "weight", form_class=PercentageFormField)
                return {
                    "milestone": NodeChoiceField(
                        self.target.milestones.movable(), label=_("node"), required=False,
                        empty_label=_("a new node"),
                    ),
                    "title": forms.CharField(label=_("name of the new node"), max_length=200, required=False),
                    "due_on": DayFormField(label=_("new date"), required=False),
                    "weight": weight,
                }  # fmt: skip
            case Kind.OVERRIDE:
                by_hand = TargetRevision.lights_by_hand(self.target)
                lights = [(int(light), Status(light).label) for light in by_hand]
                return {
                    "light": forms.TypedChoiceField(
                        choices=lights, coerce=int, widget=forms.RadioSelect, label=_("light")
                    ),
                    "until": DayFormField(label=_("until"), help_text=_("the last day on which it stands")),
                }
            case Kind.ANNUL:
                approved = self.target.revisions.annullable()
                return {"annuls": RevisionChoiceField(approved, label=_("approved change"))}
        return {}

    def _rows(self) -> CurveRows | None:
        if self.kind not in PLANS_MONTHS or self.target.measure in Target.WORDS_ONLY:
            return None
        return CurveRows(self, self.target.plan, self.target, self.target.unit_of_measure)

    # --- the page's parts ---------------------------------------------------------------------

    def main_fields(self) -> list[BoundField]:
        return [self[name] for name in self.main]

    def also_fields(self) -> list[BoundField]:
        return [self[name] for name in self.also]

    def own_fields(self) -> list[BoundField]:
        return [self[name] for name in ("effective_on", "document_no", "reason") if name in self.fields]

    def drops_field(self) -> BoundField | None:
        return self["drops_curve"] if "drops_curve" in self.fields else None

    def is_folded(self) -> bool:
        """Whether nothing in the second part was touched or refused."""
        return not any(name in self.errors or self._is_touched(name) for name in self.also)

    def _is_touched(self, name: str) -> bool:
        if self.is_bound:
            return name in self.changed_data
        field = self.fields[name]
        typed, stands = (field.prepare_value(value) for value in (self[name].value(), field.initial))
        return str(typed or "") != str(stands or "")

    # --- reading ------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        reads = (*MAIN.get(self.kind, ()), *self.also)
        values = {name: cleaned[name] for name in reads if name in cleaned}
        self.changes = {
            name: new for name, new in values.items() if not _same(new, getattr(self.target, name))
        }
        if "light" in cleaned:
            self.changes["override_light"] = cleaned["light"]
        if self.kind == Kind.NODE:
            self._read_the_node(cleaned)
        self._keep_the_monthly_plan(cleaned)
        return cleaned

    def _read_the_node(self, cleaned: dict[str, Any]) -> None:
        """Read the new date of an existing node, or all fields of a new node."""
        if "milestone" in self.errors:
            return
        if cleaned.get("milestone") is None:
            said: tuple[str, ...] = ("title", "due_on", "weight")
            if not cleaned.get("title"):
                self.add_error("title", _("Please choose a node, or name a new one."))
        else:
            said = ("due_on",)
            if not cleaned.get("due_on") and "due_on" not in self.errors:
                self.add_error("due_on", self.fields["due_on"].default_error_messages["required"])
        self.changes |= {name: cleaned[name] for name in said if cleaned.get(name) is not None}

    def _keep_the_monthly_plan(self, cleaned: dict[str, Any]) -> None:
        """If the change makes the monthly plan invalid, the request must replace or drop that plan."""
        promise = self.promise()
        self.curve = self.rows.read(promise) if self.rows else {}
        if self.curve or cleaned.get("drops_curve") or "drops_curve" not in self.fields:
            return
        if TargetRevision.CURVE_LEADS_TO & set(self.changes):
            stands = self.target.revisions.curve_today()
            if promise.target_value is not None and promise.fault_of_the_curve(stands):
                self.add_error(
                    "drops_curve", _("The monthly plan leads elsewhere: give a new one, or drop it.")
                )

    def promise(self) -> Target:
        """Return the target as it would be after this request."""
        promise = copy(self.target)
        for name, value in self.changes.items():
            if name != "override_light":
                setattr(promise, name, value)
        return promise

    def ask(self, by: Account) -> TargetRevision | None:
        """Return the waiting request (on a double click the first one); None with errors if refused."""
        cleaned = self.cleaned_data
        fields = {name: cleaned[name] for name in ("milestone", "annuls", "until") if cleaned.get(name)}
        day = cleaned["annuls"].effective_on if self.kind == Kind.ANNUL else cleaned["effective_on"]
        try:
            with recording():
                Target.objects.locked().get(pk=self.target.pk)
                revision = self.target.ask(
                    self.kind, by=by, effective_on=day, changes=self.changes, curve=self.curve,
                    drops_curve=bool(cleaned.get("drops_curve")), document_no=cleaned["document_no"],
                    reason=cleaned["reason"], **fields,
                )  # fmt: skip
                if there := self._twin(revision):
                    raise AskedAlready(there)
                return revision
        except AskedAlready as twin:
            return twin.request
        except ValidationError as refused:
            self.show(refused)
            return None

    def _twin(self, revision: TargetRevision) -> TargetRevision | None:
        same = {name: getattr(revision, name) for name in self.TOLD}
        waiting = self.target.revisions.waiting().filter(**same).exclude(pk=revision.pk)
        return next((other for other in waiting if other.changes == revision.changes), None)


def _same(new: Any, old: Any) -> bool:
    if isinstance(new, str) and isinstance(old, str):
        return new.replace("\r\n", "\n").strip() == old.replace("\r\n", "\n").strip()
    return new == old or (new in (None, "") and old in (None, ""))


class DecisionForm(ShowsRefusals, forms.Form):
    """Carries what the approver saw: if promise or light changed meanwhile, the approver looks again."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    review_comment = forms.CharField(
        label=_("review comment"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )  # fmt: skip

    def __init__(self, *args: Any, revision: TargetRevision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.revision = revision
        self.fields["seen"].initial = self.what_stands()

    def what_stands(self) -> str:
        """Return the version of each promise and, if the request may change the light, its ledger row."""
        said = ("version",) if self.revision.kind in TargetRevision.WITHOUT_LIGHT else ("version", "current")
        asked = self.revision.request().values_list(*(f"target__{name}" for name in said))
        return " ".join("-".join(map(str, target)) for target in asked)

    def decide(self, act: str, by: Account) -> bool:
        """Approve or refuse the request; False with errors if that fails. Raises PermissionDenied."""
        comment = self.cleaned_data["review_comment"]
        try:
            with recording():
                self.revision.lock()
                if act == "_approve":
                    if (self.cleaned_data["seen"] or self.what_stands()) != self.what_stands():
                        raise ValidationError(
                            _("The target changed meanwhile; please look at both lights again."), code="stale"
                        )
                    self.revision.approve(by=by)
                else:
                    self.revision.refuse(by=by, comment=comment)
        except ValidationError as refused:
            self.show(refused)
            return False
        return True
