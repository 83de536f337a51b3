"""Where promises stand, and the fields of work they are listed under."""

from __future__ import annotations

from django.contrib import admin

from targets.admin.base import RowAdmin
from targets.models import Domain, Source


@admin.register(Source)
class SourceAdmin(RowAdmin):
    list_display = ("title", "issuer", "kind", "document_no", "published_on")
    list_filter = ("kind",)
    search_fields = ("title", "issuer", "document_no")
    allowed_lookups = ("kind__exact",)
    ordering = ("pk",)


@admin.register(Domain)
class DomainAdmin(RowAdmin):
    list_display = ("name", "order")
    ordering = ("order", "pk")
