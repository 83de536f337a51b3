"""The audit, read-only: who did what, when, and from which address."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.forms import ModelForm
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from targets.admin.base.audit_words import rows_of
from targets.admin.base.filters import VisibleFilter
from targets.admin.base.pages import ReadOnlyAdmin
from targets.admin.base.permissions import Actor
from targets.explain.people import person
from targets.models import AuditRecord

CALENDAR = {"at__year": range(2000, 2101), "at__month": range(1, 13), "at__day": range(1, 32)}


class WhoFilter(VisibleFilter):
    title = _("user")
    parameter_name = "user"
    path = "by"

    def choices_among(self, rows: Any) -> Any:
        return get_user_model().objects.filter(pk__in=rows).select_related("member").order_by("username")

    def label(self, choice: Any) -> str:
        return f"{choice.get_username()} {person(choice)}"


@admin.register(AuditRecord)
class AuditAdmin(ReadOnlyAdmin):
    """For auditors: nobody writes or deletes here, superusers included."""

    form = ModelForm
    list_display = ("at", "who", "address", "act", "outcome", "subject", "remark")
    list_display_links = ("at",)
    list_filter = (WhoFilter, "act", "outcome")
    list_select_related = ("by__member",)
    search_fields = ("subject", "name", "remark")
    date_hierarchy = "at"
    # `date_hierarchy` uses the last five
    allowed_lookups = (
        "user", "act__exact", "outcome__exact", "at__year", "at__month", "at__day", "at__gte", "at__lt",
    )  # fmt: skip
    ordering = ("-pk",)
    fields = ("at", "who", "address", "act", "outcome", "subject", "remark", "shown_rows")
    readonly_fields = ("who", "shown_rows")
    actions = None

    def sees(self, actor: Actor) -> bool:
        return actor.audits

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Refuse impossible dates: Django raises a server error on them."""
        offered = map(str, CALENDAR.get(lookup, [value]))
        return value in offered and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("user"), ordering="name")
    def who(self, record: AuditRecord) -> str:
        if record.by:
            return f"{record.name} {person(record.by)}"
        return record.name or ("—" if record.address else str(_("command line")))

    @admin.display(description=_("rows written"))
    def shown_rows(self, record: AuditRecord) -> str:
        lines = [(each.row, "；".join(map(str, each.fields))) for each in rows_of(record)]
        return format_html_join("", "<div><b>{}</b>　{}</div>", lines) or "—"
