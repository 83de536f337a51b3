"""The first page of the administration: what is to be done this month, and the lists by what one does."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets.frame import REPORTS, REVIEWS, STATISTICS, TODO, Door, Frame
from targets.models import Target
from targets.models.enums import Part, Role
from targets.models.people.place import has_role, is_reviewer
from targets.models.people.rights import BY_STATISTICS
from targets.models.people.roles import ROLES

register = template.Library()

ONE_REPORT = Door("admin:targets_progressentry_add", _("Log progress"))
CHANGES = Door(
    "admin:targets_targetrevision_changelist", _("Changes waiting for approval"), query="standing=waiting"
)

# In order of use: lists for every month, for once a year, and for rare work.
GROUPS = {
    _("Everyday work"): ("ProgressEntry", "TargetRevision", "Target", "Assessment"),
    _("Plans and deadlines"): ("Plan", "TargetList", "Source", "LightRule", "WorkdayException"),
    _("Base data"): ("OrgUnit", "Member", "Domain"),
    _("Accounts and log"): ("User", "Group", "AuditRecord"),
}


@register.filter
def grouped(apps: list[dict[str, Any]]) -> list[tuple[Promise, list[dict[str, Any]]]]:
    """Return the models of Django's app list under the headings of `GROUPS`; other models come last."""
    left = {model["object_name"]: model for app in apps for model in app["models"]}
    groups = [(title, [left.pop(name) for name in names if name in left]) for title, names in GROUPS.items()]
    return [(title, models) for title, models in [*groups, (_("Other"), [*left.values()])] if models]


@register.simple_tag
def desk(frame: Frame) -> list[dict[str, Any]]:
    """Return what there is to do this month; a link has the number that waits, the same as everywhere."""
    user, waiting = frame.user, frame.queues
    if not has_role(user, *ROLES):
        return []
    found: list[tuple[Door, int | None]] = []
    if Target.objects.editable_by(user, Part.REPORT).exists():
        found += [(REPORTS, waiting.reports), (ONE_REPORT, None)]
    if Target.objects.editable_by(user, Part.STATISTIC).filter(BY_STATISTICS).exists():
        found.append((STATISTICS, waiting.statistics))
    if is_reviewer(user):
        found.append((REVIEWS, waiting.reviews))
    if has_role(user, Role.COORDINATOR, Role.LEADER):
        found.append((CHANGES, waiting.changes))
    found.append((TODO, waiting.total))
    return [{"title": door.label, "url": door.address, "count": count} for door, count in found]
