"""The administration, one file per subject."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from targets.admin.entry import entry
from targets.admin.people import accounts, audit, people, units
from targets.admin.plan import plan, rule, source, workday
from targets.admin.revision import revision
from targets.admin.target import ledger, lists, target

__all__ = [
    "accounts",
    "audit",
    "entry",
    "ledger",
    "lists",
    "people",
    "plan",
    "revision",
    "rule",
    "source",
    "target",
    "units",
    "workday",
]

admin.site.index_title = _("Management")
admin.site.empty_value_display = "—"
admin.site.enable_nav_sidebar = False  # a dozen models need no second menu beside every form
admin.site.disable_action("delete_selected")  # rows in use must stay; delete checks and asks row by row
