"""Failed sign-ins, read-only."""

from __future__ import annotations

from axes.models import AccessFailureLog
from django.contrib import admin
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from targets.admin.base.pages import ReadOnlyAdmin
from targets.admin.base.permissions import Actor

# django-axes has no Chinese translation, so our catalogue translates these
WORDS = (
    gettext_noop("access failure"),
    gettext_noop("access failures"),
    gettext_noop("Access lock out"),
    gettext_noop("Attempt Time"),
    gettext_noop("IP Address"),
    gettext_noop("Username"),
)


@admin.register(AccessFailureLog)
class FailedSignInAdmin(ReadOnlyAdmin):
    """For auditors: nobody writes or deletes here, superusers included."""

    form = ModelForm
    list_display = ("attempt_time", "username", "ip_address", "outcome")
    list_display_links = None  # the row shows every field
    list_filter = ("locked_out",)
    search_fields = ("username", "ip_address")
    allowed_lookups = ("locked_out__exact",)
    ordering = ("-attempt_time", "-pk")
    fields = ("attempt_time", "username", "ip_address", "outcome")
    readonly_fields = ("outcome",)
    actions = None

    def sees(self, actor: Actor) -> bool:
        return actor.audits

    @admin.display(description=_("outcome"))
    def outcome(self, row: AccessFailureLog) -> str:
        return str(_("Account locked") if row.locked_out else _("Wrong username or password"))
