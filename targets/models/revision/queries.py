"""The promise read from its revisions: today, after each revision, and as a request would change it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models.audit.recording import recording
from targets.models.base import PromisedQuerySet
from targets.models.enums import Act, RevisionKind
from targets.models.people import rights
from targets.models.people.place import Place
from targets.models.people.units import Member, OrgUnit
from targets.models.plan import deadlines
from targets.models.plan.period import ReportingPeriod
from targets.models.revision.request import naming
from targets.models.target.milestone import Milestone
from targets.models.target.queries import known_by
from targets.models.target.target import Target
from targets.rules.facts import ALWAYS, Commitment, Node
from targets.rules.quantities import plain

if TYPE_CHECKING:
    from targets.models.plan.next_year import Level
    from targets.models.revision.revision import TargetRevision

BASELINE_FIELDS = {"baseline_value", "baseline_on", "baseline_note"}
WAITING = models.Q(approved_at=None, refused_at=None)
UNSAID = (None, "", Target.State.UNDEFINED)
RELATED: dict[str, type[models.Model]] = {  # the promise's foreign keys
    "lead_unit": OrgUnit, "accountable_leader": Member, "first_period": ReportingPeriod,
}  # fmt: skip
ASKED_FOR = 0  # the key of a requested node, which has no row yet
NEWEST = 2**63  # after every stored row of the same day


def as_text(value: Any) -> str | None:
    """A promise field as a revision stores it: numbers as plain text, dates as ISO, rows by their key."""
    if value is None:
        return None
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else str(value)


class TargetRevisionQuerySet(PromisedQuerySet["TargetRevision"]):
    def openings(self) -> TargetRevisionQuerySet:
        """Approved openings; a target that is only requested has none."""
        return self.facts().filter(kind=self.model.Kind.OPEN)

    def opening(self) -> TargetRevision | None:
        return self.openings().first()

    def visible_to(self, user: Any) -> TargetRevisionQuerySet:
        """Approved revisions of targets the user sees; others only for those who ask or decide."""
        place = Place.of(user)
        seen = self.filter(target__in=Target.objects.visible_to(place))
        decided = models.Q(target__in=Target.objects.signable_by(place))
        return seen.filter(decided | models.Q(approved_at__isnull=False) | models.Q(asked_by=place.pk))

    def waiting(self) -> TargetRevisionQuerySet:
        return self.filter(WAITING)

    def waiting_for(self, user: Any) -> TargetRevisionQuerySet:
        """Requests on which this user decides: nobody decides on an own request.

        A request over many targets appears once, as its first revision.
        """
        mine = self.waiting().exclude(asked_by=user.pk).filter(rights.may_sign(user, "target__"))
        return mine.filter(joins=None)

    def with_others(self) -> TargetRevisionQuerySet:
        """Annotate `others`: the number of further targets in the same request."""
        first = Coalesce(models.OuterRef("joins"), models.OuterRef("pk"))
        same = self.model.objects.filter(joins=first).order_by().values("joins")
        counted = same.annotate(count=models.Count("pk")).values("count")
        return self.annotate(others=Coalesce(models.Subquery(counted), 0))  # type: ignore[no-redef]

    def asked_for(self) -> TargetRevisionQuerySet:
        """Without the openings, and their nodes and monthly plans: these changed nothing."""
        return self.exclude(approved_at__isnull=False, approved_by=None)

    def signed_by_two(self) -> TargetRevisionQuerySet:
        """Revisions approved by another person than the one who asked."""
        return self.filter(approved_by__isnull=False).exclude(asked_by=models.F("approved_by"))

    def annullable(self) -> TargetRevisionQuerySet:
        """Changes in force that a second person approved; an added target ends by 撤销 instead."""
        return self.in_order().signed_by_two().exclude(kind=self.model.Kind.OPEN)

    def facts(self) -> TargetRevisionQuerySet:
        return self.filter(approved_at__isnull=False)

    def in_order(self, known_at: date | datetime | None = None) -> TargetRevisionQuerySet:
        """Approved revisions not annulled, the newest last: of two on one day the later written counts."""
        approved = models.Q(known_by("approved_at", known_at), approved_at__isnull=False)
        # Runs once, not per row. Nearly all `annuls` are null: SQLite uses their index only with `gt`.
        annulled = self.model.objects.filter(approved, annuls__gt=0).values("annuls")
        is_void = models.Q(pk__in=annulled) | models.Q(kind=self.model.Kind.ANNUL)
        return self.filter(approved, ~is_void).order_by("effective_on", "pk")

    def commitments(self, known_at: date | datetime | None = None) -> tuple[tuple[date, Commitment], ...]:
        """The whole promise after each revision, with the day from which it held."""
        return commitments(self.in_order(known_at).with_curve())

    def with_curve(self) -> list[TargetRevision]:
        """These revisions in order, each with its monthly plan: one query, with a row for each point."""
        point = {"month_end": models.F("curve__period_end"), "reaches": models.F("curve__planned_value")}
        rows: models.QuerySet[Any] = self.annotate(**point)
        found: dict[int, Any] = {}
        for row in rows.order_by("effective_on", "pk", "curve__period_end"):
            curve = found.setdefault(row.pk, row).planned or {}
            found[row.pk].planned = curve if row.month_end is None else {**curve, row.month_end: row.reaches}
        return list(found.values())

    def with_curves(self) -> list[TargetRevision]:
        """The same for many targets: two queries, so that no revision is read once for each of its points."""
        curves: dict[int, dict[date, Decimal]] = defaultdict(dict)
        points = self.filter(curve__isnull=False).order_by("curve__period_end")
        for pk, month_end, reaches in points.values_list("pk", "curve__period_end", "curve__planned_value"):
            curves[pk][month_end] = reaches
        found = list(self)
        for revision in found:
            revision.planned = curves.get(revision.pk, {})
        return found

    def promise_today(self) -> dict[str, Any]:
        """The promise fields as the approved revisions now read; empty before the opening."""
        values: dict[str, Any] = {}
        for revision in self.in_order().filter(milestone=None):
            values.update(revision.new_values())
        return values

    def curve_today(self) -> Mapping[date, Decimal]:
        """The monthly plan in force: month end → planned value; empty if the pace is even."""
        curve: Mapping[date, Decimal] = {}
        for revision in self.in_order().with_curve():
            curve = revision.curve_after(curve)
        return curve

    def readings(
        self, since: date, act: TargetRevision
    ) -> list[tuple[dict[str, Any], Mapping[date, Decimal]]]:
        """The promise and the monthly plan on each day of change from `since` on, with `act` approved."""
        standing = [
            r
            for r in self.in_order().filter(milestone=None).with_curve()
            if r.pk not in (act.pk, act.annuls_id)
        ]
        if act.kind != self.model.Kind.ANNUL:
            last = (act.effective_on, act.pk or NEWEST)
            place = sum((r.effective_on, r.pk) < last for r in standing)
            standing.insert(place, act)
        values: dict[str, Any] = {}
        curve: Mapping[date, Decimal] = {}
        found: dict[date, tuple[dict[str, Any], Mapping[date, Decimal]]] = {}
        for revision in standing:
            values = {**values, **revision.new_values()}
            curve = revision.curve_after(curve)
            found[max(since, revision.effective_on)] = values, curve
        return list(found.values())

    def faults(self, target: Target, *, since: date, act: TargetRevision) -> dict[str, Any]:
        """Errors of the promise on any day from `since` on, if `act` were approved: field → message."""
        if found := self._beyond_the_plan(target, act) or self._under_figures(target, act):
            return found
        moves_the_curve = (act.annuls or act).moves_the_curve()
        for values, curve in self.readings(since, act):
            reading = copy(target)
            reading.put(values)
            if found := reading.faults_of_the_promise():
                return found
            if moves_the_curve and (fault := reading.fault_of_the_curve(curve)):
                # The present monthly plan no longer fits: the act has to replace or drop it.
                way_out = "" if act.curve_asked() else _("Please give a new monthly plan, or drop it.")
                return {"changes": f"{fault[1]}{way_out}"}
        return {}

    @staticmethod
    def _beyond_the_plan(target: Target, act: TargetRevision) -> dict[str, Any]:
        return deadlines.faults(target.plan, act.new_values().get("due_on"))

    def _under_figures(self, target: Target, act: TargetRevision) -> dict[str, Any]:
        """Refuse another unit of measure once figures are filed: they would take on the new unit."""
        old, new = (act.annuls or act).changes.get("unit_of_measure", (None, None))
        if old is new is None:
            return {}
        stands = new if act.annuls else self.promise_today().get("unit_of_measure", "")
        becomes = old if act.annuls else new
        if becomes in (None, stands) or not target.has_figures():
            return {}
        words = _(
            "Figures in %(unit)s stand here. Void them first (return what waits for review), then revise."
        )
        return {"unit_of_measure": words % {"unit": stands or "—"}}

    def states(self, by: date) -> list[str]:
        """Every state that revisions set with effect by that day, in order."""
        said = (revision.new_values() for revision in self.in_order().filter(effective_on__lte=by))
        return [values["state"] for values in said if "state" in values]

    def node_today(self, milestone: Milestone) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for revision in self.in_order().filter(milestone=milestone):
            values.update(revision.new_values())
        return values

    def opening_of(self, target: Target, day: date) -> TargetRevision:
        """The opening, unsaved: a revision with the whole promise, which holds from `day` on."""
        return self._signed(target, self.model.Kind.OPEN, day, self.whole_promise(target))

    @staticmethod
    def whole_promise(target: Target) -> dict[str, list[str | None]]:
        return {name: [None, as_text(target.column(name))] for name in Target.PROMISE}

    def fill_words(self, target: Target, before: dict[str, Any], *, by: Any, at: datetime | None) -> date:
        """Save words that no light reads, effective today; `before`: field → old value. Returns today."""
        changes = {name: [as_text(old), as_text(target.column(name))] for name, old in before.items()}
        day = timezone.localdate(at or timezone.now())
        revision = self._signed(target, self.model.Kind.DEFINITION, day, changes, by=by, at=at)
        revision.save(at=revision.approved_at)
        return day

    def ask_together(
        self,
        targets: Iterable[Target],
        kind: str,
        *,
        changes: dict[str, Any],
        by: Any,
        at: datetime | None = None,
        **fields: Any,
    ) -> TargetRevision:
        """Ask for the same change of many targets in one request, and return its first revision.

        A target that has the new values already is left out. Raises PermissionDenied or
        ValidationError.
        """
        first: TargetRevision | None = None
        refused: list[ValidationError] = []
        moment = at or timezone.now()
        with recording(Act.ASK, by=by):
            locked = Target.objects.locked().filter(pk__in=[target.pk for target in targets])
            rows = list(locked.select_related("plan__jurisdiction", "lead_unit", "accountable_leader__unit"))
            rows.sort(key=lambda row: (-row.plan.ends_on.toordinal(), row.number))
            if len({row.plan.jurisdiction_id for row in rows}) > 1:
                raise ValidationError(_("One request is decided in one town or district."))
            for row in rows:
                new = {n: value for n, value in changes.items() if as_text(value) != as_text(row.column(n))}
                if changes and not new:
                    continue
                try:
                    with naming(row, len(rows) > 1):
                        asked = row.ask(kind, by=by, changes=new, at=moment, joins=first, **fields)
                except ValidationError as fault:
                    refused.append(fault)
                else:
                    first = first or asked
            if refused:
                raise refused[0] if len(refused) == 1 else ValidationError(refused)
            if first is None:
                raise ValidationError(_("All of them say so already."))
        return first

    def propose_baseline(
        self, target: Target, level: Level | None, before: Target, *, at: datetime | None
    ) -> None:
        """Ask once, without an author, for last year's final figure as the baseline.

        At most one proposal waits: a newer figure supersedes it, and so does None for `level`.
        """
        asked = self.filter(target=target, kind=self.model.Kind.BASELINE, asked_by=None, approved_by=None)
        said = None if level is None else as_text(level.value)
        is_asked = False
        for revision in asked.exclude(refused_at__isnull=False, refused_by=None):
            if said is not None and revision.changes["baseline_value"][1] == said:
                is_asked = True
            elif revision.is_waiting:
                revision.supersede(at=at)
        if level is None or is_asked:
            return
        reason = _("The final figure of %(code)s was approved.") % {"code": before.code}
        self.model.asked(
            target, self.model.Kind.BASELINE, target.opened_on, level.fields(), by=None, at=at, reason=reason
        )

    def add_node(self, milestone: Milestone, day: date) -> None:
        revision = self.opening_of_node(milestone, day)
        revision.save(at=revision.approved_at)

    def opening_of_node(self, milestone: Milestone, day: date) -> TargetRevision:
        changes = {name: [None, as_text(milestone.column(name))] for name in Milestone.PROMISE}
        if milestone.follows_deadline:
            changes["follows_deadline"] = [None, as_text(True)]
        kind = self.model.Kind.NODE
        return self._signed(
            milestone.target, kind, day, changes, milestone=milestone, at=milestone.moment
        )  # fmt: skip

    def _signed(
        self,
        target: Target,
        kind: str,
        effective_on: date,
        changes: dict[str, list[str | None]],
        *,
        milestone: Milestone | None = None,
        by: Any = None,
        at: datetime | None = None,
    ) -> TargetRevision:
        """A revision, unsaved, that is approved at once and needs no second person."""
        moment = at or target.moment or timezone.now()
        return self.model(
            target=target, kind=kind, effective_on=effective_on, changes=changes, milestone=milestone,
            asked_by=by, asked_at=moment, approved_by=by, approved_at=moment,
        )  # fmt: skip


def read_names(revisions: Iterable[TargetRevision]) -> None:
    """Read the units, people and periods that these changes name, one query for each table."""
    listed = [each for revision in revisions for each in (revision, revision.annuls) if each]
    keys: dict[str, set[int]] = {name: set() for name in RELATED}
    for revision in listed:
        row = revision.milestone or revision.target
        for name in keys.keys() & revision.changes.keys():
            found = (*revision.changes[name], row.column(name))
            keys[name] |= {int(key) for key in found if key is not None}
    names: dict[tuple[str, int], models.Model | None] = {}
    for name, wanted in keys.items():
        rows = RELATED[name]._base_manager.in_bulk(wanted)
        names |= {(name, key): row for key, row in rows.items()}
    for revision in listed:
        revision.names = names


def commitments(revisions: Iterable[Any]) -> tuple[tuple[date, Commitment], ...]:
    """The whole promise after each of these revisions, in their order."""
    promise: dict[str, Any] = {}
    nodes: dict[int, Node] = {}
    extra: dict[str, Any] = {}
    opened: date | None = None  # the day on which the opening was signed
    found = []
    for revision in revisions:
        opened = opened or _signed_on(revision)
        is_of_node = revision.kind == revision.Kind.NODE
        key, curve = revision.milestone_id or ASKED_FOR, revision.curve_asked()
        node = nodes.get(key)
        before = promise if not is_of_node else asdict(node) if node else {}
        before = {**before, "curve": extra.get("curve") or None}
        if _is_an_adjustment(revision, before, opened):
            extra["revised"] = True
        if is_of_node:
            nodes[key] = revision.node(node or Node(key))
        else:
            promise.update(revision.new_values())
        if curve:
            extra["curve"] = tuple(curve.items())
        elif revision.drops_curve:
            extra["curve"] = ()
        if revision.kind == RevisionKind.OVERRIDE:
            extra |= {"override_light": revision.override_light, "override_until": revision.until or ALWAYS}
        judged = {name: promise[name] for name in Target.JUDGED}
        found.append((revision.effective_on, Commitment(**judged, nodes=tuple(nodes.values()), **extra)))
    return tuple(found)


def _is_an_adjustment(revision: Any, before: dict[str, Any], opened: date) -> bool:
    """已调整: whether the revision took effect before its approval, or replaced a value already given.

    A revision approved on the day of the opening belongs to it (nodes, monthly plan), even backdated.
    """
    if revision.kind not in revision.CHANGES_THE_PROMISE:
        return False
    signed_on = _signed_on(revision)
    is_replanned = bool(revision.curve_asked()) or revision.drops_curve
    after = revision.new_values() | ({"curve": True} if is_replanned else {})
    replaced = any(before.get(name) not in (*UNSAID, new) for name, new in after.items())
    return replaced or revision.effective_on < signed_on != opened


def _signed_on(revision: Any) -> date:
    """The day of approval; today for a request that still waits."""
    return timezone.localdate(revision.approved_at) if revision.approved_at else revision.today
