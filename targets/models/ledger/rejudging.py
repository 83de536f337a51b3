"""Judging a plan's targets anew after an upgrade of the rule's code; a person starts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from targets.models.audit.recording import recording
from targets.models.base import clean_text
from targets.models.enums import Act, Role
from targets.models.ledger.ledger import Assessment
from targets.models.ledger.ledgers import Ledger, append, chunks
from targets.models.people.place import has_role
from targets.models.plan.plan import Plan
from targets.models.revision.revision import TargetRevision
from targets.models.target.target import Target
from targets.rules.judge import EDITION


@dataclass(frozen=True, slots=True)
class Rejudged:
    """How many targets were judged and rows appended, and (target, old, new) where today's light changed."""

    targets: int
    rows: int
    turned: list[tuple[Target, int, int]]


def rejudge(plan: Plan, *, by: Any, document: str, reason: str, at: datetime | None = None) -> Rejudged:
    """Judge each target from its opening on by the present code of the rule; append the rows that differ.

    All or nothing, with a record in the audit. Raises PermissionDenied or ValidationError.
    """
    if not has_role(by, Role.ADMINISTRATOR):
        raise PermissionDenied(_("Only system administrators have a plan judged anew."))
    document = _said("document", document, TargetRevision._meta.get_field("document_no"))
    reason = _said("reason", reason, TargetRevision._meta.get_field("reason"))
    at = at or timezone.now()
    with recording(Act.REJUDGE, plan, by=by) as act:
        plan.lock()
        plan.refresh_from_db()
        if plan.state not in (Plan.State.IN_FORCE, Plan.State.CLOSED):
            words = {"plan": plan.code, "state": plan.get_state_display()}
            raise ValidationError(
                _("%(plan)s is %(state)s; only plans in force or closed are judged anew.") % words
            )
        before, rows = _lights(plan, at), _appended(plan, at)
        after = _lights(plan, at)
        differ = plan.targets.filter(pk__in=[pk for pk in after if before[pk] != after[pk]])
        turned = [(each, before[each.pk], after[each.pk]) for each in differ.order_by("number", "pk")]
        done = Rejudged(len(after), rows, turned)
        act.note(plan, {})
        act.remark = _told(done, document, reason)
    return done


def _said(name: str, text: str, column: Any) -> str:
    """The cleaned text. Refuses an empty text, and a text that the revision's column does not hold."""
    try:
        text = clean_text(text)
        column.run_validators(text)
    except ValidationError as error:
        raise ValidationError({name: error}) from None
    if not text:
        raise ValidationError({name: _("Please give the document and the reason.")})
    return text


def _appended(plan: Plan, at: datetime) -> int:
    """Judge all targets with a ledger again, in chunks. Returns how many rows were appended."""
    count = 0
    for keys in chunks(plan.targets.exclude(current=None)):
        ledgers = Ledger.locked(keys)
        for ledger in ledgers:
            ledger.judge(since=ledger.opened_on, cause=Assessment.Cause.RULE, at=at)
            count += len(ledger.rows)
        append(ledgers)
    return count


def _lights(plan: Plan, at: datetime) -> dict[int, int]:
    """Target id → its status on the day of `at`, for each target that was ever judged."""
    judged = plan.targets.exclude(current=None).with_status(on=timezone.localdate(at))
    return dict(judged.order_by().values_list("pk", "status"))


def _told(done: Rejudged, document: str, reason: str) -> str:
    told = _(
        "Judged anew by edition %(edition)s of the rule, by %(document)s: %(reason)s "
        "(%(targets)s targets judged, %(rows)s ledger rows appended)"
    )
    words = {"edition": EDITION, "document": document, "reason": reason}
    return told % {**words, "targets": done.targets, "rows": done.rows}
