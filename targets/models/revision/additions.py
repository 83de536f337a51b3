"""Requested nodes and targets, which hold once approved; and what one person may approve alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from targets.models.plan import deadlines
from targets.models.plan.plan import Plan
from targets.models.target.milestone import Milestone
from targets.models.target.target import Target

if TYPE_CHECKING:
    from targets.models.revision.revision import TargetRevision


def fault_of_target(revision: TargetRevision, opening: TargetRevision | None) -> Any:
    """Why the target cannot be added by this request."""
    target = revision.target
    if opening is not None:
        return _("This target was added already.")
    if target.plan.state == Plan.State.DRAFTING:
        return _("The plan is still being drafted: its targets hold once it is issued.")
    waiting = target.revisions.waiting().filter(kind=revision.kind).exclude(pk=revision.pk)
    if revision.is_waiting and waiting.exists():
        return _("A request to add this target waits already.")
    faults = target.faults_of_who_leads()
    return next(iter(faults.values()), None)


def faults_of_node(revision: TargetRevision) -> dict[str, Any]:
    """Why this node could not be moved or added: field → message."""
    if revision.adds_a_node:
        return _faults_of_new_node(revision)
    node = revision.milestone
    # The changes of a revision that has just created its node also name the title.
    fields = {*Milestone.PROMISE, *(["title"] if revision.approved_at else [])}
    if node is None or node.target_id != revision.target_id:
        return {"milestone": _("Please choose a node of this target.")}
    if not revision.changes or not set(revision.changes) <= fields:
        return {"changes": _("Please say what changes.")}
    if node.follows_deadline and "due_on" in revision.changes:
        return {"milestone": _("This node is due with the target; please ask for another deadline instead.")}
    beyond = deadlines.faults(revision.target.plan, revision.new_values().get("due_on"))
    return revision.faults_of_columns(node) or beyond


def _faults_of_new_node(revision: TargetRevision) -> dict[str, Any]:
    if not set(revision.changes) <= {"title", *Milestone.PROMISE} or "title" not in revision.changes:
        return {"milestone": _("Please choose a node of this target.")}
    try:
        node = _node(revision)
        node.clean_fields()
        node.clean()
    except ValidationError as error:
        return error.error_dict if hasattr(error, "error_dict") else {"changes": error}
    return {}


def make_node(revision: TargetRevision) -> Milestone:
    node = _node(revision)
    node.save(at=revision.approved_at)
    return node


def _node(revision: TargetRevision) -> Milestone:
    node = Milestone(target=revision.target)
    node.put(revision.new_values())
    node.is_signed = True
    return node


def refuse_one_hand(revision: TargetRevision) -> None:
    """Raise ValidationError if a person approves an own request that would change the past."""
    plan, revisions = revision.target.plan, revision.target.revisions
    is_issued_now = plan.state == plan.State.DRAFTING or plan.comes_into_force
    match revision.kind:
        case revision.Kind.OPEN:
            stands = is_issued_now
        case revision.Kind.NODE:  # allowed with the opening, or with an act of two persons
            stands = is_issued_now or (
                revisions.signed_by_two().filter(approved_at=revision.approved_at).exists()
                and not revisions.filter(milestone=revision.milestone).exists()
            )
        case revision.Kind.DEFINITION:
            is_of_today = revision.effective_on == timezone.localdate(revision.approved_at) == revision.today
            fills = all(old in (None, "") for old, _new in revision.changes.values())
            stands = is_of_today and fills and set(revision.changes) <= set(Target.AT_ONCE)
        case _:
            stands = False
    if not stands or revision.drops_curve:
        raise ValidationError(_("Nobody approves an own request."))
