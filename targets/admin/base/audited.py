"""Pages of the administration leave their records in the audit; Django's own log stays empty."""

from __future__ import annotations

from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from targets.admin.base.audit_words import rows_of
from targets.admin.base.permissions import Actor
from targets.explain.people import person
from targets.models import AuditRecord
from targets.models.audit.record import key_of
from targets.models.audit.recording import recording


def recorded(view: Any) -> Any:
    """Wrap a view or action: what a post writes is saved with one record, or not at all."""

    @wraps(view)
    def written(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with recording() if request.method == "POST" else nullcontext():
            return view(self, request, *args, **kwargs)

    return written


class AuditedAdmin(admin.ModelAdmin):
    """The record of the act takes the place of Django's log entries, so these write nothing."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None

    @recorded
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(request, *args, **kwargs)

    @recorded
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().delete_view(request, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            raise PermissionDenied
        told = [
            {"record": record, "who": person(record.by), "changed": self._changed(request, record, row)}
            for record in AuditRecord.objects.about(row).select_related("by__member")
        ]
        context = {"opts": self.opts, "title": _("History: %(row)s") % {"row": row}, "told": told}
        frame = self.admin_site.each_context(request)
        return TemplateResponse(request, "admin/targets/history.html", {**frame, **context})

    @staticmethod
    def _changed(request: HttpRequest, record: AuditRecord, row: models.Model) -> list[str]:
        """The changed fields. Their values are for auditors: a draft may have said what is not open."""
        fields = rows_of(record, key_of(row))[0].fields
        return [str(each) if Actor.of(request).audits else each.field for each in fields]
