"""The first promise and the one in force side by side, with the documents and signatures between them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from targets import explain
from targets.explain.changes import field, stored
from targets.models import Target, TargetRevision
from targets.models.revision.queries import read_names
from targets.register.register import Register

# Fields that the rows of the goal, the deadline and the leader say, or that only file them.
SAID = {
    "comparator", "target_value", "upper_value", "direction", "unit_of_measure", "decimals",
    "due_on", "due_text", "accountable_leader", "accountable_leader_words", "baseline_note",
}  # fmt: skip


class Compared(NamedTuple):
    """One part of the promise, as it was first and as it is."""

    what: str
    then: str
    now: str
    superior: str = ""

    @property
    def is_other(self) -> bool:
        return self.then != self.now


class ThenAndNow(NamedTuple):
    rows: list[Compared]
    opening: TargetRevision | None
    acts: list[TargetRevision]  # that changed the promise, in the order of effect

    @property
    def is_changed(self) -> bool:
        return any(row.is_other for row in self.rows)

    @property
    def has_superior(self) -> bool:
        return any(row.superior for row in self.rows)


def in_force(target: Target, register: Register) -> list[TargetRevision]:
    """The approved acts that had taken effect, in their order, the opening first."""
    acts = target.revisions.in_order(register.known_at).filter(effective_on__lte=register.on)
    people = ("asked_by__member", "approved_by__member")
    related = acts.with_others().select_related("milestone", "target__plan", "annuls__target", *people)
    found: list[TargetRevision] = related.with_curve()
    if len(found) > 1:
        read_names(found)
    return found


def then_and_now(target: Target, acts: Sequence[TargetRevision]) -> ThenAndNow:
    """`acts` are those in force."""
    opening = next((act for act in acts if act.kind == act.Kind.OPEN), None)
    promised = [act for act in acts if act.milestone_id is None and act.kind != act.Kind.OVERRIDE]
    first = _read(target, [opening] if opening else [])
    now = _read(target, promised)
    superior = explain.quantity(target.superior_value, target.unit_of_measure)
    rows = [
        Compared(
            _("annual target"), first.reading, now.reading, "" if target.superior_value is None else superior
        ),
        Compared(_("due"), _deadline(first), _deadline(now)),
    ]
    if opening is not None and len(promised) > 1:
        rows.append(Compared(_("accountable leader"), _leader(opening, first), _leader(opening, now)))
        rows += _others(target, opening, promised)
    always, rest = rows[:2], [row for row in rows[2:] if row.is_other]
    return ThenAndNow(
        [*always, *rest], opening, [act for act in promised if act is not opening and _moves(act)]
    )


def _others(target: Target, opening: TargetRevision, promised: Sequence[TargetRevision]) -> list[Compared]:
    """Every further field, as the opening and as the last act that wrote it have it."""
    last = {name: act for act in promised for name in act.changes if name not in SAID}
    return [
        Compared(field(target, name), *(stored(each, name, each.changes[name][1]) for each in (opening, act)))
        for name, act in last.items()
        if name in opening.changes
    ]


def _leader(act: TargetRevision, promise: Target) -> str:
    key = promise.accountable_leader_id
    person = act.named("accountable_leader", key) if key else None
    return explain.leader(person, promise.accountable_leader_words) or "—"


def _read(target: Target, acts: Sequence[TargetRevision]) -> Target:
    reading = copy(target)
    for act in acts:
        reading.put(act.new_values())
    return reading


def _deadline(promise: Target) -> str:
    return promise.due_text or explain.day(promise.due_on)


def _moves(act: Any) -> bool:
    return bool(set(act.changes) & set(Target.PROMISE))
