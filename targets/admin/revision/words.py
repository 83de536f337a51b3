"""A revision in words: old and new values, state, history and lights."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from targets import explain
from targets.admin.entry.panel import promise
from targets.explain.people import moment, person
from targets.forms.base.fields import column_of
from targets.models import Target, TargetRevision
from targets.models.revision.queries import commitments, read_names
from targets.rules.judge import judge
from targets.status import Status, status_of
from targets.tables import LOOKS

Kind = TargetRevision.Kind
GOAL = {
    "comparator",
    "target_value",
    "upper_value",
    "direction",
}  # a change of these fields is also shown as a reading of the goal
# Titles of a request; the model's labels describe a change that is done.
TITLES: dict[str, Promise] = {
    Kind.OPEN: gettext_lazy("Add to the plan in force"),
    Kind.VALUE: gettext_lazy("Change the value to reach"),
    Kind.DEADLINE: gettext_lazy("Change the deadline"),
    Kind.DEFINITION: gettext_lazy("Change the definition"),
    Kind.BASELINE: gettext_lazy("Change the baseline"),
    Kind.NODE: gettext_lazy("Move or add a node"),
    Kind.CURVE: gettext_lazy("Change the monthly plan"),
    Kind.OWNER: gettext_lazy("Change who leads"),
    Kind.REPORTING: gettext_lazy("Change how it is reported"),
    Kind.OVERRIDE: gettext_lazy("Set the light by hand"),
    Kind.SUSPEND: gettext_lazy("Suspend"),
    Kind.RESUME: gettext_lazy("Resume"),
    Kind.CANCEL: gettext_lazy("Cancel the target"),
    Kind.CLOSE: gettext_lazy("Sign off as done"),
    Kind.ANNUL: gettext_lazy("Annul an approved change"),
}


def standing(revision: TargetRevision) -> tuple[str, str]:
    """Return the state of the request as (code, words)."""
    if revision.is_withdrawn:
        return "withdrawn", _("withdrawn")
    if revision.refused_at:
        return "refused", _("refused")
    if revision.approved_at is None:
        return "waiting", _("waiting for approval")
    is_annulled = getattr(revision, "is_annulled", None)
    if is_annulled is None:
        is_annulled = revision.annulled_by.filter(approved_at__isnull=False).exists()
    return (
        ("annulled", _("annulled afterwards"))
        if is_annulled
        else ("approved", pgettext("request", "approved"))
    )


def named(revision: TargetRevision) -> str:
    return f"{explain.day(revision.effective_on)}　{TITLES[revision.kind]}"


def differences(revision: TargetRevision) -> list[tuple[str, str, str]]:
    """Return (label, old, new) for each changed field; a changed goal also gets a row with its reading."""
    if revision.annuls:
        undone = [(label, new, old) for label, old, new in differences(revision.annuls)]
        return [(_("approved change"), named(revision.annuls), "—"), *undone]
    if revision.kind == Kind.OPEN:
        return _whole_promise(revision.target)
    pairs = explain.pairs(revision)
    if revision.override_light is not None:
        words = Status(revision.override_light).label
        until = _("%(light)s until %(day)s") % {"light": words, "day": explain.day(revision.until)}
        return [(_("light"), _("by the rule"), until)]
    found = explain.differences(revision)
    if GOAL & set(pairs):
        found.insert(0, (_("read as"), *_readings(revision.target, pairs)))
    return found


def _whole_promise(target: Target) -> list[tuple[str, str, str]]:
    nodes = [(_("node"), f"{node}　{explain.day(node.falls_due_on)}") for node in target.milestones.all()]
    return [(label, "—", text) for label, text in [*promise(target), *nodes] if text]


def _readings(target: Target, pairs: dict[str, tuple[Any, Any]]) -> tuple[str, str]:
    def reading(side: int) -> str:
        row = copy(target)
        row.put({name: column_of(Target, name).to_python(pair[side]) for name, pair in pairs.items()})
        return row.reading

    return reading(0), reading(1)


def gist(revision: TargetRevision) -> str:
    """Return one line for a list, such as 目标值 470亿元 → 455亿元; for this target only."""
    if revision.kind == Kind.OPEN:
        return revision.target.title
    found = [row for row in differences(revision) if row[0] != _("read as")]
    node = f"{revision.milestone}　" if revision.milestone_id else ""
    return node + "；".join(f"{what} {old} → {new}" for what, old, new in found[:2])


def curves(revision: TargetRevision) -> list[tuple[str, str, str]]:
    """Return (month, old, new) for each point of the monthly plan; empty if the request keeps the plan."""
    points = revision.curve.all()
    if revision.kind == Kind.OPEN and revision.is_waiting:
        points = revision.target.trajectory.filter(revision=None)
    new = {point.period_end: point.planned_value for point in points}
    if not new and not revision.drops_curve:
        return []
    old = _curve_before(revision)
    on = revision.target.plan.ends_on
    return [
        (explain.month_of(end, on), explain.number(old.get(end)), explain.number(new.get(end)))
        for end in sorted({*old, *new})
    ]


def _curve_before(revision: TargetRevision) -> Mapping[date, Decimal]:
    others = [
        r for r in revision.target.revisions.in_order().prefetch_related("curve") if r.pk != revision.pk
    ]
    mine = (revision.effective_on, revision.pk)
    curve: Mapping[date, Decimal] = {}
    for earlier in others:
        if (earlier.effective_on, earlier.pk) < mine:
            curve = earlier.curve_after(curve)
    return curve


def documents(target: Target) -> list[dict[str, Any]]:
    """Return the revisions in force since the target was opened, newest first."""
    asked = target.revisions.in_order().asked_for()
    rows = list(asked.with_others().select_related("milestone", "target", "annuls"))
    read_names(rows)
    return [
        {"revision": row, "title": TITLES[row.kind], "gist": gist(row)}
        for row in sorted(rows, key=lambda row: (row.effective_on, row.pk), reverse=True)
    ]


def trail(revision: TargetRevision) -> list[str]:
    words = {"who": person(revision.asked_by), "at": moment(revision.asked_at)}
    lines = []
    if revision.asked_by:
        lines.append(_("Asked for by %(who)s on %(at)s.") % words)
    elif revision.approved_by or not revision.approved_at:
        lines.append(_("Proposed by the system on %(at)s.") % words)
    if revision.refused_at:
        words = {"who": person(revision.refused_by), "at": moment(revision.refused_at)}
        words["comment"] = revision.review_comment
        if revision.refused_by is None:
            lines.append(_("Withdrawn by the system on %(at)s: %(comment)s") % words)
        elif revision.is_withdrawn:
            lines.append(_("Withdrawn by %(who)s on %(at)s.") % words)
        else:
            lines.append(_("Refused by %(who)s on %(at)s: %(comment)s") % words)
    elif revision.approved_at and revision.approved_by:
        words = {"who": person(revision.approved_by), "at": moment(revision.approved_at)}
        lines.append(_("Approved by %(who)s on %(at)s.") % words)
    return lines


def lights(revision: TargetRevision, day: date) -> list[dict[str, Any]]:
    """Return the light of `day` without and with the request, for the user who decides."""
    before, after = verdicts(revision, day)
    return [_light(_("As it stands"), before, day), _light(_("If approved"), after, day)]


def verdicts(revision: TargetRevision, day: date) -> tuple[Any, Any]:
    """Return the verdicts of `day` without and with this request."""
    facts = revision.target.facts()
    revisions = revision.target.revisions.in_order().with_curve()
    if revision.kind == Kind.ANNUL:
        revisions = [other for other in revisions if other.pk != revision.annuls_id]
    else:
        revisions = sorted([*revisions, revision], key=lambda each: (each.effective_on, each.pk))
    return judge(facts, day), judge(replace(facts, commitments=commitments(revisions)), day)


def problem(revision: TargetRevision) -> str:
    """Return why the request cannot be approved now, even if valid when asked; else an empty string."""
    try:
        revision.full_clean()
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def _light(title: str, verdict: Any, day: date) -> dict[str, Any]:
    status = status_of(verdict, day)
    if status is None:
        return {"title": title, "label": "—", "look": "none", "reason": _("Nothing was judged yet.")}
    is_by_hand = verdict.override_light is not None and verdict.override_until >= day
    by_rule = explain.reason(verdict.explanation, status_of(replace(verdict, override_light=None), day), day)
    words = (verdict.override_light, verdict.override_until, by_rule)
    return {
        "title": title,
        "label": status.label,
        "look": LOOKS[status],
        "reason": explain.set_by_hand(*words) if is_by_hand else by_rule,
        "attainment": explain.percentage(verdict.attainment),
        "expected": explain.percentage(verdict.expected),
        "gap": explain.points(verdict.gap),
        "has_rates": verdict.attainment is not None,
    }
