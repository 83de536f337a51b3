"""The list of entries: what waits for review first, and approving several at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from targets import explain
from targets.admin.base.filters import LeadUnitOfTargetFilter, PeriodFilter
from targets.admin.base.pages import with_its_log
from targets.admin.base.permissions import Actor
from targets.explain.people import moment, person
from targets.models import ProgressEntry

ORIGINS = {
    ProgressEntry.Origin.TRANSCRIBED: pgettext_lazy("mark", "from paper"),
    ProgressEntry.Origin.ON_BEHALF: pgettext_lazy("mark", "on behalf"),
}


class EntryList:
    """The change list's options, for `ProgressEntryAdmin`."""

    list_display = ("shown_target", "shown_period", "shown_value", "shown_state", "author", "shown_submitted")
    list_display_links = ("shown_target",)
    list_filter = ("state", PeriodFilter, LeadUnitOfTargetFilter)
    list_select_related = ("target__lead_unit", "period__plan", "entered_by__member")
    search_fields = ("target__title", "target__code")
    allowed_lookups = ("state__exact", "period", "unit", "target__id__exact")
    ordering = (
        Case(When(state=ProgressEntry.State.SUBMITTED, then=Value(0)), default=Value(1)).asc(),
        "-period__period_end",
        "target__number",
        "pk",
    )
    actions = ("approve_selected",)

    def action_checkbox(self, entry: ProgressEntry) -> str:
        """With the version in the line: what is approved is what was read."""
        seen = format_html('<input type="hidden" name="seen-{}" value="{}">', entry.pk, entry.version)
        return super().action_checkbox(entry) + seen

    @admin.display(description=_("target"), ordering="target__number")
    def shown_target(self, entry: ProgressEntry) -> str:
        return str(entry.target)

    @admin.display(description=_("reporting period"), ordering="period__period_end")
    def shown_period(self, entry: ProgressEntry) -> str:
        is_statistic = entry.part == ProgressEntry.Part.STATISTIC
        return f"{entry.period} · {entry.get_part_display()}" if is_statistic else str(entry.period)

    @admin.display(description=_("value"), ordering="value")
    def shown_value(self, entry: ProgressEntry) -> str:
        return explain.quantity(entry.value, entry.target.unit_of_measure)

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, entry: ProgressEntry) -> str:
        return format_html('<span class="state state-{}">{}</span>', entry.state, entry.get_state_display())

    @admin.display(description=_("reporting officer"), ordering="entered_by")
    def author(self, entry: ProgressEntry) -> str:
        """With 代录 or 代填 where another than the unit filed it."""
        name = person(entry.entered_by)
        if entry.origin == ProgressEntry.Origin.OWN:
            return name
        return format_html('{} <span class="mark">{}</span>', name, ORIGINS[entry.origin])

    @admin.display(description=_("submitted at"), ordering="submitted_at")
    def shown_submitted(self, entry: ProgressEntry) -> str:
        return moment(entry.submitted_at)

    def has_review_permission(self, request: Any) -> bool:
        return Actor.of(request).reviews

    @admin.action(description=_("Approve selected entries"), permissions=["review"])
    @with_its_log
    def approve_selected(self, request: Any, queryset: Any) -> None:
        """All or nothing; each entry that cannot be approved is named."""
        versions = dict(queryset.values_list("pk", "version"))
        seen = {pk: request.POST.get(f"seen-{pk}", "") for pk in versions}
        waiting = list(queryset.filter(state=ProgressEntry.State.SUBMITTED))
        try:
            if request.POST.get("select_across") == "1" and not all(seen.values()):
                raise ValidationError(_("Only what this page shows can be approved at once."))
            read = {pk: _number(text, versions[pk]) for pk, text in seen.items()}
            approved = ProgressEntry.objects.approve_all(read, by=request.user)
        except ValidationError as refusal:
            words = {"why": "；".join(refusal.messages)}
            message = _("Nothing was approved. In the way: %(why)s") % words
            self.message_user(request, message, messages.ERROR)
            return
        message = ngettext("%(count)s entry approved.", "%(count)s entries approved.", approved)
        told = message % {"count": approved}
        for entry in waiting:
            self.log_change(request, entry, told)
        self.message_user(request, told, messages.SUCCESS)


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise
