"""Changes of the promise: each an approved act with its own effective day, never an overwrite."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from targets.models import enums
from targets.models.base import column
from targets.models.revision import additions
from targets.models.revision.queries import BASELINE_FIELDS, RELATED, TargetRevisionQuerySet, as_text
from targets.models.revision.request import Request
from targets.models.target.milestone import Milestone
from targets.models.target.target import Target
from targets.rules.facts import Light, Node


class TargetRevision(Request):
    """One act that writes, completes or changes the promise: `changes` maps a field to [old, new]."""

    Kind = enums.RevisionKind

    # A kind must change at least one of its fields here; other fields may change in the same act.
    MUST: dict[str, set[str]] = {
        Kind.VALUE: {"target_value", "upper_value", "comparator", "direction"},
        Kind.DEADLINE: {"due_on", "starts_on", "due_text"},
        Kind.DEFINITION: {
            "definition",
            "basis",
            "measure",
            "comparator",
            "unit_of_measure",
            "decimals",
            "firmness",
            "state",
        },
        Kind.BASELINE: BASELINE_FIELDS,
        Kind.OWNER: {*Target.OWNER},
        Kind.REPORTING: {*Target.REPORTING},
    }
    STATES: dict[str, str] = {
        Kind.SUSPEND: Target.State.SUSPENDED,
        Kind.CANCEL: Target.State.CANCELLED,
        Kind.CLOSE: Target.State.CLOSED,
    }
    # After a change of these the monthly plan must still fit, or the revision replaces or drops it.
    CURVE_LEADS_TO = {
        "target_value", "upper_value", "comparator", "direction", "baseline_value", "basis", "measure",
        "starts_on", "due_on", "decimals", "unit_of_measure",
    }  # fmt: skip
    # Kinds that change a promise made outside the office; the rest is the office's book-keeping.
    NEEDS_DOCUMENT = {Kind.OPEN, Kind.VALUE, Kind.DEADLINE, Kind.OWNER, Kind.SUSPEND, Kind.CANCEL}
    PROMISED_OUTSIDE = {"target_value", "upper_value", "due_on", *Target.OWNER}
    # Kinds whose changes show as 已调整; the other kinds have labels of their own.
    CHANGES_THE_PROMISE = {Kind.VALUE, Kind.DEADLINE, Kind.DEFINITION, Kind.BASELINE, Kind.NODE, Kind.CURVE}
    WITHOUT_LIGHT = {Kind.OPEN, Kind.OWNER, Kind.REPORTING}  # these change no light
    BY_HAND = {Light.GREEN, Light.AMBER, Light.RED}

    target = models.ForeignKey(Target, models.PROTECT, related_name="revisions", verbose_name=_("target"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    effective_on = models.DateField(_("effective on"))
    until = models.DateField(_("until"), null=True, blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    drops_curve = models.BooleanField(
        _("drops the monthly plan"), default=False, help_text=_("from then on the pace is even")
    )
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="revisions", null=True, blank=True, verbose_name=_("node")
    )
    annuls = models.ForeignKey(
        "self", models.PROTECT, related_name="annulled_by", null=True, blank=True, verbose_name=_("annuls")
    )
    document_no = models.CharField(_("document number"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    objects = TargetRevisionQuerySet.as_manager()

    planned: Mapping[date, Decimal] | None = None  # the monthly plan, not yet written or read already
    others: int  # annotated by `with_others`

    @cached_property
    def names(self) -> dict[tuple[str, int], models.Model | None]:
        return {}

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("effective_on", "pk")
        indexes = [models.Index(fields=("target", "effective_on", "id"), name="revision_target_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_on}"

    # --- request ------------------------------------------------------------------------------

    @classmethod
    def asked(
        cls,
        target: Target,
        kind: str,
        effective_on: date,
        changes: dict[str, Any],
        *,
        by: Any,
        at: datetime | None = None,
        curve: Mapping[date, Decimal] | None = None,
        **fields: Any,
    ) -> TargetRevision:
        """A request, saved and waiting, with its monthly plan; `changes` maps a field to its new value."""
        revision = cls(
            target=target, kind=kind, effective_on=effective_on, asked_by=by, asked_at=at or timezone.now(),
            changes={name: [None, as_text(new)] for name, new in changes.items()}, **fields,
        )  # fmt: skip
        revision.planned = curve
        revision.save(at=at)
        for period_end, planned_value in (curve or {}).items():
            point = target.trajectory.model(
                target=target, revision=revision, period_end=period_end, planned_value=planned_value
            )
            point.save(at=at)
        return revision

    def curve_asked(self) -> Mapping[date, Decimal]:
        """The monthly plan that this revision asks for: month end → planned value; empty if none."""
        if self.planned is not None or self.pk is None:
            return self.planned or {}
        return {point.period_end: point.planned_value for point in self.curve.all()}

    def curve_after(self, before: Mapping[date, Decimal]) -> Mapping[date, Decimal]:
        """The monthly plan in force after this revision; `before` is the one in force until then."""
        return {} if self.drops_curve else self.curve_asked() or before

    def moves_the_curve(self) -> bool:
        """Whether the monthly plan changes, or a field that it has to fit."""
        return bool(self.CURVE_LEADS_TO & set(self.changes) or self.drops_curve or self.curve_asked())

    def clean(self) -> None:
        self.clean_request()
        self.changes = dict(self.changes)  # what was read stays, for the audit to compare with
        # Openings and filled words are approved when written; a refused request needs no more checks.
        if self.is_signed_alone:
            additions.refuse_one_hand(self)
        if self.is_signed_alone or self.refused_at:
            return
        errors: dict[str, Any] = {}
        self._clean_change(errors)
        if not self.reason:
            errors["reason"] = _("Please give the reason.")
        if self._needs_document() and not self.document_no:
            errors["document_no"] = _("This change needs the number of the document that approved it.")
        opening = self.target.revisions.opening()
        if self.kind == self.Kind.OPEN:
            if fault := additions.fault_of_target(self, opening):
                raise ValidationError(fault)
        elif opening is None:
            raise ValidationError(_("Nothing is promised yet: change the target itself."))
        if not self.target.plan.takes(corrections=self.kind == self.Kind.ANNUL):
            raise ValidationError(_("The plan is closed; only a change made by mistake is annulled."))
        if opening and self.effective_on < opening.effective_on:
            words = {"day": opening.effective_on}
            errors["effective_on"] = _("The target was opened on %(day)s.") % words
        elif self.effective_on > self.today:
            errors["effective_on"] = _("A change takes effect on the day of approval at the latest.")
        if errors:
            raise ValidationError(errors)

    def _clean_change(self, errors: dict[str, Any]) -> None:
        others = {self.Kind.NODE: self.annuls, self.Kind.ANNUL: self.milestone}
        if others.get(self.Kind(self.kind), self.milestone or self.annuls):
            errors["changes"] = _("Please say what changes.")
            return
        match self.kind:
            case self.Kind.NODE:
                errors |= additions.faults_of_node(self)
            case self.Kind.OVERRIDE:
                if self.override_light not in self.lights_by_hand(self.target) or len(self.changes) > 1:
                    errors["changes"] = _("By hand a light is one that the rule gives: green, amber or red.")
                if self.until is None or self.until < self.effective_on:
                    errors["until"] = _("A light set by hand needs a last day.")
            case self.Kind.ANNUL:
                if self.annuls is None or self.annuls.target_id != self.target_id:
                    errors["annuls"] = _("Please choose a revision of this target.")
                elif self.annuls.annulled_by.filter(approved_at__isnull=False).exclude(pk=self.pk).exists():
                    errors["annuls"] = _("This change is annulled already.")
                elif not self.target.revisions.annullable().filter(pk=self.annuls.pk).exists():
                    errors["annuls"] = _("Only an approved change can be annulled.")
                elif self.changes:
                    errors["changes"] = _("Please say what changes.")
                else:
                    self.effective_on = self.annuls.effective_on
                    revisions, since = self.target.revisions, self.effective_on
                    faults = revisions.faults(self.target, since=since, act=self)
                    faults |= self._faults_of_who_leads(revisions.readings(since, self)[-1][0])
                    if faults:
                        errors["annuls"] = next(iter(faults.values()))
            case self.Kind.OPEN:
                pass  # the target's columns at approval are the promise
            case _:
                self._clean_promise(errors)

    def _clean_promise(self, errors: dict[str, Any]) -> None:
        unknown = set(self.changes) - set(Target.PROMISE)
        kind = self.Kind(self.kind)
        must = self.MUST.get(kind)
        if self.drops_curve and self.curve_asked():
            errors["changes"] = _("Either a new monthly plan, or none.")
        elif kind == self.Kind.CURVE and not (self.curve_asked() or self.drops_curve):
            errors["changes"] = _("Please give the new monthly plan, or drop it.")
        self._follow_the_comparator()
        if unknown or (must is not None and not must & set(self.changes)):
            errors["changes"] = _("Please say what changes.")
        if kind == self.Kind.RESUME and not self._is_suspended():
            errors["kind"] = _("Only a suspended target is resumed.")
        elif state := self._state_it_brings():
            self.changes["state"] = [as_text(self.target.state), str(state)]
        elif "state" in self.changes and not self._redefines_the_state():
            errors["changes"] = _("Please say what changes.")
        if "due_on" in self.changes and "due_text" not in self.changes and self.target.due_text:
            # The words name the old day, and tables print the words rather than the date.
            self.changes["due_text"] = [as_text(self.target.due_text), ""]
        person, words = Target.OWNER[1:]
        for name, other, empty in ((person, words, ""), (words, person, None)):
            if self.changes.get(name, ["", ""])[1] not in (None, ""):  # the person or the words, never both
                self.changes.setdefault(other, [None, empty])
        if not errors:
            errors |= self.faults_of_columns(self.target)
        if not errors:
            errors |= self.target.revisions.faults(self.target, since=self.effective_on, act=self)
        if not errors:
            errors |= self._faults_of_who_leads(self.new_values())
        current = self.target.current
        if self.kind == self.Kind.CLOSE and not (current and current.settled):
            errors["kind"] = _("Only a target done on a final figure is closed.")

    def _follow_the_comparator(self) -> None:
        """Change the direction to the one that the new comparator or measure implies."""
        reading = copy(self.target)
        for name in ("comparator", "measure"):
            if name in self.changes:
                setattr(reading, name, self.changes[name][1] or "")
        implied = reading.implied_direction()
        asked = self.changes.get("direction", [None, self.target.direction])[1]
        # A new comparator writes even an unchanged direction: another act may precede, or be annulled.
        is_open = "comparator" in self.changes or implied != asked
        if {"comparator", "measure", "direction"} & set(self.changes) and implied and is_open:
            self.changes["direction"] = [as_text(self.target.direction), str(implied)]

    def _is_suspended(self) -> bool:
        """Whether the target is suspended both today and on the effective day."""
        states = [self.target.state, *self.target.revisions.states(self.effective_on)[-1:]]
        return states == [Target.State.SUSPENDED] * 2

    def _state_it_brings(self) -> str | None:
        """The state that this kind sets, or None. A resumed target gets back the state it had before."""
        if self.kind == self.Kind.RESUME:
            states = self.target.revisions.states(self.effective_on)
            return [state for state in states if state != Target.State.SUSPENDED][-1]
        return self.STATES.get(self.kind)

    def _redefines_the_state(self) -> bool:
        """Whether a definition may change the state: suspending, cancelling, closing have their own kinds."""
        states = {self.changes["state"][1], self.target.state}
        return self.kind == self.Kind.DEFINITION and states <= set(Target.DEFINED)

    def _needs_document(self) -> bool:
        """Whether a document is required, also for another kind that changes a field promised outside."""
        carries = self.kind != self.Kind.NODE and self.PROMISED_OUTSIDE & set(self.changes)
        return self.kind in self.NEEDS_DOCUMENT or bool(carries)

    def faults_of_columns(self, row: Target | Milestone) -> dict[str, Any]:
        """Errors that would prevent approval, reported already with the request: field → message."""
        reading = copy(row)
        try:
            reading.put(self.new_values())
            others = {field.name for field in row._meta.concrete_fields} - set(self.changes)
            reading.clean_fields(exclude=others)
        except ValidationError as error:
            return error.error_dict if hasattr(error, "error_dict") else {"changes": error}
        return {}

    def _faults_of_who_leads(self, values: dict[str, Any]) -> dict[str, Any]:
        """Errors of the owner fields that `values` would change; a present owner may stay."""
        reading = copy(self.target)
        reading.put(values)
        moved = {name for name in Target.OWNER if reading.column(name) != self.target.column(name)}
        faults = reading.faults_of_who_leads() if moved else {}
        return {name: why for name, why in faults.items() if name in moved}

    @classmethod
    def lights_by_hand(cls, target: Target) -> list[Light]:
        """The lights that a person may set; no amber under a rule that has none."""
        has_amber = target.plan.light_rule.has_amber
        return sorted(light for light in cls.BY_HAND if has_amber or light is not Light.AMBER)

    @property
    def override_light(self) -> Light | None:
        _old, new = self.changes.get("override_light", (None, None))
        try:
            return Light(int(str(new)))
        except ValueError:
            return None

    # --- approval -----------------------------------------------------------------------------

    def sign(self) -> None:
        """Write today's promise into the columns, and judge from the effective day on."""
        self.changes = dict(self.changes)  # as in clean()
        if self.kind == self.Kind.OPEN:
            self.target.open_as_added(self)
            return
        if self.adds_a_node:
            self.milestone = node = additions.make_node(self)
            self.changes |= {name: [None, as_text(node.column(name))] for name in Milestone.PROMISE}
        else:
            self._note_what_was()
        self.save(at=self.approved_at, locked=True)
        self._write_columns()
        self.target.end_with_a_node(self.effective_on, at=self.approved_at)
        self.target.rejudge(since=self.effective_on, cause=self.kind, at=self.approved_at, locked=True)

    def _note_what_was(self) -> None:
        """Record the old values at the moment of approval, not of the request."""
        row = self.row
        for name, (_old, new) in self.changes.items():
            if name != "override_light":
                self.changes[name] = [as_text(row.column(name)), new]

    def _write_columns(self) -> None:
        """Write the columns anew from all revisions, because they are today's reading of the revisions."""
        node = (self.annuls or self).milestone
        if node is not None:
            promised = self.target.revisions.node_today(node)
            node.put(promised)
            node.is_dropped = not promised  # its addition was annulled
            node.save(at=self.moment)
            return
        led_by = self.target.lead_unit_id
        self.target.put(self.target.revisions.promise_today())
        if self.target.lead_unit_id != led_by:
            # Office and reporter belonged to the old unit; the new lead unit no longer supports.
            self.target.responsible_office, self.target.reporter = "", None
            for supporting in self.target.supporting_units.filter(unit=self.target.lead_unit_id):
                supporting.delete()
        if self.kind == self.Kind.BASELINE:
            self.target.baseline_is_preliminary = False
        self.target.save(at=self.moment)

    # --- reading ------------------------------------------------------------------------------

    @property
    def row(self) -> Target | Milestone:
        """The row that this revision changes; an empty node if it asks for a new one."""
        return self.milestone or (Milestone(target=self.target) if self.adds_a_node else self.target)

    @property
    def adds_a_node(self) -> bool:
        return self.kind == self.Kind.NODE and self.milestone_id is None

    def new_values(self) -> dict[str, Any]:
        """Field → value, in the types of the model's columns."""
        return {name: self.new_value(name) for name in self.changes if name != "override_light"}

    def new_value(self, name: str) -> Any:
        """The new value of one field; None if it is not changed."""
        if name not in self.changes:
            return None
        model = Milestone if self.kind == self.Kind.NODE else Target
        return column(model, name).to_python(self.changes[name][1])

    def named(self, name: str, key: Any) -> models.Model | None:
        """The row with this key that a changed field names; `read_names` reads many of these at once."""
        if (name, int(key)) not in self.names:
            self.names[name, int(key)] = RELATED[name]._base_manager.filter(pk=key).first()
        return self.names[name, int(key)]

    def node(self, before: Node) -> Node:
        judged = {name: value for name, value in self.new_values().items() if name != "title"}
        return replace(before, **judged)
