"""批量设置: the list action that sets common fields of many draft targets."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from targets.admin.base.audited import recorded
from targets.forms.target.bulk_set import MOST, BulkSetForm
from targets.models import Plan, Target


@admin.action(description=_("Set for the selected drafts"), permissions=["change"])
@recorded
def set_in_bulk(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    chosen = list(queryset.order_by().values_list("pk", flat=True)[: MOST + 1])
    mine = Target.objects.definable_by(request.user).filter(pk__in=chosen)
    drafted = mine.filter(plan__state=Plan.State.DRAFTING).order_by("plan", "number", "pk")
    related = ("plan__jurisdiction", "domain", "lead_unit", "accountable_leader")
    targets = list(drafted.select_related(*related))
    if len(chosen) > MOST or len(targets) < len(chosen):
        told = _("At most %(most)s targets at once, of plans still drafted.") % {"most": MOST}
        model_admin.message_user(request, told, messages.WARNING)
        return None
    form = BulkSetForm(request.POST if "_apply" in request.POST else None, targets=targets)
    if form.is_valid():
        try:
            count = form.write()
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            told = _("%(count)s targets were set.") % {"count": count}
            model_admin.message_user(request, told, messages.SUCCESS)
            return None
    shown = {"form": form, "targets": targets, "checkbox": ACTION_CHECKBOX_NAME}
    return model_admin.page(request, "target/bulk_set.html", _("Set for the selected drafts"), **shown)
