"""The panel beside an entry: promise, last report, history and light."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from targets import explain
from targets.admin.base.permissions import Actor
from targets.explain.people import moment, person
from targets.filing.occasion import Occasion
from targets.filing.second_look import old_figure_in_words
from targets.models import KeptFile, ProgressEntry, Target
from targets.models.people.viewer import Account
from targets.status import Status
from targets.tables import LOOKS


def panel(occasion: Occasion) -> dict[str, Any]:
    target = occasion.target
    return {
        "target": target,
        "promise": promise(target),
        "is_filed": occasion.entry is not None,
        "last_figure": last_figure(occasion),
        "last_words": last_words(occasion),
        "nodes": [
            *((done.milestone.title, done.completed_on) for done in occasion.nodes_done),
            *((node.title, None) for node in occasion.nodes_left),
        ]
        if occasion.has_nodes
        else [],
    }


def promise(target: Target) -> list[tuple[str, str]]:
    """Return (label, text) rows on the goal as stated and as read; never the distance to the goal."""
    unsaid = _("The source does not say.")
    rows = [
        (_("stated as"), target.stated_as),
        (_("value to reach"), target.reading if target.target_value is not None else ""),
        (_("definition"), target.definition or unsaid),
        (_("unit of measure"), target.unit_of_measure),
        (_("baseline"), unsaid if any(gap.key == "baseline" for gap in target.gaps) else baseline(target)),
        (_("deadline"), target.due_text or (explain.day(target.due_on) if target.due_on else "")),
        (_("lead unit"), str(target.lead_unit)),
    ]
    return [(label, text) for label, text in rows if text]


def baseline(target: Target) -> str:
    if target.baseline_value is None:
        return ""
    value = explain.quantity(target.baseline_value, target.unit_of_measure)
    if target.baseline_on is None:
        return value
    return _("%(value)s as of %(day)s") % {"value": value, "day": explain.day(target.baseline_on)}


def last_figure(occasion: Occasion) -> str:
    entry = occasion.last_figure
    if entry is None:
        return ""
    target, ends = occasion.target, entry.period.period_end
    runs = target.measure == Target.Measure.FLOW
    when = explain.months(target.starts_on or target.plan.starts_on, ends) if runs else explain.day(ends)
    text = f"{when}　{explain.quantity(entry.value, target.unit_of_measure)}"
    return _("%(figure)s (preliminary)") % {"figure": text} if entry.preliminary else text


def change_since(entry: ProgressEntry, occasion: Occasion) -> str:
    """Return the change from the last figure, with that figure's period; empty if one is missing."""
    before = occasion.last_figure
    if entry.value is None or before is None:
        return ""
    words = {
        "change": explain.moved(entry.value, before.value, entry.target.unit_of_measure),
        "period": before.period,
    }
    return _("%(change)s against %(period)s") % words


def last_words(occasion: Occasion) -> dict[str, Any] | None:
    entry = occasion.last_words
    if entry is None:
        return None
    return {
        "period": entry.period,
        "words": [
            (label, text)
            for label, text in (
                (_("progress"), entry.narrative),
                (_("issues"), entry.issues),
                (_("next steps"), entry.next_steps),
            )
            if text
        ],
    }


def trail(entry: ProgressEntry, user: Account) -> list[str]:
    """Who did what and when, in words, and from which file, if `user` may read that."""
    lines = [_("Entered by %(who)s.") % {"who": person(entry.entered_by)}] if entry.entered_by else []
    if earlier := [person(each) for each in entry.earlier_writers.select_related("member")]:
        lines.insert(0, _("Written before by %(who)s.") % {"who": explain.listed(earlier)})
    if entry.origin != ProgressEntry.Origin.OWN:
        words = {"unit": entry.reported_by_unit, "origin": entry.get_origin_display()}
        lines.append(_("For %(unit)s: %(origin)s.") % words)
    if entry.source_file_id is not None:
        lines += _kept_file(entry.source_file_id, user)
    if entry.submitted_at:
        words = {"who": person(entry.submitted_by), "at": moment(entry.submitted_at)}
        lines.append(_("Submitted by %(who)s on %(at)s.") % words)
    if entry.is_belated:
        lines.append(_("It was handed in after its deadline."))
    if entry.passed_at:
        words = {"who": person(entry.passed_by), "at": moment(entry.passed_at)}
        lines.append(_("Passed for the unit by %(who)s on %(at)s.") % words)
    if entry.reviewed_at:
        words = {
            "who": person(entry.reviewed_by),
            "at": moment(entry.reviewed_at),
            "comment": entry.review_comment,
        }
        if entry.state == ProgressEntry.State.APPROVED:
            lines.append(_("Approved by %(who)s on %(at)s.") % words)
        elif entry.review_comment:
            lines.append(_("Returned by %(who)s on %(at)s: %(comment)s") % words)
    return lines


def _kept_file(pk: int, user: Account) -> list[SafeString]:
    file = KeptFile.objects.visible_to(user).filter(pk=pk).first()
    if file is None:
        return []
    address = reverse("kept-file", args=(file.pk,))
    told = _("Entered from the file, kept with SHA-256 %(digest)s…:") % {"digest": file.sha256[:12]}
    return [format_html('{} <a href="{}">{}</a>', told, address, file.name)]


def outcome(entry: ProgressEntry) -> dict[str, Any] | None:
    """Return the light in the ledger for the day an approved entry took effect; None without one."""
    if entry.state != ProgressEntry.State.APPROVED or entry.effective_on is None:
        return None
    row = entry.target.assessments.filter(effective_on=entry.effective_on).order_by("-pk").first()
    if row is None:
        return None
    status = Status(row.light)
    return {
        "row": row,
        "status": status,
        "look": LOOKS[status],
        "attainment": explain.percentage(row.attainment),
        "expected": explain.percentage(row.expected),
        "gap": explain.points(row.gap),
        "reason": explain.reason(row.explanation, row.light, row.effective_on),
    }


def doubts(entry: ProgressEntry | None, form: Any, occasion: Occasion) -> list[str]:
    """Return the questions to the author, or the doubts for the reviewer."""
    found = getattr(form, "doubts", None)
    if found is None:
        found = entry.doubts(occasion.known) if entry else []
    return explain.questions([*found, *(old_figure_in_words(entry) if entry else [])])


def next_waiting(request: HttpRequest, obj: ProgressEntry) -> ProgressEntry | None:
    """Return the entry that waits longest for this reviewer, this plan's entries first; None without one."""
    if not Actor.of(request).reviews:
        return None
    waiting = ProgressEntry.objects.waiting_for(request.user)
    elsewhere = Case(When(target__plan=obj.target.plan_id, then=Value(0)), default=Value(1))
    waiting = waiting.exclude(pk=obj.pk).select_related("target", "period")
    return waiting.order_by(elsewhere, "submitted_at", "pk").first()
