"""The log of the administration, read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from targets.admin.base.filters import VisibleFilter
from targets.admin.base.pages import ReadOnlyAdmin
from targets.admin.base.permissions import Actor
from targets.explain.people import person

CALENDAR = {
    "action_time__year": range(2000, 2101),
    "action_time__month": range(1, 13),
    "action_time__day": range(1, 32),
}


class WhoFilter(VisibleFilter):
    title = _("user")
    parameter_name = "user"
    path = "user"

    def choices_among(self, rows: Any) -> Any:
        return get_user_model().objects.filter(pk__in=rows).select_related("member").order_by("username")

    def label(self, choice: Any) -> str:
        return f"{choice.get_username()} {person(choice)}"


@admin.register(LogEntry)
class LogAdmin(ReadOnlyAdmin):
    """For auditors: nobody writes or deletes here, superusers included."""

    form = ModelForm
    list_display = ("action_time", "who", "content_type", "object_repr", "told")
    list_display_links = ("action_time",)
    list_filter = (WhoFilter, "action_flag")
    list_select_related = ("user__member", "content_type")
    search_fields = ("object_repr", "user__username")
    date_hierarchy = "action_time"
    # `date_hierarchy` uses the last five
    allowed_lookups = (
        "user", "action_flag__exact", "action_time__year", "action_time__month", "action_time__day",
        "action_time__gte", "action_time__lt",
    )  # fmt: skip
    ordering = ("-action_time", "-pk")
    fields = ("action_time", "who", "content_type", "object_repr", "told")
    readonly_fields = ("who", "told")
    actions = None

    def sees(self, actor: Actor) -> bool:
        return actor.audits

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Refuse impossible dates: Django raises a server error on them."""
        offered = map(str, CALENDAR.get(lookup, [value]))
        return value in offered and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("user"), ordering="user__username")
    def who(self, row: LogEntry) -> str:
        return f"{row.user.get_username()} {person(row.user)}"

    @admin.display(description=_("what was done"))
    def told(self, row: LogEntry) -> str:
        return row.get_change_message() or row.get_action_flag_display()
