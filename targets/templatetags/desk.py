"""The first page of the desk: everyday links with the number of waiting things, and the grouped lists."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from targets.models import ProgressEntry, Target, TargetRevision
from targets.models.enums import Part
from targets.models.people.place import has_role, is_reviewer
from targets.models.people.rights import BY_STATISTICS
from targets.models.people.roles import ROLES
from targets.models.people.viewer import Account

State = ProgressEntry.State
register = template.Library()

# In order of use: lists for every month, for once a year, and for rare work.
GROUPS = {
    _("Everyday work"): ("ProgressEntry", "TargetRevision", "Target", "Assessment"),
    _("Plans and deadlines"): ("Plan", "Source", "LightRule", "WorkdayException"),
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
def desk(user: Account) -> list[dict[str, Any]]:
    """Return the everyday links of the signed-in user; a link has a number if something can wait there."""
    if not has_role(user, *ROLES):
        return []
    entries = reverse("admin:targets_progressentry_changelist")
    revisions = reverse("admin:targets_targetrevision_changelist")
    seen = ProgressEntry.objects.visible_to(user)
    return [
        *_pages(user),
        {
            "title": _("Waiting for review"),
            "url": f"{entries}?state__exact={State.SUBMITTED}",
            "count": seen.filter(state=State.SUBMITTED).count(),
        },
        {
            "title": _("Returned"),
            "url": f"{entries}?state__exact={State.RETURNED}",
            "count": seen.filter(state=State.RETURNED).count(),
        },
        {
            "title": _("Changes waiting for approval"),
            "url": f"{revisions}?standing=waiting",
            "count": TargetRevision.objects.visible_to(user).waiting().count(),
        },
    ]


def _pages(user: Account) -> list[dict[str, Any]]:
    """Return links to the pages of many rows on which the user has something to do."""
    page = "admin:targets_progressentry_%s"
    doors = []
    if Target.objects.editable_by(user, Part.REPORT).exists():
        doors.append({"title": _("This month's reports"), "url": reverse(page % "desk")})
        doors.append({"title": _("Log progress"), "url": reverse(page % "add")})
    if Target.objects.editable_by(user, Part.STATISTIC).filter(BY_STATISTICS).exists():
        doors.append({"title": _("Enter statistics"), "url": reverse(page % "statistics")})
    if is_reviewer(user):
        waiting = ProgressEntry.objects.waiting_for(user).count()
        doors.append({"title": _("Review desk"), "url": reverse(page % "review"), "count": waiting})
    return doors
